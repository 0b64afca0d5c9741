//! Small crates to try the checks on.

use std::fs;
use std::path::Path;

use super::Modules;

/// The modules of crate `made-up`, whose files below `src` have these texts.
pub(crate) fn made_up(files: &[(&str, &str)]) -> Modules {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    Modules::read("made-up".to_owned(), folder.path(), &folder.path().join("lib.rs")).unwrap()
}

/// Writes these files below a folder.
pub(crate) fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}
