//! What an emitter sees: a line that has passed every rule, with all that follows from it worked out. An emitter
//! prints this and decides nothing.

use crate::model::{Attr, Blocking, Constant, Expr, GenericParam, Name, Type, Visibility};
use crate::source::Span;

/// A wrapper to be written.
#[derive(Clone, Debug)]
pub struct Wrapper {
    /// The line's place.
    pub span: Span,
    /// The line's own docs, a string a line.
    pub docs: Vec<String>,
    /// Attributes to pass on.
    pub attrs: Vec<Attr>,
    /// Who may call it.
    pub vis: Visibility,
    /// Why the call is right for memory.
    pub safety: Safety,
    /// Whether the call may keep its thread waiting.
    pub blocking: Blocking,
    /// The function's name.
    pub name: Name,
    /// Its type parameters and lifetimes.
    pub generics: Vec<GenericParam>,
    /// Its parameters, in order.
    pub params: Vec<(Name, Type)>,
    /// What is handed over, in the order of the registers.
    pub args: Vec<Arg>,
    /// What the kernel fills, in the order of the registers.
    pub outs: Vec<(Name, Type)>,
    /// What comes back.
    pub ret: Ret,
    /// What is called.
    pub call: Call,
}

/// Who says that a call can break neither memory nor descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// The line: no arguments can.
    Promised,
    /// The table: plain numbers can't, in this call.
    Harmless,
    /// The caller: the wrapper is an `unsafe fn`.
    Caller,
}

/// One argument of the call.
#[derive(Clone, Debug)]
pub enum Arg {
    /// A parameter as it is.
    Value(Name),
    /// A parameter that becomes a string with a NUL at its end.
    Text(Text),
    /// A parameter that lends what it has, by a trait.
    Lent(Name, Lent),
    /// A slice whose address is null where it has no elements.
    SliceOrNull(Name),
    /// One of the [`Wrapper::outs`].
    Out(Name),
    /// A value that the line gives.
    Constant(Constant, Width),
    /// What the line leaves out.
    Zero,
}

/// How many bits a number has that has no type of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Those of a register.
    Register,
    /// 64 on every architecture.
    Wide,
}

/// A parameter that becomes a string with a NUL at its end.
#[derive(Clone, Debug)]
pub struct Text {
    /// The parameter.
    pub name: Name,
    /// What the string is made of.
    pub encoding: Encoding,
    /// Whether it may be absent: a null pointer then.
    pub optional: bool,
}

/// What a string is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes, as they are.
    Bytes,
    /// UTF-16.
    Wide,
    /// Bytes of the process's ANSI code page.
    Ansi,
}

/// What a parameter lends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lent {
    /// A descriptor, by `AsFd`.
    Fd,
    /// A handle, by `AsHandle`.
    Handle,
    /// A socket, by `AsSocket`.
    Socket,
}

impl Arg {
    /// The string, if it is one.
    pub fn text(&self) -> Option<&Text> {
        if let Arg::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }
}

/// What a wrapper returns.
#[derive(Clone, Debug)]
pub enum Ret {
    /// Nothing.
    Unit,
    /// It never returns.
    Never,
    /// The register's value; the call can't fail.
    Value(Type),
    /// A value or an error.
    Result {
        /// The whole type, as the line has it: `io::Result<Stat>`.
        ty: Type,
        /// What it gives when the call has succeeded.
        gives: Gives,
    },
}

/// What a `Result` gives.
#[derive(Clone, Debug)]
pub enum Gives {
    /// The register's value.
    Register,
    /// What the kernel filled; the register only tells of errors.
    Outs,
    /// Both: the register's value, of this type, is the first of the tuple.
    RegisterAndOuts(Type),
}

/// What a wrapper calls.
#[derive(Clone, Debug)]
pub enum Call {
    /// A system call of Linux.
    Linux {
        /// The kernel's name for it; the function's own where only a number is known. Its place is where the line
        /// says what is called.
        name: Name,
        /// Whether architectures make it differently, by the table: the line means the same on each.
        portable: bool,
        /// The number, where the line gives it; else the table does, on each architecture.
        number: Option<u32>,
    },
    /// A procedure of a Windows DLL.
    Windows(Box<Procedure>),
}

/// A procedure of a Windows DLL.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// The DLL, as the line names it.
    pub dll: Name,
    /// The procedure.
    pub proc: Name,
    /// Whether it may be absent.
    pub optional: bool,
    /// What it returns, as C has it; none where nothing.
    pub register: Option<Type>,
    /// What becomes of the register where the call has succeeded.
    pub value: Value,
    /// When it has failed; none where it can't, or where the value itself tells.
    pub failure: Option<Failed>,
}

impl Procedure {
    /// Whether it has errors of its own.
    pub fn can_fail(&self) -> bool {
        self.failure.is_some() || self.value == Value::Socket
    }

    /// The DLL's file: a name without one of the endings that DLLs have gets `.dll`.
    pub fn file(&self) -> String {
        const ENDINGS: &[&str] = &["cpl", "dll", "drv", "exe", "ocx", "sys"];
        let name = &self.dll.text;
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        let is_whole = |ending: &str| ENDINGS.iter().any(|one| ending.eq_ignore_ascii_case(one));
        if ending.is_some_and(is_whole) {
            name.clone()
        } else {
            format!("{name}.dll")
        }
    }
}

/// What becomes of a procedure's register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing: it only told of failure, or the procedure returns nothing.
    Nothing,
    /// It is the value.
    Itself,
    /// A BOOL: any number but zero is true. A condition sees the `bool`.
    Bool,
    /// A BOOL as above, of which a condition sees the number.
    Word,
    /// A handle that nobody else owns.
    Handle,
    /// A socket that nobody else owns.
    Socket,
    /// A status.
    Status(Status),
}

/// The types of statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `NtStatus`
    NtStatus,
    /// `HResult`
    HResult,
}

impl Status {
    /// The type's name in the runtime.
    pub fn name(self) -> &'static str {
        match self {
            Status::NtStatus => "NtStatus",
            Status::HResult => "HResult",
        }
    }
}

/// When a procedure has failed, and with what.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The condition, an expression of Rust.
    pub when: Expr,
    /// Whether it mentions the last error.
    pub reads_last_error: bool,
    /// Where the error is.
    pub error: Cause,
}

impl Failed {
    /// Whether what the procedure returned is asked for.
    pub fn reads_register(&self) -> bool {
        let in_error = match &self.error {
            Cause::LastError => false,
            Cause::Code(code) => code.mentions("failretval"),
            Cause::Status { .. } => true,
        };
        in_error || self.when.mentions("failretval")
    }
}

/// Where a procedure's error is.
#[derive(Clone, Debug)]
pub enum Cause {
    /// The thread has it.
    LastError,
    /// This number is it.
    Code(Expr),
    /// The register is it; `optional` where the error's type has room for an absent procedure.
    Status {
        /// Which status.
        status: Status,
        /// Whether the type is `CallError` of it.
        optional: bool,
    },
}
