//! The rule for transfers that stand or fall together.

use super::check_asked_for;
use crate::{Ledger, NewTransfer, Rejection, Stamp, Timestamp, TransferStatus};

impl Ledger {
    /// Whether all of `requests` are possible, one after the other, the first one with this stamp;
    /// else the position of the first that is not, and why. The state is as before, either way.
    ///
    /// # Errors
    /// The position and the [`Rejection`] of the first one that is not possible.
    pub fn decide_all<'a>(
        &mut self,
        stamp: Stamp,
        requests: impl Iterator<Item = &'a NewTransfer>,
    ) -> Result<(), (u32, Rejection)> {
        let mut savepoint = self.savepoint();
        let mut stamp = stamp;
        let mut result = Ok(());
        for (position, request) in (0_u32..).zip(requests) {
            check_asked_for(request);
            let decided = self.decide_status(stamp, request.clone());
            let refused = match decided {
                Err(why) => Some(why),
                Ok(transfer) => match &transfer.status {
                    TransferStatus::Declined(why) => Some(why.clone()),
                    TransferStatus::Completed
                    | TransferStatus::AwaitingApproval(_)
                    | TransferStatus::Held { .. }
                    | TransferStatus::Scheduled { .. } => {
                        self.try_transfer(&mut savepoint, stamp, &transfer);
                        None
                    }
                },
            };
            if let Some(why) = refused {
                result = Err((position, why));
                break;
            }
            stamp = stamp.next();
        }
        self.roll_back(savepoint);
        result
    }
}

impl Stamp {
    /// The stamp of the record after, at the same time as far as possible.
    pub fn next(self) -> Stamp {
        Stamp {
            number: self.number.saturating_add(1),
            at: Timestamp(self.at.0.saturating_add(1)),
            ..self
        }
    }
}
