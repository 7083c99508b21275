//! What a wrapper does on Windows: it binds its procedure, calls it, and asks for the error where the call has failed.
//! Owns: that code. How a procedure is bound is `binding.rs`, what it is given `handed.rs`.
//!
//! The declaration is in the wrapper's own body, with the line's own types, so that the compiler knows the registers: a
//! result of 32 bits is never read as more, and an argument of 64 takes two registers where it must.

mod binding;
mod handed;
#[cfg(test)]
mod tests;

pub(crate) use binding::write_available;

use crate::generate::Binding;
use crate::output::Output;
use crate::outs::{filled, write_room, write_values};
use crate::wrapper::{Argument, Expression};
use binding::write_binding;
use handed::{handed, read_back, reborrowed};
use sysline_syntax::checked::{
    Call, Cause, Encoding, Failed, Gives, Procedure, Ret, Safety, Text, Value, Wrapper,
};
use sysline_syntax::model::{Expr, Type};
use sysline_syntax::{Diagnostic, Print, Sink};

/// Why these wrappers can't stand in one file: some are for Linux and some for Windows.
pub(crate) fn mixture(wrappers: &[Wrapper]) -> Option<Diagnostic> {
    let of_windows = |wrapper: &&Wrapper| matches!(wrapper.call, Call::Windows(_));
    let windows = wrappers.iter().find(of_windows)?;
    let linux = wrappers.iter().find(|wrapper| !of_windows(wrapper))?;
    let problem = Diagnostic::new(
        "windows",
        windows.span,
        "a file has wrappers for one system",
    )
    .label("for Windows")
    .help("generate a file for Linux and another one for Windows");
    Some(problem.note(linux.span, "for Linux"))
}

/// Writes all between a wrapper's braces.
pub(crate) fn write_body(
    output: &mut Output,
    wrapper: &Wrapper,
    procedure: &Procedure,
    binding: Binding,
) {
    let (declared, values): (Vec<String>, Vec<Argument<'_>>) = wrapper
        .args
        .iter()
        .flat_map(|arg| handed(wrapper, arg))
        .unzip();
    write_binding(output, wrapper, procedure, &declared, binding);
    let mut indent = 4;
    for text in wrapper.args.iter().filter_map(|arg| arg.text()) {
        write_text(output, indent, text);
        indent += 4;
    }
    write_room(output, wrapper, indent);
    for name in reborrowed(wrapper) {
        output.line(indent, &format!("let mut {0} = {0};", name.text));
    }
    let back = read_back(wrapper);
    for flag in &back {
        output.row(indent, |output| flag.write_before(output));
    }
    let reads_last_error = procedure
        .failure
        .as_ref()
        .is_some_and(|failure| failure.reads_last_error);
    if reads_last_error {
        output.line(indent, "::sysline::windows::clear_last_error();");
    }
    let call = Expression {
        function: procedure.proc.clone(),
        arguments: values,
    };
    let behind = !back.iter().all(|flag| flag.is_read_only());
    write_call(output, wrapper, procedure, indent, &call, behind);
    if reads_last_error {
        output.line(indent, "let e1 = ::sysline::windows::last_error_code();");
    }
    for flag in &back {
        flag.write_after(output, indent);
    }
    match &wrapper.ret {
        Ret::Result { gives, .. } => {
            if let Some(failure) = &procedure.failure {
                write_failure(output, indent, procedure, failure);
            }
            write_success(output, wrapper, procedure, indent, gives);
        }
        Ret::Value(_) => {
            if let Some(value) = kept(wrapper, procedure, behind) {
                write_value(output, indent, value);
            }
        }
        Ret::Unit | Ret::Never => {}
    }
    while indent > 4 {
        indent -= 4;
        output.line(indent, "})");
    }
}

/// Writes the head of the closure that has a string with its NUL.
fn write_text(output: &mut Output, indent: usize, text: &Text) {
    let encoding = match text.encoding {
        Encoding::Wide => "wide",
        Encoding::Ansi => "ansi",
        Encoding::Bytes => "byte",
    };
    let optional = if text.optional { "optional_" } else { "" };
    output.row(indent, |output| {
        output.raw(&format!(
            "::sysline::windows::with_{optional}{encoding}_str("
        ));
        output.name(&text.name);
        output.raw(", |");
        output.name(&text.name);
        output.raw("| {");
    });
}

/// How the value of a call that can't fail becomes the result; none where the call itself is it.
fn kept(wrapper: &Wrapper, procedure: &Procedure, behind: bool) -> Option<&'static str> {
    match (&wrapper.ret, procedure.value) {
        (Ret::Value(_), Value::Bool) => Some("failretval != 0"),
        (Ret::Value(_), Value::Handle) => Some("::sysline::windows::owned_handle(failretval)"),
        (Ret::Value(_), _) if behind => Some("failretval"),
        _ => None,
    }
}

/// Writes the last expression of a wrapper whose call can't fail.
fn write_value(output: &mut Output, indent: usize, value: &str) {
    if value.starts_with("::") {
        output.line(indent, "// SAFETY: nobody else owns the handle.");
        output.line(indent, &format!("unsafe {{ {value} }}"));
    } else {
        output.line(indent, value);
    }
}

/// Writes the call: the last expression where nothing is behind it, else a variable.
fn write_call(
    output: &mut Output,
    wrapper: &Wrapper,
    procedure: &Procedure,
    indent: usize,
    call: &Expression<'_>,
    behind: bool,
) {
    let why = match wrapper.safety {
        Safety::Promised => "the line promises that no arguments can do harm",
        Safety::Harmless => "the procedure takes plain numbers and can do no harm with any",
        Safety::Caller => "the caller answers for the arguments",
    };
    output.line(indent, &format!("// SAFETY: {why}."));
    // A bool is compared at once, so that a condition sees one.
    let bool = procedure.value == Value::Bool;
    let is_result = matches!(wrapper.ret, Ret::Result { .. });
    let reads = procedure.failure.is_some() || gives_register(wrapper);
    let (variable, end) = match kept(wrapper, procedure, behind) {
        None if is_result && reads && bool => ("let failretval = ", "} != 0;"),
        None if is_result && procedure.register.is_some() && !reads => ("let _ = ", "};"),
        Some(_) => ("let failretval = ", "};"),
        None if is_result && reads => ("let failretval = ", "};"),
        None if is_result || behind => ("", "};"),
        None => ("", "}"),
    };
    let row = |output: &mut Output, indent: usize, before: &str| {
        output.row(indent, |output| {
            output.raw(before);
            output.raw("unsafe { ");
            call.write(output, indent, end.len() + 1);
            output.raw(&format!(" {end}"));
        });
    };
    let fits = |indent: usize, before: &str| {
        let before = indent + before.len() + "unsafe { ".len();
        call.fits(before, end.len() + 1)
    };
    let own_statement = end == "};" && variable.is_empty();
    if fits(indent, variable) && !own_statement {
        row(output, indent, variable);
    } else if own_statement {
        let end = if fits(indent, "") { " };" } else { "" };
        if end.is_empty() {
            output.line(indent, "unsafe {");
            output.row(indent + 4, |output| call.write(output, indent + 4, 1));
            output.line(indent, "};");
        } else {
            row(output, indent, "");
        }
    } else if !variable.is_empty() && fits(indent + 4, "") {
        output.line(indent, variable);
        row(output, indent + 4, "");
    } else {
        output.line(indent, &format!("{variable}unsafe {{"));
        output.row(indent + 4, |output| call.write(output, indent + 4, 0));
        output.line(indent, end);
    }
}

fn gives_register(wrapper: &Wrapper) -> bool {
    match &wrapper.ret {
        Ret::Result { ty, gives } => match gives {
            Gives::Register => ty.argument_of("Result").is_some_and(|ty| !ty.is_unit()),
            Gives::RegisterAndOuts(_) => true,
            Gives::Outs => false,
        },
        _ => false,
    }
}

/// Writes what is done where the call has failed: before all else, so that nothing changes the last error.
fn write_failure(output: &mut Output, indent: usize, procedure: &Procedure, failure: &Failed) {
    output.row(indent, |output| {
        output.raw("if ");
        failure.when.print(output);
        output.raw(" {");
    });
    output.row(indent + 4, |output| {
        output.raw("return Err(");
        match &failure.error {
            Cause::LastError if failure.reads_last_error => {
                output.raw("::sysline::windows::error_of(e1)");
            }
            Cause::LastError => output.raw("::sysline::windows::last_error()"),
            Cause::Code(code) => {
                output.raw("::sysline::windows::error_of(");
                write_code(output, procedure, code);
                output.raw(")");
            }
            Cause::Status { status, optional } => {
                let made = format!("::sysline::windows::{}::new(failretval)", status.name());
                output.raw(&if *optional {
                    format!("{made}.into()")
                } else {
                    made
                });
            }
        }
        output.raw(");");
    });
    output.line(indent, "}");
}

/// Writes a number of an error as the `u32` that it is.
fn write_code(output: &mut Output, procedure: &Procedure, code: &Expr) {
    let is_u32 = |ty: &Type| ty.is("u32");
    let as_it_is = code.is("e1")
        || (code.is("failretval") && procedure.register.as_ref().is_some_and(is_u32))
        || matches!(code, Expr::Cast(_, path) if path.is("u32"));
    if as_it_is {
        return code.print(output);
    }
    let whole = matches!(code, Expr::Binary(..));
    output.raw(if whole { "(" } else { "" });
    code.print(output);
    output.raw(if whole { ") as u32" } else { " as u32" });
}

fn write_success(
    output: &mut Output,
    wrapper: &Wrapper,
    procedure: &Procedure,
    indent: usize,
    gives: &Gives,
) {
    let register = match procedure.value {
        _ if !gives_register(wrapper) => "()".to_string(),
        Value::Handle => "::sysline::windows::owned_handle(failretval)".into(),
        Value::Socket => "::sysline::windows::owned_socket(failretval)?".into(),
        Value::Status(status) => {
            format!("::sysline::windows::{}::new(failretval)", status.name())
        }
        Value::Nothing | Value::Itself | Value::Bool => "failretval".into(),
    };
    let owned = matches!(procedure.value, Value::Handle | Value::Socket);
    let what = match procedure.value {
        Value::Handle => "handle",
        _ => "socket",
    };
    if wrapper.outs.is_empty() {
        if owned {
            output.line(indent, &format!("// SAFETY: nobody else owns the {what}."));
            let made = match register.strip_suffix('?') {
                Some(result) => result.to_string(),
                None => format!("Ok({register})"),
            };
            return output.line(indent, &format!("unsafe {{ {made} }}"));
        }
        return output.line(indent, &format!("Ok({register})"));
    }
    let also = if owned {
        format!(" Nobody else owns the {what}.")
    } else {
        String::new()
    };
    output.line(
        indent,
        &format!(
            "// SAFETY: a call that succeeds has filled {}.{also}",
            filled(wrapper)
        ),
    );
    let first = matches!(gives, Gives::RegisterAndOuts(_)).then_some(register.as_str());
    if wrapper.outs.len() == 1 && first.is_none() {
        let (name, ty) = &wrapper.outs[0];
        let value = crate::outs::value(wrapper, name, ty);
        return output.line(indent, &format!("unsafe {{ Ok({value}) }}"));
    }
    output.line(indent, "unsafe {");
    write_values(output, wrapper, indent + 4, first);
    output.line(indent, "}");
}
