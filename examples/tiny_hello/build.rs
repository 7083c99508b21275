//! Links without a C library and without its start files, to a small program that stands where it was linked to stand.

fn main() {
    // Words that mean this to a C compiler, by which most targets are linked, and to `rust-lld` alike. The last four: what
    // is in memory need not begin on a page of its own in the file, and nothing is written before the start that would
    // have to be protected after it.
    for argument in [
        "-nostdlib",
        "-static",
        "-no-pie",
        "-z",
        "noseparate-code",
        "-z",
        "norelro",
    ] {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
    // Nobody asks which build it is. `rust-lld` leaves that out by itself.
    let linker = std::env::var("RUSTC_LINKER").unwrap_or_default();
    if !linker.ends_with("lld") {
        println!("cargo::rustc-link-arg-bins=-Wl,--build-id=none");
    }
}
