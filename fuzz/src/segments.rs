//! A damaged log in files: it is refused, or what can be read of it is what was written.
//!
//! Input: the frames of a log as for `recovery`, which of them begin a file of their own, then
//! what happens to the files.

use super::input::Input;
use super::log::{self, Log};
use super::seal;
use giro_journal::{FileJournal, FileReader, JournalReader, Seq};
use std::fs;
use std::ops::ControlFlow;

/// A file's name and bytes.
type Segment = (String, Vec<u8>);

/// Damages files and reads them.
///
/// # Panics
/// If anything is read that was not written, or if files that were not damaged are refused.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let log = Log::written(&mut input);
    let whole = segments(&log, input.byte());
    let mut segments = whole.clone();
    while !input.is_empty() && !segments.is_empty() {
        damage(&mut segments, &mut input);
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (name, bytes) in &segments {
        fs::write(directory.path().join(name), bytes).expect("it can be written");
    }
    match FileJournal::open_reader(directory.path()) {
        Ok((reader, _)) => check(&reader, &log.records, segments == whole),
        Err(error) => assert!(segments != whole || whole.is_empty(), "{error}"),
    }
}

/// The log in files; the bits of `starts` say which frames begin one. The first one does.
fn segments(log: &Log, starts: u8) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for (number, frame) in log.frames.iter().enumerate() {
        match segments.last_mut() {
            Some((_, bytes)) if starts >> number & 1 == 0 => bytes.extend(frame),
            _ => segments.push(seal::segment(frame, u64::from(number > 0))),
        }
    }
    segments
}

fn damage(segments: &mut Vec<Segment>, input: &mut Input<'_>) {
    let place = usize::from(input.byte()) % segments.len();
    let (_, bytes) = &mut segments[place];
    match input.byte() % 4 {
        0 | 1 => log::damage(bytes, input),
        2 => {
            log::damage(bytes, input);
            seal::segment_header(bytes);
        }
        _ => drop(segments.remove(place)),
    }
}

fn check(reader: &FileReader, written: &[Vec<u8>], is_whole: bool) {
    let mut visited = Vec::new();
    let seen = reader.frames(Seq::ZERO, &mut |frame| {
        visited.extend(frame.records().map(<[u8]>::to_vec));
        ControlFlow::Continue(())
    });
    assert!(written.starts_with(&visited), "nothing else is read");
    let is_complete = seen.is_ok() && visited.len() == written.len();
    assert!(
        is_complete || !is_whole,
        "all of a whole log is read: {seen:?}"
    );
    let mut record = Vec::new();
    for (seq, expected) in (0..).map(Seq).zip(written) {
        if seq < reader.end() && reader.record(seq, &mut record).is_ok() {
            assert_eq!(&record, expected);
        }
    }
}
