//! Removing what dead owners left.

use std::fs;
use std::path::PathBuf;

use crate::{ProcessError, occupants};

pub(crate) fn sweep(
    holders: &[PathBuf],
    mut may_go: impl FnMut(&str) -> bool,
) -> Result<Vec<String>, ProcessError> {
    let mut removed: Vec<String> = Vec::new();
    let mut failed = None;
    for folder in holders.iter().filter_map(|holder| fs::read_dir(holder).ok()).flatten().flatten() {
        if !folder.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let Ok(name) = folder.file_name().into_string() else { continue };
        let Some(label) = label_of(&name) else { continue };
        if !may_go(label) {
            continue;
        }
        match occupants::remove(&folder.path()) {
            Ok(()) if removed.contains(&name) => {}
            Ok(()) => removed.push(name),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(removed), Err)
}

/// The owner's label in a group's name, `<label>.<n>`.
pub(crate) fn label_of(name: &str) -> Option<&str> {
    let (label, number) = name.rsplit_once('.')?;
    let ours = !label.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    ours.then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_number_at_its_end_is_not_ours() {
        assert_eq!(label_of("run.12.99.0"), Some("run.12.99"));
        for foreign in ["web", "web.", ".3", "web.x1"] {
            assert_eq!(label_of(foreign), None, "{foreign}");
        }
    }
}
