//! What is true of [`SigInfo`], whatever bytes it is made of.

use sysline::signal::{Details, SigInfo, SigValue};

/// Bytes that are missing are zero, those that are too many are left.
pub(crate) fn check(bytes: &[u8]) {
    let mut all = [0; SigInfo::SIZE];
    let len = bytes.len().min(SigInfo::SIZE);
    all[..len].copy_from_slice(&bytes[..len]);

    let info = SigInfo::from_bytes(all);
    assert_eq!(info.to_bytes(), all, "nothing is lost");

    if let Some(signal) = info.signal() {
        assert!((1..=128).contains(&signal.raw()));
    }
    if let Some(errno) = info.errno() {
        assert!((1..=4095).contains(&errno.raw()));
    }
    let details = info.details();
    let sent = matches!(
        details,
        Details::Sent { .. } | Details::Queued { .. } | Details::Child { .. }
    );
    assert_eq!(info.sender().is_some(), sent);
    let given = matches!(details, Details::Queued { .. } | Details::Timer { .. });
    assert_eq!(info.value().is_some(), given);
    let elsewhere = matches!(details, Details::Poll { .. });
    assert_eq!(
        info.address().is_some(),
        !(sent || given || elsewhere),
        "{info:?}"
    );
    if let Details::Queued { pid, uid, value } = details {
        assert_eq!(value, SigValue::from_ptr(value.ptr()));
        if let Some(signal) = info.signal() {
            let again = SigInfo::queued(signal, pid, uid, value);
            assert_eq!(again.sender(), Some((pid, uid)));
            assert_eq!(again.value(), Some(value));
            assert_eq!(again.signal(), Some(signal));
        }
    }
    assert!(!format!("{info:?}").is_empty());
}
