//! What the transfers of a measurement are under.

use super::Controls;
use anyhow::bail;
use giro_engine::{Command, Engine, Origin, Outcome};
use giro_ledger::action::Capture;
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::terms::HoldTerms;
use giro_ledger::text::{Tag, Text};
use giro_ledger::{
    AccountId, Action, Amount, AssetId, BookId, Conditions, LimitSubject, NewLimit, Period, Policy,
    PrincipalId, Side, Terms, TransferId,
};

mod treasury;

pub(super) use treasury::{EUR, convert, euro};

/// The first asset that is defined after those of every measurement.
const BILL: AssetId = AssetId(2);

/// The tag of every account.
pub(super) fn tag() -> Tag {
    Text::new("all").expect("a short plain word")
}

/// What has to be configured in the book.
pub(super) fn configuration(
    controls: Controls,
    asset: AssetId,
    principal: PrincipalId,
    accounts: impl Iterator<Item = AccountId>,
) -> Vec<Action> {
    match controls {
        Controls::None | Controls::Holds => Vec::new(),
        Controls::Fees => vec![treasury::fee(asset)],
        Controls::Quotes => vec![treasury::rate(asset, EUR, "0.9123")],
        Controls::Trades => {
            let set_up = [treasury::instrument(asset), treasury::settle_at_once()];
            let price = treasury::rate(BILL, asset, "0.98765432");
            let invested = accounts.map(|account| treasury::invest(account, asset));
            set_up.into_iter().chain([price]).chain(invested).collect()
        }
        Controls::Limits => {
            let subjects = [
                (LimitSubject::Book, Period::Day),
                (LimitSubject::Tag(tag()), Period::Rolling { seconds: 3600 }),
                (LimitSubject::Principal(principal), Period::Month),
            ];
            let limits = subjects.map(|(subject, period)| limit(subject, period, asset));
            limits.map(Action::AddLimit).to_vec()
        }
        Controls::Policies => {
            let policies = (0..10).map(|rank| policy(rank, asset));
            let added = policies.map(|policy| Box::new(PolicyChange::Add(policy)));
            added.map(Action::ChangePolicy).collect()
        }
    }
}

fn limit(subject: LimitSubject, period: Period, asset: AssetId) -> NewLimit {
    NewLimit {
        name: Text::new("limit").expect("a short plain name"),
        subject,
        side: Side::Debit,
        asset: Some(asset),
        period,
        amount_max: Some(Amount::MAX),
        count_max: Some(u64::MAX),
    }
}

/// A policy that is asked about every transfer, and for none.
fn policy(rank: u32, asset: AssetId) -> Policy {
    Policy {
        name: Text::new("large").expect("a short plain name"),
        rank,
        conditions: Conditions {
            asset: Some(asset),
            amount_min: Some(Amount::MAX),
            ..Conditions::default()
        },
        approvals: 0,
        checkers: Vec::new(),
        expires_after_seconds: 3600,
        funds: FundsCheck::AtSubmission,
    }
}

/// What a transfer asks for beyond moving its money.
pub(super) fn terms(controls: Controls) -> Option<Box<Terms>> {
    let hold = Some(HoldTerms::default());
    let terms = Terms {
        hold,
        ..Terms::default()
    };
    (controls == Controls::Holds).then(|| Box::new(terms))
}

/// Captures what the transfers of a batch hold, each by a command of its own.
pub(super) fn capture(
    engine: &Engine,
    book: BookId,
    principal: PrincipalId,
    held: &[Outcome],
) -> anyhow::Result<()> {
    let submit = |outcome: &Outcome| {
        let Outcome::Recorded(record) = outcome else {
            bail!("the engine refused: {outcome:?}");
        };
        let capture = Capture {
            transfer: TransferId(record.seq.0),
            amount: None,
            release_rest: false,
        };
        let key = None;
        let origin = Origin {
            book,
            principal,
            key,
        };
        let action = Action::Capture(capture);
        Ok(engine.submit(Command { origin, action })?)
    };
    let replies = held
        .iter()
        .map(submit)
        .collect::<anyhow::Result<Vec<_>>>()?;
    for reply in replies {
        if let Outcome::Rejected(why) = reply.wait()? {
            bail!("the engine refused a capture: {why}");
        }
    }
    Ok(())
}
