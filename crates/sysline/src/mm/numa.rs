//! On which node of a machine a process's memory is (numa(7)).
//!
//! Owns: policies, and moving pages. This file is read by the compiler and by `sysline gen`: hand-written code comes
//! first, then the `//sys` lines, whose wrappers are in `mm/numa/lines.rs`.
//!
//! All of it is safe: a page's bytes are the same on each node. Kernels without `CONFIG_NUMA` answer `ENOSYS`.
//!
//! ```
//! use sysline::mm::{Mapping, MbindFlags, NodeMask, PolicyMode, mbind, mems_allowed};
//!
//! # fn main() -> sysline::Result<()> {
//! # if mems_allowed() == Err(sysline::Errno::ENOSYS) { return Ok(()) }
//! let node = mems_allowed()?.iter().next().unwrap();
//! let table = Mapping::new(1 << 20)?;
//! mbind(&table, PolicyMode::BIND, &NodeMask::from_iter([node]), MbindFlags::empty())?;
//! # Ok(())
//! # }
//! ```

use crate::abi::{Errno, Result};
use crate::flags::{flags, numbers};
use crate::process::Pid;
use core::ffi::c_ulong;
use core::fmt;
use linux_raw_sys::mempolicy as c;

mod lines;

pub use lines::*;

/// How many nodes a kernel can have (`CONFIG_NODES_SHIFT` is 10 at most).
const NODES: usize = 1024;

/// How many bits of a [`NodeMask`] a call is told of: the kernel takes one away (`get_nodes` of `mm/mempolicy.c`).
const NODE_BITS: usize = NODES + 1;

const WORD_BITS: usize = c_ulong::BITS as usize;

/// A set of nodes: 1,024 bits, as the kernel has them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct NodeMask {
    words: [c_ulong; NODES / WORD_BITS],
}

impl NodeMask {
    /// No node.
    pub const EMPTY: NodeMask = NodeMask {
        words: [0; NODES / WORD_BITS],
    };

    /// Puts a node in.
    ///
    /// # Panics
    ///
    /// Where its number is more than 1,023: no kernel has that many.
    pub const fn insert(&mut self, node: u32) {
        assert!((node as usize) < NODES, "a node's number is at most 1023");
        self.words[node as usize / WORD_BITS] |= 1 << (node as usize % WORD_BITS);
    }

    /// Takes a node out.
    pub const fn remove(&mut self, node: u32) {
        if (node as usize) < NODES {
            self.words[node as usize / WORD_BITS] &= !(1 << (node as usize % WORD_BITS));
        }
    }

    /// Whether a node is in it.
    pub const fn contains(&self, node: u32) -> bool {
        (node as usize) < NODES
            && self.words[node as usize / WORD_BITS] & 1 << (node as usize % WORD_BITS) != 0
    }

    /// Whether no node is in it.
    pub fn is_empty(&self) -> bool {
        *self == NodeMask::EMPTY
    }

    /// Its nodes, by their numbers.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let set = *self;
        (0..NODES as u32).filter(move |&node| set.contains(node))
    }
}

impl Default for NodeMask {
    fn default() -> NodeMask {
        NodeMask::EMPTY
    }
}

impl fmt::Debug for NodeMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Panics as [`NodeMask::insert`] does.
impl FromIterator<u32> for NodeMask {
    fn from_iter<T: IntoIterator<Item = u32>>(nodes: T) -> NodeMask {
        let mut set = NodeMask::EMPTY;
        set.extend(nodes);
        set
    }
}

/// Panics as [`NodeMask::insert`] does.
impl Extend<u32> for NodeMask {
    fn extend<T: IntoIterator<Item = u32>>(&mut self, nodes: T) {
        nodes.into_iter().for_each(|node| self.insert(node));
    }
}

numbers! {
    /// From which of its nodes memory is taken (set_mempolicy(2)), with flags that say what the nodes' numbers mean.
    pub struct PolicyMode: u32 {
        /// The one of the processor that runs: no policy, or that of what is around it. Without nodes.
        DEFAULT = c::MPOL_DEFAULT;
        /// The one that is given, as long as it has some, then others.
        PREFERRED = c::MPOL_PREFERRED;
        /// Those that are given, and no others.
        BIND = c::MPOL_BIND;
        /// Page by page from each of those that are given.
        INTERLEAVE = c::MPOL_INTERLEAVE;
        /// The one of the processor that runs, whatever is around it. Without nodes.
        LOCAL = c::MPOL_LOCAL;
        /// Those that are given, as long as they have some, then others (Linux 5.15).
        PREFERRED_MANY = c::MPOL_PREFERRED_MANY;
        /// As [`PolicyMode::INTERLEAVE`], by the weights of `/sys/kernel/mm/mempolicy` (Linux 6.9).
        WEIGHTED_INTERLEAVE = c::MPOL_WEIGHTED_INTERLEAVE;
    }

    /// What [`move_pages`] says of a page.
    pub struct PageStatus: i32 {}
}

impl PolicyMode {
    /// The mode with flags.
    pub const fn with(self, flags: PolicyFlags) -> PolicyMode {
        PolicyMode::from_raw(self.raw() | flags.bits())
    }

    /// The mode without its flags.
    pub const fn mode(self) -> PolicyMode {
        PolicyMode::from_raw(self.raw() & !c::MPOL_MODE_FLAGS)
    }

    /// Its flags.
    pub const fn flags(self) -> PolicyFlags {
        PolicyFlags::from_bits_retain(self.raw() & c::MPOL_MODE_FLAGS)
    }
}

impl PageStatus {
    /// The node that the page is on.
    ///
    /// # Errors
    ///
    /// `ENOENT` where it is in no memory, `EFAULT` where nothing is mapped or only zeros are, `EACCES` where others map it
    /// too, `EBUSY` where it is in use now; others of `move_pages(2)`.
    pub const fn node(self) -> Result<u32> {
        match self.raw() {
            node @ 0.. => Ok(node as u32),
            error => Err(match Errno::new(error.wrapping_neg()) {
                Some(errno) => errno,
                None => Errno::EINVAL, // no status that the kernel gives
            }),
        }
    }
}

flags! {
    /// What the numbers of nodes in a policy mean when the nodes that the process may use change.
    pub struct PolicyFlags: u32 {
        /// The machine's own: nodes that the process may not use are left out.
        STATIC_NODES = c::MPOL_F_STATIC_NODES;
        /// Counted among those that the process may use.
        RELATIVE_NODES = c::MPOL_F_RELATIVE_NODES;
        /// With [`PolicyMode::BIND`]: the kernel moves pages to where they are used (Linux 5.12).
        NUMA_BALANCING = c::MPOL_F_NUMA_BALANCING;
    }

    /// What [`mbind`] does with pages that are there already.
    pub struct MbindFlags: u32 {
        /// `EIO` where one is on another node; with one of the others, where it can't be moved.
        STRICT = c::MPOL_MF_STRICT;
        /// Moves those that only this process has.
        MOVE = c::MPOL_MF_MOVE;
        /// Moves all, also those that others have too: for the superuser.
        MOVE_ALL = c::MPOL_MF_MOVE_ALL;
    }
}

const OF_ADDRESS: u32 = c::MPOL_F_ADDR;
const NODE_OF_ADDRESS: u32 = c::MPOL_F_NODE | c::MPOL_F_ADDR;
const NEXT_NODE: u32 = c::MPOL_F_NODE;
const ALLOWED: u32 = c::MPOL_F_MEMS_ALLOWED;

/// Moves pages of a process to other nodes: the page at each address of `pages`, to the node of the same place in
/// `nodes`. What came of each is in `status`. Process 0 is the caller's. Says how many were not moved, for other reasons
/// than those in `status` (Linux 4.17).
///
/// The addresses are numbers, of the process's own memory: nothing at them is read.
///
/// # Errors
///
/// Those of `move_pages(2)`; `EINVAL`, without a call, where the slices differ in their lengths.
pub fn move_pages(
    process: Pid,
    pages: &[usize],
    nodes: &[u32],
    status: &mut [PageStatus],
    flags: MbindFlags,
) -> Result<usize> {
    if pages.len() != nodes.len() || pages.len() != status.len() {
        return Err(Errno::EINVAL);
    }
    // SAFETY: each slice has as many entries as the first one.
    unsafe {
        lines::move_pages_raw(
            process,
            pages.len(),
            pages.as_ptr(),
            nodes.as_ptr(),
            status.as_mut_ptr(),
            flags,
        )
    }
}

/// Which node the page at each address of `pages` is on, in a process; 0 is the caller's. It goes to `status`.
///
/// # Errors
///
/// Those of `move_pages(2)`; `EINVAL`, without a call, where the slices differ in their lengths.
#[doc(alias = "move_pages")]
pub fn page_nodes(process: Pid, pages: &[usize], status: &mut [PageStatus]) -> Result<()> {
    if pages.len() != status.len() {
        return Err(Errno::EINVAL);
    }
    let (nowhere, none) = (core::ptr::null(), MbindFlags::empty());
    // SAFETY: both slices have as many entries, and there is no third one.
    unsafe {
        lines::move_pages_raw(
            process,
            pages.len(),
            pages.as_ptr(),
            nowhere,
            status.as_mut_ptr(),
            none,
        )
    }
    .map(drop)
}

/*
 * Lines
 */

// From which nodes new pages of the calling thread are taken.
//sys pub fn set_mempolicy(mode: PolicyMode, nodes: &NodeMask, NODE_BITS) -> Result<()>

// The calling thread's policy.
//sys pub fn get_mempolicy(out mode: PolicyMode, out nodes: NodeMask,
//        NODE_BITS) -> Result<(PolicyMode, NodeMask)>

// The policy of the mapping that `at` lies in, or the thread's where it has none.
//sys pub fn get_mempolicy_of(out mode: PolicyMode, out nodes: NodeMask, NODE_BITS, at: &u8,
//        OF_ADDRESS) -> Result<(PolicyMode, NodeMask)> = SYS_GET_MEMPOLICY

// The node that the page of `at` is on. It is read into memory for it.
//sys pub fn node_of(out node: u32, 0, 0, at: &u8,
//        NODE_OF_ADDRESS) -> Result<u32> = SYS_GET_MEMPOLICY

// The node that the calling thread's next page comes from, where its policy is [`PolicyMode::INTERLEAVE`]; else `EINVAL`.
//sys pub fn next_node(out node: u32, 0, 0, 0, NEXT_NODE) -> Result<u32> = SYS_GET_MEMPOLICY

// The nodes that the calling thread may take memory from.
//sys pub fn mems_allowed(0, out nodes: NodeMask, NODE_BITS, 0,
//        ALLOWED) -> Result<NodeMask> = SYS_GET_MEMPOLICY

// From which nodes new pages of `bytes` are taken; it must start with a page.
//sys pub fn mbind(bytes: &[u8], mode: PolicyMode, nodes: &NodeMask, NODE_BITS,
//        flags: MbindFlags) -> Result<()>

// The node from which the pages of `bytes` are taken first, where their policy is [`PolicyMode::BIND`] or
// [`PolicyMode::PREFERRED_MANY`] (Linux 5.17).
//sys pub fn set_mempolicy_home_node(bytes: &[u8], node: u32, 0) -> Result<()>

// Moves all pages of a process that are on nodes of `old` to those of `new`, and says how many could not be. Process 0
// is the caller's.
//sys pub fn migrate_pages(process: Pid, NODE_BITS, old: &NodeMask, new: &NodeMask) -> Result<usize>

//sys pub(super) unsafe fn move_pages_raw(process: Pid, count: usize, pages: *const usize,
//        nodes: *const u32, status: *mut PageStatus,
//        flags: MbindFlags) -> Result<usize> = SYS_MOVE_PAGES
