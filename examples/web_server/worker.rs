//! A worker: a thread that serves all connections of its listening socket.

use crate::args::Args;
use crate::connection::{Connection, Outcome, Shared};
use crate::files::{Files, Now};
use crate::response::Responder;
use crate::table::{List, Table, Token};
use std::sync::Arc;
use std::time::Duration;
use sysline::event::{self, EpollCreateFlags, EpollEvent, EpollFlags, SignalfdInfo, Timeout};
use sysline::net::{self, SocketFlags};
use sysline::prelude::*;
use sysline::time::{self, ClockId, Itimerspec, TimerfdFlags, TimerfdTimerFlags};

/// How often the time is looked at: what is over is seen so much later.
pub(crate) const TICK: Duration = Duration::from_millis(250);
pub(crate) const TICKS_A_SECOND: u64 = 4;
/// For how long a client that was told of the end may go on sending.
const LINGER: u64 = 2 * TICKS_A_SECOND;
/// How many connections are accepted while others wait.
const BATCH: u32 = 256;

// What is told by events is a connection, but for these.
const LISTENER: u64 = 0;
const TIMER: u64 = 1;
const STOP: u64 = 2;
const SIGNALS: u64 = 3;

pub(crate) const SECOND_SIGNAL: &str = "a second signal: connections were cut off";

pub(crate) struct Worker {
    epoll: OwnedFd,
    /// None when no more connections are accepted.
    listener: Option<OwnedFd>,
    /// It is not waited for connections: there are too many.
    paused: bool,
    /// How many connections there can be.
    room: usize,
    timer: OwnedFd,
    /// The timer runs.
    ticking: bool,
    /// Something has happened since the last tick.
    active: bool,
    tick: u64,
    /// In ticks.
    timeout: u64,
    grace: u64,
    stop: Arc<OwnedFd>,
    /// Of the main thread only.
    signals: Option<Arc<OwnedFd>>,
    /// When to end, whatever there is.
    end: Option<u64>,
    table: Table,
    /// Connections that would go on.
    again: Vec<Token>,
    shared: Shared,
}

impl Worker {
    /// `stop` is ready when it is to stop. One that has `signals` makes it ready when one comes.
    pub(crate) fn new(
        listener: OwnedFd,
        root: Arc<OwnedFd>,
        stop: Arc<OwnedFd>,
        signals: Option<Arc<OwnedFd>>,
        args: &Args,
        room: usize,
    ) -> Result<Worker, String> {
        let failed = |call: &'static str| move |errno| format!("{call}: {errno}");
        let epoll =
            event::epoll_create(EpollCreateFlags::CLOEXEC).map_err(failed("epoll_create1"))?;
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        let timer =
            time::timerfd_create(ClockId::MONOTONIC, flags).map_err(failed("timerfd_create"))?;
        let files = [(&listener, LISTENER), (&timer, TIMER), (&*stop, STOP)];
        for (fd, number) in files
            .into_iter()
            .chain(signals.as_deref().map(|fd| (fd, SIGNALS)))
        {
            let event = EpollEvent::new(EpollFlags::IN, number);
            event::epoll_ctl_add(epoll.as_fd(), fd.as_fd(), &event).map_err(failed("epoll_ctl"))?;
        }
        Ok(Worker {
            epoll,
            listener: Some(listener),
            paused: false,
            room,
            timer,
            ticking: false,
            active: false,
            tick: 0,
            timeout: u64::from(args.timeout) * TICKS_A_SECOND,
            grace: u64::from(args.grace) * TICKS_A_SECOND,
            stop,
            signals,
            end: None,
            table: Table::default(),
            again: Vec::new(),
            shared: Shared::new(Responder::new(Files::new(root))),
        })
    }

    /// Serves until it is told to stop, and the connections have ended or had their time to.
    pub(crate) fn run(&mut self) -> Result<(), String> {
        let mut events = [EpollEvent::default(); 512];
        loop {
            let timeout = if self.again.is_empty() {
                Timeout::Forever
            } else {
                Timeout::Zero
            };
            let came = match event::epoll_wait(self.epoll.as_fd(), &mut events, timeout, None) {
                Err(Errno::EINTR) => continue,
                came => came.map_err(|errno| format!("epoll_wait: {errno}"))?,
            };
            self.round(came)?;
            match self.end {
                Some(end) if self.table.len() == 0 || self.tick >= end => return Ok(()),
                _ => {}
            }
        }
    }

    fn round(&mut self, came: &[EpollEvent]) -> Result<(), String> {
        if !self.ticking {
            self.look_at_the_clock();
            self.set_timer(true);
        }
        let before = std::mem::take(&mut self.again);
        let (mut connect, mut ticked, mut stop, mut signalled) = (false, false, false, false);
        for event in came {
            match event.data() {
                LISTENER => connect = true,
                TIMER => ticked = true,
                STOP => stop = true,
                SIGNALS => signalled = true,
                data => self.event(Token::from_data(data), event.flags()),
            }
        }
        for token in before {
            self.turn(token);
        }
        self.active |= came.len() > usize::from(ticked);
        if connect {
            self.accept()?;
        }
        if ticked {
            self.ticked()?;
        }
        if signalled {
            self.signalled()?;
        }
        if stop {
            self.stop()?;
        }
        Ok(())
    }

    /// Accepts those who wait, and answers what they have sent. Says whether more may wait.
    fn accept(&mut self) -> Result<bool, String> {
        for _ in 0..BATCH {
            if self.table.len() >= self.room {
                self.pause(true);
                return Ok(false);
            }
            let Some(listener) = &self.listener else {
                return Ok(false);
            };
            match net::accept_with(
                listener.as_fd(),
                SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
            ) {
                Ok(fd) => self.welcome(fd),
                Err(Errno::EAGAIN) => return Ok(false),
                Err(errno @ (Errno::EBADF | Errno::EINVAL | Errno::ENOTSOCK | Errno::EFAULT)) => {
                    return Err(format!("accept4: {errno}"));
                }
                // What happened to that one connection (accept(2)), or a signal.
                Err(
                    Errno::EINTR
                    | Errno::ECONNABORTED
                    | Errno::EPROTO
                    | Errno::ENOPROTOOPT
                    | Errno::EOPNOTSUPP
                    | Errno::EHOSTDOWN
                    | Errno::ENONET
                    | Errno::EHOSTUNREACH
                    | Errno::ENETDOWN
                    | Errno::ENETUNREACH,
                ) => {}
                // There are no descriptors, or no memory, or it is not allowed. To try again would fail again, until a connection
                // has ended; or others have, of other processes, which nobody tells: so it is tried at the next tick too.
                Err(_) => {
                    self.shared.responder.files.forget();
                    self.pause(true);
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// A connection has its first turn, and often its last. If it goes on, epoll is told of it: of all that can happen to it, so
    /// that it need not be told again.
    fn welcome(&mut self, fd: OwnedFd) {
        let mut connection = Connection::new(fd);
        let outcome = connection.turn(&mut self.shared);
        if outcome == Outcome::Close {
            return;
        }
        let token = self.table.insert(connection, self.tick);
        let flags = EpollFlags::IN | EpollFlags::OUT | EpollFlags::RDHUP | EpollFlags::ET;
        let event = EpollEvent::new(flags, token.to_data());
        let added = self
            .table
            .get(token)
            .map(|new| event::epoll_ctl_add(self.epoll.as_fd(), new.fd(), &event));
        match added {
            Some(Ok(())) => self.settle(token, outcome),
            _ => drop(self.table.remove(token)),
        }
    }

    fn event(&mut self, token: Token, flags: EpollFlags) {
        // One that is closed has no events; but it may have had this one before, in the same round.
        let Some(connection) = self.table.get(token) else {
            return;
        };
        let end = EpollFlags::RDHUP | EpollFlags::HUP | EpollFlags::ERR;
        if flags.intersects(end | EpollFlags::IN) {
            connection.wake(flags.intersects(end));
        }
        let outcome = connection.turn(&mut self.shared);
        self.settle(token, outcome);
    }

    fn turn(&mut self, token: Token) {
        if let Some(connection) = self.table.get(token) {
            connection.queued = false;
            let outcome = connection.turn(&mut self.shared);
            self.settle(token, outcome);
        }
    }

    /// Does what a connection's turn has led to.
    fn settle(&mut self, token: Token, outcome: Outcome) {
        match outcome {
            Outcome::Wait { touched: false } => {}
            Outcome::Wait { touched: true } => self.touch(token),
            Outcome::Again { touched } => {
                if touched {
                    self.touch(token);
                }
                // It may have had two turns in this round.
                let queued = self
                    .table
                    .get(token)
                    .map(|connection| std::mem::replace(&mut connection.queued, true));
                if queued == Some(false) {
                    self.again.push(token);
                }
            }
            Outcome::Close => self.close(token),
        }
    }

    fn touch(&mut self, token: Token) {
        if let Some(connection) = self.table.get(token) {
            let list = connection.list();
            self.table.touch(token, list, self.tick);
        }
    }

    fn close(&mut self, token: Token) {
        drop(self.table.remove(token));
        if self.paused {
            self.pause(false);
        }
    }

    /// Waits for connections no longer, or again. They wait in the kernel meanwhile.
    fn pause(&mut self, paused: bool) {
        let Some(listener) = &self.listener else {
            return;
        };
        let flags = if paused {
            EpollFlags::empty()
        } else {
            EpollFlags::IN
        };
        let event = EpollEvent::new(flags, LISTENER);
        if self.paused != paused
            && event::epoll_ctl_mod(self.epoll.as_fd(), listener.as_fd(), &event).is_ok()
        {
            self.paused = paused;
        }
    }

    /// Says whether files are remembered, which will be forgotten.
    fn look_at_the_clock(&mut self) -> bool {
        let (Ok(monotonic), Ok(real)) = (
            time::clock_gettime(ClockId::MONOTONIC),
            time::clock_gettime(ClockId::REALTIME),
        ) else {
            return true;
        };
        let seconds = monotonic.tv_sec as u64 * TICKS_A_SECOND;
        self.tick = seconds + monotonic.tv_nsec as u64 / TICK.as_nanos() as u64;
        !self.shared.responder.set_time(Now {
            tick: self.tick,
            seconds: real.tv_sec,
        })
    }

    /// Starts or stops the timer. Where that fails nothing is lost: it is tried again with the next event.
    fn set_timer(&mut self, on: bool) {
        let time = if on {
            TICK.into()
        } else {
            Duration::ZERO.into()
        };
        let value = Itimerspec {
            it_interval: time,
            it_value: time,
        };
        let set = time::timerfd_settime(self.timer.as_fd(), TimerfdTimerFlags::empty(), &value);
        self.ticking = on && set.is_ok();
    }

    /// Ends what had its time.
    fn ticked(&mut self) -> Result<(), String> {
        let _ = time::timerfd_read(self.timer.as_fd());
        let files = self.look_at_the_clock();
        for (list, time) in [(List::Served, self.timeout), (List::Lingering, LINGER)] {
            while let Some((token, since)) = self.table.first(list) {
                if self.tick < since + time {
                    break;
                }
                let Some(connection) = self.table.get(token) else {
                    break;
                };
                let outcome = connection.time_out(&mut self.shared);
                // Whatever it is now, it had its time, and is not first in this list any more.
                self.touch(token);
                self.settle(token, outcome);
            }
        }
        if self.paused && self.table.len() < self.room {
            self.pause(false);
        }
        let active = std::mem::take(&mut self.active) || self.paused || self.end.is_some();
        if !active && !files && self.table.len() == 0 {
            self.set_timer(false);
        }
        Ok(())
    }

    /// A signal has come: the first one is told to all workers, this one too.
    fn signalled(&mut self) -> Result<(), String> {
        let Some(signals) = &self.signals else {
            return Ok(());
        };
        let mut room = [SignalfdInfo::default(); 8];
        let came = event::signalfd_read(signals.as_fd(), &mut room);
        let came = came.map_err(|errno| format!("signalfd: {errno}"))?.len();
        if came > 1 || self.end.is_some() {
            return Err(SECOND_SIGNAL.into());
        }
        event::eventfd_write(self.stop.as_fd(), 1).map_err(|errno| format!("eventfd: {errno}"))
    }

    /// Accepts those who are there already and nobody else, and has all connections end with their next response; those which
    /// nothing was asked of end now.
    fn stop(&mut self) -> Result<(), String> {
        let _ = event::epoll_ctl_del(self.epoll.as_fd(), self.stop.as_fd());
        self.shared.stopping = true;
        self.end = Some(self.tick + self.grace);
        self.active = true;
        // No more than can have waited: new ones may come all the time.
        for _ in 0..=net::SOMAXCONN as u32 / BATCH {
            if !self.accept()? {
                break;
            }
        }
        self.listener = None;
        for token in self.table.tokens() {
            let Some(connection) = self.table.get(token) else {
                continue;
            };
            // What it has sent just now is answered.
            connection.wake(false);
            match connection.turn(&mut self.shared) {
                Outcome::Wait { .. } if connection.idle() => self.close(token),
                outcome => self.settle(token, outcome),
            }
        }
        Ok(())
    }
}
