//! Kernels before 5.1 on 32-bit architectures, which know time of 32 bits only: the calls with 64 bits are made first,
//! and the older ones where the kernel does not know those. Owns: when the older are made, and what time is to them.
//! On architectures that never had them nothing of this is there.

/// Makes a call with 64-bit time; where the kernel does not know it, another one, then and from then on.
///
/// Each place remembers for itself what the kernel knows: a sandbox may refuse one such call and not another.
///
/// A call on a file may be answered by the file system, which says `ENOSYS` too (FUSE does where its program can't do it).
/// `unless` finds out whether the kernel knows the call all the same: then that is the answer, and nothing is remembered.
#[cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]
macro_rules! or_older {
    ($newer:expr, $older:expr) => {
        or_older!($newer, $older, unless false)
    };
    ($newer:expr, $older:expr, unless $known:expr) => {{
        use core::sync::atomic::{AtomicBool, Ordering};
        // Nothing else depends on it: who reads an old value makes one call more.
        static UNKNOWN: AtomicBool = AtomicBool::new(false);
        let unknown = UNKNOWN.load(Ordering::Relaxed);
        let tried = if unknown {
            Err($crate::Errno::ENOSYS)
        } else {
            $newer
        };
        match tried {
            Err($crate::Errno::ENOSYS) if unknown || !$known => {
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
    ($newer:expr, $older:expr $(, unless $known:expr)?) => {
        $newer
    };
}

#[cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]
pub(crate) use calls::*;

#[cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]
mod calls {
    use crate::abi::{self, Errno, Result};
    use crate::fd::BorrowedFd;
    use crate::nr;
    use crate::time::{
        ClockId, ClockState, ClockStatus, Itimerspec, TimerFlags, TimerfdTimerFlags, Timespec,
        Timeval, Timex, TimexModes,
    };
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

    /// `struct old_itimerspec32` (Linux `include/vdso/time32.h`).
    #[derive(Clone, Copy)]
    #[repr(C)]
    struct Itimerspec32 {
        interval: Timespec32,
        value: Timespec32,
    }

    impl TryFrom<&Itimerspec> for Itimerspec32 {
        type Error = Errno;
        fn try_from(time: &Itimerspec) -> Result<Itimerspec32> {
            Ok(Itimerspec32 {
                interval: time.it_interval.try_into()?,
                value: time.it_value.try_into()?,
            })
        }
    }

    impl From<Itimerspec32> for Itimerspec {
        fn from(time: Itimerspec32) -> Itimerspec {
            Itimerspec {
                it_interval: time.interval.into(),
                it_value: time.value.into(),
            }
        }
    }

    #[cold]
    pub(crate) fn clock_gettime(clock: ClockId<'_>) -> Result<Timespec> {
        let mut time = MaybeUninit::<Timespec32>::uninit();
        // SAFETY: the kernel fills `time` where the call succeeds.
        unsafe {
            abi::sys::<Result<()>, _>(nr::SYS_CLOCK_GETTIME, (clock, &mut time))?;
            Ok(time.assume_init().into())
        }
    }

    #[cold]
    pub(crate) fn clock_getres(clock: ClockId<'_>) -> Result<Timespec> {
        let mut time = MaybeUninit::<Timespec32>::uninit();
        // SAFETY: as in `clock_gettime`.
        unsafe {
            abi::sys::<Result<()>, _>(nr::SYS_CLOCK_GETRES, (clock, &mut time))?;
            Ok(time.assume_init().into())
        }
    }

    #[cold]
    pub(crate) fn clock_settime(clock: ClockId<'_>, time: &Timespec) -> Result<()> {
        let time = Timespec32::try_from(*time)?;
        // SAFETY: the kernel reads `time`.
        unsafe { abi::sys(nr::SYS_CLOCK_SETTIME, (clock, &time)) }
    }

    #[cold]
    pub(crate) fn clock_nanosleep(
        clock: ClockId<'_>,
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

    #[cold]
    pub(crate) fn timerfd_settime(
        fd: BorrowedFd<'_>,
        flags: TimerfdTimerFlags,
        value: &Itimerspec,
    ) -> Result<Itimerspec> {
        let value = Itimerspec32::try_from(value)?;
        let mut old = MaybeUninit::<Itimerspec32>::uninit();
        // SAFETY: the kernel reads `value`, and fills `old` where the call succeeds.
        unsafe {
            abi::sysnb::<Result<()>, _>(nr::SYS_TIMERFD_SETTIME, (fd, flags, &value, &mut old))?;
            Ok(old.assume_init().into())
        }
    }

    #[cold]
    pub(crate) fn timerfd_gettime(fd: BorrowedFd<'_>) -> Result<Itimerspec> {
        let mut value = MaybeUninit::<Itimerspec32>::uninit();
        // SAFETY: the kernel fills `value` where the call succeeds.
        unsafe {
            abi::sysnb::<Result<()>, _>(nr::SYS_TIMERFD_GETTIME, (fd, &mut value))?;
            Ok(value.assume_init().into())
        }
    }

    #[cold]
    pub(crate) fn timer_settime(
        timer: i32,
        flags: TimerFlags,
        value: &Itimerspec,
    ) -> Result<Itimerspec> {
        let value = Itimerspec32::try_from(value)?;
        let mut old = MaybeUninit::<Itimerspec32>::uninit();
        // SAFETY: as in `timerfd_settime`.
        unsafe {
            abi::sysnb::<Result<()>, _>(nr::SYS_TIMER_SETTIME, (timer, flags, &value, &mut old))?;
            Ok(old.assume_init().into())
        }
    }

    #[cold]
    pub(crate) fn timer_gettime(timer: i32) -> Result<Itimerspec> {
        let mut value = MaybeUninit::<Itimerspec32>::uninit();
        // SAFETY: as in `timerfd_gettime`.
        unsafe {
            abi::sysnb::<Result<()>, _>(nr::SYS_TIMER_GETTIME, (timer, &mut value))?;
            Ok(value.assume_init().into())
        }
    }

    /// `struct old_timex32` (Linux `include/linux/time32.h`): as [`Timex`], with 32 bits for 64, and so without pads.
    #[repr(C)]
    struct Timex32 {
        modes: TimexModes,
        offset: i32,
        freq: i32,
        maxerror: i32,
        esterror: i32,
        status: ClockStatus,
        constant: i32,
        precision: i32,
        tolerance: i32,
        time: [i32; 2],
        tick: i32,
        ppsfreq: i32,
        jitter: i32,
        shift: i32,
        stabil: i32,
        jitcnt: i32,
        calcnt: i32,
        errcnt: i32,
        stbcnt: i32,
        tai: i32,
        pad: [i32; 11],
    }

    /// `clock_adjtime`, by which `adjtimex` is made too.
    #[cold]
    pub(crate) fn clock_adjtime(clock: ClockId<'_>, timex: &mut Timex) -> Result<ClockState> {
        let narrow = |number| i32::try_from(number).map_err(|_| Errno::EOVERFLOW);
        let mut old = Timex32 {
            modes: timex.modes,
            offset: narrow(timex.offset)?,
            freq: narrow(timex.freq)?,
            maxerror: narrow(timex.maxerror)?,
            esterror: narrow(timex.esterror)?,
            status: timex.status,
            constant: narrow(timex.constant)?,
            precision: narrow(timex.precision)?,
            tolerance: narrow(timex.tolerance)?,
            time: [narrow(timex.time.tv_sec)?, narrow(timex.time.tv_usec)?],
            tick: narrow(timex.tick)?,
            ppsfreq: narrow(timex.ppsfreq)?,
            jitter: narrow(timex.jitter)?,
            shift: timex.shift,
            stabil: narrow(timex.stabil)?,
            jitcnt: narrow(timex.jitcnt)?,
            calcnt: narrow(timex.calcnt)?,
            errcnt: narrow(timex.errcnt)?,
            stbcnt: narrow(timex.stbcnt)?,
            tai: timex.tai,
            pad: [0; 11],
        };
        // SAFETY: the kernel reads and writes `old`.
        let state =
            unsafe { abi::sys::<Result<ClockState>, _>(nr::SYS_CLOCK_ADJTIME, (clock, &mut old)) }?;
        timex.modes = old.modes;
        timex.offset = old.offset.into();
        timex.freq = old.freq.into();
        timex.maxerror = old.maxerror.into();
        timex.esterror = old.esterror.into();
        timex.status = old.status;
        timex.constant = old.constant.into();
        timex.precision = old.precision.into();
        timex.tolerance = old.tolerance.into();
        timex.time = Timeval {
            tv_sec: old.time[0].into(),
            tv_usec: old.time[1].into(),
        };
        timex.tick = old.tick.into();
        timex.ppsfreq = old.ppsfreq.into();
        timex.jitter = old.jitter.into();
        timex.shift = old.shift;
        timex.stabil = old.stabil.into();
        timex.jitcnt = old.jitcnt.into();
        timex.calcnt = old.calcnt.into();
        timex.errcnt = old.errcnt.into();
        timex.stbcnt = old.stbcnt.into();
        timex.tai = old.tai;
        Ok(state)
    }
}
