//! See `fuzz/src/recovery.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::recovery::run(data));
