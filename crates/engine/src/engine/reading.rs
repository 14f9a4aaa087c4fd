//! That no thread asks for the state while it holds it.
//!
//! Whoever wants to write goes before those who want to read after it. A thread that reads and wants
//! to read once more then waits for the writer, which waits for that very thread, and everybody
//! else waits for both. That takes a frame to be committed between the two, so tests hardly ever
//! come upon it: with debug assertions, the second reading panics in any case.

use crate::state::State;
use parking_lot::MappedRwLockReadGuard;
use std::cell::Cell;
use std::ops::Deref;

thread_local! {
    static IS_READING: Cell<bool> = const { Cell::new(false) };
}

/// A thread's only reading, from before it waits for the state until it has let it go.
pub(super) struct Reading;

impl Reading {
    pub(super) fn begin() -> Reading {
        let was_reading = cfg!(debug_assertions) && IS_READING.replace(true);
        assert!(!was_reading, "this thread holds the state already");
        Reading
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if cfg!(debug_assertions) {
            IS_READING.set(false);
        }
    }
}

/// The state, as long as it is held.
pub(super) struct Held<'a> {
    pub(super) view: MappedRwLockReadGuard<'a, State>,
    pub(super) _once: Reading,
}

impl Deref for Held<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.view
    }
}
