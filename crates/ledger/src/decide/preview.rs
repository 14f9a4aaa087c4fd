//! What would come of an action: the same decision, carried out nowhere.

use crate::ledger::posted_after;
use crate::{Action, Balance, Event, Ledger, Leg, Rejection, Side, Stamp, TransferStatus};

/// What would happen, and what the balances would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// What would happen.
    pub event: Event,
    /// If it is a transfer, the balance after each of its legs: posted, held, or as it is.
    pub balances: Vec<Balance>,
}

impl Ledger {
    /// Decides `action` as [`Ledger::decide`] does, and says what the balances would be.
    ///
    /// # Errors
    /// As [`Ledger::decide`].
    pub fn preview(&self, stamp: Stamp, action: Action) -> Result<Preview, Rejection> {
        let event = self.decide(stamp, action)?;
        let balances = if let Event::Transfer(transfer) = &event {
            let posted = transfer.posted();
            match posted.is_empty() {
                true => self.balances_after(&transfer.request.legs, &transfer.status),
                false => {
                    let legs: Vec<Leg> = posted.iter().copied().collect();
                    self.balances_after(&legs, &transfer.status)
                }
            }
        } else {
            Vec::new()
        };
        Ok(Preview { event, balances })
    }

    fn balances_after(&self, legs: &[Leg], status: &TransferStatus) -> Vec<Balance> {
        let same_line = |a: &Leg, b: &Leg| (a.account, a.asset) == (b.account, b.asset);
        let after = |place: usize, leg: &Leg| {
            let before = self.line_of(leg).map(crate::Line::balance);
            let so_far = legs.iter().take(place.saturating_add(1));
            let of_line = so_far.filter(|other| same_line(other, leg));
            of_line.fold(before.unwrap_or_default(), |sum, leg| add(sum, leg, status))
        };
        let places = legs.iter().enumerate();
        places.map(|(place, leg)| after(place, leg)).collect()
    }
}

/// What a leg of a transfer with that status makes of a balance.
fn add(balance: Balance, leg: &Leg, status: &TransferStatus) -> Balance {
    let Balance { posted, held } = balance;
    let is_held = match status {
        TransferStatus::Completed => {
            let posted = posted_after(posted, leg).expect("decide checked the range");
            return Balance { posted, held };
        }
        TransferStatus::Declined(_) => false,
        TransferStatus::AwaitingApproval(terms) => terms.holds_funds,
        TransferStatus::Held { .. } => true,
        TransferStatus::Scheduled { holds_funds, .. } => *holds_funds,
    };
    if !is_held || leg.side == Side::Credit {
        return balance;
    }
    let held = held.checked_add(leg.amount);
    let held = held.expect("decide checked the range");
    Balance { posted, held }
}
