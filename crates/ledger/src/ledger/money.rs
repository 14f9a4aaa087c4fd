//! How events change the state: money.

use super::{Ledger, index, number, posted_after};
use crate::event::Posted;
use crate::limit::Used;
use crate::open::{Hold, Reversed};
use crate::security::Booked;
use crate::step::{Outcome, Rest};
use crate::{
    AccountId, Amount, Approval, AssetId, Balance, Leg, Legs, LimitId, Line, LineId, Metadata,
    NewTransfer, OpenTransfer, PrincipalId, Side, SignedAmount, Stage, Stamp, Step, SystemRole,
    Timer, Transfer, TransferId, TransferKind, TransferStatus, TransferStep,
};
use std::sync::Arc;

impl Ledger {
    pub(crate) fn apply_transfer(
        &mut self,
        stamp: Stamp,
        transfer: &Transfer,
        mut touched: impl FnMut(LineId, Balance),
    ) {
        let request = &transfer.request;
        let holds = match &transfer.status {
            TransferStatus::Completed => {
                match request.booked() {
                    None => request
                        .legs
                        .iter()
                        .for_each(|leg| self.post(leg, &mut touched)),
                    Some(_) => self.post_all(&transfer.posted(), &mut touched),
                }
                self.count_posted(stamp, stamp.principal, &request.legs, 1);
                if request.terms.is_some() {
                    self.follow_terms(stamp, TransferId(stamp.number), request);
                    self.add_reversed(stamp, request);
                    self.book_trades(stamp, request, request.booked());
                    self.begin_settling(stamp, request);
                }
                return;
            }
            TransferStatus::Declined(_) => false,
            TransferStatus::AwaitingApproval(terms) => terms.holds_funds,
            TransferStatus::Held { .. } => true,
            TransferStatus::Scheduled { holds_funds, .. } => *holds_funds,
        };
        for leg in &request.legs {
            let held = if holds { leg.amount } else { Amount::ZERO };
            let (line, balance) = self.touch(leg, false, held, Amount::ZERO);
            touched(line, balance);
        }
        let stage = match &transfer.status {
            TransferStatus::Completed => return,
            TransferStatus::Declined(_) => {
                self.follow_run(stamp, request);
                return;
            }
            TransferStatus::AwaitingApproval(terms) => {
                Stage::AwaitingApproval(Approval::new(terms.as_ref().clone()))
            }
            TransferStatus::Held { expires_at } => Stage::Held(Hold {
                remaining: request.legs.clone(),
                has_captured: false,
                expires_at: *expires_at,
            }),
            TransferStatus::Scheduled {
                due_at,
                holds_funds,
            } => Stage::Scheduled {
                due_at: *due_at,
                holds_funds: *holds_funds,
            },
        };
        self.add_reversed(stamp, request);
        self.follow_run(stamp, request);
        self.use_quote(TransferId(stamp.number), request);
        let reserved = self.limits_for(stamp.book, stamp.principal, &request.legs);
        for (limit, amount) in &reserved {
            self.limit_mut(*limit).usage.reserve(Used::one(*amount));
        }
        self.open_transfer(stamp, request, stage, reserved);
    }

    fn post_all(&mut self, posted: &Posted<'_>, touched: &mut impl FnMut(LineId, Balance)) {
        posted.iter().for_each(|leg| self.post(leg, touched));
    }

    #[inline]
    fn post(&mut self, leg: &Leg, touched: &mut impl FnMut(LineId, Balance)) {
        let id = self.line_for(leg);
        let line = self.line_mut(id);
        line.post(leg);
        touched(id, line.balance());
    }

    /// A transfer whose trades settle later stays under way until then.
    fn begin_settling(&mut self, stamp: Stamp, request: &NewTransfer) {
        let settles_at = request.booked().and_then(|booked| booked.settles_at);
        if let Some(settles_at) = settles_at {
            let stage = Stage::Settling { settles_at };
            self.open_transfer(stamp, &settling(request.kind), stage, Vec::new());
        }
    }

    fn open_transfer(
        &mut self,
        stamp: Stamp,
        request: &NewTransfer,
        stage: Stage,
        reserved: Vec<(LimitId, Amount)>,
    ) {
        let open = OpenTransfer {
            book: stamp.book,
            maker: stamp.principal,
            requested_at: stamp.at,
            request: request.clone(),
            stage,
            last: stamp.number,
            reserved,
        };
        self.keep_open(TransferId(stamp.number), open);
    }

    fn keep_open(&mut self, id: TransferId, open: OpenTransfer) {
        self.timers.insert((open.due_at(), Timer::Transfer(id)));
        self.open.insert(id, Arc::new(open));
    }

    pub(crate) fn take_open(&mut self, id: TransferId) -> Option<OpenTransfer> {
        let open = Arc::unwrap_or_clone(self.open.remove(&id)?);
        self.timers.remove(&(open.due_at(), Timer::Transfer(id)));
        Some(open)
    }

    pub(super) fn apply_step(
        &mut self,
        stamp: Stamp,
        step: &TransferStep,
        mut touched: impl FnMut(LineId, Balance),
    ) {
        let mut open = self.take_open(step.transfer).expect("decide checked");
        assert_eq!(open.last, step.previous, "steps follow one another");
        open.last = stamp.number;
        match &step.step {
            Step::Approved(outcome) => {
                if *outcome == Outcome::Waiting {
                    approve(&mut open, stamp.principal);
                }
                self.go_on(stamp, &mut open, outcome, &mut touched);
            }
            Step::Due(outcome) => {
                self.go_on(stamp, &mut open, outcome, &mut touched);
            }
            Step::Captured { legs, rest } => {
                self.capture(stamp, &mut open, legs, *rest, &mut touched);
            }
            Step::Rejected { .. }
            | Step::Cancelled { .. }
            | Step::Released { .. }
            | Step::Expired => self.let_go(&open, &mut touched),
            Step::Settled => {}
        }
        if !step.step.is_final() {
            self.keep_open(step.transfer, open);
        }
    }

    fn go_on(
        &mut self,
        stamp: Stamp,
        open: &mut OpenTransfer,
        outcome: &Outcome,
        touched: &mut impl FnMut(LineId, Balance),
    ) {
        match outcome {
            Outcome::Waiting => {}
            Outcome::Scheduled { due_at } => {
                let holds_funds = !open.held().is_empty();
                open.stage = Stage::Scheduled {
                    due_at: *due_at,
                    holds_funds,
                };
            }
            Outcome::Held { expires_at } => self.begin_hold(open, *expires_at, touched),
            Outcome::Completed { legs, booked } => {
                self.complete(stamp, open, legs, booked.as_deref(), touched);
            }
            Outcome::Declined(_) => self.let_go(open, touched),
        }
    }

    /// What waited for approval becomes a hold.
    fn begin_hold(
        &mut self,
        open: &mut OpenTransfer,
        expires_at: crate::Timestamp,
        touched: &mut impl FnMut(LineId, Balance),
    ) {
        if open.held().is_empty() {
            for leg in &open.request.legs {
                let (line, balance) = self.touch(leg, false, leg.amount, Amount::ZERO);
                touched(line, balance);
            }
        }
        open.stage = Stage::Held(Hold {
            remaining: open.request.legs.clone(),
            has_captured: false,
            expires_at,
        });
    }

    /// What waited is posted. What was held for it is free with the leg that is posted; of what
    /// moves in kind, afterwards.
    fn complete(
        &mut self,
        stamp: Stamp,
        open: &mut OpenTransfer,
        legs: &Legs,
        booked: Option<&Booked>,
        touched: &mut impl FnMut(LineId, Balance),
    ) {
        let is_held = !open.held().is_empty();
        let is_in_kind = booked.is_some_and(|booked| booked.is_in_kind);
        let before = booked.map_or(&[][..], |booked| &booked.before);
        self.post_all(&Posted::of(before, None), touched);
        for leg in legs {
            let freed = if is_held { leg.amount } else { Amount::ZERO };
            if !is_in_kind || !freed.is_zero() {
                let (line, balance) = self.touch(leg, !is_in_kind, Amount::ZERO, freed);
                touched(line, balance);
            }
        }
        let after = booked.map_or(&[][..], |booked| &booked.after);
        self.post_all(&Posted::of(after, None), touched);
        for (limit, amount) in &open.reserved {
            self.limit_mut(*limit).usage.let_go(Used::one(*amount));
        }
        open.reserved = Vec::new();
        self.count_posted(stamp, open.maker, legs, 1);
        self.close_source(stamp, &open.request);
        self.book_trades(stamp, &open.request, booked);
        if let Some(settles_at) = booked.and_then(|booked| booked.settles_at) {
            open.stage = Stage::Settling { settles_at };
            open.request = settling(open.request.kind);
        }
    }

    /// A part of a hold is posted, or all of it.
    fn capture(
        &mut self,
        stamp: Stamp,
        open: &mut OpenTransfer,
        legs: &Legs,
        rest: Rest,
        touched: &mut impl FnMut(LineId, Balance),
    ) {
        let Stage::Held(hold) = &mut open.stage else {
            unreachable!("decide checked that the transfer is held");
        };
        assert_eq!(hold.remaining.len(), legs.len(), "a capture is of all legs");
        for (leg, left) in legs.iter().zip(&mut hold.remaining) {
            let freed = match rest {
                Rest::Held => leg.amount,
                Rest::Released => left.amount,
            };
            left.amount = left.amount.checked_sub(freed).expect("decide checked");
            let (line, balance) = self.touch(leg, true, Amount::ZERO, freed);
            touched(line, balance);
        }
        let count = u64::from(!hold.has_captured);
        hold.has_captured = true;
        for (limit, reserved) in &mut open.reserved {
            let counted = legs.first().map_or(*reserved, |leg| leg.amount);
            let freed = match rest {
                Rest::Held => counted.min(*reserved),
                Rest::Released => *reserved,
            };
            *reserved = reserved.checked_sub(freed).unwrap_or_default();
            let amount = freed.minor();
            self.limit_mut(*limit).usage.let_go(Used { amount, count });
        }
        self.count_posted(stamp, open.maker, legs, count);
    }

    /// What is still held is free again, and what was counted is not.
    fn let_go(&mut self, open: &OpenTransfer, touched: &mut impl FnMut(LineId, Balance)) {
        for leg in open.held() {
            if leg.side == Side::Debit {
                let (line, balance) = self.touch(leg, false, Amount::ZERO, leg.amount);
                touched(line, balance);
            }
        }
        let has_captured = matches!(&open.stage, Stage::Held(hold) if hold.has_captured);
        let count = u64::from(!has_captured);
        for (limit, amount) in &open.reserved {
            let amount = amount.minor();
            self.limit_mut(*limit).usage.let_go(Used { amount, count });
        }
        let reverses = open.request.terms.as_ref().and_then(|terms| terms.reverses);
        if let Some(of) = reverses
            && let Some(reversed) = self.reversed.get_mut(&of.transfer)
        {
            let given_back = reversed
                .amount
                .checked_sub(first_amount(&open.request.legs));
            reversed.amount = given_back.expect("it was added when the reversal was asked for");
        }
    }

    /// Posts a leg, or holds or frees its money; a credit holds nothing.
    fn touch(
        &mut self,
        leg: &Leg,
        is_posted: bool,
        held: Amount,
        freed: Amount,
    ) -> (LineId, Balance) {
        let id = self.line_for(leg);
        let line = self.line_mut(id);
        if is_posted {
            line.post(leg);
        }
        if leg.side == Side::Debit {
            let more = line.held.checked_add(held).expect("decide checked the sum");
            line.held = more.checked_sub(freed).expect("only what is held is freed");
        }
        (id, line.balance())
    }

    /// Counts what is posted for the limits that it concerns.
    fn count_posted(&mut self, stamp: Stamp, maker: PrincipalId, legs: &[Leg], count: u64) {
        if !self.has_limits(stamp.book) {
            return;
        }
        for (limit, amount) in self.limits_for(stamp.book, maker, legs) {
            let limit = self.limit_mut(limit);
            let amount = amount.minor();
            let used = Used { amount, count };
            limit.usage.post(limit.terms.period, stamp.at, used);
        }
    }

    /// What a completed transfer does beside posting its legs.
    fn follow_terms(&mut self, stamp: Stamp, id: TransferId, request: &NewTransfer) {
        self.close_source(stamp, request);
        self.follow_run(stamp, request);
        self.use_quote(id, request);
    }

    fn close_source(&mut self, stamp: Stamp, request: &NewTransfer) {
        let closes = request.terms.as_ref().filter(|terms| terms.closes_source);
        if closes.is_some()
            && let Some(leg) = request.legs.iter().find(|leg| leg.side == Side::Debit)
        {
            self.close_account(stamp.book, leg.account, stamp.at);
        }
    }

    /// Notes how much of another transfer this one takes back, or is about to.
    fn add_reversed(&mut self, stamp: Stamp, request: &NewTransfer) {
        let Some(of) = request.terms.as_ref().and_then(|terms| terms.reverses) else {
            return;
        };
        let reversed = self.reversed.entry(of.transfer).or_default();
        let sum = reversed.amount.checked_add(first_amount(&request.legs));
        *reversed = Reversed {
            amount: sum.expect("decide checked what is left"),
            last: stamp.number,
        };
    }

    /// The line that a leg concerns. One that does not exist yet is made: decide let the leg pass,
    /// so the account takes any asset.
    fn line_for(&mut self, leg: &Leg) -> LineId {
        let account = self.account(leg.account).expect("decide checked");
        match account.line(leg.asset) {
            Some(line) => line,
            None => {
                let unlimited = account.role.is_some_and(SystemRole::may_go_negative);
                self.add_line(leg.account, leg.asset, (!unlimited).then_some(Amount::ZERO))
            }
        }
    }

    pub(super) fn add_line(
        &mut self,
        account: AccountId,
        asset: AssetId,
        overdraft_limit: Option<Amount>,
    ) -> LineId {
        let id = LineId(number(self.lines.len()));
        let line = Line {
            account,
            asset,
            posted: SignedAmount::ZERO,
            held: Amount::ZERO,
            overdraft_limit,
        };
        self.lines.push(line);
        self.account_mut(account).lines.push((asset, id));
        id
    }

    pub(super) fn line_mut(&mut self, id: LineId) -> &mut Line {
        let line = self.lines.get_mut(index(id.0));
        line.expect("only lines that exist have numbers")
    }
}

impl Line {
    fn post(&mut self, leg: &Leg) {
        self.posted = posted_after(self.posted, leg).expect("decide checked the range");
    }
}

/// What is kept of a transfer of which only the trades have to settle: there can be as many as are
/// made in a few days, and nothing can be asked of them any more.
fn settling(kind: TransferKind) -> NewTransfer {
    NewTransfer {
        kind,
        legs: Legs::new(),
        reference: None,
        metadata: Metadata::default(),
        terms: None,
    }
}

fn approve(open: &mut OpenTransfer, checker: PrincipalId) {
    match &mut open.stage {
        Stage::AwaitingApproval(approval) => approval.approved_by.push(checker),
        Stage::Held(_) | Stage::Scheduled { .. } | Stage::Settling { .. } => {
            unreachable!("decide checked that the transfer waits for approval")
        }
    }
}

/// What a transfer is measured by when a part of it is reversed.
pub(crate) fn first_amount(legs: &[Leg]) -> Amount {
    legs.first().map_or(Amount::ZERO, |leg| leg.amount)
}
