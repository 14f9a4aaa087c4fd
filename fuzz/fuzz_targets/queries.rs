//! See `fuzz/src/queries.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::queries::run(data));
