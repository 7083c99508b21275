//! Which types have a form in C. Owns: what of an argument can stand in a procedure's declaration, and the words for what
//! can't.

use super::returned::NUMBERS;
use crate::check::Rules;
use crate::checked::{Arg, Lent, Procedure};
use crate::model::*;
use crate::source::Span;

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

impl Rules<'_> {
    /// The line's type parameters, each with whether it is bound by what stands for several types here.
    pub(super) fn generics(&self) -> impl Iterator<Item = (&Name, bool)> {
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

    pub(super) fn generics_have_a_form(&mut self) {
        let unknown = self.generics().filter(|(_, known)| !known);
        let unknown: Vec<Name> = unknown.map(|(name, _)| name.clone()).collect();
        for name in unknown {
            if !self.is_told_of(&name) {
                self.of_no_one_type(name.span, &name.text);
            }
        }
    }

    /// Whether the rules of parameters have told of a type parameter: it is one's type, and has no bound that they know.
    pub(super) fn is_told_of(&self, name: &Name) -> bool {
        let is_of_it = |param: &Param| matches!(param, Param::Value { ty, .. } if ty.is(&name.text) && self.role(ty).is_err());
        self.line.params.iter().any(is_of_it)
    }

    pub(super) fn of_no_one_type(&mut self, span: Span, ty: &str) {
        self.refuse(
            span,
            &format!("`{ty}` is of no one type, and a DLL's procedure is"),
            "no part of the procedure's declaration",
            "name the type that the procedure takes; `impl PathArg`, `impl AsHandle` and `impl AsSocket` stand for several",
        );
    }

    /// Whether what is handed over has a form in C.
    pub(super) fn has_a_form(&mut self, procedure: &Procedure, arg: &Arg) {
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

    pub(super) fn value_has_a_form(&mut self, proc: &str, ty: &Type) {
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
    pub(super) fn has_a_form_inside(&mut self, ty: &Type) {
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

    pub(super) fn without_a_size(&mut self, ty: &Type) {
        self.refuse(
            ty.span(),
            &format!("a pointer to `{ty}` is two values here, and C's pointer is one"),
            "a pointer and a length in one",
            "write `*const T` or `*mut T` and the length as a parameter of its own",
        );
    }

    /// Whether a type is the line's own type parameter.
    pub(super) fn is_generic(&self, ty: &Type) -> bool {
        self.line
            .generics
            .iter()
            .any(|generic| matches!(generic, GenericParam::Type { name, .. } if ty.is(&name.text)))
    }

    /// A register is whatever the procedure gives: a type that has no room for some of that can't be its.
    pub(super) fn can_be_anything(&mut self, ty: &Type) {
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
