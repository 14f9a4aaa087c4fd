//! Checkpoints: the state at one point of the log, so that a start need not replay all of it.
//!
//! A checkpoint is derived data. One that is missing, damaged or of another version costs time
//! at the next start and nothing else. It names the digest of the log up to its end, so it can
//! never be taken for one of another log.

use crate::state::State;
use giro_journal::{Digest, Seq};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Raised with every change of the layout of [`State`]; others are not read but replayed over.
const VERSION: u32 = 5;
const MAGIC: &[u8; 8] = b"GIROCKP\n";
const HEADER_BYTES: usize = 8 + 4 + 8 + 32 + 32;
/// The newest checkpoint, and the one before in case the newest is damaged.
const KEPT: usize = 2;
/// How the name of a file ends that is not a checkpoint yet.
const HALF_WRITTEN: &str = ".half";

/// The state at one point of the log.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The state after all records before [`State::end`].
    pub state: State,
    /// The chain digest of the log up to there.
    pub digest: Digest,
}

impl Checkpoint {
    /// The bytes of the checkpoint, whole.
    pub fn encode(&self) -> Vec<u8> {
        let body = postcard::to_stdvec(&self.state).expect("a state can always be encoded");
        let mut bytes = Vec::with_capacity(HEADER_BYTES.saturating_add(body.len()));
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&self.state.end().0.to_le_bytes());
        bytes.extend_from_slice(&self.digest.0);
        let hash = hash(&bytes, &body);
        bytes.extend_from_slice(hash.as_bytes());
        bytes.extend_from_slice(&body);
        bytes
    }

    /// The checkpoint in `bytes`, if they are whole and of this version.
    pub fn decode(bytes: &[u8]) -> Option<Checkpoint> {
        let (header, body) = bytes.split_at_checked(HEADER_BYTES)?;
        let (head, expected) = header.split_last_chunk::<32>()?;
        if hash(head, body).as_bytes() != expected {
            return None;
        }
        let rest = head
            .strip_prefix(MAGIC)?
            .strip_prefix(&VERSION.to_le_bytes())?;
        let (end, digest) = rest.split_first_chunk::<8>()?;
        let digest: &[u8; 32] = digest.try_into().ok()?;
        let state: State = postcard::from_bytes(body).ok()?;
        let digest = Digest(*digest);
        (state.end() == Seq(u64::from_le_bytes(*end))).then_some(Checkpoint { state, digest })
    }
}

/// Whether the bytes are those of a checkpoint, of any version that keeps the header's parts.
fn is_whole(bytes: &[u8]) -> bool {
    let Some((header, body)) = bytes.split_at_checked(HEADER_BYTES) else {
        return false;
    };
    let parts = header.split_last_chunk::<32>();
    parts.is_some_and(|(head, expected)| hash(head, body).as_bytes() == expected)
}

/// What ties the parts of a checkpoint together.
fn hash(head: &[u8], body: &[u8]) -> blake3::Hash {
    blake3::Hasher::new().update(head).update(body).finalize()
}

/// Where checkpoints are kept: a directory of their own.
#[derive(Clone, Debug)]
pub struct CheckpointDir {
    path: PathBuf,
}

impl CheckpointDir {
    /// The checkpoints in the directory `path`, which is made when the first one is saved.
    pub fn new(path: impl Into<PathBuf>) -> CheckpointDir {
        CheckpointDir { path: path.into() }
    }

    /// Saves a checkpoint durably, and deletes the oldest ones.
    ///
    /// # Errors
    /// If the file system refuses. Then the former checkpoints are still there.
    pub fn save(&self, checkpoint: &Checkpoint) -> io::Result<()> {
        fs::create_dir_all(&self.path)?;
        let path = self
            .path
            .join(format!("checkpoint-{:020}.giro", checkpoint.state.end().0));
        let mut file = tempfile::Builder::new()
            .suffix(HALF_WRITTEN)
            .tempfile_in(&self.path)?;
        file.write_all(&checkpoint.encode())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        File::open(&self.path)?.sync_all()?;
        for old in self.paths()?.iter().skip(KEPT) {
            delete_if_there(old)?;
        }
        Ok(())
    }

    /// Deletes what a crash has left of checkpoints that were being saved. None may be now.
    ///
    /// # Errors
    /// If the file system refuses.
    pub fn delete_half_written(&self) -> io::Result<()> {
        let mut paths = self.files()?;
        paths.retain(|path| path.to_string_lossy().ends_with(HALF_WRITTEN));
        paths.iter().try_for_each(|path| delete_if_there(path))
    }

    /// The newest checkpoint that is whole and of this version.
    ///
    /// # Errors
    /// If the file system refuses.
    pub fn latest(&self) -> io::Result<Option<Checkpoint>> {
        for path in self.paths()? {
            if let Some(checkpoint) = Checkpoint::decode(&fs::read(&path)?) {
                return Ok(Some(checkpoint));
            }
            let path = path.display();
            tracing::warn!(%path, "a checkpoint is damaged or of another version, and is not used");
        }
        Ok(None)
    }

    /// The newest checkpoint whose bytes are not those that were written, if there is one.
    ///
    /// # Errors
    /// If the file system refuses.
    pub fn damaged(&self) -> io::Result<Option<PathBuf>> {
        for path in self.paths()? {
            if !is_whole(&fs::read(&path)?) {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// The checkpoints, newest first.
    fn paths(&self) -> io::Result<Vec<PathBuf>> {
        let mut paths = self.files()?;
        paths.retain(|path| is_checkpoint(path));
        paths.sort_unstable_by(|a, b| b.cmp(a));
        Ok(paths)
    }

    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect()
    }
}

/// Another save may have been quicker.
fn delete_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn is_checkpoint(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    name.starts_with("checkpoint-") && name.ends_with(".giro")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Genesis;
    use giro_ledger::Timestamp;

    fn checkpoint(end: i64) -> Checkpoint {
        let genesis = Genesis {
            at: Timestamp(end),
            id_secret: [1; 16],
            key_secret: [2; 16],
            token_secret: [3; 32],
        };
        Checkpoint {
            state: State::new(genesis),
            digest: Digest([4; 32]),
        }
    }

    #[test]
    fn a_flipped_bit_anywhere_makes_it_no_checkpoint() {
        let bytes = checkpoint(5).encode();
        assert!(Checkpoint::decode(&bytes).is_some());
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(Checkpoint::decode(&damaged).is_none(), "byte {at}");
        }
    }

    #[test]
    fn a_damaged_newest_falls_back_to_the_one_before() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let checkpoints = CheckpointDir::new(dir.path().join("checkpoints"));
        assert!(checkpoints.latest().expect("readable").is_none());
        checkpoints.save(&checkpoint(5)).expect("saved");
        let newest = dir
            .path()
            .join("checkpoints/checkpoint-00000000000000000009.giro");
        fs::write(&newest, b"half a checkpoi").expect("written");
        let found = checkpoints
            .latest()
            .expect("readable")
            .expect("the older one");
        assert_eq!(found.state.last_at(), Timestamp(5));
    }
}
