//! How pieces of the model are printed. Owns: the one way in which a type, a path or a bound is written, for the
//! formatter and the emitters alike. Knows nothing of lines, files or widths.

use crate::model::{Bound, Constant, Expr, Failure, GenericArg, GenericParam, Name, Path, Type};
use core::fmt;

/// Takes printed text piece by piece: a `String`, or an emitter's output that remembers where a word came from.
pub trait Sink {
    /// Text that stands in no source.
    fn raw(&mut self, text: &str);

    /// A word of the line.
    fn name(&mut self, name: &Name);
}

impl Sink for String {
    fn raw(&mut self, text: &str) {
        self.push_str(text);
    }

    fn name(&mut self, name: &Name) {
        self.push_str(&name.text);
    }
}

/// Something that a [`Sink`] can take.
pub trait Print {
    /// Prints it as rustfmt would.
    fn print(&self, sink: &mut dyn Sink);

    /// Its text.
    fn to_text(&self) -> String {
        let mut text = String::new();
        self.print(&mut text);
        text
    }
}

/// Prints `items` with `between` between them.
pub fn print_list<T>(
    sink: &mut dyn Sink,
    items: &[T],
    between: &str,
    one: impl Fn(&mut dyn Sink, &T),
) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            sink.raw(between);
        }
        one(sink, item);
    }
}

fn print_all<T: Print>(sink: &mut dyn Sink, items: &[T], between: &str) {
    print_list(sink, items, between, |sink, item| item.print(sink));
}

impl Print for Name {
    fn print(&self, sink: &mut dyn Sink) {
        sink.name(self);
    }
}

impl Print for Type {
    fn print(&self, sink: &mut dyn Sink) {
        match self {
            Type::Path(path) => path.print(sink),
            Type::Ref {
                lifetime,
                mutable,
                target,
                ..
            } => {
                sink.raw("&");
                if let Some(lifetime) = lifetime {
                    sink.name(lifetime);
                    sink.raw(" ");
                }
                sink.raw(if *mutable { "mut " } else { "" });
                target.print(sink);
            }
            Type::Ptr {
                mutable, target, ..
            } => {
                sink.raw(if *mutable { "*mut " } else { "*const " });
                target.print(sink);
            }
            Type::Slice { element, .. } => {
                sink.raw("[");
                element.print(sink);
                sink.raw("]");
            }
            Type::Array { element, len, .. } => {
                sink.raw("[");
                element.print(sink);
                sink.raw("; ");
                print_words(sink, len);
                sink.raw("]");
            }
            Type::Tuple { members, .. } => {
                sink.raw("(");
                print_all(sink, members, ", ");
                sink.raw(if members.len() == 1 { ",)" } else { ")" });
            }
            Type::Never { .. } => sink.raw("!"),
            Type::Impl { bounds, .. } => {
                sink.raw("impl ");
                print_all(sink, bounds, " + ");
            }
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl Print for Path {
    fn print(&self, sink: &mut dyn Sink) {
        sink.raw(if self.global { "::" } else { "" });
        print_list(sink, &self.segments, "::", |sink, segment| {
            sink.name(&segment.name);
            if !segment.args.is_empty() {
                sink.raw("<");
                print_all(sink, &segment.args, ", ");
                sink.raw(">");
            }
        });
    }
}

impl Print for GenericArg {
    fn print(&self, sink: &mut dyn Sink) {
        match self {
            GenericArg::Lifetime(name) | GenericArg::Const(name) => sink.name(name),
            GenericArg::Type(ty) => ty.print(sink),
            GenericArg::Assoc(name, ty) => {
                sink.name(name);
                sink.raw(" = ");
                ty.print(sink);
            }
        }
    }
}

impl Print for Bound {
    fn print(&self, sink: &mut dyn Sink) {
        match self {
            Bound::Trait { maybe, path } => {
                sink.raw(if *maybe { "?" } else { "" });
                path.print(sink);
            }
            Bound::Lifetime(name) => sink.name(name),
        }
    }
}

impl Print for GenericParam {
    fn print(&self, sink: &mut dyn Sink) {
        match self {
            GenericParam::Lifetime { name, bounds } => {
                sink.name(name);
                sink.raw(if bounds.is_empty() { "" } else { ": " });
                print_all(sink, bounds, " + ");
            }
            GenericParam::Type { name, bounds } => {
                sink.name(name);
                sink.raw(if bounds.is_empty() { "" } else { ": " });
                print_all(sink, bounds, " + ");
            }
            GenericParam::Const { name, ty } => {
                sink.raw("const ");
                sink.name(name);
                sink.raw(": ");
                ty.print(sink);
            }
        }
    }
}

impl Print for Constant {
    fn print(&self, sink: &mut dyn Sink) {
        match self {
            Constant::Path(path) => path.print(sink),
            Constant::Cast(path, ty) => {
                path.print(sink);
                sink.raw(" as ");
                ty.print(sink);
            }
            Constant::Int(int) => sink.name(&int.text),
        }
    }
}

/// How tightly Rust's operators bind: of the Rust Reference, "Expression precedence".
pub(crate) fn precedence(operator: &str) -> Option<u8> {
    Some(match operator {
        "||" => 1,
        "&&" => 2,
        "==" | "!=" | "<" | "<=" | ">" | ">=" => COMPARISON,
        "|" => 4,
        "^" => 5,
        "&" => 6,
        "<<" | ">>" => 7,
        "+" | "-" => 8,
        "*" | "/" | "%" => 9,
        _ => return None,
    })
}

const COMPARISON: u8 = 3;
const CAST: u8 = 10;
const UNARY: u8 = 11;
const POSTFIX: u8 = 12;

impl Expr {
    fn precedence(&self) -> u8 {
        match self {
            Expr::Binary(_, operator, _) => precedence(&operator.text).unwrap_or(0),
            Expr::Cast(..) => CAST,
            Expr::Unary(..) => UNARY,
            _ => POSTFIX,
        }
    }

    /// Prints it in parentheses where it binds less tightly than `least`.
    fn print_within(&self, sink: &mut dyn Sink, least: u8) {
        let parentheses = self.precedence() < least;
        sink.raw(if parentheses { "(" } else { "" });
        self.print(sink);
        sink.raw(if parentheses { ")" } else { "" });
    }

    /// Whether its last word is the type of a cast: a `<` behind it would be read as that type's.
    fn ends_in_cast(&self) -> bool {
        match self {
            Expr::Cast(..) => true,
            Expr::Binary(_, _, right) | Expr::Unary(_, right) => right.ends_in_cast(),
            _ => false,
        }
    }
}

impl Print for Failure {
    fn print(&self, sink: &mut dyn Sink) {
        if let Some(when) = &self.when {
            when.print(sink);
        }
        if let Some(error) = &self.error {
            sink.raw(" => ");
            error.print(sink);
        }
    }
}

impl Print for Expr {
    fn print(&self, sink: &mut dyn Sink) {
        match self {
            Expr::Literal(name) => sink.name(name),
            Expr::Path(path) => path.print(sink),
            Expr::Unary(operator, operand) => {
                sink.name(operator);
                operand.print_within(sink, UNARY);
            }
            Expr::Binary(left, operator, right) => {
                let own = self.precedence();
                let least = match operator.text.as_str() {
                    "<" | "<<" if left.ends_in_cast() => POSTFIX,
                    _ => own + u8::from(own == COMPARISON),
                };
                left.print_within(sink, least);
                sink.raw(" ");
                sink.name(operator);
                sink.raw(" ");
                right.print_within(sink, own + 1);
            }
            Expr::Cast(operand, path) => {
                operand.print_within(sink, CAST);
                sink.raw(" as ");
                path.print(sink);
            }
            Expr::Call(path, arguments) => {
                path.print(sink);
                sink.raw("(");
                print_all(sink, arguments, ", ");
                sink.raw(")");
            }
            Expr::Method(on, name, arguments) => {
                on.print_within(sink, POSTFIX);
                sink.raw(".");
                sink.name(name);
                sink.raw("(");
                print_all(sink, arguments, ", ");
                sink.raw(")");
            }
            Expr::Field(on, name) => {
                on.print_within(sink, POSTFIX);
                sink.raw(".");
                sink.name(name);
            }
        }
    }
}

/// Prints the words of an expression: a blank around what joins two values, none elsewhere.
pub(crate) fn print_words(sink: &mut dyn Sink, words: &[Name]) {
    let mut angles = 0; // open ones of generic arguments, which are no comparisons
    let mut value_before = false; // whether an operator here would have a value on its left
    let mut blank_after = false;
    for (index, word) in words.iter().enumerate() {
        let text = word.text.as_str();
        let before = index
            .checked_sub(1)
            .map(|before| words[before].text.as_str());
        let opens = text == "<" && before == Some("::");
        let closes = text == ">" && angles > 0;
        let operator = is_joint(text) && !opens && !closes;
        let binary = operator && value_before;
        let words_meet = before.is_some_and(is_word) && is_word(text);
        sink.raw(if blank_after || binary || words_meet {
            " "
        } else {
            ""
        });
        sink.name(word);
        angles += i32::from(opens) - i32::from(closes);
        blank_after = binary || text == ",";
        value_before = closes || (is_word(text) || matches!(text, ")" | "]" | "?"));
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c == '"' || c == '\'' || c.is_alphanumeric())
}

fn is_joint(text: &str) -> bool {
    matches!(
        text,
        "=" | "=="
            | "!="
            | "<"
            | "<="
            | ">"
            | ">="
            | "&&"
            | "||"
            | "&"
            | "|"
            | "^"
            | "+"
            | "-"
            | "*"
            | "/"
            | "%"
            | "<<"
            | ">>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sources, Span};

    #[test]
    fn blanks_in_an_expression() {
        let id = Sources::new().add("t", String::new());
        for (words, expected) in [
            ("failretval == - 1", "failretval == -1"),
            ("failretval & 0xff == 0", "failretval & 0xff == 0"),
            ("- 1 == failretval", "-1 == failretval"),
            (
                "( failretval < 0 ) || e1 != ! 0",
                "(failretval < 0) || e1 != !0",
            ),
            ("target_os = \"linux\"", "target_os = \"linux\""),
            ("all ( a , not ( b ) )", "all(a, not(b))"),
            ("size_of :: < u64 > ( ) + N", "size_of::<u64>() + N"),
            ("2 * - 1 - - x", "2 * -1 - -x"),
        ] {
            let words: Vec<_> = words
                .split(' ')
                .map(|word| Name::new(word, Span::new(id, 0, 0)))
                .collect();
            let mut text = String::new();
            print_words(&mut text, &words);
            assert_eq!(text, expected);
        }
    }
}
