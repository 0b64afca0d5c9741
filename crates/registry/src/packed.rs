//! Files of WebAssembly in the layers of an image. They are read and never unpacked.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path};

use flate2::read::MultiGzDecoder;
use plimsoll_files::LARGEST_ARTIFACT;

use crate::problem::OciProblem;

/// How what gzip packed begins.
const GZIP: &[u8] = &[0x1f, 0x8b];
/// How what Zstandard packed begins.
const ZSTANDARD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// The most files of a layer.
const MOST_ENTRIES: usize = 100_000;
/// The most bytes of a layer once it is unpacked.
const LARGEST_LAYER: u64 = 4 << 30;

/// What was found, by its path.
#[derive(Default)]
pub(crate) struct InLayers {
    files: BTreeMap<String, Vec<u8>>,
    bytes: u64,
}

impl InLayers {
    /// Notes what a layer has; the same path in a later layer is another file in its place.
    pub(crate) fn look_through(&mut self, layer: &[u8]) -> Result<(), OciProblem> {
        if layer.starts_with(ZSTANDARD) {
            return Err(OciProblem::Zstandard);
        }
        let unpacked: Box<dyn Read + '_> =
            if layer.starts_with(GZIP) { Box::new(MultiGzDecoder::new(layer)) } else { Box::new(layer) };
        let mut archive = tar::Archive::new(unpacked.take(LARGEST_LAYER));
        for (number, entry) in archive.entries().map_err(OciProblem::Tar)?.enumerate() {
            let mut entry = entry.map_err(OciProblem::Tar)?;
            if number >= MOST_ENTRIES {
                return Err(OciProblem::TooManyParts { what: "its layer", limit: MOST_ENTRIES });
            }
            let path = entry.path().map_err(OciProblem::Tar)?.into_owned();
            let Some(inside) = within(&path) else {
                return Err(OciProblem::Climbs { entry: path.display().to_string() });
            };
            if !inside.ends_with(".wasm") || !entry.header().entry_type().is_file() {
                continue;
            }
            let left = LARGEST_ARTIFACT - self.bytes;
            let mut bytes = Vec::new();
            entry.by_ref().take(left + 1).read_to_end(&mut bytes).map_err(OciProblem::Tar)?;
            let length = bytes.len() as u64;
            if length > left {
                let what = format!("`{inside}`");
                return Err(OciProblem::TooLarge { what, bytes: length, limit: LARGEST_ARTIFACT });
            }
            self.bytes += length;
            if let Some(former) = self.files.insert(inside, bytes) {
                self.bytes -= former.len() as u64;
            }
        }
        Ok(())
    }

    /// The only one, or the one that is the image's program, with its path.
    pub(crate) fn meant(mut self, program: Option<&str>) -> Result<(String, Vec<u8>), OciProblem> {
        let program = program.and_then(|program| within(Path::new(program.trim_start_matches('/'))));
        if let Some(found) = program.and_then(|program| self.files.remove_entry(&program)) {
            return Ok(found);
        }
        match self.files.len() {
            0 => Err(OciProblem::Ordinary),
            1 => self.files.pop_first().ok_or(OciProblem::Ordinary),
            count => Err(OciProblem::Several { count }),
        }
    }
}

/// A path without `.`; `None` where it is absolute or leads out at any point.
fn within(path: &Path) -> Option<String> {
    let mut inside = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => inside.push(part.to_string_lossy()),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(inside.join("/"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn tar_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            // As it stands: the library itself would refuse a bad one.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            tar.append(&header, *content).unwrap();
        }
        tar.into_inner().unwrap()
    }

    fn found(layers: &[Vec<u8>], program: Option<&str>) -> Result<(String, Vec<u8>), OciProblem> {
        let mut packed = InLayers::default();
        layers.iter().try_for_each(|layer| packed.look_through(layer))?;
        packed.meant(program)
    }

    #[test]
    fn the_only_file_is_found_packed_or_not_and_a_later_layer_s_is_the_one() {
        let first = tar_of(&[("etc/passwd", b"x"), ("./plugin.wasm", b"old")]);
        let second = tar_of(&[("plugin.wasm", b"new")]);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&first).unwrap();
        let layers = [gzip.finish().unwrap(), second];
        assert_eq!(found(&layers, None).unwrap(), ("plugin.wasm".to_owned(), b"new".to_vec()));
    }

    #[test]
    fn of_several_the_program_is_meant_and_of_none_nothing_is() {
        let both = [tar_of(&[("a.wasm", b"a"), ("b/b.wasm", b"b")])];
        assert_eq!(found(&both, Some("/b/b.wasm")).unwrap().1, b"b");
        assert!(matches!(found(&both, Some("/bin/sh")), Err(OciProblem::Several { count: 2 })));
        assert!(matches!(found(&[tar_of(&[("bin/sh", b"x")])], Some("/bin/sh")), Err(OciProblem::Ordinary)));
    }

    #[test]
    fn a_layer_that_climbs_out_is_cut_off_or_packed_otherwise_is_refused() {
        for name in ["../a.wasm", "/a.wasm", "a/../../b"] {
            let climbs = found(&[tar_of(&[(name, b"x")])], None);
            assert!(matches!(climbs, Err(OciProblem::Climbs { .. })), "{name}: {climbs:?}");
        }
        let whole = tar_of(&[("a.wasm", &[7; 2000])]);
        assert!(matches!(found(&[whole[..1000].to_vec()], None), Err(OciProblem::Tar(_))));
        assert!(matches!(found(&[ZSTANDARD.to_vec()], None), Err(OciProblem::Zstandard)));
    }
}
