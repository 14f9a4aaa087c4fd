//! The bytes of events and actions. **Formats are append-only**: journals and fingerprints of
//! requests are kept for ever, so a test that fails here means that the bytes which are already
//! on disks could no longer be read, or would be read as something else. Undo the change; add a
//! variant or a new event instead, and a row for it here.

use super::*;
use crate::action::{AccountClose, Capture, Holding, NewReversal, Original};
use crate::policy::FundsCheck;
use crate::rejection::Excess;
use crate::rejection::tests::one_of_each;
use crate::step::{Approved, Rest};
use crate::terms::{HoldTerms, Reverses};
use crate::text::{Alias, Email, Name, Reason, Reference};
use crate::{
    Action, Amount, AssetId, AssetKind, BookSettings, Capabilities, Capability, Conditions,
    Credential, Grant, LimitSubject, Metadata, NewTransfer, Period, Policy, PolicyId,
    ReversalReason, Setting, Settlement, Side, SignedAmount, Step, Subject, Tag, Tags, Terms,
    Timestamp, TransferId, TransferKind, TransferStatus,
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
        hold_ttl_seconds: 3_600,
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
            Setting::HoldTtlSeconds(60),
        ],
    }
}

fn new_principal(credential: Credential) -> NewPrincipal {
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

fn grant() -> Grant {
    Grant {
        accounts: vec![AccountId(300)],
        tags: vec![tag("eu")],
        amounts: vec![(AssetId(2), amount(500))],
    }
}

fn tag(text: &str) -> Tag {
    Tag::new(text).expect("a tag")
}

fn reason(text: &str) -> Option<Reason> {
    Some(Reason::new(text).expect("a reason"))
}

fn new_account() -> NewAccount {
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

fn account_change() -> AccountChange {
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
    }
}

fn account_freeze() -> AccountFreeze {
    AccountFreeze {
        account: AccountId(300),
        debits: true,
        credits: false,
        reason: reason("court order"),
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

/// A transfer with everything that can be asked for at once, although the rules would not let it.
fn new_transfer_with_terms() -> NewTransfer {
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
    };
    NewTransfer {
        terms: Some(Box::new(terms)),
        ..simple(TransferKind::Transfer, 12_345)
    }
}

fn simple(kind: TransferKind, minor: u128) -> NewTransfer {
    let (source, target) = (AccountId(4), AccountId(5));
    NewTransfer::simple(kind, source, target, AssetId(2), amount(minor))
}

fn approval_terms() -> ApprovalTerms {
    ApprovalTerms {
        policy: PolicyId(3),
        needed: 2,
        checkers: vec![PrincipalId(2), PrincipalId(200)],
        holds_funds: true,
        expires_at: Timestamp(1_000),
    }
}

fn policy() -> Policy {
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

fn new_limit() -> NewLimit {
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

fn limit_change() -> LimitChange {
    LimitChange {
        limit: LimitId(3),
        name: Some(name("hourly")),
        amount_max: Some(amount(600)),
        count_max: None,
    }
}

fn stop() -> BookStop {
    BookStop {
        stopped: true,
        reason: reason("theft"),
    }
}

fn change_step(outcome: ChangeOutcome) -> Event {
    Event::ChangeStep(ChangeStep {
        change: ChangeId(300),
        previous: 301,
        outcome,
    })
}

fn step(step: Step) -> Event {
    Event::Step(TransferStep {
        transfer: TransferId(300),
        previous: 301,
        step,
    })
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
        Event::Step(_) => 10,
        Event::PolicySet(_) => 11,
        Event::ChangeRequested(_) => 12,
        Event::ChangeStep(_) => 13,
        Event::LimitAdded(..) => 14,
        Event::LimitChanged(_) => 15,
        Event::LimitRemoved(_) => 16,
        Event::BookStopped(_) => 17,
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
        (step(Step::Expired), ""),
        (
            Event::PolicySet(PolicySet { id: PolicyId(3), policy: Some(policy()) }),
            "",
        ),
        (
            Event::ChangeRequested(ChangeRequest {
                change: PolicyChange::Replace(PolicyId(3), policy()),
                terms: approval_terms(),
            }),
            "",
        ),
        (change_step(ChangeOutcome::Expired), ""),
        (Event::LimitAdded(LimitId(3), new_limit()), ""),
        (Event::LimitChanged(limit_change()), ""),
        (Event::LimitRemoved(LimitId(3)), ""),
        (Event::BookStopped(stop()), ""),
    ];
    for (place, (event, golden)) in (0..).zip(&events) {
        assert_eq!(number(event), place, "each variant has its row, in order");
        check(event, golden);
    }
}

#[test]
fn every_status_keeps_its_bytes() {
    let statuses = [
        (TransferStatus::Completed, ""),
        (TransferStatus::Declined(Rejection::BookStopped), ""),
        (
            TransferStatus::AwaitingApproval(Box::new(approval_terms())),
            "",
        ),
        (
            TransferStatus::Held {
                expires_at: Timestamp(-300),
            },
            "",
        ),
    ];
    for (place, (status, golden)) in (0..).zip(&statuses) {
        let number = match status {
            TransferStatus::Completed => 0,
            TransferStatus::Declined(_) => 1,
            TransferStatus::AwaitingApproval(_) => 2,
            TransferStatus::Held { .. } => 3,
        };
        assert_eq!(number, place, "each variant has its row, in order");
        check(status, golden);
    }
}

#[test]
fn every_step_keeps_its_bytes() {
    let legs = || simple(TransferKind::Transfer, 9).legs;
    let declined = Approved::Declined(Rejection::BookStopped);
    let expires_at = Timestamp(300);
    let reason = reason("no");
    let steps = [
        (Step::Approved(Approved::Waiting), ""),
        (Step::Approved(Approved::Completed { legs: legs() }), ""),
        (Step::Approved(Approved::Held { expires_at }), ""),
        (Step::Approved(declined), ""),
        (Step::Rejected { reason: reason.clone() }, ""),
        (Step::Cancelled { reason: reason.clone() }, ""),
        (Step::Captured { legs: legs(), rest: Rest::Held }, ""),
        (Step::Captured { legs: legs(), rest: Rest::Released }, ""),
        (Step::Released { reason }, ""),
        (Step::Expired, ""),
    ];
    for (place, (step, golden)) in (0..).zip(&steps) {
        assert_eq!(step_number(step), place, "each variant has its row, in order");
        check(step, golden);
    }
}

/// A variant that is missing here does not compile; give it a row in the table above.
fn step_number(step: &Step) -> u8 {
    match step {
        Step::Approved(Approved::Waiting) => 0,
        Step::Approved(Approved::Completed { .. }) => 1,
        Step::Approved(Approved::Held { .. }) => 2,
        Step::Approved(Approved::Declined(_)) => 3,
        Step::Rejected { .. } => 4,
        Step::Cancelled { .. } => 5,
        Step::Captured { rest: Rest::Held, .. } => 6,
        Step::Captured { rest: Rest::Released, .. } => 7,
        Step::Released { .. } => 8,
        Step::Expired => 9,
    }
}

#[test]
fn every_outcome_of_a_change_keeps_its_bytes() {
    let id = PolicyId(3);
    let reason = reason("no");
    let outcomes = [
        (ChangeOutcome::Approved, ""),
        (ChangeOutcome::Applied(PolicySet { id, policy: None }), ""),
        (ChangeOutcome::Declined(Rejection::PolicyRemoved { policy: id }), ""),
        (ChangeOutcome::Rejected { reason: reason.clone() }, ""),
        (ChangeOutcome::Cancelled { reason }, ""),
        (ChangeOutcome::Expired, ""),
    ];
    for (place, (outcome, golden)) in (0..).zip(&outcomes) {
        let number = match outcome {
            ChangeOutcome::Approved => 0,
            ChangeOutcome::Applied(_) => 1,
            ChangeOutcome::Declined(_) => 2,
            ChangeOutcome::Rejected { .. } => 3,
            ChangeOutcome::Cancelled { .. } => 4,
            ChangeOutcome::Expired => 5,
        };
        assert_eq!(number, place, "each variant has its row, in order");
        check(outcome, golden);
    }
}

#[test]
fn every_decline_keeps_its_bytes() {
    let goldens = [
        ("book_stopped", ""),
        ("account_not_granted", ""),
        ("account_closed", ""),
        ("account_frozen", ""),
        ("amount_not_granted", ""),
        ("insufficient_funds", ""),
        ("balance_too_large", ""),
        ("limit_exceeded", ""),
        ("account_not_empty", ""),
        ("too_few_checkers", ""),
        ("policy_removed", ""),
        ("batch_aborted", ""),
    ];
    let declines = one_of_each().into_iter().filter(Rejection::is_recorded);
    let declines: Vec<Rejection> = declines.collect();
    let codes: Vec<&str> = declines.iter().map(Rejection::code).collect();
    assert_eq!(codes, goldens.map(|(code, _)| code), "each has its row");
    for (why, (_, golden)) in declines.into_iter().zip(goldens) {
        check(&declined(why), golden);
    }
    let (max, asked) = (amount(500), amount(300));
    let excess = Excess::Amount { max, used: 400, asked };
    check(&excess, "");
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
    check(&new_transfer_with_terms(), "");
    check(&ReversalReason::ALL, "");
    check(&[FundsCheck::AtSubmission, FundsCheck::AtExecution], "");
    check(&[PolicyChange::Add(policy()), PolicyChange::Remove(PolicyId(3))], "");
    let subjects = [
        LimitSubject::Book,
        LimitSubject::Account(AccountId(300)),
        LimitSubject::Tag(tag("eu")),
        LimitSubject::Principal(PrincipalId(200)),
    ];
    check(&subjects, "");
    let rolling = Period::Rolling { seconds: 300 };
    check(&[Period::Transfer, Period::Day, Period::Month, rolling], "");
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
        (Capability::ApprovalsRead, "8008"),
        (Capability::ApprovalsDecide, "8010"),
        (Capability::PoliciesRead, "8020"),
        (Capability::PoliciesWrite, "8040"),
        (Capability::LimitsRead, "808001"),
        (Capability::LimitsWrite, "808002"),
    ];
    for (capability, golden) in capabilities {
        check(&[capability].into_iter().collect::<Capabilities>(), golden);
    }
    assert_eq!(
        capabilities.map(|(capability, _)| capability),
        Capability::ALL
    );
}

/// A variant that is missing here does not compile; give it a row in the table below.
fn action_number(action: &Action) -> u8 {
    match action {
        Action::DefineAsset(_) => 0,
        Action::OpenBook(_) => 1,
        Action::ChangeBook(_) => 2,
        Action::AddPrincipal(_) => 3,
        Action::RevokePrincipal(_) => 4,
        Action::OpenAccount(_) => 5,
        Action::ChangeAccount(_) => 6,
        Action::FreezeAccount(_) => 7,
        Action::CloseAccount(_) => 8,
        Action::Transfer(_) => 9,
        Action::Reverse(_) => 10,
        Action::Capture(_) => 11,
        Action::Release(..) => 12,
        Action::Approve(_) => 13,
        Action::Reject(..) => 14,
        Action::Cancel(..) => 15,
        Action::Expire(_) => 16,
        Action::ChangePolicy(_) => 17,
        Action::AddLimit(_) => 18,
        Action::ChangeLimit(_) => 19,
        Action::RemoveLimit(_) => 20,
        Action::StopBook(_) => 21,
    }
}

/// Fingerprints of requests are taken over these bytes.
#[test]
fn every_action_keeps_its_bytes() {
    let secret = Credential::Secret { hash: [0xab; 32] };
    let (transfer, change) = (TransferId(300), Subject::Change(ChangeId(300)));
    let actions = [
        (Action::DefineAsset(asset()), ""),
        (Action::OpenBook(new_book()), ""),
        (Action::ChangeBook(book_change()), ""),
        (Action::AddPrincipal(new_principal(secret)), ""),
        (Action::RevokePrincipal(PrincipalId(200)), ""),
        (Action::OpenAccount(new_account()), ""),
        (Action::ChangeAccount(account_change()), ""),
        (Action::FreezeAccount(account_freeze()), ""),
        (Action::CloseAccount(account_close()), ""),
        (Action::Transfer(new_transfer()), ""),
        (Action::Reverse(new_reversal()), ""),
        (Action::Capture(capture()), ""),
        (Action::Release(transfer, reason("no")), ""),
        (Action::Approve(Subject::Transfer(transfer)), ""),
        (Action::Reject(change, reason("no")), ""),
        (Action::Cancel(change, None), ""),
        (Action::Expire(change), ""),
        (Action::ChangePolicy(PolicyChange::Add(policy())), ""),
        (Action::AddLimit(new_limit()), ""),
        (Action::ChangeLimit(limit_change()), ""),
        (Action::RemoveLimit(LimitId(3)), ""),
        (Action::StopBook(stop()), ""),
    ];
    for (place, (action, golden)) in (0..).zip(&actions) {
        assert_eq!(action_number(action), place, "each variant has its row, in order");
        check(action, golden);
    }
}

fn account_close() -> AccountClose {
    AccountClose {
        account: AccountId(300),
        sweep_to: Some(AccountId(5)),
    }
}

fn new_reversal() -> NewReversal {
    NewReversal {
        original: Original {
            transfer: TransferId(300),
            kind: TransferKind::Deposit,
            posted: simple(TransferKind::Deposit, 9).legs,
            is_reversal: false,
        },
        amount: Some(amount(9)),
        reason: ReversalReason::Fraud,
        reference: Some(Reference::new("rent").expect("a reference")),
        metadata: metadata(),
        reviewers: vec![PrincipalId(2)],
    }
}

fn capture() -> Capture {
    Capture {
        transfer: TransferId(300),
        amount: Some(amount(9)),
        release_rest: true,
    }
}
