//! The Go dialect: `sys Openat(dirfd int, path string, flags int, mode uint32) (fd int, err error)`.
//! Owns its grammar, which is that of Go's two generators, `mksyscall.go` and `mkwinsyscall.go`; how it is printed;
//! and what its types are in Rust, register for register. Knows none of the checker's rules.
//!
//! ```text
//! line    = ("sys" | "sysnb") NAME "(" params ")" ("(" results ")")? failure? ("=" target)?
//! params  = NAME type ("," NAME type)*
//! results = as params; one of type `error` is the error
//! type    = "*" type | "[" "]" type | "[" LENGTH "]" type | (NAME ".")? NAME
//! ```

use super::Dialect;
use super::cursor::{Cursor, Reported, check_brackets};
use super::failure::failure;
use super::scan::Declaration;
use super::target::{target, words};
use crate::diagnostic::Diagnostic;
use crate::lexer::TokenKind;
use crate::model::*;
use crate::names::{as_name, call_of_const, go_call, snake_case};
use crate::print::print_words;
use crate::source::Span;

/// A Go line as it stands.
pub(crate) struct GoLine {
    pub(crate) span: Span,
    pub(crate) docs: Vec<String>,
    pub(crate) blocking: Blocking,
    pub(crate) name: Name,
    pub(crate) params: Vec<GoParam>,
    pub(crate) results: Option<Vec<GoParam>>,
    pub(crate) failure: Option<Failure>,
    /// What stands between the brackets.
    pub(crate) failure_words: Vec<Name>,
    pub(crate) target: Option<Target>,
}

/// `name type`, a parameter or a result.
pub(crate) struct GoParam {
    pub(crate) name: Name,
    pub(crate) ty: GoType,
}

pub(crate) enum GoType {
    /// `int`, `Timeval`, `syscall.Errno`
    Named { package: Option<Name>, name: Name },
    /// `*T`
    Pointer(Span, Box<GoType>),
    /// `[]T`
    Slice(Span, Box<GoType>),
    /// `[2]T`
    Array(Span, Vec<Name>, Box<GoType>),
}

/// Parses one comment's line.
pub(crate) fn parse(
    declaration: &Declaration<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<GoLine> {
    check_brackets(&declaration.tokens, false, problems).ok()?;
    let cursor = Cursor::new(&declaration.tokens, declaration.keyword, problems);
    Parser { cursor }.line(declaration).ok()
}

const TYPE_HELP: &str = "an argument's type is a name, `*T`, `[]T` or `[N]T`";

struct Parser<'t, 'a, 'd> {
    cursor: Cursor<'t, 'a, 'd>,
}

type Parsed<T> = Result<T, Reported>;

impl Parser<'_, '_, '_> {
    fn line(&mut self, declaration: &Declaration<'_>) -> Parsed<GoLine> {
        if ["pub", "unsafe", "fn"]
            .iter()
            .any(|word| self.cursor.looks_at_word(word))
        {
            let help = "this looks like the Rust dialect: say `--dialect rust`";
            return Err(self.cursor.expected("the function's name", help));
        }
        let Some(name) = self.cursor.eat_name() else {
            let help =
                "a line reads: `sys Name(parameter type) (result type, err error) = SYS_NAME`";
            return Err(self.cursor.expected("the function's name", help));
        };
        if !self.cursor.eat("(") {
            return Err(self.cursor.expected(
                "`(`",
                "the parameters stand in parentheses, also when there are none",
            ));
        }
        let params = self.params("parameter");
        let results = if self.cursor.eat("(") {
            Some(self.params("result"))
        } else {
            None
        };
        let (failure, failure_words) = match failure(&mut self.cursor, Dialect::Go)? {
            Some((failure, tokens)) => (Some(failure), words(tokens)),
            None => (None, Vec::new()),
        };
        let target = if self.cursor.eat("=") {
            Some(target(&mut self.cursor)?)
        } else {
            None
        };
        if !self.cursor.at_end() {
            return Err(self.cursor.expected(
                "the end of the line",
                "behind the parameters come, in this order: `(result type, err error)`, `[failretval==VALUE]`, `= TARGET`",
            ));
        }
        Ok(GoLine {
            span: declaration.keyword.to(self.cursor.before()),
            docs: declaration.docs.clone(),
            blocking: declaration.blocking,
            name,
            params: params?,
            results: self.one_register(results.transpose()?)?,
            failure,
            failure_words,
            target,
        })
    }

    /// The results, if one register can hold them: a value and an error at most.
    fn one_register(&mut self, results: Option<Vec<GoParam>>) -> Parsed<Option<Vec<GoParam>>> {
        let all = results.iter().flatten();
        let (errors, values): (Vec<_>, Vec<_>) =
            all.partition(|result| result.ty.is_named("error"));
        let problem = if let Some(second) = errors.get(1) {
            let message = format!("{} errors, and one register comes back", errors.len());
            Diagnostic::new("results", second.span(), message).help("write `(err error)`")
        } else if let Some(second) = values.get(1) {
            let texts: Vec<String> = values.iter().map(|value| value.text()).collect();
            if errors.is_empty() {
                let message = format!(
                    "{} results and no error: one register comes back",
                    values.len()
                );
                Diagnostic::new("results", second.span(), message)
                    .help("write `(n int, err error)`, or `(err error)` where no value comes back")
            } else {
                let message = format!(
                    "`({})` is {} results, and one register comes back",
                    texts.join(", "),
                    values.len()
                );
                Diagnostic::new("results", second.span(), message)
                    .help("a result that the kernel writes to memory is a pointer parameter: `name *Type`")
            }
        } else {
            return Ok(results);
        };
        Err(self.cursor.report(problem.label("one too many")))
    }

    /// Parameters or results, up to and with the closing parenthesis. Every bad one is reported.
    fn params(&mut self, what: &str) -> Parsed<Vec<GoParam>> {
        let mut params = Vec::new();
        let mut untyped: Vec<Name> = Vec::new();
        let mut bad = false;
        while !self.cursor.eat(")") {
            match self.param(what) {
                Ok(Ok(param)) if !untyped.is_empty() => {
                    self.shorthand(&untyped, &param);
                    untyped.clear();
                    bad = true;
                }
                Ok(Ok(param)) => params.push(param),
                Ok(Err(name)) => untyped.push(name),
                Err(Reported) => {
                    bad = true;
                    self.cursor.skip_to(&[",", ")"]);
                }
            }
            if !self.cursor.eat(",") && !self.cursor.looks_at(")") {
                self.cursor.expected(
                    "`,` or `)`",
                    "a comma stands between two: `name type, name type`",
                );
                bad = true;
                self.cursor.skip_to(&[",", ")"]);
                self.cursor.eat(",");
            }
            if self.cursor.at_end() {
                return Err(Reported);
            }
        }
        for name in &untyped {
            bad = true;
            let unnamed = is_builtin(&name.text);
            let message = if unnamed {
                format!("{what} of type `{}` has no name", name.text)
            } else {
                format!("{what} `{}` has no type", name.text)
            };
            let help = if name.text == "error" {
                "write `(err error)`".to_string()
            } else if unnamed {
                format!("write `name {}`", name.text)
            } else {
                format!("write `{} type`, such as `{} int`", name.text, name.text)
            };
            let problem = Diagnostic::new("parameter-type", name.span, message)
                .label(if unnamed {
                    format!("a {what} without a name")
                } else {
                    format!("a {what} without a type")
                })
                .help(help);
            self.cursor.report(problem);
        }
        if bad { Err(Reported) } else { Ok(params) }
    }

    /// `name type`, or a lone name.
    fn param(&mut self, what: &str) -> Parsed<Result<GoParam, Name>> {
        let Some(name) = self.cursor.eat_name() else {
            return Err(self
                .cursor
                .expected(&format!("a {what}"), &format!("a {what} reads `name type`")));
        };
        if self.cursor.looks_at(",") || self.cursor.looks_at(")") {
            return Ok(Err(name));
        }
        let ty = self.ty(0)?;
        self.fits_a_register(&ty, what)?;
        Ok(Ok(GoParam { name, ty }))
    }

    /// Whether registers can hold the type, by itself: not an array, not a fraction, not a parameter that is an error.
    fn fits_a_register(&mut self, ty: &GoType, what: &str) -> Parsed<()> {
        let (message, help) = match ty {
            GoType::Array(..) => (
                format!("`{}` does not fit into a register", ty.text()),
                format!("write `*{}`", ty.text()),
            ),
            GoType::Named {
                package: None,
                name,
            } if matches!(
                name.text.as_str(),
                "float32" | "float64" | "complex64" | "complex128"
            ) || (name.text == "error" && what == "parameter") =>
            {
                (
                    format!("`{}` is no type that registers can hold", name.text),
                    TYPE_HELP.to_string(),
                )
            }
            _ => return Ok(()),
        };
        let problem = Diagnostic::new("type", ty.span(), message)
            .label(format!("not a {what} of a system call"));
        Err(self.cursor.report(problem.help(help)))
    }

    /// Go's `(x, y int)`.
    fn shorthand(&mut self, untyped: &[Name], typed: &GoParam) {
        let ty = typed.ty.text();
        let names: Vec<&str> = untyped
            .iter()
            .chain([&typed.name])
            .map(|name| name.text.as_str())
            .collect();
        let written: Vec<String> = names.iter().map(|name| format!("{name} {ty}")).collect();
        let message = format!(
            "{} share one type",
            names
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(" and ")
        );
        let problem = Diagnostic::new("go-shorthand", untyped[0].span.to(typed.ty.span()), message)
            .label("a line names each type")
            .help(format!("write `{}`", written.join(", ")));
        self.cursor.report(problem);
    }

    fn ty(&mut self, depth: usize) -> Parsed<GoType> {
        let start = self.cursor.here();
        if depth > 16 {
            return Err(self.cursor.expected("a type less deep", TYPE_HELP));
        }
        if self.cursor.eat("*") {
            let target = Box::new(self.ty(depth + 1)?);
            return Ok(GoType::Pointer(start.to(self.cursor.before()), target));
        }
        if self.cursor.eat("[") {
            let len = words(self.cursor.take_to_close("]"));
            let element = Box::new(self.ty(depth + 1)?);
            let span = start.to(self.cursor.before());
            return Ok(if len.is_empty() {
                GoType::Slice(span, element)
            } else {
                GoType::Array(span, len, element)
            });
        }
        let no_type = ["map", "chan", "func", "interface", "struct"]
            .iter()
            .find(|word| self.cursor.looks_at_word(word));
        if let Some(word) = no_type {
            let problem = Diagnostic::new(
                "type",
                start,
                format!("`{word}` is no type that registers can hold"),
            )
            .label("not an argument of a system call")
            .help(TYPE_HELP);
            return Err(self.cursor.report(problem));
        }
        let Some(first) = self.cursor.eat_name() else {
            return Err(self.cursor.expected("a type", TYPE_HELP));
        };
        if !self.cursor.eat(".") {
            return Ok(GoType::Named {
                package: None,
                name: first,
            });
        }
        match self.cursor.eat_kind(TokenKind::Ident) {
            Some(name) => Ok(GoType::Named {
                package: Some(first),
                name: Name::new(name.text, name.span),
            }),
            None => Err(self
                .cursor
                .expected(&format!("a type of `{}`", first.text), TYPE_HELP)),
        }
    }
}

impl GoLine {
    /// The call, as the kernel names it.
    pub(crate) fn call(&self) -> String {
        match &self.target {
            Some(Target::Sys(name)) => {
                call_of_const(&name.text).unwrap_or_else(|| name.text.to_ascii_lowercase())
            }
            _ => go_call(&self.name.text),
        }
    }

    /// Whether Go lets other packages see it.
    pub(crate) fn exported(&self) -> bool {
        self.name.text.starts_with(char::is_uppercase)
    }

    /// The error among the results.
    pub(crate) fn error(&self) -> Option<&GoParam> {
        self.results
            .iter()
            .flatten()
            .find(|result| result.ty.is_named("error"))
    }

    /// The name of an error that the procedure itself returns: to `mkwinsyscall`, any other than `err`.
    pub(crate) fn returned_error(&self) -> Option<&Name> {
        let error = self.error().filter(|error| error.name.text != "err");
        error.map(|error| &error.name)
    }

    /// The results that are no error.
    pub(crate) fn values(&self) -> impl Iterator<Item = &GoParam> {
        self.results
            .iter()
            .flatten()
            .filter(|result| !result.ty.is_named("error"))
    }

    /// The line with Go's types in Rust's, register for register: the model of a line that promises nothing.
    pub(crate) fn lower(self) -> Line {
        let reads = sysline_table::find(&self.call()).is_some_and(|call| call.reads_buffers());
        let values: Vec<Type> = self.values().map(|value| value.ty.lower(reads)).collect();
        let span = self
            .results
            .iter()
            .flatten()
            .last()
            .map_or(self.name.span, |result| result.ty.span());
        let value = match <[Type; 1]>::try_from(values) {
            Ok([value]) => Some(value),
            Err(values) if values.is_empty() => None,
            Err(members) => Some(Type::Tuple { span, members }),
        };
        let returned_error = self.returned_error().cloned();
        let ret = match (self.error(), value) {
            (Some(_), value) => Some(Type::applied(
                "Result",
                value.unwrap_or_else(|| Type::unit(span)),
                span,
            )),
            (None, value) => value,
        };
        let vis = if self.exported() {
            Visibility::Public
        } else {
            Visibility::Restricted("crate".into())
        };
        let own_call = go_call(&self.name.text);
        let params = self.params.iter().map(|param| Param::Value {
            out: false,
            name: param.rust_name(),
            ty: param.ty.lower(reads),
        });
        Line {
            span: self.span,
            attrs: Vec::new(),
            blocking: self.blocking,
            vis,
            promise: Promise::Nothing,
            name: Name::new(as_name(&snake_case(&self.name.text)), self.name.span),
            generics: Vec::new(),
            params: params.collect(),
            ret,
            own_call,
            own_proc: self.name.text,
            docs: self.docs.iter().map(|doc| doc_text(doc)).collect(),
            failure: self.failure,
            returned_error,
            target: self.target,
        }
    }

    /// The line as `gofmt` and people write it.
    pub(crate) fn format(&self) -> String {
        let list = |params: &[GoParam]| {
            params
                .iter()
                .map(GoParam::text)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let keyword = if self.blocking == Blocking::May {
            "sys"
        } else {
            "sysnb"
        };
        let mut text = format!("//{keyword}\t{}({})", self.name.text, list(&self.params));
        if let Some(results) = self.results.as_ref().filter(|results| !results.is_empty()) {
            text.push_str(&format!(" ({})", list(results)));
        }
        if self.failure.is_some() {
            text.push_str(" [");
            self.failure_words
                .iter()
                .for_each(|word| text.push_str(&word.text));
            text.push(']');
        }
        if let Some(target) = &self.target {
            text.push_str(" = ");
            text.push_str(&crate::format::target_text(target));
        }
        text
    }
}

impl GoParam {
    fn span(&self) -> Span {
        self.name.span.to(self.ty.span())
    }

    /// Its text, as `gofmt` writes it.
    fn text(&self) -> String {
        format!("{} {}", self.name.text, self.ty.text())
    }

    /// The name as Rust has it: small letters, no keyword.
    pub(crate) fn rust_name(&self) -> Name {
        Name::new(as_name(&snake_case(&self.name.text)), self.name.span)
    }
}

impl GoType {
    pub(crate) fn span(&self) -> Span {
        match self {
            GoType::Named { package, name } => package
                .as_ref()
                .map_or(name.span, |package| package.span.to(name.span)),
            GoType::Pointer(span, _) | GoType::Slice(span, _) | GoType::Array(span, ..) => *span,
        }
    }

    /// Whether it is the type `word` of no package.
    pub(crate) fn is_named(&self, word: &str) -> bool {
        matches!(self, GoType::Named { package: None, name } if name.text == word)
    }

    /// Its text, as `gofmt` writes it.
    pub(crate) fn text(&self) -> String {
        match self {
            GoType::Named {
                package: Some(package),
                name,
            } => format!("{}.{}", package.text, name.text),
            GoType::Named {
                package: None,
                name,
            } => name.text.clone(),
            GoType::Pointer(_, target) => format!("*{}", target.text()),
            GoType::Slice(_, element) => format!("[]{}", element.text()),
            GoType::Array(_, len, element) => {
                let mut text = String::from("[");
                print_words(&mut text, len);
                text.push(']');
                text + &element.text()
            }
        }
    }

    /// Rust's type of the same registers. A slice is a reference, shared where the kernel only `reads`; a pointer, which
    /// may be nil, is raw.
    pub(crate) fn lower(&self, reads: bool) -> Type {
        let span = self.span();
        match self {
            GoType::Named {
                package: Some(package),
                name,
            } if package.text == "unsafe" && name.text == "Pointer" => Type::Ptr {
                span,
                mutable: true,
                target: Box::new(Type::named("c_void", span)),
            },
            GoType::Named {
                package: None,
                name,
            } if name.text == "string" => {
                let path = Path::single(Name::new("PathArg", span));
                Type::Impl {
                    span,
                    bounds: vec![Bound::Trait { maybe: false, path }],
                }
            }
            GoType::Named { package, name } => {
                let rust = if package.is_none() {
                    builtin(&name.text)
                } else {
                    None
                };
                Type::named(rust.unwrap_or(&name.text), name.span)
            }
            GoType::Pointer(_, target) => Type::Ptr {
                span,
                mutable: true,
                target: Box::new(target.lower_behind_pointer()),
            },
            GoType::Slice(_, element) => {
                let slice = Type::Slice {
                    span,
                    element: Box::new(element.lower_behind_pointer()),
                };
                Type::Ref {
                    span,
                    lifetime: None,
                    mutable: !reads,
                    target: Box::new(slice),
                }
            }
            GoType::Array(_, len, element) => Type::Array {
                span,
                element: Box::new(element.lower_behind_pointer()),
                len: len.clone(),
            },
        }
    }

    /// What it is in memory, where a slice is no longer two registers.
    fn lower_behind_pointer(&self) -> Type {
        match self {
            GoType::Slice(span, element) => {
                let target = Box::new(element.lower_behind_pointer());
                Type::Ptr {
                    span: *span,
                    mutable: true,
                    target,
                }
            }
            GoType::Named {
                package: None,
                name,
            } if name.text == "string" => Type::Ptr {
                span: name.span,
                mutable: false,
                target: Box::new(Type::named("u8", name.span)),
            },
            other => other.lower(false),
        }
    }
}

/// Rust's name for one of Go's own number types. `int` is as wide as a register.
pub(crate) fn builtin(go: &str) -> Option<&'static str> {
    Some(match go {
        "int" => "isize",
        "uint" | "uintptr" => "usize",
        "int8" => "i8",
        "int16" => "i16",
        "int32" | "rune" => "i32",
        "int64" => "i64",
        "uint8" | "byte" => "u8",
        "uint16" => "u16",
        "uint32" => "u32",
        "uint64" => "u64",
        "bool" => "bool",
        _ => return None,
    })
}

/// A comment of Go as a doc of Rust, where brackets and an indentation would mean something.
fn doc_text(comment: &str) -> String {
    comment.trim_start().replace('[', "\\[").replace('<', "\\<")
}

fn is_builtin(word: &str) -> bool {
    builtin(word).is_some() || word == "string" || word == "error"
}
