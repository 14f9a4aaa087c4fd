//! The program from outside: it is started, asked, killed and looked at as its users do it.

mod dev;
mod server;
mod starts;
mod verify;
