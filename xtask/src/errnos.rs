//! The second half of `cargo xtask numbers FOLDER`: the errnos of all architectures and the messages
//! that the project wrote for them, to `crates/sysline-table/src/errnos.rs`.
//!
//! Source: `asm-generic/errno.h`, and `<architecture>/asm/errno.h` of the few that differ from it;
//! that no other one differs is checked here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::headers::{Directive, Header, Value};
use crate::numbers::Kernel;

/// The messages, from the repository's root.
pub(crate) const MESSAGES: &str = "crates/sysline-table/data/errno-messages.tsv";

/// The architectures with errnos of their own. The columns are `generic` and these, in this order.
const ARCHITECTURES: [&str; 5] = ["alpha", "mips", "parisc", "powerpc", "sparc"];

/// Names that libc adds to the kernel's, since POSIX has them (`bits/errno.h` of glibc, and musl).
const LIBC_ALIASES: [(&str, &str); 1] = [("ENOTSUP", "EOPNOTSUPP")];

/// What a name is on an architecture.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cell {
    Number(u32),
    Alias(String),
}

/// The errnos of one architecture by name.
type Column = BTreeMap<String, Cell>;

/// The text of the file, from the kernel's headers and the messages in the file `messages`.
pub(crate) fn generate(kernel: &Kernel, messages: &Path) -> Result<String, String> {
    let columns = read_columns(kernel)?;
    let text = fs::read_to_string(messages).map_err(|error| format!("{MESSAGES}: {error}"))?;
    render(&kernel.version, &columns, &parse_messages(&text)?)
}

fn read_columns(kernel: &Kernel) -> Result<Vec<Column>, String> {
    let generic = read_column(
        kernel,
        &kernel.include.join("asm-generic/errno.h"),
        &Column::new(),
    )?;
    let mut columns = vec![generic.clone()];
    for architecture in ARCHITECTURES {
        let path = kernel.uapi.join(architecture).join("asm/errno.h");
        columns.push(read_column(kernel, &path, &generic)?);
    }
    for other in other_architectures(&kernel.uapi)? {
        let path = kernel.uapi.join(&other).join("asm/errno.h");
        if read_column(kernel, &path, &generic)? != generic {
            return Err(format!(
                "{}: differs from asm-generic/errno.h: {other} needs a column of its own",
                path.display()
            ));
        }
    }
    Ok(columns)
}

/// The architectures in the headers without a column.
fn other_architectures(uapi: &Path) -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", uapi.display());
    let mut others = Vec::new();
    for entry in fs::read_dir(uapi).map_err(failed)? {
        let name = entry
            .map_err(failed)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        if !ARCHITECTURES.contains(&name.as_str()) {
            others.push(name);
        }
    }
    others.sort();
    Ok(others)
}

/// The errnos that the header at `path` and those that it includes define.
fn read_column(kernel: &Kernel, path: &Path, generic: &Column) -> Result<Column, String> {
    let mut column = Column::new();
    let include = |path: &str| Header::read(&kernel.include.join(path));
    collect(&Header::read(path)?, &include, &mut column)?;
    finish(column, generic).map_err(|error| format!("{}: {error}", path.display()))
}

/// Adds a header's errnos, in the order of its lines: `#undef` takes one away again.
fn collect(
    header: &Header,
    include: &dyn Fn(&str) -> Result<Header, String>,
    column: &mut Column,
) -> Result<(), String> {
    for line in &header.lines {
        match &line.directive {
            Directive::Include { path } => collect(&include(path)?, include, column)?,
            Directive::Undef { name } => {
                column.remove(name);
            }
            Directive::Define { name, value } if name.starts_with('E') => {
                let cell = match header.value(line, name, value)? {
                    Value::Number(number) => Cell::Number(number),
                    Value::Name(target) => Cell::Alias(target),
                    Value::Sum(..) => return Err(header.error(line, "an errno is no sum")),
                };
                if column.insert(name.clone(), cell).is_some() {
                    return Err(header.error(line, &format!("{name} is defined twice")));
                }
            }
            Directive::Define { .. } => {}
        }
    }
    Ok(())
}

/// Adds libc's aliases, settles which of two names is the alias, and checks the column.
///
/// A name that `generic` gives a number is never the alias of one that it doesn't know: parisc
/// defines its `ECANCELED` by an `ECANCELLED` of its own; here it is the other way round, so that an
/// errno has the same name everywhere.
fn finish(mut column: Column, generic: &Column) -> Result<Column, String> {
    for (alias, target) in LIBC_ALIASES {
        column
            .entry(alias.into())
            .or_insert_with(|| Cell::Alias(target.into()));
    }
    let common = |name: &str| matches!(generic.get(name), Some(Cell::Number(_)));
    for name in column.keys().cloned().collect::<Vec<_>>() {
        let Some(Cell::Alias(target)) = column.get(&name).cloned() else {
            continue;
        };
        let Some(Cell::Number(number)) = column.get(&target).cloned() else {
            return Err(format!("{name} stands for {target}, which has no number"));
        };
        if common(&name) && !generic.contains_key(&target) {
            column.insert(target, Cell::Alias(name.clone()));
            column.insert(name, Cell::Number(number));
        }
    }
    let mut names = BTreeMap::new();
    for (name, cell) in &column {
        if let Cell::Number(number) = cell {
            if !(1..4096).contains(number) {
                return Err(format!("{name} is {number}, which no errno can be"));
            }
            if let Some(other) = names.insert(*number, name) {
                return Err(format!("{other} and {name} are both {number}"));
            }
        }
    }
    Ok(column)
}

/// Name to message, from lines of a name, a tab and a message; `#` begins a comment line.
fn parse_messages(text: &str) -> Result<BTreeMap<&str, &str>, String> {
    let mut messages = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let error = |what: &str| Err(format!("{MESSAGES}:{}: {what}", index + 1));
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, message)) = line.split_once('\t') else {
            return error("expected a name, a tab and a message");
        };
        if message.is_empty() || message.trim() != message || message.ends_with('.') {
            return error("a message has words, no space around it, and no final period");
        }
        if message.contains(['"', '\\']) {
            return error("a message has no quote and no backslash");
        }
        if messages.insert(name, message).is_some() {
            return error(&format!("{name} has a message already"));
        }
    }
    Ok(messages)
}

/// The file: a line for each name that any column has.
fn render(
    version: &str,
    columns: &[Column],
    messages: &BTreeMap<&str, &str>,
) -> Result<String, String> {
    check_messages(columns, messages)?;

    let mut text = format!(
        "// @generated by `cargo xtask numbers FOLDER` from the exported headers of Linux {version} and from
// data/errno-messages.tsv. Don't edit.
//
// A line for each name, in the order of the generic numbers. A cell is the number, the name that this
// one is an alias of, or `_` where it is not defined.

errno_rows! {{
    $ columns: generic {};\n",
        ARCHITECTURES.join(" ")
    );
    for name in ordered_names(columns) {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| match column.get(name) {
                None => "_".to_owned(),
                Some(Cell::Number(number)) => number.to_string(),
                Some(Cell::Alias(target)) => target.clone(),
            })
            .collect();
        let message = messages[meaning_of(name, columns)];
        writeln!(text, "    {name} [{}] \"{message}\";", cells.join(" "))
            .expect("a String takes all");
    }
    text.push_str("}\n");
    Ok(text)
}

/// Every name that has a number of its own somewhere must have a message, and no other one.
fn check_messages(columns: &[Column], messages: &BTreeMap<&str, &str>) -> Result<(), String> {
    let has_number = |name: &str| {
        columns
            .iter()
            .any(|column| matches!(column.get(name), Some(Cell::Number(_))))
    };
    let mut wrong = Vec::new();
    for name in ordered_names(columns) {
        if has_number(name) && !messages.contains_key(name) {
            wrong.push(format!("{MESSAGES}: no message for {name}"));
        }
    }
    for name in messages.keys().filter(|name| !has_number(name)) {
        wrong.push(format!(
            "{MESSAGES}: a message for {name}, which is no errno of its own"
        ));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// All names: by generic number, an alias after what it stands for, then those that generic lacks.
fn ordered_names(columns: &[Column]) -> Vec<&str> {
    let generic = &columns[0];
    let key = |name: &str| match generic.get(name) {
        Some(Cell::Number(number)) => (*number, false),
        Some(Cell::Alias(target)) => match generic.get(target) {
            Some(Cell::Number(number)) => (*number, true),
            _ => unreachable!("`finish` has checked the aliases"),
        },
        None => (u32::MAX, false),
    };
    let mut names: Vec<&str> = columns
        .iter()
        .flat_map(Column::keys)
        .map(String::as_str)
        .collect();
    names.sort_by_key(|name| (key(name), *name));
    names.dedup();
    names
}

/// The name whose message says what `name` means: its own, unless it is an alias everywhere.
fn meaning_of<'a>(name: &'a str, columns: &'a [Column]) -> &'a str {
    let mut target = name;
    for column in columns {
        match column.get(name) {
            Some(Cell::Number(_)) => return name,
            Some(Cell::Alias(of)) => target = of,
            None => {}
        }
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(text: &str, generic: &Column) -> Result<Column, String> {
        let base = "#define EAGAIN 11\n#define EOPNOTSUPP 95\n";
        let include = |path: &str| Header::parse(Path::new(path), base);
        let mut column = Column::new();
        collect(
            &Header::parse(Path::new("errno.h"), text)?,
            &include,
            &mut column,
        )?;
        finish(column, generic)
    }

    fn generic() -> Column {
        column("#include <base.h>\n#define ECANCELED 125\n", &Column::new()).unwrap()
    }

    #[test]
    fn aliases_and_redefinitions() {
        let column = column(
            "#ifndef _ERRNO_H\n#define _ERRNO_H\n#include <asm-generic/errno-base.h>\n\
             #undef\tEAGAIN\t/* 11 */\n#define EDEADLK 11 /* a */\n#define EAGAIN 35\n\
             #define EWOULDBLOCK EAGAIN\n#endif\n",
            &generic(),
        )
        .unwrap();
        assert_eq!(column["EAGAIN"], Cell::Number(35));
        assert_eq!(column["EDEADLK"], Cell::Number(11));
        assert_eq!(column["EWOULDBLOCK"], Cell::Alias("EAGAIN".into()));
        assert_eq!(column["ENOTSUP"], Cell::Alias("EOPNOTSUPP".into()));
        assert_eq!(column.len(), 5);
    }

    #[test]
    fn a_common_name_is_no_alias_of_a_rare_one() {
        let text = "#include <b.h>\n#define ECANCELLED 253\n#define ECANCELED ECANCELLED\n";
        let column = column(text, &generic()).unwrap();
        assert_eq!(column["ECANCELED"], Cell::Number(253));
        assert_eq!(column["ECANCELLED"], Cell::Alias("ECANCELED".into()));
    }

    #[test]
    fn what_is_broken_is_named() {
        let error = |text: &str| column(text, &generic()).unwrap_err();
        assert!(error("#define EIO 5 6\n").starts_with("errno.h:1: the value of EIO is `5 6`"));
        assert_eq!(
            error("#define EIO 5\n#define EIO 5\n"),
            "errno.h:2: EIO is defined twice"
        );
        let base = "#include <b.h>\n";
        assert_eq!(
            error(&format!("{base}#define EX EY\n")),
            "EX stands for EY, which has no number"
        );
        assert_eq!(
            error(&format!("{base}#define EX 11\n")),
            "EAGAIN and EX are both 11"
        );
        assert_eq!(
            error(&format!("{base}#define EX 4096\n")),
            "EX is 4096, which no errno can be"
        );
    }

    #[test]
    fn messages_are_read_and_checked() {
        let messages = parse_messages("# head\nEIO\tfailed\n\nEAGAIN\ttry again\n").unwrap();
        assert_eq!(messages["EIO"], "failed");
        assert_eq!(messages.len(), 2);
        for bad in [
            "EIO failed",
            "EIO\t",
            "EIO\tfailed.",
            "EIO\t\"x\"",
            "EIO\ta\nEIO\tb",
        ] {
            let error = parse_messages(bad).unwrap_err();
            assert!(
                error.starts_with("crates/sysline-table/data/errno-messages.tsv:"),
                "{error}"
            );
        }
    }

    #[test]
    fn rows_are_ordered_and_an_alias_has_its_targets_message() {
        let own = "#include <b.h>\n#define ECANCELED 158\n#define EINIT 141\n";
        let columns = [generic(), column(own, &generic()).unwrap()];
        let messages = parse_messages(
            "EAGAIN\tagain\nEOPNOTSUPP\tnot supported\nECANCELED\tcanceled\nEINIT\tinit\n",
        )
        .unwrap();
        let text = render("7.2.13", &columns, &messages).unwrap();
        let rows: Vec<&str> = text.lines().filter(|line| line.contains('[')).collect();
        assert_eq!(
            rows,
            [
                "    EAGAIN [11 11] \"again\";",
                "    EOPNOTSUPP [95 95] \"not supported\";",
                "    ENOTSUP [EOPNOTSUPP EOPNOTSUPP] \"not supported\";",
                "    ECANCELED [125 158] \"canceled\";",
                "    EINIT [_ 141] \"init\";",
            ]
        );
    }

    #[test]
    fn every_missing_and_superfluous_message_is_named() {
        let messages = parse_messages("EAGAIN\tagain\nEOPNOTSUPP\tno\nENOTSUP\tno\n").unwrap();
        let error = render("7.2.13", &[generic()], &messages).unwrap_err();
        assert_eq!(
            error,
            "crates/sysline-table/data/errno-messages.tsv: no message for ECANCELED\n\
             crates/sysline-table/data/errno-messages.tsv: a message for ENOTSUP, which is no errno of its own"
        );
    }
}
