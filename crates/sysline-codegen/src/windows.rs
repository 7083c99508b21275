//! What a wrapper does on Windows: it declares its procedure, calls it, and asks for the last error where the call has
//! failed. Owns: that code, and the words for the lines that it can't be written for yet.
//!
//! The declaration is in the wrapper's own body, with the line's own types, so that the compiler knows the registers.
//! The loader binds it when the program starts.

use crate::output::Output;
use crate::outs::{filled, write_room, write_values};
use crate::wrapper::{Argument, Expression, WIDTH};
use sysline_syntax::checked::{Arg, Call, Gives, Ret, Safety, Wrapper};
use sysline_syntax::model::{Constant, GenericArg, GenericParam, Name, Type};
use sysline_syntax::{Diagnostic, Sink, Span};

/// Takes the wrappers out that can't be written yet, all of them for Windows: a problem each or more, with what to
/// write instead. [`items`](crate::items()) and [`file`](crate::file()) must not be given such a wrapper.
pub fn refuse(wrappers: &mut Vec<Wrapper>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    wrappers.retain(|wrapper| {
        let before = problems.len();
        problems.extend(refusals(wrapper));
        problems.len() == before
    });
    problems
}

fn refusals(wrapper: &Wrapper) -> impl Iterator<Item = Diagnostic> {
    let mut problems = Vec::new();
    if let Call::Windows {
        proc,
        optional,
        failure,
        ..
    } = &wrapper.call
    {
        problems.extend(optional.then(|| {
            refusal(
                wrapper.span,
                &format!("`{proc}?`, a procedure that may be absent, is not made yet"),
                "would be bound when the program starts",
                "leave the `?` out where every Windows that you support has the procedure",
            )
        }));
        problems.extend(refused_generics(wrapper));
        let args = wrapper.args.iter();
        problems.extend(args.filter_map(|arg| handed(wrapper, proc, arg).err()));
        problems.extend(refused_ret(wrapper));
        problems.extend(refused_failure(wrapper, failure.as_deref()));
    }
    problems.into_iter().map(|problem| *problem)
}

/// Why these wrappers can't stand in one file: some are for Linux and some for Windows.
pub(crate) fn mixture(wrappers: &[Wrapper]) -> Option<Diagnostic> {
    let of_windows = |wrapper: &&Wrapper| matches!(wrapper.call, Call::Windows { .. });
    let windows = wrappers.iter().find(of_windows)?;
    let linux = wrappers.iter().find(|wrapper| !of_windows(wrapper))?;
    let problem = refusal(
        windows.span,
        "a file has wrappers for one system",
        "for Windows",
        "generate a file for Linux and another one for Windows",
    );
    Some(problem.note(linux.span, "for Linux"))
}

fn refusal(span: Span, message: &str, label: &str, help: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new("windows", span, message)
            .label(label)
            .help(help),
    )
}

fn refused_generics(wrapper: &Wrapper) -> Option<Box<Diagnostic>> {
    wrapper.generics.iter().find_map(|generic| match generic {
        GenericParam::Type { bounds, .. } if bounds.iter().any(|bound| bound.is("PathArg")) => None,
        GenericParam::Lifetime { name, .. } => Some(refusal(
            name.span,
            &format!("the lifetime `{}` is not made for Windows yet", name.text),
            "no part of the procedure's declaration",
            "leave it out: each reference then has its own",
        )),
        GenericParam::Type { name, .. } | GenericParam::Const { name, .. } => Some(refusal(
            name.span,
            &format!(
                "`{}` is of no one type, and a DLL's procedure is",
                name.text
            ),
            "no part of the procedure's declaration",
            "name the type that the procedure takes; only `impl PathArg` stands for several",
        )),
    })
}

/// What the procedure returns must have a form in a register, and be comparable with zero.
fn refused_ret(wrapper: &Wrapper) -> Option<Box<Diagnostic>> {
    let ty = returned(wrapper)?;
    let plain = match ty {
        Type::Path(path) if ty.is("error") => {
            return Some(refusal(
                path.span,
                "an error that the procedure itself returns is not made yet",
                "only `err error` is the last error",
                "write `(code uint32)` and compare it where you call: zero is success",
            ));
        }
        Type::Path(path) => path.last().args.is_empty(),
        Type::Ptr { target, .. } => return refused_inside(wrapper, target),
        _ => false,
    };
    let known = !wrapper.generics.iter().any(|generic| names(generic, ty));
    (!plain || !known).then(|| {
        refusal(
            ty.span(),
            &format!("`{ty}` as a procedure's result is not made yet"),
            "neither a named type nor a raw pointer",
            "write the number, the handle's type or `*mut T`",
        )
    })
}

fn refused_failure(wrapper: &Wrapper, failure: Option<&[Name]>) -> Option<Box<Diagnostic>> {
    let words = failure?;
    let first = words.first()?;
    let span = first.span.to(words.last()?.span);
    let Some(condition) = condition(words) else {
        return Some(refusal(
            span,
            "only comparisons with a constant or a number are made yet",
            "not of the form `failretval == VALUE`",
            "name a constant of a module of `--types`: `[failretval == INVALID_SOCKET]`",
        ));
    };
    let pointer = matches!(returned(wrapper), Some(Type::Ptr { .. }));
    let number = |(_, word): &(bool, &Name)| word.text.starts_with(|c: char| c.is_ascii_digit());
    (pointer && condition.iter().any(number)).then(|| {
        refusal(
            span,
            "a pointer is compared with a number",
            "the procedure returns a pointer",
            "without the brackets, a null pointer is the failure",
        )
    })
}

/// The words of a condition, each with whether a blank stands before it; none where it is more than comparisons of
/// two operands, joined by `&&` and `||`.
fn condition(words: &[Name]) -> Option<Vec<(bool, &Name)>> {
    let mut printed: Vec<(bool, &Name)> = Vec::new();
    for comparison in words.split_inclusive(|word| matches!(word.text.as_str(), "&&" | "||")) {
        let joint = comparison
            .last()
            .filter(|last| matches!(last.text.as_str(), "&&" | "||"));
        let sides = &comparison[..comparison.len() - usize::from(joint.is_some())];
        let at = sides
            .iter()
            .position(|word| matches!(word.text.as_str(), "==" | "!=" | "<" | "<=" | ">" | ">="))?;
        for (index, word) in operand(&sides[..at])?.enumerate() {
            printed.push((index == 0 && !printed.is_empty(), word));
        }
        printed.push((true, &sides[at]));
        for (index, word) in operand(&sides[at + 1..])?.enumerate() {
            printed.push((index == 0, word));
        }
        printed.extend(joint.map(|joint| (true, joint)));
    }
    let ends = printed.last()?.1.text.as_str();
    (!matches!(ends, "&&" | "||")).then_some(printed)
}

/// The words of `NAME`, `a::NAME`, `3`, `-3` or `!0`.
fn operand(words: &[Name]) -> Option<impl Iterator<Item = &Name>> {
    let is_number = |word: &Name| word.text.starts_with(|c: char| c.is_ascii_digit());
    let is_name = |word: &Name| {
        word.text
            .starts_with(|c: char| c == '_' || c.is_alphabetic())
            && !matches!(word.text.as_str(), "true" | "false" | "nil")
    };
    let good = match words {
        [sign, number] if matches!(sign.text.as_str(), "-" | "!") => is_number(number),
        [number] if is_number(number) => true,
        path => {
            path.len() % 2 == 1
                && path.iter().enumerate().all(|(index, word)| {
                    if index % 2 == 0 {
                        is_name(word)
                    } else {
                        word.text == "::"
                    }
                })
        }
    };
    good.then(|| words.iter())
}

/// What an argument is in the procedure's declaration, and the value that is handed over: one of each, or two.
type Handed<'w> = Vec<(String, Argument<'w>)>;

fn handed<'w>(
    wrapper: &'w Wrapper,
    proc: &str,
    arg: &'w Arg,
) -> Result<Handed<'w>, Box<Diagnostic>> {
    match arg {
        Arg::Value(name) => {
            let mut params = wrapper.params.iter();
            let (_, ty) = params
                .find(|(param, _)| param == name)
                .expect("a value is a parameter");
            value(wrapper, proc, name, ty)
        }
        Arg::Text(name) if proc.ends_with('W') => Ok(vec![(
            format!("{}: *const u16", name.text),
            Argument::Word(name),
        )]),
        Arg::Text(name) => Err(refusal(
            name.span,
            &format!(
                "`{}` is a string, and `{proc}` has no `W` at its end",
                name.plain()
            ),
            "strings are UTF-16, which procedures with a `W` take",
            "name the procedure with the `W`, or pass a pointer: `&CStr` for bytes, `*const u16` for UTF-16",
        )),
        Arg::Descriptor(name) => Err(refusal(
            name.span,
            &format!("`{}` is a descriptor, and Windows has none", name.plain()),
            "a descriptor is Linux's",
            "write the handle's type",
        )),
        Arg::Out(name) => {
            let mut outs = wrapper.outs.iter();
            let (_, ty) = outs
                .find(|(out, _)| out == name)
                .expect("what is filled is one of the outs");
            match refused_inside(wrapper, ty) {
                Some(problem) => Err(problem),
                None => Ok(vec![(
                    format!("{}: *mut {ty}", name.text),
                    Argument::Around("", name, ".as_mut_ptr()"),
                )]),
            }
        }
        Arg::Constant(constant) => {
            let typed = match constant {
                Constant::Int(int) => int.text.find(['i', 'u']).map(|at| (&int.text, at)),
                Constant::Path(_) => None,
            };
            let Some((text, at)) = typed else {
                return Err(refusal(
                    constant.span(),
                    "the type of this constant is not known",
                    "the procedure's declaration needs its type",
                    "write a number with its type, such as `3u32`, or a parameter",
                ));
            };
            Ok(vec![(
                format!("_: {}", &text[at..]),
                Argument::Text(text.clone()),
            )])
        }
    }
}

/// A parameter of the wrapper's that is handed over by its type.
fn value<'w>(
    wrapper: &Wrapper,
    proc: &str,
    name: &'w Name,
    ty: &Type,
) -> Result<Handed<'w>, Box<Diagnostic>> {
    let as_it_is = || vec![(format!("{}: {ty}", name.text), Argument::Word(name))];
    let good = |inside: &Type, handed: Handed<'w>| match refused_inside(wrapper, inside) {
        Some(problem) => Err(problem),
        None => Ok(handed),
    };
    match ty {
        // A BOOL is an `int`: Microsoft's "Windows Data Types".
        Type::Path(_) if ty.is("bool") => Ok(vec![(
            format!("{}: i32", name.text),
            Argument::Around("i32::from(", name, ")"),
        )]),
        Type::Ref {
            mutable, target, ..
        } => match &**target {
            Type::Slice { element, .. } => {
                let (pointer, method) = if *mutable {
                    ("*mut", ".as_mut_ptr()")
                } else {
                    ("*const", ".as_ptr()")
                };
                let handed = vec![
                    (
                        format!("{}: {pointer} {element}", name.text),
                        Argument::Around("", name, method),
                    ),
                    ("_: usize".into(), Argument::Around("", name, ".len()")),
                ];
                good(element, handed)
            }
            Type::Path(path) if path.is("CStr") && !mutable && !proc.ends_with('W') => Ok(vec![(
                format!("{}: *const ::core::ffi::c_char", name.text),
                Argument::Around("", name, ".as_ptr()"),
            )]),
            Type::Path(path) if path.is("CStr") && !mutable => Err(refusal(
                ty.span(),
                &format!("`{proc}` takes UTF-16, and `&CStr` is bytes"),
                "not what the `W` stands for",
                "write `impl PathArg`, or `*const u16`",
            )),
            target => good(target, as_it_is()),
        },
        Type::Impl { span, .. } => Err(refusal(
            *span,
            &format!("`{ty}` is of no one type, and a DLL's procedure is"),
            "no part of the procedure's declaration",
            "name the type that the procedure takes; only `impl PathArg` stands for several",
        )),
        ty => good(ty, as_it_is()),
    }
}

/// Why a type can't stand in a declaration of C's: a part of it has another form there.
fn refused_inside(wrapper: &Wrapper, ty: &Type) -> Option<Box<Diagnostic>> {
    let inside = |ty: &Type| refused_inside(wrapper, ty);
    match ty {
        Type::Path(_) if ty.is("bool") => Some(refusal(
            ty.span(),
            "`bool` is one byte, and Windows' BOOL is four",
            "of another size in memory",
            "write `i32`, or `u8` for a BOOLEAN",
        )),
        Type::Path(path) if ["str", "CStr", "OsStr"].iter().any(|name| path.is(name)) => {
            Some(unsized_inside(ty))
        }
        Type::Path(_) if wrapper.generics.iter().any(|generic| names(generic, ty)) => {
            Some(refusal(
                ty.span(),
                &format!("`{ty}` is of no one type, and a DLL's procedure is"),
                "no part of the procedure's declaration",
                "name the type that the procedure takes",
            ))
        }
        Type::Path(path) => {
            let args = path.segments.iter().flat_map(|segment| &segment.args);
            args.filter_map(|arg| match arg {
                GenericArg::Type(ty) | GenericArg::Assoc(_, ty) => inside(ty),
                GenericArg::Lifetime(_) | GenericArg::Const(_) => None,
            })
            .next()
        }
        Type::Ref { target, .. } | Type::Ptr { target, .. } => inside(target),
        Type::Slice { .. } => Some(unsized_inside(ty)),
        Type::Array { element, .. } => inside(element),
        Type::Tuple { .. } | Type::Never { .. } | Type::Impl { .. } => Some(refusal(
            ty.span(),
            &format!("`{ty}` has no form in C"),
            "nothing that a procedure knows",
            "write a `#[repr(C)]` struct of a module of `--types`",
        )),
    }
}

fn unsized_inside(ty: &Type) -> Box<Diagnostic> {
    refusal(
        ty.span(),
        &format!("a pointer to `{ty}` here is not made yet"),
        "a pointer and a length in one, which C has not",
        "write `*const T` or `*mut T` and the length as a parameter of its own",
    )
}

/// Whether a type is the wrapper's own type parameter.
fn names(generic: &GenericParam, ty: &Type) -> bool {
    matches!(generic, GenericParam::Type { name, .. } if ty.is(&name.text))
}

/// The line's type of what the procedure returns; none where it is a BOOL or nothing.
fn returned(wrapper: &Wrapper) -> Option<&Type> {
    match &wrapper.ret {
        Ret::Unit | Ret::Never => None,
        Ret::Value(ty) => Some(ty),
        Ret::Result { ty, gives } => match gives {
            Gives::Register => ty.argument_of("Result").filter(|ty| !ty.is_unit()),
            Gives::RegisterAndOuts(ty) => Some(ty),
            Gives::Outs => None,
        },
    }
}

/// Writes all between the braces of a wrapper that [`refuse`] leaves.
pub(crate) fn write_body(
    output: &mut Output,
    wrapper: &Wrapper,
    dll: &str,
    proc: &str,
    failure: Option<&[Name]>,
) {
    let (declared, values): (Vec<String>, Vec<Argument<'_>>) = wrapper
        .args
        .iter()
        .filter_map(|arg| handed(wrapper, proc, arg).ok())
        .flatten()
        .unzip();
    write_declaration(output, wrapper, dll, proc, &declared);
    let mut indent = 4;
    let texts = wrapper.args.iter().filter_map(|arg| match arg {
        Arg::Text(name) => Some(name),
        _ => None,
    });
    for text in texts {
        output.row(indent, |output| {
            output.raw("::sysline::windows::with_wide_str(");
            output.name(text);
            output.raw(", |");
            output.name(text);
            output.raw("| {");
        });
        indent += 4;
    }
    write_room(output, wrapper, indent);
    let call = Expression {
        function: Name::new(proc, wrapper.name.span),
        arguments: values,
    };
    write_call(output, wrapper, indent, &call);
    if let Ret::Result { gives, .. } = &wrapper.ret {
        write_failure(output, wrapper, indent, failure);
        write_success(output, wrapper, indent, gives);
    }
    while indent > 4 {
        indent -= 4;
        output.line(indent, "})");
    }
}

/// Writes the declaration of the procedure.
fn write_declaration(
    output: &mut Output,
    wrapper: &Wrapper,
    dll: &str,
    proc: &str,
    params: &[String],
) {
    let ret = match (&wrapper.ret, returned(wrapper)) {
        (Ret::Unit, _) => String::new(),
        (Ret::Never, _) => " -> !".into(),
        (_, Some(ty)) if !ty.is("bool") => format!(" -> {ty}"),
        _ => " -> i32".into(),
    };
    output.line(
        4,
        &format!("// SAFETY: the line says what `{proc}` of `{dll}.dll` takes and gives."),
    );
    output.line(
        4,
        &format!("#[link(name = \"{dll}\", kind = \"raw-dylib\")]"),
    );
    output.line(4, "unsafe extern \"system\" {");
    let row = format!("fn {proc}({}){ret};", params.join(", "));
    if 8 + row.len() <= WIDTH {
        output.line(8, &row);
    } else {
        output.line(8, &format!("fn {proc}("));
        for param in params {
            output.line(12, &format!("{param},"));
        }
        output.line(8, &format!("){ret};"));
    }
    output.line(4, "}");
}

/// Writes the call: the last expression where it can't fail, else the variable `failretval`.
fn write_call(output: &mut Output, wrapper: &Wrapper, indent: usize, call: &Expression<'_>) {
    let why = match wrapper.safety {
        Safety::Promised => "the line promises that no arguments can do harm",
        Safety::Harmless => "the procedure takes plain numbers and can do no harm with any",
        Safety::Caller => "the caller answers for the arguments",
    };
    output.line(indent, &format!("// SAFETY: {why}."));
    let (variable, behind) = match &wrapper.ret {
        Ret::Result { .. } => ("let failretval = ", "};"),
        Ret::Value(ty) if ty.is("bool") => ("let returned = ", "};"),
        _ => ("", "}"),
    };
    let row = |output: &mut Output, indent: usize, before: &str| {
        output.row(indent, |output| {
            output.raw(before);
            output.raw("unsafe { ");
            call.write(output, indent, behind.len() + 1);
            output.raw(&format!(" {behind}"));
        });
    };
    let fits = |indent: usize, before: &str| {
        let before = indent + before.len() + "unsafe { ".len();
        call.fits(before, behind.len() + 1)
    };
    if fits(indent, variable) {
        row(output, indent, variable);
    } else if !variable.is_empty() && fits(indent + 4, "") {
        output.line(indent, variable);
        row(output, indent + 4, "");
    } else {
        output.line(indent, &format!("{variable}unsafe {{"));
        output.row(indent + 4, |output| call.write(output, indent + 4, 0));
        output.line(indent, behind);
    }
    if matches!(&wrapper.ret, Ret::Value(ty) if ty.is("bool")) {
        output.line(indent, "returned != 0");
    }
}

/// Writes what is done where the call has failed: before all else, so that nothing changes the last error.
fn write_failure(output: &mut Output, wrapper: &Wrapper, indent: usize, failure: Option<&[Name]>) {
    output.row(indent, |output| {
        output.raw("if ");
        match failure.and_then(condition) {
            Some(words) => words.iter().for_each(|(blank, word)| {
                output.raw(if *blank { " " } else { "" });
                output.name(word);
            }),
            None if matches!(returned(wrapper), Some(Type::Ptr { .. })) => {
                output.raw("failretval.is_null()");
            }
            None => output.raw("failretval == 0"),
        }
        output.raw(" {");
    });
    output.line(indent + 4, "return Err(::sysline::windows::last_error());");
    output.line(indent, "}");
}

fn write_success(output: &mut Output, wrapper: &Wrapper, indent: usize, gives: &Gives) {
    let register = match returned(wrapper) {
        Some(ty) if ty.is("bool") => "failretval != 0",
        _ => "failretval",
    };
    if wrapper.outs.is_empty() {
        let value = if returned(wrapper).is_some() {
            register
        } else {
            "()"
        };
        return output.line(indent, &format!("Ok({value})"));
    }
    output.line(
        indent,
        &format!(
            "// SAFETY: a call that succeeds has filled {}.",
            filled(wrapper)
        ),
    );
    let first = matches!(gives, Gives::RegisterAndOuts(_)).then_some(register);
    if wrapper.outs.len() == 1 && first.is_none() {
        let name = &wrapper.outs[0].0.text;
        return output.line(indent, &format!("unsafe {{ Ok({name}.assume_init()) }}"));
    }
    output.line(indent, "unsafe {");
    write_values(output, wrapper, indent + 4, first);
    output.line(indent, "}");
}

#[cfg(test)]
mod tests {
    use crate::{Input, Options, generate};
    use sysline_syntax::{Diagnostic, Dialect, Os, Sources};

    /// The file for lines of both dialects, or what is wrong with them.
    fn written(
        texts: &[(&str, Dialect)],
        types: &[&str],
        os: Os,
    ) -> Result<String, Vec<Diagnostic>> {
        let mut sources = Sources::new();
        let inputs: Vec<Input> = texts
            .iter()
            .map(|&(text, dialect)| Input {
                source: sources.add("lines", text.to_string()),
                dialect,
            })
            .collect();
        let options = Options {
            os,
            types: types.iter().map(|module| module.to_string()).collect(),
            made_by: String::new(),
        };
        generate(&sources, &inputs, &options)
    }

    /// The file for one line without its first row.
    fn one(line: &str) -> String {
        let dialect = if line.contains(" fn ") {
            Dialect::Rust
        } else {
            Dialect::Go
        };
        match written(&[(&format!("//{line}\n"), dialect)], &[], Os::Windows) {
            Ok(text) => text.split_once('\n').unwrap().1.to_string(),
            Err(problems) => panic!("{line}: {problems:?}"),
        }
    }

    /// What is wrong with one line: a code, then the message.
    fn told(line: &str) -> Vec<String> {
        let dialect = if line.contains(" fn ") {
            Dialect::Rust
        } else {
            Dialect::Go
        };
        let problems = written(&[(&format!("//{line}\n"), dialect)], &[], Os::Windows);
        let problems = problems.expect_err(line);
        assert!(problems.iter().all(|problem| problem.help.is_some()));
        problems
            .iter()
            .map(|problem| format!("{}: {}", problem.code, problem.message))
            .collect()
    }

    #[test]
    fn what_is_not_made_yet_is_told() {
        let generic = "is of no one type, and a DLL's procedure is";
        for (line, message) in [
            (
                "sys fn f() -> Result<()> = a.F?",
                "`F?`, a procedure that may be absent, is not made yet",
            ),
            (
                "sys fn f<'a>(x: &'a u8) -> Result<()> = a.F",
                "the lifetime `'a` is not made for Windows yet",
            ),
            (
                "sys fn f<T: Arg>(x: u8) -> Result<()> = a.F",
                &format!("`T` {generic}"),
            ),
            (
                "sys fn f<P: PathArg>(x: *mut P) -> Result<()> = a.F",
                &format!("`P` {generic}"),
            ),
            (
                "sys fn f(x: impl Arg) -> Result<()> = a.F",
                &format!("`impl Arg` {generic}"),
            ),
            (
                "sys fn f(x: impl AsFd) -> Result<()> = a.F",
                "`x` is a descriptor, and Windows has none",
            ),
            (
                "sys fn f(KEY) -> Result<()> = a.F",
                "the type of this constant is not known",
            ),
            (
                "sys fn f(-1) -> Result<()> = a.F",
                "the type of this constant is not known",
            ),
            (
                "sys fn f(x: &str) -> Result<()> = a.FA",
                "`x` is a string, and `FA` has no `W` at its end",
            ),
            (
                "sys F(x string) (err error) = a.GetProcAddress",
                "`x` is a string, and `GetProcAddress` has no `W` at its end",
            ),
            (
                "sys fn f(x: &CStr) -> Result<()> = a.FW",
                "`FW` takes UTF-16, and `&CStr` is bytes",
            ),
            (
                "sys fn f(x: Option<&CStr>) -> Result<()> = a.F",
                "a pointer to `CStr` here is not made yet",
            ),
            (
                "sys fn f(x: Option<&[u8]>) -> Result<()> = a.F",
                "a pointer to `[u8]` here is not made yet",
            ),
            (
                "sys fn f(x: *const [u8]) -> Result<()> = a.F",
                "a pointer to `[u8]` here is not made yet",
            ),
            (
                "sys fn f(x: &&str) -> Result<()> = a.F",
                "a pointer to `str` here is not made yet",
            ),
            (
                "sys fn f(x: *mut (u8, u8)) -> Result<()> = a.F",
                "`(u8, u8)` has no form in C",
            ),
            (
                "sys F(x *bool) (err error) = a.F",
                "`bool` is one byte, and Windows' BOOL is four",
            ),
            (
                "sys F(x []bool) (err error) = a.F",
                "`bool` is one byte, and Windows' BOOL is four",
            ),
            (
                "sys fn f(out x: bool) -> Result<bool> = a.F",
                "`bool` is one byte, and Windows' BOOL is four",
            ),
            (
                "sys F() (sockerr error) = a.F",
                "an error that the procedure itself returns is not made yet",
            ),
            (
                "sys fn f() -> Result<Option<&'static u8>> = a.F",
                "`Option<&'static u8>` as a procedure's result is not made yet",
            ),
            (
                "sys F() (err error) [failretval==^uint32(0)] = a.F",
                "only comparisons with a constant or a number are made yet",
            ),
            (
                "sys F() (err error) [failretval==nil] = a.F",
                "only comparisons with a constant or a number are made yet",
            ),
            (
                "sys F() (err error) [failretval] = a.F",
                "only comparisons with a constant or a number are made yet",
            ),
            (
                "sys F() (err error) [failretval==1 ||] = a.F",
                "only comparisons with a constant or a number are made yet",
            ),
            (
                "sys F() (p *byte, err error) [failretval==0] = a.F",
                "a pointer is compared with a number",
            ),
        ] {
            assert_eq!(told(line), [format!("windows: {message}")], "{line}");
        }
    }

    #[test]
    fn a_condition_is_written_as_rust() {
        for (written, expected) in [
            ("failretval==0", "failretval == 0"),
            ("failretval==-1", "failretval == -1"),
            ("failretval!=!0", "failretval != !0"),
            (
                "a::BAD == failretval||failretval< 3",
                "a::BAD == failretval || failretval < 3",
            ),
        ] {
            let text = one(&format!("sys F() (n uint32, err error) [{written}] = a.F"));
            assert!(text.contains(&format!("    if {expected} {{\n")), "{text}");
        }
        let text = one("sys F(n uint32) (err error) [failretval==n && failretval>=BAD] = a.F");
        assert!(
            text.contains("    if failretval == n && failretval >= BAD {\n"),
            "{text}"
        );
    }

    #[test]
    fn a_condition_s_constants_are_of_the_types_modules() {
        let line = "//sys F(n uint32) (err error) [failretval==BAD || failretval==n || failretval==a::B] = a.F\n";
        let text = written(&[(line, Dialect::Go)], &["crate::types"], Os::Windows).unwrap();
        assert!(text.contains("use crate::types::*;\n"), "{text}");
    }

    #[test]
    fn each_system_has_its_file() {
        let lines = "//sysnb fn getpid() -> i32\n//sys fn f() -> Result<()> = a.F\n";
        let problems = written(&[(lines, Dialect::Rust)], &[], Os::EachLine).unwrap_err();
        let messages: Vec<&str> = problems
            .iter()
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(messages, ["a file has wrappers for one system"]);
    }

    #[test]
    fn many_parameters_are_no_warning() {
        let text = one(
            "sys fn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> Result<()> = a.F",
        );
        assert!(
            text.contains("#[allow(clippy::too_many_arguments)]\n#[inline]\n"),
            "{text}"
        );
    }

    /// The wrappers that are tested on Windows are those that would be written now.
    #[test]
    fn the_tested_file_is_not_stale() {
        let texts = [
            (
                include_str!("../../sysline/tests/windows/calls.go"),
                Dialect::Go,
            ),
            (
                include_str!("../../sysline/tests/windows/main.rs"),
                Dialect::Rust,
            ),
        ];
        let new = written(&texts, &["crate::types"], Os::Windows).unwrap();
        let items = |file: &str| file.split_once("\nuse ").unwrap().1.to_string();
        let found = include_str!("../../sysline/tests/windows/lines.rs");
        assert_eq!(
            items(&new),
            items(found),
            "the head of tests/windows/main.rs has the command"
        );
    }
}
