//! See `fuzz/src/amounts.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::amounts::run(data));
