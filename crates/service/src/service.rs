//! The service: commands in, records out.

use crate::caller::{AuthError, Caller};
use crate::clients::Derived;
use crate::secret::Secret;
use crate::token::{Claims, Tokens};
use giro_engine::record::SHARD;
use giro_engine::writer::BatchCommand;
use giro_engine::{
    BatchKey, BatchMode, BatchOutcome, Command, Engine, EngineError, EngineStatus, Fingerprint,
    HistoryError, IdKind, Origin, Outcome, PublicIds, Record, RequestKey, Seq, State,
};
use giro_ledger::event::ChangeOutcome;
use giro_ledger::{
    AccountId, Action, ApprovalTerms, BookId, BookSettings, Capability, Credential, Event, Leg,
    LimitId, NewTransfer, PolicyId, Preview, Principal, PrincipalId, Rejection, Step, Timestamp,
};
use std::ops::Deref;
use uuid::Uuid;

/// Why something was not done, or not found out.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The caller may not do it.
    #[error("capability {} is missing", .0.name())]
    MissingCapability(Capability),
    /// A rule said no, and nothing is on record.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The key was used before for another request.
    #[error("the idempotency key was used before, for another request")]
    KeyConflict {
        /// The record of that request.
        first: Box<Record>,
    },
    /// The engine cannot do it now, or cannot say what came of it.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The log cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
}

/// A caller's idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// Which interface, or which call of it, the key is given to.
    pub scope: u8,
    /// The key.
    pub text: &'a str,
}

impl Key<'_> {
    /// The longest key.
    pub const MAX_BYTES: usize = 255;
}

/// Something done: the record of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The record: the first one, whether it is new or not.
    pub record: Record,
    /// Whether it was done before, under the same key.
    pub is_replay: bool,
}

/// What came of one item of a batch.
pub type ItemDone = Result<Done, ServiceError>;

/// A shard with its doorkeeper.
pub struct Service {
    engine: Engine,
    tokens: Tokens,
    /// What cursors are sealed with: a copy, since lists make them while they hold the state.
    cursor_secret: [u8; 32],
    derived: Derived,
}

impl Service {
    /// The service of a shard.
    pub fn new(engine: Engine) -> Service {
        let secret = engine.read().genesis().token_secret;
        Service {
            engine,
            tokens: Tokens::new(secret),
            cursor_secret: secret,
            derived: Derived::new(secret),
        }
    }

    /// What cursors are sealed with.
    pub(crate) fn cursor_secret(&self) -> &[u8; 32] {
        &self.cursor_secret
    }

    /// Secrets that follow from that of the shard.
    pub(crate) fn derived(&self) -> &Derived {
        &self.derived
    }

    /// The durable state. Hold it shortly, never across an await, and ask for no other meanwhile:
    /// see [`Engine::read`].
    pub fn read(&self) -> impl Deref<Target = State> + '_ {
        self.engine.read()
    }

    /// The public ids.
    pub fn ids(&self) -> &PublicIds {
        self.engine.ids()
    }

    /// Access tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Now, by the engine's clock.
    pub fn now(&self) -> Timestamp {
        self.engine.now()
    }

    /// How the engine is doing.
    pub fn status(&self) -> EngineStatus {
        self.engine.status()
    }

    /// Stops: takes no more and finishes what waits.
    pub fn close(&self) {
        self.engine.close();
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whoever presents this API key.
    ///
    /// # Errors
    /// [`AuthError`] if nobody can be found by it.
    pub fn authenticate_key(&self, api_key: &str) -> Result<Caller, AuthError> {
        let (id, secret) = Secret::from_api_key(api_key).ok_or(AuthError::Missing)?;
        let state = self.engine.read();
        let number = self
            .ids()
            .decode(IdKind::Principal, id)
            .ok_or(AuthError::Invalid)?;
        let number = PrincipalId(u32::try_from(number).map_err(|_| AuthError::Invalid)?);
        let principal = state.ledger.principal(number).ok_or(AuthError::Invalid)?;
        match &principal.credential {
            Credential::Secret { hash } if secret.is_of(hash) => caller(&state, number, principal),
            Credential::Secret { .. }
            | Credential::PublicKey { .. }
            | Credential::SigningClient(_)
            | Credential::Client { .. } => Err(AuthError::Invalid),
        }
    }

    /// Whoever bears a token that says this, narrowed to what the token allows.
    ///
    /// # Errors
    /// [`AuthError`] if the principal is gone.
    pub fn authenticate_claims(&self, claims: &Claims) -> Result<Caller, AuthError> {
        let state = self.engine.read();
        let principal = state
            .ledger
            .principal(claims.principal)
            .ok_or(AuthError::Invalid)?;
        let caller = caller(&state, claims.principal, principal)?;
        let both = caller
            .capabilities
            .iter()
            .filter(|held| claims.capabilities.contains(*held));
        Ok(Caller {
            capabilities: both.collect(),
            ..caller
        })
    }

    /// Whoever bears a token that says this and is bound to a client, and that client: revoking
    /// either ends it.
    ///
    /// # Errors
    /// [`AuthError`] if either is gone, or it is an operator's.
    pub fn authenticate_through(
        &self,
        claims: &Claims,
        client: [u8; 4],
    ) -> Result<(Caller, PrincipalId), AuthError> {
        let caller = self.authenticate_claims(claims)?;
        let client = PrincipalId(u32::from_le_bytes(client));
        let state = self.engine.read();
        let through = state.ledger.principal(client).ok_or(AuthError::Invalid)?;
        let is_active = through.revoked_at.is_none() && through.book == Some(caller.book);
        match is_active && !caller.is_operator() {
            true => Ok((caller, client)),
            false => Err(AuthError::Invalid),
        }
    }

    /// The account of a public id, if it is in that book. What is in another book does not exist.
    pub fn account(&self, book: BookId, id: Uuid) -> Option<AccountId> {
        self.find_account(&self.engine.read(), book, id)
    }

    /// The same, for who reads the state already: when many accounts are looked up.
    pub fn find_account(&self, state: &State, book: BookId, id: Uuid) -> Option<AccountId> {
        let number = u32::try_from(self.ids().decode(IdKind::Account, id)?).ok()?;
        let account = state.ledger.account_in(book, AccountId(number))?;
        self.ids()
            .matches(IdKind::Account, id, u64::from(number), account.opened_at)
            .then_some(AccountId(number))
    }

    /// The principal of a public id, if it is of that book.
    pub fn principal(&self, book: BookId, id: Uuid) -> Option<PrincipalId> {
        self.find_principal(&self.engine.read(), book, id)
    }

    /// The same, for who reads the state already.
    pub fn find_principal(&self, state: &State, book: BookId, id: Uuid) -> Option<PrincipalId> {
        let number = u32::try_from(self.ids().decode(IdKind::Principal, id)?).ok()?;
        let principal = state.ledger.principal(PrincipalId(number))?;
        let is_it = principal.book == Some(book)
            && self
                .ids()
                .matches(IdKind::Principal, id, u64::from(number), principal.added_at);
        is_it.then_some(PrincipalId(number))
    }

    /// What a book decides for itself; the usual if there is no such book.
    pub fn settings(&self, book: BookId) -> BookSettings {
        let state = self.engine.read();
        let book = state.ledger.book(book);
        book.map(|book| book.settings.clone()).unwrap_or_default()
    }

    /// The public id of an account.
    pub fn account_id(&self, state: &State, id: AccountId) -> Uuid {
        let opened_at = state
            .ledger
            .account(id)
            .map_or(Timestamp(0), |account| account.opened_at);
        self.ids()
            .encode(IdKind::Account, u64::from(id.0), opened_at)
    }

    /// The public id of a principal.
    pub fn principal_id(&self, state: &State, id: PrincipalId) -> Uuid {
        let added_at = state
            .ledger
            .principal(id)
            .map_or(Timestamp(0), |found| found.added_at);
        self.ids()
            .encode(IdKind::Principal, u64::from(id.0), added_at)
    }

    /// The public id of a book.
    pub fn book_id(&self, state: &State, id: BookId) -> Uuid {
        let opened_at = state
            .ledger
            .book(id)
            .map_or(Timestamp(0), |book| book.opened_at);
        self.ids().encode(IdKind::Book, u64::from(id.0), opened_at)
    }

    /// The approval policy of a public id, if it is of that book.
    pub fn policy(&self, book: BookId, id: Uuid) -> Option<PolicyId> {
        let number = u32::try_from(self.ids().decode(IdKind::Policy, id)?).ok()?;
        let state = self.engine.read();
        let policy = state.ledger.policy(PolicyId(number));
        let policy = policy.filter(|policy| policy.book == book)?;
        let number_wide = u64::from(number);
        let ids = self.ids();
        let is_it = ids.matches(IdKind::Policy, id, number_wide, policy.added_at);
        is_it.then_some(PolicyId(number))
    }

    /// The limit of a public id, if it is of that book.
    pub fn limit(&self, book: BookId, id: Uuid) -> Option<LimitId> {
        let number = u32::try_from(self.ids().decode(IdKind::Limit, id)?).ok()?;
        let state = self.engine.read();
        let limit = state.ledger.limit(LimitId(number));
        let limit = limit.filter(|limit| limit.book == book)?;
        let number_wide = u64::from(number);
        let ids = self.ids();
        let is_it = ids.matches(IdKind::Limit, id, number_wide, limit.added_at);
        is_it.then_some(LimitId(number))
    }

    /// The public id of the policy that asks for an approval; none if the transfer did so itself.
    pub fn asking_policy_id(&self, state: &State, terms: &ApprovalTerms) -> Option<Uuid> {
        terms.policy.map(|policy| self.policy_id(state, policy))
    }

    /// The public id of an approval policy.
    pub fn policy_id(&self, state: &State, id: PolicyId) -> Uuid {
        let added_at = state
            .ledger
            .policy(id)
            .map_or(Timestamp(0), |policy| policy.added_at);
        self.ids().encode(IdKind::Policy, u64::from(id.0), added_at)
    }

    /// The public id of a limit.
    pub fn limit_id(&self, state: &State, id: LimitId) -> Uuid {
        let added_at = state
            .ledger
            .limit(id)
            .map_or(Timestamp(0), |limit| limit.added_at);
        self.ids().encode(IdKind::Limit, u64::from(id.0), added_at)
    }

    /// The public id of the approval that began in a record.
    pub fn approval_id(&self, record: &Record) -> Uuid {
        self.ids().encode(IdKind::Approval, record.seq.0, record.at)
    }

    /// The public id of the transfer in a record.
    pub fn transfer_id(&self, record: &Record) -> Uuid {
        self.ids().encode(IdKind::Transfer, record.seq.0, record.at)
    }

    /// Asks for something under a key, and waits until it is durable.
    ///
    /// # Errors
    /// [`ServiceError`]; a declined transfer is not one, but a record.
    pub async fn execute(
        &self,
        caller: &Caller,
        capability: Capability,
        key: Key<'_>,
        action: Action,
    ) -> Result<Done, ServiceError> {
        self.execute_as(caller, capability, key, Fingerprint::of(&action), action)
            .await
    }

    /// The same, where the action holds what must not count as part of the request, such as a
    /// secret that was just drawn.
    ///
    /// # Errors
    /// As [`Service::execute`].
    pub async fn execute_as(
        &self,
        caller: &Caller,
        capability: Capability,
        key: Key<'_>,
        fingerprint: Fingerprint,
        action: Action,
    ) -> Result<Done, ServiceError> {
        caller.require(capability)?;
        let request_key = RequestKey {
            scope: key.scope,
            text: key.text.into(),
            item: None,
            fingerprint,
        };
        let (book, principal) = (caller.book, caller.principal);
        let origin = Origin {
            book,
            principal,
            key: Some(request_key),
        };
        let outcome = self
            .engine
            .submit(Command { origin, action })?
            .get()
            .await?;
        let done = self.done(outcome, fingerprint)?;
        if done.is_replay && !self.is_of_person(&done.record, principal) {
            let first = Box::new(done.record);
            return Err(ServiceError::KeyConflict { first });
        }
        Ok(done)
    }

    /// What would come of something, were it asked for now.
    ///
    /// # Errors
    /// As [`Service::execute`], though nothing is asked of the engine.
    pub fn preview(
        &self,
        caller: &Caller,
        capability: Capability,
        action: Action,
    ) -> Result<Preview, ServiceError> {
        caller.require(capability)?;
        let (book, principal) = (caller.book, caller.principal);
        let key = None;
        let origin = Origin {
            book,
            principal,
            key,
        };
        let state = self.engine.read();
        let stamp = state.next_stamp(&origin, self.now());
        Ok(state.ledger.preview(stamp, action)?)
    }

    /// The refusal by a limit that leaves no room for a transfer with these legs now, if one does,
    /// whatever else is in its way.
    pub fn limit_in_the_way(&self, caller: &Caller, legs: &[Leg]) -> Option<Rejection> {
        let (book, principal, key) = (caller.book, caller.principal, None);
        let origin = Origin {
            book,
            principal,
            key,
        };
        let state = self.engine.read();
        let stamp = state.next_stamp(&origin, self.now());
        state.ledger.limit_in_the_way(stamp, legs)
    }

    /// Asks for several transfers under one key, and waits until all of them are durable.
    ///
    /// # Errors
    /// [`ServiceError`] if nothing was asked; what came of each item is in its own result.
    pub async fn execute_batch(
        &self,
        caller: &Caller,
        key: Key<'_>,
        mode: BatchMode,
        items: Vec<NewTransfer>,
    ) -> Result<Vec<ItemDone>, ServiceError> {
        caller.require(Capability::TransfersWrite)?;
        let batch = BatchCommand {
            book: caller.book,
            principal: caller.principal,
            scope: key.scope,
            key: key.text.into(),
            checked: BatchKey::Unchecked,
            mode,
            items,
        };
        let whole = batch.fingerprint();
        let mut outcome = self.engine.submit_batch(batch.clone())?.get().await?;
        if let BatchOutcome::Seen(seq) = outcome {
            self.check_same_batch(seq, whole)?;
            let checked = BatchKey::Compared;
            let again = BatchCommand { checked, ..batch };
            outcome = self.engine.submit_batch(again)?.get().await?;
        }
        let BatchOutcome::Items(outcomes) = outcome else {
            unreachable!("a batch that was compared is not asked to be compared again");
        };
        let done = |(position, outcome)| self.done(outcome, Fingerprint::of_item(whole, position));
        Ok((0_u32..).zip(outcomes).map(done).collect())
    }

    /// Checks that record `seq`, which used the key of a batch, is of the batch with fingerprint
    /// `whole`.
    fn check_same_batch(&self, seq: Seq, whole: Fingerprint) -> Result<(), ServiceError> {
        let record = self.engine.history().record(seq)?;
        let key = record.origin.key.as_ref();
        let is_same = key.is_some_and(|key| {
            let expected = key.item.map(|item| Fingerprint::of_item(whole, item));
            expected == Some(key.fingerprint)
        });
        if is_same {
            return Ok(());
        }
        let first = Box::new(record);
        Err(ServiceError::KeyConflict { first })
    }

    /// The record that used a key first, if any.
    ///
    /// # Errors
    /// If the engine or the log cannot say.
    pub async fn find_by_key(
        &self,
        book: BookId,
        key: Key<'_>,
    ) -> Result<Option<Record>, ServiceError> {
        match self
            .engine
            .find_key(book, key.scope, key.text)?
            .get()
            .await?
        {
            Some(seq) => Ok(Some(self.engine.history().record(seq)?)),
            None => Ok(None),
        }
    }

    /// Whether repeating a request is the same request by whoever repeats it. Mostly it is, whatever
    /// their key; but who says yes or no is part of what is said: whoever repeats somebody else's
    /// must not be told that their own was counted.
    fn is_of_person(&self, record: &Record, principal: PrincipalId) -> bool {
        let is_decision = match &record.event {
            Event::Step(step) => matches!(step.step, Step::Approved(_) | Step::Rejected { .. }),
            Event::ChangeStep(step) => matches!(
                step.outcome,
                ChangeOutcome::Approved
                    | ChangeOutcome::Applied(_)
                    | ChangeOutcome::Declined(_)
                    | ChangeOutcome::Rejected { .. }
            ),
            _ => false,
        };
        let by = record.origin.principal;
        !is_decision || self.read().ledger.is_same_person(by, principal)
    }

    fn done(&self, outcome: Outcome, fingerprint: Fingerprint) -> Result<Done, ServiceError> {
        match outcome {
            Outcome::Recorded(record) => Ok(Done {
                record: *record,
                is_replay: false,
            }),
            Outcome::Rejected(why) => Err(why.into()),
            Outcome::Seen(seq) => {
                let record = self.engine.history().record(seq)?;
                let first = record.origin.key.as_ref().map(|key| key.fingerprint);
                if first == Some(fingerprint) {
                    return Ok(Done {
                        record,
                        is_replay: true,
                    });
                }
                Err(ServiceError::KeyConflict {
                    first: Box::new(record),
                })
            }
        }
    }
}

pub(crate) fn caller(
    state: &State,
    id: PrincipalId,
    principal: &Principal,
) -> Result<Caller, AuthError> {
    if principal.revoked_at.is_some() {
        return Err(AuthError::Invalid);
    }
    let book = principal.book.unwrap_or(SHARD);
    let sandbox = state.ledger.book(book).is_some_and(|book| book.sandbox);
    Ok(Caller {
        principal: id,
        book,
        capabilities: principal.capabilities,
        sandbox,
    })
}
