//! Cursors: where a list goes on, as a text that only means something to that list.
//!
//! A cursor is a few numbers and a MAC over them and the list they belong to, under a secret of
//! the shard. So one that was garbled, made up or taken from another list is told apart, and a
//! list need not be kept between two pages.

use crate::service::Service;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

const TAG_BYTES: usize = 16;
/// The most numbers in a cursor: as many as one mask covers.
pub const NUMBERS_MAX: usize = 4;

impl Service {
    /// The cursor of `numbers` in `list`, which names the list and everything it is filtered by.
    ///
    /// # Panics
    /// Beyond [`NUMBERS_MAX`] numbers.
    pub fn cursor(&self, list: &str, numbers: &[u64]) -> String {
        assert!(numbers.len() <= NUMBERS_MAX, "{} numbers", numbers.len());
        let body: Vec<u8> = numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect();
        let tag: Vec<u8> = self.tag(list, &body).into_iter().take(TAG_BYTES).collect();
        let hidden = self.hide(&tag, &body);
        BASE64.encode([hidden, tag].concat())
    }

    /// The numbers in a cursor of `list`, if it is one.
    pub fn read_cursor<const N: usize>(&self, list: &str, cursor: &str) -> Option<[u64; N]> {
        let bytes = BASE64.decode(cursor).ok()?;
        let (hidden, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG_BYTES)?)?;
        if hidden.len() > NUMBERS_MAX * 8 {
            return None;
        }
        let body = self.hide(tag, hidden);
        let expected = self.tag(list, &body);
        let is_ours: bool = expected.get(..TAG_BYTES)?.ct_eq(tag).into();
        if !is_ours {
            return None;
        }
        let numbers = body
            .chunks_exact(8)
            .map(|chunk| chunk.try_into().map(u64::from_le_bytes));
        let numbers: Vec<u64> = numbers.collect::<Result<_, _>>().ok()?;
        numbers.try_into().ok()
    }

    fn tag(&self, list: &str, body: &[u8]) -> [u8; 32] {
        self.mac(&[b"giro cursor\0", list.as_bytes(), &[0], body])
    }

    /// Hides what `body` says, or shows it again: places in the log would tell how much the other
    /// books do.
    fn hide(&self, tag: &[u8], body: &[u8]) -> Vec<u8> {
        let mask = self.mac(&[b"giro cursor mask\0", tag]);
        body.iter()
            .zip(mask)
            .map(|(byte, mask)| byte ^ mask)
            .collect()
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(self.cursor_secret())
            .expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}
