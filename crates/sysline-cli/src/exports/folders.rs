//! Where import libraries and DLLs are looked for when nobody says where. Owns: those places.

use std::path::{Path, PathBuf};

/// Where Debian's `mingw-w64-x86-64-dev` puts import libraries.
pub(crate) const MINGW: &str = "/usr/x86_64-w64-mingw32/lib";

/// The folders that this machine has of its own; none where there is none.
pub(crate) fn default_folders() -> Vec<PathBuf> {
    let root = std::env::var_os("SystemRoot").filter(|_| cfg!(windows));
    folders(root.map(PathBuf::from).as_deref(), Path::is_dir)
}

/// Windows' own folder, with the sets of its API that are files; elsewhere mingw-w64's.
fn folders(system_root: Option<&Path>, is_folder: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let system = system_root.map(|root| root.join("System32"));
    let candidates = match system {
        Some(system) => vec![system.clone(), system.join("downlevel")],
        None => vec![PathBuf::from(MINGW)],
    };
    candidates
        .into_iter()
        .filter(|folder| is_folder(folder))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_of_a_machine() {
        let root = Path::new("windows");
        let system = root.join("System32");
        let downlevel = system.join("downlevel");
        assert_eq!(
            folders(Some(root), |_| true),
            [system.clone(), downlevel.clone()]
        );
        assert_eq!(folders(Some(root), |folder| folder != downlevel), [system]);
        assert_eq!(folders(None, |_| true), [PathBuf::from(MINGW)]);
        assert!(folders(None, |_| false).is_empty());
    }
}
