use std::path::Path;
use std::time::Duration;

use plimsoll_process::{Launch, Stream};
use tokio::time::timeout;

/// How long a runtime may take to tell its version. An idle machine takes a hundredth of it.
const LIMIT: Duration = Duration::from_secs(3);

/// How much of it is read, in bytes.
const BYTES: u64 = 4 << 10;

/// The longest that is shown, in characters.
const LONGEST: usize = 80;

/// What a runtime calls its version, or what it did instead, as a clause.
pub(crate) async fn version(runtime: &Path) -> Result<String, String> {
    let launch = Launch::new(runtime).arg("--version").folder(Path::new("/"));
    let launch = launch.stdout(Stream::Capture { bytes: BYTES }).drain_in_background();
    let told = |error: plimsoll_process::ProcessError| format!("can't be called ({error})");
    let mut child = launch.ready().map_err(told)?.spawn(None).map_err(told)?;
    // One that is dropped while it lives is killed.
    let Ok(ended) = timeout(LIMIT, child.wait()).await else {
        return Err(format!("did not tell its version within {} s", LIMIT.as_secs()));
    };
    match ended.map_err(told)?.code {
        Some(0) => {
            let told = String::from_utf8_lossy(&child.output().stdout).into_owned();
            Ok(told.lines().next().unwrap_or_default().trim().chars().take(LONGEST).collect())
        }
        _ => Err("does not tell its version".to_owned()),
    }
}
