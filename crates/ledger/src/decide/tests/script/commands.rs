//! The commands of a table: what each line asks of the ledger.

use super::*;
use crate::Setting;
use crate::action::NewBook;
use crate::text::Name;
use crate::{Capabilities, Credential, Leg, Legs, Metadata, NewTransfer, Side, TransferKind};

pub(super) fn asset(code: &str, decimals: u8) -> Asset {
    Asset {
        code: code.into(),
        name: code.into(),
        decimals,
        kind: AssetKind::Currency,
    }
}

pub(super) fn new_book(quote_ttl_seconds: u32) -> NewBook {
    NewBook {
        name: Name::new("book").expect("a name"),
        sandbox: false,
        settings: settings(quote_ttl_seconds),
    }
}

fn settings(quote_ttl_seconds: u32) -> BookSettings {
    BookSettings {
        quote_ttl_seconds,
        ..BookSettings::default()
    }
}

pub(super) fn freeze(words: &mut Words<'_>, account: AccountId) -> AccountFreeze {
    let (debits, credits) = match words.next("a direction") {
        "debits" => (true, false),
        "credits" => (false, true),
        "both" => (true, true),
        "nothing" => (false, false),
        other => words.fail(&format!("{other:?} is not a direction")),
    };
    AccountFreeze {
        account,
        debits,
        credits,
        reason: None,
    }
}

impl World {
    /// Asks what a line asks for; with the name of what it would open.
    pub(super) fn command<'a>(&self, words: &mut Words<'a>) -> (Outcome, Option<&'a str>) {
        let verb = words.next("a command");
        if verb == "abort" {
            let item = words.number("an item");
            let verb = words.next("a transfer");
            let Some(transfer) = self.transfer(verb, words) else {
                words.fail(&format!("{verb:?} is not a transfer"));
            };
            let outcome = self.ledger.decide_aborted(self.book, transfer, item);
            return (outcome, None);
        }
        let (action, name) = match verb {
            "open" | "open-book" | "key" | "operator" => {
                let name = words.next("a name");
                (self.opening(verb, name, words), Some(name))
            }
            _ => match self.transfer(verb, words) {
                Some(transfer) => (Action::Transfer(transfer), None),
                None => (self.change(verb, words), None),
            },
        };
        (self.ledger.decide(self.book, action), name)
    }

    /// What would get a name.
    fn opening(&self, verb: &str, name: &str, words: &mut Words<'_>) -> Action {
        match verb {
            "open" => {
                let (new, money) = self.new_account(words, name);
                if !money.iter().all(|(_, amount)| amount.is_zero()) {
                    words.fail("an account is opened without money");
                }
                Action::OpenAccount(new)
            }
            "open-book" => Action::OpenBook(new_book(words.number("a number of seconds"))),
            "key" => Action::AddPrincipal(new_principal(Some(self.book), name, words)),
            "operator" => Action::AddPrincipal(new_principal(None, name, words)),
            other => words.fail(&format!("{other:?} opens nothing")),
        }
    }

    fn change(&self, verb: &str, words: &mut Words<'_>) -> Action {
        match verb {
            "change-book" => Action::ChangeBook(BookChange {
                name: None,
                settings: vec![Setting::QuoteTtlSeconds(
                    words.number("a number of seconds"),
                )],
            }),
            "change" => Action::ChangeAccount(self.account_change(words)),
            "freeze" => {
                let account = self.account_or_nobody(words);
                Action::FreezeAccount(freeze(words, account))
            }
            "close" => Action::CloseAccount(self.account_or_nobody(words)),
            "define" => {
                let code = words.next("a code");
                let decimals = words.number("a number of decimals");
                Action::DefineAsset(asset(code, u8::try_from(decimals).expect("few decimals")))
            }
            "revoke" => {
                let name = words.next("a principal");
                let nobody = (name == "nobody").then_some(PrincipalId(u32::MAX));
                match nobody.or_else(|| self.principals.get(name).copied()) {
                    Some(id) => Action::RevokePrincipal(id),
                    None => words.fail(&format!("{name:?} is not a principal")),
                }
            }
            other => words.fail(&format!("{other:?} is not a command")),
        }
    }

    fn transfer(&self, verb: &str, words: &mut Words<'_>) -> Option<NewTransfer> {
        let external = self.system_account(self.book, SystemRole::External);
        let (kind, source, target) = match verb {
            "transfer" => {
                let source = self.account_or_nobody(words);
                let target = self.account_or_nobody(words);
                (TransferKind::Transfer, source, target)
            }
            "deposit" => {
                let target = self.account_or_nobody(words);
                (TransferKind::Deposit, external, target)
            }
            "withdraw" => {
                let source = self.account_or_nobody(words);
                (TransferKind::Withdrawal, source, external)
            }
            "post" => return Some(self.transfer_of_legs(words)),
            _ => return None,
        };
        let (asset, amount) = self.asset_and_amount(words);
        Some(NewTransfer::simple(kind, source, target, asset, amount))
    }

    fn transfer_of_legs(&self, words: &mut Words<'_>) -> NewTransfer {
        let kind = match words.next("a kind") {
            "transfer" => TransferKind::Transfer,
            "deposit" => TransferKind::Deposit,
            "withdrawal" => TransferKind::Withdrawal,
            other => words.fail(&format!("{other:?} is not a kind of transfer")),
        };
        let mut legs = Legs::new();
        while !words.is_at_end() {
            let leg = self.leg(words);
            let times = words.take_if_some(|word| word.strip_prefix('x')?.parse().ok());
            legs.extend(std::iter::repeat_n(leg, times.unwrap_or(1)));
        }
        NewTransfer {
            kind,
            legs,
            reference: None,
            metadata: Metadata::default(),
        }
    }

    fn leg(&self, words: &mut Words<'_>) -> Leg {
        let word = words.next("a leg");
        let (side, name) = match word.split_at_checked(1) {
            Some(("-", name)) => (Side::Debit, name),
            Some(("+", name)) => (Side::Credit, name),
            _ => words.fail(&format!("{word:?} has no sign")),
        };
        let account = self.account_of_name(words, name);
        let (asset, amount) = self.asset_and_amount(words);
        Leg {
            account,
            asset,
            side,
            amount,
        }
    }
}

fn new_principal(book: Option<BookId>, name: &str, words: &mut Words<'_>) -> NewPrincipal {
    let mut capabilities = Vec::new();
    while !words.is_at_end() {
        let word = words.next("a capability");
        match Capability::from_name(word) {
            Some(capability) => capabilities.push(capability),
            None => words.fail(&format!("{word:?} is not a capability")),
        }
    }
    NewPrincipal {
        book,
        name: Name::new(name).expect("a name"),
        capabilities: capabilities.into_iter().collect::<Capabilities>(),
        credential: Credential::Secret { hash: [7; 32] },
    }
}
