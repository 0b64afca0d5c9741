//! Free text of a form: whether anything is told, and what is said of a field that is wrong.

use std::path::PathBuf;

use etcetera::BaseStrategy;
use plimsoll_model::in_registry;

use super::order::Fault;
use crate::Error;

/// What is told; nothing where there are only blanks.
pub(super) fn told(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// What is wrong with a field.
pub(super) fn said(field: &str, message: String) -> Fault {
    Fault { field: Some(field.to_owned()), message }
}

/// An error as it stands at a field, or at the whole form.
pub(super) fn fault(field: Option<&str>, error: &Error) -> Fault {
    let causes = error.causes.iter().map(String::as_str);
    let mut message = std::iter::once(error.message.as_str()).chain(causes).collect::<Vec<_>>().join(": ");
    if let Some(hint) = &error.hint {
        message = format!("{message}; {hint}");
    }
    Fault { field: field.map(str::to_owned), message }
}

/// The file or folder that is named. A window has no current folder that its user knows.
pub(super) fn path(text: &str) -> Result<Option<PathBuf>, String> {
    let Some(text) = told(text) else { return Ok(None) };
    if in_registry(text).is_some() {
        return Ok(Some(PathBuf::from(text)));
    }
    if let Some(rest) = text.strip_prefix("~/") {
        let home = etcetera::choose_base_strategy().map_err(|error| error.to_string())?;
        return Ok(Some(home.home_dir().join(rest)));
    }
    let path = PathBuf::from(text);
    if path.is_absolute() {
        return Ok(Some(path));
    }
    Err(format!("`{text}` is no whole path: begin it with `/` or with `~/`"))
}
