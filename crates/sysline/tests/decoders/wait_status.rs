//! What holds for the status of a child, whatever its bits are. Owns: the properties. A test of random bytes and a fuzz
//! target include it with `#[path]`.

use sysline::process::WaitStatus;
use sysline::signal::Signal;

/// Takes the first four bytes for a status.
pub(crate) fn check(bytes: &[u8]) {
    let Some(bytes) = bytes.first_chunk::<4>() else {
        return;
    };
    let number = i32::from_ne_bytes(*bytes);
    let status = WaitStatus::from_raw(number);
    assert_eq!(status.raw(), number);

    let kinds = [
        status.exited(),
        status.signaled(),
        status.stopped(),
        status.continued(),
    ];
    let none = number & 0xFF == 0xFF && number != 0xFFFF;
    let count = kinds.iter().filter(|&&kind| kind).count();
    assert_eq!(count, usize::from(!none), "{status:?}: {kinds:?}");

    assert_eq!(status.exit_status().is_some(), status.exited());
    assert!(!status.core_dump() || status.signaled());
    assert!(status.term_signal().is_none() || status.signaled());
    assert!(status.stop_signal().is_none() || status.stopped());
    assert!(!status.syscall_stop() || status.stop_signal() == Some(Signal::TRAP));
    assert!(status.trap_cause().is_none() || status.stop_signal() == Some(Signal::TRAP));
    // SIGTRAP is 5 everywhere; with 0x80 it is that of a system call.
    assert_eq!(status.syscall_stop(), number & 0xFFFF == 0x857F);
    let cause = (number & 0xFFFF == 0x057F).then_some((number >> 16) as u16);
    assert_eq!(status.trap_cause(), cause);
    assert!(
        status
            .ptrace_event()
            .is_none_or(|event| event.raw() != 0 && status.stopped())
    );

    // What says something says all of it: the bits that it does not say anything about are the only ones that may differ.
    let again = if let Some(exit) = status.exit_status() {
        number & !0xFF7F | i32::from(exit) << 8
    } else if let Some(signal) = status.term_signal() {
        number & !0xFF | signal.raw() | i32::from(status.core_dump()) << 7
    } else if let (Some(signal), false) = (status.stop_signal(), status.syscall_stop()) {
        status.ptrace_event().map_or(0, |event| event.raw()) << 16 | signal.raw() << 8 | 0x7F
    } else {
        number
    };
    assert_eq!(again, number, "{status:?}");
    assert!(!status.to_string().is_empty());
}
