//! Reading a request's body, up to a limit.

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::{BodyExt, Limited};

/// The largest body of an ordinary request.
pub const BODY_BYTES_MAX: usize = 64 << 10;
/// The largest body of a batch.
pub const BATCH_BYTES_MAX: usize = 16 << 20;

/// Why a body cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is larger than allowed. The rest of it was not read.
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
pub async fn read_body(body: Body, max: usize) -> Result<Bytes, BodyError> {
    // A length that the client states is believed at once; one that it does not is counted.
    let stated = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if stated > max {
        return Err(BodyError::TooLarge { max });
    }
    match Limited::new(body, max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            Err(BodyError::TooLarge { max })
        }
        Err(_) => Err(BodyError::Io),
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
