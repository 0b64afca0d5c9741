//! Exporting runs into files.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use plimsoll_export::{
    ExportedFile, Exporter, Gives, Matter, Style, exporter, exporter_of_ending, exporters,
};
use serde::{Deserialize, Serialize};

use crate::outfile::{self, Existing};
use crate::{Error, Opposing, Places, Show, Shown};

/// What is written where nobody says otherwise.
const USUAL: &str = "html";

/// Exports runs into files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct HandOn {
    /// The runs: identities, beginnings of them that only one run each has, or paths.
    pub runs: Vec<PathBuf>,
    /// Where each goes, and in which form; empty: one page of HTML for each run, named like it, in the current folder.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// Whether files that are there already are replaced.
    #[serde(default)]
    pub force: bool,
    /// Which lanes are set against which.
    #[serde(default, flatten)]
    pub versus: Opposing,
    /// Where runs are kept.
    #[serde(default)]
    pub places: Places,
}

/// A form and the file or folder it goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The format's name, of [`exporters`].
    pub format: String,
    /// A file; or a folder that is there, in which files are named like their runs.
    pub path: PathBuf,
}

/// Tries whether all these files can be written, and that no two of them are one: before minutes of measuring.
/// `others` are files beside the exports, `added_to` one that more is added to whatever it holds.
///
/// # Errors
/// When one can't be, is there and is to be kept, or two are one.
pub fn probe(
    targets: &[Target],
    others: &[&Path],
    added_to: Option<&Path>,
    existing: Existing,
) -> Result<(), Error> {
    let mut taken = HashSet::new();
    let mut take = |path: &Path, ending: &'static str| {
        if taken.insert((outfile::place(path), ending)) {
            return Ok(());
        }
        let message = match ending {
            "" => format!("two files would be written to `{}`", path.display()),
            _ => format!("two files `.{ending}` would be written into `{}` under one name", path.display()),
        };
        Err(Error::usage(message).with_hint("name a file for each"))
    };
    for path in others {
        existing.probe(path)?;
        take(path, "")?;
    }
    for target in targets {
        let form = target.exporter()?;
        if target.path.is_dir() {
            Existing::Number.probe(&target.path.join(form.slug()))?;
            take(&target.path, form.about().extension)?;
        } else if form.gives() == Gives::OneFile {
            existing.probe(&target.path)?;
            take(&target.path, "")?;
        } else {
            // Files beside this one, named after it.
            Existing::Number.probe(&target.path)?;
        }
    }
    added_to.map_or(Ok(()), |path| take(path, ""))
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HandedOn {
    /// The files.
    #[serde(serialize_with = "plimsoll_files::portable::serialize")]
    pub files: Vec<PathBuf>,
    /// What a reader should know about the runs as they were read, each in a sentence.
    pub notes: Vec<String>,
}

impl Target {
    /// Of `FORMAT=PATH`, or of a path whose ending tells the format.
    ///
    /// # Errors
    /// When it tells no format that there is, or no path.
    pub fn of(text: &OsStr) -> Result<Self, Error> {
        let known = || {
            let names: Vec<String> = exporters().iter().map(|found| format!("`{}`", found.slug())).collect();
            format!("write FORMAT=PATH; there are {}", names.join(", "))
        };
        let shown = text.to_string_lossy();
        if let Some((format, path)) = split_at_sign(text)
            && !format.contains(['/', '.', '\\'])
        {
            let Some(found) = exporter(format) else {
                return Err(Error::usage(format!("there is no format `{format}`: {}", known())));
            };
            if path.as_os_str().is_empty() {
                return Err(Error::usage(format!("`{shown}` names no file: {}", known())));
            }
            return Ok(Self { format: found.slug().to_owned(), path });
        }
        let path = PathBuf::from(text);
        let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        match exporter_of_ending(&ending) {
            Some(found) => Ok(Self { format: found.slug().to_owned(), path }),
            None => Err(Error::usage(format!("`{shown}` does not tell the format: {}", known()))),
        }
    }
}

/// What stands before the first `=` and after it; `None` where there is none, or no text before it.
#[cfg(unix)]
fn split_at_sign(text: &OsStr) -> Option<(&str, PathBuf)> {
    use std::os::unix::ffi::OsStrExt as _;

    let bytes = text.as_bytes();
    let sign = bytes.iter().position(|byte| *byte == b'=')?;
    let format = std::str::from_utf8(bytes.get(..sign)?).ok()?;
    Some((format, OsStr::from_bytes(bytes.get(sign + 1..)?).into()))
}

#[cfg(not(unix))]
fn split_at_sign(text: &OsStr) -> Option<(&str, PathBuf)> {
    let (format, path) = text.to_str()?.split_once('=')?;
    Some((format, path.into()))
}

/// Files that are made and not written yet.
#[derive(Default)]
pub(crate) struct Made {
    files: Vec<(PathBuf, Vec<u8>)>,
    /// Where they go, whatever links lead there.
    places: HashSet<PathBuf>,
}

impl Made {
    /// Makes every file of a run or a comparison, and tells of which forms there are none.
    ///
    /// # Errors
    /// When a form is unknown, two files have one path, or one that is there already is to be kept.
    pub(crate) fn add(
        &mut self,
        matter: Matter<'_>,
        targets: &[Target],
        existing: Existing,
    ) -> Result<Vec<String>, Error> {
        let mut notes = Vec::new();
        for target in targets {
            let before = self.files.len();
            for file in matter.files(target.exporter()?, Style::default())? {
                let path = target.path_of(&file, &matter.file_stem());
                if !self.places.insert(outfile::place(&path)) {
                    let message = format!("two exports would be written to `{}`", path.display());
                    return Err(Error::usage(message)
                        .with_hint("name a folder: files in it are named like their runs"));
                }
                existing.check(&path)?;
                self.files.push((path, file.bytes));
            }
            if self.files.len() == before {
                let (form, of) = (&target.format, matter.file_stem());
                notes
                    .push(format!("no file of `{form}` is written: `{of}` holds nothing that goes into one"));
            }
        }
        Ok(notes)
    }

    /// Writes them, each whole or not at all.
    pub(crate) fn write(self, existing: Existing) -> Result<Vec<PathBuf>, Error> {
        self.files.into_iter().map(|(path, bytes)| outfile::write(&path, &bytes, existing)).collect()
    }
}

impl HandOn {
    /// Writes every file, each whole or not at all. Nothing is written when one of them may not be.
    ///
    /// # Errors
    /// When a run can't be opened, a format is unknown, two exports have one path, a file is there already, or a
    /// target takes no file.
    pub fn run(&self) -> Result<HandedOn, Error> {
        self.write(Existing::replaced_if(self.force))
    }

    /// Likewise, whatever `force` says.
    pub(crate) fn write(&self, existing: Existing) -> Result<HandedOn, Error> {
        let shown: Vec<Shown> = self.runs.iter().map(|run| self.open(run)).collect::<Result<_, _>>()?;
        let mut handed = HandedOn::default();
        let mut made = Made::default();
        for one in &shown {
            handed.notes.extend(one.notes.iter().cloned());
            let report = one.report(&self.versus)?;
            handed.notes.extend(made.add(Matter::Run(&report), &self.targets_of(one), existing)?);
        }
        handed.files = made.write(existing)?;
        Ok(handed)
    }

    fn open(&self, run: &Path) -> Result<Shown, Error> {
        Show { run: run.to_owned(), places: self.places.clone() }.run()
    }

    fn targets_of(&self, shown: &Shown) -> Vec<Target> {
        if self.targets.is_empty() {
            let path = PathBuf::from(format!("{}.{USUAL}", shown.run.id));
            return vec![Target { format: USUAL.to_owned(), path }];
        }
        self.targets.clone()
    }
}

impl Target {
    fn exporter(&self) -> Result<&'static dyn Exporter, Error> {
        exporter(&self.format).ok_or_else(|| Error::usage(format!("there is no format `{}`", self.format)))
    }

    /// Where one file of an export goes.
    fn path_of(&self, file: &ExportedFile, stem: &str) -> PathBuf {
        if self.path.is_dir() {
            let named = PathBuf::from(format!("{stem}.{}", file.extension));
            return self.path.join(file.beside(&named));
        }
        file.beside(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Result<(String, PathBuf), Error> {
        Target::of(OsStr::new(text)).map(|Target { format, path }| (format, path))
    }

    #[test]
    fn the_format_is_told_or_stands_in_the_ending() {
        assert_eq!(target("csv=out/a.txt").unwrap(), ("csv".into(), "out/a.txt".into()));
        assert_eq!(target("out/a.CSV").unwrap(), ("csv".into(), "out/a.CSV".into()));
        assert_eq!(target("./a=b.csv").unwrap(), ("csv".into(), "./a=b.csv".into()));
        assert_eq!(target("csv=a=b").unwrap(), ("csv".into(), "a=b".into()));
    }

    #[cfg(unix)]
    #[test]
    fn a_path_need_not_be_text() {
        use std::os::unix::ffi::OsStrExt as _;

        for text in [&b"csv=caf\xe9"[..], b"caf\xe9.csv", b"./caf\xe9=b.csv"] {
            let found = Target::of(OsStr::from_bytes(text)).unwrap();
            assert_eq!(found.format, "csv");
            assert!(text.ends_with(found.path.as_os_str().as_bytes()));
        }
    }

    #[test]
    fn two_files_of_one_name_and_a_place_without_room_are_refused_before() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let target = |form: &str, name: &str| Target { format: form.to_owned(), path: at(name) };
        let here = || Target { format: "json".to_owned(), path: folder.path().to_owned() };
        let tried = |targets: &[Target], others: &[&Path]| probe(targets, others, None, Existing::Replace);
        tried(&[target("csv", "a"), target("json", "b"), here(), target("svg", "c")], &[&at("d")]).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let report = Target { format: "report-json".to_owned(), ..here() };
        for (targets, others) in [
            (vec![target("csv", "a")], vec![at("a")]),
            (vec![target("csv", "a"), target("json", "../a")], vec![at("x/../a")]),
            (vec![here(), report], Vec::new()),
            (vec![target("svg", "gone/a.svg")], Vec::new()),
        ] {
            let others: Vec<&Path> = others.iter().map(PathBuf::as_path).collect();
            tried(&targets, &others).unwrap_err();
        }
        let (one, added) = (at("d"), |path: &Path| probe(&[], &[&at("d")], Some(path), Existing::Replace));
        added(&at("e")).unwrap();
        std::os::unix::fs::symlink(&one, at("e")).unwrap();
        assert_eq!(added(&at("e")).unwrap_err().code, crate::Code::Usage);
    }

    #[test]
    fn what_does_not_tell_the_format_is_refused_with_those_there_are() {
        for wrong in ["pdf=a.pdf", "a.pdf", "a", "", "csv=", "=a.csv"] {
            let error = target(wrong).unwrap_err();
            assert_eq!(error.code, crate::Code::Usage, "{wrong}");
            assert!(error.message.contains("write FORMAT=PATH"), "{wrong}");
        }
    }
}
