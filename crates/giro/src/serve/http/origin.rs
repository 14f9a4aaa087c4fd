//! Where the requests of a connection come from.

use giro_api::http::TrustedProxies;
use hyper::Request;
use std::net::IpAddr;
use std::sync::Arc;

/// The other end of a connection, and whose word about clients behind it is believed.
pub(super) struct Origin {
    pub(super) peer: IpAddr,
    pub(super) proxies: Arc<TrustedProxies>,
}

impl Origin {
    /// The request with the address of its client among its extensions.
    pub(super) fn stamp<B>(&self, mut request: Request<B>) -> Request<B> {
        let client = self.proxies.client(self.peer, request.headers());
        request.extensions_mut().insert(client);
        request
    }
}
