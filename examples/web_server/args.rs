//! The command line.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::str::FromStr;

pub(crate) const HELP: &str = "\
Serves the files of a folder by HTTP/1.1.

Usage: web_server [OPTIONS] FOLDER

Options:
  --port PORT            the port; 0: any that is free [8080]
  --address ADDRESS      the address to listen at, of IPv4 or IPv6 [127.0.0.1]
  --workers N            threads that serve, each with a socket of its own (SO_REUSEPORT) [1]
  --max-connections N    connections at once; further ones wait until one has ended [10000]
  --timeout SECONDS      for how long a connection may be idle, a request may take to arrive, and a client may take
                         nothing of its response [30]
  --grace SECONDS        after the first SIGTERM or SIGINT: for how long requests may go on [10]
  -h, --help             this text

Examples:
  web_server public                                          http://127.0.0.1:8080/
  web_server --address 0.0.0.0 --port 80 --workers 4 public  for the whole network, with four threads
  web_server --port 0 .                                      the current folder, at any port that is free

It says `listening on http://ADDRESS:PORT/` when it can be reached. SIGTERM or SIGINT ends it: what has been asked for is
still answered; a second signal cuts that short.

Exit status: 0 after a signal, 1 where it can't serve or was cut short, 2 for wrong arguments.
";

/// What to serve, and how.
#[derive(Clone)]
pub(crate) struct Args {
    pub(crate) folder: PathBuf,
    pub(crate) address: IpAddr,
    pub(crate) port: u16,
    pub(crate) workers: usize,
    pub(crate) max_connections: usize,
    /// In seconds.
    pub(crate) timeout: u32,
    /// In seconds.
    pub(crate) grace: u32,
}

/// What the user asks for.
pub(crate) enum Asked {
    Serve(Args),
    Help,
    /// Something that there is not; in words.
    Wrong(String),
}

pub(crate) fn parse(words: impl Iterator<Item = OsString>) -> Asked {
    match options(words) {
        Ok(Some(args)) => Asked::Serve(args),
        Ok(None) => Asked::Help,
        Err(message) => Asked::Wrong(message),
    }
}

fn options(mut words: impl Iterator<Item = OsString>) -> Result<Option<Args>, String> {
    let mut args = Args {
        folder: PathBuf::new(),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 8080,
        workers: 1,
        max_connections: 10_000,
        timeout: 30,
        grace: 10,
    };
    let mut folders = Vec::new();
    let mut only_folders = false;
    while let Some(word) = words.next() {
        let text = word.to_str().unwrap_or("");
        if only_folders || !text.starts_with('-') {
            folders.push(word);
            continue;
        }
        let (name, mut value) = match text.split_once('=') {
            Some((name, value)) => (name.to_string(), Some(value.to_string())),
            None => (text.to_string(), None),
        };
        let mut value = || {
            let next = || words.next().and_then(|word| word.into_string().ok());
            value
                .take()
                .or_else(next)
                .ok_or(format!("{name} needs a value"))
        };
        match &*name {
            "--" => only_folders = true,
            "-h" | "--help" => return Ok(None),
            "--port" => args.port = number(&name, &value()?, 0, u16::MAX)?,
            "--address" => {
                let value = value()?;
                let wrong = |_| format!("--address: `{value}` is no address of IPv4 or IPv6");
                args.address = value.parse().map_err(wrong)?;
            }
            "--workers" => args.workers = number(&name, &value()?, 1, 1024)?,
            "--max-connections" => args.max_connections = number(&name, &value()?, 1, 1 << 24)?,
            "--timeout" => args.timeout = number(&name, &value()?, 1, 86_400)?,
            "--grace" => args.grace = number(&name, &value()?, 0, 86_400)?,
            _ => return Err(format!("there is no option {name}")),
        }
    }
    let mut folders = folders.into_iter();
    match (folders.next(), folders.next()) {
        (Some(folder), None) if !folder.is_empty() => args.folder = folder.into(),
        (Some(_), Some(more)) => {
            return Err(format!(
                "one folder only, and not {} too",
                std::path::Path::new(&more).display()
            ));
        }
        _ => return Err("which folder is to be served?".into()),
    }
    Ok(Some(args))
}

fn number<T: FromStr + PartialOrd + std::fmt::Display>(
    name: &str,
    value: &str,
    least: T,
    most: T,
) -> Result<T, String> {
    match value.parse() {
        Ok(number) if least <= number && number <= most => Ok(number),
        _ => Err(format!(
            "{name}: `{value}` is no number from {least} to {most}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Option<Args>, String> {
        options(words.iter().map(OsString::from))
    }

    #[test]
    fn options_are_taken_in_both_ways() {
        let args = parsed(&["--port=0", "--address", "::1", "a", "--workers", "3"])
            .unwrap()
            .unwrap();
        assert_eq!((args.port, args.workers, args.folder), (0, 3, "a".into()));
        assert!(args.address.is_ipv6());
        let args = parsed(&["--", "--port"]).unwrap().unwrap();
        assert_eq!((args.port, args.folder), (8080, "--port".into()));
        assert!(parsed(&["a", "--help"]).unwrap().is_none());
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (words, said) in [
            (&[][..], "which folder"),
            (&["a", "b"], "not b too"),
            (
                &["--port", "65536", "a"],
                "`65536` is no number from 0 to 65535",
            ),
            (&["--workers", "0", "a"], "from 1 to 1024"),
            (&["--address", "here", "a"], "`here`"),
            (&["--timeout"], "--timeout needs a value"),
            (&["--colour", "a"], "no option --colour"),
        ] {
            let message = parsed(words).err().unwrap();
            assert!(message.contains(said), "{message}");
        }
    }
}
