//! `giro demo`.

use crate::server::{run, succeeds};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::path::Path;

#[test]
fn the_demo_proves_what_it_says() {
    let printed = succeeds(["demo", "--json"]);
    let report: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(report["ok"], true);
    assert_eq!(report["server"], Value::Null);
    let steps = report["steps"].as_array().expect("a list").iter();
    let steps: Vec<&str> = steps.filter_map(|step| step["step"].as_str()).collect();
    for step in [
        "send a batch of 10,000",
        "approve it as the one who asked",
        "approve it as somebody else",
        "capture 60.00 of it",
        "release the rest",
        "move 50.00 more",
        "reverse 60.00 more",
        "ask what a transfer would do",
        "stop the whole book, and go on",
        "carry it out",
        "carry it out once more",
        "ask what would run",
        "wait for both",
        "move 1000.00 USD between them",
        "move 500.00 USD of them in kind",
        "send it again, as after a timeout",
        "the same key for another amount",
        "5 approve it as somebody else",
        "6 monitor it",
        "simulate 500.00 USDC to USDC",
        "execute a transfer of more than there is",
        "convert 100.00 USDC into USD on the way",
        "list what the receiver got",
        "kill it under load",
        "count the money",
        "verify the log",
        "… with all of the treasury",
    ] {
        assert!(steps.contains(&step), "{steps:?}");
    }
}

#[test]
fn a_kept_server_goes_on() {
    let printed = succeeds(["demo", "--keep", "--json"]);
    let report: Value = serde_json::from_str(&printed).expect("JSON");
    let server = &report["server"];
    let dev_json = server["dev_json"].as_str().expect("a path");
    let listed = run(["account", "list", "--dev-json", dev_json]);
    let id = server["process"].as_i64().expect("a process id");
    let id = Pid::from_raw(i32::try_from(id).expect("small")).expect("not zero");
    kill_process(id, Signal::KILL).expect("it is there");
    let folder = Path::new(dev_json).ancestors().nth(2).expect("a folder");
    std::fs::remove_dir_all(folder).expect("it is ours");
    assert!(listed.status.success(), "{listed:?}");
}
