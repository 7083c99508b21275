//! Makes the wrappers.

fn main() {
    sysline_codegen::Build::new()
        .file("src/calls.rs")
        .types("super")
        .write("lines.rs");
}
