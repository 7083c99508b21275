//! What a procedure gives. Owns: its type in C, what becomes of it, when it says that the call has failed, and where the
//! error is.

use super::{status_of, types_in, without_lifetimes};
use crate::check::Rules;
use crate::checked::{Cause, Failed, Gives, Procedure, Ret, Value};
use crate::int;
use crate::model::*;
use crate::source::Span;

/// Rust's whole numbers, and C's names for some.
pub(super) const NUMBERS: &[&str] = &[
    "c_char", "c_int", "c_long", "c_uint", "c_ulong", "i16", "i32", "i64", "i8", "isize", "u16",
    "u32", "u64", "u8", "usize",
];

pub(super) fn comparison(left: &str, operator: &str, right: &str, span: Span) -> Expr {
    Expr::Binary(
        Box::new(Expr::named(left, span)),
        Name::new(operator, span),
        Box::new(Expr::Literal(Name::new(right, span))),
    )
}

/// How a value is compared with zero.
#[derive(Clone, Copy)]
pub(super) enum Zero {
    Number,
    Pointer,
    Bool,
    /// A type of the line's own.
    Other,
}

impl Zero {
    pub(super) fn of(value: Value, register: Option<&Type>) -> Zero {
        match (value, register) {
            (Value::Bool, _) => Zero::Bool,
            (Value::Word, _) => Zero::Number,
            (_, Some(Type::Ptr { .. })) => Zero::Pointer,
            (_, Some(ty)) if NUMBERS.iter().any(|number| ty.is(number)) => Zero::Number,
            (_, None) => Zero::Number,
            _ => Zero::Other,
        }
    }

    /// `failretval` is zero.
    pub(super) fn test(self, span: Span) -> Expr {
        let failretval = || Expr::named("failretval", span);
        match self {
            Zero::Number => comparison("failretval", "==", "0", span),
            Zero::Pointer => {
                Expr::Method(Box::new(failretval()), Name::new("is_null", span), vec![])
            }
            Zero::Bool => Expr::Unary(Name::new("!", span), Box::new(failretval())),
            Zero::Other => {
                let segments = ["sysline", "windows", "is_zero"].map(|name| Segment {
                    name: Name::new(name, span),
                    args: Vec::new(),
                });
                let path = Path {
                    span,
                    global: true,
                    segments: segments.to_vec(),
                };
                Expr::Call(
                    path,
                    vec![Expr::Unary(Name::new("&", span), Box::new(failretval()))],
                )
            }
        }
    }

    /// Go's condition with its comparisons of `failretval` with `0` and `nil` as Rust has them for this type.
    pub(super) fn rewrite(self, expr: Expr) -> Expr {
        let zero = |expr: &Expr| match expr {
            Expr::Call(path, _) => path.is("null_mut"),
            Expr::Literal(name) => int::read(name.clone()).is_some_and(|int| int.magnitude == 0),
            _ => false,
        };
        match expr {
            Expr::Binary(left, operator, right) => {
                let compared = (left.is("failretval") && zero(&right))
                    || (right.is("failretval") && zero(&left));
                let keeps = matches!(self, Zero::Number)
                    && !matches!((&*left, &*right), (Expr::Call(..), _) | (_, Expr::Call(..)));
                match operator.text.as_str() {
                    "==" if compared && !keeps => self.test(operator.span),
                    "!=" if compared && !keeps => {
                        let test = Box::new(self.test(operator.span));
                        match *test {
                            Expr::Unary(_, operand) if matches!(self, Zero::Bool) => *operand,
                            test => Expr::Unary(Name::new("!", operator.span), Box::new(test)),
                        }
                    }
                    _ => Expr::Binary(
                        Box::new(self.rewrite(*left)),
                        operator,
                        Box::new(self.rewrite(*right)),
                    ),
                }
            }
            Expr::Unary(operator, operand) => {
                Expr::Unary(operator, Box::new(self.rewrite(*operand)))
            }
            expr => expr,
        }
    }
}

impl Rules<'_> {
    /// What comes back, as C has it, and what becomes of it.
    pub(super) fn register(&mut self, procedure: &mut Procedure, ret: &Ret) {
        let (ty, in_result) = match ret {
            Ret::Unit => return,
            Ret::Never => {
                procedure.register = Some(Type::Never {
                    span: procedure.proc.span,
                });
                return;
            }
            Ret::Value(ty) => (Some(ty), false),
            Ret::Result { ty, gives } => {
                let value = match gives {
                    Gives::Register => ty.argument_of("Result").filter(|ty| !ty.is_unit()),
                    Gives::RegisterAndOuts(ty) => Some(ty),
                    Gives::Outs => None,
                };
                (value, true)
            }
        };
        let named = |name: &str, span: Span| Some(Type::named(name, span));
        let Some(ty) = ty else {
            procedure.register = self.only_of_failure(ret);
            return;
        };
        let span = ty.span();
        let status = status_of(ty).filter(|_| in_result);
        if let Ret::Result { ty: result, .. } = ret {
            let error = types_in(result)
                .nth(1)
                .filter(|error| status_of(error).is_some());
            if let (Some(error), None) = (error, status) {
                self.refuse(
                    span,
                    &format!("the procedure returns the status, and so no `{ty}`"),
                    "one value comes back",
                    &format!("write `Result<(), {error}>`; what it fills is `out name: {ty}`"),
                );
            }
        }
        (procedure.register, procedure.value) = match ty {
            _ if ty.is("bool") && self.compares_with_numbers() => (named("i32", span), Value::Word),
            _ if ty.is("bool") => (named("i32", span), Value::Bool),
            _ if ty.is("OwnedHandle") => {
                let target = Box::new(Type::named("::core::ffi::c_void", span));
                let raw = Type::Ptr {
                    span,
                    mutable: true,
                    target,
                };
                (Some(raw), Value::Handle)
            }
            _ if ty.is("OwnedSocket") => {
                if !in_result {
                    self.refuse(
                        span,
                        "a socket that could not be made is no `OwnedSocket`",
                        "may be INVALID_SOCKET",
                        "write `-> Result<OwnedSocket>`",
                    );
                }
                (named("usize", span), Value::Socket)
            }
            _ if status.is_some() => {
                let status = status.map_or(Value::Itself, Value::Status);
                (named("i32", span), status)
            }
            _ => {
                self.can_be_returned(ty);
                (Some(without_lifetimes(ty, "'static")), Value::Itself)
            }
        };
    }

    /// The register's type where the line has none for it: a BOOL, a status or a number of an error.
    pub(super) fn only_of_failure(&self, ret: &Ret) -> Option<Type> {
        let when = self.condition();
        let span = self.line.name.span;
        if let Some(Expr::Literal(word)) = when.filter(|_| !matches!(ret, Ret::Unit)) {
            if word.text == "false" {
                return None;
            }
        }
        let mut name = "i32";
        if let Some(when) = when {
            when.each(&mut |expr| {
                if let Expr::Binary(left, operator, right) = expr {
                    let is_compared = |side: &Expr| side.mentions("failretval");
                    let joins = matches!(operator.text.as_str(), "&&" | "||");
                    if !joins && (is_compared(left) || is_compared(right)) {
                        name = number_in(left).or(number_in(right)).unwrap_or(name);
                    }
                }
            });
        }
        // What a procedure returns as its error is a DWORD, unless the line says otherwise.
        let is_code = self
            .line
            .failure
            .as_ref()
            .is_some_and(|failure| failure.error.is_some());
        Some(Type::named(
            if is_code && name == "i32" {
                "u32"
            } else {
                name
            },
            span,
        ))
    }

    /// The line's condition.
    fn condition(&self) -> Option<&Expr> {
        let failure = self.line.failure.as_ref()?;
        failure.when.as_ref()
    }

    /// Whether the line's condition compares the register with a number, as `-1`.
    pub(super) fn compares_with_numbers(&self) -> bool {
        let mut found = false;
        if let Some(when) = self.condition() {
            when.each(&mut |expr| {
                if let Expr::Binary(left, _, right) = expr {
                    let number = |expr: &Expr| match expr {
                        Expr::Unary(_, operand) => matches!(&**operand, Expr::Literal(_)),
                        Expr::Literal(word) => int::read(word.clone()).is_some(),
                        _ => false,
                    };
                    found |= (left.is("failretval") && number(right))
                        || (right.is("failretval") && number(left));
                }
            });
        }
        found
    }

    pub(super) fn can_be_returned(&mut self, ty: &Type) {
        self.can_be_anything(ty);
        match ty {
            Type::Ptr { target, .. } => self.has_a_form_inside(target),
            Type::Path(_) if !self.is_generic(ty) => self.has_a_form_inside(ty),
            Type::Path(_) => self.of_no_one_type(ty.span(), &ty.to_string()),
            _ => self.refuse(
                ty.span(),
                &match self.line.promise {
                    Promise::Nothing => "no procedure returns this".to_string(),
                    _ => format!("`{ty}` is nothing that a procedure returns"),
                },
                "neither a named type nor a raw pointer",
                match self.line.promise {
                    Promise::Nothing => "write a number, a handle or a pointer: `*byte`",
                    _ => "write the number, the handle's type, `*mut T` or `Option<&'static T>`",
                },
            ),
        }
    }

    /// When the call has failed, and with what.
    pub(super) fn failure(&mut self, procedure: &mut Procedure, ret: &Ret) {
        let Ret::Result { ty, .. } = ret else {
            return;
        };
        let error = types_in(ty).nth(1);
        let status = error.and_then(status_of);
        let failure = self.line.failure.clone();
        let (when, code, span) = match failure {
            Some(failure) => (failure.when, failure.error, failure.span),
            None => (None, None, procedure.proc.span),
        };
        if let (Some(error), Some(code)) = (error.filter(|_| status.is_some()), &code) {
            let message =
                format!("the error is a number, and `{error}` is what the procedure returns");
            self.refuse(
                code.span(),
                &message,
                "two errors",
                "take `=>` and what is behind it away",
            );
        }
        // C's `false`: it can't fail.
        if matches!(&when, Some(Expr::Literal(word)) if word.text == "false") {
            if let Some(code) = code {
                self.refuse(
                    code.span(),
                    "a call that can't fail has no error",
                    "never asked for",
                    "write when it fails before `=>`",
                );
            }
            return;
        }
        let is_number = |when: &Expr| {
            when.is("e1") || (when.is("failretval") && procedure.value != Value::Bool)
        };
        if let Some(when) = when.as_ref().filter(|when| is_number(when)) {
            self.refuse(
                when.span(),
                "a number is no condition",
                "true or false?",
                "compare it: `failretval == 0`, `e1 != 0`",
            );
        }
        let zero = Zero::of(procedure.value, procedure.register.as_ref());
        let when = match when {
            Some(when) if self.line.promise == Promise::Nothing => zero.rewrite(when),
            Some(when) => when,
            None if status.is_some() => comparison("failretval", "<", "0", span),
            None if procedure.value == Value::Socket => return,
            None => zero.test(span),
        };
        let reads_last_error =
            when.mentions("e1") || code.as_ref().is_some_and(|code| code.mentions("e1"));
        let error = match (code, status) {
            (Some(code), _) => Cause::Code(code),
            (None, Some(status)) => Cause::Status {
                status,
                optional: error.is_some_and(|error| error.is("CallError")),
            },
            (None, None) => Cause::LastError,
        };
        procedure.failure = Some(Failed {
            when,
            reads_last_error,
            error,
        });
    }
}

/// The type that a number in an expression tells, of itself or by a cast: one above `i32`'s is a `u32`.
fn number_in(expr: &Expr) -> Option<&'static str> {
    let mut found = None;
    expr.each(&mut |expr| match expr {
        Expr::Literal(number) => {
            let int = int::read(number.clone());
            let is_wide = int
                .as_ref()
                .is_some_and(|int| int.magnitude > i32::MAX as u64);
            let wide = is_wide.then_some("u32");
            found = found.or(int.and_then(|int| int.suffix)).or(wide);
        }
        Expr::Cast(operand, ty) if !operand.mentions("failretval") => {
            found = found.or(NUMBERS.iter().find(|number| ty.is(number)).copied());
        }
        _ => {}
    });
    found
}
