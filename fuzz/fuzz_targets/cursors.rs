//! See `fuzz/src/cursors.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| giro_fuzz::cursors::run(data));
