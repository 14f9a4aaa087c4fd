//! The transfers that are made: between random accounts, from a seed.

/// A small, quick, seeded generator of numbers (splitmix64): it must not cost what is measured.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let scaled = (self.next() >> 32) * u64::from(bound);
        u32::try_from(scaled >> 32).unwrap_or_default()
    }
}

/// Pairs of accounts, by their position among those that take part.
#[derive(Clone, Debug)]
pub(super) struct Pairs {
    random: Random,
    accounts: u32,
    hot_account: bool,
}

impl Pairs {
    pub(super) fn new(seed: u64, accounts: u32, hot_account: bool) -> Pairs {
        Pairs {
            random: Random::new(seed),
            accounts,
            hot_account,
        }
    }

    /// A source and a target that are not the same.
    pub(super) fn next(&mut self) -> (u32, u32) {
        let source = if self.hot_account {
            0
        } else {
            self.random.below(self.accounts)
        };
        let step = 1 + self.random.below(self.accounts - 1);
        (source, (source + step) % self.accounts)
    }

    /// Text that no other request has.
    pub(super) fn key(&mut self) -> String {
        format!("{:016x}{:016x}", self.random.next(), self.random.next())
    }
}
