//! The server of the demo: a process of its own, which can be killed.

use crate::dev::file::{DevFile, NAME};
use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Far more than a start takes.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A running server; killed when dropped.
pub(super) struct Server {
    child: Option<Child>,
    id: u32,
    pub(super) url: String,
    data: PathBuf,
}

impl Server {
    /// Starts this very program as a server on `data` and a free port, and waits until it listens.
    ///
    /// # Errors
    /// If it does not start.
    pub(super) fn start(data: &Path) -> anyhow::Result<Server> {
        Server::launch(data, command(data)?)
    }

    /// The same, but out of reach of what ends the programs of this terminal.
    ///
    /// # Errors
    /// If it does not start.
    pub(super) fn start_to_stay(data: &Path) -> anyhow::Result<Server> {
        let mut command = command(data)?;
        command.process_group(0);
        Server::launch(data, command)
    }

    fn launch(data: &Path, mut command: Command) -> anyhow::Result<Server> {
        let log = data.with_file_name("server.log");
        let lines = OpenOptions::new().create(true).append(true).open(&log);
        command.stderr(lines.context("cannot write server.log")?);
        let mut child = command.spawn().context("cannot start the server")?;
        let stdout = child.stdout.take().context("the output is not piped")?;
        let id = child.id();
        let mut server = Server {
            child: Some(child),
            id,
            url: String::new(),
            data: data.to_owned(),
        };
        match first_line(stdout).recv_timeout(START_TIMEOUT) {
            Ok(line) if line.starts_with("listening on ") => {
                line.trim_start_matches("listening on ")
                    .clone_into(&mut server.url);
                Ok(server)
            }
            Ok(_) | Err(_) => {
                let mut said = String::new();
                let _ = File::open(&log).and_then(|mut log| log.read_to_string(&mut said));
                bail!("the server does not start: {}", said.trim())
            }
        }
    }

    /// Its process id.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// Where it wrote how to find its books.
    pub(super) fn dev_json(&self) -> PathBuf {
        self.data.join(NAME)
    }

    /// How to find its books.
    ///
    /// # Errors
    /// If it has not written that.
    pub(super) fn dev(&self) -> anyhow::Result<DevFile> {
        let file = DevFile::read(&self.dev_json())?;
        file.context("the server has not written dev.json")
    }

    /// Kills it without warning, as a power failure would.
    ///
    /// # Errors
    /// If it is not there any more.
    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        let child = self.child.as_mut().context("the server is gone")?;
        child.kill().context("cannot kill the server")?;
        child.wait().context("cannot wait for the server")?;
        self.child = None;
        Ok(())
    }

    /// Stops it as an operator does.
    ///
    /// # Errors
    /// If it does not end well.
    pub(super) fn stop(mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("the server is gone")?;
        kill_process(Pid::from_child(&child), Signal::TERM).context("cannot stop the server")?;
        let status = child.wait().context("cannot wait for the server")?;
        if !status.success() {
            bail!("the server ended with {status}");
        }
        Ok(())
    }

    /// Lets it go on when this program ends.
    pub(super) fn leave(mut self) {
        self.child = None;
    }

    /// Where it is, for a program that goes on with it.
    pub(super) fn to_json(&self) -> Value {
        json!({"url": self.url, "process": self.id(), "dev_json": self.dev_json()})
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// This very program, as a server.
fn command(data: &Path) -> anyhow::Result<Command> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let mut command = Command::new(program);
    // What is set for a server of the user's is not meant for this one.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("GIRO_")) {
            command.env_remove(name);
        }
    }
    command
        .args(["serve", "--dev", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    Ok(command)
}

/// The first line that it prints; nothing if it ends before.
fn first_line(stdout: ChildStdout) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        if let Some(Ok(line)) = BufReader::new(stdout).lines().next() {
            let _ = sender.send(line);
        }
    });
    receiver
}
