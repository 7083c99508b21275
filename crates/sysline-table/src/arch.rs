//! The architectures: one for each system-call ABI, which is one column of the tables. Owns their
//! order, their names, and which of them the compile target is; knows nothing of calls.

use core::fmt;

/// Makes [`Arch`] from its rows: the variant, its name, the name of a macro, and the condition under
/// which it is the compile target.
///
/// The macro (`if_mips_o32!`) passes its input through on that target and drops it on every other,
/// so that the condition stands here only. `$d` is a dollar sign, for the macros made here.
macro_rules! arches {
    ($d:tt $( $(#[$doc:meta])* $arch:ident $name:literal $if_native:ident ($native:meta); )*) => {
        /// A system-call ABI: an architecture with one numbering of its calls.
        ///
        /// Byte order makes no difference: `mips` and `mipsel` are both [`Arch::MipsO32`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Arch {
            $( $(#[$doc])* $arch, )*
        }

        impl Arch {
            /// Every architecture, in the order of the tables' columns.
            pub const ALL: [Arch; [$( Arch::$arch ),*].len()] = [$( Arch::$arch ),*];

            /// Its name: Rust's `target_arch` where there is one.
            ///
            /// `mips` (o32) and `mips64` (n64) are release 6 of MIPS, too. The 32-bit ABIs of 64-bit
            /// processors, which have no `target_arch` of their own, are `mipsn32` and `x32`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( Arch::$arch => $name, )*
                }
            }
        }

        $(
            #[cfg($native)]
            macro_rules! $if_native { ($d($d token:tt)*) => { $d($d token)* } }
            #[cfg(not($native))]
            macro_rules! $if_native { ($d($d token:tt)*) => {} }

            $if_native! {
                impl Arch {
                    /// The architecture that this crate is compiled for, if the tables know it.
                    ///
                    /// Only the processor and the ABI count, not the operating system: on another
                    /// one than Linux it says what Linux would be there.
                    pub const NATIVE: Option<Arch> = Some(Arch::$arch);
                }
            }
        )*

        #[cfg(not(any($( $native ),*)))]
        impl Arch {
            /// The architecture that this crate is compiled for: none that the tables know.
            pub const NATIVE: Option<Arch> = None;
        }
    };
}

// `any()` is never true: Rust has no Linux target of that architecture.
arches! { $
    /// DEC Alpha, whose numbers start as OSF/1's.
    Alpha "alpha" if_alpha (any());
    /// Synopsys ARC.
    Arc "arc" if_arc (any());
    /// 64-bit Arm. (Its ILP32 ABI never was in the kernel.)
    Aarch64 "aarch64" if_aarch64 (all(target_arch = "aarch64", target_pointer_width = "64"));
    /// 32-bit Arm, EABI.
    Arm "arm" if_arm (target_arch = "arm");
    /// 32-bit LoongArch.
    Loongarch32 "loongarch32" if_loongarch32 (any());
    /// 64-bit LoongArch.
    Loongarch64 "loongarch64" if_loongarch64 (target_arch = "loongarch64");
    /// Motorola 68000.
    M68k "m68k" if_m68k (target_arch = "m68k");
    /// MIPS, o32 ABI: 32-bit. Numbers start at 4000.
    MipsO32 "mips" if_mips_o32 (any(target_arch = "mips", target_arch = "mips32r6"));
    /// MIPS, n32 ABI: 64-bit registers, 32-bit pointers. Numbers start at 6000.
    MipsN32 "mipsn32" if_mips_n32 (all(
        any(target_arch = "mips64", target_arch = "mips64r6"),
        target_pointer_width = "32",
    ));
    /// MIPS, n64 ABI: 64-bit. Numbers start at 5000.
    MipsN64 "mips64" if_mips_n64 (all(
        any(target_arch = "mips64", target_arch = "mips64r6"),
        target_pointer_width = "64",
    ));
    /// 32-bit PA-RISC.
    Parisc32 "parisc" if_parisc32 (any());
    /// 64-bit PA-RISC.
    Parisc64 "parisc64" if_parisc64 (any());
    /// 32-bit PowerPC.
    Powerpc "powerpc" if_powerpc (target_arch = "powerpc");
    /// 64-bit PowerPC.
    Powerpc64 "powerpc64" if_powerpc64 (target_arch = "powerpc64");
    /// 32-bit RISC-V.
    Riscv32 "riscv32" if_riscv32 (target_arch = "riscv32");
    /// 64-bit RISC-V.
    Riscv64 "riscv64" if_riscv64 (target_arch = "riscv64");
    /// 64-bit IBM Z.
    S390x "s390x" if_s390x (target_arch = "s390x");
    /// SuperH.
    Sh "sh" if_sh (any());
    /// 32-bit SPARC.
    Sparc "sparc" if_sparc (target_arch = "sparc");
    /// 64-bit SPARC.
    Sparc64 "sparc64" if_sparc64 (target_arch = "sparc64");
    /// 32-bit x86.
    X86 "x86" if_x86 (target_arch = "x86");
    /// 64-bit x86.
    X86_64 "x86_64" if_x86_64 (all(target_arch = "x86_64", target_pointer_width = "64"));
    /// 64-bit x86 with 32-bit pointers. Bit 30 (`0x4000_0000`) of every number is set.
    X32 "x32" if_x32 (all(target_arch = "x86_64", target_pointer_width = "32"));
}

impl Arch {
    /// How many bits an argument's register has. It is not a pointer's size on `mipsn32` and `x32`, which have 64.
    #[must_use]
    pub const fn register_bits(self) -> u32 {
        match self {
            Arch::Arc
            | Arch::Arm
            | Arch::Loongarch32
            | Arch::M68k
            | Arch::MipsO32
            | Arch::Parisc32
            | Arch::Powerpc
            | Arch::Riscv32
            | Arch::Sh
            | Arch::Sparc
            | Arch::X86 => 32,
            Arch::Alpha
            | Arch::Aarch64
            | Arch::Loongarch64
            | Arch::MipsN32
            | Arch::MipsN64
            | Arch::Parisc64
            | Arch::Powerpc64
            | Arch::Riscv64
            | Arch::S390x
            | Arch::Sparc64
            | Arch::X86_64
            | Arch::X32 => 64,
        }
    }

    /// `O_LARGEFILE`, which `open` needs for files of more than 2 GiB where a register has 32 bits (`asm/fcntl.h`).
    #[must_use]
    pub const fn o_largefile(self) -> u32 {
        match self {
            Arch::Aarch64 | Arch::Arm | Arch::M68k => 0o400_000,
            Arch::Powerpc | Arch::Powerpc64 => 0o200_000,
            Arch::MipsO32 | Arch::MipsN32 | Arch::MipsN64 => 0x2000,
            Arch::Parisc32 | Arch::Parisc64 => 0o4000,
            Arch::Sparc | Arch::Sparc64 => 0x40000,
            Arch::Alpha => 0o400_000,
            _ => 0o100_000,
        }
    }
}

/// How many columns a row of [`crate::numbers`] has.
pub(crate) const COUNT: usize = Arch::ALL.len();

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_position_in_all_is_the_column() {
        for (column, arch) in Arch::ALL.into_iter().enumerate() {
            assert_eq!(arch as usize, column);
        }
    }

    #[test]
    fn names_are_unique() {
        for arch in Arch::ALL {
            let same = Arch::ALL
                .into_iter()
                .filter(|other| other.name() == arch.name());
            assert_eq!(same.count(), 1, "{arch}");
        }
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn the_host_is_known() {
        let expected = if cfg!(target_pointer_width = "32") {
            Arch::X32
        } else {
            Arch::X86_64
        };
        assert_eq!(Arch::NATIVE, Some(expected));
    }
}
