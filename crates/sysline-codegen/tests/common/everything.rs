//! All that can be done with a text, and what must hold of it whatever the text is. The properties' tests and the
//! fuzz targets share it.

use sysline_codegen::{Binding, Input, Options, generate, items, mentioned, parse_all, render};
use sysline_syntax::model::Line;
use sysline_syntax::{
    Diagnostic, Dialect, Os, SourceId, Sources, Span, check, format, format_file, import, parse,
    parse_macro,
};

/// Reads, checks, formats, imports and generates; panics where something does not hold.
pub(crate) fn everything(bytes: &[u8], dialect: Dialect) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut sources = Sources::new();
    let source = sources.add("input", text);
    for os in [Os::Linux, Os::Windows, Os::EachLine] {
        generated(&sources, source, dialect, os);
    }
    formatted(&sources, source, dialect);
    let (lines, problems) = parse_macro(&sources, source);
    all_lie_inside(&sources, &problems);
    let (wrappers, problems) = check(lines, Os::EachLine);
    all_lie_inside(&sources, &problems);
    items(&wrappers);
    if dialect == Dialect::Go {
        for os in [Os::Linux, Os::Windows] {
            match import(&sources, source, os) {
                Ok(lines) => imported(&lines),
                Err(problems) => all_lie_inside(&sources, &problems),
            }
        }
        right_for_windows_both_ways(&sources, source);
    }
}

fn generated(sources: &Sources, source: SourceId, dialect: Dialect, os: Os) {
    let inputs = [Input { source, dialect }];
    let options = Options {
        os,
        types: vec!["crate::types".into()],
        binding: Binding::Import,
        made_by: "a test".into(),
    };
    match generate(sources, &inputs, &options) {
        Ok(file) => {
            let wrappers =
                parse_all(sources, &inputs, os, Binding::Import).expect("it was right just now");
            assert!(
                file.matches("#[inline]").count() >= wrappers.len(),
                "a wrapper is missing:\n{file}"
            );
            mentioned(&wrappers);
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            all_lie_inside(sources, &problems);
            let text = render(sources, &problems, false);
            assert!(
                text.matches("error[").count() >= problems.len(),
                "a problem is not told:\n{text}"
            );
        }
    }
}

/// What is parsed, formatted and parsed again is the same model, and formatting again changes nothing.
fn formatted(sources: &Sources, source: SourceId, dialect: Dialect) {
    let (lines, problems) = parse(sources, source, dialect);
    match format_file(sources, source, dialect) {
        Err(told) => {
            assert!(!problems.is_empty());
            all_lie_inside(sources, &told);
        }
        Ok(text) => {
            assert!(problems.is_empty());
            let mut again = Sources::new();
            let second = again.add("formatted", text.clone());
            let (same, problems) = parse(&again, second, dialect);
            assert!(problems.is_empty(), "{problems:?}\n{text}");
            assert_eq!(lines, same, "{text}");
            assert_eq!(
                format_file(&again, second, dialect).expect("it parses"),
                text
            );
        }
    }
}

/// What is imported is a line of the Rust dialect.
fn imported(lines: &[Line]) {
    let text: String = lines
        .iter()
        .map(|line| format!("{}\n", format(line, "")))
        .collect();
    let mut sources = Sources::new();
    let source = sources.add("imported", text.clone());
    let (parsed, problems) = parse(&sources, source, Dialect::Rust);
    assert!(problems.is_empty(), "{problems:?}\n{text}");
    let mut bare = lines.to_vec();
    bare.iter_mut().for_each(|line| line.docs.clear());
    assert_eq!(parsed, bare, "{text}");
}

/// What Go's lines are right for, they are right for when they are imported.
fn right_for_windows_both_ways(sources: &Sources, source: SourceId) {
    let (lines, problems) = parse(sources, source, Dialect::Go);
    let (_, more) = check(lines, Os::Windows);
    if !problems.is_empty() || !more.is_empty() {
        return;
    }
    let lines = import(sources, source, Os::Windows).expect("it is right");
    let (_, problems) = check(lines.clone(), Os::Windows);
    let texts: Vec<String> = lines.iter().map(|line| format(line, "")).collect();
    assert!(problems.is_empty(), "{problems:?}\n{}", texts.join("\n"));
}

fn all_lie_inside(sources: &Sources, problems: &[Diagnostic]) {
    let inside = |span: Span| sources.get(span.source()).text.get(span.range()).is_some();
    for problem in problems {
        assert!(inside(problem.span), "{problem:?}");
        assert!(
            problem.notes.iter().all(|note| inside(note.span)),
            "{problem:?}"
        );
        assert!(!problem.message.is_empty());
    }
}
