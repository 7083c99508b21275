//! What holds for any bytes that are taken for signals read from a descriptor.

use sysline::event::SignalfdInfo;

pub(crate) fn check(bytes: &[u8]) {
    let infos = SignalfdInfo::all_from_bytes(bytes);
    assert_eq!(infos.len(), bytes.len() / 128);
    let mut count = 0;
    for (info, chunk) in infos.zip(bytes.chunks(128)) {
        count += 1;
        // Where `linux/signalfd.h` has them.
        let at = |offset: usize| u32::from_ne_bytes(chunk[offset..offset + 4].try_into().unwrap());
        let wide =
            |offset: usize| u64::from_ne_bytes(chunk[offset..offset + 8].try_into().unwrap());
        let number = at(0) as i32;
        match info.signal() {
            Some(signal) => assert_eq!(signal.raw(), number),
            None => assert!(!(1..=64).contains(&number)),
        }
        if let Some(errno) = info.errno() {
            assert_eq!(errno.raw(), at(4) as i32);
        }
        assert_eq!(info.code(), at(8) as i32);
        assert_eq!(info.pid().raw(), at(12) as i32);
        assert_eq!(info.uid().raw(), at(16));
        assert_eq!(info.fd(), at(20) as i32);
        assert_eq!(info.tid(), at(24));
        assert_eq!(info.band(), at(28));
        assert_eq!(info.overrun(), at(32));
        assert_eq!(info.trapno(), at(36));
        assert_eq!(info.status(), at(40) as i32);
        assert_eq!(info.int(), at(44) as i32);
        assert_eq!(info.value(), wide(48) as usize);
        assert_eq!(info.utime(), wide(56));
        assert_eq!(info.stime(), wide(64));
        assert_eq!(info.addr(), wide(72));
        let half = [chunk[80], chunk[81]];
        assert_eq!(info.addr_lsb(), u16::from_ne_bytes(half));
        assert_eq!(info.syscall(), at(84) as i32);
        assert_eq!(info.call_addr(), wide(88));
        assert_eq!(info.arch(), at(96));
        assert!(!format!("{info:?}").is_empty());
        // One of them alone, at whatever address, is the same.
        assert_eq!(SignalfdInfo::from_bytes(chunk.try_into().unwrap()), info);
    }
    assert_eq!(count, bytes.len() / 128);
}
