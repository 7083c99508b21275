//! The names that wrappers mention and that somebody must bring in. Owns: which of them Rust and the runtime have.

use std::collections::BTreeSet;
use sysline_syntax::checked::{Arg, Call, Cause, Ret, Wrapper};
use sysline_syntax::model::{Bound, Constant, Expr, GenericParam, Name, Path, Type};

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

/// The names of `sysline::windows::prelude`, as [`PRELUDE`].
pub const WINDOWS_PRELUDE: &[&str] = &[
    "AsHandle",
    "AsSocket",
    "BorrowedHandle",
    "BorrowedSocket",
    "CStr",
    "CallError",
    "HResult",
    "MaybeUninit",
    "MissingProc",
    "NonNull",
    "NtStatus",
    "OwnedHandle",
    "OwnedSocket",
    "PathArg",
    "Result",
    "U16CStr",
    "Win32Error",
    "c_char",
    "c_int",
    "c_long",
    "c_uint",
    "c_ulong",
    "c_void",
];

/// The module that has the runtime's names for these wrappers, which are for one system, and those names.
pub(crate) fn prelude(wrappers: &[Wrapper]) -> (&'static str, &'static [&'static str]) {
    let for_windows = |wrapper: &Wrapper| matches!(wrapper.call, Call::Windows(_));
    if wrappers.iter().any(for_windows) {
        ("sysline::windows::prelude", WINDOWS_PRELUDE)
    } else {
        ("sysline::prelude", PRELUDE)
    }
}

/// What every Rust program has without a `use`, as far as it can stand in a line.
const RUST: &[&str] = &[
    "Box", "FnOnce", "From", "Into", "None", "Option", "Self", "Send", "Sized", "Some", "String",
    "Sync", "Vec", "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str",
    "u128", "u16", "u32", "u64", "u8", "usize",
];

/// The names of types and constants that the wrappers mention and that neither Rust nor the runtime's prelude has:
/// what the modules of `--types` must have.
pub fn mentioned(wrappers: &[Wrapper]) -> BTreeSet<String> {
    let (_, prelude) = prelude(wrappers);
    all(wrappers)
        .into_iter()
        .filter(|name| !prelude.contains(&name.as_str()))
        .collect()
}

/// The names that they mention of the runtime's prelude.
pub(crate) fn of_prelude(wrappers: &[Wrapper]) -> Vec<&'static str> {
    let all = all(wrappers);
    prelude(wrappers)
        .1
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
            // A path's first step is what must be there.
            let first = path
                .segments
                .first()
                .map(|segment| segment.name.text.as_str());
            if let Some(first) = first.filter(|first| !path.global && !ROOTS.contains(first)) {
                own.insert(first.to_string());
            }
        };
        types_of(wrapper).for_each(|ty| ty.each_path(&mut visit));
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
            match arg {
                Arg::Constant(Constant::Path(path), _) => visit(path),
                Arg::Constant(Constant::Cast(path, ty), _) => {
                    visit(path);
                    visit(ty);
                }
                _ => {}
            }
        }
        types_of(wrapper)
            .for_each(|ty| ty.each_length(&mut |words| own.extend(constants_of(words))));
        if let Call::Windows(procedure) = &wrapper.call {
            if let Some(failure) = &procedure.failure {
                own.extend(constants(wrapper, &failure.when));
                if let Cause::Code(code) = &failure.error {
                    own.extend(constants(wrapper, code));
                }
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

/// Where a path may begin without anybody's `use`.
const ROOTS: &[&str] = &["alloc", "core", "crate", "self", "std", "super", "sysline"];

/// All types of a wrapper's signature.
fn types_of(wrapper: &Wrapper) -> impl Iterator<Item = &Type> {
    wrapper
        .params
        .iter()
        .chain(&wrapper.outs)
        .map(|(_, ty)| ty)
        .chain(ret_type(&wrapper.ret))
}

/// The constants of an array's length: names of capitals that are no step of a path.
fn constants_of(words: &[Name]) -> impl Iterator<Item = String> + '_ {
    let constant =
        |text: &str| text.starts_with(char::is_uppercase) && !text.contains(char::is_lowercase);
    let step = |at: usize| at > 0 && words[at - 1].text == "::";
    let found = words
        .iter()
        .enumerate()
        .filter(move |(at, word)| constant(&word.text) && !step(*at));
    found.map(|(_, word)| word.text.clone())
}

/// The names of constants, types and functions that a condition mentions.
fn constants(wrapper: &Wrapper, condition: &Expr) -> Vec<String> {
    let mut names = Vec::new();
    condition.each(&mut |expr| {
        if let Expr::Path(path) | Expr::Call(path, _) | Expr::Cast(_, path) = expr {
            let first = path.segments.first().map(|first| &first.name.text);
            let first = first.filter(|first| !path.global && !ROOTS.contains(&first.as_str()));
            let is_param =
                |name: &String| wrapper.params.iter().any(|(param, _)| param.text == **name);
            let own =
                |name: &String| matches!(name.as_str(), "failretval" | "e1") || is_param(name);
            names.extend(first.filter(|name| !own(name)).cloned());
        }
    });
    names
}

fn ret_type(ret: &Ret) -> Option<&Type> {
    match ret {
        Ret::Unit | Ret::Never => None,
        Ret::Value(ty) | Ret::Result { ty, .. } => Some(ty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names that the runtime's file re-exports, in the order of this file's list.
    fn exported(file: &str) -> Vec<String> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../sysline/src")
            .join(file);
        let text = std::fs::read_to_string(path).unwrap();
        let mut names: Vec<String> = text
            .lines()
            .filter_map(|row| row.strip_prefix("pub use ")?.strip_suffix(';'))
            .flat_map(|path| {
                let (_, last) = path.rsplit_once("::").unwrap();
                let list = path
                    .split_once('{')
                    .map_or(last, |(_, list)| list.trim_end_matches('}'));
                list.split(", ").map(str::to_string).collect::<Vec<_>>()
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_lists_are_those_of_the_runtime() {
        assert_eq!(exported("prelude.rs"), PRELUDE);
        assert_eq!(exported("windows/prelude.rs"), WINDOWS_PRELUDE);
    }
}
