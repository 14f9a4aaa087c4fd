//! Every committed input of the fuzz targets, replayed. See `docs/howto/fuzz.md`.

#[path = "../../../fuzz/src/lib.rs"]
pub mod fuzz;

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

#[test]
fn every_target_is_a_program_of_the_fuzz_crate() {
    let manifest = include_str!("../../../fuzz/Cargo.toml");
    let named = manifest.matches("[[bin]]").count();
    assert_eq!(named, fuzz::TARGETS.len());
    for (name, _) in fuzz::TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}
