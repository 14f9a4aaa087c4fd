//! Cursors: where a list goes on, as a text that only means something to that list.
//!
//! A cursor is a few numbers and a MAC over them and the list they belong to, under a secret of
//! the shard. So one that was garbled, made up or taken from another list is told apart, and a
//! list need not be kept between two pages.

use crate::service::Service;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const TAG_BYTES: usize = 16;
/// Keeps cursors apart from everything else that is signed with the shard's secret.
const DOMAIN: &[u8] = b"giro cursor\0";

impl Service {
    /// The cursor of `numbers` in `list`, which names the list and everything it is filtered by.
    pub fn cursor(&self, list: &str, numbers: &[u64]) -> String {
        let mut bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect();
        let tag = self.cursor_mac(list, &bytes).finalize().into_bytes();
        bytes.extend(tag.iter().take(TAG_BYTES));
        BASE64.encode(bytes)
    }

    /// The numbers in a cursor of `list`, if it is one.
    pub fn read_cursor<const N: usize>(&self, list: &str, cursor: &str) -> Option<[u64; N]> {
        let bytes = BASE64.decode(cursor).ok()?;
        let (body, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG_BYTES)?)?;
        self.cursor_mac(list, body)
            .verify_truncated_left(tag)
            .ok()?;
        let numbers = body
            .chunks_exact(8)
            .map(|chunk| chunk.try_into().map(u64::from_le_bytes));
        let numbers: Vec<u64> = numbers.collect::<Result<_, _>>().ok()?;
        numbers.try_into().ok()
    }

    fn cursor_mac(&self, list: &str, body: &[u8]) -> Hmac<Sha256> {
        let secret = self.read().genesis().token_secret;
        let mut mac = Hmac::new_from_slice(&secret).expect("HMAC takes keys of any length");
        mac.update(DOMAIN);
        mac.update(list.as_bytes());
        mac.update(&[0]);
        mac.update(body);
        mac
    }
}
