//! Artifacts as their tools push them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use plimsoll_files::sha256;
use serde_json::{Value, json};

pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const WASM_CONFIG: &str = "application/vnd.wasm.config.v0+json";
pub(crate) const IMAGE_CONFIG: &str = "application/vnd.oci.image.config.v1+json";

/// An artifact: its parts by their digits, and what names them.
#[derive(Clone, Default)]
pub(crate) struct Made {
    pub(crate) parts: BTreeMap<String, Vec<u8>>,
    /// The manifest or index.
    pub(crate) top: Vec<u8>,
    pub(crate) kind: String,
}

impl Made {
    /// With a configuration and layers, each with its type.
    pub(crate) fn new(config: &(&str, Value), layers: &[(&str, &[u8])]) -> Self {
        let mut made = Self { kind: MANIFEST.to_owned(), ..Self::default() };
        let config = made.part(config.0, config.1.to_string().as_bytes());
        let layers: Vec<Value> = layers.iter().map(|(kind, bytes)| made.part(kind, bytes)).collect();
        let top = json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers});
        made.top = top.to_string().into_bytes();
        made
    }

    /// As `wkg oci push` makes it.
    pub(crate) fn wasm(wasm: &[u8]) -> Self {
        let config = json!({"architecture": "wasm", "os": "wasip2"});
        Self::new(&(WASM_CONFIG, config), &[("application/wasm", wasm)])
    }

    /// An index of others, each for a platform, or for none.
    pub(crate) fn index(all: &[(Self, Option<(&str, &str)>)]) -> Self {
        let mut made = Self { kind: INDEX.to_owned(), ..Self::default() };
        let mut manifests = Vec::new();
        for (one, platform) in all {
            made.parts.extend(one.parts.clone());
            let mut entry = made.part(&one.kind, &one.top);
            if let Some((os, architecture)) = platform {
                entry["platform"] = json!({"os": os, "architecture": architecture});
            }
            manifests.push(entry);
        }
        let top = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests});
        made.top = top.to_string().into_bytes();
        made
    }

    /// Keeps a part, and tells how it is named.
    pub(crate) fn part(&mut self, kind: &str, bytes: &[u8]) -> Value {
        let digits = sha256(bytes);
        let named = json!({"mediaType": kind, "digest": format!("sha256:{digits}"), "size": bytes.len()});
        self.parts.insert(digits, bytes.to_vec());
        named
    }

    /// The digest of what names its parts.
    pub(crate) fn digest(&self) -> String {
        format!("sha256:{}", sha256(&self.top))
    }

    /// Writes it as an OCI layout, as `skopeo copy … oci:DIR:TAG` does.
    pub(crate) fn lay_out(&self, folder: &Path) {
        let mut whole = self.clone();
        let mut entry = whole.part(&self.kind, &self.top);
        entry["annotations"] = json!({"org.opencontainers.image.ref.name": "1"});
        fs::create_dir_all(folder.join("blobs/sha256")).unwrap();
        for (digits, bytes) in &whole.parts {
            fs::write(folder.join("blobs/sha256").join(digits), bytes).unwrap();
        }
        fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
        let index = json!({"schemaVersion": 2, "manifests": [entry]});
        fs::write(folder.join("index.json"), index.to_string()).unwrap();
    }
}
