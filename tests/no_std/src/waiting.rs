//! Time, and waiting for descriptors and signals.

use crate::calls::Ended::{self, Exited, Killed};
use crate::calls::child;
use crate::report::Report;
use core::ffi::c_ulong;
use sysline::event::{FdSet, PollFd, PollFlags, Sigset, poll, select};
use sysline::io::write;
use sysline::prelude::*;
use sysline::process::getpid;
use sysline::time::{ClockId, Timespec, clock_gettime, sleep};

sysline::sys! {
    sys fn eventfd2(start: u32, flags: u32) -> Result<OwnedFd>
    sysnb fn kill(pid: Pid, signal: i32) -> Result<()>
    sysnb fn rt_sigprocmask(how: i32, set: &Sigset, old: Option<&mut Sigset>, size: usize) -> Result<()>
}

const fn milliseconds(milliseconds: i64) -> Timespec {
    Timespec {
        tv_sec: milliseconds / 1000,
        tv_nsec: milliseconds % 1000 * 1_000_000,
    }
}

const AT_ONCE: Option<Timespec> = Some(milliseconds(0));
const SOON: Option<Timespec> = Some(milliseconds(20));
/// So that what never comes is told.
const AT_LAST: Option<Timespec> = Some(milliseconds(10_000));

pub(crate) fn clocks(report: &mut Report) -> Result<()> {
    let nanoseconds = |time: Timespec| time.tv_sec * 1_000_000_000 + time.tv_nsec;
    let start = clock_gettime(ClockId::MONOTONIC)?;
    report.is(
        "clock_gettime: nanoseconds",
        (0..1_000_000_000).contains(&start.tv_nsec),
        true,
    );
    report.is(
        "a sleep of 1 ms",
        sleep(ClockId::MONOTONIC, &milliseconds(1), None),
        Ok(()),
    );
    let took = nanoseconds(clock_gettime(ClockId::MONOTONIC)?) - nanoseconds(start);
    // A minute, on the busiest machine.
    report.is(
        "a sleep of 1 ms takes that long",
        (1_000_000..60_000_000_000).contains(&took),
        true,
    );
    report.is(
        "a clock that is none",
        clock_gettime(ClockId::from_raw(77)).map(|time| time.tv_sec),
        Err(Errno::EINVAL),
    );
    Ok(())
}

pub(crate) fn poll_and_select(report: &mut Report) -> Result<()> {
    let event = eventfd2(0, 0)?;
    let mut fds = [PollFd::new(event.as_fd(), PollFlags::IN)];
    report.is("poll before an event", poll(&mut fds, AT_ONCE, None), Ok(0));
    let mut set = FdSet::new();
    set.insert(event.as_fd())?;
    let mut before = set;
    report.is(
        "select before an event",
        select(Some(&mut before), None, None, AT_ONCE, None),
        Ok(0),
    );
    report.is(
        "select leaves nothing",
        before.contains(event.as_fd()),
        false,
    );

    write(event.as_fd(), &1u64.to_ne_bytes())?;
    report.is("poll after it", poll(&mut fds, AT_LAST, None), Ok(1));
    report.is("poll says what", fds[0].revents(), PollFlags::IN);
    report.is(
        "select after it",
        select(Some(&mut set), None, None, AT_LAST, None),
        Ok(1),
    );
    report.is("select leaves it", set.contains(event.as_fd()), true);
    Ok(())
}

/// The mask is select's sixth argument, and poll's fourth: it lets a signal through that was held back until then.
pub(crate) fn signals_while_waiting(report: &mut Report) -> Result<()> {
    const SIGTERM: i32 = 15; // asm/signal.h
    const SIG_BLOCK: i32 = if cfg!(target_arch = "mips64") { 1 } else { 0 };
    const WORDS: usize = size_of::<Sigset>() / size_of::<c_ulong>();
    const NONE: Sigset = Sigset { sig: [0; WORDS] };
    let mut term = NONE;
    term.sig[0] = 1 << (SIGTERM - 1);
    // A child ends by the signal if `wait` lets it through, else with what `wait` gives, or 100.
    let ended = |wait: fn(Option<&Sigset>) -> Result<usize>, mask: &Sigset| -> Result<Ended> {
        let child = child(|_| {
            let held = rt_sigprocmask(SIG_BLOCK, &term, None, size_of::<Sigset>())
                .and_then(|()| kill(getpid(), SIGTERM));
            match held.and_then(|()| wait(Some(mask))) {
                Ok(ready) => ready as i32,
                Err(_) => 100,
            }
        });
        child.map(|child| child.ended)
    };
    fn polled(mask: Option<&Sigset>) -> Result<usize> {
        poll(&mut [], SOON, mask)
    }
    fn selected(mask: Option<&Sigset>) -> Result<usize> {
        select(None, None, None, SOON, mask)
    }
    report.is(
        "poll holds a signal back",
        ended(polled, &term),
        Ok(Exited(0)),
    );
    report.is(
        "poll lets a signal through",
        ended(polled, &NONE),
        Ok(Killed(SIGTERM)),
    );
    report.is(
        "select holds a signal back",
        ended(selected, &term),
        Ok(Exited(0)),
    );
    report.is(
        "select lets a signal through",
        ended(selected, &NONE),
        Ok(Killed(SIGTERM)),
    );
    Ok(())
}
