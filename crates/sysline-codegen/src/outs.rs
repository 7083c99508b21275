//! What a call fills, on either system: room for it before the call, and the values after it. Owns: that code.

use crate::output::Output;
use crate::wrapper::{ARGUMENTS_WIDTH, WIDTH};
use sysline_syntax::checked::{Call, Wrapper};
use sysline_syntax::model::{Name, Type};
use sysline_syntax::{Print, Sink};

/// Writes a row, or two, that make room for each value.
pub(crate) fn write_room(output: &mut Output, wrapper: &Wrapper, indent: usize) {
    for (name, ty) in &wrapper.outs {
        let before = format!("let mut {} =", name.text);
        let is_bool = is_bool(wrapper, ty);
        let shown = if is_bool { "i32".into() } else { ty.to_text() };
        let room = format!("::core::mem::MaybeUninit::<{shown}>::uninit();");
        let fits = indent + before.len() + 1 + room.len() <= WIDTH;
        output.row(indent, |output| {
            output.raw("let mut ");
            output.name(name);
            output.raw(" =");
            if fits {
                output.raw(" ");
            } else {
                output.raw(&format!("\n{}", " ".repeat(indent + 4)));
            }
            output.raw("::core::mem::MaybeUninit::<");
            if is_bool {
                output.raw("i32");
            } else {
                ty.print(output);
            }
            output.raw(">::uninit();");
        });
    }
}

/// Writes `Ok` of the values, behind `first` where there is one: the last expression of an `unsafe` block.
pub(crate) fn write_values(
    output: &mut Output,
    wrapper: &Wrapper,
    indent: usize,
    first: Option<&str>,
) {
    let mut values: Vec<String> = first.map(str::to_string).into_iter().collect();
    values.extend(
        wrapper
            .outs
            .iter()
            .map(|(name, ty)| value(wrapper, name, ty)),
    );
    let inner = values.join(", ");
    match &values[..] {
        [one] => output.line(indent, &format!("Ok({one})")),
        _ if inner.len() + "()".len() <= ARGUMENTS_WIDTH => {
            output.line(indent, &format!("Ok(({inner}))"))
        }
        _ => {
            output.line(indent, "Ok((");
            values
                .iter()
                .for_each(|value| output.line(indent + 4, &format!("{value},")));
            output.line(indent, "))");
        }
    }
}

/// The value that was filled, as an expression.
pub(crate) fn value(wrapper: &Wrapper, name: &Name, ty: &Type) -> String {
    let test = if is_bool(wrapper, ty) { " != 0" } else { "" };
    format!("{}.assume_init(){test}", name.text)
}

/// Whether a `bool` is filled as Windows' BOOL, four bytes.
fn is_bool(wrapper: &Wrapper, ty: &Type) -> bool {
    matches!(wrapper.call, Call::Windows(_)) && ty.is("bool")
}

/// The values' names, for a sentence: `` `real`, `effective` and `saved` ``.
pub(crate) fn filled(wrapper: &Wrapper) -> String {
    enumerate(wrapper.outs.iter().map(|(name, _)| name), "and")
}

/// Names as a sentence has them.
pub(crate) fn enumerate<'n>(names: impl Iterator<Item = &'n Name>, word: &str) -> String {
    let names: Vec<String> = names.map(|name| format!("`{}`", name.plain())).collect();
    match &names[..] {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} {word} {last}", all.join(", ")),
    }
}
