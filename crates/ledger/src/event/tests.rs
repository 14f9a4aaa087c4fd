//! The bytes of events and actions. **Formats are append-only**: journals and fingerprints of
//! requests are kept for ever, so a test that fails here means that the bytes which are already
//! on disks could no longer be read, or would be read as something else. Undo the change; add a
//! variant or a new event instead, and a row for it here.

use super::*;
use crate::Setting;
use crate::action::Holding;
use crate::text::{Alias, Name, Reason, Reference};
use crate::{
    Action, Amount, AssetId, AssetKind, BookSettings, Capabilities, Capability, Credential, Leg,
    Metadata, NewTransfer, Rejection, Settlement, Side, SignedAmount, TransferKind, TransferStatus,
};
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// Checks the encoding of a value, and that the bytes are read as that value.
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, golden: &str) {
    let bytes = postcard::to_stdvec(value).expect("encodes");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, golden, "formats are append-only: {value:?}");
    let (decoded, rest) = postcard::take_from_bytes::<T>(&bytes).expect("decodes");
    assert_eq!((&decoded, rest.len()), (value, 0));
}

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

fn amount(minor: u128) -> Amount {
    Amount::new(minor).expect("in range")
}

fn metadata() -> Metadata {
    let pair = |(key, value)| {
        let key = crate::text::MetadataKey::new(key).expect("a key");
        (
            key,
            crate::text::MetadataValue::new(value).expect("a value"),
        )
    };
    Metadata::new([("b", "2"), ("a", "1")].map(pair).to_vec()).expect("two keys")
}

fn asset() -> Asset {
    Asset {
        code: "USDC".into(),
        name: "USD Coin".into(),
        decimals: 6,
        kind: AssetKind::Crypto,
    }
}

fn settings() -> BookSettings {
    BookSettings {
        quote_ttl_seconds: 300,
        settlement: Settlement::Instant,
        vendor_rate_limits: true,
        webhooks_to_loopback: false,
    }
}

fn new_book() -> NewBook {
    NewBook {
        name: name("Ca' Giro"),
        sandbox: true,
        settings: settings(),
    }
}

fn book_change() -> BookChange {
    BookChange {
        name: Some(name("Rialto")),
        settings: vec![
            Setting::QuoteTtlSeconds(600),
            Setting::Settlement(Settlement::Instant),
            Setting::VendorRateLimits(true),
            Setting::WebhooksToLoopback(false),
        ],
    }
}

fn new_principal(credential: Credential) -> NewPrincipal {
    NewPrincipal {
        book: Some(BookId(1)),
        name: name("clerk"),
        capabilities: [Capability::BookRead, Capability::FundsWrite]
            .into_iter()
            .collect::<Capabilities>(),
        credential,
    }
}

fn new_account() -> NewAccount {
    NewAccount {
        name: name("ops"),
        alias: Some(Alias::new("main").expect("an alias")),
        metadata: metadata(),
        holdings: vec![Holding {
            asset: AssetId(200),
            overdraft_limit: Amount::MAX,
        }],
        holds_any_asset: true,
    }
}

fn account_change() -> AccountChange {
    AccountChange {
        account: AccountId(300),
        name: None,
        alias: Some(None),
        metadata: Some(Metadata::default()),
        holdings: vec![Holding {
            asset: AssetId(1),
            overdraft_limit: Amount::ZERO,
        }],
    }
}

fn account_freeze() -> AccountFreeze {
    AccountFreeze {
        account: AccountId(300),
        debits: true,
        credits: false,
        reason: Some(Reason::new("court order").expect("a reason")),
    }
}

fn new_transfer() -> NewTransfer {
    let (source, target) = (AccountId(4), AccountId(70_000));
    NewTransfer {
        reference: Some(Reference::new("rent").expect("a reference")),
        metadata: metadata(),
        ..NewTransfer::simple(
            TransferKind::Transfer,
            source,
            target,
            AssetId(2),
            amount(12_345),
        )
    }
}

fn three_legs() -> NewTransfer {
    let mut new = NewTransfer::simple(
        TransferKind::Deposit,
        AccountId(0),
        AccountId(5),
        AssetId(0),
        amount(1),
    );
    new.legs.push(Leg {
        account: AccountId(6),
        asset: AssetId(0),
        side: Side::Credit,
        amount: Amount::MAX,
    });
    new
}

fn declined(why: Rejection) -> Transfer {
    let source = AccountId(4);
    Transfer {
        request: NewTransfer::simple(
            TransferKind::Withdrawal,
            source,
            AccountId(0),
            AssetId(2),
            amount(9),
        ),
        status: TransferStatus::Declined(why),
    }
}

/// A variant that is missing here does not compile; give it a row in the tables below.
fn number(event: &Event) -> u8 {
    match event {
        Event::AssetDefined(_) => 0,
        Event::BookOpened(..) => 1,
        Event::BookChanged(_) => 2,
        Event::PrincipalAdded(..) => 3,
        Event::PrincipalRevoked(_) => 4,
        Event::AccountOpened(..) => 5,
        Event::AccountChanged(_) => 6,
        Event::AccountFrozen(_) => 7,
        Event::AccountClosed(_) => 8,
        Event::Transfer(_) => 9,
    }
}

#[test]
fn every_event_keeps_its_bytes() {
    let secret = Credential::Secret { hash: [0xab; 32] };
    let completed = Transfer {
        request: new_transfer(),
        status: TransferStatus::Completed,
    };
    let events = [
        (
            Event::AssetDefined(asset()),
            "0004555344430855534420436f696e0601",
        ),
        (
            Event::BookOpened(BookId(1), new_book()),
            "010108436127204769726f01ac02010100",
        ),
        (
            Event::BookChanged(book_change()),
            "0201065269616c746f0400d804010102010300",
        ),
        (
            Event::PrincipalAdded(PrincipalId(200), new_principal(secret)),
            "03c801010105636c65726b820400abababababababababababababababababababababababababababababababab",
        ),
        (Event::PrincipalRevoked(PrincipalId(200)), "04c801"),
        (
            Event::AccountOpened(AccountId(300), new_account()),
            "05ac02036f707301046d61696e02016101310162013201c8018080808080e2e7a5b3ab9cc8bccff3cbc00101",
        ),
        (
            Event::AccountChanged(account_change()),
            "06ac020001000100010100",
        ),
        (
            Event::AccountFrozen(account_freeze()),
            "07ac020100010b636f757274206f72646572",
        ),
        (Event::AccountClosed(AccountId(300)), "08ac02"),
        (
            Event::Transfer(completed),
            "090002040200b960f0a2040201b960010472656e7402016101310162013200",
        ),
    ];
    for (place, (event, golden)) in (0..).zip(&events) {
        assert_eq!(number(event), place, "each variant has its row, in order");
        check(event, golden);
    }
}

#[test]
fn every_decline_keeps_its_bytes() {
    let (account, asset) = (AccountId(4), AssetId(2));
    let funds = Rejection::InsufficientFunds {
        account,
        asset,
        needed: amount(9),
        available: SignedAmount::new(-3),
    };
    let side = Side::Debit;
    check(
        &declined(Rejection::AccountClosed { account }),
        "020204020009000201090000010004",
    );
    check(
        &declined(Rejection::AccountFrozen { account, side }),
        "02020402000900020109000001010400",
    );
    check(&declined(funds), "020204020009000201090000010204020905");
    check(
        &declined(Rejection::BalanceTooLarge { account, asset }),
        "02020402000900020109000001030402",
    );
    check(
        &declined(Rejection::BatchAborted { item: 300 }),
        "0202040200090002010900000104ac02",
    );
}

#[test]
fn every_kind_of_value_in_an_event_keeps_its_bytes() {
    check(
        &three_legs(),
        "010300000001050001010600018080808080e2e7a5b3ab9cc8bccff3cbc0010000",
    );
    check(
        &[AssetKind::Currency, AssetKind::Crypto, AssetKind::Security],
        "000102",
    );
    check(&[Settlement::NextBusinessDay, Settlement::Instant], "0001");
    let key = Credential::PublicKey {
        issuer: name("example.com"),
        public_key_pem: "PEM".into(),
    };
    check(
        &new_principal(key),
        "010105636c65726b8204010b6578616d706c652e636f6d0350454d",
    );
    let extremes = [i128::MIN, -1, 0, i128::MAX].map(SignedAmount::new);
    check(
        &extremes,
        "ffffffffffffffffffffffffffffffffffff030100feffffffffffffffffffffffffffffffffff03",
    );
}

#[test]
fn every_capability_keeps_its_bit() {
    let capabilities = [
        (Capability::BooksWrite, "01"),
        (Capability::BookRead, "02"),
        (Capability::BookWrite, "04"),
        (Capability::KeysRead, "08"),
        (Capability::KeysWrite, "10"),
        (Capability::AccountsRead, "20"),
        (Capability::AccountsWrite, "40"),
        (Capability::TransfersRead, "8001"),
        (Capability::TransfersWrite, "8002"),
        (Capability::FundsWrite, "8004"),
    ];
    for (capability, golden) in capabilities {
        check(&[capability].into_iter().collect::<Capabilities>(), golden);
    }
    assert_eq!(
        capabilities.map(|(capability, _)| capability),
        Capability::ALL
    );
}

/// Fingerprints of requests are taken over these bytes.
#[test]
fn every_action_keeps_its_bytes() {
    let secret = Credential::Secret { hash: [0xab; 32] };
    check(
        &Action::DefineAsset(asset()),
        "0004555344430855534420436f696e0601",
    );
    check(
        &Action::OpenBook(new_book()),
        "0108436127204769726f01ac02010100",
    );
    check(
        &Action::ChangeBook(book_change()),
        "0201065269616c746f0400d804010102010300",
    );
    check(
        &Action::AddPrincipal(new_principal(secret)),
        "03010105636c65726b820400abababababababababababababababababababababababababababababababab",
    );
    check(&Action::RevokePrincipal(PrincipalId(200)), "04c801");
    check(
        &Action::OpenAccount(new_account()),
        "05036f707301046d61696e02016101310162013201c8018080808080e2e7a5b3ab9cc8bccff3cbc00101",
    );
    check(
        &Action::ChangeAccount(account_change()),
        "06ac020001000100010100",
    );
    check(
        &Action::FreezeAccount(account_freeze()),
        "07ac020100010b636f757274206f72646572",
    );
    check(&Action::CloseAccount(AccountId(300)), "08ac02");
    check(
        &Action::Transfer(new_transfer()),
        "090002040200b960f0a2040201b960010472656e74020161013101620132",
    );
}
