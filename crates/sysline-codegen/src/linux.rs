//! What a wrapper does on Linux: it hands its arguments to the trap through `sysline::abi`. Owns: that code.

use crate::output::Output;
use crate::outs::{filled, write_room, write_values};
use crate::wrapper::{Argument, Expression, WIDTH};
use sysline_syntax::checked::{Arg, Gives, Ret, Safety, Width, Wrapper};
use sysline_syntax::model::{Blocking, Constant, Int, Name, Type};
use sysline_syntax::{Print, Sink};

/// Writes all between a wrapper's braces.
pub(crate) fn write_body(output: &mut Output, wrapper: &Wrapper, target: &Name) {
    let texts = wrapper.args.iter().filter_map(Arg::text);
    let texts: Vec<&Name> = texts.map(|text| &text.name).collect();
    let mut indent = 4;
    for text in &texts {
        output.row(indent, |output| {
            output.raw("::sysline::abi::with_c_str(");
            output.name(text);
            output.raw(", |");
            output.name(text);
            output.raw("| {");
        });
        indent += 4;
    }
    write_call(output, wrapper, indent, target);
    for _ in &texts {
        indent -= 4;
        output.line(indent, "})");
    }
}

/// Writes the `unsafe` block with the call, and why it is sound.
fn write_call(output: &mut Output, wrapper: &Wrapper, indent: usize, target: &Name) {
    write_room(output, wrapper, indent);
    let arguments = vec![
        Argument::Word(target),
        Argument::Tuple(wrapper.args.iter().map(argument).collect()),
    ];
    let expression = Expression {
        function: function(wrapper),
        arguments,
    };
    write_safety(output, wrapper, indent);
    if wrapper.outs.is_empty() {
        let before = indent + "unsafe { ".len();
        if expression.fits(before, " }".len()) {
            output.row(indent, |output| {
                output.raw("unsafe { ");
                expression.write(output, indent, 2);
                output.raw(" }");
            });
            return;
        }
        output.line(indent, "unsafe {");
        output.row(indent + 4, |output| expression.write(output, indent + 4, 0));
        output.line(indent, "}");
        return;
    }
    output.line(indent, "unsafe {");
    write_checked(output, wrapper, indent + 4, &expression);
    let register = gives_register(wrapper).then(|| register_name(wrapper));
    write_values(output, wrapper, indent + 4, register);
    output.line(indent, "}");
}

/// Writes the call as a statement that returns an error, and keeps the register's value where it is a result.
fn write_checked(
    output: &mut Output,
    wrapper: &Wrapper,
    indent: usize,
    expression: &Expression<'_>,
) {
    const BEHIND: usize = "?;".len();
    let before = if gives_register(wrapper) {
        format!("let {} =", register_name(wrapper))
    } else {
        String::new()
    };
    let own_row = !before.is_empty()
        && !expression.fits(indent + before.len() + 1, BEHIND)
        && expression.fits(indent + 4, BEHIND);
    output.row(indent, |output| {
        output.raw(&before);
        if own_row {
            output.raw(&format!("\n{}", " ".repeat(indent + 4)));
        } else if !before.is_empty() {
            output.raw(" ");
        }
        expression.write(output, indent, BEHIND);
        output.raw("?;");
    });
}

/// The function of `sysline::abi` that makes the call. Where the kernel fills a value, the register is checked first,
/// so its type is named.
///
/// Its words are those of the result's type, or else of the function's name: that is where the compiler says that the
/// type can't be a result.
fn function(wrapper: &Wrapper) -> Name {
    let function = match (&wrapper.ret, wrapper.blocking) {
        (Ret::Never, _) => "never",
        (_, Blocking::May) => "sys",
        (_, Blocking::Never) => "sysnb",
    };
    let first = match &wrapper.ret {
        Ret::Result {
            ty,
            gives: Gives::Outs,
        } => Some(ty.with_argument(Type::unit(ty.span()))),
        Ret::Result {
            ty,
            gives: Gives::RegisterAndOuts(register),
        } => Some(ty.with_argument(register.clone())),
        _ => None,
    };
    let text = match first {
        Some(ty) => format!("::sysline::abi::{function}::<{ty}, _>"),
        None => format!("::sysline::abi::{function}"),
    };
    match &wrapper.ret {
        Ret::Value(ty) | Ret::Result { ty, .. } => Name::new(text, ty.span()),
        Ret::Unit | Ret::Never => Name::new(text, wrapper.name.span),
    }
}

/// What is called, as an expression, at the place where the line says it: there the compiler says that an architecture
/// lacks the call.
pub(crate) fn target(call: &Name, portable: bool, number: Option<u32>) -> Name {
    let name = &call.text;
    let text = match number {
        Some(number) => format!("::sysline::nr::Sysno::new({number}, \"{name}\")"),
        None if portable => format!("::sysline::portable::{}", name.to_uppercase()),
        None => format!("::sysline::nr::SYS_{}", name.to_uppercase()),
    };
    Name::new(text, call.span)
}

fn argument(arg: &Arg) -> Argument<'_> {
    match arg {
        // Only a procedure's slice is null where it is empty.
        Arg::Value(name) | Arg::SliceOrNull(name) => Argument::Word(name),
        Arg::Text(text) => Argument::Word(&text.name),
        Arg::Lent(name, _) => Argument::Around("::sysline::fd::AsFd::as_fd(&", name, ")"),
        Arg::Out(name) => Argument::Around("&mut ", name, ""),
        Arg::Constant(constant @ (Constant::Path(_) | Constant::Cast(..)), _) => {
            Argument::Text(constant.to_text())
        }
        Arg::Constant(Constant::Int(int), width) => Argument::Text(suffixed(int, *width)),
        Arg::Zero => Argument::Text("0usize".into()),
    }
}

/// A number as a value of a type: without a suffix it would be an `i32`, whatever its value. One of more than 32 bits is
/// one on every architecture.
fn suffixed(int: &Int, width: Width) -> String {
    let suffix = match (int.suffix, int.minus, int.magnitude) {
        (Some(_), ..) => "", // it is there
        (None, true, 0..=0x8000_0000) if width == Width::Register => "isize",
        (None, true, _) => "i64",
        (None, false, 0..=0xffff_ffff) if width == Width::Register => "usize",
        (None, false, _) => "u64",
    };
    format!("{}{suffix}", int.text.text)
}

/// Writes why the call is sound, over two rows where one is too short.
fn write_safety(output: &mut Output, wrapper: &Wrapper, indent: usize) {
    let why = match wrapper.safety {
        Safety::Promised => "the line promises that no arguments can do harm",
        Safety::Harmless => "the call takes plain numbers and can do no harm with any",
        Safety::Caller => "the caller answers for the arguments",
    };
    if wrapper.outs.is_empty() {
        return output.line(indent, &format!("// SAFETY: {why}."));
    }
    let filled = format!("a call that succeeds has filled {}.", filled(wrapper));
    let whole = format!("// SAFETY: {why}; {filled}");
    if indent + whole.len() <= WIDTH {
        return output.line(indent, &whole);
    }
    output.line(indent, &format!("// SAFETY: {why};"));
    output.line(indent, &format!("// {filled}"));
}

fn gives_register(wrapper: &Wrapper) -> bool {
    matches!(
        wrapper.ret,
        Ret::Result {
            gives: Gives::RegisterAndOuts(_),
            ..
        }
    )
}

/// A name for the register's value that no parameter has.
fn register_name(wrapper: &Wrapper) -> &'static str {
    let taken = |word: &str| {
        wrapper
            .params
            .iter()
            .chain(&wrapper.outs)
            .any(|(name, _)| name.plain() == word)
    };
    ["result", "register", "returned", "result_of_the_call"]
        .into_iter()
        .find(|word| !taken(word))
        .unwrap_or("_result")
}
