//! Programs that are called before the clock starts: what they print, and what they make.

use std::path::Path;
use std::time::Duration;

use plimsoll_process::{Launch, Stream};
use tokio::time::timeout;

use super::find::find;
use crate::NativeError;

/// How much of a program's output is kept, in bytes.
const OUTPUT: u64 = 16 << 10;

/// Calls a program and gives what it printed. It has to end in time and well.
pub(super) async fn call(
    program: &Path,
    args: &[String],
    folder: &Path,
    limit: Duration,
) -> Result<String, NativeError> {
    call_for(0, program, args, folder, limit).await
}

/// The same of one that has to end with this code.
pub(super) async fn call_for(
    code: i32,
    program: &Path,
    args: &[String],
    folder: &Path,
    limit: Duration,
) -> Result<String, NativeError> {
    let name = program.display().to_string();
    let did = |what: String, stderr: &[u8]| NativeError::Program {
        program: name.clone(),
        what,
        stderr: String::from_utf8_lossy(stderr).trim().to_owned(),
    };
    let mut launch = Launch::new(program)
        .args(args)
        .folder(folder)
        .stdout(Stream::Capture { bytes: OUTPUT })
        .stderr(Stream::Tail { bytes: OUTPUT });
    // Some keep what they make in the user's cache folder, and say so where they can't.
    for name in ["PATH", "HOME"] {
        if let Some(value) = std::env::var_os(name) {
            launch = launch.env(name, value);
        }
    }
    let mut child = launch.drain_in_background().ready()?.spawn(None)?;
    // One that is dropped while it lives is killed.
    let Ok(ended) = timeout(limit, child.wait()).await else {
        child.kill()?;
        return Err(did(format!("did not end within {} s", limit.as_secs()), &[]));
    };
    let ended = ended?;
    let output = child.output();
    match (ended.code, ended.signal) {
        (Some(ended), _) if ended == code => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        (Some(0), _) => Err(did("said that it ran a program, and did not".to_owned(), &output.stderr)),
        (Some(code), _) => Err(did(format!("ended with exit code {code}"), &output.stderr)),
        (None, signal) => {
            Err(did(format!("was killed by signal {}", signal.unwrap_or_default()), &output.stderr))
        }
    }
}

/// Makes one file of another, by words of which the first is the program.
pub(super) async fn compile(
    words: &[String],
    artifact: &Path,
    compiled: &Path,
    limit: Duration,
) -> Result<(), NativeError> {
    let Some((program, words)) = words.split_first() else { return Ok(()) };
    let program = find(program)?;
    let filled = |word: &String| {
        word.replace("{artifact}", &artifact.to_string_lossy())
            .replace("{compiled}", &compiled.to_string_lossy())
    };
    let args: Vec<String> = words.iter().map(filled).collect();
    let folder = compiled.parent().unwrap_or(Path::new("/"));
    call(&program, &args, folder, limit).await?;
    if compiled.is_file() {
        return Ok(());
    }
    Err(NativeError::Program {
        program: program.display().to_string(),
        what: "said that it compiled, and made no file".to_owned(),
        stderr: String::new(),
    })
}
