use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use plimsoll_model::{FolderGrant, Listen, Workload};
use plimsoll_process::{GroupMaker, GroupsAbove};
use plimsoll_runtime::Conditions;

use crate::OciError;
use crate::find::find;
use crate::groups::Mounted;
use crate::home::Home;

/// What each container is made from.
#[derive(Debug)]
pub(crate) struct Recipe {
    /// As the lane names it.
    pub(crate) runtime: String,
    /// Where it lies.
    pub(crate) program: PathBuf,
    pub(crate) above: GroupsAbove,
    pub(crate) mounted: Mounted,
    pub(crate) home: Home,
    pub(crate) args: Vec<String>,
    /// What a command is given on standard input.
    pub(crate) stdin: Option<Arc<[u8]>>,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) folders: Vec<FolderGrant>,
    /// How a service is told where to listen; `None` for a command.
    pub(crate) listen: Option<Listen>,
    pub(crate) conditions: Conditions,
    /// The owner's label, made once.
    pub(crate) label: String,
}

impl Recipe {
    /// Of this program alone, which does nothing that it would have to be told.
    pub(crate) fn of(runtime: &str, program: &[u8], conditions: &Conditions) -> Result<Self, OciError> {
        Self::with(runtime, program, &[], conditions)
    }

    /// Of a workload whose binary this is.
    pub(crate) fn of_workload(
        runtime: &str,
        binary: &[u8],
        workload: &Workload,
        conditions: &Conditions,
    ) -> Result<Self, OciError> {
        Ok(Self {
            args: workload.job.arguments().to_vec(),
            stdin: workload.job.stdin().cloned(),
            environment: workload.grants.environment.clone(),
            listen: workload.job.listen().cloned(),
            ..Self::with(runtime, binary, &workload.grants.folders, conditions)?
        })
    }

    fn with(
        runtime: &str,
        program: &[u8],
        folders: &[FolderGrant],
        conditions: &Conditions,
    ) -> Result<Self, OciError> {
        let found = find(runtime)?;
        check_root(runtime)?;
        let above = GroupsAbove::open(GroupMaker::Anyone).map_err(|why| OciError::Groupless { why })?;
        Ok(Self {
            runtime: runtime.to_owned(),
            program: found,
            above,
            mounted: Mounted::here(),
            home: Home::make(&conditions.owner, program, folders)?,
            args: Vec::new(),
            stdin: None,
            environment: BTreeMap::new(),
            folders: folders.to_vec(),
            listen: None,
            conditions: conditions.clone(),
            label: conditions.owner.label(),
        })
    }

    /// The program's arguments, and what is in its environment: as a service, it is told where to listen.
    pub(crate) fn told(&self, address: Option<SocketAddr>) -> (Vec<String>, Vec<String>) {
        let (mut args, mut variables) = (self.args.clone(), self.environment.clone());
        if let Some((listen, address)) = self.listen.as_ref().zip(address) {
            let told = listen.told(address);
            variables = told.beside(&self.environment);
            args.extend(told.arguments);
        }
        (args, variables.into_iter().map(|(name, value)| format!("{name}={value}")).collect())
    }
}

/// A runtime without root needs what this lane does not make.
pub(crate) fn check_root(runtime: &str) -> Result<(), OciError> {
    match rustix::process::geteuid().is_root() {
        true => Ok(()),
        false => Err(OciError::Rootless { runtime: runtime.to_owned() }),
    }
}
