//! Rust from checked `//sys` lines.
//!
//! Owns: what a wrapper looks like (`wrapper.rs`, with the body for each system in a file of its own), the file
//! around the wrappers (`file.rs`), and the ways to ask for it: [`generate()`] for the command, [`Build`] for build
//! scripts, [`items()`] for the macro. It sees only checked models: what is right is `sysline-syntax`'s to say.
//!
//! A build script:
//!
//! ```no_run
//! // In `main` of build.rs; the crate then has `mod lines { include!(concat!(env!("OUT_DIR"), "/lines.rs")); }`
//! sysline_codegen::Build::new().file("src/calls.rs").write("lines.rs");
//! ```

mod build_script;
mod file;
mod generate;
mod linux;
mod mentions;
mod output;
mod outs;
#[cfg(feature = "render")]
mod render;
mod windows;
mod wrapper;

pub use build_script::Build;
pub use file::file;
pub use generate::{Binding, Input, Options, generate, parse_all};
pub use mentions::{PRELUDE, WINDOWS_PRELUDE, mentioned};
pub use output::Output;
#[cfg(feature = "render")]
pub use render::render;
pub use sysline_syntax::Os;
pub use windows::collisions;
pub use wrapper::items;
