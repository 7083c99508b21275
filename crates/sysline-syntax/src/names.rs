//! Names: Go's to Rust's, a function's to its call's, and the nearest to a misspelt one. Owns no grammar.

/// The words that are no name in any edition up to 2024, and those of them that not even `r#` makes one.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];
const NEVER_NAMES: &[&str] = &["self", "Self", "super", "crate", "_"];

/// Whether `word` can't stand as a name as it is.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) || NEVER_NAMES.contains(&word)
}

/// `word` as a name: `r#` before a keyword, `_` behind one that must not have that.
pub fn as_name(word: &str) -> String {
    if NEVER_NAMES.contains(&word) {
        format!("{word}_")
    } else if KEYWORDS.contains(&word) {
        format!("r#{word}")
    } else {
        word.to_string()
    }
}

/// `FooBar` as `foo_bar`; an acronym is one word: `WSARecv` is `wsa_recv`, `Fgetxattr` `fgetxattr`. Digits belong to the
/// word before them: `IsWow64Process2` is `is_wow64_process2`, `D3D11Create` `d3d11_create`.
pub(crate) fn snake_case(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut snake = String::with_capacity(word.len() + 4);
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let next_is_small = || letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let starts_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                let in_word = before.is_uppercase() || before.is_ascii_digit();
                before.is_lowercase() || (in_word && next_is_small())
            });
        if starts_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// The call that Go's generator takes a function for: `EpollCreate1` is `epoll_create1`. It puts a `_` only where a
/// small letter meets a capital.
pub(crate) fn go_call(function: &str) -> String {
    let mut call = String::with_capacity(function.len() + 4);
    let mut small = false;
    for letter in function.chars() {
        if small && letter.is_ascii_uppercase() {
            call.push('_');
        }
        small = letter.is_ascii_lowercase();
        call.extend(letter.to_lowercase());
    }
    call
}

/// The call behind `SYS_PREAD64`: `pread64`.
pub(crate) fn call_of_const(constant: &str) -> Option<String> {
    let name = constant
        .get(..4)
        .filter(|prefix| prefix.eq_ignore_ascii_case("SYS_"))
        .map(|_| &constant[4..])?;
    (!name.is_empty()).then(|| name.to_ascii_lowercase())
}

/// The known call whose name is nearest to `name`, if one is near enough to be meant.
pub(crate) fn nearest_call(name: &str) -> Option<&'static str> {
    nearest(name, sysline_table::calls().iter().map(|call| call.name()))
}

/// The candidate that a misspelt `name` most likely means, or none: at most a third of its letters differ, or it is
/// `name` with digits behind it. Of equally near ones it is the first.
///
/// ```
/// let calls = ["openat", "pread64"];
/// assert_eq!(sysline_syntax::nearest("opennat", calls.into_iter()), Some("openat"));
/// assert_eq!(sysline_syntax::nearest("pread", calls.into_iter()), Some("pread64"));
/// assert_eq!(sysline_syntax::nearest("mseal", calls.into_iter()), None);
/// ```
pub fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let limit = (name.chars().count() / 3).max(1);
    let mut best = None;
    for candidate in candidates {
        let longer = name.len() > 2
            && candidate
                .strip_prefix(name)
                .is_some_and(|tail| tail.bytes().all(|b| b.is_ascii_digit()));
        let distance = if longer {
            1
        } else {
            strsim::damerau_levenshtein(name, candidate)
        };
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_names() {
        for (go, rust, call) in [
            ("EpollCreate1", "epoll_create1", "epoll_create1"),
            ("Fgetxattr", "fgetxattr", "fgetxattr"),
            ("exitThread", "exit_thread", "exit_thread"),
            ("WSARecv", "wsa_recv", "wsarecv"),
            ("openat", "openat", "openat"),
            ("IsWow64Process2", "is_wow64_process2", "is_wow64process2"),
            ("GetNumaNode64Ex", "get_numa_node64_ex", "get_numa_node64ex"),
            ("D3D11Create", "d3d11_create", "d3d11create"),
        ] {
            assert_eq!(
                (snake_case(go).as_str(), go_call(go).as_str()),
                (rust, call)
            );
        }
    }

    #[test]
    fn keywords_become_names() {
        assert_eq!(as_name("type"), "r#type");
        assert_eq!(as_name("self"), "self_");
        assert_eq!(as_name("fd"), "fd");
    }

    #[test]
    fn the_nearest_call() {
        assert_eq!(nearest_call("opennat"), Some("openat"));
        assert_eq!(nearest_call("pread"), Some("pread64"));
        assert_eq!(nearest_call("zzzzzzzzzz"), None);
    }

    #[test]
    fn a_constant_s_call() {
        assert_eq!(call_of_const("SYS_PREAD64").as_deref(), Some("pread64"));
        assert_eq!(call_of_const("SYS_"), None);
        assert_eq!(call_of_const("PREAD64"), None);
    }
}
