use plimsoll_model::{ExpectedFile, Failure, FailureKind, Phase};
use plimsoll_runtime::{GivenFolder, read_written};

use crate::halt::Halt;
use crate::output;
use crate::shot::Mismatch;

/// The largest file that is held against what is expected, in bytes.
const LARGEST_FILE: u64 = 64 << 20;

/// Whether an instance that has ended wrote what it must into its copies of folders.
pub(super) fn files(copies: &[GivenFolder], expected: &[ExpectedFile]) -> Result<(), Halt> {
    for ExpectedFile { path, body, compare, left_out } in expected {
        let what = format!("the file `{path}`, which the command must write,");
        let judged = match read_written(copies, path, LARGEST_FILE) {
            Ok(written) => output::judge(&what, (*compare, left_out), body, &written),
            Err(why) => Err(Mismatch { message: format!("{what} {why}"), diff: None }),
        };
        judged.map_err(|Mismatch { message, diff }| {
            Halt::Failed(Failure { phase: Phase::Ready, kind: FailureKind::WrongOutput, message, diff })
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use plimsoll_model::Compare;

    use super::*;

    #[test]
    fn a_file_is_judged_in_the_copy_and_told_by_its_name() {
        let copy = tempfile::tempdir().unwrap();
        std::fs::write(copy.path().join("a"), "abc").unwrap();
        let copies = [GivenFolder { to: "/out".to_owned(), at: copy.path().to_owned(), write: true }];
        let judged = |path: &str, body: &str| {
            let body = body.as_bytes().into();
            let (path, compare, left_out) = (path.to_owned(), Compare::Bytes, Vec::new());
            match files(&copies, &[ExpectedFile { path, body, compare, left_out }]) {
                Ok(()) => String::new(),
                Err(Halt::Failed(failure)) => failure.message,
                Err(_) => "stopped".to_owned(),
            }
        };
        assert_eq!(judged("/out/a", "abc"), "");
        assert_eq!(
            judged("/out/a", "x"),
            "the file `/out/a`, which the command must write, is not the expected one"
        );
        assert!(judged("/out/b", "x").ends_with("is not there"));
    }
}
