//! A web server for a folder of files: HTTP/1.1 over epoll, by this library's calls alone.
//!
//! ```text
//! cargo run --release --example web_server -- --help
//! cargo run --release --example web_server -- --port 8080 --workers 2 public
//! ```
//!
//! # What a request costs
//!
//! On a connection that is kept open, two calls: `recv` and `send`. On one for a single request, four: `accept4`, `recv`,
//! `send`, `close`. `epoll_wait` and the `accept4` that finds nobody are one for all that came meanwhile.
//!
//! - A connection is accepted when its request is there (`TCP_DEFER_ACCEPT`), so it is read at once; one that ends with its
//!   first response never meets epoll.
//! - epoll is told of a connection once, edge-triggered, and for writing too: `epoll_ctl` is never called again for it. A read
//!   that comes up short has emptied the socket (epoll(7)), so none is made to hear `EAGAIN`.
//! - Who asked for the end of the connection gets the last bytes and the end in one packet: they are sent with `MSG_MORE`, and
//!   `close` pushes them.
//! - Small files are in memory with their heads, head and body go in one `send`; larger ones go by `sendfile`.
//! - Time is read four times a second, when a timer's descriptor is ready, and not at all while nothing happens.
//!
//! What is left is the kernel's, most of it `send`'s, with which the bytes go through TCP down to the client's socket on the same
//! machine: a program that makes these calls and does nothing else takes almost as long (`cargo xtask bench server` measures both).
//!
//! # What is where
//!
//! `args.rs` is the command line, `socket.rs` how a listening socket is made. A worker (`worker.rs`) is a thread with a listening
//! socket, an epoll and a table of connections (`table.rs`) of its own; workers share nothing but the descriptor that tells
//! them to stop. The main thread is one of them, and reads the signals. A connection (`connection.rs`) reads requests (`request.rs`) and is answered (`response.rs`) from the
//! folder (`files.rs`, `path.rs`), with dates of `date.rs`.

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("epoll is Linux's");
}

#[cfg(target_os = "linux")]
mod args;
#[cfg(target_os = "linux")]
mod connection;
#[cfg(target_os = "linux")]
mod date;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod path;
#[cfg(target_os = "linux")]
mod request;
#[cfg(target_os = "linux")]
mod response;
#[cfg(target_os = "linux")]
mod socket;
#[cfg(target_os = "linux")]
mod table;
#[cfg(target_os = "linux")]
mod worker;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    on_linux::main()
}

#[cfg(target_os = "linux")]
mod on_linux {
    use crate::args::{self, Args, Asked};
    use crate::socket;
    use crate::worker::{SECOND_SIGNAL, Worker};
    use std::io::Write;
    use std::net::SocketAddr;
    use std::process::ExitCode;
    use std::sync::Arc;
    use std::thread::{self, JoinHandle};
    use sysline::event::{self, EventfdFlags, PollFd, PollFlags, SignalfdFlags, Timeout};
    use sysline::fs::{self, Mode, OFlags};
    use sysline::prelude::*;
    use sysline::process::{Resource, getrlimit, setrlimit};
    use sysline::signal::{self, SigSet, Signal};

    pub(crate) fn main() -> ExitCode {
        let args = match args::parse(std::env::args_os().skip(1)) {
            Asked::Serve(args) => args,
            Asked::Help => {
                print!("{}", args::HELP);
                return ExitCode::SUCCESS;
            }
            Asked::Wrong(message) => {
                eprintln!("error: {message}\nsee `web_server --help`");
                return ExitCode::from(2);
            }
        };
        match serve(&args) {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => {
                eprintln!("error: {message}");
                ExitCode::FAILURE
            }
        }
    }

    /// Serves until a signal says that it is enough, and the connections have ended or had their time to.
    fn serve(args: &Args) -> Result<(), String> {
        let folder = args.folder.display();
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = fs::open(&*args.folder, flags, Mode::empty()).map_err(|errno| match errno {
            Errno::ENOENT => format!("there is no folder {folder}\nname one that is to be served"),
            Errno::ENOTDIR => format!("{folder} is no folder\nname the folder that it is in"),
            _ => format!("{folder}: {errno}"),
        })?;
        let room = room_for_connections(args)?;

        // Blocked before there are threads: all of them have it from here.
        let signals = SigSet::from([Signal::TERM, Signal::INT]);
        let failed = |call: &'static str| move |errno| format!("{call}: {errno}");
        signal::block(&signals).map_err(failed("rt_sigprocmask"))?;
        let signals =
            event::signalfd(&signals, SignalfdFlags::CLOEXEC).map_err(failed("signalfd"))?;
        let stop = event::eventfd(0, EventfdFlags::CLOEXEC).map_err(failed("eventfd"))?;
        let ended = event::eventfd(0, EventfdFlags::CLOEXEC).map_err(failed("eventfd"))?;
        let (root, stop, ended) = (Arc::new(root), Arc::new(stop), Arc::new(ended));
        let signals = Arc::new(signals);

        let (mut listeners, address) = listeners(args)?;
        let room = (room / args.workers).max(1);
        // The main thread is a worker too. So one worker is one thread, and the kernel need not guard the process's
        // descriptors against others at each call.
        let own = listeners.pop().ok_or("no workers")?;
        let mut others = Vec::new();
        for listener in listeners {
            let (root, args) = (root.clone(), args.clone());
            let told = Ended {
                ended: ended.clone(),
                stop: stop.clone(),
            };
            let thread = thread::Builder::new().name("worker".into()).spawn(move || {
                Worker::new(listener, root, told.stop.clone(), None, &args, room)
                    .and_then(|mut worker| worker.run())
            });
            others.push(thread.map_err(|error| format!("no thread for a worker: {error}"))?);
        }
        let worker = Worker::new(own, root, stop.clone(), Some(signals.clone()), args, room);
        let mut worker = worker?;
        // It may be that nobody hears it: that is no reason not to serve.
        let _ = writeln!(std::io::stdout(), "listening on http://{address}/");
        let outcome = worker.run();
        let told = event::eventfd_write(stop.as_fd(), 1).map_err(failed("eventfd"));
        outcome.and(told)?;
        drop(worker);
        join(others, signals.as_fd(), ended.as_fd())
    }

    /// Tells the main thread that a worker has ended, in whatever way, and the others that it is over.
    struct Ended {
        ended: Arc<OwnedFd>,
        stop: Arc<OwnedFd>,
    }

    impl Drop for Ended {
        fn drop(&mut self) {
            let _ = event::eventfd_write(self.ended.as_fd(), 1);
            let _ = event::eventfd_write(self.stop.as_fd(), 1);
        }
    }

    /// Waits until the other workers have ended, or a second signal comes.
    fn join(
        others: Vec<JoinHandle<Result<(), String>>>,
        signals: BorrowedFd<'_>,
        ended: BorrowedFd<'_>,
    ) -> Result<(), String> {
        let mut running = others.len() as u64;
        while running > 0 {
            let mut fds = [signals, ended].map(|fd| PollFd::new(fd, PollFlags::IN));
            match event::poll(&mut fds, Timeout::Forever, None) {
                Err(Errno::EINTR) => continue,
                waited => waited.map_err(|errno| format!("poll: {errno}"))?,
            };
            if !fds[0].revents().is_empty() {
                return Err(SECOND_SIGNAL.into());
            }
            let more = event::eventfd_read(ended).map_err(|errno| format!("eventfd: {errno}"))?;
            running = running.saturating_sub(more);
        }
        let outcomes = others
            .into_iter()
            .map(|other| other.join().unwrap_or(Err("a worker panicked".into())));
        outcomes.fold(Ok(()), Result::and)
    }

    /// A listening socket for each worker, and their address. The kernel spreads the connections over them.
    fn listeners(args: &Args) -> Result<(Vec<OwnedFd>, SocketAddr), String> {
        let mut address = SocketAddr::new(args.address, args.port);
        let mut listeners = Vec::new();
        for _ in 0..args.workers {
            let made = socket::listen(&address, args.workers > 1);
            let (listener, port) = made.map_err(|(call, errno)| {
                let next = match errno {
                    Errno::EADDRINUSE => "\nanother program has it: choose another one with --port, or any with --port 0",
                    Errno::EADDRNOTAVAIL => "\nthis machine has no such address: choose one of its own with --address",
                    Errno::EACCES => "\nports below 1024 are root's: choose another one with --port",
                    _ => "",
                };
                format!("{address}: {call}: {errno}{next}")
            })?;
            address.set_port(port);
            listeners.push(listener);
        }
        Ok((listeners, address))
    }

    /// How many connections there can be: as many as the user says, but descriptors are left for all else.
    fn room_for_connections(args: &Args) -> Result<usize, String> {
        let mut limit =
            getrlimit(Resource::NOFILE).map_err(|errno| format!("getrlimit: {errno}"))?;
        limit.current = limit.maximum;
        // It may be refused; the limit is then what it was.
        let _ = setrlimit(Resource::NOFILE, limit);
        let limit = getrlimit(Resource::NOFILE).map_err(|errno| format!("getrlimit: {errno}"))?;
        let descriptors = limit.current.map_or(usize::MAX, |limit| limit as usize);
        let others = 16 + 8 * args.workers + (descriptors / 4).min(64);
        match descriptors.saturating_sub(others) {
            0 => Err(format!(
                "{descriptors} descriptors are too few for {} workers\nraise the limit (`ulimit -n`)",
                args.workers
            )),
            room if room < args.max_connections => {
                eprintln!(
                    "note: {room} connections at once, as only {descriptors} descriptors are allowed (`ulimit -n`)"
                );
                Ok(room)
            }
            _ => Ok(args.max_connections),
        }
    }
}
