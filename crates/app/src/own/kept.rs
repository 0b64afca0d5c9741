//! Keeping what was told as a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use plimsoll_engine::{Cancel, EventSink};
use plimsoll_files::{LARGEST_COPY, Tree};
use plimsoll_model::{Artifact, Job, Limits, Source, Workload};
use plimsoll_store::load_workload;

use super::text::{self, Files};
use super::{Next, Own, form, record, secret};
use crate::here::Here;
use crate::lanes::choose;
use crate::notice::notice;
use crate::{Error, Registry};

/// Makes a folder with a `workload.toml` out of what is told, with what the workload answers.
#[derive(Clone, Debug)]
pub struct Init {
    /// What is told.
    pub own: Own,
    /// The folder, which is not there yet or empty. Its name becomes the workload's.
    pub folder: PathBuf,
    /// What it may take while it is heard.
    pub limits: Limits,
}

/// A folder that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaidOut {
    /// The folder.
    pub folder: PathBuf,
    /// The files in it, by relative name.
    pub files: Vec<String>,
}

impl Init {
    /// Hears what it answers in the first lane that runs it, and writes the folder.
    ///
    /// # Errors
    /// When it is not one workload, the folder is in use or has no name of a workload, nothing answers rightly, or
    /// something can't be written. Then no half of a folder is left.
    pub async fn run(
        &self,
        registry: &Registry,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<LaidOut, Error> {
        let mut workloads = self.own.workloads()?;
        let (Some(mut workload), true) = (workloads.pop(), workloads.is_empty()) else {
            return Err(Error::usage("a folder holds one workload, and several are told")
                .with_hint("make a folder for each"));
        };
        let folder = free(&self.folder)?;
        workload.remarks.iter().for_each(|told| notice(events, told.clone()));
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        workload.name = name.parse().map_err(|error| {
            Error::of(crate::Code::Usage, &error).with_hint("the folder is called as the workload is")
        })?;
        let to_hear = self.own.to_hear();
        if to_hear.is_some() || form::is_open(&workload) {
            let wanted = choose::wished(registry, &[])?;
            let chosen = choose::lanes(registry, &wanted, &[]).await?;
            let conditions = Here::now()?.conditions(self.limits);
            form::settle(&mut workload, &chosen.lanes, &conditions, events, cancel).await?;
            if let Some(to_hear) = to_hear {
                workload =
                    record(&workload, &to_hear, Next::Folder, &chosen.lanes, &conditions, events, cancel)
                        .await?;
            }
        }
        let taken_out = secret::take_out(&mut workload);
        taken_out.into_iter().chain(secret::that_stay(&workload)).for_each(|told| notice(events, told));
        write(&workload, &folder)
    }
}

/// Writes a workload whose right answers are known into a folder that is not there yet.
///
/// # Errors
/// When the folder is in use, or something can't be written. Then no half of a folder is left.
pub(crate) fn keep(workload: &Workload, folder: &Path) -> Result<LaidOut, Error> {
    write(workload, &free(folder)?)
}

/// The folder's absolute path, where it can be made or is empty.
fn free(folder: &Path) -> Result<PathBuf, Error> {
    let told = || folder.display();
    match fs::read_dir(folder) {
        Ok(mut inside) => {
            if inside.next().is_some() {
                return Err(Error::usage(format!("`{}` is there already and not empty", told()))
                    .with_hint("name a folder that is not there"));
            }
            folder.canonicalize().map_err(|error| failed(folder, &error))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            std::path::absolute(folder).map_err(|error| failed(folder, &error))
        }
        Err(error) => Err(failed(folder, &error)),
    }
}

fn failed(path: &Path, error: &io::Error) -> Error {
    let told = Error::environment(format!("could not write `{}`", path.display()));
    Error { causes: vec![error.to_string()], ..told }
}

/// Writes it beside its place and gives it its name at last.
fn write(workload: &Workload, folder: &Path) -> Result<LaidOut, Error> {
    let parent = folder.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
    let draft = tempfile::Builder::new().prefix(".plimsoll-init-").tempdir_in(parent);
    let draft = draft.map_err(|error| failed(parent, &error))?;
    let inside = draft.path().join(workload.name.as_str());
    lay(workload, &inside, folder)?;
    // What is wrong with it is found out here and not by its next reader.
    load_workload(&inside)?;
    let mut written = Vec::new();
    list(&inside, &inside, &mut written).map_err(|error| failed(folder, &error))?;
    written.sort_unstable();
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(folder, &error)),
        _ => {}
    }
    fs::rename(&inside, folder).map_err(|error| failed(folder, &error))?;
    Ok(LaidOut { folder: folder.to_owned(), files: written })
}

/// Writes the files of a workload into a folder; errors tell of the folder that it will be.
///
/// # Errors
/// When something can't be written.
pub(crate) fn lay(workload: &Workload, inside: &Path, folder: &Path) -> Result<(), Error> {
    let files = Files::of(workload);
    let put = |name: &str, bytes: &[u8]| {
        let path = inside.join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, bytes)).map_err(|error| failed(&folder.join(name), &error))
    };
    put("workload.toml", text::manifest(workload, &files).as_bytes())?;
    for artifact in &workload.artifacts {
        copy(artifact, inside, &files).map_err(|error| failed(&folder.join(&artifact.name), &error))?;
    }
    for (at, granted) in workload.grants.folders.iter().enumerate() {
        let place = text::place_of(at, granted);
        let to = inside.join(&place);
        fs::create_dir_all(&to).map_err(|error| failed(&folder.join(&place), &error))?;
        let copied = Tree::read(&granted.from).and_then(|tree| tree.copy_to(&to));
        copied.map_err(|error| failed(&folder.join(&place), &io::Error::other(error)))?;
    }
    match &workload.job {
        Job::Serve(service) => {
            for (exchange, names) in service.exchanges().zip(&files.exchanges) {
                names.body.iter().try_for_each(|name| put(name, &exchange.body))?;
                names.expected.iter().try_for_each(|name| put(name, &exchange.expect.body))?;
                let schema = exchange.expect.schema.iter().zip(&names.schema);
                schema.into_iter().try_for_each(|(schema, name)| put(name, schema.text()))?;
            }
        }
        Job::Run(invocation) => {
            put(text::STDOUT, &invocation.expect.stdout)?;
            invocation.stdin.iter().try_for_each(|bytes| put(text::STDIN, bytes))?;
        }
    }
    Ok(())
}

fn copy(artifact: &Artifact, inside: &Path, files: &Files) -> io::Result<()> {
    let Some(name) = files.artifact(artifact.form) else { return Ok(()) };
    let to = inside.join(name.replace("{arch}", std::env::consts::ARCH));
    match &artifact.source {
        Source::Reference(_) | Source::Registry(_) => Ok(()),
        Source::File(from) | Source::Archive(from) => {
            to.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::copy(from, &to).map(drop)
        }
        Source::Dockerfile(from) | Source::Layout(from) => {
            let copied = Tree::read_within(from, LARGEST_COPY).and_then(|tree| tree.copy_missing_to(&to));
            copied.map_err(io::Error::other)
        }
    }
}

fn list(folder: &Path, root: &Path, into: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, root, into)?;
        } else {
            into.push(path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{Answer, Compare, Form, Slug};

    use super::*;
    use crate::own::Question;

    fn recorded() -> Workload {
        let question = Question {
            method: "POST".to_owned(),
            path: "/quote?a=1".to_owned(),
            body: Some("a \"b\"".to_owned()),
            headers: [("accept".to_owned(), "x".to_owned())].into(),
        };
        let own = Own {
            images: vec!["acme/cart:1.4".to_owned()],
            questions: vec![question],
            arguments: vec!["--port".to_owned(), "{port}".to_owned()],
            port: 80.try_into().ok(),
            environment: [("A".to_owned(), "b\n\"c\"".to_owned())].into(),
            ..Own::default()
        };
        let mut workload = own.workloads().unwrap().remove(0);
        let Job::Serve(service) = &mut workload.job else { panic!() };
        service.ready.expect = Answer {
            compare: Compare::Json,
            left_out: vec!["/at".to_owned()],
            recorded: Some(Slug::known("docker")),
            ..Answer::exactly(201, b"{\"at\":1}".as_slice().into())
        };
        workload
    }

    #[test]
    fn what_is_written_reads_as_what_was_told() {
        let ground = tempfile::tempdir().unwrap();
        let folder = ground.path().join("deep/cart");
        let workload = recorded();
        let laid = write(&workload, &folder).unwrap();
        assert_eq!(laid.files, ["expected/first", "requests/first", "workload.toml"]);
        let read = load_workload(&folder).unwrap();
        assert_eq!(
            (read.job, read.grants, read.container),
            (workload.job, workload.grants, workload.container)
        );
        assert_eq!(read.artifacts, workload.artifacts);
        assert_eq!(fs::read_dir(ground.path().join("deep")).unwrap().count(), 1, "something is left");
    }

    #[test]
    fn a_folder_that_holds_anything_is_left_alone() {
        let ground = tempfile::tempdir().unwrap();
        fs::write(ground.path().join("mine"), "mine").unwrap();
        assert!(free(ground.path()).unwrap_err().message.contains("not empty"));
        assert!(free(&ground.path().join("mine")).is_err());
        let empty = ground.path().join("cart");
        fs::create_dir(&empty).unwrap();
        write(&recorded(), &free(&empty).unwrap()).unwrap();
    }

    #[test]
    fn every_kind_of_artifact_has_its_place() {
        let ground = tempfile::tempdir().unwrap();
        let context = ground.path().join("svc");
        fs::create_dir_all(context.join("inner")).unwrap();
        for (name, content) in [("Dockerfile", "FROM scratch"), ("inner/file", "x")] {
            fs::write(context.join(name), content).unwrap();
        }
        let (wasm, native) = (ground.path().join("a.wasm"), ground.path().join("svc-bin"));
        fs::write(&wasm, b"\0asm\x0d\0\x01\0").unwrap();
        fs::write(&native, "binary").unwrap();
        let own = Own { dockerfile: Some(context), wasm: vec![wasm], native: Some(native), ..Own::default() };
        let mut workload = own.workloads().unwrap().remove(0);
        workload.name = Slug::known("made");
        let folder = ground.path().join("made");
        let laid = write(&workload, &folder).unwrap();
        let native = format!("native/{}/svc-bin", std::env::consts::ARCH);
        let expected =
            ["a.wasm", text::STDOUT, "image/Dockerfile", "image/inner/file", &native, "workload.toml"];
        assert_eq!(laid.files, expected);
        let forms: Vec<Form> = load_workload(&folder).unwrap().artifacts.iter().map(|it| it.form).collect();
        assert!(
            forms.contains(&Form::Image) && forms.contains(&Form::Component) && forms.contains(&Form::Binary)
        );
    }
}
