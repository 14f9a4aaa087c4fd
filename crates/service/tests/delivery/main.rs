//! Webhooks, told over real connections on loopback.

mod limits;
mod once;
mod receiver;
mod restarts;
mod retries;
mod world;
