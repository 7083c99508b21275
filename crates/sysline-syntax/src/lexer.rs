//! Text to tokens, each with its place. One lexer serves both dialects, the macro's text and the emitters' output;
//! it knows no grammar and never fails: what it can't read becomes a [`TokenKind::Unknown`].

use crate::source::{SourceId, Span};

/// What kind of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or a keyword, `r#name` included.
    Ident,
    /// `'a`
    Lifetime,
    /// A number, its suffix included.
    Number,
    /// A string, byte string, C string or raw string.
    Str,
    /// A character or byte.
    Char,
    /// One character of punctuation; `->` is two tokens.
    Punct,
    /// A `///` comment; other comments are blank.
    Doc,
    /// A character that has no place in a line, or a literal that does not end.
    Unknown,
}

/// A piece of text that is one word of the grammar.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// Its kind.
    pub kind: TokenKind,
    /// Its text as it stands.
    pub text: &'a str,
    /// Its place.
    pub span: Span,
}

/// The tokens of `text[range]`, whose spans are offsets in `text`.
///
/// ```
/// # use sysline_syntax::{lex, Sources, TokenKind};
/// let mut sources = Sources::new();
/// let file = sources.add("demo", "fd: i32".into());
/// let tokens = lex(&sources.get(file).text, 0..7, file);
/// assert_eq!(tokens.iter().map(|t| t.text).collect::<Vec<_>>(), ["fd", ":", "i32"]);
/// assert_eq!(tokens[1].kind, TokenKind::Punct);
/// ```
pub fn lex(text: &str, range: core::ops::Range<usize>, source: SourceId) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let Some(mut rest) = text.get(range.clone()) else {
        return tokens;
    };
    let mut at = range.start;
    while let Some(first) = rest.chars().next() {
        let (kind, len) = token(rest, first);
        let (word, tail) = rest.split_at(len);
        if let Some(kind) = kind {
            tokens.push(Token {
                kind,
                text: word,
                span: Span::new(source, at, at + len),
            });
        }
        at += len;
        rest = tail;
    }
    tokens
}

/// The kind and byte length of the token at the start of `rest`; no kind for blanks and comments.
fn token(rest: &str, first: char) -> (Option<TokenKind>, usize) {
    let run = |matches: fn(char) -> bool| rest.find(|c| !matches(c)).unwrap_or(rest.len());
    if first.is_whitespace() {
        return (None, run(char::is_whitespace));
    }
    if rest.starts_with("//") {
        let kind = (rest.starts_with("///") && !rest.starts_with("////")).then_some(TokenKind::Doc);
        return (kind, rest.find('\n').unwrap_or(rest.len()));
    }
    if let Some((kind, len)) = string(rest) {
        return (Some(kind), len);
    }
    if is_ident_start(first) {
        let raw = if rest.starts_with("r#") && rest[2..].starts_with(is_ident_start) {
            2
        } else {
            0
        };
        let len = rest[raw..]
            .find(|c| !is_ident_continue(c))
            .map_or(rest.len(), |len| len + raw);
        return (Some(TokenKind::Ident), len);
    }
    if first.is_ascii_digit() {
        return (Some(TokenKind::Number), run(is_ident_continue));
    }
    if first == '\'' {
        return quote(rest);
    }
    if first.is_ascii_punctuation() {
        return (Some(TokenKind::Punct), 1);
    }
    (Some(TokenKind::Unknown), first.len_utf8())
}

/// A lifetime or a character: `'a` is one, `'a'` the other.
fn quote(rest: &str) -> (Option<TokenKind>, usize) {
    let body = &rest[1..];
    let name = body.find(|c| !is_ident_continue(c)).unwrap_or(body.len());
    if name > 0 && !body[name..].starts_with('\'') && body.starts_with(is_ident_start) {
        return (Some(TokenKind::Lifetime), name + 1);
    }
    match end_of_quoted(body, '\'') {
        Some(end) => (Some(TokenKind::Char), end + 1),
        None => (Some(TokenKind::Unknown), 1),
    }
}

/// The string literal at the start of `rest`, if there is one; the whole rest, unknown, where it is not closed.
fn string(rest: &str) -> Option<(TokenKind, usize)> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        rest.strip_prefix(prefix).is_some_and(|tail| {
            tail.starts_with('"')
                || (prefix.ends_with('r') && tail.trim_start_matches('#').starts_with('"'))
        })
    })?;
    let tail = &rest[prefix.len()..];
    let end = if prefix.ends_with('r') {
        let hashes = tail.len() - tail.trim_start_matches('#').len();
        let close = format!("\"{}", &tail[..hashes]);
        tail[hashes + 1..]
            .find(&close)
            .map(|end| hashes + 1 + end + close.len())
    } else {
        end_of_quoted(&tail[1..], '"').map(|end| end + 1)
    };
    Some(end.map_or((TokenKind::Unknown, rest.len()), |end| {
        (TokenKind::Str, prefix.len() + end)
    }))
}

/// The length of `body` up to and with its closing quote, escapes passed over; none within the line or text.
fn end_of_quoted(body: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + c.len_utf8()),
            '\n' if quote == '\'' => return None,
            _ => {}
        }
    }
    None
}

fn is_ident_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_ident_continue(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sources;
    use TokenKind::*;

    fn kinds(text: &str) -> Vec<(TokenKind, String)> {
        let mut sources = Sources::new();
        let id = sources.add("t", text.into());
        lex(text, 0..text.len(), id)
            .into_iter()
            .map(|t| (t.kind, t.text.to_string()))
            .collect()
    }

    #[test]
    fn every_kind() {
        let text = "fn r#in 'a 0x10u8 \"s\\\"x\" r#\"a\"b\"# 'c' '\\'' -> /// doc\n// gone\n§";
        let expected = [
            (Ident, "fn"),
            (Ident, "r#in"),
            (Lifetime, "'a"),
            (Number, "0x10u8"),
            (Str, "\"s\\\"x\""),
            (Str, "r#\"a\"b\"#"),
            (Char, "'c'"),
            (Char, "'\\''"),
            (Punct, "-"),
            (Punct, ">"),
            (Doc, "/// doc"),
            (Unknown, "§"),
        ];
        assert_eq!(
            kinds(text),
            expected.map(|(kind, text)| (kind, text.to_string()))
        );
    }

    #[test]
    fn a_string_without_its_end_is_unknown_and_ends_the_text() {
        assert_eq!(
            kinds("a \"b c"),
            [(Ident, "a".into()), (Unknown, "\"b c".into())]
        );
        assert_eq!(kinds("r#\"b c\""), [(Unknown, "r#\"b c\"".into())]);
        assert_eq!(kinds("\""), [(Unknown, "\"".into())]);
    }
}
