//! The rules of what comes back: that a register can be it, and that there is a place for the error where there may be one.

use super::{Os, Rules};
use crate::checked::{Arg, Call, Encoding, Gives, Ret};
use crate::diagnostic::Diagnostic;
use crate::model::*;

impl Rules<'_> {
    pub(super) fn ret(&mut self, call: Option<&Call>, outs: &[(Name, Type)]) -> Option<Ret> {
        let ok = self
            .line
            .ret
            .as_ref()
            .and_then(|ret| ret.argument_of("Result"));
        let (Some(ret), Some(ok)) = (&self.line.ret, ok) else {
            return self.plain_ret(call, outs);
        };
        let gives = match (outs, ok) {
            ([], Type::Tuple { span, members }) if members.len() > 1 => {
                self.report(
                    Diagnostic::new("results", *span, format!("`{ok}` is {} results, and one register comes back", members.len()))
                        .label("one too many")
                        .help("a result that the kernel writes to memory is a parameter: `out name: Type`"),
                );
                return None;
            }
            ([], _) => Gives::Register,
            ([(_, ty)], ok) if ty == ok => Gives::Outs,
            (_, Type::Tuple { members, .. }) => {
                let types = || outs.iter().map(|(_, ty)| ty);
                match members.split_first() {
                    Some((first, rest)) if rest.iter().eq(types()) => {
                        Gives::RegisterAndOuts(first.clone())
                    }
                    _ if members.len() > 1 && members.iter().eq(types()) => Gives::Outs,
                    _ => return self.outs_do_not_match(ok, outs),
                }
            }
            _ => return self.outs_do_not_match(ok, outs),
        };
        match &gives {
            Gives::Register => self.check_returned(ok)?,
            Gives::RegisterAndOuts(first) => self.check_returned(first)?,
            Gives::Outs => {}
        }
        Some(Ret::Result {
            ty: ret.clone(),
            gives,
        })
    }

    /// Whether the register that comes back can be of this type.
    fn check_returned(&mut self, ty: &Type) -> Option<()> {
        const WRITTEN: &str = "write the number that comes back; what the kernel writes to memory is `out name: Type` or `name: &mut [T]`";
        if self.os == Os::Windows {
            return Some(()); // a procedure returns more
        }
        let word = match ty {
            Type::Path(path) => path.last().name.text.as_str(),
            _ => "",
        };
        let help = match ty {
            Type::Ptr { .. } => return Some(()),
            Type::Tuple { members, .. } if members.is_empty() => return Some(()),
            Type::Path(_) => match word {
                "BorrowedFd" => "write `OwnedFd`: nobody else owns the descriptor that comes back",
                "f32" | "f64" | "char" | "u128" | "i128" => {
                    "write a whole number of 64 bits at most"
                }
                "str" | "String" | "Vec" | "Box" | "CStr" | "CString" | "Option" => WRITTEN,
                _ => return Some(()),
            },
            _ => WRITTEN,
        };
        let message = format!("no register is `{ty}`");
        self.report(
            Diagnostic::new("results", ty.span(), message)
                .label("comes back in a register")
                .help(help),
        );
        None
    }

    fn outs_do_not_match(&mut self, ok: &Type, outs: &[(Name, Type)]) -> Option<Ret> {
        let types: Vec<String> = outs.iter().map(|(_, ty)| ty.to_string()).collect();
        let (alone, both) = match &types[..] {
            [one] => (one.clone(), format!("(usize, {one})")),
            many => (
                format!("({})", many.join(", ")),
                format!("(usize, {})", many.join(", ")),
            ),
        };
        let names: Vec<String> = outs
            .iter()
            .map(|(name, _)| format!("`out {}`", name.text))
            .collect();
        let message = format!(
            "the result `{ok}` is not what {} gives",
            names.join(" and ")
        );
        self.report(
            Diagnostic::new("out", ok.span(), message)
                .label("not the type of what is written")
                .note(outs[0].0.span, "written by the kernel")
                .help(format!(
                    "write `Result<{alone}>`, or `Result<{both}>` for the register's value too"
                )),
        );
        None
    }

    /// A result that is no `Result`.
    fn plain_ret(&mut self, call: Option<&Call>, outs: &[(Name, Type)]) -> Option<Ret> {
        if let Some((name, _)) = outs.first() {
            let message = format!(
                "`out {}` needs a `Result`: only a call that succeeded has written it",
                name.text
            );
            let types: Vec<String> = outs.iter().map(|(_, ty)| ty.to_string()).collect();
            let types = if let [one] = &types[..] {
                one.clone()
            } else {
                format!("({})", types.join(", "))
            };
            let problem = Diagnostic::new("out", name.span, message)
                .label("never known to be written")
                .help(format!("write `-> Result<{types}>`"));
            self.report(problem);
            return None;
        }
        match &self.line.ret {
            Some(ret) if ret.is("Result") => {
                let problem = Diagnostic::new("results", ret.span(), "`Result` of what?")
                    .label("no type in angle brackets")
                    .help("write `Result<usize>`, or `Result<()>` where only an error comes back");
                self.report(problem);
                return None;
            }
            Some(Type::Tuple { span, members }) if members.len() > 1 => {
                let promise = self.line.promise;
                let help = match promise {
                    Promise::Nothing => {
                        "write `(n int, err error)`, or `(err error)` where no value comes back"
                    }
                    _ => {
                        "write `-> Result<usize>`; a result that the kernel writes to memory is `out name: Type`"
                    }
                };
                let message = format!(
                    "{} results and no error: one register comes back",
                    members.len()
                );
                self.report(
                    Diagnostic::new("results", *span, message)
                        .label("one too many")
                        .help(help),
                );
                return None;
            }
            Some(Type::Impl { span, .. }) => {
                self.report(
                    Diagnostic::new("results", *span, "a register is of one type")
                        .help("name the type"),
                );
                return None;
            }
            _ => {}
        }
        let never = matches!(self.line.ret, Some(Type::Never { .. }));
        match call? {
            Call::Linux { name, number, .. } => {
                self.fits_call(&name.text, number.is_none(), never)?
            }
            Call::Windows(_) => {
                if let Some(failure) = &self.line.failure {
                    let value = self.line.ret.as_ref().map_or("()".into(), Type::to_string);
                    let wrapped = format!("write `-> Result<{value}>`");
                    let problem = Diagnostic::new(
                        "failure",
                        failure.span,
                        "the call can fail, and the line has no place for the error",
                    )
                    .label("who gets the error?")
                    .help(match self.line.promise {
                        Promise::Nothing => "write `, err error` behind the result",
                        _ => wrapped.as_str(),
                    });
                    self.report(problem);
                    return None;
                }
            }
        }
        let ends =
            matches!(call, Some(Call::Linux { name, number: None, .. }) if !returns(&name.text));
        if let Some(ret) = self.line.ret.as_ref().filter(|_| !never) {
            self.check_returned(ret)?;
        }
        Some(match &self.line.ret {
            None if ends => Ret::Never,
            None => Ret::Unit,
            Some(_) if never => Ret::Never,
            Some(ret) if ret.is_unit() => Ret::Unit,
            Some(ret) => Ret::Value(ret.clone()),
        })
    }

    /// Whether the call may be declared without an error, or as one that never returns.
    fn fits_call(&mut self, name: &str, known: bool, never: bool) -> Option<()> {
        let fact = sysline_table::find(name).filter(|_| known);
        let returns = returns(name) || !known;
        if never && known && returns {
            let span = self
                .line
                .ret
                .as_ref()
                .map_or(self.line.name.span, Type::span);
            let problem = Diagnostic::new("results", span, format!("`{name}` returns"))
                .label("only exit, exit_group and sigreturn never do")
                .help("write `-> Result<()>`");
            self.report(problem);
            return None;
        }
        if !returns && self.line.promise != Promise::Nothing && self.line.ret.is_none() {
            let problem = Diagnostic::new(
                "results",
                self.line.name.span,
                format!("`{name}` never returns"),
            )
            .label("the line says that it does")
            .help("write `-> !`");
            self.report(problem);
            return None;
        }
        // Go's own files have lines that leave the error unread, and return nothing.
        let unread = self.line.promise == Promise::Nothing && self.line.ret.is_none();
        if never || unread || fact.is_some_and(|fact| fact.cannot_fail()) {
            return Some(());
        }
        let span = self
            .line
            .ret
            .as_ref()
            .map_or(self.line.name.span, Type::span);
        let help = match (self.line.promise, &self.line.ret) {
            (Promise::Nothing, _) => "write `, err error` behind the result".to_string(),
            (_, None) => "write `-> Result<()>`".to_string(),
            (_, Some(ret)) => format!("write `-> Result<{ret}>`"),
        };
        let message = format!("`{name}` can fail, and the line has no place for the error");
        self.report(
            Diagnostic::new("no-error", span, message)
                .label("an error would look like a value")
                .help(help),
        );
        None
    }

    /// A string may hold a NUL, which is an error before the call.
    pub(super) fn strings_have_a_result(&mut self, args: &[Arg]) -> bool {
        if self.line.ret.as_ref().is_some_and(|ret| ret.is("Result")) {
            return true;
        }
        let Some(name) = args.iter().find_map(Arg::text).map(|text| &text.name) else {
            return true;
        };
        let help = match (self.line.promise, &self.line.ret) {
            (Promise::Nothing, _) if self.encoding() == Encoding::Wide => {
                "write `(err error)`, or pass a `*uint16`".to_string()
            }
            (Promise::Nothing, _) => "write `(err error)`, or pass a `*byte`".to_string(),
            (_, Some(ret)) if !ret.is("!") => {
                format!(
                    "write `-> Result<{ret}>`, or pass a `{}`",
                    self.string_with_nul()
                )
            }
            _ => format!(
                "write `-> Result<()>`, or pass a `{}`",
                self.string_with_nul()
            ),
        };
        let nul = if self.os == Os::Windows {
            "a NUL within it is an error"
        } else {
            "a NUL within it is EINVAL"
        };
        let message = format!(
            "`{}` is a string, and the line has no place for an error",
            name.text
        );
        self.report(
            Diagnostic::new("string-without-error", name.span, message)
                .label(nul)
                .help(help),
        );
        false
    }
}

/// Whether a call comes back to its caller when it succeeds.
fn returns(call: &str) -> bool {
    !matches!(call, "exit" | "exit_group" | "rt_sigreturn" | "sigreturn")
}
