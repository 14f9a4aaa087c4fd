//! Preparing the next segment ahead of need, off the commit path.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use crate::ids::{narrow, wide};

use super::layout::{PREPARED_LARGE_NAME, PREPARED_NAME, SegmentHeader};

const ZERO_CHUNK: usize = 1 << 20;

/// What direct I/O asks of addresses, offsets and lengths; the largest sector size in use.
const ALIGNMENT: usize = 4096;

/// A file of zeros that is not part of the log yet.
#[derive(Debug)]
pub(super) struct Prepared {
    path: PathBuf,
    file: File,
    len: u64,
}

impl Prepared {
    /// Writes a file of `len` zeros, and makes it durable. Zeros are written, not just allocated:
    /// the first write into allocated space would have to be followed by a metadata commit.
    pub(super) fn zeroed(path: PathBuf, len: u64, stop: &AtomicBool) -> io::Result<Prepared> {
        let len = len.next_multiple_of(wide(ALIGNMENT));
        let file = create(&path)?;
        allocate(&file, len)?;
        zero(&path, len, stop)?;
        file.sync_all()?;
        Ok(Prepared { path, file, len })
    }

    /// A file for one frame that no segment of the usual size can hold. Not worth writing twice:
    /// its zeros are a hole.
    fn sparse(path: PathBuf, len: u64) -> io::Result<Prepared> {
        let file = create(&path)?;
        file.set_len(len)?;
        Ok(Prepared { path, file, len })
    }

    /// Makes the file the segment that `header` describes. The header is durable before the file
    /// gets its name, and the name before the file gets a frame: a crash in between leaves either
    /// no segment or an empty one.
    ///
    /// Returns the file open for writing, and its length.
    pub(super) fn install(
        self,
        directory: &Path,
        header: &SegmentHeader,
    ) -> io::Result<(File, u64)> {
        self.file.write_all_at(&header.encode(), 0)?;
        self.file.sync_all()?;
        fs::rename(&self.path, directory.join(header.file_name()))?;
        File::open(directory)?.sync_all()?;
        Ok((self.file, self.len))
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
}

/// Reserves the blocks in one go, so that they lie together, where the file system can.
fn allocate(file: &File, len: u64) -> io::Result<()> {
    use rustix::io::Errno;
    match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, len) {
        Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Writes the zeros past the page cache if possible. Through it, 64 MiB of fresh cache memory
/// cost 170 ms, and their write-out holds up the commits meanwhile; past it they take 20 ms.
fn zero(path: &Path, len: u64, stop: &AtomicBool) -> io::Result<()> {
    let direct = i32::try_from(rustix::fs::OFlags::DIRECT.bits()).expect("a flag of open(2)");
    let written = OpenOptions::new()
        .write(true)
        .custom_flags(direct)
        .open(path)
        .and_then(|file| write_zeros(&file, len, stop));
    match written {
        // What a file system without direct I/O answers, to the open or to the write.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            let file = OpenOptions::new().write(true).open(path)?;
            write_zeros(&file, len, stop)
        }
        written => written,
    }
}

fn write_zeros(file: &File, len: u64, stop: &AtomicBool) -> io::Result<()> {
    let buffer = vec![0; ZERO_CHUNK + ALIGNMENT];
    let start = buffer.as_ptr().align_offset(ALIGNMENT);
    let zeros = &buffer[start..start + ZERO_CHUNK];
    let mut at = 0;
    while at < len && !stop.load(Ordering::Relaxed) {
        let chunk = (len - at).min(wide(ZERO_CHUNK));
        file.write_all_at(&zeros[..narrow(chunk)], at)?;
        at += chunk;
    }
    Ok(())
}

/// Brings the file into the page cache, ahead of the frames: a frame that ends within a page that
/// is not there has to wait for that page to be read. Failing to do so costs that wait.
fn warm(file: &File, len: u64, stop: &[&AtomicBool]) {
    let mut buffer = vec![0; ZERO_CHUNK];
    let mut at = 0;
    while at < len && !stop.iter().any(|stop| stop.load(Ordering::Relaxed)) {
        match file.read_at(&mut buffer, at) {
            Ok(read) if read > 0 => at += wide(read),
            _ => return,
        }
    }
}

enum Task {
    Prepare,
    Trim(PathBuf, u64),
}

/// The thread that prepares segments, at most one ahead.
#[derive(Debug)]
pub(super) struct Preparer {
    directory: PathBuf,
    segment_bytes: u64,
    tasks: Option<Sender<Task>>,
    prepared: Receiver<io::Result<Prepared>>,
    requested: bool,
    stop: Arc<AtomicBool>,
    waiting: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Preparer {
    pub(super) fn start(directory: PathBuf, segment_bytes: u64) -> io::Result<Preparer> {
        let (tasks, task_queue) = channel();
        let (results, prepared) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let waiting = Arc::new(AtomicBool::new(false));
        let worker = Worker {
            path: directory.join(PREPARED_NAME),
            segment_bytes,
            results,
            stop: Arc::clone(&stop),
            waiting: Arc::clone(&waiting),
        };
        let thread = std::thread::Builder::new()
            .name("journal-prepare".to_owned())
            .spawn(move || worker.run(&task_queue))?;
        Ok(Preparer {
            directory,
            segment_bytes,
            tasks: Some(tasks),
            prepared,
            requested: false,
            stop,
            waiting,
            thread: Some(thread),
        })
    }

    /// Has the next segment prepared, unless it is already.
    pub(super) fn request(&mut self) {
        if !self.requested {
            self.requested = true;
            self.send(Task::Prepare);
        }
    }

    /// A file of at least `bytes`; waits for the one being prepared.
    pub(super) fn take(&mut self, bytes: u64) -> io::Result<Prepared> {
        if bytes > self.segment_bytes {
            let path = self.directory.join(PREPARED_LARGE_NAME);
            return Prepared::sparse(path, bytes);
        }
        // The one prepared ahead may have failed long ago, for want of room that there is now. It
        // is not part of the log, so trying again is safe.
        self.receive().or_else(|_| self.receive())
    }

    fn receive(&mut self) -> io::Result<Prepared> {
        self.request();
        self.requested = false;
        self.waiting.store(true, Ordering::Relaxed);
        let prepared = self.prepared.recv();
        self.waiting.store(false, Ordering::Relaxed);
        prepared.unwrap_or_else(|_| Err(io::Error::other("the preparing thread is gone")))
    }

    /// Gives back the unused space at the end of a segment that gets no more frames.
    pub(super) fn trim(&self, segment: &Path, len: u64) {
        self.send(Task::Trim(segment.to_owned(), len));
    }

    fn send(&self, task: Task) {
        if let Some(tasks) = &self.tasks {
            // If the thread is gone, `take` says so, and nothing else depends on it.
            let _ = tasks.send(task);
        }
    }
}

impl Drop for Preparer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.tasks = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has nothing left to spoil here.
            let _ = thread.join();
        }
    }
}

/// What runs on the preparing thread.
struct Worker {
    path: PathBuf,
    segment_bytes: u64,
    results: Sender<io::Result<Prepared>>,
    stop: Arc<AtomicBool>,
    /// The writer waits for the next file, and so has no use for this one being warm.
    waiting: Arc<AtomicBool>,
}

impl Worker {
    fn run(self, tasks: &Receiver<Task>) {
        for task in tasks {
            match task {
                Task::Prepare => self.prepare(),
                Task::Trim(path, len) => trim(&path, len),
            }
        }
    }

    /// The file is handed over before it is warm: a writer in a hurry should not wait for that.
    fn prepare(&self) {
        let made = Prepared::zeroed(self.path.clone(), self.segment_bytes, &self.stop);
        if made.is_err() {
            // What could be had of the space is better used by others.
            let _ = fs::remove_file(&self.path);
        }
        let warm_file = made.as_ref().ok().map(|prepared| prepared.file.try_clone());
        if self.results.send(made).is_err() {
            return;
        }
        if let Some(Ok(file)) = warm_file {
            warm(&file, self.segment_bytes, &[&self.stop, &self.waiting]);
        }
    }
}

/// Failing to give space back costs that space and nothing else.
fn trim(path: &Path, len: u64) {
    let _ = OpenOptions::new()
        .write(true)
        .open(path)
        .and_then(|file| file.set_len(len));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The disk was full for a moment, hours before the next segment was needed.
    #[test]
    fn a_segment_that_could_not_be_prepared_ahead_is_tried_again_when_needed() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (in_the_way, marker) = (dir.path().join(PREPARED_NAME), dir.path().join("marker"));
        fs::create_dir(&in_the_way).expect("creatable");
        fs::write(&marker, b"").expect("writable");
        let mut preparer = Preparer::start(dir.path().to_owned(), 8192).expect("a thread");
        preparer.request();
        // Done after the request before it.
        preparer.trim(&marker, 1);
        while fs::metadata(&marker).expect("there").len() == 0 {
            std::thread::yield_now();
        }
        fs::remove_dir(&in_the_way).expect("removable");
        assert_eq!(preparer.take(8192).expect("prepared").len, 8192);
    }
}
