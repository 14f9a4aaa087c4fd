//! The request examples of the five vendors' pages, sent as they stand but for the ids and tokens
//! of the sandbox books, get the answers that are documented. `docs/reference/vendor-examples.md`
//! has them in one table, and is held against the files here.
//!
//! In a file, `{/a/b}` stands for what `dev.json` has at that place and `{name}` for what an answer
//! before had; `<time>` and the like stand for a value that is drawn anew each time, and an object
//! with a member `...` may have more members than it names.

use crate::http::Http;
use crate::server::{Server, read_json};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use ureq::Agent;
use ureq::http::Request;

const VENDORS: [&str; 5] = ["jiko", "revolut", "caliza", "youhodler", "cashfree"];

/// A request, and the answer that is documented.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    name: String,
    call: String,
    /// Where in `dev.json` its bearer token is.
    token: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    status: u16,
    answer: Value,
    /// What of the answer later examples need.
    #[serde(default)]
    save: BTreeMap<String, String>,
}

fn file(vendor: &str) -> PathBuf {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples");
    examples.join(format!("{vendor}.json"))
}

fn examples(vendor: &str) -> Vec<Example> {
    serde_json::from_value(read_json(&file(vendor))).expect("examples")
}

/// A client of one vendor, and what it knows.
struct Client {
    agent: Agent,
    url: String,
    known: Value,
    saved: BTreeMap<String, String>,
}

impl Client {
    fn of(server: &Server) -> Client {
        Client {
            agent: Agent::config_builder()
                .http_status_as_error(false)
                .build()
                .into(),
            url: server.url.clone(),
            known: server.dev_json(),
            saved: BTreeMap::new(),
        }
    }

    /// A text with what is known in it.
    fn fill(&self, text: &str) -> String {
        let mut parts = text.split('{');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').expect("a brace that is closed");
            let value = match name.starts_with('/') {
                true => self.known.pointer(name).and_then(Value::as_str),
                false => self.saved.get(name).map(String::as_str),
            };
            filled.push_str(value.unwrap_or_else(|| panic!("nothing is known as {name}")));
            filled.push_str(rest);
        }
        filled
    }

    fn fill_all(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.fill(text)),
            Value::Array(list) => list.iter().map(|one| self.fill_all(one)).collect(),
            Value::Object(members) => {
                let filled = members.iter();
                let filled = filled.map(|(name, one)| (name.clone(), self.fill_all(one)));
                Value::Object(filled.collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    fn send(&self, example: &Example) -> (u16, Value) {
        let (method, path) = example.call.split_once(' ').expect("method and path");
        let url = format!("{}{}", self.url, self.fill(path));
        let mut request = Request::builder().method(method).uri(url);
        if let Some(place) = &example.token {
            let token = self.known.pointer(place).and_then(Value::as_str);
            let token = token.unwrap_or_else(|| panic!("no token at {place}"));
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &example.headers {
            request = request.header(name, self.fill(value));
        }
        let body = example.body.as_ref();
        let body = body.map(|body| self.fill_all(body).to_string());
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(body.unwrap_or_default()).expect("a request");
        let mut response = self.agent.run(request).expect("an answer");
        let text = response.body_mut().read_to_string().expect("a body");
        let json = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"));
        (response.status().as_u16(), json)
    }

    /// Asks as an example does, and checks the answer.
    fn check(&mut self, vendor: &str, example: &Example) {
        let (status, answer) = self.send(example);
        let what = format!("{vendor}, {}", example.name);
        assert_eq!(status, example.status, "{what}: {answer:#}");
        let documented = self.fill_all(&example.answer);
        if let Some(place) = difference(&documented, &answer) {
            panic!("{what}: {place} is not as documented in {answer:#}");
        }
        for (name, place) in &example.save {
            let value = answer.pointer(place).and_then(Value::as_str);
            let value = value.unwrap_or_else(|| panic!("{what}: no {place}"));
            self.saved.insert(name.clone(), value.to_owned());
        }
    }
}

/// Where an answer is not as documented, if anywhere.
fn difference(documented: &Value, answer: &Value) -> Option<String> {
    match (documented, answer) {
        (Value::Object(wanted), Value::Object(found)) => {
            let may_have_more = wanted.contains_key("...");
            let mut names = found.keys();
            if let Some(name) = names.find(|name| !may_have_more && !wanted.contains_key(*name)) {
                return Some(format!("/{name}"));
            }
            let mut members = wanted.iter().filter(|(name, _)| *name != "...");
            members.find_map(|(name, wanted)| {
                let found = found.get(name);
                let inner = found.map_or(Some(String::new()), |one| difference(wanted, one));
                inner.map(|inner| format!("/{name}{inner}"))
            })
        }
        (Value::Array(wanted), Value::Array(found)) => {
            if wanted.len() != found.len() {
                return Some(String::new());
            }
            let mut pairs = wanted.iter().zip(found).enumerate();
            pairs.find_map(|(place, (wanted, found))| {
                difference(wanted, found).map(|inner| format!("/{place}{inner}"))
            })
        }
        (Value::String(mask), found) if mask.starts_with('<') => {
            (!fits(mask, found)).then(String::new)
        }
        (wanted, found) => (wanted != found).then(String::new),
    }
}

fn fits(mask: &str, found: &Value) -> bool {
    let text = found.as_str();
    match mask {
        "<any>" => true,
        "<id>" => text.is_some_and(|text| uuid::Uuid::try_parse(text).is_ok()),
        "<time>" => {
            text.is_some_and(|text| text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok())
        }
        "<text>" => text.is_some_and(|text| !text.is_empty()),
        "<number>" => found.is_number(),
        "<list>" => found.is_array(),
        "<amount>" => {
            found["value"].is_i64() && found["currency"] == "USD" && found["formatted"].is_string()
        }
        _ => panic!("{mask} stands for nothing"),
    }
}

/// The fee of YouHodler's example: a dollar for each transfer.
fn charge_a_network_fee(client: &Client) {
    let native = Http::new(&client.url, &client.fill("{/books/youhodler/api_key}"));
    let fee = json!({
        "name": "network fee",
        "conditions": {"asset": "USDC", "kinds": ["transfer"]},
        "bearing": "on_top",
        "charge": {"flat": "1.00"},
    });
    let answer = native.post("/v1/fees", "network-fee", &fee);
    let answer = answer.expect("the server is running");
    assert_eq!(answer.status, 201, "{answer:?}");
}

#[test]
fn every_vendors_request_examples_get_the_documented_answers() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = Server::dev(directory.path());
    let mut client = Client::of(&server);
    charge_a_network_fee(&client);
    for vendor in VENDORS {
        for example in examples(vendor) {
            client.check(vendor, &example);
        }
    }
}

#[test]
fn the_table_of_examples_has_each_of_them_and_no_other() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = page.join("../../docs/reference/vendor-examples.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let rows = page.lines().filter(|line| line.starts_with("| ["));
    let mut expected = Vec::new();
    for vendor in VENDORS {
        let link = format!("[{vendor}](../../crates/giro/tests/examples/{vendor}.json)");
        for Example {
            name, call, status, ..
        } in examples(vendor)
        {
            let call = call.split('?').next().unwrap_or_default();
            expected.push(format!("| {link} | {name} | `{call}` | {status} |"));
        }
    }
    assert_eq!(rows.collect::<Vec<_>>(), expected);
}
