//! One of everything that is encoded.

use super::*;
use crate::QuoteId;

pub(super) mod treasury;
pub(super) mod webhook;

pub(super) fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

pub(super) fn amount(minor: u128) -> Amount {
    Amount::new(minor).expect("in range")
}

pub(super) fn metadata() -> Metadata {
    let pair = |(key, value)| {
        let key = crate::text::MetadataKey::new(key).expect("a key");
        (
            key,
            crate::text::MetadataValue::new(value).expect("a value"),
        )
    };
    Metadata::new([("b", "2"), ("a", "1")].map(pair).to_vec()).expect("two keys")
}

pub(super) fn asset() -> Asset {
    Asset {
        code: "USDC".into(),
        name: "USD Coin".into(),
        decimals: 6,
        kind: AssetKind::Crypto,
    }
}

pub(super) fn settings() -> BookSettings {
    BookSettings {
        quote_ttl_seconds: 300,
        settlement: Settlement::Instant,
        vendor_rate_limits: true,
        webhooks_to_loopback: false,
        hold_ttl_seconds: 3_600,
        webhooks_to_private: true,
        vendor_http_statuses: false,
        vendor_tokens_bound_to_ip: true,
        vendor_ip_allow_list: ip_ranges(),
    }
}

/// One of either family.
fn ip_ranges() -> Vec<ipnet::IpNet> {
    let ranges = ["10.1.0.0/16", "2001:db8::/32"];
    ranges.map(|text| text.parse().expect("a range")).to_vec()
}

pub(super) fn new_book() -> NewBook {
    NewBook {
        name: name("Ca' Giro"),
        sandbox: true,
        settings: settings(),
    }
}

pub(super) fn book_change() -> BookChange {
    BookChange {
        name: Some(name("Rialto")),
        settings: vec![
            Setting::QuoteTtlSeconds(600),
            Setting::Settlement(Settlement::Instant),
            Setting::VendorRateLimits(true),
            Setting::WebhooksToLoopback(false),
            Setting::HoldTtlSeconds(60),
            Setting::WebhooksToPrivate(true),
            Setting::VendorHttpStatuses(false),
            Setting::VendorTokensBoundToIp(true),
            Setting::VendorIpAllowList(ip_ranges()),
        ],
    }
}

pub(super) fn new_principal(credential: Credential) -> NewPrincipal {
    NewPrincipal {
        book: Some(BookId(1)),
        name: name("clerk"),
        email: Some(Email::new("c@d.eu").expect("an address")),
        capabilities: [Capability::BookRead, Capability::FundsWrite]
            .into_iter()
            .collect::<Capabilities>(),
        grant: Some(Box::new(grant())),
        credential,
    }
}

pub(super) fn grant() -> Grant {
    Grant {
        accounts: vec![AccountId(300)],
        tags: vec![tag("eu")],
        amounts: vec![(AssetId(2), amount(500))],
    }
}

pub(super) fn tag(text: &str) -> Tag {
    Tag::new(text).expect("a tag")
}

pub(super) fn reason(text: &str) -> Option<Reason> {
    Some(Reason::new(text).expect("a reason"))
}

pub(super) fn new_account() -> NewAccount {
    NewAccount {
        name: name("ops"),
        alias: Some(Alias::new("main").expect("an alias")),
        metadata: metadata(),
        tags: Tags::new(vec![tag("us"), tag("eu")]).expect("two tags"),
        holdings: vec![Holding {
            asset: AssetId(200),
            overdraft_limit: Amount::MAX,
        }],
        holds_any_asset: true,
    }
}

pub(super) fn account_change() -> AccountChange {
    AccountChange {
        account: AccountId(300),
        name: None,
        alias: Some(None),
        metadata: Some(Metadata::default()),
        tags: Some(Tags::default()),
        holdings: vec![Holding {
            asset: AssetId(1),
            overdraft_limit: Amount::ZERO,
        }],
        only_if_updated_at: Some(Timestamp(-300)),
    }
}

pub(super) fn account_freeze() -> AccountFreeze {
    AccountFreeze {
        account: AccountId(300),
        debits: true,
        credits: false,
        reason: reason("court order"),
    }
}

pub(super) fn new_transfer() -> NewTransfer {
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

/// A transfer with everything that can be asked for at once, although the rules would not let it.
pub(super) fn new_transfer_with_terms() -> NewTransfer {
    let terms = Terms {
        at_most: Some(amount(20_000)),
        hold: Some(HoldTerms { seconds: Some(300) }),
        reviewers: vec![PrincipalId(2), PrincipalId(200)],
        reverses: Some(Reverses {
            transfer: TransferId(300),
            reason: ReversalReason::WrongAccount,
            previous: 301,
        }),
        closes_source: true,
        later: Some(treasury::later()),
        in_kind: true,
        quote: Some(QuoteId(300)),
        fee: Some(treasury::fee_charged()),
        run: Some(treasury::run()),
        booked: Some(treasury::booked()),
        returns_fee: true,
        dual_control: true,
    };
    NewTransfer {
        terms: Some(Box::new(terms)),
        ..simple(TransferKind::Transfer, 12_345)
    }
}

pub(super) fn simple(kind: TransferKind, minor: u128) -> NewTransfer {
    let (source, target) = (AccountId(4), AccountId(5));
    NewTransfer::simple(kind, source, target, AssetId(2), amount(minor))
}

pub(super) fn approval_terms() -> ApprovalTerms {
    ApprovalTerms {
        policy: Some(PolicyId(3)),
        needed: 2,
        checkers: vec![PrincipalId(2), PrincipalId(200)],
        holds_funds: true,
        expires_at: Timestamp(1_000),
    }
}

pub(super) fn policy() -> Policy {
    let conditions = Conditions {
        kinds: vec![TransferKind::Transfer, TransferKind::Withdrawal],
        asset: Some(AssetId(2)),
        amount_min: Some(amount(1)),
        amount_max: Some(amount(300)),
        source: Some(AccountId(4)),
        target: Some(AccountId(5)),
        source_tag: Some(tag("eu")),
        target_tag: Some(tag("us")),
        initiator: Some(PrincipalId(6)),
    };
    Policy {
        name: name("big"),
        rank: 10,
        conditions,
        approvals: 2,
        checkers: vec![PrincipalId(2)],
        expires_after_seconds: 3_600,
        funds: FundsCheck::AtExecution,
    }
}

pub(super) fn new_limit() -> NewLimit {
    NewLimit {
        name: name("daily"),
        subject: LimitSubject::Account(AccountId(300)),
        side: Side::Debit,
        asset: Some(AssetId(2)),
        period: Period::Rolling { seconds: 300 },
        amount_max: Some(amount(500)),
        count_max: Some(7),
    }
}

pub(super) fn limit_change() -> LimitChange {
    LimitChange {
        limit: LimitId(3),
        name: Some(name("hourly")),
        amount_max: Some(amount(600)),
        count_max: None,
    }
}

pub(super) fn stop() -> BookStop {
    BookStop {
        stopped: true,
        reason: reason("theft"),
    }
}

pub(super) fn change_step(outcome: ChangeOutcome) -> Event {
    Event::ChangeStep(Box::new(ChangeStep {
        change: ChangeId(300),
        previous: 301,
        outcome,
    }))
}

pub(super) fn step(step: Step) -> Event {
    Event::Step(TransferStep {
        transfer: TransferId(300),
        previous: 301,
        step,
    })
}

pub(super) fn three_legs() -> NewTransfer {
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

pub(super) fn declined(why: Rejection) -> Transfer {
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

pub(super) fn account_close() -> AccountClose {
    AccountClose {
        account: AccountId(300),
        sweep_to: Some(AccountId(5)),
    }
}

pub(super) fn new_reversal() -> NewReversal {
    NewReversal {
        original: Original {
            transfer: TransferId(300),
            kind: TransferKind::Deposit,
            posted: simple(TransferKind::Deposit, 9).legs,
            is_reversal: false,
            fee: Some(treasury::fee_charged()),
            is_traded: true,
        },
        amount: Some(amount(9)),
        reason: ReversalReason::Fraud,
        reference: Some(Reference::new("rent").expect("a reference")),
        metadata: metadata(),
        reviewers: vec![PrincipalId(2)],
        returns_fee: true,
    }
}

pub(super) fn capture() -> Capture {
    Capture {
        transfer: TransferId(300),
        amount: Some(amount(9)),
        release_rest: true,
    }
}

pub(super) fn secret() -> Credential {
    Credential::Secret { hash: [0xab; 32] }
}
