//! What holds of [`dirents`] for any bytes. Owns: entries as bytes, by the manual (getdents(2)) and not by the code. Test
//! crates and the fuzz target include it with `#[path]`.
#![allow(dead_code)] // each takes what it needs

use sysline::Errno;
use sysline::fs::dirents;

/// Where the name is: behind a `u64`, an `i64`, a `u16` and a `u8`.
const HEAD: usize = 19;

/// An entry as the kernel writes it, its length up to the next multiple of eight.
pub(crate) fn encode(inode: u64, offset: i64, d_type: u8, name: &[u8]) -> Vec<u8> {
    let len = (HEAD + name.len() + 1).next_multiple_of(8);
    let mut entry = [&inode.to_ne_bytes()[..], &offset.to_ne_bytes()].concat();
    entry.extend((len as u16).to_ne_bytes());
    entry.push(d_type);
    entry.extend(name);
    entry.resize(len, 0);
    entry
}

/// The length that the entry at the start of `bytes` says, if it is a good one.
fn length(bytes: &[u8]) -> Option<usize> {
    let len = u16::from_ne_bytes(bytes.get(16..18)?.try_into().unwrap()).into();
    let name = bytes.get(HEAD..len)?;
    name.contains(&0).then_some(len)
}

/// Whatever the bytes are: entries lie in them one behind the other, the last is at their end or an error behind it, and
/// each has what its bytes say.
pub(crate) fn check(bytes: &[u8]) {
    check_here(bytes);
    // At every address, and not only at aligned ones.
    let shifted = [&[0xff], bytes].concat();
    check_here(&shifted[1..]);
}

fn check_here(bytes: &[u8]) {
    let mut at = 0;
    let mut entries = dirents(bytes);
    loop {
        let rest = &bytes[at..];
        match (entries.next(), length(rest)) {
            (None, _) => {
                assert!(rest.is_empty(), "it ends before its end");
                break;
            }
            (Some(Err(errno)), None) => {
                assert_eq!(errno, Errno::EIO);
                assert!(!rest.is_empty());
                break;
            }
            (Some(Ok(entry)), Some(len)) => {
                assert_eq!(entry.inode.to_ne_bytes(), rest[..8]);
                assert_eq!(entry.offset.to_ne_bytes(), rest[8..16]);
                assert_eq!(entry.file_type.raw(), u32::from(rest[18]) << 12);
                let name = entry.name.to_bytes_with_nul();
                assert!(name.len() <= len - HEAD);
                assert_eq!(name.as_ptr(), rest[HEAD..].as_ptr());
                at += len;
            }
            (answer, expected) => panic!("{answer:?}, and not a length of {expected:?}"),
        }
    }
    assert!(entries.next().is_none(), "what has ended has ended");
}
