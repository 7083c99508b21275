//! What is known of mounts: which there are, and all about one of them (Linux 6.8).
//!
//! Owns: the reading of the kernel's answer. It is bytes to this file: nothing in them is trusted, neither lengths nor
//! offsets nor counts.

use super::{MountAttrFlags, MountPropagationFlags, lines};
use crate::abi::{Errno, PathArg, Result, with_c_str};
use crate::fd::BorrowedFd;
use crate::flags::flags;
use core::ffi::CStr;
use core::mem::offset_of;
use linux_raw_sys::general as c;

/// A mount's number, which no other mount gets while the system runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct MountId(u64);

impl MountId {
    /// For [`listmount`]: the root of the caller's tree.
    pub const ROOT: MountId = MountId(c::LSMT_ROOT as i64 as u64);

    /// The mount of a number.
    pub const fn from_raw(number: u64) -> MountId {
        MountId(number)
    }

    /// Its number.
    pub const fn raw(self) -> u64 {
        self.0
    }
}

/// A mount namespace's number, which no other gets while the system runs: ioctl_nsfs(2), `NS_GET_MNTNS_ID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct MountNamespaceId(u64);

impl MountNamespaceId {
    /// The namespace of a number.
    pub const fn from_raw(number: u64) -> MountNamespaceId {
        MountNamespaceId(number)
    }

    /// Its number.
    pub const fn raw(self) -> u64 {
        self.0
    }
}

/// Which mount is asked for, and what. `struct mnt_id_req` (`linux/mount.h`).
#[repr(transparent)]
pub(super) struct Request(c::mnt_id_req);

impl Request {
    const fn new(mount: MountId, namespace: Option<MountNamespaceId>, param: u64) -> Request {
        // The kernel of Linux 6.8 knows the first fields only, and takes no more where there is more than zero.
        let (size, mnt_ns_id) = match namespace {
            None => (c::MNT_ID_REQ_SIZE_VER0, 0),
            Some(namespace) => (c::MNT_ID_REQ_SIZE_VER1, namespace.0),
        };
        Request(c::mnt_id_req {
            size,
            spare: 0,
            mnt_id: mount.0,
            param,
            mnt_ns_id,
        })
    }
}

flags! {
    /// How [`listmount`] lists.
    pub struct ListMountFlags: u32 {
        /// The newest first (Linux 6.11).
        REVERSE = c::LISTMOUNT_REVERSE;
    }
}

bitflags::bitflags! {
    /// What [`statmount`] asks for, and what a [`StatMount`] has.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[repr(transparent)]
    pub struct StatMountMask: u64 {
        /// The file system: device, kind as a number, flags.
        const SB_BASIC = c::STATMOUNT_SB_BASIC as u64;
        /// The mount: numbers, attributes, propagation.
        const MNT_BASIC = c::STATMOUNT_MNT_BASIC as u64;
        /// Where its mounts come from.
        const PROPAGATE_FROM = c::STATMOUNT_PROPAGATE_FROM as u64;
        /// What of its file system it shows.
        const MNT_ROOT = c::STATMOUNT_MNT_ROOT as u64;
        /// Where it is.
        const MNT_POINT = c::STATMOUNT_MNT_POINT as u64;
        /// The kind of its file system.
        const FS_TYPE = c::STATMOUNT_FS_TYPE as u64;
        /// Its namespace (Linux 6.11).
        const MNT_NS_ID = c::STATMOUNT_MNT_NS_ID as u64;
        /// The options, in one text (Linux 6.11).
        const MNT_OPTS = c::STATMOUNT_MNT_OPTS as u64;
        /// What is behind the dot of a kind such as `fuse.sshfs` (Linux 6.13).
        const FS_SUBTYPE = c::STATMOUNT_FS_SUBTYPE as u64;
        /// What it was made from (Linux 6.13).
        const SB_SOURCE = c::STATMOUNT_SB_SOURCE as u64;
        /// The options, one by one (Linux 6.13).
        const OPT_ARRAY = c::STATMOUNT_OPT_ARRAY as u64;
        /// The options of a security module, one by one (Linux 6.13).
        const OPT_SEC_ARRAY = c::STATMOUNT_OPT_SEC_ARRAY as u64;
        /// All that the kernel knows to answer (Linux 6.14).
        const SUPPORTED_MASK = c::STATMOUNT_SUPPORTED_MASK as u64;
        /// How users are mapped (Linux 6.14).
        const MNT_UIDMAP = c::STATMOUNT_MNT_UIDMAP as u64;
        /// How groups are mapped (Linux 6.14).
        const MNT_GIDMAP = c::STATMOUNT_MNT_GIDMAP as u64;

        const _ = !0;
    }
}

/// All that was asked about a mount, as the kernel has written it. `struct statmount` (`linux/mount.h`).
///
/// A method's value is there where [`StatMount::mask`] says so. The bytes need not be the kernel's: what makes no sense is
/// not there.
#[derive(Clone, Copy, Debug)]
pub struct StatMount<'a> {
    bytes: &'a [u8],
}

/// Where the texts start.
const TEXTS: usize = offset_of!(c::statmount, str_);

/// A number of the structure's, which is at a fixed place.
macro_rules! number {
    ($self:ident, $field:ident: $number:ty, $mask:ident) => {
        match $self.mask().contains(StatMountMask::$mask) {
            true => $self
                .field(offset_of!(c::statmount, $field))
                .map(<$number>::from_ne_bytes),
            false => None,
        }
    };
}

impl<'a> StatMount<'a> {
    /// An answer of the kernel's, in `bytes` which may be more.
    ///
    /// # Errors
    ///
    /// `EINVAL` where they are fewer than it says, or than its fixed part has.
    pub fn parse(bytes: &'a [u8]) -> Result<StatMount<'a>> {
        let whole = StatMount { bytes };
        let size = whole.field(offset_of!(c::statmount, size));
        let size = size.map(u32::from_ne_bytes).ok_or(Errno::EINVAL)?;
        match bytes.get(..size as usize) {
            Some(bytes) if bytes.len() >= TEXTS => Ok(StatMount { bytes }),
            _ => Err(Errno::EINVAL),
        }
    }

    fn field<const N: usize>(&self, offset: usize) -> Option<[u8; N]> {
        let end = offset.checked_add(N)?;
        self.bytes.get(offset..end)?.try_into().ok()
    }

    /// The text whose place, counted from where the texts start, is in a field; and all behind it.
    fn behind(&self, field: usize) -> Option<&'a [u8]> {
        let offset = u32::from_ne_bytes(self.field(field)?);
        self.bytes
            .get(TEXTS..)?
            .get(usize::try_from(offset).ok()?..)
    }

    fn text(&self, field: usize, mask: StatMountMask) -> Option<&'a CStr> {
        if !self.mask().contains(mask) {
            return None;
        }
        CStr::from_bytes_until_nul(self.behind(field)?).ok()
    }

    fn texts(&self, count: usize, field: usize, mask: StatMountMask) -> Texts<'a> {
        let found = if self.mask().contains(mask) {
            self.field(count).zip(self.behind(field))
        } else {
            None
        };
        match found {
            Some((count, bytes)) => Texts {
                left: u32::from_ne_bytes(count),
                bytes,
            },
            None => Texts {
                left: 0,
                bytes: &[],
            },
        }
    }

    /// What it has: of what was asked, what the kernel knows and could say.
    pub fn mask(&self) -> StatMountMask {
        let mask = self.field(offset_of!(c::statmount, mask));
        StatMountMask::from_bits_retain(mask.map_or(0, u64::from_ne_bytes))
    }

    /// The file system's device: major and minor number.
    pub fn device(&self) -> Option<(u32, u32)> {
        let major = number!(self, sb_dev_major: u32, SB_BASIC)?;
        Some((major, number!(self, sb_dev_minor: u32, SB_BASIC)?))
    }

    /// The kind of file system as a number: those of `linux/magic.h`.
    pub fn magic(&self) -> Option<u64> {
        number!(self, sb_magic: u64, SB_BASIC)
    }

    /// The file system's flags: of [`MountFlags`](super::MountFlags), `RDONLY`, `SYNCHRONOUS`, `DIRSYNC` and `LAZYTIME`.
    pub fn flags(&self) -> Option<super::MountFlags> {
        number!(self, sb_flags: u32, SB_BASIC).map(super::MountFlags::from_bits_retain)
    }

    /// The mount's number.
    pub fn id(&self) -> Option<MountId> {
        number!(self, mnt_id: u64, MNT_BASIC).map(MountId)
    }

    /// The number of the mount that it is on; its own for a root.
    pub fn parent(&self) -> Option<MountId> {
        number!(self, mnt_parent_id: u64, MNT_BASIC).map(MountId)
    }

    /// The mount's number in `/proc/PID/mountinfo`, which another gets when it is gone.
    pub fn id_in_mountinfo(&self) -> Option<u32> {
        number!(self, mnt_id_old: u32, MNT_BASIC)
    }

    /// The parent's number in `/proc/PID/mountinfo`.
    pub fn parent_in_mountinfo(&self) -> Option<u32> {
        number!(self, mnt_parent_id_old: u32, MNT_BASIC)
    }

    /// What the mount is.
    pub fn attributes(&self) -> Option<MountAttrFlags> {
        let bits = number!(self, mnt_attr: u64, MNT_BASIC)?;
        Some(MountAttrFlags::from_bits_retain(bits as u32))
    }

    /// Which mounts below it are seen elsewhere.
    pub fn propagation(&self) -> Option<MountPropagationFlags> {
        let bits = number!(self, mnt_propagation: u64, MNT_BASIC)?;
        Some(MountPropagationFlags::from_bits_retain(bits as u32))
    }

    /// The number of its group of peers; 0 where it is not shared.
    pub fn peer_group(&self) -> Option<u64> {
        number!(self, mnt_peer_group: u64, MNT_BASIC)
    }

    /// The number of the group of peers that mounts come from; 0 where it has no master.
    pub fn master(&self) -> Option<u64> {
        number!(self, mnt_master: u64, MNT_BASIC)
    }

    /// The number of the nearest group that mounts come from and that the caller sees.
    pub fn propagate_from(&self) -> Option<u64> {
        number!(self, propagate_from: u64, PROPAGATE_FROM)
    }

    /// The mount's namespace.
    pub fn namespace(&self) -> Option<MountNamespaceId> {
        number!(self, mnt_ns_id: u64, MNT_NS_ID).map(MountNamespaceId)
    }

    /// What the kernel knows to answer.
    pub fn supported(&self) -> Option<StatMountMask> {
        number!(self, supported_mask: u64, SUPPORTED_MASK).map(StatMountMask::from_bits_retain)
    }

    /// The path of what it shows, from its file system's root.
    pub fn root(&self) -> Option<&'a CStr> {
        self.text(offset_of!(c::statmount, mnt_root), StatMountMask::MNT_ROOT)
    }

    /// Where it is, from the caller's root.
    pub fn point(&self) -> Option<&'a CStr> {
        self.text(
            offset_of!(c::statmount, mnt_point),
            StatMountMask::MNT_POINT,
        )
    }

    /// The kind of file system, such as `ext4`.
    pub fn fs_type(&self) -> Option<&'a CStr> {
        self.text(offset_of!(c::statmount, fs_type), StatMountMask::FS_TYPE)
    }

    /// What is behind the dot of a kind such as `fuse.sshfs`.
    pub fn fs_subtype(&self) -> Option<&'a CStr> {
        self.text(
            offset_of!(c::statmount, fs_subtype),
            StatMountMask::FS_SUBTYPE,
        )
    }

    /// What the file system was made from: a device, say.
    pub fn source(&self) -> Option<&'a CStr> {
        self.text(
            offset_of!(c::statmount, sb_source),
            StatMountMask::SB_SOURCE,
        )
    }

    /// The file system's options, with commas between them; a comma in one is written `\054`.
    pub fn options_text(&self) -> Option<&'a CStr> {
        self.text(offset_of!(c::statmount, mnt_opts), StatMountMask::MNT_OPTS)
    }

    /// The file system's options.
    pub fn options(&self) -> Texts<'a> {
        self.texts(
            offset_of!(c::statmount, opt_num),
            offset_of!(c::statmount, opt_array),
            StatMountMask::OPT_ARRAY,
        )
    }

    /// The options of a security module.
    pub fn security_options(&self) -> Texts<'a> {
        self.texts(
            offset_of!(c::statmount, opt_sec_num),
            offset_of!(c::statmount, opt_sec_array),
            StatMountMask::OPT_SEC_ARRAY,
        )
    }

    /// How users are mapped: as the rows of `/proc/PID/uid_map`.
    pub fn uid_map(&self) -> Texts<'a> {
        self.texts(
            offset_of!(c::statmount, mnt_uidmap_num),
            offset_of!(c::statmount, mnt_uidmap),
            StatMountMask::MNT_UIDMAP,
        )
    }

    /// How groups are mapped: as the rows of `/proc/PID/gid_map`.
    pub fn gid_map(&self) -> Texts<'a> {
        self.texts(
            offset_of!(c::statmount, mnt_gidmap_num),
            offset_of!(c::statmount, mnt_gidmap),
            StatMountMask::MNT_GIDMAP,
        )
    }
}

/// Texts of a [`StatMount`], one behind the other. It ends with the last that is whole.
#[derive(Clone, Debug)]
pub struct Texts<'a> {
    left: u32,
    bytes: &'a [u8],
}

impl<'a> Iterator for Texts<'a> {
    type Item = &'a CStr;

    fn next(&mut self) -> Option<&'a CStr> {
        self.left = self.left.checked_sub(1)?;
        let text = CStr::from_bytes_until_nul(self.bytes).ok()?;
        self.bytes = self.bytes.get(text.count_bytes() + 1..).unwrap_or(&[]);
        Some(text)
    }
}

/// The number of the mount that has the file `path`, which starts at the folder `dirfd`. A link as its last step is
/// followed, and an empty path is `dirfd` itself.
///
/// # Errors
///
/// Those of `statx(2)`; `EOPNOTSUPP` where the kernel is older than Linux 6.8.
#[doc(alias = "STATX_MNT_ID_UNIQUE")]
pub fn mount_id(dirfd: BorrowedFd<'_>, path: impl PathArg) -> Result<MountId> {
    with_c_str(path, |path| {
        let mask = c::STATX_MNT_ID_UNIQUE;
        let stat = lines::statx(dirfd, path, c::AT_EMPTY_PATH, mask)?;
        // No mount has the number 0: an emulator may know the bit and not the field.
        if stat.stx_mask & mask == 0 || stat.stx_mnt_id == 0 {
            return Err(Errno::EOPNOTSUPP);
        }
        Ok(MountId(stat.stx_mnt_id))
    })
}

/// What is known about a mount, as far as `mask` asks for it; of the caller's mount namespace or another (Linux 6.11).
/// The answer is in `buffer`, which has 512 bytes and room for the texts.
///
/// # Errors
///
/// Those of `statmount(2)` (Linux 6.8): `EOVERFLOW` where `buffer` is too short, `ENOENT` where there is no such mount,
/// `EPERM` where it is out of the caller's sight.
pub fn statmount(
    mount: MountId,
    namespace: Option<MountNamespaceId>,
    mask: StatMountMask,
    buffer: &mut [u8],
) -> Result<StatMount<'_>> {
    lines::statmount_raw(&Request::new(mount, namespace, mask.bits()), buffer)?;
    StatMount::parse(buffer)
}

/// As [`statmount`], with a buffer that grows until there is room for all texts.
///
/// # Errors
///
/// Those of `statmount(2)`; `ENOMEM` where the heap has no room.
#[cfg(feature = "alloc")]
#[doc(alias = "statmount")]
pub fn statmount_in(
    mount: MountId,
    namespace: Option<MountNamespaceId>,
    mask: StatMountMask,
    buffer: &mut alloc::vec::Vec<u8>,
) -> Result<StatMount<'_>> {
    /// The kernel counts in numbers with a sign.
    const LONGEST: usize = i32::MAX as usize;
    let request = Request::new(mount, namespace, mask.bits());
    let mut size = buffer.capacity().clamp(TEXTS + 512, LONGEST);
    loop {
        buffer
            .try_reserve(size.saturating_sub(buffer.len()))
            .map_err(|_| Errno::ENOMEM)?;
        buffer.resize(size, 0);
        match lines::statmount_raw(&request, buffer) {
            Err(Errno::EOVERFLOW) if size < LONGEST => size = size.saturating_mul(2).min(LONGEST),
            asked => break asked?,
        }
    }
    StatMount::parse(buffer)
}

/// The mounts on the mount `parent` and on those on it, oldest first: as many as `ids` has room for, behind the mount
/// `after`. Of the caller's mount namespace or another (Linux 6.11). What it fills of `ids` it gives back.
///
/// # Errors
///
/// Those of `listmount(2)` (Linux 6.8): `EOVERFLOW` for more than a million `ids`.
pub fn listmount(
    parent: MountId,
    namespace: Option<MountNamespaceId>,
    after: Option<MountId>,
    flags: ListMountFlags,
    ids: &mut [MountId],
) -> Result<&mut [MountId]> {
    let request = Request::new(parent, namespace, after.map_or(0, MountId::raw));
    let filled = lines::listmount_raw(&request, ids, flags)?;
    let filled = filled.min(ids.len());
    Ok(&mut ids[..filled])
}

/// All mounts on the mount `parent` and on those on it, oldest first; of the caller's mount namespace or another (Linux
/// 6.11). Some may have come and gone meanwhile.
///
/// # Errors
///
/// Those of `listmount(2)` (Linux 6.8); `ENOMEM` where the heap has no room.
#[cfg(feature = "alloc")]
#[doc(alias = "listmount")]
pub fn list_mounts(
    parent: MountId,
    namespace: Option<MountNamespaceId>,
) -> Result<alloc::vec::Vec<MountId>> {
    let mut all = alloc::vec::Vec::new();
    let mut some = [MountId(0); 128];
    loop {
        let after = all.last().copied();
        let flags = ListMountFlags::empty();
        let more = listmount(parent, namespace, after, flags, &mut some)?;
        // They come in the order of their numbers; whatever else came would have no end.
        let ordered = more.first() > after.as_ref() && more.is_sorted_by(|a, b| a < b);
        if more.is_empty() || !ordered {
            return Ok(all);
        }
        all.try_reserve(more.len()).map_err(|_| Errno::ENOMEM)?;
        all.extend_from_slice(more);
    }
}
