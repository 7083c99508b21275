//! `cargo xtask numbers FOLDER`: the numbers of all calls on all architectures, from a kernel's
//! exported headers to `crates/sysline-table/src/numbers.rs`; and, by `errnos`, those of the errnos.
//!
//! Source: `FOLDER/usr/lib/linux/uapi/<architecture>/asm/unistd*.h`, as Debian's `linux-libc-dev` lays
//! the headers of all architectures out. `unistd.h` includes one file of `#define __NR_name number`
//! for each ABI, gives the base that those numbers are relative to, and a few aliases.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::errnos;
use crate::generated::{self, Generated};
use crate::headers::{Directive, Header, Line, Value};

/// Write the tables of calls and errnos from a kernel's exported headers.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder that holds the headers of all architectures, in usr/lib/linux/uapi and usr/include.
    folder: PathBuf,
    /// Write nothing; fail when a table is not what the headers say.
    #[arg(long)]
    check: bool,
}

/// Runs the task.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let kernel = Kernel::find(&args.folder)?;
    let root = generated::root();
    let files = [
        Generated {
            path: "crates/sysline-table/src/numbers.rs",
            text: render(&kernel.version, &read_columns(&kernel.uapi)?),
        },
        Generated {
            path: "crates/sysline-table/src/errnos.rs",
            text: errnos::generate(&kernel, &root.join(errnos::MESSAGES))?,
        },
    ];
    if args.check {
        let mend = format!("cargo xtask numbers {}", args.folder.display());
        generated::check(root, &files, &mend)
    } else {
        generated::write(root, &files)
    }
}

/// A kernel's exported headers.
pub(crate) struct Kernel {
    /// `7.2.13`.
    pub(crate) version: String,
    /// The folder of `<architecture>/asm`.
    pub(crate) uapi: PathBuf,
    /// The folder of `linux` and `asm-generic`.
    pub(crate) include: PathBuf,
}

impl Kernel {
    /// The headers in `folder`; an error says what is missing, and how to get it.
    pub(crate) fn find(folder: &Path) -> Result<Kernel, String> {
        let uapi = folder.join("usr/lib/linux/uapi");
        let include = folder.join("usr/include");
        for needed in [
            &uapi,
            &include.join("asm-generic"),
            &include.join("linux/version.h"),
        ] {
            if !needed.exists() {
                return Err(format!("no {}\n{HOW_TO_GET_HEADERS}", needed.display()));
            }
        }
        let version = version(&Header::read(&include.join("linux/version.h"))?)?;
        Ok(Kernel {
            version,
            uapi,
            include,
        })
    }
}

const HOW_TO_GET_HEADERS: &str = "\
FOLDER must hold the exported headers of a 7.x kernel for all architectures. Either
  unpack Debian's package of them: dpkg -x linux-libc-dev_7.*.deb FOLDER
  (or install it, and FOLDER is /), or, in a kernel's source, for each architecture:
  make headers_install ARCH=<arch> INSTALL_HDR_PATH=FOLDER/usr
  and move FOLDER/usr/include/asm to FOLDER/usr/lib/linux/uapi/<arch>/asm";

/// A column of the table.
struct Column {
    /// `sysline_table::Arch`'s variant.
    arch: &'static str,
    /// The kernel's name of the architecture.
    folder: &'static str,
    /// The header that has the numbers of this ABI.
    file: &'static str,
}

const fn column(arch: &'static str, folder: &'static str, file: &'static str) -> Column {
    Column { arch, folder, file }
}

/// The columns, in the order of `sysline_table::Arch::ALL`: its macro refuses another one.
const COLUMNS: [Column; 23] = [
    column("Alpha", "alpha", "unistd_32.h"), // 64-bit all the same: the kernel names the file so
    column("Arc", "arc", "unistd_32.h"),
    column("Aarch64", "arm64", "unistd_64.h"),
    column("Arm", "arm", "unistd-eabi.h"),
    column("Loongarch32", "loongarch", "unistd_32.h"),
    column("Loongarch64", "loongarch", "unistd_64.h"),
    column("M68k", "m68k", "unistd_32.h"),
    column("MipsO32", "mips", "unistd_o32.h"),
    column("MipsN32", "mips", "unistd_n32.h"),
    column("MipsN64", "mips", "unistd_n64.h"),
    column("Parisc32", "parisc", "unistd_32.h"),
    column("Parisc64", "parisc", "unistd_64.h"),
    column("Powerpc", "powerpc", "unistd_32.h"),
    column("Powerpc64", "powerpc", "unistd_64.h"),
    column("Riscv32", "riscv", "unistd_32.h"),
    column("Riscv64", "riscv", "unistd_64.h"),
    column("S390x", "s390", "unistd_64.h"),
    column("Sh", "sh", "unistd_32.h"),
    column("Sparc", "sparc", "unistd_32.h"),
    column("Sparc64", "sparc", "unistd_64.h"),
    column("X86", "x86", "unistd_32.h"),
    column("X86_64", "x86", "unistd_64.h"),
    column("X32", "x86", "unistd_x32.h"),
];

/// A column's numbers by call.
type Numbers = BTreeMap<String, u32>;

/// The kernel's version, from `linux/version.h`.
fn version(header: &Header) -> Result<String, String> {
    let part = |wanted: &str| {
        let found = header.lines.iter().find_map(|line| match &line.directive {
            Directive::Define { name, value } if name == wanted => Some(value.clone()),
            _ => None,
        });
        found.ok_or_else(|| format!("{}: no {wanted}", header.path().display()))
    };
    let major = part("LINUX_VERSION_MAJOR")?;
    let patch_level = part("LINUX_VERSION_PATCHLEVEL")?;
    let sublevel = part("LINUX_VERSION_SUBLEVEL")?;
    Ok(format!("{major}.{patch_level}.{sublevel}"))
}

fn read_columns(uapi: &Path) -> Result<Vec<Numbers>, String> {
    let read = |column: &Column| {
        let asm = uapi.join(column.folder).join("asm");
        let unistd = Header::read(&asm.join("unistd.h"))?;
        numbers(&unistd, &Header::read(&asm.join(column.file))?, column.file)
    };
    COLUMNS.iter().map(read).collect()
}

/// The calls of one ABI, from its architecture's `unistd.h` and from `table`, which that one includes
/// as `asm/<file>`.
fn numbers(unistd: &Header, table: &Header, file: &str) -> Result<Numbers, String> {
    let bases = bases(unistd, file)?;
    let mut numbers = Numbers::new();
    for line in &table.lines {
        if let Some((call, value)) = call(table, line)? {
            let number = value.evaluate(|name| bases.get(name).copied());
            let number = number.map_err(|error| table.error(line, &error))?;
            insert(&mut numbers, call, number).map_err(|error| table.error(line, &error))?;
        }
    }
    // Aliases (alpha's `__NR_getpid __NR_getxpid`) may stand before what they stand for.
    for line in &unistd.lines {
        if let Some((call, value)) = call(unistd, line)? {
            let number = value.evaluate(|name| numbers.get(name.strip_prefix("__NR_")?).copied());
            let number = number.map_err(|error| unistd.error(line, &error))?;
            insert(&mut numbers, call, number).map_err(|error| unistd.error(line, &error))?;
        }
    }
    Ok(numbers)
}

/// What the numbers in `asm/<file>` may be relative to: the plain numbers that are defined before
/// `unistd` includes it, a later definition in place of an earlier one. (So mips' `__NR_Linux`, which
/// has three values under three conditions, has the right one for each ABI.)
fn bases(unistd: &Header, file: &str) -> Result<HashMap<String, u32>, String> {
    let mut bases = HashMap::new();
    for line in &unistd.lines {
        match &line.directive {
            Directive::Include { path } if path.strip_prefix("asm/") == Some(file) => {
                return Ok(bases);
            }
            Directive::Define { name, value } => {
                if let Some(Value::Number(number)) = Value::parse(value) {
                    bases.insert(name.clone(), number);
                }
            }
            Directive::Undef { .. } | Directive::Include { .. } => {}
        }
    }
    Err(format!(
        "{}: no `#include <asm/{file}>`",
        unistd.path().display()
    ))
}

/// The call that a line defines, without `__NR_`, and its value.
///
/// The kernel's own helpers have a capital in their names (`__NR_Linux`, `__NR_SYSCALL_BASE`) or count
/// the calls (`__NR_syscalls`, `__NR_Linux_syscalls`). Arm's private calls, `__ARM_NR_…`, are left
/// out: they stand in no system-call table, and nobody but libc has a use for them.
fn call<'a>(header: &Header, line: &'a Line) -> Result<Option<(&'a str, Value)>, String> {
    let Directive::Define { name, value } = &line.directive else {
        return Ok(None);
    };
    let Some(call) = name.strip_prefix("__NR_") else {
        return Ok(None);
    };
    if call.contains(|c: char| c.is_ascii_uppercase()) || call == "syscalls" {
        return Ok(None);
    }
    Ok(Some((call, header.value(line, name, value)?)))
}

fn insert(numbers: &mut Numbers, call: &str, number: u32) -> Result<(), String> {
    match numbers.insert(call.to_owned(), number) {
        Some(other) if other != number => {
            Err(format!("__NR_{call} is {number} here and {other} before"))
        }
        _ => Ok(()),
    }
}

/// The file: a line for each name that any column has, sorted by name.
fn render(version: &str, columns: &[Numbers]) -> String {
    let mut rows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (index, numbers) in columns.iter().enumerate() {
        for (call, number) in numbers {
            let cells = rows
                .entry(call)
                .or_insert_with(|| vec!["_".to_owned(); columns.len()]);
            cells[index] = literal(*number);
        }
    }

    let mut text = format!(
        "// @generated by `cargo xtask numbers FOLDER` from the exported headers of Linux {version}. Don't edit.
//
// A line for each call, a cell for each architecture; `_` where it lacks the call.

calls! {{
    columns:"
    );
    for column in &COLUMNS {
        write!(text, " {}", column.arch).expect("a String takes all");
    }
    text.push_str(";\n");
    for (call, cells) in rows {
        let constant = format!("SYS_{}", call.to_uppercase());
        writeln!(text, "    {constant} \"{call}\" [{}];", cells.join(" "))
            .expect("a String takes all");
    }
    text.push_str("}\n");
    text
}

/// The number as it is best read: x32's, which have bit 30 set, in hexadecimal.
fn literal(number: u32) -> String {
    if number < 1 << 30 {
        number.to_string()
    } else {
        format!("{number:#x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, text: &str) -> Header {
        Header::parse(Path::new(name), text).unwrap()
    }

    fn pairs(numbers: &Numbers) -> Vec<(&str, u32)> {
        numbers
            .iter()
            .map(|(call, &number)| (call.as_str(), number))
            .collect()
    }

    #[test]
    fn plain_numbers() {
        let unistd = header("unistd.h", "#include <asm/unistd_64.h>\n");
        let table = header(
            "unistd_64.h",
            "#ifndef X\n#define X\n#define __NR_read 0\n#define __NR__llseek 7\n#define __NR_syscalls 8\n#endif\n",
        );
        let numbers = numbers(&unistd, &table, "unistd_64.h").unwrap();
        assert_eq!(pairs(&numbers), [("_llseek", 7), ("read", 0)]);
    }

    #[test]
    fn mips_numbers_start_at_their_abis_base() {
        let unistd = header(
            "unistd.h",
            "#if O32\n#define __NR_Linux\t4000\n#include <asm/unistd_o32.h>\n#endif\n\
             #if N64\n#define __NR_Linux 5000\n#include <asm/unistd_n64.h>\n#endif\n",
        );
        let table = header(
            "t.h",
            "#define __NR_Linux_syscalls 9\n#define __NR_read (__NR_Linux + 3)\n",
        );
        assert_eq!(
            pairs(&numbers(&unistd, &table, "unistd_o32.h").unwrap()),
            [("read", 4003)]
        );
        assert_eq!(
            pairs(&numbers(&unistd, &table, "unistd_n64.h").unwrap()),
            [("read", 5003)]
        );
        let error = numbers(&unistd, &table, "unistd_n32.h").unwrap_err();
        assert_eq!(error, "unistd.h: no `#include <asm/unistd_n32.h>`");
    }

    #[test]
    fn arm_numbers_and_alias() {
        let unistd = header(
            "unistd.h",
            "#define __NR_OABI_SYSCALL_BASE\t0x900000\n#define __NR_SYSCALL_MASK 0x0fffff\n\
             #if EABI\n#define __NR_SYSCALL_BASE 0\n#include <asm/unistd-eabi.h>\n\
             #else\n#define __NR_SYSCALL_BASE __NR_OABI_SYSCALL_BASE\n#endif\n\
             #define __NR_sync_file_range2 __NR_arm_sync_file_range\n\
             #define __ARM_NR_BASE (__NR_SYSCALL_BASE+0x0f0000)\n",
        );
        let table = header(
            "t.h",
            "#define __NR_arm_sync_file_range (__NR_SYSCALL_BASE + 341)\n",
        );
        let numbers = numbers(&unistd, &table, "unistd-eabi.h").unwrap();
        assert_eq!(
            pairs(&numbers),
            [("arm_sync_file_range", 341), ("sync_file_range2", 341)]
        );
    }

    #[test]
    fn alpha_aliases_stand_before_the_numbers() {
        let unistd = header(
            "unistd.h",
            "#define __NR_getpid\t__NR_getxpid\n#include <asm/unistd_32.h>\n",
        );
        let table = header("t.h", "#define __NR_getxpid 20\n");
        let numbers = numbers(&unistd, &table, "unistd_32.h").unwrap();
        assert_eq!(pairs(&numbers), [("getpid", 20), ("getxpid", 20)]);
    }

    #[test]
    fn x32_numbers_have_their_bit() {
        let unistd = header(
            "unistd.h",
            "#define __X32_SYSCALL_BIT 0x40000000\n# include <asm/unistd_x32.h>\n",
        );
        let table = header("t.h", "#define __NR_read (__X32_SYSCALL_BIT + 0)\n");
        let numbers = numbers(&unistd, &table, "unistd_x32.h").unwrap();
        assert_eq!(pairs(&numbers), [("read", 0x4000_0000)]);
    }

    #[test]
    fn what_is_broken_is_named_by_file_and_line() {
        let unistd = header("unistd.h", "#include <asm/t.h>\n");
        let error = |table: &str| numbers(&unistd, &header("t.h", table), "t.h").unwrap_err();
        assert!(error("\n#define __NR_read three\n").starts_with("t.h:2: three is not defined"));
        assert!(
            error("#define __NR_read 3 4\n").starts_with("t.h:1: the value of __NR_read is `3 4`")
        );
        assert!(error("#define __NR_read\n").starts_with("t.h:1: the value of __NR_read is ``"));
        assert_eq!(
            error("#define __NR_read 3\n#define __NR_read 4\n"),
            "t.h:2: __NR_read is 4 here and 3 before"
        );
    }

    #[test]
    fn a_row_has_a_cell_for_each_column() {
        let mut columns = vec![Numbers::new(); COLUMNS.len()];
        columns[0].insert("b".into(), 1);
        columns[22].insert("b".into(), 0x4000_0002);
        columns[1].insert("a".into(), 3);
        let text = render("7.2.13", &columns);
        let rows: Vec<&str> = text.lines().filter(|line| line.contains('[')).collect();
        let blanks = "_ ".repeat(21);
        assert_eq!(
            rows[0],
            format!("    SYS_A \"a\" [_ 3 {}];", blanks.trim_end())
        );
        assert_eq!(rows[1], format!("    SYS_B \"b\" [1 {blanks}0x40000002];"));
        assert!(text.contains("exported headers of Linux 7.2.13"));
        assert!(text.contains("    columns: Alpha Arc "));
    }

    #[test]
    fn the_version_is_put_together() {
        let text = "#define LINUX_VERSION_CODE 459277\n#define KERNEL_VERSION(a,b) (a)\n\
             #define LINUX_VERSION_MAJOR 7\n#define LINUX_VERSION_PATCHLEVEL 2\n\
             #define LINUX_VERSION_SUBLEVEL 13\n";
        assert_eq!(version(&header("version.h", text)).unwrap(), "7.2.13");
        assert!(
            version(&header("version.h", ""))
                .unwrap_err()
                .contains("LINUX_VERSION_MAJOR")
        );
    }

    #[test]
    fn a_missing_folder_says_how_to_get_it() {
        let error = Kernel::find(Path::new("/no/such/folder")).err().unwrap();
        assert!(
            error.starts_with("no /no/such/folder/usr/lib/linux/uapi\n"),
            "{error}"
        );
        assert!(error.contains("linux-libc-dev") && error.contains("make headers_install"));
    }
}
