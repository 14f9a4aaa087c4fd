//! Opening the data directory, with words for everything that can be in the way.

use crate::config::Config;
use crate::output;
use crate::progress::Progress;
use anyhow::{Context, anyhow};
use giro_engine::{Engine, EngineOptions, OpenError, SystemClock};
use giro_journal::{OpenError as JournalError, ShardId};
use giro_service::Service;
use std::fs::DirBuilder;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

/// The directory of the only shard there is so far.
pub(crate) const SHARD_DIR: &str = "shard-0";
/// The file that the operator's API key is written to.
pub(crate) const OPERATOR_KEY: &str = "operator.key";

/// What becomes of the operator there is, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// It stays.
    Kept,
    /// Another one takes its place.
    Replaced,
}

/// Opens the shard, and gives it its assets and its operator if it is new.
///
/// # Errors
/// If it cannot be opened; then nothing was changed.
pub(super) fn open(config: &Config, operator: Operator) -> anyhow::Result<Service> {
    let data = &config.data;
    if data.exists() && !data.is_dir() {
        return Err(anyhow!(
            "{} is not a directory: give another --data",
            data.display()
        ));
    }
    make_directory(data)?;
    let options = EngineOptions {
        queue_max: config.queue_max,
        checkpoint_every: config.checkpoint_every,
        ..EngineOptions::default()
    };
    let mut progress = Progress::of("replaying the log");
    let clock = Arc::new(SystemClock);
    let opened = Engine::open(
        &data.join(SHARD_DIR),
        ShardId(0),
        clock,
        options,
        &mut |done, all| progress.at(done, all),
    );
    let engine = opened.map_err(|error| explain(error, data))?;
    let took_ms = progress.elapsed().as_millis();
    drop(progress);
    let service = Service::new(engine);
    tracing::info!(data = %data.display(), records = service.read().end().0, took_ms, "opened");
    service
        .define_catalogue()
        .context("cannot define the assets")?;
    see_to_operator(&service, data, operator)?;
    Ok(service)
}

/// Makes the data directory, for its owner alone: balances are nobody else's business.
fn make_directory(data: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.with_context(|| {
        format!(
            "cannot make the directory {}: check the path, its owner and its mode",
            data.display()
        )
    })
}

/// Makes an operator at the first start, or when the key of the one there is was lost. Its API
/// key goes where only the owner of the data can read it, and is shown nowhere else.
///
/// The file is there, empty, before the operator is on record: if the server dies in between, the
/// next start finds it empty, and replaces an operator whose key nobody has seen.
fn see_to_operator(service: &Service, data: &Path, operator: Operator) -> anyhow::Result<()> {
    let path = data.join(OPERATOR_KEY);
    let is_replaced = operator == Operator::Replaced || is_empty(&path);
    if !is_replaced && service.has_operator() {
        return Ok(());
    }
    write_secret(&path, "")?;
    let made = service.replace_operators();
    let api_key = made.context("cannot make an operator")?;
    write_secret(&path, &format!("{api_key}\n"))?;
    output::note(format_args!(
        "the operator's API key, which opens books, is in {}",
        path.display()
    ));
    Ok(())
}

fn is_empty(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.len() == 0)
}

/// Writes a file that only its owner can read: whole, or not at all.
///
/// # Errors
/// If the file system refuses.
pub(crate) fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || {
        let folder = path.parent().unwrap_or(Path::new("."));
        // Temporary files have mode 0600, and keep it when they get their name.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        std::fs::File::open(folder)?.sync_all()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// What is in the way, and what to do about it.
fn explain(error: OpenError, data: &Path) -> anyhow::Error {
    let data = data.display();
    match &error {
        OpenError::Journal(JournalError::Locked { .. }) => anyhow!(
            "{data} is in use by another process: stop that one first, or give another --data"
        ),
        OpenError::LogTooShort { .. }
        | OpenError::ForeignCheckpoint { .. }
        | OpenError::Diverged { .. } => anyhow!(error).context(format!(
            "cannot open {data}, nothing was changed; \
             `giro verify` tells more, and a copy of the directory helps"
        )),
        OpenError::Io { .. } => anyhow!(error).context(format!(
            "cannot use {data}: check the path, its owner and its mode"
        )),
        OpenError::Journal(_)
        | OpenError::Read(_)
        | OpenError::Begin(_)
        | OpenError::Codec(_)
        | OpenError::Keys(_)
        | OpenError::Entropy(_) => anyhow!(error).context(format!("cannot open {data}")),
    }
}
