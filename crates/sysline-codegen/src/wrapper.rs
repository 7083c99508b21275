//! A wrapper as a function. Owns: its docs, its attributes, its signature, and how an expression is laid out where
//! one row is too short: as rustfmt does it, so that a generated file needs no formatting. What a body does is in the
//! file of its system.

use crate::generate::Binding;
use crate::output::Output;
use crate::outs::enumerate;
use crate::{linux, windows};
use sysline_syntax::checked::{Arg, Call, Encoding, Ret, Safety, Wrapper};
use sysline_syntax::model::{Name, Type, Visibility};
use sysline_syntax::{Print, Sink, print_list};

/// How many columns a row may have: rustfmt's `max_width`.
pub(crate) const WIDTH: usize = 100;

/// How many columns the arguments of one call may have on one row: rustfmt's `fn_call_width`.
pub(crate) const ARGUMENTS_WIDTH: usize = 60;

/// How many columns an argument has at most that shares its row with others: rustfmt's `short_array_element_width_threshold`.
const SHORT_WIDTH: usize = 10;

/// The wrappers as items, for a macro: without a file's first lines, with the origin of each word.
pub fn items(wrappers: &[Wrapper]) -> Output {
    let mut output = Output::default();
    write_items(&mut output, wrappers, Binding::Import);
    output
}

/// The wrappers, an empty row between two of them.
pub(crate) fn write_items(output: &mut Output, wrappers: &[Wrapper], binding: Binding) {
    for (index, wrapper) in wrappers.iter().enumerate() {
        if index > 0 {
            output.raw("\n");
        }
        write_docs(output, wrapper, binding);
        write_attributes(output, wrapper);
        write_signature(output, wrapper);
        match &wrapper.call {
            Call::Linux {
                name,
                portable,
                number,
            } => linux::write_body(output, wrapper, &linux::target(name, *portable, *number)),
            Call::Windows(procedure) => {
                windows::write_body(output, wrapper, procedure, binding);
            }
        }
        output.line(0, "}");
        if let Call::Windows(procedure) = &wrapper.call {
            if procedure.optional {
                windows::write_available(output, wrapper, procedure);
            }
        }
    }
}

fn write_docs(output: &mut Output, wrapper: &Wrapper, binding: Binding) {
    let (what, manual) = match &wrapper.call {
        Call::Linux {
            name, number: None, ..
        } => (
            format!("The system call `{}`.", name.text),
            format!("`{}(2)`", name.text),
        ),
        Call::Linux {
            name,
            number: Some(number),
            ..
        } => (
            format!("The system call `{}`, number {number}.", name.text),
            format!("system call {number}"),
        ),
        Call::Windows(procedure) => (
            format!(
                "The procedure `{}` of `{}`.",
                procedure.proc.text,
                procedure.file()
            ),
            format!("`{}`", procedure.proc.text),
        ),
    };
    let mut docs: Vec<String> = wrapper
        .docs
        .iter()
        .map(|line| line.trim_end().to_string())
        .collect();
    if docs.iter().all(String::is_empty) {
        docs = vec![what];
    }
    let has = |docs: &[String], heading: &str| docs.iter().any(|line| line.trim() == heading);
    let errors = errors(wrapper, &manual, binding);
    if !errors.is_empty() && !has(&docs, "# Errors") {
        let text = errors.join(" ");
        docs.extend([String::new(), "# Errors".into(), String::new(), text]);
    }
    if let Call::Windows(procedure) = &wrapper.call {
        let panics = windows::panics(wrapper, binding);
        if panics && !has(&docs, "# Panics") {
            let text = format!(
                "Where `{}` is not here or has no `{}`.",
                procedure.file(),
                procedure.proc.text
            );
            docs.extend([String::new(), "# Panics".into(), String::new(), text]);
        }
    }
    if wrapper.safety == Safety::Caller && !has(&docs, "# Safety") {
        let safety =
            format!("The arguments must be what {manual} asks for: nothing here checks them.");
        docs.extend([String::new(), "# Safety".into(), String::new(), safety]);
    }
    for line in docs {
        output.line(
            0,
            &if line.is_empty() {
                "///".to_string()
            } else {
                format!("/// {line}")
            },
        );
    }
}

/// What a wrapper's errors are, a sentence each; none where it has no place for one.
fn errors(wrapper: &Wrapper, manual: &str, binding: Binding) -> Vec<String> {
    let mut errors = Vec::new();
    if !matches!(wrapper.ret, Ret::Result { .. }) {
        return errors;
    }
    let (procedure, nul) = match &wrapper.call {
        Call::Linux { .. } => (None, "EINVAL"),
        Call::Windows(procedure) => (Some(procedure), "ERROR_INVALID_PARAMETER"),
    };
    if procedure.is_none_or(|procedure| procedure.can_fail()) {
        errors.push(format!("Those of {manual}."));
    }
    let texts = || wrapper.args.iter().filter_map(Arg::text);
    let names = enumerate(texts().map(|text| &text.name), "or");
    if !names.is_empty() {
        errors.push(format!(
            "`{nul}`, without a call, where {names} holds a NUL."
        ));
    }
    let Some(procedure) = procedure else {
        return errors;
    };
    let lacks = match texts().next().map(|text| text.encoding) {
        Some(Encoding::Ansi) => "the code page lacks a letter",
        Some(Encoding::Bytes) => "one has an unpaired surrogate",
        Some(Encoding::Wide) | None => "",
    };
    if !lacks.is_empty() {
        errors.push(format!("`ERROR_NO_UNICODE_TRANSLATION` where {lacks}."));
    }
    if procedure.optional {
        errors.push("One that names DLL and procedure where either is absent.".into());
    } else if binding == Binding::FirstUse {
        errors.push(
            "`ERROR_MOD_NOT_FOUND` or `ERROR_PROC_NOT_FOUND` where DLL or procedure is absent."
                .into(),
        );
    }
    errors
}

fn write_attributes(output: &mut Output, wrapper: &Wrapper) {
    for attr in &wrapper.attrs {
        write_attribute(output, &attr.text);
    }
    let alias = match &wrapper.call {
        Call::Linux { name, .. } => &name.text,
        Call::Windows(procedure) => &procedure.proc.text,
    };
    if alias != wrapper.name.plain() {
        output.line(0, &format!("#[doc(alias = \"{alias}\")]"));
    }
    // A system call has six at most; a procedure has what it has.
    if wrapper.params.len() > 7 {
        output.line(0, "#[allow(clippy::too_many_arguments)]");
    }
    if !wrapper
        .attrs
        .iter()
        .any(|attr| attr.text == "inline" || attr.text.starts_with("inline("))
    {
        output.line(0, "#[inline]");
    }
}

/// The most columns of what is in an attribute's outermost brackets, if it is to stay in one row: rustfmt's
/// `attr_fn_like_width`.
const ATTRIBUTE_WIDTH: usize = 70;

/// An attribute: a list that is too long, such as `any` of many architectures in a `cfg`, has a row for each item.
fn write_attribute(output: &mut Output, text: &str) {
    let (mut head, mut list) = (String::from("#["), text);
    let mut depth = 0;
    let mut items = Vec::new();
    while let Some((name, inner)) = as_list(list) {
        head = head + name + "(";
        depth += 1;
        items = split_list(inner);
        if depth == 1 && inner.len() <= ATTRIBUTE_WIDTH {
            items.clear();
        }
        if items.len() != 1 {
            break;
        }
        list = inner;
    }
    if items.len() < 2 {
        output.line(0, &format!("#[{text}]"));
        return;
    }
    output.line(0, &head);
    for (at, item) in items.iter().enumerate() {
        let comma = if at + 1 < items.len() { "," } else { "" };
        output.line(4, &format!("{item}{comma}"));
    }
    output.line(0, &(")".repeat(depth) + "]"));
}

/// What stands before the brackets and in them, of `name(…)`.
fn as_list(text: &str) -> Option<(&str, &str)> {
    let (name, inner) = text.strip_suffix(')')?.split_once('(')?;
    let is_path = |c: char| c.is_alphanumeric() || "_:".contains(c);
    name.chars().all(is_path).then_some((name, inner))
}

/// The items of a list, whose commas are neither in brackets nor in a string.
fn split_list(list: &str) -> Vec<&str> {
    let (mut items, mut start, mut depth) = (Vec::new(), 0, 0);
    let (mut in_string, mut escaped) = (false, false);
    for (at, c) in list.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                items.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(list[start..].trim());
    items.retain(|item| !item.is_empty());
    items
}

fn write_signature(output: &mut Output, wrapper: &Wrapper) {
    let mut head = Output::default();
    write_head(&mut head, wrapper);
    let params: usize = wrapper
        .params
        .iter()
        .map(|(name, ty)| name.text.len() + ty.to_text().len() + ": , ".len())
        .sum();
    let mut ret = String::new();
    write_ret(&mut ret, &wrapper.ret);
    let whole =
        head.text().chars().count() + params.saturating_sub(2) + "() {".len() + ret.chars().count();
    write_head(output, wrapper);
    if whole <= WIDTH || wrapper.params.is_empty() {
        output.raw("(");
        print_list(output, &wrapper.params, ", ", print_param);
        output.raw(")");
    } else {
        output.raw("(\n");
        for param in &wrapper.params {
            output.row(4, |output| {
                print_param(output, param);
                output.raw(",");
            });
        }
        output.raw(")");
    }
    write_ret(output, &wrapper.ret);
    output.raw(" {\n");
}

fn write_head(sink: &mut dyn Sink, wrapper: &Wrapper) {
    match &wrapper.vis {
        Visibility::Private => {}
        Visibility::Public => sink.raw("pub "),
        Visibility::Restricted(to) => sink.raw(&format!("pub({to}) ")),
    }
    sink.raw(if wrapper.safety == Safety::Caller {
        "unsafe fn "
    } else {
        "fn "
    });
    sink.name(&wrapper.name);
    if !wrapper.generics.is_empty() {
        sink.raw("<");
        print_list(sink, &wrapper.generics, ", ", |sink, generic| {
            generic.print(sink)
        });
        sink.raw(">");
    }
}

fn print_param(sink: &mut dyn Sink, (name, ty): &(Name, Type)) {
    sink.name(name);
    sink.raw(": ");
    ty.print(sink);
}

fn write_ret(sink: &mut dyn Sink, ret: &Ret) {
    match ret {
        Ret::Unit => {}
        Ret::Never => sink.raw(" -> !"),
        Ret::Value(ty) | Ret::Result { ty, .. } => {
            sink.raw(" -> ");
            ty.print(sink);
        }
    }
}

/// A call as an expression: what is called, and what it is given.
pub(crate) struct Expression<'w> {
    /// All before the parenthesis.
    pub(crate) function: Name,
    /// Each argument; the last may be a tuple of its own.
    pub(crate) arguments: Vec<Argument<'w>>,
}

/// One argument of an [`Expression`].
pub(crate) enum Argument<'w> {
    Text(String),
    Word(&'w Name),
    /// What stands before a word, the word, what stands behind it.
    Around(&'static str, &'w Name, &'static str),
    Tuple(Vec<Argument<'w>>),
}

impl Print for Argument<'_> {
    fn print(&self, sink: &mut dyn Sink) {
        match self {
            Argument::Text(text) => sink.raw(text),
            Argument::Word(name) => sink.name(name),
            Argument::Around(before, name, behind) => {
                sink.raw(before);
                sink.name(name);
                sink.raw(behind);
            }
            Argument::Tuple(members) => {
                sink.raw("(");
                print_list(sink, members, ", ", |sink, member| member.print(sink));
                sink.raw(if members.len() == 1 { ",)" } else { ")" });
            }
        }
    }
}

impl Expression<'_> {
    /// Whether it fits on one row behind `before` columns and before `behind` more.
    pub(crate) fn fits(&self, before: usize, behind: usize) -> bool {
        let arguments: usize = self
            .arguments
            .iter()
            .map(|argument| argument.to_text().len() + 2)
            .sum();
        let arguments = arguments.saturating_sub(2);
        let tuples_fit = self.arguments.iter().all(|argument| match argument {
            Argument::Tuple(_) => argument.to_text().len() - 2 <= ARGUMENTS_WIDTH,
            _ => true,
        });
        arguments <= ARGUMENTS_WIDTH
            && tuples_fit
            && before + self.function.text.len() + 2 + arguments + behind <= WIDTH
    }

    /// Writes it from the output's column on, over more rows where it does not fit before `behind` more columns.
    pub(crate) fn write(&self, output: &mut Output, indent: usize, behind: usize) {
        let fits = self.fits(output.column(), behind);
        output.name(&self.function);
        // The parenthesis is of the same place: the compiler shows a call from its first word to its last bracket.
        output.name(&Name::new("(", self.function.span));
        if fits {
            print_list(output, &self.arguments, ", ", |sink, argument| {
                argument.print(sink)
            });
        } else {
            output.raw("\n");
            write_rows(output, &self.arguments, indent + 4);
            output.raw(&" ".repeat(indent));
        }
        output.raw(")");
    }
}

/// Writes arguments that one row is too short for: a row each, or where all are short and simple, as many as a row can
/// hold, which is a column less than others have.
fn write_rows(output: &mut Output, arguments: &[Argument<'_>], indent: usize) {
    let short = |argument: &Argument<'_>| {
        let text = argument.to_text();
        text.len() <= SHORT_WIDTH && !text.contains('(')
    };
    if !arguments.iter().all(short) {
        for argument in arguments {
            argument.write_row(output, indent);
        }
        return;
    }
    let mut rest = arguments;
    while !rest.is_empty() {
        let ends = rest.iter().scan(indent, |end, argument| {
            let blank = usize::from(*end > indent);
            *end += blank + argument.to_text().len() + ",".len();
            Some(*end)
        });
        let count = ends.take_while(|end| *end < WIDTH).count().max(1);
        let (row, more) = rest.split_at(count);
        output.row(indent, |output| {
            print_list(output, row, ", ", |sink, argument| argument.print(sink));
            output.raw(",");
        });
        rest = more;
    }
}

impl Argument<'_> {
    /// Writes it as a row of its own, a tuple that is too long as a row a member.
    fn write_row(&self, output: &mut Output, indent: usize) {
        let text = self.to_text();
        match self {
            Argument::Tuple(members)
                if text.len() - 2 > ARGUMENTS_WIDTH || indent + text.len() + 1 > WIDTH =>
            {
                output.line(indent, "(");
                write_rows(output, members, indent + 4);
                output.line(indent, "),");
            }
            _ => output.row(indent, |output| {
                self.print(output);
                output.raw(",");
            }),
        }
    }
}
