//! What `giro serve` is told: by flags, else by the environment, else by a file, else by default.

use anyhow::{Context, bail};
use clap::ValueEnum;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use giro_api::http::{PublicUrl, TrustedProxies};
use hyper::Uri;
use serde::{Deserialize, Serialize};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

/// Where data is kept if nobody says otherwise.
pub(crate) const DEFAULT_DATA: &str = "./giro-data";

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object for machines.
    Json,
}

/// The whole configuration. A key that is not here is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The directory of the data.
    pub(crate) data: PathBuf,
    /// Where to listen: a host and a port, 0 for any free one.
    pub(crate) listen: String,
    /// Whether to keep sandbox books, and the way to them in `dev.json`.
    #[serde(deserialize_with = "figment::util::bool_from_str_or_int")]
    pub(crate) dev: bool,
    /// Whether the vendors' rate limits apply in the sandbox books.
    #[serde(deserialize_with = "figment::util::bool_from_str_or_int")]
    pub(crate) dev_rate_limits: bool,
    /// Which log lines are written.
    pub(crate) log: String,
    /// How they look.
    pub(crate) log_format: LogFormat,
    /// Addresses and networks of the proxies in front of the server, with commas between: what
    /// they say in `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: String,
    /// The URL that clients know the server by, if it is not `http://` and the host they name: what
    /// is in front of it may end TLS.
    pub(crate) public_url: String,
    /// Connections that are served at a time; more wait.
    pub(crate) max_connections: usize,
    /// Requests that may wait for the engine; more are told to come back.
    pub(crate) queue_max: usize,
    /// Records after which a checkpoint is made.
    pub(crate) checkpoint_every: u64,
}

impl Default for Config {
    fn default() -> Config {
        let engine = giro_engine::EngineOptions::default();
        Config {
            data: PathBuf::from(DEFAULT_DATA),
            listen: "127.0.0.1:4100".to_owned(),
            dev: false,
            dev_rate_limits: false,
            log: "info".to_owned(),
            log_format: LogFormat::Text,
            trusted_proxies: String::new(),
            public_url: String::new(),
            max_connections: 10_000,
            queue_max: engine.queue_max,
            checkpoint_every: engine.checkpoint_every,
        }
    }
}

/// The keys that the environment may set, each as `GIRO_` and the key in capitals.
const KEYS: [&str; 11] = [
    "data",
    "listen",
    "dev",
    "dev_rate_limits",
    "log",
    "log_format",
    "trusted_proxies",
    "public_url",
    "max_connections",
    "queue_max",
    "checkpoint_every",
];

impl Config {
    /// Puts the sources together: `flags` first, then the environment, then `file`.
    ///
    /// # Errors
    /// If there is no such file, or something in any of them is not understood.
    pub(crate) fn load(flags: &impl Serialize, file: Option<&Path>) -> anyhow::Result<Config> {
        let mut sources = Figment::from(Serialized::defaults(Config::default()));
        if let Some(path) = file {
            if !path.is_file() {
                bail!("there is no configuration file {}", path.display());
            }
            sources = sources.merge(Toml::file_exact(path));
        }
        let config: Config = sources
            .merge(Env::prefixed("GIRO_").only(&KEYS))
            .merge(Serialized::defaults(flags))
            .extract()
            .context("the configuration cannot be used")?;
        if config.max_connections == 0 || config.queue_max == 0 || config.checkpoint_every == 0 {
            bail!("max_connections, queue_max and checkpoint_every must be at least 1");
        }
        Ok(config)
    }

    /// The proxies that are trusted.
    ///
    /// # Errors
    /// If an entry is neither an address nor a network.
    pub(crate) fn proxies(&self) -> anyhow::Result<TrustedProxies> {
        TrustedProxies::parse(&self.trusted_proxies).context("trusted_proxies cannot be used")
    }

    /// The URL that clients know the server by, if it is given.
    ///
    /// # Errors
    /// If it is no URL of HTTP without path and query.
    pub(crate) fn public_url(&self) -> anyhow::Result<Option<PublicUrl>> {
        let url = self.public_url.trim_end_matches('/');
        if url.is_empty() {
            return Ok(None);
        }
        let wrong = || format!("public_url {url:?} must be like https://giro.example");
        let uri: Uri = url.parse().with_context(wrong)?;
        let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
        let is_bare = uri.path() == "/" && uri.query().is_none() && !url.contains('@');
        if !is_http || !is_bare {
            bail!("{}", wrong());
        }
        Ok(Some(PublicUrl(url.into())))
    }

    /// The address to listen on.
    ///
    /// # Errors
    /// If it is not one, or if it can be reached from outside although `--dev` is set.
    pub(crate) fn address(&self) -> anyhow::Result<SocketAddr> {
        let listen = &self.listen;
        let found = listen.to_socket_addrs().ok().and_then(|mut all| all.next());
        let Some(address) = found else {
            bail!("cannot listen on {listen:?}: give a host and a port, as in 127.0.0.1:4100");
        };
        if self.dev && !address.ip().is_loopback() {
            bail!(
                "--dev listens on loopback only, not on {listen}: its books are filled with \
                 money made from nothing, and its keys lie in dev.json; \
                 use --listen 127.0.0.1:{}, or leave --dev out",
                address.port()
            );
        }
        Ok(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_can_set_every_key() {
        let default = serde_json::to_value(Config::default()).expect("plain values");
        let keys = default.as_object().expect("a struct").keys();
        let mut known = KEYS;
        known.sort_unstable();
        assert_eq!(keys.collect::<Vec<_>>(), known);
    }

    #[test]
    fn a_public_url_is_a_bare_one() {
        let public = |url: &str| {
            let config = Config {
                public_url: url.to_owned(),
                ..Config::default()
            };
            config
                .public_url()
                .map(|url| url.map(|url| url.0.to_string()))
        };
        assert_eq!(public("").expect("none"), None);
        let found = public("https://giro.example/").expect("a URL");
        assert_eq!(found.as_deref(), Some("https://giro.example"));
        for wrong in [
            "giro.example",
            "ftp://x",
            "https://x/y",
            "https://a@x",
            "https://x?y",
        ] {
            assert!(public(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn dev_listens_on_loopback_only() {
        let address = |listen: &str, dev| {
            let config = Config {
                listen: listen.to_owned(),
                dev,
                ..Config::default()
            };
            config.address().map(|address| address.to_string())
        };
        assert_eq!(
            address("127.0.0.1:0", true).expect("loopback"),
            "127.0.0.1:0"
        );
        assert_eq!(address("[::1]:9", true).expect("loopback"), "[::1]:9");
        assert_eq!(address("0.0.0.0:80", false).expect("any"), "0.0.0.0:80");
        let refused = address("0.0.0.0:80", true)
            .expect_err("not loopback")
            .to_string();
        assert!(refused.contains("loopback only"), "{refused}");
        assert!(address("4100", false).is_err());
    }
}
