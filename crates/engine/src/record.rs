//! What is asked of the engine, what it journals, and what it answers.

use crate::chain::Link;
use crate::keys::KeyHash;
use giro_journal::Seq;
use giro_ledger::{
    Action, Amount, BookId, Event, LineId, NewTransfer, PrincipalId, Rejection, SignedAmount,
    Stamp, Timestamp,
};
use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hasher128, SipHasher13};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::hash::Hasher;

/// The "book" of what concerns the whole shard: assets, books, operators.
pub const SHARD: BookId = BookId(u32::MAX);

/// A hash of what was asked, to tell a retry from another request under the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(pub [u8; 16]);

impl Fingerprint {
    /// The fingerprint of one action: by value, whatever its spelling was.
    pub fn of(action: &Action) -> Fingerprint {
        Fingerprint::of_encoding(action)
    }

    /// The fingerprint of an item of a batch: any change to any item changes all of them.
    pub fn of_item(batch: Fingerprint, position: u32) -> Fingerprint {
        Fingerprint::of_encoding(&(batch, position))
    }

    /// The fingerprint of a whole batch.
    pub fn of_batch(mode: BatchMode, items: &[NewTransfer]) -> Fingerprint {
        Fingerprint::of_encoding(&(mode == BatchMode::Atomic, items))
    }

    /// The hash needs no secret: whoever makes two requests collide only deceives himself. It is
    /// kept for ever, so neither it nor the encodings under it may change.
    fn of_encoding<T: Serialize>(value: &T) -> Fingerprint {
        let mut buffer = [0_u8; 512];
        let mut hasher = SipHasher13::new();
        match postcard::to_slice(value, &mut buffer) {
            Ok(bytes) => hasher.write(bytes),
            Err(_) => {
                let bytes = postcard::to_stdvec(value).expect("what can be asked can be encoded");
                hasher.write(&bytes);
            }
        }
        Fingerprint(hasher.finish128().as_bytes())
    }
}

/// The caller's key for a request, and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestKey {
    /// Which interface, or which call of it, the key was given to. Keys of different scopes have
    /// nothing to do with each other.
    pub scope: u8,
    /// The key, as the caller gave it.
    pub text: Box<str>,
    /// Which item it is of, if the key was given to a whole batch.
    pub item: Option<u32>,
    /// What was asked under it.
    pub fingerprint: Fingerprint,
}

impl RequestKey {
    /// The key as it is shown: item 3 of batch `pay` is `pay#3`.
    pub fn name(&self) -> Cow<'_, str> {
        match self.item {
            None => Cow::Borrowed(&self.text),
            Some(item) => Cow::Owned(format!("{}#{item}", self.text)),
        }
    }
}

/// Who asks, for which book, under which key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The book.
    pub book: BookId,
    /// Who.
    pub principal: PrincipalId,
    /// The key, if there is one: the engine itself goes without, and calls that are defined
    /// without one.
    pub key: Option<RequestKey>,
}

/// Something asked of the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Who asks.
    pub origin: Origin,
    /// What.
    pub action: Action,
}

/// How the items of a batch stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchMode {
    /// All or none.
    Atomic,
    /// Each on its own, in order.
    BestEffort,
}

/// Whether the key of a batch has been compared with what it was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchKey {
    /// Not yet: if it was used before, nothing is done, and the answer says by which record.
    Unchecked,
    /// It stands for this very batch: what was done is found, what was not done is done.
    Compared,
}

/// What comes of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchOutcome {
    /// Of each item, in order.
    Items(Vec<Outcome>),
    /// Its key has been used before, last by this record. Compare the fingerprints.
    Seen(Seq),
}

/// What became of a leg: the line it concerned, and what its journal record says beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegTrace {
    /// The balance line.
    pub line: LineId,
    /// The line's balance after the leg; for a declined transfer, the balance that was seen.
    pub posted: SignedAmount,
    /// Where the leg points.
    pub link: Link,
}

/// What a record says beside its event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Leg by leg.
    pub legs: SmallVec<[LegTrace; 2]>,
    /// Leg by leg, what of its line is held after it; nothing at all if nothing of any is, as
    /// usual.
    pub held: Vec<Amount>,
    /// The link of a transfer in the chain of its book's transfers; of what was configured, in
    /// that of its account, or else of its book. Steps have none: they say themselves which record
    /// was before.
    pub book: Link,
}

/// One record of the journal: what happened, when, and who asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number in the log.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
    /// Who asked, where and under which key.
    pub origin: Origin,
    /// What happened.
    pub event: Event,
    /// Balances and links of its legs.
    pub trace: Trace,
}

impl Trace {
    /// What of the line of a leg is held after it.
    pub fn held(&self, leg: usize) -> Amount {
        self.held.get(leg).copied().unwrap_or_default()
    }

    /// Adds a leg, of whose line so much is held after it.
    pub(crate) fn push(&mut self, leg: LegTrace, held: Amount) {
        if !held.is_zero() || !self.held.is_empty() {
            self.held.resize(self.legs.len(), Amount::ZERO);
            self.held.push(held);
        }
        self.legs.push(leg);
    }
}

impl Record {
    /// What it was applied with.
    pub fn stamp(&self) -> Stamp {
        Stamp {
            book: self.origin.book,
            principal: self.origin.principal,
            at: self.at,
            number: self.seq.0,
        }
    }
}

/// What comes of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It happened now: this is the record of it, durable.
    Recorded(Box<Record>),
    /// Its key has been used before, by this record. It may stand for the same request or for
    /// another one: compare the fingerprints.
    Seen(Seq),
    /// A rule said no, and nothing is on record.
    Rejected(Rejection),
}

/// Where the last record of something that was under way is found in the index, by the number of
/// its first record: a keyed hash as well, of what no caller's key can be.
pub fn last_record_hash(secret: &[u8; 16], first: u64) -> KeyHash {
    let mut hasher = SipHasher13::new_with_key(secret);
    hasher.write(b"last record\xff");
    hasher.write(&first.to_le_bytes());
    KeyHash(hasher.finish128().as_u128())
}

/// Where a caller's key is found in the index: a keyed hash, so that nobody can aim at a slot.
pub fn key_hash(
    secret: &[u8; 16],
    book: BookId,
    scope: u8,
    text: &str,
    item: Option<u32>,
) -> KeyHash {
    let mut hasher = SipHasher13::new_with_key(secret);
    hasher.write(&book.0.to_le_bytes());
    hasher.write(&[scope]);
    hasher.write(text.as_bytes());
    if let Some(item) = item {
        // No text has this byte in it, so no key is taken for an item of another.
        hasher.write(&[0xff]);
        hasher.write(&item.to_le_bytes());
    }
    KeyHash(hasher.finish128().as_u128())
}
