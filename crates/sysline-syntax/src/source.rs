//! Where a piece of text came from. Owns: source texts, spans, line and column. Knows nothing of lines of `//sys`.

/// Which of the [`Sources`] a [`Span`] lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// A piece of one source text, as byte offsets.
///
/// Two spans always compare equal, as in `syn`: models compare by what they say, not by where it stands. Compare
/// [`Span::range`]s to compare places.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    source: SourceId,
    start: u32,
    end: u32,
}

impl Span {
    /// The bytes `start..end` of a source.
    pub fn new(source: SourceId, start: usize, end: usize) -> Span {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span {
            source,
            start: narrow(start),
            end: narrow(end),
        }
    }

    /// The source that this is a piece of.
    pub fn source(self) -> SourceId {
        self.source
    }

    /// The first byte's offset.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The offset behind the last byte.
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// The bytes' offsets.
    pub fn range(self) -> core::ops::Range<usize> {
        self.start()..self.end()
    }

    /// From where this begins to where `last` ends.
    pub fn to(self, last: Span) -> Span {
        Span {
            end: last.end.max(self.end),
            ..self
        }
    }

    /// The empty piece right behind this one: where something is missing.
    pub fn after(self) -> Span {
        Span {
            start: self.end,
            ..self
        }
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Span) -> bool {
        true
    }
}

impl Eq for Span {}

/// One named text.
#[derive(Clone, Debug)]
pub struct Source {
    /// What a person calls it: a path as it was given, or `<sys!>`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// All texts of one run, so that a [`Span`] finds its own.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// No text yet.
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Takes in a text. One of 4 GiB or more is cut there: spans are 32 bits wide.
    pub fn add(&mut self, name: impl Into<String>, mut text: String) -> SourceId {
        let mut limit = (u32::MAX as usize).min(text.len());
        while !text.is_char_boundary(limit) {
            limit -= 1;
        }
        text.truncate(limit);
        self.all.push(Source {
            name: name.into(),
            text,
        });
        SourceId(self.all.len() as u32 - 1)
    }

    /// The text that an id stands for.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.all[id.0 as usize]
    }

    /// The text of a span; empty where the span is not of these sources.
    pub fn slice(&self, span: Span) -> &str {
        self.all
            .get(span.source.0 as usize)
            .and_then(|source| source.text.get(span.range()))
            .unwrap_or("")
    }

    /// Line and column of a span's first byte, both from 1, the column in characters.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let text = &self.get(span.source).text;
        let before = text.get(..span.start()).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let row = before[line_start..].trim_start_matches('\u{feff}');
        (before.matches('\n').count() + 1, row.chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_lines_and_characters_from_one() {
        let mut sources = Sources::new();
        let id = sources.add("a", "erste\nzwölf x\n".into());
        let x = "erste\nzwölf ".len();
        assert_eq!(sources.position(Span::new(id, 0, 1)), (1, 1));
        assert_eq!(sources.position(Span::new(id, x, x + 1)), (2, 7));
        assert_eq!(sources.slice(Span::new(id, x, x + 1)), "x");
    }

    #[test]
    fn a_span_that_is_not_there_has_no_text() {
        let mut sources = Sources::new();
        let id = sources.add("a", "ab".into());
        assert_eq!(sources.slice(Span::new(id, 1, 9)), "");
    }
}
