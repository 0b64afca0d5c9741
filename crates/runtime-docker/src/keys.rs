use std::path::{Path, PathBuf};

/// The files by which an engine and its user know each other, where Docker's client keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientKeys {
    /// Who vouches for the engine.
    pub(crate) authority: PathBuf,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl ClientKeys {
    /// Those in a folder; else the one that is not there.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self, PathBuf> {
        let file = |name: &str| {
            let file = folder.join(name);
            if file.is_file() { Ok(file) } else { Err(file) }
        };
        Ok(Self { authority: file("ca.pem")?, certificate: file("cert.pem")?, key: file("key.pem")? })
    }
}
