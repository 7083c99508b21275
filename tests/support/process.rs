//! An example as a process that a test starts, and that does not outlive it. Owns: how it is started and ended. Must not
//! know what it does. Test crates include it with `#[path]`.

#[path = "example.rs"]
mod example;

use std::ffi::OsStr;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything takes on a slow machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A process that is ended with its owner.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    /// Starts an example, with pipes from its output and its errors.
    pub(crate) fn start(name: &str, args: &[&OsStr]) -> Process {
        Process::spawn(example::example(name).args(args))
    }

    /// Starts a command, with pipes from its output and its errors.
    pub(crate) fn spawn(command: &mut Command) -> Process {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        Process(child.unwrap())
    }

    /// Waits until it has ended by itself.
    pub(crate) fn status(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// What it said when it has ended by itself.
    pub(crate) fn output(mut self) -> Output {
        let status = self.status();
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let pipes = (self.0.stdout.take(), self.0.stderr.take());
        pipes.0.unwrap().read_to_end(&mut stdout).unwrap();
        pipes.1.unwrap().read_to_end(&mut stderr).unwrap();
        Output {
            status,
            stdout,
            stderr,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
