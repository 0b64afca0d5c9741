//! A second engine, in a network of its own and with settings that others have.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use bollard::query_parameters::{ListContainersOptionsBuilder, ListImagesOptionsBuilder};
use bollard::{API_DEFAULT_VERSION, Docker as Client};
use plimsoll_runtime::proc::{self, Stat};
use plimsoll_runtime_docker::DockerFamily;
use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use tempfile::TempDir;

/// Longer than an engine takes on a busy machine to begin and to end.
const LIMIT: Duration = Duration::from_secs(60);

/// Whether a controller is one of version 1, which can be taken away alone.
pub(crate) fn has_a_mount(controller: &str) -> bool {
    fs::metadata(format!("/sys/fs/cgroup/{controller}/tasks")).is_ok()
}

pub(crate) struct Second {
    folder: TempDir,
    engine: Child,
}

impl Second {
    /// Starts it where these controllers are not mounted, if they have mounts of their own at all; waits until it answers.
    pub(crate) fn start(flags: &str, without: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        // A container whose users are mapped has to find its way to its files.
        fs::set_permissions(path, Permissions::from_mode(0o711)).unwrap();
        fs::write(path.join("ids"), "daemon:100000:65536\n").unwrap();
        let unmounted = without.iter().filter(|name| has_a_mount(name));
        let unmounted: String = unmounted.map(|name| format!("umount /sys/fs/cgroup/{name}; ")).collect();
        let script = format!(
            "set -e; cd {0}; ip link set lo up; mount --bind ids /etc/subuid; mount --bind ids /etc/subgid; {unmounted} \
             exec dockerd --host unix://{0}/engine.sock --data-root {0}/data --exec-root {0}/exec --pidfile {0}/pid {flags}",
            path.display()
        );
        Self::of(folder, &script)
    }

    /// Podman's service, with images and containers of its own. Asks for no more than this user may have.
    pub(crate) fn podman() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let limits = "[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n";
        fs::write(path.join("containers.conf"), limits).unwrap();
        // Its networks' settings, their locks and the addresses that are given out are this engine's alone.
        let script = format!(
            "set -e; cd {0}; ip link set lo up; mkdir -p net /etc/cni/net.d; mount --bind net /etc/cni/net.d; \
             mount -t tmpfs tmpfs /var/lib; \
             CONTAINERS_CONF={0}/containers.conf exec podman --root {0}/data --runroot {0}/exec --tmpdir {0}/tmp \
             --cgroup-manager cgroupfs --runtime runc system service --time 0 unix://{0}/engine.sock",
            path.display()
        );
        Self::of(folder, &script)
    }

    /// One that a script in a network and among mounts of its own becomes; waits until it answers.
    fn of(folder: TempDir, script: &str) -> Self {
        let log = File::create(folder.path().join("log")).unwrap();
        let engine = Command::new("unshare")
            .args(["--net", "--mount", "--propagation", "private", "sh", "-c", script])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut second = Self { folder, engine };
        second.until("answers", |second| {
            second.answers().is_ok_and(|answer| answer.starts_with("HTTP/1.0 200"))
        });
        second
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("engine.sock")
    }

    /// It takes connections before it serves them.
    fn answers(&self) -> std::io::Result<String> {
        let mut connection = UnixStream::connect(self.socket())?;
        connection.set_read_timeout(Some(LIMIT))?;
        connection.write_all(b"GET /_ping HTTP/1.0\r\n\r\n")?;
        std::io::read_to_string(connection)
    }

    /// The names of all its containers.
    pub(crate) async fn containers(&self) -> Vec<String> {
        let options = ListContainersOptionsBuilder::new().all(true).build();
        let found = self.client().list_containers(Some(options)).await.unwrap();
        found.into_iter().filter_map(|container| container.names).flatten().collect()
    }

    /// The ids of all its images, those without a name too.
    pub(crate) async fn images(&self) -> Vec<String> {
        let options = ListImagesOptionsBuilder::new().all(true).build();
        let found = self.client().list_images(Some(options)).await.unwrap();
        found.into_iter().map(|image| image.id).collect()
    }

    fn client(&self) -> Client {
        let socket = self.socket();
        Client::connect_with_unix(&socket.to_string_lossy(), LIMIT.as_secs(), API_DEFAULT_VERSION).unwrap()
    }

    /// What stands beside its containers, and beside the processes in them.
    pub(crate) fn beside(&self) -> Vec<String> {
        let folder = self.folder.path().display().to_string();
        let beside = Stat::all().into_iter().filter(|found| found.runs("conmon") && !found.has_ended());
        let words = beside.map(|found| proc::arguments(found.pid).join(" "));
        words.filter(|words| words.contains(&folder)).collect()
    }

    pub(crate) fn family(&self) -> DockerFamily {
        DockerFamily::at(self.address())
    }

    fn until(&mut self, what: &str, done: impl Fn(&mut Self) -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !done(self) {
            let log = || fs::read_to_string(self.folder.path().join("log")).unwrap();
            assert!(self.engine.try_wait().unwrap().is_none(), "it has ended: {}", log());
            assert!(Instant::now() < deadline, "no engine that {what}: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Carries something out in its network.
    pub(crate) fn inside<T: Send>(&self, act: impl AsyncFnOnce() -> T + Send) -> T {
        let network = File::open(format!("/proc/{}/ns/net", self.engine.id())).unwrap();
        thread::scope(|scope| {
            let inside = scope.spawn(|| {
                // This thread's alone.
                move_into_link_name_space(
                    std::os::fd::AsFd::as_fd(&network),
                    Some(LinkNameSpaceType::Network),
                )
                .unwrap();
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(act())
            });
            inside.join().unwrap()
        })
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        let pid = i32::try_from(self.engine.id()).ok().and_then(Pid::from_raw);
        let _ = pid.map(|pid| kill_process(pid, Signal::TERM));
        let deadline = Instant::now() + LIMIT;
        while matches!(self.engine.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.engine.kill();
        let _ = self.engine.wait();
    }
}
