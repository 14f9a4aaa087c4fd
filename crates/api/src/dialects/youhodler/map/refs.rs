//! References: what is named, and what an account is.

use super::View;
use crate::dialects::youhodler::error::Error;
use giro_ledger::{Account, AccountId, BookId};
use giro_service::{IdKind, Service, State};
use uuid::Uuid;

/// The tag of accounts that are shown as clients. They have no money, and are nowhere else.
pub const OWNER_TAG: &str = "youhodler:client";
/// The tag of master accounts.
pub const MASTER_TAG: &str = "youhodler:master";
/// The metadata in which a client account names its client.
pub const OWNER_KEY: &str = "scope_ref";

/// What a reference is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefKind {
    /// A client account.
    ClientAccount,
    /// A master account.
    MasterAccount,
    /// A client.
    Client,
    /// An enterprise.
    Enterprise,
}

impl RefKind {
    const ALL: [RefKind; 4] = [
        RefKind::ClientAccount,
        RefKind::MasterAccount,
        RefKind::Client,
        RefKind::Enterprise,
    ];

    const fn collection(self) -> &'static str {
        match self {
            RefKind::ClientAccount => "client-accounts",
            RefKind::MasterAccount => "master-accounts",
            RefKind::Client => "clients",
            RefKind::Enterprise => "enterprises",
        }
    }

    /// What is said of one that is not there.
    pub const fn not_found(self) -> Error {
        Error::NotFound(match self {
            RefKind::ClientAccount => "client_account_not_found",
            RefKind::MasterAccount => "master_account_not_found",
            RefKind::Client => "client_not_found",
            RefKind::Enterprise => "enterprise_not_found",
        })
    }

    const fn shown(self) -> Option<Shown> {
        match self {
            RefKind::ClientAccount => Some(Shown::ClientAccount),
            RefKind::MasterAccount => Some(Shown::MasterAccount),
            RefKind::Client => Some(Shown::Client),
            RefKind::Enterprise => None,
        }
    }
}

/// A reference, such as `client-accounts/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b`: of the documented
/// form, not looked up yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ref {
    /// To what.
    pub kind: RefKind,
    /// The id.
    pub id: Uuid,
}

impl Ref {
    /// Reads a reference.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn parse(name: &str, text: &str) -> Result<Ref, Error> {
        Ref::read(text).ok_or_else(|| {
            let why =
                "is not a reference such as client-accounts/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b";
            Error::invalid("invalid_reference", name, why)
        })
    }

    /// Reads a reference of an account.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn of_account(name: &str, text: &str) -> Result<Ref, Error> {
        let read = Ref::parse(name, text)?;
        match read.kind {
            RefKind::ClientAccount | RefKind::MasterAccount => Ok(read),
            RefKind::Client | RefKind::Enterprise => {
                let why = "is not a reference of an account";
                Err(Error::invalid("invalid_reference", name, why))
            }
        }
    }

    fn read(text: &str) -> Option<Ref> {
        let (collection, id) = text.split_once('/')?;
        let mut kinds = RefKind::ALL.into_iter();
        let kind = kinds.find(|kind| kind.collection() == collection)?;
        let id = uuid(id)?;
        Some(Ref { kind, id })
    }

    /// The account that it is to, if it is one of the book that is shown as that.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn find(self, service: &Service, state: &State, book: BookId) -> Result<AccountId, Error> {
        let wanted = self.kind.shown();
        let found = service.find_account(state, book, self.id);
        let is_it = |id: &AccountId| state.ledger.account(*id).and_then(Shown::of) == wanted;
        found
            .filter(|_| wanted.is_some())
            .filter(is_it)
            .ok_or(self.kind.not_found())
    }
}

/// The id in a path.
///
/// # Errors
/// [`Error::Invalid`].
pub fn path_id(text: &str) -> Result<Uuid, Error> {
    uuid(text).ok_or_else(|| Error::invalid("invalid_reference", "id", "is not a UUID"))
}

fn uuid(text: &str) -> Option<Uuid> {
    // The library also reads braces, a URN, and digits without hyphens.
    let id = Some(text).filter(|text| text.len() == uuid::fmt::Hyphenated::LENGTH)?;
    Uuid::try_parse(id).ok()
}

/// What an account of a book is shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A client account: what is opened elsewhere without a tag is one of the enterprise.
    ClientAccount,
    /// A master account.
    MasterAccount,
    /// A client.
    Client,
}

impl Shown {
    /// What an account is shown as, if it is shown at all: the book's own are not.
    pub fn of(account: &Account) -> Option<Shown> {
        let profile = &account.profile;
        let is_tagged = |tag: &str| profile.tags.iter().any(|own| own.as_str() == tag);
        if account.role.is_some() {
            None
        } else if is_tagged(OWNER_TAG) {
            Some(Shown::Client)
        } else if is_tagged(MASTER_TAG) {
            Some(Shown::MasterAccount)
        } else {
            Some(Shown::ClientAccount)
        }
    }
}

impl View<'_> {
    /// The reference of an account. What is the book's own is the enterprise's.
    pub fn account_ref(self, id: AccountId) -> String {
        let account = self.ledger().account(id);
        let account = account.expect("accounts of a record exist, and are never removed");
        let kind = match Shown::of(account) {
            Some(Shown::ClientAccount) => RefKind::ClientAccount,
            Some(Shown::MasterAccount) => RefKind::MasterAccount,
            Some(Shown::Client) => RefKind::Client,
            None => return self.enterprise_ref(account.book),
        };
        let number = u64::from(id.0);
        let id = self
            .service
            .ids()
            .encode(IdKind::Account, number, account.opened_at);
        format!("{}/{id}", kind.collection())
    }

    /// Whose an account is: the client that its metadata name, or else the enterprise.
    pub fn scope_ref(self, account: &Account) -> String {
        let mut metadata = account.profile.metadata.iter();
        let named = metadata.find(|(key, _)| *key == OWNER_KEY);
        let named = named.and_then(|(_, value)| Ref::read(value));
        match named.filter(|named| named.kind == RefKind::Client) {
            Some(Ref { id, .. }) => format!("clients/{id}"),
            None => self.enterprise_ref(account.book),
        }
    }
}
