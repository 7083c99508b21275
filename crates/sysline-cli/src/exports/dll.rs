//! DLLs: the names in a PE file's export table. Source: Microsoft's "PE Format". Owns: what is read of such a file.
//!
//! A name that is forwarded to another DLL is a name like others. What is exported by its number only has none.

use super::Names;
use object::pe::{
    IMAGE_DIRECTORY_ENTRY_EXPORT, ImageDosHeader, ImageNtHeaders32, ImageNtHeaders64,
};
use object::read::pe::{ExportTable, ImageNtHeaders};
use object::{FileKind, LittleEndian, ReadRef};

/// The longest name that is read: linkers make none longer.
const LONGEST: usize = 4096;

/// The names that a DLL of either width exports.
///
/// # Errors
///
/// Why it is no DLL.
pub(super) fn read<'d>(data: impl ReadRef<'d>) -> Result<Names, String> {
    match FileKind::parse(data) {
        Ok(FileKind::Pe32) => names::<ImageNtHeaders32>(data),
        Ok(FileKind::Pe64) => names::<ImageNtHeaders64>(data),
        Ok(_) => Err("it is not in the PE format".into()),
        Err(error) => Err(error.to_string()),
    }
}

fn names<'d, Headers: ImageNtHeaders>(data: impl ReadRef<'d>) -> Result<Names, String> {
    let told = |error: object::read::Error| error.to_string();
    let dos = ImageDosHeader::parse(data).map_err(told)?;
    let mut offset = dos.nt_headers_offset().into();
    let (headers, directories) = Headers::parse(data, &mut offset).map_err(told)?;
    let sections = headers.sections(data, offset).map_err(told)?;
    let Some(directory) = directories.get(IMAGE_DIRECTORY_ENTRY_EXPORT) else {
        return Ok(Names::default());
    };
    let bytes = directory.data(data, &sections).map_err(told)?;
    let start = directory.virtual_address.get(LittleEndian);
    let table = ExportTable::parse(bytes, start).map_err(told)?;
    let mut names = Names::default();
    for pointer in table.name_pointers() {
        let at = pointer.get(LittleEndian).wrapping_sub(start) as usize;
        names.add(name_at(bytes, at).ok_or("a name of its export table is not there")?);
    }
    Ok(names)
}

fn name_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let rest = bytes.get(at..)?;
    let rest = &rest[..rest.len().min(LONGEST)];
    let end = rest.iter().position(|&byte| byte == 0)?;
    Some(&rest[..end])
}
