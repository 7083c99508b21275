//! When a test may leave something out: in an emulator that does not know a call, and nowhere else. Owns: how an
//! emulator is told from a kernel, and the words that `.ci/targets` collects. Must not know the calls. Test crates
//! include it with `#[path]`.

use std::io::Write;

/// Its value names the emulator that the tests run in. Only `.ci/targets` sets it.
const EMULATOR: &str = "SYSLINE_EMULATOR";

/// Says that the running test leaves something out in an emulator, and is true. It stands behind the one condition that
/// excuses the test: `if result == Err(Errno::ENOSYS) && skipped("...") { return; }`.
///
/// # Panics
///
/// Where a kernel has answered: what is tested works on every one that the tests are run on.
#[must_use]
#[track_caller]
pub(crate) fn skipped(reason: &str) -> bool {
    let emulated = std::env::var_os(EMULATOR).is_some();
    let thread = std::thread::current();
    let line = excuse(emulated, thread.name().unwrap_or("?"), reason);
    // Not by a macro: what those print in a copy of the process is kept in its memory, and lost with it.
    let _ = writeln!(std::io::stderr(), "{line}");
    true
}

/// The line that says so: `skipped: TEST: REASON`.
#[track_caller]
pub(crate) fn excuse(emulated: bool, test: &str, reason: &str) -> String {
    assert!(emulated, "not in an emulator, and yet: {reason}");
    format!("skipped: {test}: {reason}")
}
