//! Tracing: a process that another one stops, reads and changes.
//!
//! Owns: ptrace(2) by request, and the memory of other processes. This file is read by the compiler and by `sysline
//! gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in `ptrace/lines.rs`.
