//! The rules of a line. Owns: what makes a parsed line a wrapper that can be right, and the words for what does not.
//! Every rule is tried on every line; all problems are reported together.

use crate::checked::{Arg, Call, Gives, Ret, Safety, Wrapper};
use crate::diagnostic::Diagnostic;
use crate::model::*;
use crate::names::{call_of_const, nearest_call};
use crate::source::Span;
use std::collections::HashMap;

/// Registers that carry arguments: six on every architecture that Linux runs on (syscall(2)).
const REGISTERS: usize = 6;

/// Which system the lines are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    /// System calls.
    Linux,
    /// Procedures of DLLs.
    Windows,
    /// Each line for the one that its target tells; Linux where it has none.
    EachLine,
}

/// Makes wrappers of the lines that keep the rules, and tells every breach of every rule, in the order of the lines.
pub fn check(lines: Vec<Line>, os: Os) -> (Vec<Wrapper>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let mut names = HashMap::new();
    let mut wrappers = Vec::with_capacity(lines.len());
    for line in lines {
        let is_first = is_first(&line, &mut names, &mut problems);
        let rules = Rules {
            line: &line,
            os: os_of(&line, os),
            problems: &mut problems,
        };
        wrappers.extend(rules.check().filter(|_| is_first));
    }
    (wrappers, problems)
}

fn os_of(line: &Line, os: Os) -> Os {
    match (os, &line.target) {
        (Os::EachLine, Some(Target::Proc { .. })) => Os::Windows,
        (Os::EachLine, _) => Os::Linux,
        (os, _) => os,
    }
}

/// A name may be declared once, or once for each of several conditions.
fn is_first(
    line: &Line,
    names: &mut HashMap<String, (Span, Option<String>)>,
    problems: &mut Vec<Diagnostic>,
) -> bool {
    let condition = line
        .attrs
        .iter()
        .map(|attr| attr.text.as_str())
        .find(|text| text.starts_with("cfg("));
    let condition = condition.map(str::to_string);
    let name = line.name.plain();
    match names.get(name) {
        None => {
            names.insert(name.to_string(), (line.name.span, condition));
        }
        Some((_, Some(other))) if condition.as_ref().is_some_and(|this| this != other) => {}
        Some((first, _)) => {
            problems.push(
                Diagnostic::new(
                    "duplicate",
                    line.name.span,
                    format!("`{name}` is declared twice"),
                )
                .label("declared again here")
                .note(*first, "first declared here")
                .help("rename one of them and name its call: `= SYS_NAME`"),
            );
            return false;
        }
    }
    true
}

/// One line under the rules.
struct Rules<'l> {
    line: &'l Line,
    os: Os,
    problems: &'l mut Vec<Diagnostic>,
}

/// What a parameter's type makes of it.
enum Role {
    /// Handed over as it is, in so many registers.
    Value(usize),
    Text,
    Descriptor,
}

impl Rules<'_> {
    fn check(mut self) -> Option<Wrapper> {
        let before = self.problems.len();
        let call = self.call();
        let (mut args, outs, params, registers) = self.params();
        self.fill_registers(call.as_ref(), &mut args, registers);
        let ret = if self.strings_have_a_result(&args) {
            self.ret(call.as_ref(), &outs)
        } else {
            None
        };
        let safety = match self.line.promise {
            Promise::Safe => Safety::Promised,
            Promise::Nothing if self.is_harmless(call.as_ref()) => Safety::Harmless,
            Promise::Nothing | Promise::Unsafe => Safety::Caller,
        };
        let (call, ret) = (call?, ret?);
        (self.problems.len() == before).then(|| Wrapper {
            span: self.line.span,
            docs: self.line.docs.clone(),
            attrs: self.line.attrs.clone(),
            vis: self.line.vis.clone(),
            safety,
            blocking: self.line.blocking,
            name: self.line.name.clone(),
            generics: self.line.generics.clone(),
            params,
            args,
            outs,
            ret,
            call,
        })
    }

    fn report(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    // What is called.

    fn call(&mut self) -> Option<Call> {
        if self.os == Os::Windows {
            self.procedure()
        } else {
            self.system_call()
        }
    }

    fn system_call(&mut self) -> Option<Call> {
        if let Some(failure) = &self.line.failure {
            let problem = Diagnostic::new(
                "failure",
                failure.span,
                "on Linux the kernel itself says when a call has failed",
            )
            .label("only for Windows")
            .help("take the brackets away: a result from -4095 to -1 is the error");
            self.report(problem);
        }
        let (name, span) = match &self.line.target {
            Some(Target::Number(number, _)) => {
                return Some(Call::Linux {
                    name: self.line.name.plain().to_string(),
                    number: Some(*number),
                });
            }
            Some(target @ Target::Proc { dll, proc, .. }) => {
                let text = crate::format::target_text(target);
                let meant = match dll {
                    None => sysline_table::find(&proc.text)
                        .map(|call| format!("SYS_{}", call.name().to_uppercase())),
                    Some(_) => call_of_const(&proc.text).map(|_| proc.text.clone()),
                };
                let (message, help) = match meant {
                    Some(meant) => (
                        format!("`{text}` is no target of Linux"),
                        format!("did you mean `= {meant}`?"),
                    ),
                    None => (
                        format!("`{text}` is a DLL's procedure, not a system call"),
                        "write `= SYS_NAME`, or generate for Windows: `--os windows`".to_string(),
                    ),
                };
                self.report(
                    Diagnostic::new("target", target.span(), message)
                        .label("no target of Linux")
                        .help(help),
                );
                return None;
            }
            Some(Target::Sys(constant)) => {
                // `SYS_` alone names nothing: it is told as it stands.
                (
                    call_of_const(&constant.text).unwrap_or_else(|| constant.text.clone()),
                    constant.span,
                )
            }
            None => (self.line.own_call.clone(), self.line.name.span),
        };
        if let Some(call) = sysline_table::find(&name) {
            return Some(Call::Linux {
                name: call.name().to_string(),
                number: None,
            });
        }
        let newer = "for a call newer than the table, write its number: `= 462`";
        let help = match nearest_call(&name) {
            Some(near) if self.line.target.is_some() => {
                format!("did you mean `SYS_{}`? {newer}", near.to_uppercase())
            }
            Some(near) => format!(
                "did you mean `{near}`? name it with `= SYS_{}`; {newer}",
                near.to_uppercase()
            ),
            None => format!("name the call with `= SYS_NAME`; {newer}"),
        };
        let problem = Diagnostic::new(
            "unknown-call",
            span,
            format!("unknown system call `{name}`"),
        )
        .label("not in the table of any architecture")
        .help(help);
        self.report(problem);
        None
    }

    fn procedure(&mut self) -> Option<Call> {
        let failure = self.line.failure.as_ref();
        if let Some(failure) =
            failure.filter(|failure| !failure.words.iter().any(|word| word.text == "failretval"))
        {
            let problem = Diagnostic::new(
                "failure",
                failure.span,
                "the condition does not mention `failretval`",
            )
            .label("tests nothing")
            .help("write when the call has failed: `[failretval == INVALID_SOCKET]`");
            self.report(problem);
        }
        let (dll, proc, optional) = match &self.line.target {
            Some(Target::Proc {
                dll,
                proc,
                optional,
            }) => (
                dll.as_ref().map_or("kernel32", |dll| &dll.text),
                proc.text.clone(),
                *optional,
            ),
            Some(target @ (Target::Sys(_) | Target::Number(..))) => {
                let problem = Diagnostic::new(
                    "target",
                    target.span(),
                    "a system call is no target of Windows",
                )
                .label("no DLL's procedure")
                .help("write `= dll.Proc`, or generate for Linux: `--os linux`");
                self.report(problem);
                return None;
            }
            None => ("kernel32", self.line.own_proc.clone(), false),
        };
        let failure = failure.map(|failure| failure.words.clone());
        Some(Call::Windows {
            dll: dll.to_string(),
            proc,
            optional,
            failure,
        })
    }

    // What is handed over.

    /// The arguments, what the kernel fills, and the wrapper's own parameters.
    #[allow(clippy::type_complexity)] // three lists of one walk, and what they take
    fn params(&mut self) -> (Vec<Arg>, Vec<(Name, Type)>, Vec<(Name, Type)>, usize) {
        let (mut args, mut outs, mut params) = (Vec::new(), Vec::new(), Vec::new());
        let mut registers = 0;
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
                Param::Const(constant) => (Arg::Constant(constant.clone()), 1),
                Param::Value {
                    out: true,
                    name,
                    ty,
                } => {
                    self.check_out(name, ty);
                    outs.push((name.clone(), ty.clone()));
                    (Arg::Out(name.clone()), 1)
                }
                Param::Value {
                    out: false,
                    name,
                    ty,
                } => {
                    params.push((name.clone(), ty.clone()));
                    self.check_wild(name, ty);
                    match self.role(ty) {
                        Ok(Role::Value(size)) => (Arg::Value(name.clone()), size),
                        Ok(Role::Text) => (Arg::Text(name.clone()), 1),
                        Ok(Role::Descriptor) => (Arg::Descriptor(name.clone()), 1),
                        Err(problem) => {
                            self.report(*problem);
                            (Arg::Value(name.clone()), 1)
                        }
                    }
                }
            };
            registers += size;
            if registers > REGISTERS && first_over.is_none() {
                first_over = Some(param.span());
            }
            args.push(arg);
        }
        if let Some(span) = first_over.filter(|_| self.os != Os::Windows) {
            let message = format!(
                "{registers} registers' worth of arguments: a system call takes at most {REGISTERS}"
            );
            self.report(Diagnostic::new("too-many-arguments", span, message).label("the seventh register").help(
                "a slice is two registers, pointer and length; a call that needs more takes a pointer to a struct",
            ));
        }
        (args, outs, params, registers)
    }

    /// Gives each register that the call reads a value: one that the line leaves out is zero, as in Go, and not what
    /// happens to be in it. A register that the call does not read is a mistake of the line.
    fn fill_registers(&mut self, call: Option<&Call>, args: &mut Vec<Arg>, registers: usize) {
        let Some(Call::Linux { name, number: None }) = call else {
            return;
        };
        let Some(read) = sysline_table::find(name).and_then(|call| call.arguments()) else {
            return;
        };
        let zero = || Arg::Constant(Constant::Int(Name::new("0", self.line.span)));
        args.extend((registers..read).map(|_| zero()));
        // Go's own files have such lines: what is too much was never read.
        if registers <= read || registers > REGISTERS || self.line.promise == Promise::Nothing {
            return;
        }
        let with_more = format!("{name}2");
        let help = match sysline_table::find(&with_more) {
            Some(_) => format!(
                "`{with_more}` takes more: `= SYS_{}`",
                with_more.to_uppercase()
            ),
            None => "take away what the call does not have; a slice is two, pointer and length"
                .to_string(),
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

    /// A line can't promise that no arguments do harm where one of them may point anywhere, or be anybody's descriptor.
    fn check_wild(&mut self, name: &Name, ty: &Type) {
        let inner = ty.argument_of("Option").unwrap_or(ty);
        let (may, code, label, help) = if matches!(inner, Type::Ptr { .. }) || inner.is("NonNull") {
            let help = "write `unsafe fn`, or a reference: `&T`, `&mut T`, `&mut [T]`; an address that is only a number is `usize`";
            ("point anywhere", "raw-pointer", "a raw pointer", help)
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
    fn role(&self, ty: &Type) -> Result<Role, Box<Diagnostic>> {
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
                    "str" if !mutable => Ok(Role::Text),
                    "str" => refuse(format!("`{ty}` has no NUL at its end"), "write `&mut [u8]`"),
                    "OwnedFd" | "BorrowedFd" => refuse(
                        format!("`{ty}` would hand over the descriptor's address"),
                        "write `BorrowedFd<'_>`, or `impl AsFd`",
                    ),
                    "Path" | "OsStr" | "String" | "OsString" | "PathBuf" | "CString" => refuse(
                        format!("`{ty}` has no NUL at its end, or is no pointer to one"),
                        "write `impl PathArg`, which takes it and all other strings, or `&CStr`",
                    ),
                    "Vec" | "Box" => refuse(
                        format!("`{ty}` would hand over the owner's address"),
                        "write `&[T]` or `&mut [T]`",
                    ),
                    _ => Ok(Role::Value(1)),
                },
                Type::Impl { .. } | Type::Never { .. } => {
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
                    refuse(
                        format!("`{ty}` says nothing of registers"),
                        "write `impl PathArg`, `impl AsFd` or `impl Arg`",
                    )
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
            let help = format!("bound it: `<{ty}: PathArg>`, `<{ty}: AsFd>` or `<{ty}: Arg>`");
            return self.role_of_bounds(bounds).map_or_else(
                || refuse(format!("`{ty}` says nothing of registers"), &help),
                Ok,
            );
        }
        match path.last().name.text.as_str() {
            "Option" => match ty.argument_of("Option") {
                Some(Type::Impl { .. }) => {
                    refuse(format!("`{ty}` is no argument"), "write `Option<&CStr>`")
                }
                Some(inner) => match self.role(inner)? {
                    Role::Text => refuse(
                        format!("`{ty}` has no NUL at its end"),
                        "write `Option<&CStr>`",
                    ),
                    role => Ok(role),
                },
                None => Ok(Role::Value(1)),
            },
            "f32" | "f64" => refuse(
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
                "write `&CStr` or `impl PathArg`",
            ),
            _ => Ok(Role::Value(1)),
        }
    }

    fn role_of_bounds(&self, bounds: &[Bound]) -> Option<Role> {
        bounds.iter().find_map(|bound| match bound {
            bound if bound.is("PathArg") => Some(Role::Text),
            bound if bound.is("AsFd") => Some(Role::Descriptor),
            bound if bound.is("Arg") => Some(Role::Value(1)),
            _ => None,
        })
    }

    // What comes back.

    fn ret(&mut self, call: Option<&Call>, outs: &[(Name, Type)]) -> Option<Ret> {
        let ok = self
            .line
            .ret
            .as_ref()
            .and_then(|ret| ret.argument_of("Result"));
        let (Some(ret), Some(ok)) = (&self.line.ret, ok) else {
            return self.plain_ret(call, outs);
        };
        let gives = match (outs, ok) {
            ([], Type::Tuple { span, members }) if members.len() > 1 => {
                self.report(
                    Diagnostic::new("results", *span, format!("`{ok}` is {} results, and one register comes back", members.len()))
                        .label("one too many")
                        .help("a result that the kernel writes to memory is a parameter: `out name: Type`"),
                );
                return None;
            }
            ([], _) => Gives::Register,
            ([(_, ty)], ok) if ty == ok => Gives::Outs,
            (_, Type::Tuple { members, .. }) => {
                let types = || outs.iter().map(|(_, ty)| ty);
                match members.split_first() {
                    Some((first, rest)) if rest.iter().eq(types()) => {
                        Gives::RegisterAndOuts(first.clone())
                    }
                    _ if members.len() > 1 && members.iter().eq(types()) => Gives::Outs,
                    _ => return self.outs_do_not_match(ok, outs),
                }
            }
            _ => return self.outs_do_not_match(ok, outs),
        };
        match &gives {
            Gives::Register => self.check_returned(ok)?,
            Gives::RegisterAndOuts(first) => self.check_returned(first)?,
            Gives::Outs => {}
        }
        Some(Ret::Result {
            ty: ret.clone(),
            gives,
        })
    }

    /// Whether the register that comes back can be of this type.
    fn check_returned(&mut self, ty: &Type) -> Option<()> {
        const WRITTEN: &str = "write the number that comes back; what the kernel writes to memory is `out name: Type` or `name: &mut [T]`";
        if self.os == Os::Windows {
            return Some(()); // its emitter knows more forms
        }
        let word = match ty {
            Type::Path(path) => path.last().name.text.as_str(),
            _ => "",
        };
        let help = match ty {
            Type::Ptr { .. } => return Some(()),
            Type::Tuple { members, .. } if members.is_empty() => return Some(()),
            Type::Path(_) => match word {
                "BorrowedFd" => "write `OwnedFd`: nobody else owns the descriptor that comes back",
                "f32" | "f64" | "char" | "u128" | "i128" => {
                    "write a whole number of 64 bits at most"
                }
                "str" | "String" | "Vec" | "Box" | "CStr" | "CString" | "Option" => WRITTEN,
                _ => return Some(()),
            },
            _ => WRITTEN,
        };
        let message = format!("no register is `{ty}`");
        self.report(
            Diagnostic::new("results", ty.span(), message)
                .label("comes back in a register")
                .help(help),
        );
        None
    }

    fn outs_do_not_match(&mut self, ok: &Type, outs: &[(Name, Type)]) -> Option<Ret> {
        let types: Vec<String> = outs.iter().map(|(_, ty)| ty.to_string()).collect();
        let (alone, both) = match &types[..] {
            [one] => (one.clone(), format!("(usize, {one})")),
            many => (
                format!("({})", many.join(", ")),
                format!("(usize, {})", many.join(", ")),
            ),
        };
        let names: Vec<String> = outs
            .iter()
            .map(|(name, _)| format!("`out {}`", name.text))
            .collect();
        let message = format!(
            "the result `{ok}` is not what {} gives",
            names.join(" and ")
        );
        self.report(
            Diagnostic::new("out", ok.span(), message)
                .label("not the type of what is written")
                .note(outs[0].0.span, "written by the kernel")
                .help(format!(
                    "write `Result<{alone}>`, or `Result<{both}>` for the register's value too"
                )),
        );
        None
    }

    /// A result that is no `Result`.
    fn plain_ret(&mut self, call: Option<&Call>, outs: &[(Name, Type)]) -> Option<Ret> {
        if let Some((name, _)) = outs.first() {
            let message = format!(
                "`out {}` needs a `Result`: only a call that succeeded has written it",
                name.text
            );
            let types: Vec<String> = outs.iter().map(|(_, ty)| ty.to_string()).collect();
            let types = if let [one] = &types[..] {
                one.clone()
            } else {
                format!("({})", types.join(", "))
            };
            let problem = Diagnostic::new("out", name.span, message)
                .label("never known to be written")
                .help(format!("write `-> Result<{types}>`"));
            self.report(problem);
            return None;
        }
        match &self.line.ret {
            Some(ret) if ret.is("Result") => {
                let problem = Diagnostic::new("results", ret.span(), "`Result` of what?")
                    .label("no type in angle brackets")
                    .help("write `Result<usize>`, or `Result<()>` where only an error comes back");
                self.report(problem);
                return None;
            }
            Some(Type::Tuple { span, members }) if members.len() > 1 => {
                let promise = self.line.promise;
                let help = match promise {
                    Promise::Nothing => {
                        "write `(n int, err error)`, or `(err error)` where no value comes back"
                    }
                    _ => {
                        "write `-> Result<usize>`; a result that the kernel writes to memory is `out name: Type`"
                    }
                };
                let message = format!(
                    "{} results and no error: one register comes back",
                    members.len()
                );
                self.report(
                    Diagnostic::new("results", *span, message)
                        .label("one too many")
                        .help(help),
                );
                return None;
            }
            Some(Type::Impl { span, .. }) => {
                self.report(
                    Diagnostic::new("results", *span, "a register is of one type")
                        .help("name the type"),
                );
                return None;
            }
            _ => {}
        }
        let never = matches!(self.line.ret, Some(Type::Never { .. }));
        match call? {
            Call::Linux { name, number } => self.fits_call(name, number.is_none(), never)?,
            Call::Windows { .. } => {
                if let Some(failure) = &self.line.failure {
                    let problem = Diagnostic::new(
                        "failure",
                        failure.span,
                        "the call can fail, and the line has no place for the error",
                    )
                    .label("who gets the error?")
                    .help(match self.line.promise {
                        Promise::Nothing => "write `, err error` behind the result",
                        _ => "write `-> Result<Type>`",
                    });
                    self.report(problem);
                    return None;
                }
            }
        }
        let ends = matches!(call, Some(Call::Linux { name, number: None }) if !returns(name));
        if let Some(ret) = self.line.ret.as_ref().filter(|_| !never) {
            self.check_returned(ret)?;
        }
        Some(match &self.line.ret {
            None if ends => Ret::Never,
            None => Ret::Unit,
            Some(_) if never => Ret::Never,
            Some(ret) if ret.is_unit() => Ret::Unit,
            Some(ret) => Ret::Value(ret.clone()),
        })
    }

    /// Whether the call may be declared without an error, or as one that never returns.
    fn fits_call(&mut self, name: &str, known: bool, never: bool) -> Option<()> {
        let fact = sysline_table::find(name).filter(|_| known);
        let returns = returns(name) || !known;
        if never && known && returns {
            let span = self
                .line
                .ret
                .as_ref()
                .map_or(self.line.name.span, Type::span);
            let problem = Diagnostic::new("results", span, format!("`{name}` returns"))
                .label("only exit, exit_group and sigreturn never do")
                .help("write `-> Result<()>`");
            self.report(problem);
            return None;
        }
        if !returns && self.line.promise != Promise::Nothing && self.line.ret.is_none() {
            let problem = Diagnostic::new(
                "results",
                self.line.name.span,
                format!("`{name}` never returns"),
            )
            .label("the line says that it does")
            .help("write `-> !`");
            self.report(problem);
            return None;
        }
        // Go's own files have lines that leave the error unread, and return nothing.
        let unread = self.line.promise == Promise::Nothing && self.line.ret.is_none();
        if never || unread || fact.is_some_and(|fact| fact.cannot_fail()) {
            return Some(());
        }
        let span = self
            .line
            .ret
            .as_ref()
            .map_or(self.line.name.span, Type::span);
        let help = match (self.line.promise, &self.line.ret) {
            (Promise::Nothing, _) => "write `, err error` behind the result".to_string(),
            (_, None) => "write `-> Result<()>`".to_string(),
            (_, Some(ret)) => format!("write `-> Result<{ret}>`"),
        };
        let message = format!("`{name}` can fail, and the line has no place for the error");
        self.report(
            Diagnostic::new("no-error", span, message)
                .label("an error would look like a value")
                .help(help),
        );
        None
    }

    /// A string may hold a NUL, which is an error before the call.
    fn strings_have_a_result(&mut self, args: &[Arg]) -> bool {
        if self.line.ret.as_ref().is_some_and(|ret| ret.is("Result")) {
            return true;
        }
        let Some(name) = args.iter().find_map(|arg| {
            if let Arg::Text(name) = arg {
                Some(name)
            } else {
                None
            }
        }) else {
            return true;
        };
        let help = match (self.line.promise, &self.line.ret) {
            (Promise::Nothing, _) => "write `(err error)`, or pass a `*byte`".to_string(),
            (_, Some(ret)) if !ret.is("!") => {
                format!("write `-> Result<{ret}>`, or pass a `&CStr`")
            }
            _ => "write `-> Result<()>`, or pass a `&CStr`".to_string(),
        };
        let nul = if self.os == Os::Windows {
            "a NUL within it is an error"
        } else {
            "a NUL within it is EINVAL"
        };
        let message = format!(
            "`{}` is a string, and the line has no place for an error",
            name.text
        );
        self.report(
            Diagnostic::new("string-without-error", name.span, message)
                .label(nul)
                .help(help),
        );
        false
    }

    /// Whether a line that promises nothing can't do harm: plain numbers for a call that harms nobody.
    fn is_harmless(&self, call: Option<&Call>) -> bool {
        let Some(Call::Linux { name, number: None }) = call else {
            return false;
        };
        let plain = |param: &Param| {
            let number = [
                "isize", "usize", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "bool",
            ];
            matches!(param, Param::Value { ty, .. } if number.iter().any(|number| ty.is(number)))
        };
        self.line.params.iter().all(plain)
            && sysline_table::find(name).is_some_and(|call| call.harmless())
    }
}

/// Whether a call comes back to its caller when it succeeds.
fn returns(call: &str) -> bool {
    !matches!(call, "exit" | "exit_group" | "rt_sigreturn" | "sigreturn")
}
