//! What the images of a workload are made of, beyond the files whose digests the run has.

use std::path::{Path, PathBuf};

use plimsoll_capsule::limits;
use plimsoll_files::{Tree, sha256};
use plimsoll_model::{Form, Source, Workload};
use plimsoll_runtime_docker::context_files;

use super::inside::{ALONE, read_inside};
use crate::Error;

/// Where a layout has its parts, each called by its SHA-256.
const PARTS: &str = "blobs/sha256/";

/// A file that is packed for an image.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ImageFile {
    /// Its name relative to the workload's folder.
    pub(super) name: String,
    /// The folder that it has to lie in, absolute.
    root: PathBuf,
    /// Its name relative to that.
    inside: String,
}

/// The files that a workload's image is built of, or that hold its parts.
///
/// # Errors
/// When the build context or the layout can't be looked through.
pub(super) fn files(workload: &Workload) -> Result<Vec<ImageFile>, Error> {
    let mut files = Vec::new();
    for artifact in workload.artifacts.iter().filter(|artifact| artifact.form == Form::Image) {
        let (root, inside) = match &artifact.source {
            Source::Dockerfile(folder) => (folder, sent(folder)),
            Source::Layout(folder) => (folder, parts(folder)),
            _ => continue,
        };
        let before = before(&artifact.name);
        let inside = inside.map_err(|why| not_whole(workload, why))?;
        files.extend(inside.into_iter().map(|inside| ImageFile {
            name: format!("{before}{inside}"),
            root: root.clone(),
            inside,
        }));
    }
    Ok(files)
}

/// Whether a file of the workload is sent to a build, and is a program there.
pub(super) fn is_program(workload: &Workload, file: &str) -> bool {
    let in_context = workload.artifacts.iter().any(|artifact| {
        matches!(artifact.source, Source::Dockerfile(_)) && file.starts_with(&before(&artifact.name))
    });
    in_context && workload.origin.folder().is_some_and(|folder| is_executable(&folder.join(file)))
}

/// What a replay will not find in the capsule, and how it gets there, each in a sentence.
pub(super) fn notes(workload: &Workload) -> Vec<String> {
    let name = &workload.name;
    let told = workload.artifacts.iter().filter_map(|artifact| match &artifact.source {
        Source::Reference(image) => Some(format!(
            "the image `{image}` of `{name}` is not in the capsule: who replays it needs it in the engine or has it pulled; \
             `docker save {image} -o image.tar` in the workload's folder, `archive = \"image.tar\"` in its manifest and a new \
             run put it in"
        )),
        Source::Registry(pulled) => Some(format!(
            "the WebAssembly `{pulled}` of `{name}` is in a registry and not in the capsule: a replay leaves out the lanes \
             that would pull it"
        )),
        Source::Dockerfile(_) => Some(format!(
            "what stands beside the `Dockerfile` of `{name}` was packed as it is now: the run has the digest of the \
             `Dockerfile` alone; an image that it begins from is not in the capsule"
        )),
        Source::File(_) | Source::Archive(_) | Source::Layout(_) => None,
    });
    told.collect()
}

impl ImageFile {
    /// Its bytes.
    ///
    /// # Errors
    /// When it can't be read, leads out of its folder, or is not what its name says.
    pub(super) fn read(&self, workload: &Workload) -> Result<Vec<u8>, Error> {
        let refused = |why: String| not_whole(workload, format!("`{}`: {why}", self.name));
        let bytes = read_inside(&self.root, &self.inside).map_err(refused)?;
        match self.inside.strip_prefix(PARTS) {
            Some(digest) if sha256(&bytes) != digest && self.is_part(workload) => {
                Err(refused("it is not what its name says".to_owned()))
            }
            _ => Ok(bytes),
        }
    }

    fn is_part(&self, workload: &Workload) -> bool {
        let is = |source: &Source| matches!(source, Source::Layout(folder) if *folder == self.root);
        workload.artifacts.iter().any(|artifact| is(&artifact.source))
    }
}

/// How the names of what is in an artifact's folder begin.
fn before(name: &str) -> String {
    if name == "." { String::new() } else { format!("{name}/") }
}

fn sent(folder: &Path) -> Result<Vec<String>, String> {
    let files = context_files(folder).map_err(|problem| problem.to_string())?;
    let named = files.iter().map(|file| {
        let name = file.to_str().map(str::to_owned);
        name.ok_or_else(|| format!("`{}` has a name that is no text: rename it", file.display()))
    });
    named.collect()
}

fn parts(folder: &Path) -> Result<Vec<String>, String> {
    let tree = Tree::read_within(folder, limits::TOTAL).map_err(|bad| bad.to_string())?;
    Ok(tree.names().collect())
}

fn not_whole(workload: &Workload, why: String) -> Error {
    let mut error = Error::environment(format!(
        "what the image of workload `{}` is made of can't be packed",
        workload.name
    ));
    error.causes = vec![why];
    error.with_hint(format!(
        "put files in the place of links that lead out, and leave out with a `.dockerignore` what a build does not need; \
         {ALONE}"
    ))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const MANIFEST: &str = "manifest_version = 2\nname = \"cart\"\nkind = \"http\"\nsummary = \"A cart.\"\n\
        [[request]]\nname = \"first\"\nmethod = \"GET\"\npath = \"/\"\nweight = 1\n[request.expect]\nstatus = 200\n\
        compare = \"status\"\n[artifacts]\n";

    /// A workload whose folder `image` holds these, each file with its own name.
    fn workload(root: &Path, artifact: &str, files: &[&str]) -> Workload {
        let folder = root.join("cart");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("workload.toml"), format!("{MANIFEST}{artifact}\n")).unwrap();
        for file in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        plimsoll_store::load_workload(&folder).unwrap()
    }

    fn names(workload: &Workload) -> Vec<String> {
        files(workload).unwrap().into_iter().map(|file| file.name).collect()
    }

    #[test]
    fn all_that_a_build_is_sent_is_packed_and_programs_stay_programs() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let sent = ["image/Dockerfile", "image/s", "image/inner/data", "image/.env"];
        let workload = workload(root.path(), "dockerfile = \"image\"", &sent);
        let image = root.path().join("cart/image");
        fs::set_permissions(image.join("s"), PermissionsExt::from_mode(0o755)).unwrap();
        assert_eq!(names(&workload), ["image/.env", "image/Dockerfile", "image/s", "image/inner/data"]);
        assert!(is_program(&workload, "image/s") && !is_program(&workload, "image/inner/data"));
        fs::write(image.join(".dockerignore"), ".env\n").unwrap();
        assert!(!names(&workload).contains(&"image/.env".to_owned()), "secrets that no build sees stay here");
        assert!(notes(&workload)[0].contains("beside the `Dockerfile`"));
    }

    #[test]
    fn a_link_that_leads_out_of_a_context_is_refused_with_a_way_out() {
        let root = tempfile::tempdir().unwrap();
        let workload = workload(root.path(), "dockerfile = \"image\"", &["image/Dockerfile"]);
        let image = root.path().join("cart/image");
        std::os::unix::fs::symlink("../workload.toml", image.join("out")).unwrap();
        std::os::unix::fs::symlink("Dockerfile", image.join("within")).unwrap();
        let read = |name: &str| {
            let files = files(&workload).unwrap();
            files.iter().find(|file| file.name == name).unwrap().read(&workload)
        };
        let refused = read("image/out").unwrap_err();
        assert!(refused.causes[0].contains("`image/out`"), "{refused:?}");
        assert!(refused.hint.unwrap().contains(".dockerignore"));
        assert_eq!(read("image/within").unwrap(), b"image/Dockerfile");
    }

    #[test]
    fn the_parts_of_a_layout_are_packed_where_they_are_what_their_names_say() {
        let root = tempfile::tempdir().unwrap();
        let part = format!("kept/blobs/sha256/{}", sha256("part"));
        let files_there = ["kept/oci-layout", "kept/index.json", part.as_str()];
        let workload = workload(root.path(), "oci_layout = \"kept\"", &files_there);
        let read =
            || files(&workload).unwrap().iter().find(|file| file.name == part).unwrap().read(&workload);
        assert!(read().unwrap_err().causes[0].contains("not what its name says"));
        fs::write(root.path().join("cart").join(&part), "part").unwrap();
        assert_eq!(read().unwrap(), b"part");
    }

    #[test]
    fn an_image_that_is_only_named_is_told_while_packing() {
        let root = tempfile::tempdir().unwrap();
        let workload = workload(root.path(), "image = \"shop/cart:1\"", &[]);
        assert!(files(&workload).unwrap().is_empty());
        let told = notes(&workload).remove(0);
        assert!(told.contains("`shop/cart:1` of `cart` is not in the capsule"), "{told}");
        assert!(told.contains("docker save shop/cart:1"), "{told}");
    }
}
