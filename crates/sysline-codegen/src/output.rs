//! Text that remembers where its words came from. Owns: the text and its origins. Knows nothing of Rust.

use std::ops::Range;
use sysline_syntax::model::Name;
use sysline_syntax::{Sink, Span};

/// Emitted text, with the place in a source of each word that came from one.
#[derive(Clone, Debug, Default)]
pub struct Output {
    text: String,
    origins: Vec<(Range<usize>, Span)>,
}

impl Output {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the word at a byte of the text came from, if it came from a source.
    pub fn origin(&self, at: usize) -> Option<Span> {
        let next = self.origins.partition_point(|(range, _)| range.start <= at);
        let (range, span) = self.origins.get(next.checked_sub(1)?)?;
        range.contains(&at).then_some(*span)
    }

    /// The text without its origins.
    pub fn into_text(self) -> String {
        self.text
    }

    /// The column that the next character goes to, from 0.
    pub(crate) fn column(&self) -> usize {
        self.text[self.text.rfind('\n').map_or(0, |newline| newline + 1)..]
            .chars()
            .count()
    }

    /// Adds a whole row: its indentation, what `write` writes, and a newline.
    pub(crate) fn row(&mut self, indent: usize, write: impl FnOnce(&mut Output)) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        write(self);
        let end = self.text.trim_end_matches(' ').len();
        self.text.truncate(end);
        self.text.push('\n');
    }

    /// Adds a whole row of text.
    pub(crate) fn line(&mut self, indent: usize, text: &str) {
        self.row(indent, |output| output.raw(text));
    }
}

impl Sink for Output {
    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn name(&mut self, name: &Name) {
        let start = self.text.len();
        self.text.push_str(&name.text);
        self.origins.push((start..self.text.len(), name.span));
    }
}
