//! Who may do what, and how often.
//!
//! A [`Service`] stands between the interfaces and the engine. It finds out who asks (API keys,
//! tokens, signed assertions), checks that they may, counts how often they do, and keeps every
//! book to itself: what is in another book does not exist. It turns "this key was used before"
//! into a replay or a conflict, and answers the questions that all the interfaces share: one
//! transfer, a list of them, a statement.
//!
//! It must not know HTTP, nor how anything is spelled on a wire, and it decides nothing about
//! money.
//!
//! | Module | What is in it |
//! |---|---|
//! | [`service`] | the service: commands in, records out |
//! | [`caller`] | who asks |
//! | [`secret`] | API keys |
//! | [`clients`] | client ids and secrets |
//! | [`token`] | access tokens, without a table of them |
//! | [`assertion`] | signed assertions of who a client is |
//! | [`openid`] | tokens that others can check, and the key to do so with |
//! | [`once`] | what is good for one use |
//! | [`public_key`] | public keys that clients register |
//! | [`sealed`] | what clients carry for the server |
//! | [`rsa`] | RSA keys that are drawn here |
//! | [`ed25519`] | Ed25519 keys, likewise |
//! | [`limits`] | how often |
//! | [`named`] | public ids of fee rules, quotes, schedules and trades |
//! | [`life`] | a transfer with all its steps |
//! | [`approvals`] | what waits or has waited for others to agree |
//! | [`query`] | lists, statements, balances in the past |
//! | [`accounts`] | lists of accounts |
//! | [`configuration`] | what is configured, and every change of it |
//! | [`trades`] | trades of instruments |
//! | [`earnings`] | what those have brought |
//! | [`schedules`] | the runs of schedules |
//! | [`rates`] | what was set as the rate of a pair |
//! | [`quotes`] | quotes, and what has carried them out |
//! | [`delivery`] | tells webhooks what happens |
//! | [`webhooks`] | whom a book tells what happens, and what they were told |
//! | [`cursor`] | where a list goes on |
//! | [`unkeyed`] | requests without an idempotency key |
//! | [`bootstrap`] | what a new shard starts with |

pub mod accounts;
pub mod approvals;
pub mod assertion;
pub mod bootstrap;
pub mod caller;
pub mod clients;
pub mod configuration;
pub mod cursor;
pub mod delivery;
pub mod earnings;
pub mod ed25519;
pub mod life;
pub mod limits;
pub mod named;
pub mod once;
pub mod openid;
pub mod public_key;
pub mod query;
pub mod quotes;
pub mod rates;
pub mod rsa;
pub mod schedules;
pub mod sealed;
pub mod secret;
pub mod service;
pub mod token;
pub mod trades;
pub mod unkeyed;
pub mod webhooks;

pub use accounts::{AccountPage, AccountQuery};
pub use caller::{AuthError, Caller};
pub use configuration::{ChangeQuery, Configuration};
pub use life::{Life, Links};
pub use limits::{Allowance, RateLimits};
pub use query::{
    AccountStatement, Counted, CountedQuery, Movement, MovementQuery, Page, StatementQuery,
    TransferQuery,
};
pub use quotes::{QuoteLife, QuoteQuery, QuoteState};
pub use schedules::{PastRun, PastRuns, RunOutcome};
pub use service::{Done, ItemDone, Key, Service, ServiceError};

/// What the interfaces need of the engine: its records, and nothing that decides.
pub use giro_engine::{
    BatchMode, EngineError, EngineStatus, Fingerprint, HistoryError, IdKind, PublicIds, Record,
    State, chain::Place, history::Chained, record::LegTrace, record::SHARD,
};
