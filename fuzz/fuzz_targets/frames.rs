//! See `fuzz/src/frames.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::frames::run(data));
