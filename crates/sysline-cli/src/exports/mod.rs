//! What DLLs export, by the import libraries and DLLs of some folders. Owns: which file tells of which DLL, and that
//! files are read only when something asks for them. Knows nothing of lines.
//!
//! A procedure is there when any file of the folders says so. Files whose names are like the DLL's are read first, and
//! mostly they are all that is read; a library may tell of other DLLs than that in its name (mingw-w64's
//! `libsynchronization.a` is of `api-ms-win-core-synch-l1-2-0.dll`), so that all libraries are read before a DLL is
//! said to lack something.

mod dll;
mod folders;
mod library;
#[cfg(test)]
#[path = "../../tests/check/made.rs"]
mod made;

pub(crate) use folders::{MINGW, default_folders};

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Names of procedures that a line can write, in the order of their bytes.
#[derive(Debug, Default)]
struct Names(BTreeSet<String>);

impl Names {
    /// Takes in a name, unless it is one that no line can write: a compiler's own for C++, or a hostile file's.
    fn add(&mut self, name: &[u8]) {
        self.0.extend(written(name, "_"));
    }
}

/// A name of letters, digits and some `signs`.
fn written(name: &[u8], signs: &str) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    let is_plain = |c: char| c.is_alphanumeric() || signs.contains(c);
    (!name.is_empty() && name.chars().all(is_plain)).then(|| name.to_string())
}

/// The endings of DLLs' names; executables may export too.
const DLLS: &[&str] = &["cpl", "dll", "drv", "exe", "ocx", "sys"];
/// The endings of import libraries' names.
const LIBRARIES: &[&str] = &["a", "lib"];

/// What one file tells: DLLs by their names in small letters, and what each exports.
#[derive(Debug, Default)]
struct Exports(BTreeMap<String, Names>);

impl Exports {
    /// Takes in a DLL and, where it has a name, one procedure of it.
    fn add(&mut self, dll: &[u8], procedure: Option<&[u8]>) {
        if let Some(dll) = written(dll, "_-.") {
            let names = self.0.entry(dll.to_lowercase()).or_default();
            procedure.into_iter().for_each(|name| names.add(name));
        }
    }
}

/// One file of a folder, read when it is asked.
struct File {
    path: PathBuf,
    /// Its name in small letters.
    name: String,
    is_library: bool,
    exports: OnceCell<Result<Exports, String>>,
}

impl File {
    /// A file that may tell of DLLs, by its name.
    fn new(path: PathBuf) -> Option<File> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        let (_, ending) = name.rsplit_once('.')?;
        let is_library = LIBRARIES.contains(&ending);
        (is_library || DLLS.contains(&ending)).then(|| File {
            name: name.clone(),
            path,
            is_library,
            exports: OnceCell::new(),
        })
    }

    /// Whether its name says that it tells of `dll`: `ws2_32.dll`, `libws2_32.a`, `libws2_32.dll.a`, `WS2_32.Lib`.
    fn is_named_after(&self, dll: &str) -> bool {
        if !self.is_library {
            return self.name == dll;
        }
        let word = self.name.rsplit_once('.').map_or("", |(word, _)| word);
        let stem = dll.rsplit_once('.').map_or(dll, |(stem, _)| stem);
        [Some(word), word.strip_prefix("lib")]
            .into_iter()
            .flatten()
            .any(|word| word == dll || word == stem)
    }

    fn read(&self) -> Result<&Exports, &str> {
        let exports = self.exports.get_or_init(|| {
            if self.is_library {
                let bytes = fs::read(&self.path).map_err(|error| error.to_string())?;
                return library::read(&bytes).map_err(|why| format!("no import library: {why}"));
            }
            let file = fs::File::open(&self.path).map_err(|error| error.to_string())?;
            let data = object::read::ReadCache::new(file);
            let names = dll::read(&data).map_err(|why| format!("no DLL: {why}"))?;
            Ok(Exports([(self.name.clone(), names)].into()))
        });
        exports.as_ref().map_err(String::as_str)
    }

    /// What it has been found to tell of `dll`.
    fn names(&self, dll: &str) -> Option<&Names> {
        self.exports.get()?.as_ref().ok()?.0.get(dll)
    }
}

/// A file that can't be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Broken {
    pub(crate) path: PathBuf,
    pub(crate) why: String,
}

/// Whether a DLL exports a procedure.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Here,
    NoProcedure,
    /// No file tells of the DLL.
    NoDll,
    /// The file that should tell can't be read.
    Broken(Broken),
}

/// The import libraries and DLLs of some folders.
pub(crate) struct Libraries {
    files: Vec<File>,
}

impl Libraries {
    /// Lists the folders, in their order.
    ///
    /// # Errors
    ///
    /// The first folder that can't be listed or that has no such file.
    pub(crate) fn open(folders: &[PathBuf]) -> Result<Libraries, Broken> {
        let mut files = Vec::new();
        for folder in folders {
            let broken = |why: String| Broken {
                path: folder.clone(),
                why,
            };
            let found = list(folder).map_err(|error| broken(error.to_string()))?;
            if found.is_empty() {
                return Err(broken("has neither import libraries nor DLLs".into()));
            }
            files.extend(found);
        }
        Ok(Libraries { files })
    }

    /// Whether `dll`, a file's name, exports `procedure`.
    pub(crate) fn ask(&self, dll: &str, procedure: &str) -> Answer {
        let dll = dll.to_lowercase();
        let (likely, other): (Vec<&File>, Vec<&File>) = self
            .files
            .iter()
            .filter(|file| file.is_library || file.name == dll)
            .partition(|file| file.is_named_after(&dll));
        let mut answer = Answer::NoDll;
        for file in likely.iter().chain(&other) {
            match file.read() {
                Err(why) if file.is_named_after(&dll) => return Answer::Broken(file.broken(why)),
                Err(_) => {}
                // A library that is named after a DLL and tells of none is no whole one.
                Ok(exports) if exports.0.is_empty() && file.is_named_after(&dll) => {
                    return Answer::Broken(file.broken("has no import"));
                }
                Ok(exports) => match exports.0.get(&dll) {
                    Some(names) if names.0.contains(procedure) => return Answer::Here,
                    Some(_) => answer = Answer::NoProcedure,
                    None => {}
                },
            }
        }
        answer
    }

    /// The libraries that can't be read, of those that were asked.
    pub(crate) fn broken(&self) -> impl Iterator<Item = Broken> {
        let libraries = self.files.iter().filter(|file| file.is_library);
        libraries.filter_map(|file| match file.exports.get() {
            Some(Err(why)) => Some(file.broken(why)),
            _ => None,
        })
    }

    /// The files that have told of `dll`.
    pub(crate) fn files_of(&self, dll: &str) -> Vec<&Path> {
        let dll = dll.to_lowercase();
        let files = self.files.iter();
        files
            .filter(|file| file.names(&dll).is_some())
            .map(|file| file.path.as_path())
            .collect()
    }

    /// What `dll` has been found to export.
    pub(crate) fn procedures_of(&self, dll: &str) -> BTreeSet<&str> {
        let dll = dll.to_lowercase();
        let all = self.files.iter().filter_map(|file| file.names(&dll));
        all.flat_map(|names| &names.0).map(String::as_str).collect()
    }

    /// The DLLs that the folders know, by their files' names in small letters.
    pub(crate) fn dlls(&self) -> BTreeSet<&str> {
        let mut dlls = BTreeSet::new();
        for file in &self.files {
            if !file.is_library {
                dlls.insert(file.name.as_str());
            } else if let Ok(exports) = file.read() {
                dlls.extend(exports.0.keys().map(String::as_str));
            }
        }
        dlls
    }

    /// The DLLs that export a procedure of which `is_meant` is true, each with the first such. Those come first that a
    /// program would name: sets of Windows' API and the DLL behind them come last.
    pub(crate) fn having(&self, is_meant: impl Fn(&str) -> bool) -> Vec<(&str, &str)> {
        let mut having = BTreeMap::new();
        for exports in self.files.iter().filter_map(|file| file.read().ok()) {
            for (dll, names) in &exports.0 {
                if let Some(name) = names.0.iter().find(|name| is_meant(name)) {
                    having.entry(dll.as_str()).or_insert(name.as_str());
                }
            }
        }
        let mut having: Vec<(&str, &str)> = having.into_iter().collect();
        having.sort_by_key(|(dll, _)| {
            (
                is_api_set(dll),
                *dll == "kernelbase.dll",
                !dll.ends_with(".dll"),
            )
        });
        having
    }
}

/// Whether a DLL's file, in small letters, is a set of Windows' API: mostly no file, but a name for a part of another.
pub(crate) fn is_api_set(dll: &str) -> bool {
    dll.starts_with("api-ms-") || dll.starts_with("ext-ms-")
}

impl File {
    fn broken(&self, why: &str) -> Broken {
        Broken {
            path: self.path.clone(),
            why: why.into(),
        }
    }
}

/// The files of a folder that may tell of DLLs, by their names' order.
fn list(folder: &Path) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        // What is no plain file, such as a pipe, could keep us waiting.
        files.extend(File::new(entry?.path()).filter(|file| file.path.is_file()));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_dlls() {
        for (file, dll, is) in [
            ("ws2_32.dll", "ws2_32.dll", true),
            ("WS2_32.DLL", "ws2_32.dll", true),
            ("WS2_32.Lib", "ws2_32.dll", true),
            ("libws2_32.a", "ws2_32.dll", true),
            ("libws2_32.dll.a", "ws2_32.dll", true),
            ("libwinspool.a", "winspool.drv", true),
            ("winspool.drv", "winspool.drv", true),
            ("winspool.dll", "winspool.drv", false),
            ("libcurl.dll", "libcurl.dll", true),
            ("libcurl.lib", "libcurl.dll", true),
            ("liblibcurl.a", "libcurl.dll", true),
            ("libws2_32.a", "ws2.dll", false),
            ("libucrt.a", "api-ms-win-crt-heap-l1-1-0.dll", false),
        ] {
            let file = File::new(Path::new("folder").join(file)).unwrap();
            assert_eq!(file.is_named_after(dll), is, "{}: {dll}", file.name);
        }
        for other in ["ws2_32", "ws2_32.def", "ws2_32.h", "a"] {
            assert!(File::new(PathBuf::from(other)).is_none(), "{other}");
        }
    }

    /// Every file that the tests make, shortened at every byte and changed in every byte: never a panic.
    #[test]
    fn damaged_files_are_errors() {
        for (what, bytes) in [
            ("gnu", made::gnu_library("a.dll", &["One", "Two"])),
            ("short", made::short_library("a.dll", &["One", "Two"])),
        ] {
            assert_eq!(
                library::read(&bytes).unwrap().0["a.dll"].0.len(),
                2,
                "{what}"
            );
            for damaged in damaged(&bytes) {
                let _ = library::read(&damaged);
            }
            assert!(library::read(&bytes[..bytes.len() - 1]).is_err(), "{what}");
        }
        let bytes = made::dll(&["One", "Two"]);
        assert_eq!(dll::read(&*bytes).unwrap().0.len(), 2);
        for damaged in damaged(&bytes) {
            let _ = dll::read(&*damaged);
        }
        assert!(dll::read(&bytes[..bytes.len() / 2]).is_err());
    }

    fn damaged(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
        let changed = (0..bytes.len()).flat_map(move |at| {
            [0x00, 0x01, 0x7f, 0x80, 0xff].map(|byte| {
                let mut bytes = bytes.to_vec();
                bytes[at] = byte;
                bytes
            })
        });
        (0..bytes.len())
            .map(|length| bytes[..length].to_vec())
            .chain(changed)
    }
}
