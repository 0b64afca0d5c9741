//! A manifest of an older version as one of this.

use std::path::PathBuf;

use plimsoll_files::read_file;
use plimsoll_model::{MANIFEST_VERSION, Manifest};

use crate::outfile::{self, Existing};
use crate::{Code, Error};

/// The largest manifest that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// Gives a workload's manifest the version of this build.
#[derive(Clone, Debug)]
pub struct Migrate {
    /// The workload's folder.
    pub folder: PathBuf,
}

/// What became of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migrated {
    /// It has this version now; comments and all else are as they were.
    From(u32),
    /// It has had it.
    Already,
}

impl Migrate {
    /// Writes the manifest anew, whole or not at all.
    ///
    /// # Errors
    /// When it is not there, not right, or can't be written. Then it is as it was.
    pub fn run(&self) -> Result<Migrated, Error> {
        let file = self.folder.join("workload.toml");
        let unread = |cause: String| {
            let told = Error::usage(format!("could not read `{}`", file.display()));
            Error { causes: vec![cause], ..told }.with_hint("name a folder that holds a `workload.toml`")
        };
        let bytes = read_file(&file, LONGEST).map_err(|why| unread(why.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|why| unread(why.to_string()))?;
        let wrong = |error: &plimsoll_model::ManifestError| {
            let mut told = Error::of(Code::Usage, error);
            told.message = format!("`{}` is wrong at {}", file.display(), error.0);
            told
        };
        let before = Manifest::parse(&text).map_err(|error| wrong(&error))?;
        if before.manifest_version == MANIFEST_VERSION {
            return Ok(Migrated::Already);
        }
        let text = with_version(&text);
        let after = Manifest::parse(&text).map_err(|error| wrong(&error))?;
        if (Manifest { manifest_version: MANIFEST_VERSION, ..before.clone() }) != after {
            return Err(Error::environment(format!(
                "`{}` would say something else afterwards",
                file.display()
            ))
            .with_hint(format!("write `manifest_version = {MANIFEST_VERSION}` in it by hand")));
        }
        outfile::write(&file, text.as_bytes(), Existing::Replace)?;
        Ok(Migrated::From(before.manifest_version))
    }
}

/// The same text, with another number on the line that tells the version.
fn with_version(text: &str) -> String {
    let mut done = false;
    let line = |line: &str| {
        let is_it = !done && line.trim_start().starts_with("manifest_version");
        let digits = line.find(|sign: char| sign.is_ascii_digit()).filter(|_| is_it);
        let Some(begin) = digits else { return line.to_owned() };
        done = true;
        let rest = line[begin..].trim_start_matches(|sign: char| sign.is_ascii_digit());
        format!("{}{MANIFEST_VERSION}{rest}", &line[..begin])
    };
    text.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const OLD: &str = "# mine\nmanifest_version = 1 # the first\nname = \"a\"\nkind = \"command\"\nsummary = \"manifest_version = 1\"\n\
        [artifacts]\ncomponent = \"a.wasm\"\nnative = \"a\"\n[command.expect]\nstdout = \"b\"\n";

    #[test]
    fn the_number_alone_is_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("workload.toml");
        fs::write(&file, OLD).unwrap();
        let migrate = Migrate { folder: folder.path().to_owned() };
        assert_eq!(migrate.run().unwrap(), Migrated::From(1));
        let expected = OLD.replacen("manifest_version = 1 #", "manifest_version = 2 #", 1);
        assert_eq!(fs::read_to_string(&file).unwrap(), expected);
        assert_eq!(migrate.run().unwrap(), Migrated::Already);
    }

    #[test]
    fn what_is_wrong_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let migrate = Migrate { folder: folder.path().to_owned() };
        assert!(migrate.run().is_err());
        let wrong = OLD.replace("\"command\"", "\"x\"");
        fs::write(folder.path().join("workload.toml"), &wrong).unwrap();
        assert!(migrate.run().unwrap_err().message.contains("line 4"));
        assert_eq!(fs::read_to_string(folder.path().join("workload.toml")).unwrap(), wrong);
    }
}
