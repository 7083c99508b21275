//! `cargo xtask bench server`: what a request costs the example `web_server`, beside nginx, hyper and Go's net/http. Owns: the
//! goals, how the others are run, and how they are compared.
//!
//! A server has one processor and the client, wrk, another one. wrk is the slower of the two: it is what limits the requests of
//! a second. So what is compared is the processor time that a server takes for a request, in its own code and in the kernel's, as
//! `/proc` tells it (proc_pid_stat(5)); the requests of a second stand beside it.
//!
//! A figure by itself is worth little on a machine that does other things too. Runs alternate, ours and another's, and what
//! counts is the median of the ratios of such pairs.
//!
//! # How they are run
//!
//! All serve the same thirteen bytes of text, with the same headers: the server's name, the date, the type, the length, when it was
//! changed, a tag, and that ranges are accepted. hyper and Go have them in memory (`benches/servers`); nginx has a file, as we do,
//! and is told to keep it open (`open_file_cache`), to write no log, and to end no connection by itself. Its `sendfile` is off: a
//! file as small as this goes with its head in one write then, and with `sendfile` in two, which was two thirds more time. It has
//! one process, which also is its master: so no part of it is left behind, whatever happens. Go has one processor (`GOMAXPROCS`).
//!
//! Beside them stand the calls alone: a program that makes those which `web_server` makes and does nothing else, with no HTTP in it.
//! It is no competitor, and no goal is measured by it; it shows how much of the time is the kernel's.
//!
//! On connections for one request each, all close first, as the client asks for: so it is their end of the connection that lingers
//! on its port (`TIME-WAIT`), and the client does not run out of ports.

use crate::cargo::{cargo, example, target};
use crate::generated::root;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const EXAMPLES: &str = "\
Examples:
  cargo xtask bench server                         the figures that count: about eight minutes, on a quiet machine
  cargo xtask bench server --seconds 1 --rounds 1  whether all of it runs
  cargo xtask bench server --json                  for other programs";

/// Measure the example `web_server` beside nginx, hyper and Go's net/http: processor time a request, requests a second, and
/// the memory of idle connections. Needs nginx, wrk and two processors; Go where it is installed. Fails where a goal is missed.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// How long a run is.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// How many pairs of runs there are with each other server.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// How many connections are idle when the memory is measured; 0: it is not.
    #[arg(long, default_value_t = 10_000, value_name = "CONNECTIONS")]
    idle: usize,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

/// Who makes the calls and nothing else.
const CALLS: &str = "calls alone";
/// What all of them answer.
const BODY: &str = "hello, world\n";
/// How many connections wrk has.
const CONNECTIONS: u32 = 64;
/// The most memory of the idle connections.
const IDLE_GOAL: u64 = 20 << 10;
/// Longer than a server takes to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the client uses its connections.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    KeepAlive,
    Close,
}

impl Mode {
    const ALL: [Mode; 2] = [Mode::KeepAlive, Mode::Close];

    fn name(self) -> &'static str {
        match self {
            Mode::KeepAlive => "keep-alive",
            Mode::Close => "close",
        }
    }

    /// How much of what the best of the others takes we may take.
    fn goal(self) -> f64 {
        match self {
            Mode::KeepAlive => 0.7,
            Mode::Close => 0.8,
        }
    }
}

/// Runs the task.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let programs = Programs::find()?;
    let folder = Folder::new()?;
    let mut figures = Figures::default();
    {
        let servers = programs.start(&folder, args.idle)?;
        for server in &servers {
            server.check()?;
        }
        let (ours, others) = servers.split_first().ok_or("no servers")?;
        for mode in Mode::ALL {
            // The first run of each is not counted.
            for server in &servers {
                server.load(mode, args.seconds.min(2))?;
            }
            for round in 0..args.rounds {
                for other in others {
                    eprint!(
                        "\r{}, round {} of {}: {:<12}",
                        mode.name(),
                        round + 1,
                        args.rounds,
                        other.name
                    );
                    let pair = [
                        ours.load(mode, args.seconds)?,
                        other.load(mode, args.seconds)?,
                    ];
                    figures.pairs.push((mode, other.name, pair));
                }
            }
        }
        eprint!("\r{:50}\r", "");
    }
    if args.idle > 0 {
        for server in programs.start(&folder, args.idle)? {
            figures.idle.push((server.name, server.idle(args.idle)?));
        }
    }
    let missed = figures.missed();
    if args.json {
        println!("{:#}", figures.json());
    } else {
        print!("{}", figures.table(args));
    }
    if missed.is_empty() {
        Ok(())
    } else {
        Err(format!("missed: {}", missed.join("; ")))
    }
}

/// The programs that take part.
struct Programs {
    ours: PathBuf,
    nginx: &'static str,
    hyper: PathBuf,
    go: Option<PathBuf>,
    calls: PathBuf,
}

impl Programs {
    /// Finds them, or builds them.
    fn find() -> Result<Programs, String> {
        let there = |program: &str, word: &str| Command::new(program).arg(word).output().is_ok();
        let lacks = |program: &str, package: &str| {
            Err(format!(
                "`{program}` is not here\nto get it: Debian has it in its package `{package}`"
            ))
        };
        // It may be where only root looks.
        let Some(nginx) = ["nginx", "/usr/sbin/nginx"]
            .into_iter()
            .find(|path| there(path, "-v"))
        else {
            return lacks("nginx", "nginx");
        };
        for (program, package) in [
            ("wrk", "wrk"),
            ("taskset", "util-linux"),
            ("setpriv", "util-linux"),
        ] {
            if !there(program, "--version") {
                return lacks(program, package);
            }
        }
        if std::thread::available_parallelism().map_or(1, usize::from) < 2 {
            return Err("two processors are needed: one for a server, one for its client".into());
        }
        let manifest = root().join("benches/servers/Cargo.toml");
        let built = target().join("servers");
        let (manifest, folder) = (text(&manifest)?, text(&built)?);
        cargo(&[
            "build",
            "--release",
            "--locked",
            "--quiet",
            "--manifest-path",
            manifest,
            "--target-dir",
            folder,
        ])?;
        let go = if there("go", "version") {
            let program = built.join("go-net-http");
            let source = root().join("benches/servers/main.go");
            let words = [text(&program)?, text(&source)?];
            let status = Command::new("go")
                .args(["build", "-o"])
                .args(words)
                .status();
            if !status.is_ok_and(|status| status.success()) {
                return Err(format!("go build {} failed", source.display()));
            }
            Some(program)
        } else {
            eprintln!("note: Go is not here; Debian has it in its package `golang-go`");
            None
        };
        Ok(Programs {
            ours: example("web_server", None)?,
            nginx,
            hyper: built.join("release/hyper_server"),
            go,
            calls: built.join("release/calls"),
        })
    }

    /// Starts all of them, ours first. They wait, and take no time, when it is not their turn.
    fn start(&self, folder: &Folder, connections: usize) -> Result<Vec<Server>, String> {
        let file = folder.0.join("public/hello.txt");
        let (file, public) = (text(&file)?, folder.0.join("public"));
        let more = (connections + 100).to_string();
        let ours = [
            "--port",
            "0",
            "--timeout",
            "3600",
            "--max-connections",
            &more,
            text(&public)?,
        ];
        let mut servers = vec![Server::start("web_server", &self.ours, &ours)?];
        servers.push(self.start_nginx(folder, connections)?);
        servers.push(Server::start("hyper", &self.hyper, &[file])?);
        if let Some(go) = &self.go {
            servers.push(Server::start("net/http", go, &[file])?);
        }
        servers.push(Server::start(CALLS, &self.calls, &[file])?);
        Ok(servers)
    }

    fn start_nginx(&self, folder: &Folder, connections: usize) -> Result<Server, String> {
        // It does not say which port it got: one that is free now is free a moment later too.
        let free =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let address = free.map_err(|error| format!("a free port: {error}"))?;
        let path = folder.0.join("nginx.conf");
        let text_of = nginx_conf(text(&folder.0)?, address, connections + 100);
        std::fs::write(&path, text_of).map_err(|error| format!("{}: {error}", path.display()))?;
        let log = folder.0.join("nginx.log");
        let words = ["-c", text(&path)?, "-e", text(&log)?];
        let child = spawn("nginx", Path::new(self.nginx), &words)?;
        let server = Server {
            name: "nginx",
            child,
            address,
        };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if start.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(log).unwrap_or_default();
                return Err(format!("nginx does not start: {log}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }
}

/// nginx as it is best for this, and no more of it than is needed.
fn nginx_conf(folder: &str, address: SocketAddr, connections: usize) -> String {
    format!(
        "daemon off;
master_process off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ use epoll; worker_connections {connections}; multi_accept on; }}
http {{
  access_log off;
  types {{ text/plain txt; }}
  charset utf-8;
  sendfile off;
  tcp_nodelay on;
  keepalive_timeout 3600s;
  keepalive_requests 1000000000;
  reset_timedout_connection off;
  open_file_cache max=1000 inactive=3600s;
  open_file_cache_valid 60s;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen {address} backlog=4096; root {folder}/public; }}
}}
"
    )
}

fn text(path: &Path) -> Result<&str, String> {
    path.to_str()
        .ok_or_else(|| format!("the path {} is no text", path.display()))
}

/// A folder of the file that is served, which goes away with this.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Folder, String> {
        let folder =
            Folder(std::env::temp_dir().join(format!("sysline-bench-{}", std::process::id())));
        let public = folder.0.join("public");
        let made = std::fs::create_dir_all(&public)
            .and_then(|()| std::fs::write(public.join("hello.txt"), BODY));
        made.map_err(|error| format!("{}: {error}", public.display()))?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A program on the first processor, which the kernel ends with this one, however that ends.
fn spawn(name: &str, program: &Path, words: &[&str]) -> Result<Child, String> {
    Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "taskset", "-c", "0"])
        .arg(program)
        .args(words)
        .env("GOMAXPROCS", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{name}: {error}"))
}

/// A server that runs, and does so no longer than this is there.
struct Server {
    name: &'static str,
    child: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a run has shown.
#[derive(Clone, Copy)]
struct Run {
    /// Of the processor, a request.
    microseconds: f64,
    /// In a second.
    requests: f64,
}

/// What idle connections take of memory that is the server's own, in KiB.
struct Idle {
    /// Before there are any.
    before: u64,
    resident: u64,
    private: u64,
}

impl Server {
    /// Starts one that says where it listens.
    fn start(name: &'static str, program: &Path, words: &[&str]) -> Result<Server, String> {
        let child = spawn(name, program, words)?;
        let mut server = Server {
            name,
            child,
            address: (Ipv4Addr::LOCALHOST, 0).into(),
        };
        let mut line = String::new();
        if let Some(output) = server.child.stdout.take() {
            BufReader::new(output)
                .read_line(&mut line)
                .map_err(|error| format!("{name}: {error}"))?;
        }
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .and_then(|rest| rest.strip_suffix('/'));
        server.address = address
            .and_then(|address| address.parse().ok())
            .ok_or_else(|| format!("{name} does not start: it said `{}`", line.trim()))?;
        Ok(server)
    }

    /// Asks for the file on a connection, and gives the answer's head.
    fn ask(&self, stream: &mut TcpStream) -> Result<String, String> {
        let failed = |error| format!("{}: {error}", self.name);
        let request = format!("GET /hello.txt HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        while !answer.ends_with(BODY.as_bytes()) {
            match stream.read(&mut buffer).map_err(failed)? {
                0 => {
                    return Err(format!(
                        "{} has answered `{}`",
                        self.name,
                        String::from_utf8_lossy(&answer)
                    ));
                }
                length => answer.extend_from_slice(&buffer[..length]),
            }
        }
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let head = answer
            .strip_suffix(BODY)
            .and_then(|head| head.strip_suffix("\r\n\r\n"));
        head.map(str::to_string)
            .ok_or_else(|| format!("{} has answered `{answer}`", self.name))
    }

    fn connect(&self) -> Result<TcpStream, String> {
        let connected = TcpStream::connect(self.address);
        connected
            .and_then(|stream| stream.set_read_timeout(Some(PATIENCE)).map(|()| stream))
            .map_err(|error| format!("a connection to {}: {error}", self.name))
    }

    /// That it answers as the others do.
    fn check(&self) -> Result<(), String> {
        let head = self.ask(&mut self.connect()?)?;
        let names = [
            "content-length: 13",
            "content-type: text/plain",
            "server: ",
            "date: ",
            "last-modified: ",
            "etag: ",
            "accept-ranges: bytes",
        ];
        let lower = head.to_ascii_lowercase();
        let lacks = names
            .iter()
            .find(|name| !lower.contains(&format!("\r\n{name}")));
        match lacks {
            None if head.starts_with("HTTP/1.1 200 ") => Ok(()),
            _ => Err(format!(
                "{} answers otherwise than the others: {head}",
                self.name
            )),
        }
    }

    /// Has wrk ask for as long as that.
    fn load(&self, mode: Mode, seconds: u32) -> Result<Run, String> {
        let before = self.processor_time()?;
        let mut wrk = Command::new("setpriv");
        wrk.args(["--pdeathsig", "KILL", "taskset", "-c", "1", "wrk", "-t1"]);
        wrk.args([
            format!("-c{CONNECTIONS}"),
            format!("-d{seconds}s"),
            format!("http://{}/hello.txt", self.address),
        ]);
        if mode == Mode::Close {
            wrk.args(["-H", "Connection: close"]);
        }
        let output = wrk.output().map_err(|error| format!("wrk: {error}"))?;
        let time = self.processor_time()? - before;
        let said = String::from_utf8_lossy(&output.stdout);
        let (requests, a_second) = read_wrk(&said)
            .map_err(|why| format!("{}, {}: {why}\n{said}", self.name, mode.name()))?;
        Ok(Run {
            microseconds: time.as_secs_f64() * 1e6 / requests,
            requests: a_second,
        })
    }

    /// Its processor time, in its own code and in the kernel's.
    fn processor_time(&self) -> Result<Duration, String> {
        let path = format!("/proc/{}/stat", self.child.id());
        let stat = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        read_stat(&stat).ok_or_else(|| format!("{path}: `{stat}`"))
    }

    /// What many connections take that have been used once and are open.
    fn idle(&self, connections: usize) -> Result<Idle, String> {
        let before = self.memory("status", "VmRSS:")?;
        let mut streams = Vec::with_capacity(connections);
        for _ in 0..connections {
            let mut stream = self.connect().map_err(|error| {
                format!(
                    "{error}\n{} are open; is the limit of descriptors too low (`ulimit -n`)?",
                    streams.len()
                )
            })?;
            self.ask(&mut stream)?;
            streams.push(stream);
        }
        let rollup = |name| self.memory("smaps_rollup", name);
        Ok(Idle {
            before,
            resident: self.memory("status", "VmRSS:")?,
            private: rollup("Private_Clean:")? + rollup("Private_Dirty:")?,
        })
    }

    /// A line of one of the process's files.
    fn memory(&self, file: &str, name: &str) -> Result<u64, String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        number.ok_or_else(|| format!("{path} has no {name}"))
    }
}

/// Fields 14 and 15 of `/proc/PID/stat`, in hundredths of a second. The name before them may have anything in it.
fn read_stat(stat: &str) -> Option<Duration> {
    let fields: Vec<&str> = stat[stat.rfind(')')? + 1..].split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// How many requests wrk has made, and how many in a second; or what went wrong with them.
fn read_wrk(said: &str) -> Result<(f64, f64), &'static str> {
    for (words, why) in [
        ("Socket errors", "connections have failed"),
        ("Non-2xx", "there were other answers"),
    ] {
        if said.contains(words) {
            return Err(why);
        }
    }
    let all = said
        .lines()
        .find_map(|line| line.split_once(" requests in "));
    let a_second = said
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"));
    match (
        all.and_then(|(number, _)| number.trim().parse().ok()),
        a_second.and_then(|number| number.trim().parse().ok()),
    ) {
        (Some(all), Some(a_second)) if all > 0.0 => Ok((all, a_second)),
        _ => Err("wrk does not say how many requests there were"),
    }
}

#[derive(Default)]
struct Figures {
    /// Of each pair of runs: with whom, ours, theirs.
    pairs: Vec<(Mode, &'static str, [Run; 2])>,
    idle: Vec<(&'static str, Idle)>,
}

/// What the runs of one server in one mode come to.
struct Row {
    name: &'static str,
    microseconds: f64,
    requests: f64,
    /// Ours by theirs; the least, the median and the most.
    ratio: Option<[f64; 3]>,
}

impl Figures {
    fn rows(&self, mode: Mode) -> Vec<Row> {
        let pairs: Vec<_> = self.pairs.iter().filter(|(of, ..)| *of == mode).collect();
        let mut names: Vec<&'static str> = Vec::new();
        for (_, name, _) in &pairs {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let row = |name, ratio: Option<Vec<f64>>, runs: Vec<Run>| Row {
            name,
            microseconds: median(runs.iter().map(|run| run.microseconds).collect()),
            requests: median(runs.iter().map(|run| run.requests).collect()),
            ratio: ratio.map(|ratios| {
                let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
                let most = ratios.iter().copied().fold(0.0, f64::max);
                [least, median(ratios), most]
            }),
        };
        let mut rows = vec![row(
            "web_server",
            None,
            pairs.iter().map(|(.., [ours, _])| *ours).collect(),
        )];
        for name in names {
            let with: Vec<[Run; 2]> = pairs
                .iter()
                .filter(|(_, of, _)| *of == name)
                .map(|(.., pair)| *pair)
                .collect();
            let ratios = with
                .iter()
                .map(|[ours, theirs]| ours.microseconds / theirs.microseconds)
                .collect();
            rows.push(row(
                name,
                Some(ratios),
                with.iter().map(|[_, theirs]| *theirs).collect(),
            ));
        }
        rows
    }

    /// The goals that are missed, in words.
    fn missed(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for mode in Mode::ALL {
            // The best of the others is the one by which our ratio is the largest.
            let rows = self.rows(mode);
            let worst = rows
                .iter()
                .filter(|row| row.name != CALLS)
                .filter_map(|row| Some((row.ratio?[1], row.name)));
            let worst = worst.max_by(|one, other| one.0.total_cmp(&other.0));
            if let Some((ratio, name)) = worst.filter(|(ratio, _)| *ratio > mode.goal()) {
                missed.push(format!(
                    "{}: {ratio:.2} of {name}, and not {}",
                    mode.name(),
                    mode.goal()
                ));
            }
        }
        for (name, idle) in &self.idle {
            if *name == "web_server" && idle.resident > IDLE_GOAL {
                missed.push(format!("idle: {} KiB, and not {IDLE_GOAL}", idle.resident));
            }
        }
        missed
    }

    fn table(&self, args: &Args) -> String {
        let mut text = String::new();
        for mode in Mode::ALL {
            let _ = writeln!(
                text,
                "| {} | µs a request | requests a second | ours by theirs: median (range) |",
                mode.name()
            );
            let _ = writeln!(text, "| --- | --- | --- | --- |");
            for row in self.rows(mode) {
                let ratio = row
                    .ratio
                    .map_or(format!("goal: {}", mode.goal()), |[least, median, most]| {
                        format!("{median:.2} ({least:.2} to {most:.2})")
                    });
                let _ = writeln!(
                    text,
                    "| {} | {:.2} | {:.0} | {ratio} |",
                    row.name, row.microseconds, row.requests
                );
            }
            text.push('\n');
        }
        if !self.idle.is_empty() {
            let _ = writeln!(
                text,
                "| {} idle connections | resident, KiB | of it private | without connections |",
                args.idle
            );
            let _ = writeln!(text, "| --- | --- | --- | --- |");
            for (name, idle) in &self.idle {
                let _ = writeln!(
                    text,
                    "| {name} | {} | {} | {} |",
                    idle.resident, idle.private, idle.before
                );
            }
            text.push('\n');
        }
        let _ = writeln!(
            text,
            "Processor time of the server, user and system; {CONNECTIONS} connections of wrk; medians of {} pairs of runs of {} s.",
            args.rounds, args.seconds
        );
        text
    }

    fn json(&self) -> serde_json::Value {
        let modes = Mode::ALL.map(|mode| {
            let rows: Vec<_> = self.rows(mode).into_iter().map(|row| {
                serde_json::json!({
                    "server": row.name,
                    "microseconds_per_request": row.microseconds,
                    "requests_per_second": row.requests,
                    "ratio": row.ratio.map(|[least, median, most]| serde_json::json!({"least": least, "median": median, "most": most})),
                })
            }).collect();
            (mode.name().to_string(), serde_json::json!({"goal": mode.goal(), "servers": rows}))
        });
        let idle: Vec<_> = self.idle.iter().map(|(name, idle)| {
            serde_json::json!({"server": name, "resident_kib": idle.resident, "private_kib": idle.private, "before_kib": idle.before})
        }).collect();
        let mut all: serde_json::Map<_, _> = modes.into_iter().collect();
        all.insert("idle".into(), idle.into());
        all.into()
    }
}

/// The middle of some numbers, or of the two in the middle.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    match numbers.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => numbers[length / 2],
        length => (numbers[length / 2 - 1] + numbers[length / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_behind_any_name() {
        let stat = "17 (a) b (c) S 1 17 17 0 -1 4194560 1200 0 3 0 250 1750 9 9 20 0 2 0 100 1 1";
        assert_eq!(read_stat(stat), Some(Duration::from_secs(20)));
        assert_eq!(read_stat("17 (a) S 1"), None);
    }

    #[test]
    fn wrk_is_read_and_its_errors_are() {
        let said = "Running 3s test\n  1 threads\n  273824 requests in 3.10s, 65.28MB read\nRequests/sec:  88330.12\n";
        assert_eq!(read_wrk(said), Ok((273_824.0, 88_330.12)));
        assert!(read_wrk(&format!("{said}  Socket errors: connect 0, read 1")).is_err());
        assert!(read_wrk(&format!("{said}  Non-2xx or 3xx responses: 7")).is_err());
        assert!(read_wrk("  0 requests in 3.10s\nRequests/sec:      0.00\n").is_err());
        assert!(read_wrk("").is_err());
    }

    #[test]
    fn ratios_are_those_of_pairs_and_the_best_of_the_others_counts() {
        let run = |microseconds| Run {
            microseconds,
            requests: 1e6 / microseconds,
        };
        let mut figures = Figures::default();
        for mode in Mode::ALL {
            for (ours, nginx, hyper) in [(4.0, 8.0, 5.0), (40.0, 80.0, 50.0), (6.0, 8.0, 6.0)] {
                figures.pairs.push((mode, "nginx", [run(ours), run(nginx)]));
                figures.pairs.push((mode, "hyper", [run(ours), run(hyper)]));
                figures.pairs.push((mode, CALLS, [run(ours), run(ours)]));
            }
        }
        let rows = figures.rows(Mode::Close);
        let ratios: Vec<_> = rows.iter().map(|row| (row.name, row.ratio)).collect();
        assert_eq!(
            ratios,
            [
                ("web_server", None),
                ("nginx", Some([0.5, 0.5, 0.75])),
                ("hyper", Some([0.8, 0.8, 1.0])),
                (CALLS, Some([1.0, 1.0, 1.0]))
            ]
        );
        assert_eq!((rows[0].microseconds, rows[1].microseconds), (6.0, 8.0));
        assert_eq!(figures.missed(), ["keep-alive: 0.80 of hyper, and not 0.7"]);
        figures.idle.push((
            "nginx",
            Idle {
                before: 1,
                resident: 1 << 20,
                private: 1,
            },
        ));
        figures.idle.push((
            "web_server",
            Idle {
                before: 1,
                resident: 20 << 10,
                private: 1,
            },
        ));
        assert_eq!(figures.missed().len(), 1);
        figures.idle.push((
            "web_server",
            Idle {
                before: 1,
                resident: (20 << 10) + 1,
                private: 1,
            },
        ));
        assert_eq!(figures.missed().len(), 2);
        assert_eq!(
            figures.json()["close"]["servers"][2]["ratio"]["median"],
            0.8
        );
    }

    #[test]
    fn the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(Vec::new()).is_nan());
    }
}
