use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use plimsoll_model::{
    Availability, FolderGrant, Form, Held, LaneRecord, LaneSpec, Limits, Side, Words, Workload,
};
use plimsoll_process::{Cgroups, Layout};
use plimsoll_runtime::{
    BoxFuture, Conditions, Prepared, Runtime, RuntimeError, Swept, Unfit, artifact_file, artifact_of,
    by_its_name,
};

use crate::NativeError;
use crate::by_hand::{CLOCK, UNTIL};
use crate::lane::LANE;
use crate::prepared::NativePrepared;

/// Plain processes under limits: one lane with the control groups that it shares with its family.
#[derive(Debug)]
pub(crate) struct Native {
    spec: LaneSpec,
    cgroups: Arc<Groups>,
}

/// Control groups, looked for when they are first needed.
#[derive(Debug, Default)]
pub(crate) struct Groups(OnceLock<Arc<Cgroups>>);

impl Groups {
    pub(crate) fn found(cgroups: Cgroups) -> Self {
        Self(OnceLock::from(Arc::new(cgroups)))
    }

    pub(crate) fn get(&self) -> &Arc<Cgroups> {
        self.0.get_or_init(|| Arc::new(Cgroups::open()))
    }

    /// Removes those of dead owners.
    pub(crate) fn sweep(&self) -> Result<Swept, NativeError> {
        let mut swept = Swept::default();
        let named = |name: &str| format!("control group `plimsoll/{name}`");
        let removed = self.get().sweep(|label| swept.may_go(label, || named(label)))?;
        swept.removed.extend(removed.iter().map(|name| named(name)));
        Ok(swept)
    }

    /// Which limits they can't hold, and what stands in their place; `None` where all hold.
    pub(crate) fn unlimited(&self) -> Option<String> {
        let gaps = self.get().unlimited();
        let mut text: Vec<String> = gaps.iter().map(ToString::to_string).collect();
        if gaps.iter().any(|gap| gap.what == "memory") {
            text.push("in its place `RLIMIT_DATA` makes allocating fail at the limit".to_owned());
        }
        if gaps.iter().any(|gap| gap.what == "cpu") {
            text.push("only the CPUs it is pinned to bound its CPU time".to_owned());
        }
        (!text.is_empty()).then(|| text.join("; "))
    }
}

impl Native {
    pub(crate) fn new(spec: LaneSpec, cgroups: Arc<Groups>) -> Self {
        Self { spec, cgroups }
    }

    fn cgroups(&self) -> &Arc<Cgroups> {
        self.cgroups.get()
    }
}

/// Why a process of this machine does not see a folder at its path as other lanes do; `None` where it does.
fn misses(folder: &FolderGrant) -> Option<&'static str> {
    if folder.from != Path::new(&folder.to) {
        return Some("and it lies elsewhere among them");
    }
    folder.write.then_some("and it would write into the user's own folder")
}

const UNEQUAL: [&str; 5] = [
    "There is no container: no namespaces, no root file system of its own, no seccomp filter and no dropped \
     capabilities. It has the rights of whoever runs Plimsoll.",
    "A service listens on 127.0.0.1 of the host itself; no proxy and no address translation stand before it.",
    "Before the clock starts the process is made by Plimsoll itself and stands in its control group under its limits; \
     cold start begins with exec. What the group took is `group_time`. A container's cold start includes its group's.",
    "Its output is read by Plimsoll and dropped beyond a limit; it is written to no log.",
    "The binary is mapped from the workload's folder: its pages stay in the page cache from trial to trial and are \
     charged to whoever read them first.",
];
const OUTSIDE: [&str; 2] = [
    "The kernel: network stack, fork, exec and the making and clearing of control groups are mostly charged to \
     nobody.",
    "A thread of Plimsoll that reads a service's output, on the generator's CPUs; it sleeps while there is none.",
];

impl Runtime for Native {
    fn spec(&self) -> LaneSpec {
        self.spec.clone()
    }

    fn record(&self) -> LaneRecord {
        let record = LaneRecord {
            spec: self.spec(),
            side: Side::Control,
            shade: Some(0),
            own_process: true,
            words: Words { starts: "a new native process".to_owned(), is: "the native process".to_owned() },
            reach: Some("it is a process of this machine, outside any sandbox".to_owned()),
            summary: "A plain process of the native binary, under the same limits: the very binary that the containers \
                      run, where their workload names no image of its own."
                .to_owned(),
            unequal: UNEQUAL.map(str::to_owned).into(),
            outside_limits: OUTSIDE.map(str::to_owned).into(),
            unlimited: self.cgroups.unlimited(),
        };
        if self.spec.slug == LANE { record } else { by_its_name(record) }
    }

    fn availability(&self) -> BoxFuture<'_, Availability> {
        let groups = match self.cgroups().layout() {
            Layout::V1 => "control groups v1",
            Layout::V2 => "control groups v2",
            Layout::Hybrid => "control groups v1 and v2 (hybrid)",
            Layout::Absent => "no control groups",
        };
        let detail = match self.cgroups.unlimited() {
            None => format!("{groups}, all limits hold"),
            Some(gaps) => format!("{groups}; {gaps}"),
        };
        Box::pin(async { Availability::Available { detail } })
    }

    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>> {
        Box::pin(async { BTreeMap::new() })
    }

    fn by_hand(&self, limits: &Limits) -> Vec<String> {
        let Limits { cpu_milli, memory_bytes, pids, .. } = limits;
        let quota = f64::from(*cpu_milli) / 10.0;
        vec![
            "# without systemd: a control group with the same limits, and the process put into it before it executes".to_owned(),
            CLOCK.to_owned(),
            format!(
                "systemd-run --scope --property CPUQuota={quota}% --property AllowedCPUs=CPUS --property MemoryMax={memory_bytes} --property MemorySwapMax=0 \
                 --property TasksMax={pids} -- env --ignore-environment --chdir=/ PLIMSOLL_LISTEN=127.0.0.1:PORT PORT=PORT BINARY &"
            ),
            UNTIL.to_owned(),
        ]
    }

    fn held(&self) -> BoxFuture<'_, Option<Held>> {
        Box::pin(async { None })
    }

    fn accepts<'w>(&self, workload: &'w Workload) -> Result<&'w plimsoll_model::Artifact, Unfit> {
        let artifact = artifact_of(workload, Form::Binary)?;
        match workload.grants.folders.iter().find_map(|folder| Some((folder, misses(folder)?))) {
            None => Ok(artifact),
            Some((folder, why)) => Err(Unfit::Folder {
                workload: workload.name.clone(),
                lane: self.spec.slug.clone(),
                to: folder.to.clone(),
                why,
            }),
        }
    }

    fn prepare<'a>(
        &'a self,
        workload: &'a Workload,
        conditions: &'a Conditions,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, RuntimeError>> {
        Box::pin(async {
            self.accepts(workload)?;
            let program = artifact_file(workload, Form::Binary)?;
            let prepared = NativePrepared::make(Arc::clone(self.cgroups()), program, workload, conditions)?;
            let prepared: Box<dyn Prepared> = Box::new(prepared);
            Ok(prepared)
        })
    }
}
