//! Kernels before 5.1 on 32-bit architectures, which know time of 32 bits only: the calls with 64 bits are made first,
//! and the older ones where the kernel does not know those. Owns: when the older are made, and what time is to them.
//! On architectures that never had them nothing of this is there.

/// Makes a call with 64-bit time; where the kernel does not know it, another one, then and from then on.
///
/// Each place remembers for itself what the kernel knows: a sandbox may refuse one such call and not another.
#[cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]
macro_rules! or_older {
    ($newer:expr, $older:expr) => {{
        use core::sync::atomic::{AtomicBool, Ordering};
        // Nothing else depends on it: who reads an old value makes one call more.
        static UNKNOWN: AtomicBool = AtomicBool::new(false);
        let tried = if UNKNOWN.load(Ordering::Relaxed) {
            Err($crate::Errno::ENOSYS)
        } else {
            $newer
        };
        match tried {
            Err($crate::Errno::ENOSYS) => {
                UNKNOWN.store(true, Ordering::Relaxed);
                $older
            }
            known => known,
        }
    }};
}

/// Makes a call with 64-bit time, which every kernel of this architecture knows.
#[cfg(not(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc")))]
macro_rules! or_older {
    ($newer:expr, $older:expr) => {
        $newer
    };
}

#[cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]
pub(crate) use calls::*;

#[cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]
mod calls {
    use crate::abi::{self, Errno, Result};
    use crate::nr;
    use crate::time::{ClockId, Timespec};
    use core::mem::MaybeUninit;

    /// `struct old_timespec32` (Linux `include/vdso/time32.h`).
    #[derive(Clone, Copy)]
    #[repr(C)]
    pub(crate) struct Timespec32 {
        seconds: i32,
        nanoseconds: i32,
    }

    impl TryFrom<Timespec> for Timespec32 {
        type Error = Errno;
        /// Seconds that have no 32 bits are `EOVERFLOW`, such nanoseconds `EINVAL`: there are not so many.
        fn try_from(time: Timespec) -> Result<Timespec32> {
            Ok(Timespec32 {
                seconds: i32::try_from(time.tv_sec).map_err(|_| Errno::EOVERFLOW)?,
                nanoseconds: i32::try_from(time.tv_nsec).map_err(|_| Errno::EINVAL)?,
            })
        }
    }

    impl From<Timespec32> for Timespec {
        fn from(time: Timespec32) -> Timespec {
            Timespec {
                tv_sec: time.seconds.into(),
                tv_nsec: time.nanoseconds.into(),
            }
        }
    }

    #[cold]
    pub(crate) fn clock_gettime(clock: ClockId) -> Result<Timespec> {
        let mut time = MaybeUninit::<Timespec32>::uninit();
        // SAFETY: the kernel fills `time` where the call succeeds.
        unsafe {
            abi::sys::<Result<()>, _>(nr::SYS_CLOCK_GETTIME, (clock, &mut time))?;
            Ok(time.assume_init().into())
        }
    }

    #[cold]
    pub(crate) fn clock_getres(clock: ClockId) -> Result<Timespec> {
        let mut time = MaybeUninit::<Timespec32>::uninit();
        // SAFETY: as in `clock_gettime`.
        unsafe {
            abi::sys::<Result<()>, _>(nr::SYS_CLOCK_GETRES, (clock, &mut time))?;
            Ok(time.assume_init().into())
        }
    }

    #[cold]
    pub(crate) fn clock_settime(clock: ClockId, time: &Timespec) -> Result<()> {
        let time = Timespec32::try_from(*time)?;
        // SAFETY: the kernel reads `time`.
        unsafe { abi::sys(nr::SYS_CLOCK_SETTIME, (clock, &time)) }
    }

    #[cold]
    pub(crate) fn clock_nanosleep(
        clock: ClockId,
        flags: u32,
        time: &Timespec,
        remaining: Option<&mut Timespec>,
    ) -> Result<()> {
        let mut left = Timespec32::try_from(*time)?;
        let time = left;
        // SAFETY: the kernel reads `time` and writes `left`.
        let slept = unsafe { abi::sys(nr::SYS_CLOCK_NANOSLEEP, (clock, flags, &time, &mut left)) };
        if let (Err(Errno::EINTR), Some(remaining)) = (slept, remaining) {
            *remaining = left.into();
        }
        slept
    }
}
