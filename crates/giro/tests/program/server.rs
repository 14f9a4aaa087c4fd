//! Starting the program, and asking it over HTTP.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Far longer than anything here takes: it only ends a test that would hang.
const DEADLINE: Duration = Duration::from_secs(60);

/// The program with these arguments, and nothing in its environment.
pub(crate) fn giro<'a>(args: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_giro"));
    command.args(args).env_clear();
    command
}

/// Runs the program to its end.
pub(crate) fn run<'a>(args: impl IntoIterator<Item = &'a str>) -> Output {
    giro(args).output().expect("the program can be started")
}

/// Runs the program, which must fail with this exit code, and returns what it says.
pub(crate) fn fails<'a>(code: i32, args: impl IntoIterator<Item = &'a str>) -> String {
    let output = run(args);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

/// Runs the program, which must succeed, and returns what it prints.
pub(crate) fn succeeds<'a>(args: impl IntoIterator<Item = &'a str>) -> String {
    let output = run(args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str()
        .expect("temporary directories have plain names")
}

/// A running server. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) url: String,
    /// Its data directory.
    pub(crate) data: PathBuf,
    said: Option<JoinHandle<String>>,
}

impl Server {
    /// Starts `giro serve --data DATA` on a free port, and waits until it listens.
    pub(crate) fn start(data: &Path, more: &[&str]) -> Server {
        let args = ["serve", "--data", text(data), "--listen", "127.0.0.1:0"];
        Server::start_with(giro(args.into_iter().chain(more.iter().copied())), data)
    }

    /// Starts it with sandbox books.
    pub(crate) fn dev(data: &Path) -> Server {
        Server::start(data, &["--dev"])
    }

    /// Starts a command that serves `data`, and waits until it listens.
    pub(crate) fn start_with(mut command: Command, data: &Path) -> Server {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let mut stderr = child.stderr.take().expect("piped");
        let said = std::thread::spawn(move || {
            let mut said = Vec::new();
            let _ = stderr.read_to_end(&mut said);
            String::from_utf8_lossy(&said).into_owned()
        });
        let first_line = first_line(child.stdout.take().expect("piped"));
        let line = first_line.recv_timeout(DEADLINE).unwrap_or_default();
        let Some(url) = line.trim().strip_prefix("listening on ") else {
            let _ = child.kill();
            let said = said.join().expect("reading does not panic");
            panic!("the server does not start: it printed {line:?} and said\n{said}");
        };
        Server {
            child,
            url: url.to_owned(),
            data: data.to_owned(),
            said: Some(said),
        }
    }

    /// Kills it without warning.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it is still there");
        self.child.wait().expect("it is our child");
    }

    /// Stops it as an operator does, and returns how it ended and what it said.
    pub(crate) fn stop(mut self) -> (ExitStatus, String) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it is there");
        let status = self.child.wait().expect("it is our child");
        let said = self.said.take().expect("stopped once");
        (status, said.join().expect("reading does not panic"))
    }

    /// What it wrote into `dev.json`.
    pub(crate) fn dev_json(&self) -> Value {
        read_json(&self.data.join("dev.json"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The JSON in a file.
pub(crate) fn read_json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("readable");
    serde_json::from_str(&text).expect("JSON")
}

/// The first line; the rest is read as well, so that the pipe never fills up.
fn first_line(stdout: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}
