//! Public ids that carry their place in the log.
//!
//! An id is a UUID of version 7: 48 bits of time, then 74 bits in which the shard and the number
//! of the thing are hidden under a keyed mask, with a keyed tag. So finding a thing by its id needs no index,
//! a list of ids sorts by time, and nobody learns from an id how many others there are, nor can
//! make one up. A found thing must still be compared with its whole id: see [`PublicIds::matches`].

use giro_ledger::Timestamp;
use siphasher::sip::SipHasher13;
use std::hash::Hasher;
use uuid::Uuid;

/// What an id is of. An id of one kind is not an id of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum IdKind {
    /// A book.
    Book = 1,
    /// An account.
    Account = 2,
    /// A principal.
    Principal = 3,
    /// A transfer: its number is that of its first record.
    Transfer = 4,
    /// A leg of a transfer: only ever shown, never looked up.
    Leg = 5,
    /// An approval policy.
    Policy = 6,
    /// A limit.
    Limit = 7,
    /// What waits or has waited for approval: its number is that of its first record.
    Approval = 8,
    /// A fee rule.
    Fee = 9,
    /// A quote: its number is that of its record.
    Quote = 10,
    /// A schedule.
    Schedule = 11,
    /// A trade: the number of the record that it was booked in, and its place there.
    Trade = 12,
    /// A webhook.
    Webhook = 13,
    /// A notification: its number is that of the record that it is about.
    Notification = 14,
}

/// Makes public ids from numbers, and back. One per shard.
#[derive(Clone, Copy)]
pub struct PublicIds {
    secret: [u8; 16],
    shard: u8,
}

const NUMBER_BITS: u32 = 50;
const TAG_BITS: u32 = 16;

impl PublicIds {
    /// The ids of a shard.
    pub fn new(secret: [u8; 16], shard: u8) -> PublicIds {
        PublicIds { secret, shard }
    }

    /// The id of thing `number`, which came to be at `at`.
    ///
    /// # Panics
    /// Beyond 2^50 things: 70 years at 500,000 a second.
    pub fn encode(&self, kind: IdKind, number: u64, at: Timestamp) -> Uuid {
        assert!(
            number < 1 << NUMBER_BITS,
            "number {number} is beyond the range of ids"
        );
        let millis = millis(at);
        let hidden = number ^ self.mask(kind, millis);
        let tag = self.tag(kind, millis, number);
        let low = (u128::from(hidden) << (TAG_BITS + 8))
            | (u128::from(tag) << 8)
            | u128::from(self.shard);
        let [a, b] = [low >> 62, low & ((1 << 62) - 1)];
        let bits = (u128::from(millis) << 80) | (7 << 76) | (a << 64) | (0b10 << 62) | b;
        Uuid::from_u128(bits)
    }

    /// The number in an id, if this shard can have made it for this kind.
    pub fn decode(&self, kind: IdKind, id: Uuid) -> Option<u64> {
        let bits = id.as_u128();
        if (bits >> 76) & 0xf != 7 || (bits >> 62) & 0b11 != 0b10 {
            return None;
        }
        let low = (((bits >> 64) & 0xfff) << 62) | (bits & ((1 << 62) - 1));
        let millis = u64::try_from(bits >> 80).ok()?;
        let hidden = u64::try_from(low >> (TAG_BITS + 8)).ok()?;
        let number = hidden ^ self.mask(kind, millis);
        let tag = u16::try_from((low >> 8) & 0xffff).ok()?;
        let shard = u8::try_from(low & 0xff).ok()?;
        (shard == self.shard && tag == self.tag(kind, millis, number)).then_some(number)
    }

    /// Whether `id` is the id of thing `number`, which came to be at `at`.
    pub fn matches(&self, kind: IdKind, id: Uuid, number: u64, at: Timestamp) -> bool {
        number < 1 << NUMBER_BITS && self.encode(kind, number, at) == id
    }

    fn mask(&self, kind: IdKind, millis: u64) -> u64 {
        self.hash(&[&[0, kind as u8], &millis.to_le_bytes()]) & ((1 << NUMBER_BITS) - 1)
    }

    fn tag(&self, kind: IdKind, millis: u64, number: u64) -> u16 {
        let hash = self.hash(&[
            &[1, kind as u8],
            &millis.to_le_bytes(),
            &number.to_le_bytes(),
        ]);
        let [a, b, ..] = hash.to_le_bytes();
        u16::from_le_bytes([a, b])
    }

    fn hash(&self, parts: &[&[u8]]) -> u64 {
        let mut hasher = SipHasher13::new_with_key(&self.secret);
        for part in parts {
            hasher.write(part);
        }
        hasher.finish()
    }
}

/// Milliseconds since 1970, in the 48 bits that version 7 has for them.
fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.0 / 1000).unwrap_or_default() & ((1 << 48) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const IDS: PublicIds = PublicIds {
        secret: [7; 16],
        shard: 3,
    };

    proptest! {
        #[test]
        fn an_id_leads_back_to_its_number_and_kind(number in 0_u64..1 << 50, at in 0_i64..1 << 52) {
            let id = IDS.encode(IdKind::Transfer, number, Timestamp(at));
            prop_assert_eq!(id.get_version_num(), 7);
            prop_assert_eq!(IDS.decode(IdKind::Transfer, id), Some(number));
            prop_assert!(IDS.matches(IdKind::Transfer, id, number, Timestamp(at)));
            prop_assert!(!IDS.matches(IdKind::Account, id, number, Timestamp(at)));
            prop_assert!(!IDS.matches(IdKind::Transfer, id, number ^ 1, Timestamp(at)));
        }

        #[test]
        fn a_made_up_id_never_matches(bits in any::<u128>(), at in 0_i64..1 << 52) {
            let id = Uuid::from_u128(bits);
            if let Some(number) = IDS.decode(IdKind::Transfer, id) {
                prop_assert!(!IDS.matches(IdKind::Transfer, id, number, Timestamp(at)));
            }
        }

        #[test]
        fn another_shard_does_not_know_the_id(number in 0_u64..1 << 50) {
            let id = IDS.encode(IdKind::Account, number, Timestamp(1));
            let other = PublicIds { secret: IDS.secret, shard: 4 };
            prop_assert_eq!(other.decode(IdKind::Account, id), None);
        }
    }

    #[test]
    fn ids_of_neighbours_have_nothing_in_common_but_time() {
        let at = Timestamp(1_700_000_000_000_000);
        let [a, b] = [1, 2].map(|n| IDS.encode(IdKind::Account, n, at));
        let c = IDS.encode(IdKind::Account, 1, Timestamp(at.0 + 1_000));
        assert_ne!(a.as_u128() & 0xffff_ffff, b.as_u128() & 0xffff_ffff);
        assert_ne!(
            a.as_u128() >> 24 & 0xff_ffff_ffff,
            c.as_u128() >> 24 & 0xff_ffff_ffff
        );
    }
}
