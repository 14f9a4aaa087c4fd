//! Records of the journal: what is read is written back as the same record, in the same bytes or
//! in fewer, since the encoding of numbers that is read is not always the shortest.
//!
//! Input: the record's number, then its bytes.

use super::input::Input;
use giro_engine::{Seq, codec};

/// Reads a record, writes it, and reads that.
///
/// # Panics
/// If the two differ.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let seq = Seq(u64::from(u32::from_le_bytes(input.array())));
    let bytes = input.rest();
    let mut written = Vec::new();
    if let Ok(record) = codec::decode(seq, bytes) {
        codec::encode(&record, &mut written).expect("what was read can be written");
        let again = codec::decode(seq, &written).expect("what was written can be read");
        assert_eq!(again, record);
    } else if let Ok(genesis) = codec::decode_genesis(bytes) {
        codec::encode_genesis(&genesis, &mut written).expect("what was read can be written");
        let again = codec::decode_genesis(&written).expect("what was written can be read");
        assert_eq!(again, genesis);
    } else {
        return;
    }
    assert!(
        written == bytes || written.len() < bytes.len(),
        "{written:x?}"
    );
}
