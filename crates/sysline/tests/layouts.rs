//! What `linux-raw-sys` says of the kernel's structs and constants is what the kernel's own C headers
//! say, on the compile target. Owns the macros that the generated files in `layouts/` are invocations
//! of, and the list of differences that are known.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::fmt::Write as _;
use std::mem::offset_of;

/// A row, on the compile target.
struct Row {
    /// The row without its cells.
    name: &'static str,
    in_headers: i128,
    in_crate: i128,
}

/// The rows of [`STRUCTS`]. The list of columns is matched word for word, so rows written in another
/// order don't compile.
macro_rules! structs {
    (
        columns: Aarch64 Arm Loongarch64 MipsN64 Powerpc Powerpc64 Riscv32 Riscv64 S390x X86 X86_64;
        $( $question:ident $arguments:tt [
            $aarch64:tt $arm:tt $loongarch64:tt $mips_n64:tt $powerpc:tt
            $powerpc64:tt $riscv32:tt $riscv64:tt $s390x:tt $x86:tt $x86_64:tt
        ]; )*
    ) => {
        #[cfg(target_arch = "aarch64")]
        struct_rows! { $( $question $arguments [$aarch64]; )* }
        #[cfg(target_arch = "arm")]
        struct_rows! { $( $question $arguments [$arm]; )* }
        #[cfg(target_arch = "loongarch64")]
        struct_rows! { $( $question $arguments [$loongarch64]; )* }
        #[cfg(target_arch = "mips64")]
        struct_rows! { $( $question $arguments [$mips_n64]; )* }
        #[cfg(target_arch = "powerpc")]
        struct_rows! { $( $question $arguments [$powerpc]; )* }
        #[cfg(target_arch = "powerpc64")]
        struct_rows! { $( $question $arguments [$powerpc64]; )* }
        #[cfg(target_arch = "riscv32")]
        struct_rows! { $( $question $arguments [$riscv32]; )* }
        #[cfg(target_arch = "riscv64")]
        struct_rows! { $( $question $arguments [$riscv64]; )* }
        #[cfg(target_arch = "s390x")]
        struct_rows! { $( $question $arguments [$s390x]; )* }
        #[cfg(target_arch = "x86")]
        struct_rows! { $( $question $arguments [$x86]; )* }
        #[cfg(target_arch = "x86_64")]
        struct_rows! { $( $question $arguments [$x86_64]; )* }
    };
}

/// The rows of one column; a `_` makes none.
macro_rules! struct_rows {
    ($( $question:ident $arguments:tt [ $( $value:literal )? $( _ )? ]; )*) => {
        const STRUCTS: &[Row] = &[$( $( struct_row!($question $arguments $value), )? )*];
    };
}

macro_rules! struct_row {
    (size_of ($module:ident :: $item:ident) $value:literal) => {
        Row {
            name: concat!("size_of(", stringify!($module), "::", stringify!($item), ")"),
            in_headers: $value,
            in_crate: size_of::<linux_raw_sys::$module::$item>() as i128,
        }
    };
    (align_of ($module:ident :: $item:ident) $value:literal) => {
        Row {
            name: concat!("align_of(", stringify!($module), "::", stringify!($item), ")"),
            in_headers: $value,
            in_crate: align_of::<linux_raw_sys::$module::$item>() as i128,
        }
    };
    (offset_of ($module:ident :: $item:ident, $field:ident $( . $inner:ident )*) $value:literal) => {
        Row {
            name: concat!(
                "offset_of(", stringify!($module), "::", stringify!($item), ", ",
                stringify!($field), $( ".", stringify!($inner), )* ")"
            ),
            in_headers: $value,
            in_crate: offset_of!(linux_raw_sys::$module::$item, $field $( . $inner )*) as i128,
        }
    };
}

/// The rows of [`CONSTANTS`], like [`structs!`].
macro_rules! constants {
    (
        columns: Aarch64 Arm Loongarch64 MipsN64 Powerpc Powerpc64 Riscv32 Riscv64 S390x X86 X86_64;
        $( $module:ident :: $item:ident [
            $aarch64:tt $arm:tt $loongarch64:tt $mips_n64:tt $powerpc:tt
            $powerpc64:tt $riscv32:tt $riscv64:tt $s390x:tt $x86:tt $x86_64:tt
        ]; )*
    ) => {
        #[cfg(target_arch = "aarch64")]
        constant_rows! { $( $module::$item [$aarch64]; )* }
        #[cfg(target_arch = "arm")]
        constant_rows! { $( $module::$item [$arm]; )* }
        #[cfg(target_arch = "loongarch64")]
        constant_rows! { $( $module::$item [$loongarch64]; )* }
        #[cfg(target_arch = "mips64")]
        constant_rows! { $( $module::$item [$mips_n64]; )* }
        #[cfg(target_arch = "powerpc")]
        constant_rows! { $( $module::$item [$powerpc]; )* }
        #[cfg(target_arch = "powerpc64")]
        constant_rows! { $( $module::$item [$powerpc64]; )* }
        #[cfg(target_arch = "riscv32")]
        constant_rows! { $( $module::$item [$riscv32]; )* }
        #[cfg(target_arch = "riscv64")]
        constant_rows! { $( $module::$item [$riscv64]; )* }
        #[cfg(target_arch = "s390x")]
        constant_rows! { $( $module::$item [$s390x]; )* }
        #[cfg(target_arch = "x86")]
        constant_rows! { $( $module::$item [$x86]; )* }
        #[cfg(target_arch = "x86_64")]
        constant_rows! { $( $module::$item [$x86_64]; )* }
    };
}

/// The rows of one column; a `_` makes none. A negative value is in brackets, to be one cell.
macro_rules! constant_rows {
    ($( $module:ident :: $item:ident [ $( $value:literal )? $( ($negative:literal) )? $( _ )? ]; )*) => {
        const CONSTANTS: &[Row] = &[$(
            $( constant!($value $module::$item), )?
            $( constant!($negative $module::$item), )?
        )*];
    };
}

macro_rules! constant {
    ($value:literal $module:ident :: $item:ident) => {
        Row {
            name: concat!(stringify!($module), "::", stringify!($item)),
            in_headers: $value,
            in_crate: linux_raw_sys::$module::$item as i128,
        }
    };
}

include!("layouts/structs.rs");
include!("layouts/constants.rs");

/// Differences that stay until `linux-raw-sys` is another one.
struct Known {
    /// Where, as [`ARCH`] says it; everywhere if there is none.
    arches: &'static [&'static str],
    rows: &'static [&'static str],
    why: &'static str,
}

const REDEFINED: &str =
    "the architecture defines it anew after the generic headers, and bindgen keeps the first value";

const KNOWN_DIFFERENCES: &[Known] = &[
    Known {
        arches: &[],
        rows: &["general::FUTEX_CMD_MASK", "size_of(net::tcp_info)"],
        why: "the headers are newer, and have more flags and more fields at the end",
    },
    Known {
        arches: &[],
        rows: &["general::VFS_CAP_FLAGS_MASK"],
        why: "bindgen's `~` is of 64 bits, C's of an unsigned int: a mask of all that it is not to have",
    },
    Known {
        arches: &[],
        rows: &["general::MS_NOUSER"],
        why: "C shifts into the sign of an int: the same 32 bits",
    },
    Known {
        arches: &["arm", "powerpc", "riscv32", "x86"],
        rows: &["general::RLIM_INFINITY"],
        why: "an unsigned long in C, -1 in Rust: the same 32 bits",
    },
    Known {
        arches: &["aarch64", "powerpc", "powerpc64"],
        rows: &["general::PKEY_ACCESS_MASK"],
        why: REDEFINED,
    },
    Known {
        arches: &["powerpc", "powerpc64"],
        rows: &["errno::EDEADLOCK", "mempolicy::EDEADLOCK"],
        why: REDEFINED,
    },
    Known {
        arches: &["powerpc64"],
        rows: &[
            "offset_of(if_packet::fanout_args, id)",
            "offset_of(if_packet::fanout_args, type_flags)",
        ],
        why: "made for the big-endian one, and two halves change places with the byte order. Don't use it",
    },
    Known {
        arches: &["mips64"],
        rows: &[
            "general::SI_ASYNCIO",
            "general::SI_MESGQ",
            "general::SI_TIMER",
        ],
        why: REDEFINED,
    },
    Known {
        arches: &["mips64"],
        rows: &[
            "offset_of(general::kernel_sigaction, sa_flags)",
            "offset_of(general::kernel_sigaction, sa_handler_kernel)",
        ],
        why: "made up, and without a thought for mips: there the flags are first. Don't use it",
    },
    Known {
        arches: &[],
        rows: &[
            "align_of(net::sockaddr)",
            "size_of(net::ifreq)",
            "size_of(net::sockaddr)",
        ],
        why: "made up as large as the largest address, where C has 16 bytes. Don't use them",
    },
];

#[test]
fn structs_and_constants_are_those_of_the_headers() {
    let here = |known: &&Known| known.arches.is_empty() || known.arches.contains(&ARCH);
    let mut known: BTreeMap<&str, &str> = KNOWN_DIFFERENCES
        .iter()
        .filter(here)
        .flat_map(|known| known.rows.iter().map(|row| (*row, known.why)))
        .collect();
    let mut failures = String::new();
    for row in STRUCTS.iter().chain(CONSTANTS) {
        // As a 64-bit register has them: C's largest unsigned long is -1 in Rust.
        let is_same = row.in_headers as u64 == row.in_crate as u64;
        if !is_same && known.remove(row.name).is_none() {
            writeln!(
                failures,
                "{}: {} in the headers, {} in linux-raw-sys",
                row.name, row.in_headers, row.in_crate
            )
            .unwrap();
        }
    }
    for (row, why) in known {
        writeln!(failures, "{row}: a known difference that is none ({why})").unwrap();
    }
    assert!(failures.is_empty(), "on {ARCH}:\n{failures}");
}

/// That the comparison is not of two empty lists. C's numbers, by hand: struct timespec is two longs,
/// and O_RDWR is 2 in all of the kernel's fcntl.h.
#[test]
fn rows_are_read() {
    let long = size_of::<std::ffi::c_long>() as i128;
    let find = |rows: &[Row], name: &str| {
        let row = rows.iter().find(|row| row.name == name).expect(name);
        row.in_headers
    };
    assert_eq!(find(STRUCTS, "size_of(general::timespec)"), 2 * long);
    assert_eq!(find(STRUCTS, "align_of(general::timespec)"), long);
    assert_eq!(find(STRUCTS, "offset_of(general::timespec, tv_nsec)"), long);
    assert_eq!(find(CONSTANTS, "general::O_RDWR"), 2);
    assert_eq!(find(CONSTANTS, "general::AT_FDCWD"), -100);
}
