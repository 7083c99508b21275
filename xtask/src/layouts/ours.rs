//! The structs that the runtime declares itself, by the lines `c_layout!(OURS = "C's" { FIELD, FIELD = C's })` beside
//! them (`crates/sysline/src/layout.rs`). Owns: how such a line is read.

use super::{Fact, Question, Row};
use std::fs;
use std::path::{Path, PathBuf};

/// What stands in the place of a module of `linux-raw-sys`.
pub(super) const MODULE: &str = "sysline";

/// What C is asked about all structs of the runtime.
pub(super) fn questions(folder: &Path) -> Result<Vec<Question>, String> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut questions = Vec::new();
    for path in files {
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        for line in text.split("layout::c_layout!(").skip(1) {
            let wrong = || {
                format!(
                    "{}: not a line as `c_layout!` wants it: {line:.80}",
                    path.display()
                )
            };
            let line = line.split_once(");").ok_or_else(wrong)?.0;
            read(line, &mut questions).ok_or_else(wrong)?;
        }
    }
    Ok(questions)
}

/// The sources below a folder.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let error = |error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(error)? {
        let path = entry.map_err(error)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// The questions of `OURS = "C's" { FIELD, FIELD = C's }`. On which condition C has it, if not always, is in brackets
/// behind the name: `"struct user_regs (defined(__arm__))"`.
fn read(line: &str, questions: &mut Vec<Question>) -> Option<()> {
    let (name, rest) = line.split_once('=')?;
    let (in_c, rest) = rest.trim().strip_prefix('"')?.split_once('"')?;
    let (in_c, condition) = match in_c.split_once(" (defined") {
        Some((in_c, condition)) => (in_c, format!("defined{}", condition.strip_suffix(')')?)),
        None => (in_c, String::new()),
    };
    let fields = rest
        .trim()
        .trim_end_matches(',')
        .strip_prefix('{')?
        .strip_suffix('}')?;
    let mut ask = |fact, expression| {
        questions.push(Question {
            row: Row {
                module: MODULE,
                item: name.trim().to_owned(),
                fact,
            },
            expression,
            condition: condition.clone(),
        });
    };
    ask(Fact::Size, format!("sizeof({in_c})"));
    ask(Fact::Align, format!("_Alignof({in_c})"));
    for field in fields
        .split(',')
        .map(str::trim)
        .filter(|field| !field.is_empty())
    {
        let (ours, theirs) = field.split_once('=').unwrap_or((field, field));
        ask(
            Fact::Offset(ours.trim().to_owned()),
            format!("__builtin_offsetof({in_c}, {})", theirs.trim()),
        );
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_asks_for_the_whole_and_each_field() {
        let mut questions = Vec::new();
        let line = "Pair = \"struct pair_t (defined(__arm__))\" {\n    one,\n    two = second,\n}";
        assert_eq!(read(line, &mut questions), Some(()));
        let asked: Vec<(&str, &str)> = questions
            .iter()
            .map(|question| (question.expression.as_str(), question.condition.as_str()))
            .collect();
        let arm = "defined(__arm__)";
        assert_eq!(
            asked,
            [
                ("sizeof(struct pair_t)", arm),
                ("_Alignof(struct pair_t)", arm),
                ("__builtin_offsetof(struct pair_t, one)", arm),
                ("__builtin_offsetof(struct pair_t, second)", arm),
            ]
        );
        assert_eq!(questions[3].row.fact, Fact::Offset("two".into()));
        assert_eq!(read("Pair { one }", &mut questions), None);
    }
}
