//! The rule for transfers that stand or fall together.

use crate::{
    Account, BookId, Ledger, LineId, NewTransfer, Rejection, SignedAmount, Transfer, TransferStatus,
};

impl Ledger {
    /// Whether all of `requests` are possible, one after the other; else the position of the
    /// first that is not, and why. The state is as before, either way.
    ///
    /// # Errors
    /// The position and the [`Rejection`] of the first one that is not possible.
    pub fn decide_all<'a>(
        &mut self,
        book: BookId,
        requests: impl Iterator<Item = &'a NewTransfer>,
    ) -> Result<(), (u32, Rejection)> {
        let lines = self.lines().len();
        let mut before: Vec<(LineId, SignedAmount)> = Vec::new();
        let mut result = Ok(());
        for (position, request) in (0_u32..).zip(requests) {
            if let Err(why) = self.try_one(book, request, &mut before) {
                result = Err((position, why));
                break;
            }
        }
        for (line, posted) in before.into_iter().rev() {
            self.restore_posted(line, posted);
        }
        self.truncate_lines(lines);
        result
    }

    /// Checks one transfer and applies it, noting what the balances were before.
    fn try_one(
        &mut self,
        book: BookId,
        request: &NewTransfer,
        before: &mut Vec<(LineId, SignedAmount)>,
    ) -> Result<(), Rejection> {
        self.check_transfer(book, request)?;
        for leg in &request.legs {
            let line = self
                .account(leg.account)
                .and_then(|account: &Account| account.line(leg.asset));
            if let Some((id, line)) = line.and_then(|id| Some((id, self.line(id)?))) {
                before.push((id, line.posted));
            }
        }
        self.apply_transfer(
            &Transfer {
                request: request.clone(),
                status: TransferStatus::Completed,
            },
            |_, _| (),
        );
        Ok(())
    }
}
