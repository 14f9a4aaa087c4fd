//! `/openapi.json` and `/docs`: the description is whole, and the page loads nothing from
//! elsewhere.

use crate::app::TestApp;
use serde_json::Value;
use std::collections::BTreeSet;

async fn api() -> Value {
    let app = TestApp::new().await;
    app.get("/openapi.json")
        .anonymous()
        .send()
        .await
        .expect(200)
}

fn operations(api: &Value) -> Vec<(String, Value)> {
    let paths = api["paths"].as_object().expect("paths").iter();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().expect("methods").iter();
        methods.map(move |(method, operation)| (format!("{method} {path}"), operation.clone()))
    });
    operations.collect()
}

#[tokio::test]
async fn the_description_is_openapi_3_1_with_a_security_scheme() {
    let api = api().await;
    assert_eq!(api["openapi"], "3.1.0");
    assert_eq!(
        api["components"]["securitySchemes"]["api_key"]["scheme"],
        "bearer"
    );
    assert_eq!(api["security"][0]["api_key"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn every_operation_documents_its_answers() {
    for (name, operation) in operations(&api().await) {
        let statuses = operation["responses"].as_object().expect("responses");
        assert!(
            statuses.keys().any(|status| status.starts_with('2')),
            "{name}"
        );
        assert!(operation["summary"].is_string(), "{name}");
        if name.contains("/v1/") {
            let is_change = !name.starts_with("get");
            let needed: &[&str] = match is_change {
                true => &[
                    "400", "401", "403", "404", "409", "413", "415", "422", "503",
                ],
                false => &["400", "401", "403"],
            };
            for status in needed {
                assert!(statuses.contains_key(*status), "{name} lacks {status}");
            }
            let has_key = operation["parameters"]
                .to_string()
                .contains("Idempotency-Key");
            assert_eq!(has_key, is_change, "{name}");
        }
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let api = api().await;
    let text = api.to_string();
    let schemas = api["components"]["schemas"].as_object().expect("schemas");
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().expect("the rest");
        assert!(schemas.contains_key(name), "{name}");
    }
    // Rust's names for these structs are nobody else's business.
    let leaked: Vec<&String> = schemas
        .keys()
        .filter(|name| name.contains("Body"))
        .collect();
    assert!(leaked.is_empty(), "{leaked:?}");
}

/// Any change to the interface shows here, and so in the review.
#[tokio::test]
async fn the_description_has_not_drifted() {
    let described = api().await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/native/openapi.json");
    if std::env::var_os("GIRO_UPDATE_OPENAPI").is_some() {
        let text = serde_json::to_string_pretty(&described).expect("JSON") + "\n";
        std::fs::write(path, text).expect("writable");
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    let expected: Value = serde_json::from_str(&expected).unwrap_or_default();
    assert!(
        described == expected,
        "the interface has changed: if that is meant, run this test with GIRO_UPDATE_OPENAPI=1"
    );
}

/// What the router serves and what is described are one list by construction; this finds routes
/// that were added beside it.
#[tokio::test]
async fn every_route_is_described() {
    let described: BTreeSet<String> = api().await["paths"]
        .as_object()
        .expect("paths")
        .keys()
        .cloned()
        .collect();
    let router = format!("{:?}", giro_api::native::routes::router());
    let is_path = |text: &&str| text.starts_with('/') && !text.contains(' ');
    let routed: BTreeSet<String> = router
        .split('"')
        .filter(is_path)
        .map(str::to_owned)
        .collect();
    let beside: Vec<&String> = routed.difference(&described).collect();
    let undescribed = ["/", "/docs", "/docs/", "/docs/{*rest}", "/openapi.json"];
    let beside = beside.into_iter().filter(|path| !path.contains("fallback"));
    assert_eq!(beside.collect::<Vec<_>>(), undescribed);
    assert!(described.is_subset(&routed));
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere() {
    let app = TestApp::new().await;
    let root = app.get("/").anonymous().send().await;
    assert_eq!(
        (
            root.status,
            root.headers["location"].to_str().expect("ASCII")
        ),
        (307, "/docs/")
    );
    let page = app.get("/docs/").anonymous().send().await;
    assert_eq!(page.status, 200);
    let policy = page.headers["content-security-policy"]
        .to_str()
        .expect("ASCII");
    assert!(policy.starts_with("default-src 'self';"), "{policy}");
    assert!(
        !page.text.contains("http://") && !page.text.contains("https://"),
        "{}",
        page.text
    );
    let mut scripts = page.text.split("<script").skip(1);
    assert!(
        scripts.all(|script| script.starts_with(" src=")),
        "no script in the page itself"
    );
    let linked = page
        .text
        .split(['"', '\''])
        .filter(|text| text.starts_with("./"));
    let linked: Vec<&str> = linked.collect();
    assert!(linked.len() >= 5, "{linked:?}");
    for file in linked.into_iter().filter(|file| !file.ends_with(".png")) {
        let served = app
            .get(&format!("/docs/{}", &file[2..]))
            .anonymous()
            .send()
            .await;
        assert_eq!(served.status, 200, "{file}");
    }
    let initializer = app
        .get("/docs/swagger-initializer.js")
        .anonymous()
        .send()
        .await;
    assert!(
        initializer.text.contains("/openapi.json"),
        "{}",
        initializer.text
    );
    assert!(
        !initializer.text.contains("https://"),
        "{}",
        initializer.text
    );
}

/// The reference names every code that can be answered with, with its status.
#[test]
fn the_reference_lists_every_code() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/native-api.md"
    );
    let page = std::fs::read_to_string(path).expect("the page");
    let listed: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .filter_map(|(code, rest)| Some(format!("{code} {}", rest.split(" |").next()?)))
        .filter(|row| row.ends_with(|last: char| last.is_ascii_digit()))
        .collect();
    let kinds = giro_api::native::every_kind();
    let known: BTreeSet<String> = kinds
        .iter()
        .map(|(code, status, _)| format!("{code} {status}"))
        .collect();
    assert_eq!(listed, known);
    assert_eq!(kinds.len(), known.len(), "no code twice");
}
