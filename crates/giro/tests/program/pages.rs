//! The commands in the README and the how-to pages, typed as a reader would: one who has `curl`,
//! `jq` and `openssl`, in a directory beside a sandbox server.

use crate::server::Server;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Problems that a page does not mean to show: the page is wrong, not its reader.
const SLIPS: [&str; 14] = [
    "unauthenticated",
    "missing_capability",
    "unknown_",
    "method_not_allowed",
    "idempotency_key_",
    "idempotency_conflict",
    "unsupported_content_type",
    "json_invalid",
    "body_",
    "query_invalid",
    "cursor_invalid",
    "time_",
    "text_invalid",
    "transfer_shape",
];

macro_rules! pages {
    ($($name:ident: $path:literal)*) => {
        $(
            #[test]
            fn $name() {
                follow($path);
            }
        )*

        const PAGES: &[&str] = &[$($path),*];
    };
}

pages! {
    the_readme: "README.md"
    approval_policies: "docs/howto/approval-policies.md"
    approve_transfers: "docs/howto/approve-transfers.md"
    audit_configuration: "docs/howto/audit-configuration.md"
    calendars: "docs/howto/calendars.md"
    caliza: "docs/howto/caliza.md"
    cashfree: "docs/howto/cashfree.md"
    close_an_account: "docs/howto/close-an-account.md"
    exchange_rates_and_quotes: "docs/howto/exchange-rates-and-quotes.md"
    fees: "docs/howto/fees.md"
    freeze_and_stop: "docs/howto/freeze-and-stop.md"
    hold_money: "docs/howto/hold-money.md"
    jiko: "docs/howto/jiko.md"
    keys: "docs/howto/keys.md"
    limits: "docs/howto/limits.md"
    reverse_a_transfer: "docs/howto/reverse-a-transfer.md"
    revolut: "docs/howto/revolut.md"
    schedules_and_sweeps: "docs/howto/schedules-and-sweeps.md"
    send_a_batch: "docs/howto/send-a-batch.md"
    statements: "docs/howto/statements.md"
    treasury_bills: "docs/howto/treasury-bills.md"
    try_before_you_move: "docs/howto/try-before-you-move.md"
    youhodler: "docs/howto/youhodler.md"
    webhooks: "docs/howto/webhooks.md"
}

/// The index, and pages whose commands are examples that stand alone.
const NOT_FOLLOWED: [&str; 3] = [
    "docs/howto/README.md",
    "docs/howto/fuzz.md",
    "docs/howto/use-the-cli.md",
];

#[test]
fn every_how_to_page_is_followed() {
    let pages = fs::read_dir(root().join("docs/howto")).expect("the pages are there");
    for page in pages {
        let name = page.expect("readable").file_name();
        let path = format!("docs/howto/{}", name.to_string_lossy());
        let is_known = PAGES.contains(&&*path) || NOT_FOLLOWED.contains(&&*path);
        assert!(is_known, "{path} is not followed by a test");
    }
}

/// Runs all the commands of a page, one after the other.
fn follow(page: &str) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = Server::dev(&dir.path().join("giro-data"));
    let text = fs::read_to_string(root().join(page)).expect("the page is there");
    let answers = dir.path().join("answers");
    let script = script(&text, &server.url);
    assert!(!script.is_empty(), "{page} has no commands");
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(dir.path())
        .env("PATH", path_with_a_listening_curl(dir.path(), &answers))
        .stdin(Stdio::null())
        .output()
        .expect("there is a bash");
    let (said, printed) = (lossy(&output.stderr), lossy(&output.stdout));
    assert!(
        output.status.success(),
        "{page} ends with {}; it needs bash, curl, jq and openssl\n{printed}\n{said}",
        output.status
    );
    let answers = fs::read_to_string(&answers).unwrap_or_default();
    assert!(!answers.is_empty(), "{page} asks the server nothing");
    for slip in SLIPS {
        let code = format!("\"code\":\"{slip}");
        let answer = answers.lines().find(|line| line.contains(&code));
        assert_eq!(answer, None, "{page} gets {slip}\n{printed}");
    }
    assert!(!said.contains("jq: error"), "{page}: {said}");
}

/// The blocks of commands, with what a reader does once left out: the server is running.
fn script(page: &str, url: &str) -> String {
    let mut script = String::new();
    let mut is_code = false;
    for line in page.lines() {
        match line {
            "```sh" => is_code = true,
            "```" => is_code = false,
            _ if is_code && !is_done_already(line) => {
                script.push_str(line);
                script.push('\n');
            }
            _ => {}
        }
    }
    let giro = format!("{} ", env!("CARGO_BIN_EXE_giro"));
    script
        .replace("cargo run --release -- ", &giro)
        .replace("http://127.0.0.1:4100", url)
        .replace("4180", &free_port().to_string())
}

/// A port that nobody listens on, for what a page starts itself.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("bound").port()
}

fn is_done_already(line: &str) -> bool {
    let commands = ["demo", "serve", "verify"].map(|one| format!("cargo run --release -- {one}"));
    line.starts_with("cargo xtask") || commands.iter().any(|one| line.starts_with(&**one))
}

/// A `curl` that notes what it gets, so that no answer is lost behind a filter.
fn path_with_a_listening_curl(dir: &Path, answers: &Path) -> String {
    let path = std::env::var("PATH").expect("a PATH");
    let bin = dir.join("bin");
    fs::create_dir(&bin).expect("a new directory");
    let curl = bin.join("curl");
    let (path_in, file) = (&path, answers.display());
    let script = format!(
        "#!/bin/bash\nPATH='{path_in}' curl \"$@\" | tee -a '{file}'\nstatus=${{PIPESTATUS[0]}}\n\
         echo >> '{file}'\nexit $status\n"
    );
    fs::write(&curl, script).expect("writable");
    fs::set_permissions(&curl, fs::Permissions::from_mode(0o755)).expect("it is ours");
    format!("{}:{path}", bin.display())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
