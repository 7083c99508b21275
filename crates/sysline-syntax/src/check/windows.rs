//! The rules of lines for Windows: what of a line has a form in C, when a procedure has failed, and where its error is.
//! Owns: what Go's generator for Windows means by a line, and which of Rust's types can't stand in a declaration of C's.

use super::{Os, Rules};
use crate::checked::{Arg, Cause, Encoding, Failed, Gives, Lent, Procedure, Ret, Status, Value};
use crate::diagnostic::Diagnostic;
use crate::int;
use crate::model::*;
use crate::source::Span;

/// Rust's whole numbers, and C's names for some.
const NUMBERS: &[&str] = &[
    "c_char", "c_int", "c_long", "c_uint", "c_ulong", "i16", "i32", "i64", "i8", "isize", "u16",
    "u32", "u64", "u8", "usize",
];

/// Types without a size, a reference to which is two words.
const UNSIZED: &[&str] = &["CStr", "OsStr", "Path", "U16CStr", "U16Str", "str"];

/// Types that are an address or a handle in Rust's own way, or have a descriptor that Windows has not.
const OWN: &[&str] = &[
    "Arc",
    "AsFd",
    "BorrowedFd",
    "File",
    "OwnedFd",
    "RawFd",
    "Rc",
    "Result",
    "TcpListener",
    "TcpStream",
    "U16CString",
    "U16String",
    "UdpSocket",
];

/// What may be absent in an `Option` that is no larger: there null, zero or INVALID_SOCKET is none.
fn has_room_for_none(ty: &Type) -> bool {
    const ROOMY: &[&str] = &["BorrowedSocket", "NonNull", "OwnedSocket", "Win32Error"];
    matches!(ty, Type::Ref { .. })
        || ROOMY.iter().any(|name| ty.is(name))
        || matches!(ty, Type::Path(path) if path.last().name.text.starts_with("NonZero"))
}

/// What Go's generator for Windows means by a line, said in Rust: it takes an error's name for its kind, a `*bool` for
/// a BOOL that is read back, an `Errno` for a number that is zero where there is no error.
pub(super) fn from_go(mut line: Line, problems: &mut Vec<Diagnostic>) -> Option<Line> {
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

fn comparison(left: &str, operator: &str, right: &str, span: Span) -> Expr {
    Expr::Binary(
        Box::new(Expr::named(left, span)),
        Name::new(operator, span),
        Box::new(Expr::Literal(Name::new(right, span))),
    )
}

/// How a value is compared with zero.
#[derive(Clone, Copy)]
enum Zero {
    Number,
    Pointer,
    Bool,
    /// A type of the line's own.
    Other,
}

impl Zero {
    fn of(value: Value, register: Option<&Type>) -> Zero {
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
    fn test(self, span: Span) -> Expr {
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
    fn rewrite(self, expr: Expr) -> Expr {
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

/// A type's lifetimes are of no concern to C, and a declaration has no names for them.
pub fn without_lifetimes(ty: &Type, instead: &str) -> Type {
    let inner = |ty: &Type| Box::new(without_lifetimes(ty, instead));
    let is_static = |name: &Name| name.text == "'static";
    match ty.clone() {
        Type::Ref {
            span,
            lifetime,
            mutable,
            target,
        } => Type::Ref {
            span,
            lifetime: match (lifetime, instead) {
                (Some(name), _) if is_static(&name) => Some(name),
                (_, "'_") => None,
                (_, instead) => Some(Name::new(instead, span)),
            },
            mutable,
            target: inner(&target),
        },
        Type::Ptr {
            span,
            mutable,
            target,
        } => Type::Ptr {
            span,
            mutable,
            target: inner(&target),
        },
        Type::Array { span, element, len } => Type::Array {
            span,
            element: inner(&element),
            len,
        },
        Type::Slice { span, element } => Type::Slice {
            span,
            element: inner(&element),
        },
        Type::Path(mut path) => {
            for argument in path
                .segments
                .iter_mut()
                .flat_map(|segment| &mut segment.args)
            {
                match argument {
                    GenericArg::Lifetime(name) if !is_static(name) => {
                        name.text = instead.to_string();
                    }
                    GenericArg::Type(ty) => *ty = *inner(ty),
                    _ => {}
                }
            }
            Type::Path(path)
        }
        other => other,
    }
}

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

    /// The line's type parameters, each with whether it is bound by what stands for several types here.
    fn generics(&self) -> impl Iterator<Item = (&Name, bool)> {
        let known = |bound: &Bound| {
            ["PathArg", "AsHandle", "AsSocket"]
                .iter()
                .any(|known| bound.is(known))
        };
        let generics = self.line.generics.iter();
        generics.filter_map(move |generic| match generic {
            GenericParam::Lifetime { .. } => None,
            GenericParam::Type { name, bounds } => Some((name, bounds.iter().any(known))),
            GenericParam::Const { name, .. } => Some((name, false)),
        })
    }

    fn generics_have_a_form(&mut self) {
        let unknown = self.generics().filter(|(_, known)| !known);
        let unknown: Vec<Name> = unknown.map(|(name, _)| name.clone()).collect();
        for name in unknown {
            if !self.is_told_of(&name) {
                self.of_no_one_type(name.span, &name.text);
            }
        }
    }

    /// Whether the rules of parameters have told of a type parameter: it is one's type, and has no bound that they know.
    fn is_told_of(&self, name: &Name) -> bool {
        let is_of_it = |param: &Param| matches!(param, Param::Value { ty, .. } if ty.is(&name.text) && self.role(ty).is_err());
        self.line.params.iter().any(is_of_it)
    }

    fn of_no_one_type(&mut self, span: Span, ty: &str) {
        self.refuse(
            span,
            &format!("`{ty}` is of no one type, and a DLL's procedure is"),
            "no part of the procedure's declaration",
            "name the type that the procedure takes; `impl PathArg`, `impl AsHandle` and `impl AsSocket` stand for several",
        );
    }

    /// Whether what is handed over has a form in C.
    fn has_a_form(&mut self, procedure: &Procedure, arg: &Arg) {
        let proc = &procedure.proc.text;
        match arg {
            Arg::Text(text) => {
                let named = proc.ends_with(['W', 'A']);
                if !named && self.line.promise != Promise::Nothing {
                    self.refuse(
                        text.name.span,
                        &format!(
                            "`{}` is a string, and `{proc}` ends neither in `W` nor in `A`",
                            text.name.plain()
                        ),
                        "UTF-16, or bytes?",
                        "write `&U16CStr` for UTF-16, `&CStr` for bytes",
                    );
                }
            }
            Arg::Lent(name, Lent::Fd) => self.refuse(
                name.span,
                &format!("`{}` is a descriptor, and Windows has none", name.plain()),
                "a descriptor is Linux's",
                "write `impl AsHandle` or `impl AsSocket`",
            ),
            Arg::Lent(..) | Arg::SliceOrNull(_) | Arg::Zero => {}
            Arg::Out(name) => {
                let ty = self.type_of(name);
                self.can_be_anything(&ty);
                if !ty.is("bool") {
                    self.has_a_form_inside(&ty);
                }
            }
            Arg::Constant(constant, _) => {
                let typed = match constant {
                    Constant::Int(int) => int.suffix.is_some(),
                    Constant::Cast(..) => true,
                    Constant::Path(_) => false,
                };
                if !typed {
                    self.refuse(
                        constant.span(),
                        "the type of this constant is not known",
                        "the procedure's declaration needs its type",
                        "write it with its type: `3u32`, `NAME as u32`",
                    );
                }
            }
            Arg::Value(name) => {
                let ty = self.type_of(name);
                self.value_has_a_form(proc, &ty);
            }
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

    fn value_has_a_form(&mut self, proc: &str, ty: &Type) {
        let value = ty.argument_of("Option").unwrap_or(ty);
        match value {
            Type::Path(_) if value.is("bool") && value == ty => {}
            Type::Ref {
                mutable, target, ..
            } => match &**target {
                Type::Slice { element, .. } => self.has_a_form_inside(element),
                Type::Path(path) if path.is("bool") && value == ty => {}
                Type::Path(path) if path.is("CStr") && !mutable && !proc.ends_with('W') => {}
                Type::Path(path) if path.is("U16CStr") && !mutable && !proc.ends_with('A') => {}
                Type::Path(path) if path.is("CStr") && !mutable => self.refuse(
                    ty.span(),
                    &format!("`{proc}` takes UTF-16, and `{ty}` is bytes"),
                    "not what the `W` stands for",
                    "write `impl PathArg`, or `&U16CStr`",
                ),
                Type::Path(path) if path.is("U16CStr") && !mutable => self.refuse(
                    ty.span(),
                    &format!("`{proc}` takes bytes, and `{ty}` is UTF-16"),
                    "not what the `A` stands for",
                    "write `impl PathArg`, or `&CStr`",
                ),
                target => self.has_a_form_inside(target),
            },
            Type::Impl { span, .. } => self.of_no_one_type(*span, &ty.to_string()),
            Type::Path(path) if path.is("BorrowedHandle") => {}
            _ => self.has_a_form_inside(ty),
        }
    }

    /// Whether a type can stand in a declaration of C's: no part of it has another form there.
    fn has_a_form_inside(&mut self, ty: &Type) {
        match ty {
            Type::Path(_) if ty.is("bool") => self.refuse(
                ty.span(),
                "`bool` is one byte, and Windows' BOOL is four",
                "of another size in memory",
                match self.line.promise {
                    Promise::Nothing => "write `*bool` for one that is read back, `int32` for others, or `byte` for a BOOLEAN",
                    _ => "write `&mut bool` for one that is read back, `Option<&mut i32>` for one that may be absent, `i32` \
                          for others, or `u8` for a BOOLEAN",
                },
            ),
            Type::Path(path) if UNSIZED.iter().any(|name| path.is(name)) =>
            {
                self.without_a_size(ty);
            }
            // One without such a bound has been told of already.
            Type::Path(_) if self.is_generic(ty) => {
                if self.generics().any(|(name, known)| known && ty.is(&name.text)) {
                    self.of_no_one_type(ty.span(), &ty.to_string());
                }
            }
            Type::Path(_)
                if ty
                    .argument_of("Option")
                    .is_some_and(|ty| ty.is("OwnedHandle") || ty.is("BorrowedHandle")) =>
            {
                self.refuse(
                    ty.span(),
                    &format!("`{ty}` is more than a handle: any handle is one, also null"),
                    "of another size",
                    "write the handle; as a parameter `Option<BorrowedHandle<'_>>` is one that may be null",
                );
            }
            Type::Path(_)
                if ty.argument_of("Option").is_some_and(|ty| {
                    let known = NUMBERS.iter().chain(&["Option", "bool", "char", "f32", "f64"]);
                    !has_room_for_none(ty)
                        && (matches!(ty, Type::Ptr { .. }) || known.into_iter().any(|name| ty.is(name)))
                }) =>
            {
                self.refuse(
                    ty.span(),
                    &format!("`{ty}` is more than its value: every value is one"),
                    "of another size",
                    "write a reference or a pointer that may be null, such as `Option<&mut i32>` or `*mut i32`",
                );
            }
            Type::Path(_) if ty.is("char") => self.refuse(
                ty.span(),
                "`char` is not every number, and C's characters are",
                "no type of C's",
                "write `u8` or `u16`",
            ),
            Type::Path(path)
                if self.line.promise != Promise::Nothing && OWN.iter().any(|name| path.is(name)) => self.refuse(
                ty.span(),
                &format!("`{ty}` has no form in C"),
                "Rust's own",
                "write `impl AsHandle`, `impl AsSocket`, `impl PathArg`, or a type of C's",
            ),
            Type::Path(path) => {
                let args = path.segments.iter().flat_map(|segment| &segment.args);
                for arg in args {
                    if let GenericArg::Type(ty) | GenericArg::Assoc(_, ty) = arg {
                        self.has_a_form_inside(ty);
                    }
                }
            }
            Type::Ref { target, .. } | Type::Ptr { target, .. } => self.has_a_form_inside(target),
            Type::Slice { .. } => self.without_a_size(ty),
            Type::Array { element, .. } => self.has_a_form_inside(element),
            Type::Tuple { .. } | Type::Never { .. } | Type::Impl { .. } => self.refuse(
                ty.span(),
                &format!("`{ty}` has no form in C"),
                "nothing that a procedure knows",
                "write a `#[repr(C)]` struct of a module of `--types`",
            ),
        }
    }

    fn without_a_size(&mut self, ty: &Type) {
        self.refuse(
            ty.span(),
            &format!("a pointer to `{ty}` is two values here, and C's pointer is one"),
            "a pointer and a length in one",
            "write `*const T` or `*mut T` and the length as a parameter of its own",
        );
    }

    /// Whether a type is the line's own type parameter.
    fn is_generic(&self, ty: &Type) -> bool {
        self.line
            .generics
            .iter()
            .any(|generic| matches!(generic, GenericParam::Type { name, .. } if ty.is(&name.text)))
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

    /// What comes back, as C has it, and what becomes of it.
    fn register(&mut self, procedure: &mut Procedure, ret: &Ret) {
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
    fn only_of_failure(&self, ret: &Ret) -> Option<Type> {
        let when = self
            .line
            .failure
            .as_ref()
            .and_then(|failure| failure.when.as_ref());
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

    /// A register is whatever the procedure gives: a type that has no room for some of that can't be its.
    fn can_be_anything(&mut self, ty: &Type) {
        let never = ["BorrowedSocket", "NonNull", "OwnedSocket", "Win32Error"];
        let is_never = never.iter().any(|name| ty.is(name))
            || matches!(ty, Type::Path(path) if path.last().name.text.starts_with("NonZero"));
        if is_never {
            self.refuse(
                ty.span(),
                &format!("`{ty}` is never null or zero, and what a procedure gives may be"),
                "not every value",
                &format!("write `Option<{ty}>`, a raw pointer or a number"),
            );
        }
    }

    /// Whether the line's condition compares the register with a number, as `-1`.
    fn compares_with_numbers(&self) -> bool {
        let mut found = false;
        if let Some(when) = self
            .line
            .failure
            .as_ref()
            .and_then(|failure| failure.when.as_ref())
        {
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

    fn can_be_returned(&mut self, ty: &Type) {
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
    fn failure(&mut self, procedure: &mut Procedure, ret: &Ret) {
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
