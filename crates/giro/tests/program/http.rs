//! A client of the native interface, as plain as can be.

use crate::server::Server;
use serde_json::Value;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Method, Request};

pub(crate) struct Http {
    agent: Agent,
    url: String,
    key: String,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) is_replay: bool,
    /// Without the id of the request, which differs from request to request.
    pub(crate) body: Value,
}

impl Http {
    /// The maker of the native sandbox book.
    pub(crate) fn maker(server: &Server) -> Http {
        Http::of(server, "api_key")
    }

    /// The checker of the native sandbox book.
    pub(crate) fn checker(server: &Server) -> Http {
        Http::of(server, "checker_api_key")
    }

    fn of(server: &Server, name: &str) -> Http {
        let key = server.dev_json()["native"][name].clone();
        Http::new(&server.url, key.as_str().expect("a text"))
    }

    pub(crate) fn new(url: &str, key: &str) -> Http {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        Http {
            agent,
            url: url.to_owned(),
            key: key.to_owned(),
        }
    }

    /// Reads what must be there.
    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = self.send(Method::GET, path, None, String::new());
        let answer = answer.expect("the server is running");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    /// Asks for something; an error means that there was no answer.
    pub(crate) fn post(&self, path: &str, key: &str, body: &Value) -> Result<Answer, ureq::Error> {
        self.send(Method::POST, path, Some(key), body.to_string())
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: String,
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.key));
        if let Some(key) = key {
            request = request
                .header("idempotency-key", key)
                .header("content-type", "application/json");
        }
        let mut response = self.agent.run(request.body(body).expect("a request"))?;
        let text = response.body_mut().read_to_string()?;
        let mut body: Value = serde_json::from_str(&text).expect("JSON");
        if let Some(members) = body.as_object_mut() {
            members.remove("request_id");
        }
        Ok(Answer {
            status: response.status().as_u16(),
            is_replay: response.headers().contains_key("idempotency-replayed"),
            body,
        })
    }

    /// Everything in a list, page by page.
    pub(crate) fn list(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut page = self.get(path);
        loop {
            items.extend(page["items"].as_array().expect("a page").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(cursor) => page = self.get(&format!("{path}&cursor={cursor}")),
                None => return items,
            }
        }
    }
}
