//! `giro serve`: opens the data, listens, and stops when it is told to.

mod http;
mod open;

use crate::config::{Config, DEFAULT_DATA, LogFormat};
use crate::{dev, logs, output};
use anyhow::{Context, bail};
use giro_api::App;

use giro_service::Service;
use giro_service::delivery::Delivery;
use http::{Front, Limits};
use open::Operator;
pub(crate) use open::{OPERATOR_KEY, SHARD_DIR, write_secret};
use serde::Serialize;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpSocket;
use tokio::signal::unix::{Signal, SignalKind, signal};

const EXAMPLES: &str = "\
Examples:
  giro serve                                    data in ./giro-data, on 127.0.0.1:4100
  giro serve --dev                              the same, with sandbox books to try things out
  giro serve --dev --data /tmp/try --listen 127.0.0.1:0
  giro serve --data /var/lib/giro --listen 10.0.0.5:4100 --log-format json
  giro serve --config /etc/giro.toml
  GIRO_DATA=/var/lib/giro giro serve

A flag comes before the environment (GIRO_DATA, GIRO_LISTEN, GIRO_DEV, GIRO_DEV_RATE_LIMITS,
GIRO_LOG, GIRO_LOG_FORMAT, GIRO_TRUSTED_PROXIES, GIRO_MAX_CONNECTIONS, GIRO_QUEUE_MAX,
GIRO_CHECKPOINT_EVERY), which comes before the configuration file, which comes before the defaults.";

/// Run the server until it gets SIGINT or SIGTERM.
#[derive(Debug, clap::Args, Serialize)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Directory of the data; made if it is missing [default: ./giro-data]
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<PathBuf>,
    /// Where to listen; port 0 is any free one [default: 127.0.0.1:4100]
    #[arg(long, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
    /// Keep sandbox books, and write the way to them into DIR/dev.json; on loopback only
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dev: bool,
    /// Apply the vendors' rate limits in the sandbox books as well
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dev_rate_limits: bool,
    /// Make a new operator key for the one that was lost: all former ones are revoked
    #[arg(long)]
    #[serde(skip)]
    new_operator_key: bool,
    /// Which log lines to write, such as "info" or "warn,giro_engine=debug" [default: info]
    #[arg(long, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
    /// How log lines look [default: text]
    #[arg(long, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log_format: Option<LogFormat>,
    /// Addresses and networks of proxies in front of the server, with commas between, whose
    /// X-Forwarded-For is believed [default: none]
    #[arg(long, value_name = "LIST")]
    #[serde(skip_serializing_if = "Option::is_none")]
    trusted_proxies: Option<String>,
    /// The URL that clients know the server by, such as https://giro.example, if it is not http://
    /// and the host that they name [default: none]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    /// Configuration file in TOML, with the names of the long flags and underscores
    #[arg(long, value_name = "FILE", env = "GIRO_CONFIG")]
    #[serde(skip)]
    config: Option<PathBuf>,
}

impl Args {
    fn operator(&self) -> Operator {
        match self.new_operator_key {
            true => Operator::Replaced,
            false => Operator::Kept,
        }
    }
}

/// Serves until told to stop.
///
/// # Errors
/// If it cannot start; then nothing was changed.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let config = Config::load(args, args.config.as_deref())?;
    logs::start(&config.log, config.log_format)?;
    let address = config.address()?;
    let front = Front {
        proxies: config.proxies()?,
        public_url: config.public_url()?,
    };
    // The port first: it is the one thing that can be tried without touching the data.
    let socket = bind(address)?;
    let service = Arc::new(open::open(&config, args.operator())?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the system gives no threads")?;
    let result = runtime.block_on(serve(&config, socket, front, &service));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    service.close();
    result?;
    if let Some(why) = service.status().poisoned {
        bail!(
            "stopped, after the journal had failed: {why}; what was acknowledged is safe, \
             and the next start finds out about the rest"
        );
    }
    tracing::info!("stopped");
    Ok(())
}

async fn serve(
    config: &Config,
    socket: TcpSocket,
    front: Front,
    service: &Arc<Service>,
) -> anyhow::Result<()> {
    const BACKLOG: u32 = 1024;
    let stop = stop_signal()?;
    let listener = socket
        .listen(BACKLOG)
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let url = format!("http://{}", listener.local_addr()?);
    if config.dev {
        dev::prepare(service, config, &url).await?;
    }
    output::line(format_args!("listening on {url}"));
    let router = giro_api::router(App::new(service.clone()));
    let limits = Limits {
        max_connections: config.max_connections,
        ..Limits::default()
    };
    tracing::info!(%url, data = %config.data.display(), dev = config.dev, "listening");
    let delivery = Delivery::start(service.clone(), giro_api::webhooks::formats());
    http::serve(listener, router, limits, front, stop).await;
    delivery.stop().await;
    Ok(())
}

/// Takes the port, without listening yet.
fn bind(address: SocketAddr) -> anyhow::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    };
    let bound = socket.and_then(|socket| {
        // So that a restart need not wait until the connections from before are forgotten.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(socket)
    });
    bound.with_context(|| {
        format!(
            "cannot listen on {address}: stop what listens there, or give another --listen \
             (port 0 is any free one)"
        )
    })
}

/// Waits for SIGINT or SIGTERM. A second one ends the program at once.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot wait for signals")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot wait for signals")?;
    Ok(async move {
        either(&mut interrupt, &mut terminate).await;
        tracing::info!("stopping: finishing the requests under way");
        tokio::spawn(async move {
            either(&mut interrupt, &mut terminate).await;
            tracing::warn!("stopped at once, as told twice");
            std::process::exit(130);
        });
    })
}

async fn either(a: &mut Signal, b: &mut Signal) {
    tokio::select! {
        _ = a.recv() => {}
        _ = b.recv() => {}
    }
}

/// The directory that a sub-command looks into: `GIRO_DATA`, or the default.
pub(crate) fn default_data() -> PathBuf {
    std::env::var_os("GIRO_DATA").map_or_else(|| DEFAULT_DATA.into(), PathBuf::from)
}
