//! See `fuzz/src/checkpoints.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::checkpoints::run(data));
