//! Stacks for handlers.
//!
//! Owns: the alternate stack of a thread. This file is read by the compiler and by `sysline gen`: hand-written code
//! comes first, then the `//sys` lines, whose wrappers are in `signal/stack/lines.rs`.
//!
//! ```
//! use sysline::signal::{AltStack, SsFlags, alternate_stack, sigaltstack};
//!
//! # std::thread::spawn(|| {
//! let memory = Box::leak(vec![0u8; 64 * 1024].into_boxed_slice());
//! let stack = AltStack::new(memory.as_mut_ptr().cast(), memory.len(), SsFlags::empty());
//! // SAFETY: the memory is nobody else's, and stays for as long as the program runs.
//! let old = unsafe { sigaltstack(Some(&stack))? };
//! assert_eq!(alternate_stack()?.size(), 64 * 1024);
//! # // SAFETY: it is there still, if there was one.
//! # unsafe { sigaltstack(Some(&old))? };
//! # Ok::<(), sysline::Errno>(())
//! # }).join().unwrap().unwrap();
//! ```

use crate::abi::Result;
use crate::flags::flags;
use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::{fmt, ptr};
use linux_raw_sys::general as c;

mod lines;

flags! {
    /// What an [`AltStack`] is (sigaltstack(2)).
    pub struct SsFlags: u32 {
        /// The thread is on it now.
        ONSTACK = c::SS_ONSTACK;
        /// There is none.
        DISABLE = c::SS_DISABLE;
        /// There is none while a handler runs, which then may switch to another one (Linux 4.7). On some architectures,
        /// as on x86, arm and s390x, only a [`Handler::Info`](super::Handler::Info) brings it back as it returns.
        AUTODISARM = c::SS_AUTODISARM;
    }
}

/// An alternate stack, on which a thread's handlers run that ask for it: so can a handler run that says that the stack
/// has overflown. `stack_t`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct AltStack(c::stack_t);

// SAFETY: it is an address, of which only the kernel makes use.
unsafe impl Send for AltStack {}
// SAFETY: as above.
unsafe impl Sync for AltStack {}

impl AltStack {
    /// No alternate stack.
    pub const DISABLED: AltStack = AltStack::new(ptr::null_mut(), 0, SsFlags::DISABLE);

    /// The least size that the kernel takes, in bytes. What a processor's registers need may be more: the auxiliary
    /// vector's `AT_MINSIGSTKSZ` says how much (getauxval(3)).
    pub const MIN_SIZE: usize = c::MINSIGSTKSZ as usize;

    /// A stack of `size` bytes from `base` on, its lowest address.
    pub const fn new(base: *mut c_void, size: usize, flags: SsFlags) -> AltStack {
        AltStack(c::stack_t {
            ss_sp: base,
            ss_flags: flags.bits() as i32,
            ss_size: size as c::__kernel_size_t,
        })
    }

    /// Its lowest address.
    pub const fn base(&self) -> *mut c_void {
        self.0.ss_sp
    }

    /// Its size in bytes.
    pub const fn size(&self) -> usize {
        self.0.ss_size as usize
    }

    /// What it is.
    pub const fn flags(&self) -> SsFlags {
        SsFlags::from_bits_retain(self.0.ss_flags as u32)
    }
}

impl fmt::Debug for AltStack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AltStack")
            .field("base", &self.base())
            .field("size", &self.size())
            .field("flags", &self.flags())
            .finish()
    }
}

/// Sets this thread's alternate stack, where there is a new one, and says which it had. Handlers whose action has
/// [`SaFlags::ONSTACK`](super::SaFlags::ONSTACK) run on it.
///
/// # Errors
///
/// Those of `sigaltstack(2)`: `ENOMEM` where it is too small, `EPERM` for a thread that is on its alternate stack.
///
/// # Safety
///
/// The stack's memory must be the thread's alone, and stay so until the thread has another or none, or has ended.
/// `std` sets one in each of its threads, which is put back before the thread ends.
#[inline]
pub unsafe fn sigaltstack(stack: Option<&AltStack>) -> Result<AltStack> {
    let mut old = MaybeUninit::uninit();
    // SAFETY: as the caller promises; the kernel fills `old` where the call succeeds.
    unsafe {
        lines::sigaltstack(stack, &mut old)?;
        Ok(old.assume_init())
    }
}

/// This thread's alternate stack.
///
/// # Errors
///
/// Those of `sigaltstack(2)`.
#[doc(alias = "sigaltstack")]
#[inline]
pub fn alternate_stack() -> Result<AltStack> {
    // SAFETY: nothing is changed.
    unsafe { sigaltstack(None) }
}

/*
 * Lines
 */

//sysnb pub(super) unsafe fn sigaltstack(stack: Option<&AltStack>,
//        old: &mut MaybeUninit<AltStack>) -> Result<()>
