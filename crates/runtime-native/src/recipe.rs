use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use plimsoll_model::Listen;
use plimsoll_process::Cgroups;
use plimsoll_runtime::Conditions;

/// What each instance is made from.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) cgroups: Arc<Cgroups>,
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<String>,
    /// What a command is given on standard input.
    pub(crate) stdin: Option<Arc<[u8]>>,
    pub(crate) environment: BTreeMap<String, String>,
    /// How a service is told where to listen; `None` for a command.
    pub(crate) listen: Option<Listen>,
    pub(crate) conditions: Conditions,
    /// The owner's label, made once.
    pub(crate) label: String,
}
