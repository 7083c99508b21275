//! What a wrapper does on Linux: it hands its arguments to the trap through `sysline::abi`. Owns: that code.

use crate::output::Output;
use crate::wrapper::{Argument, Expression};
use sysline_syntax::checked::{Arg, Gives, Ret, Safety, Wrapper};
use sysline_syntax::model::{Blocking, Constant, Name, Type};
use sysline_syntax::{Print, Sink};

/// Writes all between a wrapper's braces.
pub(crate) fn write_body(output: &mut Output, wrapper: &Wrapper, call: &str, number: Option<u32>) {
    let texts: Vec<&Name> = wrapper
        .args
        .iter()
        .filter_map(|arg| {
            if let Arg::Text(name) = arg {
                Some(name)
            } else {
                None
            }
        })
        .collect();
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
    write_call(output, wrapper, indent, call, number);
    for _ in &texts {
        indent -= 4;
        output.line(indent, "})");
    }
}

/// Writes the `unsafe` block with the call, and why it is sound.
fn write_call(
    output: &mut Output,
    wrapper: &Wrapper,
    indent: usize,
    call: &str,
    number: Option<u32>,
) {
    for (name, ty) in &wrapper.outs {
        output.row(indent, |output| {
            output.raw("let mut ");
            output.name(name);
            output.raw(" = ::core::mem::MaybeUninit::<");
            ty.print(output);
            output.raw(">::uninit();");
        });
    }
    let arguments = vec![
        Argument::Text(sysno(call, number)),
        Argument::Tuple(wrapper.args.iter().map(argument).collect()),
    ];
    let expression = Expression {
        function: function(wrapper),
        arguments,
    };
    output.line(indent, &safety(wrapper));
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
    let register = register_name(wrapper);
    output.line(indent, "unsafe {");
    output.row(indent + 4, |output| {
        if gives_register(wrapper) {
            output.raw(&format!("let {register} = "));
        }
        expression.write(output, indent + 4, "?;".len());
        output.raw("?;");
    });
    output.row(indent + 4, |output| {
        let mut values: Vec<String> = gives_register(wrapper)
            .then_some(register.to_string())
            .into_iter()
            .collect();
        values.extend(
            wrapper
                .outs
                .iter()
                .map(|(name, _)| format!("{}.assume_init()", name.text)),
        );
        match &values[..] {
            [one] => output.raw(&format!("Ok({one})")),
            many => output.raw(&format!("Ok(({}))", many.join(", "))),
        }
    });
    output.line(indent, "}");
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

fn sysno(call: &str, number: Option<u32>) -> String {
    match number {
        Some(number) => format!("::sysline::nr::Sysno::new({number}, \"{call}\")"),
        None => format!("::sysline::nr::SYS_{}", call.to_uppercase()),
    }
}

fn argument(arg: &Arg) -> Argument<'_> {
    match arg {
        Arg::Value(name) | Arg::Text(name) => Argument::Word(name),
        Arg::Descriptor(name) => Argument::Around("::sysline::fd::AsFd::as_fd(&", name, ")"),
        Arg::Out(name) => Argument::Around("&mut ", name, ""),
        Arg::Constant(Constant::Path(path)) => Argument::Text(path.to_text()),
        // A number without a suffix would be an `i32`, whatever its value.
        Arg::Constant(Constant::Int(int)) if int.text.contains(['i', 'u']) => {
            Argument::Text(int.text.clone())
        }
        Arg::Constant(Constant::Int(int)) if int.text.starts_with('-') => {
            Argument::Text(format!("{}isize", int.text))
        }
        Arg::Constant(Constant::Int(int)) => Argument::Text(format!("{}usize", int.text)),
    }
}

fn safety(wrapper: &Wrapper) -> String {
    let filled = match &wrapper.outs[..] {
        [] => String::new(),
        [(one, _)] => format!("; a call that succeeds has filled `{}`", one.plain()),
        many => {
            let names: Vec<String> = many
                .iter()
                .map(|(name, _)| format!("`{}`", name.plain()))
                .collect();
            format!("; a call that succeeds has filled {}", names.join(" and "))
        }
    };
    let why = match wrapper.safety {
        Safety::Promised => "the line promises that no arguments can do harm",
        Safety::Harmless => "the call takes plain numbers and can do no harm with any",
        Safety::Caller => "the caller answers for the arguments",
    };
    format!("// SAFETY: {why}{filled}.")
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
