//! The files of the workloads that a run measured.

use std::collections::BTreeSet;
use std::path::Path;

use plimsoll_capsule::{CapsuleError, EntryName, NameFault, Packer, limits, of_workload};
use plimsoll_files::{Tree, sha256};
use plimsoll_model::{Artifact, Case, Run, Slug, Workload, WorkloadRecord};
use plimsoll_store::FoundWorkload;

use super::images;
use super::inside::{ALONE, read_inside};
use crate::{Error, Places, workloads as found};

/// Packs what the run measured, the native binaries of other architectures that are there, and what images are made of.
/// Gives what is to be known of it, each in a sentence.
pub(super) fn workloads(run: &Run, places: &Places, packer: &mut Packer) -> Result<Vec<String>, Error> {
    let all = found::find(places).map_err(|error| with_way_out(error, &run.workloads))?;
    let mut notes = Vec::new();
    for record in &run.workloads {
        let workload = usable(&all, record)?;
        record.digests.keys().try_for_each(|file| may_be_packed(workload, file))?;
        let mut add = |file: &str, bytes: &[u8]| {
            let name = entry(&record.name, file)?;
            packer.add_as(name, bytes, images::is_program(workload, file)).map_err(Error::from)
        };
        let mut packed = BTreeSet::new();
        let mut differences = Vec::new();
        for (file, expected) in &record.digests {
            if let Some(folder) = file.strip_suffix('/') {
                let take = |name: &str, bytes: &[u8]| {
                    packed.insert(name.to_owned());
                    add(name, bytes)
                };
                match many(workload, folder, take)? {
                    Ok(found) if found == *expected => {}
                    Ok(found) => differences.push(differs(file, expected, &found)),
                    Err(problem) => differences.push(format!("`{file}`: {problem}")),
                }
                continue;
            }
            match measured(workload, record, file, expected) {
                Ok(bytes) => {
                    add(file, &bytes)?;
                    packed.insert(file.clone());
                }
                Err(difference) => differences.push(difference),
            }
        }
        if !differences.is_empty() {
            return Err(changed(workload, differences));
        }
        for Artifact { name, .. } in &workload.artifacts {
            if !packed.insert(name.clone()) {
                continue;
            }
            if let Some(Ok(bytes)) = workload.origin.folder().map(|folder| read_inside(folder, name)) {
                add(name, &bytes)?;
            }
        }
        for file in images::files(workload)? {
            if packed.insert(file.name.clone()) {
                add(&file.name, &file.read(workload)?)?;
            }
        }
        notes.extend(images::notes(workload));
    }
    Ok(notes)
}

/// Says of a file that no capsule takes that it is too large, which is no change of it.
fn may_be_packed(workload: &Workload, file: &str) -> Result<(), Error> {
    let found = workload.origin.folder().and_then(|folder| folder.join(file).metadata().ok());
    match found.filter(|found| found.is_file() && found.len() > limits::ENTRY) {
        None => Ok(()),
        Some(found) => {
            let (name, bytes, limit) = (&workload.name, found.len(), limits::ENTRY);
            let told = format!("`{file}` of `{name}` has {bytes} bytes, and a capsule takes {limit} at most");
            Err(Error::environment(told).with_hint(format!("make it smaller and measure anew; {ALONE}")))
        }
    }
}

pub(super) fn unpackable(name: &str, source: NameFault) -> Error {
    CapsuleError::Unpackable { name: name.escape_debug().to_string(), source }.into()
}

fn entry(workload: &Slug, file: &str) -> Result<EntryName, Error> {
    of_workload(workload, file).map_err(|source| unpackable(file, source))
}

/// The version before a change is nowhere any more: a folder holds one version.
fn usable<'a>(all: &'a [FoundWorkload], record: &WorkloadRecord) -> Result<&'a Workload, Error> {
    let case = Case { variant: record.variant.clone(), ..Case::of(record.name.clone()) };
    let name = &record.name;
    for found in all.iter().filter(|_| case.is_new()) {
        match &found.workload {
            Ok(workload) if workload.name() == name => return Ok(workload),
            Err(error) if found.folder.file_name().is_some_and(|folder| folder == name.as_str()) => {
                return Err(Error::from(error).with_hint(ALONE));
            }
            _ => {}
        }
    }
    let message = format!("the workload `{case}`, which the run measured, is not there");
    Err(Error::environment(message).with_hint(format!("name its folder with `--workloads DIR`, or: {ALONE}")))
}

/// A file as the run measured it, or in a sentence how it differs.
fn measured(
    workload: &Workload,
    record: &WorkloadRecord,
    file: &str,
    expected: &str,
) -> Result<Vec<u8>, String> {
    if !workload.has(file) {
        return Err(format!("`{file}` is not named any more by the manifest of `{}`", record.name));
    }
    let folder = workload.origin.folder().unwrap_or(Path::new(""));
    let bytes = read_inside(folder, file).map_err(|problem| format!("`{file}`: {problem}"))?;
    let found = sha256(&bytes);
    if found != expected {
        return Err(differs(file, expected, &found));
    }
    Ok(bytes)
}

fn differs(file: &str, expected: &str, found: &str) -> String {
    format!("`{file}`: the run measured SHA-256 {expected}, and there is {found}")
}

/// Hands over the files of a folder that holds so many that one digest stands for all, and gives that of what was handed
/// over; or in a sentence why they can't be read.
fn many(
    workload: &Workload,
    folder: &str,
    mut take: impl FnMut(&str, &[u8]) -> Result<(), Error>,
) -> Result<Result<String, String>, Error> {
    let root = workload.origin.folder().unwrap_or(Path::new(""));
    let tree = match Tree::read(&root.join(folder)) {
        Ok(tree) => tree,
        Err(bad) => return Ok(Err(bad.to_string())),
    };
    let mut digests = Vec::new();
    for name in tree.names() {
        let file = format!("{folder}/{name}");
        match read_inside(root, &file) {
            Ok(bytes) => {
                take(&file, &bytes)?;
                digests.push((name, sha256(&bytes)));
            }
            Err(problem) => return Ok(Err(format!("`{name}`: {problem}"))),
        }
    }
    Ok(Ok(Tree::digest_of_all(&digests)))
}

fn changed(workload: &Workload, differences: Vec<String>) -> Error {
    let place =
        workload.origin.folder().map_or_else(|| workload.name.to_string(), |at| at.display().to_string());
    let mut error = Error::environment(format!("workload `{place}` is not what the run measured"));
    error.causes = differences;
    error.with_hint(format!("bring back what was measured, or measure anew; {ALONE}"))
}

fn with_way_out(error: Error, records: &[WorkloadRecord]) -> Error {
    let names = crate::error::listed(records.iter().map(|record| &record.name));
    let hint = error.hint.clone().map_or_else(String::new, |hint| format!("{hint}; "));
    error.with_hint(format!("{hint}the run measured {names}; {ALONE}"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_of_which_one_digest_is_told_are_handed_over_one_by_one() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("data/inner")).unwrap();
        for at in 0..1_200 {
            fs::write(root.path().join(format!("data/inner/{at}")), at.to_string()).unwrap();
        }
        let own = crate::Own {
            wasm: vec!["oci://host.example/cart:1".into()],
            questions: vec![crate::Question::read("GET", "/", None, &[].into()).unwrap()],
            ..crate::Own::default()
        };
        let mut workload = own.workloads().unwrap().remove(0);
        workload.origin = plimsoll_model::Origin::Folder(root.path().to_owned());
        let mut names = Vec::new();
        let found = many(&workload, "data", |name, _| {
            names.push(name.to_owned());
            Ok(())
        });
        let expected = Tree::read(&root.path().join("data")).unwrap().digests(1_000).unwrap();
        assert_eq!(found.unwrap().unwrap(), expected[0].1);
        assert_eq!((names.len(), names[0].as_str()), (1_200, "data/inner/0"));
    }

    #[test]
    fn a_file_outside_the_folder_is_not_read() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("hello");
        fs::create_dir(&folder).unwrap();
        fs::write(root.path().join("secret"), "secret").unwrap();
        std::os::unix::fs::symlink("../secret", folder.join("link")).unwrap();
        fs::write(folder.join("own"), "own").unwrap();
        assert_eq!(read_inside(&folder, "own"), Ok(b"own".to_vec()));
        for file in ["../secret", "link", ".", "/etc/passwd", "none"] {
            assert!(read_inside(&folder, file).is_err(), "{file}");
        }
    }
}
