//! What holds whatever the input is: see `common/everything.rs`.

#[path = "common/everything.rs"]
mod everything;

use everything::everything;
use proptest::prelude::*;
use proptest::sample::select;
use sysline_syntax::Dialect;

/// Words that lines are made of, in both dialects, right and wrong.
const WORDS: &[&str] = &[
    "//sys ",
    "//sysnb ",
    "//sys\t",
    "//",
    "\n",
    "\r\n",
    " ",
    "\t",
    "pub ",
    "unsafe ",
    "fn ",
    "out ",
    "openat",
    "read",
    "Foo",
    "x",
    "fd",
    "self",
    "r#in",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    ",",
    ";",
    ":",
    "::",
    "->",
    "=",
    "==",
    "&",
    "*",
    "!",
    "?",
    ".",
    "-",
    "'a",
    "'a ",
    "'_",
    "&mut ",
    "*const ",
    "[u8]",
    "u64",
    "i32",
    "usize",
    "int",
    "string",
    "error",
    "err error",
    "Result<",
    "Result<()>",
    "OwnedFd",
    "BorrowedFd<'_>",
    "impl PathArg",
    "Option<",
    "failretval",
    "e1",
    "=>",
    "as u32",
    "nil",
    "^",
    "&^",
    "|",
    "uint32(",
    "regerrno error",
    "ntstatus error",
    "CallError",
    "dll-1.",
    "SYS_READ",
    "SYS_X",
    "462",
    "0x",
    "1e9",
    "99999999999999999999",
    "dll.Proc",
    "\"",
    "r#\"",
    "'",
    "//",
    "///",
    "#[cfg(",
    "#",
    "where ",
    "const ",
    "é",
    "\u{0}",
    "\u{feff}",
];

/// A line of the Rust dialect that parses.
fn rust_line() -> impl Strategy<Value = String> {
    let leaf = select(vec![
        "u32",
        "i64",
        "BorrowedFd<'_>",
        "io::Stat",
        "Foo<'a, u8, 4>",
        "()",
        "::core::ffi::c_void",
    ]);
    let ty = leaf
        .prop_map(str::to_string)
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|ty| format!("& {ty}")),
                inner.clone().prop_map(|ty| format!("&'a mut {ty}")),
                inner.clone().prop_map(|ty| format!("*const {ty}")),
                inner.clone().prop_map(|ty| format!("& mut[{ty}]")),
                inner.clone().prop_map(|ty| format!("[{ty};N+ 1]")),
                inner.clone().prop_map(|ty| format!("Option <{ty}>")),
                prop::collection::vec(inner, 2..4)
                    .prop_map(|types| format!("({})", types.join(","))),
            ]
        });
    let param = prop_oneof![
        (select(vec!["", "out "]), "[a-z][a-z0-9_]{0,8}", ty.clone())
            .prop_map(|(out, name, ty)| format!("{out}p_{name} : {ty}")),
        select(vec![
            "KEYCTL_READ",
            "a::B  as u32",
            "libc::F_SETFL",
            "-1",
            "0x10u8",
            "0"
        ])
        .prop_map(str::to_string),
    ];
    (
        select(vec!["sys", "sysnb"]),
        select(vec!["", "#[cfg( unix )]", "#[doc = \"a\"] #[inline]"]),
        select(vec!["", "pub ", "pub(crate) ", "pub( in crate::a::b ) "]),
        select(vec!["", "unsafe "]),
        "f_[a-z0-9_]{0,12}",
        select(vec!["", "<'a, P : PathArg+'a, const N:usize>"]),
        prop::collection::vec(param, 0..9),
        prop::option::of(ty),
        select(vec![
            "",
            "[false]",
            "[failretval==-1]",
            "[failretval & 0xff == 0 || e1!=0]",
            "[failretval!= 0=>failretval]",
            "[!(a::B(failretval.0)as u32&3==(1|2))]",
        ]),
        select(vec![
            "",
            "= SYS_READ",
            "=462",
            "= ws2_32.WSARecv",
            "= a.B?",
            "= a-1-2.drv.B",
        ]),
    )
        .prop_map(|(keyword, attr, vis, promise, name, generics, params, ret, failure, target)| {
            let ret = ret.map_or(String::new(), |ty| format!("->{ty}"));
            let params = params.join(" ,\n//   ");
            format!("//{keyword} {attr} {vis}{promise}fn {name}{generics}( {params} ){ret} {failure} {target}\n")
        })
}

/// A line of the Go dialect that parses.
fn go_line() -> impl Strategy<Value = String> {
    let leaf = select(vec![
        "int",
        "uintptr",
        "string",
        "bool",
        "int64",
        "Timeval",
        "unsafe.Pointer",
        "syscall.Errno",
        "byte",
    ]);
    let ty = leaf
        .prop_map(str::to_string)
        .prop_recursive(3, 6, 1, |inner| {
            prop_oneof![
                inner.clone().prop_map(|ty| format!("*{ty}")),
                inner.clone().prop_map(|ty| format!("[]{ty}")),
                inner.prop_map(|ty| format!("*[2]{ty}")),
            ]
        });
    let param = ("[a-zA-Z][a-zA-Z0-9]{0,8}", ty).prop_map(|(name, ty)| format!("{name} {ty}"));
    (
        select(vec!["sys\t", "sysnb ", "sys   "]),
        "[A-Za-z][A-Za-z0-9]{0,12}",
        prop::collection::vec(param.clone(), 0..7),
        prop::option::of((
            prop::option::of(param),
            select(vec!["", "err error", "regerrno error", "ntstatus error"]),
        )),
        select(vec![
            "",
            "[]",
            " [failretval==-1]",
            "[failretval&0xff==0]",
            " [ failretval == nil || e1 == a.B(^uint32(0)) ]",
            "\t[!failretval]",
        ]),
        select(vec![
            "",
            " = SYS_READ",
            "= sys_read",
            " = ws2_32.WSARecv",
            " = LoadLibraryW",
            "= a.B?",
            "= api-ms-win-core-l1-1-0.B",
        ]),
    )
        .prop_filter("a function has a name", |(_, name, ..)| {
            !["pub", "fn", "unsafe"].contains(&name.as_str())
        })
        .prop_map(|(keyword, name, params, results, failure, target)| {
            let results = results.map_or(String::new(), |(value, error)| {
                let both: Vec<String> = value
                    .into_iter()
                    .chain([error.to_string()])
                    .filter(|text| !text.is_empty())
                    .collect();
                format!(" ({})", both.join(", "))
            });
            format!(
                "//{keyword}{name}({}){results}{failure}{target}\n",
                params.join(", ")
            )
        })
}

fn dialect() -> impl Strategy<Value = Dialect> {
    select(vec![Dialect::Rust, Dialect::Go])
}

/// 400 cases each, or what proptest's own variable says: in an emulator they take twenty times as long.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let told = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if told { default.cases } else { 400 },
        failure_persistence: None,
        ..default
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200), dialect in dialect()) {
        everything(&bytes, dialect);
    }

    #[test]
    fn any_bytes_behind_a_keyword(bytes in prop::collection::vec(any::<u8>(), 0..200), dialect in dialect()) {
        everything(&[b"//sys ", &bytes[..]].concat(), dialect);
    }

    #[test]
    fn any_words(words in prop::collection::vec(select(WORDS), 0..40), dialect in dialect()) {
        everything(format!("//sys {}", words.concat()).as_bytes(), dialect);
    }

    #[test]
    fn rust_lines(lines in prop::collection::vec(rust_line(), 1..4)) {
        let text = lines.concat();
        everything(text.as_bytes(), Dialect::Rust);
        parses(&text, Dialect::Rust);
    }

    #[test]
    fn go_lines(lines in prop::collection::vec(go_line(), 1..4)) {
        let text = lines.concat();
        everything(text.as_bytes(), Dialect::Go);
        parses(&text, Dialect::Go);
    }

    #[test]
    fn a_good_line_with_a_byte_gone_wrong(line in rust_line(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = line.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        everything(&bytes, Dialect::Rust);
    }
}

/// The strategies make lines of the grammar, so that the properties above are tried on models too.
fn parses(text: &str, dialect: Dialect) {
    let mut sources = sysline_syntax::Sources::new();
    let source = sources.add("input", text.to_string());
    let (lines, problems) = sysline_syntax::parse(&sources, source, dialect);
    assert!(
        problems.is_empty() && !lines.is_empty(),
        "{problems:?}\n{text}"
    );
}

/// Found by fuzzing: `annotate-snippets` 0.11 could not draw a bad line among so many tabs.
#[test]
fn a_bad_line_among_many_tabs() {
    let tabs = |count| "\t".repeat(count);
    let line = "//sysnb '<?<<\u{7f}n\\Tn\u{7f}\t*";
    let text = [
        tabs(25),
        line.into(),
        tabs(50),
        line.into(),
        ") ".into(),
        tabs(50),
        "Y\0\0\0\u{4}~]\"{".into(),
        tabs(17),
        line.into(),
        ") ".into(),
        tabs(38),
        "\0".into(),
    ];
    everything(text.concat().as_bytes(), Dialect::Rust);
}
