//! OCI layouts: folders with what registries have, as `skopeo`, `buildah` and `docker buildx` write them.

use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use oci_spec::image::{Descriptor, ImageIndex, ImageManifest, MediaType, OciLayout};
use plimsoll_files::Unread;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, open, openat, statat};

use crate::blobs::{Blobs, list, part};
use crate::bounded::{Gathered, LARGEST_LIST, parsed, sha256_digits};
use crate::choice;
use crate::problem::OciProblem;
use crate::wasm::Config;

/// How many indexes may lie in each other: a layout's own, that of several machines, and one to spare.
const DEEPEST: usize = 3;
/// The most layers of an image.
const MOST_LAYERS: usize = 1000;

/// An open layout. Nothing in it is reached through a symbolic link.
#[derive(Debug)]
pub struct OciFolder {
    folder: OwnedFd,
    index: ImageIndex,
}

/// A part of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its file, relative to the layout: `blobs/sha256/…`.
    pub path: String,
    /// SHA-256 of it, in hexadecimal digits.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// An image's parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageParts {
    /// Its configuration.
    pub config: Blob,
    /// Its layers, from the first.
    pub layers: Vec<Blob>,
}

impl OciFolder {
    /// Opens the layout in a folder.
    ///
    /// # Errors
    /// When it is none, or its index does not read.
    pub fn open(folder: &Path) -> Result<Self, OciProblem> {
        let how = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = open(folder, how, Mode::empty()).map_err(|error| OciProblem::Part {
            path: PathBuf::from("."),
            fault: Unread::System(error.into()),
        })?;
        let marked = read(folder.as_fd(), "oci-layout", Gathered::new("the mark", None, LARGEST_LIST)?);
        let marked = match marked {
            Err(OciProblem::Part { .. }) => return Err(OciProblem::NoLayout),
            marked => marked?,
        };
        let version = serde_json::from_slice::<OciLayout>(&marked);
        if !version.is_ok_and(|layout| layout.image_layout_version().starts_with("1.")) {
            return Err(OciProblem::NoLayout);
        }
        let index = read(folder.as_fd(), "index.json", Gathered::new("the index", None, LARGEST_LIST)?)?;
        let index = parsed("index", &index)?;
        Ok(Self { folder, index })
    }

    /// The parts of the image that this machine runs.
    ///
    /// # Errors
    /// When it holds none, or several, or images for other machines alone; when a part does not read.
    pub async fn image(&self) -> Result<ImageParts, OciProblem> {
        let manifest = self.manifest(choice::image).await?.0;
        if manifest.layers().len() > MOST_LAYERS {
            return Err(OciProblem::TooManyParts { what: "its manifest", limit: MOST_LAYERS });
        }
        let config: Config = parsed("configuration", &part(self, manifest.config(), LARGEST_LIST).await?)?;
        config.must_run_here()?;
        let layers = manifest.layers().iter().map(Blob::of).collect::<Result<_, _>>()?;
        Ok(ImageParts { config: Blob::of(manifest.config())?, layers })
    }

    /// Opens a part.
    ///
    /// # Errors
    /// When it is no ordinary file of the stated size in the layout itself.
    pub fn file(&self, blob: &Blob) -> Result<File, OciProblem> {
        let file = inside(self.folder.as_fd(), &blob.path)?;
        match file.metadata().map_err(|error| unread(&blob.path, error.into()))?.len() {
            found if found == blob.bytes => Ok(file),
            found => {
                Err(OciProblem::Differs { what: format!("`{}`", blob.path), found: format!("{found} bytes") })
            }
        }
    }

    /// A manifest, and its digest.
    pub(crate) async fn manifest(
        &self,
        choose: fn(&ImageIndex) -> Result<&Descriptor, OciProblem>,
    ) -> Result<(ImageManifest, String), OciProblem> {
        let mut index = self.index.clone();
        for _ in 0..DEEPEST {
            let chosen = choose(&index)?;
            let text = list(self, chosen).await?;
            match chosen.media_type() {
                MediaType::ImageIndex => index = parsed("index", &text)?,
                MediaType::Other(kind) if kind.ends_with("manifest.list.v2+json") => {
                    index = parsed("index", &text)?;
                }
                _ => return Ok((parsed("manifest", &text)?, chosen.digest().to_string())),
            }
        }
        Err(OciProblem::TooManyParts { what: "its index", limit: DEEPEST })
    }
}

impl Blob {
    fn of(descriptor: &Descriptor) -> Result<Self, OciProblem> {
        let digest = descriptor.digest().to_string();
        let sha256 = sha256_digits(&format!("the part `{digest}`"), &digest)?.to_owned();
        Ok(Self { path: format!("blobs/sha256/{sha256}"), sha256, bytes: descriptor.size() })
    }
}

impl Blobs for OciFolder {
    async fn manifest(&self, digest: &str, into: Gathered) -> Result<Vec<u8>, OciProblem> {
        self.blob(digest, into).await
    }

    async fn blob(&self, digest: &str, into: Gathered) -> Result<Vec<u8>, OciProblem> {
        let sha256 = sha256_digits(&format!("the part `{digest}`"), digest)?;
        read(self.folder.as_fd(), &format!("blobs/sha256/{sha256}"), into)
    }
}

fn read(folder: BorrowedFd<'_>, path: &str, mut into: Gathered) -> Result<Vec<u8>, OciProblem> {
    let mut file = inside(folder, path)?;
    let mut piece = vec![0; 64 << 10];
    loop {
        match file.read(&mut piece).map_err(|error| unread(path, error.into()))? {
            0 => return Ok(into.whole()),
            length => into.add(&piece[..length])?,
        }
    }
}

/// An ordinary file of a folder, reached through no symbolic link.
fn inside(folder: BorrowedFd<'_>, path: &str) -> Result<File, OciProblem> {
    let system = |error: rustix::io::Errno| unread(path, Unread::System(error.into()));
    let mut above: Option<OwnedFd> = None;
    for name in Path::new(path) {
        let at = above.as_ref().map_or(folder, AsFd::as_fd);
        let kind =
            FileType::from_raw_mode(statat(at, name, AtFlags::SYMLINK_NOFOLLOW).map_err(system)?.st_mode);
        if kind == FileType::Symlink {
            return Err(OciProblem::Link { path: PathBuf::from(path) });
        }
        // What has the name may be replaced in between: a link is not followed then either.
        let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        above = Some(openat(at, name, how, Mode::empty()).map_err(system)?);
    }
    let file = File::from(above.ok_or_else(|| unread(path, Unread::NoFile))?);
    match file.metadata() {
        Ok(found) if found.is_file() => Ok(file),
        Ok(_) => Err(unread(path, Unread::NoFile)),
        Err(error) => Err(unread(path, error.into())),
    }
}

fn unread(path: &str, fault: Unread) -> OciProblem {
    OciProblem::Part { path: PathBuf::from(path), fault }
}
