//! An image in an OCI layout, as `docker save` would write it: engines before Docker 25 read nothing else.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};

use plimsoll_files::Digest;
use plimsoll_registry::{Blob, ImageParts, OciFolder, OciProblem};
use serde_json::json;

use crate::archive::{LARGEST, append_list};
use crate::archive_problem::ArchiveProblem;
use crate::growth::Growth;

/// Refuses an image whose layers unpack to more than is loaded.
pub(crate) fn must_be_bounded(layout: &OciFolder, image: &ImageParts) -> Result<(), ArchiveProblem> {
    let mut growth = Growth::default();
    for layer in &image.layers {
        let counted = growth.add(&layer.path, layer.bytes, layout.file(layer)?.take(layer.bytes));
        if matches!(counted, Err(ArchiveProblem::Part { .. })) {
            // That it is another one than was promised says more.
            let mut from = digested(layout, layer)?;
            io::copy(&mut from, &mut io::sink())?;
            must_be(layer, from.digest)?;
        }
        counted?;
    }
    Ok(())
}

/// Writes the image's parts, each checked against its digest on the way.
pub(crate) fn write(layout: &OciFolder, image: &ImageParts, to: impl Write) -> Result<(), ArchiveProblem> {
    let parts = || std::iter::once(&image.config).chain(&image.layers);
    let bytes = parts().try_fold(0_u64, |all, part| all.checked_add(part.bytes));
    if bytes.is_none_or(|bytes| bytes > LARGEST) {
        return Err(ArchiveProblem::TooLarge { limit: LARGEST });
    }
    let mut tar = tar::Builder::new(to);
    let mut written = BTreeSet::new();
    for part in parts() {
        // A layer may stand in an image twice.
        if written.insert(&part.path) {
            append(&mut tar, layout, part)?;
        }
    }
    let layers: Vec<&str> = image.layers.iter().map(|layer| layer.path.as_str()).collect();
    let manifest = json!([{ "Config": image.config.path, "RepoTags": null, "Layers": layers }]);
    append_list(&mut tar, "manifest.json".as_ref(), manifest.to_string().as_bytes())?;
    tar.into_inner()?.flush()?;
    Ok(())
}

fn append(tar: &mut tar::Builder<impl Write>, layout: &OciFolder, part: &Blob) -> Result<(), ArchiveProblem> {
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o644);
    header.set_size(part.bytes);
    let mut from = digested(layout, part)?;
    tar.append_data(&mut header, &part.path, &mut from)?;
    must_be(part, from.digest)
}

fn digested(layout: &OciFolder, part: &Blob) -> Result<Digested<impl Read>, ArchiveProblem> {
    Ok(Digested { from: layout.file(part)?.take(part.bytes), digest: Digest::default() })
}

/// Whether a part is the one that was promised.
fn must_be(part: &Blob, digest: Digest) -> Result<(), ArchiveProblem> {
    match digest.sha256() {
        found if found == part.sha256 => Ok(()),
        found => {
            let what = format!("`{}`", part.path);
            Err(OciProblem::Differs { what, found: format!("SHA-256 {found}") }.into())
        }
    }
}

/// What is read, and its digest.
struct Digested<R> {
    from: R,
    digest: Digest,
}

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(into)?;
        self.digest.add(&into[..length]);
        Ok(length)
    }
}
