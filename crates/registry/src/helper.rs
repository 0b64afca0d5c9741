//! Programs that keep a user's logins for Docker's client: `docker-credential-…`.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long one may take: it may ask a keyring, but nobody is there to type.
const LIMIT: Duration = Duration::from_secs(10);
/// More than any answer has.
const MOST_BYTES: u64 = 64 << 10;
/// What all of them say where they keep nothing for a registry.
const NOTHING: &str = "credentials not found";

/// A login as a helper tells it.
#[derive(Deserialize)]
pub(crate) struct Secret {
    #[serde(rename = "Username", default)]
    pub(crate) user: String,
    #[serde(rename = "Secret", default)]
    pub(crate) secret: String,
}

/// Why a helper told none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HelperFault {
    #[error("the login helper `{program}` can't be run: {source}")]
    NotRun { program: String, source: std::io::Error },
    #[error("the login helper `{program}` did not answer within {} s", limit.as_secs_f32())]
    Silent { program: String, limit: Duration },
    #[error("the login helper `{program}` failed: {words}")]
    Failed { program: String, words: String },
    #[error("the login helper `{0}` has no name of a program")]
    NoName(String),
}

/// Asks one for the login at a server; `None` where it keeps none.
pub(crate) async fn ask(helper: &str, server: &str) -> Result<Option<Secret>, HelperFault> {
    let program = format!("docker-credential-{helper}");
    let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.');
    if helper.is_empty() || !helper.chars().all(plain) {
        return Err(HelperFault::NoName(program));
    }
    ask_program(program, server, LIMIT).await
}

async fn ask_program(program: String, server: &str, limit: Duration) -> Result<Option<Secret>, HelperFault> {
    let mut command = Command::new(&program);
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    // What it starts itself ends with it.
    command.process_group(0).kill_on_drop(true);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(source) => return Err(HelperFault::NotRun { program, source }),
    };
    let answered = timeout(limit, answer(&mut child, server)).await;
    let (ended, told) = match answered {
        Ok(Ok(answered)) => answered,
        Ok(Err(source)) => {
            end(&mut child).await;
            return Err(HelperFault::NotRun { program, source });
        }
        Err(_) => {
            end(&mut child).await;
            return Err(HelperFault::Silent { program, limit });
        }
    };
    let words = String::from_utf8_lossy(&told).trim().to_owned();
    match serde_json::from_slice::<Secret>(&told) {
        Ok(secret) if ended.success() => Ok(Some(secret)),
        _ if words.contains(NOTHING) => Ok(None),
        // What is no answer may hold a secret: it is not repeated.
        Ok(_) => Err(HelperFault::Failed { program, words: ended.to_string() }),
        Err(_) if ended.success() => {
            Err(HelperFault::Failed { program, words: "its answer does not read".to_owned() })
        }
        Err(_) => Err(HelperFault::Failed { program, words: words.chars().take(200).collect() }),
    }
}

async fn answer(child: &mut Child, server: &str) -> std::io::Result<(ExitStatus, Vec<u8>)> {
    if let Some(mut input) = child.stdin.take() {
        // One that does not read what it is asked may answer all the same.
        let _ = input.write_all(format!("{server}\n").as_bytes()).await;
    }
    let mut told = Vec::new();
    if let Some(output) = child.stdout.take() {
        output.take(MOST_BYTES).read_to_end(&mut told).await?;
    }
    Ok((child.wait().await?, told))
}

async fn end(child: &mut Child) {
    let group = child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
    if let Some(group) = group {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.kill().await;
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    fn script(folder: &Path, text: &str) -> String {
        let file = folder.join("docker-credential-test");
        std::fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
        file.to_str().unwrap().to_owned()
    }

    async fn told(text: &str, limit: Duration) -> Result<Option<(String, String)>, String> {
        let folder = tempfile::tempdir().unwrap();
        let answer = ask_program(script(folder.path(), text), "a.test", limit).await;
        answer
            .map(|found| found.map(|found| (found.user, found.secret)))
            .map_err(|fault| fault.to_string().replace(folder.path().to_str().unwrap(), ""))
    }

    #[tokio::test]
    async fn what_a_helper_says_is_taken_and_what_it_does_not_know_is_no_fault() {
        let echo =
            r#"read server; echo "{\"ServerURL\":\"$server\",\"Username\":\"me\",\"Secret\":\"$server!\"}""#;
        let patient = Duration::from_secs(20);
        assert_eq!(told(echo, patient).await, Ok(Some(("me".to_owned(), "a.test!".to_owned()))));
        assert_eq!(told("echo credentials not found in native keychain; exit 1", patient).await, Ok(None));
        assert!(told("echo the keyring is locked; exit 1", patient).await.unwrap_err().contains("is locked"));
        assert!(told("echo secret words", patient).await.unwrap_err().ends_with("does not read"));
        assert!(matches!(ask("../x", "a.test").await, Err(HelperFault::NoName(_))));
        assert!(matches!(ask("none-of-this-name", "a.test").await, Err(HelperFault::NotRun { .. })));
    }

    #[tokio::test]
    async fn a_helper_that_hangs_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let noted = folder.path().join("pid");
        let program = script(folder.path(), &format!("sleep 600 & echo $! > {}; wait", noted.display()));
        let limit = Duration::from_millis(500);
        let silent = ask_program(program, "a.test", limit).await;
        assert!(matches!(silent, Err(HelperFault::Silent { .. })));
        let pid: u32 = std::fs::read_to_string(noted).unwrap().trim().parse().unwrap();
        let lives = || plimsoll_runtime::proc::Stat::of(pid).is_ok_and(|stat| !stat.has_ended());
        let gone = async {
            while lives() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(10), gone).await.unwrap();
    }
}
