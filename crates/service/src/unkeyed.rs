//! Requests without an idempotency key: for calls that an interface defines without one, where a
//! repeated request is meant to happen again.

use crate::caller::Caller;
use crate::service::{Service, ServiceError};
use giro_engine::{Command, Origin, Outcome, Record};
use giro_ledger::{Action, Capability};

impl Service {
    /// Asks for something without a key, and waits until it is durable.
    ///
    /// # Errors
    /// [`ServiceError`]; a declined transfer is not one, but a record.
    pub async fn execute_unkeyed(
        &self,
        caller: &Caller,
        capability: Capability,
        action: Action,
    ) -> Result<Record, ServiceError> {
        caller.require(capability)?;
        let origin = Origin {
            book: caller.book,
            principal: caller.principal,
            key: None,
        };
        let command = Command { origin, action };
        match self.engine().submit(command)?.get().await? {
            Outcome::Recorded(record) => Ok(*record),
            Outcome::Rejected(why) => Err(why.into()),
            Outcome::Seen(seq) => unreachable!("without a key, but seen at {seq:?}"),
        }
    }
}
