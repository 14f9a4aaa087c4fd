//! The bytes of actions and capabilities.

use super::examples::treasury::*;
use super::*;
use crate::fee::FeeChange;
use crate::{Action, AssetId, Capabilities, Capability, ChangeId, Subject, TransferId};

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
        (Capability::RatesRead, "808004"),
        (Capability::RatesWrite, "808008"),
        (Capability::FeesRead, "808010"),
        (Capability::FeesWrite, "808020"),
        (Capability::SchedulesRead, "808040"),
        (Capability::SchedulesWrite, "80808001"),
        (Capability::SecuritiesRead, "80808002"),
        (Capability::SecuritiesWrite, "80808004"),
        (Capability::WebhooksRead, "80808008"),
        (Capability::WebhooksWrite, "80808010"),
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
        Action::Due(_) => 16,
        Action::ChangePolicy(_) => 17,
        Action::AddLimit(_) => 18,
        Action::ChangeLimit(_) => 19,
        Action::RemoveLimit(_) => 20,
        Action::StopBook(_) => 21,
        Action::SetRate(_) => 22,
        Action::RemoveRate { .. } => 23,
        Action::ChangeFee(_) => 24,
        Action::Quote(_) => 25,
        Action::Execute(_) => 26,
        Action::SetCalendar(..) => 27,
        Action::AddSchedule(_) => 28,
        Action::ChangeSchedule(_) => 29,
        Action::AddInstrument(_) => 30,
        Action::SetInvestment(_) => 31,
        Action::Trade(_) => 32,
        Action::Webhook(_) => 33,
        Action::Refuse(_) => 34,
    }
}

/// Fingerprints of requests are taken over these bytes.
#[test]
fn every_action_keeps_its_bytes() {
    let (transfer, change) = (TransferId(300), Subject::Change(ChangeId(300)));
    let actions = [
        (
            Action::DefineAsset(asset()),
            "0004555344430855534420436f696e0601",
        ),
        (
            Action::OpenBook(new_book()),
            "0108436127204769726f01ac02010100901c01000102000a010000100120010db800000000000000000000000020",
        ),
        (
            Action::ChangeBook(book_change()),
            "0201065269616c746f0900d804010102010300043c0501060007010802000a010000100120010db8\
             00000000000000000000000020",
        ),
        (
            Action::AddPrincipal(new_principal(secret())),
            "03010105636c65726b01066340642e657582040101ac02010265750102f40300abababababababab\
             abababababababababababababababababababababababab",
        ),
        (Action::RevokePrincipal(PrincipalId(200)), "04c801"),
        (
            Action::OpenAccount(new_account()),
            "05036f707301046d61696e0201610131016201320202657502757301c8018080808080e2e7a5b3ab9cc8bccff3cbc00101",
        ),
        (
            Action::ChangeAccount(account_change()),
            "06ac020001000100010001010001d704",
        ),
        (
            Action::FreezeAccount(account_freeze()),
            "07ac020100010b636f757274206f72646572",
        ),
        (Action::CloseAccount(account_close()), "08ac020105"),
        (
            Action::Transfer(new_transfer()),
            "090002040200b960f0a2040201b960010472656e7402016101310162013200",
        ),
        (
            Action::Reverse(Box::new(new_reversal())),
            "0aac02010204020009050201090001ac0202190001010901010472656e7402016101310162013201\
             0201",
        ),
        (Action::Capture(capture()), "0bac02010901"),
        (Action::Release(transfer, reason("no")), "0cac0201026e6f"),
        (Action::Approve(Subject::Transfer(transfer)), "0d00ac02"),
        (Action::Reject(change, reason("no")), "0e01ac0201026e6f"),
        (Action::Cancel(change, None), "0f01ac0200"),
        (Action::Due(change.into()), "1001ac02"),
        (
            Action::ChangePolicy(Box::new(PolicyChange::Add(policy()))),
            "1100036269670a0200020102010101ac020104010501026575010275730106020102901c01",
        ),
        (
            Action::AddLimit(new_limit()),
            "12056461696c7901ac0200010203ac0201f4030107",
        ),
        (
            Action::ChangeLimit(limit_change()),
            "13030106686f75726c7901d80400",
        ),
        (Action::RemoveLimit(LimitId(3)), "1403"),
        (Action::StopBook(stop()), "150101057468656674"),
    ];
    check_actions(0, &actions);
}

#[test]
fn every_action_of_the_treasury_keeps_its_bytes() {
    let (source, target) = (AssetId(2), AssetId(300));
    let actions = [
        (
            Action::SetRate(Box::new(new_rate())),
            "1602ac0200c95404190301ac020365636201d704",
        ),
        (Action::RemoveRate { source, target }, "1702ac02"),
        (
            Action::ChangeFee(Box::new(FeeChange::Add(fee_rule()))),
            "18000563726f73730a0200030201ac02010101ac0201026575010275731901001904011e01f40302\
             01",
        ),
        (
            Action::Quote(Box::new(new_quote())),
            "1904ac0202ac0200b96001ac02",
        ),
        (
            Action::Execute(Box::new(execution())),
            "1aac02010472656e740201610131016201320102",
        ),
        (
            Action::SetCalendar(calendar_code(), Box::new(calendar())),
            "1b044f555253046f7572730b4575726f70652f526f6d65400102f8c002fac002",
        ),
        (
            Action::AddSchedule(Box::new(new_schedule())),
            "1c0472656e740004ac0202ac02010b4575726f70652f526f6d6590fd0102011ff8c0020190c80201\
         044f5552530201000101010472656e74020161013101620132",
        ),
        (
            Action::ChangeSchedule(schedule_change()),
            "1dac020101026f6b",
        ),
        (
            Action::AddInstrument(Box::new(new_instrument())),
            "1e093931323739375858310462696c6c0201c0c202640002044f555253",
        ),
        (Action::SetInvestment(investment_set()), "1fac020102000103"),
        (Action::Trade(new_trade()), "20ac02ac020101ac02"),
    ];
    check_actions(22, &actions);
}

/// Checks the rows of actions whose first one has that number.
fn check_actions(first: u8, actions: &[(Action, &str)]) {
    for (place, (action, golden)) in (first..).zip(actions) {
        let number = action_number(action);
        assert_eq!(number, place, "each variant has its row, in order");
        check(action, golden);
    }
}
