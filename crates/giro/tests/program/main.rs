//! The program from outside: it is started, asked, killed and looked at as its users do it.

mod cli;
mod controls;
mod crash;
mod crash_controls;
mod crash_treasury;
mod demo;
mod dev;
mod examples;
mod full;
mod http;
mod mount;
mod pages;
mod remote;
mod server;
mod starts;
mod treasury;
mod verify;
mod webhooks;
