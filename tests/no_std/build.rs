//! Links without a C library and without its start files, to a program that stands where it was linked to stand: nobody
//! would relocate it.

fn main() {
    // Words that mean this to a C compiler, by which most targets are linked, and to `rust-lld` alike.
    for argument in ["-nostdlib", "-static", "-no-pie"] {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
}
