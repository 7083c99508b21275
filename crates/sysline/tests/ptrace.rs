//! Tracing: a copy of the test's process is stopped, read and changed, and says itself what it saw of that.
//!
//! An emulator of programs has no ptrace(2): there only what needs none is run.

#![cfg(all(target_os = "linux", feature = "std"))]

mod audit;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;
mod decoders {
    pub(crate) mod syscall_info;
}

use core::ffi::{c_char, c_int, c_long, c_void};
use emulator::skipped;
use proptest::prelude::*;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use sysline::abi::Word;
use sysline::mm::RemoteRange;
use sysline::process::{Pid, Uid, WaitStatus, getpid, getppid};
use sysline::ptrace::MemoryError;
use sysline::ptrace::{
    self, PtraceEvent, PtraceOptions, RegisterSet, Registers, SyscallInfo, SyscallStop,
};
use sysline::signal::{self, Action, Handler, SaFlags, SigCode, SigInfo, SigSet, Signal};
use sysline::{Errno, Result, abi, nr, raw};

// SAFETY: the signatures are those of `signal.h`, `unistd.h`, `sys/wait.h` and `sys/mman.h`.
unsafe extern "C" {
    fn fork() -> c_int;
    fn _exit(status: c_int) -> !;
    fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn raise(signal: c_int) -> c_int;
    fn kill(pid: c_int, signal: c_int) -> c_int;
    fn execv(path: *const c_char, args: *const *const c_char) -> c_int;
    fn mmap(
        at: *mut c_void,
        len: usize,
        protection: c_int,
        flags: c_int,
        fd: c_int,
        offset: c_long,
    ) -> *mut c_void;
    fn mprotect(at: *mut c_void, len: usize, protection: c_int) -> c_int;
    fn munmap(at: *mut c_void, len: usize) -> c_int;
}

/// What the copy ends with where there is no ptrace(2).
const NO_PTRACE: i32 = 77;
const WALL: c_int = 0x4000_0000; // __WALL, linux/wait.h: threads too

/// A copy of the test's process, which ends with its owner.
struct Tracee(Pid);

/// A copy that runs `body` and ends with what that returns, or with 101 if it panics.
fn copy(body: impl FnOnce() -> i32) -> Tracee {
    // SAFETY: the C library's own, so that the copy may allocate; the copy ends below.
    let child = unsafe { fork() };
    assert!(child >= 0);
    if child == 0 {
        let status = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)).unwrap_or(101);
        // SAFETY: nothing of the parent's is flushed or dropped a second time.
        unsafe { _exit(status) };
    }
    Tracee(Pid::from_raw(child))
}

/// A copy that this thread traces, and that has stopped before it runs `body`. `None` in an emulator.
fn traced(body: impl FnOnce() -> i32) -> Option<Tracee> {
    let tracee = copy(|| {
        match ptrace::traceme() {
            Err(Errno::ENOSYS) => return NO_PTRACE,
            traced => traced.unwrap(),
        }
        stop_here();
        body()
    });
    let status = tracee.wait();
    if status == NO_PTRACE << 8 && skipped("no ptrace") {
        return None;
    }
    assert_eq!(stopped_by(status), Signal::STOP.raw());
    Some(tracee)
}

/// A copy that waits in `body` until it reads a byte, and that nobody traces yet; and where to write that byte.
fn waiting(body: impl FnOnce() -> i32) -> (Tracee, File) {
    let (mut reader, writer) = temporary::pipe();
    let tracee = copy(|| {
        reader.read_exact(&mut [0]).unwrap();
        body()
    });
    (tracee, writer)
}

fn stop_here() {
    // SAFETY: it stops, until the tracer lets it go on.
    unsafe { raise(Signal::STOP.raw()) };
}

impl Tracee {
    /// The status of its next stop, or of its end.
    fn wait(&self) -> i32 {
        status_of(self.0)
    }

    /// Lets it go on until it stops at a system call: what that is.
    fn next_call(&self) -> SyscallInfo {
        ptrace::syscall(self.0, None).unwrap();
        assert_eq!(stopped_by(self.wait()), Signal::TRAP.raw() | 0x80);
        ptrace::get_syscall_info(self.0).unwrap()
    }

    /// Lets it go on until it enters the call of that number.
    fn enters(&self, number: u32) -> SyscallInfo {
        loop {
            let info = self.next_call();
            match info.stop {
                SyscallStop::Entry { number: n, .. } if n == u64::from(number) => return info,
                SyscallStop::Entry { .. } | SyscallStop::Exit { .. } => {}
                stop => panic!("{stop:?}"),
            }
        }
    }

    /// Lets it go on untraced until it ends: the status that it ends with.
    fn ends(&self) -> i32 {
        ptrace::detach(self.0, None).unwrap();
        let status = self.wait();
        assert_eq!(status & 0x7f, 0, "ended by a signal: {status:#x}");
        status >> 8
    }

    /// A row of its status in `/proc`.
    fn status(&self, key: &str) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap();
        let row = status.lines().find(|row| row.starts_with(key)).unwrap();
        row[key.len()..].trim().to_string()
    }

    /// Its memory, by another way than ptrace(2).
    fn memory(&self) -> File {
        File::options()
            .read(true)
            .write(true)
            .open(format!("/proc/{}/mem", self.0))
            .unwrap()
    }
}

impl Drop for Tracee {
    fn drop(&mut self) {
        // SAFETY: they take numbers; a copy that has ended by itself and was waited for is no process any more, and its
        // number hardly another's yet.
        unsafe {
            kill(self.0.raw(), Signal::KILL.raw());
            waitpid(self.0.raw(), core::ptr::null_mut(), WALL);
        }
    }
}

fn status_of(pid: Pid) -> i32 {
    let mut status = -1;
    // SAFETY: it writes the status.
    let waited = unsafe { waitpid(pid.raw(), &mut status, WALL) };
    assert_eq!(waited, pid.raw(), "{}", std::io::Error::last_os_error());
    status
}

/// The signal of a stop, with what else is beside it.
#[track_caller]
fn stopped_by(status: i32) -> i32 {
    assert_eq!(status & 0xff, 0x7f, "it has not stopped: {status:#x}");
    status >> 8
}

fn this_thread() -> i32 {
    let path = std::fs::read_link("/proc/thread-self").unwrap();
    path.file_name().unwrap().to_str().unwrap().parse().unwrap()
}

/// A call with six arguments that the kernel refuses: it has no such flags.
fn refused_call() -> Result<usize> {
    let words = [11, 12, 13, 14, 15, 16].map(Word::from_number);
    let [a, b, c, d, e, f] = words;
    // SAFETY: it fails before anything is read.
    unsafe { abi::Ret::from_word(raw::syscall6(nr::SYS_PROCESS_VM_READV, a, b, c, d, e, f)) }
}

const ARGS: [u64; 6] = [11, 12, 13, 14, 15, 16];
const REFUSED: u32 = nr::SYS_PROCESS_VM_READV.number();

/// riscv's kernels have changed more than once what the register of the first argument holds at an entry.
const FIRST_ARG: usize = if cfg!(any(target_arch = "riscv64", target_arch = "riscv32")) {
    1
} else {
    0
};

#[test]
fn a_call_is_seen_as_it_was_made() {
    let Some(tracee) = traced(|| {
        let refused = refused_call();
        let me = getpid();
        i32::from(refused != Err(Errno::EINVAL) || me.raw() == 0)
    }) else {
        return;
    };
    let none = ptrace::get_syscall_info(tracee.0).unwrap();
    assert_eq!(none.stop, SyscallStop::None);
    ptrace::set_options(tracee.0, PtraceOptions::TRACESYSGOOD).unwrap();

    let entry = tracee.enters(REFUSED);
    assert_eq!(
        entry.stop,
        SyscallStop::Entry {
            number: u64::from(REFUSED),
            args: ARGS
        }
    );
    assert_eq!(entry.arch, audit::audit_arch());
    assert_eq!(ptrace::get_event_msg(tracee.0), Ok(1)); // PTRACE_EVENTMSG_SYSCALL_ENTRY
    let registers = ptrace::get_registers(tracee.0).unwrap();
    assert_eq!(registers.syscall_number(), REFUSED as usize);
    let args = registers.args().map(|arg| arg as u64);
    assert_eq!(args[FIRST_ARG..], ARGS[FIRST_ARG..]);
    assert_eq!(
        registers.instruction_pointer() as u64,
        entry.instruction_pointer
    );
    assert_eq!(registers.stack_pointer() as u64, entry.stack_pointer);

    let exit = tracee.next_call();
    let value = -i64::from(Errno::EINVAL.raw());
    assert_eq!(
        exit.stop,
        SyscallStop::Exit {
            value,
            is_error: true
        }
    );
    assert_eq!(ptrace::get_event_msg(tracee.0), Ok(2)); // PTRACE_EVENTMSG_SYSCALL_EXIT
    let registers = ptrace::get_registers(tracee.0).unwrap();
    assert_eq!(registers.return_value() as i64, value);

    tracee.enters(nr::SYS_GETPID.number());
    let exit = tracee.next_call();
    let value = i64::from(tracee.0.raw());
    assert_eq!(
        exit.stop,
        SyscallStop::Exit {
            value,
            is_error: false
        }
    );
    let registers = ptrace::get_registers(tracee.0).unwrap();
    assert_eq!(registers.return_value() as i64, value);
    assert_eq!(tracee.ends(), 0);
}

#[test]
fn a_result_is_changed() {
    let Some(tracee) = traced(|| {
        // Each says what it got, and not what is true.
        let right = getpid().raw() == 12_345
            && getpid().raw() == 1
            && refused_call() == Ok(99)
            && refused_call() == Err(Errno::EXDEV)
            && refused_call() == Err(Errno::EINVAL);
        i32::from(!right)
    }) else {
        return;
    };
    ptrace::set_options(tracee.0, PtraceOptions::TRACESYSGOOD).unwrap();
    for (call, value) in [
        (nr::SYS_GETPID.number(), 12_345),
        (nr::SYS_GETPID.number(), 1),
        (REFUSED, 99),
        (REFUSED, -(Errno::EXDEV.raw() as isize)),
    ] {
        tracee.enters(call);
        let exit = tracee.next_call();
        assert!(matches!(exit.stop, SyscallStop::Exit { .. }));
        let mut registers = ptrace::get_registers(tracee.0).unwrap();
        registers.set_return_value(value);
        assert_eq!(registers.return_value(), value);
        // SAFETY: the tracee has memory of its own.
        unsafe { ptrace::set_registers(tracee.0, &registers).unwrap() };
        let now = ptrace::get_syscall_info(tracee.0).unwrap();
        let expected = SyscallStop::Exit {
            value: value as i64,
            is_error: value < 0,
        };
        assert_eq!(now.stop, expected);
    }
    assert_eq!(tracee.ends(), 0);
}

#[test]
fn another_call_is_made_or_none() {
    let Some(tracee) = traced(|| {
        let parent = getppid();
        // This one is made another.
        let second = getpid();
        // And this one is not made: the time is not read.
        let mut time = [0u8; 64];
        // SAFETY: it would write a `struct timespec`, for which there is room.
        let third: Result<usize> = unsafe {
            let number = nr::SYS_CLOCK_GETTIME;
            let time = Word::from_pointer(time.as_mut_ptr());
            abi::Ret::from_word(raw::syscall2(number, Word::from_number(1), time))
        };
        i32::from(second != parent || third != Ok(5) || time != [0; 64])
    }) else {
        return;
    };
    ptrace::set_options(tracee.0, PtraceOptions::TRACESYSGOOD).unwrap();
    tracee.enters(nr::SYS_GETPPID.number());
    assert!(matches!(tracee.next_call().stop, SyscallStop::Exit { .. }));
    tracee.enters(nr::SYS_GETPID.number());
    let other = nr::SYS_GETPPID.number() as usize;
    // SAFETY: the tracee has memory of its own.
    unsafe { ptrace::set_syscall_number(tracee.0, other).unwrap() };
    let info = ptrace::get_syscall_info(tracee.0).unwrap();
    assert!(matches!(info.stop, SyscallStop::Entry { number, .. } if number == other as u64));
    assert!(matches!(tracee.next_call().stop, SyscallStop::Exit { .. }));

    tracee.enters(nr::SYS_CLOCK_GETTIME.number());
    // SAFETY: as above.
    unsafe { ptrace::set_syscall_number(tracee.0, usize::MAX).unwrap() };
    let exit = tracee.next_call();
    assert!(matches!(exit.stop, SyscallStop::Exit { .. }));
    let mut registers = ptrace::get_registers(tracee.0).unwrap();
    registers.set_return_value(5);
    // SAFETY: as above.
    unsafe { ptrace::set_registers(tracee.0, &registers).unwrap() };
    assert_eq!(tracee.ends(), 0);
}

#[test]
fn arguments_are_changed() {
    let Some(tracee) = traced(|| i32::from(refused_call() != Err(Errno::EINVAL))) else {
        return;
    };
    ptrace::set_options(tracee.0, PtraceOptions::TRACESYSGOOD).unwrap();
    tracee.enters(REFUSED);
    let mut registers = ptrace::get_registers(tracee.0).unwrap();
    registers.set_args([21, 22, 23, 24, 25, 26]);
    // SAFETY: the tracee has memory of its own.
    unsafe { ptrace::set_registers(tracee.0, &registers).unwrap() };
    let now = ptrace::get_syscall_info(tracee.0).unwrap();
    let SyscallStop::Entry { args, .. } = now.stop else {
        panic!("{now:?}");
    };
    assert_eq!(args[FIRST_ARG..], [21, 22, 23, 24, 25, 26][FIRST_ARG..]);
    tracee.next_call();
    assert_eq!(tracee.ends(), 0);
}

#[test]
fn a_call_is_changed_the_same_everywhere() {
    let Some(tracee) = traced(|| i32::from(refused_call() != Ok(4_000))) else {
        return;
    };
    ptrace::set_options(tracee.0, PtraceOptions::TRACESYSGOOD).unwrap();
    let mut info = tracee.enters(REFUSED);
    let number = u64::from(REFUSED);
    let args = [31, 32, 33, 34, 35, 36];
    info.stop = SyscallStop::Entry { number, args };
    // SAFETY: the tracee has memory of its own.
    match unsafe { ptrace::set_syscall_info(tracee.0, &info) } {
        Err(Errno::EIO) => return, // before Linux 6.16
        set => set.unwrap(),
    }
    assert_eq!(ptrace::get_syscall_info(tracee.0), Ok(info));
    let mut exit = tracee.next_call();
    exit.stop = SyscallStop::Exit {
        value: 4_000,
        is_error: false,
    };
    // SAFETY: as above.
    unsafe { ptrace::set_syscall_info(tracee.0, &exit).unwrap() };
    // powerpc's Linux 7.2 loses the tracer's next call, whatever it is: it returns 0.
    let _ = getppid();
    assert_eq!(ptrace::get_syscall_info(tracee.0), Ok(exit));
    // What it has not stopped for.
    // SAFETY: it fails.
    let refused = unsafe { ptrace::set_syscall_info(tracee.0, &info) };
    assert_eq!(refused, Err(Errno::EINVAL));
    assert_eq!(tracee.ends(), 0);
}

#[test]
fn a_filter_sends_a_call_to_the_tracer() {
    /// `struct sock_filter` (`linux/filter.h`).
    #[repr(C)]
    struct Instruction(u16, u8, u8, u32);
    /// `struct sock_fprog`.
    #[repr(C)]
    struct Program(u16, *const Instruction);

    let Some(tracee) = traced(|| {
        let program = [
            Instruction(0x20, 0, 0, 0), // load a word: the call's number
            Instruction(0x15, 0, 1, REFUSED),
            Instruction(0x06, 0, 0, 0x7ff0_0000 | 0x77), // SECCOMP_RET_TRACE, and 0x77 with it
            Instruction(0x06, 0, 0, 0x7fff_0000),        // SECCOMP_RET_ALLOW
        ];
        let program = Program(4, program.as_ptr());
        // SAFETY: the kernel reads the program; PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP with SECCOMP_MODE_FILTER.
        unsafe {
            abi::sys::<Result<()>, _>(nr::SYS_PRCTL, (38, 1, 0, 0, 0)).unwrap();
            abi::sys::<Result<()>, _>(nr::SYS_PRCTL, (22, 2, &program)).unwrap();
        }
        i32::from(refused_call() != Err(Errno::EINVAL))
    }) else {
        return;
    };
    ptrace::set_options(tracee.0, PtraceOptions::TRACESECCOMP).unwrap();
    ptrace::cont(tracee.0, None).unwrap();
    let status = tracee.wait();
    assert_eq!(
        WaitStatus::from_raw(status).ptrace_event(),
        Some(PtraceEvent::SECCOMP)
    );
    let info = ptrace::get_syscall_info(tracee.0).unwrap();
    assert_eq!(
        info.stop,
        SyscallStop::Seccomp {
            number: u64::from(REFUSED),
            args: ARGS,
            data: 0x77
        }
    );
    assert_eq!(ptrace::get_event_msg(tracee.0), Ok(0x77));
    assert_eq!(tracee.ends(), 0);
}

#[test]
fn registers_are_bytes_too() {
    let Some(tracee) = traced(|| 0) else { return };
    let registers = ptrace::get_registers(tracee.0).unwrap();
    let mut area = [0xaau8; 2048];
    let len = ptrace::get_regset(tracee.0, RegisterSet::PRSTATUS, &mut area).unwrap();
    assert_eq!(len, size_of::<Registers>());
    // SAFETY: it is made of numbers without gaps.
    let bytes: [u8; size_of::<Registers>()] = unsafe { core::mem::transmute(registers) };
    assert_eq!(area[..len], bytes);
    assert!(area[len..].iter().all(|&byte| byte == 0xaa));

    // A set is cut to the room there is.
    let word = size_of::<usize>();
    let mut two = vec![0; 2 * word];
    let cut = ptrace::get_regset(tracee.0, RegisterSet::PRSTATUS, &mut two);
    assert_eq!(cut, Ok(2 * word));
    assert_eq!(two, bytes[..2 * word]);
    let within = ptrace::get_regset(tracee.0, RegisterSet::PRSTATUS, &mut two[..3]);
    assert_eq!(within, Err(Errno::EINVAL));
    let unknown = RegisterSet::from_raw(0xffff);
    let none = ptrace::get_regset(tracee.0, unknown, &mut area);
    assert_eq!(none, Err(Errno::EINVAL));

    // aarch64's kernel gives its 32-bit tracees no other.
    let float_set = if cfg!(target_arch = "arm") {
        RegisterSet::ARM_VFP
    } else {
        RegisterSet::PRFPREG
    };
    let float = ptrace::get_regset(tracee.0, float_set, &mut area).unwrap();
    assert!(float >= 32, "{float}");
    // SAFETY: the tracee has memory of its own, and the bytes are those that were there.
    unsafe {
        let set = ptrace::set_regset(tracee.0, float_set, &area[..float]);
        assert_eq!(set, Ok(float));
        let set = ptrace::set_regset(tracee.0, RegisterSet::PRSTATUS, &bytes);
        assert_eq!(set, Ok(bytes.len()));
    }
    assert_eq!(ptrace::get_registers(tracee.0), Ok(registers));
    assert_eq!(tracee.ends(), 0);
}

/// A set that is not the caller's own is none of [`Registers`], whether longer or shorter. The code segment says what a
/// tracee is (Linux `arch/x86/kernel/ptrace.c`, `task_user_regset_view`).
#[cfg(target_arch = "x86_64")]
#[test]
fn registers_of_a_32_bit_program_are_others() {
    let Some(tracee) = traced(|| 0) else { return };
    let mut registers = ptrace::get_registers(tracee.0).unwrap();
    assert_eq!(registers.cs, 0x33, "Linux asm/segment.h, __USER_CS");
    registers.cs = 0x23; // __USER32_CS
    // SAFETY: the tracee has memory of its own, and does not go on.
    unsafe { ptrace::set_registers(tracee.0, &registers).unwrap() };
    let mut bytes = [0; 300];
    let len = ptrace::get_regset(tracee.0, RegisterSet::PRSTATUS, &mut bytes);
    if len == Ok(size_of::<Registers>()) {
        return; // a kernel without 32-bit programs, to which it is the same set
    }
    assert_eq!(len, Ok(68), "17 registers of 32 bits");
    assert_eq!(ptrace::get_registers(tracee.0), Err(Errno::EINVAL));
}

#[test]
fn an_instruction_pointer_is_changed() {
    extern "C" fn elsewhere() -> ! {
        // SAFETY: the copy ends.
        unsafe { _exit(55) }
    }
    let Some(tracee) = traced(|| 1) else { return };
    let mut registers = ptrace::get_registers(tracee.0).unwrap();
    // powerpc64's first ABI has a descriptor for each function.
    if cfg!(all(target_arch = "powerpc64", target_endian = "big")) {
        return;
    }
    let address = entry(&mut registers, elsewhere as extern "C" fn() -> ! as usize);
    registers.set_instruction_pointer(address);
    // As at a function's begin: on x86 there is a return address on the stack.
    let stack = registers.stack_pointer() & !63;
    let below = if cfg!(target_arch = "x86_64") {
        8
    } else if cfg!(target_arch = "x86") {
        4
    } else {
        0
    };
    registers.set_stack_pointer(stack - 1024 - below);
    assert_eq!(registers.stack_pointer(), stack - 1024 - below);
    // SAFETY: the tracee has memory of its own, and ends there.
    unsafe { ptrace::set_registers(tracee.0, &registers).unwrap() };
    let now = ptrace::get_registers(tracee.0).unwrap();
    assert_eq!(now.instruction_pointer(), address);
    assert_eq!(tracee.ends(), 55);
}

/// Sets what else there is at a function's begin; gives the address of its code. powerpc64's second ABI has that in `r12`
/// too. An address in arm says by its last bit whether it is Thumb code, which then is in `cpsr`.
#[cfg(target_arch = "powerpc64")]
fn entry(registers: &mut Registers, address: usize) -> usize {
    registers.gpr[12] = address;
    address
}
#[cfg(target_arch = "arm")]
fn entry(registers: &mut Registers, address: usize) -> usize {
    registers.uregs[16] = registers.uregs[16] & !0x20 | (address & 1) << 5;
    address & !1
}
#[cfg(not(any(target_arch = "powerpc64", target_arch = "arm")))]
fn entry(_: &mut Registers, address: usize) -> usize {
    address
}

/// s390x: qemu's processor (7.2) takes no branch while it is stepped, and is soon where nothing is right any more.
const STEPS: usize = if cfg!(target_arch = "s390x") { 1 } else { 100 };

#[test]
fn steps_are_made_one_by_one() {
    let Some(tracee) = traced(|| {
        let mut sum = 0u32;
        for n in 0..1_000_000 {
            sum = sum.wrapping_add(std::hint::black_box(n));
        }
        i32::from(sum == 7)
    }) else {
        return;
    };
    let mut last = ptrace::get_registers(tracee.0)
        .unwrap()
        .instruction_pointer();
    let mut moved = 0;
    for _ in 0..STEPS {
        match ptrace::single_step(tracee.0, None) {
            // Their kernels can't.
            Err(Errno::EIO)
                if cfg!(any(
                    target_arch = "arm",
                    target_arch = "riscv64",
                    target_arch = "riscv32"
                )) =>
            {
                assert_eq!(tracee.ends(), 0);
                return;
            }
            stepped => stepped.unwrap(),
        }
        assert_eq!(stopped_by(tracee.wait()), Signal::TRAP.raw());
        let now = ptrace::get_registers(tracee.0)
            .unwrap()
            .instruction_pointer();
        moved += usize::from(now != last);
        last = now;
    }
    assert!(
        moved >= STEPS * 9 / 10,
        "{moved} of {STEPS} steps went somewhere"
    );
    assert_eq!(tracee.ends(), 0);
}

#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
mod x86 {
    use super::*;
    use core::mem::offset_of;
    use sysline::signal::Details;

    /// Ten instructions of one byte between two breakpoints.
    fn ten_steps() {
        // SAFETY: a tracer takes the signals.
        unsafe {
            core::arch::asm!(
                "int3",
                "nop",
                "nop",
                "nop",
                "nop",
                "nop",
                "nop",
                "nop",
                "nop",
                "nop",
                "nop",
                "int3",
                options(nomem, nostack)
            );
        }
    }

    #[test]
    fn ten_instructions_are_ten_steps() {
        let Some(tracee) = traced(|| {
            ten_steps();
            0
        }) else {
            return;
        };
        ptrace::cont(tracee.0, None).unwrap();
        assert_eq!(stopped_by(tracee.wait()), Signal::TRAP.raw());
        let code = || ptrace::get_siginfo(tracee.0).unwrap().code();
        assert_eq!(code(), SigCode::KERNEL, "a breakpoint");
        let at = || {
            ptrace::get_registers(tracee.0)
                .unwrap()
                .instruction_pointer()
        };
        let start = at();
        for step in 1..=10 {
            ptrace::single_step(tracee.0, None).unwrap();
            assert_eq!(stopped_by(tracee.wait()), Signal::TRAP.raw());
            assert_eq!(code(), SigCode::TRAP_TRACE);
            assert_eq!(at(), start + step);
        }
        ptrace::cont(tracee.0, None).unwrap();
        assert_eq!(stopped_by(tracee.wait()), Signal::TRAP.raw());
        assert_eq!(code(), SigCode::KERNEL, "the other one");
        assert_eq!(at(), start + 11);
        assert_eq!(tracee.ends(), 0);
    }

    #[test]
    fn a_block_ends_with_a_branch() {
        let Some(tracee) = traced(|| 0) else { return };
        ptrace::single_block(tracee.0, None).unwrap();
        assert_eq!(stopped_by(tracee.wait()), Signal::TRAP.raw());
        let info = ptrace::get_siginfo(tracee.0).unwrap();
        assert!(matches!(info.details(), Details::Fault { .. }), "{info:?}");
        assert_eq!(tracee.ends(), 0);
    }

    /// What is read and written of `struct user` begins with the registers, in the same order.
    #[test]
    fn a_word_of_what_the_kernel_keeps() {
        let Some(tracee) = traced(|| 0) else { return };
        let mut registers = ptrace::get_registers(tracee.0).unwrap();
        #[cfg(target_arch = "x86_64")]
        let (stack, scratch, field) = (
            offset_of!(Registers, rsp),
            offset_of!(Registers, r11),
            &mut registers.r11,
        );
        #[cfg(target_arch = "x86")]
        let (stack, scratch, field) = (
            offset_of!(Registers, esp),
            offset_of!(Registers, edx),
            &mut registers.edx,
        );
        *field = 0x1234_5678;
        // SAFETY: the tracee has memory of its own, and the register is one that calls lose.
        unsafe { ptrace::poke_user(tracee.0, scratch, 0x1234_5678).unwrap() };
        assert_eq!(ptrace::peek_user(tracee.0, scratch), Ok(0x1234_5678));
        assert_eq!(
            ptrace::peek_user(tracee.0, stack),
            Ok(registers.stack_pointer())
        );
        assert_eq!(ptrace::get_registers(tracee.0), Ok(registers));
        assert_eq!(ptrace::peek_user(tracee.0, 1 << 20), Err(Errno::EIO));
    }
}

#[cfg(any(
    target_arch = "x86_64",
    target_arch = "x86",
    target_arch = "aarch64",
    target_arch = "powerpc64",
    target_arch = "s390x"
))]
#[test]
fn a_call_is_made_by_the_tracer() {
    let Some(tracee) = traced(|| i32::from(refused_call() != Ok(4242))) else {
        return;
    };
    // Calls that the C library makes on its way out of `raise` are made.
    ptrace::set_options(tracee.0, PtraceOptions::TRACESYSGOOD).unwrap();
    tracee.enters(nr::SYS_PROCESS_VM_READV.number());
    assert!(matches!(tracee.next_call().stop, SyscallStop::Exit { .. }));
    let mut registers = ptrace::get_registers(tracee.0).unwrap();
    registers.set_return_value(4242);
    // SAFETY: the tracee has memory of its own.
    unsafe { ptrace::set_registers(tracee.0, &registers).unwrap() };
    // The next is that of its end: it is not made, and the one behind it is none either.
    ptrace::sysemu(tracee.0, None).unwrap();
    assert_eq!(stopped_by(tracee.wait()), Signal::TRAP.raw() | 0x80);
    let entry = ptrace::get_syscall_info(tracee.0).unwrap();
    let SyscallStop::Entry { number, .. } = entry.stop else {
        panic!("{entry:?}");
    };
    let end = nr::SYS_EXIT_GROUP.number();
    assert_eq!(number, u64::from(end));
    match ptrace::sysemu_single_step(tracee.0, None) {
        // powerpc and s390x may have no such step.
        Err(Errno::EIO) if !cfg!(any(target_arch = "x86_64", target_arch = "x86")) => {}
        stepped => {
            stepped.unwrap();
            assert_eq!(stopped_by(tracee.wait()) & 0x7f, Signal::TRAP.raw());
            assert_eq!(
                tracee.status("State:").chars().next(),
                Some('t'),
                "it is there"
            );
        }
    }
    // SAFETY: it takes numbers.
    unsafe { kill(tracee.0.raw(), Signal::KILL.raw()) };
    assert_eq!(tracee.wait(), Signal::KILL.raw());
}

#[test]
fn a_signal_is_read_changed_and_replaced() {
    static VALUE: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(0);
    extern "C" fn note(_: Signal, info: &SigInfo, _: *mut c_void) {
        let value = info.value().map_or(-1, |value| value.int());
        VALUE.store(value, std::sync::atomic::Ordering::Relaxed);
    }
    let Some(tracee) = traced(|| {
        let action = Action::new(Handler::Info(note), SaFlags::empty(), SigSet::EMPTY);
        // SAFETY: the handler stores a number.
        unsafe { signal::sigaction(Signal::USR1, Some(&action)).unwrap() };
        signal::sigqueue(getpid(), Some(Signal::USR1), 5.into()).unwrap();
        // This one the tracer keeps to itself: it would end the copy.
        signal::sigqueue(getpid(), Some(Signal::USR2), 6.into()).unwrap();
        VALUE.load(std::sync::atomic::Ordering::Relaxed)
    }) else {
        return;
    };
    let info = ptrace::get_siginfo(tracee.0).unwrap();
    assert_eq!(info.signal(), Some(Signal::STOP));
    assert_eq!(info.code(), SigCode::TKILL);

    ptrace::cont(tracee.0, None).unwrap();
    assert_eq!(stopped_by(tracee.wait()), Signal::USR1.raw());
    let info = ptrace::get_siginfo(tracee.0).unwrap();
    assert_eq!(info.signal(), Some(Signal::USR1));
    assert_eq!(info.value().unwrap().int(), 5);
    assert_eq!(info.sender().unwrap().0, tracee.0);
    let other = SigInfo::queued(Signal::USR1, tracee.0, Uid::ROOT, 42.into());
    ptrace::set_siginfo(tracee.0, &other).unwrap();
    assert_eq!(
        ptrace::get_siginfo(tracee.0)
            .unwrap()
            .value()
            .unwrap()
            .int(),
        42
    );

    ptrace::cont(tracee.0, Some(Signal::USR1)).unwrap();
    assert_eq!(stopped_by(tracee.wait()), Signal::USR2.raw());
    assert_eq!(tracee.ends(), 42);
}

#[test]
fn a_mask_is_read_and_set() {
    let usr1 = SigSet::from([Signal::USR1]);
    let Some(tracee) = traced(move || {
        signal::set_mask(&usr1).unwrap();
        signal::sigqueue(getpid(), Some(Signal::USR1), 1.into()).unwrap();
        signal::sigqueue(getpid(), Some(Signal::USR1), 2.into()).unwrap(); // is waiting already
        stop_here();
        i32::from(signal::mask() != Ok(SigSet::from([Signal::USR1, Signal::HUP])))
    }) else {
        return;
    };
    ptrace::cont(tracee.0, None).unwrap();
    assert_eq!(stopped_by(tracee.wait()), Signal::STOP.raw());
    // The C library blocks more while it sends the signal to itself.
    let mask = ptrace::get_sigmask(tracee.0).unwrap();
    let in_proc = u64::from_str_radix(&tracee.status("SigBlk:"), 16).unwrap();
    for number in 1..=64 {
        let signal = Signal::from_raw(number).unwrap();
        assert_eq!(mask.contains(signal), in_proc >> (number - 1) & 1 == 1);
    }

    let mut infos = [SigInfo::default(); 4];
    let waiting = ptrace::peek_siginfo(tracee.0, 0, true, &mut infos);
    assert_eq!(waiting, Ok(1));
    assert_eq!(infos[0].signal(), Some(Signal::USR1));
    assert_eq!(infos[0].value().unwrap().int(), 1);
    assert_eq!(infos[1].signal(), None, "no more came");
    assert_eq!(ptrace::peek_siginfo(tracee.0, 1, true, &mut infos), Ok(0));
    assert_eq!(ptrace::peek_siginfo(tracee.0, 0, false, &mut infos), Ok(0));
    assert_eq!(ptrace::peek_siginfo(tracee.0, 0, true, &mut []), Ok(0));

    // To where it comes back to itself: then it has the mask that it has set.
    ptrace::set_options(tracee.0, PtraceOptions::TRACESYSGOOD).unwrap();
    loop {
        // The call that reads the mask: what it is told is what is set here.
        let info = tracee.enters(nr::SYS_RT_SIGPROCMASK.number());
        if matches!(info.stop, SyscallStop::Entry { args, .. } if args[1] == 0) {
            break;
        }
    }
    let set = SigSet::from([Signal::USR1, Signal::HUP]);
    ptrace::set_sigmask(tracee.0, &set).unwrap();
    assert_eq!(ptrace::get_sigmask(tracee.0), Ok(set));
    assert_eq!(tracee.ends(), 0);
}

const READ: c_int = 1;
const WRITE: c_int = 2;

/// New memory of this process.
fn map(len: usize) -> *mut u8 {
    const MAP_PRIVATE: c_int = 2;
    const MAP_ANONYMOUS: c_int = linux_raw_sys::general::MAP_ANONYMOUS as c_int;
    let (none, flags) = (core::ptr::null_mut(), MAP_PRIVATE | MAP_ANONYMOUS);
    // SAFETY: new memory is nobody else's.
    let at = unsafe { mmap(none, len, READ | WRITE, flags, -1, 0) };
    assert_ne!(at.addr(), usize::MAX);
    at.cast()
}

/// s390x, x86, arm, riscv and Debian's kernels for aarch64 and loongarch have pages of 4,096 bytes or of 16,384,
/// powerpc64le's of 65,536.
fn page() -> usize {
    static PAGE: std::sync::LazyLock<usize> = std::sync::LazyLock::new(|| {
        let auxv = std::fs::read("/proc/self/auxv").unwrap();
        let words = auxv.chunks_exact(size_of::<usize>());
        let words = words.map(|word| usize::from_ne_bytes(word.try_into().unwrap()));
        let words: Vec<usize> = words.collect();
        const AT_PAGESZ: usize = 6; // linux/auxvec.h
        words
            .chunks_exact(2)
            .find(|pair| pair[0] == AT_PAGESZ)
            .unwrap()[1]
    });
    *PAGE
}

/// Bytes that are not the same anywhere near.
fn pattern(len: usize, salt: u8) -> Vec<u8> {
    (0..len)
        .map(|at| (at as u8).wrapping_mul(31) ^ (at >> 8) as u8 ^ salt)
        .collect()
}

/// A tracee with memory of `pages` pages that the test has filled, which is at the same address there.
fn with_memory(pages: usize, prepare: impl FnOnce(*mut u8)) -> Option<(Tracee, usize, Vec<u8>)> {
    let len = pages * page();
    let at = map(len);
    let bytes = pattern(len, 0);
    // SAFETY: the memory is this test's.
    unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), at, len) };
    let tracee = traced(|| {
        prepare(at);
        stop_here();
        0
    })?;
    // SAFETY: as above; the tracee has its own.
    assert_eq!(unsafe { munmap(at.cast(), len) }, 0);
    ptrace::cont(tracee.0, None).unwrap();
    assert_eq!(stopped_by(tracee.wait()), Signal::STOP.raw());
    Some((tracee, at.addr(), bytes))
}

#[test]
fn memory_is_read_at_any_address_and_length() {
    let Some((tracee, at, bytes)) = with_memory(4, |_| {}) else {
        return;
    };
    for from in 0..16 {
        for len in (0..=40).chain([63, 64, 65, 127, 5000]) {
            let mut read = vec![0xee; len + 8];
            ptrace::peek(tracee.0, at + from, &mut read[..len]).unwrap();
            assert_eq!(read[..len], bytes[from..from + len], "{len} at {from}");
            assert_eq!(read[len..], [0xee; 8], "no byte more");
            ptrace::peek_text(tracee.0, at + from, &mut read[..len]).unwrap();
            assert_eq!(read[..len], bytes[from..from + len]);
        }
    }
    let mut all = vec![0; bytes.len()];
    ptrace::peek(tracee.0, at, &mut all).unwrap();
    assert!(all == bytes);
}

#[test]
fn memory_is_written_at_any_address_and_length() {
    let Some((tracee, at, mut bytes)) = with_memory(4, |_| {}) else {
        return;
    };
    let memory = tracee.memory();
    let mut salt = 1u8;
    for from in 0..16 {
        for len in (0..=40).chain([63, 64, 65, 127, 5000]) {
            salt = salt.wrapping_add(1);
            let new = pattern(len, salt);
            bytes[from..from + len].copy_from_slice(&new);
            // SAFETY: the tracee has memory of its own.
            unsafe {
                if salt % 2 == 0 {
                    ptrace::poke(tracee.0, at + from, &new).unwrap();
                } else {
                    ptrace::poke_text(tracee.0, at + from, &new).unwrap();
                }
            }
            let mut all = vec![0; 5100];
            memory.read_exact_at(&mut all, at as u64).unwrap();
            assert!(all == bytes[..5100], "{len} at {from}");
        }
    }
}

/// Pages: one to read and write, one to read, one that is `PROT_NONE`, one to read and write, and one that is not
/// there.
#[test]
fn memory_that_it_may_not_reach_itself() {
    let page = page();
    let Some((tracee, at, mut bytes)) = with_memory(5, |at| {
        // SAFETY: the memory is the copy's.
        unsafe {
            assert_eq!(mprotect(at.add(page).cast(), page, READ), 0);
            assert_eq!(mprotect(at.add(2 * page).cast(), page, 0), 0);
            assert_eq!(munmap(at.add(4 * page).cast(), page), 0);
        }
    }) else {
        return;
    };
    let end = 4 * page;
    // Up to the last byte, over both pages.
    let mut read = vec![0; end - 100];
    ptrace::peek(tracee.0, at + 100, &mut read).unwrap();
    assert!(read == bytes[100..end]);

    let memory = tracee.memory();
    for (from, len, salt) in [
        (100, end - 100, 3),
        (page - 3, 7, 4),
        (2 * page - 3, 7, 5),
        (3 * page - 5, 11, 6),
        (page - 300, 600, 7),
    ] {
        let new = pattern(len, salt);
        bytes[from..from + len].copy_from_slice(&new);
        // SAFETY: the tracee has memory of its own.
        unsafe { ptrace::poke(tracee.0, at + from, &new).unwrap() };
        let mut all = vec![0; end];
        memory.read_exact_at(&mut all, at as u64).unwrap();
        assert!(all == bytes[..end], "{len} at {from}");
    }

    // Over the end: what was there has come, and how much that is.
    for before in (0..=20).chain([63, 64, 65, 500, page + 1]) {
        for behind in [1, 2, 7, 8, 9, 100, 5000] {
            let from = end - before;
            let mut read = vec![0xee; before + behind];
            let error = ptrace::peek(tracee.0, at + from, &mut read).unwrap_err();
            assert_eq!((error.errno(), error.done()), (Errno::EIO, before));
            assert_eq!(read[..before], bytes[from..end]);
            assert!(read[before..].iter().all(|&byte| byte == 0xee));

            let new = pattern(before + behind, before as u8 ^ behind as u8);
            // SAFETY: the tracee has memory of its own.
            let error = unsafe { ptrace::poke(tracee.0, at + from, &new).unwrap_err() };
            assert_eq!((error.errno(), error.done()), (Errno::EIO, before));
            bytes[from..end].copy_from_slice(&new[..before]);
        }
    }
    let mut all = vec![0; end];
    memory.read_exact_at(&mut all, at as u64).unwrap();
    assert!(all == bytes[..end]);

    let error = ptrace::peek(tracee.0, usize::MAX - 3, &mut [0; 16]).unwrap_err();
    assert_eq!((error.errno(), error.done()), (Errno::EIO, 0));
    assert_eq!(error.to_string(), format!("{}, after 0 bytes", Errno::EIO));
    assert_eq!(Errno::from(error), Errno::EIO);
    assert_eq!(
        std::io::Error::from(error).raw_os_error(),
        Some(Errno::EIO.raw())
    );
}

/// One call reads all; words would do it too, but not of a process that is no tracee.
#[test]
fn memory_is_that_of_a_tracee_that_has_stopped() {
    let bytes = pattern(8192, 9);
    let (tracee, mut go) = waiting(|| 0);
    let mut read = [0; 8192];
    for len in [1, 8, 8192] {
        let error = ptrace::peek(tracee.0, bytes.as_ptr().addr(), &mut read[..len]);
        let error = error.unwrap_err();
        if error.errno() == Errno::ENOSYS && skipped("no ptrace") {
            return;
        }
        assert_eq!((error.errno(), error.done()), (Errno::ESRCH, 0));
        // SAFETY: it fails.
        let error = unsafe { ptrace::poke(tracee.0, bytes.as_ptr().addr(), &bytes[..len]) };
        let error: MemoryError = error.unwrap_err();
        assert_eq!((error.errno(), error.done()), (Errno::ESRCH, 0));
    }
    go.write_all(b"x").unwrap();
}

#[test]
fn pieces_of_another_process() {
    let mut bytes = pattern(10_000, 9);
    let at = bytes.as_mut_ptr().addr();
    let (tracee, mut go) = waiting(|| i32::from(bytes[17..20] != *b"abc" || bytes[5000] != b'd'));
    let mut read = vec![0; 600];
    let pieces = [
        RemoteRange::new(at + 10, 100),
        RemoteRange::new(at + 7000, 500),
    ];
    assert_eq!((pieces[0].start, pieces[0].len), (at + 10, 100));
    let got = ptrace::process_vm_readv(tracee.0, &mut read, &pieces);
    if got == Err(Errno::ENOSYS) && skipped("no process_vm_readv") {
        return;
    }
    assert_eq!(got, Ok(600));
    assert_eq!(read[..100], bytes[10..110]);
    assert_eq!(read[100..], bytes[7000..7500]);
    assert_eq!(
        ptrace::process_vm_readv(tracee.0, &mut read[..5], &pieces),
        Ok(5)
    );

    let pieces = [RemoteRange::new(at + 17, 3), RemoteRange::new(at + 5000, 1)];
    // SAFETY: the other process has memory of its own.
    unsafe {
        assert_eq!(ptrace::process_vm_writev(tracee.0, b"abcd", &pieces), Ok(4));
        let nowhere = [RemoteRange::new(64, 1)];
        let refused = ptrace::process_vm_writev(tracee.0, b"x", &nowhere);
        assert_eq!(refused, Err(Errno::EFAULT));
    }
    assert_ne!(bytes[17..20], *b"abc", "this process keeps its own");
    let nowhere = [RemoteRange::new(64, 8)];
    let refused = ptrace::process_vm_readv(tracee.0, &mut read, &nowhere);
    assert_eq!(refused, Err(Errno::EFAULT));
    let nobody = ptrace::process_vm_readv(Pid::from_raw(i32::MAX), &mut read, &pieces);
    assert_eq!(nobody, Err(Errno::ESRCH));
    go.write_all(b"x").unwrap();
    assert_eq!(tracee.wait(), 0);
}

#[test]
fn any_request_can_be_made() {
    let Some((tracee, at, bytes)) = with_memory(1, |_| {}) else {
        return;
    };
    let mut word = 0usize;
    let there = core::ptr::without_provenance_mut(at);
    // SAFETY: PTRACE_PEEKDATA writes a word.
    let read = unsafe { ptrace::ptrace(2, tracee.0, there, (&raw mut word).cast()) };
    assert_eq!(read, Ok(0));
    assert_eq!(word.to_ne_bytes(), bytes[..size_of::<usize>()]);
    // SAFETY: there is no such request.
    let unknown = unsafe { ptrace::ptrace(0x7fff_ffff, tracee.0, there, there) };
    assert_eq!(unknown, Err(Errno::EIO));
}

#[test]
fn attached_stopped_and_let_go() {
    let (tracee, mut go) = waiting(|| 9);
    let attached = ptrace::attach(tracee.0);
    if attached == Err(Errno::ENOSYS) && skipped("no ptrace") {
        return;
    }
    assert_eq!(attached, Ok(()));
    assert_eq!(stopped_by(tracee.wait()), Signal::STOP.raw());
    assert_eq!(tracee.status("TracerPid:"), this_thread().to_string());
    assert!(tracee.status("State:").starts_with('t'));
    assert_eq!(ptrace::attach(tracee.0), Err(Errno::EPERM), "it is traced");
    assert_eq!(
        ptrace::interrupt(tracee.0),
        Err(Errno::EIO),
        "it was not seized"
    );

    ptrace::detach(tracee.0, None).unwrap();
    assert_eq!(tracee.status("TracerPid:"), "0");
    assert_eq!(ptrace::cont(tracee.0, None), Err(Errno::ESRCH));
    go.write_all(b"x").unwrap();
    assert_eq!(tracee.wait(), 9 << 8, "it went on");
}

#[test]
fn let_go_with_a_signal() {
    let Some(tracee) = traced(|| 0) else { return };
    ptrace::detach(tracee.0, Some(Signal::TERM)).unwrap();
    assert_eq!(tracee.wait(), Signal::TERM.raw());
}

#[test]
fn a_tracee_has_one_tracer() {
    let Some(tracee) = traced(|| i32::from(ptrace::traceme() != Err(Errno::EPERM))) else {
        return;
    };
    ptrace::cont(tracee.0, None).unwrap();
    assert_eq!(tracee.wait(), 0);
}

#[test]
fn who_can_not_be_traced() {
    let nobody = Pid::from_raw(i32::MAX);
    let attached = ptrace::attach(nobody);
    if attached == Err(Errno::ENOSYS) && skipped("no ptrace") {
        return;
    }
    assert_eq!(attached, Err(Errno::ESRCH));
    assert_eq!(ptrace::attach(getpid()), Err(Errno::EPERM), "not one's own");
    assert_eq!(
        ptrace::seize(getpid(), PtraceOptions::empty()),
        Err(Errno::EPERM)
    );
    let (tracee, _go) = waiting(|| 0);
    let unknown = PtraceOptions::from_bits_retain(1 << 30);
    let seized = ptrace::seize(tracee.0, unknown);
    assert!(
        matches!(seized, Err(Errno::EIO | Errno::EINVAL)),
        "{seized:?}"
    );
    for refused in [
        ptrace::cont(tracee.0, None),
        ptrace::syscall(tracee.0, None),
        ptrace::single_step(tracee.0, None),
        ptrace::interrupt(tracee.0),
        ptrace::listen(tracee.0),
        ptrace::detach(tracee.0, None),
        ptrace::set_options(tracee.0, PtraceOptions::empty()),
        ptrace::get_event_msg(tracee.0).map(drop),
        ptrace::get_siginfo(tracee.0).map(drop),
        ptrace::set_siginfo(tracee.0, &SigInfo::default()),
        ptrace::get_sigmask(tracee.0).map(drop),
        ptrace::set_sigmask(tracee.0, &SigSet::EMPTY),
        ptrace::peek_siginfo(tracee.0, 0, false, &mut [SigInfo::default()]).map(drop),
        ptrace::get_registers(tracee.0).map(drop),
        ptrace::get_syscall_info(tracee.0).map(drop),
        ptrace::peek_user(tracee.0, 0).map(drop),
    ] {
        assert_eq!(refused, Err(Errno::ESRCH), "it is no tracee");
    }
}

#[test]
fn seized_interrupted_and_listened_to() {
    let (tracee, mut go) = waiting(|| 4);
    let seized = ptrace::seize(tracee.0, PtraceOptions::TRACEEXIT);
    if seized == Err(Errno::ENOSYS) && skipped("no ptrace") {
        return;
    }
    assert_eq!(seized, Ok(()));
    assert_eq!(tracee.status("TracerPid:"), this_thread().to_string());
    assert!(
        !tracee.status("State:").starts_with('t'),
        "it has not stopped"
    );
    ptrace::interrupt(tracee.0).unwrap();
    let status = tracee.wait();
    assert_eq!(
        WaitStatus::from_raw(status).ptrace_event(),
        Some(PtraceEvent::STOP)
    );
    assert_eq!(stopped_by(status) & 0xff, Signal::TRAP.raw());
    ptrace::cont(tracee.0, None).unwrap();

    // A stop of the whole process, which the tracer lets happen.
    // SAFETY: it takes numbers.
    unsafe { kill(tracee.0.raw(), Signal::STOP.raw()) };
    let status = tracee.wait();
    assert_eq!(stopped_by(status), Signal::STOP.raw(), "the signal");
    assert_eq!(WaitStatus::from_raw(status).ptrace_event(), None);
    ptrace::cont(tracee.0, Some(Signal::STOP)).unwrap();
    let status = tracee.wait();
    assert_eq!(
        WaitStatus::from_raw(status).ptrace_event(),
        Some(PtraceEvent::STOP)
    );
    assert_eq!(stopped_by(status) & 0xff, Signal::STOP.raw(), "the stop");
    ptrace::listen(tracee.0).unwrap();
    // SAFETY: as above.
    unsafe { kill(tracee.0.raw(), Signal::CONT.raw()) };
    let status = tracee.wait();
    assert_eq!(
        WaitStatus::from_raw(status).ptrace_event(),
        Some(PtraceEvent::STOP),
        "it goes on"
    );
    ptrace::cont(tracee.0, None).unwrap();
    assert_eq!(stopped_by(tracee.wait()), Signal::CONT.raw());
    ptrace::cont(tracee.0, Some(Signal::CONT)).unwrap();

    go.write_all(b"x").unwrap();
    let status = tracee.wait();
    assert_eq!(
        WaitStatus::from_raw(status).ptrace_event(),
        Some(PtraceEvent::EXIT)
    );
    assert_eq!(
        ptrace::get_event_msg(tracee.0),
        Ok(4 << 8),
        "what it ends with"
    );
    ptrace::cont(tracee.0, None).unwrap();
    assert_eq!(tracee.wait(), 4 << 8);
}

#[test]
fn a_fork_and_a_new_thread_are_told() {
    let Some(tracee) = traced(|| {
        // SAFETY: the copy ends.
        unsafe {
            let child = fork();
            if child == 0 {
                _exit(0);
            }
            waitpid(child, core::ptr::null_mut(), 0);
        }
        std::thread::spawn(|| ()).join().unwrap();
        0
    }) else {
        return;
    };
    let options = PtraceOptions::TRACEFORK | PtraceOptions::TRACECLONE | PtraceOptions::EXITKILL;
    ptrace::set_options(tracee.0, options).unwrap();
    ptrace::cont(tracee.0, None).unwrap();
    let status = tracee.wait();
    assert_eq!(
        WaitStatus::from_raw(status).ptrace_event(),
        Some(PtraceEvent::FORK)
    );
    let child = Pid::from_raw(ptrace::get_event_msg(tracee.0).unwrap() as i32);
    // The child is a tracee too, and has stopped.
    assert_eq!(stopped_by(status_of(child)), Signal::STOP.raw());
    let parent = std::fs::read_to_string(format!("/proc/{child}/status")).unwrap();
    assert!(parent.contains(&format!("PPid:\t{}\n", tracee.0)));
    ptrace::detach(child, None).unwrap();
    ptrace::cont(tracee.0, None).unwrap();

    let mut status = tracee.wait();
    if status >> 8 == Signal::CHLD.raw() {
        ptrace::cont(tracee.0, None).unwrap();
        status = tracee.wait();
    }
    assert_eq!(
        WaitStatus::from_raw(status).ptrace_event(),
        Some(PtraceEvent::CLONE)
    );
    let thread = Pid::from_raw(ptrace::get_event_msg(tracee.0).unwrap() as i32);
    assert_eq!(stopped_by(status_of(thread)), Signal::STOP.raw());
    assert!(std::fs::exists(format!("/proc/{}/task/{thread}", tracee.0)).unwrap());
    ptrace::detach(thread, None).unwrap();
    assert_eq!(tracee.ends(), 0);
}

/// What makes a vfork(2) is that the parent waits; here without sharing its memory.
#[test]
fn a_vfork_and_its_end_are_told() {
    const CLONE_VFORK: usize = 0x4000; // linux/sched.h
    let Some(tracee) = traced(|| {
        let flags = CLONE_VFORK | Signal::CHLD.raw() as usize;
        // On s390x the stack comes first.
        let (first, second) = if cfg!(target_arch = "s390x") {
            (0, flags)
        } else {
            (flags, 0)
        };
        // SAFETY: the copy has memory of its own, makes no call of the C library but the last, and ends.
        unsafe {
            let child: Result<usize> =
                abi::sys(nr::SYS_CLONE, (first, second, 0usize, 0usize, 0usize));
            if child == Ok(0) {
                _exit(0);
            }
            waitpid(child.unwrap() as c_int, core::ptr::null_mut(), 0);
        }
        0
    }) else {
        return;
    };
    let options = PtraceOptions::TRACEVFORK | PtraceOptions::TRACEVFORKDONE;
    ptrace::set_options(tracee.0, options).unwrap();
    ptrace::cont(tracee.0, None).unwrap();
    let status = tracee.wait();
    assert_eq!(
        WaitStatus::from_raw(status).ptrace_event(),
        Some(PtraceEvent::VFORK)
    );
    let message = ptrace::get_event_msg(tracee.0).unwrap();
    let child = Pid::from_raw(message as i32);
    assert_eq!(stopped_by(status_of(child)), Signal::STOP.raw());
    ptrace::cont(tracee.0, None).unwrap();
    ptrace::detach(child, None).unwrap();
    let status = tracee.wait();
    assert_eq!(
        WaitStatus::from_raw(status).ptrace_event(),
        Some(PtraceEvent::VFORK_DONE)
    );
    assert_eq!(ptrace::get_event_msg(tracee.0), Ok(message));
    assert_eq!(tracee.ends(), 0);
}

#[test]
fn an_executed_program_is_told() {
    let Some(tracee) = traced(|| {
        let args = [c"sysline".as_ptr(), c"--list".as_ptr(), core::ptr::null()];
        // SAFETY: the strings and the list end as they have to.
        unsafe { execv(c"/proc/self/exe".as_ptr(), args.as_ptr()) };
        1
    }) else {
        return;
    };
    ptrace::set_options(tracee.0, PtraceOptions::TRACEEXEC).unwrap();
    let before = std::fs::read(format!("/proc/{}/cmdline", tracee.0)).unwrap();
    assert_ne!(before, b"sysline\0--list\0");
    ptrace::cont(tracee.0, None).unwrap();
    let status = tracee.wait();
    assert_eq!(
        WaitStatus::from_raw(status).ptrace_event(),
        Some(PtraceEvent::EXEC)
    );
    assert_eq!(ptrace::get_event_msg(tracee.0), Ok(tracee.0.raw() as usize));
    let after = std::fs::read(format!("/proc/{}/cmdline", tracee.0)).unwrap();
    assert_eq!(after, b"sysline\0--list\0");
}

/// Whose tracer has ended goes on, or ends if that was asked for.
#[test]
fn a_tracers_end_is_the_tracees_if_asked() {
    let (tracee, _go) = waiting(|| 0);
    let pid = tracee.0;
    let tracer = std::thread::spawn(move || ptrace::seize(pid, PtraceOptions::EXITKILL));
    let seized = tracer.join().unwrap();
    if seized == Err(Errno::ENOSYS) && skipped("no ptrace") {
        return;
    }
    assert_eq!(seized, Ok(()));
    assert_eq!(tracee.wait(), Signal::KILL.raw());
}

#[test]
fn a_status_without_an_event_has_none() {
    assert_eq!(WaitStatus::from_raw(0).ptrace_event(), None);
    assert_eq!(WaitStatus::from_raw(5 << 8 | 0x7f).ptrace_event(), None);
    assert_eq!(
        WaitStatus::from_raw(4 << 16 | 5 << 8 | 0x7f).ptrace_event(),
        Some(PtraceEvent::EXEC)
    );
    assert_eq!(
        WaitStatus::from_raw(0x80 << 16 | 5 << 8 | 0x7f).ptrace_event(),
        Some(PtraceEvent::STOP)
    );
    assert_eq!(WaitStatus::from_raw(-1).ptrace_event(), None);
    assert_eq!(
        WaitStatus::from_raw(4 << 16 | 9).ptrace_event(),
        None,
        "it has ended"
    );
    assert_eq!(
        WaitStatus::from_raw(0xffff).ptrace_event(),
        None,
        "it goes on"
    );
}

#[test]
fn a_call_in_bytes() {
    let mut bytes = [0; SyscallInfo::SIZE];
    bytes[0] = 3; // PTRACE_SYSCALL_INFO_SECCOMP
    bytes[4..8].copy_from_slice(&7u32.to_ne_bytes());
    for word in 0..9u64 {
        let at = 8 + 8 * word as usize;
        bytes[at..at + 8].copy_from_slice(&(100 + word).to_ne_bytes());
    }
    bytes[80..84].copy_from_slice(&200u32.to_ne_bytes());
    let info = SyscallInfo {
        arch: 7,
        instruction_pointer: 100,
        stack_pointer: 101,
        stop: SyscallStop::Seccomp {
            number: 102,
            args: [103, 104, 105, 106, 107, 108],
            data: 200,
        },
    };
    assert_eq!(SyscallInfo::from_bytes(&bytes), Some(info));
    assert_eq!(info.to_bytes(), bytes);
    bytes[0] = 4;
    assert_eq!(SyscallInfo::from_bytes(&bytes), None, "no such stop");
    assert_eq!(SyscallInfo::from_bytes(&[]), None);
    let exit = [&[2][..], &[0; 23], &(-2i64).to_ne_bytes(), &[1]].concat();
    let stop = SyscallInfo::from_bytes(&exit).unwrap().stop;
    assert_eq!(
        stop,
        SyscallStop::Exit {
            value: -2,
            is_error: true
        }
    );
}

proptest! {
    #[test]
    fn any_bytes_are_a_call_or_none(op in 0..6u8, mut bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        if let Some(first) = bytes.first_mut() {
            *first = op;
        }
        decoders::syscall_info::check(&bytes);
    }
}
