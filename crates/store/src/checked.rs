//! All that is wrong with one workload's folder, each with its place in the manifest.

use std::error::Error;
use std::path::Path;

use plimsoll_model::{Artifacts, Manifest, Objection, Workload};

use crate::error::StoreError;
use crate::workloads::{ARCH_SIGN, Folder, FolderText};

/// The workload in a folder, or all that is wrong with it.
///
/// # Errors
/// With every fault of the manifest and of the files it names, as far as it can be read.
pub fn check_workload(folder: &Path) -> Result<Workload, StoreError> {
    let FolderText { mut folder, called, text } = FolderText::open(folder)?;
    let read = Manifest::parse_with(&text, |manifest| {
        let mut faults: Vec<Objection> = called.is_not(manifest).into_iter().collect();
        of_artifacts(&mut folder, &manifest.artifacts, &mut faults);
        of_requests(&mut folder, manifest, &mut faults);
        if let Some(command) = &manifest.command {
            note(&mut faults, "command".to_owned(), folder.invocation(command));
        }
        for (at, granted) in manifest.grants.folders.iter().enumerate() {
            note(&mut faults, format!("grants.folder.{at}.from"), folder.granted(granted));
        }
        faults
    });
    let manifest = read.map_err(|source| StoreError::Manifest { folder: folder.path.clone(), source })?;
    folder.load(manifest)
}

fn of_artifacts(folder: &mut Folder, named: &Artifacts, faults: &mut Vec<Objection>) {
    let none = Artifacts::default;
    for (key, one) in [
        ("artifacts.component", Artifacts { component: named.component.clone(), ..none() }),
        ("artifacts.module", Artifacts { module: named.module.clone(), ..none() }),
        ("artifacts.native", Artifacts { native: named.native.clone(), ..none() }),
        ("artifacts.dockerfile", Artifacts { dockerfile: named.dockerfile.clone(), ..none() }),
        ("artifacts.archive", Artifacts { archive: named.archive.clone(), ..none() }),
        ("artifacts.oci_layout", Artifacts { oci_layout: named.oci_layout.clone(), ..none() }),
    ] {
        note(faults, key.to_owned(), folder.artifacts(&one));
    }
    // One for each architecture may be built later; a single one is there or is not.
    let single = named.native.as_ref().filter(|name| !name.contains(ARCH_SIGN));
    if let Some(name) = single.filter(|name| !folder.path.join(name).exists()) {
        faults.push(Objection::new("artifacts.native", missing(name)));
    }
}

fn of_requests(folder: &mut Folder, manifest: &Manifest, faults: &mut Vec<Objection>) {
    for (at, request) in manifest.requests.iter().enumerate() {
        if let Some(file) = &request.body {
            note(faults, format!("request.{at}.body"), folder.body("request.body", file));
        }
        if let Some(file) = &request.expect.body {
            note(faults, format!("request.{at}.expect.body"), folder.body("request.expect.body", file));
        }
        if let Some(file) = &request.expect.schema {
            note(faults, format!("request.{at}.expect.schema"), folder.schema(file));
        }
    }
}

fn note<T>(faults: &mut Vec<Objection>, key: String, read: Result<T, StoreError>) {
    faults.extend(read.err().map(|error| Objection::new(key, words(&error))));
}

/// What a fault of a file is, behind the key that names it.
fn words(error: &StoreError) -> String {
    if let StoreError::MissingFile { file, .. } = error {
        return missing(file);
    }
    let mut told = format!("names what can't be used: {error}");
    let mut next = error.source();
    while let Some(cause) = next {
        told.push_str(&format!(": {cause}"));
        next = cause.source();
    }
    told
}

fn missing(file: &str) -> String {
    format!("names `{file}`, which is not in the folder: put it there, or name another")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_and_every_file_are_told_with_what_the_text_has_wrong() {
        let ground = tempfile::tempdir().unwrap();
        let folder = ground.path().join("called");
        std::fs::create_dir(&folder).unwrap();
        let text = "manifest_version = 2\nname = \"other\"\nkind = \"http\"\nsummary = \"x\"\n[artifacts]\n\
                    native = \"nosuch\"\narchive = \"nosuch.tar\"\n[container]\nport = 99999\n\
                    [[grants.folder]]\nfrom = \"nofolder\"\nto = \"/data\"\n\
                    [[request]]\nname = \"a\"\npath = \"/\"\nbody = \"noinput\"\n[request.expect]\nbody = \"nobody\"\n";
        std::fs::write(folder.join("workload.toml"), text).unwrap();
        let StoreError::Manifest { source, .. } = check_workload(&folder).unwrap_err() else { panic!() };
        let lines: Vec<usize> = source.0.told.iter().map(|fault| fault.place.line).collect();
        assert_eq!(lines, [2, 6, 7, 9, 11, 16, 17, 18], "{source}");
    }
}
