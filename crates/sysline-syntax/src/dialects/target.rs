//! What a line is a line for, behind its `=`: the same in both dialects. Owns: that grammar, and how tokens are words.
//!
//! ```text
//! target = SYS_NAME | NUMBER | (DLL ".")? PROC "?"?
//! dll    = PIECE (("-" | ".") PIECE)*                   `ws2_32`, `winspool.drv`, `api-ms-win-core-file-l1-1-0`
//! ```

use super::cursor::{Cursor, Reported};
use crate::diagnostic::Diagnostic;
use crate::int;
use crate::lexer::{Token, TokenKind};
use crate::model::{Name, Target};

const HELP: &str =
    "a target is `SYS_NAME`, a number, `dll.Proc`, or `dll.Proc?` for one that may be absent";

/// `SYS_NAME`, `462`, `dll.Proc`, `dll.Proc?`, `Proc`.
pub(super) fn target(cursor: &mut Cursor<'_, '_, '_>) -> Result<Target, Reported> {
    let is_number = cursor
        .peek()
        .is_some_and(|token| token.kind == TokenKind::Number);
    let goes_on = ["-", "."].iter().any(|joint| cursor.looks_ahead(1, joint));
    if is_number && !goes_on {
        return number(cursor);
    }
    let first = piece(cursor, "a target")?;
    let is_call = first
        .text
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("SYS_"));
    if is_call && !["-", "."].iter().any(|joint| cursor.looks_at(joint)) {
        return Ok(Target::Sys(first));
    }
    // The last piece is the procedure, all before it the DLL.
    let mut dll: Option<Name> = None;
    let mut last = first;
    loop {
        let joint = if cursor.eat(".") {
            "."
        } else if cursor.eat("-") {
            "-"
        } else {
            break;
        };
        let next = match joint {
            "." => piece(cursor, &format!("a procedure of `{}`", last.text))?,
            _ => piece(cursor, "the rest of the DLL's name")?,
        };
        last = match (dll.take(), joint) {
            (before, ".") => {
                dll = Some(before.map_or(last.clone(), |before| joined(&before, ".", &last)));
                next
            }
            (before, _) => {
                dll = before;
                joined(&last, "-", &next)
            }
        };
    }
    let is_name = last
        .text
        .starts_with(|c: char| c == '_' || c.is_alphabetic());
    if !is_name || last.text.contains('-') {
        let message = format!("`{}` is no procedure's name", last.text);
        let problem = Diagnostic::new("target", last.span, message)
            .label("behind the last dot stands the procedure")
            .help(HELP);
        return Err(cursor.report(problem));
    }
    let optional = cursor.eat("?");
    Ok(Target::Proc {
        dll,
        proc: last,
        optional,
    })
}

fn number(cursor: &mut Cursor<'_, '_, '_>) -> Result<Target, Reported> {
    let Some(number) = cursor.eat_kind(TokenKind::Number) else {
        return Err(cursor.expected("a number", HELP));
    };
    let literal = Name::new(number.text, number.span);
    let value = int::read(literal.clone()).and_then(|int| u32::try_from(int.magnitude).ok());
    let Some(value) = value else {
        let message = format!("`{}` is no call's number", number.text);
        let problem = Diagnostic::new("number", number.span, message);
        return Err(cursor.report(problem.help("write a number of 32 bits, such as `= 462`")));
    };
    Ok(Target::Number(value, literal))
}

/// One word of a target: a DLL's name may begin with a digit.
fn piece(cursor: &mut Cursor<'_, '_, '_>, what: &str) -> Result<Name, Reported> {
    let digits = cursor.eat_kind(TokenKind::Number);
    match digits.map(|token| Name::new(token.text, token.span)) {
        Some(digits) => Ok(digits),
        None => match cursor.eat_name() {
            Some(name) => Ok(name),
            None => Err(cursor.expected(what, HELP)),
        },
    }
}

fn joined(left: &Name, joint: &str, right: &Name) -> Name {
    Name::new(
        format!("{}{joint}{}", left.text, right.text),
        left.span.to(right.span),
    )
}

/// Tokens as words, two characters that make one sign put together again.
pub(super) fn words(tokens: &[Token<'_>]) -> Vec<Name> {
    let mut words: Vec<Name> = Vec::new();
    for token in tokens {
        let joined = words.last_mut().filter(|last| {
            let pair = format!("{}{}", last.text, token.text);
            last.span.end() == token.span.start()
                && matches!(
                    pair.as_str(),
                    "==" | "!=" | "<=" | ">=" | "&&" | "||" | "<<" | ">>" | "::" | "->" | "=>"
                )
        });
        match joined {
            Some(last) => {
                last.text.push_str(token.text);
                last.span = last.span.to(token.span);
            }
            None => words.push(Name::new(token.text, token.span)),
        }
    }
    words
}
