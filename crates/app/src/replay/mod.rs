//! Running a capsule's plan again on this machine.

mod images;

use std::env::consts::ARCH;
use std::path::{Path, PathBuf};

use plimsoll_engine::{Cancel, EventSink};
use plimsoll_format as format;
use plimsoll_model::{
    Artifact, FolderGrant, Form, Grants, LaneSpec, LeftOut, Limits, Plan, Rate, Source, Trials, Workload,
};
use plimsoll_store::load_workload;
use serde::Deserialize;
use tempfile::TempDir;

use self::images::NamedImage;
use crate::bench::Wish;
use crate::capsule::{self, Held};
use crate::error::listed;
use crate::lanes::Lane;
use crate::notice::notice;
use crate::workloads::file_of;
use crate::{Error, Finished, Places, Registry, unpacked};

/// Runs the plan of a capsule's run again, with the capsule's workloads.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Replay {
    /// The capsule's file.
    pub capsule: PathBuf,
    /// Whether it is wished that the capsule's code is run here: nothing is replayed without.
    pub again: bool,
    /// Whether lanes that do not shut a stranger's code off from this machine take part.
    pub trust_native: bool,
    /// Where runs are kept.
    #[serde(default)]
    pub places: Places,
}

/// A capsule that can be run again here. Its workloads lie in a private folder until this is dropped.
pub struct Replayable {
    wish: Wish,
    left_out: Vec<LeftOut>,
    notes: Vec<String>,
    workloads: Vec<Workload>,
    /// The images that the capsule's run knows by their names.
    named: Vec<NamedImage>,
    // Dropped last: what runs is in it.
    folder: TempDir,
}

impl Replay {
    /// Checks the capsule and unpacks its workloads, and runs nothing yet.
    ///
    /// # Errors
    /// With [`crate::Code::Usage`] when it was not wished that its code is run; else when the capsule is refused, holds
    /// no workloads, has a plan that can't be carried out, or none of its lanes can be run here.
    pub fn open(&self, registry: &Registry) -> Result<Replayable, Error> {
        registry.check()?;
        let held = capsule::open(&self.capsule)?;
        let name = self.capsule.display();
        let plan = held.run.plan.clone();
        plan.validate().map_err(|error| {
            let mut told = Error::environment(format!("the plan in `{name}` can't be carried out"));
            told.causes = vec![error.to_string()];
            told.with_hint("`plimsoll open` shows its run")
        })?;
        if !held.capsule.contents().has_workloads() {
            return Err(Error::environment(format!(
                "`{name}` holds no workloads: there is nothing to run again"
            ))
            .with_hint("ask for a capsule packed with its workloads; `plimsoll open` shows its run"));
        }
        if !self.again {
            let message = format!("`{name}` was not replayed: that runs the code in it on this machine");
            let hint = format!("`--again` runs {} in the lanes that shut it off", listed(&plan.workloads));
            return Err(Error::usage(message).with_hint(hint));
        }
        self.unpack(registry, held, plan)
    }

    fn unpack(&self, registry: &Registry, mut held: Held, mut plan: Plan) -> Result<Replayable, Error> {
        // What can't be removed is told by `plimsoll clean`.
        let _ = unpacked::sweep();
        let folder = unpacked::folder(&held.run.id)?;
        let mut workloads = Vec::new();
        for name in &plan.workloads {
            let unpacked = held.capsule.unpack_workload(name, folder.path())?;
            workloads.push(load_workload(&unpacked)?);
        }
        let mut left_out = Vec::new();
        plan.lanes.retain(|lane| match self.obstacle(registry, lane, &workloads) {
            None => true,
            Some(why) => {
                left_out.push(LeftOut { lane: lane.slug.clone(), why });
                false
            }
        });
        if plan.lanes.is_empty() {
            let mut error = Error::environment("none of the capsule's lanes can be run here");
            error.causes = left_out.iter().map(ToString::to_string).collect();
            return Err(error.with_hint("`plimsoll open` shows its run"));
        }
        if self.trust_native {
            let mut natives = workloads.iter().filter_map(|workload| file_of(workload, Form::Binary));
            natives.try_for_each(make_executable)?;
        }
        let mut notes = std::mem::take(&mut held.notes);
        notes.push(warning(&plan));
        notes.extend(workloads.iter().filter_map(reach));
        let taking_part: Vec<&Lane> = registry
            .lanes()
            .iter()
            .filter(|lane| plan.lane_slugs().any(|slug| slug == lane.slug()))
            .collect();
        notes.extend(taking_part.iter().filter_map(|lane| trusted(lane)));
        notes.extend(
            workloads.iter().filter_map(|workload| images::note(workload, image_of(workload, &taking_part)?)),
        );
        notes.extend(rates(&held, &plan));
        let named = images::named(&held.run, &workloads);
        let wish = Wish::new(self.places.store()?, workloads.clone(), plan);
        Ok(Replayable { wish, left_out, notes, workloads, named, folder })
    }

    /// Why a lane of the plan does not take part here; nothing is said of what the machine lacks.
    fn obstacle(&self, registry: &Registry, planned: &LaneSpec, workloads: &[Workload]) -> Option<String> {
        let Some(lane) = registry.lane(&planned.slug) else {
            return Some("this Plimsoll has no such lane".to_owned());
        };
        // Offered ones are known by their names, whatever an older or newer build wrote of their parameters.
        if lane.is_own() && lane.spec != *planned {
            return Some("the lane of this name here has another family or other parameters".to_owned());
        }
        let record = lane.record();
        if let Some(reach) = record.reach.filter(|_| !self.trust_native) {
            return Some(format!("{reach}; `--trust-native` lets the capsule's code run there"));
        }
        // What a lane does not run of the workloads is told where all lanes are asked.
        let taken =
            workloads.iter().filter_map(|workload| Some((workload, lane.runtime.accepts(workload).ok()?)));
        let mut lacking = Vec::new();
        for (workload, artifact) in taken {
            match (&artifact.source, artifact.form) {
                // A stranger's capsule has no WebAssembly pulled with its user's login.
                (Source::Registry(_), _) => {
                    return Some(format!(
                        "the WebAssembly of `{}` is in a registry and not in the capsule",
                        workload.name
                    ));
                }
                (Source::File(file), Form::Binary) if !file.is_file() => lacking.push(&workload.name),
                _ => {
                    if let Some(why) = images::obstacle(workload, artifact, self.trust_native) {
                        return Some(why);
                    }
                }
            }
        }
        (!lacking.is_empty())
            .then(|| format!("the capsule has no native binary for {ARCH} of {}", listed(lacking)))
    }
}

/// The image of a workload, where it takes part in one of the lanes.
fn image_of<'w>(workload: &'w Workload, lanes: &[&Lane]) -> Option<&'w Artifact> {
    let mut taken = lanes.iter().filter_map(|lane| lane.runtime.accepts(workload).ok());
    taken.find(|artifact| artifact.form == Form::Image)
}

impl Replayable {
    /// What is to be known before anything is run, each in a sentence.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// How many trials each cell gets.
    #[must_use]
    pub fn trials(&self) -> Trials {
        self.wish.trials()
    }

    /// Runs it again, like [`crate::Bench::run`], in those of the plan's lanes that this machine can run.
    ///
    /// # Errors
    /// When none of the lanes is available, or the run can't be kept.
    pub async fn run(
        self,
        registry: &Registry,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Finished, Error> {
        let Self { wish, left_out, folder, workloads, named, .. } = self;
        let finished = wish.carry_out_here(registry, &[], left_out, events, cancel).await;
        drop(folder);
        if let Ok(finished) = &finished {
            for told in images::unlike(&named, &images::named(&finished.run, &workloads)) {
                notice(events, told);
            }
        }
        finished
    }
}

/// What is about to happen.
fn warning(plan: &Plan) -> String {
    let Limits { cpu_milli, memory_bytes, .. } = plan.settings.limits;
    format!(
        "what follows runs the capsule's code on this machine: {} in {}, {} trials each, an instance at most {} CPU and {}",
        listed(&plan.workloads),
        listed(plan.lane_slugs()),
        plan.trials.cold_starts,
        f64::from(cpu_milli) / 1_000.0,
        format::bytes(memory_bytes as f64),
    )
}

/// What a workload's grants let its code reach from this machine; `None` where that is nothing.
fn reach(workload: &Workload) -> Option<String> {
    let Grants { hosts, folders, .. } = &workload.grants;
    let mut told = Vec::new();
    if !hosts.is_empty() {
        let hosts: Vec<String> = hosts.iter().map(|host| format!("`{}`", host.escape_debug())).collect();
        told.push(format!("may connect from this machine to {}", hosts.join(", ")));
    }
    for FolderGrant { from, to, write } in folders {
        let inside = workload.origin.folder().and_then(|folder| from.strip_prefix(folder).ok());
        let name = inside.unwrap_or(from).to_string_lossy().into_owned();
        let how = if *write { ", in a copy that it may write into" } else { "" };
        told.push(format!(
            "sees the capsule's folder `{}` as `{}`{how}",
            name.escape_debug(),
            to.escape_debug()
        ));
    }
    (!told.is_empty()).then(|| format!("`{}` {}", workload.name, told.join("; ")))
}

/// What else a lane lets the code reach.
fn trusted(lane: &Lane) -> Option<String> {
    let reach = lane.record().reach?;
    Some(format!("`--trust-native` was given, so lane `{}` takes part: {reach}", lane.slug()))
}

/// Where the plan leaves the rate to the machine, this one may find another.
fn rates(held: &Held, plan: &Plan) -> Option<String> {
    let loads = &held.run.loads;
    if plan.settings.load.rate != Rate::HalfOfSlowest || loads.is_empty() {
        return None;
    }
    let rates: Vec<String> = loads
        .iter()
        .map(|load| format!("`{}` {} requests/s", load.workload, load.rate_milli as f64 / 1_000.0))
        .collect();
    Some(format!(
        "the plan takes half of what the slowest lane can serve, which may be another rate here; there it was {}",
        rates.join(", ")
    ))
}

#[cfg(unix)]
fn make_executable(native: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    if !native.is_file() {
        return Ok(());
    }
    std::fs::set_permissions(native, PermissionsExt::from_mode(0o700)).map_err(|error| {
        let mut told = Error::environment(format!("could not make `{}` executable", native.display()));
        told.causes = vec![error.to_string()];
        told
    })
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<(), Error> {
    Ok(())
}
