//! See `fuzz/src/segments.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::segments::run(data));
