//! Where a request comes from: the address of whoever sent it, as far as it can be believed.

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The header in which proxies say whom they speak for, each adding to what the one before said.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the client, as an extension of a request. The program puts it there: only it
/// sees connections, and knows which proxies are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

/// Proxies whose word about their clients is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// The proxies in a list of addresses and networks with commas between, such as
    /// `10.0.0.0/8, 2001:db8::1`; an empty list is of none.
    ///
    /// # Errors
    /// The entry that is not one of them.
    pub fn parse(list: &str) -> Result<TrustedProxies, NetworkError> {
        let entries = list.split(',').map(str::trim);
        let entries = entries.filter(|entry| !entry.is_empty());
        entries
            .map(network)
            .collect::<Result<_, _>>()
            .map(TrustedProxies)
    }

    /// The address of the client behind a connection: the peer's own, unless that is a trusted
    /// proxy; then the last one in `X-Forwarded-For` that is none. Whatever stands before that was
    /// said by somebody nobody vouches for.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientIp {
        let mut client = peer.to_canonical();
        let all = headers.get_all(FORWARDED_FOR).iter();
        let all: Vec<&str> = all
            .map(|value| value.to_str().unwrap_or_default())
            .collect();
        for claim in all.iter().rev().flat_map(|value| value.rsplit(',')) {
            if !self.contains(client) {
                break;
            }
            // What cannot be read ends the chain: the proxy after it is the last one known.
            match address(claim.trim()) {
                Some(before) => client = before,
                None => break,
            }
        }
        ClientIp(client)
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// An address as proxies spell it: some add the port.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let plain = plain.unwrap_or(text).parse::<IpAddr>().ok();
    let address = plain.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

/// A text that is neither an address nor a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an address nor a network such as 10.0.0.0/8")]
pub struct NetworkError(String);

/// A network, without what an address within it adds, or a single address as a network of one.
///
/// # Errors
/// The text, if it is neither.
pub fn network(text: &str) -> Result<IpNet, NetworkError> {
    let network = text.parse::<IpNet>().map(|network| network.trunc());
    let single = || text.parse::<IpAddr>().map(IpNet::from);
    let network = network.or_else(|_| single());
    network.map_err(|_| NetworkError(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn client(trusted: &str, peer: &str, forwarded: &[&str]) -> String {
        let trusted = TrustedProxies::parse(trusted).expect("a list");
        let mut headers = HeaderMap::new();
        for value in forwarded {
            let value = HeaderValue::from_str(value).expect("a header");
            headers.append(FORWARDED_FOR, value);
        }
        let peer = peer.parse().expect("an address");
        trusted.client(peer, &headers).0.to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_about_the_one_before_it() {
        let cases: [(&str, &str, &[&str], &str); 11] = [
            ("", "192.0.2.1", &["198.51.100.1"], "192.0.2.1"),
            ("10.0.0.0/8", "192.0.2.1", &["198.51.100.1"], "192.0.2.1"),
            ("10.0.0.0/8", "10.1.2.3", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", &[], "10.1.2.3"),
            (
                "10.0.0.0/8",
                "10.1.2.3",
                &["203.0.113.9, 198.51.100.1"],
                "198.51.100.1",
            ),
            (
                "10.0.0.0/8",
                "10.1.2.3",
                &["203.0.113.9", "198.51.100.1, 10.9.9.9"],
                "198.51.100.1",
            ),
            (
                "10.0.0.0/8",
                "10.1.2.3",
                &["198.51.100.1, junk"],
                "10.1.2.3",
            ),
            (
                "10.0.0.0/8",
                "10.1.2.3",
                &["198.51.100.1:4711"],
                "198.51.100.1",
            ),
            (
                "10.0.0.0/8",
                "::ffff:10.1.2.3",
                &["[2001:db8::7]:80"],
                "2001:db8::7",
            ),
            ("::1, 10.0.0.0/8", "::1", &["2001:db8::7"], "2001:db8::7"),
            ("0.0.0.0/0", "10.1.2.3", &["10.0.0.1, 10.0.0.2"], "10.0.0.1"),
        ];
        for (trusted, peer, forwarded, expected) in cases {
            let found = client(trusted, peer, forwarded);
            assert_eq!(found, expected, "{trusted} {peer} {forwarded:?}");
        }
    }

    #[test]
    fn an_entry_that_is_neither_an_address_nor_a_network_is_refused() {
        for wrong in [
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/-1",
            "localhost",
        ] {
            let refused = TrustedProxies::parse(&format!("10.0.0.1, {wrong}"));
            assert_eq!(refused, Err(NetworkError(wrong.to_owned())));
        }
        let none = TrustedProxies::parse(" , ").expect("an empty list");
        assert_eq!(none, TrustedProxies::default());
    }
}
