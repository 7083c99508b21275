//! What holds for a `StatMount` and an `FsMessage` of any bytes. Test crates and fuzz targets include it with `#[path]`.

use core::ffi::CStr;
use sysline::mount::{FsMessage, StatMount, Texts};

/// Where the texts of a `struct statmount` start (`linux/mount.h`: the fixed part has 512 bytes).
const TEXTS: usize = 512;

/// All that is read of the bytes lies in them, behind the fixed part, and comes to an end.
pub(crate) fn check(bytes: &[u8]) {
    check_statmount(bytes);
    // As they come, few bytes say that they have all fields.
    if bytes.len() >= TEXTS {
        let mut all = bytes.to_vec();
        let size = (bytes.len() as u32).to_ne_bytes();
        all[..4].copy_from_slice(&size);
        all[8..16].fill(0xff);
        let stat = StatMount::parse(&all).unwrap();
        assert!(stat.mask().is_all());
        assert!(stat.id().is_some() && stat.device().is_some() && stat.supported().is_some());
        check_statmount(&all);
    }
    let message = FsMessage::parse(bytes);
    is_inside(message.text, bytes);
    let levels = [b"e ", b"w ", b"i "];
    let has_level = levels.iter().any(|level| bytes.starts_with(*level));
    assert_eq!(message.level.is_some(), has_level);
}

fn check_statmount(bytes: &[u8]) {
    let Ok(stat) = StatMount::parse(bytes) else {
        let size = bytes
            .first_chunk()
            .map(|size| u32::from_ne_bytes(*size) as usize);
        assert!(size.is_none_or(|size| size > bytes.len() || size < TEXTS));
        return;
    };
    let texts = [
        stat.root(),
        stat.point(),
        stat.fs_type(),
        stat.fs_subtype(),
        stat.source(),
        stat.options_text(),
    ];
    for text in texts.into_iter().flatten() {
        is_text_of(text, bytes);
    }
    for list in [
        stat.options(),
        stat.security_options(),
        stat.uid_map(),
        stat.gid_map(),
    ] {
        check_texts(list, bytes);
    }
}

fn check_texts(list: Texts<'_>, bytes: &[u8]) {
    let mut end = None;
    let mut count = 0;
    for text in list {
        is_text_of(text, bytes);
        let start = text.as_ptr().addr();
        assert!(end.is_none_or(|end| start == end));
        end = Some(start + text.count_bytes() + 1);
        count += 1;
        assert!(count <= bytes.len());
    }
}

fn is_text_of(text: &CStr, bytes: &[u8]) {
    is_inside(text.to_bytes_with_nul(), bytes);
    assert!(text.as_ptr().addr() - bytes.as_ptr().addr() >= TEXTS);
}

fn is_inside(part: &[u8], whole: &[u8]) {
    assert!(whole.as_ptr_range().contains(&part.as_ptr()) || part.is_empty());
    assert!(part.as_ptr_range().end <= whole.as_ptr_range().end);
}
