//! Opening a log in files: everything is checked before anything is changed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::error::OpenError;
use crate::frame::FORMAT_VERSION;
use crate::ids::{Seq, ShardId, narrow};
use crate::recovery::{self, Tail};
use crate::region::{Position, Region, Walker};

use super::index::SparseIndex;
use super::layout::{
    FIELD_BYTES, HeaderFault, LOCK_NAME, PREPARED_LARGE_NAME, PREPARED_NAME, SEGMENT_HEADER_BYTES,
    SegmentHeader, segment_paths,
};
use super::prepare::{Prepared, Preparer};
use super::reader::{FileReader, Shared, enter};
use super::segment::Segment;
use super::{FileJournal, FileOptions, TailState};

const SEGMENT_BYTES_MIN: u64 = 8 << 10;
const SEGMENT_BYTES_MAX: u64 = 1 << 30;

/// What was found in the directory.
struct Log {
    segments: Vec<Arc<Segment>>,
    end: Position,
    tail: Tail,
}

pub(super) fn open(
    directory: &Path,
    shard: ShardId,
    options: &FileOptions,
) -> Result<FileJournal, OpenError> {
    let segment_bytes = options
        .segment_bytes
        .clamp(SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX);
    let nothing_is_known = || {
        let name = directory.display().to_string();
        check_end(name, 0, Seq::ZERO, options.min_end)
    };
    if !directory.exists() {
        nothing_is_known()?;
    }
    create_directory(directory)?;
    let lock = lock_for_writing(directory)?;
    if segment_paths(directory)?.is_empty() {
        nothing_is_known()?;
        let bytes = options
            .first_segment_bytes
            .clamp(SEGMENT_BYTES_MIN, segment_bytes);
        start_log(directory, shard, bytes)?;
    }
    let log = inspect(directory, Some(shard), options)?;
    let active = Arc::clone(log.segments.last().expect("a log has a segment"));
    let active_file = open_active(&active, &log)?;
    for leftover in [PREPARED_NAME, PREPARED_LARGE_NAME] {
        // Usually there is none; and one that stays is overwritten.
        let _ = fs::remove_file(directory.join(leftover));
    }
    let preparer = Preparer::start(directory.to_owned(), segment_bytes)
        .map_err(|source| OpenError::io(directory, source))?;
    Ok(FileJournal {
        shared: Arc::new(Shared::new(log.segments, log.end)),
        directory: directory.to_owned(),
        at: log.end,
        active,
        active_file,
        preparer,
        poisoned: false,
        _lock: lock,
    })
}

pub(super) fn open_reader(directory: &Path) -> Result<(FileReader, TailState), OpenError> {
    lock_for_reading(directory)?;
    let options = FileOptions {
        verify_from: Seq(u64::MAX),
        ..FileOptions::default()
    };
    let log = inspect(directory, None, &options)?;
    let last = log.segments.last().expect("a log has a segment");
    let tail = match log.tail {
        Tail::Clean => TailState::Clean,
        Tail::Torn => TailState::Torn {
            file: last.name().to_owned(),
            offset: log.end.offset,
        },
    };
    let shared = Shared::new(log.segments, log.end);
    Ok((FileReader::new(Arc::new(shared)), tail))
}

fn create_directory(directory: &Path) -> Result<(), OpenError> {
    if directory.is_dir() {
        return Ok(());
    }
    let failed = |source| OpenError::io(directory, source);
    fs::create_dir_all(directory).map_err(failed)?;
    match directory.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_directory(parent),
        _ => sync_directory(Path::new(".")),
    }
    .map_err(failed)
}

fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

fn lock_for_writing(directory: &Path) -> Result<File, OpenError> {
    let path = directory.join(LOCK_NAME);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|source| OpenError::io(&path, source))?;
    file.try_lock()
        .map_err(|error| locked(error, directory, path))?;
    Ok(file)
}

/// A writer's lock shows in a file it created; where there is none, nobody has written. The lock
/// is not kept: readers of a stopped log do not keep a writer from starting.
fn lock_for_reading(directory: &Path) -> Result<(), OpenError> {
    let path = directory.join(LOCK_NAME);
    match File::open(&path) {
        Ok(file) => file
            .try_lock_shared()
            .map_err(|error| locked(error, directory, path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(OpenError::Io { path, source }),
    }
}

fn locked(error: TryLockError, directory: &Path, path: PathBuf) -> OpenError {
    match error {
        TryLockError::WouldBlock => OpenError::Locked {
            directory: directory.to_owned(),
        },
        TryLockError::Error(source) => OpenError::io(path, source),
    }
}

/// Makes the first segment of a log.
fn start_log(directory: &Path, shard: ShardId, bytes: u64) -> Result<(), OpenError> {
    let path = directory.join(PREPARED_NAME);
    let installed = Prepared::zeroed(path.clone(), bytes, &AtomicBool::new(false))
        .and_then(|prepared| prepared.install(directory, &SegmentHeader::origin(shard)));
    match installed {
        Ok(_) => Ok(()),
        Err(source) => {
            let _ = fs::remove_file(&path);
            Err(OpenError::io(path, source))
        }
    }
}

/// Reads and checks the log without changing it.
fn inspect(
    directory: &Path,
    shard: Option<ShardId>,
    options: &FileOptions,
) -> Result<Log, OpenError> {
    let segments = read_segments(directory, shard)?;
    let checked_from = segments
        .partition_point(|segment| segment.first() <= options.verify_from)
        .saturating_sub(1);
    for pair in segments[checked_from..].windows(2) {
        verify_closed(&pair[0], &pair[1])?;
    }
    let last = segments.last().expect("a log has a segment");
    let mut index = SparseIndex::empty();
    let (end, tail) = recovery::recover(&**last, last.start(), |frame| {
        index.note(frame.first().0 - last.first().0, frame.offset());
    })?;
    last.set_index(index);
    check_end(last.name().to_owned(), end.offset, end.seq, options.min_end)?;
    Ok(Log {
        segments,
        end,
        tail,
    })
}

/// A log that ends before what is known durable has lost something, whatever its tail looks like.
fn check_end(file: String, offset: u64, end: Seq, min_end: Seq) -> Result<(), OpenError> {
    if end >= min_end {
        return Ok(());
    }
    Err(OpenError::Damaged {
        file,
        offset,
        what: format!("the log ends at record {end}, but is known to be durable up to {min_end}"),
    })
}

/// Reads the headers of all segments. A newer version anywhere is told before any damage, which
/// may only be this program's misreading.
fn read_segments(directory: &Path, shard: Option<ShardId>) -> Result<Vec<Arc<Segment>>, OpenError> {
    let mut segments: Vec<Arc<Segment>> = Vec::new();
    let mut damage = None;
    for (first, path) in segment_paths(directory)? {
        let name = path.display().to_string();
        match read_segment(path, first, shard, segments.last()) {
            Ok(segment) => segments.push(Arc::new(segment)),
            Err(newer @ (OpenError::NewerVersion { .. } | OpenError::Io { .. })) => {
                return Err(newer);
            }
            Err(error) => {
                damage.get_or_insert((name, error));
            }
        }
    }
    if let Some((_, error)) = damage {
        return Err(error);
    }
    if segments.is_empty() {
        return Err(OpenError::NotFound {
            directory: directory.to_owned(),
        });
    }
    Ok(segments)
}

fn read_segment(
    path: PathBuf,
    first: Seq,
    shard: Option<ShardId>,
    before: Option<&Arc<Segment>>,
) -> Result<Segment, OpenError> {
    let file = path.display().to_string();
    let (header, len) = read_header(&path)?;
    let header = header.map_err(|fault| match fault {
        HeaderFault::NewerVersion(found) => OpenError::NewerVersion {
            file: file.clone(),
            found,
            supported: FORMAT_VERSION,
        },
        HeaderFault::Damaged(what) => damaged(file.clone(), what),
    })?;
    let expected = shard.or(before.map(|segment| segment.start().shard));
    if let Some(expected) = expected.filter(|expected| *expected != header.shard) {
        return Err(OpenError::WrongShard {
            file,
            found: header.shard,
            expected,
        });
    }
    if header.first != first {
        return Err(damaged(
            file,
            "the segment's name is not that of its first record",
        ));
    }
    if before.is_none() && header != SegmentHeader::origin(header.shard) {
        return Err(damaged(file, "the segments before this one are missing"));
    }
    Ok(Segment::new(path, &header, len, None))
}

type DecodedHeader = Result<SegmentHeader, HeaderFault>;

fn read_header(path: &Path) -> Result<(DecodedHeader, u64), OpenError> {
    let failed = |source| OpenError::Io {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let len = file.metadata().map_err(failed)?.len();
    if len < SEGMENT_HEADER_BYTES {
        let fault = HeaderFault::Damaged("the segment is shorter than its header");
        return Ok((Err(fault), len));
    }
    let mut fields = [0; FIELD_BYTES];
    file.read_exact_at(&mut fields, 0).map_err(failed)?;
    Ok((SegmentHeader::decode(&fields), len))
}

fn damaged(file: String, what: &str) -> OpenError {
    OpenError::Damaged {
        file,
        offset: 0,
        what: what.to_owned(),
    }
}

/// Verifies a segment that another one follows: its frames must reach up to that one.
fn verify_closed(segment: &Segment, next: &Segment) -> Result<(), OpenError> {
    let mut walker = Walker::new(segment, segment.start());
    let mut index = SparseIndex::empty();
    while walker.position().seq < next.first() {
        let frame = walker.verify_next()?;
        index.note(frame.first().0 - segment.first().0, frame.offset());
    }
    let end = walker.position();
    enter(next, &end)?;
    segment.set_index(index);
    Ok(())
}

/// Opens the last segment for writing, cuts a torn frame, and syncs: what was read may not have
/// reached the disk, if the process before was killed between its write and its sync.
fn open_active(active: &Segment, log: &Log) -> Result<File, OpenError> {
    let failed = |source| OpenError::io(active.path(), source);
    let file = OpenOptions::new()
        .write(true)
        .open(active.path())
        .map_err(failed)?;
    if log.tail == Tail::Torn {
        cut(&file, active, log.end.offset)?;
    }
    file.sync_data().map_err(failed)?;
    Ok(file)
}

/// Writes zeros over what is not zero from `offset` on. Back to front, so that a crash in the
/// middle of it leaves a frame that is still recognised as torn.
fn cut(file: &File, segment: &Segment, offset: u64) -> Result<(), OpenError> {
    const CHUNK: u64 = 1 << 20;
    let zeros = vec![0; narrow(CHUNK)];
    let mut end = segment.len();
    while end > offset {
        let start = end.saturating_sub(CHUNK).max(offset);
        if !recovery::is_zero(segment, start, end)? {
            let len = narrow(end - start);
            file.write_all_at(&zeros[..len], start)
                .and_then(|()| file.sync_data())
                .map_err(|source| OpenError::io(segment.path(), source))?;
        }
        end = start;
    }
    Ok(())
}
