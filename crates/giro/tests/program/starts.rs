//! Starts that cannot succeed: one clear message, a non-zero exit code, and nothing touched.

use crate::mount::mounted;
use crate::server::{Server, fails, giro, run, succeeds, text};
use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

const SEGMENT: &str = "shard-0/journal/segment-00000000000000000000.giro";

fn serve(data: &Path) -> [&str; 5] {
    ["serve", "--data", text(data), "--listen", "127.0.0.1:0"]
}

/// A data directory whose server was killed, so that all of its log is still to be replayed.
fn killed() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let data = dir.path().join("data");
    Server::dev(&data).kill();
    (dir, data)
}

/// Every file below `path`, with its content.
fn contents(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(path).expect("a directory") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).expect("readable"));
        }
    }
    found
}

#[track_caller]
fn assert_untouched(before: &BTreeMap<PathBuf, Vec<u8>>, data: &Path) {
    let after = contents(data);
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(before), names(&after));
    for (path, bytes) in before {
        assert!(
            after.get(path) == Some(bytes),
            "{} has changed",
            path.display()
        );
    }
}

#[test]
fn a_directory_in_use_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = Server::start(dir.path(), &[]);
    let said = fails(1, serve(dir.path()));
    assert!(said.contains("is in use by another process"), "{said}");
    assert!(said.contains("stop that one first"), "{said}");
    let said = fails(1, ["verify", "--data", text(dir.path())]);
    assert!(said.contains("is in use by a running server"), "{said}");
    let (status, _) = server.stop();
    assert!(status.success());
}

#[test]
fn a_port_in_use_is_refused_before_anything_is_made() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let data = dir.path().join("data");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let said = fails(1, ["serve", "--data", text(&data), "--listen", &address]);
    assert!(
        said.contains(&format!("cannot listen on {address}")),
        "{said}"
    );
    assert!(said.contains("--listen"), "{said}");
    assert!(!data.exists());
}

#[test]
fn a_file_in_place_of_the_directory_is_refused() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let said = fails(1, serve(file.path()));
    assert!(
        said.contains("is not a directory: give another --data"),
        "{said}"
    );
    let below = file.path().join("data");
    let said = fails(1, serve(&below));
    assert!(said.contains("check the path"), "{said}");
}

#[test]
fn a_newer_format_is_refused() {
    let (_dir, data) = killed();
    let path = data.join(SEGMENT);
    patch_version(&path, 9);
    let before = contents(&data);
    let said = fails(1, serve(&data));
    assert!(said.contains("format version 9"), "{said}");
    assert!(said.contains("use the newer program"), "{said}");
    assert_untouched(&before, &data);
    let said = fails(1, ["verify", "--data", text(&data)]);
    assert!(said.contains("format version 9"), "{said}");
}

/// Gives a segment's header another version, with a checksum that fits.
fn patch_version(path: &Path, version: u16) {
    let file = fs::OpenOptions::new().read(true).write(true).open(path);
    let file = file.expect("there is a segment");
    let mut header = [0_u8; 128];
    file.read_exact_at(&mut header, 0).expect("readable");
    header[4..6].copy_from_slice(&version.to_le_bytes());
    let sum = crc32c::crc32c_append(crc32c::crc32c(&header[..8]), &header[12..]);
    header[8..12].copy_from_slice(&sum.to_le_bytes());
    file.write_all_at(&header, 0).expect("writable");
}

#[test]
fn damage_in_an_old_frame_is_refused_with_file_and_offset() {
    let (_dir, data) = killed();
    let path = data.join(SEGMENT);
    let file = fs::OpenOptions::new().read(true).write(true).open(&path);
    let file = file.expect("there is a segment");
    // Within the first record of the first frame, whose header has 128 bytes.
    let (place, mut byte) = (4096 + 128 + 16, [0]);
    file.read_exact_at(&mut byte, place).expect("readable");
    byte[0] ^= 1;
    file.write_all_at(&byte, place).expect("writable");
    let before = contents(&data);
    for args in [&serve(&data)[..], &["verify", "--data", text(&data)]] {
        let said = fails(1, args.iter().copied());
        assert!(said.contains(text(&path)), "{said}");
        assert!(said.contains("is damaged at offset 4096"), "{said}");
        assert!(said.contains("restore it from a copy"), "{said}");
    }
    assert_untouched(&before, &data);
}

/// The only segment is gone: the start began a new, empty log beside what was left.
#[test]
fn a_log_that_is_gone_is_not_begun_anew() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let data = dir.path().join("data");
    Server::start(&data, &[]).kill();
    let refused = || {
        let before = contents(&data);
        let said = fails(1, serve(&data));
        assert!(said.contains("the log ends at record 0"), "{said}");
        assert!(said.contains("restore it from a copy"), "{said}");
        assert_untouched(&before, &data);
    };
    fs::remove_file(data.join(SEGMENT)).expect("removable");
    refused();
    fs::remove_dir_all(data.join("shard-0/journal")).expect("removable");
    refused();
}

#[test]
fn a_log_that_is_older_than_its_keys_is_refused() {
    let (_dir, data) = killed();
    let [journal, copy] = ["journal", "copy"].map(|name| data.join("shard-0").join(name));
    fs::create_dir(&copy).expect("creatable");
    let name = "segment-00000000000000000000.giro";
    fs::copy(journal.join(name), copy.join(name)).expect("copied");
    let server = Server::dev(&data);
    // A client's own request, so that the log goes on.
    let http = crate::http::Http::maker(&server);
    let account = serde_json::json!({"name": "New", "assets": ["USD"]});
    assert_eq!(
        http.post("/v1/accounts", "key", &account)
            .expect("an answer")
            .status,
        201
    );
    server.stop();
    fs::rename(copy.join(name), journal.join(name)).expect("renamed");
    fs::remove_dir_all(data.join("shard-0/checkpoints")).expect("removable");
    let before = contents(&data);
    for args in [&serve(&data)[..], &["verify", "--data", text(&data)]] {
        let said = fails(1, args.iter().copied());
        assert!(said.contains("knows it up to record"), "{said}");
        assert!(
            said.contains("the right copy of the whole directory"),
            "{said}"
        );
    }
    assert_untouched(&before, &data);
}

/// Killed after the operator was on record, and before its key was in the file: nobody could ever
/// have opened a book.
#[test]
fn an_operator_whose_key_was_never_written_is_replaced() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let data = dir.path().join("data");
    Server::start(&data, &[]).kill();
    let key_file = data.join("operator.key");
    fs::write(&key_file, "").expect("writable");
    let server = Server::start(&data, &[]);
    let create = ["book", "create", "Acme Ltd", "--url", &server.url];
    succeeds(create.into_iter().chain(["--key-file", text(&key_file)]));
}

#[test]
fn books_of_somebody_else_are_not_joined_by_sandboxes() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut server = Server::start(dir.path(), &[]);
    let key_file = dir.path().join("operator.key");
    let create = ["book", "create", "Acme Ltd", "--url", &server.url];
    succeeds(create.into_iter().chain(["--key-file", text(&key_file)]));
    server.kill();
    let before = contents(dir.path());
    let said = fails(1, serve(dir.path()).into_iter().chain(["--dev"]));
    assert!(
        said.contains("holds books that --dev has not made"),
        "{said}"
    );
    assert!(!dir.path().join("dev.json").exists());
    let journal =
        |files: &BTreeMap<PathBuf, Vec<u8>>| files.get(&dir.path().join(SEGMENT)).cloned();
    assert!(
        journal(&before) == journal(&contents(dir.path())),
        "the log has changed"
    );
}

#[test]
fn sandboxes_are_kept_from_the_network() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let data = dir.path().join("data");
    let listen = ["--dev", "--listen", "0.0.0.0:0"];
    let said = fails(
        1,
        ["serve", "--data", text(&data)].into_iter().chain(listen),
    );
    assert!(said.contains("--dev listens on loopback only"), "{said}");
    assert!(!data.exists());
}

#[test]
fn a_full_disk_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let Some(_mounted) = mounted(&["-t", "tmpfs", "-o", "size=1m", "tmpfs"], dir.path()) else {
        return;
    };
    let said = fails(1, serve(dir.path()));
    assert!(said.contains("is full: make room first"), "{said}");
    let left = contents(dir.path());
    assert!(left.values().all(Vec::is_empty), "{:?}", left.keys());
}

#[test]
fn a_directory_that_cannot_be_written_is_refused() {
    let (_dir, data) = killed();
    let name = text(&data).to_owned();
    let Some(mounted) = mounted(&["--bind", &name], &data) else {
        return;
    };
    mounted.remount("bind,ro");
    let before = contents(&data);
    let said = fails(1, serve(&data));
    assert!(said.contains("cannot be written to"), "{said}");
    assert!(said.contains("check its owner, its mode"), "{said}");
    assert_untouched(&before, &data);
    // Verifying only reads.
    let verified = run(["verify", "--data", &name]);
    assert!(verified.status.success(), "{verified:?}");
    drop(mounted);
}

#[test]
fn flags_come_before_the_environment_and_that_before_the_file() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let [flag, environment, file] =
        ["flag", "environment", "file"].map(|name| dir.path().join(name));
    let config = dir.path().join("giro.toml");
    let lines = format!("data = {:?}\nlisten = \"127.0.0.1:0\"\n", text(&file));
    fs::write(&config, lines).expect("writable");
    let base = ["serve", "--config", text(&config)];

    Server::start_with(giro(base), &file).kill();
    assert!(file.join("operator.key").is_file());
    assert!(!environment.exists());

    let mut command = giro(base);
    command.env("GIRO_DATA", &environment);
    Server::start_with(command, &environment).kill();
    assert!(environment.join("operator.key").is_file());
    assert!(!flag.exists());

    let mut command = giro(base.into_iter().chain(["--data", text(&flag)]));
    command.env("GIRO_DATA", &environment);
    Server::start_with(command, &flag).kill();
    assert!(flag.join("operator.key").is_file());
}

#[test]
fn a_configuration_that_is_not_understood_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let config = dir.path().join("giro.toml");
    let data = dir.path().join("data");
    let base = ["serve", "--data", text(&data), "--config", text(&config)];
    let said = fails(1, base);
    assert!(said.contains("there is no configuration file"), "{said}");
    for (line, expected) in [
        ("lissen = \"127.0.0.1:0\"", "lissen"),
        ("log_format = \"xml\"", "log_format"),
        ("max_connections = 0", "max_connections"),
        ("listen = \"nowhere\"", "cannot listen on \"nowhere\""),
        ("log = \"a=b=c\"", "log filter"),
        ("data =", "giro.toml"),
    ] {
        fs::write(&config, line).expect("writable");
        let said = fails(1, base);
        assert!(said.contains(expected), "{line}: {said}");
    }
    assert!(!data.exists());
    fails(2, ["serve", "--no-such-flag"]);
    fails(2, ["no-such-command"]);
}
