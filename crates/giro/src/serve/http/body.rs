//! Bodies of requests: in time, and not left lying on the connection.
//!
//! A refusal that is answered while its body is still on the way ends the connection: hyper does
//! not wait for the rest. The client has not been told, uses the connection again, and fails. So a
//! body of ordinary size is received before anybody looks at the request, and where a larger one
//! is refused the answer says that the connection ends.

use axum::Error;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header::CONNECTION};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::stream;
use giro_api::http::body::BODY_BYTES_MAX;
use giro_api::http::read_body;
use hyper::body::{Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep, timeout};

/// Passes a request on with a body that is here, or is timed.
pub(super) async fn receive(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    if is_small(&body) {
        let body = received(body, limit).await;
        return next.run(Request::from_parts(parts, body)).await;
    }
    let timer = None;
    let body = Body::new(TimedBody { body, limit, timer });
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if response.status().is_client_error() || response.status().is_server_error() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

fn is_small(body: &Body) -> bool {
    let stated = body
        .size_hint()
        .upper()
        .and_then(|most| usize::try_from(most).ok());
    stated.is_some_and(|most| most <= BODY_BYTES_MAX)
}

/// All of a body, or one that fails as this one did.
async fn received(body: Body, limit: Duration) -> Body {
    match timeout(limit, read_body(body, BODY_BYTES_MAX)).await {
        Ok(Ok(bytes)) => Body::from(bytes),
        Ok(Err(error)) => failing(Error::new(error)),
        Err(late) => failing(Error::new(late)),
    }
}

fn failing(error: Error) -> Body {
    Body::from_stream(stream::iter([Err::<Bytes, _>(error)]))
}

/// A body whose parts must each come in time. It knows its length if `body` does, so that one that
/// is too large is refused before it is read.
struct TimedBody {
    body: Body,
    limit: Duration,
    /// Runs while a part is waited for.
    timer: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.timer = None;
            return Poll::Ready(frame);
        }
        let limit = self.limit;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(timer.as_mut().poll(context));
        let late = io::Error::from(io::ErrorKind::TimedOut);
        Poll::Ready(Some(Err(Error::new(late))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
