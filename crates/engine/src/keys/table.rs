//! One generation of keys in memory: a hash table of fixed size.
//!
//! It never grows, because growing is a pause: a full table is put aside and an empty one takes
//! its place. A key's home slot is its hash scaled to the table, so slot order is hash order but
//! for the few keys a collision pushed along. That makes writing the table out in sorted order
//! one pass, with a sort of a handful of entries per cluster and no copy of the table.
//!
//! What must not be in here: files, threads, or any knowledge of other generations.

use std::cmp::Reverse;

use super::{Entry, KeyHash};

/// High half of the hash, low half, and the sequence number plus one.
type Slot = [u64; 3];

/// Zero, so that a fresh table is zeroed memory, which the system hands out lazily.
const EMPTY: u64 = 0;

/// A key whose insert was undone. The slot stays taken so that probing goes on past it.
const UNDONE: u64 = u64::MAX;

/// A fixed-capacity map from key to sequence number.
#[derive(Debug)]
pub(super) struct Table {
    slots: Vec<Slot>,
    capacity: usize,
    taken: usize,
    undone: usize,
    seq_min: u64,
    seq_max: u64,
}

impl Table {
    /// An empty table for `capacity` keys. Half as many slots again keep probes short: 2 slots
    /// on average for a key that is absent while the table fills, 5 when it is full.
    pub(super) fn new(capacity: usize) -> Table {
        let capacity = capacity.max(1);
        Table {
            slots: vec![[0; 3]; capacity + capacity / 2 + 1],
            capacity,
            taken: 0,
            undone: 0,
            seq_min: u64::MAX,
            seq_max: 0,
        }
    }

    pub(super) fn get(&self, key: KeyHash) -> Option<u64> {
        match self.slots[self.slot_of(key)][2] {
            EMPTY | UNDONE => None,
            stored => Some(stored - 1),
        }
    }

    /// Records `key`, over what it held before.
    ///
    /// # Panics
    ///
    /// If the table is full, or if `seq` is one of the two numbers that mark a slot.
    pub(super) fn insert(&mut self, key: KeyHash, seq: u64) {
        assert!(!self.is_full(), "the generation is put aside when full");
        assert!(seq < u64::MAX - 1, "sequence number {seq} is reserved");
        let at = self.slot_of(key);
        match self.slots[at][2] {
            EMPTY => self.taken += 1,
            UNDONE => self.undone -= 1,
            _ => {}
        }
        self.slots[at] = [key.high(), key.low(), seq + 1];
        self.seq_min = self.seq_min.min(seq);
        self.seq_max = self.seq_max.max(seq);
    }

    /// Undoes an insert. Says whether the key was here.
    pub(super) fn undo(&mut self, key: KeyHash) -> bool {
        let at = self.slot_of(key);
        let slot = &mut self.slots[at];
        if matches!(slot[2], EMPTY | UNDONE) {
            return false;
        }
        slot[2] = UNDONE;
        self.undone += 1;
        true
    }

    /// Back to empty, keeping the memory.
    pub(super) fn clear(&mut self) {
        self.slots.fill([0; 3]);
        self.taken = 0;
        self.undone = 0;
        self.seq_min = u64::MAX;
        self.seq_max = 0;
    }

    pub(super) fn is_full(&self) -> bool {
        self.taken >= self.capacity
    }

    /// Whether nothing was ever inserted, undone or not.
    pub(super) fn is_untouched(&self) -> bool {
        self.taken == 0
    }

    pub(super) fn len(&self) -> usize {
        self.taken - self.undone
    }

    /// The lowest sequence number ever inserted, undone or not; `u64::MAX` if there was none.
    pub(super) fn seq_min(&self) -> u64 {
        self.seq_min
    }

    /// The highest sequence number ever inserted, undone or not; 0 if there was none.
    pub(super) fn seq_max(&self) -> u64 {
        self.seq_max
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.slots.len() * size_of::<Slot>()
    }

    /// The entries in order of their hash.
    pub(super) fn sorted(&self) -> Sorted<'_> {
        Sorted {
            table: self,
            at: 0,
            cluster: Vec::new(),
            wrapped: Vec::new(),
        }
    }

    /// The slot that holds `key`, or the empty one where it would go. There is always an empty
    /// slot, so the walk ends.
    fn slot_of(&self, key: KeyHash) -> usize {
        let (high, low) = (key.high(), key.low());
        let mut at = key.scaled(self.slots.len());
        loop {
            let slot = &self.slots[at];
            if slot[2] == EMPTY || (slot[0] == high && slot[1] == low) {
                return at;
            }
            at += 1;
            if at == self.slots.len() {
                at = 0;
            }
        }
    }
}

/// Walks a table in order of hash, one cluster (the slots between two empty ones) at a time.
///
/// Keys of different clusters are in order already. Only keys that wrapped from the last slot to
/// the first are out of place; they are kept for the last cluster, where they belong.
pub(super) struct Sorted<'t> {
    table: &'t Table,
    at: usize,
    cluster: Vec<Entry>,
    wrapped: Vec<Entry>,
}

impl Sorted<'_> {
    fn load_cluster(&mut self) {
        let slots = &self.table.slots;
        while self.at < slots.len() && slots[self.at][2] == EMPTY {
            self.at += 1;
        }
        while self.at < slots.len() && slots[self.at][2] != EMPTY {
            let [high, low, stored] = slots[self.at];
            if stored != UNDONE {
                let entry = Entry {
                    key: KeyHash::from_halves(high, low),
                    seq: stored - 1,
                };
                let home = entry.key.scaled(slots.len());
                let place = if home > self.at {
                    &mut self.wrapped
                } else {
                    &mut self.cluster
                };
                place.push(entry);
            }
            self.at += 1;
        }
        if self.at == slots.len() {
            self.cluster.append(&mut self.wrapped);
        }
        // The lowest last, from where it is taken.
        self.cluster
            .sort_unstable_by_key(|entry| Reverse(entry.key));
    }
}

impl Iterator for Sorted<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            if let Some(entry) = self.cluster.pop() {
                return Some(entry);
            }
            if self.at == self.table.slots.len() {
                return None;
            }
            self.load_cluster();
        }
    }
}
