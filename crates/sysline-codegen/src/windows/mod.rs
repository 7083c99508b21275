//! What a wrapper does on Windows: it binds its procedure, calls it, and asks for the error where the call has failed.
//! Owns: that code. How a procedure is bound is `binding.rs`, what it is given `handed.rs`.
//!
//! The declaration is in the wrapper's own body, with the line's own types, so that the compiler knows the registers: a
//! result of 32 bits is never read as more, and an argument of 64 takes two registers where it must.

mod binding;
mod handed;
#[cfg(test)]
mod tests;

pub use binding::collisions;
pub(crate) use binding::{panics, write_available};

use crate::generate::Binding;
use crate::output::Output;
use crate::outs::{filled, write_room, write_values};
use crate::wrapper::{ARGUMENTS_WIDTH, Argument, Expression, WIDTH};
use binding::write_binding;
use handed::{handed, read_back, reborrowed};
use sysline_syntax::checked::{
    Arg, Call, Cause, Encoding, Failed, Gives, Procedure, Ret, Safety, Text, Value, Wrapper,
};
use sysline_syntax::model::{Expr, Name};
use sysline_syntax::{Diagnostic, Print, Sink, as_name};

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
    let asks = procedure
        .failure
        .as_ref()
        .is_some_and(|failure| failure.reads_last_error);
    let mut declared = Vec::new();
    let mut values = Vec::new();
    let mut rows = Vec::new();
    for (param, value) in wrapper.args.iter().flat_map(|arg| handed(wrapper, arg)) {
        declared.push(param);
        values.push(match value {
            // One that no row of arguments can hold is made before them; so is what the caller's code lends where the
            // last error is asked for, which is that of the call.
            Argument::Around(before, name, behind)
                if (value.to_text().len() > ARGUMENTS_WIDTH
                    || (asks && is_lent(wrapper, name)))
                    && is_one_parameter(wrapper, name) =>
            {
                rows.push((name, format!("{before}{}{behind}", name.text)));
                Argument::Word(name)
            }
            value => value,
        });
    }
    write_binding(output, wrapper, procedure, &declared, binding);
    let mut indent = 4;
    for text in wrapper.args.iter().filter_map(|arg| arg.text()) {
        write_text(output, wrapper, indent, text);
        indent += 4;
    }
    write_room(output, wrapper, indent);
    for (name, value) in rows {
        write_let(output, indent, &name.text, &value);
    }
    for name in reborrowed(wrapper) {
        output.line(indent, &format!("let mut {0} = {0};", name.text));
    }
    let back = read_back(wrapper);
    for flag in &back {
        output.row(indent, |output| flag.write_before(output));
    }
    if asks {
        output.line(indent, "::sysline::windows::clear_last_error();");
    }
    let call = Expression {
        function: Name::new(as_name(&procedure.proc.text), procedure.proc.span),
        arguments: values,
    };
    let behind = !back.iter().all(|flag| flag.is_read_only());
    write_call(output, wrapper, procedure, indent, &call, behind);
    if asks {
        output.line(indent, "let e1 = ::sysline::windows::last_error_code();");
    }
    for flag in &back {
        flag.write_after(output, indent);
    }
    match &wrapper.ret {
        Ret::Result { gives, .. } => {
            if let Some(failure) = &procedure.failure {
                write_failure(output, indent, failure);
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

/// Whether a parameter lends a handle or a socket, by a trait.
fn is_lent(wrapper: &Wrapper, name: &Name) -> bool {
    let mut args = wrapper.args.iter();
    args.any(|arg| matches!(arg, Arg::Lent(lent, _) if lent == name))
}

/// Whether an argument is one parameter's alone, so that what is made of it may take its name.
fn is_one_parameter(wrapper: &Wrapper, name: &Name) -> bool {
    let is_param = wrapper.params.iter().any(|(param, _)| param == name);
    let args = wrapper.args.iter().flat_map(|arg| handed(wrapper, arg));
    let uses =
        args.filter(|(_, value)| matches!(value, Argument::Around(_, word, _) if *word == name));
    is_param && uses.count() == 1
}

/// Writes a variable, over two rows where one is too short.
fn write_let(output: &mut Output, indent: usize, name: &str, value: &str) {
    let before = format!("let {name} =");
    if indent + before.len() + value.len() + " ;".len() <= WIDTH {
        output.line(indent, &format!("{before} {value};"));
    } else {
        output.line(indent, &before);
        output.line(indent + 4, &format!("{value};"));
    }
}

/// Writes the head of the closure that has a string with its NUL.
fn write_text(output: &mut Output, wrapper: &Wrapper, indent: usize, text: &Text) {
    output.row(indent, |output| {
        output.raw(&text_function(text));
        output.name(&text.name);
        output.raw(", |");
        output.name(&text_with_nul(wrapper, text));
        output.raw("| {");
    });
}

/// What gives a string its NUL, up to the string.
fn text_function(text: &Text) -> String {
    let encoding = match text.encoding {
        Encoding::Wide => "wide",
        Encoding::Ansi => "ansi",
        Encoding::Bytes => "byte",
    };
    let optional = if text.optional { "optional_" } else { "" };
    format!("::sysline::windows::with_{optional}{encoding}_str(")
}

/// What a string is called that has its NUL: as the parameter, or where a row is too short for that twice, shorter.
fn text_with_nul(wrapper: &Wrapper, text: &Text) -> Name {
    let texts = || wrapper.args.iter().filter_map(|arg| arg.text());
    let place = texts().position(|other| other.name == text.name);
    let place = place.unwrap_or(0);
    let indent = 4 + 4 * place;
    let whole = indent + text_function(text).len() + 2 * text.name.text.len() + ", || {".len();
    if whole <= WIDTH {
        return text.name.clone();
    }
    let taken = |word: &String| {
        wrapper
            .params
            .iter()
            .chain(&wrapper.outs)
            .any(|(name, _)| name.text == *word)
    };
    // Each string has numbers of its own, so that no two are called alike.
    let numbers = (place..).step_by(texts().count().max(1));
    let mut words = numbers.map(|number| format!("text{number}"));
    let word = words.find(|word| !taken(word));
    Name::new(word.unwrap_or_default(), text.name.span)
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
    let failure = procedure.failure.as_ref();
    let reads = failure.is_some_and(Failed::reads_register) || gives_register(wrapper);
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
fn write_failure(output: &mut Output, indent: usize, failure: &Failed) {
    write_if(output, indent, &failure.when);
    output.row(indent + 4, |output| {
        output.raw("return Err(");
        match &failure.error {
            Cause::LastError if failure.reads_last_error => {
                output.raw("::sysline::windows::error_of(e1)");
            }
            Cause::LastError => output.raw("::sysline::windows::last_error()"),
            Cause::Code(code) => {
                output.raw("::sysline::windows::error_of(");
                code.print(output);
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

/// Writes the head of an `if`, a row for each of the conditions that it joins where one row is too short.
fn write_if(output: &mut Output, indent: usize, condition: &Expr) {
    let whole = condition.to_text();
    if indent + "if  {".len() + whole.len() <= WIDTH {
        return output.row(indent, |output| {
            output.raw("if ");
            condition.print(output);
            output.raw(" {");
        });
    }
    let (first, rest) = joined(condition);
    output.row(indent, |output| {
        output.raw("if ");
        output.raw(&first);
    });
    for (operator, condition) in rest {
        output.line(indent + 4, &format!("{operator} {condition}"));
    }
    output.line(indent, "{");
}

/// The conditions that one operator joins: the first, and the others each behind it.
fn joined(condition: &Expr) -> (String, Vec<(String, String)>) {
    let Expr::Binary(_, outer, _) = condition else {
        return (condition.to_text(), Vec::new());
    };
    let mut rest = Vec::new();
    let mut first = condition;
    while let Expr::Binary(left, operator, right) = first {
        if operator.text != outer.text {
            break;
        }
        let binds_less = matches!(&**right, Expr::Binary(_, inner, _)
            if inner.text == outer.text || (outer.text == "&&" && inner.text == "||"));
        let right = match binds_less {
            true => format!("({})", right.to_text()),
            false => right.to_text(),
        };
        rest.push((operator.text.clone(), right));
        first = left;
    }
    rest.reverse();
    let first = match first {
        Expr::Binary(_, inner, _) if outer.text == "&&" && inner.text == "||" => {
            format!("({})", first.to_text())
        }
        first => first.to_text(),
    };
    (first, rest)
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
        Value::Socket if wrapper.outs.is_empty() => {
            "::sysline::windows::owned_socket(failretval)".into()
        }
        Value::Socket => {
            "::sysline::windows::owned_socket::<::sysline::windows::Win32Error>(failretval)?".into()
        }
        Value::Status(status) => {
            format!("::sysline::windows::{}::new(failretval)", status.name())
        }
        Value::Word => "failretval != 0".into(),
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
            let made = match procedure.value {
                Value::Socket => register,
                _ => format!("Ok({register})"),
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
    let mut values = Output::default();
    write_values(&mut values, wrapper, 0, first);
    let row = values.text().trim_end();
    if !row.contains('\n') && indent + "unsafe {  }".len() + row.len() <= WIDTH {
        return output.line(indent, &format!("unsafe {{ {row} }}"));
    }
    output.line(indent, "unsafe {");
    write_values(output, wrapper, indent + 4, first);
    output.line(indent, "}");
}
