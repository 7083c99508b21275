//! Mounts: file systems in the tree of files.
//!
//! Owns: calls on mounts, the older ones and those by descriptor. This file is read by the compiler and by `sysline
//! gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in `mount/lines.rs`.
