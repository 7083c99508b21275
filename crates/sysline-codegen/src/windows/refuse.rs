//! What can't be written for Windows yet. Owns: the words for it, and what to write instead.

use super::condition::condition;
use super::handed::handed;
use super::returned;
use sysline_syntax::checked::{Call, Wrapper};
use sysline_syntax::model::{GenericArg, GenericParam, Name, Type};
use sysline_syntax::{Diagnostic, Span};

/// Takes the wrappers out that can't be written yet, all of them for Windows: a problem each or more, with what to
/// write instead. [`items`](crate::items()) and [`file`](crate::file()) must not be given such a wrapper.
pub fn refuse(wrappers: &mut Vec<Wrapper>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    wrappers.retain(|wrapper| {
        let before = problems.len();
        problems.extend(refusals(wrapper));
        problems.len() == before
    });
    problems
}

fn refusals(wrapper: &Wrapper) -> impl Iterator<Item = Diagnostic> {
    let mut problems = Vec::new();
    if let Call::Windows {
        proc,
        optional,
        failure,
        ..
    } = &wrapper.call
    {
        problems.extend(optional.then(|| {
            refusal(
                wrapper.span,
                &format!("`{proc}?`, a procedure that may be absent, is not made yet"),
                "would be bound when the program starts",
                "leave the `?` out where every Windows that you support has the procedure",
            )
        }));
        problems.extend(refused_generics(wrapper));
        let args = wrapper.args.iter();
        problems.extend(args.filter_map(|arg| handed(wrapper, proc, arg).err()));
        problems.extend(refused_ret(wrapper));
        problems.extend(refused_failure(wrapper, failure.as_deref()));
    }
    problems.into_iter().map(|problem| *problem)
}

/// Why these wrappers can't stand in one file: some are for Linux and some for Windows.
pub(crate) fn mixture(wrappers: &[Wrapper]) -> Option<Diagnostic> {
    let of_windows = |wrapper: &&Wrapper| matches!(wrapper.call, Call::Windows { .. });
    let windows = wrappers.iter().find(of_windows)?;
    let linux = wrappers.iter().find(|wrapper| !of_windows(wrapper))?;
    let problem = refusal(
        windows.span,
        "a file has wrappers for one system",
        "for Windows",
        "generate a file for Linux and another one for Windows",
    );
    Some(problem.note(linux.span, "for Linux"))
}

pub(super) fn refusal(span: Span, message: &str, label: &str, help: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new("windows", span, message)
            .label(label)
            .help(help),
    )
}

fn refused_generics(wrapper: &Wrapper) -> Option<Box<Diagnostic>> {
    wrapper.generics.iter().find_map(|generic| match generic {
        GenericParam::Type { bounds, .. } if bounds.iter().any(|bound| bound.is("PathArg")) => None,
        GenericParam::Lifetime { name, .. } => Some(refusal(
            name.span,
            &format!("the lifetime `{}` is not made for Windows yet", name.text),
            "no part of the procedure's declaration",
            "leave it out: each reference then has its own",
        )),
        GenericParam::Type { name, .. } | GenericParam::Const { name, .. } => Some(refusal(
            name.span,
            &format!(
                "`{}` is of no one type, and a DLL's procedure is",
                name.text
            ),
            "no part of the procedure's declaration",
            "name the type that the procedure takes; only `impl PathArg` stands for several",
        )),
    })
}

/// What the procedure returns must have a form in a register, and be comparable with zero.
fn refused_ret(wrapper: &Wrapper) -> Option<Box<Diagnostic>> {
    let ty = returned(wrapper)?;
    let plain = match ty {
        Type::Path(path) if ty.is("error") => {
            return Some(refusal(
                path.span,
                "an error that the procedure itself returns is not made yet",
                "only `err error` is the last error",
                "write `(code uint32)` and compare it where you call: zero is success",
            ));
        }
        Type::Path(path) => path.last().args.is_empty(),
        Type::Ptr { target, .. } => return refused_inside(wrapper, target),
        _ => false,
    };
    let known = !wrapper.generics.iter().any(|generic| names(generic, ty));
    (!plain || !known).then(|| {
        refusal(
            ty.span(),
            &format!("`{ty}` as a procedure's result is not made yet"),
            "neither a named type nor a raw pointer",
            "write the number, the handle's type or `*mut T`",
        )
    })
}

fn refused_failure(wrapper: &Wrapper, failure: Option<&[Name]>) -> Option<Box<Diagnostic>> {
    let words = failure?;
    let first = words.first()?;
    let span = first.span.to(words.last()?.span);
    let Some(condition) = condition(words) else {
        return Some(refusal(
            span,
            "only comparisons with a constant or a number are made yet",
            "not of the form `failretval == VALUE`",
            "name a constant of a module of `--types`: `[failretval == INVALID_SOCKET]`",
        ));
    };
    let pointer = matches!(returned(wrapper), Some(Type::Ptr { .. }));
    let number = |(_, word): &(bool, &Name)| word.text.starts_with(|c: char| c.is_ascii_digit());
    (pointer && condition.iter().any(number)).then(|| {
        refusal(
            span,
            "a pointer is compared with a number",
            "the procedure returns a pointer",
            "without the brackets, a null pointer is the failure",
        )
    })
}

/// Why a type can't stand in a declaration of C's: a part of it has another form there.
pub(super) fn refused_inside(wrapper: &Wrapper, ty: &Type) -> Option<Box<Diagnostic>> {
    let inside = |ty: &Type| refused_inside(wrapper, ty);
    match ty {
        Type::Path(_) if ty.is("bool") => Some(refusal(
            ty.span(),
            "`bool` is one byte, and Windows' BOOL is four",
            "of another size in memory",
            "write `i32`, or `u8` for a BOOLEAN",
        )),
        Type::Path(path) if ["str", "CStr", "OsStr"].iter().any(|name| path.is(name)) => {
            Some(unsized_inside(ty))
        }
        Type::Path(_) if wrapper.generics.iter().any(|generic| names(generic, ty)) => {
            Some(refusal(
                ty.span(),
                &format!("`{ty}` is of no one type, and a DLL's procedure is"),
                "no part of the procedure's declaration",
                "name the type that the procedure takes",
            ))
        }
        Type::Path(path) => {
            let args = path.segments.iter().flat_map(|segment| &segment.args);
            args.filter_map(|arg| match arg {
                GenericArg::Type(ty) | GenericArg::Assoc(_, ty) => inside(ty),
                GenericArg::Lifetime(_) | GenericArg::Const(_) => None,
            })
            .next()
        }
        Type::Ref { target, .. } | Type::Ptr { target, .. } => inside(target),
        Type::Slice { .. } => Some(unsized_inside(ty)),
        Type::Array { element, .. } => inside(element),
        Type::Tuple { .. } | Type::Never { .. } | Type::Impl { .. } => Some(refusal(
            ty.span(),
            &format!("`{ty}` has no form in C"),
            "nothing that a procedure knows",
            "write a `#[repr(C)]` struct of a module of `--types`",
        )),
    }
}

fn unsized_inside(ty: &Type) -> Box<Diagnostic> {
    refusal(
        ty.span(),
        &format!("a pointer to `{ty}` here is not made yet"),
        "a pointer and a length in one, which C has not",
        "write `*const T` or `*mut T` and the length as a parameter of its own",
    )
}

/// Whether a type is the wrapper's own type parameter.
fn names(generic: &GenericParam, ty: &Type) -> bool {
    matches!(generic, GenericParam::Type { name, .. } if ty.is(&name.text))
}
