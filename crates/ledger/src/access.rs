//! Principals: who can act, on which book, with which capabilities, and how they prove who they
//! are. Checking a proof needs cryptography and a clock, so that happens elsewhere; what is kept
//! here is what was configured, so that it is in the one log with everything else.

use crate::text::{Email, Name, Tag, Word};
use crate::{AccountId, Amount, AssetId, BookId, Timestamp};
use serde::{Deserialize, Serialize};

/// The dense number of a principal in its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PrincipalId(pub u32);

impl PrincipalId {
    /// The engine itself, which defines the assets and the operator at the start of a shard.
    pub const ENGINE: PrincipalId = PrincipalId(u32::MAX);
}

/// One thing that a principal may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// Open books and see all of them (operators only).
    BooksWrite,
    /// Read the settings of its own book.
    BookRead,
    /// Change the settings of its own book.
    BookWrite,
    /// List API keys.
    KeysRead,
    /// Create and revoke API keys.
    KeysWrite,
    /// Read accounts, balances and statements.
    AccountsRead,
    /// Open, change, freeze and close accounts.
    AccountsWrite,
    /// Read transfers.
    TransfersRead,
    /// Make transfers between accounts of the book.
    TransfersWrite,
    /// Make deposits and withdrawals: bring money in and take it out.
    FundsWrite,
    /// See what waits for approval.
    ApprovalsRead,
    /// Approve and reject what others have asked for.
    ApprovalsDecide,
    /// Read approval policies.
    PoliciesRead,
    /// Ask for changes of approval policies.
    PoliciesWrite,
    /// Read limits and how much of them is used.
    LimitsRead,
    /// Set, change and remove limits.
    LimitsWrite,
    /// Read rates, and their history.
    RatesRead,
    /// Set and remove rates and prices.
    RatesWrite,
    /// Read fee rules.
    FeesRead,
    /// Add, change and remove fee rules.
    FeesWrite,
    /// Read schedules and calendars.
    SchedulesRead,
    /// Make schedules, pause and cancel them; set calendars.
    SchedulesWrite,
    /// Read instruments, portfolios and trades.
    SecuritiesRead,
    /// Add instruments, and say how accounts keep their money.
    SecuritiesWrite,
    /// Read webhooks and what they were told.
    WebhooksRead,
    /// Add, change and remove webhooks, and tell them again.
    WebhooksWrite,
}

impl Capability {
    /// Every capability. The position is its bit in [`Capabilities`]: append only.
    pub const ALL: [Capability; 26] = [
        Capability::BooksWrite,
        Capability::BookRead,
        Capability::BookWrite,
        Capability::KeysRead,
        Capability::KeysWrite,
        Capability::AccountsRead,
        Capability::AccountsWrite,
        Capability::TransfersRead,
        Capability::TransfersWrite,
        Capability::FundsWrite,
        Capability::ApprovalsRead,
        Capability::ApprovalsDecide,
        Capability::PoliciesRead,
        Capability::PoliciesWrite,
        Capability::LimitsRead,
        Capability::LimitsWrite,
        Capability::RatesRead,
        Capability::RatesWrite,
        Capability::FeesRead,
        Capability::FeesWrite,
        Capability::SchedulesRead,
        Capability::SchedulesWrite,
        Capability::SecuritiesRead,
        Capability::SecuritiesWrite,
        Capability::WebhooksRead,
        Capability::WebhooksWrite,
    ];

    /// Its name, as configured and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Capability::BooksWrite => "books.write",
            Capability::BookRead => "book.read",
            Capability::BookWrite => "book.write",
            Capability::KeysRead => "keys.read",
            Capability::KeysWrite => "keys.write",
            Capability::AccountsRead => "accounts.read",
            Capability::AccountsWrite => "accounts.write",
            Capability::TransfersRead => "transfers.read",
            Capability::TransfersWrite => "transfers.write",
            Capability::FundsWrite => "funds.write",
            Capability::ApprovalsRead => "approvals.read",
            Capability::ApprovalsDecide => "approvals.decide",
            Capability::PoliciesRead => "policies.read",
            Capability::PoliciesWrite => "policies.write",
            Capability::LimitsRead => "limits.read",
            Capability::LimitsWrite => "limits.write",
            Capability::RatesRead => "rates.read",
            Capability::RatesWrite => "rates.write",
            Capability::FeesRead => "fees.read",
            Capability::FeesWrite => "fees.write",
            Capability::SchedulesRead => "schedules.read",
            Capability::SchedulesWrite => "schedules.write",
            Capability::SecuritiesRead => "securities.read",
            Capability::SecuritiesWrite => "securities.write",
            Capability::WebhooksRead => "webhooks.read",
            Capability::WebhooksWrite => "webhooks.write",
        }
    }

    /// The capability of that name.
    pub fn from_name(name: &str) -> Option<Capability> {
        Capability::ALL
            .into_iter()
            .find(|capability| capability.name() == name)
    }

    fn bit(self) -> u32 {
        let place = Capability::ALL.iter().position(|other| *other == self);
        let place = place.expect("every capability is in ALL, which a test checks");
        1_u32
            .checked_shl(u32::try_from(place).expect("ALL is short"))
            .expect("ALL is short")
    }
}

/// A set of capabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities(u32);

impl Capabilities {
    /// Everything that can be done in a book; not [`Capability::BooksWrite`].
    pub fn all_of_a_book() -> Capabilities {
        let all = Capability::ALL.into_iter();
        all.filter(|capability| *capability != Capability::BooksWrite)
            .collect()
    }

    /// Whether `capability` is in the set.
    pub fn contains(self, capability: Capability) -> bool {
        self.0 & capability.bit() != 0
    }

    /// Whether every capability of `other` is in the set.
    pub fn includes(self, other: Capabilities) -> bool {
        self.0 & other.0 == other.0
    }

    /// The capabilities in the set, in the order of [`Capability::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL
            .into_iter()
            .filter(move |capability| self.contains(*capability))
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Capabilities {
        Capabilities(
            capabilities
                .into_iter()
                .fold(0, |set, capability| set | capability.bit()),
        )
    }
}

/// How a principal proves who it is. Never a secret itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credential {
    /// Presents a random secret of 256 bits, of which this is the SHA-256.
    Secret {
        /// SHA-256 of the secret.
        hash: [u8; 32],
    },
    /// Signs an assertion with a private key, of which this is the public half.
    PublicKey {
        /// Whom the assertions must name as their issuer.
        issuer: Name,
        /// The public key, in PEM.
        public_key_pem: Box<str>,
    },
    /// Presents a secret that follows from the secret of the shard and this. What a client is told
    /// can be signed with its secret, so that must be known here.
    Client {
        /// What was drawn for it.
        nonce: [u8; 16],
        /// A private key, in PKCS #8, of which the client has the public half: what it encrypts
        /// with that can only be read here.
        decryption_key: Option<Box<[u8]>>,
    },
    /// Signs assertions with a private key, as OAuth clients do (`private_key_jwt`), and maybe its
    /// requests, too.
    SigningClient(Box<SigningClient>),
}

/// An OAuth client that proves who it is by signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningClient {
    /// The public key that its assertions are checked against, in PEM.
    pub assertion_key_pem: Box<str>,
    /// The public keys that the signatures of its requests are checked against.
    pub request_keys: Vec<RequestKey>,
    /// Whether a request without a signature is refused.
    pub requires_signature: bool,
    /// Where people are sent back to, once they have let the client act for them: exactly these.
    pub redirect_uris: Vec<Box<str>>,
}

impl SigningClient {
    /// The most keys for requests: one in use, and those that are being replaced.
    pub const MAX_REQUEST_KEYS: usize = 5;
    /// The most places that people are sent back to.
    pub const MAX_REDIRECT_URIS: usize = 10;
}

/// A public key that signatures of requests are checked against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestKey {
    /// What the signatures name it by.
    pub id: Word,
    /// The public key, in PEM.
    pub public_key_pem: Box<str>,
}

/// What a principal may move, if not everything in its book: up to so much, between these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Only between these accounts and those with one of the tags; all if there are neither.
    pub accounts: Vec<AccountId>,
    /// See `accounts`.
    pub tags: Vec<Tag>,
    /// Only these assets, and at most so much in one transfer; any if there is none.
    pub amounts: Vec<(AssetId, Amount)>,
}

impl Grant {
    /// The most entries of each list.
    pub const MAX_ENTRIES: usize = 100;

    /// Whether it narrows nothing.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.tags.is_empty() && self.amounts.is_empty()
    }
}

/// Someone who can act: a person or a program, by one credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The book it acts on; `None` for the operator of the server.
    pub book: Option<BookId>,
    /// Its name, as people know it.
    pub name: Name,
    /// The address of the person it stands for. Principals of one address are one person when it
    /// comes to approvals.
    pub email: Option<Email>,
    /// What it may do.
    pub capabilities: Capabilities,
    /// What it may move, if not everything.
    pub grant: Option<Box<Grant>>,
    /// How it proves who it is.
    pub credential: Credential,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was revoked. Revocation is final.
    pub revoked_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capability_has_a_bit_and_a_name_of_its_own() {
        for capability in Capability::ALL {
            let alone: Capabilities = [capability].into_iter().collect();
            assert_eq!(alone.iter().collect::<Vec<_>>(), [capability]);
            assert_eq!(Capability::from_name(capability.name()), Some(capability));
        }
        assert_eq!(Capability::from_name("everything"), None);
    }

    #[test]
    fn a_book_cannot_open_books() {
        let all = Capabilities::all_of_a_book();
        assert!(!all.contains(Capability::BooksWrite));
        assert!(all.contains(Capability::FundsWrite));
        assert!(all.includes([Capability::BookRead].into_iter().collect()));
    }
}
