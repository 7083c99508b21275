//! What holds of [`events`] for any bytes. Owns: events as bytes, by the manual (inotify(7)) and not by the code. Test
//! crates and the fuzz target include it with `#[path]`.
#![allow(dead_code)] // each takes what it needs

use sysline::Errno;
use sysline::fs::inotify::events;

/// Where the name is: behind four numbers of 32 bits.
const HEAD: usize = 16;

/// An event as the kernel writes it, its name up to the next multiple of sixteen.
pub(crate) fn encode(watch: i32, mask: u32, cookie: u32, name: Option<&[u8]>) -> Vec<u8> {
    let len = name.map_or(0, |name| (name.len() + 1).next_multiple_of(16));
    let numbers = [watch as u32, mask, cookie, len as u32];
    let mut event = numbers.map(u32::to_ne_bytes).concat();
    event.extend(name.unwrap_or_default());
    event.resize(HEAD + len, 0);
    event
}

/// The length of the event at the start of `bytes`, if it is a good one.
fn length(bytes: &[u8]) -> Option<usize> {
    let name = u32::from_ne_bytes(bytes.get(12..16)?.try_into().unwrap());
    let len = HEAD.checked_add(name as usize)?;
    let name = bytes.get(HEAD..len)?;
    (name.is_empty() || name.contains(&0)).then_some(len)
}

/// Whatever the bytes are: events lie in them one behind the other, the last is at their end or an error behind it, and each
/// has what its bytes say.
pub(crate) fn check(bytes: &[u8]) {
    check_here(bytes);
    // At every address, and not only at aligned ones.
    let shifted = [&[0xff], bytes].concat();
    check_here(&shifted[1..]);
}

fn check_here(bytes: &[u8]) {
    let mut at = 0;
    let mut events = events(bytes);
    loop {
        let rest = &bytes[at..];
        match (events.next(), length(rest)) {
            (None, _) => {
                assert!(rest.is_empty(), "it ends before its end");
                break;
            }
            (Some(Err(errno)), None) => {
                assert_eq!(errno, Errno::EIO);
                assert!(!rest.is_empty());
                break;
            }
            (Some(Ok(event)), Some(len)) => {
                assert_eq!(event.watch.raw().to_ne_bytes(), rest[..4]);
                assert_eq!(event.mask.bits().to_ne_bytes(), rest[4..8]);
                assert_eq!(event.cookie.to_ne_bytes(), rest[8..12]);
                assert_eq!(event.name.is_none(), len == HEAD);
                if let Some(name) = event.name {
                    assert!(name.to_bytes_with_nul().len() <= len - HEAD);
                    assert_eq!(name.to_bytes_with_nul().as_ptr(), rest[HEAD..].as_ptr());
                }
                at += len;
            }
            (answer, expected) => panic!("{answer:?}, and not a length of {expected:?}"),
        }
    }
    assert!(events.next().is_none(), "what has ended has ended");
}
