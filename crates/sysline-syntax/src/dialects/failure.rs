//! `[failretval == INVALID_SOCKET]`: when a procedure has failed, in either dialect. Owns: the grammar of such an
//! expression, with each language's precedence, and what Go's operators are in Rust.
//!
//! ```text
//! failure  = "[" (expr ("=>" expr)?)? "]"       "=>" in the Rust dialect only
//! expr     = cast (operator cast)*               with the precedence of the dialect's language
//! cast     = unary ("as" PATH)*                  in the Rust dialect only
//! unary    = ("!" | "-" | "&" | "^") unary | postfix      "&" in the Rust dialect, "^" in Go's
//! postfix  = primary ("." NAME ("(" args ")")? | "." NUMBER)*
//! primary  = NUMBER | PATH ("(" args ")")? | "(" expr ")"
//! ```

use super::Dialect;
use super::cursor::{Cursor, Reported};
use super::go::builtin;
use crate::diagnostic::Diagnostic;
use crate::int;
use crate::lexer::{Token, TokenKind};
use crate::model::{Expr, Failure, Name, Path, Segment};
use crate::names::is_keyword;
use crate::print::precedence;

/// How deep an expression may be in another: a limit, so that no text can exhaust the stack.
const DEPTH: usize = 32;

const HELP: &str = "a condition reads `failretval == VALUE`, also with `e1`, the last error: `failretval == 0 || e1 == ERROR_ALREADY_EXISTS`";

/// `[failretval …]`, if it comes next, and what stands between the brackets. The caller knows that they are balanced.
pub(super) fn failure<'t, 'a>(
    cursor: &mut Cursor<'t, 'a, '_>,
    dialect: Dialect,
) -> Result<Option<(Failure, &'t [Token<'a>])>, Reported> {
    let start = cursor.here();
    if !cursor.eat("[") {
        return Ok(None);
    }
    let bracket = cursor.before();
    let tokens = cursor.take_to_close("]");
    let span = start.to(cursor.before());
    let mut parser = Parser {
        cursor: Cursor::new(tokens, bracket, cursor.problems),
        dialect,
    };
    let when = if parser.cursor.at_end() {
        None
    } else {
        Some(parser.expr(0, 0)?)
    };
    let arrow = dialect == Dialect::Rust && when.is_some() && parser.cursor.eat("=>");
    let error = if arrow {
        Some(parser.expr(0, 0)?)
    } else {
        None
    };
    if !parser.cursor.at_end() {
        return Err(parser.cursor.expected("an operator or `]`", HELP));
    }
    Ok(Some((Failure { when, error, span }, tokens)))
}

struct Parser<'t, 'a, 'd> {
    cursor: Cursor<'t, 'a, 'd>,
    dialect: Dialect,
}

type Parsed<T> = Result<T, Reported>;

impl Parser<'_, '_, '_> {
    /// The operator that comes next, how many characters it has and how tightly the dialect's language binds it.
    fn operator(&self) -> Option<(&'static str, u8)> {
        const OPERATORS: &[&str] = &[
            "||", "&&", "&^", "==", "!=", "<=", ">=", "<<", ">>", "|", "^", "&", "<", ">", "+",
            "-", "*", "/", "%",
        ];
        let found = OPERATORS.iter().find(|found| self.cursor.looks_at(found))?;
        let binds = match self.dialect {
            Dialect::Rust => precedence(found)?,
            // The Go Programming Language Specification, "Operator precedence".
            Dialect::Go => match *found {
                "||" => 1,
                "&&" => 2,
                "==" | "!=" | "<" | "<=" | ">" | ">=" => 3,
                "+" | "-" | "|" | "^" => 4,
                _ => 5,
            },
        };
        Some((found, binds))
    }

    /// Operands joined by operators that bind as tightly as `least` or more.
    fn expr(&mut self, least: u8, depth: usize) -> Parsed<Expr> {
        let mut left = self.cast(depth)?;
        while let Some((operator, binds)) = self.operator().filter(|(_, binds)| *binds >= least) {
            let start = self.cursor.here();
            self.cursor.eat(operator);
            let span = start.to(self.cursor.before());
            let right = self.expr(binds + 1, depth + 1)?;
            let is_comparison = |expr: &Expr| matches!(expr, Expr::Binary(_, operator, _) if precedence(&operator.text) == precedence("=="));
            if precedence(operator) == precedence("==") && is_comparison(&left) {
                let problem = Diagnostic::new("failure", span, "a comparison is compared")
                    .label("the second one")
                    .help("join two comparisons with `&&` or `||`");
                return Err(self.cursor.report(problem));
            }
            left = if operator == "&^" {
                let clear = Expr::Unary(Name::new("!", span), Box::new(right));
                Expr::Binary(Box::new(left), Name::new("&", span), Box::new(clear))
            } else {
                Expr::Binary(Box::new(left), Name::new(operator, span), Box::new(right))
            };
        }
        Ok(left)
    }

    /// `x as u32`: Rust's signs bind more tightly.
    fn cast(&mut self, depth: usize) -> Parsed<Expr> {
        let mut expr = self.unary(depth)?;
        while self.dialect == Dialect::Rust && self.cursor.eat_word("as") {
            expr = Expr::Cast(Box::new(expr), self.path()?);
        }
        Ok(expr)
    }

    fn unary(&mut self, depth: usize) -> Parsed<Expr> {
        if depth > DEPTH {
            return Err(self.cursor.expected("an expression less deep", HELP));
        }
        let signs: &[(&str, &str)] = match self.dialect {
            Dialect::Rust => &[("!", "!"), ("-", "-"), ("&", "&")],
            Dialect::Go => &[("!", "!"), ("-", "-"), ("^", "!")],
        };
        for (sign, rust) in signs {
            let span = self.cursor.here();
            if self.cursor.eat(sign) {
                let operand = Box::new(self.unary(depth + 1)?);
                return Ok(Expr::Unary(Name::new(*rust, span), operand));
            }
        }
        self.postfix(depth)
    }

    fn postfix(&mut self, depth: usize) -> Parsed<Expr> {
        let mut expr = self.primary(depth)?;
        while self.cursor.eat(".") {
            if let Some(number) = self.cursor.eat_kind(TokenKind::Number) {
                expr = Expr::Field(Box::new(expr), Name::new(number.text, number.span));
                continue;
            }
            let Some(name) = self.cursor.eat_name() else {
                return Err(self.cursor.expected("a field or a method", HELP));
            };
            expr = if self.cursor.eat("(") {
                let arguments = self.arguments(depth)?;
                Expr::Method(Box::new(expr), name, arguments)
            } else {
                Expr::Field(Box::new(expr), name)
            };
        }
        Ok(expr)
    }

    /// What stands in a call's parentheses, and the closing one.
    fn arguments(&mut self, depth: usize) -> Parsed<Vec<Expr>> {
        let mut arguments = Vec::new();
        while !self.cursor.eat(")") {
            arguments.push(self.expr(0, depth + 1)?);
            if !self.cursor.eat(",") && !self.cursor.looks_at(")") {
                return Err(self.cursor.expected("`,` or `)`", HELP));
            }
        }
        Ok(arguments)
    }

    fn primary(&mut self, depth: usize) -> Parsed<Expr> {
        if self.cursor.eat("(") {
            let inner = self.expr(0, depth + 1)?;
            if !self.cursor.eat(")") {
                return Err(self.cursor.expected("an operator or `)`", HELP));
            }
            return Ok(inner);
        }
        if let Some(number) = self.cursor.eat_kind(TokenKind::Number) {
            let text = match self.dialect {
                Dialect::Rust => number.text.to_string(),
                Dialect::Go => rust_number(number.text),
            };
            let literal = Name::new(text, number.span);
            if int::read(literal.clone()).is_none() {
                let message = format!("`{}` is no number of 64 bits", number.text);
                let problem = Diagnostic::new("number", number.span, message);
                return Err(self
                    .cursor
                    .report(problem.help("write it as `10`, `0x10` or `0b11`")));
            }
            return Ok(Expr::Literal(literal));
        }
        let word = self.cursor.peek().map(|token| (token.text, token.span));
        match (word, self.dialect) {
            (Some((text @ ("true" | "false"), span)), _) => {
                self.cursor.next();
                return Ok(Expr::Literal(Name::new(text, span)));
            }
            (Some(("nil", span)), Dialect::Go) => {
                self.cursor.next();
                return Ok(Expr::null(span));
            }
            _ => {}
        }
        let path = self.path()?;
        if !self.cursor.eat("(") {
            return Ok(Expr::Path(path));
        }
        let mut arguments = self.arguments(depth)?;
        match (builtin(&path.last().name.text), arguments.len()) {
            // A conversion: `uint32(0)`.
            (Some(rust), 1) if self.dialect == Dialect::Go => {
                let operand = arguments.remove(0);
                let ty = Name::new(rust, path.span);
                Ok(match operand {
                    Expr::Literal(number) if int::suffix(&number.text).is_none() => {
                        Expr::Literal(Name::new(format!("{}{rust}", number.text), path.span))
                    }
                    operand => Expr::Cast(Box::new(operand), Path::single(ty)),
                })
            }
            _ => Ok(Expr::Call(path, arguments)),
        }
    }

    /// `NAME`, and in Rust `a::NAME`; of Go's `package.NAME` the name.
    fn path(&mut self) -> Parsed<Path> {
        let start = self.cursor.here();
        let global = self.dialect == Dialect::Rust && self.cursor.eat("::");
        let mut segments = Vec::new();
        loop {
            let word = self.cursor.peek().filter(|token| {
                token.kind == TokenKind::Ident
                    && (matches!(token.text, "crate" | "self" | "super") || !is_keyword(token.text))
            });
            let Some(word) = word else {
                return Err(self.cursor.expected("a value", HELP));
            };
            self.cursor.next();
            let name = Name::new(word.text, word.span);
            segments.push(Segment {
                name,
                args: Vec::new(),
            });
            let more = match self.dialect {
                Dialect::Rust => self.cursor.eat("::"),
                Dialect::Go => {
                    let package = self.cursor.eat(".");
                    if package {
                        segments.clear();
                    }
                    package
                }
            };
            if !more {
                let span = start.to(self.cursor.before());
                return Ok(Path {
                    span,
                    global,
                    segments,
                });
            }
        }
    }
}

/// A number as Rust writes it: Go's octal ones begin with a mere zero.
fn rust_number(go: &str) -> String {
    let text = go.to_ascii_lowercase();
    let octal = text
        .strip_prefix('0')
        .filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
    octal.map_or(text.clone(), |digits| format!("0o{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexer::lex;
    use crate::print::Print;
    use crate::source::{Sources, Span};

    /// What the brackets say, in Rust; with `=>` before the error.
    fn read(text: &str, dialect: Dialect) -> Result<String, String> {
        let mut sources = Sources::new();
        let id = sources.add("t", format!("[{text}]"));
        let all = &sources.get(id).text;
        let tokens = lex(all, 0..all.len(), id);
        let mut problems = Vec::new();
        let mut cursor = Cursor::new(&tokens, Span::new(id, 0, 0), &mut problems);
        let read = failure(&mut cursor, dialect);
        match read {
            Ok(found) => Ok(found.unwrap().0.to_text()),
            Err(Reported) => Err(problems[0].message.clone()),
        }
    }

    #[test]
    fn rust_s_expressions_stay() {
        for text in [
            "failretval == INVALID_SOCKET",
            "failretval & 0xff == 0",
            "failretval <= 32",
            "failretval == 0 || e1 == ERROR_ALREADY_EXISTS",
            "failretval == SOCKET_ERROR && e1 != WSA_IO_PENDING as u32",
            "failretval != !0",
            "-1 == failretval",
            "failretval.is_null()",
            "::sysline::windows::is_zero(&failretval) || failretval & 1 == 1",
            "failretval.0 == codes::BAD",
            "HRESULT_SEVERITY(failretval) != 0",
            "(failretval | 1) & 3 == 1",
            "failretval - (1 - 2) == 0",
            "(failretval as u32) < 3",
            "failretval - 1 as u32 == 3",
            "(failretval - 1 as u32) < 3",
            "!failretval as u32 == 0",
            "failretval == -1isize as HANDLE",
            "!(failretval as u32) == 0",
            "failretval != 0 => failretval",
            "failretval <= 32 => failretval as u32 + 1",
        ] {
            assert_eq!(read(text, Dialect::Rust).as_deref(), Ok(text));
        }
        for (text, printed) in [
            ("((failretval)==(0))", "failretval == 0"),
            ("(failretval & 1) == 0", "failretval & 1 == 0"),
            ("failretval==-1", "failretval == -1"),
            ("!(failretval == 0)", "!(failretval == 0)"),
            ("", ""),
        ] {
            assert_eq!(read(text, Dialect::Rust).as_deref(), Ok(printed), "{text}");
        }
    }

    #[test]
    fn go_s_expressions_become_rust_s() {
        for (text, printed) in [
            ("failretval==nil", "failretval == ::core::ptr::null_mut()"),
            ("failretval&0xff==0", "failretval & 0xff == 0"),
            // Go binds `|` and `+` alike, and `<<` as tightly as `*`.
            ("failretval|1+2 == 3", "(failretval | 1) + 2 == 3"),
            ("failretval+1<<2 == 0", "failretval + (1 << 2) == 0"),
            ("failretval==^uint32(0)", "failretval == !0u32"),
            ("failretval &^ 1 == 0", "failretval & !1 == 0"),
            ("failretval ^ 1 == 0", "failretval ^ 1 == 0"),
            (
                "failretval==DevInfo(InvalidHandle)",
                "failretval == DevInfo(InvalidHandle)",
            ),
            ("failretval==uint32(bad)", "failretval == bad as u32"),
            ("uint32(bad) < failretval", "(bad as u32) < failretval"),
            (
                "failretval == windows.InvalidHandle",
                "failretval == InvalidHandle",
            ),
            ("failretval==010", "failretval == 0o10"),
            ("!failretval", "!failretval"),
            ("failretval==0XFF", "failretval == 0xff"),
        ] {
            assert_eq!(read(text, Dialect::Go).as_deref(), Ok(printed), "{text}");
        }
    }

    #[test]
    fn bad_expressions_are_told() {
        let nothing = "expected a value, found the end of the line";
        for (text, dialect, message) in [
            ("failretval ==", Dialect::Rust, nothing),
            (
                "failretval 0",
                Dialect::Rust,
                "expected an operator or `]`, found `0`",
            ),
            (
                "failretval == 1 == 2",
                Dialect::Rust,
                "a comparison is compared",
            ),
            ("failretval =>", Dialect::Rust, nothing),
            (
                "failretval != 0 => failretval",
                Dialect::Go,
                "expected an operator or `]`, found `=`",
            ),
            (
                "failretval == 99999999999999999999",
                Dialect::Rust,
                "`99999999999999999999` is no number of 64 bits",
            ),
            (
                "failretval == 1e",
                Dialect::Go,
                "`1e` is no number of 64 bits",
            ),
            (
                "failretval == if",
                Dialect::Rust,
                "expected a value, found `if`",
            ),
            ("f(1 2)", Dialect::Rust, "expected `,` or `)`, found `2`"),
        ] {
            assert_eq!(read(text, dialect), Err(message.to_string()), "{text}");
        }
        let deep = format!("{}failretval", "!".repeat(100));
        let message = "expected an expression less deep, found `!`";
        assert_eq!(read(&deep, Dialect::Rust), Err(message.to_string()));
    }
}
