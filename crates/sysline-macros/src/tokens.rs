//! Tokens to text and back. Owns: which piece of the text stands for which token, so that what is said of a piece of
//! text points into the user's source.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use std::iter::Peekable;
use sysline_codegen::Output;
use sysline_syntax::{Diagnostic, Sources, Token, TokenKind, lex};

/// The places in the user's source of a text's pieces, in the order of the text.
#[derive(Default)]
pub(crate) struct Places(Vec<(usize, Span)>);

impl Places {
    /// The place of the token that a byte of the text belongs to; of the macro itself where there is none.
    fn at(&self, byte: usize) -> Span {
        let next = self.0.partition_point(|(start, _)| *start <= byte);
        next.checked_sub(1)
            .map_or_else(Span::call_site, |index| self.0[index].1)
    }
}

/// The tokens as a text that lexes to the same tokens; `#[doc = "…"]` as `///`.
pub(crate) fn to_text(tokens: TokenStream) -> (String, Places) {
    let (mut text, mut places) = (String::new(), Places::default());
    write_text(tokens, &mut text, &mut places);
    (text, places)
}

fn write_text(tokens: TokenStream, text: &mut String, places: &mut Places) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        places.0.push((text.len(), token.span()));
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                match tokens.peek().and_then(doc) {
                    Some(doc) => {
                        tokens.next();
                        let rows = doc.lines().map(|row| format!("///{row}\n"));
                        text.push_str(&if doc.is_empty() {
                            "///\n".to_string()
                        } else {
                            rows.collect()
                        });
                    }
                    None => text.push('#'),
                }
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                places.0.push((text.len(), group.span_open()));
                text.push_str(open);
                write_text(group.stream(), text, places);
                places.0.push((text.len(), group.span_close()));
                text.push_str(close);
                text.push(' ');
            }
            TokenTree::Punct(punct) => {
                text.push(punct.as_char());
                text.push_str(if punct.spacing() == Spacing::Joint {
                    ""
                } else {
                    " "
                });
            }
            token => text.push_str(&format!("{token} ")),
        }
    }
}

/// The text of the `[doc = "…"]` of an attribute.
fn doc(token: &TokenTree) -> Option<String> {
    let TokenTree::Group(group) = token else {
        return None;
    };
    let mut tokens = group.stream().into_iter();
    match (
        tokens.next()?,
        tokens.next()?,
        tokens.next()?,
        tokens.next(),
    ) {
        (TokenTree::Ident(word), TokenTree::Punct(_), TokenTree::Literal(text), None)
            if word == "doc" =>
        {
            unquoted(&text.to_string())
        }
        _ => None,
    }
}

/// The value of a string literal as the compiler writes those of docs.
fn unquoted(literal: &str) -> Option<String> {
    if let Some(raw) = literal.strip_prefix('r') {
        let raw = raw.trim_matches('#');
        return raw.strip_prefix('"')?.strip_suffix('"').map(str::to_string);
    }
    let mut text = String::new();
    let mut letters = literal.strip_prefix('"')?.strip_suffix('"')?.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next()? {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'r' => text.push('\r'),
                '0' => text.push('\0'),
                'u' => {
                    let code: String = letters
                        .by_ref()
                        .skip(1)
                        .take_while(|&letter| letter != '}')
                        .collect();
                    text.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
                }
                other => text.push(other),
            },
            letter => text.push(letter),
        }
    }
    Some(text)
}

/// The tokens of emitted text; a word that came from the user's source points there.
pub(crate) fn from_output(output: &Output, places: &Places) -> TokenStream {
    let mut sources = Sources::new();
    let source = sources.add("<output>", output.text().to_string());
    let text = &sources.get(source).text;
    let place = |token: &Token<'_>| {
        let origin = output.origin(token.span.start());
        origin.map_or_else(Span::call_site, |origin| {
            places.at(origin.start()).resolved_at(Span::call_site())
        })
    };
    read_tokens(
        &mut lex(text, 0..text.len(), source).into_iter().peekable(),
        &place,
    )
}

/// The tokens up to the end or to a bracket that closes.
fn read_tokens<'t>(
    tokens: &mut Peekable<impl Iterator<Item = Token<'t>>>,
    place: &impl Fn(&Token<'_>) -> Span,
) -> TokenStream {
    let mut stream = TokenStream::new();
    while let Some(token) = tokens.next() {
        let span = place(&token);
        let mut add = |tree: TokenTree| stream.extend([tree]);
        let spaced = |mut tree: TokenTree| {
            tree.set_span(span);
            tree
        };
        match (token.kind, token.text) {
            (TokenKind::Punct, ")" | "]" | "}") => return stream,
            (TokenKind::Punct, open @ ("(" | "[" | "{")) => {
                let delimiter = match open {
                    "(" => Delimiter::Parenthesis,
                    "[" => Delimiter::Bracket,
                    _ => Delimiter::Brace,
                };
                let inner = read_tokens(tokens, place);
                add(spaced(Group::new(delimiter, inner).into()));
            }
            (TokenKind::Punct, text) => {
                let end = token.span.end();
                let joint = tokens.peek().is_some_and(|next| {
                    next.kind == TokenKind::Punct
                        && next.span.start() == end
                        && !"()[]{}".contains(next.text)
                });
                let spacing = if joint {
                    Spacing::Joint
                } else {
                    Spacing::Alone
                };
                text.chars()
                    .for_each(|letter| add(spaced(Punct::new(letter, spacing).into())));
            }
            (TokenKind::Ident, text) => {
                let ident = match text.strip_prefix("r#") {
                    Some(raw) => Ident::new_raw(raw, span),
                    None => Ident::new(text, span),
                };
                add(ident.into());
            }
            (TokenKind::Lifetime, text) => {
                add(spaced(Punct::new('\'', Spacing::Joint).into()));
                add(Ident::new(&text[1..], span).into());
            }
            (TokenKind::Number | TokenKind::Str | TokenKind::Char, text) => {
                if let Ok(literal) = text.parse::<Literal>() {
                    add(spaced(literal.into()));
                }
            }
            (TokenKind::Doc, text) => {
                add(Punct::new('#', Spacing::Alone).into());
                let equals = Punct::new('=', Spacing::Alone);
                let doc: [TokenTree; 3] = [
                    Ident::new("doc", span).into(),
                    equals.into(),
                    Literal::string(&text["///".len()..]).into(),
                ];
                add(Group::new(Delimiter::Bracket, doc.into_iter().collect()).into());
            }
            (TokenKind::Unknown, _) => {} // the emitters write none
        }
    }
    stream
}

/// A problem as a compile error at its place.
pub(crate) fn compile_error(problem: &Diagnostic, places: &Places) -> TokenStream {
    let first = places.at(problem.span.start());
    let last = places.at(problem
        .span
        .end()
        .saturating_sub(1)
        .max(problem.span.start()));
    let mut text = problem.message.clone();
    if let Some(help) = &problem.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    // A macro's error is shown from its first token to its last.
    let mut message = Group::new(
        Delimiter::Brace,
        TokenTree::from(Literal::string(&text)).into(),
    );
    message.set_span(last);
    let colon = |spacing| {
        let mut colon = Punct::new(':', spacing);
        colon.set_span(first);
        TokenTree::from(colon)
    };
    let mut bang = Punct::new('!', Spacing::Alone);
    bang.set_span(first);
    let path = |word| {
        [
            colon(Spacing::Joint),
            colon(Spacing::Alone),
            Ident::new(word, first).into(),
        ]
    };
    path("core")
        .into_iter()
        .chain(path("compile_error"))
        .chain([bang.into(), message.into()])
        .collect()
}
