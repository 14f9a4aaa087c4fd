//! Reading a request's body, up to a limit.

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::{BodyExt, Limited};
use std::time::Duration;
use tokio::time::timeout;

/// The largest body of an ordinary request.
pub const BODY_BYTES_MAX: usize = 64 << 10;
/// The largest body of a batch.
pub const BATCH_BYTES_MAX: usize = 16 << 20;

/// How much of a body that is too large is taken in before it is refused.
const DISCARDED_MAX: usize = 64 << 20;
/// How long it is waited for.
const PAUSE_MAX: Duration = Duration::from_millis(500);

/// Why a body cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is larger than allowed.
    #[error("the body has more than {max} bytes")]
    TooLarge {
        /// The largest number of bytes.
        max: usize,
    },
    /// It is not UTF-8.
    #[error("the body is not valid UTF-8 after byte {valid_up_to}")]
    NotUtf8 {
        /// How many bytes are.
        valid_up_to: usize,
    },
    /// The connection ended, or sent what is not HTTP, before all of it was there.
    #[error("the body could not be read to its end")]
    Io,
}

/// Reads a body of at most `max` bytes. A body that came in one piece is not copied.
///
/// # Errors
/// [`BodyError::TooLarge`] or [`BodyError::Io`].
pub async fn read_body(mut body: Body, max: usize) -> Result<Bytes, BodyError> {
    // A length that the client states is believed at once; one that it does not is counted.
    if stated_length(&body) > max {
        discard(body).await;
        return Err(BodyError::TooLarge { max });
    }
    match Limited::new(&mut body, max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            discard(body).await;
            Err(BodyError::TooLarge { max })
        }
        Err(_) => Err(BodyError::Io),
    }
}

fn stated_length(body: &Body) -> usize {
    usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX)
}

/// Takes in what is left of a body that is too large, as far as it comes without a pause and is
/// of bearable size: many clients look for an answer only after they have sent all, and one that
/// is cut off before may never see why.
async fn discard(mut body: Body) {
    let mut left = DISCARDED_MAX;
    if stated_length(&body) > left {
        return;
    }
    while let Ok(Some(Ok(frame))) = timeout(PAUSE_MAX, body.frame()).await {
        let read = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(read) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// A body as text.
///
/// # Errors
/// [`BodyError::NotUtf8`].
pub fn text(body: &[u8]) -> Result<&str, BodyError> {
    std::str::from_utf8(body).map_err(|error| {
        let valid_up_to = error.valid_up_to();
        BodyError::NotUtf8 { valid_up_to }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_at_its_limit_is_read_and_one_byte_more_is_not() {
        let read = read_body(Body::from("abcd"), 4).await;
        assert_eq!(read, Ok(Bytes::from_static(b"abcd")));
        let refused = read_body(Body::from("abcde"), 4).await;
        assert_eq!(refused, Err(BodyError::TooLarge { max: 4 }));
    }

    #[test]
    fn text_that_is_not_utf8_is_refused_with_its_place() {
        let refused = text(b"ab\xff");
        assert_eq!(refused, Err(BodyError::NotUtf8 { valid_up_to: 2 }));
        assert_eq!(text("é".as_bytes()), Ok("é"));
    }
}
