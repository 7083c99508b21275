//! The parts of the example `web_server`, whose tests stand beside them and are run here: cargo builds an example either as its
//! users run it, which `tests/web_server.rs` needs, or with its tests.

#![cfg(all(target_os = "linux", feature = "std", feature = "macros"))]
#![allow(dead_code)] // nobody serves here

#[path = "../../../examples/web_server/args.rs"]
mod args;
#[path = "../../../examples/web_server/connection.rs"]
mod connection;
#[path = "../../../examples/web_server/date.rs"]
mod date;
#[path = "../../../examples/web_server/files.rs"]
mod files;
#[path = "../../../examples/web_server/path.rs"]
mod path;
#[path = "../../../examples/web_server/request.rs"]
mod request;
#[path = "../../../examples/web_server/response.rs"]
mod response;
#[path = "../../../examples/web_server/socket.rs"]
mod socket;
#[path = "../../../examples/web_server/table.rs"]
mod table;
#[path = "../../../examples/web_server/worker.rs"]
mod worker;
