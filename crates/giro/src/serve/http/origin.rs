//! Where the requests of a connection come from, and what is in front of the server.

use giro_api::http::{PublicUrl, TrustedProxies};
use hyper::Request;
use std::net::IpAddr;
use std::sync::Arc;

/// What is between the server and its clients.
#[derive(Clone, Debug, Default)]
pub(crate) struct Front {
    /// Whose word about clients behind them is believed.
    pub(crate) proxies: TrustedProxies,
    /// The URL that clients know the server by, if it is not what they ask for.
    pub(crate) public_url: Option<PublicUrl>,
}

/// The other end of a connection.
pub(super) struct Origin {
    pub(super) peer: IpAddr,
    pub(super) front: Arc<Front>,
}

impl Origin {
    /// The request with the address of its client among its extensions, and that of the server as
    /// clients know it.
    pub(super) fn stamp<B>(&self, mut request: Request<B>) -> Request<B> {
        let client = self.front.proxies.client(self.peer, request.headers());
        let extensions = request.extensions_mut();
        extensions.insert(client);
        if let Some(url) = &self.front.public_url {
            extensions.insert(url.clone());
        }
        request
    }
}
