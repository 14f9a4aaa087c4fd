//! The manifest: which runs make up the index, and how much of the journal they cover.
//!
//! It is replaced whole, by rename, so it is the old one or the new one. A run that it does not
//! name does not exist: it is half written, or merged away, and is deleted on opening.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

use super::KeyIndexError;
use super::format::{narrow, u32_at, u64_at, wide};
use super::run::Run;

const NAME: &str = "manifest";
const NEXT_NAME: &str = "manifest.next";
const DAMAGED_NAME: &str = "damaged";
const MAGIC: &[u8; 8] = b"GIROKMAN";
const VERSION: u32 = 1;
const FIXED: usize = 24;
const PER_RUN: usize = 24;

/// What is on disk, opened.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Every key of records below this sequence number is in the runs.
    pub(super) covers: u64,
    /// Newest first.
    pub(super) runs: Vec<Arc<Run>>,
}

/// Why nothing could be loaded.
pub(super) enum LoadError {
    /// The index cannot be trusted, and can be built again.
    Unusable(String),
    /// The disk or its permissions failed; what is there may be whole.
    Failed(KeyIndexError),
}

/// Opens what the manifest in `dir` names; nothing if there is none. `end` is where the journal
/// ends: an index that knows of records past it is of another journal, or its journal has lost
/// them. Since only keys of durable records come here, that must not go by unnoticed.
pub(super) fn load(dir: &Path, end: u64) -> Result<Contents, LoadError> {
    if dir.join(DAMAGED_NAME).exists() {
        return Err(LoadError::Unusable(
            "damage was met while it was in use".to_owned(),
        ));
    }
    let path = dir.join(NAME);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Contents::default()),
        Err(error) => {
            return Err(LoadError::Failed(KeyIndexError::io(
                "reading", &path, error,
            )));
        }
    };
    let (covers, named) = decode(&bytes).map_err(LoadError::Unusable)?;
    let known = named
        .iter()
        .map(|run| run.seq_max.saturating_add(1))
        .fold(covers, u64::max);
    if known > end {
        let path = dir.to_owned();
        return Err(LoadError::Failed(KeyIndexError::Ahead { path, known, end }));
    }
    let mut runs = Vec::with_capacity(named.len());
    for name in named {
        let run = Run::open(dir, name.id).map_err(unusable_if_damaged)?;
        if run.header().entries != name.entries || run.header().seq_max != name.seq_max {
            return Err(LoadError::Unusable(format!(
                "run {:x} is not the one named",
                name.id
            )));
        }
        runs.push(Arc::new(run));
    }
    Ok(Contents { covers, runs })
}

/// A file that is missing or too short is damage; one that may not be read is not.
fn unusable_if_damaged(error: KeyIndexError) -> LoadError {
    match &error {
        KeyIndexError::Damaged { path, what } => {
            LoadError::Unusable(format!("{} is damaged: {what}", path.display()))
        }
        KeyIndexError::Io { path, source, .. }
            if matches!(
                source.kind(),
                ErrorKind::NotFound | ErrorKind::UnexpectedEof
            ) =>
        {
            LoadError::Unusable(format!("{}: {source}", path.display()))
        }
        KeyIndexError::Io { .. }
        | KeyIndexError::Ahead { .. }
        | KeyIndexError::Stopped { .. }
        | KeyIndexError::Panicked => LoadError::Failed(error),
    }
}

/// Replaces the manifest, durably.
pub(super) fn store(dir: &Path, covers: u64, runs: &[Arc<Run>]) -> Result<(), KeyIndexError> {
    let next = dir.join(NEXT_NAME);
    let replace = || {
        let mut file = File::create(&next)?;
        file.write_all(&encode(covers, runs))?;
        file.sync_all()?;
        fs::rename(&next, dir.join(NAME))?;
        File::open(dir)?.sync_all()
    };
    replace().map_err(|source| KeyIndexError::io("replacing the manifest in", dir, source))
}

/// Leaves a note of a damaged run for the next opening, which only looks at parts of the runs.
/// A disk that does not even take that leaves it to the operator, who is told of the damage.
pub(super) fn note_damage(error: &KeyIndexError) {
    if let KeyIndexError::Damaged { path, .. } = error {
        let _ = File::create(path.with_file_name(DAMAGED_NAME));
    }
}

/// Deletes the manifest first and then every run, so that an interruption leaves no manifest
/// that names a deleted run. The note of what is damaged goes last.
pub(super) fn delete_all(dir: &Path) -> io::Result<()> {
    delete_if_there(&dir.join(NAME))?;
    File::open(dir)?.sync_all()?;
    delete_unnamed(dir, &[])?;
    delete_if_there(&dir.join(DAMAGED_NAME))
}

fn delete_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Deletes the runs in `dir` that are not among `runs`, and a manifest left half written. Files
/// of other names are left alone.
pub(super) fn delete_unnamed(dir: &Path, runs: &[Arc<Run>]) -> io::Result<()> {
    for file in fs::read_dir(dir)? {
        let path = file?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let is_run = name.starts_with("run-") && name.ends_with(".keys");
        let is_named = runs.iter().any(|run| run.path() == path);
        if (is_run && !is_named) || name == NEXT_NAME {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

struct Named {
    id: u64,
    entries: u64,
    seq_max: u64,
}

fn encode(covers: u64, runs: &[Arc<Run>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(FIXED + runs.len() * PER_RUN + 4);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&wide(runs.len()).to_le_bytes()[..4]);
    bytes.extend_from_slice(&covers.to_le_bytes());
    for run in runs {
        let header = run.header();
        for number in [header.run, header.entries, header.seq_max] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
    }
    bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
    bytes
}

fn decode(bytes: &[u8]) -> Result<(u64, Vec<Named>), String> {
    if bytes.len() < FIXED + 4 || &bytes[..8] != MAGIC {
        return Err("its manifest is not one".to_owned());
    }
    let version = u32_at(bytes, 8);
    if version != VERSION {
        return Err(format!(
            "its manifest has version {version}, this program reads {VERSION}"
        ));
    }
    let (checked, crc) = bytes.split_at(bytes.len() - 4);
    let count = narrow(u64::from(u32_at(bytes, 12)));
    if crc32c::crc32c(checked) != u32_at(crc, 0) || checked.len() != FIXED + count * PER_RUN {
        return Err("its manifest fails its checksum".to_owned());
    }
    let named = checked[FIXED..].chunks_exact(PER_RUN).map(|run| Named {
        id: u64_at(run, 0),
        entries: u64_at(run, 8),
        seq_max: u64_at(run, 16),
    });
    Ok((u64_at(bytes, 16), named.collect()))
}
