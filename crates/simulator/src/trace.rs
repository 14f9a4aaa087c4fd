//! What a run did: counted, mixed into a digest, and, if somebody wants to read it, in words.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How often each kind of thing happened, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    /// Counts one more.
    pub(crate) fn add(&mut self, name: &'static str) {
        let count = self.0.entry(name).or_default();
        *count = count.saturating_add(1);
    }

    /// How often that happened.
    pub fn of(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// All that happened at least once, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(name, count)| (*name, *count))
    }

    /// Adds what happened in another run.
    pub fn merge(&mut self, other: &Counts) {
        for (name, more) in other.iter() {
            let count = self.0.entry(name).or_default();
            *count = count.saturating_add(more);
        }
    }
}

/// The course of one run.
#[derive(Debug)]
pub(crate) struct Trace {
    lines: Option<Vec<String>>,
    hasher: DefaultHasher,
    pub(crate) counts: Counts,
    pub(crate) step: u64,
}

impl Trace {
    /// One that is kept in words too, or one that is not, which is quicker.
    pub(crate) fn new(lines: Option<Vec<String>>) -> Trace {
        Trace {
            lines,
            hasher: DefaultHasher::new(),
            counts: Counts::default(),
            step: 0,
        }
    }

    /// Counts an event and notes it.
    pub(crate) fn event(&mut self, name: &'static str, words: impl FnOnce() -> String) {
        self.counts.add(name);
        self.mix(name);
        self.note(|| format!("{name} {}", words()));
    }

    /// Notes something, in words only.
    pub(crate) fn note(&mut self, words: impl FnOnce() -> String) {
        let step = self.step;
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{step:>4}  {}", words().trim_end()));
        }
    }

    /// Makes the digest depend on `value`.
    pub(crate) fn mix(&mut self, value: impl Hash) {
        value.hash(&mut self.hasher);
    }

    /// Differs between runs that did not do the same.
    pub(crate) fn digest(&self) -> u64 {
        self.hasher.finish()
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines.unwrap_or_default()
    }
}
