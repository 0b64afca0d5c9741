//! The folder of kept noise, beside the runs.

use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_analysis::{FigureNoise, RunNoise, other_host};
use plimsoll_files::read_file;
use plimsoll_format::plain;
use plimsoll_model::{Host, RunId};

use crate::outfile::{self, Existing};
use crate::{Code, Error, Places};

/// The largest file that is read, in bytes, and the most files.
const MOST_BYTES: u64 = 16 << 20;
const MOST_FILES: usize = 1_000;

/// What is known here of the noise between runs.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Of each figure what was measured last; `None` where nothing is known.
    pub(crate) noise: Option<RunNoise>,
    /// What was left out and why, each in a sentence.
    pub(crate) notes: Vec<String>,
}

/// Keeps noise and returns its file.
pub(super) fn keep(places: &Places, noise: &RunNoise) -> Result<PathBuf, Error> {
    let folder = folder(places)?;
    outfile::make_folder(&folder)?;
    let first = noise.runs.first().map_or("none", RunId::as_str);
    let path = folder.join(format!("{first}.json"));
    let text = noise.to_file().map_err(|error| Error::of(Code::Environment, &error))?;
    outfile::write(&path, &text, Existing::Replace)?;
    Ok(path)
}

/// Tries whether noise can be kept: before minutes of measuring for it, not after.
pub(super) fn probe(places: &Places) -> Result<(), Error> {
    let folder = folder(places)?;
    outfile::make_folder(&folder)?;
    Existing::Replace.probe(&folder.join("probe.json"))
}

/// What is known of the noise between runs on a host. A file that can't be read is left out and told: it must not take
/// the others away.
pub(crate) fn known(places: &Places, host: &Host) -> Result<Known, Error> {
    let folder = folder(places)?;
    let mut notes = Vec::new();
    let mut kept: Vec<RunNoise> = Vec::new();
    for path in files(&folder, &mut notes) {
        match read(&path) {
            Ok(noise) if other_host(&noise.host, host).is_empty() => kept.push(noise),
            Ok(_) => {}
            Err(why) => {
                let path = plain(&path.display().to_string());
                notes.push(format!("the noise kept in `{path}` is left out: {why}"));
            }
        }
    }
    // Identities begin with the time.
    kept.sort_by(|a, b| b.runs.first().cmp(&a.runs.first()));
    Ok(Known { noise: kept.into_iter().reduce(completed), notes })
}

/// The newer noise with what only the older one knows.
fn completed(mut newer: RunNoise, older: RunNoise) -> RunNoise {
    for figure in older.figures {
        let same = |known: &FigureNoise| {
            (&known.workload, &known.lane, &known.figure) == (&figure.workload, &figure.lane, &figure.figure)
        };
        if !newer.figures.iter().any(same) {
            newer.figures.push(figure);
        }
    }
    newer.runs.extend(older.runs);
    newer
}

fn folder(places: &Places) -> Result<PathBuf, Error> {
    Ok(places.store()?.folder().with_file_name("noise"))
}

/// The newest files by name; there may be no folder.
fn files(folder: &Path, notes: &mut Vec<String>) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json") && path.is_file());
    paths.sort_unstable_by(|a, b| b.cmp(a));
    if paths.len() > MOST_FILES {
        let folder = plain(&folder.display().to_string());
        notes.push(format!(
            "of the {} files of noise kept in `{folder}` only the newest {MOST_FILES} are read: remove old ones",
            paths.len()
        ));
        paths.truncate(MOST_FILES);
    }
    paths
}

fn read(path: &Path) -> Result<RunNoise, String> {
    let bytes = read_file(path, MOST_BYTES).map_err(|why| why.to_string())?;
    // A parser quotes what it found.
    RunNoise::from_file(&bytes).map_err(|error| plain(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it was written before files had a format.
    const UNVERSIONED: &str = include_str!("../../../analysis/tests/fixtures/noise-v1.json");

    fn kept(files: &[(&str, &str)]) -> (tempfile::TempDir, Places) {
        let data = tempfile::tempdir().unwrap();
        let places = Places { data_folder: Some(data.path().to_owned()), ..Places::default() };
        let folder = folder(&places).unwrap();
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        (data, places)
    }

    #[test]
    fn a_file_that_can_not_be_read_is_told_and_does_not_take_the_others_away() {
        let newer = UNVERSIONED.replacen('{', "{\"noise_version\": 3,", 1);
        let (data, places) = kept(&[
            ("old.json", UNVERSIONED),
            ("newer.json", &newer),
            ("cut.json", UNVERSIONED.get(..900).unwrap()),
            ("notes.txt", "not ours"),
        ]);
        let host = RunNoise::from_file(UNVERSIONED.as_bytes()).unwrap().host;
        let found = known(&places, &host).unwrap();
        assert_eq!(found.noise.unwrap().figures.len(), 2);
        let folder = data.path().join("noise").display().to_string();
        let notes: Vec<String> = found.notes.iter().map(|note| note.replace(&folder, "FOLDER")).collect();
        assert_eq!(notes.len(), 2);
        assert_eq!(
            notes[0],
            "the noise kept in `FOLDER/newer.json` is left out: it is in format 3 and this Plimsoll reads up to 2: \
             use a newer one, or measure the noise again with `plimsoll noise`"
        );
        assert!(
            notes[1].starts_with(
                "the noise kept in `FOLDER/cut.json` is left out: it is damaged or no kept noise"
            ),
            "{notes:?}"
        );
    }

    #[test]
    fn a_folder_that_can_not_be_made_is_told_before_anything_is_measured() {
        let (data, places) = kept(&[]);
        probe(&places).unwrap();
        let folder = data.path().join("noise");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::remove_dir(&folder).unwrap();
        fs::write(&folder, "").unwrap();
        let refusal = probe(&places).unwrap_err();
        assert_eq!(refusal.code, Code::Environment);
        assert!(refusal.message.contains(&folder.display().to_string()), "{refusal}");
    }

    #[test]
    fn what_is_kept_is_known_on_its_host_and_on_no_other() {
        let (_data, places) = kept(&[]);
        let noise = RunNoise::from_file(UNVERSIONED.as_bytes()).unwrap();
        assert!(keep(&places, &noise).unwrap().ends_with("noise/r20261121-013200-7f3a.json"));
        assert_eq!(known(&places, &noise.host).unwrap().noise.as_ref(), Some(&noise));
        let other = Host { cpus: 64, ..noise.host };
        let found = known(&places, &other).unwrap();
        assert!(found.noise.is_none() && found.notes.is_empty());
    }
}
