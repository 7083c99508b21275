//! Files in memory, against what `std` and `/proc` see.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;

use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::PermissionsExt;

use sysline::Errno;
use sysline::fs::{MemfdFlags, memfd_create};
use sysline::io::{SealFlags, fcntl_add_seals, fcntl_get_seals};

fn flags_of(file: &impl AsRawFd) -> u32 {
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", file.as_raw_fd())).unwrap();
    let told = info.lines().find_map(|line| line.strip_prefix("flags:"));
    u32::from_str_radix(told.unwrap().trim(), 8).unwrap()
}

const CLOEXEC: u32 = 0o2_000_000; // asm-generic/fcntl.h

#[test]
fn it_is_a_file_with_a_name_for_those_who_look() {
    let mut file = File::from(memfd_create("some name", MemfdFlags::CLOEXEC).unwrap());
    let link = fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).unwrap();
    assert_eq!(link.to_str(), Some("/memfd:some name (deleted)"));
    assert_eq!(file.metadata().unwrap().len(), 0);
    file.write_all(b"hello").unwrap();
    file.rewind().unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello");
    assert_eq!(flags_of(&file) & CLOEXEC, CLOEXEC);
    let other = memfd_create("some name", MemfdFlags::empty()).unwrap();
    assert_eq!(flags_of(&other) & CLOEXEC, 0);
    let seals = fcntl_get_seals(other.as_fd());
    assert_eq!(seals, Ok(SealFlags::SEAL), "it can't be sealed");
}

#[test]
fn what_is_sealed_stays_as_it_is() {
    let mut file = File::from(memfd_create("sealed", MemfdFlags::ALLOW_SEALING).unwrap());
    file.write_all(b"hello").unwrap();
    assert_eq!(fcntl_get_seals(file.as_fd()), Ok(SealFlags::empty()));
    let seals = SealFlags::WRITE | SealFlags::SHRINK;
    fcntl_add_seals(file.as_fd(), seals).unwrap();
    let denied = |result: std::io::Result<()>| {
        result.unwrap_err().kind() == std::io::ErrorKind::PermissionDenied
    };
    assert!(denied(file.write_all(b"!")));
    assert!(denied(file.set_len(1)));
    file.set_len(10).unwrap(); // it may still grow
    fcntl_add_seals(file.as_fd(), SealFlags::GROW | SealFlags::SEAL).unwrap();
    assert!(denied(file.set_len(11)));
    assert_eq!(
        fcntl_add_seals(file.as_fd(), SealFlags::FUTURE_WRITE),
        Err(Errno::EPERM)
    );
}

#[test]
fn one_that_is_never_executable_says_so() {
    let file = memfd_create("data", MemfdFlags::NOEXEC_SEAL).unwrap();
    let file = File::from(file);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o111, 0);
    let seals = fcntl_get_seals(file.as_fd()).unwrap();
    assert_eq!(seals, SealFlags::EXEC);
    let executable = fs::Permissions::from_mode(0o700);
    assert!(file.set_permissions(executable.clone()).is_err());

    let file = File::from(memfd_create("program", MemfdFlags::EXEC).unwrap());
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o111, 0o111);
    file.set_permissions(executable).unwrap();
}

#[test]
fn errors_are_the_kernel_s() {
    let create = |name: &str, flags| memfd_create(name, flags).map(drop);
    let longest = "n".repeat(249);
    assert_eq!(create(&longest, MemfdFlags::empty()), Ok(()));
    let longer = "n".repeat(250);
    assert_eq!(create(&longer, MemfdFlags::empty()), Err(Errno::EINVAL));
    assert_eq!(create("a\0b", MemfdFlags::empty()), Err(Errno::EINVAL));
    let unknown = MemfdFlags::from_bits_retain(1 << 20);
    assert_eq!(create("name", unknown), Err(Errno::EINVAL));
}

#[cfg(any(
    target_arch = "x86_64",
    target_arch = "x86",
    target_arch = "aarch64",
    target_arch = "riscv64",
    target_arch = "riscv32",
    target_arch = "loongarch64",
    target_arch = "s390x"
))]
#[test]
fn secret_memory_is_read_by_no_call() {
    use sysline::fs::{MemfdSecretFlags, memfd_secret};
    match memfd_secret(MemfdSecretFlags::CLOEXEC) {
        Ok(file) => {
            assert_eq!(flags_of(&file) & CLOEXEC, CLOEXEC);
            let mut file = File::from(file);
            file.set_len(4096).unwrap();
            assert!(file.read(&mut [0; 8]).is_err());
            assert!(file.write(b"x").is_err());
            let unknown = MemfdSecretFlags::from_bits_retain(1 << 20);
            assert_eq!(memfd_secret(unknown).map(drop), Err(Errno::EINVAL));
        }
        // Kernels need not have it (`CONFIG_SECRETMEM`), and some machines can't.
        Err(errno) => assert_eq!(errno, Errno::ENOSYS),
    }
}

#[test]
fn no_descriptor_is_left_behind() {
    child::in_child(|| {
        let count = || fs::read_dir("/proc/self/fd").unwrap().count();
        let before = count();
        let file = memfd_create("kept", MemfdFlags::empty()).unwrap();
        assert_eq!(count(), before + 1);
        drop(file);
        assert!(memfd_create("a\0b", MemfdFlags::empty()).is_err());
        assert!(memfd_create("bad", MemfdFlags::from_bits_retain(1 << 20)).is_err());
        assert_eq!(count(), before);
    });
}
