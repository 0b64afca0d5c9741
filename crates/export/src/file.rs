//! What an export gives, and where its files go.

use std::path::{Path, PathBuf};

/// How many files a format gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// One file.
    OneFile,
    /// A file for each of these, e.g. `chart of each workload`: none where the run has none of them.
    FileForEach(&'static str),
}

/// One file of an export, whole in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedFile {
    /// What it is a file of, e.g. `json-api.waterfall`: lower case letters, digits, `-`, `_`, `+` and `.`, and no
    /// two files of an export have the same. Absent where the format gives one file.
    pub part: Option<String>,
    /// Its ending, without the dot.
    pub extension: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl ExportedFile {
    /// Its name in a folder that the user named, e.g. `json-api.waterfall.svg`, or `report.csv`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.part.as_deref().unwrap_or("report"), self.extension)
    }

    /// Its path where the user named a file: that file, or with its part before the ending where there are several,
    /// e.g. `out/june.json-api.waterfall.svg` for `out/june.svg` as for `out/june`.
    #[must_use]
    pub fn beside(&self, named: &Path) -> PathBuf {
        let Some(part) = &self.part else { return named.to_owned() };
        let ending = named.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(self.extension));
        let stem = if ending { named.file_stem() } else { named.file_name() };
        let mut name = stem.unwrap_or_default().to_owned();
        if !name.is_empty() {
            name.push(".");
        }
        name.push(format!("{part}.{}", self.extension));
        named.with_file_name(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> ExportedFile {
        ExportedFile { part: Some("hello.size".to_owned()), extension: "svg", bytes: Vec::new() }
    }

    #[test]
    fn several_files_have_their_part_before_the_ending() {
        let placed = |named: &str| chart().beside(Path::new(named));
        assert_eq!(placed("out/june.svg"), Path::new("out/june.hello.size.svg"));
        assert_eq!(placed("out/june.SVG"), Path::new("out/june.hello.size.svg"));
        assert_eq!(placed("out/v1.2"), Path::new("out/v1.2.hello.size.svg"));
        assert_eq!(placed(".svg"), Path::new(".svg.hello.size.svg"));
        assert_eq!(chart().name(), "hello.size.svg");
    }

    #[test]
    fn one_file_goes_where_the_user_says() {
        let file = ExportedFile { part: None, ..chart() };
        assert_eq!(file.beside(Path::new("a/b.txt")), Path::new("a/b.txt"));
        assert_eq!(file.name(), "report.svg");
    }
}
