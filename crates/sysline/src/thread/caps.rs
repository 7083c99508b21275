//! What a thread may do: the superuser's rights, one by one (capabilities(7)).
//!
//! Owns: what they are, and the five sets of them that a thread has. This file is read by the compiler and by `sysline
//! gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in `thread/caps/lines.rs`.
//!
//! ```
//! use sysline::thread::{self, Capability};
//!
//! # fn main() -> sysline::Result<()> {
//! let mut sets = thread::capget(None)?;
//! sets.effective.remove(Capability::SYS_ADMIN);
//! thread::capset(&sets)?; // until it is put in again
//! assert!(!thread::capget(None)?.effective.contains(Capability::SYS_ADMIN));
//! # Ok(())
//! # }
//! ```

use super::Pid;
use crate::abi::Result;
use crate::flags::{flags, numbers};
use core::fmt;
use core::mem::MaybeUninit;
use linux_raw_sys::{general as c, prctl as p};

mod lines;

pub use lines::*;

numbers! {
    /// One right (capabilities(7)).
    pub struct Capability: u32 {
        /// To read the audit log.
        AUDIT_READ = c::CAP_AUDIT_READ;
        /// To turn auditing on and off, and to change its rules.
        AUDIT_CONTROL = c::CAP_AUDIT_CONTROL;
        /// To write to the audit log.
        AUDIT_WRITE = c::CAP_AUDIT_WRITE;
        /// To keep the system from being suspended.
        BLOCK_SUSPEND = c::CAP_BLOCK_SUSPEND;
        /// To load BPF programs (Linux 5.8).
        BPF = c::CAP_BPF;
        /// To save and restore processes (Linux 5.9).
        CHECKPOINT_RESTORE = c::CAP_CHECKPOINT_RESTORE;
        /// To change a file's owner and group.
        CHOWN = c::CAP_CHOWN;
        /// To read, write and execute files without permission.
        DAC_OVERRIDE = c::CAP_DAC_OVERRIDE;
        /// To read files and search folders without permission.
        DAC_READ_SEARCH = c::CAP_DAC_READ_SEARCH;
        /// To do with others' files what needs their owner.
        FOWNER = c::CAP_FOWNER;
        /// To change a file that is set-user-ID and leave it so.
        FSETID = c::CAP_FSETID;
        /// To lock memory.
        IPC_LOCK = c::CAP_IPC_LOCK;
        /// To do anything with System V IPC.
        IPC_OWNER = c::CAP_IPC_OWNER;
        /// To send signals to everyone.
        KILL = c::CAP_KILL;
        /// To take leases on files.
        LEASE = c::CAP_LEASE;
        /// To make files immutable.
        LINUX_IMMUTABLE = c::CAP_LINUX_IMMUTABLE;
        /// To change the rules of mandatory access control.
        MAC_ADMIN = c::CAP_MAC_ADMIN;
        /// To go past mandatory access control.
        MAC_OVERRIDE = c::CAP_MAC_OVERRIDE;
        /// To make device files.
        MKNOD = c::CAP_MKNOD;
        /// To set up the network.
        NET_ADMIN = c::CAP_NET_ADMIN;
        /// To bind ports below 1,024.
        NET_BIND_SERVICE = c::CAP_NET_BIND_SERVICE;
        /// To broadcast. Without effect.
        NET_BROADCAST = c::CAP_NET_BROADCAST;
        /// To use raw sockets.
        NET_RAW = c::CAP_NET_RAW;
        /// To watch performance (Linux 5.8).
        PERFMON = c::CAP_PERFMON;
        /// To act in any group's name.
        SETGID = c::CAP_SETGID;
        /// To give files capabilities.
        SETFCAP = c::CAP_SETFCAP;
        /// To change the thread's bounding set, and its securebits.
        SETPCAP = c::CAP_SETPCAP;
        /// To act in any user's name.
        SETUID = c::CAP_SETUID;
        /// To do much of what a system's administrator does.
        SYS_ADMIN = c::CAP_SYS_ADMIN;
        /// To stop and restart the machine.
        SYS_BOOT = c::CAP_SYS_BOOT;
        /// To change the root.
        SYS_CHROOT = c::CAP_SYS_CHROOT;
        /// To load kernel modules.
        SYS_MODULE = c::CAP_SYS_MODULE;
        /// To raise priorities.
        SYS_NICE = c::CAP_SYS_NICE;
        /// To account for processes.
        SYS_PACCT = c::CAP_SYS_PACCT;
        /// To trace any process.
        SYS_PTRACE = c::CAP_SYS_PTRACE;
        /// To use ports and memory of devices.
        SYS_RAWIO = c::CAP_SYS_RAWIO;
        /// To go past limits.
        SYS_RESOURCE = c::CAP_SYS_RESOURCE;
        /// To set the clock.
        SYS_TIME = c::CAP_SYS_TIME;
        /// To hang up terminals.
        SYS_TTY_CONFIG = c::CAP_SYS_TTY_CONFIG;
        /// To read and change the kernel's log.
        SYSLOG = c::CAP_SYSLOG;
        /// To wake the system by a timer.
        WAKE_ALARM = c::CAP_WAKE_ALARM;
    }
}

/// A set of capabilities, of 64 at most.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct CapabilitySet(u64);

impl CapabilitySet {
    /// None.
    pub const EMPTY: CapabilitySet = CapabilitySet(0);

    /// The set of a mask: capability 0 is the lowest bit.
    pub const fn from_bits(bits: u64) -> CapabilitySet {
        CapabilitySet(bits)
    }

    /// Its mask.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Whether there is none in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Puts one in. One above 63 has no place in it.
    pub const fn insert(&mut self, capability: Capability) {
        self.0 |= CapabilitySet::bit(capability);
    }

    /// Takes one out.
    pub const fn remove(&mut self, capability: Capability) {
        self.0 &= !CapabilitySet::bit(capability);
    }

    /// Whether one is in it.
    pub const fn contains(self, capability: Capability) -> bool {
        self.0 & CapabilitySet::bit(capability) != 0
    }

    /// Those in it, by their numbers.
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        (0..u64::BITS)
            .map(Capability::from_raw)
            .filter(move |&capability| self.contains(capability))
    }

    const fn bit(capability: Capability) -> u64 {
        match 1u64.checked_shl(capability.raw()) {
            Some(bit) => bit,
            None => 0,
        }
    }
}

impl fmt::Debug for CapabilitySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(Capability::raw))
            .finish()
    }
}

impl FromIterator<Capability> for CapabilitySet {
    fn from_iter<T: IntoIterator<Item = Capability>>(capabilities: T) -> CapabilitySet {
        let mut set = CapabilitySet::EMPTY;
        set.extend(capabilities);
        set
    }
}

impl Extend<Capability> for CapabilitySet {
    fn extend<T: IntoIterator<Item = Capability>>(&mut self, capabilities: T) {
        capabilities
            .into_iter()
            .for_each(|capability| self.insert(capability));
    }
}

impl<const N: usize> From<[Capability; N]> for CapabilitySet {
    fn from(capabilities: [Capability; N]) -> CapabilitySet {
        capabilities.into_iter().collect()
    }
}

/// Three of a thread's sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CapabilitySets {
    /// What it may do.
    pub effective: CapabilitySet,
    /// What it may take into the effective set.
    pub permitted: CapabilitySet,
    /// What a program that it runs may be given.
    pub inheritable: CapabilitySet,
}

/// `struct __user_cap_header_struct` (`linux/capability.h`).
type Header = c::__user_cap_header_struct;

/// Two of `struct __user_cap_data_struct`: the low halves of the sets, and the high ones.
type Data = [c::__user_cap_data_struct; c::_LINUX_CAPABILITY_U32S_3 as usize];

fn header(pid: Option<Pid>) -> Header {
    Header {
        version: c::_LINUX_CAPABILITY_VERSION_3,
        pid: pid.map_or(0, Pid::raw),
    }
}

/// The sets of a thread, `None` being the caller's.
///
/// # Errors
///
/// Those of `capget(2)`.
pub fn capget(pid: Option<Pid>) -> Result<CapabilitySets> {
    let mut data = MaybeUninit::<Data>::uninit();
    lines::capget(&mut header(pid), &mut data)?;
    // SAFETY: the kernel has filled both, as that version has two.
    let [low, high] = unsafe { data.assume_init() };
    let set = |low: u32, high: u32| CapabilitySet(u64::from(high) << 32 | u64::from(low));
    Ok(CapabilitySets {
        effective: set(low.effective, high.effective),
        permitted: set(low.permitted, high.permitted),
        inheritable: set(low.inheritable, high.inheritable),
    })
}

/// Sets the sets of the caller's thread. Capabilities that the kernel does not know are left out by it.
///
/// # Errors
///
/// Those of `capset(2)`: `EPERM` where the permitted set would grow, or another one beyond what it allows.
pub fn capset(sets: &CapabilitySets) -> Result<()> {
    let half = |shift: u32| c::__user_cap_data_struct {
        effective: (sets.effective.0 >> shift) as u32,
        permitted: (sets.permitted.0 >> shift) as u32,
        inheritable: (sets.inheritable.0 >> shift) as u32,
    };
    lines::capset(&mut header(None), &[half(0), half(32)])
}

flags! {
    /// What the superuser's ids mean for a thread's capabilities (capabilities(7)). Each can be locked.
    pub struct SecureBits: u32 {
        /// Programs get no capabilities because the superuser runs them.
        NOROOT = 1 << 0; // linux/securebits.h, as the others
        /// That stays as it is.
        NOROOT_LOCKED = 1 << 1;
        /// Capabilities do not change with the effective user.
        NO_SETUID_FIXUP = 1 << 2;
        /// That stays as it is.
        NO_SETUID_FIXUP_LOCKED = 1 << 3;
        /// The permitted set stays when all users become others than the superuser; until `execve`.
        KEEP_CAPS = 1 << 4;
        /// That stays as it is.
        KEEP_CAPS_LOCKED = 1 << 5;
        /// The ambient set can't grow.
        NO_CAP_AMBIENT_RAISE = 1 << 6;
        /// That stays as it is.
        NO_CAP_AMBIENT_RAISE_LOCKED = 1 << 7;
    }
}

/*
 * Lines
 */

// Whether a capability is in the bounding set: whether a program that the thread runs may get it from its file.
//sysnb pub fn capbset_read(p::PR_CAPBSET_READ, capability: Capability) -> Result<bool> = SYS_PRCTL

// Takes a capability out of the bounding set, for good. It needs `CAP_SETPCAP`.
//sysnb pub fn capbset_drop(p::PR_CAPBSET_DROP, capability: Capability) -> Result<()> = SYS_PRCTL

// Whether a capability is in the ambient set: whether programs without capabilities of their own get it (Linux 4.3).
//sysnb pub fn cap_ambient_is_set(p::PR_CAP_AMBIENT, p::PR_CAP_AMBIENT_IS_SET,
//        capability: Capability) -> Result<bool> = SYS_PRCTL

// Puts a capability into the ambient set (Linux 4.3). It must be in the permitted and the inheritable one.
//sysnb pub fn cap_ambient_raise(p::PR_CAP_AMBIENT, p::PR_CAP_AMBIENT_RAISE,
//        capability: Capability) -> Result<()> = SYS_PRCTL

// Takes a capability out of the ambient set (Linux 4.3).
//sysnb pub fn cap_ambient_lower(p::PR_CAP_AMBIENT, p::PR_CAP_AMBIENT_LOWER,
//        capability: Capability) -> Result<()> = SYS_PRCTL

// Takes all capabilities out of the ambient set (Linux 4.3).
//sysnb pub fn cap_ambient_clear_all(p::PR_CAP_AMBIENT,
//        p::PR_CAP_AMBIENT_CLEAR_ALL) -> Result<()> = SYS_PRCTL

// What the superuser's ids mean for the thread's capabilities.
//sysnb pub fn get_securebits(p::PR_GET_SECUREBITS) -> Result<SecureBits> = SYS_PRCTL

// Says what the superuser's ids mean for the thread's capabilities. It needs `CAP_SETPCAP`.
//sysnb pub fn set_securebits(p::PR_SET_SECUREBITS, bits: SecureBits) -> Result<()> = SYS_PRCTL

// Whether the permitted set stays when all users become others than the superuser.
//sysnb pub fn get_keepcaps(p::PR_GET_KEEPCAPS) -> Result<bool> = SYS_PRCTL

// Says whether the permitted set stays when all users become others than the superuser; until `execve`.
//sysnb pub fn set_keepcaps(p::PR_SET_KEEPCAPS, keep: bool) -> Result<()> = SYS_PRCTL

//sysnb pub(super) fn capget(header: &mut Header, data: &mut MaybeUninit<Data>) -> Result<()>

//sysnb pub(super) fn capset(header: &mut Header, data: &Data) -> Result<()>
