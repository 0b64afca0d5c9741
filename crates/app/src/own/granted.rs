//! Folders and hosts that are told on a command line.

use std::collections::BTreeMap;
use std::path::Path;

use plimsoll_model::{FolderGrant, HostAndPort};
use plimsoll_store::folder_at;

use crate::Error;

/// What makes a folder one that may be written.
const WRITE: &str = ":write";

/// Folders, each as `DIR:/PATH` or `DIR:/PATH:write`, and the digests of what they hold.
///
/// # Errors
/// When one is not told so, is not there, or contradicts another.
pub(super) fn folders(told: &[String]) -> Result<(Vec<FolderGrant>, BTreeMap<String, String>), Error> {
    let (mut folders, mut digests) = (Vec::<FolderGrant>::new(), BTreeMap::new());
    for told in told {
        let (words, write) = told.strip_suffix(WRITE).map_or((told.as_str(), false), |words| (words, true));
        let Some((from, to)) = words.rsplit_once(':').filter(|(from, _)| !from.is_empty()) else {
            return Err(Error::usage(format!(
                "`--folder {told}` does not tell where a program sees the folder"
            ))
            .with_hint("write it as `--folder DIR:/PATH`, or `--folder DIR:/PATH:write`"));
        };
        let mut folder = FolderGrant { from: from.into(), to: to.to_owned(), write };
        if let Some(problem) = folder.misplaced() {
            return Err(Error::usage(format!("`{}` {problem}", to.escape_debug()))
                .with_hint("name another path, e.g. `--folder templates:/data`"));
        }
        let overlaps = |other: &&FolderGrant| other.to == to || other.holds(to) || folder.holds(&other.to);
        if let Some(other) = folders.iter().find(overlaps) {
            return Err(Error::usage(format!(
                "a program can't see one folder as `{to}` and another as `{}`",
                other.to
            ))
            .with_hint("name places beside each other, each once"));
        }
        let (absolute, held) = folder_at(Path::new(from))?;
        folder.from = absolute;
        folders.push(folder);
        digests.extend(held);
    }
    Ok((folders, digests))
}

/// Hosts, each with its port.
///
/// # Errors
/// When one has none.
pub(super) fn hosts(told: &[String]) -> Result<Vec<String>, Error> {
    let read = |host: &String| {
        let read = host.parse::<HostAndPort>().map_err(|error| Error::of(crate::Code::Usage, &error))?;
        Ok(read.to_string())
    };
    told.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_told_with_its_place_and_places_do_not_overlap() {
        let ground = tempfile::tempdir().unwrap();
        std::fs::write(ground.path().join("a"), "a").unwrap();
        let at = |to: &str| format!("{}:{to}", ground.path().display());
        let (read, digests) = folders(&[at("/data"), at("/out:write")]).unwrap();
        assert_eq!((read[0].write, read[1].write, read[1].to.as_str()), (false, true, "/out"));
        assert_eq!(digests.len(), 1);
        for wrong in [
            vec![at("data")],
            vec!["/data".to_owned()],
            vec![at("/a"), at("/a/b")],
            vec![at("/a/b"), at("/a")],
        ] {
            assert!(folders(&wrong).is_err(), "{wrong:?}");
        }
        assert!(folders(&["/no/such:/data".to_owned()]).is_err());
        assert!(hosts(&["db.example".to_owned()]).is_err());
        assert_eq!(hosts(&["DB.example:5432".to_owned()]).unwrap(), ["db.example:5432"]);
    }
}
