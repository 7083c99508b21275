//! `cargo xtask layouts FOLDER`: how the kernel's own C headers lay out the structs that
//! `linux-raw-sys` declares, and the values of its constants, on every architecture that the library
//! has a trap for; to `crates/sysline/tests/layouts/`, for a test that compares.
//!
//! Names come from the sources of `linux-raw-sys`, and those of the structs that the runtime declares itself from its own
//! (`ours.rs`), values only from C: a C compiler is asked for each
//! as a constant that it writes into its assembly text, the way of the kernel's own `asm-offsets.c`.
//! No program is run, so one machine answers for all architectures.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo;
use crate::generated::{self, Generated};
use crate::numbers::Kernel;

mod ours;

/// Write what the kernel's headers say of structs and constants, for the runtime's tests.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder that holds the headers of all architectures, in usr/lib/linux/uapi and usr/include.
    folder: PathBuf,
    /// Write nothing; fail when a file is not what the headers say.
    #[arg(long)]
    check: bool,
    /// The C compiler: a clang for all of the architectures.
    #[arg(long, value_name = "PATH")]
    clang: Option<PathBuf>,
}

/// Runs the task.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let kernel = Kernel::find(&args.folder)?;
    let clang = find_clang(args.clang.as_deref())?;
    let bindings = find_bindings()?;
    let ours = ours::questions(&generated::root().join("crates/sysline/src"))?;
    let mut table = Table::new();
    for (index, column) in COLUMNS.iter().enumerate() {
        let modules = read_modules(&bindings.join(column.bindings))?;
        let answers = column.ask(&kernel, &clang, &modules, &ours)?;
        println!("{}", summary(column, &modules, &answers));
        for (row, answer) in answers {
            let cells = table.entry(row).or_insert([None; COLUMNS.len()]);
            cells[index] = Some(answer);
        }
    }
    let files = [
        Generated {
            path: "crates/sysline/tests/layouts/structs.rs",
            text: render(&kernel.version, &table, "structs", Row::is_of_struct),
        },
        Generated {
            path: "crates/sysline/tests/layouts/constants.rs",
            text: render(&kernel.version, &table, "constants", |row| {
                row.fact == Fact::Value
            }),
        },
        Generated {
            path: "crates/sysline/tests/layouts/ours.rs",
            text: render(&kernel.version, &table, "ours", Row::is_ours),
        },
    ];
    if args.check {
        let mend = format!("cargo xtask layouts {}", args.folder.display());
        generated::check(generated::root(), &files, &mend)
    } else {
        generated::write(generated::root(), &files)
    }
}

/// An architecture: a column of the files.
struct Column {
    /// `sysline_table::Arch`'s variant.
    arch: &'static str,
    /// clang's name of it.
    target: &'static str,
    /// The kernel's name of it: a folder of its headers.
    headers: &'static str,
    /// Rust's name of it: a folder of `linux-raw-sys`.
    bindings: &'static str,
}

const fn column(
    arch: &'static str,
    target: &'static str,
    headers: &'static str,
    bindings: &'static str,
) -> Column {
    Column {
        arch,
        target,
        headers,
        bindings,
    }
}

/// The architectures that the library has a trap for, in the order that the macros of
/// `crates/sysline/tests/layouts.rs` want. Where there are two byte orders either does: no row asks
/// what differs by it.
const COLUMNS: [Column; 11] = [
    column("Aarch64", "aarch64-linux-gnu", "arm64", "aarch64"),
    column("Arm", "armv7-linux-gnueabihf", "arm", "arm"),
    column(
        "Loongarch64",
        "loongarch64-linux-gnu",
        "loongarch",
        "loongarch64",
    ),
    column("MipsN64", "mips64el-linux-gnuabi64", "mips", "mips64"),
    column("Powerpc", "powerpc-linux-gnu", "powerpc", "powerpc"),
    column("Powerpc64", "powerpc64le-linux-gnu", "powerpc", "powerpc64"),
    column("Riscv32", "riscv32-linux-gnu", "riscv", "riscv32"),
    column("Riscv64", "riscv64-linux-gnu", "riscv", "riscv64"),
    column("S390x", "s390x-linux-gnu", "s390", "s390x"),
    column("X86", "i686-linux-gnu", "x86", "x86"),
    column("X86_64", "x86_64-linux-gnu", "x86", "x86_64"),
];

/// The modules of `linux-raw-sys` whose names are asked for.
const MODULES: [&str; 9] = [
    "errno",
    "general",
    "if_packet",
    "mempolicy",
    "net",
    "netlink",
    "prctl",
    "ptrace",
    "system",
];

/// The head of the C file: the headers that those modules were made from, and what the kernel reads
/// and writes but does not export.
const HEAD: &str = include_str!("head.h");

/// `<sys/socket.h>`, a C library's, of which the kernel's headers want one struct: that of bind(2).
const SYS_SOCKET: &str = "\
struct sockaddr {
    __kernel_sa_family_t sa_family;
    char sa_data[14];
};
";

/// Structs and fields that C has on a condition only, which the preprocessor is asked.
const CONDITIONS: [(&str, &str); 5] = [
    // A plain number elsewhere.
    (
        "kernel_sigset_t.sig",
        "defined(_NSIG_WORDS) || defined(__arm__) || defined(__i386__)",
    ),
    // Newer headers say mnt_fd.
    ("mnt_id_req.spare", "0"),
    // Made up: bind(2) has sa_family and sa_data.
    ("sockaddr.__storage", "0"),
    // Made up for other architectures.
    ("user_desc", "defined(__i386__) || defined(__x86_64__)"),
    // A typedef without a tag there.
    ("user_pt_regs", "!defined(__s390x__)"),
];

/// Structs that have no tag in C.
const TYPEDEFS: [&str; 26] = [
    "__kernel_fd_set",
    "__kernel_fsid_t",
    "__vector128",
    "cisco_proto",
    "fr_proto",
    "fr_proto_pvc",
    "fr_proto_pvc_info",
    "freg_t",
    "kernel_sigset_t",
    "per_cr_bits",
    "per_cr_words",
    "per_lowcore_bits",
    "per_lowcore_words",
    "per_struct",
    "psw_t",
    "ptprot_area",
    "ptrace_area",
    "raw_hdlc_proto",
    "s390_compat_regs",
    "s390_compat_regs_high",
    "s390_fp_regs",
    "s390_regs",
    "sigset_t",
    "sync_serial_settings",
    "te1_settings",
    "x25_hdlc_proto",
];

/// The values of each row, one for each of [`COLUMNS`] that has it.
type Table = BTreeMap<Row, [Option<i128>; COLUMNS.len()]>;

/// What is asked about a name. The order is that of the rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    /// The module of `linux-raw-sys`.
    module: &'static str,
    /// A struct, a union or a constant in it.
    item: String,
    fact: Fact,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fact {
    Value,
    Size,
    Align,
    /// Of a field, by its path in Rust.
    Offset(String),
}

impl Row {
    fn is_of_struct(&self) -> bool {
        self.fact != Fact::Value && !self.is_ours()
    }

    fn is_ours(&self) -> bool {
        self.module == ours::MODULE
    }
}

/// A row, and how C is asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Question {
    row: Row,
    expression: String,
    /// What the preprocessor must find true for C to know the names; empty if it always does.
    condition: String,
}

/// What a module of `linux-raw-sys` declares on an architecture.
#[derive(Debug, Default, PartialEq, Eq)]
struct Module {
    name: &'static str,
    /// The structs and unions, those without a name too.
    records: BTreeMap<String, Record>,
    /// The constants that are numbers.
    constants: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct Record {
    /// `struct` or `union`.
    keyword: &'static str,
    fields: Vec<Field>,
}

#[derive(Debug, PartialEq, Eq)]
struct Field {
    name: String,
    /// Its type, as Rust.
    type_name: String,
}

impl Record {
    /// Whether C only declares it: bindgen then gives it no field, or one that nothing is said of.
    fn is_incomplete(&self) -> bool {
        self.fields.iter().all(|field| field.name == "_address")
    }
}

/// The modules of one architecture.
fn read_modules(folder: &Path) -> Result<Vec<Module>, String> {
    let read = |name| {
        let path = folder.join(name).with_extension("rs");
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Module::parse(name, &text))
    };
    MODULES.into_iter().map(read).collect()
}

impl Module {
    /// Reads what bindgen wrote: an item, or a field of it, is a line.
    fn parse(name: &'static str, text: &str) -> Module {
        let mut module = Module {
            name,
            ..Module::default()
        };
        let mut open: Option<&mut Record> = None;
        for line in text.lines() {
            let line = line.trim();
            if line == "}" {
                open = None;
            } else if let Some(rest) = line.strip_prefix("pub const ") {
                if let Some(name) = constant(rest) {
                    module.constants.push(name.to_owned());
                }
            } else if let Some((keyword, name)) = record_head(line) {
                let record = Record {
                    keyword,
                    fields: Vec::new(),
                };
                open = Some(module.records.entry(name.to_owned()).or_insert(record));
            } else if let (Some(record), Some(field)) = (&mut open, field(line)) {
                record.fields.push(field);
            }
        }
        module
    }

    fn questions(&self) -> Vec<Question> {
        let question = |item: &str, fact, expression, condition: &str| Question {
            row: Row {
                module: self.name,
                item: item.to_owned(),
                fact,
            },
            expression,
            condition: condition.to_owned(),
        };
        let mut questions = Vec::new();
        for name in &self.constants {
            let defined = format!("defined({name})");
            questions.push(question(name, Fact::Value, name.clone(), &defined));
        }
        for (name, record) in &self.records {
            if is_part(name) || record.is_incomplete() {
                continue;
            }
            let in_c = if TYPEDEFS.contains(&name.as_str()) {
                name.clone()
            } else {
                format!("{} {name}", record.keyword)
            };
            let condition = condition(name);
            let size = format!("sizeof({in_c})");
            questions.push(question(name, Fact::Size, size, condition));
            let align = format!("_Alignof({in_c})");
            questions.push(question(name, Fact::Align, align, condition));
            for path in self.paths(record) {
                let condition = match self::condition(&format!("{name}.{path}")) {
                    "" => condition,
                    of_field => of_field,
                };
                let offset = format!("__builtin_offsetof({in_c}, {})", path_in_c(&path));
                questions.push(question(name, Fact::Offset(path), offset, condition));
            }
        }
        questions
    }

    /// The paths of the fields that C and Rust can both name: those of a part without a name of its
    /// own are fields of the whole in C.
    fn paths(&self, record: &Record) -> Vec<String> {
        let mut paths = Vec::new();
        for field in &record.fields {
            if !is_anonymous(&field.name) && !is_bindgens(&field.name) {
                paths.push(field.name.clone());
            }
            if let Some(part) = self.records.get(&field.type_name) {
                if is_part(&field.type_name) {
                    let inner = self.paths(part);
                    paths.extend(inner.iter().map(|path| format!("{}.{path}", field.name)));
                }
            }
        }
        paths
    }

    /// How many fields C or Rust can't name: groups of bit fields, and parts without a name in what
    /// bindgen can't write as a union.
    fn unnamable(&self) -> usize {
        let fields = self.records.values().flat_map(|record| &record.fields);
        let is_bits = |name: &str| {
            name.strip_prefix("_bitfield_")
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        let is_unnamable = |field: &&Field| {
            is_bits(&field.name)
                || is_anonymous(&field.name) && !self.records.contains_key(&field.type_name)
        };
        fields.filter(is_unnamable).count()
    }
}

/// Whether bindgen made up the name of a struct that has none, as it is a part of another.
fn is_part(record: &str) -> bool {
    record.contains("__bindgen_ty_")
}

/// Whether a field is a part without a name, as in `struct { union { int a; int b; }; }`.
fn is_anonymous(field: &str) -> bool {
    field.starts_with("__bindgen_anon_")
}

/// What bindgen adds: bit fields, which have no offset in C, and paddings.
fn is_bindgens(field: &str) -> bool {
    ["_bitfield_", "__bindgen_padding_", "bindgen_union_field"]
        .iter()
        .any(|prefix| field.starts_with(prefix))
}

/// A field's path as it is in C, where parts without names are not mentioned, and words of Rust's need
/// no `_` behind them.
fn path_in_c(path: &str) -> String {
    let names = path.split('.').filter(|name| !is_anonymous(name));
    let names: Vec<&str> = names
        .map(|name| name.strip_suffix('_').unwrap_or(name))
        .collect();
    names.join(".")
}

/// On which condition C has a struct or a field; empty for always.
fn condition(name: &str) -> &'static str {
    let found = CONDITIONS.iter().find(|(listed, _)| *listed == name);
    found.map_or("", |(_, condition)| condition)
}

/// The name in `NAME: TYPE = VALUE;`, if the value is a number. The numbers of calls are left out: they
/// are `sysline-table`'s.
fn constant(text: &str) -> Option<&str> {
    let (name, rest) = text.split_once(": ")?;
    let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_word && !rest.starts_with('&') && !name.starts_with("__NR_")).then_some(name)
}

/// `struct` or `union`, and its name, in `pub struct NAME {`.
fn record_head(line: &str) -> Option<(&'static str, &str)> {
    let line = line.strip_suffix('{')?.trim_end();
    ["struct", "union"].into_iter().find_map(|keyword| {
        let name = line
            .strip_prefix("pub ")?
            .strip_prefix(keyword)?
            .trim_start();
        // bindgen's own helpers are generic.
        (!name.contains('<')).then_some((keyword, name))
    })
}

/// The field in `pub NAME: TYPE,`.
fn field(line: &str) -> Option<Field> {
    let (name, type_name) = line
        .strip_prefix("pub ")?
        .strip_suffix(',')?
        .split_once(": ")?;
    Some(Field {
        name: name.to_owned(),
        type_name: type_name.to_owned(),
    })
}

impl Column {
    /// What the C compiler answers, and to which rows: a constant that no header defines has none.
    fn ask(
        &self,
        kernel: &Kernel,
        clang: &Path,
        modules: &[Module],
        ours: &[Question],
    ) -> Result<Vec<(Row, i128)>, String> {
        let questions = modules.iter().flat_map(Module::questions);
        let questions: Vec<Question> = questions.chain(ours.iter().cloned()).collect();
        // Kept, for whoever wants to see what the compiler was asked.
        let work = cargo::target().join("layouts");
        let sys = work.join("sys");
        let write = |path: &Path, text: &str| {
            fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
        };
        fs::create_dir_all(&sys).map_err(|error| format!("{}: {error}", sys.display()))?;
        write(&sys.join("socket.h"), SYS_SOCKET)?;
        let source = work.join(self.bindings).with_extension("c");
        write(&source, &c_source(&questions))?;

        let output = Command::new(clang)
            .arg(format!("--target={}", self.target))
            .args([
                "-std=gnu11",
                "-ffreestanding",
                "-nostdinc",
                "-w",
                "-S",
                "-o",
                "-",
            ])
            .arg("-I")
            .arg(kernel.uapi.join(self.headers))
            .arg("-I")
            .arg(&kernel.include)
            .arg("-I")
            .arg(&work)
            .arg(&source)
            .output()
            .map_err(|error| format!("{}: {error}", clang.display()))?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{} for {}:\n{errors}", clang.display(), self.arch));
        }
        let mut answered = Vec::new();
        for (number, value) in answers(&String::from_utf8_lossy(&output.stdout))? {
            let question = questions.get(number);
            let question =
                question.ok_or_else(|| format!("{}: no question {number}", self.arch))?;
            answered.push((question.row.clone(), value));
        }
        Ok(answered)
    }
}

/// The C file that asks: each answer has its question's number.
fn c_source(questions: &[Question]) -> String {
    let mut text = format!("{HEAD}\nvoid answers(void)\n{{\n");
    for (number, question) in questions.iter().enumerate() {
        let answer = format!("    ANSWER({number}, {});\n", question.expression);
        if question.condition.is_empty() {
            text.push_str(&answer);
        } else {
            text.push_str(&format!("#if {}\n{answer}#endif\n", question.condition));
        }
    }
    text.push_str("}\n");
    text
}

/// The answers in the assembly text: the question's number, and the value.
///
/// Each is `.ascii "->NUMBER NEGATIVE HIGH LOW"`. HIGH and LOW are halves of the value's 64 bits, each
/// written as a signed number, since no architecture's assembly has numbers of 64 bits for all.
fn answers(assembly: &str) -> Result<Vec<(usize, i128)>, String> {
    let mut answers = Vec::new();
    for line in assembly.lines() {
        let Some(text) = line.trim().strip_prefix(".ascii") else {
            continue;
        };
        if let Some(text) = text.trim().strip_prefix("\"->") {
            let words = text.strip_suffix('"').unwrap_or(text);
            let answer = answer(words).ok_or_else(|| format!("not an answer: {line}"))?;
            answers.push(answer);
        }
    }
    Ok(answers)
}

fn answer(words: &str) -> Option<(usize, i128)> {
    let words: Vec<&str> = words.split(' ').collect();
    let [number, negative, high, low] = words[..] else {
        return None;
    };
    let half = |word: &str| word.parse().ok().map(|half: i32| half as u32);
    let bits = (u64::from(half(high)?) << 32) | u64::from(half(low)?);
    let value = match negative {
        "0" => i128::from(bits),
        "1" => i128::from(bits as i64),
        _ => return None,
    };
    Some((number.parse().ok()?, value))
}

/// A file: a row a line, sorted.
fn render(version: &str, table: &Table, macro_name: &str, wanted: fn(&Row) -> bool) -> String {
    let mut text = format!(
        "// @generated by `cargo xtask layouts FOLDER` from the exported headers of Linux {version}. Don't edit.
//
// A cell for each architecture; `_` where its headers or its `linux-raw-sys` lack the name.

{macro_name}! {{
    columns:"
    );
    for column in &COLUMNS {
        write!(text, " {}", column.arch).expect("a String takes all");
    }
    text.push_str(";\n");
    for (row, cells) in table.iter().filter(|(row, _)| wanted(row)) {
        let name = format!("{}::{}", row.module, row.item);
        let name = match &row.fact {
            Fact::Value => name,
            Fact::Size => format!("size_of({name})"),
            Fact::Align => format!("align_of({name})"),
            Fact::Offset(path) => format!("offset_of({name}, {path})"),
        };
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| cell.map_or("_".into(), literal))
            .collect();
        writeln!(text, "    {name} [{}];", cells.join(" ")).expect("a String takes all");
    }
    text.push_str("}\n");
    text
}

/// The number as it is best read: what may be flags in hexadecimal. A negative one is in brackets, as
/// it would be two words else.
fn literal(number: i128) -> String {
    match number {
        ..0 => format!("({number})"),
        0..1000 => number.to_string(),
        1000.. => format!("{number:#x}"),
    }
}

/// How much was asked on an architecture, and how much could not be.
fn summary(column: &Column, modules: &[Module], answers: &[(Row, i128)]) -> String {
    let count =
        |wanted: fn(&Fact) -> bool| answers.iter().filter(|(row, _)| wanted(&row.fact)).count();
    let constants = count(|fact| *fact == Fact::Value);
    let all_constants: usize = modules.iter().map(|module| module.constants.len()).sum();
    format!(
        "{}: {} structs, {} fields, {constants} constants; \
         {} fields have no name, {} constants stand in no header",
        column.arch,
        count(|fact| *fact == Fact::Size),
        count(|fact| matches!(fact, Fact::Offset(_))),
        modules.iter().map(Module::unnamable).sum::<usize>(),
        all_constants - constants,
    )
}

/// The folder of `linux-raw-sys`' sources that the workspace's lock file chooses.
fn find_bindings() -> Result<PathBuf, String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked"])
        .current_dir(generated::root())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let metadata = String::from_utf8_lossy(&output.stdout);
    let manifest =
        manifest(&metadata, "linux-raw-sys").ok_or("no package depends on linux-raw-sys")?;
    Ok(manifest.with_file_name("src"))
}

/// The path of a package's manifest, in what `cargo metadata` says.
fn manifest(metadata: &str, package: &str) -> Option<PathBuf> {
    let paths = metadata.split("\"manifest_path\":\"").skip(1);
    let mut paths = paths
        .filter_map(|rest| rest.split('"').next())
        .map(Path::new);
    let version = |path: &Path| {
        let folder = path.parent()?.file_name()?.to_str()?;
        Some(folder.strip_prefix(package)?.strip_prefix('-')?.to_owned())
    };
    let path = paths.find(|path| {
        version(path).is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
    })?;
    Some(path.to_owned())
}

/// The C compiler that the caller named, or the first of the usual names that has all architectures.
fn find_clang(named: Option<&Path>) -> Result<PathBuf, String> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    let names = std::iter::once(String::from("clang"));
    let mut names = names.chain((16..=22).map(|version| format!("clang-{version}")));
    // The youngest of the architectures: a compiler that has it has the others.
    let has_all = |name: &String| {
        let output = Command::new(name).arg("--print-targets").output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("loongarch64"))
    };
    let found = names.find(has_all).map(PathBuf::from);
    found.ok_or_else(|| {
        String::from(
            "no clang for all architectures: install Debian's package clang-16 or newer, or say \
             --clang PATH",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As bindgen writes them: a helper of its own, a part without a name, bit fields, a word of
    /// Rust's, a struct that is only declared, a text, a call's number.
    const BINDINGS: &str = "\
#[repr(C)]
pub struct __IncompleteArrayField<T>(::core::marker::PhantomData<T>, [T; 0]);
pub struct pair {
pub a: __u8,
pub __bindgen_anon_1: pair__bindgen_ty_1,
pub _bitfield_align_1: [u8; 0],
pub _bitfield_1: __BindgenBitfieldUnit<[u8; 2usize]>,
pub u: pair__bindgen_ty_2,
pub other: number,
}
#[derive(Copy, Clone)]
pub struct file {
_unused: [u8; 0],
}
pub struct route {
pub _address: u8,
}
pub const O_RDWR: u32 = 2;
pub const SI_QUEUE: i32 = -1;
pub const XATTR_PREFIX: &[u8; 4] = b\"os2\\0\";
pub const __NR_read: u32 = 0;
pub union pair__bindgen_ty_1 {
pub type_: __u32,
}
pub union pair__bindgen_ty_2 {
pub b: __u64,
}
pub union number {
pub c: __u64,
}
impl<Storage> __BindgenBitfieldUnit<Storage> {
pub const fn new(storage: Storage) -> Self {
Self { storage }
}
}
";

    fn row(item: &str, fact: Fact) -> Row {
        Row {
            module: "net",
            item: item.to_owned(),
            fact,
        }
    }

    #[test]
    fn names_are_read_from_what_bindgen_wrote() {
        let module = Module::parse("net", BINDINGS);
        assert_eq!(module.constants, ["O_RDWR", "SI_QUEUE"]);
        let records: Vec<(&str, usize)> = module
            .records
            .iter()
            .map(|(name, record)| (name.as_str(), record.fields.len()))
            .collect();
        let expected = [
            ("file", 0),
            ("number", 1),
            ("pair", 6),
            ("pair__bindgen_ty_1", 1),
            ("pair__bindgen_ty_2", 1),
            ("route", 1),
        ];
        assert_eq!(records, expected);
        assert_eq!(module.unnamable(), 1);
    }

    #[test]
    fn questions_are_in_cs_words() {
        let questions = Module::parse("net", BINDINGS).questions();
        let asked: Vec<(&str, &str)> = questions
            .iter()
            .map(|question| (&*question.expression, &*question.condition))
            .collect();
        let expected = [
            ("O_RDWR", "defined(O_RDWR)"),
            ("SI_QUEUE", "defined(SI_QUEUE)"),
            ("sizeof(union number)", ""),
            ("_Alignof(union number)", ""),
            ("__builtin_offsetof(union number, c)", ""),
            ("sizeof(struct pair)", ""),
            ("_Alignof(struct pair)", ""),
            ("__builtin_offsetof(struct pair, a)", ""),
            ("__builtin_offsetof(struct pair, type)", ""),
            ("__builtin_offsetof(struct pair, u)", ""),
            ("__builtin_offsetof(struct pair, u.b)", ""),
            ("__builtin_offsetof(struct pair, other)", ""),
        ];
        assert_eq!(asked, expected);
        let path = Fact::Offset("__bindgen_anon_1.type_".into());
        assert_eq!(questions[8].row, row("pair", path));
    }

    #[test]
    fn conditions_and_typedefs_are_heeded() {
        let text = "pub struct sigset_t {\npub sig: u64,\n}\n\
                    pub struct mnt_id_req {\npub size: u32,\npub spare: u32,\n}\n";
        let asked: Vec<(String, String)> = Module::parse("general", text)
            .questions()
            .into_iter()
            .map(|question| (question.expression, question.condition))
            .collect();
        let expected = [
            ("sizeof(struct mnt_id_req)", ""),
            ("_Alignof(struct mnt_id_req)", ""),
            ("__builtin_offsetof(struct mnt_id_req, size)", ""),
            ("__builtin_offsetof(struct mnt_id_req, spare)", "0"),
            ("sizeof(sigset_t)", ""),
            ("_Alignof(sigset_t)", ""),
            ("__builtin_offsetof(sigset_t, sig)", ""),
        ];
        assert_eq!(
            asked,
            expected.map(|(expression, condition)| (expression.into(), condition.into()))
        );
    }

    #[test]
    fn the_c_file_numbers_its_questions() {
        let question = |expression: &str, condition: &str| Question {
            row: row("x", Fact::Value),
            expression: expression.to_owned(),
            condition: condition.to_owned(),
        };
        let text = c_source(&[question("sizeof(x)", ""), question("X", "defined(X)")]);
        let (head, body) = text.split_once("\nvoid answers(void)\n").unwrap();
        assert_eq!(head, HEAD);
        assert_eq!(
            body,
            "{\n    ANSWER(0, sizeof(x));\n#if defined(X)\n    ANSWER(1, X);\n#endif\n}\n"
        );
    }

    #[test]
    fn answers_are_numbers_of_64_bits_with_or_without_a_sign() {
        let assembly = "\t.text\n\
            answers:\n\
            \t#APP\n\
            \t.ascii\t\"->0 0 0 256\"\n\
            \t//APP\n\
            \t.ascii \"->1 1 -1 -100\"\n\
            \t.ascii\t\"->7 0 0 -2147483648\"\n\
            \t.ascii\t\"->8 0 -1 -1\"\n\
            \t.ascii\t\"->9 0 2 0\"\n\
            \t.ascii\t\"clang\"\n\
            \tret\n";
        let expected = [
            (0, 256),
            (1, -100),
            (7, 0x8000_0000),
            (8, 0xffff_ffff_ffff_ffff),
            (9, 0x2_0000_0000),
        ];
        assert_eq!(answers(assembly).unwrap(), expected);
    }

    #[test]
    fn a_broken_answer_is_an_error() {
        for words in [
            "1 0 0",
            "1 2 0 0",
            "x 0 0 0",
            "1 0 0 4294967296",
            "1 0 0 0 0",
        ] {
            let line = format!(".ascii \"->{words}\"");
            assert_eq!(answers(&line), Err(format!("not an answer: {line}")));
        }
    }

    #[test]
    fn a_file_is_a_row_a_line_and_sorted() {
        let cells = |first: i128, last: i128| {
            let mut cells = [None; COLUMNS.len()];
            cells[0] = Some(first);
            cells[COLUMNS.len() - 1] = Some(last);
            cells
        };
        let table = Table::from([
            (row("pair", Fact::Offset("b.c".into())), cells(4, 8)),
            (row("pair", Fact::Align), cells(4, 8)),
            (row("pair", Fact::Size), cells(8, 16)),
            (row("O_RDWR", Fact::Value), cells(2, 2)),
            (row("AT_FDCWD", Fact::Value), cells(-100, 1000)),
        ]);
        let head = |name| {
            format!(
                "// @generated by `cargo xtask layouts FOLDER` from the exported headers of Linux 7.1.2. Don't edit.
//
// A cell for each architecture; `_` where its headers or its `linux-raw-sys` lack the name.

{name}! {{
    columns: Aarch64 Arm Loongarch64 MipsN64 Powerpc Powerpc64 Riscv32 Riscv64 S390x X86 X86_64;
"
            )
        };
        let structs = "    size_of(net::pair) [8 _ _ _ _ _ _ _ _ _ 16];
    align_of(net::pair) [4 _ _ _ _ _ _ _ _ _ 8];
    offset_of(net::pair, b.c) [4 _ _ _ _ _ _ _ _ _ 8];
}
";
        assert_eq!(
            render("7.1.2", &table, "structs", Row::is_of_struct),
            head("structs") + structs
        );
        let constants = "    net::AT_FDCWD [(-100) _ _ _ _ _ _ _ _ _ 0x3e8];
    net::O_RDWR [2 _ _ _ _ _ _ _ _ _ 2];
}
";
        assert_eq!(
            render("7.1.2", &table, "constants", |row| !row.is_of_struct()),
            head("constants") + constants
        );
    }

    #[test]
    fn the_package_is_found_by_its_folder() {
        let metadata = r#"{"manifest_path":"/r/linux-raw-sys-macros-0.1.0/Cargo.toml"},
            {"manifest_path":"/r/linux-raw-sys-0.12.1/Cargo.toml","metadata":null}"#;
        assert_eq!(
            manifest(metadata, "linux-raw-sys"),
            Some(PathBuf::from("/r/linux-raw-sys-0.12.1/Cargo.toml"))
        );
        assert_eq!(manifest(metadata, "libc"), None);
    }
}
