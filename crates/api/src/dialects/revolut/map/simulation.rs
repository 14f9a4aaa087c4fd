//! What the sandbox can be asked to make of a transaction.

use super::answer::Seen;
use crate::dialects::revolut::error::Error;
use crate::dialects::revolut::wire::State;
use giro_ledger::action::{Capture, NewReversal};
use giro_ledger::{Action, Metadata, ReversalReason, TransferState};
use giro_service::Life;

/// What is to happen to a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Simulation {
    /// Its money arrives.
    Complete,
    /// Its money is given back.
    Revert,
    /// It is refused, for want of money or the like.
    Decline,
    /// It turns out to be impossible.
    Fail,
}

impl Simulation {
    /// Each of them, with its name in paths and in keys. The names are in the journal.
    const ALL: [(&'static str, Simulation); 4] = [
        ("complete", Simulation::Complete),
        ("revert", Simulation::Revert),
        ("decline", Simulation::Decline),
        ("fail", Simulation::Fail),
    ];

    /// The one of that name, in capital or small letters.
    pub fn named(name: &str) -> Option<Simulation> {
        let mut all = Simulation::ALL.into_iter();
        let found = all.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, simulation)| simulation)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Simulation::Complete => "complete",
            Simulation::Revert => "revert",
            Simulation::Decline => "decline",
            Simulation::Fail => "fail",
        }
    }

    /// The state that a transaction is in after it.
    pub fn state(self) -> State {
        match self {
            Simulation::Complete => State::Completed,
            Simulation::Revert => State::Reverted,
            Simulation::Decline => State::Declined,
            Simulation::Fail => State::Failed,
        }
    }

    /// Reads the action of a path.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn of_path(text: &str) -> Result<Simulation, Error> {
        let names = "can only be 'complete', 'revert', 'decline' or 'fail'";
        Simulation::named(text).ok_or_else(|| Error::field("action", names))
    }

    /// Checks that it fits what has become of a transaction so far.
    ///
    /// # Errors
    /// [`Error::NotPossible`].
    pub fn check(self, seen: &Seen) -> Result<(), Error> {
        let progress = &seen.life.progress;
        let refused = |why: &str| Err(Error::NotPossible(why.to_owned()));
        match (progress.state, self) {
            (TransferState::AwaitingApproval, _) => refused("The transaction waits for approval"),
            (TransferState::Scheduled, _) => refused("The time of the transaction has not come"),
            (TransferState::Held, Simulation::Complete) => Ok(()),
            (TransferState::Held, Simulation::Decline | Simulation::Fail) => {
                match progress.posted.is_empty() {
                    true => Ok(()),
                    false => refused("A part of the transaction is completed"),
                }
            }
            (TransferState::Completed, Simulation::Revert) => Ok(()),
            _ => {
                let (from, to) = (seen.state().0.name(), self.state().name());
                refused(&format!("A transaction that is {from} cannot become {to}"))
            }
        }
    }

    /// The command that brings it about. Whether it is possible, the ledger decides. A fee is
    /// given back with the whole of a transaction, and `is_part_back` says that it no longer is.
    pub fn action(self, life: &Life, is_part_back: bool) -> Action {
        let transfer = life.id();
        match self {
            Simulation::Complete => Action::Capture(Capture {
                transfer,
                amount: None,
                release_rest: true,
            }),
            Simulation::Decline | Simulation::Fail => Action::Release(transfer, None),
            Simulation::Revert => Action::Reverse(Box::new(NewReversal {
                original: life.original(),
                amount: None,
                reason: ReversalReason::Other,
                reference: life.transfer().request.reference.clone(),
                metadata: Metadata::default(),
                reviewers: Vec::new(),
                returns_fee: has_fee(life) && !is_part_back,
            })),
        }
    }
}

/// Whether there is a fee to give back with the rest.
fn has_fee(life: &Life) -> bool {
    let terms = life.transfer().request.terms.as_deref();
    terms.is_some_and(|terms| terms.fee.is_some())
}
