//! The lanes that a user wrote down.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use plimsoll_files::read_file;
use plimsoll_model::LanesFile;

use crate::{Error, Places};

/// Reads them, with the file's name; `None` where the user has no such file.
pub(super) fn read(places: &Places) -> Result<Option<(PathBuf, LanesFile)>, Error> {
    let Some(found) = places.lanes() else { return Ok(None) };
    let text = match text(&found.file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && !found.is_named => return Ok(None),
        Err(error) => {
            let mut told = Error::usage(format!("could not read the lanes in `{}`", found.file.display()));
            told.causes = vec![error.to_string()];
            return Err(told);
        }
    };
    match LanesFile::parse(&text) {
        Ok(read) => Ok(Some((found.file, read))),
        Err(error) => {
            let told = format!("`{}` is wrong at {}", found.file.display(), error.0);
            Err(Error::usage(told).with_hint("`docs/lanes.md` describes the format"))
        }
    }
}

fn text(file: &Path) -> io::Result<String> {
    let bytes = read_file(file, LanesFile::LONGEST as u64)?;
    String::from_utf8(bytes).map_err(|why| io::Error::new(ErrorKind::InvalidData, why.utf8_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: PathBuf) -> Places {
        Places { lanes_file: Some(file), ..Places::default() }
    }

    #[test]
    fn a_named_file_is_read_and_one_that_is_not_there_is_wrong_usage() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lanes.toml");
        let absent = read(&of(file.clone())).unwrap_err();
        assert_eq!(absent.code, crate::Code::Usage);
        assert!(absent.message.contains("lanes.toml"), "{absent}");
        std::fs::write(&file, "lanes_version = 1\n").unwrap();
        assert_eq!(read(&of(file.clone())).unwrap(), Some((file, LanesFile::default())));
    }

    #[test]
    fn what_is_wrong_is_told_with_file_line_and_column() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lanes.toml");
        std::fs::write(&file, "lanes_version = 1\n[[lane]]\nslug = 3\nfamily = \"f\"\n").unwrap();
        let told = read(&of(file.clone())).unwrap_err();
        let first = format!("`{}` is wrong at line 3, column 8: ", file.display());
        assert!(told.message.starts_with(&first), "{told}");
        std::fs::write(&file, "lanes_version = 1\n[[lane]]\nslug = 3\nfamly = \"f\"\n").unwrap();
        let told = read(&of(file.clone())).unwrap_err();
        let first = format!("`{}` is wrong at 3 places:\n    line 2, column 1: ", file.display());
        assert!(told.message.starts_with(&first), "{told}");
        assert!(told.message.contains(";\n    line 3, column 8: "), "{told}");
        std::fs::write(&file, "#".repeat(LanesFile::LONGEST + 10)).unwrap();
        assert!(read(&of(file.clone())).unwrap_err().causes[0].contains("at most 65536"));
        std::fs::remove_file(&file).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
        assert_eq!(read(&of(file)).unwrap_err().causes, ["it is no ordinary file"]);
    }
}
