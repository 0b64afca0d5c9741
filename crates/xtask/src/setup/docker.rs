//! The Docker engine: is it there, does it answer, start it.

use std::env;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

const SOCKET: &str = "/var/run/docker.sock";
const START_LIMIT: Duration = Duration::from_secs(60);

/// What was found.
pub(crate) enum Engine {
    /// It answers.
    Answers,
    /// It is installed, but does not answer.
    Installed,
    /// There is none.
    Absent,
}

/// Looks for an engine.
pub(crate) fn find() -> Engine {
    // An engine elsewhere is the user's business: `plimsoll doctor` tells whether it answers.
    if env::var_os("DOCKER_HOST").is_some() || answers() {
        Engine::Answers
    } else if installed() {
        Engine::Installed
    } else {
        Engine::Absent
    }
}

/// The command that starts the engine, for people.
pub(crate) fn start_command() -> &'static str {
    if has_systemd() { "systemctl start docker" } else { "dockerd &" }
}

/// Starts the engine and waits until it answers.
///
/// # Errors
/// With the end of its log when it ends or does not answer within a minute.
pub(crate) fn start() -> Result<()> {
    if has_systemd() {
        let status = Command::new("systemctl").args(["start", "docker"]).status();
        let status = status.context("could not run `systemctl`")?;
        if !status.success() {
            bail!("`systemctl start docker` failed with {status}: see `journalctl -u docker`");
        }
        return wait(None);
    }
    let log = log_file()?;
    let sink = File::create(&log).with_context(|| format!("could not write `{}`", log.display()))?;
    let mut command = Command::new("dockerd");
    // Its own process group: Ctrl-C at our terminal must not end an engine that others may use by then.
    command.process_group(0).stdin(Stdio::null()).stdout(sink.try_clone()?).stderr(sink);
    let engine = command.spawn().context("could not run `dockerd`")?;
    println!("started dockerd (process {}), its log is {}", engine.id(), log.display());
    wait(Some((engine, log)))
}

fn wait(mut started: Option<(Child, PathBuf)>) -> Result<()> {
    let began = Instant::now();
    while !answers() {
        if let Some((engine, log)) = &mut started
            && let Some(status) = engine.try_wait()?
        {
            bail!("`dockerd` ended with {status}; the end of its log:\n{}", end_of(log));
        }
        if began.elapsed() > START_LIMIT {
            let seconds = START_LIMIT.as_secs();
            bail!("the Docker engine did not answer at `{SOCKET}` within {seconds} s: see its log");
        }
        // The engine gives no sign when it begins to listen.
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn answers() -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut socket = UnixStream::connect(SOCKET)?;
        socket.set_read_timeout(Some(Duration::from_secs(5)))?;
        socket.write_all(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")?;
        let mut answer = [0; 12];
        socket.read_exact(&mut answer)?;
        Ok(answer.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

fn installed() -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = |name: &str| env::split_paths(&folders).any(|folder| folder.join(name).is_file());
    found("dockerd") || Path::new("/usr/sbin/dockerd").is_file()
}

fn has_systemd() -> bool {
    Path::new("/run/systemd/system").is_dir()
}

fn log_file() -> Result<PathBuf> {
    let state = env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let home = env::var_os("HOME").map(|home| Path::new(&home).join(".local/state"));
    let folder = state.or(home).context("neither `XDG_STATE_HOME` nor `HOME` is set")?.join("plimsoll");
    fs::create_dir_all(&folder).with_context(|| format!("could not make `{}`", folder.display()))?;
    Ok(folder.join("dockerd.log"))
}

fn end_of(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}
