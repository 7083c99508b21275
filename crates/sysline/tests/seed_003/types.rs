//! The types that Go's lines mention, by Go's names: the kernel's structures on 64-bit Linux, each with its header.

#![allow(non_camel_case_types)]

use sysline::abi::{Arg, Word};

/// C's `int`.
pub type _C_int = i32;

/// A signal's number: Go's `type Signal int`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal(pub i32);

// SAFETY: a signal is its number.
unsafe impl Arg for Signal {
    type Words = [Word; 1];
    #[inline(always)]
    fn into_words(self) -> [Word; 1] {
        self.0.into_words()
    }
}

/// `__kernel_suseconds_t` of `asm/posix_types.h`: as wide as a register but on sparc64.
#[cfg(not(target_arch = "sparc64"))]
type Suseconds = i64;
#[cfg(target_arch = "sparc64")]
type Suseconds = i32;

/// `struct timeval` of `linux/time.h`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeval {
    pub sec: i64,
    pub usec: Suseconds,
}

/// `struct timespec` of `linux/time.h`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timespec {
    pub sec: i64,
    pub nsec: i64,
}

/// `struct rusage` of `linux/resource.h`.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Rusage {
    pub utime: Timeval,
    pub stime: Timeval,
    /// Kilobytes.
    pub maxrss: i64,
    pub ixrss: i64,
    pub idrss: i64,
    pub isrss: i64,
    pub minflt: i64,
    pub majflt: i64,
    pub nswap: i64,
    pub inblock: i64,
    pub oublock: i64,
    pub msgsnd: i64,
    pub msgrcv: i64,
    pub nsignals: i64,
    pub nvcsw: i64,
    pub nivcsw: i64,
}

/// `struct timex` of `linux/timex.h`.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Timex {
    pub modes: u32,
    pub offset: i64,
    pub freq: i64,
    pub maxerror: i64,
    pub esterror: i64,
    pub status: i32,
    pub constant: i64,
    pub precision: i64,
    pub tolerance: i64,
    pub time: Timeval,
    pub tick: i64,
    pub ppsfreq: i64,
    pub jitter: i64,
    pub shift: i32,
    pub stabil: i64,
    pub jitcnt: i64,
    pub calcnt: i64,
    pub errcnt: i64,
    pub stbcnt: i64,
    pub tai: i32,
    pub unused: [i32; 11],
}

/// `struct epoll_event` of `linux/eventpoll.h`, which on x86-64 is laid out as on 32-bit x86 (`EPOLL_PACKED`).
#[cfg_attr(target_arch = "x86_64", repr(C, packed))]
#[cfg_attr(not(target_arch = "x86_64"), repr(C))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EpollEvent {
    pub events: u32,
    pub data: u64,
}

/// `struct rlimit64` of `linux/resource.h`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rlimit {
    pub cur: u64,
    pub max: u64,
}

/// `struct sysinfo` of `linux/sysinfo.h`.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Sysinfo_t {
    /// Seconds.
    pub uptime: i64,
    /// Of the last 1, 5 and 15 minutes, in 65,536ths.
    pub loads: [u64; 3],
    /// In units of `unit` bytes, as all memory here.
    pub totalram: u64,
    pub freeram: u64,
    pub sharedram: u64,
    pub bufferram: u64,
    pub totalswap: u64,
    pub freeswap: u64,
    pub procs: u16,
    pub pad: u16,
    pub totalhigh: u64,
    pub freehigh: u64,
    pub unit: u32,
}

/// `struct tms` of `linux/times.h`, in clock ticks.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Tms {
    pub utime: i64,
    pub stime: i64,
    pub cutime: i64,
    pub cstime: i64,
}

/// `struct new_utsname` of `linux/utsname.h`. Each ends with a NUL.
#[repr(C)]
#[derive(Debug)]
pub struct Utsname {
    pub sysname: [u8; 65],
    pub nodename: [u8; 65],
    pub release: [u8; 65],
    pub version: [u8; 65],
    pub machine: [u8; 65],
    pub domainname: [u8; 65],
}

/// `__kernel_daddr_t` of `asm/posix_types.h`.
#[cfg(not(target_arch = "mips64"))]
type Daddr = i32;
#[cfg(target_arch = "mips64")]
type Daddr = i64;

/// What `struct ustat` counts inodes in: 32 bits on s390 (`CONFIG_ARCH_32BIT_USTAT_F_TINODE`).
#[cfg(not(target_arch = "s390x"))]
type UstatInodes = u64;
#[cfg(target_arch = "s390x")]
type UstatInodes = u32;

/// `struct ustat` of the kernel's own `include/linux/types.h`.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Ustat_t {
    /// Free blocks.
    pub tfree: Daddr,
    /// Free inodes.
    pub tinode: UstatInodes,
    /// These two the kernel fills with zeros.
    pub fname: [u8; 6],
    pub fpack: [u8; 6],
}

/// `struct utimbuf` of `linux/utime.h`, in seconds.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Utimbuf {
    pub actime: i64,
    pub modtime: i64,
}

// What the C compiler says of the headers of Linux, x86-64 but where the two sizes are told apart.
const _: () = {
    assert!(size_of::<Timeval>() == 16);
    assert!(size_of::<Timespec>() == 16);
    assert!(size_of::<Rusage>() == 144);
    assert!(size_of::<Timex>() == 208);
    assert!(core::mem::offset_of!(Timex, time) == 72);
    assert!(core::mem::offset_of!(Timex, tai) == 160);
    assert!(size_of::<EpollEvent>() == if cfg!(target_arch = "x86_64") { 12 } else { 16 });
    assert!(size_of::<Rlimit>() == 16);
    assert!(size_of::<Sysinfo_t>() == 112);
    assert!(core::mem::offset_of!(Sysinfo_t, procs) == 80);
    assert!(core::mem::offset_of!(Sysinfo_t, unit) == 104);
    assert!(size_of::<Tms>() == 32);
    assert!(size_of::<Utsname>() == 390);
    assert!(size_of::<Utimbuf>() == 16);
};
