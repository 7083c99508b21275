//! The calls: a row for each name, its lookup, and the numbers on the compile target. Owns the macro
//! that the generated `numbers.rs` is an invocation of; knows nothing of arguments and types.

use core::cmp::Ordering;
use core::fmt;

use crate::arch::{self, Arch};
use crate::arguments::ARGUMENTS;
use crate::facts;
use crate::numbers::CALLS;

/// The number of an architecture that lacks the call. No real number comes near it.
pub(crate) const ABSENT: u32 = u32::MAX;

/// A system call by name: its number on every architecture that has it, and facts about it.
pub struct Call {
    pub(crate) name: &'static str,
    /// A number for each of [`Arch::ALL`] and one [`ABSENT`] more, which `table!` can't help.
    pub(crate) numbers: [u32; arch::COUNT + 1],
}

impl Call {
    /// The kernel's name for it, as after `__NR_` in its headers: `pread64`, `_llseek`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its number on `arch`, as a program there puts it in the register; `None` where `arch` never
    /// had the call.
    #[must_use]
    pub const fn number(&self, arch: Arch) -> Option<u32> {
        match self.numbers[arch as usize] {
            ABSENT => None,
            number => Some(number),
        }
    }

    /// The architectures that have it, in the order of [`Arch::ALL`].
    pub fn arches(&self) -> impl Iterator<Item = Arch> {
        Arch::ALL
            .into_iter()
            .filter(|&arch| self.number(arch).is_some())
    }

    /// How many arguments it reads, as the kernel's own list of them says; `None` where it is not known. An argument of
    /// 64 bits counts as one.
    #[must_use]
    pub fn arguments(&self) -> Option<usize> {
        let at = ARGUMENTS
            .binary_search_by(|(name, _)| (*name).cmp(self.name))
            .ok()?;
        Some(usize::from(ARGUMENTS[at].1))
    }

    /// Whether its result never is an error, whatever the arguments (on a kernel that has the call).
    #[must_use]
    pub fn cannot_fail(&self) -> bool {
        facts::holds(facts::CANNOT_FAIL, self.name)
    }

    /// Whether, given plain numbers only, it can break neither the memory safety nor the I/O safety
    /// of its caller, whatever the numbers.
    #[must_use]
    pub fn harmless(&self) -> bool {
        facts::holds(facts::HARMLESS, self.name)
    }

    /// Whether the kernel only reads the buffers (an address and a length) that it is given.
    #[must_use]
    pub fn reads_buffers(&self) -> bool {
        facts::holds(facts::READS_BUFFERS, self.name)
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.name).finish()
    }
}

/// Every call that any architecture has, sorted by name.
#[must_use]
pub fn calls() -> &'static [Call] {
    CALLS
}

/// The call of that name: the kernel's (`pread64`), not a constant's (`SYS_PREAD64`). A name that only others
/// have for a call finds it too: [`Call::name`] is then another one.
#[must_use]
pub fn find(name: &str) -> Option<&'static Call> {
    let other = facts::OTHER_NAMES.iter().find(|(other, _)| *other == name);
    let name = other.map_or(name, |(_, name)| name);
    let at = CALLS.binary_search_by(|call| call.name.cmp(name)).ok()?;
    Some(&CALLS[at])
}

/// The number of a call on an architecture, found when the program is compiled.
pub(crate) const fn number_of(name: &str, arch: Arch) -> Option<u32> {
    let (mut from, mut to) = (0, CALLS.len());
    while from < to {
        let middle = usize::midpoint(from, to);
        match compare(CALLS[middle].name, name) {
            Ordering::Equal => return CALLS[middle].number(arch),
            Ordering::Less => from = middle + 1,
            Ordering::Greater => to = middle,
        }
    }
    None
}

/// Whether two names are the same.
pub(crate) const fn same(a: &str, b: &str) -> bool {
    matches!(compare(a, b), Ordering::Equal)
}

/// `Ord` for names, when the program is compiled.
const fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return if a[at] < b[at] {
                Ordering::Less
            } else {
                Ordering::Greater
            };
        }
        at += 1;
    }
    if a.len() == b.len() {
        Ordering::Equal
    } else if a.len() < b.len() {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

/// A call that the compile target does not have: what [`nr`](crate::nr) has in place of its number, so that who
/// wants it is told what is missing.
#[derive(Clone, Copy, Debug)]
pub struct Absent;

/// The number of one call on the compile target, with its name.
///
/// This is what a wrapper hands to the trap. [`nr`](crate::nr) has one for each call that the target
/// has; [`Sysno::new`] makes one for a call newer than the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sysno {
    number: u32,
    name: &'static str,
}

impl Sysno {
    /// The call `number`, named `name`. Nothing is checked: the kernel answers an unknown number with
    /// `ENOSYS`.
    #[must_use]
    pub const fn new(number: u32, name: &'static str) -> Sysno {
        Sysno { number, name }
    }

    /// The number, as it goes into the register.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// The kernel's name for the call.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl fmt::Display for Sysno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

/// Makes the table [`CALLS`] and the module `nr` from rows of one cell for each of [`Arch::ALL`].
///
/// The list of columns is matched word for word, so rows written in another order don't compile.
macro_rules! calls {
    (
        columns: Alpha Arc Aarch64 Arm Loongarch32 Loongarch64 M68k MipsO32 MipsN32 MipsN64 Parisc32
            Parisc64 Powerpc Powerpc64 Riscv32 Riscv64 S390x Sh Sparc Sparc64 X86 X86_64 X32;
        $( $constant:ident $name:literal [
            $alpha:tt $arc:tt $aarch64:tt $arm:tt $loongarch32:tt $loongarch64:tt $m68k:tt $mips_o32:tt
            $mips_n32:tt $mips_n64:tt $parisc32:tt $parisc64:tt $powerpc:tt $powerpc64:tt $riscv32:tt
            $riscv64:tt $s390x:tt $sh:tt $sparc:tt $sparc64:tt $x86:tt $x86_64:tt $x32:tt
        ]; )*
    ) => {
        table! { $( $name [
            $alpha $arc $aarch64 $arm $loongarch32 $loongarch64 $m68k $mips_o32
            $mips_n32 $mips_n64 $parisc32 $parisc64 $powerpc $powerpc64 $riscv32
            $riscv64 $s390x $sh $sparc $sparc64 $x86 $x86_64 $x32
        ]; )* }

        /// A constant for each call that the compile target has, named as in C: `SYS_OPENAT`.
        ///
        /// Empty where [`Arch::NATIVE`](crate::Arch::NATIVE) is `None`.
        pub mod nr {
            if_alpha! { constants! { $( $constant $name [$alpha]; )* } }
            if_arc! { constants! { $( $constant $name [$arc]; )* } }
            if_aarch64! { constants! { $( $constant $name [$aarch64]; )* } }
            if_arm! { constants! { $( $constant $name [$arm]; )* } }
            if_loongarch32! { constants! { $( $constant $name [$loongarch32]; )* } }
            if_loongarch64! { constants! { $( $constant $name [$loongarch64]; )* } }
            if_m68k! { constants! { $( $constant $name [$m68k]; )* } }
            if_mips_o32! { constants! { $( $constant $name [$mips_o32]; )* } }
            if_mips_n32! { constants! { $( $constant $name [$mips_n32]; )* } }
            if_mips_n64! { constants! { $( $constant $name [$mips_n64]; )* } }
            if_parisc32! { constants! { $( $constant $name [$parisc32]; )* } }
            if_parisc64! { constants! { $( $constant $name [$parisc64]; )* } }
            if_powerpc! { constants! { $( $constant $name [$powerpc]; )* } }
            if_powerpc64! { constants! { $( $constant $name [$powerpc64]; )* } }
            if_riscv32! { constants! { $( $constant $name [$riscv32]; )* } }
            if_riscv64! { constants! { $( $constant $name [$riscv64]; )* } }
            if_s390x! { constants! { $( $constant $name [$s390x]; )* } }
            if_sh! { constants! { $( $constant $name [$sh]; )* } }
            if_sparc! { constants! { $( $constant $name [$sparc]; )* } }
            if_sparc64! { constants! { $( $constant $name [$sparc64]; )* } }
            if_x86! { constants! { $( $constant $name [$x86]; )* } }
            if_x86_64! { constants! { $( $constant $name [$x86_64]; )* } }
            if_x32! { constants! { $( $constant $name [$x32]; )* } }
        }
    };
}

/// The table. A row's `_` cells are matched as what separates runs of numbers, so that no macro runs
/// for each of 15,000 cells; each run, the last one too, is then followed by an `ABSENT`.
macro_rules! table {
    ($( $name:literal [ $( $( $number:literal )* )_* ]; )*) => {
        /// Every call, sorted by name.
        pub(crate) static CALLS: &[crate::call::Call] = &[$(
            crate::call::Call { name: $name, numbers: [$( $( $number, )* crate::call::ABSENT, )*] },
        )*];
    };
}

/// The constants of one column.
macro_rules! constants {
    ($( $constant:ident $name:literal [ $number:tt ]; )*) => {
        $( constant! { $constant $name $number } )*
    };
}

macro_rules! constant {
    ($constant:ident $name:literal _) => {
        #[doc(hidden)]
        pub const $constant: crate::call::Absent = crate::call::Absent;
    };
    ($constant:ident $name:literal $number:literal) => {
        #[doc = concat!("`", $name, "`: call ", $number, " on this target.")]
        pub const $constant: crate::call::Sysno = crate::call::Sysno::new($number, $name);
    };
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;
    use std::vec::Vec;

    use super::*;

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(calls().is_sorted_by(|a, b| a.name() < b.name()));
    }

    #[test]
    fn find_finds_every_name_and_no_other() {
        for call in calls() {
            assert!(core::ptr::eq(find(call.name()).unwrap(), call));
        }
        for name in ["", "SYS_READ", "READ", "rea", "read ", "zzz"] {
            assert!(find(name).is_none(), "{name}");
        }
    }

    /// From the man pages of the calls, section 2.
    #[test]
    fn known_arguments() {
        for (name, count) in [
            ("getpid", 0),
            ("close", 1),
            ("utimensat", 4),
            ("statx", 5),
            ("mmap", 6),
            ("uname", 1),
        ] {
            assert_eq!(find(name).unwrap().arguments(), Some(count), "{name}");
        }
        assert_eq!(find("_llseek").unwrap().arguments(), None);
    }

    #[test]
    fn arguments_are_those_of_calls_and_sorted() {
        assert!(ARGUMENTS.is_sorted_by(|a, b| a.0 < b.0));
        for (name, count) in ARGUMENTS {
            assert!(
                find(name).is_some_and(|call| call.name() == *name),
                "{name}"
            );
            assert!(*count <= 6, "{name}");
        }
    }

    /// From the kernel's `syscall_32.tbl`s and man pages, not from the headers that made the table.
    #[test]
    fn known_numbers() {
        let known: &[(&str, Arch, Option<u32>)] = &[
            ("read", Arch::X86_64, Some(0)),
            ("openat", Arch::X86_64, Some(257)),
            ("rseq_slice_yield", Arch::X86_64, Some(471)),
            ("clone3", Arch::X86_64, Some(435)),
            ("_llseek", Arch::X86_64, None),
            ("read", Arch::X86, Some(3)),
            ("_llseek", Arch::X86, Some(140)),
            ("openat", Arch::X86, Some(295)),
            ("openat", Arch::Aarch64, Some(56)),
            ("read", Arch::Aarch64, Some(63)),
            ("open", Arch::Aarch64, None),
            ("openat", Arch::Arm, Some(322)),
            ("arm_sync_file_range", Arch::Arm, Some(341)),
            ("sync_file_range2", Arch::Arm, Some(341)),
            ("openat", Arch::Riscv64, Some(56)),
            ("riscv_flush_icache", Arch::Riscv64, Some(259)),
            ("openat", Arch::Riscv32, Some(56)),
            ("clock_gettime", Arch::Riscv32, None),
            ("clock_gettime64", Arch::Riscv32, Some(403)),
            ("openat", Arch::Loongarch64, Some(56)),
            ("read", Arch::S390x, Some(3)),
            ("openat", Arch::S390x, Some(288)),
            ("read", Arch::MipsO32, Some(4003)),
            ("openat", Arch::MipsO32, Some(4288)),
            ("read", Arch::MipsN64, Some(5000)),
            ("openat", Arch::MipsN64, Some(5247)),
            ("read", Arch::MipsN32, Some(6000)),
            ("openat", Arch::MipsN32, Some(6251)),
            ("read", Arch::X32, Some(0x4000_0000)),
            ("pwritev2", Arch::X32, Some(0x4000_0000 + 547)),
            ("read", Arch::Powerpc64, Some(3)),
            ("openat", Arch::Powerpc64, Some(286)),
            ("openat", Arch::Powerpc, Some(286)),
            ("openat", Arch::Sparc64, Some(284)),
            ("openat", Arch::M68k, Some(288)),
            ("openat", Arch::Sh, Some(295)),
            ("openat", Arch::Parisc64, Some(275)),
            ("openat", Arch::Alpha, Some(450)),
            ("getpid", Arch::Alpha, Some(20)),
            ("getxpid", Arch::Alpha, Some(20)),
            ("rseq_slice_yield", Arch::Alpha, Some(581)),
        ];
        for &(name, arch, number) in known {
            assert_eq!(find(name).unwrap().number(arch), number, "{name} on {arch}");
        }
    }

    /// The columns of every architecture, counted apart from the generator (`grep -c`, and the
    /// aliases in `unistd.h`: five of alpha's, one of arm's).
    #[test]
    fn counts() {
        let counts = [
            (Arch::Alpha, 499 + 5),
            (Arch::Aarch64, 327),
            (Arch::Arm, 424 + 1),
            (Arch::MipsN64, 375),
            (Arch::Riscv64, 328),
            (Arch::S390x, 390),
            (Arch::X86, 461),
            (Arch::X86_64, 385),
            (Arch::X32, 374),
        ];
        for (arch, count) in counts {
            let has = calls().iter().filter(|call| call.number(arch).is_some());
            assert_eq!(has.count(), count, "{arch}");
        }
    }

    /// Two names for one number are few and known.
    #[test]
    fn numbers_are_unique_but_for_aliases() {
        for arch in Arch::ALL {
            let mut numbers: Vec<u32> = calls()
                .iter()
                .filter_map(|call| call.number(arch))
                .collect();
            let all = numbers.len();
            numbers.sort_unstable();
            numbers.dedup();
            let aliases = match arch {
                Arch::Alpha => 5,
                Arch::Arm => 1,
                _ => 0,
            };
            assert_eq!(all - numbers.len(), aliases, "{arch}");
        }
    }

    #[test]
    fn every_call_is_somewhere() {
        for call in calls() {
            assert!(call.arches().next().is_some(), "{}", call.name());
        }
        let mseal: Vec<Arch> = find("mseal").unwrap().arches().collect();
        assert_eq!(mseal, Arch::ALL);
    }

    #[test]
    fn nr_is_the_native_column() {
        use crate::nr;

        if let Some(arch) = Arch::NATIVE {
            for sysno in [nr::SYS_OPENAT, nr::SYS_GETPID, nr::SYS_RSEQ_SLICE_YIELD] {
                let call = find(sysno.name()).unwrap();
                assert_eq!(call.number(arch), Some(sysno.number()), "{sysno}");
            }
        }
    }

    #[test]
    fn a_sysno_prints_its_name() {
        assert_eq!(format!("{}", Sysno::new(462, "mseal")), "mseal");
        assert_eq!(format!("{:>7}", Sysno::new(462, "mseal")), "  mseal");
    }

    #[test]
    fn facts_come_from_their_lists() {
        let getpid = find("getpid").unwrap();
        assert!(getpid.cannot_fail() && getpid.harmless() && !getpid.reads_buffers());
        let write = find("write").unwrap();
        assert!(!write.cannot_fail() && !write.harmless() && write.reads_buffers());
        let munmap = find("munmap").unwrap();
        assert!(!munmap.cannot_fail() && !munmap.harmless() && !munmap.reads_buffers());
    }
}
