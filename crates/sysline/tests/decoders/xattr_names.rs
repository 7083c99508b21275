//! What holds of [`xattr_names`] for any bytes. Test crates and the fuzz target include it with `#[path]`.

use sysline::Errno;
use sysline::fs::xattr_names;

/// Whatever the bytes are: the names are what lies between their NULs, and what has no NUL is an error.
pub(crate) fn check(bytes: &[u8]) {
    let mut expected: Vec<&[u8]> = bytes.split(|&byte| byte == 0).collect();
    let last = expected.pop().unwrap(); // what is behind the last NUL
    let mut names = xattr_names(bytes);
    for expected in expected {
        let name = names.next().unwrap().unwrap();
        assert_eq!(name.to_bytes(), expected);
        assert_eq!(name.to_bytes().as_ptr(), expected.as_ptr());
    }
    let end = (!last.is_empty()).then_some(Err(Errno::EIO));
    assert_eq!(names.next(), end);
    assert_eq!(names.next(), None, "what has ended has ended");
}
