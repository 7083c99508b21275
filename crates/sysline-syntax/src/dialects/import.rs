//! Go's lines as lines of the Rust dialect, for a person to take over. Owns: what the names of a system call's line tell
//! about its types: it guesses, from a parameter's name and from what little is known of calls, and errs towards `unsafe`.
//! What a line for Windows means is the checker's to know.

use super::go::{GoLine, GoParam, GoType, parse};
use super::{Dialect, scan};
use crate::check::{Os, in_rust};
use crate::diagnostic::Diagnostic;
use crate::format::target_text;
use crate::model::*;
use crate::names::{as_name, snake_case};
use crate::source::{SourceId, Sources, Span};

/// The lines of a Go file in the Rust dialect. Those for Linux have the types that the names allow: `fd int` is a
/// `BorrowedFd<'_>`, `(fd int, err error)` a `Result<OwnedFd>`. Those for Windows mean what they mean to Go's generator.
///
/// # Errors
///
/// Every problem of every line of the file, where there is any: a procedure of a DLL among system calls, too.
pub fn import(sources: &Sources, source: SourceId, os: Os) -> Result<Vec<Line>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut lines = Vec::new();
    for declaration in scan(sources, source, Dialect::Go) {
        let Some(go) = parse(&declaration, &mut problems) else {
            continue;
        };
        match (os, &go.target) {
            (Os::Windows, _) => lines.extend(procedure_line(go, &mut problems)),
            (_, Some(target @ Target::Proc { .. })) => problems.push(
                Diagnostic::new(
                    "target",
                    target.span(),
                    format!(
                        "`{}` is a DLL's procedure, not a system call",
                        target_text(target)
                    ),
                )
                .label("no target of Linux")
                .help("say `--os windows`"),
            ),
            _ => lines.push(import_line(go)),
        }
    }
    if problems.is_empty() {
        Ok(lines)
    } else {
        Err(problems)
    }
}

/// Calls whose last pointer the kernel fills, and only fills.
#[rustfmt::skip] // one column would be longer than the file
const FILLS_LAST: &[&str] = &[
    "clock_getres",
    "clock_gettime",
    "fstat",
    "fstatfs",
    "getitimer",
    "getrlimit",
    "getrusage",
    "lstat",
    "newfstatat",
    "stat",
    "statfs",
    "sysinfo",
    "times",
    "uname",
    "ustat",
];

/// Calls that can break memory or descriptors whatever types their line has: those that take addresses as numbers, close
/// or replace what a number names, change how memory may be used, or are many calls behind one number.
#[rustfmt::skip] // one column would be longer than the file
const NEVER_SAFE: &[&str] = &[
    "arch_prctl", "bpf", "brk", "clone", "clone3", "close_range", "dup2", "dup3", "execve", "execveat", "exit", "fcntl",
    "fork", "futex", "io_destroy", "io_submit", "io_uring_enter", "io_uring_register", "io_uring_setup", "ioctl", "kexec_load",
    "keyctl", "madvise", "mmap", "modify_ldt", "mprotect", "mremap", "mseal", "msgctl", "munmap", "perf_event_open",
    "personality", "pkey_mprotect", "prctl", "process_vm_readv", "process_vm_writev", "ptrace", "quotactl",
    "remap_file_pages", "rt_sigaction", "rt_sigprocmask", "seccomp", "semctl", "set_robust_list", "setns", "shmat", "shmctl",
    "shmdt", "syscall", "tgkill", "tkill", "unshare", "userfaultfd", "vfork", "vmsplice",
];

fn import_line(go: GoLine) -> Line {
    let call = go.call();
    let fact = sysline_table::find(&call);
    let reads = fact.is_some_and(|fact| fact.reads_buffers());
    let last_pointer = go
        .params
        .iter()
        .rposition(|param| matches!(param.ty, GoType::Pointer(..)));
    let fills = FILLS_LAST.contains(&call.as_str()) && go.error().is_some();
    let mut filled = None;
    let params: Vec<Param> = go
        .params
        .iter()
        .enumerate()
        .map(|(index, param)| {
            let name = param.rust_name();
            match &param.ty {
                GoType::Pointer(_, target) if fills && Some(index) == last_pointer => {
                    let ty = target.lower(false);
                    filled = Some(ty.clone());
                    Param::Value {
                        out: true,
                        name,
                        ty,
                    }
                }
                _ => Param::Value {
                    out: false,
                    ty: argument(param, &call, reads),
                    name,
                },
            }
        })
        .collect();
    let span = go.name.span;
    let values: Vec<Type> = go.values().map(result).collect();
    let value = match (filled, values.into_iter().next()) {
        (Some(filled), Some(value)) => Some(Type::Tuple {
            span,
            members: vec![value, filled],
        }),
        (filled, value) => filled.or(value),
    };
    let ret = match go.error() {
        Some(_) => Some(Type::applied(
            "Result",
            value.unwrap_or_else(|| Type::unit(span)),
            span,
        )),
        None => value,
    };
    let plain_numbers = params
        .iter()
        .all(|param| matches!(param, Param::Value { ty, .. } if is_number(ty)));
    let harmless = fact.is_some_and(|fact| fact.harmless());
    let types_are_safe = params
        .iter()
        .all(|param| matches!(param, Param::Value { ty, out, .. } if *out || is_safe(ty)));
    // Plain numbers say nothing: there the table decides.
    let safe = if plain_numbers && !params.is_empty() {
        harmless
    } else {
        types_are_safe
    };
    let safe = safe && !NEVER_SAFE.contains(&call.as_str());
    let name = as_name(&snake_case(&go.name.text));
    // The Rust dialect looks a call up under the function's name, which is not always Go's.
    let target = go.target.clone().or_else(|| {
        (name.strip_prefix("r#").unwrap_or(&name) != call)
            .then(|| Target::Sys(Name::new(format!("SYS_{}", call.to_uppercase()), span)))
    });
    Line {
        span: go.span,
        attrs: Vec::new(),
        blocking: go.blocking,
        vis: if go.exported() {
            Visibility::Public
        } else {
            Visibility::Private
        },
        promise: if safe { Promise::Safe } else { Promise::Unsafe },
        own_call: name.strip_prefix("r#").unwrap_or(&name).to_string(),
        own_proc: name.strip_prefix("r#").unwrap_or(&name).to_string(),
        name: Name::new(name, span),
        generics: Vec::new(),
        params,
        ret,
        docs: go.docs,
        failure: go.failure,
        returned_error: None,
        target,
    }
}

/// A line for a procedure of a DLL: the same parameters, results and conditions as Go's generator has for it.
fn procedure_line(go: GoLine, problems: &mut Vec<Diagnostic>) -> Option<Line> {
    let docs = go.docs.clone();
    let mut line = in_rust(go.lower(), problems)?;
    let own = Name::new(line.own_proc.clone(), line.name.span);
    let (dll, proc, optional) = match line.target {
        Some(Target::Proc {
            dll,
            proc,
            optional,
        }) => (dll, proc, optional),
        Some(target) => {
            problems.push(
                Diagnostic::new(
                    "target",
                    target.span(),
                    "a system call is no target of Windows",
                )
                .label("no DLL's procedure")
                .help("say `--os linux`"),
            );
            return None;
        }
        None => (None, own, false),
    };
    for param in &mut line.params {
        if let Param::Value { ty, .. } = param {
            *ty = parameter(ty, &proc.text);
        }
    }
    line.target = Some(Target::Proc {
        dll,
        proc,
        optional,
    });
    line.promise = Promise::Unsafe;
    line.docs = docs;
    line.own_proc = line.name.plain().to_string();
    line.own_call = line.own_proc.clone();
    if line.vis != Visibility::Public {
        line.vis = Visibility::Private;
    }
    Some(line)
}

/// A parameter as a line of the Rust dialect has it: an empty slice of Go's is null, and a string that is neither UTF-16
/// nor of the code page is C's.
fn parameter(ty: &Type, proc: &str) -> Type {
    let span = ty.span();
    match ty {
        Type::Ref { target, .. } if matches!(**target, Type::Slice { .. }) => {
            Type::applied("Option", ty.clone(), span)
        }
        Type::Impl { .. } if !proc.ends_with(['A', 'W']) => Type::Ref {
            span,
            lifetime: None,
            mutable: false,
            target: Box::new(Type::named("CStr", span)),
        },
        ty => ty.clone(),
    }
}

/// The type of an argument, by its name where Go's type is only `int`.
fn argument(param: &GoParam, call: &str, reads: bool) -> Type {
    let span = param.ty.span();
    let name = param.name.text.as_str();
    if param.ty.is_named("int") {
        // No descriptor of the caller's to lend: one that is replaced, and one of another process.
        let number = (call.starts_with("dup") && name == "newfd") || name == "targetfd";
        if call == "close" {
            return Type::named("OwnedFd", span);
        } else if name.ends_with("fd") && !number {
            return borrowed_fd(span);
        } else if is_pid(name) {
            return Type::named("Pid", span);
        } else if matches!(name, "len" | "length" | "size" | "np" | "count") {
            return Type::named("usize", span);
        }
        return Type::named("i32", span);
    }
    param.ty.lower(reads)
}

/// The type of a result, by its name where Go's type is only a number.
fn result(value: &GoParam) -> Type {
    let span = value.ty.span();
    let name = value.name.text.as_str();
    if !value.ty.is_named("int") && !value.ty.is_named("int64") {
        return value.ty.lower(false);
    }
    let rust = match name {
        _ if name.ends_with("fd") => "OwnedFd",
        _ if is_pid(name) => "Pid",
        "n" | "sz" | "size" | "written" => "usize",
        _ if value.ty.is_named("int64") => "i64",
        _ => "i32",
    };
    Type::named(rust, span)
}

fn is_pid(name: &str) -> bool {
    matches!(
        name,
        "pid" | "ppid" | "wpid" | "tid" | "tgid" | "pgid" | "sid"
    )
}

fn borrowed_fd(span: Span) -> Type {
    let args = vec![GenericArg::Lifetime(Name::new("'_", span))];
    Type::Path(Path {
        span,
        global: false,
        segments: vec![Segment {
            name: Name::new("BorrowedFd", span),
            args,
        }],
    })
}

/// Whether the type is a number, be it a process's.
fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if is_rust_number(&path.last().name.text) || path.is("Pid"))
}

fn is_rust_number(name: &str) -> bool {
    matches!(
        name,
        "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize" | "bool"
    )
}

/// Whether no value of the type can be a wild pointer. A bare `usize` may be one: Go writes addresses as `uintptr`.
fn is_safe(ty: &Type) -> bool {
    match ty {
        Type::Impl { .. } => true,
        // What is no number may hold an address.
        Type::Ref { target, .. } => {
            matches!(&**target, Type::Slice { element, .. } if is_number(element))
        }
        Type::Path(path) => {
            let name = path.last().name.text.as_str();
            (is_rust_number(name) && name != "usize")
                || matches!(name, "BorrowedFd" | "OwnedFd" | "Pid")
        }
        _ => false,
    }
}
