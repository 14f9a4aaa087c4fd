//! How records are encoded in the journal: `docs/reference/record-format.md`.
//!
//! The first byte of a record is its kind and version. Old kinds stay readable for ever; a change
//! of layout is a new kind.

use crate::chain::{Link, Place};
use crate::record::{LegTrace, Origin, Record, Trace};
use crate::state::Genesis;
use giro_journal::Seq;
use giro_ledger::{Amount, BookId, Event, LineId, SignedAmount, Timestamp};
use postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// The first record of a shard.
const KIND_GENESIS: u8 = 0;
/// An event.
const KIND_EVENT: u8 = 1;
/// Legs are numbered by a byte.
const LEGS_MAX: usize = 1 << 8;

/// A record that does not decode: not of this program, or not of this version.
#[derive(Debug, thiserror::Error)]
#[error("record {seq} cannot be decoded: {what}")]
pub struct CodecError {
    /// The record.
    pub seq: Seq,
    /// What is wrong with it.
    pub what: String,
}

#[derive(Serialize, Deserialize)]
struct StoredLeg {
    line: LineId,
    posted: SignedAmount,
    link: StoredLink,
}

/// Links are kept as distances back from the posting: small numbers are short.
#[derive(Serialize, Deserialize, Default)]
struct StoredLink {
    previous: u64,
    jump: u64,
}

#[derive(Serialize)]
struct StoredRef<'a> {
    at: Timestamp,
    origin: &'a Origin,
    event: &'a Event,
    legs: SmallVec<[StoredLeg; 2]>,
    held: &'a [Amount],
    book: StoredLink,
}

#[derive(Deserialize)]
struct Stored {
    at: Timestamp,
    origin: Origin,
    event: Event,
    legs: SmallVec<[StoredLeg; 2]>,
    held: Vec<Amount>,
    book: StoredLink,
}

impl StoredLink {
    fn new(from: Place, link: Link) -> StoredLink {
        let back = |to: Place| match to.is_none() {
            true => 0,
            false => from.number().saturating_sub(to.number()),
        };
        StoredLink {
            previous: back(link.previous),
            jump: back(link.jump),
        }
    }

    fn link(&self, from: Place) -> Option<Link> {
        // Nothing before is spelled as no distance, and never as the distance to the beginning.
        let place = |back: u64| match back {
            0 => Some(Place::NONE),
            back => from
                .number()
                .checked_sub(back)
                .map(Place::from_number)
                .filter(|to| !to.is_none()),
        };
        Some(Link {
            previous: place(self.previous)?,
            jump: place(self.jump)?,
        })
    }
}

/// The book that a record is of, without reading the rest of it; `None` if it is of none.
pub fn book_of(bytes: &[u8]) -> Option<BookId> {
    let (KIND_EVENT, rest) = bytes.split_first().map(|(kind, rest)| (*kind, rest))? else {
        return None;
    };
    let head = postcard::take_from_bytes::<(Timestamp, BookId)>(rest);
    head.ok().map(|((_, book), _)| book)
}

/// Appends the encoding of an event's record to `into`.
pub fn encode(record: &Record, into: &mut Vec<u8>) -> Result<(), postcard::Error> {
    let legs = (0..=u8::MAX)
        .zip(&record.trace.legs)
        .map(|(leg, trace)| StoredLeg {
            line: trace.line,
            posted: trace.posted,
            link: StoredLink::new(Place::new(record.seq, leg), trace.link),
        });
    let stored = StoredRef {
        at: record.at,
        origin: &record.origin,
        event: &record.event,
        legs: legs.collect(),
        held: &record.trace.held,
        book: StoredLink::new(Place::new(record.seq, 0), record.trace.book),
    };
    into.push(KIND_EVENT);
    postcard::serialize_with_flavor(&stored, Appending(into))
}

/// Appends to a vector, and copies what is short by itself: most of what is encoded is numbers of
/// a byte or two, which is less than calling somebody for it takes.
struct Appending<'a>(&'a mut Vec<u8>);

impl Flavor for Appending<'_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        match bytes.len() {
            0..=4 => bytes.iter().for_each(|byte| self.0.push(*byte)),
            _ => self.0.extend_from_slice(bytes),
        }
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Decodes an event's record.
pub fn decode(seq: Seq, bytes: &[u8]) -> Result<Record, CodecError> {
    let error = |what: String| CodecError { seq, what };
    let (kind, bytes) = bytes
        .split_first()
        .ok_or_else(|| error("it is empty".into()))?;
    if *kind != KIND_EVENT {
        return Err(error(format!(
            "kind {kind} is not known here; a newer version may know it"
        )));
    }
    let (stored, rest) =
        postcard::take_from_bytes::<Stored>(bytes).map_err(|cause| error(cause.to_string()))?;
    if !rest.is_empty() {
        return Err(error(format!("{} bytes too many", rest.len())));
    }
    if stored.legs.len() > LEGS_MAX {
        return Err(error(format!("it has {} legs", stored.legs.len())));
    }
    if !stored.held.is_empty() && stored.held.len() != stored.legs.len() {
        return Err(error("what is held is not said of every leg".into()));
    }
    let bad_link = || error("a link leads nowhere".into());
    let mut legs = SmallVec::new();
    for (leg, stored) in (0_u8..=u8::MAX).zip(stored.legs) {
        let link = stored.link.link(Place::new(seq, leg));
        legs.push(LegTrace {
            line: stored.line,
            posted: stored.posted,
            link: link.ok_or_else(bad_link)?,
        });
    }
    let book = stored.book.link(Place::new(seq, 0)).ok_or_else(bad_link)?;
    let (at, origin, event) = (stored.at, stored.origin, stored.event);
    Ok(Record {
        seq,
        at,
        origin,
        event,
        trace: Trace {
            legs,
            held: stored.held,
            book,
        },
    })
}

/// Appends the encoding of a shard's first record to `into`.
pub fn encode_genesis(genesis: &Genesis, into: &mut Vec<u8>) -> Result<(), postcard::Error> {
    into.push(KIND_GENESIS);
    postcard::to_io(genesis, into).map(|_| ())
}

/// Decodes a shard's first record.
pub fn decode_genesis(bytes: &[u8]) -> Result<Genesis, CodecError> {
    let error = |what: String| CodecError { seq: Seq(0), what };
    match bytes.split_first() {
        Some((&KIND_GENESIS, rest)) => {
            postcard::from_bytes(rest).map_err(|cause| error(cause.to_string()))
        }
        _ => Err(error(
            "the log does not begin with the beginning of a shard".into(),
        )),
    }
}
