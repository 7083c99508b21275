//! What is wrong, where, and what to write instead. Owns: the structure. Printing it is another crate's work.

use crate::source::Span;

/// One problem of one line.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// A stable short name for the kind of problem, such as `unknown-call`: what a program would test for.
    pub code: &'static str,
    /// What is wrong, in one sentence without a final period.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What stands there, in a few words; may be empty.
    pub label: String,
    /// Other places that belong to it.
    pub notes: Vec<Note>,
    /// What to write instead.
    pub help: Option<String>,
}

/// A second place that a [`Diagnostic`] points at.
#[derive(Clone, Debug)]
pub struct Note {
    /// Where.
    pub span: Span,
    /// What stands there.
    pub label: String,
}

impl Diagnostic {
    /// A problem at a place.
    pub fn new(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            span,
            label: String::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// Says what stands at the place.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// Points at a second place.
    pub fn note(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.notes.push(Note {
            span,
            label: label.into(),
        });
        self
    }

    /// Says what to write instead.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }
}
