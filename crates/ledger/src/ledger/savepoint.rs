//! Transfers that are only tried, and put back.

use super::Ledger;
use crate::limit::Usage;
use crate::{
    AccountId, AssetId, Balance, LimitId, LineId, SignedAmount, Stamp, Transfer, TransferId,
};

/// What has to be put back when a transfer is only tried.
#[derive(Default)]
pub(crate) struct Savepoint {
    lines: usize,
    balances: Vec<(LineId, Balance)>,
    usages: Vec<(LimitId, Usage)>,
    opened: Vec<TransferId>,
    costs: Vec<((AccountId, AssetId), Option<SignedAmount>)>,
}

impl Ledger {
    /// The state before transfers that are only tried.
    pub(crate) fn savepoint(&self) -> Savepoint {
        let lines = self.lines.len();
        Savepoint {
            lines,
            ..Savepoint::default()
        }
    }

    /// Makes a transfer that is only tried.
    pub(crate) fn try_transfer(&mut self, to: &mut Savepoint, stamp: Stamp, transfer: &Transfer) {
        let request = &transfer.request;
        let posted = transfer.posted();
        let booked = request.booked().into_iter();
        let of_trades = booked.flat_map(|booked| &booked.trades);
        let payers = of_trades.map(|trade| (trade.account, trade.cash));
        // What moves in kind costs those whose legs it has.
        let payers = payers.chain(request.legs.iter().map(|leg| (leg.account, leg.asset)));
        for payer in payers.filter(|_| request.booked().is_some()) {
            to.costs.push((payer, self.costs.get(&payer).copied()));
        }
        for leg in request.legs.iter().chain(posted.iter()) {
            let line = self
                .account(leg.account)
                .and_then(|one| one.line(leg.asset));
            if let Some((id, line)) = line.and_then(|id| Some((id, self.line(id)?))) {
                to.balances.push((id, line.balance()));
            }
        }
        for (id, _) in self.limits_for(stamp.book, stamp.principal, &request.legs) {
            to.usages.push((id, self.limit_mut(id).usage.clone()));
        }
        to.opened.push(TransferId(stamp.number));
        self.apply_transfer(stamp, transfer, |_, _| ());
    }

    /// Puts everything back.
    pub(crate) fn roll_back(&mut self, to: Savepoint) {
        for id in to.opened {
            self.take_open(id);
        }
        for (payer, cost) in to.costs.into_iter().rev() {
            match cost {
                Some(cost) => self.costs.insert(payer, cost),
                None => self.costs.remove(&payer),
            };
        }
        for (id, usage) in to.usages.into_iter().rev() {
            self.limit_mut(id).usage = usage;
        }
        for (id, Balance { posted, held }) in to.balances.into_iter().rev() {
            let line = self.line_mut(id);
            (line.posted, line.held) = (posted, held);
        }
        while self.lines.len() > to.lines {
            let line = self.lines.pop().expect("longer than before");
            self.account_mut(line.account).lines.pop();
        }
    }
}
