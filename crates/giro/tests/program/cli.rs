//! The command line of a client, beside a server of its own.

use crate::server::{Server, giro, text};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Output;

/// The command line beside a running server with sandbox books.
pub(crate) struct Cli {
    pub(crate) server: Server,
    dev_json: PathBuf,
    _dir: tempfile::TempDir,
}

impl Cli {
    /// Starts the server.
    pub(crate) fn start() -> Cli {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let server = Server::dev(dir.path());
        let dev_json = dir.path().join("dev.json");
        Cli {
            server,
            dev_json,
            _dir: dir,
        }
    }

    /// Runs a command.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        let target = ["--dev-json", text(&self.dev_json)];
        let all = args.iter().copied().chain(target);
        giro(all).output().expect("the program can be started")
    }

    /// What it prints, if it succeeds.
    pub(crate) fn prints(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// The answer, as JSON.
    pub(crate) fn answers(&self, args: &[&str]) -> Value {
        let printed = self.prints(&[args, &["--json"]].concat());
        serde_json::from_str(&printed).expect("JSON")
    }

    /// What it says, if it fails.
    pub(crate) fn fails(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
        said
    }
}

/// This column, which lines up at its left, begins at the same place in every line.
#[track_caller]
pub(crate) fn assert_lined_up(table: &str, column: &str) {
    let header = table.lines().next().expect("a header");
    let place = header.find(column).expect("the column is there");
    for line in table.lines() {
        let around = line.get(place - 2..=place).expect("as long as that");
        let (gap, begin) = around.split_at(2);
        assert!(gap == "  " && begin != " ", "{table}");
    }
}
