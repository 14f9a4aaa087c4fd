//! A server as a process of its own, which ends with this value.

use anyhow::Context;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

pub(super) struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts this very program with `args` and `path` after them, and waits until it listens.
    pub(super) fn start(args: &[&str], path: &Path) -> anyhow::Result<Server> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(args).arg(path).stdout(Stdio::piped());
        let mut process = command.spawn().context("the server does not start")?;
        let output = process.stdout.take().context("the server has no output")?;
        let mut lines = BufReader::new(output).lines();
        let address = loop {
            let line = lines
                .next()
                .context("the server ended before it was ready")??;
            if let Some((_, rest)) = line.split_once("http://") {
                let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':'));
                break rest
                    .get(..end.unwrap_or(rest.len()))
                    .unwrap_or(rest)
                    .parse()?;
            }
        };
        // Somebody must read what else it says, or it would wait for ever to say it.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Ok(Server { process, address })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
