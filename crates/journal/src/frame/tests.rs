use proptest::prelude::*;

use super::header::{HEADER_CRC_AT, header_crc};
use super::*;

fn sealed_bytes(records: &[Vec<u8>]) -> Vec<u8> {
    let mut batch = Batch::new(Seq(11));
    for record in records {
        batch.push(record);
    }
    SealedFrame::seal(&batch, ShardId(3), Epoch(2), Digest([9; 32])).to_bytes()
}

fn parse(frame: &[u8]) -> Result<Vec<Vec<u8>>, &'static str> {
    FrameView::parse(frame, "test", 0, |view| {
        view.records().map(<[u8]>::to_vec).collect()
    })
}

#[test]
fn every_flipped_bit_of_a_frame_is_noticed() {
    let whole = sealed_bytes(&[b"one".to_vec(), vec![], vec![0; 40]]);
    for byte in 0..whole.len() {
        for bit in 0..8 {
            let mut flipped = whole.clone();
            flipped[byte] ^= 1 << bit;
            assert!(parse(&flipped).is_err(), "bit {bit} of byte {byte}");
        }
    }
}

#[test]
fn a_frame_cut_short_anywhere_is_noticed() {
    let whole = sealed_bytes(&[b"one".to_vec(), b"two".to_vec()]);
    for len in 0..whole.len() {
        assert!(parse(&whole[..len]).is_err(), "{len} bytes");
    }
}

#[test]
fn a_record_passed_off_as_another_is_noticed() {
    let stored = [
        b"same".as_slice(),
        &record_crc(Seq(4), b"same").to_le_bytes(),
    ]
    .concat();
    assert_eq!(check_record(Seq(4), &stored), Ok(b"same".as_slice()));
    assert!(check_record(Seq(5), &stored).is_err());
}

#[test]
fn a_record_is_found_by_its_number() {
    let frame = sealed_bytes(&[b"a".to_vec(), b"b".to_vec(), b"c".to_vec()]);
    let found = |seq| {
        FrameView::parse(&frame, "test", 0, |view| {
            view.record(seq).map(<[u8]>::to_vec)
        })
        .expect("the frame is whole")
    };
    assert_eq!(found(Seq(10)), None);
    assert_eq!(found(Seq(11)), Some(b"a".to_vec()));
    assert_eq!(found(Seq(13)), Some(b"c".to_vec()));
    assert_eq!(found(Seq(14)), None);
}

proptest! {
    #[test]
    fn what_was_sealed_comes_back(records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..20)) {
        prop_assert_eq!(parse(&sealed_bytes(&records)), Ok(records));
    }

    #[test]
    fn random_bytes_never_panic_the_parser(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    /// Random bytes rarely pass the checksum of the header, so this one repairs it.
    #[test]
    fn random_header_fields_never_panic_the_parser(
        fields in prop::collection::vec((4_usize..HEADER_BYTES, any::<u8>()), 0..12),
        cut in 0_usize..400,
    ) {
        let mut frame = sealed_bytes(&[b"one".to_vec(), b"two".to_vec()]);
        for (at, value) in fields {
            frame[at] = value;
        }
        let header: [u8; HEADER_BYTES] = *frame.first_chunk().expect("a frame has a header");
        frame[HEADER_CRC_AT..HEADER_CRC_AT + 4].copy_from_slice(&header_crc(&header).to_le_bytes());
        frame.truncate(cut);
        let _ = parse(&frame);
    }
}
