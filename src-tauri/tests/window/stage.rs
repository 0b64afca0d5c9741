use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use fantoccini::ClientBuilder;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::page::Page;

/// How long a part of the stage may take to come up.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(10);
/// Folders in the data folder: the user's settings, and what is saved.
const CONFIGURATION: &str = "config";
const DOWNLOADS: &str = "Downloads";

/// A display, a message bus, a driver and a data folder, for one window; gone when dropped.
pub(crate) struct Stage {
    // Dropped in this order: the driver ends the window, which bus and display must outlive.
    driver: Group,
    _bus: Group,
    _display: Group,
    display: String,
    environment: Vec<(String, String)>,
    port: u16,
    data: TempDir,
    _machine: MutexGuard<'static, ()>,
}

/// A process and those that it starts.
struct Group(Child);

/// How a window is started.
#[derive(Default)]
pub(crate) struct Start<'a> {
    /// Files on its command line.
    pub(crate) files: Vec<&'a Path>,
}

impl Stage {
    /// Sets up a stage where the window finds `environment`.
    pub(crate) fn new(environment: &[(&str, &str)]) -> Self {
        static MACHINE: Mutex<()> = Mutex::new(());
        // One window at a time measures.
        let machine = MACHINE.lock().unwrap_or_else(PoisonError::into_inner);
        let data = TempDir::new().unwrap();
        name_downloads(data.path());
        let (display_group, display) = display();
        let (bus_group, bus) = bus();
        let own = window_environment(&display, &bus, data.path());
        let asked = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let environment: Vec<_> = own.into_iter().chain(asked).collect();
        let port = free_port();
        let mut driver = Command::new("WebKitWebDriver");
        driver.arg("--host=127.0.0.1").arg(format!("--port={port}")).envs(environment.iter().cloned());
        let driver = Group::start(&mut driver);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < until, "WebKitWebDriver does not listen");
            std::thread::sleep(PAUSE);
        }
        Self {
            driver,
            _bus: bus_group,
            _display: display_group,
            display,
            environment,
            port,
            data,
            _machine: machine,
        }
    }

    /// Where the window keeps its runs.
    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// The folder for downloads that the window finds named; nothing has made it.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.data.path().join(DOWNLOADS)
    }

    /// The display's name, for others who use it.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// CPU time that the window and its web processes have used so far; the driver's own is not in it.
    pub(crate) fn cpu(&self) -> Duration {
        // Its own, user and system, and that of its ended children.
        let ticks = |fields: &[String]| {
            fields[11..15].iter().filter_map(|field| field.parse::<u64>().ok()).sum::<u64>()
        };
        let driver = self.driver.0.id();
        let of_window = self.processes().into_iter().filter(|(pid, _)| *pid != driver);
        let all: u64 = of_window.map(|(_, fields)| ticks(&fields)).sum();
        Duration::from_secs(all) / rustix::param::clock_ticks_per_second() as u32
    }

    /// Ends the window's program without a word, as a crash would.
    pub(crate) fn crash(&self) {
        let window = program("plimsoll-desktop");
        let is_window = |pid: &u32| fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == window);
        let pids = self.processes().into_iter().map(|(pid, _)| pid);
        let pid = pids.into_iter().find(is_window).expect("the window is open");
        kill_process(Pid::from_raw(pid as i32).unwrap(), Signal::KILL).unwrap();
    }

    /// The driver and what it started, each with the fields of its `stat` after its name.
    fn processes(&self) -> Vec<(u32, Vec<String>)> {
        let entries = fs::read_dir("/proc").unwrap().flatten();
        let read = entries.filter_map(|entry| {
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            let fields = stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect();
            Some((entry.file_name().to_str()?.parse().ok()?, fields))
        });
        let group = self.driver.0.id().to_string();
        read.filter(|(_, fields): &(u32, Vec<String>)| fields.get(2) == Some(&group)).collect()
    }

    /// The window's program, to be started beside the open window.
    pub(crate) fn another(&self) -> Command {
        let mut another = Command::new(program("plimsoll-desktop"));
        another.envs(self.environment.iter().cloned());
        another
    }

    /// Opens the window. One at a time.
    pub(crate) async fn open(&self, start: Start<'_>) -> Page {
        let options = json!({ "binary": program("plimsoll-desktop"), "args": start.files });
        let capabilities = json!({ "webkitgtk:browserOptions": options });
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        let driver = format!("http://127.0.0.1:{}", self.port);
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&driver).await.unwrap();
        Page::new(client, self.display.clone()).await
    }
}

impl Group {
    fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_owned();
        let child = command.process_group(0).stdin(Stdio::null()).spawn();
        Self(child.unwrap_or_else(|error| {
            panic!("{name:?} did not start: {error}; `cargo xtask setup` installs it")
        }))
    }

    /// Likewise, with the line that it says first.
    fn that_tells(command: &mut Command) -> (Self, String) {
        let mut group = Self::start(command.stdout(Stdio::piped()));
        let mut line = String::new();
        BufReader::new(group.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (group, line.trim().to_owned())
    }

    fn end(&mut self) {
        let group = Pid::from_child(&self.0);
        // Those that have ended already need no signal.
        let _ = kill_process_group(group, Signal::TERM);
        let _ = self.0.wait();
        let _ = kill_process_group(group, Signal::KILL);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.0.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.end();
        }
    }
}

/// Variables without which a window on a bare display is slow, silent or not drivable.
fn window_environment(display: &str, bus: &str, data: &Path) -> Vec<(String, String)> {
    let (workloads, configuration) = (root().join("workloads"), data.join(CONFIGURATION));
    let pairs = [
        ("DISPLAY", display),
        ("DBUS_SESSION_BUS_ADDRESS", bus),
        ("GDK_BACKEND", "x11"),
        ("NO_AT_BRIDGE", "1"),
        ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
        ("TAURI_WEBVIEW_AUTOMATION", "true"),
        ("XDG_CONFIG_HOME", &configuration.to_string_lossy()),
        ("PLIMSOLL_DATA_DIR", &data.to_string_lossy()),
        ("PLIMSOLL_WORKLOADS", &workloads.to_string_lossy()),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// Names the folder for downloads where desktops do.
fn name_downloads(data: &Path) {
    let folder = data.join(CONFIGURATION);
    fs::create_dir(&folder).unwrap();
    let named = format!("XDG_DOWNLOAD_DIR=\"{}\"\n", data.join(DOWNLOADS).display());
    fs::write(folder.join("user-dirs.dirs"), named).unwrap();
}

/// A display of its own number, which it chooses and tells.
fn display() -> (Group, String) {
    let mut xvfb = Command::new("Xvfb");
    xvfb.args(["-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]);
    let (group, number) = Group::that_tells(xvfb.stderr(Stdio::null()));
    (group, format!(":{number}"))
}

/// A message bus, over which a second start finds the first.
fn bus() -> (Group, String) {
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bus.conf");
    let mut daemon = Command::new("dbus-daemon");
    daemon.args(["--nofork", "--nopidfile", "--print-address", "--config-file"]).arg(settings);
    Group::that_tells(daemon.stderr(Stdio::null()))
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// A program of this build, or of the one whose window `PLIMSOLL_DESKTOP` names.
pub(crate) fn program(name: &str) -> PathBuf {
    let named = std::env::var_os("PLIMSOLL_DESKTOP").map(PathBuf::from);
    let built = || option_env!("CARGO_BIN_EXE_plimsoll-desktop").map(PathBuf::from);
    named.or_else(built).expect("`PLIMSOLL_DESKTOP` names the window's program").with_file_name(name)
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
