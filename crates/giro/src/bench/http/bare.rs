//! The bare handler: parses a request, writes an answer, and does nothing between.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use serde::Deserialize;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transfer<'a> {
    source: Cow<'a, str>,
    target: Cow<'a, str>,
    asset: Cow<'a, str>,
    amount: Cow<'a, str>,
    reference: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch<'a> {
    #[serde(rename = "mode")]
    _mode: Cow<'a, str>,
    #[serde(borrow)]
    transfers: Vec<Transfer<'a>>,
}

impl Transfer<'_> {
    /// Something that depends on every field, so that none of the parsing can be left out.
    fn weight(&self) -> usize {
        let reference = self.reference.as_ref().map_or(0, |text| text.len());
        self.source.len() + self.target.len() + self.asset.len() + self.amount.len() + reference
    }
}

/// Serves the handler, which answers every request with what is in the file `answer`.
pub(in super::super) fn serve(answer: &Path) -> anyhow::Result<()> {
    let answer: serde_json::Value = serde_json::from_slice(&std::fs::read(answer)?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let app = axum::Router::new()
            .route("/v1/transfers", post(one))
            .route("/v1/transfers/batch", post(batch))
            .layer(axum::extract::DefaultBodyLimit::max(64 << 20))
            .with_state(Arc::new(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        announce(&listener)?;
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        });
        axum::serve(listener, app).await?;
        Ok(())
    })
}

#[expect(
    clippy::print_stdout,
    reason = "whoever started it reads here where it listens"
)]
fn announce(listener: &tokio::net::TcpListener) -> anyhow::Result<()> {
    println!("listening on http://{}", listener.local_addr()?);
    Ok(())
}

type Answer = State<Arc<serde_json::Value>>;

async fn one(State(answer): Answer, body: Bytes) -> impl IntoResponse {
    match serde_json::from_slice::<Transfer<'_>>(&body) {
        Ok(transfer) if transfer.weight() > 0 => good(&answer),
        _ => (
            StatusCode::BAD_REQUEST,
            [(header::CONTENT_TYPE, "text/plain")],
            Vec::new(),
        ),
    }
}

async fn batch(State(answer): Answer, body: Bytes) -> impl IntoResponse {
    match serde_json::from_slice::<Batch<'_>>(&body) {
        Ok(batch) if batch.transfers.iter().all(|transfer| transfer.weight() > 0) => good(&answer),
        _ => (
            StatusCode::BAD_REQUEST,
            [(header::CONTENT_TYPE, "text/plain")],
            Vec::new(),
        ),
    }
}

fn good(
    answer: &serde_json::Value,
) -> (StatusCode, [(header::HeaderName, &'static str); 1], Vec<u8>) {
    let body = serde_json::to_vec(answer).unwrap_or_default();
    (
        StatusCode::CREATED,
        [(header::CONTENT_TYPE, "application/json")],
        body,
    )
}
