//! What Go's generator for Windows means by a line. Owns: its names of errors, its `*bool`, its `Errno` and its `?`, said in
//! Rust's types.

use super::returned::{Zero, comparison};
use crate::checked::Value;
use crate::diagnostic::Diagnostic;
use crate::model::*;

/// What Go's generator for Windows means by a line, said in Rust: it takes an error's name for its kind, a `*bool` for
/// a BOOL that is read back, an `Errno` for a number that is zero where there is no error.
pub(in crate::check) fn from_go(mut line: Line, problems: &mut Vec<Diagnostic>) -> Option<Line> {
    for param in &mut line.params {
        let Param::Value { ty, .. } = param else {
            continue;
        };
        match ty {
            Type::Ptr { span, target, .. } if target.is("bool") => {
                *ty = Type::Ref {
                    span: *span,
                    lifetime: None,
                    mutable: true,
                    target: target.clone(),
                };
            }
            // Linux' table says nothing of a procedure that has a call's name.
            Type::Ref { mutable, .. } => *mutable = true,
            _ => {}
        }
    }
    let span = line.ret.as_ref().map_or(line.name.span, Type::span);
    if line.ret.as_ref().is_some_and(|ret| ret.is("Errno")) {
        line.ret = Some(Type::applied(
            "Option",
            Type::named("Win32Error", span),
            span,
        ));
    }
    let mut error = None;
    if let Some(name) = line.returned_error.take() {
        let value = line.ret.as_ref().and_then(|ret| ret.argument_of("Result"));
        if value.is_some_and(|value| !value.is_unit()) {
            problems.push(
                Diagnostic::new(
                    "results",
                    name.span,
                    format!(
                        "`{}` is what the procedure returns, and so is the value before it",
                        name.text
                    ),
                )
                .label("one value comes back")
                .help("the last error is called `err`: `(handle Handle, err error)`"),
            );
            return None;
        }
        // mkwinsyscall goes by the name, and by no condition.
        let not_zero = comparison("failretval", "!=", "0", name.span);
        let is_status = name.text == "ntstatus";
        error = is_status.then(|| Type::named("NtStatus", span));
        line.failure = Some(Failure {
            when: Some(not_zero),
            error: (!is_status).then(|| Expr::named("failretval", name.span)),
            span: name.span,
        });
    }
    let optional = matches!(line.target, Some(Target::Proc { optional: true, .. }));
    let has_result = line.ret.as_ref().is_some_and(|ret| ret.is("Result"));
    if let (Some(failure), true, false) = (&line.failure, optional, has_result) {
        problems.push(
            Diagnostic::new(
                "failure",
                failure.span,
                "the call can fail, and the line has no place for the error",
            )
            .label("who gets the error?")
            .help("write `, err error` behind the result"),
        );
        return None;
    }
    if optional && !line.ret.as_ref().is_some_and(|ret| ret.is("Result")) {
        let value = line.ret.take().unwrap_or_else(|| Type::unit(span));
        line.ret = Some(Type::applied("Result", value, span));
        line.failure = Some(Failure {
            when: Some(Expr::Literal(Name::new("false", span))),
            error: None,
            span,
        });
    }
    if optional {
        error = Some(match error {
            Some(status) => Type::applied("CallError", status, span),
            None => Type::named("CallError", span),
        });
    }
    if let (Some(Type::Path(path)), Some(error)) = (&mut line.ret, error) {
        let last = path.segments.last_mut();
        last.expect("the parser makes no empty path")
            .args
            .push(GenericArg::Type(error));
    }
    Some(line)
}

/// As [`from_go`], said so that it means the same in a line of the Rust dialect.
pub(crate) fn in_rust(line: Line, problems: &mut Vec<Diagnostic>) -> Option<Line> {
    let mut line = from_go(line, problems)?;
    let value = line
        .ret
        .as_ref()
        .map(|ret| ret.argument_of("Result").unwrap_or(ret));
    let zero = match value {
        Some(ty) if ty.is("bool") => Zero::Bool,
        ty => Zero::of(Value::Itself, ty.filter(|ty| !ty.is_unit())),
    };
    if let Some(failure) = &mut line.failure {
        failure.when = failure.when.take().map(|when| zero.rewrite(when));
    }
    // What is so without brackets needs none.
    line.failure = line.failure.filter(|failure| {
        let default = zero.test(failure.span);
        let says_more = failure.when.as_ref().is_some_and(|when| *when != default);
        says_more || failure.error.is_some()
    });
    Some(line)
}
