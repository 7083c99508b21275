//! `[failretval == …]`. Owns: which conditions can be written, and where their blanks are.

use sysline_syntax::model::Name;

/// The words of a condition, each with whether a blank stands before it; none where it is more than comparisons of
/// two operands, joined by `&&` and `||`.
pub(super) fn condition(words: &[Name]) -> Option<Vec<(bool, &Name)>> {
    let mut printed: Vec<(bool, &Name)> = Vec::new();
    for comparison in words.split_inclusive(|word| matches!(word.text.as_str(), "&&" | "||")) {
        let joint = comparison
            .last()
            .filter(|last| matches!(last.text.as_str(), "&&" | "||"));
        let sides = &comparison[..comparison.len() - usize::from(joint.is_some())];
        let at = sides
            .iter()
            .position(|word| matches!(word.text.as_str(), "==" | "!=" | "<" | "<=" | ">" | ">="))?;
        for (index, word) in operand(&sides[..at])?.enumerate() {
            printed.push((index == 0 && !printed.is_empty(), word));
        }
        printed.push((true, &sides[at]));
        for (index, word) in operand(&sides[at + 1..])?.enumerate() {
            printed.push((index == 0, word));
        }
        printed.extend(joint.map(|joint| (true, joint)));
    }
    let ends = printed.last()?.1.text.as_str();
    (!matches!(ends, "&&" | "||")).then_some(printed)
}

/// The words of `NAME`, `a::NAME`, `3`, `-3` or `!0`.
fn operand(words: &[Name]) -> Option<impl Iterator<Item = &Name>> {
    let is_number = |word: &Name| word.text.starts_with(|c: char| c.is_ascii_digit());
    let is_name = |word: &Name| {
        word.text
            .starts_with(|c: char| c == '_' || c.is_alphabetic())
            && !matches!(word.text.as_str(), "true" | "false" | "nil")
    };
    let good = match words {
        [sign, number] if matches!(sign.text.as_str(), "-" | "!") => is_number(number),
        [number] if is_number(number) => true,
        path => {
            path.len() % 2 == 1
                && path.iter().enumerate().all(|(index, word)| {
                    if index % 2 == 0 {
                        is_name(word)
                    } else {
                        word.text == "::"
                    }
                })
        }
    };
    good.then(|| words.iter())
}
