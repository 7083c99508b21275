//! How a wrapper gets at its procedure: by an import, which the loader binds when the program starts, or at first use,
//! where its absence is an error. Owns: those declarations, which are macros of the runtime's.

use crate::generate::Binding;
use crate::output::Output;
use crate::wrapper::WIDTH;
use std::collections::HashMap;
use sysline_syntax::checked::{Call, Procedure, Ret, Wrapper};
use sysline_syntax::model::{Attr, Visibility};
use sysline_syntax::{Diagnostic, Sink, as_name, available};

/// Writes what makes the procedure's name a function: with `params`, each as `name: Type`.
pub(super) fn write_binding(
    output: &mut Output,
    wrapper: &Wrapper,
    procedure: &Procedure,
    params: &[String],
    binding: Binding,
) {
    let (proc, file) = (&procedure.proc.text, procedure.file());
    let ret = match &procedure.register {
        Some(ty) => format!(" -> {ty}"),
        None => String::new(),
    };
    let at_start = binding == Binding::Import && !procedure.optional;
    let declare = match &wrapper.ret {
        _ if at_start => "import",
        Ret::Result { .. } => "first_use",
        _ => "first_use_or_panic",
    };
    output.line(
        4,
        &format!("// SAFETY: the line says what `{proc}` of `{file}` takes and gives."),
    );
    let name = as_name(proc);
    let head = format!("::sysline::windows::{declare}!(\"{file}\", fn {name}");
    let row = format!("{head}({}){ret});", params.join(", "));
    if 4 + row.chars().count() <= WIDTH {
        return output.line(4, &row);
    }
    output.line(4, &format!("{head}("));
    for param in params {
        output.line(8, &format!("{param},"));
    }
    output.line(4, &format!("){ret});"));
}

/// What is wrong with procedures of one name of several DLLs: an import is known by its procedure alone, so that the linker
/// would bind both to one of them. It is said of each but the first, where both are imports.
pub fn collisions(wrappers: &[Wrapper], binding: Binding) -> Vec<Diagnostic> {
    let mut first: HashMap<&str, &Procedure> = HashMap::new();
    let mut problems = Vec::new();
    for wrapper in wrappers {
        let Call::Windows(procedure) = &wrapper.call else {
            continue;
        };
        if procedure.optional || binding == Binding::FirstUse {
            continue;
        }
        let earlier = *first.entry(&procedure.proc.text).or_insert(procedure);
        let (file, other) = (procedure.file(), earlier.file());
        if !file.eq_ignore_ascii_case(&other) {
            let proc = &procedure.proc.text;
            let message = format!("`{proc}` is imported from `{other}` and from `{file}`");
            let problem = Diagnostic::new("windows", procedure.proc.span, message)
                .label("the linker knows an import by its procedure alone")
                .note(earlier.proc.span, "the other one")
                .help("have one of them found at first use: with `?` behind it, or all with `gen --lazy`");
            problems.push(problem);
        }
    }
    problems
}

/// Whether a wrapper panics where its procedure is absent: it has no place for an error.
pub(crate) fn panics(wrapper: &Wrapper, binding: Binding) -> bool {
    binding == Binding::FirstUse && !matches!(wrapper.ret, Ret::Result { .. })
}

/// Writes the function that asks whether an optional procedure is there.
pub(crate) fn write_available(output: &mut Output, wrapper: &Wrapper, procedure: &Procedure) {
    output.raw("\n");
    let (proc, file) = (&procedure.proc.text, procedure.file());
    output.line(
        0,
        &format!("/// Whether `{file}` is here and has `{proc}`."),
    );
    let shared = |attr: &&Attr| {
        let others = ["doc(hidden", "deprecated"];
        attr.condition().is_some() || others.iter().any(|start| attr.text.starts_with(start))
    };
    for attr in wrapper.attrs.iter().filter(shared) {
        output.line(0, &format!("#[{}]", attr.text));
    }
    // Who calls the wrapper need not ask.
    output.line(0, "#[allow(dead_code)]");
    output.line(0, "#[inline]");
    let vis = match &wrapper.vis {
        Visibility::Private => String::new(),
        Visibility::Public => "pub ".into(),
        Visibility::Restricted(to) => format!("pub({to}) "),
    };
    let name = available(wrapper.name.plain());
    output.line(0, &format!("{vis}fn {name}() -> bool {{"));
    output.line(
        4,
        &format!(
            "::sysline::windows::available!(\"{file}\", fn {})",
            as_name(proc)
        ),
    );
    output.line(0, "}");
}
