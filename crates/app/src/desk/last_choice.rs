//! What was chosen for the last bench, offered first the next time.

use std::fs;
use std::path::PathBuf;

use plimsoll_files::read_file;
use plimsoll_model::{Preset, Slug};
use serde::{Deserialize, Serialize};

use super::order::Order;
use crate::outfile::{self, Existing};
use crate::{Error, Places};

/// The form that is written now.
const VERSION: u32 = 1;
/// The largest file that is read, in bytes.
const LONGEST: u64 = 64 << 10;
const FILE: &str = "last-choice.json";

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LastChoice {
    version: u32,
    workloads: Vec<Slug>,
    lanes: Vec<Slug>,
    preset: Preset,
}

impl LastChoice {
    fn of(order: &Order) -> Self {
        let Order { workloads, lanes, preset, .. } = order.clone();
        Self { version: VERSION, workloads, lanes, preset }
    }

    /// What was kept; `None` where nothing was.
    ///
    /// # Errors
    /// When it can't be read, in a sentence.
    pub(super) fn read(places: &Places) -> Result<Option<Self>, String> {
        let Ok(file) = file(places) else { return Ok(None) };
        if fs::symlink_metadata(&file).is_err() {
            return Ok(None);
        }
        let unread = |why: &dyn std::fmt::Display| {
            format!("What was chosen last is not remembered: `{}` does not read: {why}", file.display())
        };
        let bytes = read_file(&file, LONGEST).map_err(|why| unread(&why))?;
        let read: Self = serde_json::from_slice(&bytes).map_err(|why| unread(&why))?;
        if read.version != VERSION {
            return Err(unread(&format!("it has version {}, and {VERSION} is known", read.version)));
        }
        Ok(Some(read))
    }

    /// Keeps what is chosen now.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) fn keep(order: &Order, places: &Places) -> Result<(), Error> {
        let file = file(places)?;
        let text = serde_json::to_vec_pretty(&Self::of(order))
            .map_err(|error| Error::of(crate::Code::Environment, &error))?;
        outfile::write(&file, &text, Existing::Replace)?;
        Ok(())
    }

    /// The usual order, with what was chosen as far as that can still be: the usual where nothing of it is left.
    /// `lanes`: all that can be chosen.
    pub(super) fn within(&self, usual: Order, lanes: &[Slug]) -> Order {
        let left = |chosen: &[Slug], all: &[Slug]| -> Option<Vec<Slug>> {
            let left: Vec<Slug> = chosen.iter().filter(|slug| all.contains(slug)).cloned().collect();
            (!left.is_empty()).then_some(left)
        };
        Order {
            workloads: left(&self.workloads, &usual.workloads).unwrap_or(usual.workloads),
            lanes: left(&self.lanes, lanes).unwrap_or(usual.lanes),
            preset: self.preset,
            fields: usual.fields,
        }
    }
}

/// Beside the runs.
fn file(places: &Places) -> Result<PathBuf, Error> {
    Ok(places.store()?.folder().with_file_name(FILE))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn slugs(names: &[&str]) -> Vec<Slug> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    fn order(workloads: &[&str], preset: Preset) -> Order {
        let (workloads, lanes) = (slugs(workloads), slugs(&["native"]));
        Order { workloads, lanes, preset, fields: BTreeMap::new() }
    }

    fn places(ground: &tempfile::TempDir) -> Places {
        Places { data_folder: Some(ground.path().to_owned()), ..Places::default() }
    }

    #[test]
    fn what_was_chosen_is_offered_again_without_what_is_gone() {
        let ground = tempfile::tempdir().unwrap();
        let places = places(&ground);
        assert_eq!(LastChoice::read(&places), Ok(None));
        LastChoice::keep(&order(&["cart", "gone"], Preset::Rigorous), &places).unwrap();
        let last = LastChoice::read(&places).unwrap().unwrap();
        let lanes = slugs(&["native"]);
        let offered = last.within(order(&["hello", "cart"], Preset::Quick), &lanes);
        assert_eq!(offered, order(&["cart"], Preset::Rigorous));
        let nothing = last.within(order(&["hello"], Preset::Quick), &lanes);
        assert_eq!(nothing.workloads, slugs(&["hello"]));
    }

    #[test]
    fn a_damaged_file_is_told_and_written_anew() {
        let ground = tempfile::tempdir().unwrap();
        let places = places(&ground);
        for text in ["{", "[]", "{\"version\":2,\"workloads\":[],\"lanes\":[],\"preset\":\"quick\"}"] {
            fs::write(ground.path().join(FILE), text).unwrap();
            assert!(LastChoice::read(&places).unwrap_err().contains(FILE));
        }
        LastChoice::keep(&order(&["cart"], Preset::Quick), &places).unwrap();
        assert!(LastChoice::read(&places).unwrap().is_some());
    }
}
