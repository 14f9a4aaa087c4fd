//! What holds for every rejection, whatever its rule.

use super::*;
use crate::TransferStatus;
use std::collections::BTreeSet;

/// One of each variant, in the order of their declaration. A rejection that is missing here does
/// not compile.
macro_rules! one_of_each {
    ($($variant:ident { $($field:ident: $value:expr),* })*) => {
        pub(crate) fn one_of_each() -> Vec<Rejection> {
            let _all_are_listed = |rejection: &Rejection| match rejection {
                $(Rejection::$variant { .. } => (),)*
            };
            vec![$(Rejection::$variant { $($field: $value),* }),*]
        }
    };
}

const ACCOUNT: AccountId = AccountId(300);
const ASSET: AssetId = AssetId(7);

one_of_each! {
    AssetMalformed {}
    SettingOutOfRange { setting: "quote_ttl_seconds" }
    CapabilityNotGrantable {}
    AssetListMalformed {}
    LegCount { found: 1 }
    AmountZero {}
    AmountTooLarge {}
    Unbalanced { asset: ASSET }
    SameAccount { account: ACCOUNT }
    UnknownBook { book: BookId(9) }
    UnknownAccount { account: ACCOUNT }
    UnknownAsset { asset: ASSET }
    UnknownPrincipal { principal: PrincipalId(9) }
    AssetNotHeld { account: ACCOUNT, asset: ASSET }
    SystemAccount { account: ACCOUNT }
    AssetConflict { asset: ASSET }
    AliasTaken { account: ACCOUNT }
    AlreadyRevoked { principal: PrincipalId(9) }
    AccountNotEmpty { account: ACCOUNT, asset: ASSET, posted: SignedAmount::new(-1) }
    OverdraftInUse { account: ACCOUNT, asset: ASSET, posted: SignedAmount::new(-1) }
    AccountClosed { account: ACCOUNT }
    AccountFrozen { account: ACCOUNT, side: Side::Credit }
    InsufficientFunds {
        account: ACCOUNT,
        asset: ASSET,
        needed: Amount::MAX,
        available: SignedAmount::new(-5)
    }
    BalanceTooLarge { account: ACCOUNT, asset: ASSET }
    BatchAborted { item: 3 }
}

#[test]
fn every_code_is_snake_case_and_its_own() {
    let all = one_of_each();
    let codes: BTreeSet<&str> = all.iter().map(Rejection::code).collect();
    assert_eq!(codes.len(), all.len());
    for code in codes {
        let is_snake_case = code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(is_snake_case, "{code}");
    }
}

#[test]
fn only_what_declines_a_transfer_can_be_recorded() {
    for rejection in one_of_each() {
        let (code, is_recorded) = (rejection.code(), rejection.is_recorded());
        let status = TransferStatus::Declined(rejection);
        let encoded = postcard::to_stdvec(&status);
        assert_eq!(encoded.is_ok(), is_recorded, "{code}");
        if let Ok(bytes) = encoded {
            assert_eq!(postcard::from_bytes(&bytes), Ok(status), "{code}");
        }
    }
}

#[test]
fn what_declines_comes_last_in_the_order_of_precedence() {
    let all = one_of_each();
    let first = all.iter().position(Rejection::is_recorded);
    let (rejections, declines) = all.split_at(first.expect("some decline"));
    assert!(rejections.iter().all(|rejection| !rejection.is_recorded()));
    assert!(declines.iter().all(Rejection::is_recorded));
    assert_eq!(declines[0].code(), "account_closed");
}
