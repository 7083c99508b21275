//! Diagnostics as text for a person: file, line and column, the line itself, a caret, what is wrong, what to write
//! instead. Owns: what of a diagnostic is shown where; `annotate-snippets` draws it.

use annotate_snippets::{Level, Renderer, Snippet};
use sysline_syntax::{Diagnostic, Sources};

/// The diagnostics as text, an empty line between two of them.
pub fn render(sources: &Sources, problems: &[Diagnostic], colours: bool) -> String {
    let renderer = if colours {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let texts = problems.iter().map(|problem| {
        let source = sources.get(problem.span.source());
        // A span at the very end of the text has no character to point at but the one before.
        let range = |span: sysline_syntax::Span| {
            let end = span.end().clamp(0, source.text.len());
            span.start().min(end)..end
        };
        let mut snippet = Snippet::source(&source.text)
            .origin(&source.name)
            .fold(true);
        snippet = snippet.annotation(Level::Error.span(range(problem.span)).label(&problem.label));
        for note in problem
            .notes
            .iter()
            .filter(|note| note.span.source() == problem.span.source())
        {
            snippet = snippet.annotation(Level::Info.span(range(note.span)).label(&note.label));
        }
        let mut message = Level::Error
            .title(&problem.message)
            .id(problem.code)
            .snippet(snippet);
        for note in problem
            .notes
            .iter()
            .filter(|note| note.span.source() != problem.span.source())
        {
            let other = sources.get(note.span.source());
            let snippet = Snippet::source(&other.text).origin(&other.name).fold(true);
            message = message.snippet(
                snippet.annotation(Level::Info.span(note.span.range()).label(&note.label)),
            );
        }
        if let Some(help) = &problem.help {
            message = message.footer(Level::Help.title(help));
        }
        format!("{}\n", renderer.render(message))
    });
    texts.collect::<Vec<_>>().join("\n")
}
