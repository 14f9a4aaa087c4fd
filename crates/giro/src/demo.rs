//! `giro demo`: a real server, its clients, a crash in the middle of it all, and the proof that
//! nothing was lost or doubled.

mod caliza;
mod cashfree;
mod controls;
mod crash;
mod jiko;
mod native;
mod report;
mod revolut;
mod server;
mod treasury;
mod youhodler;

use crate::output::{self, count};
use crate::verify;
use anyhow::Context;
use report::Report;
use server::Server;
use std::path::Path;
use tempfile::TempDir;

const EXAMPLES: &str = "\
Examples:
  giro demo
  giro demo --keep      leaves the server running, to go on by hand
  giro demo --json";

/// Watch money move, and be kept from it: through two interfaces, and through a crash.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Leave the server running at the end, and tell how to use it
    #[arg(long)]
    keep: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Shows what the program does, and checks every bit of it.
///
/// # Errors
/// If any proof fails; the data is then kept to be looked at.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let folder = TempDir::with_prefix("giro-demo-").context("cannot make a temporary directory")?;
    let mut report = Report::new(args.json);
    match play(&folder.path().join("data"), &mut report, args.keep) {
        Ok(kept) => {
            report.finish(kept.as_ref().map(Server::to_json));
            if let Some(server) = kept {
                tell_how_to_use(&server, args.json);
                server.leave();
                let _ = folder.keep();
            }
            Ok(())
        }
        Err(error) => {
            let kept = folder.keep();
            let hint = format!(
                "the demo failed; its data and server.log are in {}",
                kept.display()
            );
            Err(error.context(hint))
        }
    }
}

/// The whole play. Returns the server if it is to be left running.
fn play(data: &Path, report: &mut Report, keep: bool) -> anyhow::Result<Option<Server>> {
    report.section("A server with an empty directory");
    let mut server = report.step("start", || {
        let server = Server::start(data)?;
        let found = format!("{} (process {})", server.url, server.id());
        Ok((server, found))
    })?;
    native::play(&server, report)?;
    controls::play(&server, report)?;
    treasury::play(&server, report)?;
    revolut::play(&server, report)?;
    cashfree::play(&server, report)?;
    youhodler::play(&server, report)?;
    jiko::play(&server, report)?;
    caliza::play(&server, report)?;
    report.section("A crash");
    let load = crash::prepare(&server, report)?;
    let log = crash::kill_under_load(&mut server, &load, report)?;
    drop(server);
    let server = report.step("start again on the same directory", || {
        let server = Server::start(data)?;
        let found = format!("{} (process {})", server.url, server.id());
        Ok((server, found))
    })?;
    crash::prove(&server, &load, &log, report)?;
    report.section("The books");
    report.step("stop the server", || {
        Ok((server.stop()?, "cleanly, on SIGTERM".to_owned()))
    })?;
    let verified = report.step("verify the log", || {
        let verified = verify::verify(data)?.report;
        let found = format!(
            "{} transfers, {} postings, {} sums of zero",
            count(verified.completed),
            count(verified.postings),
            verified.zero_sums
        );
        Ok((verified, found))
    })?;
    treasury::prove(&verified, report)?;
    if !keep {
        return Ok(None);
    }
    report.step("start it once more, to stay", || {
        let server = Server::start_to_stay(data)?;
        let url = server.url.clone();
        Ok((Some(server), url))
    })
}

fn tell_how_to_use(server: &Server, is_json: bool) {
    if is_json {
        return;
    }
    let dev_json = server.dev_json();
    let dev_json = dev_json.display();
    // As it was called: it need not be where programs are looked for.
    let giro = std::env::args().next().unwrap_or_else(|| "giro".to_owned());
    let (url, id) = (&server.url, server.id());
    output::line(format_args!(
        "\nThe server is still there, at {url}. Go on with\n\n  \
         {giro} account list --dev-json {dev_json}\n  \
         {giro} transfer list --dev-json {dev_json}\n  \
         kill {id}    # when done"
    ));
}
