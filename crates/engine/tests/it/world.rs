//! A plan, workloads and scripted lanes to carry it out with.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use plimsoll_engine::{
    Bench, Cancel, EngineError, Enough, EventSink, Owner, RecordError, Recorder, Runtime, fingerprint,
};
use plimsoll_model::{
    Compare, Event, ExpectedOutput, Failure, Host, Manifest, Outcome, Plan, PreparedRequest, Preset, Rate,
    Record, Run, Slug, Trial, TrialKind, Workload,
};
use plimsoll_runtime::fake::{Behaviour, FakeRuntime, ManualClock};

pub(crate) fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn workload(manifest: &str) -> Workload {
    Workload {
        manifest: Manifest::parse(manifest).unwrap(),
        folder: PathBuf::from("/nowhere"),
        component: PathBuf::from("/nowhere/a.wasm"),
        native: PathBuf::from("/nowhere/a"),
        requests: Vec::new(),
        expected_output: None,
        digests: BTreeMap::new(),
    }
}

fn request(name: &str, weight: u32) -> PreparedRequest {
    PreparedRequest {
        name: slug(name),
        method: "GET".to_owned(),
        path: format!("/{name}"),
        content_type: None,
        body: Arc::new([]),
        weight,
        expect_status: 200,
        expect_content_type: Some("text/plain".to_owned()),
        expect_body: format!("the answer to {name}\n").into_bytes().into(),
        compare: Compare::Bytes,
        tolerance: 0,
    }
}

/// A service with two loaded requests and one that is only checked.
pub(crate) fn service() -> Workload {
    let requests = [("one", 3), ("two", 1), ("rare", 0)];
    let tables: String = requests
        .iter()
        .map(|(name, weight)| {
            format!(
                "[[request]]\nname = \"{name}\"\npath = \"/{name}\"\nweight = {weight}\n\
                 [request.expect]\nstatus = 200\nbody = \"{name}.txt\"\n"
            )
        })
        .collect();
    let manifest = format!(
        "manifest_version = 1\nname = \"service\"\nkind = \"http\"\nsummary = \"Answers.\"\n\
         [artifacts]\ncomponent = \"a.wasm\"\nnative = \"a\"\n{tables}"
    );
    let requests = requests.map(|(name, weight)| request(name, weight)).to_vec();
    Workload { requests, ..workload(&manifest) }
}

/// The same under another name, as a plan calls the version before a change.
pub(crate) fn named(mut workload: Workload, name: &str) -> Workload {
    workload.manifest.name = slug(name);
    workload
}

pub(crate) fn command() -> Workload {
    let manifest = "manifest_version = 1\nname = \"command\"\nkind = \"command\"\nsummary = \"Prints.\"\n\
                    [artifacts]\ncomponent = \"a.wasm\"\nnative = \"a\"\n\
                    [command.expect]\nstdout = \"out.txt\"\n";
    let expected = ExpectedOutput { exit_code: 0, stdout: b"hello\n".as_slice().into() };
    Workload { expected_output: Some(expected), ..workload(manifest) }
}

/// What a run is given and what it left.
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) workloads: Vec<Workload>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) cancel: Cancel,
    pub(crate) enough: fn(&[u64]) -> bool,
    pub(crate) journal: Vec<Record>,
    /// Fails the journal at this line.
    pub(crate) full_at: Option<usize>,
    pub(crate) events: RefCell<Vec<Event>>,
    /// Cancels when a trial of this kind begins.
    pub(crate) cancel_at: Option<TrialKind>,
    /// Whether the load generator is late in a loaded trial, which are counted from 0.
    pub(crate) late: fn(u32) -> bool,
    pub(crate) lanes: Vec<Box<dyn Runtime>>,
}

impl World {
    /// A small plan in one arm: 4 cold starts of which 1 is loaded for 0.2 s at 100 requests a second.
    pub(crate) fn new(workloads: Vec<Workload>) -> Self {
        let names = workloads.iter().map(|workload| workload.name().clone()).collect();
        let mut plan = Plan::from_preset(Preset::Quick, names, Vec::new(), 7);
        plan.arms.truncate(1);
        plan.trials.cold_starts = 4;
        plan.trials.loaded = 1;
        plan.load.duration_ms = 200;
        plan.load.rate = Rate::FixedMilliPerSecond(100_000);
        plan.limits.ready_timeout_ms = 2_000;
        Self {
            plan,
            workloads,
            clock: Arc::new(ManualClock::new(1_000_000_000, 20_000)),
            cancel: Cancel::new(),
            enough: |_| true,
            journal: Vec::new(),
            full_at: None,
            events: RefCell::default(),
            cancel_at: None,
            late: |_| false,
            lanes: Vec::new(),
        }
    }

    pub(crate) fn lane(&self, name: &str, behaviour: Behaviour) -> FakeRuntime {
        FakeRuntime::new(slug(name), self.clock.clone(), behaviour)
    }

    pub(crate) fn add(&mut self, name: &str, lane: FakeRuntime) {
        self.plan.lanes.push(slug(name));
        self.lanes.push(Box::new(lane));
    }

    pub(crate) fn with(mut self, name: &str, behaviour: Behaviour) -> Self {
        let lane = self.lane(name, behaviour);
        self.add(name, lane);
        self
    }

    pub(crate) fn run(&mut self) -> Result<Run, EngineError> {
        let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut journal = Journal { lines: Vec::new(), full_at: self.full_at };
        let sink = Sink {
            events: &self.events,
            cancel: &self.cancel,
            cancel_at: self.cancel_at,
            clock: &self.clock,
            late: self.late,
            loads: Cell::new(0),
        };
        let bench = Bench {
            plan: self.plan.clone(),
            workloads: &self.workloads,
            runtimes: &self.lanes,
            owner: Owner::current(slug("r-20261121-000000-test")),
            host: Host { load_1m_milli: None, ..fingerprint() },
            started_at: "2026-11-21T00:00:00Z".parse().unwrap(),
            clock: self.clock.as_ref(),
            recorder: &mut journal,
            events: &sink,
            cancel: self.cancel.clone(),
            enough: &Rule(self.enough),
        };
        let ran = executor.block_on(bench.run());
        self.journal = journal.lines;
        ran
    }
}

struct Rule(fn(&[u64]) -> bool);

impl Enough for Rule {
    fn enough(&self, cold_starts_ns: &[u64]) -> bool {
        (self.0)(cold_starts_ns)
    }
}

struct Journal {
    lines: Vec<Record>,
    full_at: Option<usize>,
}

impl Recorder for Journal {
    fn record(&mut self, record: &Record) -> Result<(), RecordError> {
        if self.full_at == Some(self.lines.len()) {
            return Err(RecordError::new(std::io::Error::from(std::io::ErrorKind::StorageFull)));
        }
        self.lines.push(record.clone());
        Ok(())
    }
}

struct Sink<'a> {
    events: &'a RefCell<Vec<Event>>,
    cancel: &'a Cancel,
    cancel_at: Option<TrialKind>,
    clock: &'a ManualClock,
    late: fn(u32) -> bool,
    loads: Cell<u32>,
}

/// As long as the whole load.
const LATE_NS: u64 = 200_000_000;

impl EventSink for Sink<'_> {
    fn send(&self, event: Event) {
        if let Event::TrialStarted { kind, .. } = &event
            && self.cancel_at == Some(*kind)
        {
            self.cancel.cancel();
        }
        match &event {
            Event::TrialStarted { kind: TrialKind::Loaded, .. } => {
                let number = self.loads.replace(self.loads.get() + 1);
                self.clock.oversleep(if (self.late)(number) { LATE_NS } else { 0 });
            }
            Event::TrialEnded { .. } => self.clock.oversleep(0),
            _ => {}
        }
        self.events.borrow_mut().push(event);
    }
}

pub(crate) fn failure_of(trial: &Trial) -> &Failure {
    match &trial.outcome {
        Outcome::Failed { failure } => failure,
        other => panic!("{other:?} is no failure"),
    }
}

pub(crate) fn of_kind(run: &Run, kind: TrialKind) -> Vec<&Trial> {
    run.trials.iter().filter(|trial| trial.kind == kind).collect()
}

/// The values of a metric over the whole run.
pub(crate) fn values(run: &Run, metric: &str) -> Vec<u64> {
    let samples = run.samples().filter(|sample| sample.series.metric.as_str() == metric);
    samples.filter_map(|sample| sample.reading.value()).collect()
}
