//! A kernel's exported headers as text: their `#define`, `#undef` and `#include` lines in order, and
//! the few forms that a value has. Evaluates no condition, and knows nothing of calls and errnos.
//!
//! An error is one line that begins with `file:line`.

use std::fs;
use std::path::{Path, PathBuf};

/// One header, read.
#[derive(Debug)]
pub(crate) struct Header {
    path: PathBuf,
    pub(crate) lines: Vec<Line>,
}

/// A line that matters.
#[derive(Debug)]
pub(crate) struct Line {
    /// Counted from 1.
    number: usize,
    pub(crate) directive: Directive,
}

/// What such a line says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Directive {
    /// `#define name value`; the value is not looked at yet, and is empty when there is none.
    Define { name: String, value: String },
    /// `#undef name`.
    Undef { name: String },
    /// `#include <path>`.
    Include { path: String },
}

/// A value in one of the forms that numbers of calls and errnos are written in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// `7`, `0x900000`.
    Number(u32),
    /// `__NR_umount2`, `EAGAIN`.
    Name(String),
    /// `(__NR_Linux + 0)`.
    Sum(String, u32),
}

impl Header {
    /// Reads the header at `path`.
    pub(crate) fn read(path: &Path) -> Result<Header, String> {
        let text =
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Header::parse(path, &text)
    }

    /// The header whose text is `text`; `path` is for messages.
    pub(crate) fn parse(path: &Path, text: &str) -> Result<Header, String> {
        let mut header = Header {
            path: path.to_owned(),
            lines: Vec::new(),
        };
        for (index, line) in without_comments(text).lines().enumerate() {
            let number = index + 1;
            if let Some(directive) = directive(line).map_err(|error| header.at(number, &error))? {
                header.lines.push(Line { number, directive });
            }
        }
        Ok(header)
    }

    /// `text` as a value; `line` and `name` are for the message.
    pub(crate) fn value(&self, line: &Line, name: &str, text: &str) -> Result<Value, String> {
        Value::parse(text).ok_or_else(|| {
            let forms = "a number, a name, or `(NAME + number)`";
            self.error(
                line,
                &format!("the value of {name} is `{text}`; expected {forms}"),
            )
        })
    }

    /// `message`, with the place that it is about.
    pub(crate) fn error(&self, line: &Line, message: &str) -> String {
        self.at(line.number, message)
    }

    fn at(&self, number: usize, message: &str) -> String {
        format!("{}:{number}: {message}", self.path.display())
    }

    /// The header's path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Value {
    /// `None` when `text` has none of the forms.
    pub(crate) fn parse(text: &str) -> Option<Value> {
        let text = text.trim();
        let text = match text.strip_prefix('(') {
            Some(rest) => rest.strip_suffix(')')?.trim(),
            None => text,
        };
        if let Some((base, offset)) = text.split_once('+') {
            return Some(Value::Sum(
                name(base.trim())?.to_owned(),
                number(offset.trim())?,
            ));
        }
        match number(text) {
            Some(number) => Some(Value::Number(number)),
            None => Some(Value::Name(name(text)?.to_owned())),
        }
    }

    /// The number, given what `known` says of names. An error is the name that it doesn't know.
    pub(crate) fn evaluate(&self, known: impl Fn(&str) -> Option<u32>) -> Result<u32, String> {
        let look_up = |name: &String| known(name).ok_or_else(|| format!("{name} is not defined"));
        match self {
            Value::Number(number) => Ok(*number),
            Value::Name(name) => look_up(name),
            Value::Sum(base, offset) => look_up(base)?
                .checked_add(*offset)
                .ok_or_else(|| format!("{base} + {offset} is too large")),
        }
    }
}

/// Every comment becomes a space, and as many line ends as it held: lines keep their numbers.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        code.push_str(before);
        code.push(' ');
        code.extend(comment.matches('\n'));
        rest = after;
    }
    code.push_str(rest);
    code
}

/// What a line without comments says, if it matters.
fn directive(line: &str) -> Result<Option<Directive>, String> {
    let Some(line) = line.trim().strip_prefix('#') else {
        return Ok(None);
    };
    let (keyword, rest) = split_word(line.trim_start());
    match keyword {
        "define" => {
            // A macro with parameters (`KERNEL_VERSION(a,b,c)`) has its bracket right after its name.
            let (name, value) = split_word(rest);
            if name.contains('(') {
                return Ok(None);
            }
            let name = self::name(name).ok_or("`#define` without a name")?;
            Ok(Some(Directive::Define {
                name: name.to_owned(),
                value: value.to_owned(),
            }))
        }
        "undef" => {
            let name = name(rest).ok_or("`#undef` without a name")?;
            Ok(Some(Directive::Undef {
                name: name.to_owned(),
            }))
        }
        "include" => {
            let path = rest
                .strip_prefix('<')
                .and_then(|rest| rest.strip_suffix('>'));
            let path = path.ok_or("`#include` without a `<path>`")?;
            Ok(Some(Directive::Include {
                path: path.to_owned(),
            }))
        }
        _ => Ok(None),
    }
}

/// The first word, and what follows it without white space around.
fn split_word(text: &str) -> (&str, &str) {
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim()),
        None => (text, ""),
    }
}

/// `text` if it is an identifier.
fn name(text: &str) -> Option<&str> {
    let is_word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let starts_well = text.starts_with(|c: char| !c.is_ascii_digit());
    (is_word && starts_well).then_some(text)
}

/// A decimal or hexadecimal number. (An octal one would be misread, and is refused.)
fn number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None if text.len() > 1 && text.starts_with('0') => None,
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Header {
        Header::parse(Path::new("a/unistd.h"), text).unwrap()
    }

    #[test]
    fn every_form_of_a_value() {
        let name = |name: &str| name.to_owned();
        assert_eq!(Value::parse("0"), Some(Value::Number(0)));
        assert_eq!(Value::parse("471"), Some(Value::Number(471)));
        assert_eq!(Value::parse("0x40000000"), Some(Value::Number(0x4000_0000)));
        assert_eq!(Value::parse("(7)"), Some(Value::Number(7)));
        assert_eq!(
            Value::parse("__NR_umount2"),
            Some(Value::Name(name("__NR_umount2")))
        );
        assert_eq!(
            Value::parse("(__NR_Linux + 3)"),
            Some(Value::Sum(name("__NR_Linux"), 3))
        );
        assert_eq!(
            Value::parse("(BASE+0x0f0000)"),
            Some(Value::Sum(name("BASE"), 0xf_0000))
        );
        for bad in [
            "",
            "(7",
            "010",
            "1 2",
            "-1",
            "(A - 1)",
            "(A + B)",
            "f(1)",
            "0x",
            "4294967296",
        ] {
            assert_eq!(Value::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_value_is_evaluated_over_names() {
        let known = |name: &str| (name == "BASE").then_some(4000);
        assert_eq!(Value::Number(3).evaluate(known), Ok(3));
        assert_eq!(Value::Name("BASE".into()).evaluate(known), Ok(4000));
        assert_eq!(Value::Sum("BASE".into(), 5).evaluate(known), Ok(4005));
        let missing = Value::Name("OTHER".into()).evaluate(known);
        assert_eq!(missing, Err("OTHER is not defined".into()));
        assert!(Value::Sum("BASE".into(), u32::MAX).evaluate(known).is_err());
    }

    #[test]
    fn lines_that_matter_in_order() {
        let header = parse(
            "/* a comment\n * over lines #define A 1 */\n#ifndef GUARD\n#define GUARD\n\n\
             # define\tB 2\t/* two */\n#undef B\n#  include <asm/unistd_32.h>\n\
             #define F(a,b) (a)\n#endif\n",
        );
        let expected = [
            (
                4,
                Directive::Define {
                    name: "GUARD".into(),
                    value: String::new(),
                },
            ),
            (
                6,
                Directive::Define {
                    name: "B".into(),
                    value: "2".into(),
                },
            ),
            (7, Directive::Undef { name: "B".into() }),
            (
                8,
                Directive::Include {
                    path: "asm/unistd_32.h".into(),
                },
            ),
        ];
        assert_eq!(header.lines.len(), expected.len());
        for (line, (number, directive)) in header.lines.iter().zip(&expected) {
            assert_eq!((line.number, &line.directive), (*number, directive));
        }
    }

    #[test]
    fn a_broken_line_is_named_by_file_and_line() {
        let path = Path::new("a/unistd.h");
        let error = Header::parse(path, "\n#define\n").unwrap_err();
        assert_eq!(error, "a/unistd.h:2: `#define` without a name");
        let error = Header::parse(path, "#include asm/x.h\n").unwrap_err();
        assert_eq!(error, "a/unistd.h:1: `#include` without a `<path>`");
    }

    #[test]
    fn a_broken_value_is_named_by_file_and_line() {
        let header = parse("\n\n#define __NR_read (__NR_Linux + x)\n");
        let error = header
            .value(&header.lines[0], "__NR_read", "(__NR_Linux + x)")
            .unwrap_err();
        assert_eq!(
            error,
            "a/unistd.h:3: the value of __NR_read is `(__NR_Linux + x)`; \
             expected a number, a name, or `(NAME + number)`"
        );
    }
}
