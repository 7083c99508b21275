//! What is known of some calls beyond their numbers: hand-written lists of names, each with its claim
//! and its source. A call that isn't in a list is unknown there, not the contrary: a reader must
//! treat it as the worse case. When in doubt, leave a name out.

/// Whether `name` is in `list`, one of the sorted lists here.
pub(crate) fn holds(list: &[&str], name: &str) -> bool {
    list.binary_search(&name).is_ok()
}

/// Names that others have for a call and the kernel's headers do not: theirs, and the kernel's. Go says `fstatat` on
/// arm64 and riscv64 (golang/sys, `unix/zsysnum_linux_arm64.go`).
pub(crate) const OTHER_NAMES: &[(&str, &str)] = &[("fstatat", "newfstatat")];

/// Claim: the result never is an error, whatever the arguments. A value between -4095 and -1 is then
/// a value (an old group id, say) and must not be taken for an errno.
///
/// Source: the calls' man pages (section 2: "always successful", "no error indication") and their
/// bodies in the kernel, which hold no error return that a living caller can see. A kernel built
/// without a call (setfsuid without `CONFIG_MULTIUSER`) still answers `ENOSYS`.
///
/// - `brk` answers a refusal with the old break. Alpha's, `osf_brk`, answers `ENOMEM`: it is the one
///   exception here, on an architecture that Rust has no Linux target for.
/// - `getx…` are alpha's pairs of ids.
/// - Not here: `pause` (always `EINTR`), `munlockall` (`EINTR`), `personality` (its man page speaks of
///   errors), `getpriority` (`ESRCH`).
pub(crate) const CANNOT_FAIL: &[&str] = &[
    "alarm",
    "brk",
    "exit",
    "exit_group",
    "getegid",
    "getegid32",
    "geteuid",
    "geteuid32",
    "getgid",
    "getgid32",
    "getpagesize",
    "getpgrp",
    "getpid",
    "getppid",
    "gettid",
    "getuid",
    "getuid32",
    "getxgid",
    "getxpid",
    "getxuid",
    "sched_yield",
    "set_tid_address",
    "setfsgid",
    "setfsgid32",
    "setfsuid",
    "setfsuid32",
    "sync",
    "umask",
];

/// Claim: given plain numbers in every argument, whatever they are, the call breaks neither the
/// memory safety nor the I/O safety of its caller: none of them is an address or a descriptor, and
/// nothing that the process has mapped or opened changes. A new descriptor may come out of it.
///
/// Source: the calls' prototypes (`SYSCALL_DEFINE…` in the kernel) and man pages.
///
/// Not here, though they take numbers only:
/// - `tgkill`, `tkill`: glibc's handlers of its own signals 32 and 33 trust a signal that the same
///   process sent by them (`SI_TKILL`), and 33's then reads through a pointer that is stale or null
///   (`nptl/nptl_setxid.c`); one sent by `kill` they ignore.
/// - `exit`: ends one thread without dropping what is on its stack.
/// - `unshare`: `CLONE_FILES` takes the thread's descriptors away from their owners.
/// - `fork`, `vfork`; `personality`, `pkey_alloc`, `pkey_free`, `iopl`: change how memory may be used.
/// - `timer_delete`: takes another owner's timer by its number.
/// - `setuid` and its kin: of one thread only, behind libc's back.
pub(crate) const HARMLESS: &[&str] = &[
    "alarm",
    "epoll_create",
    "epoll_create1",
    "eventfd",
    "eventfd2",
    "exit_group",
    "fanotify_init",
    "getegid",
    "getegid32",
    "geteuid",
    "geteuid32",
    "getgid",
    "getgid32",
    "getpagesize",
    "getpgid",
    "getpgrp",
    "getpid",
    "getppid",
    "getpriority",
    "getsid",
    "gettid",
    "getuid",
    "getuid32",
    "getxgid",
    "getxpid",
    "getxuid",
    "inotify_init",
    "inotify_init1",
    "ioprio_get",
    "ioprio_set",
    "kill",
    "membarrier",
    "memfd_secret",
    "mlockall",
    "msgget",
    "munlockall",
    "nice",
    "pause",
    "pidfd_open",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "sched_getscheduler",
    "sched_yield",
    "semget",
    "setpgid",
    "setpriority",
    "setsid",
    "shmget",
    "socket",
    "sync",
    "timerfd_create",
    "umask",
    "userfaultfd",
];

/// Claim: of the buffers (an address and a length, or an array and its count) that the call is given,
/// those that an array of `iovec`s names too, the kernel only reads the bytes, or takes the mere
/// range of addresses and neither writes nor remaps it. So a shared borrow (`&[u8]`) is enough.
///
/// Source: the calls' prototypes (`const … __user *`) or, where those lack the `const`, their bodies:
/// `copy_from_user`, `copy_struct_from_user`, `import_iovec(ITER_SOURCE, …)`.
///
/// Not here:
/// - `vmsplice`: on the reading end of a pipe it writes to the buffers.
/// - `madvise`, `mprotect`, `mseal`, `munmap`: change what a range holds or how it may be used.
/// - `sendmmsg`, `sched_setattr`, `perf_event_open`, `clone3`: write to their structs, or through
///   addresses in them. `setsockopt`: netfilter's options do so too.
/// - `msgsnd`: the message's type comes on top of the length.
/// - `mbind`, `set_mempolicy`, `migrate_pages`: the length counts bits.
/// - `bpf`, `ioctl`, `keyctl`, `process_vm_writev`: mixed.
pub(crate) const READS_BUFFERS: &[&str] = &[
    "add_key",
    "bind",
    "connect",
    "file_setattr",
    "fsetxattr",
    "init_module",
    "landlock_create_ruleset",
    "lsetxattr",
    "lsm_set_self_attr",
    "mlock",
    "mlock2",
    "mount_setattr",
    "mq_timedsend",
    "mq_timedsend_time64",
    "msync",
    "munlock",
    "openat2",
    "pwrite64",
    "pwritev",
    "pwritev2",
    "sched_setaffinity",
    "semop",
    "semtimedop",
    "semtimedop_time64",
    "send",
    "sendto",
    "setdomainname",
    "setgroups",
    "setgroups32",
    "sethostname",
    "setxattr",
    "setxattrat",
    "write",
    "writev",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_unique_and_of_real_calls() {
        for list in [CANNOT_FAIL, HARMLESS, READS_BUFFERS] {
            assert!(list.is_sorted_by(|a, b| a < b), "{list:?}");
            for name in list {
                assert!(crate::find(name).is_some(), "{name} is no call");
            }
        }
    }
}
