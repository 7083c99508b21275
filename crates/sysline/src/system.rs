//! The machine: its names, what it has, and how it is stopped.
//!
//! Owns: what is said of and to the kernel as a whole. This file is read by the compiler and by `sysline gen`:
//! hand-written code comes first, then the `//sys` lines, whose wrappers are in `system/lines.rs`.
