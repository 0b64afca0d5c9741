use oci_spec::image::Descriptor;

use crate::bounded::{Gathered, LARGEST_LIST, checked, sha256_digits};
use crate::problem::OciProblem;

/// What has the parts of artifacts.
pub(crate) trait Blobs {
    /// The manifest or index of a digest, of which at most so many bytes are taken.
    async fn manifest(&self, digest: &str, into: Gathered) -> Result<Vec<u8>, OciProblem>;

    /// The layer or configuration of a digest, of which at most so many bytes are taken.
    async fn blob(&self, digest: &str, into: Gathered) -> Result<Vec<u8>, OciProblem>;
}

/// A manifest or an index, as its descriptor promises it.
pub(crate) async fn list(blobs: &impl Blobs, of: &Descriptor) -> Result<Vec<u8>, OciProblem> {
    let (what, digest) = told("the manifest", of)?;
    let bytes = blobs.manifest(&digest, Gathered::new(&what, Some(of.size()), LARGEST_LIST)?).await?;
    checked(&what, &digest, bytes)
}

/// A layer or a configuration, as its descriptor promises it.
pub(crate) async fn part(blobs: &impl Blobs, of: &Descriptor, limit: u64) -> Result<Vec<u8>, OciProblem> {
    let (what, digest) = told("the part", of)?;
    // Checked first: where more could come, none is asked for.
    Gathered::new(&what, Some(of.size()), limit)?;
    let bytes = blobs.blob(&digest, Gathered::promised(&what, of.size())).await?;
    checked(&what, &digest, bytes)
}

fn told(what: &str, of: &Descriptor) -> Result<(String, String), OciProblem> {
    let digest = of.digest().to_string();
    let what = format!("{what} `{digest}`");
    sha256_digits(&what, &digest)?;
    Ok((what, digest))
}
