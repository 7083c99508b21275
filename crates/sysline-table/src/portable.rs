//! The calls that are not the same everywhere: how each architecture makes a call that a line declares as the 64-bit
//! kernels have it. A hand-written list; owns what it says and how a form is chosen. Knows nothing of registers.
//!
//! A line is written once, and means the same on every architecture: times are `struct __kernel_timespec`, offsets and
//! sizes of files have 64 bits, user ids 32, limits are `struct rlimit64`, and a call that newer architectures never
//! had is made through the one that took its place. A row here says by which call, and with its arguments in which
//! order. Of the forms of a row the first holds whose call the architecture has and whose condition is met; where none
//! holds, the call is not there.
//!
//! Sources: `SYSCALL_DEFINE`s and `syscall.tbl`s of Linux 7.2; its `Documentation/process/adding-syscalls.rst`; a
//! row's own where it says one.

use crate::arch::Arch;
use crate::call::{Sysno, number_of, same};

/// A call as lines declare it, and how it is made.
#[derive(Debug)]
pub struct Portable {
    /// Its name, as in a line.
    pub name: &'static str,
    /// Its arguments, a buffer's address and its length being two.
    pub params: &'static [Param],
    /// The ways to make it, the best first.
    pub forms: &'static [Form],
}

/// An argument of a [`Portable`] call.
#[derive(Debug)]
pub struct Param {
    /// The kernel's or the manual's name for it.
    pub name: &'static str,
    /// Whether it is a number of 64 bits on every architecture.
    pub wide: bool,
}

/// One way to make a call.
#[derive(Debug)]
pub struct Form {
    /// The kernel's name of the call that is made.
    pub call: &'static str,
    /// Where it may be used, if the architecture has the call.
    pub on: On,
    /// What it is given.
    pub pieces: &'static [Piece],
    /// Whether it is given the address of an array of the pieces, and not the pieces.
    pub in_memory: bool,
}

/// Where a form may be used.
#[derive(Clone, Copy, Debug)]
pub enum On {
    /// Wherever its call is.
    All,
    /// Where a register has 32 bits.
    Narrow,
    /// Where a register has 64 bits.
    Broad,
    /// There only.
    Only(&'static [Arch]),
}

/// What a form's call is given. The number is the index of the [`Portable`]'s parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The argument.
    Argument(usize),
    /// Always this number.
    Number(isize),
    /// The low half of the argument; all of it where a register has 64 bits.
    Low(usize),
    /// The high half of the argument; zero where a register has 64 bits.
    High(usize),
    /// The argument in units of 4,096 bytes.
    Pages(usize),
    /// The argument with `O_LARGEFILE`, which 64-bit kernels imply.
    LargeFile(usize),
    /// The argument with `IPC_64` (`linux/ipc.h`, 0x100).
    Ipc64(usize),
    /// An operation of `fcntl`: those on locks, 5 to 7, are 12 to 14 (`F_GETLK64` in `asm-generic/fcntl.h`).
    Lock(usize),
}

impl Portable {
    /// How `arch` makes the call; `None` where it can't.
    #[must_use]
    pub const fn form(&self, arch: Arch) -> Option<&'static Form> {
        let mut at = 0;
        while at < self.forms.len() {
            let form = &self.forms[at];
            if form.on.holds(arch) && number_of(form.call, arch).is_some() {
                return Some(form);
            }
            at += 1;
        }
        None
    }
}

impl Form {
    /// The call that is made, with its number on `arch`.
    ///
    /// # Panics
    ///
    /// Where `arch` lacks it: [`Portable::form`] gives no such form.
    #[must_use]
    pub const fn sysno(&self, arch: Arch) -> Sysno {
        match number_of(self.call, arch) {
            Some(number) => Sysno::new(number, self.call),
            None => panic!("the architecture lacks the call"),
        }
    }
}

impl On {
    const fn holds(self, arch: Arch) -> bool {
        match self {
            On::All => true,
            On::Narrow => arch.register_bits() == 32,
            On::Broad => arch.register_bits() == 64,
            On::Only(list) => {
                let mut at = 0;
                while at < list.len() {
                    if list[at] as usize == arch as usize {
                        return true;
                    }
                    at += 1;
                }
                false
            }
        }
    }
}

/// Every row, sorted by name.
#[must_use]
pub const fn portables() -> &'static [Portable] {
    PORTABLES
}

/// The row of that name; `None` for a call that is the same everywhere.
#[must_use]
pub fn portable(name: &str) -> Option<&'static Portable> {
    PORTABLES.iter().find(|row| row.name == name)
}

/// The index of a name's row in [`portables`], for a program that is being compiled.
///
/// # Panics
///
/// Where there is no such row.
#[must_use]
pub const fn index(name: &str) -> usize {
    let mut at = 0;
    while at < PORTABLES.len() {
        if same(PORTABLES[at].name, name) {
            return at;
        }
        at += 1;
    }
    panic!("the table of portable calls has no such row")
}

/// The index of a parameter.
const fn position(params: &[Param], name: &str) -> usize {
    let mut at = 0;
    while at < params.len() {
        if same(params[at].name, name) {
            return at;
        }
        at += 1;
    }
    panic!("a form names what is no parameter of its call")
}

/// Makes [`PORTABLES`] and the macro `portable_calls!` from the rows.
///
/// `$d` is a dollar sign, which `portable_calls!` needs and a macro can't make.
macro_rules! portables {
    ($d:tt $(
        $constant:ident $name:ident ( $( $param:ident $( : $bits:tt )? ),* ) {
            $( $call:ident ( $( $piece:tt ),* ) $( in $memory:tt )? $( on $on:expr )?; )+
        }
    )*) => {
        static PORTABLES: &[Portable] = &[$({
            const PARAMS: &[Param] = &[$( Param { name: stringify!($param), wide: wide!($( $bits )?) } ),*];
            Portable {
                name: stringify!($name),
                params: PARAMS,
                forms: &[$( Form {
                    call: stringify!($call),
                    on: on!($( $on )?),
                    pieces: &[$( piece!(PARAMS, $piece) ),*],
                    in_memory: in_memory!($( $memory )?),
                } ),+],
            }
        }),*];

        /// Hands every portable call to a macro of the caller's, as `CONSTANT name(params) { [form] [form] }` each.
        ///
        /// ```
        /// macro_rules! names {
        ///     ($( $constant:ident $name:ident ($($param:tt)*) { $( [$($form:tt)*] )* } )*) => {
        ///         [$( stringify!($name) ),*]
        ///     };
        /// }
        /// assert!(sysline_table::portable_calls!(names).contains(&"ftruncate"));
        /// ```
        #[macro_export]
        macro_rules! portable_calls {
            ($d then:ident) => {
                $d then! { $(
                    $constant
                    $name( $( $param ),* ) {
                        $( [$call( $( $piece ),* ) $( in $memory )? $( on $on )?] )+
                    }
                )* }
            };
        }
    };
}

macro_rules! wide {
    () => {
        false
    };
    (64) => {
        true
    };
}

macro_rules! on {
    () => {
        On::All
    };
    ($on:expr) => {
        $on
    };
}

macro_rules! in_memory {
    () => {
        false
    };
    (memory) => {
        true
    };
}

macro_rules! piece {
    ($params:ident, $name:ident) => {
        Piece::Argument(position($params, stringify!($name)))
    };
    ($params:ident, (low $name:ident)) => {
        Piece::Low(position($params, stringify!($name)))
    };
    ($params:ident, (high $name:ident)) => {
        Piece::High(position($params, stringify!($name)))
    };
    ($params:ident, (pages $name:ident)) => {
        Piece::Pages(position($params, stringify!($name)))
    };
    ($params:ident, (large $name:ident)) => {
        Piece::LargeFile(position($params, stringify!($name)))
    };
    ($params:ident, (ipc64 $name:ident)) => {
        Piece::Ipc64(position($params, stringify!($name)))
    };
    ($params:ident, (lock $name:ident)) => {
        Piece::Lock(position($params, stringify!($name)))
    };
    ($params:ident, $number:tt) => {
        Piece::Number($number)
    };
}

use Arch::{
    Aarch64, Arm, Loongarch64, MipsN32, MipsN64, MipsO32, Powerpc, Powerpc64, Riscv32, Riscv64,
    S390x, X86, X86_64,
};
use On::{Broad, Narrow, Only};

/// `AT_FDCWD` (`linux/fcntl.h`): a path that is not absolute starts at the current folder.
const CWD: isize = -100;
/// `AT_SYMLINK_NOFOLLOW` (`linux/fcntl.h`).
const NOFOLLOW: isize = 0x100;
/// `AT_REMOVEDIR` (`linux/fcntl.h`).
const REMOVEDIR: isize = 0x200;
/// `SIGCHLD` (`asm-generic/signal.h`): that of the architectures without `fork`.
const SIGCHLD: isize = 17;
/// `O_CREAT | O_WRONLY | O_TRUNC` (`asm-generic/fcntl.h`).
const CREATED: isize = 0o1101;
/// `CLOCK_REALTIME` and `CLOCK_MONOTONIC` (`linux/time.h`).
const REALTIME: isize = 0;
const MONOTONIC: isize = 1;

/// Architectures whose `clone` has the fourth argument of others as its fifth (`CONFIG_CLONE_BACKWARDS`).
const BACKWARDS: On = Only(&[
    Arm, Aarch64, MipsO32, MipsN32, MipsN64, Powerpc, Powerpc64, Riscv32, Riscv64, X86,
]);
/// Architectures whose `clone` has its arguments in the order of `kernel/fork.c`.
const FORWARDS: On = Only(&[Loongarch64, X86_64]);
/// Architectures where the call's arguments fit into six registers: on 32-bit mips they take seven.
const NO_SEVENTH: On = Only(&[
    Aarch64,
    Loongarch64,
    MipsN64,
    Riscv32,
    Riscv64,
    S390x,
    X86,
    X86_64,
]);

/// Architectures whose calls of System V IPC were there before those of x86 (Linux 5.1), and need `IPC_64` for structures
/// with 32-bit ids (`ARCH_WANT_IPC_PARSE_VERSION`, `sys_old_semctl`).
const OLD_IPC: On = Only(&[Arm, MipsN32, MipsN64]);
/// Architectures whose `pipe` writes both descriptors to memory: others return one of them in a second register.
const ONE_RESULT: On = Only(&[Arm, Powerpc, Powerpc64, S390x, X86, X86_64]);

portables! { $
    _LLSEEK _llseek(fd, offset_high, offset_low, result, whence) {
        _llseek(fd, offset_high, offset_low, result, whence);
        llseek(fd, offset_high, offset_low, result, whence);
    }
    ACCEPT accept(fd, addr, addrlen) {
        accept(fd, addr, addrlen);
        accept4(fd, addr, addrlen, {0});
    }
    ACCESS access(path, mode) {
        access(path, mode);
        faccessat({CWD}, path, mode);
    }
    ADJTIMEX adjtimex(timex) {
        clock_adjtime64({REALTIME}, timex);
        adjtimex(timex) on Broad;
    }
    CHMOD chmod(path, mode) {
        chmod(path, mode);
        fchmodat({CWD}, path, mode);
    }
    CHOWN chown(path, owner, group) {
        chown32(path, owner, group);
        chown(path, owner, group);
        fchownat({CWD}, path, owner, group, {0});
    }
    CLOCK_ADJTIME clock_adjtime(clock, timex) {
        clock_adjtime64(clock, timex);
        clock_adjtime(clock, timex) on Broad;
    }
    CLOCK_GETRES clock_getres(clock, resolution) {
        clock_getres_time64(clock, resolution);
        clock_getres(clock, resolution) on Broad;
    }
    CLOCK_GETTIME clock_gettime(clock, time) {
        clock_gettime64(clock, time);
        clock_gettime(clock, time) on Broad;
    }
    CLOCK_NANOSLEEP clock_nanosleep(clock, flags, time, remaining) {
        clock_nanosleep_time64(clock, flags, time, remaining);
        clock_nanosleep(clock, flags, time, remaining) on Broad;
    }
    CLOCK_SETTIME clock_settime(clock, time) {
        clock_settime64(clock, time);
        clock_settime(clock, time) on Broad;
    }
    CLONE clone(flags, stack, parent_tid, child_tid, tls) {
        clone(stack, flags, parent_tid, child_tid, tls) on Only(&[S390x]);
        clone(flags, stack, parent_tid, tls, child_tid) on BACKWARDS;
        clone(flags, stack, parent_tid, child_tid, tls) on FORWARDS;
    }
    CREAT creat(path, mode) {
        openat({CWD}, path, {CREATED | 0o100_000}, mode) on Only(&[X86, Riscv32]);
        openat({CWD}, path, {CREATED | 0o400_000}, mode) on Only(&[Arm]);
        openat({CWD}, path, {CREATED | 0o200_000}, mode) on Only(&[Powerpc]);
        creat(path, mode) on Broad;
        openat({CWD}, path, {CREATED}, mode) on Broad;
    }
    EPOLL_CREATE epoll_create(size) {
        epoll_create(size);
        epoll_create1({0});
    }
    EPOLL_WAIT epoll_wait(epfd, events, maxevents, timeout) {
        epoll_wait(epfd, events, maxevents, timeout);
        epoll_pwait(epfd, events, maxevents, timeout, {0}, {0});
    }
    EVENTFD eventfd(initval) {
        eventfd(initval);
        eventfd2(initval, {0});
    }
    FADVISE64 fadvise64(fd, offset: 64, len: 64, advice) {
        arm_fadvise64_64(fd, advice, offset, len);
        fadvise64_64(fd, advice, offset, len) on Only(&[Powerpc]);
        fadvise64_64(fd, offset, len, advice) on Only(&[X86, Riscv32]);
        fadvise64(fd, offset, len, advice) on Broad;
    }
    FALLOCATE fallocate(fd, mode, offset: 64, len: 64) {
        fallocate(fd, mode, offset, len);
    }
    FANOTIFY_INIT fanotify_init(flags, event_flags) {
        fanotify_init(flags, (large event_flags)) on Narrow;
        fanotify_init(flags, event_flags) on Broad;
    }
    FANOTIFY_MARK fanotify_mark(fd, flags, mask: 64, dirfd, pathname) {
        fanotify_mark(fd, flags, mask, dirfd, pathname);
    }
    FCHOWN fchown(fd, owner, group) {
        fchown32(fd, owner, group);
        fchown(fd, owner, group);
    }
    FCNTL fcntl(fd, op, arg) {
        fcntl64(fd, (lock op), arg) on Narrow;
        fcntl(fd, op, arg) on Broad;
    }
    FORK fork() {
        fork();
        clone({SIGCHLD}, {0}, {0}, {0}, {0});
    }
    FSTAT fstat(fd, stat) {
        fstat(fd, stat) on Broad;
    }
    FSTATFS fstatfs(fd, stat) {
        fstatfs(fd, stat) on Broad;
    }
    FTRUNCATE ftruncate(fd, length: 64) {
        ftruncate64(fd, length);
        ftruncate(fd, length) on Broad;
    }
    FUTEX futex(uaddr, op, val, timeout, uaddr2, val3) {
        futex_time64(uaddr, op, val, timeout, uaddr2, val3);
        futex(uaddr, op, val, timeout, uaddr2, val3) on Broad;
    }
    FUTIMESAT futimesat(dirfd, path, times) {
        futimesat(dirfd, path, times) on Broad;
    }
    GETEGID getegid() {
        getegid32();
        getegid();
    }
    GETEUID geteuid() {
        geteuid32();
        geteuid();
    }
    GETGID getgid() {
        getgid32();
        getgid();
    }
    GETGROUPS getgroups(size, list) {
        getgroups32(size, list);
        getgroups(size, list);
    }
    GETPGRP getpgrp() {
        getpgrp();
        getpgid({0});
    }
    GETRESGID getresgid(rgid, egid, sgid) {
        getresgid32(rgid, egid, sgid);
        getresgid(rgid, egid, sgid);
    }
    GETRESUID getresuid(ruid, euid, suid) {
        getresuid32(ruid, euid, suid);
        getresuid(ruid, euid, suid);
    }
    GETRLIMIT getrlimit(resource, limit) {
        prlimit64({0}, resource, {0}, limit) on Narrow;
        ugetrlimit(resource, limit) on Broad;
        getrlimit(resource, limit) on Broad;
        prlimit64({0}, resource, {0}, limit);
    }
    GETTIMEOFDAY gettimeofday(time, timezone) {
        gettimeofday(time, timezone) on Broad;
    }
    GETUID getuid() {
        getuid32();
        getuid();
    }
    INOTIFY_INIT inotify_init() {
        inotify_init();
        inotify_init1({0});
    }
    IO_GETEVENTS io_getevents(ctx, min_nr, nr, events, timeout) {
        io_pgetevents_time64(ctx, min_nr, nr, events, timeout, {0});
        io_getevents(ctx, min_nr, nr, events, timeout) on Broad;
    }
    IO_PGETEVENTS io_pgetevents(ctx, min_nr, nr, events, timeout, sigmask) {
        io_pgetevents_time64(ctx, min_nr, nr, events, timeout, sigmask);
        io_pgetevents(ctx, min_nr, nr, events, timeout, sigmask) on Broad;
    }
    LCHOWN lchown(path, owner, group) {
        lchown32(path, owner, group);
        lchown(path, owner, group);
        fchownat({CWD}, path, owner, group, {NOFOLLOW});
    }
    LINK link(old, new) {
        link(old, new);
        linkat({CWD}, old, {CWD}, new, {0});
    }
    LOOKUP_DCOOKIE lookup_dcookie(cookie: 64, buffer, len) {
        lookup_dcookie(cookie, buffer, len);
    }
    LSEEK lseek(fd, offset: 64, whence) {
        lseek(fd, offset, whence) on Broad;
    }
    LSTAT lstat(path, stat) {
        lstat(path, stat) on Broad;
        newfstatat({CWD}, path, stat, {NOFOLLOW}) on Broad;
    }
    MKDIR mkdir(path, mode) {
        mkdir(path, mode);
        mkdirat({CWD}, path, mode);
    }
    MKNOD mknod(path, mode, dev) {
        mknod(path, mode, dev);
        mknodat({CWD}, path, mode, dev);
    }
    MMAP mmap(addr, length, prot, flags, fd, offset: 64) {
        mmap2(addr, length, prot, flags, fd, (pages offset)) on Only(&[Arm, Powerpc, Riscv32, X86]);
        mmap(addr, length, prot, flags, fd, offset) in memory on Only(&[S390x]);
        mmap(addr, length, prot, flags, fd, offset) on Broad;
    }
    MQ_TIMEDRECEIVE mq_timedreceive(mq, msg, len, prio, timeout) {
        mq_timedreceive_time64(mq, msg, len, prio, timeout);
        mq_timedreceive(mq, msg, len, prio, timeout) on Broad;
    }
    MQ_TIMEDSEND mq_timedsend(mq, msg, len, prio, timeout) {
        mq_timedsend_time64(mq, msg, len, prio, timeout);
        mq_timedsend(mq, msg, len, prio, timeout) on Broad;
    }
    MSGCTL msgctl(msqid, cmd, buf) {
        msgctl(msqid, (ipc64 cmd), buf) on OLD_IPC;
        msgctl(msqid, cmd, buf);
    }
    NANOSLEEP nanosleep(duration, remaining) {
        clock_nanosleep_time64({MONOTONIC}, {0}, duration, remaining);
        nanosleep(duration, remaining) on Broad;
    }
    OPEN open(path, flags, mode) {
        openat({CWD}, path, (large flags), mode) on Narrow;
        open(path, flags, mode) on Broad;
        openat({CWD}, path, flags, mode) on Broad;
    }
    OPEN_BY_HANDLE_AT open_by_handle_at(mount_fd, handle, flags) {
        open_by_handle_at(mount_fd, handle, (large flags)) on Narrow;
        open_by_handle_at(mount_fd, handle, flags) on Broad;
    }
    OPENAT openat(dirfd, path, flags, mode) {
        openat(dirfd, path, (large flags), mode) on Narrow;
        openat(dirfd, path, flags, mode) on Broad;
    }
    PAUSE pause() {
        pause();
        ppoll_time64({0}, {0}, {0}, {0}, {0});
        ppoll({0}, {0}, {0}, {0}, {0});
    }
    PIPE pipe(fds) {
        pipe(fds) on ONE_RESULT;
        pipe2(fds, {0});
    }
    PPOLL ppoll(fds, nfds, timeout, sigmask, sigsetsize) {
        ppoll_time64(fds, nfds, timeout, sigmask, sigsetsize);
        ppoll(fds, nfds, timeout, sigmask, sigsetsize) on Broad;
    }
    PREAD64 pread64(fd, buf, count, offset: 64) {
        pread64(fd, buf, count, offset);
    }
    PREADV preadv(fd, vec, vlen, offset: 64) {
        preadv(fd, vec, vlen, (low offset), (high offset));
    }
    PREADV2 preadv2(fd, vec, vlen, offset: 64, flags) {
        preadv2(fd, vec, vlen, (low offset), (high offset), flags);
    }
    PSELECT6 pselect6(n, readfds, writefds, exceptfds, timeout, sigmask) {
        pselect6_time64(n, readfds, writefds, exceptfds, timeout, sigmask);
        pselect6(n, readfds, writefds, exceptfds, timeout, sigmask) on Broad;
    }
    PWRITE64 pwrite64(fd, buf, count, offset: 64) {
        pwrite64(fd, buf, count, offset);
    }
    PWRITEV pwritev(fd, vec, vlen, offset: 64) {
        pwritev(fd, vec, vlen, (low offset), (high offset));
    }
    PWRITEV2 pwritev2(fd, vec, vlen, offset: 64, flags) {
        pwritev2(fd, vec, vlen, (low offset), (high offset), flags);
    }
    READAHEAD readahead(fd, offset: 64, count) {
        readahead(fd, offset, count);
    }
    READLINK readlink(path, buf, size) {
        readlink(path, buf, size);
        readlinkat({CWD}, path, buf, size);
    }
    RECV recv(fd, buf, len, flags) {
        recv(fd, buf, len, flags);
        recvfrom(fd, buf, len, flags, {0}, {0});
    }
    RECVMMSG recvmmsg(fd, msgvec, vlen, flags, timeout) {
        recvmmsg_time64(fd, msgvec, vlen, flags, timeout);
        recvmmsg(fd, msgvec, vlen, flags, timeout) on Broad;
    }
    RENAME rename(old, new) {
        rename(old, new);
        renameat({CWD}, old, {CWD}, new);
        renameat2({CWD}, old, {CWD}, new, {0});
    }
    RENAMEAT renameat(olddirfd, old, newdirfd, new) {
        renameat(olddirfd, old, newdirfd, new);
        renameat2(olddirfd, old, newdirfd, new, {0});
    }
    RMDIR rmdir(path) {
        rmdir(path);
        unlinkat({CWD}, path, {REMOVEDIR});
    }
    RT_SIGTIMEDWAIT rt_sigtimedwait(set, info, timeout, sigsetsize) {
        rt_sigtimedwait_time64(set, info, timeout, sigsetsize);
        rt_sigtimedwait(set, info, timeout, sigsetsize) on Broad;
    }
    SCHED_RR_GET_INTERVAL sched_rr_get_interval(pid, interval) {
        sched_rr_get_interval_time64(pid, interval);
        sched_rr_get_interval(pid, interval) on Broad;
    }
    SELECT select(n, readfds, writefds, exceptfds, timeout) {
        _newselect(n, readfds, writefds, exceptfds, timeout) on Broad;
        select(n, readfds, writefds, exceptfds, timeout) on Broad;
    }
    SEMCTL semctl(semid, semnum, cmd, arg) {
        semctl(semid, semnum, (ipc64 cmd), arg) on OLD_IPC;
        semctl(semid, semnum, cmd, arg);
    }
    SEMOP semop(semid, sops, nsops) {
        semop(semid, sops, nsops);
        semtimedop_time64(semid, sops, nsops, {0});
        semtimedop(semid, sops, nsops, {0});
    }
    SEMTIMEDOP semtimedop(semid, sops, nsops, timeout) {
        semtimedop_time64(semid, sops, nsops, timeout);
        semtimedop(semid, sops, nsops, timeout) on Broad;
    }
    SEND send(fd, buf, len, flags) {
        send(fd, buf, len, flags);
        sendto(fd, buf, len, flags, {0}, {0});
    }
    SENDFILE sendfile(out_fd, in_fd, offset, count) {
        sendfile64(out_fd, in_fd, offset, count);
        sendfile(out_fd, in_fd, offset, count) on Broad;
    }
    SETFSGID setfsgid(gid) {
        setfsgid32(gid);
        setfsgid(gid);
    }
    SETFSUID setfsuid(uid) {
        setfsuid32(uid);
        setfsuid(uid);
    }
    SETGID setgid(gid) {
        setgid32(gid);
        setgid(gid);
    }
    SETGROUPS setgroups(size, list) {
        setgroups32(size, list);
        setgroups(size, list);
    }
    SETREGID setregid(rgid, egid) {
        setregid32(rgid, egid);
        setregid(rgid, egid);
    }
    SETRESGID setresgid(rgid, egid, sgid) {
        setresgid32(rgid, egid, sgid);
        setresgid(rgid, egid, sgid);
    }
    SETRESUID setresuid(ruid, euid, suid) {
        setresuid32(ruid, euid, suid);
        setresuid(ruid, euid, suid);
    }
    SETREUID setreuid(ruid, euid) {
        setreuid32(ruid, euid);
        setreuid(ruid, euid);
    }
    SETRLIMIT setrlimit(resource, limit) {
        prlimit64({0}, resource, limit, {0}) on Narrow;
        setrlimit(resource, limit) on Broad;
        prlimit64({0}, resource, limit, {0});
    }
    SETTIMEOFDAY settimeofday(time, timezone) {
        settimeofday(time, timezone) on Broad;
    }
    SETUID setuid(uid) {
        setuid32(uid);
        setuid(uid);
    }
    SHMCTL shmctl(shmid, cmd, buf) {
        shmctl(shmid, (ipc64 cmd), buf) on OLD_IPC;
        shmctl(shmid, cmd, buf);
    }
    SIGNALFD signalfd(fd, mask, size) {
        signalfd(fd, mask, size);
        signalfd4(fd, mask, size, {0});
    }
    STAT stat(path, stat) {
        stat(path, stat) on Broad;
        newfstatat({CWD}, path, stat, {0}) on Broad;
    }
    STATFS statfs(path, stat) {
        statfs(path, stat) on Broad;
    }
    SYMLINK symlink(target, path) {
        symlink(target, path);
        symlinkat(target, {CWD}, path);
    }
    SYNC_FILE_RANGE sync_file_range(fd, offset: 64, nbytes: 64, flags) {
        sync_file_range2(fd, flags, offset, nbytes);
        sync_file_range(fd, offset, nbytes, flags) on NO_SEVENTH;
    }
    TIME time(time) {
        time(time) on Broad;
    }
    TIMER_GETTIME timer_gettime(timer, value) {
        timer_gettime64(timer, value);
        timer_gettime(timer, value) on Broad;
    }
    TIMER_SETTIME timer_settime(timer, flags, value, old) {
        timer_settime64(timer, flags, value, old);
        timer_settime(timer, flags, value, old) on Broad;
    }
    TIMERFD_GETTIME timerfd_gettime(fd, value) {
        timerfd_gettime64(fd, value);
        timerfd_gettime(fd, value) on Broad;
    }
    TIMERFD_SETTIME timerfd_settime(fd, flags, value, old) {
        timerfd_settime64(fd, flags, value, old);
        timerfd_settime(fd, flags, value, old) on Broad;
    }
    TRUNCATE truncate(path, length: 64) {
        truncate64(path, length);
        truncate(path, length) on Broad;
    }
    UMOUNT umount(target) {
        umount2(target, {0});
    }
    UNLINK unlink(path) {
        unlink(path);
        unlinkat({CWD}, path, {0});
    }
    UTIME utime(path, times) {
        utime(path, times) on Broad;
    }
    UTIMENSAT utimensat(dirfd, path, times, flags) {
        utimensat_time64(dirfd, path, times, flags);
        utimensat(dirfd, path, times, flags) on Broad;
    }
    UTIMES utimes(path, times) {
        utimes(path, times) on Broad;
    }
    WAITPID waitpid(pid, status, options) {
        waitpid(pid, status, options);
        wait4(pid, status, options, {0});
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::String;

    use super::*;
    use crate::find;

    /// A form as one would write it in C, for a table of what is expected.
    fn made(name: &str, arch: Arch) -> Option<String> {
        let row = portable(name).unwrap();
        let form = row.form(arch)?;
        let mut text = String::from(form.call);
        text.push_str(if form.in_memory { "[" } else { "(" });
        for (at, piece) in form.pieces.iter().enumerate() {
            let separator = if at == 0 { "" } else { ", " };
            let name = |at: usize| row.params[at].name;
            text += &match *piece {
                Piece::Argument(at) => std::format!("{separator}{}", name(at)),
                Piece::Number(number) => std::format!("{separator}{number}"),
                Piece::Low(at) => std::format!("{separator}low {}", name(at)),
                Piece::High(at) => std::format!("{separator}high {}", name(at)),
                Piece::Pages(at) => std::format!("{separator}{} / 4096", name(at)),
                Piece::Ipc64(at) => std::format!("{separator}{} | 0x100", name(at)),
                Piece::Lock(at) => std::format!("{separator}64-bit {}", name(at)),
                Piece::LargeFile(at) => {
                    std::format!("{separator}{} | {:#o}", name(at), arch.o_largefile())
                }
            };
        }
        text.push_str(if form.in_memory { "]" } else { ")" });
        Some(text)
    }

    /// From the manual pages (syscall(2), "Architecture-specific requirements"; clone(2), mmap2(2),
    /// sync_file_range(2), posix_fadvise(2), open(2), section "C library/kernel differences") and the kernel's
    /// `syscall.tbl`s.
    #[test]
    fn known_forms() {
        let known = [
            ("ftruncate", Arm, Some("ftruncate64(fd, length)")),
            ("ftruncate", X86_64, Some("ftruncate(fd, length)")),
            ("ftruncate", Riscv32, Some("ftruncate64(fd, length)")),
            ("lseek", X86, None),
            ("lseek", S390x, Some("lseek(fd, offset, whence)")),
            (
                "clone",
                X86_64,
                Some("clone(flags, stack, parent_tid, child_tid, tls)"),
            ),
            (
                "clone",
                Loongarch64,
                Some("clone(flags, stack, parent_tid, child_tid, tls)"),
            ),
            (
                "clone",
                X86,
                Some("clone(flags, stack, parent_tid, tls, child_tid)"),
            ),
            (
                "clone",
                Aarch64,
                Some("clone(flags, stack, parent_tid, tls, child_tid)"),
            ),
            (
                "clone",
                S390x,
                Some("clone(stack, flags, parent_tid, child_tid, tls)"),
            ),
            (
                "mmap",
                S390x,
                Some("mmap[addr, length, prot, flags, fd, offset]"),
            ),
            (
                "mmap",
                Arm,
                Some("mmap2(addr, length, prot, flags, fd, offset / 4096)"),
            ),
            (
                "mmap",
                Powerpc64,
                Some("mmap(addr, length, prot, flags, fd, offset)"),
            ),
            (
                "sync_file_range",
                X86,
                Some("sync_file_range(fd, offset, nbytes, flags)"),
            ),
            (
                "sync_file_range",
                Arm,
                Some("sync_file_range2(fd, flags, offset, nbytes)"),
            ),
            (
                "sync_file_range",
                Powerpc64,
                Some("sync_file_range2(fd, flags, offset, nbytes)"),
            ),
            (
                "fadvise64",
                X86,
                Some("fadvise64_64(fd, offset, len, advice)"),
            ),
            (
                "fadvise64",
                Arm,
                Some("arm_fadvise64_64(fd, advice, offset, len)"),
            ),
            (
                "fadvise64",
                Powerpc,
                Some("fadvise64_64(fd, advice, offset, len)"),
            ),
            (
                "fadvise64",
                MipsN64,
                Some("fadvise64(fd, offset, len, advice)"),
            ),
            (
                "preadv2",
                S390x,
                Some("preadv2(fd, vec, vlen, low offset, high offset, flags)"),
            ),
            (
                "openat",
                Powerpc,
                Some("openat(dirfd, path, flags | 0o200000, mode)"),
            ),
            (
                "open",
                Arm,
                Some("openat(-100, path, flags | 0o400000, mode)"),
            ),
            ("open", X86_64, Some("open(path, flags, mode)")),
            ("open", Aarch64, Some("openat(-100, path, flags, mode)")),
            ("clock_gettime", X86, Some("clock_gettime64(clock, time)")),
            ("clock_gettime", Riscv64, Some("clock_gettime(clock, time)")),
            ("getuid", Arm, Some("getuid32()")),
            ("getuid", Powerpc, Some("getuid()")),
            (
                "rename",
                Riscv64,
                Some("renameat2(-100, old, -100, new, 0)"),
            ),
            ("rename", Aarch64, Some("renameat(-100, old, -100, new)")),
            ("fork", Loongarch64, Some("clone(17, 0, 0, 0, 0)")),
            ("pipe", MipsN64, Some("pipe2(fds, 0)")),
            (
                "select",
                Powerpc64,
                Some("_newselect(n, readfds, writefds, exceptfds, timeout)"),
            ),
            ("select", X86, None),
            ("accept", S390x, Some("accept4(fd, addr, addrlen, 0)")),
            ("getrlimit", Powerpc64, Some("ugetrlimit(resource, limit)")),
            ("getrlimit", X86, Some("prlimit64(0, resource, 0, limit)")),
            (
                "semop",
                X86,
                Some("semtimedop_time64(semid, sops, nsops, 0)"),
            ),
            ("fcntl", Powerpc, Some("fcntl64(fd, 64-bit op, arg)")),
            ("fcntl", Powerpc64, Some("fcntl(fd, op, arg)")),
            (
                "semctl",
                Arm,
                Some("semctl(semid, semnum, cmd | 0x100, arg)"),
            ),
            ("semctl", X86, Some("semctl(semid, semnum, cmd, arg)")),
            ("fstat", X86, None),
            ("gettimeofday", Arm, None),
            (
                "fanotify_init",
                X86,
                Some("fanotify_init(flags, event_flags | 0o100000)"),
            ),
            ("semop", S390x, Some("semtimedop(semid, sops, nsops, 0)")),
        ];
        for (name, arch, expected) in known {
            assert_eq!(made(name, arch).as_deref(), expected, "{name} on {arch}");
        }
    }

    #[test]
    fn rows_are_sorted_unique_and_of_real_calls() {
        assert!(PORTABLES.is_sorted_by(|a, b| a.name < b.name));
        for row in PORTABLES {
            assert!(find(row.name).is_some(), "{}", row.name);
            assert!(core::ptr::eq(portable(row.name).unwrap(), row));
            assert!(core::ptr::eq(&PORTABLES[index(row.name)], row));
            for form in row.forms {
                assert!(
                    find(form.call).is_some_and(|call| call.name() == form.call),
                    "{}",
                    form.call
                );
            }
        }
    }

    /// A form that is never chosen says nothing.
    #[test]
    fn every_form_is_some_architecture_s() {
        for row in PORTABLES {
            for form in row.forms {
                let used = |arch: &Arch| {
                    row.form(*arch)
                        .is_some_and(|chosen| core::ptr::eq(chosen, form))
                };
                assert!(Arch::ALL.iter().any(used), "{}: {}", row.name, form.call);
            }
        }
    }

    /// What a call reads, by the kernel's own list, is what each form gives it. The list is of x86_64, and a call reads as
    /// many arguments everywhere.
    #[test]
    fn forms_give_as_many_arguments_as_the_call_reads() {
        for row in PORTABLES {
            for form in row.forms {
                let read = find(form.call).unwrap().arguments();
                let gives = form.pieces.len();
                assert!(
                    read.is_none_or(|read| read == gives),
                    "{}: {}",
                    row.name,
                    form.call
                );
            }
        }
    }

    /// From `asm/fcntl.h` of each.
    #[test]
    fn known_largefile() {
        for (arch, value) in [
            (X86, 1 << 15),
            (Arm, 1 << 17),
            (Powerpc, 1 << 16),
            (MipsO32, 1 << 13),
        ] {
            assert_eq!(arch.o_largefile(), value, "{arch}");
        }
    }
}
