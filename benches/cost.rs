//! User instructions that calls cost, each made a thousand times and two thousand times: the difference is a thousand
//! calls and nothing else. `cargo xtask bench cost` runs it and says what a call costs. Owns: the
//! benchmarks' names, `LIBRARY_CALL`.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use gungraun::{library_benchmark, library_benchmark_group, main};
use sysline_cost::{ZERO, ZERO_STR, assembly, libc, nix, of, rustix, sysline, unknown, zero};

macro_rules! benchmarks {
    ($($name:ident($times:ident) $call:expr;)*) => {
        $(
            #[library_benchmark]
            #[bench::thousand(1000)]
            #[bench::two_thousand(2000)]
            fn $name($times: u32) {
                assert!($call, "a call failed");
            }
        )*

        library_benchmark_group!(name = calls, benchmarks = [$($name),*]);
    };
}

benchmarks! {
    assembly_getpid(times) assembly::getpid(times);
    sysline_getpid(times) sysline::getpid(times);
    rustix_getpid(times) rustix::getpid(times);
    nix_getpid(times) nix::getpid(times);
    libc_getpid(times) libc::getpid(times);

    assembly_read(times) assembly::read(times, of(&zero()));
    sysline_read(times) sysline::read(times, of(&zero()));
    rustix_read(times) rustix::read(times, of(&zero()));
    nix_read(times) nix::read(times, of(&zero()));
    libc_read(times) libc::read(times, of(&zero()));

    assembly_open(times) assembly::open(times, unknown(ZERO));
    sysline_open(times) sysline::open(times, unknown(ZERO));
    rustix_open(times) rustix::open(times, unknown(ZERO));
    nix_open(times) nix::open(times, unknown(ZERO));
    libc_open(times) libc::open(times, unknown(ZERO));

    sysline_open_str(times) sysline::open_str(times, unknown(ZERO_STR));
    rustix_open_str(times) rustix::open_str(times, unknown(ZERO_STR));
    nix_open_str(times) nix::open_str(times, unknown(ZERO_STR));

    assembly_fstat(times) assembly::fstat(times, of(&zero()));
    sysline_fstat(times) sysline::fstat(times, of(&zero()));
    rustix_fstat(times) rustix::fstat(times, of(&zero()));
    nix_fstat(times) nix::fstat(times, of(&zero()));
    libc_fstat(times) libc::fstat(times, of(&zero()));
}

main!(library_benchmark_groups = calls);
