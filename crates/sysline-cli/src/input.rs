//! Files to texts. Owns: what is said of a file that can't be read.

use crate::report::Report;
use std::io::Read;
use sysline_syntax::{SourceId, Sources};

/// Reads all files that can be read, and tells of those that can't.
pub(crate) fn read_all(
    sources: &mut Sources,
    files: &[String],
    report: &mut Report,
) -> Vec<SourceId> {
    let mut read = Vec::new();
    for file in files {
        match read_bytes(file) {
            Err(error) => report.error(
                &format!("{file}: {error}"),
                "name a file that exists and that you may read",
            ),
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => read.push(sources.add(file.clone(), text)),
                Err(error) => {
                    let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                    let row_start = good
                        .iter()
                        .rposition(|&byte| byte == b'\n')
                        .map_or(0, |newline| newline + 1);
                    let row = good.iter().filter(|&&byte| byte == b'\n').count() + 1;
                    let column = String::from_utf8_lossy(&good[row_start..]).chars().count() + 1;
                    let byte = error.as_bytes()[good.len()];
                    report.error(
                        &format!("{file}:{row}:{column}: not UTF-8: byte 0x{byte:02x}"),
                        "save the file as UTF-8",
                    );
                }
            },
        }
    }
    read
}

fn read_bytes(file: &str) -> std::io::Result<Vec<u8>> {
    if file == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(file)
}
