//! The system's words for an error. Owns: the look-up of a message and how it is laid out. Knows no error's type.

use super::error::keeping_last_error;
use core::fmt::{self, Write};
use core::ptr;
use windows_sys::Win32::Foundation::HMODULE;
use windows_sys::Win32::System::Diagnostics::Debug::{
    FORMAT_MESSAGE_FROM_HMODULE, FORMAT_MESSAGE_FROM_SYSTEM, FORMAT_MESSAGE_IGNORE_INSERTS,
    FormatMessageW,
};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::WindowsProgramming::FORMAT_MESSAGE_MAX_WIDTH_MASK;

/// Which numbers are meant.
#[derive(Clone, Copy)]
pub(super) enum Table {
    /// Win32 errors and HRESULTs: the system's own messages.
    System,
    /// NTSTATUSes: those of ntdll.dll.
    Ntdll,
}

/// A message of more UTF-16 code units is left out. The system's longest are a few hundred.
const LONGEST: usize = 1024;

/// Writes a number's message, in the language of the thread, as [`write_line`] does. The last error stays as it is.
pub(super) fn write(f: &mut fmt::Formatter<'_>, table: Table, number: u32) -> fmt::Result {
    let mut buffer = [0; LONGEST];
    let message = keeping_last_error(|| find(table, number, &mut buffer));
    write_line(f, message)
}

/// Writes a message on one line, a space for each run of blanks and line breaks, none at its ends; "unknown" where there
/// is nothing else.
fn write_line(f: &mut impl Write, message: &[u16]) -> fmt::Result {
    let is_blank = |unit: &u16| matches!(unit, 0x09..=0x0d | 0x20);
    let mut words = message.split(is_blank).filter(|word| !word.is_empty());
    let Some(first) = words.next() else {
        return f.write_str("unknown");
    };
    let mut write = |word: &[u16]| {
        char::decode_utf16(word.iter().copied())
            .try_for_each(|letter| f.write_char(letter.unwrap_or(char::REPLACEMENT_CHARACTER)))
    };
    write(first)?;
    words.try_for_each(|word| {
        write(&[0x20])?;
        write(word)
    })
}

/// The message, in `buffer`; empty where there is none. Microsoft's "FormatMessageW function".
fn find(table: Table, number: u32, buffer: &mut [u16; LONGEST]) -> &[u16] {
    let (from, module) = match table {
        Table::System => (FORMAT_MESSAGE_FROM_SYSTEM, ptr::null_mut()),
        Table::Ntdll => (FORMAT_MESSAGE_FROM_HMODULE, ntdll()),
    };
    if module.is_null() && from == FORMAT_MESSAGE_FROM_HMODULE {
        return &[]; // null would be the program's own messages
    }
    // Inserts (`%1`) stay as they are.
    let flags = from | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
    // SAFETY: FormatMessageW writes at most `LONGEST` code units to `buffer` and takes no arguments for inserts; the
    // module, where it reads one, is ntdll, which is never unloaded.
    let len = unsafe {
        FormatMessageW(
            flags,
            module,
            number,
            0,
            buffer.as_mut_ptr(),
            LONGEST as u32,
            ptr::null(),
        )
    };
    buffer.get(..len as usize).unwrap_or_default()
}

/// ntdll.dll, which every process has loaded.
fn ntdll() -> HMODULE {
    // SAFETY: the name ends in a NUL; the handle is not counted and need not be freed.
    unsafe { GetModuleHandleW(windows_sys::w!("ntdll.dll")) }
}

#[cfg(test)]
mod tests {
    use super::super::error::{last_error_code, set_last_error_code};
    use super::*;
    use std::format;

    struct Message(Table, u32);

    impl fmt::Display for Message {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write(f, self.0, self.1)
        }
    }

    #[test]
    fn a_message_is_one_line() {
        for (message, line) in [
            ("Not enough room.\r\n", "Not enough room."),
            ("\tTwo\r\n\r\nlines  of %1.\n", "Two lines of %1."),
            ("é𝄞", "é𝄞"),
            (" \r\n", "unknown"),
            ("", "unknown"),
        ] {
            let units: std::vec::Vec<u16> = message.encode_utf16().collect();
            let mut written = std::string::String::new();
            write_line(&mut written, &units).unwrap();
            assert_eq!(written, line);
        }
        let mut written = std::string::String::new();
        write_line(&mut written, &[0x61, 0xd834]).unwrap();
        assert_eq!(written, "a\u{fffd}");
    }

    #[test]
    fn no_message_is_unknown_and_the_last_error_stays() {
        for table in [Table::System, Table::Ntdll] {
            let mut text = [0_u8; 7];
            set_last_error_code(1234);
            std::io::Write::write_fmt(
                &mut &mut text[..],
                format_args!("{}", Message(table, 0x2fff_fff0)),
            )
            .unwrap();
            assert_eq!(last_error_code(), 1234);
            assert_eq!(&text, b"unknown");
        }
    }

    /// STATUS_WAIT_1 and ERROR_INVALID_FUNCTION are both 1.
    #[test]
    fn tables_are_not_mixed() {
        let [system, ntdll] = [Table::System, Table::Ntdll].map(|t| format!("{}", Message(t, 1)));
        assert_ne!(system, "unknown");
        assert_ne!(system, ntdll);
    }
}
