//! `giro webhook listen`: somebody who is told, to try webhooks out.

use crate::output;
use anyhow::Context;
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

/// The most of a request that is read.
const REQUEST_BYTES_MAX: u64 = 16 << 20;
/// How long a sender may be silent.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, clap::Args)]
pub(super) struct ListenArgs {
    /// The port, on the loopback address
    port: u16,
    /// End after so many notifications [default: never]
    #[arg(long, value_name = "COUNT")]
    count: Option<u64>,
    /// What is answered
    #[arg(long, default_value = "204", value_parser = clap::value_parser!(u16).range(200..=599))]
    status: u16,
}

impl ListenArgs {
    /// Prints what comes: its headers, and its body as a text, since signatures are over its bytes.
    ///
    /// # Errors
    /// If the port cannot be listened on.
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let address = (Ipv4Addr::LOCALHOST, self.port);
        let listener = TcpListener::bind(address);
        let listener = listener.with_context(|| format!("cannot listen on port {}", self.port))?;
        output::note(format_args!(
            "listening on http://127.0.0.1:{}/",
            listener.local_addr()?.port()
        ));
        let mut left = self.count;
        for stream in listener.incoming() {
            if left == Some(0) {
                break;
            }
            // One that breaks off is tried again by whoever has sent it.
            let Ok(Some(request)) = stream.and_then(|stream| self.answer(stream)) else {
                continue;
            };
            output::line(request);
            left = left.map(|left| left.saturating_sub(1));
            if left == Some(0) {
                break;
            }
        }
        Ok(())
    }

    /// Reads a request and answers it; nothing if none came.
    fn answer(&self, stream: TcpStream) -> std::io::Result<Option<Value>> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut reader = BufReader::new((&stream).take(REQUEST_BYTES_MAX));
        let Some(request) = read(&mut reader)? else {
            return Ok(None);
        };
        let status = self.status;
        let head = format!("HTTP/1.1 {status} \r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        (&stream).write_all(head.as_bytes())?;
        Ok(Some(request))
    }
}

fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Value>> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    let mut headers = Map::new();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if name == "content-length" {
            length = value.parse().unwrap_or(0);
        }
        headers.insert(name, json!(value));
    }
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    let body = String::from_utf8_lossy(&body);
    let request = line.trim_end();
    Ok(Some(
        json!({"request": request, "headers": headers, "body": body}),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_with_its_headers_and_its_body() {
        let text = "POST / HTTP/1.1\r\nWebhook-Id: a\r\ncontent-length: 2\r\n\r\n{}more";
        let got = read(&mut text.as_bytes()).expect("in memory");
        let headers = json!({"webhook-id": "a", "content-length": "2"});
        let expected = json!({"request": "POST / HTTP/1.1", "headers": headers, "body": "{}"});
        assert_eq!(got, Some(expected));
        assert_eq!(read(&mut "".as_bytes()).expect("in memory"), None);
    }
}
