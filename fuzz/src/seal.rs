//! Making checksums and digests right, from the description of the formats and not from the code
//! that is fuzzed: `docs/reference/journal-format.md`, and the header of checkpoints.

const HEADER: usize = 128;
/// Of checkpoints.
const VERSION: u32 = 5;

/// A frame of these header bytes and this payload whose magic, length, checksums, digest and
/// trailer are right. Everything else is as given: the numbers of the header, the bytes of it that
/// should be zero, the table of offsets, the records.
pub(super) fn frame(mut header: [u8; HEADER], payload: &[u8]) -> Vec<u8> {
    let payload = records(&header, payload);
    let len = u32::try_from(payload.len()).expect("an input is short");
    header[..4].copy_from_slice(b"GIRF");
    header[36..40].copy_from_slice(&len.to_le_bytes());
    header[12..16].copy_from_slice(&crc32c::crc32c(&payload).to_le_bytes());
    let unused: [u8; 15] = *header[112..].first_chunk().expect("within the header");
    header[8..12].fill(0);
    header[80..127].fill(0);
    header[127] = 0xa5;
    let digest = blake3::Hasher::new()
        .update(&header)
        .update(&payload)
        .finalize();
    header[80..112].copy_from_slice(digest.as_bytes());
    header[112..127].copy_from_slice(&unused);
    let crc = crc32c::crc32c_append(crc32c::crc32c(&header[..8]), &header[12..]);
    header[8..12].copy_from_slice(&crc.to_le_bytes());
    [&header[..], &payload, b"giro.end"].concat()
}

/// The payload with the checksum of every record right that its table leaves room for.
fn records(header: &[u8; HEADER], payload: &[u8]) -> Vec<u8> {
    let mut payload = payload.to_vec();
    let mut seq = u64::from_le_bytes(*header[24..].first_chunk().expect("within the header"));
    let count = u32::from_le_bytes(*header[32..].first_chunk().expect("within the header"));
    let Some(table) = usize::try_from(count).ok().and_then(|n| n.checked_mul(4)) else {
        return payload;
    };
    let Some((entries, bytes)) = payload.split_at_mut_checked(table) else {
        return payload;
    };
    let mut start = 0;
    for end in entries.as_chunks::<4>().0 {
        let end = usize::try_from(u32::from_le_bytes(*end)).unwrap_or(usize::MAX);
        let Some(stored) = bytes.get_mut(start..end) else {
            break;
        };
        let Some((record, crc)) = stored.split_last_chunk_mut::<4>() else {
            break;
        };
        let seq_crc = crc32c::crc32c(&seq.to_le_bytes());
        *crc = crc32c::crc32c_append(seq_crc, record).to_le_bytes();
        start = end;
        seq = seq.wrapping_add(1);
    }
    payload
}

/// A checkpoint that ends at `end` and has this body, with its hash right.
pub(super) fn checkpoint(end: u64, body: &[u8]) -> Vec<u8> {
    let mut bytes = b"GIROCKP\n".to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(end.to_le_bytes());
    bytes.extend([7; 32]);
    let hash = blake3::Hasher::new().update(&bytes).update(body).finalize();
    bytes.extend(hash.as_bytes());
    bytes.extend(body);
    bytes
}

/// The name and the beginning of a segment file whose first frame is this one: its header, and the
/// frame. `epoch` is that of the frame before.
pub(super) fn segment(frame: &[u8], epoch: u64) -> (String, Vec<u8>) {
    let mut bytes = vec![0; 4096];
    bytes[..4].copy_from_slice(b"GIRS");
    bytes[4..8].copy_from_slice(&frame[4..8]);
    bytes[16..24].copy_from_slice(&frame[24..32]);
    bytes[24..32].copy_from_slice(&epoch.to_le_bytes());
    bytes[32..64].copy_from_slice(&frame[48..80]);
    segment_header(&mut bytes);
    bytes.extend(frame);
    let first = u64::from_le_bytes(*frame[24..].first_chunk().expect("within the header"));
    (format!("segment-{first:020}.giro"), bytes)
}

/// Makes the checksum of a segment's header right, if there is as much of it.
pub(super) fn segment_header(bytes: &mut [u8]) {
    if let Some(header) = bytes.first_chunk_mut::<128>() {
        let crc = crc32c::crc32c_append(crc32c::crc32c(&header[..8]), &header[12..]);
        header[8..12].copy_from_slice(&crc.to_le_bytes());
    }
}
