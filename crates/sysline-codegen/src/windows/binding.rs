//! How a wrapper gets at its procedure: by an import, which the loader binds when the program starts, or at first use,
//! where its absence is an error. Owns: those declarations, which are macros of the runtime's.

use crate::generate::Binding;
use crate::output::Output;
use crate::wrapper::WIDTH;
use sysline_syntax::Sink;
use sysline_syntax::available;
use sysline_syntax::checked::{Procedure, Ret, Wrapper};
use sysline_syntax::model::Visibility;

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
    let head = format!("::sysline::windows::{declare}!(\"{file}\", fn {proc}");
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
    let conditions = wrapper.attrs.iter();
    for attr in conditions.filter(|attr| attr.condition().is_some()) {
        output.line(0, &format!("#[{}]", attr.text));
    }
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
        &format!("::sysline::windows::available!(\"{file}\", fn {proc})"),
    );
    output.line(0, "}");
}
