//! The Rust dialect: `sys pub fn openat(dirfd: BorrowedFd<'_>, path: impl PathArg, …) -> Result<OwnedFd>`.
//! Owns its grammar, for the comment's text and the macro's alike. Knows none of the checker's rules.
//!
//! ```text
//! line      = attr* ("sys" | "sysnb") attr* vis? "unsafe"? "fn" NAME generics? "(" params ")" ("->" type)?
//!             failure? ("=" target)?
//! param     = "out"? NAME ":" type | constant
//! constant  = PATH ("as" PATH)? | "-"? NUMBER    a path of capitals, or of more than one step
//! ```
//!
//! `failure` and `target` are in their own files: they are the same in both dialects.

use super::Dialect;
use super::cursor::{Cursor, Reported, check_brackets};
use super::failure::failure;
use super::scan::Declaration;
use super::target::{target, words};
use crate::diagnostic::Diagnostic;
use crate::int;
use crate::lexer::{TokenKind, lex};
use crate::model::*;
use crate::names::is_keyword;
use crate::print::print_words;
use crate::source::{SourceId, Sources};

/// Parses one comment's line.
pub(super) fn parse(declaration: &Declaration<'_>, problems: &mut Vec<Diagnostic>) -> Option<Line> {
    check_brackets(&declaration.tokens, true, problems).ok()?;
    let mut parser = Parser {
        cursor: Cursor::new(&declaration.tokens, declaration.keyword, problems),
    };
    let head = Head {
        docs: declaration.docs.clone(),
        attrs: Vec::new(),
        blocking: declaration.blocking,
    };
    let line = parser.line(head, declaration.keyword).ok()?;
    if !parser.cursor.at_end() {
        parser.unexpected_rest();
        return None;
    }
    Some(line)
}

/// All lines of a `sys!` block: the same grammar, each line behind its own `///` docs and attributes, a `;` between
/// two lines where one is wanted. As [`parse`](super::parse()), with every problem.
pub fn parse_macro(sources: &Sources, source: SourceId) -> (Vec<Line>, Vec<Diagnostic>) {
    let text = &sources.get(source).text;
    let tokens = lex(text, 0..text.len(), source);
    let mut problems = Vec::new();
    let mut lines = Vec::new();
    if check_brackets(&tokens, false, &mut problems).is_ok() {
        let start = crate::Span::new(source, 0, 0);
        let mut parser = Parser {
            cursor: Cursor::new(&tokens, start, &mut problems),
        };
        while !parser.cursor.at_end() {
            let start = parser.cursor.position();
            match parser.item() {
                Ok(line) => lines.push(line),
                Err(Reported) => parser.skip_to_item(start),
            }
        }
    }
    (lines, problems)
}

/// What stands before a line's own text.
struct Head {
    docs: Vec<String>,
    attrs: Vec<Attr>,
    blocking: Blocking,
}

struct Parser<'t, 'a, 'd> {
    cursor: Cursor<'t, 'a, 'd>,
}

type Parsed<T> = Result<T, Reported>;

impl Parser<'_, '_, '_> {
    /// One line of a macro.
    fn item(&mut self) -> Parsed<Line> {
        let mut docs = Vec::new();
        while let Some(doc) = self.cursor.eat_kind(TokenKind::Doc) {
            let text = doc.text["///".len()..].trim_end();
            docs.push(text.strip_prefix(' ').unwrap_or(text).to_string());
        }
        let attrs = self.attrs()?;
        let blocking = if self.cursor.eat_word("sys") {
            Blocking::May
        } else if self.cursor.eat_word("sysnb") {
            Blocking::Never
        } else {
            return Err(self.cursor.expected(
                "`sys` or `sysnb`",
                "a line begins so: `sys pub fn name(…) -> Result<…>`",
            ));
        };
        let keyword = self.cursor.before();
        let line = self.line(
            Head {
                docs,
                attrs,
                blocking,
            },
            keyword,
        )?;
        if !self.cursor.eat(";") && !self.cursor.at_end() && !self.at_item() {
            return Err(self.unexpected_rest());
        }
        Ok(line)
    }

    /// Whether a macro's next line begins here.
    fn at_item(&self) -> bool {
        self.cursor.looks_at("#")
            || self.cursor.looks_at_word("sys")
            || self.cursor.looks_at_word("sysnb")
            || self
                .cursor
                .peek()
                .is_some_and(|token| token.kind == TokenKind::Doc)
    }

    /// Skips what is left of a bad line that began at `start`.
    fn skip_to_item(&mut self, start: usize) {
        while !self.cursor.at_end() && (self.cursor.position() == start || !self.at_item()) {
            if self.cursor.eat(";") {
                return;
            }
            self.cursor.next();
        }
    }

    fn unexpected_rest(&mut self) -> Reported {
        self.cursor.expected(
            "the end of the line",
            "behind the parameters come, in this order: `-> Type`, `[failretval == VALUE]`, `= TARGET`",
        )
    }

    /// All behind `sys`.
    fn line(&mut self, head: Head, keyword: crate::Span) -> Parsed<Line> {
        let mut attrs = head.attrs;
        attrs.extend(self.attrs()?);
        let vis = self.vis()?;
        let promise = if self.cursor.eat_word("unsafe") {
            Promise::Unsafe
        } else {
            Promise::Safe
        };
        if !self.cursor.eat_word("fn") {
            return Err(self.no_fn());
        }
        let name = self.new_name("the function's name")?;
        let generics = self.generics()?;
        if !self.cursor.eat("(") {
            return Err(self.cursor.expected(
                "`(`",
                "the parameters stand in parentheses, also when there are none",
            ));
        }
        let params = self.params();
        let ret = if self.cursor.eat("->") {
            Some(self.ty()?)
        } else {
            None
        };
        if self.cursor.looks_at_word("where") {
            let problem = Diagnostic::new("syntax", self.cursor.here(), "a line has no `where`")
                .label("not here")
                .help("write the bound in the angle brackets: `fn name<P: PathArg>(…)`");
            return Err(self.cursor.report(problem));
        }
        let failure = failure(&mut self.cursor, Dialect::Rust)?.map(|(failure, _)| failure);
        let target = if self.cursor.eat("=") {
            Some(target(&mut self.cursor)?)
        } else {
            None
        };
        let params = params?;
        let own_call = name.plain().to_string();
        let own_proc = own_call.clone();
        let span = keyword.to(self.cursor.before());
        Ok(Line {
            span,
            docs: head.docs,
            attrs,
            blocking: head.blocking,
            vis,
            promise,
            name,
            generics,
            params,
            ret,
            failure,
            returned_error: None,
            target,
            own_call,
            own_proc,
        })
    }

    /// Something else than `fn`: most often a line of the other dialect.
    fn no_fn(&mut self) -> Reported {
        let goish = self
            .cursor
            .peek()
            .is_some_and(|token| token.kind == TokenKind::Ident)
            && self.cursor.looks_ahead(1, "(");
        if goish {
            self.cursor.expected(
                "`fn`",
                "this looks like the Go dialect: say `--dialect go`, or run `sysline import`",
            )
        } else {
            self.cursor.expected(
                "`fn`",
                "a line reads: `sys pub fn name(parameter: Type) -> Result<Type> = SYS_NAME`",
            )
        }
    }

    fn attrs(&mut self) -> Parsed<Vec<Attr>> {
        let mut attrs = Vec::new();
        while self.cursor.looks_at("#") {
            let start = self.cursor.here();
            self.cursor.next();
            if !self.cursor.eat("[") {
                return Err(self.cursor.expected("`[`", "an attribute reads `#[name]`"));
            }
            let tokens = self.cursor.take_to_close("]");
            let mut text = String::new();
            print_words(&mut text, &words(tokens));
            attrs.push(Attr {
                text,
                span: start.to(self.cursor.before()),
            });
        }
        Ok(attrs)
    }

    fn vis(&mut self) -> Parsed<Visibility> {
        if !self.cursor.eat_word("pub") {
            return Ok(Visibility::Private);
        }
        if !self.cursor.eat("(") {
            return Ok(Visibility::Public);
        }
        let start = self.cursor.here();
        let tokens = self.cursor.take_to_close(")");
        let words_of: Vec<&str> = tokens.iter().map(|token| token.text).collect();
        let known = matches!(
            words_of[..],
            ["crate" | "super" | "self"] | ["in", "crate" | "super" | "self", ..]
        );
        if !known {
            let problem = Diagnostic::new("syntax", start, "no such visibility")
                .label("not one of Rust's")
                .help("write `pub`, `pub(crate)`, `pub(super)` or `pub(in crate::path)`");
            return Err(self.cursor.report(problem));
        }
        let mut text = String::new();
        print_words(&mut text, &words(tokens));
        Ok(Visibility::Restricted(text))
    }

    /// A name that the line brings in.
    fn new_name(&mut self, what: &str) -> Parsed<Name> {
        match self.cursor.peek() {
            Some(token) if token.kind == TokenKind::Ident && !is_keyword(token.text) => {
                self.cursor.next();
                Ok(Name::new(token.text, token.span))
            }
            Some(token) if token.kind == TokenKind::Ident => {
                let help = format!("a keyword is a name as `r#{}`", token.text);
                Err(self.cursor.expected(what, &help))
            }
            _ => Err(self.cursor.expected(what, "")),
        }
    }

    fn lifetime(&mut self) -> Option<Name> {
        self.cursor
            .eat_kind(TokenKind::Lifetime)
            .map(|token| Name::new(token.text, token.span))
    }

    fn generics(&mut self) -> Parsed<Vec<GenericParam>> {
        let mut generics = Vec::new();
        if !self.cursor.eat("<") {
            return Ok(generics);
        }
        while !self.cursor.eat(">") {
            generics.push(self.generic()?);
            if !self.cursor.eat(",") && !self.cursor.looks_at(">") {
                return Err(self
                    .cursor
                    .expected("`,` or `>`", "a comma stands between two in angle brackets"));
            }
        }
        Ok(generics)
    }

    fn generic(&mut self) -> Parsed<GenericParam> {
        if let Some(name) = self.lifetime() {
            let mut bounds = Vec::new();
            if self.cursor.eat(":") {
                while let Some(bound) = self.lifetime() {
                    bounds.push(bound);
                    self.cursor.eat("+");
                }
            }
            return Ok(GenericParam::Lifetime { name, bounds });
        }
        if self.cursor.eat_word("const") {
            let name = self.new_name("the constant's name")?;
            if !self.cursor.eat(":") {
                return Err(self.cursor.expected("`:`", "write `const N: usize`"));
            }
            return Ok(GenericParam::Const {
                name,
                ty: self.ty()?,
            });
        }
        let name = self.new_name("a type parameter or lifetime")?;
        let bounds = if self.cursor.eat(":") {
            self.bounds()?
        } else {
            Vec::new()
        };
        Ok(GenericParam::Type { name, bounds })
    }

    fn bounds(&mut self) -> Parsed<Vec<Bound>> {
        let mut bounds = Vec::new();
        loop {
            if let Some(lifetime) = self.lifetime() {
                bounds.push(Bound::Lifetime(lifetime));
            } else {
                let maybe = self.cursor.eat("?");
                bounds.push(Bound::Trait {
                    maybe,
                    path: self.path()?,
                });
            }
            if !self.cursor.eat("+") {
                return Ok(bounds);
            }
        }
    }

    /// What stands in the parentheses, up to and with the closing one. Every bad parameter is reported.
    fn params(&mut self) -> Parsed<Vec<Param>> {
        let mut params = Vec::new();
        let mut bad = false;
        while !self.cursor.eat(")") {
            match self.param() {
                Ok(param) => params.push(param),
                Err(Reported) => {
                    bad = true;
                    self.cursor.skip_item();
                }
            }
            if !self.cursor.eat(",") && !self.cursor.looks_at(")") {
                self.cursor.expected(
                    "`,` or `)`",
                    "a comma stands between two: `name: Type, name: Type`",
                );
                bad = true;
                self.cursor.skip_item();
                self.cursor.eat(",");
            }
            if self.cursor.at_end() {
                return Err(Reported);
            }
        }
        if bad { Err(Reported) } else { Ok(params) }
    }

    fn param(&mut self) -> Parsed<Param> {
        if self.cursor.looks_at("-")
            || self
                .cursor
                .peek()
                .is_some_and(|token| token.kind == TokenKind::Number)
        {
            return self.int().map(|int| Param::Const(Constant::Int(int)));
        }
        let is_ident = |ahead| {
            self.cursor
                .peek_at(ahead)
                .is_some_and(|token| token.kind == TokenKind::Ident)
        };
        let colon =
            |ahead| self.cursor.looks_ahead(ahead, ":") && !self.cursor.looks_ahead(ahead, "::");
        let out = self.cursor.looks_at_word("out") && is_ident(1) && !colon(1);
        if out {
            self.cursor.next();
        }
        let Some(word) = self
            .cursor
            .peek()
            .filter(|token| token.kind == TokenKind::Ident || self.cursor.looks_at("::"))
        else {
            return Err(self.cursor.expected(
                "a parameter",
                "a parameter reads `name: Type`, a result `out name: Type`",
            ));
        };
        if word.text == "self" || word.text == "mut" || word.text == "_" {
            let help = match word.text {
                "self" => "a line declares a function of its own, not a method: write `name: Type`",
                "mut" => "take `mut` away: the wrapper never changes its parameters",
                _ => "give the parameter a name: the docs show it",
            };
            return Err(self.cursor.expected("a parameter's name", help));
        }
        let one_step = word.kind == TokenKind::Ident && !self.cursor.looks_ahead(1, "::");
        if one_step && self.cursor.looks_ahead(1, ":") {
            let name = self.new_name("a parameter's name")?;
            self.cursor.eat(":");
            let ty = self.ty()?;
            return Ok(Param::Value { out, name, ty });
        }
        let is_constant = !one_step || !word.text.chars().any(char::is_lowercase);
        if is_constant && !out {
            let path = self.path()?;
            let constant = if self.cursor.eat_word("as") {
                Constant::Cast(path, self.path()?)
            } else {
                Constant::Path(path)
            };
            return Ok(Param::Const(constant));
        }
        self.cursor.next();
        let help = if self
            .cursor
            .peek()
            .is_some_and(|token| token.kind == TokenKind::Ident)
        {
            format!(
                "write `{}: Type`; Go's `name type` is the Go dialect: say `--dialect go`",
                word.text
            )
        } else {
            format!(
                "write `{}: Type`; a constant in place of a parameter is in capitals",
                word.text
            )
        };
        let problem = Diagnostic::new(
            "parameter-type",
            word.span,
            format!("parameter `{}` has no type", word.text),
        )
        .label("a parameter without a type")
        .help(help);
        Err(self.cursor.report(problem))
    }

    /// `-1`, `0x10`, `3u32`
    fn int(&mut self) -> Parsed<Int> {
        let start = self.cursor.here();
        let minus = self.cursor.eat("-");
        let Some(number) = self.cursor.eat_kind(TokenKind::Number) else {
            return Err(self.cursor.expected("a number", ""));
        };
        let text = format!("{}{}", if minus { "-" } else { "" }, number.text);
        let literal = Name::new(text, start.to(number.span));
        int::read(literal.clone()).ok_or_else(|| {
            let text = &literal.text;
            let problem = match int::suffix(text) {
                Some(suffix) => {
                    Diagnostic::new("number", literal.span, format!("`{text}` is no `{suffix}`"))
                        .help("write a number of that type, or another type")
                }
                None => Diagnostic::new(
                    "number",
                    literal.span,
                    format!("`{text}` is not a 64-bit number"),
                )
                .help("write it as Rust does: `10`, `0x10`, `0o17`, `0b11`"),
            };
            self.cursor.report(problem)
        })
    }

    fn ty(&mut self) -> Parsed<Type> {
        self.ty_within(0)
    }

    /// A type, `depth` types deep in another: a limit, so that no text can exhaust the stack.
    fn ty_within(&mut self, depth: usize) -> Parsed<Type> {
        const DEEPEST: usize = 32;
        if depth > DEEPEST {
            let problem = Diagnostic::new(
                "syntax",
                self.cursor.here(),
                format!("a type more than {DEEPEST} deep"),
            )
            .help("name the inner type with `type`");
            return Err(self.cursor.report(problem));
        }
        let start = self.cursor.here();
        if self.cursor.eat("&") {
            let lifetime = self.lifetime();
            let mutable = self.cursor.eat_word("mut");
            let target = Box::new(self.ty_within(depth + 1)?);
            return Ok(Type::Ref {
                span: start.to(self.cursor.before()),
                lifetime,
                mutable,
                target,
            });
        }
        if self.cursor.eat("*") {
            let mutable = self.cursor.eat_word("mut");
            if !mutable && !self.cursor.eat_word("const") {
                return Err(self.cursor.expected(
                    "`const` or `mut`",
                    "a raw pointer reads `*const T` or `*mut T`",
                ));
            }
            let target = Box::new(self.ty_within(depth + 1)?);
            return Ok(Type::Ptr {
                span: start.to(self.cursor.before()),
                mutable,
                target,
            });
        }
        if self.cursor.eat("[") {
            let element = Box::new(self.ty_within(depth + 1)?);
            if self.cursor.eat("]") {
                return Ok(Type::Slice {
                    span: start.to(self.cursor.before()),
                    element,
                });
            }
            if !self.cursor.eat(";") {
                return Err(self
                    .cursor
                    .expected("`]` or `;`", "a slice reads `[T]`, an array `[T; 4]`"));
            }
            let len = words(self.cursor.take_to_close("]"));
            return Ok(Type::Array {
                span: start.to(self.cursor.before()),
                element,
                len,
            });
        }
        if self.cursor.eat("(") {
            let mut members = Vec::new();
            while !self.cursor.eat(")") {
                members.push(self.ty_within(depth + 1)?);
                if self.cursor.eat(",") {
                    continue;
                }
                if !self.cursor.eat(")") {
                    return Err(self
                        .cursor
                        .expected("`,` or `)`", "a comma stands between two members"));
                }
                if members.len() == 1 {
                    return Ok(members.remove(0)); // `(T)` is `T`
                }
                break;
            }
            return Ok(Type::Tuple {
                span: start.to(self.cursor.before()),
                members,
            });
        }
        if self.cursor.eat("!") {
            return Ok(Type::Never { span: start });
        }
        if self.cursor.eat_word("impl") {
            let bounds = self.bounds()?;
            return Ok(Type::Impl {
                span: start.to(self.cursor.before()),
                bounds,
            });
        }
        if ["fn", "unsafe", "extern", "dyn"]
            .iter()
            .any(|word| self.cursor.looks_at_word(word))
        {
            let help = "a call takes an address: write `*const c_void` and make the line `unsafe`";
            return Err(self.cursor.expected("a type that registers can hold", help));
        }
        self.path_within(depth).map(Type::Path)
    }

    fn path(&mut self) -> Parsed<Path> {
        self.path_within(0)
    }

    fn path_within(&mut self, depth: usize) -> Parsed<Path> {
        let start = self.cursor.here();
        let global = self.cursor.eat("::");
        let mut segments = Vec::new();
        loop {
            let word = self
                .cursor
                .peek()
                .filter(|token| token.kind == TokenKind::Ident);
            let in_path = |text: &str| {
                matches!(text, "crate" | "self" | "super" | "Self") || !is_keyword(text)
            };
            let Some(word) = word.filter(|word| in_path(word.text)) else {
                return Err(self.cursor.expected(
                    "a type",
                    "a type reads `u32`, `&[u8]`, `Option<&T>` or `path::Name<T>`",
                ));
            };
            self.cursor.next();
            let args = self.generic_args(depth)?;
            segments.push(Segment {
                name: Name::new(word.text, word.span),
                args,
            });
            if !self.cursor.eat("::") {
                return Ok(Path {
                    span: start.to(self.cursor.before()),
                    global,
                    segments,
                });
            }
        }
    }

    fn generic_args(&mut self, depth: usize) -> Parsed<Vec<GenericArg>> {
        let mut args = Vec::new();
        if !self.cursor.eat("<") {
            return Ok(args);
        }
        while !self.cursor.eat(">") {
            args.push(self.generic_arg(depth)?);
            if !self.cursor.eat(",") && !self.cursor.looks_at(">") {
                return Err(self
                    .cursor
                    .expected("`,` or `>`", "a comma stands between two in angle brackets"));
            }
        }
        Ok(args)
    }

    fn generic_arg(&mut self, depth: usize) -> Parsed<GenericArg> {
        if let Some(lifetime) = self.lifetime() {
            return Ok(GenericArg::Lifetime(lifetime));
        }
        if self.cursor.looks_at("-")
            || self
                .cursor
                .peek()
                .is_some_and(|token| token.kind == TokenKind::Number)
        {
            return self.int().map(|int| GenericArg::Const(int.text));
        }
        if self.cursor.looks_ahead(1, "=") {
            let name = self.new_name("a type's name")?;
            self.cursor.eat("=");
            return Ok(GenericArg::Assoc(name, self.ty_within(depth + 1)?));
        }
        Ok(GenericArg::Type(self.ty_within(depth + 1)?))
    }
}
