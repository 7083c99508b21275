//! A place in a list of tokens, and the few moves that both parsers make. Knows no grammar but brackets.

use crate::diagnostic::Diagnostic;
use crate::lexer::{Token, TokenKind};
use crate::model::Name;
use crate::source::Span;

/// What a parser gives up with: the problem is already reported.
pub(super) struct Reported;

pub(super) struct Cursor<'t, 'a, 'd> {
    tokens: &'t [Token<'a>],
    at: usize,
    /// Where the text in front of the first token is, for a span when there are no tokens.
    start: Span,
    pub(super) problems: &'d mut Vec<Diagnostic>,
}

impl<'t, 'a, 'd> Cursor<'t, 'a, 'd> {
    pub(super) fn new(
        tokens: &'t [Token<'a>],
        start: Span,
        problems: &'d mut Vec<Diagnostic>,
    ) -> Self {
        Cursor {
            tokens,
            at: 0,
            start,
            problems,
        }
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at + ahead).copied()
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// The place of the next token; behind the last one at the end.
    pub(super) fn here(&self) -> Span {
        self.peek()
            .map_or_else(|| self.before().after(), |token| token.span)
    }

    /// The place of the last token taken.
    pub(super) fn before(&self) -> Span {
        self.at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or(self.start, |token| token.span)
    }

    /// Whether the next tokens are these characters, with nothing between them.
    pub(super) fn looks_at(&self, punct: &str) -> bool {
        self.looks_ahead(0, punct)
    }

    /// As [`looks_at`](Self::looks_at), some tokens further on.
    pub(super) fn looks_ahead(&self, ahead: usize, punct: &str) -> bool {
        let mut end = None;
        punct.char_indices().enumerate().all(|(index, (byte, c))| {
            self.peek_at(ahead + index).is_some_and(|token| {
                let joined = end.is_none_or(|end| end == token.span.start());
                end = Some(token.span.end());
                joined
                    && token.kind == TokenKind::Punct
                    && token.text == &punct[byte..byte + c.len_utf8()]
            })
        })
    }

    /// Takes these characters if they come next.
    pub(super) fn eat(&mut self, punct: &str) -> bool {
        let there = self.looks_at(punct);
        self.at += if there { punct.chars().count() } else { 0 };
        there
    }

    pub(super) fn looks_at_word(&self, word: &str) -> bool {
        self.peek()
            .is_some_and(|token| token.kind == TokenKind::Ident && token.text == word)
    }

    /// Takes this keyword if it comes next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let there = self.looks_at_word(word);
        self.at += usize::from(there);
        there
    }

    /// Takes a token of this kind if it comes next.
    pub(super) fn eat_kind(&mut self, kind: TokenKind) -> Option<Token<'a>> {
        self.peek().filter(|token| token.kind == kind)?;
        self.next()
    }

    /// Takes a word, keyword or not, if one comes next.
    pub(super) fn eat_name(&mut self) -> Option<Name> {
        self.eat_kind(TokenKind::Ident)
            .map(|token| Name::new(token.text, token.span))
    }

    /// Skips to the next of these characters that no bracket hides, and stays before it.
    pub(super) fn skip_to(&mut self, stops: &[&str]) {
        let mut depth = 0;
        while let Some(token) = self.peek() {
            if depth == 0 && stops.contains(&token.text) {
                return;
            }
            match token.text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" if depth > 0 => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Skips what is left of a parameter or argument: to a `,` or `)` that no bracket hides, angle brackets too.
    pub(super) fn skip_item(&mut self) {
        let mut angles = 0;
        loop {
            self.skip_to(&[",", ")", "<", ">"]);
            match self.peek().map(|token| token.text) {
                Some("<") => angles += 1,
                Some(">")
                    if self.before().end() != self.here().start()
                        || self.tokens[self.at - 1].text != "-" =>
                {
                    angles = i32::max(angles - 1, 0);
                }
                Some(",") if angles > 0 => {}
                Some(">") => {}
                _ => return,
            }
            self.at += 1;
        }
    }

    /// Takes what stands up to the bracket `close` that no other hides, and that bracket. The caller knows that the
    /// brackets are balanced.
    pub(super) fn take_to_close(&mut self, close: &str) -> &'t [Token<'a>] {
        let from = self.at;
        self.skip_to(&[close]);
        let taken = &self.tokens[from..self.at];
        self.at += usize::from(!self.at_end());
        taken
    }

    pub(super) fn report(&mut self, problem: Diagnostic) -> Reported {
        self.problems.push(problem);
        Reported
    }

    /// Reports that something else was expected here.
    pub(super) fn expected(&mut self, what: &str, help: &str) -> Reported {
        let found = match self.peek() {
            Some(token) => format!("`{}`", token.text),
            None => "the end of the line".to_string(),
        };
        let problem = Diagnostic::new(
            "syntax",
            self.here(),
            format!("expected {what}, found {found}"),
        );
        let problem = if help.is_empty() {
            problem
        } else {
            problem.help(help)
        };
        self.report(problem.label(format!("expected {what}")))
    }
}

/// Reports the first bracket that is not closed, closes nothing, or closes another one.
pub(super) fn check_brackets(
    tokens: &[Token<'_>],
    continues: bool,
    problems: &mut Vec<Diagnostic>,
) -> Result<(), Reported> {
    let mut open: Vec<Token<'_>> = Vec::new();
    for token in tokens {
        match token.text {
            "(" | "[" | "{" if token.kind == TokenKind::Punct => open.push(*token),
            ")" | "]" | "}" if token.kind == TokenKind::Punct => match open.pop() {
                Some(opened) if close_of(opened.text) == token.text => {}
                Some(opened) => {
                    let message = format!("`{}` is closed by `{}`", opened.text, token.text);
                    problems.push(
                        Diagnostic::new("bracket", token.span, message)
                            .label("closed here")
                            .note(opened.span, "opened here")
                            .help(format!("write `{}` there", close_of(opened.text))),
                    );
                    return Err(Reported);
                }
                None => {
                    problems.push(
                        Diagnostic::new(
                            "bracket",
                            token.span,
                            format!("`{}` closes nothing", token.text),
                        )
                        .label("no bracket is open here")
                        .help("take it away, or open it before"),
                    );
                    return Err(Reported);
                }
            },
            _ => {}
        }
    }
    let Some(opened) = open.first() else {
        return Ok(());
    };
    let close = close_of(opened.text);
    let help = if continues {
        format!(
            "write `{close}`; a line goes on over the next `//` comments only until its brackets close"
        )
    } else {
        format!("write `{close}` on the same line")
    };
    problems.push(
        Diagnostic::new("bracket", opened.span, format!("no closing `{close}`"))
            .label("opened here")
            .help(help),
    );
    Err(Reported)
}

fn close_of(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}
