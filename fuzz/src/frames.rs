//! Frames of the journal: one that is taken for whole is, byte for byte, what sealing its records
//! gives.
//!
//! Input: which way, then the bytes of a frame, or its header and payload to be sealed.

use super::input::Input;
use super::seal;
use giro_journal::{Batch, FrameView, SealedFrame};

/// Reads a frame, seals its records again, and compares.
///
/// # Panics
/// If they differ, or if the ways to a record do.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let bytes = match input.byte() % 2 {
        0 => input.rest().to_vec(),
        _ => seal::frame(input.array(), input.rest()),
    };
    let _refused = FrameView::parse(&bytes, "fuzz", 0, |frame| check(&frame, &bytes));
}

fn check(frame: &FrameView<'_>, bytes: &[u8]) {
    let mut batch = Batch::new(frame.first());
    for record in frame.records() {
        assert_eq!(frame.record(batch.next()), Some(record));
        batch.push(record);
    }
    assert_eq!(batch.count(), frame.count());
    assert_eq!(batch.next(), frame.end());
    assert_eq!(frame.record(frame.end()), None);
    let sealed = SealedFrame::seal(&batch, frame.shard(), frame.epoch(), frame.previous());
    // A writer may know less durable than everything before the frame; sealing says the most.
    if frame.durable_end() == frame.first() {
        assert_eq!(sealed.to_bytes(), bytes);
        assert_eq!(sealed.digest(), frame.digest());
    }
}
