//! Diagnostics as text for a person: file, line and column, the line itself, a caret, what is wrong, what to write
//! instead. Owns: what of a diagnostic is shown where; `annotate-snippets` draws it.

use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};
use sysline_syntax::{Diagnostic, SourceId, Sources, Span};

/// The diagnostics as text, an empty line between two of them.
pub fn render(sources: &Sources, problems: &[Diagnostic], colours: bool) -> String {
    let renderer = if colours {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let texts = problems.iter().map(|problem| {
        let of = |source: SourceId| {
            let notes = problem
                .notes
                .iter()
                .filter(move |note| note.span.source() == source);
            notes.map(|note| annotation(sources, AnnotationKind::Context, note.span, &note.label))
        };
        let own = problem.span.source();
        let first = annotation(
            sources,
            AnnotationKind::Primary,
            problem.span,
            &problem.label,
        );
        let mut group = Level::ERROR
            .primary_title(&*problem.message)
            .id(problem.code)
            .element(snippet(sources, own).annotation(first).annotations(of(own)));
        for note in problem
            .notes
            .iter()
            .filter(|note| note.span.source() != own)
        {
            let other = note.span.source();
            group = group.element(snippet(sources, other).annotations(of(other)));
        }
        if let Some(help) = &problem.help {
            group = group.element(Level::HELP.message(&**help));
        }
        format!("{}\n", renderer.render(&[group]))
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn snippet(sources: &Sources, source: SourceId) -> Snippet<'_, Annotation<'_>> {
    let source = sources.get(source);
    Snippet::source(&*source.text)
        .path(&*source.name)
        .fold(true)
}

/// A place with its label, kept inside its text.
fn annotation<'a>(
    sources: &Sources,
    kind: AnnotationKind,
    span: Span,
    label: &'a str,
) -> Annotation<'a> {
    let end = span.end().min(sources.get(span.source()).text.len());
    kind.span(span.start().min(end)..end).label(label)
}
