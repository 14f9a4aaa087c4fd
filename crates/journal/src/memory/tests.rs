use super::*;

fn append(journal: &mut MemoryJournal, records: &[&[u8]]) -> Appended {
    let mut batch = Batch::new(journal.end());
    for record in records {
        batch.push(record);
    }
    let end = journal.end();
    journal
        .append(Epoch(1), end, &batch)
        .expect("nothing is wrong")
}

#[test]
fn a_torn_frame_is_cut_at_every_length_and_earlier_frames_survive() {
    let mut whole = MemoryJournal::new(ShardId(0));
    append(&mut whole, &[b"kept", b"also kept"]);
    let mut batch = Batch::new(whole.end());
    batch.push(b"never acknowledged");
    let frame = whole.seal(Epoch(1), &batch).to_bytes();
    for written in 0..frame.len() {
        let mut journal = MemoryJournal::new(ShardId(0));
        let kept = append(&mut journal, &[b"kept", b"also kept"]);
        let mut torn = frame[..written].to_vec();
        torn.resize(frame.len(), 0);
        journal.crash_with(&torn);
        let reopened = journal
            .reopen()
            .unwrap_or_else(|error| panic!("{written} bytes: {error}"));
        assert_eq!(
            (reopened.end(), reopened.last_digest()),
            (kept.end, kept.digest)
        );
    }
}

#[test]
fn a_superseded_journal_can_no_longer_append() {
    let mut old = MemoryJournal::new(ShardId(0));
    let mut new = old.reopen().expect("the log is whole");
    append(&mut new, &[b"new"]);
    let mut batch = Batch::new(Seq(0));
    batch.push(b"old");
    let refused = old.append(Epoch(1), Seq(0), &batch);
    assert!(matches!(refused, Err(AppendError::Poisoned)), "{refused:?}");
}
