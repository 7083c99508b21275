//! Paths: from a request's target to the name of a file in the folder, and back.

/// What is asked for.
#[derive(Debug, PartialEq)]
pub(crate) struct Wanted {
    /// Relative to the folder, without `.` and `..`; of the folder itself it is `.`.
    pub(crate) path: Vec<u8>,
    /// The target ends in a slash: it can be a folder only.
    pub(crate) folder: bool,
}

/// Takes the path of a target, without its query, apart. `None` where it is no path, or leads out of the folder.
pub(crate) fn wanted(target: &[u8]) -> Option<Wanted> {
    let decoded = decoded(target.strip_prefix(b"/")?)?;
    let mut steps: Vec<&[u8]> = Vec::new();
    let mut folder = true;
    for step in decoded.split(|byte| *byte == b'/') {
        folder = matches!(step, b"" | b"." | b"..");
        match step {
            b"" | b"." => {}
            b".." => drop(steps.pop()?),
            _ => steps.push(step),
        }
    }
    let path = if steps.is_empty() {
        b".".to_vec()
    } else {
        steps.join(&b'/')
    };
    Some(Wanted { path, folder })
}

/// With its `%41` as `A`. `None` for a `%` without two digits, and for what no path of Linux has: NUL.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(*rest.next()?)? << 4 | hex(*rest.next()?)?,
            _ => byte,
        });
    }
    (!bytes.contains(&0)).then_some(bytes)
}

fn hex(digit: u8) -> Option<u8> {
    Some((digit as char).to_digit(16)? as u8)
}

/// The target of a folder: what [`wanted`] makes its path of. It begins with one slash, and never with two, which would name
/// another host.
pub(crate) fn target_of_folder(path: &[u8]) -> Vec<u8> {
    let mut target = vec![b'/'];
    for &byte in path {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => target.push(byte),
            _ if byte.is_ascii_alphanumeric() => target.push(byte),
            _ => target.extend(format!("%{byte:02X}").bytes()),
        }
    }
    target.push(b'/');
    target
}

/// The type of a file by the end of its name (RFC 9110, 8.3).
pub(crate) fn content_type(path: &[u8]) -> &'static str {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    let ending = name
        .rsplitn(2, |byte| *byte == b'.')
        .next()
        .unwrap_or(b"")
        .to_ascii_lowercase();
    match &*ending {
        _ if ending.len() == name.len() => "application/octet-stream",
        b"html" | b"htm" => "text/html; charset=utf-8",
        b"css" => "text/css; charset=utf-8",
        b"js" | b"mjs" => "text/javascript; charset=utf-8",
        b"txt" | b"log" | b"rs" | b"toml" => "text/plain; charset=utf-8",
        b"md" => "text/markdown; charset=utf-8",
        b"csv" => "text/csv; charset=utf-8",
        b"xml" => "text/xml; charset=utf-8",
        b"json" | b"map" => "application/json",
        b"wasm" => "application/wasm",
        b"pdf" => "application/pdf",
        b"zip" => "application/zip",
        b"gz" => "application/gzip",
        b"svg" => "image/svg+xml",
        b"png" => "image/png",
        b"jpg" | b"jpeg" => "image/jpeg",
        b"gif" => "image/gif",
        b"webp" => "image/webp",
        b"avif" => "image/avif",
        b"ico" => "image/x-icon",
        b"mp3" => "audio/mpeg",
        b"ogg" => "audio/ogg",
        b"mp4" => "video/mp4",
        b"webm" => "video/webm",
        b"woff" => "font/woff",
        b"woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(target: &str, path: &str, folder: bool) {
        let path = path.as_bytes().to_vec();
        assert_eq!(
            wanted(target.as_bytes()),
            Some(Wanted { path, folder }),
            "{target}"
        );
    }

    #[test]
    fn paths_are_made_plain() {
        wants("/", ".", true);
        wants("/a", "a", false);
        wants("/a/", "a", true);
        wants("//a//b", "a/b", false);
        wants("/./a/../b/.", "b", true);
        wants("/a/..", ".", true);
        wants("/%41%2fb%20c", "A/b c", false);
        wants("/...", "...", false);
    }

    #[test]
    fn paths_that_are_none() {
        for target in [
            "",
            "a",
            "*",
            "/..",
            "/a/../../b",
            "/%2e%2e/b",
            "/..%2fb",
            "/%",
            "/%4",
            "/%4g",
            "/%00",
            "/a%00b",
        ] {
            assert_eq!(wanted(target.as_bytes()), None, "{target}");
        }
    }

    #[test]
    fn a_folder_is_found_again() {
        for path in ["a", "a/b c", "100%", "ä?#\r\n"] {
            let target = target_of_folder(path.as_bytes());
            assert_eq!(
                wanted(&target),
                Some(Wanted {
                    path: path.into(),
                    folder: true
                })
            );
            assert!(target.iter().all(|byte| byte.is_ascii_graphic()));
        }
    }

    #[test]
    fn types_are_told_by_endings() {
        assert_eq!(content_type(b"a.b/c.HTML"), "text/html; charset=utf-8");
        assert_eq!(content_type(b"a.tar.gz"), "application/gzip");
        for unknown in ["html", "a/png", "a.html/b", "a.", "", "a.\u{e4}"] {
            assert_eq!(content_type(unknown.as_bytes()), "application/octet-stream");
        }
    }
}
