//! Every committed input of the fuzz targets, replayed. See `docs/howto/fuzz.md`.

#[path = "../../../fuzz/src/lib.rs"]
pub mod fuzz;

use giro_engine::{Seq, codec};
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

#[test]
fn no_seed_makes_its_target_panic() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let mut panicked = Vec::new();
    for (name, run) in fuzz::TARGETS {
        let files = fs::read_dir(seeds.join(name)).expect("every target has seeds");
        for file in files {
            let path = file.expect("it can be listed").path();
            let data = fs::read(&path).expect("it can be read");
            if catch_unwind(|| run(&data)).is_err() {
                panicked.push(path);
            }
        }
    }
    assert!(panicked.is_empty(), "{panicked:?}");
}

/// When a layout changes, seeds of the old one are refused at their first bytes, and nobody would
/// notice that what is behind is not fuzzed any more.
#[test]
fn seeds_that_are_named_for_what_they_hold_are_still_read() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let refused = ["257-legs", "held-of-no-leg", "link-to-the-beginning"];
    let mut read = 0;
    for file in fs::read_dir(seeds.join("records")).expect("every target has seeds") {
        let file = file.expect("it can be listed");
        let name = file.file_name().into_string().expect("names are plain");
        if name.starts_with("found-") || name == "genesis" {
            continue;
        }
        let data = fs::read(file.path()).expect("it can be read");
        let (seq, record) = data.split_first_chunk().expect("a number comes first");
        let seq = Seq(u64::from(u32::from_le_bytes(*seq)));
        let is_read = codec::decode(seq, record).is_ok();
        assert_eq!(is_read, !refused.contains(&name.as_str()), "{name}");
        read += u32::from(is_read);
    }
    assert!(read >= 72, "one of every event and step, not {read}");
    for name in ["book", "controls", "empty", "treasury", "webhooks"] {
        for name in [name.to_owned(), format!("{name}-raw")] {
            let data = fs::read(seeds.join("checkpoints").join(&name)).expect("it can be read");
            assert!(fuzz::checkpoints::read(&data).is_some(), "{name}");
        }
    }
}

#[test]
fn every_target_is_a_program_of_the_fuzz_crate() {
    let manifest = include_str!("../../../fuzz/Cargo.toml");
    let named = manifest.matches("[[bin]]").count();
    assert_eq!(named, fuzz::TARGETS.len());
    for (name, _) in fuzz::TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}
