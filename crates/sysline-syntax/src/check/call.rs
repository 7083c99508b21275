//! The rules of what is called: that it exists, and that it is of the system that the lines are for.

use super::{Os, Rules};
use crate::checked::{Call, Procedure, Value};
use crate::diagnostic::Diagnostic;
use crate::model::{Expr, Name, Promise, Target};
use crate::names::{call_of_const, nearest_call};
use sysline_table::Portable;

impl Rules<'_> {
    pub(super) fn call(&mut self) -> Option<Call> {
        if self.os == Os::Windows {
            self.procedure()
        } else {
            self.system_call()
        }
    }

    fn system_call(&mut self) -> Option<Call> {
        if let Some(failure) = &self.line.failure {
            let problem = Diagnostic::new(
                "failure",
                failure.span,
                "on Linux the kernel itself says when a call has failed",
            )
            .label("only for Windows")
            .help("take the brackets away: a result from -4095 to -1 is the error");
            self.report(problem);
        }
        let (name, span) = match &self.line.target {
            Some(Target::Number(number, _)) => {
                return Some(Call::Linux {
                    name: Name::new(self.line.name.plain(), self.line.name.span),
                    portable: false,
                    number: Some(*number),
                });
            }
            Some(target @ Target::Proc { dll, proc, .. }) => {
                let text = crate::format::target_text(target);
                let meant = match dll {
                    None => sysline_table::find(&proc.text)
                        .map(|call| format!("SYS_{}", call.name().to_uppercase())),
                    Some(_) => call_of_const(&proc.text).map(|_| proc.text.clone()),
                };
                let (message, help) = match meant {
                    Some(meant) => (
                        format!("`{text}` is no target of Linux"),
                        format!("did you mean `= {meant}`?"),
                    ),
                    None => (
                        format!("`{text}` is a DLL's procedure, not a system call"),
                        "write `= SYS_NAME`, or generate for Windows: `--os windows`".to_string(),
                    ),
                };
                self.report(
                    Diagnostic::new("target", target.span(), message)
                        .label("no target of Linux")
                        .help(help),
                );
                return None;
            }
            Some(Target::Sys(constant)) => {
                // `SYS_` alone names nothing: it is told as it stands.
                (
                    call_of_const(&constant.text).unwrap_or_else(|| constant.text.clone()),
                    constant.span,
                )
            }
            None => (self.line.own_call.clone(), self.line.name.span),
        };
        if let Some(call) = sysline_table::find(&name) {
            return Some(Call::Linux {
                name: Name::new(call.name(), span),
                portable: self.portable(call.name()).is_some(),
                number: None,
            });
        }
        let newer = "for a call newer than the table, write its number: `= 462`";
        let help = match nearest_call(&name) {
            Some(near) if self.line.target.is_some() => {
                format!("did you mean `SYS_{}`? {newer}", near.to_uppercase())
            }
            Some(near) => format!(
                "did you mean `{near}`? name it with `= SYS_{}`; {newer}",
                near.to_uppercase()
            ),
            None => format!("name the call with `= SYS_NAME`; {newer}"),
        };
        // Calls of Linux have no capitals.
        let help = match self.line.target {
            None if name.contains(char::is_uppercase) && self.line.promise != Promise::Nothing => {
                format!("a procedure of Windows is `= dll.{name}`; {help}")
            }
            _ => help,
        };
        let problem = Diagnostic::new(
            "unknown-call",
            span,
            format!("unknown system call `{name}`"),
        )
        .label("not in the table of any architecture")
        .help(help);
        self.report(problem);
        None
    }

    /// What the table says of a call that architectures make differently. Go's lines are of one architecture, and mean
    /// its own call.
    pub(super) fn portable(&self, name: &str) -> Option<&'static Portable> {
        match self.line.promise {
            Promise::Nothing => None,
            Promise::Safe | Promise::Unsafe => sysline_table::portable(name),
        }
    }

    fn procedure(&mut self) -> Option<Call> {
        self.condition_tests_something();
        let own = self.line.name.span;
        let (dll, proc, optional) = match &self.line.target {
            Some(Target::Proc {
                dll,
                proc,
                optional,
            }) => (dll.clone(), proc.clone(), *optional),
            Some(target @ (Target::Sys(_) | Target::Number(..))) => {
                let problem = Diagnostic::new(
                    "target",
                    target.span(),
                    "a system call is no target of Windows",
                )
                .label("no DLL's procedure")
                .help("write `= dll.Proc`, or generate for Linux: `--os linux`");
                self.report(problem);
                return None;
            }
            None => (None, Name::new(self.line.own_proc.clone(), own), false),
        };
        let proc = Name::new(proc.plain(), proc.span);
        Some(Call::Windows(Box::new(Procedure {
            dll: dll.unwrap_or_else(|| Name::new("kernel32", proc.span)),
            proc,
            optional,
            register: None,
            value: Value::Nothing,
            failure: None,
        })))
    }

    /// A condition is of what the procedure returns or of the last error; `false` says that it can't fail.
    fn condition_tests_something(&mut self) {
        let Some(failure) = &self.line.failure else {
            return;
        };
        let problem = Diagnostic::new(
            "failure",
            failure.span,
            "the condition does not mention `failretval`",
        );
        let problem = match &failure.when {
            None if self.line.promise == Promise::Nothing => return, // as without brackets
            None => problem.label("empty"),
            Some(Expr::Literal(word)) if word.text == "false" => return,
            Some(when) if when.mentions("failretval") || when.mentions("e1") => return,
            Some(_) => problem.label("tests nothing"),
        };
        self.report(
            problem.help("write when the call has failed: `[failretval == INVALID_SOCKET]`"),
        );
    }
}
