//! Where webhooks may go.
//!
//! Whoever sets a webhook up makes this server send requests, so it must not reach what only this
//! server can reach: itself, its private network, the metadata of its cloud. An address is checked
//! when the webhook is set up, and again for every connection, after its name was resolved.

use giro_ledger::BookSettings;
use ipnet::IpNet;
use reqwest::Url;
use std::net::IpAddr;
use std::sync::LazyLock;

/// Why a URL cannot be one of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Not a URL, or not one of HTTP.
    #[error("is no URL such as https://example.com/webhooks")]
    Malformed,
    /// A user name or password in it.
    #[error("must not contain a user name or a password")]
    Credentials,
    /// A part that is never sent.
    #[error("must not have a fragment")]
    Fragment,
    /// Plain HTTP.
    #[error("must begin with https://")]
    NotSecure,
    /// An address of the server itself, or of a network that is not the internet.
    #[error("is not an address of the public internet")]
    NotPublic,
}

/// The kinds of addresses there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The public internet.
    Public,
    /// The machine itself.
    Loopback,
    /// A private network.
    Private,
    /// None of these: nobody can have a webhook there.
    Special,
}

/// Which addresses the webhooks of a book may go to, besides public ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Allowed {
    pub(super) loopback: bool,
    pub(super) private: bool,
    /// Over plain HTTP only to addresses that nobody on the way can listen to.
    pub(super) plain: bool,
}

impl Allowed {
    pub(super) fn allows(self, reach: Reach) -> bool {
        match reach {
            Reach::Public => !self.plain,
            Reach::Loopback => self.loopback,
            Reach::Private => self.private,
            Reach::Special => false,
        }
    }
}

/// Checks where a webhook of a book with these settings is to go.
///
/// # Errors
/// [`TargetError`].
pub fn check_url(url: &str, settings: &BookSettings) -> Result<(), TargetError> {
    read_url(url, settings).map(|_| ())
}

pub(super) fn read_url(url: &str, settings: &BookSettings) -> Result<(Url, Allowed), TargetError> {
    let url = Url::parse(url).map_err(|_| TargetError::Malformed)?;
    let plain = match url.scheme() {
        "https" => false,
        "http" => true,
        _ => return Err(TargetError::Malformed),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TargetError::Credentials);
    }
    if url.fragment().is_some() {
        return Err(TargetError::Fragment);
    }
    let allowed = Allowed {
        loopback: settings.webhooks_to_loopback,
        private: settings.webhooks_to_private,
        plain,
    };
    let not_allowed = match plain {
        true => TargetError::NotSecure,
        false => TargetError::NotPublic,
    };
    match known_reach(&url).ok_or(TargetError::Malformed)? {
        // What a name stands for is found out for every connection.
        None if plain && !allowed.private => Err(not_allowed),
        None => Ok((url, allowed)),
        Some(reach) if allowed.allows(reach) => Ok((url, allowed)),
        Some(Reach::Public) => Err(not_allowed),
        Some(Reach::Loopback) if plain => Err(not_allowed),
        Some(_) => Err(TargetError::NotPublic),
    }
}

/// What can be known of a URL without resolving its name; nothing if it has no host.
fn known_reach(url: &Url) -> Option<Option<Reach>> {
    let host = url.host_str()?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Some(Some(reach(address)));
    }
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let is_local = name == "localhost" || name.ends_with(".localhost");
    Some(is_local.then_some(Reach::Loopback))
}

/// What kind of address it is.
pub fn reach(address: IpAddr) -> Reach {
    let address = inner(address);
    if address.is_loopback() {
        return Reach::Loopback;
    }
    let is_in = |networks: &[IpNet]| networks.iter().any(|one| one.contains(&address));
    match () {
        () if is_in(&PRIVATE) => Reach::Private,
        () if is_in(&SPECIAL) || !is_assigned(address) => Reach::Special,
        () => Reach::Public,
    }
}

/// Of version 6 only this part is given to the internet (RFC 4291); the rest may mean anything.
fn is_assigned(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => true,
        IpAddr::V6(six) => six.segments()[0] >> 13 == 1,
    }
}

/// The address of version 4 that one of version 6 stands for, if it does.
fn inner(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else {
        return address;
    };
    if let Some(four) = six.to_ipv4_mapped() {
        return IpAddr::V4(four);
    }
    let [a, b, c, d, e, f, g, h] = six.segments();
    let four = |high: u16, low: u16| {
        let bits = (u32::from(high) << 16) | u32::from(low);
        IpAddr::V4(bits.into())
    };
    match [a, b, c, d, e, f] {
        [0x64, 0xff9b, 0, 0, 0, 0] => four(g, h),
        [0x2002, ..] => four(b, c),
        _ => address,
    }
}

fn networks(texts: &[&str]) -> Vec<IpNet> {
    let network = |text: &&str| text.parse().expect("the lists hold networks only");
    texts.iter().map(network).collect()
}

/// Networks of whoever runs them: RFC 1918, RFC 6598, RFC 4193.
static PRIVATE: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    networks(&[
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
    ])
});

/// What else the registries of special-purpose addresses (RFC 6890) say is not public.
static SPECIAL: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    networks(&[
        "0.0.0.0/8",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ])
});

#[cfg(test)]
mod tests;
