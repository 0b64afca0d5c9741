//! A plan, workloads and scripted lanes to carry it out with.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use plimsoll_engine::{
    Bench, Cancel, EngineError, Enough, EventSink, Owner, RecordError, Recorder, Runtime, Version,
    fingerprint,
};
use plimsoll_model::{
    Aim, Answer, Artifact, Container, Event, Exchange, ExpectedOutput, Failure, Form, Grants, Host,
    Invocation, Job, Listen, Origin, Outcome, Plan, Preset, Rate, Record, Run, Service, Slug, Source, Trial,
    Variant, Workload,
};
use plimsoll_runtime::fake::{Behaviour, FakeRuntime, ManualClock};

pub(crate) fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn workload(name: Slug, job: Job) -> Workload {
    let source = Source::File(PathBuf::from("/nowhere/a.wasm"));
    Workload {
        name,
        summary: "A test.".to_owned(),
        job,
        artifacts: vec![Artifact { form: Form::Component, name: "a.wasm".to_owned(), source, arch: None }],
        container: Container::default(),
        grants: Grants::default(),
        origin: Origin::Folder(PathBuf::from("/nowhere")),
        digests: BTreeMap::new(),
        remarks: Vec::new(),
    }
}

fn exchange(name: &str, weight: u32) -> Exchange {
    Exchange {
        name: slug(name),
        method: "GET".to_owned(),
        path: format!("/{name}"),
        headers: Vec::new(),
        content_type: None,
        body: Arc::new([]),
        weight,
        expect: Answer {
            content_type: Some("text/plain".to_owned()),
            ..Answer::exactly(200, format!("the answer to {name}\n").into_bytes().into())
        },
    }
}

/// What [`service`] is asked.
pub(crate) fn exchanges() -> [Exchange; 3] {
    [("one", 3), ("two", 1), ("rare", 0)].map(|(name, weight)| exchange(name, weight))
}

/// A service with two loaded requests and one that is only checked.
pub(crate) fn service() -> Workload {
    let [ready, others @ ..] = exchanges();
    workload(slug("service"), Job::Serve(Service { listen: Listen::default(), ready, others: others.into() }))
}

pub(crate) fn command() -> Workload {
    let expect = ExpectedOutput::exactly(0, b"hello\n".as_slice().into());
    workload(slug("command"), Job::Run(Invocation::of(Vec::new(), expect)))
}

/// A command that prints what it is granted.
pub(crate) fn granted() -> Workload {
    let mut workload = command();
    workload.grants.environment = [("GRANTED".to_owned(), "hello".to_owned())].into();
    workload
}

/// What a run is given and what it left.
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) workloads: Vec<Version>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) cancel: Cancel,
    pub(crate) enough: fn(&[u64]) -> bool,
    pub(crate) journal: Vec<Record>,
    /// Fails the journal at this line.
    pub(crate) full_at: Option<usize>,
    pub(crate) events: RefCell<Vec<Event>>,
    /// Cancels when a trial with this aim begins.
    pub(crate) cancel_at: Option<Aim>,
    /// Whether the load generator is late in a loaded trial, which are counted from 0.
    pub(crate) late: fn(u32) -> bool,
    pub(crate) lanes: Vec<Arc<dyn Runtime>>,
}

impl World {
    /// A small plan in one arm: 4 cold starts of which 1 is loaded for 0.2 s at 100 requests a second.
    pub(crate) fn new(workloads: Vec<Workload>) -> Self {
        let names = workloads.iter().map(|workload| workload.name().clone()).collect();
        let new = |workload| Version { variant: Variant::NEW, workload };
        let workloads = workloads.into_iter().map(new).collect();
        let mut plan = Plan::from_preset(Preset::Quick, names, Vec::new(), 7);
        plan.arms.truncate(1);
        plan.trials.cold_starts = 4;
        plan.trials.loaded = 1;
        plan.settings.load.duration_ms = 200;
        plan.settings.load.rate = Rate::FixedMilliPerSecond(100_000);
        plan.settings.limits.ready_timeout_ms = 2_000;
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

    pub(crate) fn add(&mut self, lane: FakeRuntime) {
        self.plan.lanes.push(lane.record().spec);
        self.lanes.push(Arc::new(lane));
    }

    pub(crate) fn with(mut self, name: &str, behaviour: Behaviour) -> Self {
        let lane = self.lane(name, behaviour);
        self.add(lane);
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
            left_out: Vec::new(),
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
    cancel_at: Option<Aim>,
    clock: &'a ManualClock,
    late: fn(u32) -> bool,
    loads: Cell<u32>,
}

/// As long as the whole load.
const LATE_NS: u64 = 200_000_000;

impl EventSink for Sink<'_> {
    fn send(&self, event: Event) {
        if let Event::TrialStarted { aim, .. } = &event
            && self.cancel_at == Some(*aim)
        {
            self.cancel.cancel();
        }
        match &event {
            Event::TrialStarted { aim: Aim::LOAD, .. } => {
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

pub(crate) fn with_aim(run: &Run, aim: Aim) -> Vec<&Trial> {
    run.trials.iter().filter(|trial| trial.aim() == aim).collect()
}

/// The values of a metric over the whole run.
pub(crate) fn values(run: &Run, metric: &str) -> Vec<u64> {
    let samples = run.samples().filter(|sample| sample.series.metric.as_str() == metric);
    samples.filter_map(|sample| sample.reading.value()).collect()
}
