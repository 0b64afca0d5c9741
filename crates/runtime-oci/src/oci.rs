use std::collections::BTreeMap;

use plimsoll_model::{Artifact, Availability, Form, Held, LaneRecord, LaneSpec, Limits, Workload};
use plimsoll_runtime::{
    BoxFuture, Conditions, Prepared, Runtime, RuntimeError, Unfit, artifact_file, artifact_of, by_its_name,
};
use tokio::sync::OnceCell;

use crate::OciError;
use crate::calling;
use crate::describe;
use crate::find::find;
use crate::lane::Lane;
use crate::least::{LIMIT, try_out};
use crate::prepared::OciPrepared;
use crate::recipe::check_root;

/// One lane.
#[derive(Debug)]
pub(crate) struct Oci {
    lane: Lane,
    /// What the runtime calls its version.
    version: OnceCell<String>,
    /// That it has run a container here.
    ran: OnceCell<()>,
}

impl Oci {
    pub(crate) fn new(lane: Lane) -> Self {
        Self { lane, version: OnceCell::new(), ran: OnceCell::new() }
    }

    fn runtime(&self) -> &str {
        &self.lane.parameters.runtime
    }

    async fn look(&self) -> Result<String, OciError> {
        let program = find(self.runtime())?;
        check_root(self.runtime())?;
        let refused =
            |what| OciError::Refused { runtime: self.runtime().to_owned(), what, said: String::new() };
        let version = self.version.get_or_try_init(|| calling::version(&program)).await.map_err(refused)?;
        let version = if version.is_empty() { "of a version that it does not tell" } else { version };
        Ok(format!("{version}, at `{}`", program.display()))
    }

    fn told(&self, looked: Result<String, OciError>) -> Availability {
        match looked {
            Ok(detail) => Availability::Available { detail },
            Err(error) => {
                Availability::Unavailable { remedy: self.remedy(&error), problem: error.to_string() }
            }
        }
    }

    fn remedy(&self, error: &OciError) -> String {
        let runtime = self.runtime();
        match error {
            OciError::Absent { .. } => match runtime {
                "runc" | "crun" => format!("apt-get install {runtime}"),
                "youki" => {
                    "install youki from its releases: https://github.com/youki-dev/youki/releases".to_owned()
                }
                _ => format!("install `{runtime}`, or name another in the lane's `runtime`"),
            },
            OciError::Rootless { .. } => "run Plimsoll as root".to_owned(),
            // `crun` wants one version of control groups alone.
            OciError::Refused { said, .. } if said.contains("hybrid") => {
                "boot with version 2 of control groups alone: `systemd.unified_cgroup_hierarchy=1`".to_owned()
            }
            _ => format!("see whether `{runtime} run` runs a container by hand"),
        }
    }
}

impl Runtime for Oci {
    fn spec(&self) -> LaneSpec {
        self.lane.spec()
    }

    fn record(&self) -> LaneRecord {
        let record = describe::record(&self.lane);
        if self.lane.place().is_some() { record } else { by_its_name(record) }
    }

    fn availability(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async { self.told(self.look().await) })
    }

    fn tried(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async {
            let looked = match self.look().await {
                Ok(detail) => {
                    let ran = self.ran.get_or_try_init(|| try_out(self.runtime(), LIMIT)).await;
                    ran.map(|()| detail)
                }
                absent => absent,
            };
            self.told(looked)
        })
    }

    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>> {
        Box::pin(async {
            let _ = self.look().await;
            let version = self.version.get().filter(|version| !version.is_empty());
            version.map(|version| (self.runtime().to_owned(), version.clone())).into_iter().collect()
        })
    }

    fn held(&self) -> BoxFuture<'_, Option<Held>> {
        Box::pin(async { None })
    }

    fn accepts<'w>(&self, workload: &'w Workload) -> Result<&'w Artifact, Unfit> {
        artifact_of(workload, Form::Binary)
    }

    fn prepare<'a>(
        &'a self,
        workload: &'a Workload,
        conditions: &'a Conditions,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, RuntimeError>> {
        Box::pin(async {
            let binary = artifact_file(workload, Form::Binary)?;
            let prepared = OciPrepared::make(self.runtime(), binary, workload, conditions).await?;
            Ok(Box::new(prepared) as Box<dyn Prepared>)
        })
    }

    fn by_hand(&self, limits: &Limits) -> Vec<String> {
        describe::by_hand(&self.lane, limits)
    }
}
