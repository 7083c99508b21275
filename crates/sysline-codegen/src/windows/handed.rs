//! What is handed to a procedure: each argument's form in the declaration, and its value. Owns: which of Rust's types
//! are which of C's. The checker has refused those that have no form there.

use crate::output::Output;
use crate::wrapper::Argument;
use sysline_syntax::checked::{Arg, Encoding, Lent, Wrapper};
use sysline_syntax::model::{Constant, Name, Type};
use sysline_syntax::{Print, Sink, without_lifetimes};

/// What an argument is in the procedure's declaration, and the value that is handed over: one of each, or two.
pub(super) type Handed<'w> = Vec<(String, Argument<'w>)>;

pub(super) fn handed<'w>(wrapper: &'w Wrapper, arg: &'w Arg) -> Handed<'w> {
    match arg {
        Arg::Value(name) => value(wrapper, name, type_of(&wrapper.params, name)),
        Arg::SliceOrNull(name) => {
            let mut handed = value(wrapper, name, type_of(&wrapper.params, name));
            if let Some((_, address)) = handed.first_mut() {
                *address = Argument::Around("::sysline::windows::slice_or_null(", name, ")");
            }
            handed
        }
        Arg::Text(text) => {
            let unit = match text.encoding {
                Encoding::Wide => "u16",
                Encoding::Ansi | Encoding::Bytes => "u8",
            };
            let declared = format!("{}: *const {unit}", text.name.text);
            let word = super::text_with_nul(wrapper, text).text;
            let value = match word == text.name.text {
                true => Argument::Word(&text.name),
                false => Argument::Text(word),
            };
            vec![(declared, value)]
        }
        Arg::Lent(name, lent) => {
            let (ty, function) = match lent {
                Lent::Socket => (
                    "BorrowedSocket",
                    "::sysline::windows::AsSocket::as_socket(&",
                ),
                // The checker has refused descriptors.
                Lent::Handle | Lent::Fd => (
                    "BorrowedHandle",
                    "::sysline::windows::AsHandle::as_handle(&",
                ),
            };
            let declared = format!("{}: ::sysline::windows::{ty}<'_>", name.text);
            vec![(declared, Argument::Around(function, name, ")"))]
        }
        Arg::Out(name) => {
            let ty = type_of(&wrapper.outs, name);
            let inside = if ty.is("bool") {
                "i32".to_string()
            } else {
                without_lifetimes(ty, "'_").to_string()
            };
            vec![(
                format!("{}: *mut {inside}", name.text),
                Argument::Around("", name, ".as_mut_ptr()"),
            )]
        }
        Arg::Constant(constant, _) => {
            // The checker has refused constants without a type.
            let (text, ty) = match constant {
                Constant::Int(int) => (int.text.text.clone(), int.suffix.unwrap_or("usize").into()),
                Constant::Cast(_, ty) => (constant.to_text(), ty.to_text()),
                Constant::Path(path) => (path.to_text(), "usize".into()),
            };
            vec![(format!("_: {ty}"), Argument::Text(text))]
        }
        // The checker fills registers of Linux alone.
        Arg::Zero => vec![("_: usize".into(), Argument::Text("0".into()))],
    }
}

/// The type of a parameter, or of what is filled.
fn type_of<'w>(all: &'w [(Name, Type)], name: &Name) -> &'w Type {
    let found = all.iter().find(|(other, _)| other == name);
    &found.expect("an argument is a parameter or is filled").1
}

/// A parameter of the wrapper's that is handed over by its type.
fn value<'w>(wrapper: &Wrapper, name: &'w Name, ty: &Type) -> Handed<'w> {
    let optional = ty.argument_of("Option");
    let declared = |ty: &str| format!("{}: {ty}", name.text);
    match optional.unwrap_or(ty) {
        // A handle may be null, so that `Option` of one has no form in C.
        Type::Path(path) if optional.is_some() && path.is("BorrowedHandle") => {
            let raw = declared("*mut ::core::ffi::c_void");
            let function = "::sysline::windows::handle_or_null(";
            vec![(raw, Argument::Around(function, name, ")"))]
        }
        // A BOOL is an `int`: Microsoft's "Windows Data Types".
        Type::Path(_) if ty.is("bool") => {
            vec![(declared("i32"), Argument::Around("i32::from(", name, ")"))]
        }
        Type::Ref {
            mutable, target, ..
        } => {
            let pointer = if *mutable { "*mut" } else { "*const" };
            // What C's pointer points at, and how an `Option` of the reference becomes one.
            let (element, or_null) = match &**target {
                Type::Slice { element, .. } => (
                    without_lifetimes(element, "'_").to_string(),
                    ".map_or(::core::ptr::null(), <[_]>::as_ptr)",
                ),
                Type::Path(path) if path.is("CStr") => (
                    "::core::ffi::c_char".to_string(),
                    ".map_or(::core::ptr::null(), <::core::ffi::CStr>::as_ptr)",
                ),
                Type::Path(path) if path.is("U16CStr") => (
                    "u16".to_string(),
                    ".map_or(::core::ptr::null(), <::sysline::windows::U16CStr>::as_ptr)",
                ),
                Type::Path(path) if path.is("bool") => {
                    let address = if *mutable { "&mut " } else { "&" };
                    let word = Argument::Text(format!("{address}{}", flag(wrapper, name)));
                    return vec![(declared(&format!("{pointer} i32")), word)];
                }
                _ => {
                    let ty = without_lifetimes(ty, "'_").to_string();
                    return vec![(declared(&ty), Argument::Word(name))];
                }
            };
            let is_slice = matches!(**target, Type::Slice { .. });
            let around = |before, behind| Argument::Around(before, name, behind);
            let (address, length) = match (optional.is_some(), *mutable) {
                (false, true) => (around("", ".as_mut_ptr()"), around("", ".len()")),
                (false, false) => (around("", ".as_ptr()"), around("", ".len()")),
                (true, true) => (
                    around("::sysline::windows::ptr_of_mut(&mut ", ")"),
                    around("::sysline::windows::len_of_mut(&", ")"),
                ),
                (true, false) => (around("", or_null), around("", ".map_or(0, <[_]>::len)")),
            };
            let mut handed = vec![(declared(&format!("{pointer} {element}")), address)];
            if is_slice {
                handed.push(("_: usize".into(), length));
            }
            handed
        }
        _ => {
            let ty = without_lifetimes(ty, "'_").to_string();
            vec![(declared(&ty), Argument::Word(name))]
        }
    }
}

/// The variable that a procedure has in place of a reference to a `bool`: a name that no parameter has.
fn flag(wrapper: &Wrapper, name: &Name) -> String {
    let mut word = format!("{}_word", name.plain());
    while wrapper
        .params
        .iter()
        .chain(&wrapper.outs)
        .any(|(name, _)| name.text == word)
    {
        word.push('_');
    }
    word
}

/// The parameters that are borrowed anew before they are handed over.
pub(super) fn reborrowed(wrapper: &Wrapper) -> impl Iterator<Item = &Name> {
    let params = wrapper.params.iter();
    params.filter_map(|(name, ty)| match ty.argument_of("Option") {
        Some(Type::Ref {
            mutable: true,
            target,
            ..
        }) if matches!(**target, Type::Slice { .. }) => Some(name),
        _ => None,
    })
}

/// A reference to a `bool`: a BOOL is another word, which is read back.
pub(super) struct Flag<'w> {
    name: &'w Name,
    word: String,
    mutable: bool,
}

/// The references to a `bool` among a wrapper's parameters.
pub(super) fn read_back(wrapper: &Wrapper) -> Vec<Flag<'_>> {
    let params = wrapper.params.iter();
    let flags = params.filter_map(|(name, ty)| match ty {
        Type::Ref {
            mutable, target, ..
        } if target.is("bool") => Some(Flag {
            name,
            word: flag(wrapper, name),
            mutable: *mutable,
        }),
        _ => None,
    });
    flags.collect()
}

impl Flag<'_> {
    /// Whether the procedure only reads it.
    pub(super) fn is_read_only(&self) -> bool {
        !self.mutable
    }

    /// Writes the word.
    pub(super) fn write_before(&self, output: &mut Output) {
        let mutable = if self.mutable { "mut " } else { "" };
        output.raw(&format!("let {mutable}{} = i32::from(*", self.word));
        output.name(self.name);
        output.raw(");");
    }

    /// Writes it back.
    pub(super) fn write_after(&self, output: &mut Output, indent: usize) {
        if self.mutable {
            output.row(indent, |output| {
                output.raw("*");
                output.name(self.name);
                output.raw(&format!(" = {} != 0;", self.word));
            });
        }
    }
}
