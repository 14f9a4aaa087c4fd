//! See `fuzz/src/api_keys.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::api_keys::run(data));
