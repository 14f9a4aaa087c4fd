//! Bodies of requests: in time, and not left lying on the connection.
//!
//! A refusal that is answered while its body is still on the way ends the connection: hyper does
//! not wait for the rest. The client has not been told, uses the connection again, and fails. So a
//! body of ordinary size is received before anybody looks at the request, and where a larger one
//! is refused the answer says that the connection ends.

use super::timer::{KeptTimer, Wait};
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderValue, header::CONNECTION};
use axum::response::Response;
use axum::{Error, Router};
use futures_util::stream;
use giro_api::http::body::BODY_BYTES_MAX;
use giro_api::http::read_body;
use hyper::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// How long a client may take for a body, and the timer of its connection for that.
#[derive(Clone)]
pub(super) struct Patience {
    pub(super) limit: Duration,
    pub(super) timer: KeptTimer,
}

/// Passes a request on with a body that is here, or is timed.
pub(super) async fn receive(
    request: Request<Incoming>,
    patience: Patience,
    router: TowerToHyperService<Router>,
) -> Result<Response, Infallible> {
    let request = request.map(Body::new);
    if request.body().is_end_stream() {
        return router.call(request).await;
    }
    let (parts, body) = request.into_parts();
    if is_small(&body) {
        let body = received(body, &patience).await;
        return router.call(Request::from_parts(parts, body)).await;
    }
    let body = Body::new(TimedBody {
        body,
        patience,
        wait: None,
    });
    let mut response = router.call(Request::from_parts(parts, body)).await?;
    if response.status().is_client_error() || response.status().is_server_error() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    Ok(response)
}

fn is_small(body: &Body) -> bool {
    let stated = body
        .size_hint()
        .upper()
        .and_then(|most| usize::try_from(most).ok());
    stated.is_some_and(|most| most <= BODY_BYTES_MAX)
}

/// All of a body, or one that fails as this one did.
async fn received(body: Body, patience: &Patience) -> Body {
    tokio::select! {
        biased;
        read = read_body(body, BODY_BYTES_MAX) => match read {
            Ok(bytes) => Body::from(bytes),
            Err(error) => failing(Error::new(error)),
        },
        () = patience.timer.after(patience.limit) => failing(late()),
    }
}

fn late() -> Error {
    Error::new(io::Error::from(io::ErrorKind::TimedOut))
}

fn failing(error: Error) -> Body {
    Body::from_stream(stream::iter([Err::<Bytes, _>(error)]))
}

/// A body whose parts must each come in time. It knows its length if `body` does, so that one that
/// is too large is refused before it is read.
struct TimedBody {
    body: Body,
    patience: Patience,
    /// There while a part is waited for.
    wait: Option<Wait>,
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.wait = None;
            return Poll::Ready(frame);
        }
        let TimedBody { patience, wait, .. } = &mut *self;
        let wait = wait.get_or_insert_with(|| patience.timer.after(patience.limit));
        ready!(Pin::new(wait).poll(context));
        Poll::Ready(Some(Err(late())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
