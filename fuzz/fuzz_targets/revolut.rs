//! See `fuzz/src/revolut.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::revolut::run(data));
