//! A model as a line of the Rust dialect, and a file with its lines formatted. Owns: where a line is broken, and
//! in which order its parts stand. How a type is printed is `print.rs`; how a Go line is, `dialects/go.rs`.

use crate::diagnostic::Diagnostic;
use crate::dialects::{Dialect, parse, parse_go, scan};
use crate::model::*;
use crate::print::{Print, Sink, print_list};
use crate::source::{SourceId, Sources};

/// How many columns a line may have before it is broken.
pub const LINE_WIDTH: usize = 100;

/// One line as a comment of the Rust dialect, indented by `indent`, without a newline at its end: broken over
/// several `//` comments where it is longer than [`LINE_WIDTH`]. Its docs are not part of it.
pub fn format(line: &Line, indent: &str) -> String {
    let head = format!("{indent}//{}", head(line));
    let params: Vec<String> = line.params.iter().map(param_text).collect();
    let tail = tail(line);
    let whole = format!("{head}({}){tail}", params.join(", "));
    if whole.chars().count() <= LINE_WIDTH || params.len() < 2 {
        return whole;
    }
    let mut rows = vec![format!("{head}(")];
    for (index, param) in params.iter().enumerate() {
        let last = index + 1 == params.len();
        let piece = if last {
            format!("{param}){tail}")
        } else {
            format!("{param},")
        };
        let row = rows.last_mut().expect("there is a first row");
        let blank = usize::from(index > 0);
        if index > 0 && row.chars().count() + blank + piece.chars().count() > LINE_WIDTH {
            rows.push(format!("{indent}//        {piece}"));
        } else {
            row.push_str(if index > 0 { " " } else { "" });
            row.push_str(&piece);
        }
    }
    rows.join("\n")
}

/// A file with each of its lines formatted, and all else as it was.
///
/// # Errors
///
/// Every problem of every line of the file, where there is any: then no text is made.
pub fn format_file(
    sources: &Sources,
    source: SourceId,
    dialect: Dialect,
) -> Result<String, Vec<Diagnostic>> {
    let text = &sources.get(source).text;
    let declarations = scan(sources, source, dialect);
    let formatted: Vec<String> = match dialect {
        Dialect::Rust => {
            let (lines, problems) = parse(sources, source, dialect);
            if !problems.is_empty() {
                return Err(problems);
            }
            let indents = declarations
                .iter()
                .map(|declaration| indent_of(text, declaration.text.start()));
            let texts = lines
                .iter()
                .zip(indents)
                .map(|(line, indent)| format(line, indent)[indent.len()..].to_string());
            texts.collect()
        }
        Dialect::Go => {
            let mut problems = Vec::new();
            let lines: Vec<_> = declarations
                .iter()
                .filter_map(|found| parse_go(found, &mut problems))
                .collect();
            if !problems.is_empty() {
                return Err(problems);
            }
            lines.iter().map(|line| line.format()).collect()
        }
    };
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for (declaration, formatted) in declarations.iter().zip(&formatted) {
        if declaration.remark_within {
            continue; // as it was, comments and all
        }
        let range = declaration.text.range();
        new.push_str(&text[at..range.start]);
        new.push_str(&formatted.replace('\n', newline));
        if !declaration.remark.is_empty() {
            new.push(' ');
            new.push_str(declaration.remark);
        }
        at = range.end;
    }
    new.push_str(&text[at..]);
    Ok(new)
}

/// The blanks in front of the comment at `start`; none where something else is there.
fn indent_of(text: &str, start: usize) -> &str {
    let row = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let before = &text[row..start];
    if before.chars().all(|c| c == ' ' || c == '\t') {
        before
    } else {
        ""
    }
}

/// All before the parameters.
fn head(line: &Line) -> String {
    let mut text = String::from(if line.blocking == Blocking::May {
        "sys "
    } else {
        "sysnb "
    });
    for attr in &line.attrs {
        text.push_str(&format!("#[{}] ", attr.text));
    }
    text.push_str(&visibility_text(&line.vis));
    text.push_str(if line.promise == Promise::Safe {
        "fn "
    } else {
        "unsafe fn "
    });
    text.push_str(&line.name.text);
    if !line.generics.is_empty() {
        text.push('<');
        print_list(&mut text, &line.generics, ", ", |sink, generic| {
            generic.print(sink)
        });
        text.push('>');
    }
    text
}

fn param_text(param: &Param) -> String {
    match param {
        Param::Value { out, name, ty } => {
            format!("{}{}: {}", if *out { "out " } else { "" }, name.text, ty)
        }
        Param::Const(constant) => constant.to_text(),
    }
}

/// All behind the parameters.
fn tail(line: &Line) -> String {
    let mut text = String::new();
    if let Some(ret) = &line.ret {
        text.push_str(" -> ");
        ret.print(&mut text);
    }
    if let Some(failure) = &line.failure {
        text.raw(" [");
        failure.print(&mut text);
        text.raw("]");
    }
    if let Some(target) = &line.target {
        text.push_str(" = ");
        text.push_str(&target_text(target));
    }
    text
}

/// `pub `, `pub(crate) ` or nothing.
pub(crate) fn visibility_text(vis: &Visibility) -> String {
    match vis {
        Visibility::Private => String::new(),
        Visibility::Public => "pub ".into(),
        Visibility::Restricted(to) => format!("pub({to}) "),
    }
}

/// What stands behind `=`.
pub(crate) fn target_text(target: &Target) -> String {
    match target {
        Target::Sys(name) => name.text.clone(),
        Target::Number(_, name) => name.text.clone(),
        Target::Proc {
            dll,
            proc,
            optional,
        } => {
            let dll = dll
                .as_ref()
                .map_or(String::new(), |dll| format!("{}.", dll.text));
            format!("{dll}{}{}", proc.text, if *optional { "?" } else { "" })
        }
    }
}
