use super::*;

fn batch(records: &[&[u8]]) -> Batch {
    let mut batch = Batch::new(Seq(7));
    for record in records {
        batch.push(record);
    }
    batch
}

#[test]
fn records_come_back_in_order_with_dense_numbers() {
    let records: [&[u8]; 3] = [b"one", b"", b"three"];
    let batch = batch(&records);
    assert_eq!(batch.records().collect::<Vec<_>>(), records);
    assert_eq!(
        (batch.first(), batch.next(), batch.count()),
        (Seq(7), Seq(10), 3)
    );
    assert_eq!(batch.record_bytes(), 8);
}

#[test]
fn a_record_that_fails_half_written_leaves_no_trace() {
    let mut batch = batch(&[b"one"]);
    let before = batch.byte_len();
    let refused = batch.push_with(|bytes| {
        bytes.extend_from_slice(b"half a rec");
        Err("no")
    });
    assert_eq!(refused, Err("no"));
    assert_eq!((batch.byte_len(), batch.count()), (before, 1));
}

#[test]
fn truncating_is_the_same_as_never_having_pushed() {
    let mut undone = batch(&[b"one", b"two", b"three"]);
    undone.truncate(1);
    assert_eq!(undone.payload(), batch(&[b"one"]).payload());
    undone.truncate(5);
    assert_eq!(undone.count(), 1);
    undone.truncate(0);
    assert!(undone.is_empty());
    assert_eq!(undone.byte_len(), 0);
}

#[test]
fn reset_starts_over_at_the_given_number() {
    let mut reused = batch(&[b"one", b"two"]);
    reused.reset(Seq(40));
    assert_eq!((reused.first(), reused.next()), (Seq(40), Seq(40)));
    assert_eq!(reused.push(b"x"), Seq(40));
}
