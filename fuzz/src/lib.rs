//! What is fuzzed: one module per target, each with a `run` that takes any bytes and must not
//! panic.
//!
//! The programs in `fuzz_targets/` hand these to libFuzzer; the test `fuzz_seeds` of the crate
//! `giro`, which includes this file by its path, replays `fuzz/seeds/`. So nothing in here may
//! need libFuzzer, and modules name each other by `super`.
//!
//! A target says what it holds to, beside not panicking, in its first lines. Checksums, hashes and
//! signatures are made right by the target itself: no fuzzer guesses them, and behind them is
//! where the parsers are.

pub mod amounts;
pub mod api_keys;
pub mod assertions;
pub mod checkpoints;
pub mod cursors;
pub mod decimals;
pub mod frames;
pub mod native;
pub mod queries;
pub mod records;
pub mod recovery;
pub mod revolut;
pub mod segments;
pub mod times;
pub mod tokens;

mod input;
mod log;
mod seal;
mod world;

/// A target: any bytes in, no panic.
pub type Target = fn(&[u8]);

/// Every target, by its name, which is also the folder of its seeds.
pub const TARGETS: [(&str, Target); 15] = [
    ("amounts", amounts::run),
    ("api_keys", api_keys::run),
    ("assertions", assertions::run),
    ("checkpoints", checkpoints::run),
    ("cursors", cursors::run),
    ("decimals", decimals::run),
    ("frames", frames::run),
    ("native", native::run),
    ("queries", queries::run),
    ("records", records::run),
    ("recovery", recovery::run),
    ("revolut", revolut::run),
    ("segments", segments::run),
    ("times", times::run),
    ("tokens", tokens::run),
];
