//! Several transfers under one key, all or none or each on its own.

use super::{Executed, ExecutedBatch, Writer, hash_of};
use crate::keys::{KeyHash, KeyIndexError};
use crate::record::{BatchKey, BatchMode, Command, Fingerprint, Origin, RequestKey, key_hash};
use giro_journal::Seq;
use giro_ledger::{
    Action, BookId, Event, NewTransfer, PrincipalId, Rejection, Timestamp, Transfer, TransferStatus,
};

/// Several transfers under one key.
#[derive(Clone, Debug)]
pub struct BatchCommand {
    /// The book.
    pub book: BookId,
    /// Who asks.
    pub principal: PrincipalId,
    /// The scope of the key.
    pub scope: u8,
    /// The key of the whole batch.
    pub key: Box<str>,
    /// Whether the key has been compared with what it was used for.
    pub checked: BatchKey,
    /// Whether all or none.
    pub mode: BatchMode,
    /// The transfers, in order.
    pub items: Vec<NewTransfer>,
}

impl BatchCommand {
    /// What the origin of the item at `position` is.
    pub fn item_origin(&self, whole: Fingerprint, position: u32) -> Origin {
        let key = Some(RequestKey {
            scope: self.scope,
            text: self.key.clone(),
            item: Some(position),
            fingerprint: Fingerprint::of_item(whole, position),
        });
        Origin {
            book: self.book,
            principal: self.principal,
            key,
        }
    }

    /// The fingerprint of the whole batch.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of_batch(self.mode, &self.items)
    }
}

/// A batch that is ready for the writer: what needs hashing has been hashed.
#[derive(Debug)]
pub struct PreparedBatch {
    hash: KeyHash,
    checked: BatchKey,
    mode: BatchMode,
    items: Vec<(Origin, KeyHash, NewTransfer)>,
}

impl PreparedBatch {
    /// Hashes the keys and fingerprints, which the writer should not spend its time on.
    pub fn new(secret: &[u8; 16], mut batch: BatchCommand) -> PreparedBatch {
        let whole = batch.fingerprint();
        let items = std::mem::take(&mut batch.items);
        let prepare = |(position, item)| {
            let origin = batch.item_origin(whole, position);
            (
                hash_of(secret, &origin).expect("items have keys"),
                origin,
                item,
            )
        };
        let items = (0_u32..)
            .zip(items)
            .map(prepare)
            .map(|(hash, origin, item)| (origin, hash, item));
        PreparedBatch {
            hash: key_hash(secret, batch.book, batch.scope, &batch.key, None),
            checked: batch.checked,
            mode: batch.mode,
            items: items.collect(),
        }
    }

    /// How many transfers there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl Writer {
    /// Decides the transfers of a batch, in order.
    ///
    /// # Errors
    /// As [`Writer::execute`].
    pub fn execute_batch(
        &mut self,
        batch: PreparedBatch,
        now: Timestamp,
    ) -> Result<ExecutedBatch, KeyIndexError> {
        self.run_due_before_commands(now)?;
        if batch.checked == BatchKey::Unchecked
            && let Some(seq) = self.keys.get(batch.hash)?
        {
            return Ok(ExecutedBatch::Seen(Seq(seq)));
        }
        let before = self.state.end();
        let executed = match batch.mode {
            BatchMode::Atomic => self.execute_atomic(batch.items, now)?,
            BatchMode::BestEffort => {
                let execute = |(origin, hash, item)| {
                    let action = Action::Transfer(item);
                    // Without timers in between: their records are not the batch's.
                    self.execute_one(Command { origin, action }, Some(hash), now)
                };
                let items = batch.items.into_iter().map(execute);
                items.collect::<Result<Vec<_>, _>>()?
            }
        };
        // The last record, since the index takes numbers in order.
        if let Some(last) = self.state.end().previous().filter(|last| *last >= before) {
            self.keys.insert(batch.hash, last.0)?;
        }
        Ok(ExecutedBatch::Items(executed))
    }

    fn execute_atomic(
        &mut self,
        items: Vec<(Origin, KeyHash, NewTransfer)>,
        now: Timestamp,
    ) -> Result<Vec<Executed>, KeyIndexError> {
        let seen = items.iter().map(|(_, hash, _)| self.keys.get(*hash));
        let seen = seen.collect::<Result<Vec<_>, _>>()?;
        if let Some(first) = seen.iter().flatten().next() {
            // A batch is recorded as a whole, and this one has been compared: all were seen.
            return Ok(seen
                .iter()
                .map(|seq| Executed::Seen(Seq(seq.unwrap_or(*first))))
                .collect());
        }
        let Some((origin, ..)) = items.first() else {
            return Ok(Vec::new());
        };
        let stamp = self.state.next_stamp(origin, now);
        let requests = items.iter().map(|(_, _, request)| request);
        if let Err((item, why)) = self.state.ledger.decide_all(stamp, requests) {
            return self.refuse_atomic(items, item, why, now);
        }
        let mut executed = Vec::with_capacity(items.len());
        for (origin, hash, request) in items {
            let stamp = self.state.next_stamp(&origin, now);
            let action = Action::Transfer(request);
            executed.push(match self.state.ledger.decide(stamp, action) {
                Ok(event) => self.record(origin, Some(hash), event, stamp)?,
                Err(why) => Executed::Rejected(why),
            });
        }
        Ok(executed)
    }

    /// Refuses a batch because of its item `refused`, which is not possible after those before it.
    ///
    /// The batch is put on record as a whole or not at all: else a retry would find some of its
    /// items and not others. So an item that is never recorded keeps all of them off the record.
    fn refuse_atomic(
        &mut self,
        items: Vec<(Origin, KeyHash, NewTransfer)>,
        refused: u32,
        why: Rejection,
        now: Timestamp,
    ) -> Result<Vec<Executed>, KeyIndexError> {
        let unrecorded = self.first_unrecorded(&items, now);
        let (refused, why) = unrecorded.unwrap_or((refused, why));
        let is_recorded = why.is_recorded();
        let mut executed = Vec::with_capacity(items.len());
        for (position, (origin, hash, request)) in (0_u32..).zip(items) {
            let why = match position == refused {
                true => why.clone(),
                false => Rejection::BatchAborted { item: refused },
            };
            executed.push(if is_recorded {
                // Not decided again: without the items before it, this one might be possible.
                let status = TransferStatus::Declined(why);
                let event = Event::Transfer(Transfer { request, status });
                let stamp = self.state.next_stamp(&origin, now);
                self.record(origin, Some(hash), event, stamp)?
            } else {
                Executed::Rejected(why)
            });
        }
        Ok(executed)
    }

    /// The first item that would not be put on record whatever the balances are, and why.
    fn first_unrecorded(
        &self,
        items: &[(Origin, KeyHash, NewTransfer)],
        now: Timestamp,
    ) -> Option<(u32, Rejection)> {
        (0_u32..)
            .zip(items)
            .find_map(|(position, (origin, _, request))| {
                let stamp = self.state.next_stamp(origin, now);
                let ledger = &self.state.ledger;
                let decided = ledger.decide_aborted(stamp, request.clone(), position);
                decided.err().map(|why| (position, why))
            })
    }
}
