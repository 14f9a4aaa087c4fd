//! What amounts are counted in: currencies, crypto-assets and securities, as data.

use iso_currency::{Currency, IntoEnumIterator};
use serde::{Deserialize, Serialize};

/// The dense number of an asset in its shard, given in the order of definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AssetId(pub u16);

/// What kind of thing an asset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssetKind {
    /// Money of a state, by ISO 4217.
    Currency,
    /// A crypto-asset.
    Crypto,
    /// A security, such as a treasury bill.
    Security,
}

/// An asset: a code and a fixed number of decimals that never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// The code, such as `USD`: 1 to [`Asset::MAX_CODE`] of `A-Z`, `0-9`, `.`, `-`.
    pub code: Box<str>,
    /// The name in English, such as `US dollar`.
    pub name: Box<str>,
    /// How many decimals its minor unit has, at most [`Asset::MAX_DECIMALS`].
    pub decimals: u8,
    /// What kind of thing it is.
    pub kind: AssetKind,
}

impl Asset {
    /// The most decimals an asset can have. ETH, the finest in use, has 18.
    pub const MAX_DECIMALS: u8 = 24;
    /// The longest code.
    pub const MAX_CODE: usize = 24;

    /// Whether code and decimals are of the documented form.
    pub fn is_well_formed(&self) -> bool {
        let is_code_byte =
            |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
        (1..=Asset::MAX_CODE).contains(&self.code.len())
            && self.code.bytes().all(is_code_byte)
            && self.decimals <= Asset::MAX_DECIMALS
    }
}

/// Crypto-assets known from the start: code and decimals as on their home chain.
const CRYPTO: &[(&str, &str, u8)] = &[
    ("BTC", "Bitcoin", 8),
    ("DAI", "Dai", 18),
    ("ETH", "Ether", 18),
    ("EURC", "EURC", 6),
    ("LTC", "Litecoin", 8),
    ("PYUSD", "PayPal USD", 6),
    ("SOL", "Solana", 9),
    ("USDC", "USD Coin", 6),
    ("USDT", "Tether USD", 6),
    ("XRP", "XRP", 6),
];

/// The assets that every shard defines at its start, in order of code: ISO 4217 currencies that
/// have a minor unit, and the usual crypto-assets. The codes XTS and XXX, which ISO reserves for
/// tests and for "no currency", are left out.
pub fn catalogue() -> Vec<Asset> {
    let currencies = Currency::iter().filter_map(|currency| {
        let decimals = u8::try_from(currency.exponent()?).ok()?;
        let is_money = !matches!(currency.code(), "XTS" | "XXX");
        let (code, name) = (currency.code().into(), currency.name().into());
        is_money.then_some(Asset {
            code,
            name,
            decimals,
            kind: AssetKind::Currency,
        })
    });
    let crypto = CRYPTO.iter().map(|&(code, name, decimals)| Asset {
        code: code.into(),
        name: name.into(),
        decimals,
        kind: AssetKind::Crypto,
    });
    let mut assets: Vec<Asset> = currencies.chain(crypto).collect();
    assets.sort_by(|a, b| a.code.cmp(&b.code));
    assets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catalogue_has_the_decimals_of_iso_4217() {
        let catalogue = catalogue();
        let decimals = |code: &str| {
            catalogue
                .iter()
                .find(|a| &*a.code == code)
                .map(|a| a.decimals)
        };
        let expected = [
            ("USD", 2),
            ("EUR", 2),
            ("GBP", 2),
            ("JPY", 0),
            ("KWD", 3),
            ("USDC", 6),
            ("ETH", 18),
        ];
        for (code, expected) in expected {
            assert_eq!(decimals(code), Some(expected), "{code}");
        }
        assert_eq!(decimals("XXX"), None);
        assert!(catalogue.iter().all(Asset::is_well_formed));
    }

    #[test]
    fn catalogue_names_no_asset_twice() {
        let catalogue = catalogue();
        assert!(
            catalogue
                .windows(2)
                .all(|pair| matches!(pair, [a, b] if a.code < b.code))
        );
    }
}
