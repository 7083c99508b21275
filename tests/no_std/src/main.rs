//! A program with neither `std` nor a C library: it makes calls of all kinds, sees what the kernel did, and says so.
//! Its exit code is 0 when all of that is right; what is not is told on standard error, by its name. It is the proof
//! that the runtime is right on an architecture, also on one that has no C library here. `.ci/run` runs it on the
//! machine's own, `.ci/bare` on all.
#![no_std]
#![no_main]
// Inline assembly for mips is not stable: there the program needs a nightly compiler.
#![cfg_attr(target_arch = "mips64", feature(asm_experimental_arch))]

mod calls;
mod files;
mod memory;
mod report;
mod start;
mod waiting;

use report::Report;
use sysline::Result;
use sysline::process::exit_group;

/// A group of checks. An error is of a call that the group can't do without.
type Check = fn(&mut Report) -> Result<()>;

const CHECKS: &[(&str, Check)] = &[
    ("descriptors and strings", calls::descriptors_and_strings),
    ("numbers of arguments", calls::numbers_of_arguments),
    ("registers", calls::registers_are_kept),
    ("clone", calls::clone_writes_both_ids),
    ("files beyond 4 GiB", files::beyond_4_gib),
    ("a hole beyond 4 GiB", files::hole_beyond_4_gib),
    ("advice beyond 4 GiB", files::advice_beyond_4_gib),
    ("vectors beyond 4 GiB", files::vectors_beyond_4_gib),
    ("a mapping beyond 4 GiB", files::mapping_beyond_4_gib),
    ("times past 2038", files::times_past_2038),
    ("clocks", waiting::clocks),
    ("poll and select", waiting::poll_and_select),
    ("signals while waiting", waiting::signals_while_waiting),
];

/// What the program's first instructions call, with the address of its arguments' number.
extern "C" fn start(arguments: *const usize) -> ! {
    let mut report = Report::default();
    // SAFETY: the kernel has left it there.
    report.is("arguments", unsafe { *arguments }, 1);
    for (name, check) in CHECKS {
        if let Err(errno) = check(&mut report) {
            report.wrong(name, format_args!("{errno:?}"));
        }
    }
    exit_group(report.end())
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    report::line(report::ERROR, format_args!("wrong: {info}"));
    exit_group(101)
}

/// Asked for by `core`, which is built to unwind, and never called: a panic here ends the program.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// Asked for by arm's tables for unwinding, and never called either (Exception Handling ABI for the Arm Architecture,
/// "Personality routine exception-handling table entries").
#[cfg(target_arch = "arm")]
mod unwinding {
    #[unsafe(no_mangle)]
    extern "C" fn __aeabi_unwind_cpp_pr0() {}
    #[unsafe(no_mangle)]
    extern "C" fn __aeabi_unwind_cpp_pr1() {}
}
