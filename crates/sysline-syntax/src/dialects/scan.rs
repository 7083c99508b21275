//! Finds the lines in a file. Owns: what counts as a line, its comment above, where it goes on. Knows no grammar but
//! brackets.
//!
//! A line is a comment whose first characters behind the indentation are `//sys` or `//sysnb` and then a blank, be it
//! a tab or a space. The `//` comments right above it are its docs. In the Rust dialect it goes on over the next
//! `//` comments until its brackets close.

use super::Dialect;
use crate::lexer::{Token, TokenKind, lex};
use crate::model::Blocking;
use crate::source::{SourceId, Sources, Span};
use core::ops::Range;

/// A line before it is parsed.
#[derive(Debug)]
pub struct Declaration<'a> {
    /// The comment above it, a string a line.
    pub docs: Vec<String>,
    /// `sys` or `sysnb`.
    pub blocking: Blocking,
    /// That word.
    pub keyword: Span,
    /// From `//` to the end of its last row: what a formatter puts anew.
    pub text: Span,
    /// The comment behind its last token, with its `//`; empty where there is none.
    pub remark: &'a str,
    /// Whether a comment stands behind another of its rows, where a formatter would lose it.
    pub remark_within: bool,
    /// All behind the keyword.
    pub tokens: Vec<Token<'a>>,
}

/// The lines of a file.
pub fn scan(sources: &Sources, source: SourceId, dialect: Dialect) -> Vec<Declaration<'_>> {
    let text = sources.get(source).text.as_str();
    let mut found = Vec::new();
    let mut docs: Vec<String> = Vec::new();
    let mut rows = rows(text).peekable();
    while let Some(row) = rows.next() {
        let Some((blocking, keyword)) = keyword(text, &row) else {
            match comment(text, &row) {
                Some(comment) if !is_directive(comment) => docs.push(doc_text(comment)),
                _ => docs.clear(),
            }
            continue;
        };
        let mut tokens = lex(text, keyword.end..row.end, source);
        let mut remark = remark_behind(text, &tokens, keyword.end, row.end);
        let mut remark_within = false;
        let mut end = row.end;
        while dialect == Dialect::Rust && depth(&tokens) > 0 {
            let Some(next) = rows.next_if(|next| is_continuation(text, next)) else {
                break;
            };
            let body = next.end - comment(text, &next).map_or(0, str::len);
            tokens.extend(lex(text, body..next.end, source));
            remark_within |= !remark.is_empty();
            remark = remark_behind(text, &tokens, body, next.end);
            end = next.end;
        }
        let text_end = text[..end].strip_suffix('\r').unwrap_or(&text[..end]).len();
        found.push(Declaration {
            docs: std::mem::take(&mut docs),
            blocking,
            keyword: Span::new(source, keyword.start, keyword.end),
            text: Span::new(source, keyword.start - 2, text_end),
            remark,
            remark_within,
            tokens,
        });
    }
    found
}

/// The rows of a text without their ends, as byte ranges.
fn rows(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split('\n').map(move |row| {
        let range = at..at + row.len();
        at = range.end + 1;
        range
    })
}

/// What stands behind the `//` of a row that is a plain comment: neither `///` nor `//!`.
fn comment<'t>(text: &'t str, row: &Range<usize>) -> Option<&'t str> {
    let row = text[row.clone()].trim_start_matches('\u{feff}');
    let body = row.trim_start().strip_prefix("//")?;
    (!body.starts_with(['/', '!'])).then_some(body)
}

/// The `sys` or `sysnb` of a row that is a line.
fn keyword(text: &str, row: &Range<usize>) -> Option<(Blocking, Range<usize>)> {
    let body = text[row.clone()]
        .trim_start_matches('\u{feff}')
        .trim_start()
        .strip_prefix("//")?;
    let start = row.end - body.len();
    let (blocking, word) = if body.starts_with("sysnb") {
        (Blocking::Never, "sysnb")
    } else {
        (Blocking::May, "sys")
    };
    let rest = body.strip_prefix(word)?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace))
        .then_some((blocking, start..start + word.len()))
}

/// The comment between the last token of a row, which begins at `start`, and the row's end.
fn remark_behind<'t>(text: &'t str, tokens: &[Token<'_>], start: usize, end: usize) -> &'t str {
    let from = tokens
        .last()
        .map_or(start, |token| token.span.end().max(start));
    text[from..end].trim()
}

fn is_continuation(text: &str, row: &Range<usize>) -> bool {
    comment(text, row).is_some() && keyword(text, row).is_none()
}

/// Comments that speak to a tool, not to a person.
fn is_directive(comment: &str) -> bool {
    ["go:", "line ", "nolint", "export "]
        .iter()
        .any(|word| comment.starts_with(word))
        || comment.starts_with(" +build")
}

fn doc_text(comment: &str) -> String {
    let text = comment.trim_end();
    text.strip_prefix(' ').unwrap_or(text).to_string()
}

/// How many brackets are open.
fn depth(tokens: &[Token<'_>]) -> usize {
    tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Punct)
        .fold(0, |depth, token| match token.text {
            "(" | "[" | "{" => depth + 1,
            ")" | "]" | "}" => depth.saturating_sub(1),
            _ => depth,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(text: &str, dialect: Dialect) -> Vec<(Vec<String>, String)> {
        let mut sources = Sources::new();
        let id = sources.add("t", text.into());
        scan(&sources, id, dialect)
            .into_iter()
            .map(|found| {
                (
                    found.docs,
                    found.tokens.iter().map(|token| token.text).collect(),
                )
            })
            .collect()
    }

    fn found(docs: &[&str], tokens: &str) -> (Vec<String>, String) {
        (
            docs.iter().map(|doc| doc.to_string()).collect(),
            tokens.to_string(),
        )
    }

    #[test]
    fn tab_or_space_and_any_indentation() {
        let text = "//sys\tA()\n  //sysnb B()\n//system C()\n// sys D()\n///sys E()\n//sysnbF()\n";
        assert_eq!(
            scanned(text, Dialect::Go),
            [found(&[], "A()"), found(&[], "B()")]
        );
    }

    #[test]
    fn docs_are_the_comments_right_above() {
        let text =
            "// far\n\n// near\n//   and more\n//sys A()\n//sys B()\n//go:generate x\n//sys C()\n";
        assert_eq!(
            scanned(text, Dialect::Rust),
            [
                found(&["near", "  and more"], "A()"),
                found(&[], "B()"),
                found(&[], "C()")
            ]
        );
    }

    #[test]
    fn a_line_goes_on_until_its_brackets_close() {
        let text = "//sys fn a(b: u8,\n//    c: u8) -> u8\n// not it\n//sys fn d(\n//sys fn e()\n";
        assert_eq!(
            scanned(text, Dialect::Rust),
            [
                found(&[], "fna(b:u8,c:u8)->u8"),
                found(&["not it"], "fnd("),
                found(&[], "fne()")
            ]
        );
    }

    #[test]
    fn a_go_line_never_goes_on() {
        assert_eq!(
            scanned("//sys A(\n// b int)\n", Dialect::Go),
            [found(&[], "A(")]
        );
    }

    #[test]
    fn crlf_and_a_byte_order_mark() {
        assert_eq!(
            scanned("\u{feff}//sys A()\r\n", Dialect::Go),
            [found(&[], "A()")]
        );
    }
}
