//! An engine at the other end of `ssh`, by a server of its own that is started for it.

use std::fs::{self, File};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use plimsoll_model::Availability;
use plimsoll_runtime::free_address;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::ground::{bridge, runs_both};
use crate::second::Second;

const SERVER: &str = "/usr/sbin/sshd";
/// The server wants this empty folder, which its service makes.
const EMPTY: &str = "/run/sshd";
const LIMIT: Duration = Duration::from_secs(20);
/// Says that this process is the one which is to be carried.
const INSIDE: &str = "PLIMSOLL_TEST_CARRIED";

/// A server on a free port that lets one key in, and a program `ssh` that has it.
struct Server {
    folder: TempDir,
    server: Child,
    port: u16,
    has_made: bool,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        for name in ["host", "user"] {
            let mut make = Command::new("ssh-keygen");
            make.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(path.join(name));
            assert!(make.status().unwrap().success());
        }
        let has_made = fs::create_dir(EMPTY).is_ok();
        let port = free_address().unwrap().port();
        let at = path.display();
        let search = std::env::var("PATH").unwrap();
        let settings = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {at}/host\nAuthorizedKeysFile {at}/user.pub\nStrictModes no\n\
             UsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\nSetEnv PATH={search}\n"
        );
        fs::write(path.join("server"), settings).unwrap();
        let client = format!(
            "IdentityFile {at}/user\nIdentitiesOnly yes\nStrictHostKeyChecking accept-new\nUserKnownHostsFile {at}/known\n"
        );
        fs::write(path.join("client"), client).unwrap();
        let script = path.join("ssh");
        fs::write(&script, format!("#!/bin/sh\nexec /usr/bin/ssh -F {at}/client \"$@\"\n")).unwrap();
        fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
        let log = File::create(path.join("log")).unwrap();
        let mut serve = Command::new(SERVER);
        serve.args(["-D", "-e", "-f"]).arg(path.join("server"));
        let server = serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut this = Self { folder, server, port, has_made };
        let deadline = Instant::now() + LIMIT;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || fs::read_to_string(this.folder.path().join("log")).unwrap();
            assert!(this.server.try_wait().unwrap().is_none(), "it has ended: {}", log());
            assert!(Instant::now() < deadline, "it does not listen: {}", log());
            std::thread::sleep(Duration::from_millis(10));
        }
        this
    }

    /// Carries out [`inside`] in a process that is told so, with `ssh` as it is in this folder.
    fn inside(&self, what: &str, ssh: &Path, socket: &str) {
        let search = format!("{}:{}", ssh.display(), std::env::var("PATH").unwrap());
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "ssh::inside", "--ignored", "--nocapture"]).env("PATH", search);
        child.env(INSIDE, what).env("DOCKER_HOST", format!("ssh://127.0.0.1:{}{socket}", self.port));
        let told = child.env_remove("DOCKER_CONTEXT").env_remove("DOCKER_TLS_VERIFY").output().unwrap();
        assert!(told.status.success(), "{what}: {}", String::from_utf8_lossy(&told.stderr));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = i32::try_from(self.server.id()).ok().and_then(Pid::from_raw);
        let _ = pid.map(|pid| kill_process(pid, Signal::TERM));
        let _ = self.server.wait();
        if self.has_made {
            let _ = fs::remove_dir(EMPTY);
        }
    }
}

#[test]
fn an_engine_at_the_other_end_of_ssh_is_used_and_what_ssh_complains_of_is_told() {
    let has_docker = Command::new("docker").arg("--version").output().is_ok();
    if !Path::new(SERVER).is_file() || !has_docker {
        eprintln!(
            "NOT TRIED: `{SERVER}` or `docker` is not installed here (`apt-get install openssh-server docker-cli`)"
        );
        return;
    }
    let server = Server::start();
    server.inside("let in", server.folder.path(), "");
    // An engine whose network is not this one.
    let second = Second::start("", &[]);
    let socket = second.address();
    server.inside("elsewhere", server.folder.path(), socket.trim_start_matches("unix://"));
    // One that knows no key.
    let other = tempfile::tempdir().unwrap();
    let script = other.path().join("ssh");
    fs::write(&script, "#!/bin/sh\nexec /usr/bin/ssh -F none -o IdentityFile=none -o IdentitiesOnly=yes -o UserKnownHostsFile=none -o StrictHostKeyChecking=yes \"$@\"\n").unwrap();
    fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    server.inside("kept out", other.path(), "");
}

/// In a process of its own, with another environment.
#[tokio::test]
#[ignore = "is carried out by another test, with the environment that it is about"]
async fn inside() {
    let Ok(what) = std::env::var(INSIDE) else { return };
    let runtime = bridge();
    let found = runtime.tried().await;
    if what == "kept out" {
        let Availability::Unavailable { problem, .. } = found else { panic!("{found:?}") };
        assert!(problem.contains("no engine answers at `ssh://127.0.0.1:"), "{problem}");
        assert!(problem.contains("Host key verification failed"), "{problem}");
        return;
    }
    if what == "elsewhere" {
        let Availability::Unavailable { problem, remedy } = found else { panic!("{found:?}") };
        assert!(problem.contains("its port is not reached from here"), "{problem}");
        assert!(remedy.contains("run `plimsoll` in the network of the engine's host"), "{remedy}");
        return;
    }
    let Availability::Available { detail } = found else { panic!("{found:?}") };
    assert!(detail.contains("at `ssh://127.0.0.1:"), "{detail}");
    assert!(format!("{:?}", runtime.record().unequal).contains("at the other end of `ssh`"));
    runs_both(runtime.as_ref(), "ssh").await;
}
