//! What the checks find. Owns: the words on standard output and error, and the exit code. Must not know what is
//! checked.

use core::fmt::{self, Arguments, Debug, Write};
use sysline::fd::BorrowedFd;
use sysline::io::write;

/// Tells each thing that is wrong when it is found, and counts.
#[derive(Default)]
pub(crate) struct Report {
    right: u32,
    wrong: u32,
    skipped: u32,
}

impl Report {
    /// Checks that something is what it should be.
    pub(crate) fn is<T: Debug + PartialEq>(&mut self, name: &str, got: T, expected: T) {
        if got == expected {
            self.right += 1;
        } else {
            self.wrong(name, format_args!("{got:?}, not {expected:?}"));
        }
    }

    /// Something is wrong.
    pub(crate) fn wrong(&mut self, name: &str, what: Arguments<'_>) {
        self.wrong += 1;
        line(ERROR, format_args!("wrong: {name}: {what}"));
    }

    /// Something can't be checked.
    pub(crate) fn skipped(&mut self, name: &str, why: &str) {
        self.skipped += 1;
        line(ERROR, format_args!("skipped: {name}: {why}"));
    }

    /// Sums up, and gives the program's exit code.
    pub(crate) fn end(&self) -> i32 {
        let Report {
            right,
            wrong,
            skipped,
        } = self;
        if *wrong > 0 {
            line(ERROR, format_args!("{wrong} wrong, {right} right"));
            return 1;
        }
        match skipped {
            0 => line(OUTPUT, format_args!("right: {right} checks")),
            _ => line(
                OUTPUT,
                format_args!("right: {right} checks, {skipped} skipped"),
            ),
        }
        0
    }
}

/// Standard output and standard error.
const OUTPUT: i32 = 1;
pub(crate) const ERROR: i32 = 2;

/// Writes a line with the program's name.
pub(crate) fn line(to: i32, text: Arguments<'_>) {
    // Where it can't be written nobody is told; the exit code says it all the same.
    // SAFETY: the descriptor stays open for all of the program.
    let mut to = Stream(unsafe { BorrowedFd::borrow_raw(to) });
    let _ = writeln!(to, "no_std: {text}");
}

struct Stream(BorrowedFd<'static>);

impl Write for Stream {
    fn write_str(&mut self, mut text: &str) -> fmt::Result {
        while !text.is_empty() {
            match write(self.0, text.as_bytes()) {
                Ok(taken @ 1..) => text = text.get(taken..).ok_or(fmt::Error)?,
                _ => return Err(fmt::Error),
            }
        }
        Ok(())
    }
}
