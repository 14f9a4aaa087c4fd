//! See `fuzz/src/decimals.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::decimals::run(data));
