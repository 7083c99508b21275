//! What turns the machine off, and what changes the kernel under it: restarts, swap space, modules, another kernel.
//!
//! Owns: the calls that a whole machine feels. This file is read by the compiler and by `sysline gen`: hand-written code
//! comes first, then the `//sys` lines, whose wrappers are in `system/power/lines.rs`.
//!
//! ```no_run
//! use sysline::system::{self, RebootCommand, UnsavedDataIsLost};
//!
//! let Err(errno) = system::reboot(RebootCommand::RESTART, UnsavedDataIsLost) else {
//!     unreachable!() // the machine starts anew
//! };
//! eprintln!("{errno}");
//! ```

use crate::abi::{PathArg, Result, with_c_str};
use crate::flags::{flags, numbers};
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

numbers! {
    /// What becomes of the machine (reboot(2)). From within a PID namespace the first three end its first process.
    pub struct RebootCommand: u32 {
        /// It starts anew.
        RESTART = c::LINUX_REBOOT_CMD_RESTART;
        /// It stands still.
        HALT = c::LINUX_REBOOT_CMD_HALT;
        /// It is turned off.
        POWER_OFF = c::LINUX_REBOOT_CMD_POWER_OFF;
        /// Ctrl-Alt-Del restarts it.
        CAD_ON = c::LINUX_REBOOT_CMD_CAD_ON;
        /// Ctrl-Alt-Del tells the first process.
        CAD_OFF = c::LINUX_REBOOT_CMD_CAD_OFF;
        /// The kernel starts that [`kexec_load`] has loaded.
        KEXEC = c::LINUX_REBOOT_CMD_KEXEC;
        /// It is suspended to disk.
        SW_SUSPEND = c::LINUX_REBOOT_CMD_SW_SUSPEND;
    }
}

/// What who calls [`reboot`] must say: what was not written to disks by then is lost. `sync(2)` writes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnsavedDataIsLost;

/// Restarts the machine or turns it off, at once: no process is told. It needs `CAP_SYS_BOOT`.
///
/// # Errors
///
/// Those of `reboot(2)`.
pub fn reboot(command: RebootCommand, _: UnsavedDataIsLost) -> Result<()> {
    lines::reboot(command)
}

/// Restarts the machine as [`reboot`] does, with a word for what starts it: up to 255 bytes.
///
/// # Errors
///
/// Those of `reboot(2)`. `EINVAL`, without a call, where the word holds a NUL.
#[doc(alias = "reboot")]
pub fn reboot_with(word: impl PathArg, _: UnsavedDataIsLost) -> Result<()> {
    with_c_str(word, lines::reboot_with)
}

flags! {
    /// How swap space is used (swapon(2)).
    pub struct SwapFlags: u32 {
        /// The low 15 bits are its priority.
        PREFER = 0x8000; // Linux include/linux/swap.h, as the others
        /// What is freed is told to the device.
        DISCARD = 0x1_0000;
        /// That only once, when it is turned on.
        DISCARD_ONCE = 0x2_0000;
        /// That for each page.
        DISCARD_PAGES = 0x4_0000;
    }

    /// What a module need not have to be loaded (finit_module(2)).
    pub struct ModuleInitFlags: u32 {
        /// The right versions of symbols.
        IGNORE_MODVERSIONS = 1; // linux/module.h, as the others
        /// The right version of the kernel.
        IGNORE_VERMAGIC = 2;
        /// It is compressed (Linux 5.17).
        COMPRESSED_FILE = 4;
    }

    /// How a module is unloaded.
    pub struct DeleteModuleFlags: u32 {
        /// Always given: the call does not wait until nobody uses it.
        NONBLOCK = c::O_NONBLOCK;
        /// Also where it is used, or can't be unloaded: the kernel may not survive that.
        TRUNC = c::O_TRUNC;
    }

    /// What is loaded, and how (kexec_load(2)). The upper 16 bits are its architecture.
    pub struct KexecFlags: usize {
        /// For when this kernel has crashed.
        ON_CRASH = 1; // linux/kexec.h, as the others
        /// This one goes on after it.
        PRESERVE_CONTEXT = 2;
    }
}

/// A piece of another kernel. `struct kexec_segment` (`linux/kexec.h`).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct KexecSegment {
    /// Where it is.
    pub buf: *const core::ffi::c_void,
    /// How many bytes it has.
    pub bufsz: usize,
    /// Where it goes: an address of the machine's memory.
    pub mem: usize,
    /// How many bytes it has there; what is left is zero.
    pub memsz: usize,
}

#[cfg(test)]
crate::layout::c_layout!(KexecSegment = "struct kexec_segment" { buf, bufsz, mem, memsz });

/*
 * Lines
 */

// Uses a file or a device as swap space. It needs `CAP_SYS_ADMIN`.
//sys pub fn swapon(path: impl PathArg, flags: SwapFlags) -> Result<()>

// Uses a file or a device as swap space no more; first what is in it comes back. It needs `CAP_SYS_ADMIN`.
//sys pub fn swapoff(path: impl PathArg) -> Result<()>

// Loads a module from memory, with its parameters. It needs `CAP_SYS_MODULE`.
//
// # Safety
//
// A module is part of the kernel: it can do anything to every process, this one among them.
//sys pub unsafe fn init_module(image: &[u8], parameters: impl PathArg) -> Result<()>

// Loads a module from a file, with its parameters (Linux 3.8). It needs `CAP_SYS_MODULE`.
//
// # Safety
//
// As for [`init_module`].
//sys pub unsafe fn finit_module(fd: BorrowedFd<'_>, parameters: impl PathArg,
//        flags: ModuleInitFlags) -> Result<()>

// Unloads a module. It needs `CAP_SYS_MODULE`.
//
// # Safety
//
// What it did for this process, or had in its memory, must not be used any more.
//sys pub unsafe fn delete_module(name: impl PathArg, flags: DeleteModuleFlags) -> Result<()>

// Loads another kernel, which is to start at the address `entry`; without segments it is unloaded. It needs `CAP_SYS_BOOT`.
//
// # Safety
//
// The segments' memory must be good for reading. What is loaded owns the machine once it starts.
//sys pub unsafe fn kexec_load(entry: usize, count: usize, segments: *const KexecSegment,
//        flags: KexecFlags) -> Result<()>

//sys pub(super) fn reboot(c::LINUX_REBOOT_MAGIC1, c::LINUX_REBOOT_MAGIC2,
//        command: RebootCommand) -> Result<()>

//sys pub(super) fn reboot_with(c::LINUX_REBOOT_MAGIC1, c::LINUX_REBOOT_MAGIC2,
//        c::LINUX_REBOOT_CMD_RESTART2, word: &CStr) -> Result<()> = SYS_REBOOT
