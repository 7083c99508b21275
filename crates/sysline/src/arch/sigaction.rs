//! What rt_sigaction(2) is given: the three orders of `struct sigaction` that kernels have (Linux
//! `include/linux/signal_types.h`). Owns: where its fields are. Each architecture's file says which it has, and with
//! which function a handler returns.
//!
//! Only x86_64 and x86 need such a function: on the others the kernel makes a handler return into the vDSO, or into
//! code that it has put onto the stack or into a page of its own.

#![allow(dead_code)] // an architecture has one of the three

use core::ffi::{c_uint, c_ulong, c_void};

/// The flag that says that there is a restorer. Architectures without one have no such flag, and give the bit no other
/// meaning.
pub(crate) const SA_RESTORER: u32 = 0x0400_0000; // asm/signal.h

macro_rules! orders {
    ($($(#[$attr:meta])* $name:ident { $($field:ident: $ty:ty,)* } flags: $flags:ty, restorer: $($restorer:ident)?;)*) => {$(
        $(#[$attr])*
        #[derive(Clone, Copy)]
        #[repr(C)]
        pub(crate) struct $name<Mask> {
            $($field: $ty,)*
            mask: Mask,
        }

        impl<Mask: Copy> $name<Mask> {
            pub(crate) const fn new(handler: *const c_void, flags: u32, restorer: *const c_void, mask: Mask) -> Self {
                let _ = restorer; // not everywhere is a place for it
                $name {
                    handler,
                    flags: flags as $flags,
                    $($restorer: restorer,)?
                    mask,
                }
            }

            pub(crate) const fn handler(&self) -> *const c_void {
                self.handler
            }

            pub(crate) const fn flags(&self) -> u32 {
                self.flags as u32
            }

            pub(crate) const fn mask(&self) -> Mask {
                self.mask
            }
        }
    )*};
}

orders! {
    /// Most architectures: also those that leave the restorer unread.
    WithRestorer {
        handler: *const c_void,
        flags: c_ulong,
        restorer: *const c_void,
    } flags: c_ulong, restorer: restorer;

    /// Newer architectures.
    WithoutRestorer {
        handler: *const c_void,
        flags: c_ulong,
    } flags: c_ulong, restorer:;

    /// mips, as IRIX had it.
    FlagsFirst {
        flags: c_uint,
        handler: *const c_void,
    } flags: c_uint, restorer:;
}

/// For architectures on which the kernel itself makes handlers return.
pub(crate) fn no_restorer(_siginfo: bool) -> *const c_void {
    core::ptr::null()
}
