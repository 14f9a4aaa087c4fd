//! What a dialect's OpenAPI description is, whichever dialect it is.

use crate::base::Base;
use axum::http::Method;
use serde_json::Value;

/// A description, as it is served.
pub(crate) struct Description(pub(crate) Value);

impl Description {
    pub(crate) async fn of(dialect: &str) -> Description {
        let path = format!("/openapi/{dialect}.json");
        let base = Base::new().await;
        let answer = base.ask(Method::GET, &path, None, &[], "").await;
        assert_eq!(answer.status, 200);
        Description(answer.json())
    }

    /// Every call such as `get /accounts`, and what is said of it.
    fn calls(&self) -> impl Iterator<Item = (String, &Value)> {
        let paths = self.0["paths"].as_object().expect("paths").iter();
        paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods").iter();
            methods.map(move |(method, call)| (format!("{method} {path}"), call))
        })
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.calls().map(|(name, _)| name).collect()
    }

    /// Checks that every call describes an answer that it is done, and each of these that it is not.
    pub(crate) fn assert_answers(&self, needed: impl Fn(&str) -> &'static [&'static str]) {
        for (name, call) in self.calls() {
            assert!(call["summary"].is_string(), "{name}");
            let responses = call["responses"].as_object().expect("responses");
            let is_done = |status: &String| status.starts_with('2');
            assert!(responses.keys().any(is_done), "{name}");
            for status in needed(&name) {
                let schema = &responses[*status]["content"]["application/json"]["schema"];
                assert!(schema.is_object(), "{name}: {status}");
            }
        }
    }

    pub(crate) fn assert_references_lead_somewhere(&self) {
        let schemas = &self.0["components"]["schemas"];
        let schemas = schemas.as_object().expect("schemas");
        let text = self.0.to_string();
        for part in text.split("\"#/components/schemas/").skip(1) {
            let name = part.split('"').next().expect("the rest");
            assert!(schemas.contains_key(name), "{name}");
        }
    }

    /// The members that are always in what has that name.
    pub(crate) fn required(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]["required"]
    }
}
