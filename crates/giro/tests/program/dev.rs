//! `giro serve --dev`: the sandbox books and `dev.json`.

use crate::http::Http;
use crate::server::{Server, read_json, text};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;

/// Names and types, without the values.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), shape(v))).collect(),
        Value::Array(items) => items.iter().take(1).map(shape).collect(),
        Value::String(_) => "text".into(),
        other => other.clone(),
    }
}

fn column<'a>(rows: &'a Value, name: &str) -> Vec<&'a str> {
    let rows = rows.as_array().expect("a list").iter();
    rows.map(|row| row[name].as_str().expect("a text"))
        .collect()
}

/// What `dev.json` is documented to look like.
fn documented_shape() -> Value {
    serde_json::json!({
        "base_url": "text",
        "books": {
            "caliza": {"id": "text", "api_key": "text"},
            "cashfree": {"id": "text", "api_key": "text"},
            "jiko": {"id": "text", "api_key": "text"},
            "revolut": {"id": "text", "api_key": "text"},
            "youhodler": {"id": "text", "api_key": "text"},
        },
        "native": {
            "api_key": "text", "checker_api_key": "text", "book": "text",
            "accounts": [{"id": "text", "name": "text", "asset": "text", "available": "text"}],
        },
        "jiko": {
            "client_id": "text", "private_key_pem": "text",
            "signing_key_id": "text", "signing_private_key_pem": "text",
            "access_token": "text", "approver_access_token": "text",
            "approver": {"id": "text", "email": "text"},
            "pockets": [{"id": "text", "name": "text", "available_cents": 1_000_000}],
        },
        "caliza": {
            "client_id": "text", "client_secret": "text", "username": "text",
            "password": "text", "access_token": "text",
            "beneficiaries": [{"id": "text", "balances": {"USD": "text", "USDC": "text"}}],
        },
        "cashfree": {
            "client_id": "text", "client_secret": "text",
            "payment_instruments": [{"id": "text", "balance": "text"}],
        },
        "revolut": {
            "client_id": "text", "issuer": "text", "private_key_pem": "text",
            "access_token": "text", "refresh_token": "text",
            "accounts": [{"id": "text", "currency": "text", "balance": "text"}],
        },
        "youhodler": {
            "client_id": "text", "client_secret": "text", "access_token": "text",
            "read_only_access_token": "text", "approver_access_token": "text",
            "client_accounts": [{"ref": "text", "currency": "text", "available": "text"}],
            "master_accounts": [{"ref": "text", "currency": "text", "available": "text"}],
        },
    })
}

#[test]
fn dev_json_has_the_documented_shape_and_is_private() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let data = dir.path().join("data");
    let server = Server::dev(&data);
    let file = server.dev_json();
    assert_eq!(shape(&file), documented_shape());
    assert_eq!(file["base_url"], Value::from(server.url.clone()));
    assert_eq!(file["revolut"]["issuer"], "example.com");
    let native = &file["native"]["accounts"];
    assert_eq!(column(native, "asset"), ["USD"; 3]);
    assert_eq!(
        column(native, "available"),
        ["10000.00", "10000.00", "0.00"]
    );
    let revolut = &file["revolut"]["accounts"];
    assert_eq!(column(revolut, "currency"), ["GBP", "GBP", "GBP", "EUR"]);
    let balances = ["10000.00", "10000.00", "0.00", "10000.00"];
    assert_eq!(column(revolut, "balance"), balances);
    let instruments = &file["cashfree"]["payment_instruments"];
    assert_eq!(
        column(instruments, "balance"),
        ["10000.00", "10000.00", "0.00"]
    );
    let beneficiaries = &file["caliza"]["beneficiaries"];
    for (place, amount) in ["10000.00", "10000.00", "0.00"].into_iter().enumerate() {
        let balances = serde_json::json!({"USD": amount, "USDC": amount});
        assert_eq!(beneficiaries[place]["balances"], balances);
    }
    let pockets = file["jiko"]["pockets"].as_array().expect("a list").iter();
    let cents: Vec<&Value> = pockets.map(|pocket| &pocket["available_cents"]).collect();
    assert_eq!(cents, [1_000_000, 1_000_000, 0]);
    let clients = &file["youhodler"]["client_accounts"];
    assert_eq!(column(clients, "currency"), ["USDC"; 3]);
    let available = ["10000.00", "10000.00", "0.00"];
    assert_eq!(column(clients, "available"), available);
    let masters = &file["youhodler"]["master_accounts"];
    assert_eq!(column(masters, "available"), ["10000.00"]);
    assert!(column(masters, "ref")[0].starts_with("master-accounts/"));
    let pem = file["revolut"]["private_key_pem"].as_str().expect("a text");
    assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----"), "{pem}");
    for name in ["dev.json", "operator.key"] {
        let mode = data
            .join(name)
            .metadata()
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let mode = data.metadata().expect("a directory").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_second_start_finds_the_books_and_changes_nothing() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = Server::dev(dir.path());
    let mut first = server.dev_json();
    let (status, _) = server.stop();
    assert!(status.success());
    let records = || {
        let report = crate::server::succeeds(["verify", "--json", "--data", text(dir.path())]);
        let report: Value = serde_json::from_str(&report).expect("JSON");
        report["records"].as_u64()
    };
    let before = records();
    let server = Server::dev(dir.path());
    let second = server.dev_json();
    first["base_url"] = server.url.clone().into();
    assert_eq!(first, second);
    server.stop();
    assert_eq!(records(), before);
}

#[test]
fn a_missing_dev_json_is_made_anew_for_the_same_books() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = Server::dev(dir.path());
    let first = server.dev_json();
    server.stop();
    std::fs::remove_file(dir.path().join("dev.json")).expect("there is one");
    let server = Server::dev(dir.path());
    let second = server.dev_json();
    let (_, said) = server.stop();
    assert!(said.contains("the sandbox books get new keys"), "{said}");
    assert_eq!(first["native"]["accounts"], second["native"]["accounts"]);
    assert_eq!(first["native"]["book"], second["native"]["book"]);
    assert_ne!(first["native"]["api_key"], second["native"]["api_key"]);
    assert_ne!(
        first["revolut"]["client_id"],
        second["revolut"]["client_id"]
    );
}

#[test]
fn the_checker_is_another_person_than_the_maker_and_can_do_as_much() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = Server::dev(dir.path());
    let keys = Http::maker(&server).list("/v1/keys?limit=200");
    let of = |name: &str| {
        let found = keys.iter().find(|key| key["name"] == name);
        found.expect("the sandbox has it")
    };
    let (maker, checker) = (of("maker"), of("checker"));
    assert_eq!(maker["email"], "maker@example.com");
    assert_eq!(checker["email"], "checker@example.com");
    assert_eq!(maker["capabilities"], checker["capabilities"]);
    let may = maker["capabilities"].as_array().expect("a list");
    for capability in ["approvals.decide", "policies.write", "limits.write"] {
        assert!(may.contains(&capability.into()), "{may:?}");
    }
}

#[test]
fn the_jiko_tokens_are_of_two_people_who_can_do_everything_and_one_checker_is_needed() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = Server::dev(dir.path());
    let jiko = server.dev_json()["jiko"].clone();
    let user = |token: &str| {
        let token = jiko[token].as_str().expect("a text");
        Http::new(&server.url, token).get("/api/v1/user/")
    };
    let (maker, approver) = (user("access_token"), user("approver_access_token"));
    assert_eq!(maker["id"], jiko["client_id"]);
    assert_eq!(maker["email"], "maker@example.com");
    assert_eq!(approver["id"], jiko["approver"]["id"]);
    assert_eq!(approver["email"], jiko["approver"]["email"]);
    assert_eq!(approver["email"], "approver@example.com");
    assert_eq!(maker["scopes"].as_array().map(Vec::len), Some(8), "{maker}");
    assert_eq!(maker["scopes"], approver["scopes"]);
    let book = server.dev_json()["books"]["jiko"]["api_key"].clone();
    let policies = Http::new(&server.url, book.as_str().expect("a text"));
    let policies = policies.list("/v1/approval-policies?limit=200");
    let approvals: Vec<&Value> = policies.iter().map(|policy| &policy["approvals"]).collect();
    assert_eq!(approvals, [1], "{policies:?}");
}

#[test]
fn a_file_of_before_jiko_had_credentials_gets_them() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = Server::dev(dir.path());
    let mut file = server.dev_json();
    server.stop();
    let pockets = file["jiko"]["pockets"].clone();
    file["jiko"] = serde_json::json!({"pockets": pockets});
    std::fs::write(dir.path().join("dev.json"), file.to_string()).expect("writable");
    let server = Server::dev(dir.path());
    let jiko = server.dev_json()["jiko"].clone();
    assert_eq!(shape(&jiko), documented_shape()["jiko"]);
    assert_eq!(jiko["pockets"], pockets);
}

#[test]
fn a_key_that_lacks_a_capability_is_made_anew() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = Server::dev(dir.path());
    let lesser = serde_json::json!({"name": "old", "capabilities": ["keys.read"]});
    let everything = server.dev_json()["books"]["revolut"]["api_key"].clone();
    let everything = Http::new(&server.url, everything.as_str().expect("a text"));
    let made = everything
        .post("/v1/keys", "old", &lesser)
        .expect("an answer");
    let mut file = server.dev_json();
    let (native, old) = (file["native"].clone(), made.body["api_key"].clone());
    file["books"]["revolut"]["api_key"] = old.clone();
    server.stop();
    std::fs::write(dir.path().join("dev.json"), file.to_string()).expect("writable");
    let server = Server::dev(dir.path());
    let file = server.dev_json();
    assert_ne!(file["books"]["revolut"]["api_key"], old);
    assert_eq!(file["native"], native);
    let anew = file["books"]["revolut"]["api_key"].as_str();
    let anew = Http::new(&server.url, anew.expect("a text"));
    assert!(anew.list("/v1/limits?limit=200").is_empty());
}

#[test]
fn a_server_without_dev_has_no_books_and_no_dev_json() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = Server::start(dir.path(), &[]);
    let (status, said) = server.stop();
    assert!(status.success());
    assert!(!dir.path().join("dev.json").exists());
    assert!(!said.contains("giro_"), "{said}");
    let report = crate::server::succeeds(["verify", "--json", "--data", text(dir.path())]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["books"], 0);
}

#[test]
fn no_secret_is_logged() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = Server::start(
        dir.path(),
        &["--dev", "--log", "trace", "--log-format", "json"],
    );
    let file = read_json(&server.data.join("dev.json"));
    let (_, said) = server.stop();
    let secrets = [
        &file["native"]["api_key"],
        &file["revolut"]["access_token"],
        &file["revolut"]["refresh_token"],
        &file["youhodler"]["client_secret"],
        &file["youhodler"]["access_token"],
    ];
    for secret in secrets {
        assert!(!said.contains(secret.as_str().expect("a text")));
    }
    let lines = said
        .lines()
        .filter(|line| !line.starts_with("the operator"));
    for line in lines {
        serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
    }
}
