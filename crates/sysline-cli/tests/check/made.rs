//! Import libraries and DLLs, made byte by byte. Owns: the formats as the tests know them, from Microsoft's "PE Format"
//! and GNU's `ar`. Must not use the reader that it tests.
#![allow(dead_code)] // each test takes what it needs

const X86: u16 = 0x14c;
const X86_64: u16 = 0x8664;

/// An archive: each member a name and its bytes.
pub(crate) fn archive(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"!<arch>\n".to_vec();
    for (name, data) in members {
        let head = format!(
            "{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n",
            0,
            0,
            0,
            "644",
            data.len()
        );
        bytes.extend(head.as_bytes());
        bytes.extend(data);
        if data.len() % 2 == 1 {
            bytes.push(b'\n');
        }
    }
    bytes
}

/// A table of symbols as GNU's `ar` writes it: a count, a place of a member for each, the names.
pub(crate) fn symbol_table(symbols: &[&str]) -> Vec<u8> {
    let mut bytes = (symbols.len() as u32).to_be_bytes().to_vec();
    for _ in symbols {
        bytes.extend(8u32.to_be_bytes());
    }
    for symbol in symbols {
        bytes.extend(symbol.as_bytes());
        bytes.push(0);
    }
    bytes
}

/// An object in the COFF format: sections with their bytes, and symbols with the number of their section, 0 for none.
pub(crate) fn object(machine: u16, sections: &[(&str, &[u8])], symbols: &[(&str, u16)]) -> Vec<u8> {
    let data_at = 20 + 40 * sections.len();
    let data: Vec<u8> = sections
        .iter()
        .flat_map(|(_, data)| data.to_vec())
        .collect();
    let mut bytes = Vec::new();
    bytes.extend(machine.to_le_bytes());
    bytes.extend((sections.len() as u16).to_le_bytes());
    bytes.extend(0u32.to_le_bytes());
    bytes.extend(((data_at + data.len()) as u32).to_le_bytes());
    bytes.extend((symbols.len() as u32).to_le_bytes());
    bytes.extend([0; 4]);
    let mut at = data_at as u32;
    for (name, data) in sections {
        bytes.extend(eight(name));
        bytes.extend([0; 8]);
        bytes.extend((data.len() as u32).to_le_bytes());
        bytes.extend(at.to_le_bytes());
        bytes.extend([0; 12]);
        bytes.extend(0x40u32.to_le_bytes()); // initialized data
        at += data.len() as u32;
    }
    bytes.extend(data);
    let mut strings = Vec::new();
    for (name, section) in symbols {
        bytes.extend([0; 4]);
        bytes.extend((4 + strings.len() as u32).to_le_bytes());
        strings.extend(name.as_bytes());
        strings.push(0);
        bytes.extend(0u32.to_le_bytes());
        bytes.extend(section.to_le_bytes());
        bytes.extend([0, 0, 2, 0]); // external, without more
    }
    bytes.extend((4 + strings.len() as u32).to_le_bytes());
    bytes.extend(strings);
    bytes
}

fn eight(name: &str) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    bytes
}

/// What an object of GNU's `dlltool` imports.
pub(crate) struct Import<'a> {
    /// The symbol behind `__imp_`.
    pub(crate) symbol: &'a str,
    /// The name that the loader looks for; none where it looks for a number.
    pub(crate) name: Option<&'a str>,
}

/// A library for one DLL, of 64 bits: head, tail, and an object an import.
pub(crate) fn gnu_library(dll: &str, procedures: &[&str]) -> Vec<u8> {
    let imports: Vec<Import<'_>> = procedures
        .iter()
        .map(|name| Import {
            symbol: name,
            name: Some(name),
        })
        .collect();
    archive(&gnu_members(X86_64, "lib", dll, &imports))
}

/// A library for one DLL, of 32 bits, whose procedures take two words: `__imp__Name@8`.
pub(crate) fn gnu_library_32(dll: &str, procedures: &[&str]) -> Vec<u8> {
    let symbols: Vec<String> = procedures.iter().map(|name| format!("_{name}@8")).collect();
    let imports: Vec<Import<'_>> = procedures
        .iter()
        .zip(&symbols)
        .map(|(name, symbol)| Import {
            symbol,
            name: Some(name),
        })
        .collect();
    archive(&gnu_members(X86, "_lib", dll, &imports))
}

/// The members of such a library, whose head and tail are told from others by `key`.
pub(crate) fn gnu_members(
    machine: u16,
    key: &str,
    dll: &str,
    imports: &[Import<'_>],
) -> Vec<(&'static str, Vec<u8>)> {
    let (head, tail) = (format!("_head_{key}"), format!("__{key}_iname"));
    let dll = [dll.as_bytes(), &[0]].concat();
    let mut symbols = vec![format!("_head_{key}")];
    symbols.extend(
        imports
            .iter()
            .map(|import| format!("__imp_{}", import.symbol)),
    );
    let symbols: Vec<&str> = symbols.iter().map(String::as_str).collect();
    let mut members = vec![
        ("/", symbol_table(&symbols)),
        (
            "t.o/",
            object(machine, &[(".idata$7", &dll)], &[(&tail, 1)]),
        ),
        (
            "h.o/",
            object(
                machine,
                &[(".idata$2", &[0; 20])],
                &[(&tail, 0), (&head, 1)],
            ),
        ),
    ];
    for import in imports {
        let hint_and_name = match import.name {
            Some(name) => [&[7, 0], name.as_bytes(), &[0]].concat(),
            None => Vec::new(),
        };
        let sections: &[(&str, &[u8])] = &[(".idata$7", &[0; 4]), (".idata$6", &hint_and_name)];
        let symbol = format!("__imp_{}", import.symbol);
        let symbols = &[(import.symbol, 1), (symbol.as_str(), 1), (head.as_str(), 0)];
        members.push(("s.o/", object(machine, sections, symbols)));
    }
    members
}

/// How a short import's symbol becomes the name that the loader looks for.
#[derive(Clone, Copy)]
pub(crate) enum NameType {
    Ordinal = 0,
    Name = 1,
    NoPrefix = 2,
    Undecorate = 3,
}

/// A short import.
pub(crate) fn short_import(machine: u16, symbol: &str, dll: &str, name_type: NameType) -> Vec<u8> {
    let strings = format!("{symbol}\0{dll}\0");
    let mut bytes = vec![0, 0, 0xff, 0xff, 0, 0];
    bytes.extend(machine.to_le_bytes());
    bytes.extend(0u32.to_le_bytes());
    bytes.extend((strings.len() as u32).to_le_bytes());
    bytes.extend(9u16.to_le_bytes()); // the hint, or the number
    bytes.extend(((name_type as u16) << 2).to_le_bytes());
    bytes.extend(strings.as_bytes());
    bytes
}

/// A library of short imports for one DLL, of 64 bits, with the two tables of Microsoft's `lib`.
pub(crate) fn short_library(dll: &str, procedures: &[&str]) -> Vec<u8> {
    let name = format!("{dll}/");
    let mut members = vec![("/", symbol_table(procedures)), ("/", vec![0; 8])];
    for procedure in procedures {
        let import = short_import(X86_64, procedure, dll, NameType::Name);
        members.push((&name, import));
    }
    archive(&members)
}

/// A library of short imports of 32 bits, one of each kind: `PlainName`, `_Undecorated@8` and `_Decorated@4`, whose
/// names for the loader are `PlainName`, `Undecorated` and `Decorated@4`, and `ByNumber` that has none.
pub(crate) fn short_library_32(dll: &str) -> Vec<u8> {
    let imports = [
        ("PlainName", NameType::Name),
        ("_Undecorated@8", NameType::Undecorate),
        ("_Decorated@4", NameType::NoPrefix),
        ("_ByNumber@0", NameType::Ordinal),
    ];
    let members = imports.map(|(symbol, kind)| ("x/", short_import(X86, symbol, dll, kind)));
    archive(&members)
}

/// A DLL of 64 bits that exports `procedures`.
pub(crate) fn dll(procedures: &[&str]) -> Vec<u8> {
    pe(0x20b, procedures)
}

/// A DLL of 32 bits that exports `procedures`.
pub(crate) fn dll_32(procedures: &[&str]) -> Vec<u8> {
    pe(0x10b, procedures)
}

/// Where the one section is in memory, and in the file.
const SECTION: u32 = 0x1000;
const SECTION_AT: usize = 0x200;

fn pe(magic: u16, procedures: &[&str]) -> Vec<u8> {
    let exports = export_table(procedures);
    let is_64 = magic == 0x20b;
    let (machine, before_directories) = if is_64 { (X86_64, 112) } else { (X86, 96) };
    let optional = before_directories + 16 * 8;
    let mut bytes = b"MZ".to_vec();
    bytes.resize(0x3c, 0);
    bytes.extend(0x40u32.to_le_bytes());
    bytes.extend(b"PE\0\0");
    bytes.extend(machine.to_le_bytes());
    bytes.extend(1u16.to_le_bytes()); // one section
    bytes.extend([0; 12]);
    bytes.extend((optional as u16).to_le_bytes());
    bytes.extend(0x2000u16.to_le_bytes()); // a DLL
    let start = bytes.len();
    bytes.extend(magic.to_le_bytes());
    bytes.resize(start + before_directories - 4, 0);
    bytes.extend(16u32.to_le_bytes()); // directories, the first of which is of exports
    bytes.extend(SECTION.to_le_bytes());
    bytes.extend((exports.len() as u32).to_le_bytes());
    bytes.resize(start + optional, 0);
    bytes.extend(eight(".edata"));
    for word in [
        exports.len() as u32,
        SECTION,
        exports.len() as u32,
        SECTION_AT as u32,
    ] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend([0; 12]);
    bytes.extend(0x4000_0040u32.to_le_bytes()); // initialized data, readable
    bytes.resize(SECTION_AT, 0);
    bytes.extend(exports);
    bytes
}

/// An export table: the first procedure is one that has a number only, the last is forwarded to another DLL.
fn export_table(procedures: &[&str]) -> Vec<u8> {
    let names = procedures.len();
    let functions_at = 40;
    let names_at = functions_at + 4 * (names + 1);
    let ordinals_at = names_at + 4 * names;
    let strings_at = ordinals_at + 2 * names;
    let mut strings = b"ntdll.Forwarded\0".to_vec();
    let mut name_at = Vec::new();
    for procedure in procedures {
        name_at.push(SECTION as usize + strings_at + strings.len());
        strings.extend(procedure.as_bytes());
        strings.push(0);
    }
    let mut bytes = vec![0; 12];
    let mut word = |word: usize| bytes.extend((word as u32).to_le_bytes());
    word(SECTION as usize + strings_at); // its own name, which nobody reads
    word(1); // the first number
    word(names + 1);
    word(names);
    word(SECTION as usize + functions_at);
    word(SECTION as usize + names_at);
    word(SECTION as usize + ordinals_at);
    for function in 0..names {
        word(0x5000 + function);
    }
    word(SECTION as usize + strings_at); // inside the table: forwarded
    name_at.into_iter().for_each(&mut word);
    for ordinal in 1..=names as u16 {
        bytes.extend(ordinal.to_le_bytes());
    }
    bytes.extend(strings);
    bytes
}
