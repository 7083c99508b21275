//! What is handed to a procedure: each argument's form in the declaration, and its value. Owns: which of Rust's types
//! are which of C's.

use super::refuse::{refusal, refused_inside};
use crate::wrapper::Argument;
use sysline_syntax::Diagnostic;
use sysline_syntax::checked::{Arg, Wrapper};
use sysline_syntax::model::{Constant, Name, Type};

/// What an argument is in the procedure's declaration, and the value that is handed over: one of each, or two.
pub(super) type Handed<'w> = Vec<(String, Argument<'w>)>;

pub(super) fn handed<'w>(
    wrapper: &'w Wrapper,
    proc: &str,
    arg: &'w Arg,
) -> Result<Handed<'w>, Box<Diagnostic>> {
    match arg {
        Arg::Value(name) => {
            let mut params = wrapper.params.iter();
            let (_, ty) = params
                .find(|(param, _)| param == name)
                .expect("a value is a parameter");
            value(wrapper, proc, name, ty)
        }
        Arg::Text(name) if proc.ends_with('W') => Ok(vec![(
            format!("{}: *const u16", name.text),
            Argument::Word(name),
        )]),
        Arg::Text(name) => Err(refusal(
            name.span,
            &format!(
                "`{}` is a string, and `{proc}` has no `W` at its end",
                name.plain()
            ),
            "strings are UTF-16, which procedures with a `W` take",
            "name the procedure with the `W`, or pass a pointer: `&CStr` for bytes, `*const u16` for UTF-16",
        )),
        Arg::Descriptor(name) => Err(refusal(
            name.span,
            &format!("`{}` is a descriptor, and Windows has none", name.plain()),
            "a descriptor is Linux's",
            "write the handle's type",
        )),
        Arg::Out(name) => {
            let mut outs = wrapper.outs.iter();
            let (_, ty) = outs
                .find(|(out, _)| out == name)
                .expect("what is filled is one of the outs");
            match refused_inside(wrapper, ty) {
                Some(problem) => Err(problem),
                None => Ok(vec![(
                    format!("{}: *mut {ty}", name.text),
                    Argument::Around("", name, ".as_mut_ptr()"),
                )]),
            }
        }
        Arg::Constant(constant, _) => {
            let typed = match constant {
                Constant::Int(int) => int.suffix.map(|suffix| (int, suffix)),
                Constant::Path(_) => None,
            };
            let Some((int, suffix)) = typed else {
                return Err(refusal(
                    constant.span(),
                    "the type of this constant is not known",
                    "the procedure's declaration needs its type",
                    "write a number with its type, such as `3u32`, or a parameter",
                ));
            };
            Ok(vec![(
                format!("_: {suffix}"),
                Argument::Text(int.text.text.clone()),
            )])
        }
        // The checker fills registers of Linux alone.
        Arg::Zero => Ok(vec![("_: usize".into(), Argument::Text("0".into()))]),
    }
}

/// A parameter of the wrapper's that is handed over by its type.
fn value<'w>(
    wrapper: &Wrapper,
    proc: &str,
    name: &'w Name,
    ty: &Type,
) -> Result<Handed<'w>, Box<Diagnostic>> {
    let as_it_is = || vec![(format!("{}: {ty}", name.text), Argument::Word(name))];
    let good = |inside: &Type, handed: Handed<'w>| match refused_inside(wrapper, inside) {
        Some(problem) => Err(problem),
        None => Ok(handed),
    };
    match ty {
        // A BOOL is an `int`: Microsoft's "Windows Data Types".
        Type::Path(_) if ty.is("bool") => Ok(vec![(
            format!("{}: i32", name.text),
            Argument::Around("i32::from(", name, ")"),
        )]),
        Type::Ref {
            mutable, target, ..
        } => match &**target {
            Type::Slice { element, .. } => {
                let (pointer, method) = if *mutable {
                    ("*mut", ".as_mut_ptr()")
                } else {
                    ("*const", ".as_ptr()")
                };
                let handed = vec![
                    (
                        format!("{}: {pointer} {element}", name.text),
                        Argument::Around("", name, method),
                    ),
                    ("_: usize".into(), Argument::Around("", name, ".len()")),
                ];
                good(element, handed)
            }
            Type::Path(path) if path.is("CStr") && !mutable && !proc.ends_with('W') => Ok(vec![(
                format!("{}: *const ::core::ffi::c_char", name.text),
                Argument::Around("", name, ".as_ptr()"),
            )]),
            Type::Path(path) if path.is("CStr") && !mutable => Err(refusal(
                ty.span(),
                &format!("`{proc}` takes UTF-16, and `&CStr` is bytes"),
                "not what the `W` stands for",
                "write `impl PathArg`, or `*const u16`",
            )),
            target => good(target, as_it_is()),
        },
        Type::Impl { span, .. } => Err(refusal(
            *span,
            &format!("`{ty}` is of no one type, and a DLL's procedure is"),
            "no part of the procedure's declaration",
            "name the type that the procedure takes; only `impl PathArg` stands for several",
        )),
        ty => good(ty, as_it_is()),
    }
}
