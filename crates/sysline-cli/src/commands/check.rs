//! `sysline check`: lines against the rules, and for Windows against what DLLs export.

use super::{Dialect, Os};
use crate::exports::{Answer, Broken, Libraries, MINGW, default_folders, is_api_set};
use crate::input::read_all;
use crate::report::Report;
use clap::error::ErrorKind;
use std::collections::BTreeSet;
use std::path::PathBuf;
use sysline_codegen::{Binding, Input, parse_all};
use sysline_syntax::checked::{Call, Procedure, Wrapper};
use sysline_syntax::{Diagnostic, Sources, nearest};

/// The rules are those of `sysline gen`. For Windows each procedure is looked for in import libraries (libws2_32.a,
/// ws2_32.lib) or in DLLs; it is there when any file of the folders says so. When all is right, one line on standard
/// output says what was found.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  sysline check src/fs.rs src/io.rs
  sysline check --os windows src/winsock.rs
  sysline check --os windows --libraries ~/.wine/drive_c/windows/system32 zsyscall.go")]
pub(crate) struct Args {
    /// The system that the lines are for
    #[arg(long, value_enum, default_value = "linux")]
    os: Os,

    /// How the lines are written [default: by each file's ending: go for .go, else rust]
    #[arg(long, value_enum)]
    dialect: Option<Dialect>,

    /// The lines are for `sysline gen --lazy`; with --os windows
    #[arg(long)]
    lazy: bool,

    /// With --os windows, a folder with import libraries or DLLs; may be given again [default: on Windows its own DLLs,
    /// else mingw-w64's libraries]
    #[arg(long, value_name = "DIR")]
    libraries: Vec<PathBuf>,

    /// Files with lines; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
}

pub(crate) fn run(args: &Args, report: &mut Report) {
    if matches!(args.os, Os::Linux) && args.lazy {
        let message = "--lazy is for `--os windows`: system calls are in no DLL\n";
        clap::Error::raw(ErrorKind::ArgumentConflict, message).exit();
    }
    if let (Os::Linux, [_, ..]) = (args.os, &args.libraries[..]) {
        let message = "--libraries is for `--os windows`: system calls are in no library\n";
        clap::Error::raw(ErrorKind::ArgumentConflict, message).exit();
    }
    let mut sources = Sources::new();
    let read = read_all(&mut sources, &args.files, report);
    let inputs: Vec<Input> = read
        .iter()
        .map(|&source| Input {
            source,
            dialect: Dialect::of(args.dialect, &sources.get(source).name),
        })
        .collect();
    let binding = match args.lazy {
        true => Binding::FirstUse,
        false => Binding::Import,
    };
    let wrappers = match parse_all(&sources, &inputs, args.os.into(), binding) {
        Ok(wrappers) => wrappers,
        Err(problems) => return report.problems(&sources, &problems),
    };
    if report.has_errors() {
        return;
    }
    if wrappers.is_empty() {
        return report.error(
            &format!("no `//sys` line in {}", args.files.join(", ")),
            "a line is a comment that begins with `//sys` or `//sysnb` and a blank",
        );
    }
    let lines = counted(wrappers.len(), "line");
    match args.os {
        Os::Linux => report.print(&format!("{lines}, all right\n")),
        Os::Windows => {
            if let Some(found) = check_procedures(args, &sources, &wrappers, report) {
                report.print(&format!("{lines}: {found}\n"));
            }
        }
    }
}

/// Looks for each line's procedure. What was found, in words; none where something is wrong, which has been told.
fn check_procedures(
    args: &Args,
    sources: &Sources,
    wrappers: &[Wrapper],
    report: &mut Report,
) -> Option<String> {
    let folders = match &args.libraries[..] {
        [] => default_folders(),
        named => named.to_vec(),
    };
    if folders.is_empty() {
        report.error(
            &format!("no folder with import libraries: {MINGW} is not here"),
            "install them (on Debian: mingw-w64-x86-64-dev), or name a folder with `--libraries DIR`: DLLs of a Windows, or \
             wine's in /usr/lib/x86_64-linux-gnu/wine/x86_64-windows",
        );
        return None;
    }
    let libraries = match Libraries::open(&folders) {
        Ok(libraries) => libraries,
        Err(broken) => {
            tell(
                &broken,
                "name a folder with import libraries or DLLs",
                report,
            );
            return None;
        }
    };
    let folders: Vec<String> = folders
        .iter()
        .map(|folder| folder.display().to_string())
        .collect();
    let mut search = Search::new(&libraries, folders.join(", "));
    for wrapper in wrappers {
        if let Call::Windows(procedure) = &wrapper.call {
            search.look_for(wrapper, procedure);
        }
    }
    search.finish(sources, report)
}

/// Tells of a file or folder that can't be read.
fn tell(broken: &Broken, help: &str, report: &mut Report) {
    report.error(&format!("{}: {}", broken.path.display(), broken.why), help);
}

/// What has been found so far.
struct Search<'l> {
    libraries: &'l Libraries,
    /// Where is looked.
    folders: String,
    /// Files of DLLs, in small letters, and procedures of theirs.
    found: BTreeSet<(String, &'l str)>,
    optional: BTreeSet<(String, &'l str)>,
    problems: Vec<Diagnostic>,
    broken: BTreeSet<Broken>,
}

impl<'l> Search<'l> {
    fn new(libraries: &'l Libraries, folders: String) -> Search<'l> {
        Search {
            libraries,
            folders,
            found: BTreeSet::new(),
            optional: BTreeSet::new(),
            problems: Vec::new(),
            broken: BTreeSet::new(),
        }
    }

    fn look_for(&mut self, wrapper: &Wrapper, procedure: &'l Procedure) {
        let name = (procedure.file().to_lowercase(), procedure.proc.plain());
        let answer = self.libraries.ask(&name.0, name.1);
        if procedure.optional {
            self.optional.insert(name.clone());
        }
        match answer {
            Answer::Here => {
                self.found.insert(name);
            }
            Answer::Broken(broken) => {
                self.broken.insert(broken);
            }
            // It may be absent, and its DLL too.
            Answer::NoProcedure | Answer::NoDll if procedure.optional => {}
            Answer::NoProcedure => {
                let wanted = Wanted::new(wrapper, procedure, self.libraries);
                self.problems.push(wanted.no_procedure());
            }
            Answer::NoDll => {
                // One of these may be the library that should tell of it.
                self.broken.extend(self.libraries.broken());
                let wanted = Wanted::new(wrapper, procedure, self.libraries);
                self.problems.push(wanted.no_dll(&self.folders));
            }
        }
    }

    fn finish(mut self, sources: &Sources, report: &mut Report) -> Option<String> {
        for broken in &self.broken {
            let help = "put a whole file in its place, or take it away";
            tell(broken, help, report);
        }
        if !self.problems.is_empty() {
            self.problems
                .sort_by_key(|problem| (problem.span.source(), problem.span.start()));
            report.problems(sources, &self.problems);
        }
        (!report.has_errors()).then(|| self.summary())
    }

    /// `12 procedures of 3 DLLs found in /usr/x86_64-w64-mingw32/lib`.
    fn summary(&self) -> String {
        let dlls: BTreeSet<&str> = self.found.iter().map(|(dll, _)| dll.as_str()).collect();
        let mut text = format!(
            "{} of {} found in {}",
            counted(self.found.len(), "procedure"),
            counted(dlls.len(), "DLL"),
            self.folders
        );
        if !self.optional.is_empty() {
            let missing = self.optional.difference(&self.found).count();
            let optional = self.optional.len();
            text.push_str(&format!("; {optional} optional, {missing} not here"));
        }
        text
    }
}

/// A procedure that was not found, and what to say of it.
struct Wanted<'l> {
    libraries: &'l Libraries,
    procedure: &'l Procedure,
    /// The DLL's file.
    file: String,
    name: &'l str,
    /// Whether the line says which procedure it is of, or has that name itself.
    names_procedure: bool,
    /// Whether the line says which DLL it is of.
    names_dll: bool,
}

impl<'l> Wanted<'l> {
    fn new(wrapper: &Wrapper, procedure: &'l Procedure, libraries: &'l Libraries) -> Wanted<'l> {
        let place = procedure.proc.span.range();
        Wanted {
            libraries,
            procedure,
            file: procedure.file(),
            name: procedure.proc.plain(),
            names_procedure: place != wrapper.name.span.range(),
            names_dll: place != procedure.dll.span.range(),
        }
    }

    fn no_procedure(&self) -> Diagnostic {
        let files: Vec<String> = self
            .libraries
            .files_of(&self.file)
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        let message = format!("`{}` has no `{}`", self.file, self.name);
        let help = self
            .in_the_dll()
            .or_else(|| self.in_another_dll())
            .or_else(|| self.near())
            .unwrap_or_else(|| {
                if !self.names_procedure {
                    return "name the procedure with `= dll.Proc`".into();
                }
                let target = target(&self.file, self.name);
                format!(
                    "name a folder that knows a newer one with `--libraries DIR`, or write `= {target}?` where it may \
                     be absent"
                )
            });
        Diagnostic::new("unknown-procedure", self.procedure.proc.span, message)
            .label(format!("not in {}", files.join(", ")))
            .help(help)
    }

    fn no_dll(&self, folders: &str) -> Diagnostic {
        let file = self.file.to_lowercase();
        let near = || {
            let dlls = self.libraries.dlls();
            near_dll(word(&file), dlls.iter().map(|dll| word(dll)))
                .map(|near| format!("did you mean `{near}`?"))
        };
        let help = if is_api_set(&file) {
            "it is a set of Windows' API, which few folders have as a file: name one that has, such as System32's \
             `downlevel` or mingw-w64's libraries"
                .into()
        } else {
            // Where the line names no DLL it can't have misspelt it.
            let near = self.names_dll.then(near).flatten();
            near.or_else(|| self.in_another_dll())
                .unwrap_or_else(|| "name a folder that has it with `--libraries DIR`".into())
        };
        let message = format!("there is no `{}`", self.file);
        Diagnostic::new("unknown-dll", self.procedure.dll.span, message)
            .label(format!("not in {folders}"))
            .help(help)
    }

    fn in_the_dll(&self) -> Option<String> {
        let procedures = self.libraries.procedures_of(&self.file);
        meanings(self.name).find_map(|is_meant| {
            let meant = procedures.iter().find(|name| is_meant(name))?;
            Some(self.did_you_mean(meant))
        })
    }

    fn near(&self) -> Option<String> {
        let procedures = self.libraries.procedures_of(&self.file);
        nearest(self.name, procedures.into_iter()).map(|name| self.did_you_mean(name))
    }

    fn did_you_mean(&self, name: &str) -> String {
        if self.names_procedure {
            return format!("did you mean `{name}`?");
        }
        let target = target(&self.file, name);
        format!("did you mean `{name}`? name it with `= {target}`")
    }

    fn in_another_dll(&self) -> Option<String> {
        meanings(self.name).find_map(|is_meant| {
            let having = self.libraries.having(is_meant);
            let (dll, name) = *having.first()?;
            let what = match name == self.name {
                true => "it".to_string(),
                false => format!("`{name}`"),
            };
            let who = match having.len() - 1 {
                0 => format!("`{dll}` has"),
                1 => format!("`{dll}` and another DLL have"),
                more => format!("`{dll}` and {more} other DLLs have"),
            };
            Some(format!("{who} {what}: write `= {}`", target(dll, name)))
        })
    }
}

/// What a name may mean, the likeliest first: itself; one with a letter behind it, as procedures with strings come in
/// two kinds, `W` for UTF-16 and `A` for bytes; and all three as Rust would write them, `create_file` for `CreateFileW`.
fn meanings(name: &str) -> impl Iterator<Item = impl Fn(&str) -> bool> {
    let exact = ["", "W", "A"].map(|letter| (format!("{name}{letter}"), false));
    let folded = exact.clone().map(|(meant, _)| (meant, true));
    exact.into_iter().chain(folded).map(|(meant, folds)| {
        move |name: &str| name == meant || (folds && fold(name).eq(fold(&meant)))
    })
}

/// A name without what Rust's style and Windows' have in different ways.
fn fold(name: &str) -> impl Iterator<Item = u8> {
    let bytes = name.bytes().filter(|&byte| byte != b'_');
    bytes.map(|byte| byte.to_ascii_lowercase())
}

/// The DLL that a misspelt one most likely means, all as words: the same with another ending, or the nearest.
fn near_dll<'d>(name: &str, known: impl Iterator<Item = &'d str> + Clone) -> Option<&'d str> {
    let stem = |dll: &str| {
        dll.rsplit_once('.')
            .map_or(dll.len(), |(stem, _)| stem.len())
    };
    let own = &name[..stem(name)];
    let same = |dll: &&str| dll[..stem(dll)] == *own;
    known.clone().find(same).or_else(|| nearest(name, known))
}

/// A DLL's file as lines name it.
fn word(file: &str) -> &str {
    let dot = file.len().saturating_sub(4);
    match file.get(dot..) {
        Some(ending) if ending.eq_ignore_ascii_case(".dll") => &file[..dot],
        _ => file,
    }
}

/// A target as lines name it.
fn target(file: &str, procedure: &str) -> String {
    format!("{}.{procedure}", word(file))
}

/// `1 line`, `2 lines`.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dll_s_word() {
        assert_eq!(word("ws2_32.dll"), "ws2_32");
        assert_eq!(word("WS2_32.DLL"), "WS2_32");
        assert_eq!(word("winspool.drv"), "winspool.drv");
        assert_eq!(word("ß.x"), "ß.x");
        assert_eq!(target("kernel32.dll", "Sleep"), "kernel32.Sleep");
    }

    #[test]
    fn a_name_s_meanings() {
        let names = [
            "closesocket",
            "CreateFileA",
            "CreateFileW",
            "Sleep",
            "SleepW",
        ];
        let first = |name: &str| {
            meanings(name).find_map(|is_meant| names.into_iter().find(|name| is_meant(name)))
        };
        for (name, meant) in [
            ("closesocket", Some("closesocket")),
            ("close_socket", Some("closesocket")),
            ("CreateFile", Some("CreateFileW")),
            ("create_file", Some("CreateFileW")),
            ("sleep", Some("Sleep")),
            ("Slep", None),
        ] {
            assert_eq!(first(name), meant, "{name}");
        }
    }

    #[test]
    fn the_nearest_dll() {
        let known = ["kernel32", "winspool.drv", "ws2_32"];
        for (name, near) in [
            ("ws2_23", Some("ws2_32")),
            ("winspool", Some("winspool.drv")),
            ("kernel32.sys", Some("kernel32")),
            ("user32", None),
        ] {
            assert_eq!(near_dll(name, known.into_iter()), near, "{name}");
        }
    }
}
