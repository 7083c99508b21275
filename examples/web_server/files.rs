//! The folder's files: how one is found, and those that have been asked for lately.
//!
//! A file that was found is taken for what it was for at most [`crate::worker::TICK`]; then it is opened again by its path, and
//! read again if anything about it is different. So a file that was changed, replaced or removed is served as it is now after a
//! quarter of a second at most. A response that has begun goes on with the file that it began with.

use crate::worker::TICKS_A_SECOND;
use crate::{date, path};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;
use std::sync::Arc;
use sysline::fs::{self, Dev, FileType, Mode, OFlags, OpenHow, ResolveFlags, Stat};
use sysline::io;
use sysline::prelude::*;
use sysline::time::Timespec;

/// Files up to this size are kept in memory, and go with their head in one piece.
const SMALL: u64 = 16 << 10;
/// How many targets are remembered. The larger files of them are open meanwhile.
const MOST: usize = 256;
/// The longest target that is remembered.
const LONGEST: usize = 256;

/// A file that can be sent.
pub(crate) struct File {
    pub(crate) content_type: &'static str,
    pub(crate) size: u64,
    /// In seconds since 1970.
    pub(crate) modified: i64,
    /// With its quotes.
    pub(crate) etag: String,
    /// The headers that say all this, for all of the file, each with its end.
    pub(crate) headers: Vec<u8>,
    pub(crate) content: Content,
}

pub(crate) enum Content {
    Small(Vec<u8>),
    Large(OwnedFd),
}

/// What a target leads to.
pub(crate) enum Found {
    File(Rc<File>),
    /// A folder whose target lacks the slash at its end; what it should be.
    Folder(Vec<u8>),
    /// Nothing that may be known of.
    Nothing,
    /// Something that is not for everybody.
    Forbidden,
    /// A target that is none.
    Invalid,
    /// There are no descriptors left, or no memory.
    Busy,
    /// The disk, or the like.
    Broken(Errno),
}

/// What of a file is different when it was changed.
#[derive(PartialEq)]
struct Version {
    device: Dev,
    inode: u64,
    size: u64,
    modified: Timespec,
    changed: Timespec,
}

struct Remembered {
    file: Rc<File>,
    version: Version,
    /// When it was last looked at.
    looked: u64,
    /// It was changed so shortly before it was read that another change might have left it the same time.
    fresh: bool,
}

/// A folder, and files of it.
pub(crate) struct Files {
    root: Arc<OwnedFd>,
    remembered: HashMap<Vec<u8>, Remembered, BuildHasherDefault<Quick>>,
    /// The kernel has no openat2 (before Linux 5.6).
    older: bool,
}

/// A hash that costs little. Who finds targets that have the same one has as many compared as are remembered: not more.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.split_at(bytes.len() & !7);
        for word in words.chunks_exact(8) {
            let mut eight = [0; 8];
            eight.copy_from_slice(word);
            self.write_u64(u64::from_le_bytes(eight));
        }
        for byte in rest {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    /// The table takes the place from the low bits, which a product leaves poor.
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

/// The time, as files need it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Now {
    /// Counts up as time goes by.
    pub(crate) tick: u64,
    /// In seconds since 1970.
    pub(crate) seconds: i64,
}

impl Files {
    pub(crate) fn new(root: Arc<OwnedFd>) -> Files {
        Files {
            root,
            remembered: HashMap::default(),
            older: false,
        }
    }

    /// Gives back all memory and descriptors that are not in use.
    pub(crate) fn forget(&mut self) {
        self.remembered = HashMap::default();
    }

    /// Forgets what nobody has asked for in the last two seconds, and says whether that is all.
    pub(crate) fn forget_old(&mut self, now: Now) -> bool {
        let since = now.tick.saturating_sub(2 * TICKS_A_SECOND);
        self.remembered
            .retain(|_, remembered| remembered.looked >= since);
        self.remembered.is_empty()
    }

    /// What a target, without its query, leads to.
    pub(crate) fn find(&mut self, target: &[u8], now: Now) -> Found {
        match self.remembered.get(target) {
            Some(remembered) if remembered.looked == now.tick => {
                Found::File(remembered.file.clone())
            }
            _ => self.look(target, now),
        }
    }

    #[cold]
    fn look(&mut self, target: &[u8], now: Now) -> Found {
        let found = self.open(target);
        let (fd, stat, name) = match found {
            Ok(found) => found,
            Err(other) => {
                self.remembered.remove(target);
                return other;
            }
        };
        let version = Version::of(&stat);
        if let Some(remembered) = self.remembered.get_mut(target) {
            if remembered.version == version && !remembered.fresh {
                remembered.looked = now.tick;
                return Found::File(remembered.file.clone());
            }
        }
        let file = match File::read(fd, &stat, &name) {
            Ok(file) => Rc::new(file),
            Err(Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM) => return Found::Busy,
            Err(errno) => return Found::Broken(errno),
        };
        if target.len() <= LONGEST {
            if self.remembered.len() >= MOST {
                self.forget();
            }
            let remembered = Remembered {
                file: file.clone(),
                fresh: version.changed.tv_sec.saturating_add(2) >= now.seconds,
                version,
                looked: now.tick,
            };
            self.remembered.insert(target.to_vec(), remembered);
        }
        Found::File(file)
    }

    /// Opens what a target leads to: a file, or a folder's index. Gives its name too.
    fn open(&mut self, target: &[u8]) -> Result<(OwnedFd, Stat, Vec<u8>), Found> {
        let wanted = path::wanted(target).ok_or(Found::Invalid)?;
        let mut name = wanted.path;
        if wanted.folder {
            name.extend_from_slice(b"/index.html");
        }
        let fd = self.open_beneath(&name).map_err(|errno| match errno {
            // EXDEV is a path that leads out of the folder.
            Errno::ENOENT
            | Errno::ENOTDIR
            | Errno::ENAMETOOLONG
            | Errno::EXDEV
            | Errno::ELOOP
            | Errno::ENXIO
            | Errno::ENODEV
            // A name that this file system can't have.
            | Errno::EINVAL
            | Errno::EILSEQ => Found::Nothing,
            Errno::EACCES | Errno::EPERM => Found::Forbidden,
            Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM | Errno::EAGAIN => Found::Busy,
            errno => Found::Broken(errno),
        })?;
        let stat = fs::fstat(fd.as_fd()).map_err(Found::Broken)?;
        match stat.file_type() {
            FileType::REGULAR => Ok((fd, stat, name)),
            FileType::DIRECTORY if !wanted.folder => {
                Err(Found::Folder(path::target_of_folder(&name)))
            }
            _ => Err(Found::Nothing),
        }
    }

    /// Opens a file in the folder, and none outside, whatever links there are.
    fn open_beneath(&mut self, name: &[u8]) -> Result<OwnedFd> {
        // A pipe without a writer must not be waited for.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let how = OpenHow::new(flags).resolve(ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS);
        let mut tries = 0;
        while !self.older {
            match fs::openat2(self.root.as_fd(), name, &how) {
                // Something was renamed meanwhile; or another program has a lease of the file (fcntl(2)), and may keep it for a
                // long time.
                Err(Errno::EAGAIN) if tries < 8 => tries += 1,
                Err(Errno::EINTR) => {}
                Err(Errno::ENOSYS) => self.older = true,
                opened => return opened,
            }
        }
        open_step_by_step(self.root.as_fd(), name, flags)
    }
}

/// As `openat2` beneath a folder, for older kernels: no links are followed at all.
fn open_step_by_step(root: BorrowedFd<'_>, name: &[u8], flags: OFlags) -> Result<OwnedFd> {
    let mut folder: Option<OwnedFd> = None;
    let mut steps = name.split(|byte| *byte == b'/').peekable();
    while let Some(step) = steps.next() {
        let at = folder.as_ref().map_or(root, OwnedFd::as_fd);
        if step == b".." {
            return Err(Errno::EXDEV);
        }
        if steps.peek().is_none() {
            return fs::openat(at, step, flags | OFlags::NOFOLLOW, Mode::empty());
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let next = fs::openat(at, step, flags, Mode::empty())?;
        folder = Some(next);
    }
    Err(Errno::ENOENT)
}

impl Version {
    fn of(stat: &Stat) -> Version {
        Version {
            device: stat.dev(),
            inode: stat.ino(),
            size: stat.size(),
            modified: stat.mtime(),
            changed: stat.ctime(),
        }
    }
}

impl File {
    fn read(fd: OwnedFd, stat: &Stat, name: &[u8]) -> Result<File> {
        let (mut size, modified) = (stat.size(), stat.mtime());
        let content = if size <= SMALL {
            let bytes = read_small(fd.as_fd(), size as usize)?;
            // It may have become shorter meanwhile; that is then what it is.
            size = bytes.len() as u64;
            Content::Small(bytes)
        } else {
            Content::Large(fd)
        };
        let content_type = path::content_type(name);
        let nanoseconds =
            i128::from(modified.tv_sec) * 1_000_000_000 + i128::from(modified.tv_nsec);
        let etag = format!("\"{nanoseconds:x}-{:x}-{size:x}\"", stat.ino());
        let headers = format!(
            "Content-Type: {content_type}\r\nContent-Length: {size}\r\nLast-Modified: {}\r\nETag: {etag}\r\nAccept-Ranges: bytes\r\n",
            date::format(modified.tv_sec)
        );
        Ok(File {
            content_type,
            size,
            modified: modified.tv_sec,
            etag,
            headers: headers.into_bytes(),
            content,
        })
    }
}

fn read_small(fd: BorrowedFd<'_>, size: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; size];
    let mut length = 0;
    while length < size {
        match io::read(fd, &mut bytes[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    bytes.truncate(length);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A folder with links and files; it is removed with this.
    struct Folder(std::path::PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn folder(name: &str) -> (Folder, OwnedFd) {
        let path = std::env::temp_dir().join(format!("web-server-{}-{name}", std::process::id()));
        std::fs::create_dir_all(path.join("public/inner")).unwrap();
        std::fs::write(path.join("secret"), "secret").unwrap();
        std::fs::write(path.join("public/inner/file"), "file").unwrap();
        symlink("../secret", path.join("public/out")).unwrap();
        symlink(path.join("public/inner/file"), path.join("public/absolute")).unwrap();
        symlink("inner", path.join("public/link")).unwrap();
        symlink("/proc/self/cwd", path.join("public/magic")).unwrap();
        let root = fs::open(
            path.join("public"),
            OFlags::PATH | OFlags::CLOEXEC,
            Mode::empty(),
        )
        .unwrap();
        (Folder(path), root)
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let (_folder, root) = folder("out");
        let mut files = Files::new(Arc::new(root));
        for name in [
            "out",
            "../secret",
            "inner/../../secret",
            "absolute",
            "/etc/passwd",
            "magic/file",
            "link/../../secret",
        ] {
            assert!(files.open_beneath(name.as_bytes()).is_err(), "{name}");
        }
        assert!(files.open_beneath(b"inner/file").is_ok());
        if !files.older {
            assert!(files.open_beneath(b"link/file").is_ok());
        }
    }

    #[test]
    fn no_path_leads_out_of_the_folder_on_older_kernels() {
        let (_folder, root) = folder("older");
        let mut files = Files::new(Arc::new(root));
        files.older = true;
        for name in [
            "out",
            "../secret",
            "inner/../../secret",
            "absolute",
            "/etc/passwd",
            "magic/file",
            "link/file",
        ] {
            assert!(files.open_beneath(name.as_bytes()).is_err(), "{name}");
        }
        assert!(files.open_beneath(b"inner/file").is_ok());
        assert!(files.open_beneath(b"./inner/file").is_ok());
    }

    #[test]
    fn what_changes_is_seen_at_the_next_tick() {
        let (folder, root) = folder("changes");
        let mut files = Files::new(Arc::new(root));
        let content = |files: &mut Files, tick| match files.find(
            b"/inner/file",
            Now {
                tick,
                seconds: i64::MAX,
            },
        ) {
            Found::File(file) => match &file.content {
                Content::Small(bytes) => Some(bytes.clone()),
                Content::Large(_) => None,
            },
            _ => None,
        };
        let path = folder.0.join("public/inner/file");
        assert_eq!(content(&mut files, 1).unwrap(), b"file");
        std::fs::write(&path, "other").unwrap();
        assert_eq!(content(&mut files, 1).unwrap(), b"file");
        assert_eq!(content(&mut files, 2).unwrap(), b"other");
        std::fs::write(folder.0.join("public/new"), "third").unwrap();
        std::fs::rename(folder.0.join("public/new"), &path).unwrap();
        assert_eq!(content(&mut files, 3).unwrap(), b"third");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(content(&mut files, 4), None);
        assert_eq!(content(&mut files, 4), None);
    }

    /// The clock of files may stand still between two changes.
    #[test]
    fn two_changes_at_the_same_time_are_both_seen() {
        let (folder, root) = folder("same");
        let path = folder.0.join("public/inner/file");
        let mut files = Files::new(Arc::new(root));
        for (seconds, seen) in [(0, b"tale"), (i64::MAX, b"file")] {
            files.forget();
            std::fs::write(&path, "file").unwrap();
            files.find(b"/inner/file", Now { tick: 1, seconds });
            std::fs::write(&path, "tale").unwrap();
            let (_, stat, _) = files.open(b"/inner/file").ok().unwrap();
            let remembered = files.remembered.get_mut(&b"/inner/file"[..]).unwrap();
            remembered.version = Version::of(&stat);
            let Found::File(file) = files.find(b"/inner/file", Now { tick: 2, seconds }) else {
                panic!("it is gone");
            };
            assert!(matches!(&file.content, Content::Small(bytes) if bytes == seen));
        }
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let (_folder, root) = folder("room");
        let mut files = Files::new(Arc::new(root));
        for more in 0..1000 {
            let target = format!("/{more}/../inner/file");
            assert!(matches!(
                files.find(target.as_bytes(), Now::default()),
                Found::File(_)
            ));
            let long = format!("/inner/{}file", "./".repeat(LONGEST / 2 + more));
            assert!(matches!(
                files.find(long.as_bytes(), Now::default()),
                Found::File(_)
            ));
            assert!(files.remembered.contains_key(target.as_bytes()));
            assert!(!files.remembered.contains_key(long.as_bytes()));
            assert!(files.remembered.len() <= MOST);
        }
    }
}
