//! What is true of [`SyscallInfo`], whatever bytes it is read from.

use sysline::ptrace::{SyscallInfo, SyscallStop};

pub(crate) fn check(bytes: &[u8]) {
    let Some(info) = SyscallInfo::from_bytes(bytes) else {
        return;
    };
    let len = match info.stop {
        SyscallStop::Entry { .. } => 80,
        SyscallStop::Exit { .. } => 33,
        SyscallStop::Seccomp { .. } => 84,
        _ => 24,
    };
    assert!(bytes.len() >= len, "nothing is read that is not there");
    assert_eq!(
        SyscallInfo::from_bytes(&bytes[..len]),
        Some(info),
        "nothing behind it matters"
    );
    let cut = &bytes[..len - 1];
    assert_eq!(SyscallInfo::from_bytes(cut), None, "a byte is missing");
    assert_eq!(SyscallInfo::from_bytes(&info.to_bytes()), Some(info));
}
