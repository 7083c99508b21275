//! Makes the DLL, puts it beside the program where the loader finds it, and makes the wrappers.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};
use sysline_codegen::{Build, Os};

fn main() {
    println!("cargo::rerun-if-changed=vendor.c");
    Build::new()
        .os(Os::Windows)
        .types("crate::types")
        .file("src/lines.txt")
        .write("lines.rs");
    Build::new()
        .os(Os::Windows)
        .lazy()
        .file("src/lazy.txt")
        .write("lazy.rs");
    if env::var_os("CARGO_CFG_WINDOWS").is_none() {
        println!("cargo::warning=there is a DLL on Windows alone: nothing is tested");
        return;
    }
    let arch = env::var("CARGO_CFG_TARGET_ARCH").expect("cargo tells the target");
    let compiler = match arch.as_str() {
        "x86" => "i686-w64-mingw32-gcc".to_string(),
        arch => format!("{arch}-w64-mingw32-gcc"),
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo tells the folder"));
    let dll = out.join("sysline_vendor.dll");
    // The names without the size of their parameters, as the system's DLLs have them.
    let status = Command::new(&compiler)
        .args([
            "-shared",
            "-O1",
            "-Wall",
            "-Werror",
            "-Wl,--kill-at",
            "vendor.c",
            "-o",
        ])
        .arg(&dll)
        .status()
        .unwrap_or_else(|error| panic!("{compiler}: {error}; it is in Debian's gcc-mingw-w64"));
    assert!(status.success(), "{compiler} has failed");
    // OUT_DIR is `PROFILE/build/PACKAGE/out`; programs are in `PROFILE`, tests in `PROFILE/deps`.
    let profile = out.ancestors().nth(3).expect("cargo's folders");
    for folder in [profile, &profile.join("deps")] {
        copy(&dll, &folder.join("sysline_vendor.dll"));
        // Nobody imports this one.
        copy(&dll, &folder.join("sysline_planted.dll"));
    }
}

fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
}
