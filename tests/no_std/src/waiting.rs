//! Time, and waiting for descriptors and signals.

use crate::calls::Ended::{self, Exited, Killed};
use crate::calls::child;
use crate::report::Report;
use core::time::Duration;
use sysline::event::{
    EpollCreateFlags, EpollEvent, EpollFlags, EventfdFlags, FdSet, PollFd, PollFlags, Timeout,
    epoll_create, epoll_ctl_add, epoll_wait, eventfd, eventfd_write, poll, select,
};
use sysline::prelude::*;
use sysline::process::getpid;
use sysline::signal::{SigSet, Signal};
use sysline::time::{ClockId, Timespec, clock_gettime, sleep};

sysline::sys! {
    sysnb fn kill(pid: Pid, signal: Signal) -> Result<()>
    sysnb fn rt_sigprocmask(how: i32, set: &SigSet, old: Option<&mut SigSet>, size: usize) -> Result<()>
}

const AT_ONCE: Timeout = Timeout::Zero;
const SOON: Duration = Duration::from_millis(20);
/// So that what never comes is told.
const AT_LAST: Duration = Duration::from_secs(10);

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
        sleep(ClockId::MONOTONIC, &Duration::from_millis(1).into(), None),
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
        ClockId::from_raw(77).map(clock_gettime),
        Some(Err(Errno::EINVAL)),
    );
    Ok(())
}

pub(crate) fn poll_and_select(report: &mut Report) -> Result<()> {
    let event = eventfd(0, EventfdFlags::empty())?;
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

    let list = epoll_create(EpollCreateFlags::CLOEXEC)?;
    epoll_ctl_add(
        list.as_fd(),
        event.as_fd(),
        &EpollEvent::new(EpollFlags::IN, 1 << 40),
    )?;
    let mut events = [EpollEvent::default(); 2];
    report.is(
        "epoll before an event",
        epoll_wait(list.as_fd(), &mut events, AT_ONCE, None).map(|events| events.len()),
        Ok(0),
    );

    eventfd_write(event.as_fd(), 1)?;
    report.is("poll after it", poll(&mut fds, AT_LAST, None), Ok(1));
    report.is("poll says what", fds[0].revents(), PollFlags::IN);
    report.is(
        "select after it",
        select(Some(&mut set), None, None, AT_LAST, None),
        Ok(1),
    );
    report.is("select leaves it", set.contains(event.as_fd()), true);
    report.is(
        "epoll after it",
        epoll_wait(list.as_fd(), &mut events, AT_LAST, None)
            .map(|events| (events.len(), events[0].data())),
        Ok((1, 1 << 40)),
    );
    Ok(())
}

/// The mask is select's sixth argument, and poll's fourth: it lets a signal through that was held back until then.
pub(crate) fn signals_while_waiting(report: &mut Report) -> Result<()> {
    const SIG_BLOCK: i32 = if cfg!(target_arch = "mips64") { 1 } else { 0 };
    let term = SigSet::from([Signal::TERM]);
    // A child ends by the signal if `wait` lets it through, else with what `wait` gives, or 100.
    let ended = |wait: fn(Option<&SigSet>) -> Result<usize>, mask: &SigSet| -> Result<Ended> {
        let child = child(|_| {
            let held = rt_sigprocmask(SIG_BLOCK, &term, None, size_of::<SigSet>())
                .and_then(|()| kill(getpid(), Signal::TERM));
            match held.and_then(|()| wait(Some(mask))) {
                Ok(ready) => ready as i32,
                Err(_) => 100,
            }
        });
        child.map(|child| child.ended)
    };
    fn polled(mask: Option<&SigSet>) -> Result<usize> {
        poll(&mut [], SOON, mask)
    }
    fn selected(mask: Option<&SigSet>) -> Result<usize> {
        select(None, None, None, SOON, mask)
    }
    report.is(
        "poll holds a signal back",
        ended(polled, &term),
        Ok(Exited(0)),
    );
    report.is(
        "poll lets a signal through",
        ended(polled, &SigSet::EMPTY),
        Ok(Killed(Signal::TERM.raw())),
    );
    report.is(
        "select holds a signal back",
        ended(selected, &term),
        Ok(Exited(0)),
    );
    report.is(
        "select lets a signal through",
        ended(selected, &SigSet::EMPTY),
        Ok(Killed(Signal::TERM.raw())),
    );
    Ok(())
}
