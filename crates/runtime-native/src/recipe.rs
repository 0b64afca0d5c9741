use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use plimsoll_model::JobKind;
use plimsoll_process::Cgroups;
use plimsoll_runtime::Conditions;

/// What each instance is made from.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) cgroups: Arc<Cgroups>,
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<String>,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) kind: JobKind,
    pub(crate) conditions: Conditions,
    /// The owner's label, made once.
    pub(crate) label: String,
}
