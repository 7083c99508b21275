//! The rules of a line. Owns: what makes a parsed line a wrapper that can be right, and the words for what does not.
//! Every rule is tried on every line; all problems are reported together.
//!
//! The rules are in four rooms: of what is called (`call.rs`), of what is handed over (`args.rs`), of what comes back
//! (`ret.rs`), and of what is right for a DLL's procedure alone (`windows/`).

mod args;
mod call;
mod ret;
mod windows;

pub(crate) use windows::in_rust;
pub use windows::without_lifetimes;

use crate::checked::{Call, Safety, Wrapper};
use crate::diagnostic::Diagnostic;
use crate::model::*;
use crate::source::Span;
use std::collections::HashMap;

/// Which system the lines are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    /// System calls.
    Linux,
    /// Procedures of DLLs.
    Windows,
    /// Each line for the one that its target tells; Linux where it has none.
    EachLine,
}

/// Makes wrappers of the lines that keep the rules, and tells every breach of every rule, in the order of the lines.
pub fn check(lines: Vec<Line>, os: Os) -> (Vec<Wrapper>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let mut names = HashMap::new();
    let mut wrappers = Vec::with_capacity(lines.len());
    for line in lines {
        let os = os_of(&line, os);
        let is_first = is_first(&line, os, &mut names, &mut problems);
        let line = match (os, line.promise) {
            (Os::Windows, Promise::Nothing) => windows::from_go(line, &mut problems),
            _ => Some(line),
        };
        let Some(line) = line else {
            continue;
        };
        let rules = Rules {
            line: &line,
            os,
            problems: &mut problems,
        };
        wrappers.extend(rules.check().filter(|_| is_first));
    }
    (wrappers, problems)
}

fn os_of(line: &Line, os: Os) -> Os {
    match (os, &line.target) {
        (Os::EachLine, Some(Target::Proc { .. })) => Os::Windows,
        (Os::EachLine, _) => Os::Linux,
        (os, _) => os,
    }
}

/// The function that asks whether an optional procedure is there.
pub fn available(wrapper: &str) -> String {
    format!("{wrapper}_available")
}

/// A name may be declared once, or once for each of several conditions.
fn is_first(
    line: &Line,
    os: Os,
    names: &mut HashMap<String, (Span, Option<String>)>,
    problems: &mut Vec<Diagnostic>,
) -> bool {
    let condition = line
        .attrs
        .iter()
        .find_map(Attr::condition)
        .map(str::to_string);
    let own = line.name.plain().to_string();
    let optional = matches!(line.target, Some(Target::Proc { optional: true, .. }));
    let asks = optional.then(|| available(&own));
    let all: Vec<String> = [own].into_iter().chain(asks).collect();
    let taken = all.iter().find_map(|name| match names.get(name) {
        Some((_, Some(other))) if condition.as_ref().is_some_and(|this| this != other) => None,
        found => found.map(|(first, _)| (name, *first)),
    });
    match taken {
        None => {
            for name in all {
                names
                    .entry(name)
                    .or_insert((line.name.span, condition.clone()));
            }
        }
        Some((name, first)) => {
            problems.push(
                Diagnostic::new(
                    "duplicate",
                    line.name.span,
                    format!("`{name}` is declared twice"),
                )
                .label("declared again here")
                .note(first, "first declared here")
                .help(match os {
                    Os::Windows => "rename one of them and name its procedure: `= dll.Proc`",
                    _ => "rename one of them and name its call: `= SYS_NAME`",
                }),
            );
            return false;
        }
    }
    true
}

/// One line under the rules.
struct Rules<'l> {
    line: &'l Line,
    os: Os,
    problems: &'l mut Vec<Diagnostic>,
}

impl Rules<'_> {
    fn check(mut self) -> Option<Wrapper> {
        let before = self.problems.len();
        let mut call = self.call();
        let mut handed = self.params(self.encoding());
        self.fill_registers(call.as_ref(), &mut handed);
        let args::Handed {
            mut args,
            outs,
            params,
            ..
        } = handed;
        let ret = if self.strings_have_a_result(&args) {
            self.ret(call.as_ref(), &outs)
        } else {
            None
        };
        if let (Some(Call::Windows(procedure)), Some(ret)) = (&mut call, &ret) {
            self.complete(procedure, &mut args, ret);
        }
        let safety = match self.line.promise {
            Promise::Safe => Safety::Promised,
            Promise::Nothing if self.is_harmless(call.as_ref()) => Safety::Harmless,
            Promise::Nothing | Promise::Unsafe => Safety::Caller,
        };
        let (call, ret) = (call?, ret?);
        (self.problems.len() == before).then(|| Wrapper {
            span: self.line.span,
            docs: self.line.docs.clone(),
            attrs: self.line.attrs.clone(),
            vis: self.line.vis.clone(),
            safety,
            blocking: self.line.blocking,
            name: self.line.name.clone(),
            generics: self.line.generics.clone(),
            params,
            args,
            outs,
            ret,
            call,
        })
    }

    fn report(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    /// Whether a line that promises nothing can't do harm: plain numbers for a call that harms nobody.
    fn is_harmless(&self, call: Option<&Call>) -> bool {
        let Some(Call::Linux {
            name, number: None, ..
        }) = call
        else {
            return false;
        };
        let plain = |param: &Param| {
            let number = [
                "isize", "usize", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "bool",
            ];
            matches!(param, Param::Value { ty, .. } if number.iter().any(|number| ty.is(number)))
        };
        self.line.params.iter().all(plain)
            && sysline_table::find(&name.text).is_some_and(|call| call.harmless())
    }
}
