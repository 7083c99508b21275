//! Go's lines as lines of the Rust dialect, for a person to take over. Owns: what the names of a Go line tell about
//! its types. It guesses, from a parameter's name and from what little is known of calls, and errs towards `unsafe`.

use super::go::{GoLine, GoParam, GoType, parse};
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
    let mut ret = match go.error() {
        Some(_) => Some(Type::applied(
            "Result",
            value.unwrap_or_else(|| Type::unit(span)),
            span,
        )),
        None => value,
    };
    let mut failure = go.failure.clone();
    if let (Some(error), Some(Target::Proc { .. })) = (go.returned_error(), &go.target) {
        (ret, failure) = returned(error, span);
    }
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
        failure,
        returned_error: None,
        target,
    }
}

/// What a procedure of a DLL gives that returns its error, and when that is one: Go's generator goes by the error's name.
fn returned(error: &Name, span: Span) -> (Option<Type>, Option<Failure>) {
    let word = |text: &str| Name::new(text, error.span);
    let failretval = || Expr::named("failretval", error.span);
    let when = Expr::Binary(
        Box::new(failretval()),
        word("!="),
        Box::new(Expr::Literal(word("0"))),
    );
    let mut ret = Type::applied("Result", Type::unit(span), span);
    let is_status = error.text == "ntstatus";
    if let (true, Type::Path(path)) = (is_status, &mut ret) {
        let status = GenericArg::Type(Type::named("NtStatus", span));
        let last = path.segments.last_mut();
        last.expect("`Result` is a segment").args.push(status);
    }
    let failure = Failure {
        when: Some(when),
        error: (!is_status).then(failretval),
        span: error.span,
    };
    (Some(ret), Some(failure))
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
