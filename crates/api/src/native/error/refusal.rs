//! What a rule of the ledger said, in this interface's words.

use super::{Kind, Member, Members, Problem};
use axum::http::StatusCode;
use giro_ledger::rejection::Excess;
use giro_ledger::{
    AccountId, Amount, AssetId, BookId, Capability, Event, LimitId, PolicyId, PrincipalId,
    Rejection, Side, SignedAmount, Subject, Timestamp, TransferId, WebhookId,
};

mod control;
mod seen;
mod treasury;
use giro_service::{Record, Service, State};
use uuid::Uuid;

/// A rejection with public ids, decimal amounts and a sentence.
pub(crate) struct Refusal {
    pub(crate) kind: Kind,
    pub(crate) detail: String,
    pub(crate) members: Members,
}

impl Refusal {
    /// Explains a rejection.
    pub(crate) fn of(service: &Service, why: &Rejection) -> Refusal {
        Refusal::in_state(service, &service.read(), why)
    }

    /// The same, for who reads the state already.
    pub(crate) fn in_state(service: &Service, state: &State, why: &Rejection) -> Refusal {
        Refusal::naming(service, state, Naming::AsNow, why)
    }

    fn naming(service: &Service, state: &State, naming: Naming, why: &Rejection) -> Refusal {
        let names = Names {
            service,
            state,
            naming,
        };
        let (detail, members) = names.explain(why);
        let kind = kind_of(why);
        Refusal {
            kind,
            detail,
            members,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(
        Refusal {
            kind,
            detail,
            members,
        }: Refusal,
    ) -> Problem {
        Problem {
            kind,
            detail,
            members,
        }
    }
}

/// Status and title of every rejection. The code is the rule's own.
#[expect(clippy::too_many_lines, reason = "a table: an arm per rule")]
pub(crate) fn kind_of(why: &Rejection) -> Kind {
    use StatusCode as S;
    let (status, title) = match why {
        Rejection::AssetMalformed => (S::UNPROCESSABLE_ENTITY, "The asset is malformed"),
        Rejection::SettingOutOfRange { .. } => {
            (S::UNPROCESSABLE_ENTITY, "A setting is out of range")
        }
        Rejection::CapabilityNotGrantable => (S::FORBIDDEN, "A book cannot give this capability"),
        Rejection::AssetListMalformed => (
            S::UNPROCESSABLE_ENTITY,
            "The list of assets is empty or repeats itself",
        ),
        Rejection::LegCount { .. } => (S::UNPROCESSABLE_ENTITY, "Too few or too many postings"),
        Rejection::AmountZero => (S::UNPROCESSABLE_ENTITY, "An amount is zero"),
        Rejection::AmountTooLarge => (S::UNPROCESSABLE_ENTITY, "An amount is above the maximum"),
        Rejection::Unbalanced { .. } => {
            (S::UNPROCESSABLE_ENTITY, "Debits and credits are not equal")
        }
        Rejection::SameAccount { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "Source and target are the same account",
        ),
        Rejection::UnknownBook { .. } => (S::NOT_FOUND, "No such book"),
        Rejection::UnknownAccount { .. } => (S::NOT_FOUND, "No such account"),
        Rejection::UnknownAsset { .. } => (S::UNPROCESSABLE_ENTITY, "No such asset"),
        Rejection::UnknownPrincipal { .. } => (S::NOT_FOUND, "No such key"),
        Rejection::AssetNotHeld { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "The account does not hold this asset",
        ),
        Rejection::SystemAccount { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "The account belongs to the book itself",
        ),
        Rejection::AssetConflict { .. } => (S::CONFLICT, "The asset is already defined"),
        Rejection::AliasTaken { .. } => (S::CONFLICT, "The alias is taken"),
        Rejection::AlreadyRevoked { .. } => (S::CONFLICT, "The key is already revoked"),
        Rejection::AccountNotEmpty { .. } => (S::CONFLICT, "The account is not empty"),
        Rejection::OverdraftInUse { .. } => (S::CONFLICT, "The overdraft is in use"),
        Rejection::AccountClosed { .. } => (S::UNPROCESSABLE_ENTITY, "The account is closed"),
        Rejection::AccountFrozen { .. } => (S::UNPROCESSABLE_ENTITY, "The account is frozen"),
        Rejection::InsufficientFunds { .. } => {
            (S::UNPROCESSABLE_ENTITY, "Not enough money is available")
        }
        Rejection::BalanceTooLarge { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "A balance would be above the maximum",
        ),
        Rejection::HoldSecondsOutOfRange { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "A hold of no time or of too long a time",
        ),
        Rejection::NotDivisible => (S::UNPROCESSABLE_ENTITY, "The transfer cannot be divided"),
        Rejection::ReviewersMalformed => (
            S::UNPROCESSABLE_ENTITY,
            "The list of reviewers is malformed",
        ),
        Rejection::PolicyMalformed { .. } => (S::UNPROCESSABLE_ENTITY, "The policy is malformed"),
        Rejection::LimitMalformed { .. } => (S::UNPROCESSABLE_ENTITY, "The limit is malformed"),
        Rejection::GrantMalformed { .. } => (S::UNPROCESSABLE_ENTITY, "The grant is malformed"),
        Rejection::UnknownPolicy { .. } => (S::NOT_FOUND, "No such approval policy"),
        Rejection::UnknownLimit { .. } => (S::NOT_FOUND, "No such limit"),
        Rejection::AccountHasHolds { .. } => (S::CONFLICT, "Money of the account is held"),
        Rejection::GrantNotExtendable => (
            S::FORBIDDEN,
            "A narrowed key cannot add keys, tag accounts or set calendars",
        ),
        Rejection::LimitConflict { .. } => (S::CONFLICT, "Another limit counts the same"),
        Rejection::LimitsContradict { .. } => (S::CONFLICT, "The limits contradict each other"),
        Rejection::ReviewerNotAChecker { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "A reviewer who cannot approve this",
        ),
        Rejection::StopUnchanged { .. } => (S::CONFLICT, "The book is already in that state"),
        Rejection::NotOpen { .. } => (S::CONFLICT, "It is not under way any more"),
        Rejection::NotAwaitingApproval { .. } => (S::CONFLICT, "It waits for no approval"),
        Rejection::NotHeld { .. } => (S::CONFLICT, "It is not held yet"),
        Rejection::NotTheMaker { .. } => (S::FORBIDDEN, "Only whoever asked for it can cancel it"),
        Rejection::MakerCannotApprove { .. } => {
            (S::FORBIDDEN, "Nobody approves what they have asked for")
        }
        Rejection::NotAChecker { .. } => (S::FORBIDDEN, "Not one of those who may approve this"),
        Rejection::AlreadyApproved { .. } => (S::CONFLICT, "Already approved by this person"),
        Rejection::NotDue => (S::CONFLICT, "Its time has not come"),
        Rejection::CaptureTooLarge { .. } => {
            (S::UNPROCESSABLE_ENTITY, "More than what is still held")
        }
        Rejection::NotCompleted { .. } => (S::CONFLICT, "The transfer is not completed"),
        Rejection::ReversalOfReversal { .. } => {
            (S::UNPROCESSABLE_ENTITY, "A reversal cannot be reversed")
        }
        Rejection::ReversalTooLarge { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "More than what is left of the transfer",
        ),
        Rejection::BookStopped => (S::UNPROCESSABLE_ENTITY, "The money of the book is stopped"),
        Rejection::AccountNotGranted { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "The key may not move this account's money",
        ),
        Rejection::AmountNotGranted { .. } => {
            (S::UNPROCESSABLE_ENTITY, "The key may not move so much")
        }
        Rejection::LimitExceeded { .. } => (S::UNPROCESSABLE_ENTITY, "A limit leaves no room"),
        Rejection::TooFewCheckers { .. } => (S::UNPROCESSABLE_ENTITY, "Too few could approve this"),
        Rejection::PolicyRemoved { .. } => (S::CONFLICT, "The policy was removed"),
        Rejection::BatchAborted { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "Another item of the batch was refused",
        ),
        Rejection::WebhookMalformed { .. } => (S::UNPROCESSABLE_ENTITY, "The webhook is malformed"),
        Rejection::UnknownWebhook { .. } => (S::NOT_FOUND, "There is no such webhook"),
        Rejection::TooManySecrets { .. } => (S::CONFLICT, "Too many secrets are valid"),
        Rejection::AccountOutdated { .. } => (
            S::PRECONDITION_FAILED,
            "The account has been changed since it was read",
        ),
        Rejection::MakerRevoked { .. }
        | Rejection::RateMalformed { .. }
        | Rejection::RateZero
        | Rejection::FeeMalformed { .. }
        | Rejection::QuoteSecondsOutOfRange { .. }
        | Rejection::ScheduleMalformed { .. }
        | Rejection::ScheduleInPast
        | Rejection::ScheduleNever
        | Rejection::ScheduleInGap { .. }
        | Rejection::ScheduleInFold { .. }
        | Rejection::ScheduleInShortMonth { .. }
        | Rejection::CalendarMalformed { .. }
        | Rejection::InstrumentMalformed { .. }
        | Rejection::UnknownFee { .. }
        | Rejection::UnknownQuote { .. }
        | Rejection::UnknownSchedule { .. }
        | Rejection::UnknownCalendar
        | Rejection::BookFull { .. }
        | Rejection::UnknownInstrument { .. }
        | Rejection::UnknownRate { .. }
        | Rejection::InstrumentConflict { .. }
        | Rejection::SecurityNotDirect { .. }
        | Rejection::InvestedCannotBeHeld { .. }
        | Rejection::RateOutdated { .. }
        | Rejection::QuoteUsed { .. }
        | Rejection::QuoteExpired { .. }
        | Rejection::SweepCircle { .. }
        | Rejection::ScheduleOver { .. }
        | Rejection::ScheduleUnchanged { .. }
        | Rejection::TradesNotReversible { .. }
        | Rejection::FeeNotReturnable { .. }
        | Rejection::RateMissing { .. }
        | Rejection::RateStale { .. }
        | Rejection::ComesToNothing { .. }
        | Rejection::FeeTooLarge { .. }
        | Rejection::InstrumentMatured { .. }
        | Rejection::NoInstrument { .. }
        | Rejection::TooManyInstruments { .. } => {
            treasury::kind(why).expect("the table of these has a row for each")
        }
    };
    Kind::new(status, why.code(), title)
}

/// One kind per rule, for the documentation.
#[expect(clippy::too_many_lines, reason = "a table: an arm per rule")]
pub(super) fn every_kind_of_rules() -> Vec<Kind> {
    let (account, asset, item) = (AccountId(0), AssetId(0), 0);
    let (amount, posted) = (Amount::ZERO, SignedAmount::ZERO);
    let (book, principal, side) = (BookId(0), PrincipalId(0), Side::Debit);
    let (policy, limit, transfer) = (PolicyId(0), LimitId(0), TransferId(0));
    let subject = Subject::Transfer(transfer);
    let every = [
        Rejection::AssetMalformed,
        Rejection::SettingOutOfRange { setting: "" },
        Rejection::CapabilityNotGrantable,
        Rejection::AssetListMalformed,
        Rejection::LegCount { found: 0 },
        Rejection::AmountZero,
        Rejection::AmountTooLarge,
        Rejection::Unbalanced { asset },
        Rejection::SameAccount { account },
        Rejection::UnknownBook { book },
        Rejection::UnknownAccount { account },
        Rejection::UnknownAsset { asset },
        Rejection::UnknownPrincipal { principal },
        Rejection::AssetNotHeld { account, asset },
        Rejection::SystemAccount { account },
        Rejection::AssetConflict { asset },
        Rejection::AliasTaken { account },
        Rejection::AlreadyRevoked { principal },
        Rejection::AccountNotEmpty {
            account,
            asset,
            posted,
        },
        Rejection::OverdraftInUse {
            account,
            asset,
            posted,
        },
        Rejection::AccountClosed { account },
        Rejection::AccountFrozen { account, side },
        Rejection::InsufficientFunds {
            account,
            asset,
            needed: amount,
            available: posted,
        },
        Rejection::BalanceTooLarge { account, asset },
        Rejection::HoldSecondsOutOfRange { seconds_max: 0 },
        Rejection::NotDivisible,
        Rejection::ReviewersMalformed,
        Rejection::PolicyMalformed { field: "" },
        Rejection::LimitMalformed { field: "" },
        Rejection::GrantMalformed { field: "" },
        Rejection::UnknownPolicy { policy },
        Rejection::UnknownLimit { limit },
        Rejection::AccountHasHolds { account, asset },
        Rejection::GrantNotExtendable,
        Rejection::LimitConflict { limit },
        Rejection::LimitsContradict { limit },
        Rejection::ReviewerNotAChecker { principal },
        Rejection::StopUnchanged { stopped: true },
        Rejection::NotOpen { subject },
        Rejection::NotAwaitingApproval { transfer },
        Rejection::NotHeld { transfer },
        Rejection::NotTheMaker { principal },
        Rejection::MakerCannotApprove { principal },
        Rejection::NotAChecker { principal },
        Rejection::AlreadyApproved { principal },
        Rejection::NotDue,
        Rejection::CaptureTooLarge {
            remaining: amount,
            asked: amount,
            asset,
        },
        Rejection::NotCompleted { transfer },
        Rejection::ReversalOfReversal { transfer },
        Rejection::ReversalTooLarge {
            remaining: amount,
            asked: amount,
            asset,
        },
        Rejection::BookStopped,
        Rejection::AccountNotGranted { account },
        Rejection::AmountNotGranted {
            asset,
            amount_max: amount,
            asked: amount,
        },
        Rejection::LimitExceeded {
            limit,
            excess: Box::new(Excess::Count { max: 0, used: 0 }),
        },
        Rejection::TooFewCheckers {
            needed: 1,
            eligible: 0,
        },
        Rejection::PolicyRemoved { policy },
        Rejection::BatchAborted { item },
        Rejection::WebhookMalformed { field: "" },
        Rejection::UnknownWebhook {
            webhook: WebhookId(0),
        },
        Rejection::TooManySecrets { max: 0 },
        Rejection::AccountOutdated {
            account,
            updated_at: Timestamp(0),
        },
    ];
    let treasury = treasury::every();
    every.iter().chain(&treasury).map(kind_of).collect()
}

/// What things are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Naming {
    /// By the names that they have now.
    AsNow,
    /// By what they are always called.
    ById,
}

/// Names things as callers know them.
struct Names<'a> {
    service: &'a Service,
    state: &'a State,
    naming: Naming,
}

impl Names<'_> {
    fn explain(&self, why: &Rejection) -> (String, Members) {
        match *why {
            Rejection::AssetMalformed
            | Rejection::AssetListMalformed
            | Rejection::AmountZero
            | Rejection::AmountTooLarge => (why.to_string(), Members::new()),
            Rejection::CapabilityNotGrantable => {
                let name = Capability::BooksWrite.name();
                (why.to_string(), vec![("capability", Member::Word(name))])
            }
            Rejection::SettingOutOfRange { setting } => {
                (why.to_string(), vec![("setting", Member::Word(setting))])
            }
            Rejection::LegCount { found } => {
                let found = u64::try_from(found).unwrap_or(u64::MAX);
                (why.to_string(), vec![("found", Member::Number(found))])
            }
            Rejection::UnknownBook { book } => {
                let id = self.service.book_id(self.state, book);
                (why.to_string(), vec![("book", Member::Id(id))])
            }
            Rejection::UnknownPrincipal { principal } | Rejection::AlreadyRevoked { principal } => {
                let id = self.service.principal_id(self.state, principal);
                (
                    why.to_string().replace("principal", "key"),
                    vec![("key", Member::Id(id))],
                )
            }
            Rejection::Unbalanced { asset } => {
                let code = self.code(asset);
                (
                    format!("debits and credits of {code} are not equal"),
                    vec![self.asset(asset)],
                )
            }
            Rejection::UnknownAsset { asset } | Rejection::AssetConflict { asset } => {
                (why.to_string(), vec![self.asset(asset)])
            }
            Rejection::BatchAborted { item } => {
                (why.to_string(), vec![("item", Member::Number(item.into()))])
            }
            Rejection::SameAccount { .. }
            | Rejection::UnknownAccount { .. }
            | Rejection::AssetNotHeld { .. }
            | Rejection::SystemAccount { .. }
            | Rejection::AliasTaken { .. }
            | Rejection::AccountNotEmpty { .. }
            | Rejection::OverdraftInUse { .. }
            | Rejection::AccountClosed { .. }
            | Rejection::AccountFrozen { .. }
            | Rejection::InsufficientFunds { .. }
            | Rejection::BalanceTooLarge { .. }
            | Rejection::AccountHasHolds { .. }
            | Rejection::AccountNotGranted { .. } => self.explain_account(why),
            // Every rule has its row in `kind_of`; the others are those of the controls.
            _ if treasury::kind(why).is_some() => self.explain_treasury(why),
            _ => self.explain_control(why),
        }
    }

    /// What is wrong with an account.
    fn explain_account(&self, why: &Rejection) -> (String, Members) {
        let (account, asset) = subject_of(why);
        let name = account
            .map(|account| self.name(account))
            .unwrap_or_default();
        let code = asset.map(|asset| self.code(asset)).unwrap_or_default();
        let mut members = Members::new();
        members.extend(account.map(|account| self.account(account)));
        members.extend(asset.map(|asset| self.asset(asset)));
        let detail = match *why {
            Rejection::SameAccount { .. } => {
                format!("account {name} is both debited and credited")
            }
            Rejection::AssetNotHeld { .. } => format!("account {name} does not hold {code}"),
            Rejection::SystemAccount { .. } => {
                format!("account {name} belongs to the book itself and cannot be used like that")
            }
            Rejection::AliasTaken { .. } => format!("account {name} has this alias"),
            Rejection::AccountNotEmpty { asset, posted, .. } => {
                let posted = self.signed(posted, asset);
                members.push(("posted", Member::Text(posted.clone())));
                format!("account {name} has a balance of {posted} {code}; it must be zero")
            }
            Rejection::OverdraftInUse { asset, posted, .. } => {
                let posted = self.signed(posted, asset);
                members.push(("posted", Member::Text(posted.clone())));
                format!("account {name} has {posted} {code}, beyond the new overdraft limit")
            }
            Rejection::AccountClosed { .. } => format!("account {name} is closed"),
            Rejection::AccountFrozen { side, .. } => {
                let (word, verb) = match side {
                    Side::Debit => ("debits", "debited"),
                    Side::Credit => ("credits", "credited"),
                };
                members.push(("direction", Member::Word(word)));
                format!("account {name} is frozen and cannot be {verb}")
            }
            Rejection::InsufficientFunds {
                asset,
                needed,
                available,
                ..
            } => {
                let needed = self.signed(needed.signed(), asset);
                let available = self.signed(available, asset);
                members.push(("needed", Member::Text(needed.clone())));
                members.push(("available", Member::Text(available.clone())));
                format!("account {name} has {available} {code} available, {needed} needed")
            }
            Rejection::BalanceTooLarge { .. } => {
                format!("the balance of account {name} in {code} would be above the maximum")
            }
            Rejection::AccountHasHolds { .. } => {
                format!("some {code} of account {name} is held; capture or release it first")
            }
            Rejection::AccountNotGranted { .. } => {
                format!("this key may not move the money of account {name}")
            }
            // What is not about an account does not come here, and is said in general.
            _ => why.to_string(),
        };
        (detail, members)
    }

    fn account(&self, id: AccountId) -> (&'static str, Member) {
        (
            "account",
            Member::Id(self.service.account_id(self.state, id)),
        )
    }

    fn asset(&self, id: AssetId) -> (&'static str, Member) {
        ("asset", Member::Text(self.code(id).to_owned()))
    }

    fn code(&self, id: AssetId) -> &str {
        self.state.ledger.asset(id).map_or("", |asset| &asset.code)
    }

    /// The alias if there is one, since it is the caller's own word, else the name.
    fn name(&self, id: AccountId) -> String {
        if self.naming == Naming::ById {
            return self.service.account_id(self.state, id).to_string();
        }
        let Some(account) = self.state.ledger.account(id) else {
            return String::new();
        };
        match &account.profile.alias {
            Some(alias) => alias.to_string(),
            None => account.profile.name.to_string(),
        }
    }

    fn signed(&self, amount: SignedAmount, asset: AssetId) -> String {
        let decimals = self
            .state
            .ledger
            .asset(asset)
            .map_or(0, |asset| asset.decimals);
        amount.display(decimals).to_string()
    }
}

/// The account and the asset that a rejection is about, where it is about an account.
fn subject_of(why: &Rejection) -> (Option<AccountId>, Option<AssetId>) {
    match *why {
        Rejection::SameAccount { account }
        | Rejection::UnknownAccount { account }
        | Rejection::SystemAccount { account }
        | Rejection::AliasTaken { account }
        | Rejection::AccountClosed { account }
        | Rejection::AccountNotGranted { account }
        | Rejection::AccountFrozen { account, .. } => (Some(account), None),
        Rejection::AccountHasHolds { account, asset }
        | Rejection::AssetNotHeld { account, asset }
        | Rejection::AccountNotEmpty { account, asset, .. }
        | Rejection::OverdraftInUse { account, asset, .. }
        | Rejection::InsufficientFunds { account, asset, .. }
        | Rejection::BalanceTooLarge { account, asset } => (Some(account), Some(asset)),
        _ => (None, None),
    }
}

/// A key that was used before, for something else: names what it was used for.
pub(super) fn conflict(service: &Service, first: &Record) -> Problem {
    let (what, id) = first_of(service, first);
    let detail = format!("this key was used before for another request, which led to {what} {id}");
    Problem::new(Kind::KEY_CONFLICT, detail)
        .with("first", Member::Word(what))
        .with("first_id", Member::Id(id))
}

fn first_of(service: &Service, record: &Record) -> (&'static str, Uuid) {
    let state = service.read();
    let account = |id| ("account", service.account_id(&state, id));
    match &record.event {
        Event::Transfer(_) => ("transfer", service.transfer_id(record)),
        Event::Step(step) => ("transfer", service.id_of_transfer(step.transfer)),
        Event::ChangeRequested(_) => ("approval", service.approval_id(record)),
        Event::ChangeStep(step) => ("approval", service.id_of_change(step.change)),
        Event::PolicySet(set) => ("approval_policy", service.policy_id(&state, set.id)),
        Event::LimitAdded(id, _) | Event::LimitRemoved(id) => {
            ("limit", service.limit_id(&state, *id))
        }
        Event::LimitChanged(change) => ("limit", service.limit_id(&state, change.limit)),
        Event::BookStopped(_) => ("book", service.book_id(&state, record.origin.book)),
        Event::BookOpened(id, _) => ("book", service.book_id(&state, *id)),
        Event::AssetDefined(_) | Event::BookChanged(_) => {
            ("book", service.book_id(&state, record.origin.book))
        }
        Event::PrincipalAdded(id, _) | Event::PrincipalRevoked(id) => {
            ("key", service.principal_id(&state, *id))
        }
        Event::AccountOpened(id, _) | Event::AccountClosed(id) => account(*id),
        Event::AccountChanged(change) => account(change.account),
        Event::AccountFrozen(freeze) => account(freeze.account),
        Event::InvestmentSet(set) => account(set.account),
        Event::FeeSet(set) => ("fee", service.fee_id(&state, set.id)),
        Event::Quoted(_) => ("quote", service.quote_id(record)),
        Event::ScheduleAdded(id, _) => ("schedule", service.schedule_id(&state, *id)),
        Event::ScheduleChanged(changed) => {
            let id = changed.change.schedule;
            ("schedule", service.schedule_id(&state, id))
        }
        Event::RunSkipped(skipped) => {
            let id = skipped.run.schedule;
            ("schedule", service.schedule_id(&state, id))
        }
        // What has a code or a pair of codes and no id is of the book.
        Event::RateSet(_)
        | Event::RateRemoved { .. }
        | Event::CalendarSet(..)
        | Event::InstrumentAdded(_)
        | Event::InstrumentMatured(_)
        | Event::InstrumentPassedOver { .. } => {
            ("book", service.book_id(&state, record.origin.book))
        }
        Event::Refused(_) => ("book", service.book_id(&state, record.origin.book)),
        Event::Webhook(event) => ("webhook", service.webhook_id(&state, event.webhook())),
    }
}
