//! What a rule of the ledger said, in this interface's words.

use super::{Kind, Member, Members, Problem};
use axum::http::StatusCode;
use giro_ledger::{
    AccountId, Amount, AssetId, BookId, Capability, Event, PrincipalId, Rejection, Side,
    SignedAmount,
};
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
        let (detail, members) = Names { service, state }.explain(why);
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
        Rejection::BatchAborted { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "Another item of the batch was refused",
        ),
    };
    Kind::new(status, why.code(), title)
}

/// One kind per rule, for the documentation.
pub(super) fn every_kind_of_rules() -> Vec<Kind> {
    let (account, asset, item) = (AccountId(0), AssetId(0), 0);
    let (amount, posted) = (Amount::ZERO, SignedAmount::ZERO);
    let (book, principal, side) = (BookId(0), PrincipalId(0), Side::Debit);
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
        Rejection::BatchAborted { item },
    ];
    every.iter().map(kind_of).collect()
}

/// Names things as callers know them.
struct Names<'a> {
    service: &'a Service,
    state: &'a State,
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
            | Rejection::BalanceTooLarge { .. } => self.explain_account(why),
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
            Rejection::UnknownAccount { .. }
            | Rejection::AssetMalformed
            | Rejection::SettingOutOfRange { .. }
            | Rejection::CapabilityNotGrantable
            | Rejection::AssetListMalformed
            | Rejection::LegCount { .. }
            | Rejection::AmountZero
            | Rejection::AmountTooLarge
            | Rejection::Unbalanced { .. }
            | Rejection::UnknownBook { .. }
            | Rejection::UnknownAsset { .. }
            | Rejection::UnknownPrincipal { .. }
            | Rejection::AssetConflict { .. }
            | Rejection::AlreadyRevoked { .. }
            | Rejection::BatchAborted { .. } => why.to_string(),
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
        | Rejection::AccountFrozen { account, .. } => (Some(account), None),
        Rejection::AssetNotHeld { account, asset }
        | Rejection::AccountNotEmpty { account, asset, .. }
        | Rejection::OverdraftInUse { account, asset, .. }
        | Rejection::InsufficientFunds { account, asset, .. }
        | Rejection::BalanceTooLarge { account, asset } => (Some(account), Some(asset)),
        Rejection::AssetMalformed
        | Rejection::SettingOutOfRange { .. }
        | Rejection::CapabilityNotGrantable
        | Rejection::AssetListMalformed
        | Rejection::LegCount { .. }
        | Rejection::AmountZero
        | Rejection::AmountTooLarge
        | Rejection::Unbalanced { .. }
        | Rejection::UnknownBook { .. }
        | Rejection::UnknownAsset { .. }
        | Rejection::UnknownPrincipal { .. }
        | Rejection::AssetConflict { .. }
        | Rejection::AlreadyRevoked { .. }
        | Rejection::BatchAborted { .. } => (None, None),
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
    }
}
