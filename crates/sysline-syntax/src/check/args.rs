//! The rules of what is handed over: that registers can hold it, that there are enough of them, that each has a value,
//! and that it can't do the harm that the line promises not to do.

use super::{Os, Rules};
use crate::checked::{Arg, Call, Encoding, Lent, Text, Width};
use crate::diagnostic::Diagnostic;
use crate::model::*;
use crate::source::Span;
use std::collections::HashMap;
use sysline_table::Portable;

/// Registers that carry arguments: six on every architecture that Linux runs on (syscall(2)).
const REGISTERS: usize = 6;

/// Types that take one register where it has 64 bits.
const ONE_REGISTER: &[&str] = &[
    "BorrowedFd",
    "NonNull",
    "OwnedFd",
    "Pid",
    "RawFd",
    "bool",
    "c_int",
    "c_long",
    "c_uint",
    "c_ulong",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
];

/// What a line's parameters are to the call.
#[derive(Default)]
pub(super) struct Handed {
    /// In the order of the registers.
    pub(super) args: Vec<Arg>,
    /// What the kernel fills.
    pub(super) outs: Vec<(Name, Type)>,
    /// The wrapper's own parameters.
    pub(super) params: Vec<(Name, Type)>,
    /// How many registers the arguments take where a number of 64 bits takes one.
    registers: usize,
    /// The register that each of the line's parameters starts at.
    starts: Vec<usize>,
    /// The first parameter of a type that is not known here: of a user's own, which is taken for one register.
    first_guess: Option<usize>,
}

/// What a parameter's type makes of it.
pub(super) enum Role {
    /// Handed over as it is, in so many registers.
    Value(usize),
    /// Handed over as it is, in one register, as far as can be told.
    Own,
    /// A string; where it is optional, it may be absent.
    Text {
        optional: bool,
    },
    Lent(Lent),
}

impl Rules<'_> {
    /// What the line's parameters are to the call.
    pub(super) fn params(&mut self, encoding: Encoding) -> Handed {
        let mut handed = Handed::default();
        let mut first_over = None;
        let mut names: HashMap<&str, Span> = HashMap::new();
        for param in &self.line.params {
            if let Param::Value { name, .. } = param {
                if let Some(first) = names.insert(name.plain(), name.span) {
                    self.report(
                        Diagnostic::new(
                            "duplicate",
                            name.span,
                            format!("two parameters are called `{}`", name.plain()),
                        )
                        .label("the second one")
                        .note(first, "the first one")
                        .help("rename one of them"),
                    );
                }
            }
            let (arg, size) = match param {
                Param::Const(constant) => (Arg::Constant(constant.clone(), Width::Register), 1),
                Param::Value {
                    out: true,
                    name,
                    ty,
                } => {
                    self.check_out(name, ty);
                    handed.outs.push((name.clone(), ty.clone()));
                    (Arg::Out(name.clone()), 1)
                }
                Param::Value {
                    out: false,
                    name,
                    ty,
                } => {
                    handed.params.push((name.clone(), ty.clone()));
                    self.check_wild(name, ty);
                    match self.role(ty) {
                        Ok(Role::Value(size)) => (Arg::Value(name.clone()), size),
                        Ok(Role::Own) => {
                            handed.first_guess.get_or_insert(handed.args.len());
                            (Arg::Value(name.clone()), 1)
                        }
                        Ok(Role::Text { optional }) => {
                            let name = name.clone();
                            let text = Text {
                                name,
                                encoding,
                                optional,
                            };
                            (Arg::Text(text), 1)
                        }
                        Ok(Role::Lent(lent)) => (Arg::Lent(name.clone(), lent), 1),
                        Err(problem) => {
                            self.report(*problem);
                            (Arg::Zero, 1) // nothing more is to be said of it
                        }
                    }
                }
            };
            handed.starts.push(handed.registers);
            handed.registers += size;
            if handed.registers > REGISTERS && first_over.is_none() {
                first_over = Some(param.span());
            }
            handed.args.push(arg);
        }
        if let Some(span) = first_over.filter(|_| self.os != Os::Windows) {
            let registers = handed.registers;
            let message = format!(
                "{registers} registers' worth of arguments: a system call takes at most {REGISTERS}"
            );
            self.report(Diagnostic::new("too-many-arguments", span, message).label("the seventh register").help(
                "a slice is two registers, pointer and length; a call that needs more takes a pointer to a struct",
            ));
        }
        handed
    }

    /// Gives each register that the call reads a value: one that the line leaves out is zero, as in Go, and not what
    /// happens to be in it. A register that the call does not read is a mistake of the line.
    pub(super) fn fill_registers(&mut self, call: Option<&Call>, handed: &mut Handed) {
        let registers = handed.registers;
        let Some(Call::Linux {
            name, number: None, ..
        }) = call
        else {
            return;
        };
        let name = &name.text;
        let portable = self.portable(name);
        let counted = sysline_table::find(name).and_then(|call| call.arguments());
        let Some(read) = portable.map(|row| row.params.len()).or(counted) else {
            return;
        };
        self.check_widths(name, portable, read, handed);
        // What a row's line leaves out is zero where the registers are planned, which knows how wide it is.
        if portable.is_none() {
            handed.args.extend((registers..read).map(|_| Arg::Zero));
        }
        // Go's own files have such lines: what is too much was never read.
        if registers <= read || registers > REGISTERS || self.line.promise == Promise::Nothing {
            return;
        }
        let with_more = format!("{name}2");
        let help = if let Some(row) = portable {
            let params: Vec<&str> = row.params.iter().map(|param| param.name).collect();
            format!(
                "it takes {}, on every architecture; a slice is two of them",
                params.join(", ")
            )
        } else if sysline_table::find(&with_more).is_some() {
            format!(
                "`{with_more}` takes more: `= SYS_{}`",
                with_more.to_uppercase()
            )
        } else {
            "take away what the call does not have; a slice is two, pointer and length".to_string()
        };
        let span = self
            .line
            .params
            .last()
            .map_or(self.line.name.span, Param::span);
        let message = format!(
            "`{name}` takes {read} argument{}, and the line gives {registers}",
            if read == 1 { "" } else { "s" }
        );
        self.report(
            Diagnostic::new("too-many-arguments", span, message)
                .label("never read by the kernel")
                .help(help),
        );
    }

    /// A number that has 64 bits on every architecture is given as such, and one of a register's size is not. Go's lines
    /// are of one architecture, and so is a line with a condition on it.
    fn check_widths(
        &mut self,
        call: &str,
        row: Option<&Portable>,
        read: usize,
        handed: &mut Handed,
    ) {
        let of_one = |attr: &Attr| {
            attr.condition().is_some_and(|text| {
                text.contains("target_pointer_width") || text.contains("target_arch")
            })
        };
        let of_one = self.line.promise == Promise::Nothing || self.line.attrs.iter().any(of_one);
        for at in 0..handed.args.len() {
            // Behind a type that may be two registers the place is known only if all of them together fit.
            let is_placed =
                handed.first_guess.is_none_or(|guess| at <= guess) || handed.registers == read;
            let wide = match row {
                None => false,
                Some(row) if is_placed => row
                    .params
                    .get(handed.starts[at])
                    .is_some_and(|param| param.wide),
                Some(_) => continue,
            };
            if let (true, Arg::Constant(_, width)) = (wide, &mut handed.args[at]) {
                *width = Width::Wide;
            }
            match wide {
                _ if of_one => {}
                true => self.check_wide(call, &self.line.params[at]),
                false => self.check_of_register(call, &self.line.params[at]),
            }
        }
    }

    fn check_wide(&mut self, call: &str, param: &Param) {
        const NARROW: &[&str] = &[
            "bool", "c_int", "c_long", "c_uint", "c_ulong", "i16", "i32", "i8", "isize", "u16",
            "u32", "u8", "usize",
        ];
        let (span, narrow) = match param {
            Param::Value { ty, .. } => {
                let narrow = NARROW.iter().find(|narrow| ty.is(narrow));
                (ty.span(), narrow.copied())
            }
            Param::Const(Constant::Int(int)) => {
                let narrow = int.suffix.filter(|suffix| NARROW.contains(suffix));
                (int.text.span, narrow)
            }
            Param::Const(Constant::Cast(_, ty)) => {
                let narrow = NARROW.iter().find(|narrow| ty.is(narrow));
                (ty.span, narrow.copied())
            }
            Param::Const(Constant::Path(_)) => return,
        };
        let Some(narrow) = narrow else {
            return;
        };
        let signed = narrow.starts_with('i') || matches!(narrow, "c_int" | "c_long");
        let message = format!(
            "`{call}` takes a number of 64 bits here on every architecture, and `{narrow}` has fewer on some"
        );
        self.report(
            Diagnostic::new("narrow", span, message)
                .label("too narrow where a register has 32 bits")
                .help(format!("write `{}`", if signed { "i64" } else { "u64" })),
        );
    }

    fn check_of_register(&mut self, call: &str, param: &Param) {
        let (span, wide) = match param {
            Param::Value { out: true, .. } => return, // its address
            Param::Value { ty, .. } if ty.is("u64") => (ty.span(), "u64"),
            Param::Value { ty, .. } if ty.is("i64") => (ty.span(), "i64"),
            Param::Const(Constant::Cast(_, ty)) if ty.is("u64") => (ty.span, "u64"),
            Param::Const(Constant::Cast(_, ty)) if ty.is("i64") => (ty.span, "i64"),
            Param::Const(Constant::Int(int)) => match int.suffix {
                Some(suffix @ ("u64" | "i64")) => (int.text.span, suffix),
                _ => return,
            },
            _ => return,
        };
        let narrow = if wide == "i64" {
            "isize` or `i32"
        } else {
            "usize` or `u32"
        };
        let message = format!(
            "`{call}` takes one register here, and `{wide}` is two where a register has 32 bits"
        );
        self.report(
            Diagnostic::new("wide", span, message)
                .label("too wide where a register has 32 bits")
                .help(format!("write `{narrow}`")),
        );
    }

    /// A line can't promise that no arguments do harm where one of them may point anywhere, or be anybody's descriptor.
    fn check_wild(&mut self, name: &Name, ty: &Type) {
        let inner = ty.argument_of("Option").unwrap_or(ty);
        let (may, code, label, help) = if matches!(inner, Type::Ptr { .. }) || inner.is("NonNull") {
            let help = "write `unsafe fn`, or a reference: `&T`, `&mut T`, `&mut [T]`; an address that is only a number is `usize`";
            ("point anywhere", "raw-pointer", "a raw pointer", help)
        } else if self.os == Os::Windows && is_pointer_of_windows(inner) {
            let help = "write `unsafe fn`, or `impl PathArg`, `&U16CStr`, `&CStr` or a reference";
            ("point anywhere", "raw-pointer", "a raw pointer", help)
        } else if self.os == Os::Windows && is_handle_of_windows(inner) {
            let help = "write `impl AsHandle` or `impl AsSocket`, or `OwnedHandle` or `OwnedSocket`, or `unsafe fn`";
            ("be anybody's", "raw-handle", "a bare handle", help)
        } else if inner.is("RawFd") {
            (
                "be anybody's",
                "raw-fd",
                "a bare descriptor",
                "write `BorrowedFd<'_>` or `OwnedFd`, or `unsafe fn`",
            )
        } else {
            return;
        };
        if self.line.promise == Promise::Safe {
            let message = format!(
                "`{}` may {may}, and the line promises that no arguments can do harm",
                name.text
            );
            self.report(
                Diagnostic::new(code, ty.span(), message)
                    .label(label)
                    .help(help),
            );
        }
    }

    fn check_out(&mut self, name: &Name, ty: &Type) {
        if matches!(
            ty,
            Type::Ref { .. }
                | Type::Ptr { .. }
                | Type::Slice { .. }
                | Type::Never { .. }
                | Type::Impl { .. }
        ) {
            let message = format!(
                "`out {}` is a value that the kernel fills, and `{ty}` is none",
                name.text
            );
            self.report(Diagnostic::new("out", ty.span(), message).label("not a value").help(
                "write the value's own type: `out stat: Stat`; a buffer of the caller's is `name: &mut [T]`",
            ));
        }
    }

    /// What a parameter of this type is to the call, or why it can't be one.
    pub(super) fn role(&self, ty: &Type) -> Result<Role, Box<Diagnostic>> {
        let refuse = |message: String, help: &str| {
            let problem = Diagnostic::new("type", ty.span(), message);
            Err(Box::new(
                problem.label("not an argument of a call").help(help),
            ))
        };
        match ty {
            Type::Ref {
                target, mutable, ..
            } => match &**target {
                Type::Slice { .. } => Ok(Role::Value(2)),
                Type::Path(path) => match path.last().name.text.as_str() {
                    "str" if !mutable => Ok(Role::Text { optional: false }),
                    "str" => refuse(format!("`{ty}` has no NUL at its end"), "write `&mut [u8]`"),
                    "OwnedHandle" | "BorrowedHandle" | "OwnedSocket" | "BorrowedSocket" => refuse(
                        format!("`{ty}` would hand over the handle's address"),
                        "write `BorrowedHandle<'_>` or `impl AsHandle`, `BorrowedSocket<'_>` or `impl AsSocket`",
                    ),
                    "OwnedFd" | "BorrowedFd" => refuse(
                        format!("`{ty}` would hand over the descriptor's address"),
                        "write `BorrowedFd<'_>`, or `impl AsFd`",
                    ),
                    "Path" | "OsStr" | "String" | "OsString" | "PathBuf" | "CString" => refuse(
                        format!("`{ty}` has no NUL at its end, or is no pointer to one"),
                        &format!(
                            "write `impl PathArg`, which takes it and all other strings, or `{}`",
                            self.string_with_nul()
                        ),
                    ),
                    "Vec" | "Box" => refuse(
                        format!("`{ty}` would hand over the owner's address"),
                        "write `&[T]` or `&mut [T]`",
                    ),
                    _ => Ok(Role::Value(1)),
                },
                Type::Impl { .. } => refuse(
                    format!("`{ty}` is no argument"),
                    &format!("write `{target}`, which a reference is too"),
                ),
                Type::Never { .. } => {
                    refuse(format!("`{ty}` is no argument"), "name the type behind `&`")
                }
                _ => Ok(Role::Value(1)),
            },
            Type::Ptr { .. } => Ok(Role::Value(1)),
            Type::Slice { .. } => refuse(
                format!("`{ty}` has no size"),
                "write `&[T]` where it is read, `&mut [T]` where it is written",
            ),
            Type::Array { .. } => refuse(
                format!("`{ty}` does not fit into a register"),
                "write `&[T; N]`, or `&mut [T; N]` where it is written",
            ),
            Type::Tuple { .. } => refuse(
                format!("`{ty}` is not one argument"),
                "write each member as a parameter",
            ),
            Type::Never { .. } => refuse("`!` has no value".into(), "write the argument's type"),
            Type::Impl { bounds, .. } => self.role_of_bounds(bounds).map_or_else(
                || {
                    let help = match self.os {
                        Os::Windows => "write `impl PathArg`, `impl AsHandle` or `impl AsSocket`",
                        _ => "write `impl PathArg`, `impl AsFd` or `impl Arg`",
                    };
                    refuse(format!("`{ty}` says nothing of registers"), help)
                },
                Ok,
            ),
            Type::Path(path) => self.role_of_path(ty, path, refuse),
        }
    }

    fn role_of_path(
        &self,
        ty: &Type,
        path: &Path,
        refuse: impl Fn(String, &str) -> Result<Role, Box<Diagnostic>>,
    ) -> Result<Role, Box<Diagnostic>> {
        let generic = self.line.generics.iter().find_map(|generic| match generic {
            GenericParam::Type { name, bounds }
                if path.segments.len() == 1 && path.is(&name.text) =>
            {
                Some(bounds)
            }
            _ => None,
        });
        if let Some(bounds) = generic {
            let traits = match self.os {
                Os::Windows => ["PathArg", "AsHandle", "AsSocket"],
                _ => ["PathArg", "AsFd", "Arg"],
            };
            let [a, b, c] = traits.map(|bound| format!("`<{ty}: {bound}>`"));
            let help = format!("bound it: {a}, {b} or {c}");
            return self.role_of_bounds(bounds).map_or_else(
                || refuse(format!("`{ty}` says nothing of registers"), &help),
                Ok,
            );
        }
        match path.last().name.text.as_str() {
            "Option" => match ty.argument_of("Option") {
                Some(Type::Impl { .. }) if self.os != Os::Windows => {
                    refuse(format!("`{ty}` is no argument"), "write `Option<&CStr>`")
                }
                Some(inner) => match self.role(inner)? {
                    Role::Text { .. } if self.os == Os::Windows => {
                        Ok(Role::Text { optional: true })
                    }
                    Role::Text { .. } => refuse(
                        format!("`{ty}` has no NUL at its end"),
                        "write `Option<&CStr>`",
                    ),
                    Role::Lent(Lent::Handle | Lent::Socket) => refuse(
                        format!("`{ty}` is no argument"),
                        "write `Option<BorrowedHandle<'_>>` or `Option<BorrowedSocket<'_>>`",
                    ),
                    role => Ok(role),
                },
                None => Ok(Role::Value(1)),
            },
            "f32" | "f64" if self.os != Os::Windows => refuse(
                format!("no argument of a system call is `{ty}`"),
                "pass a pointer to it, or a whole number",
            ),
            "char" => refuse("`char` is no number of the kernel's".into(), "write `u32`"),
            "u128" | "i128" => refuse(
                format!("`{ty}` does not fit into a register"),
                "write two `u64`",
            ),
            "String" | "OsString" | "PathBuf" | "CString" => refuse(
                format!("`{ty}` would be dropped by the call"),
                "write `impl PathArg`, which borrows and takes every string",
            ),
            "Vec" | "Box" => refuse(
                format!("`{ty}` would be dropped by the call"),
                "write `&[T]` or `&mut [T]`",
            ),
            "str" | "CStr" | "Path" | "OsStr" => refuse(
                format!("`{ty}` has no size"),
                &format!("write `{}` or `impl PathArg`", self.string_with_nul()),
            ),
            word if ONE_REGISTER.contains(&word) => Ok(Role::Value(1)),
            _ => Ok(Role::Own),
        }
    }

    /// The type of a string that has its NUL.
    pub(super) fn string_with_nul(&self) -> &'static str {
        match (self.os, self.proc_name()) {
            (Os::Windows, proc) if !proc.ends_with('A') => "&U16CStr",
            _ => "&CStr",
        }
    }

    fn role_of_bounds(&self, bounds: &[Bound]) -> Option<Role> {
        bounds.iter().find_map(|bound| match bound {
            bound if bound.is("PathArg") => Some(Role::Text { optional: false }),
            bound if bound.is("AsFd") => Some(Role::Lent(Lent::Fd)),
            bound if bound.is("AsHandle") && self.os == Os::Windows => {
                Some(Role::Lent(Lent::Handle))
            }
            bound if bound.is("AsSocket") && self.os == Os::Windows => {
                Some(Role::Lent(Lent::Socket))
            }
            bound if bound.is("Arg") => Some(Role::Own),
            _ => None,
        })
    }
}

/// Whether a type has the name of a pointer in Windows' headers, whose types `windows-sys` has by their names.
fn is_pointer_of_windows(ty: &Type) -> bool {
    const POINTERS: &[&str] = &[
        "BSTR",
        "PCSTR",
        "PCWSTR",
        "PSECURITY_DESCRIPTOR",
        "PSID",
        "PSTR",
        "PWSTR",
    ];
    POINTERS.iter().any(|pointer| ty.is(pointer))
}

/// Whether a type has the name of a handle in Windows' headers: `HANDLE`, `HKEY`, `SOCKET`.
fn is_handle_of_windows(ty: &Type) -> bool {
    let Type::Path(path) = ty else {
        return false;
    };
    let name = path.last().name.text.as_str();
    let of_headers = name.len() > 1
        && name.starts_with('H')
        && name
            .chars()
            .all(|c| c == '_' || c.is_ascii_uppercase() || c.is_ascii_digit());
    match name {
        "HRESULT" => false,
        "RawHandle" | "RawSocket" | "SOCKET" => true,
        _ => of_headers,
    }
}
