//! The file around the wrappers. Owns: its first lines and what it takes in with `use`.

use crate::generate::Options;
use crate::mentions::{mentioned, of_prelude, prelude};
use crate::output::Output;
use crate::wrapper::{WIDTH, write_items};
use sysline_syntax::Sink;
use sysline_syntax::checked::Wrapper;

/// A whole file of wrappers, formatted as rustfmt would.
pub fn file(wrappers: &[Wrapper], options: &Options) -> String {
    let mut output = Output::default();
    for line in options.made_by.lines() {
        output.line(0, &format!("// {line}"));
    }
    let prelude = prelude_use(prelude(wrappers).0, &of_prelude(wrappers));
    if !prelude.is_empty() {
        output.raw("\n");
        if wrappers
            .iter()
            .flat_map(|wrapper| &wrapper.attrs)
            .any(|attr| attr.condition().is_some())
        {
            output.line(
                0,
                "#[allow(unused_imports)] // what is mentioned may be behind a `cfg`",
            );
        }
        output.raw(&prelude);
    }
    if !mentioned(wrappers).is_empty() {
        let mut modules = options.types.clone();
        modules.sort();
        for module in &modules {
            output.raw("\n");
            if modules.len() > 1 {
                output.line(
                    0,
                    "#[allow(unused_imports)] // another module may have all that is mentioned",
                );
            }
            output.line(0, &format!("use {module}::*;"));
        }
    }
    output.raw("\n");
    write_items(&mut output, wrappers, options.binding);
    output.into_text()
}

/// The `use` of these names, which are in rustfmt's order: by their bytes.
fn prelude_use(module: &str, names: &[&str]) -> String {
    match names[..] {
        [] => return String::new(),
        [one] => return format!("use {module}::{one};\n"),
        _ => {}
    }
    let whole = format!("use {module}::{{{}}};\n", names.join(", "));
    if whole.len() <= WIDTH + 1 {
        return whole;
    }
    let mut rows = vec![String::from("   ")];
    for name in names {
        let row = rows.last_mut().expect("there is a first row");
        if row.len() + name.len() + " ,".len() > WIDTH {
            rows.push(format!("    {name},"));
        } else {
            row.push_str(&format!(" {name},"));
        }
    }
    format!("use {module}::{{\n{}\n}};\n", rows.join("\n"))
}
