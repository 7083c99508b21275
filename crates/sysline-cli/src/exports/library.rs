//! Import libraries: archives whose members each import one procedure. Owns: what members tell.
//!
//! Names are those that the loader looks for, and not those of symbols, which are others: `__imp__Sleep@4` imports
//! `Sleep` on 32-bit x86, and mingw-w64's `__imp_strdup` imports `_strdup`. What is imported by its number has none.
//! There are two kinds of members:
//!
//! - A short import (Microsoft's "PE Format", "Import Library Format") has the DLL's name and the procedure's.
//! - An object, as GNU's `dlltool` and `ld` make it (binutils' `dlltool.c`), defines a symbol `__imp_…`. Its section
//!   `.idata$6` is a hint of two bytes and the procedure's name. It needs a symbol of the library's head, the object
//!   with a section `.idata$2`; the head needs one of the tail, whose `.idata$7` is the DLL's name. In the libraries
//!   of Microsoft's older tools the head has that name itself, in `.idata$6`.
//!
//! All other members are of no concern: an import library may bring helpers along.

use super::Exports;
use object::read::archive::ArchiveFile;
use object::read::coff::{CoffFile, ImportFile, ImportName};
use object::{FileKind, Object, ObjectSection, ObjectSymbol};
use std::collections::HashMap;

/// The DLLs that a library imports from, and their procedures that it imports.
///
/// # Errors
///
/// Why it can't be read.
pub(super) fn read(bytes: &[u8]) -> Result<Exports, String> {
    let archive = ArchiveFile::parse(bytes).map_err(told)?;
    if archive.is_thin() {
        return Err("it is a thin archive: its members are in other files".into());
    }
    let mut exports = Exports::default();
    let mut objects = Objects::default();
    for member in archive.members() {
        let data = member.and_then(|member| member.data(bytes)).map_err(told)?;
        match FileKind::parse(data) {
            Ok(FileKind::CoffImport) => short_import(data, &mut exports).map_err(told)?,
            Ok(FileKind::Coff) => objects.add(data).map_err(told)?,
            _ => {}
        }
    }
    objects.resolve(&mut exports)?;
    Ok(exports)
}

fn told(error: object::read::Error) -> String {
    error.to_string()
}

fn short_import(data: &[u8], exports: &mut Exports) -> object::read::Result<()> {
    let import = ImportFile::parse(data)?;
    let procedure = match import.import() {
        ImportName::Name(name) => Some(name),
        ImportName::Ordinal(_) => None,
    };
    exports.add(import.dll(), procedure);
    Ok(())
}

/// The names of symbols.
type Symbols<'d> = Vec<&'d [u8]>;

/// The objects of a library that have to do with imports.
#[derive(Default)]
struct Objects<'d> {
    /// Procedures, and what their objects need.
    imports: Vec<(&'d [u8], Symbols<'d>)>,
    /// What heads define, and which head that is.
    heads: HashMap<&'d [u8], usize>,
    /// The DLLs that heads name themselves, and what they need.
    all_heads: Vec<(Option<&'d [u8]>, Symbols<'d>)>,
    /// What tails define, and their DLLs.
    tails: HashMap<&'d [u8], &'d [u8]>,
}

impl<'d> Objects<'d> {
    fn add(&mut self, data: &'d [u8]) -> object::read::Result<()> {
        let object = CoffFile::<&[u8]>::parse(data)?;
        let section = |name: &str| match object.section_by_name(name) {
            Some(section) => section.data().map(Some),
            None => Ok(None),
        };
        let (head, name, dll) = (
            section(".idata$2")?,
            section(".idata$6")?,
            section(".idata$7")?,
        );
        if head.or(name).or(dll).is_none() {
            return Ok(());
        }
        let (mut defined, mut needed) = (Symbols::new(), Symbols::new());
        for symbol in object.symbols().filter(|symbol| symbol.is_global()) {
            match symbol.is_undefined() {
                true => needed.push(symbol.name_bytes()?),
                false => defined.push(symbol.name_bytes()?),
            }
        }
        let imports = defined.iter().any(|symbol| symbol.starts_with(b"__imp_"));
        let after_hint = name.and_then(|name| name.get(2..)).and_then(text);
        if let (true, Some(procedure)) = (imports, after_hint) {
            self.imports.push((procedure, needed));
        } else if head.is_some() {
            let at = self.all_heads.len();
            self.heads
                .extend(defined.into_iter().map(|symbol| (symbol, at)));
            self.all_heads.push((name.and_then(text), needed));
        } else if let (false, Some(dll)) = (imports, dll.and_then(text)) {
            self.tails
                .extend(defined.into_iter().map(|symbol| (symbol, dll)));
        }
        Ok(())
    }

    /// Finds the DLL of each import.
    fn resolve(&self, exports: &mut Exports) -> Result<(), String> {
        let dlls = self.all_heads.iter().map(|(own, needed)| {
            let tail = || {
                needed
                    .iter()
                    .find_map(|symbol| self.tails.get(symbol).copied())
            };
            own.or_else(tail)
        });
        let dlls: Vec<Option<&[u8]>> = dlls.collect();
        for (procedure, needed) in &self.imports {
            let head = needed.iter().find_map(|symbol| self.heads.get(symbol));
            let Some(dll) = head.and_then(|&head| dlls[head]) else {
                let procedure = procedure.escape_ascii();
                return Err(format!("it does not say of which DLL `{procedure}` is"));
            };
            exports.add(dll, Some(procedure));
        }
        Ok(())
    }
}

/// What stands before the first NUL, if anything does.
fn text(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(bytes.len());
    (end > 0).then(|| &bytes[..end])
}
