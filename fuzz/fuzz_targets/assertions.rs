//! See `fuzz/src/assertions.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::assertions::run(data));
