//! What a wrapper does on Windows: it declares its procedure, calls it, and asks for the last error where the call has
//! failed. Owns: that code.
//!
//! The declaration is in the wrapper's own body, with the line's own types, so that the compiler knows the registers.
//! The loader binds it when the program starts.

mod condition;
mod handed;
mod refuse;
#[cfg(test)]
mod tests;

pub(crate) use refuse::mixture;
pub use refuse::refuse;

use crate::output::Output;
use crate::outs::{filled, write_room, write_values};
use crate::wrapper::{Argument, Expression, WIDTH};
use condition::condition;
use handed::handed;
use sysline_syntax::Sink;
use sysline_syntax::checked::{Arg, Gives, Ret, Safety, Wrapper};
use sysline_syntax::model::{Name, Type};

/// Writes all between the braces of a wrapper that [`refuse()`] leaves.
pub(crate) fn write_body(
    output: &mut Output,
    wrapper: &Wrapper,
    dll: &str,
    proc: &str,
    failure: Option<&[Name]>,
) {
    let (declared, values): (Vec<String>, Vec<Argument<'_>>) = wrapper
        .args
        .iter()
        .filter_map(|arg| handed(wrapper, proc, arg).ok())
        .flatten()
        .unzip();
    write_declaration(output, wrapper, dll, proc, &declared);
    let mut indent = 4;
    let texts = wrapper.args.iter().filter_map(Arg::text);
    for text in texts {
        output.row(indent, |output| {
            output.raw("::sysline::windows::with_wide_str(");
            output.name(text);
            output.raw(", |");
            output.name(text);
            output.raw("| {");
        });
        indent += 4;
    }
    write_room(output, wrapper, indent);
    let call = Expression {
        function: Name::new(proc, wrapper.name.span),
        arguments: values,
    };
    write_call(output, wrapper, indent, &call);
    if let Ret::Result { gives, .. } = &wrapper.ret {
        write_failure(output, wrapper, indent, failure);
        write_success(output, wrapper, indent, gives);
    }
    while indent > 4 {
        indent -= 4;
        output.line(indent, "})");
    }
}

/// Writes the declaration of the procedure.
fn write_declaration(
    output: &mut Output,
    wrapper: &Wrapper,
    dll: &str,
    proc: &str,
    params: &[String],
) {
    let ret = match (&wrapper.ret, returned(wrapper)) {
        (Ret::Unit, _) => String::new(),
        (Ret::Never, _) => " -> !".into(),
        (_, Some(ty)) if !ty.is("bool") => format!(" -> {ty}"),
        _ => " -> i32".into(),
    };
    output.line(
        4,
        &format!("// SAFETY: the line says what `{proc}` of `{dll}.dll` takes and gives."),
    );
    output.line(
        4,
        &format!("#[link(name = \"{dll}\", kind = \"raw-dylib\")]"),
    );
    output.line(4, "unsafe extern \"system\" {");
    let row = format!("fn {proc}({}){ret};", params.join(", "));
    if 8 + row.len() <= WIDTH {
        output.line(8, &row);
    } else {
        output.line(8, &format!("fn {proc}("));
        for param in params {
            output.line(12, &format!("{param},"));
        }
        output.line(8, &format!("){ret};"));
    }
    output.line(4, "}");
}

/// Writes the call: the last expression where it can't fail, else the variable `failretval`.
fn write_call(output: &mut Output, wrapper: &Wrapper, indent: usize, call: &Expression<'_>) {
    let why = match wrapper.safety {
        Safety::Promised => "the line promises that no arguments can do harm",
        Safety::Harmless => "the procedure takes plain numbers and can do no harm with any",
        Safety::Caller => "the caller answers for the arguments",
    };
    output.line(indent, &format!("// SAFETY: {why}."));
    let (variable, behind) = match &wrapper.ret {
        Ret::Result { .. } => ("let failretval = ", "};"),
        Ret::Value(ty) if ty.is("bool") => ("let returned = ", "};"),
        _ => ("", "}"),
    };
    let row = |output: &mut Output, indent: usize, before: &str| {
        output.row(indent, |output| {
            output.raw(before);
            output.raw("unsafe { ");
            call.write(output, indent, behind.len() + 1);
            output.raw(&format!(" {behind}"));
        });
    };
    let fits = |indent: usize, before: &str| {
        let before = indent + before.len() + "unsafe { ".len();
        call.fits(before, behind.len() + 1)
    };
    if fits(indent, variable) {
        row(output, indent, variable);
    } else if !variable.is_empty() && fits(indent + 4, "") {
        output.line(indent, variable);
        row(output, indent + 4, "");
    } else {
        output.line(indent, &format!("{variable}unsafe {{"));
        output.row(indent + 4, |output| call.write(output, indent + 4, 0));
        output.line(indent, behind);
    }
    if matches!(&wrapper.ret, Ret::Value(ty) if ty.is("bool")) {
        output.line(indent, "returned != 0");
    }
}

/// Writes what is done where the call has failed: before all else, so that nothing changes the last error.
fn write_failure(output: &mut Output, wrapper: &Wrapper, indent: usize, failure: Option<&[Name]>) {
    output.row(indent, |output| {
        output.raw("if ");
        match failure.and_then(condition) {
            Some(words) => words.iter().for_each(|(blank, word)| {
                output.raw(if *blank { " " } else { "" });
                output.name(word);
            }),
            None if matches!(returned(wrapper), Some(Type::Ptr { .. })) => {
                output.raw("failretval.is_null()");
            }
            None => output.raw("failretval == 0"),
        }
        output.raw(" {");
    });
    output.line(indent + 4, "return Err(::sysline::windows::last_error());");
    output.line(indent, "}");
}

fn write_success(output: &mut Output, wrapper: &Wrapper, indent: usize, gives: &Gives) {
    let register = match returned(wrapper) {
        Some(ty) if ty.is("bool") => "failretval != 0",
        _ => "failretval",
    };
    if wrapper.outs.is_empty() {
        let value = if returned(wrapper).is_some() {
            register
        } else {
            "()"
        };
        return output.line(indent, &format!("Ok({value})"));
    }
    output.line(
        indent,
        &format!(
            "// SAFETY: a call that succeeds has filled {}.",
            filled(wrapper)
        ),
    );
    let first = matches!(gives, Gives::RegisterAndOuts(_)).then_some(register);
    if wrapper.outs.len() == 1 && first.is_none() {
        let name = &wrapper.outs[0].0.text;
        return output.line(indent, &format!("unsafe {{ Ok({name}.assume_init()) }}"));
    }
    output.line(indent, "unsafe {");
    write_values(output, wrapper, indent + 4, first);
    output.line(indent, "}");
}

/// The line's type of what the procedure returns; none where it is a BOOL or nothing.
fn returned(wrapper: &Wrapper) -> Option<&Type> {
    match &wrapper.ret {
        Ret::Unit | Ret::Never => None,
        Ret::Value(ty) => Some(ty),
        Ret::Result { ty, gives } => match gives {
            Gives::Register => ty.argument_of("Result").filter(|ty| !ty.is_unit()),
            Gives::RegisterAndOuts(ty) => Some(ty),
            Gives::Outs => None,
        },
    }
}
