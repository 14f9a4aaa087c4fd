//! The invariants of absence: what each crate is unable to import, asked of `cargo tree`.
//!
//! Only what ends up in the product counts; tests may depend on anything.

use std::thread;

use super::Finding;
use super::file::File;
use crate::cargo;

/// What a crate of ours may depend on, and what must not reach it by any way.
struct Crate {
    name: &'static str,
    /// The other crates of ours it may name itself. An arrow not listed is a decision to take.
    arrows: &'static [&'static str],
    absences: &'static [Absence],
}

/// Packages that must not be among the dependencies of the dependencies either.
struct Absence {
    packages: &'static [&'static str],
    reason: &'static str,
}

const HTTP: &[&str] = &["axum", "hyper", "http", "tower-http", "reqwest", "ureq"];
const SQL: &[&str] = &[
    "giro-postgres",
    "tokio-postgres",
    "postgres",
    "sqlx",
    "diesel",
];
const NO_NETWORK: &str = "the simulator has no network: a seed must repeat exactly";

const CRATES: &[Crate] = &[
    Crate {
        name: "giro-ledger",
        arrows: &[],
        absences: &[
            Absence {
                packages: &["tokio", "async-std", "smol", "mio", "parking_lot"],
                reason: "the ledger is a pure function: no async, no I/O, no threads",
            },
            Absence {
                packages: &["rand", "rand_core", "getrandom", "fastrand"],
                reason: "the ledger knows no randomness: a replay must give the same state",
            },
            Absence {
                packages: &["chrono", "time", "quanta", "web-time"],
                reason: "the ledger has no clock: it is given `now`",
            },
            Absence {
                packages: &["tracing", "log", "slog"],
                reason: "the ledger answers with values; what is worth a log line, its caller knows",
            },
            Absence {
                packages: &["serde_json", "postcard", "bincode"],
                reason: "spelling is not the ledger's: on the wire it is api's, on disk engine's",
            },
        ],
    },
    Crate {
        name: "giro-journal",
        arrows: &[],
        absences: &[Absence {
            packages: &["giro-ledger", "serde_json"],
            reason: "the journal keeps frames of bytes and does not know what a transfer is",
        }],
    },
    Crate {
        name: "giro-postgres",
        arrows: &["giro-journal", "giro-ledger"],
        absences: &[Absence {
            packages: &["giro-engine"],
            reason: "the database decides nothing: it is one more journal",
        }],
    },
    Crate {
        name: "giro-engine",
        arrows: &["giro-journal", "giro-ledger"],
        absences: &[
            Absence {
                packages: HTTP,
                reason: "the engine answers whoever asks, not only HTTP",
            },
            Absence {
                packages: SQL,
                reason: "the engine knows the journal only as a trait",
            },
        ],
    },
    Crate {
        name: "giro-service",
        arrows: &["giro-engine", "giro-ledger"],
        // A client of HTTP it has, for webhooks: those are called however something was asked.
        absences: &[
            Absence {
                packages: &["axum", "utoipa"],
                reason: "who may do what does not depend on how it was asked",
            },
            Absence {
                packages: SQL,
                reason: "state is a fold over the journal, never a query",
            },
        ],
    },
    Crate {
        name: "giro-api",
        // Engine: only the values it answers with; the service is the way to it.
        arrows: &["giro-engine", "giro-ledger", "giro-service"],
        absences: &[Absence {
            packages: SQL,
            reason: "the interface spells what the service says; it looks up nothing itself",
        }],
    },
    Crate {
        name: "giro-simulator",
        arrows: &["giro-engine", "giro-journal", "giro-ledger"],
        absences: &[
            Absence {
                packages: HTTP,
                reason: NO_NETWORK,
            },
            Absence {
                packages: SQL,
                reason: NO_NETWORK,
            },
            // What tokio needs for sockets: without them it is only channels.
            Absence {
                packages: &["mio", "socket2"],
                reason: NO_NETWORK,
            },
        ],
    },
];

/// Everything that is where it must not be. A crate that is not there yet is left alone.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let exists = |path: &str| files.iter().any(|file| file.path == path);
    thread::scope(|scope| {
        let present = CRATES.iter().filter(|a| exists(&manifest(a.name)));
        let checks: Vec<_> = present.map(|a| scope.spawn(|| check_crate(a))).collect();
        let findings = checks
            .into_iter()
            .map(|check| check.join().expect("no check panics"));
        findings.flatten().collect()
    })
}

fn manifest(name: &str) -> String {
    let folder = name.strip_prefix("giro-").unwrap_or(name);
    format!("crates/{folder}/Cargo.toml")
}

fn check_crate(a: &Crate) -> Vec<Finding> {
    match tree(a.name) {
        Ok(tree) => judge(a, &parse(&tree)),
        Err(error) => vec![Finding::error(&manifest(a.name), 1, format!("{error:#}"))],
    }
}

/// One crate at a time: asked for all at once, cargo would unite the features that each wants.
fn tree(package: &str) -> anyhow::Result<String> {
    let wanted = ["--edges", "normal", "--prefix", "depth", "--format", " {p}"];
    let output = cargo::output(&[&["tree", "--package", package], &wanted[..]].concat())?;
    if !output.status.success() {
        anyhow::bail!(
            "cargo tree: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// One line of the tree.
#[derive(Debug, PartialEq, Eq)]
struct Node<'a> {
    depth: usize,
    name: &'a str,
}

fn parse(tree: &str) -> Vec<Node<'_>> {
    tree.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let depth = words.next()?.parse().ok()?;
            Some(Node {
                depth,
                name: words.next()?,
            })
        })
        .collect()
}

fn judge(a: &Crate, nodes: &[Node<'_>]) -> Vec<Finding> {
    let path = manifest(a.name);
    let ours = nodes
        .iter()
        .filter(|node| node.depth == 1 && node.name.starts_with("giro"));
    let strangers = ours.filter(|node| !a.arrows.contains(&node.name));
    let mut findings: Vec<Finding> = strangers
        .map(|node| {
            let message = format!(
                "{} depends on {}: a new arrow between crates needs its reason, \
                 and a line in xtask/src/tidy/crates.rs",
                a.name, node.name
            );
            Finding::error(&path, 1, message)
        })
        .collect();
    for absence in a.absences {
        let trails = absence
            .packages
            .iter()
            .filter_map(|package| trail(nodes, package));
        let message = |trail: Vec<&str>| format!("{}: {}", trail.join(" → "), absence.reason);
        findings.extend(trails.map(|trail| Finding::error(&path, 1, message(trail))));
    }
    findings
}

/// The way from the root to the first appearance of `package`, if there is one.
fn trail<'a>(nodes: &[Node<'a>], package: &str) -> Option<Vec<&'a str>> {
    let mut trail = Vec::new();
    for node in nodes {
        trail.truncate(node.depth);
        trail.push(node.name);
        if node.name == package {
            return Some(trail);
        }
    }
    None
}

#[cfg(test)]
mod tests;
