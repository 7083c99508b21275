//! That the structs which are declared here, and not in `linux-raw-sys`, are laid out as C's. Owns: how one is compared
//! with what `cargo xtask layouts` has read from the kernel's headers. Those of `linux-raw-sys` are compared in
//! `tests/layouts.rs`.

/// A test that a struct of this crate has the size, the alignment and the offsets of its original in C, and lets
/// `cargo xtask layouts` know of it: that reads these lines as they stand. Fields that C calls otherwise are
/// `ours = theirs`.
macro_rules! c_layout {
    ($name:ident = $c:literal { $($field:ident $(= $($theirs:ident).+)?),* $(,)? }) => {
        #[test]
        #[allow(non_snake_case)]
        fn $name() {
            $crate::layout::compare(
                stringify!($name),
                &[
                    ("size_of", "", size_of::<$name>()),
                    ("align_of", "", align_of::<$name>()),
                    $(("offset_of", stringify!($field), core::mem::offset_of!($name, $field)),)*
                ],
            );
        }
    };
}
pub(crate) use c_layout;

/// A number of C's: the question, the struct, the field if it is about one.
type Row = (&'static str, &'static str, &'static str, usize);

/// The rows of `tests/layouts/ours.rs`, as `structs!` of `tests/layouts.rs` has them.
macro_rules! ours {
    (
        columns: Aarch64 Arm Loongarch64 MipsN64 Powerpc Powerpc64 Riscv32 Riscv64 S390x X86 X86_64;
        $( $question:ident (sysline::$name:ident $(, $field:ident)?) [
            $aarch64:tt $arm:tt $loongarch64:tt $mips_n64:tt $powerpc:tt
            $powerpc64:tt $riscv32:tt $riscv64:tt $s390x:tt $x86:tt $x86_64:tt
        ]; )*
    ) => {
        /// C's numbers on the compile target.
        const ROWS: &[Row] = &[$((
            stringify!($question),
            stringify!($name),
            concat!($(stringify!($field))?),
            cell!($aarch64 $arm $loongarch64 $mips_n64 $powerpc $powerpc64 $riscv32 $riscv64 $s390x $x86 $x86_64),
        ),)*];
    };
}

/// The cell of the compile target; of one without a value, what no struct has.
macro_rules! cell {
    ($($cell:tt)*) => {{
        const CELLS: [usize; 11] = [$(number!($cell)),*];
        CELLS[COLUMN]
    }};
}

macro_rules! number {
    (_) => {
        usize::MAX
    };
    ($number:literal) => {
        $number
    };
}

const COLUMN: usize = if cfg!(target_arch = "aarch64") {
    0
} else if cfg!(target_arch = "arm") {
    1
} else if cfg!(target_arch = "loongarch64") {
    2
} else if cfg!(target_arch = "mips64") {
    3
} else if cfg!(target_arch = "powerpc") {
    4
} else if cfg!(target_arch = "powerpc64") {
    5
} else if cfg!(target_arch = "riscv32") {
    6
} else if cfg!(target_arch = "riscv64") {
    7
} else if cfg!(target_arch = "s390x") {
    8
} else if cfg!(target_arch = "x86") {
    9
} else {
    10
};

include!("../tests/layouts/ours.rs");

/// Compares a struct's facts with C's: all of them, and no more.
#[track_caller]
pub(crate) fn compare(name: &str, facts: &[(&str, &str, usize)]) {
    let theirs = ROWS
        .iter()
        .filter(|row| row.1 == name && row.3 != usize::MAX);
    let theirs: std::vec::Vec<_> = theirs.map(|row| (row.0, row.2, row.3)).collect();
    for fact in facts {
        assert!(
            theirs.contains(fact),
            "{name}: {fact:?} is not what C has: {theirs:?}"
        );
    }
    assert_eq!(theirs.len(), facts.len(), "{name}: C's {theirs:?}");
}
