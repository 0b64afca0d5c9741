use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use plimsoll_model::{FolderGrant, Listen};
use plimsoll_process::Cgroups;
use plimsoll_runtime::{Conditions, GivenFolder};

use crate::calling::{Calling, StartedWith};

/// What each instance is made from.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) cgroups: Arc<Cgroups>,
    pub(crate) program: PathBuf,
    /// How the program is called around the workload's own arguments.
    pub(crate) calling: Calling,
    pub(crate) args: Vec<String>,
    /// What a command is given on standard input.
    pub(crate) stdin: Option<Arc<[u8]>>,
    pub(crate) environment: BTreeMap<String, String>,
    /// Folders that the program is told of.
    pub(crate) folders: Vec<FolderGrant>,
    /// How a service is told where to listen; `None` for a command.
    pub(crate) listen: Option<Listen>,
    pub(crate) conditions: Conditions,
    /// The owner's label, made once.
    pub(crate) label: String,
}

impl Recipe {
    /// What a process is started with that sees these folders and, as a service, listens there.
    pub(crate) fn started(&self, address: Option<SocketAddr>, folders: &[GivenFolder]) -> StartedWith {
        let mut own = self.args.clone();
        let mut variables = self.environment.clone();
        if let Some((listen, address)) = self.listen.as_ref().zip(address) {
            let told = listen.told(address);
            variables = told.beside(&self.environment);
            own.extend(told.arguments);
        }
        self.calling.around(own, variables, address, folders)
    }
}
