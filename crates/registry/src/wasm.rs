//! WebAssembly in an artifact, in each of the forms in which it is pushed: as a layer of its own (`wkg`, `oras`, runwasi,
//! Solo.io's), or as a file in the layer of an image (the compatible form, runwasi's older one).

use std::fmt;

use oci_spec::image::{Arch, Descriptor, ImageManifest, Os};
use plimsoll_files::LARGEST_ARTIFACT;
use serde::Deserialize;

use crate::blobs::{Blobs, part};
use crate::bounded::{LARGEST_LIST, parsed};
use crate::choice;
use crate::packed::InLayers;
use crate::problem::OciProblem;

/// How WebAssembly begins in its binary form, whichever kind it is.
const SIGN: &[u8] = b"\0asm";
/// Where Solo.io's tools say that an image is of the compatible form.
const VARIANT: &str = "module.wasm.image/variant";
/// The most layers that are looked through.
const MOST_LAYERS: usize = 100;

/// WebAssembly that was pulled.
pub struct PulledWasm {
    /// It, whole: a component or a module.
    pub bytes: Vec<u8>,
    /// The digest of the manifest that named it: `sha256:` and 64 digits.
    pub digest: String,
}

/// An image's configuration, as far as it matters here.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Config {
    os: Os,
    architecture: Arch,
    config: Option<Run>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Run {
    entrypoint: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
}

impl fmt::Debug for PulledWasm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PulledWasm").field("bytes", &self.bytes.len()).field("digest", &self.digest).finish()
    }
}

impl Config {
    /// Refuses an image that this machine does not run.
    pub(crate) fn must_run_here(&self) -> Result<(), OciProblem> {
        let (system, machine) = choice::needed();
        if self.os == system && self.architecture == machine {
            return Ok(());
        }
        if choice::is_wasm(&self.os, &self.architecture) {
            return Err(OciProblem::Wasm);
        }
        Err(OciProblem::OtherMachine {
            has: format!("{}/{}", self.os, self.architecture),
            needs: format!("{system}/{machine}"),
        })
    }

    /// The program that it runs.
    fn program(&self) -> Option<&str> {
        let run = self.config.as_ref()?;
        let named = |words: &Option<Vec<String>>| words.iter().flatten().next().is_some();
        let words = if named(&run.entrypoint) { &run.entrypoint } else { &run.cmd };
        words.iter().flatten().next().map(String::as_str)
    }
}

/// The WebAssembly that a manifest names.
pub(crate) async fn of(blobs: &impl Blobs, manifest: &ImageManifest) -> Result<Vec<u8>, OciProblem> {
    let layers = manifest.layers();
    if layers.len() > MOST_LAYERS {
        return Err(OciProblem::TooManyParts { what: "its manifest", limit: MOST_LAYERS });
    }
    let plain: Vec<&Descriptor> = layers.iter().filter(|layer| is_wasm(&kind(layer))).collect();
    match plain[..] {
        [layer] => checked(kind(layer), part(blobs, layer, LARGEST_ARTIFACT).await?),
        [] if layers.is_empty() => Err(OciProblem::NoLayer),
        [] => in_image(blobs, manifest).await,
        _ => Err(OciProblem::Several { count: plain.len() }),
    }
}

/// The file of WebAssembly in an image's layers.
async fn in_image(blobs: &impl Blobs, manifest: &ImageManifest) -> Result<Vec<u8>, OciProblem> {
    let layers: Vec<&Descriptor> =
        manifest.layers().iter().filter(|layer| kind(layer).contains("tar")).collect();
    let is_image = kind(manifest.config()).contains("image");
    let config: Config = match is_image && !layers.is_empty() {
        true => parsed("configuration", &part(blobs, manifest.config(), LARGEST_LIST).await?)?,
        false => return Err(OciProblem::Ordinary),
    };
    let says_so = manifest.annotations().as_ref().is_some_and(|all| all.contains_key(VARIANT));
    // The compatible form says that it is made for whatever machine it was made on, and has one layer.
    if !says_so && layers.len() > 1 && !choice::is_wasm(&config.os, &config.architecture) {
        return Err(OciProblem::Ordinary);
    }
    let mut packed = InLayers::default();
    let mut left = LARGEST_ARTIFACT;
    for layer in layers {
        if kind(layer).ends_with("zstd") {
            return Err(OciProblem::Zstandard);
        }
        let bytes = part(blobs, layer, left).await?;
        left -= bytes.len() as u64;
        packed.look_through(&bytes)?;
    }
    let (name, bytes) = packed.meant(config.program())?;
    checked(name, bytes)
}

fn checked(layer: String, bytes: Vec<u8>) -> Result<Vec<u8>, OciProblem> {
    if bytes.starts_with(SIGN) { Ok(bytes) } else { Err(OciProblem::NotWasm { layer }) }
}

fn kind(layer: &Descriptor) -> String {
    layer.media_type().to_string()
}

fn is_wasm(kind: &str) -> bool {
    kind == "application/wasm" || kind.ends_with("+wasm")
}
