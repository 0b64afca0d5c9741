//! Sizes of an image's layers, measured on what the engine exports.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::{self, BufRead, BufReader, Read, Write};

use bollard::errors::Error as ApiError;
use bytes::{Buf, Bytes};
use flate2::read::GzDecoder;
use futures_util::StreamExt;
use plimsoll_runtime::wire::{Count, Gzip};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::DockerError;
use crate::daemon::{Call, Daemon};

/// How the sizes are taken.
pub(crate) const WIRE_METHOD: &str =
    "gzip level 6 (zlib-rs, members of 8 MiB) of each layer of the engine's image export";
pub(crate) const UNPACKED_METHOD: &str = "files in each layer of the engine's image export";

/// One layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layer {
    /// Bytes when it is pushed.
    pub(crate) wire_bytes: u64,
    /// Bytes of the files in it.
    pub(crate) unpacked_bytes: u64,
}

/// Exports an image and measures its layers, lowest first, without keeping any of it. On threads and a connection of its
/// own: whoever waits for an instance beside lets nothing else run on its thread.
pub(crate) async fn measure(daemon: &Daemon, image: &str) -> Result<Vec<Layer>, DockerError> {
    let lost = |source: Box<dyn std::error::Error + Send + Sync>| DockerError::Lost {
        host: daemon.endpoint.to_string(),
        call: Call::EXPORT.name,
        source,
    };
    // Dropped with this future, which ends what is measured.
    let (wanted, unwanted) = oneshot::channel::<Infallible>();
    let (daemon_there, image) = (daemon.clone(), image.to_owned());
    let measuring = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let measured = runtime.block_on(async {
            tokio::select! {
                measured = async { measure_here(&daemon_there.again().await?, &image).await } => Some(measured),
                _ = unwanted => None,
            }
        });
        io::Result::Ok(measured)
    });
    let measured = measuring.await;
    drop(wanted);
    match measured {
        Ok(Ok(Some(measured))) => measured,
        Ok(Ok(None)) => Err(lost("it was given up".into())),
        Ok(Err(error)) => Err(lost(Box::new(error))),
        Err(error) => Err(lost(Box::new(error))),
    }
}

async fn measure_here(daemon: &Daemon, image: &str) -> Result<Vec<Layer>, DockerError> {
    let (sender, receiver) = mpsc::channel::<Result<Bytes, ApiError>>(8);
    let measuring = tokio::task::spawn_blocking(move || read_export(Export { receiver, rest: Bytes::new() }));
    let mut export = daemon.client.export_image(image);
    let feeding = async move {
        while let Some(chunk) = export.next().await {
            let broke = chunk.is_err();
            if sender.send(chunk).await.is_err() || broke {
                break;
            }
        }
        drop(sender);
        measuring.await
    };
    let lost = |source: Box<dyn std::error::Error + Send + Sync>| DockerError::Lost {
        host: daemon.endpoint.to_string(),
        call: Call::EXPORT.name,
        source,
    };
    match timeout(Call::EXPORT.limit, feeding).await {
        Ok(Ok(Ok(layers))) => Ok(layers),
        Ok(Ok(Err(error))) => Err(match error.downcast::<ApiError>() {
            Ok(error) => daemon.error(Call::EXPORT, error),
            Err(error) => lost(Box::new(error)),
        }),
        Ok(Err(error)) => Err(lost(Box::new(error))),
        Err(_) => {
            let after_ms = Call::EXPORT.limit.as_millis() as u64;
            Err(DockerError::TimedOut { call: Call::EXPORT.name, after_ms })
        }
    }
}

/// The export as it comes, for a reader on another thread.
struct Export {
    receiver: mpsc::Receiver<Result<Bytes, ApiError>>,
    rest: Bytes,
}

impl Read for Export {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.receiver.blocking_recv() {
                Some(chunk) => self.rest = chunk.map_err(io::Error::other)?,
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.rest.len());
        self.rest.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}

/// Reads the format of `docker save`: `manifest.json` names the layers, whether they are called
/// `<id>/layer.tar` (until 24) or `blobs/sha256/<digest>` (from 25).
fn read_export(export: impl Read) -> io::Result<Vec<Layer>> {
    let mut manifest = Vec::new();
    let mut layers = HashMap::new();
    let mut archive = tar::Archive::new(export);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        if path == "manifest.json" {
            entry.by_ref().take(1 << 20).read_to_end(&mut manifest)?;
        } else if entry.header().entry_type().is_file()
            && !path.ends_with(".json")
            && let Some(layer) = read_layer(&mut entry)?
        {
            layers.insert(path, layer);
        }
    }
    let manifest: serde_json::Value = serde_json::from_slice(&manifest)?;
    let names = manifest[0]["Layers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let named = names.iter().map(|name| name.as_str().and_then(|name| layers.get(name)).copied());
    named.collect::<Option<Vec<_>>>().filter(|layers| !layers.is_empty()).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, "`manifest.json` names a layer that is not there")
    })
}

/// Measures one blob; `None` when it is no layer but, say, a configuration.
fn read_layer(blob: impl Read) -> io::Result<Option<Layer>> {
    let mut blob = BufReader::with_capacity(64 << 10, blob);
    // An engine with the containerd image store keeps layers as they are pushed.
    if blob.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        let mut stored = Tee { from: blob, to: Count::default() };
        let unpacked = unpacked_bytes(&mut GzDecoder::new(&mut stored))?;
        io::copy(&mut stored, &mut io::sink())?;
        return Ok(unpacked.map(|unpacked_bytes| Layer { wire_bytes: stored.to.0, unpacked_bytes }));
    }
    let mut packed = Tee { from: blob, to: Gzip::default() };
    let unpacked = unpacked_bytes(&mut packed)?;
    let wire_bytes = packed.to.finish()?;
    Ok(unpacked.map(|unpacked_bytes| Layer { wire_bytes, unpacked_bytes }))
}

/// Sum of the files in a tar, read to its very end; `None` when it is no tar.
fn unpacked_bytes(layer: &mut impl Read) -> io::Result<Option<u64>> {
    let mut archive = tar::Archive::new(&mut *layer);
    let mut sum = Some(0);
    for entry in archive.entries()? {
        sum = entry.ok().and_then(|entry| entry.size().checked_add(sum?));
        if sum.is_none() {
            break;
        }
    }
    io::copy(layer, &mut io::sink())?;
    Ok(sum)
}

/// Gives everything that is read to a second place.
struct Tee<R, W> {
    from: R,
    to: W,
}

impl<R: Read, W: Write> Read for Tee<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(buffer)?;
        self.to.write_all(&buffer[..length])?;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_cksum();
            tar.append_data(&mut header, name, *content).unwrap();
        }
        tar.into_inner().unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn layers_are_told_in_the_manifest_s_order_with_their_padding_on_the_wire_only() {
        let (low, high) = (tar_of(&[("a", &[1; 700])]), tar_of(&[("b", b"xyz"), ("c", b"12")]));
        let manifest: &[u8] = br#"[{"Config":"blobs/sha256/c","Layers":["z/layer.tar","a/layer.tar"]}]"#;
        let export = tar_of(&[
            ("a/layer.tar", &high),
            ("blobs/sha256/c", b"{\"os\":\"linux\"}"),
            ("z/layer.tar", &low),
            ("manifest.json", manifest),
        ]);
        let wire = |tar: &[u8]| gzip(tar).len() as u64;
        assert_eq!(
            read_export(&export[..]).unwrap(),
            [
                Layer { wire_bytes: wire(&low), unpacked_bytes: 700 },
                Layer { wire_bytes: wire(&high), unpacked_bytes: 5 }
            ]
        );
    }

    #[test]
    fn a_layer_stored_packed_counts_as_it_is_stored() {
        let packed = gzip(&tar_of(&[("a", &[1; 700])]));
        let export =
            tar_of(&[("blobs/sha256/l", &packed), ("manifest.json", br#"[{"Layers":["blobs/sha256/l"]}]"#)]);
        let layer = Layer { wire_bytes: packed.len() as u64, unpacked_bytes: 700 };
        assert_eq!(read_export(&export[..]).unwrap(), [layer]);
    }

    #[test]
    fn a_layer_that_states_more_than_it_has_is_none() {
        let mut stating = tar::Header::new_gnu();
        stating.set_path("a").unwrap();
        stating.set_size(u64::MAX >> 1);
        stating.set_cksum();
        let layer = [&stating.as_bytes()[..], &[0; 2048]].concat();
        let manifest: &[u8] = br#"[{"Layers":["l"]}]"#;
        let export = tar_of(&[("l", &layer), ("manifest.json", manifest)]);
        assert!(read_export(&export[..]).is_err());
    }

    #[test]
    fn an_export_without_its_layers_is_an_error() {
        let export = tar_of(&[("manifest.json", br#"[{"Layers":["l"]}]"#)]);
        assert!(read_export(&export[..]).is_err());
        assert!(read_export(&b""[..]).is_err());
    }
}
