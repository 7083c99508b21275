//! The names that wrappers mention and that somebody must bring in. Owns: which of them Rust and the runtime have.

use std::collections::BTreeSet;
use sysline_syntax::checked::{Arg, Ret, Wrapper};
use sysline_syntax::model::{Bound, Constant, GenericParam, Path, Type};

/// The names of `sysline::prelude`: a generated file takes those of them that it mentions from there.
pub const PRELUDE: &[&str] = &[
    "Arg",
    "AsFd",
    "BorrowedFd",
    "CStr",
    "Errno",
    "MaybeUninit",
    "NonNull",
    "OwnedFd",
    "PathArg",
    "Pid",
    "RawFd",
    "Result",
    "c_char",
    "c_int",
    "c_long",
    "c_uint",
    "c_ulong",
    "c_void",
];

/// What every Rust program has without a `use`, as far as it can stand in a line.
const RUST: &[&str] = &[
    "Box", "FnOnce", "From", "Into", "None", "Option", "Self", "Send", "Sized", "Some", "String",
    "Sync", "Vec", "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str",
    "u128", "u16", "u32", "u64", "u8", "usize",
];

/// The names of types and constants that the wrappers mention and that neither Rust nor the runtime's prelude has:
/// what the modules of `--types` must have.
pub fn mentioned(wrappers: &[Wrapper]) -> BTreeSet<String> {
    all(wrappers)
        .into_iter()
        .filter(|name| !PRELUDE.contains(&name.as_str()))
        .collect()
}

/// The names that they mention of [`PRELUDE`].
pub(crate) fn of_prelude(wrappers: &[Wrapper]) -> Vec<&'static str> {
    let all = all(wrappers);
    PRELUDE
        .iter()
        .copied()
        .filter(|name| all.contains(*name))
        .collect()
}

fn all(wrappers: &[Wrapper]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for wrapper in wrappers {
        let mut own = BTreeSet::new();
        let mut visit = |path: &Path| {
            if path.segments.len() == 1 && !path.global {
                own.insert(path.last().name.text.clone());
            }
        };
        let types = wrapper.params.iter().chain(&wrapper.outs).map(|(_, ty)| ty);
        types
            .chain(ret_type(&wrapper.ret))
            .for_each(|ty| ty.each_path(&mut visit));
        for generic in &wrapper.generics {
            match generic {
                GenericParam::Type { bounds, .. } => bounds
                    .iter()
                    .for_each(|bound: &Bound| bound.each_path(&mut visit)),
                GenericParam::Const { ty, .. } => ty.each_path(&mut visit),
                GenericParam::Lifetime { .. } => {}
            }
        }
        for arg in &wrapper.args {
            if let Arg::Constant(Constant::Path(path)) = arg {
                visit(path);
            }
        }
        for generic in &wrapper.generics {
            if let GenericParam::Type { name, .. } | GenericParam::Const { name, .. } = generic {
                own.remove(&name.text);
            }
        }
        names.extend(own);
    }
    RUST.iter().for_each(|name| {
        names.remove(*name);
    });
    names
}

fn ret_type(ret: &Ret) -> Option<&Type> {
    match ret {
        Ret::Unit | Ret::Never => None,
        Ret::Value(ty) | Ret::Result { ty, .. } => Some(ty),
    }
}
