//! One server, as one of its clients sees it.

use super::problem::Problem;
use crate::output;
use anyhow::{Context, bail};
use serde_json::Value;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Method, Request, Response, StatusCode};

/// Requests sent until a server that is busy is left alone.
const ATTEMPTS: u32 = 5;
/// An answer may be a large page or the results of a large batch, but not endless.
const ANSWER_BYTES_MAX: u64 = 256 << 20;

/// A client of one server, with one API key.
pub(crate) struct Client {
    agent: Agent,
    url: String,
    authorization: String,
}

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) body: Value,
    /// Whether this had been done before, under the same key.
    pub(crate) is_replay: bool,
}

impl Answer {
    /// Says so if this is the first answer again.
    pub(crate) fn note_replay(&self) {
        if self.is_replay {
            output::note("done before, under the same key: this is the first answer again");
        }
    }
}

impl Client {
    /// A client of the server at `url`.
    ///
    /// # Errors
    /// If that is not a URL it can talk to.
    pub(crate) fn new(url: &str, api_key: &str) -> anyhow::Result<Client> {
        if !url.starts_with("http://") {
            bail!(
                "cannot talk to {url}: give a URL that begins with http:// \
                 (for a server elsewhere, through a tunnel)"
            );
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .into();
        Ok(Client {
            agent,
            url: url.trim_end_matches('/').to_owned(),
            authorization: format!("Bearer {api_key}"),
        })
    }

    /// Reads something.
    ///
    /// # Errors
    /// A [`Problem`], or why there is no answer.
    pub(crate) fn get(&self, path: &str) -> anyhow::Result<Value> {
        Ok(self.call(Method::GET, path, None, None)?.body)
    }

    /// Reads a text, such as a file of comma-separated values.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn get_text(&self, path: &str) -> anyhow::Result<String> {
        let (status, text, _) = self.send_patiently(&Method::GET, path, None, &[])?;
        match status.is_success() {
            true => Ok(text),
            false => Err(refusal(status, &text)),
        }
    }

    /// Asks for something under an idempotency key.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn post(&self, path: &str, key: &str, body: &Value) -> anyhow::Result<Answer> {
        self.call(Method::POST, path, Some(key), Some(body))
    }

    /// Asks what would come of something, which changes nothing and so needs no key.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn ask(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        Ok(self.call(Method::POST, path, None, Some(body))?.body)
    }

    /// Puts something in the place of what is there, under an idempotency key.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn put(&self, path: &str, key: &str, body: &Value) -> anyhow::Result<Answer> {
        self.call(Method::PUT, path, Some(key), Some(body))
    }

    /// Changes something under an idempotency key.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn patch(&self, path: &str, key: &str, body: &Value) -> anyhow::Result<Answer> {
        self.call(Method::PATCH, path, Some(key), Some(body))
    }

    /// Takes something away under an idempotency key.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn delete(&self, path: &str, key: &str) -> anyhow::Result<Answer> {
        self.call(Method::DELETE, path, Some(key), None)
    }

    fn call(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let bytes = body
            .map(serde_json::to_vec)
            .transpose()?
            .unwrap_or_default();
        let (status, text, is_replay) = self.send_patiently(&method, path, key, &bytes)?;
        if !status.is_success() {
            return Err(refusal(status, &text));
        }
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).context("the answer is not JSON: is this a Giro server?")?
        };
        Ok(Answer { body, is_replay })
    }

    /// Sends a request, and again with the same key if the server is too busy for it now.
    fn send_patiently(
        &self,
        method: &Method,
        path: &str,
        key: Option<&str>,
        body: &[u8],
    ) -> anyhow::Result<(StatusCode, String, bool)> {
        let mut attempt = 1;
        loop {
            let mut response = self.send(method, path, key, body)?;
            let wait = retry_after(&response);
            let is_replay = response.headers().get("idempotency-replayed").is_some();
            let status = response.status();
            let text = response
                .body_mut()
                .with_config()
                .limit(ANSWER_BYTES_MAX)
                .read_to_string()
                .with_context(|| format!("the answer of {} broke off", self.url))?;
            match wait.filter(|_| attempt < ATTEMPTS) {
                Some(wait) => std::thread::sleep(wait),
                None => return Ok((status, text, is_replay)),
            }
            attempt += 1;
        }
    }

    fn send(
        &self,
        method: &Method,
        path: &str,
        key: Option<&str>,
        body: &[u8],
    ) -> anyhow::Result<Response<ureq::Body>> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", &self.authorization);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let sent = if body.is_empty() {
            self.agent.run(request.body(())?)
        } else {
            request = request.header("content-type", "application/json");
            self.agent.run(request.body(body)?)
        };
        sent.with_context(|| {
            let hint = match key {
                Some(key) => format!("; to try again safely, use --idempotency-key {key}"),
                None => String::new(),
            };
            format!("no answer from {}: is the server running?{hint}", self.url)
        })
    }
}

/// How long to wait before trying again, if the server says that this makes sense.
fn retry_after(response: &Response<ureq::Body>) -> Option<Duration> {
    const LONGEST: u64 = 10;
    if response.status() != StatusCode::SERVICE_UNAVAILABLE {
        return None;
    }
    let seconds = response.headers().get("retry-after")?.to_str().ok()?;
    Some(Duration::from_secs(
        seconds.parse::<u64>().ok()?.min(LONGEST),
    ))
}

fn refusal(status: StatusCode, text: &str) -> anyhow::Error {
    match serde_json::from_str::<Problem>(text) {
        Ok(problem) => problem.into(),
        Err(_) => anyhow::anyhow!("the server answers {status}: is this a Giro server?"),
    }
}
