//! See `fuzz/src/tokens.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::tokens::run(data));
