use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

/// A file that has not got its name yet, so that no reader and no failure ever meets half of it. Dropped before, it
/// leaves nothing.
#[derive(Debug)]
pub struct Draft(NamedTempFile);

impl Draft {
    /// In the folder of the file that it is to become, under a name that nothing has: only there a rename is one step.
    ///
    /// # Errors
    /// When the folder takes no file.
    pub fn beside(target: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".plimsoll-").suffix(".part");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(folder_of(target)).map(Self)
    }

    /// Under a name that tells whose draft it is, so that what a killed process leaves can be known and removed. What
    /// is there is written over.
    ///
    /// # Errors
    /// When the folder takes no file.
    pub fn at(path: &Path) -> io::Result<Self> {
        let file = File::create(path)?;
        Ok(Self(NamedTempFile::from_parts(file, TempPath::try_from_path(path)?)))
    }

    /// The file.
    #[must_use]
    pub fn as_file(&self) -> &File {
        self.0.as_file()
    }

    /// The file.
    pub fn as_file_mut(&mut self) -> &mut File {
        self.0.as_file_mut()
    }

    /// Waits until all is on the disk and gives the file its name; what has it is replaced.
    ///
    /// # Errors
    /// When the disk does not take it, or the name can't be given.
    pub fn replace(self, target: &Path) -> io::Result<()> {
        self.0.as_file().sync_all()?;
        self.0.persist(target).map_err(|refused| refused.error)?;
        sync_folder_of(target)
    }

    /// Waits until all is on the disk and gives the file the first of these names that nothing has; `None` when all of
    /// them are taken.
    ///
    /// # Errors
    /// When the disk does not take it, or the name can't be given.
    pub fn name_first(self, names: impl IntoIterator<Item = PathBuf>) -> io::Result<Option<PathBuf>> {
        self.0.as_file().sync_all()?;
        let mut draft = self.0;
        for name in names {
            match draft.persist_noclobber(&name) {
                Ok(_) => return sync_folder_of(&name).map(|()| Some(name)),
                Err(taken) if taken.error.kind() == ErrorKind::AlreadyExists => draft = taken.file,
                Err(refused) => return Err(refused.error),
            }
        }
        Ok(None)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.as_file_mut().flush()
    }
}

/// The folder that a path lies in; the current one where it names none.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Waits until the names in a file's folder are on the disk: without this a file's name can be lost with the power,
/// though its bytes are there.
///
/// # Errors
/// When the disk does not take them.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let synced = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
    match synced {
        // A folder that may be written to but not read, or a file system that knows no such thing, gives no more.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::InvalidInput | ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn written(mut draft: Draft, bytes: &[u8]) -> Draft {
        draft.write_all(bytes).unwrap();
        draft
    }

    #[test]
    fn until_it_has_its_name_the_old_file_is_whole_and_afterwards_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.csv");
        fs::write(&target, "old").unwrap();
        let draft = written(Draft::beside(&target).unwrap(), b"new");
        assert_eq!(fs::read(&target).unwrap(), b"old");
        draft.replace(&target).unwrap();
        assert_eq!(
            (fs::read(&target).unwrap(), names(folder.path())),
            (b"new".to_vec(), vec!["a.csv".to_owned()])
        );
    }

    #[test]
    fn a_draft_that_is_given_up_leaves_nothing_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let named = folder.path().join("run.json.tmp");
        fs::write(&named, "what a killed process left, and longer").unwrap();
        drop(written(Draft::beside(&named).unwrap(), b"1"));
        let draft = written(Draft::at(&named).unwrap(), b"2");
        assert_eq!(fs::read(&named).unwrap(), b"2");
        let refused = draft.replace(&folder.path().join("missing/run.json"));
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn the_first_free_name_is_taken_and_none_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["1", "2"].map(|name| folder.path().join(name));
        let name = |bytes: &[u8]| {
            let draft = written(Draft::beside(&one).unwrap(), bytes);
            draft.name_first([one.clone(), two.clone()]).unwrap()
        };
        assert_eq!(name(b"a"), Some(one.clone()));
        assert_eq!(name(b"b"), Some(two.clone()));
        assert_eq!(name(b"c"), None);
        assert_eq!([&one, &two].map(|path| fs::read(path).unwrap()), [b"a", b"b"]);
        assert_eq!(names(folder.path()), ["1", "2"]);
    }

    #[test]
    fn a_path_of_one_word_lies_in_the_current_folder() {
        assert_eq!(folder_of(Path::new("a.csv")), Path::new("."));
        assert_eq!(folder_of(Path::new("x/a.csv")), Path::new("x"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_may_be_read_by_whom_the_user_s_mask_lets() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let [plain, drafted] = ["plain", "drafted"].map(|name| folder.path().join(name));
        fs::write(&plain, "").unwrap();
        Draft::beside(&drafted).unwrap().replace(&drafted).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&drafted), mode(&plain));
    }
}
