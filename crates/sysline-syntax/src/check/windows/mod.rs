//! The rules of lines for Windows. Owns: what its parts are together, and the rules of names and of absence. What Go's
//! generator means by a line is `go.rs`, which types have a form in C `forms.rs`, what comes back and when that is a
//! failure `returned.rs`.

mod forms;
mod go;
mod returned;

pub use forms::without_lifetimes;
pub(in crate::check) use go::from_go;
pub(crate) use go::in_rust;

use super::{Os, Rules};
use crate::checked::{Arg, Encoding, Procedure, Ret, Status};
use crate::diagnostic::Diagnostic;
use crate::model::*;
use crate::source::Span;

impl Rules<'_> {
    /// The rules of a procedure whose parts are each right by themselves; and what follows from them together.
    pub(super) fn complete(&mut self, procedure: &mut Procedure, args: &mut [Arg], ret: &Ret) {
        self.names_are_free(procedure);
        self.generics_have_a_form();
        args.iter().for_each(|arg| self.has_a_form(procedure, arg));
        if procedure.optional {
            self.absence_has_a_place(procedure, ret);
        }
        self.register(procedure, ret);
        self.failure(procedure, ret);
        if self.line.promise == Promise::Nothing {
            for arg in args {
                // Go hands over nil for a slice without elements.
                match arg {
                    Arg::Value(name) if is_slice(&self.type_of(name)) => {
                        *arg = Arg::SliceOrNull(name.clone())
                    }
                    _ => {}
                }
            }
        }
    }

    fn refuse(&mut self, span: Span, message: &str, label: &str, help: &str) {
        let problem = Diagnostic::new("windows", span, message);
        self.report(problem.label(label).help(help));
    }

    /// The wrapper's own names are none of its parameters'.
    fn names_are_free(&mut self, procedure: &Procedure) {
        let proc = &procedure.proc;
        if ["Err", "Ok", "Self", "_", "crate", "self", "super"].contains(&proc.text.as_str()) {
            let message = format!("`{}` can be no function's name", proc.text);
            self.refuse(
                proc.span,
                &message,
                "Rust's own word",
                "no line can name this procedure; a vendor's header may have another name for it",
            );
        }
        for param in &self.line.params {
            let Param::Value { name, .. } = param else {
                continue;
            };
            let what = match name.plain() {
                "failretval" => "what the procedure returns",
                "e1" => "the last error",
                text if text == procedure.proc.text => "the procedure",
                _ => continue,
            };
            let message = format!("a parameter is called `{}`, as {what} is", name.plain());
            self.refuse(
                name.span,
                &message,
                "two of one name",
                "rename the parameter",
            );
        }
    }

    /// The type of a parameter.
    fn type_of(&self, name: &Name) -> Type {
        let found = self.line.params.iter().find_map(|param| match param {
            Param::Value {
                name: param, ty, ..
            } if param == name => Some(ty.clone()),
            _ => None,
        });
        found.expect("an argument is one of the line's parameters")
    }

    /// The error of an optional procedure names it; the types that are one number can't.
    fn absence_has_a_place(&mut self, procedure: &Procedure, ret: &Ret) {
        let proc = &procedure.proc;
        let absent = format!("`{}` may be absent", proc.text);
        let Ret::Result { ty, .. } = ret else {
            let value = match ret {
                Ret::Value(ty) => ty.to_string(),
                _ => "()".into(),
            };
            return self.refuse(
                proc.span,
                &format!("{absent}, and the line has no place for the error"),
                "behind `?` stands nothing when the DLL has no such procedure",
                &format!("write `-> Result<{value}, CallError> [false]`; `[false]` says that the procedure itself can't fail"),
            );
        };
        let (value, error) = (types_in(ty).next(), types_in(ty).nth(1));
        let value = value.map_or(String::new(), Type::to_string);
        let instead = match (ty, error) {
            (Type::Path(path), None) if path.segments.len() == 1 => "CallError".to_string(),
            (_, Some(error)) if error.is("Win32Error") => "CallError".to_string(),
            (_, Some(error)) if status_of(error).is_some() && !error.is("CallError") => {
                format!("CallError<{error}>")
            }
            _ => return,
        };
        self.refuse(
            ty.span(),
            &format!("{absent}, and `{ty}` can't name it"),
            "the error is a number",
            &format!(
                "write `Result<{value}, {instead}>`, whose error names the DLL and the procedure"
            ),
        );
    }

    /// How the line's strings are made: a procedure's by its name.
    pub(super) fn encoding(&self) -> Encoding {
        match self.proc_name() {
            _ if self.os != Os::Windows => Encoding::Bytes,
            proc if proc.ends_with('W') => Encoding::Wide,
            proc if proc.ends_with('A') => Encoding::Ansi,
            _ => Encoding::Bytes,
        }
    }

    /// The procedure that a line for Windows names.
    pub(super) fn proc_name(&self) -> &str {
        match &self.line.target {
            Some(Target::Proc { proc, .. }) => &proc.text,
            _ => &self.line.own_proc,
        }
    }
}

fn is_slice(ty: &Type) -> bool {
    matches!(ty, Type::Ref { target, .. } if matches!(**target, Type::Slice { .. }))
}

/// The types in the angle brackets of a path: of `Result<T, E>`, `T` and `E`.
fn types_in(ty: &Type) -> impl Iterator<Item = &Type> {
    let args = match ty {
        Type::Path(path) => path.last().args.as_slice(),
        _ => &[],
    };
    args.iter().filter_map(|arg| match arg {
        GenericArg::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The status that a type is, or has room for.
fn status_of(ty: &Type) -> Option<Status> {
    let inner = ty.argument_of("CallError").unwrap_or(ty);
    [Status::NtStatus, Status::HResult]
        .into_iter()
        .find(|status| inner.is(status.name()))
}
