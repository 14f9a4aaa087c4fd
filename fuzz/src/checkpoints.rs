//! Checkpoints: what is taken for one is written back as one of the same state.
//!
//! Input: which way, then the bytes of a checkpoint, or the end and the body of one to be sealed.

use super::input::Input;
use super::seal;
use giro_engine::checkpoint::Checkpoint;

/// Reads a checkpoint, writes it, and reads that.
///
/// # Panics
/// If the two differ.
pub fn run(data: &[u8]) {
    let Some(checkpoint) = read(data) else {
        return;
    };
    let again = Checkpoint::decode(&checkpoint.encode()).expect("it was written just now");
    assert_eq!(again.state, checkpoint.state);
    assert_eq!(again.digest, checkpoint.digest);
}

/// The checkpoint of an input, if there is one.
pub fn read(data: &[u8]) -> Option<Checkpoint> {
    let mut input = Input::new(data);
    let bytes = match input.byte() % 2 {
        0 => input.rest().to_vec(),
        _ => seal::checkpoint(input.number(), input.rest()),
    };
    Checkpoint::decode(&bytes)
}
