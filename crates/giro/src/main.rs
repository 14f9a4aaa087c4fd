//! Giro: internal transfers over one durable ledger.
//!
//! This is the program: configuration, wiring and sub-commands. It must not contain a rule of any
//! kind: who may do what is the service's, money is the ledger's, spelling is the interfaces'.
//!
//! | Module | What is in it |
//! |---|---|
//! | [`cli`] | the sub-commands, and how a failure becomes an exit code |
//! | [`config`] | what `serve` is told by flags, environment and file |
//! | [`serve`] | `giro serve`: opens the data, listens, stops |
//! | [`dev`] | `giro serve --dev`: the sandbox books and `dev.json` |
//! | [`verify`] | `giro verify`: recomputes everything from the log |
//! | [`remote`] | `giro book`, `account`, `transfer` and so on: a client of a running server |
//! | [`demo`] | `giro demo`: watches money move, and a server die |
//! | [`mod@bench`] | `giro bench`: how fast, beside what the machine could do |
//! | [`output`], [`progress`], [`logs`] | tables, bars and log lines |

mod bench;
mod cli;
mod config;
mod demo;
mod dev;
mod logs;
mod output;
mod progress;
mod remote;
mod serve;
mod verify;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
