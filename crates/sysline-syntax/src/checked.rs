//! What an emitter sees: a line that has passed every rule, with all that follows from it worked out. An emitter
//! prints this and decides nothing.

use crate::model::{Attr, Blocking, Constant, GenericParam, Name, Type, Visibility};
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
    Text(Name),
    /// A parameter that has a descriptor, by `AsFd`.
    Descriptor(Name),
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

impl Arg {
    /// The parameter, if it becomes a string.
    pub fn text(&self) -> Option<&Name> {
        if let Arg::Text(name) = self {
            Some(name)
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
    Windows {
        /// The DLL without its ending.
        dll: String,
        /// The procedure.
        proc: String,
        /// Whether it may be absent.
        optional: bool,
        /// The words of the expression that says when it has failed; where there is none, zero says so.
        failure: Option<Vec<Name>>,
    },
}
