//! Log lines of the server, on stderr: readable text, or a JSON object each.
//!
//! No secret is ever logged: the types that hold one have no `Debug`, and requests are not logged
//! with their headers.

use crate::config::LogFormat;
use anyhow::Context;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging what `filter` lets through, such as `info` or `warn,giro_engine=debug`.
///
/// # Errors
/// If the filter cannot be understood.
pub(crate) fn start(filter: &str, format: LogFormat) -> anyhow::Result<()> {
    let parsed = EnvFilter::builder().parse(filter);
    let filter = parsed.with_context(|| {
        format!("the log filter {filter:?} is not one like \"info\" or \"warn,giro_engine=debug\"")
    })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // They would be printed to stderr as well, and printing panics if that fails: a log on a
        // full disk, or a pipe that nobody reads any more, would end the server.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}
