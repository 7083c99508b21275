//! How memory of no file is mapped. Owns: which flags go together.

use super::pages::Pages;
use super::{Mapping, Prot, SharedMapping, shared};
use crate::abi::{Errno, Result};
use crate::mm::{MapFlags, page_size};
use linux_raw_sys::general::MAP_HUGE_SHIFT;

/// How memory of no file is mapped.
///
/// ```
/// use sysline::mm::MapOptions;
///
/// # fn main() -> sysline::Result<()> {
/// let stack = MapOptions::new().populate().map(1 << 16)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MapOptions {
    flags: MapFlags,
    huge: Option<HugePages>,
}

impl Default for MapOptions {
    fn default() -> MapOptions {
        MapOptions::new()
    }
}

impl MapOptions {
    /// None of them.
    pub const fn new() -> MapOptions {
        MapOptions {
            flags: MapFlags::ANONYMOUS,
            huge: None,
        }
    }

    const fn with(self, flag: MapFlags) -> MapOptions {
        MapOptions {
            flags: self.flags.union(flag),
            ..self
        }
    }

    /// Its pages are there from the start, where there is memory for them.
    #[doc(alias = "MAP_POPULATE")]
    pub const fn populate(self) -> MapOptions {
        self.with(MapFlags::POPULATE)
    }

    /// Its pages are kept in memory. [`Mapping::lock`] says where one is not.
    #[doc(alias = "MAP_LOCKED")]
    pub const fn locked(self) -> MapOptions {
        self.with(MapFlags::LOCKED)
    }

    /// No room is reserved for its pages: where memory ends, whoever writes to one is killed.
    #[doc(alias = "MAP_NORESERVE")]
    pub const fn no_reserve(self) -> MapOptions {
        self.with(MapFlags::NORESERVE)
    }

    /// For a stack. Linux makes no difference today.
    #[doc(alias = "MAP_STACK")]
    pub const fn stack(self) -> MapOptions {
        self.with(MapFlags::STACK)
    }

    /// Of huge pages, which the system must have set aside. All that is said of pages is then of those: where it is split,
    /// and what a length is rounded up to. For huge pages as the kernel likes, [`Hint::HugePage`](super::Hint::HugePage)
    /// is enough. A copy of the process that writes to private ones needs others for it, and is killed where there are none.
    #[doc(alias = "MAP_HUGETLB")]
    pub const fn huge_pages(self, size: HugePages) -> MapOptions {
        MapOptions {
            huge: Some(size),
            ..self
        }
    }

    /// Maps `len` bytes of zeros, for this process only.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)`; `EINVAL` for no bytes, and for huge pages without room reserved, as a write could then be a
    /// SIGBUS. `ENOMEM` where there are not so many huge pages, `EINVAL` where there are none of the size at all.
    pub fn map(self, len: usize) -> Result<Mapping> {
        self.pages(len, MapFlags::PRIVATE).map(Mapping::of)
    }

    /// Maps `count` atomics of zero, shared with copies of the process made from now on.
    ///
    /// # Errors
    ///
    /// As for [`MapOptions::map`].
    pub fn map_shared<T: shared::Atomic>(self, count: usize) -> Result<SharedMapping<T>> {
        let len = count.checked_mul(size_of::<T>()).ok_or(Errno::ENOMEM)?;
        self.pages(len, MapFlags::SHARED).map(SharedMapping::of)
    }

    fn pages(self, len: usize, kind: MapFlags) -> Result<Pages> {
        let (unit, huge) = match self.huge {
            None => (page_size(), MapFlags::empty()),
            Some(_) if self.flags.contains(MapFlags::NORESERVE) => return Err(Errno::EINVAL),
            Some(huge) => (huge.size(), huge.flags()),
        };
        let prot = Prot::READ | Prot::WRITE;
        Pages::map(len, unit, prot, self.flags | kind | huge, None)
    }
}

/// A size of huge pages. Which there are, `/sys/kernel/mm/hugepages` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HugePages {
    log2: u32,
}

impl HugePages {
    /// 2 MiB: of x86_64, and of others with pages of 4 KiB.
    pub const MB_2: HugePages = HugePages { log2: 21 };
    /// 1 GiB
    pub const GB_1: HugePages = HugePages { log2: 30 };

    /// Pages of so many bytes: a power of two of more than 4,096, else none.
    pub const fn of_size(bytes: usize) -> Option<HugePages> {
        if bytes.is_power_of_two() && bytes > 4096 {
            Some(HugePages {
                log2: bytes.trailing_zeros(),
            })
        } else {
            None
        }
    }

    /// The bytes of one.
    pub const fn size(self) -> usize {
        1 << self.log2
    }

    /// The logarithm is in the upper six bits (`asm-generic/hugetlb_encode.h`).
    const fn flags(self) -> MapFlags {
        MapFlags::HUGETLB.union(MapFlags::from_bits_retain(self.log2 << MAP_HUGE_SHIFT))
    }
}
