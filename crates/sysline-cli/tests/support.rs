//! What the tests of several crates share, `tests/support`, does as it says.

#[path = "../../../tests/support/emulator.rs"]
#[allow(dead_code)] // `skipped` itself would be counted as a test that was skipped
mod emulator;
#[path = "../../../tests/support/runner.rs"]
mod runner;

use std::path::Path;

/// The runner of a program, where aarch64 has one with arguments and another target has none.
fn runner_of(path: &str) -> Vec<String> {
    runner::runner(Path::new(path), |variable| match variable {
        "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER" => Some("qemu  -L /lib ".into()),
        "CARGO_TARGET_THUMBV8M_MAIN_NONE_EABI_RUNNER" => Some("probe".into()),
        "CARGO_TARGET_I686_UNKNOWN_LINUX_GNU_RUNNER" => Some(String::new()),
        _ => None,
    })
}

#[cfg(unix)] // elsewhere there is none
#[test]
fn a_runner_is_that_of_the_program_s_target() {
    let qemu = ["qemu", "-L", "/lib"];
    assert_eq!(runner_of("/t/aarch64-unknown-linux-gnu/debug/x"), qemu);
    let example = "/t/aarch64-unknown-linux-gnu/release/examples/x";
    assert_eq!(runner_of(example), qemu);
    assert_eq!(runner_of("/t/thumbv8m.main-none-eabi/debug/x"), ["probe"]);
}

#[test]
fn without_a_runner_a_program_runs_by_itself() {
    for path in [
        "/t/target/debug/x",
        "/t/riscv64gc-unknown-linux-gnu/debug/x",
        "/t/i686-unknown-linux-gnu/debug/x",
        // Not built for it: the checkout only lies there.
        "/aarch64-unknown-linux-gnu/sysline/target/debug/x",
        "/aarch64-unknown-linux-gnu/x",
        "x",
    ] {
        assert_eq!(runner_of(path), [""; 0], "{path}");
    }
    let command = runner::program("target/debug/x");
    assert_eq!(command.get_program(), "target/debug/x");
    assert_eq!(command.get_args().count(), 0);
}

#[test]
fn an_emulator_excuses() {
    assert_eq!(
        emulator::excuse(true, "a_test", "no such call"),
        "skipped: a_test: no such call"
    );
}

#[test]
#[should_panic = "no such call"]
fn a_kernel_does_not() {
    emulator::excuse(false, "a_test", "no such call");
}
