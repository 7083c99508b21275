//! An echo server for Windows: a few threads serve all clients, which get back what they send.
//!
//! ```text
//! cargo run --example iocp_echo [PORT]      8001 when none is given; 0: any that is free
//! ```
//!
//! The main thread accepts clients. Each has one operation at a time, a receive or a send of what came, which the
//! system does by itself; its end is a packet at a completion port, and whichever worker takes it starts the next one.

#[cfg(not(windows))]
fn main() {
    println!("completion ports are Windows'");
}

#[cfg(windows)]
fn main() -> std::process::ExitCode {
    on_windows::main()
}

#[cfg(windows)]
mod on_windows {
    use std::io::Write;
    use std::net::{Ipv4Addr, SocketAddr};
    use std::ops::Range;
    use std::process::ExitCode;
    use std::sync::Arc;
    use std::thread;
    use std::time::Duration;
    use sysline::windows::iocp::CompletionPort;
    use sysline::windows::net::*;
    use sysline::windows::{OwnedSocket, Result};

    const USAGE: &str =
        "usage: iocp_echo [PORT]   a port from 0 (any that is free) to 65535, else 8001";

    /// How many bytes a client sends before it gets them back, at most.
    const SIZE: usize = 16 * 1024;

    pub(super) fn main() -> ExitCode {
        let Some(port) = port_argument() else {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        };
        let started = Winsock::start()
            .and_then(|winsock| Ok((winsock, CompletionPort::new(0)?, listen_on(port)?)));
        match started {
            Ok((_winsock, completions, listener)) => serve(&completions, &listener),
            Err(error) => {
                eprintln!("port {port}: {error}");
                ExitCode::FAILURE
            }
        }
    }

    /// The port that the user asks for; none where the arguments are not as they should be.
    fn port_argument() -> Option<u16> {
        let mut args = std::env::args_os().skip(1);
        let port = match args.next() {
            None => 8001,
            Some(port) => port.to_str()?.parse().ok()?,
        };
        args.next().is_none().then_some(port)
    }

    /// A socket that clients of this computer can connect to.
    fn listen_on(port: u16) -> Result<OwnedSocket> {
        let flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;
        let listener = wsa_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP, None, 0, flags)?;
        bind(&listener, &SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        listen(&listener, SOMAXCONN)?;
        println!("listening on {}", local_addr(&listener)?);
        Ok(listener)
    }

    /// Accepts clients, and has the workers serve them, until the process is ended. An error of one client is no reason
    /// to leave the others alone.
    fn serve(completions: &CompletionPort, listener: &OwnedSocket) -> ! {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| work(completions));
            }
            loop {
                let client = match accept(listener) {
                    Ok((client, _)) => client,
                    Err(error) => {
                        say(format_args!("no client: {error}"));
                        // Where there are too many, the next one would fail at once, and again.
                        thread::sleep(Duration::from_millis(10));
                        continue;
                    }
                };
                let begun = completions.associate(&client, 0);
                if let Err(error) = begun.and_then(|()| Client::new(client).receive()) {
                    say(format_args!("a new client: {error}"));
                }
            }
        })
    }

    /// Takes packets from the port, and starts each client's next operation.
    fn work(completions: &CompletionPort) {
        loop {
            let packet = match completions.get(None) {
                Ok(Some(packet)) => packet,
                Ok(None) => continue, // it waits without end
                Err(error) => {
                    say(format_args!("no packets any more: {error}"));
                    std::process::exit(1) // nobody would serve the clients
                }
            };
            // SAFETY: nobody posts here, and only sockets of clients are associated: this is what `Client::run` gave
            // away, and the operation has ended.
            let client = unsafe { Box::from_raw(packet.overlapped.cast::<Client>()) };
            if let Err(error) = client.go_on(packet.result()) {
                say(format_args!("a client: {error}"));
            }
        }
    }

    /// Tells of an error. Where nobody can be told, clients are served all the same.
    fn say(what: std::fmt::Arguments<'_>) {
        let _ = writeln!(std::io::stderr(), "{what}");
    }

    /// A client, its bytes, and its one operation. While that runs the system owns all of it, and nobody else does.
    #[repr(C)] // the OVERLAPPED first, so that its address is the client's
    struct Client {
        overlapped: OVERLAPPED,
        /// Which of the bytes are to be sent; none while it receives.
        unsent: Range<usize>,
        bytes: [u8; SIZE],
        /// Closed with the last of its owners.
        socket: Arc<OwnedSocket>,
    }

    impl Client {
        fn new(socket: OwnedSocket) -> Box<Client> {
            Box::new(Client {
                overlapped: OVERLAPPED::default(),
                unsent: 0..0,
                bytes: [0; SIZE],
                socket: Arc::new(socket),
            })
        }

        /// The next operation, where the last one has come to `done`; none where the client sends no more.
        fn go_on(mut self: Box<Self>, done: Result<u32>) -> Result<()> {
            let done = done? as usize;
            if !self.unsent.is_empty() {
                self.unsent.start += done;
            } else if done != 0 {
                self.unsent = 0..done;
            } else {
                return Ok(());
            }
            if self.unsent.is_empty() {
                self.receive()
            } else {
                self.send()
            }
        }

        fn receive(mut self: Box<Self>) -> Result<()> {
            self.unsent = 0..0;
            self.run(0..SIZE, |socket, client, buffer| {
                // SAFETY: `run` has given the client away, with its bytes and its OVERLAPPED.
                unsafe { wsa_recv_overlapped(socket, &[buffer], &mut 0, client.cast()) }
            })
        }

        fn send(self: Box<Self>) -> Result<()> {
            let unsent = self.unsent.clone();
            self.run(unsent, |socket, client, buffer| {
                // SAFETY: `run` has given the client away, with its bytes and its OVERLAPPED.
                unsafe { wsa_send_overlapped(socket, &[buffer], 0, client.cast()) }
            })
        }

        /// Gives the client away to the operation that `start` starts, on a part of the bytes. Where that is an error,
        /// takes it back, and so ends it.
        fn run(
            mut self: Box<Self>,
            part: Range<usize>,
            start: impl FnOnce(&OwnedSocket, *mut Client, WSABUF) -> Result<()>,
        ) -> Result<()> {
            self.overlapped = OVERLAPPED::default();
            let len = self.bytes[part.clone()].len() as u32;
            // A worker may end the client before the call returns: the socket stays open until it has.
            let socket = Arc::clone(&self.socket);
            let client = Box::into_raw(self);
            // SAFETY: the client is there, and the part is one of its bytes.
            let buf = unsafe { (&raw mut (*client).bytes).cast::<u8>().add(part.start) };
            start(&socket, client, WSABUF { len, buf }).inspect_err(|_| {
                // SAFETY: no operation has begun, so there will be no packet, and the client is still ours.
                drop(unsafe { Box::from_raw(client) });
            })
        }
    }
}
