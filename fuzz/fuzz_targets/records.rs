//! See `fuzz/src/records.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::records::run(data));
