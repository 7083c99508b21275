//! What a line says, the same whichever dialect said it. Owns: the types of the model.
//! Knows no rule: a model may be nonsense until [`check`](crate::check()) has seen it.

use crate::source::Span;

/// A word of the line, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The word as Rust writes it.
    pub text: String,
    /// Its place.
    pub span: Span,
}

impl Name {
    /// A word at a place.
    pub fn new(text: impl Into<String>, span: Span) -> Name {
        Name {
            text: text.into(),
            span,
        }
    }

    /// The word without `r#`.
    pub fn plain(&self) -> &str {
        self.text.strip_prefix("r#").unwrap_or(&self.text)
    }
}

/// One declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From `sys` to its last token.
    pub span: Span,
    /// The comment above, a string a line, without its `//`.
    pub docs: Vec<String>,
    /// `#[…]`, passed on to the wrapper.
    pub attrs: Vec<Attr>,
    /// `sys`, or `sysnb`.
    pub blocking: Blocking,
    /// `pub` and its like.
    pub vis: Visibility,
    /// What the line promises about memory.
    pub promise: Promise,
    /// The wrapper's name.
    pub name: Name,
    /// `<'a, P: PathArg>`
    pub generics: Vec<GenericParam>,
    /// What stands in the parentheses.
    pub params: Vec<Param>,
    /// What stands behind `->`; none where nothing does.
    pub ret: Option<Type>,
    /// `[failretval == …]`
    pub failure: Option<Failure>,
    /// Go's name for its error where that is not `err`: to Go's generator for Windows, the procedure returns the error.
    pub returned_error: Option<Name>,
    /// What stands behind `=`; none where it is the function's own name.
    pub target: Option<Target>,
    /// The system call that the line is for without a target: `pread64`.
    pub own_call: String,
    /// The procedure that the line is for without a target: `GetTickCount64`.
    pub own_proc: String,
}

/// An attribute, such as `#[cfg(target_arch = "x86_64")]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attr {
    /// Its text without `#[` and `]`.
    pub text: String,
    /// Its place.
    pub span: Span,
}

impl Attr {
    /// The attribute, if it is a `cfg(…)`, behind which the line may be absent.
    pub fn condition(&self) -> Option<&str> {
        Some(self.text.as_str()).filter(|text| text.starts_with("cfg("))
    }
}

/// Whether the call may keep its thread waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocking {
    /// `sys`: it may.
    May,
    /// `sysnb`: it never does.
    Never,
}

/// Who may call the wrapper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Nothing is written.
    Private,
    /// `pub`
    Public,
    /// `pub(crate)`, `pub(super)`, `pub(in a::b)`: the text in the parentheses.
    Restricted(String),
}

/// What the line promises about memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Rust's `fn`: no arguments can break memory safety.
    Safe,
    /// Rust's `unsafe fn`: the caller answers for the arguments.
    Unsafe,
    /// Go's line promises nothing; the checker judges by the arguments.
    Nothing,
}

/// A parameter of the wrapper's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GenericParam {
    /// `'a: 'b`
    Lifetime {
        /// With its tick.
        name: Name,
        /// The lifetimes that it outlives.
        bounds: Vec<Name>,
    },
    /// `P: PathArg`
    Type {
        /// Its name.
        name: Name,
        /// What it must be.
        bounds: Vec<Bound>,
    },
    /// `const N: usize`
    Const {
        /// Its name.
        name: Name,
        /// Its type.
        ty: Type,
    },
}

/// What a type parameter or an `impl` type must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A trait; with `?` before it where `maybe` is set.
    Trait {
        /// `?Sized`
        maybe: bool,
        /// The trait.
        path: Path,
    },
    /// A lifetime with its tick.
    Lifetime(Name),
}

/// One register's worth, or more, of what is handed to the kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Param {
    /// `name: Type`, a parameter of the wrapper; with `out` before it, a result.
    Value {
        /// Whether the kernel writes it and the caller gets it as a result.
        out: bool,
        /// Its name.
        name: Name,
        /// Its type.
        ty: Type,
    },
    /// A constant in place of a parameter.
    Const(Constant),
}

impl Param {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Param::Value { name, ty, .. } => name.span.to(ty.span()),
            Param::Const(constant) => constant.span(),
        }
    }
}

/// A value that the line itself gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// `KEYCTL_READ`, `consts::KEYCTL_READ`
    Path(Path),
    /// `SIO_RCVALL as u32`
    Cast(Path, Path),
    /// `-1`, `0x10`, `3u32`
    Int(Int),
}

/// An integer literal that is a value of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Int {
    /// As it stands, with its minus.
    pub text: Name,
    /// Whether there is a minus.
    pub minus: bool,
    /// What stands behind the minus.
    pub magnitude: u64,
    /// The type that its suffix names.
    pub suffix: Option<&'static str>,
}

impl Constant {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Constant::Path(path) => path.span,
            Constant::Cast(path, ty) => path.span.to(ty.span),
            Constant::Int(int) => int.text.span,
        }
    }
}

/// When the call has failed and what its error is, where that is for the line to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The condition; none where the brackets are empty.
    pub when: Option<Expr>,
    /// The error's number, behind `=>`; none where it is the last error.
    pub error: Option<Expr>,
    /// With its brackets.
    pub span: Span,
}

/// An expression of a [`Failure`], in Rust's operators whichever dialect has written it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// `0xff`, `3u32`, `true`
    Literal(Name),
    /// `failretval`, `e1`, `INVALID_SOCKET`, `a::B`
    Path(Path),
    /// `!x`, `-x`
    Unary(Name, Box<Expr>),
    /// `x == y`
    Binary(Box<Expr>, Name, Box<Expr>),
    /// `x as u32`
    Cast(Box<Expr>, Path),
    /// `f(x, y)`
    Call(Path, Vec<Expr>),
    /// `x.f(y)`
    Method(Box<Expr>, Name, Vec<Expr>),
    /// `x.0`
    Field(Box<Expr>, Name),
}

impl Expr {
    /// A name.
    pub fn named(name: &str, span: Span) -> Expr {
        Expr::Path(Path::single(Name::new(name, span)))
    }

    /// A null pointer: Go's `nil`.
    pub(crate) fn null(span: Span) -> Expr {
        let segments = ["core", "ptr", "null_mut"].map(|name| Segment {
            name: Name::new(name, span),
            args: Vec::new(),
        });
        let path = Path {
            span,
            global: true,
            segments: segments.to_vec(),
        };
        Expr::Call(path, Vec::new())
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Expr::Literal(name) => name.span,
            Expr::Path(path) => path.span,
            Expr::Unary(operator, operand) => operator.span.to(operand.span()),
            Expr::Binary(left, _, right) => left.span().to(right.span()),
            Expr::Cast(operand, path) => operand.span().to(path.span),
            Expr::Call(path, arguments) => {
                let last = arguments.last();
                last.map_or(path.span, |last| path.span.to(last.span()))
            }
            Expr::Method(on, name, arguments) => {
                let end = arguments.last().map_or(name.span, Expr::span);
                on.span().to(end)
            }
            Expr::Field(on, name) => on.span().to(name.span),
        }
    }

    /// Calls `visit` with it and each expression in it, the outermost first.
    pub fn each<'e>(&'e self, visit: &mut impl FnMut(&'e Expr)) {
        visit(self);
        match self {
            Expr::Literal(_) | Expr::Path(_) => {}
            Expr::Unary(_, operand) | Expr::Cast(operand, _) | Expr::Field(operand, _) => {
                operand.each(visit);
            }
            Expr::Binary(left, _, right) => {
                left.each(visit);
                right.each(visit);
            }
            Expr::Call(_, arguments) => arguments.iter().for_each(|each| each.each(visit)),
            Expr::Method(on, _, arguments) => {
                on.each(visit);
                arguments.iter().for_each(|each| each.each(visit));
            }
        }
    }

    /// Whether it is the one name `name`.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Expr::Path(path) if path.segments.len() == 1 && path.is(name))
    }

    /// Whether the name is anywhere in it.
    pub fn mentions(&self, name: &str) -> bool {
        let mut found = false;
        self.each(&mut |expr| found |= expr.is(name));
        found
    }
}

/// What the line is a line for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `SYS_PREAD64`: the word as it stands.
    Sys(Name),
    /// `462`, and as it stands.
    Number(u32, Name),
    /// `ws2_32.WSASocketW`, `dll.Proc?`
    Proc {
        /// The DLL, without its ending where that is `.dll`; none where only a procedure is named.
        dll: Option<Name>,
        /// The procedure.
        proc: Name,
        /// Whether it may be absent.
        optional: bool,
    },
}

impl Target {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Target::Sys(name) => name.span,
            Target::Number(_, name) => name.span,
            Target::Proc { dll, proc, .. } => {
                dll.as_ref().map_or(proc.span, |dll| dll.span.to(proc.span))
            }
        }
    }
}

/// A type, as far as a line can say one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `OwnedFd`, `io::Result<usize>`
    Path(Path),
    /// `&'a mut T`
    Ref {
        /// From `&` to the end of the target.
        span: Span,
        /// With its tick.
        lifetime: Option<Name>,
        /// Whether there is a `mut`.
        mutable: bool,
        /// What it refers to.
        target: Box<Type>,
    },
    /// `*const T`, `*mut T`
    Ptr {
        /// From `*` to the end of the target.
        span: Span,
        /// `mut`, not `const`.
        mutable: bool,
        /// What it points at.
        target: Box<Type>,
    },
    /// `[T]`
    Slice {
        /// With its brackets.
        span: Span,
        /// The element.
        element: Box<Type>,
    },
    /// `[T; N]`
    Array {
        /// With its brackets.
        span: Span,
        /// The element.
        element: Box<Type>,
        /// The words of the length.
        len: Vec<Name>,
    },
    /// `(A, B)`, `()`
    Tuple {
        /// With its parentheses.
        span: Span,
        /// The members.
        members: Vec<Type>,
    },
    /// `!`
    Never {
        /// Its place.
        span: Span,
    },
    /// `impl PathArg`
    Impl {
        /// From `impl` to the last bound.
        span: Span,
        /// The bounds.
        bounds: Vec<Bound>,
    },
}

/// `a::b::C<'x, T>`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Its place.
    pub span: Span,
    /// Whether it starts with `::`.
    pub global: bool,
    /// One at least.
    pub segments: Vec<Segment>,
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its name.
    pub name: Name,
    /// What stands in its angle brackets.
    pub args: Vec<GenericArg>,
}

/// What may stand in angle brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GenericArg {
    /// `'_`
    Lifetime(Name),
    /// `u8`
    Type(Type),
    /// `4`
    Const(Name),
    /// `Item = u8`
    Assoc(Name, Type),
}

impl Path {
    /// A single name.
    pub fn single(name: Name) -> Path {
        Path {
            span: name.span,
            global: false,
            segments: vec![Segment {
                name,
                args: Vec::new(),
            }],
        }
    }

    /// The last step: what the path is a path to.
    pub fn last(&self) -> &Segment {
        self.segments
            .last()
            .expect("the parser makes no empty path")
    }

    /// Whether it leads to something called `name`.
    pub fn is(&self, name: &str) -> bool {
        self.last().name.text == name
    }
}

impl Type {
    /// A type that is one word.
    pub fn named(name: impl Into<String>, span: Span) -> Type {
        Type::Path(Path::single(Name::new(name, span)))
    }

    /// A type with one parameter: `Result<T>`.
    pub fn applied(name: &str, argument: Type, span: Span) -> Type {
        let args = vec![GenericArg::Type(argument)];
        Type::Path(Path {
            span,
            global: false,
            segments: vec![Segment {
                name: Name::new(name, span),
                args,
            }],
        })
    }

    /// `()`
    pub fn unit(span: Span) -> Type {
        Type::Tuple {
            span,
            members: Vec::new(),
        }
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Type::Path(path) => path.span,
            Type::Ref { span, .. }
            | Type::Ptr { span, .. }
            | Type::Slice { span, .. }
            | Type::Array { span, .. }
            | Type::Tuple { span, .. }
            | Type::Never { span }
            | Type::Impl { span, .. } => *span,
        }
    }

    /// Whether it is the path type `name`.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Type::Path(path) if path.is(name))
    }

    /// Whether it is `()`.
    pub fn is_unit(&self) -> bool {
        matches!(self, Type::Tuple { members, .. } if members.is_empty())
    }

    /// The first type in the angle brackets of the path type `name`: the `T` of `Option<T>`.
    pub fn argument_of(&self, name: &str) -> Option<&Type> {
        let Type::Path(path) = self else { return None };
        if !path.is(name) {
            return None;
        }
        path.last().args.iter().find_map(|arg| match arg {
            GenericArg::Type(ty) => Some(ty),
            _ => None,
        })
    }

    /// This type with the first type in its angle brackets put in place of another: `Result<()>` of `Result<T>`.
    pub fn with_argument(&self, new: Type) -> Type {
        let mut changed = self.clone();
        if let Type::Path(path) = &mut changed {
            let last = path
                .segments
                .last_mut()
                .expect("the parser makes no empty path");
            if let Some(slot) = last
                .args
                .iter_mut()
                .find(|arg| matches!(arg, GenericArg::Type(_)))
            {
                *slot = GenericArg::Type(new);
            }
        }
        changed
    }

    /// Calls `visit` with each path in the type, the outermost first.
    pub fn each_path<'t>(&'t self, visit: &mut impl FnMut(&'t Path)) {
        match self {
            Type::Path(path) => each_path_of(path, visit),
            Type::Ref { target, .. } | Type::Ptr { target, .. } => target.each_path(visit),
            Type::Slice { element, .. } | Type::Array { element, .. } => element.each_path(visit),
            Type::Tuple { members, .. } => {
                members.iter().for_each(|member| member.each_path(visit))
            }
            Type::Never { .. } => {}
            Type::Impl { bounds, .. } => bounds.iter().for_each(|bound| bound.each_path(visit)),
        }
    }
}

impl Type {
    /// Calls `visit` with the words of the length of each array that the type is or refers to.
    pub fn each_length<'t>(&'t self, visit: &mut impl FnMut(&'t [Name])) {
        match self {
            Type::Array { element, len, .. } => {
                visit(len);
                element.each_length(visit);
            }
            Type::Ref { target, .. } | Type::Ptr { target, .. } => target.each_length(visit),
            Type::Slice { element, .. } => element.each_length(visit),
            Type::Tuple { members, .. } => {
                members.iter().for_each(|member| member.each_length(visit))
            }
            Type::Path(path) => {
                for argument in path.segments.iter().flat_map(|segment| &segment.args) {
                    if let GenericArg::Type(ty) | GenericArg::Assoc(_, ty) = argument {
                        ty.each_length(visit);
                    }
                }
            }
            Type::Never { .. } | Type::Impl { .. } => {}
        }
    }
}

impl Bound {
    /// Calls `visit` with each path in the bound.
    pub fn each_path<'t>(&'t self, visit: &mut impl FnMut(&'t Path)) {
        if let Bound::Trait { path, .. } = self {
            each_path_of(path, visit);
        }
    }

    /// Whether it is the trait `name`.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Bound::Trait { path, .. } if path.is(name))
    }
}

fn each_path_of<'t>(path: &'t Path, visit: &mut impl FnMut(&'t Path)) {
    visit(path);
    for argument in path.segments.iter().flat_map(|segment| &segment.args) {
        match argument {
            GenericArg::Type(ty) | GenericArg::Assoc(_, ty) => ty.each_path(visit),
            GenericArg::Lifetime(_) | GenericArg::Const(_) => {}
        }
    }
}
