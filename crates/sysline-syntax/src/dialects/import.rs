//! Go's lines as lines of the Rust dialect, for a person to take over. Owns: what the names of a Go line tell about
//! its types. It guesses, from a parameter's name and from what little is known of calls, and errs towards `unsafe`.

use super::go::{GoLine, GoParam, GoType, builtin, parse};
use super::{Dialect, scan};
use crate::diagnostic::Diagnostic;
use crate::model::*;
use crate::names::{as_name, snake_case};
use crate::source::{SourceId, Sources, Span};

/// The lines of a Go file in the Rust dialect, with the types that the names allow: `fd int` is a `BorrowedFd<'_>`,
/// `(fd int, err error)` a `Result<OwnedFd>`.
///
/// # Errors
///
/// Every problem of every line of the file, where there is any.
pub fn import(sources: &Sources, source: SourceId) -> Result<Vec<Line>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let lines: Vec<Line> = scan(sources, source, Dialect::Go)
        .iter()
        .filter_map(|declaration| parse(declaration, &mut problems))
        .map(import_line)
        .collect();
    if problems.is_empty() {
        Ok(lines)
    } else {
        Err(problems)
    }
}

/// Calls whose last pointer the kernel fills, and only fills.
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

/// Calls that can break memory or descriptors whatever types their line has.
const NEVER_SAFE: &[&str] = &[
    "bpf",
    "brk",
    "clone",
    "clone3",
    "execve",
    "execveat",
    "exit",
    "fcntl",
    "fork",
    "futex",
    "ioctl",
    "io_uring_enter",
    "io_uring_setup",
    "kexec_load",
    "madvise",
    "mmap",
    "mprotect",
    "mremap",
    "munmap",
    "personality",
    "pkey_mprotect",
    "prctl",
    "process_vm_writev",
    "ptrace",
    "remap_file_pages",
    "rt_sigaction",
    "rt_sigprocmask",
    "set_robust_list",
    "setns",
    "shmat",
    "shmdt",
    "syscall",
    "unshare",
    "userfaultfd",
    "vfork",
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
    let values: Vec<Type> = go.values().map(result).collect();
    let span = go.name.span;
    let value = filled.or_else(|| values.first().cloned());
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
    let safe = !NEVER_SAFE.contains(&call.as_str())
        && params
            .iter()
            .all(|param| matches!(param, Param::Value { ty, out, .. } if *out || is_safe(ty)))
        && (harmless || !plain_numbers || params.is_empty());
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
        target,
    }
}

/// The type of an argument, by its name where Go's type is only `int`.
fn argument(param: &GoParam, call: &str, reads: bool) -> Type {
    let span = param.ty.span();
    let name = param.name.text.as_str();
    if param.ty.is_named("int") {
        let replaced = call.starts_with("dup") && name == "newfd";
        if call == "close" {
            return Type::named("OwnedFd", span);
        } else if name.ends_with("fd") && !replaced {
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

/// Whether the type is one of Rust's own numbers.
fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if builtin(&path.last().name.text).is_some() || is_rust_number(&path.last().name.text))
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
        Type::Ref { .. } | Type::Impl { .. } => true,
        Type::Path(path) => {
            let name = path.last().name.text.as_str();
            (is_rust_number(name) && name != "usize")
                || matches!(name, "BorrowedFd" | "OwnedFd" | "Pid")
        }
        _ => false,
    }
}
