//! The machine: its names, what it has, and how it is stopped.
//!
//! Owns: what is said of and to the kernel as a whole; its log, and what turns it off or changes its code, in the rooms
//! `system/*.rs`. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys`
//! lines, whose wrappers are in `system/lines.rs`.
//!
//! ```
//! use sysline::system;
//!
//! # fn main() -> sysline::Result<()> {
//! let names = system::uname()?;
//! assert_eq!(names.sysname(), c"Linux");
//! println!("{:?}: {:?}", names.nodename(), system::sysinfo()?);
//! # Ok(())
//! # }
//! ```

use crate::flags::flags;
use core::ffi::{CStr, c_char};
use core::fmt;
use core::time::Duration;
use linux_raw_sys::{general as c, system as s};

mod lines;
mod log;
mod power;
#[cfg(not(any(
    target_arch = "aarch64",
    target_arch = "riscv32",
    target_arch = "riscv64",
    target_arch = "loongarch64"
)))]
mod sysfs;

pub use lines::*;
pub use log::*;
pub use power::*;
#[cfg(not(any(
    target_arch = "aarch64",
    target_arch = "riscv32",
    target_arch = "riscv64",
    target_arch = "loongarch64"
)))]
pub use sysfs::*;

/// The machine's names (uname(2)): `struct new_utsname` (`linux/utsname.h`).
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Uts(s::new_utsname);

/// How many bytes each of [`Uts`]'s strings has, its NUL among them.
const NAME: usize = s::__NEW_UTS_LEN as usize + 1;

impl Uts {
    /// The kernel's name: `Linux`.
    pub fn sysname(&self) -> &CStr {
        string(&self.0.sysname)
    }

    /// The machine's name in its network: what [`sethostname`] sets.
    pub fn nodename(&self) -> &CStr {
        string(&self.0.nodename)
    }

    /// The kernel's release, such as `6.18.0`.
    pub fn release(&self) -> &CStr {
        string(&self.0.release)
    }

    /// The kernel's version: how and when it was built.
    pub fn version(&self) -> &CStr {
        string(&self.0.version)
    }

    /// The machine's kind, such as `x86_64`.
    pub fn machine(&self) -> &CStr {
        string(&self.0.machine)
    }

    /// The name of the machine's NIS domain: what [`setdomainname`] sets.
    pub fn domainname(&self) -> &CStr {
        string(&self.0.domainname)
    }
}

/// The string up to its NUL; none where it has no NUL.
fn string(name: &[c_char; NAME]) -> &CStr {
    // SAFETY: the same bytes, whose sign means nothing.
    let bytes = unsafe { &*core::ptr::from_ref(name).cast::<[u8; NAME]>() };
    CStr::from_bytes_until_nul(bytes).unwrap_or_default()
}

impl fmt::Debug for Uts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Uts")
            .field("sysname", &self.sysname())
            .field("nodename", &self.nodename())
            .field("release", &self.release())
            .field("version", &self.version())
            .field("machine", &self.machine())
            .field("domainname", &self.domainname())
            .finish()
    }
}

/// What the machine has and how busy it is (sysinfo(2)): `struct sysinfo` (`linux/sysinfo.h`). Memory is in bytes.
#[repr(transparent)]
pub struct Sysinfo(s::sysinfo);

impl Sysinfo {
    /// Since it was started, the time of suspends too.
    pub const fn uptime(&self) -> Duration {
        Duration::from_secs(number(self.0.uptime as s::__kernel_ulong_t))
    }

    /// How many threads ran or waited for disks on average, in the last 1, 5 and 15 minutes, in units of 1 / 65,536.
    pub fn loads(&self) -> [u64; 3] {
        self.0.loads.map(number)
    }

    /// Memory.
    pub fn total_ram(&self) -> u64 {
        self.bytes(self.0.totalram)
    }

    /// Memory that is not used for anything.
    pub fn free_ram(&self) -> u64 {
        self.bytes(self.0.freeram)
    }

    /// Memory that processes share through file systems in memory.
    pub fn shared_ram(&self) -> u64 {
        self.bytes(self.0.sharedram)
    }

    /// Memory that holds disks' blocks.
    pub fn buffer_ram(&self) -> u64 {
        self.bytes(self.0.bufferram)
    }

    /// Swap space.
    pub fn total_swap(&self) -> u64 {
        self.bytes(self.0.totalswap)
    }

    /// Swap space that is not used.
    pub fn free_swap(&self) -> u64 {
        self.bytes(self.0.freeswap)
    }

    /// Memory that a 32-bit kernel has no addresses for.
    pub fn total_high(&self) -> u64 {
        self.bytes(self.0.totalhigh)
    }

    /// Such memory that is not used.
    pub fn free_high(&self) -> u64 {
        self.bytes(self.0.freehigh)
    }

    /// How many threads there are; above 65,535 it begins anew.
    pub const fn threads(&self) -> u16 {
        self.0.procs
    }

    fn bytes(&self, units: s::__kernel_ulong_t) -> u64 {
        number(units).saturating_mul(u64::from(self.0.mem_unit))
    }
}

/// Of a register's size, which is not the same everywhere.
#[allow(clippy::unnecessary_cast)]
const fn number(word: s::__kernel_ulong_t) -> u64 {
    word as u64
}

impl fmt::Debug for Sysinfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sysinfo")
            .field("uptime", &self.uptime())
            .field("loads", &self.loads())
            .field("total_ram", &self.total_ram())
            .field("free_ram", &self.free_ram())
            .field("shared_ram", &self.shared_ram())
            .field("buffer_ram", &self.buffer_ram())
            .field("total_swap", &self.total_swap())
            .field("free_swap", &self.free_swap())
            .field("total_high", &self.total_high())
            .field("free_high", &self.free_high())
            .field("threads", &self.threads())
            .finish()
    }
}

flags! {
    /// Where [`getrandom`]'s bytes come from, and whether it waits.
    pub struct GetrandomFlags: u32 {
        /// `EAGAIN` rather than a wait until the kernel has gathered enough.
        NONBLOCK = c::GRND_NONBLOCK;
        /// From `/dev/random`, which has been the same since Linux 5.6.
        RANDOM = c::GRND_RANDOM;
        /// Bytes also where the kernel has not gathered enough (Linux 5.6).
        INSECURE = c::GRND_INSECURE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_its_own() {
        // SAFETY: it is numbers.
        let mut raw: s::sysinfo = unsafe { core::mem::MaybeUninit::zeroed().assume_init() };
        raw.uptime = 90;
        raw.loads = [1, 2, 3];
        (raw.totalram, raw.freeram, raw.sharedram, raw.bufferram) = (4, 5, 6, 7);
        (raw.totalswap, raw.freeswap, raw.totalhigh, raw.freehigh) = (8, 9, 10, 11);
        raw.procs = 12;
        raw.mem_unit = 4096;
        let info = Sysinfo(raw);
        assert_eq!(info.uptime(), Duration::from_secs(90));
        assert_eq!((info.loads(), info.threads()), ([1, 2, 3], 12));
        let told = [
            info.total_ram(),
            info.free_ram(),
            info.shared_ram(),
            info.buffer_ram(),
            info.total_swap(),
            info.free_swap(),
            info.total_high(),
            info.free_high(),
        ];
        assert_eq!(told, [4, 5, 6, 7, 8, 9, 10, 11].map(|units| units << 12));
    }

    /// A name that fills its place.
    #[test]
    fn a_name_without_a_nul_is_none() {
        let full = [b'x' as c_char; NAME];
        assert_eq!(string(&full), c"");
        let mut longest = full;
        longest[NAME - 1] = 0;
        assert_eq!(string(&longest).count_bytes(), NAME - 1);
        longest[0] = 0;
        assert_eq!(string(&longest), c"");
    }
}

/*
 * Lines
 */

// The machine's names, as the caller's UTS namespace has them.
//sysnb pub fn uname(out names: Uts) -> Result<Uts>

// Sets the machine's name in its network: up to 64 bytes. It needs `CAP_SYS_ADMIN`.
//sysnb pub fn sethostname(name: &[u8]) -> Result<()>

// Sets the name of the machine's NIS domain: up to 64 bytes. It needs `CAP_SYS_ADMIN`.
//sysnb pub fn setdomainname(name: &[u8]) -> Result<()>

// What the machine has and how busy it is.
//sysnb pub fn sysinfo(out info: Sysinfo) -> Result<Sysinfo>

// Fills `bytes` with random ones; says how many. Up to 256 bytes come whole, once the kernel has gathered enough (Linux
// 3.17).
//sys pub fn getrandom(bytes: &mut [u8], flags: GetrandomFlags) -> Result<usize>

// Has the kernel write to a file about each process that ends; the file is there. It needs `CAP_SYS_PACCT`.
//sys pub fn acct(path: impl PathArg) -> Result<()>

// Ends what [`acct`] has begun. It needs `CAP_SYS_PACCT`.
//sys pub fn acct_off(0) -> Result<()> = SYS_ACCT

// Hangs up the terminal of the caller's session: all that have it open lose it. It needs `CAP_SYS_TTY_CONFIG`.
//sys pub fn vhangup() -> Result<()>
