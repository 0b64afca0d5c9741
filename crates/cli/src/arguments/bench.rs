//! The arguments of `plimsoll bench`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{ValueEnum, ValueHint};
use plimsoll_app::{Bench, Error, Gate, LaneWish, Overrides, Places, Target, quantity};
use plimsoll_model::{Preset, Slug};

use super::services::OwnServices;
use super::{Folders, Machine, OwnLanes, lanes, target};

/// Where `--ci` looks for budgets.
const USUAL_BUDGET: &str = "plimsoll.toml";

#[derive(clap::Args)]
pub(crate) struct BenchArguments {
    #[command(flatten)]
    pub(crate) plan: PlanArguments,

    #[command(flatten)]
    pub(crate) gate: GateArguments,

    /// Also write the run's file here.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    /// Also write this form there, as `plimsoll report` does; may be given more than once.
    #[arg(long = "export", value_name = "FORMAT=PATH", value_parser = target())]
    pub(crate) targets: Vec<Target>,

    /// Replace files that are there already.
    #[arg(long)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) machine: Machine,
}

/// What the run is held against.
#[derive(clap::Args)]
pub(crate) struct GateArguments {
    /// For CI: plain log lines, budgets from `plimsoll.toml` where it is there, a summary in Markdown to the file that
    /// `GITHUB_STEP_SUMMARY` names.
    #[arg(long, help_heading = "Gate")]
    pub(crate) ci: bool,

    /// Set the run against this one, and use its plan wherever none is asked for: a run, its file, or a folder of runs,
    /// of which the newest made on this host is taken.
    #[arg(long, value_name = "RUN|DIR", value_hint = ValueHint::AnyPath, help_heading = "Gate")]
    baseline: Option<PathBuf>,

    /// Hold the run against the budgets in this file; exit code 4 where one is broken beyond noise.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Gate")]
    budget: Option<PathBuf>,

    /// Measure the version before the change in the same shuffled order: a folder that holds the workloads as they were,
    /// or a commit.
    #[arg(long, value_name = "DIR|COMMIT", value_hint = ValueHint::AnyPath, help_heading = "Gate")]
    against: Option<PathBuf>,

    /// Exit code 0, not 1, where at most this share of the loads is missing: invalid because the load generator was late,
    /// and not made up for by being repeated. They are in no figure either way, and are told [default: none].
    #[arg(long, value_name = "PERCENT", value_parser = quantity::percent_milli, help_heading = "Gate")]
    tolerate_invalid: Option<u32>,

    /// Say of every budget how it was decided, not only of broken ones.
    #[arg(long, help_heading = "Gate")]
    pub(crate) explain: bool,

    /// Write what was compared and decided here, as JSON.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Gate")]
    pub(crate) decisions: Option<PathBuf>,
}

/// What is measured.
#[derive(clap::Args)]
pub(crate) struct PlanArguments {
    /// Workloads to measure [default: all].
    #[arg(value_name = "WORKLOAD")]
    workloads: Vec<Slug>,

    /// Lanes to measure; may be given more than once.
    #[arg(long = "lane", value_name = "LANE", help = lanes::lane_help())]
    lanes: Vec<LaneWish>,

    /// Where the plan begins from [default: `quick`, or `glance` where a service of your own is told].
    #[arg(long, value_enum)]
    preset: Option<PresetName>,

    /// Cold starts of each workload in each arm of each lane: with two arms a lane has twice as many.
    #[arg(long, value_name = "N", help_heading = "Plan")]
    trials: Option<u32>,

    /// How many of them also serve load, in each arm too.
    #[arg(long, value_name = "N", help_heading = "Plan")]
    loaded: Option<u32>,

    /// Repeat until the interval of each arm's cold-start median is this narrow: half its width over the median.
    #[arg(long, value_name = "PERCENT", value_parser = quantity::percent_milli, help_heading = "Plan")]
    precision: Option<u32>,

    /// Most cold starts in each arm with `--precision` [default: 10 × trials].
    #[arg(long, value_name = "N", requires = "precision", help_heading = "Plan")]
    max_trials: Option<u32>,

    /// Independent measurements of each lane in the same schedule, shown as one: how far two differ is the noise floor,
    /// within which nothing is called a difference; 1 measures none [default: 2].
    #[arg(long, value_name = "N", help_heading = "Plan")]
    arms: Option<u32>,

    /// Seed of the order of trials [default: drawn at random, and kept in the run].
    #[arg(long, value_name = "N", help_heading = "Plan")]
    seed: Option<u64>,

    /// Drop the page caches before every trial; needs root.
    #[arg(long, help_heading = "Plan")]
    cold_disk: bool,

    /// Requests per second, the same in every lane [default: half of what the slowest lane can serve].
    #[arg(long, value_name = "R", value_parser = quantity::rate_milli, help_heading = "Load")]
    rate: Option<u64>,

    /// How long each loaded trial is loaded, e.g. `5s`.
    #[arg(long, value_name = "D", value_parser = quantity::duration_ms, help_heading = "Load")]
    duration: Option<u64>,

    /// Keep-alive connections.
    #[arg(long, value_name = "N", help_heading = "Load")]
    connections: Option<u32>,

    /// CPUs of an instance, e.g. `0.5` [default: 1].
    #[arg(long, value_name = "X", value_parser = quantity::cpu_milli, help_heading = "Limits")]
    cpus: Option<u32>,

    /// Memory of an instance, e.g. `512MiB` [default: 256MiB].
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes, help_heading = "Limits")]
    memory: Option<u64>,

    #[command(flatten)]
    folders: Folders,

    #[command(flatten)]
    own_lanes: OwnLanes,

    #[command(flatten)]
    own: OwnServices,
}

impl GateArguments {
    /// Whether the run is held against anything.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.ci || self.baseline.is_some() || self.budget.is_some() || self.against.is_some()
    }

    pub(crate) fn request(&self, places: Places) -> Gate {
        let usual = self.ci.then(|| PathBuf::from(USUAL_BUDGET)).filter(|path| path.is_file());
        Gate { baseline: self.baseline.clone(), budget: self.budget.clone().or(usual), places }
    }

    /// The share of loads that may be missing, in thousandths.
    pub(crate) fn invalid_milli(&self) -> u32 {
        self.tolerate_invalid.unwrap_or(0)
    }

    pub(crate) fn apply(&self, bench: Bench) -> Bench {
        Bench { against: self.against.clone(), ..bench }
    }
}

impl PlanArguments {
    pub(crate) fn places(&self, data_folder: Option<PathBuf>) -> Places {
        self.own_lanes.clone().places(self.folders.clone().places(data_folder))
    }

    pub(crate) fn request(self, data_folder: Option<PathBuf>) -> Result<Bench, Error> {
        let own = self.own.read()?;
        let usual = if own.is_told() { Preset::Glance } else { Preset::Quick };
        Ok(Bench {
            workloads: self.workloads,
            own,
            lanes: self.lanes,
            preset: self.preset.map_or(usual, |preset| preset.0),
            overrides: Overrides {
                trials: self.trials,
                loaded: self.loaded,
                precision_milli: self.precision,
                max_trials: self.max_trials,
                rate_milli: self.rate,
                duration_ms: self.duration,
                connections: self.connections,
                cpu_milli: self.cpus,
                memory_bytes: self.memory,
                seed: self.seed,
                arms: self.arms,
                cold_disk: self.cold_disk,
                ..Overrides::default()
            },
            against: None,
            places: self.own_lanes.places(self.folders.places(data_folder)),
        })
    }
}

/// A preset by its name.
#[derive(Clone, Copy)]
struct PresetName(Preset);

impl ValueEnum for PresetName {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self(Preset::Glance), Self(Preset::Quick), Self(Preset::Standard), Self(Preset::Rigorous)]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (trials, load) = (self.0.trials(), self.0.load());
        let seconds = load.duration_ms as f64 / 1_000.0;
        let help = format!(
            "in {} {} cold starts, {} of them loaded for {seconds} s",
            match self.0.arms() {
                1 => "one arm".to_owned(),
                arms => format!("each of {arms} arms"),
            },
            trials.cold_starts,
            trials.loaded
        );
        Some(PossibleValue::new(self.0.as_str()).help(help))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use clap::Parser;
    use plimsoll_app::desk::Order;
    use plimsoll_app::{EventSink, Ground, Places, Registry};
    use plimsoll_model::{Event, Host, Run};
    use plimsoll_runtime::fake::{Behaviour, FakeRuntime, ManualClock};
    use plimsoll_runtime::{Clock, Runtime};

    use super::*;
    use crate::arguments::{Arguments, Command};

    struct Unheard;

    impl EventSink for Unheard {
        fn send(&self, _: Event) {}
    }

    /// A clock that a lane shares.
    struct Shared(Arc<ManualClock>);

    impl Clock for Shared {
        fn now_ns(&self) -> u64 {
            self.0.now_ns()
        }

        fn pause(&self, ns: u64) {
            self.0.pause(ns);
        }
    }

    fn ground(lanes: &[&'static str]) -> Ground {
        let clock = Arc::new(ManualClock::new(1_000, 10));
        let lane = |slug: &&'static str| -> Arc<dyn Runtime> {
            let behaviour = Behaviour::Right { ready_after_ns: 1_000_000 * slug.len() as u64 };
            Arc::new(FakeRuntime::new(Slug::known(slug), clock.clone(), behaviour))
        };
        Ground {
            runtimes: lanes.iter().map(lane).collect(),
            clock: Box::new(Shared(clock.clone())),
            host: Host { arch: "made-up".to_owned(), ..Host::default() },
            started_at: "2026-11-21T01:32:00Z".parse().unwrap(),
            id: "r20261121-013200-7f3a".parse().unwrap(),
        }
    }

    fn run_file(bench: &Bench) -> String {
        let observe = || {
            let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let registry = Registry::built_in();
            executor.block_on(bench.run_on(ground(&["wasmtime", "native"]), &registry, &Unheard)).unwrap()
        };
        // The observer's thread is pinned, so that each run has its own.
        let finished = std::thread::scope(|scope| scope.spawn(observe).join().unwrap());
        assert_eq!(finished.run.trials.iter().filter(|trial| trial.aim().counts()).count(), 28);
        without_the_machine(serde_json::from_slice(&std::fs::read(finished.path).unwrap()).unwrap())
    }

    /// The file without what the machine went through meanwhile, which no two runs have in common.
    fn without_the_machine(mut run: Run) -> String {
        let own =
            ["trial_time", "machine_stolen", "core_frequency", "temperature", "load_1m", "harness_faults"];
        let of_machine: Vec<bool> =
            run.series.iter().map(|series| own.contains(&series.metric.as_str())).collect();
        assert_eq!(
            of_machine.iter().filter(|own| **own).count(),
            own.len() + 1,
            "page faults are of two kinds"
        );
        run.trials.iter_mut().for_each(|trial| trial.samples.retain(|entry| !of_machine[entry.0 as usize]));
        serde_json::to_string(&run).unwrap()
    }

    #[test]
    fn a_plan_gives_the_same_run_file_from_the_command_line_and_from_the_window() {
        let workloads = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workloads");
        let folder = tempfile::tempdir().unwrap();
        let places = |name: &str| Places {
            data_folder: Some(folder.path().join(name)),
            workload_folders: vec![workloads.clone()],
            ..Places::default()
        };

        let words = "plimsoll bench hello --lane wasmtime --lane native --preset standard --trials 7 --seed 42 \
                     --memory 128MiB --workloads";
        let words = words.split_whitespace().map(std::ffi::OsString::from).chain([workloads.clone().into()]);
        let Command::Bench(typed) = Arguments::try_parse_from(words).unwrap().command else { panic!() };
        let typed = typed.plan.request(places("typed").data_folder).unwrap();

        let fields = [("trials", "7"), ("seed", "42"), ("memory", "128 MiB")];
        let clicked = Order {
            workloads: vec![Slug::known("hello")],
            lanes: vec![Slug::known("native"), Slug::known("wasmtime")],
            preset: Preset::Standard,
            fields: fields.map(|(field, text)| (field.to_owned(), text.to_owned())).into(),
        };
        let clicked = clicked.bench(&places("clicked")).unwrap();
        // As it reaches the process that measures.
        let clicked: Bench = serde_json::from_str(&serde_json::to_string(&clicked).unwrap()).unwrap();
        assert_eq!(run_file(&typed), run_file(&clicked));
    }
}
