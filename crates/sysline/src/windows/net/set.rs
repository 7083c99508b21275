//! Sets of sockets for `select`. Owns: FD_SET, and that what comes back is a part of what was given.

use super::super::BorrowedSocket;
use super::{Result, error};
use core::fmt;
use core::marker::PhantomData;
use std::os::windows::io::{AsRawSocket, RawSocket};
use windows_sys::Win32::Networking::WinSock::{FD_SET, FD_SETSIZE, SOCKET, WSAENOBUFS};

/// A set of up to 64 sockets for [`select`](super::select), in no order. FD_SET.
///
/// They stay open while the set has them.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct SocketSet<'s> {
    /// Never more than [`SocketSet::LIMIT`], but while `select` has written to it.
    count: u32,
    sockets: [SOCKET; SocketSet::LIMIT],
    borrowed: PhantomData<BorrowedSocket<'s>>,
}

const _: () = assert!(size_of::<SocketSet<'_>>() == size_of::<FD_SET>());

impl<'s> SocketSet<'s> {
    /// How many sockets have a place in it. FD_SETSIZE.
    pub const LIMIT: usize = FD_SETSIZE as usize;

    /// A set without sockets.
    pub const fn new() -> SocketSet<'s> {
        SocketSet {
            count: 0,
            sockets: [0; SocketSet::LIMIT],
            borrowed: PhantomData,
        }
    }

    /// Puts a socket in; one that is there already is there once.
    ///
    /// # Errors
    ///
    /// WSAENOBUFS (10055): it has [`SocketSet::LIMIT`] others.
    pub fn insert(&mut self, socket: BorrowedSocket<'s>) -> Result<()> {
        if self.contains(socket) {
            return Ok(());
        }
        let free = self.sockets.get_mut(self.count as usize);
        *free.ok_or(error(WSAENOBUFS))? = number(socket);
        self.count += 1;
        Ok(())
    }

    /// Takes a socket out; whether it was in.
    pub fn remove(&mut self, socket: BorrowedSocket<'_>) -> bool {
        let place = self
            .numbers()
            .iter()
            .position(|&other| other == number(socket));
        let Some(place) = place else {
            return false;
        };
        self.count -= 1;
        self.sockets[place] = self.sockets[self.count as usize];
        true
    }

    /// Takes all sockets out.
    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// Whether a socket is in it.
    pub fn contains(&self, socket: BorrowedSocket<'_>) -> bool {
        self.numbers().contains(&number(socket))
    }

    /// How many sockets are in it.
    pub fn len(&self) -> usize {
        self.numbers().len()
    }

    /// Whether none is in it.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Its sockets.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = BorrowedSocket<'s>> + '_ {
        let borrow = |&socket: &SOCKET| {
            // SAFETY: it was put in as one that is open for `'s`, and `select` has added none.
            unsafe { BorrowedSocket::borrow_raw(socket as RawSocket) }
        };
        self.numbers().iter().map(borrow)
    }

    fn numbers(&self) -> &[SOCKET] {
        &self.sockets[..self.count as usize]
    }

    /// What is in a set that may be absent.
    pub(super) fn copied(set: &Option<&mut SocketSet<'s>>) -> Option<SocketSet<'s>> {
        set.as_deref().copied()
    }

    /// After a call of `select`: the set as it is to be seen, given what it was `before`.
    pub(super) fn settle(
        set: Option<&mut SocketSet<'s>>,
        before: Option<SocketSet<'s>>,
        succeeded: bool,
    ) {
        if let (Some(set), Some(before)) = (set, before) {
            *set = if succeeded {
                set.within(&before)
            } else {
                before
            };
        }
    }

    /// What of `before` is in this, whatever `select` has written here.
    fn within(&self, before: &SocketSet<'s>) -> SocketSet<'s> {
        let written = &self.sockets[..SocketSet::LIMIT.min(self.count as usize)];
        let mut kept = SocketSet::new();
        for socket in before.numbers() {
            if written.contains(socket) {
                kept.sockets[kept.count as usize] = *socket;
                kept.count += 1;
            }
        }
        kept
    }
}

fn number(socket: BorrowedSocket<'_>) -> SOCKET {
    socket.as_raw_socket() as SOCKET
}

impl Default for SocketSet<'_> {
    fn default() -> Self {
        SocketSet::new()
    }
}

impl fmt::Debug for SocketSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.numbers()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// A number that stands for a socket: nothing here makes a call.
    fn socket(number: u32) -> BorrowedSocket<'static> {
        // SAFETY: it is handed to no call.
        unsafe { BorrowedSocket::borrow_raw(RawSocket::from(number)) }
    }

    fn set(numbers: impl IntoIterator<Item = u32>) -> SocketSet<'static> {
        let mut set = SocketSet::new();
        numbers
            .into_iter()
            .for_each(|number| set.insert(socket(number)).unwrap());
        set
    }

    #[test]
    fn a_socket_is_in_once() {
        let mut set = set([4, 8, 4, 12]);
        assert_eq!(set.len(), 3);
        assert!(set.contains(socket(8)) && !set.contains(socket(16)));
        assert!(set.remove(socket(4)) && !set.remove(socket(4)));
        assert_eq!(set.numbers(), [12, 8]);
        assert_eq!(set.iter().map(number).collect::<Vec<_>>(), [12, 8]);
        set.clear();
        assert!(set.is_empty() && !set.remove(socket(8)));
    }

    #[test]
    fn it_is_full_at_64() {
        let mut set = set(1..=64);
        assert_eq!(set.insert(socket(65)).unwrap_err(), 10055);
        set.insert(socket(64)).unwrap();
        assert_eq!(set.len(), 64);
        set.remove(socket(1));
        set.insert(socket(65)).unwrap();
        assert!(set.contains(socket(65)));
    }

    /// Whatever is written to it, only what was in it is in it.
    #[test]
    fn what_comes_back_is_a_part_of_what_was_given() {
        let before = set(1..=64);
        for count in [0, 1, 2, 63, 64, 65, u32::MAX] {
            let mut written = before;
            written.sockets = [SOCKET::MAX; 64];
            written.sockets[..3].copy_from_slice(&[7, 7, 1000]);
            written.count = count;
            let expected: &[SOCKET] = if count == 0 { &[] } else { &[7] };
            assert_eq!(written.within(&before).numbers(), expected, "{count}");
        }
        let mut written = before;
        written.count = u32::MAX;
        assert_eq!(written.within(&before).numbers(), before.numbers());
    }
}
