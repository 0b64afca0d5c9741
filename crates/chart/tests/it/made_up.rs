//! A run in all lanes, made by hand: the same figures each time.

use std::collections::BTreeMap;

use base64::Engine;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer, V2Serializer};
use jiff::Timestamp;
use plimsoll_model::{
    Arm, Capacity, Case, Charted, ComparedBy, Direction, End, EndReason, Entry, Failure, FailureKind, Held,
    Host, JobKind, LaneRecord, LaneSpec, LoadRecord, Metric, Outcome, Phase, Pinning, Plan, Preparation,
    Preset, Purpose, Reached, Reading, Run, Series, Side, Site, Slug, Span, StoredHistogram, Tabled, Task,
    Trial, Unequal, Unit, Variant, Words, WorkloadRecord,
};

/// Slug, cold start in ns, PSS in bytes, latency in ns.
const LANES: [(&str, u64, u64, u64); 5] = [
    ("docker", 305_000_000, 2_400_000, 410_000),
    ("docker+hostnet", 221_000_000, 2_390_000, 230_000),
    ("wasmtime", 480_000, 14_900_000, 260_000),
    ("wasmtime-process", 9_200_000, 15_100_000, 262_000),
    ("native", 2_100_000, 2_380_000, 190_000),
];
const COLD_STARTS: u32 = 12;
const LOADED: u32 = 3;

pub(crate) fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

/// What is raced under this name.
pub(crate) fn case(workload: &str) -> Case {
    Case::of(slug(workload))
}

/// A run of `hello` and `json-api`, with so many arms. One trial of lane `docker` failed.
pub(crate) fn run(arms: &[&str]) -> Run {
    let lanes = LANES.map(|(lane, ..)| describe(lane).spec).to_vec();
    let mut plan = Plan::from_preset(Preset::Quick, vec![slug("hello"), slug("json-api")], lanes, 42);
    plan.arms = arms.iter().map(|arm| Arm { slug: slug(arm) }).collect();
    (plan.trials.cold_starts, plan.trials.loaded) = (COLD_STARTS, LOADED);
    let pinning = Pinning { instance_cpus: vec![1], generator_cpus: vec![0], shared: None };
    let site = Site { host: host(), pinning, reached: Reached::Here };
    let (id, began) = (slug("r20261121-013200-7f3a"), "2026-11-21T01:32:00Z".parse().unwrap());
    let mut run = Run {
        lanes: LANES.map(|(lane, ..)| describe(lane)).to_vec(),
        workloads: vec![
            workload("hello", JobKind::Run, "Prints one line."),
            workload("json-api", JobKind::Serve, "Serves a catalogue of products."),
        ],
        unequal: vec![Unequal {
            lane: Some(slug("docker")),
            what: "traffic passes `docker-proxy`, outside the container's limits".to_owned(),
        }],
        metrics: metrics(),
        end: Some(End {
            at: "2026-11-21T01:35:12Z".parse::<Timestamp>().unwrap(),
            reason: EndReason::Completed,
        }),
        ..Run::planned(id, began, plan, site)
    };
    run.preparations = (0..run.rows.len() as u32).map(|row| preparation(&mut run, row)).collect();
    run.loads.push(load(&run));
    for round in 0..COLD_STARTS {
        for cell in 0..run.cells.len() as u32 {
            let trial = trial(&mut run, cell, round);
            run.trials.push(trial);
        }
    }
    let failure = Failure {
        phase: Phase::Ready,
        kind: FailureKind::WrongOutput,
        message: "the answer to `product` differs from `expected/product.json`".to_owned(),
        diff: Some("-200\n+500".to_owned()),
    };
    run.trials.first_mut().unwrap().outcome = Outcome::Failed { failure };
    run
}

fn host() -> Host {
    let versions = [("docker", "20.10.24"), ("wasmtime", "48.0.8"), ("plimsoll", "0.1.0")];
    Host {
        machine: None,
        arch: "x86_64".to_owned(),
        cpu_model: Some("Example CPU 3.0 GHz".to_owned()),
        cpus: 2,
        memory_bytes: 8 << 30,
        os: Some("Debian GNU/Linux 12 (bookworm)".to_owned()),
        kernel: Some("6.18.0".to_owned()),
        virtualised: Some("KVM".to_owned()),
        emulated: Some(false),
        cgroup: Some("hybrid".to_owned()),
        load_1m_milli: Some(120),
        page_bytes: 4_096,
        governor: None,
        clock_source: Some("tsc".to_owned()),
        versions: versions.map(|(name, version)| (name.to_owned(), version.to_owned())).into(),
    }
}

/// As the lane's own family tells it, but for its sentences.
pub(crate) fn describe(lane: &str) -> LaneRecord {
    let (family, side, shade, [starts, is]) = match lane {
        "docker" => ("docker", Side::Container, Some(0), ["a new container", "the container"]),
        "docker+hostnet" => (
            "docker",
            Side::Container,
            Some(1),
            ["a new container on the host's network", "the container on the host's network"],
        ),
        "wasmtime" => ("wasmtime", Side::Wasm, Some(0), ["a new Wasm instance", "Wasm"]),
        "wasmtime-process" => ("wasmtime", Side::Wasm, Some(1), ["a new Wasm process", "the Wasm process"]),
        _ => ("native", Side::Control, Some(0), ["a new native process", "the native process"]),
    };
    LaneRecord {
        spec: LaneSpec::plain(slug(lane), slug(family)),
        side,
        shade,
        own_process: lane != "wasmtime",
        words: Words { starts: starts.to_owned(), is: is.to_owned() },
        reach: None,
        summary: format!("Lane {lane}."),
        unequal: Vec::new(),
        outside_limits: if lane.starts_with("docker") {
            vec!["dockerd".to_owned(), "containerd-shim".to_owned()]
        } else {
            Vec::new()
        },
        unlimited: None,
    }
}

fn workload(name: &str, job: JobKind, summary: &str) -> WorkloadRecord {
    let digests = BTreeMap::from([("workload.toml".to_owned(), "00".repeat(32))]);
    WorkloadRecord {
        name: slug(name),
        variant: Variant::NEW,
        job,
        summary: summary.to_owned(),
        artifacts: Vec::new(),
        digests,
    }
}

fn metrics() -> Vec<Metric> {
    let lower = |name, unit| {
        Metric::known(name, name, unit, Direction::LowerIsBetter, "Made up.").table(Tabled::Placed)
    };
    let (time, bytes) = (Unit::Nanoseconds, Unit::Bytes);
    vec![
        lower("cold_start", time)
            .short("cold start")
            .compared(ComparedBy::Median)
            .chart(Charted::Distribution),
        lower("latency", time).compared(ComparedBy::Percentiles),
        lower("pss", bytes).short("PSS").compared(ComparedBy::MedianOfPhase),
        lower("uss", bytes).short("USS").compared(ComparedBy::MedianOfPhase),
        lower("wire_size", bytes).short("wire size").compared(ComparedBy::Exact).chart(Charted::Size),
        lower("unpacked_size", bytes).short("unpacked size").compared(ComparedBy::Exact).chart(Charted::Size),
        Metric::known("host_size", "host_size", bytes, Direction::LowerIsBetter, "Made up.")
            .short("size on the host already")
            .chart(Charted::Size),
        Metric::known("achieved_rate", "achieved_rate", Unit::MilliPerSecond, Direction::Neutral, "Made up."),
    ]
}

fn entry(
    run: &mut Run,
    metric: &'static str,
    phase: Phase,
    subject: Option<&str>,
    reading: impl Into<Option<u64>>,
) -> Entry {
    let subject = subject.map(slug);
    let method = if phase == Phase::Prepare { "layers, gzip level 6" } else { "smaps_rollup" };
    let series = Series { metric: Slug::known(metric), phase, subject, request: None, method: method.into() };
    let (series, _) = run.intern(&series);
    let ended = || Reading::unavailable("there is no process to look at: it has ended");
    Entry(series, reading.into().map_or_else(ended, Reading::Value))
}

fn preparation(run: &mut Run, row: u32) -> Preparation {
    let name = run.rows.get(row as usize).unwrap().lane.to_string();
    let wasm = name.starts_with("wasmtime");
    let (wire, unpacked) = if wasm { (141_000, 402_000) } else { (1_240_000, 2_910_000) };
    let (part, host) = if wasm { ("worker", 21_000_000) } else { ("dockerd", 98_000_000) };
    let mut samples = vec![
        entry(run, "wire_size", Phase::Prepare, None, wire),
        entry(run, "unpacked_size", Phase::Prepare, None, unpacked),
    ];
    if name != "native" {
        samples.push(entry(run, "host_size", Phase::Prepare, Some(part), host));
    }
    Preparation { row, failure: None, digests: BTreeMap::new(), samples }
}

fn lane(run: &Run, cell: u32) -> (&'static str, u64, u64, u64) {
    let row = run.row_of(cell).unwrap();
    LANES.into_iter().find(|(lane, ..)| *lane == row.lane.as_str()).unwrap()
}

fn serves(run: &Run, cell: u32) -> bool {
    run.row_of(cell).unwrap().case.workload.as_str() == "json-api"
}

fn load(run: &Run) -> LoadRecord {
    let cells = (0..run.cells.len() as u32).filter(|cell| serves(run, *cell));
    let capacity = |at| Capacity {
        cell: at,
        capacity_milli: Reading::Value(2_100_000 + u64::from(at) * 300_000),
        utilisation_milli: Reading::Value(1_000_000_000 / (2_100_000 + u64::from(at) * 300_000)),
    };
    LoadRecord {
        workload: slug("json-api"),
        point: 0,
        rate_milli: 1_000_000,
        chosen: "half of what `docker` could serve, rounded down".to_owned(),
        capacities: cells.map(capacity).collect(),
    }
}

fn trial(run: &mut Run, cell: u32, round: u32) -> Trial {
    let (name, cold_start, pss, latency) = lane(run, cell);
    // A wobble without a trend: 0, 7, 3, 10, 6, 2, … eleventh parts of 6 %.
    let wobble = u64::from((round * 7 + cell) % 11);
    let cold_start = cold_start + cold_start * wobble / 180;
    let serves = serves(run, cell);
    let loaded = serves && round % (COLD_STARTS / LOADED) == 1;
    let pss =
        |phase: Phase| serves.then(|| pss + wobble * 4_096 + if phase == Phase::Serve { 700_000 } else { 0 });
    let mut samples = vec![entry(run, "cold_start", Phase::Ready, None, cold_start)];
    for phase in if loaded { &[Phase::Ready, Phase::Serve][..] } else { &[Phase::Ready][..] } {
        samples.push(entry(run, "pss", *phase, Some("instance"), pss(*phase)));
        samples.push(entry(run, "uss", *phase, Some("instance"), pss(*phase).map(|pss| pss - 180_000)));
    }
    if name.starts_with("docker") {
        samples.push(entry(run, "pss", Phase::Ready, Some("shim"), 4_190_000));
    }
    let mut histograms = Vec::new();
    if loaded {
        samples.push(entry(run, "achieved_rate", Phase::Serve, None, 998_700 + wobble));
        histograms = ["product", "quote"].map(|request| histogram(run, request, latency, wobble)).to_vec();
    }
    let position = run.trials.len() as u32;
    Trial {
        position,
        round,
        cell,
        purpose: Purpose::Measured,
        task: if loaded { Task::Load } else { Task::Start },
        predecessor: cell.checked_sub(1),
        began_ns: u64::from(position) * 1_000_000_000,
        held: Some(Held { containers: 0, images: 4 }),
        outcome: Outcome::Passed,
        spans: vec![
            Span { phase: Phase::Create, begin_ns: 0, end_ns: cold_start / 4 },
            Span { phase: Phase::Start, begin_ns: cold_start / 4, end_ns: cold_start / 2 },
            Span { phase: Phase::Ready, begin_ns: cold_start / 2, end_ns: cold_start },
        ],
        samples,
        histograms,
    }
}

fn histogram(run: &mut Run, request: &str, latency: u64, wobble: u64) -> StoredHistogram {
    let (series, _) = run.intern(&Series {
        metric: Slug::known("latency"),
        phase: Phase::Serve,
        subject: None,
        request: Some(slug(request)),
        method: "open loop, from the due time".into(),
    });
    let mut histogram = Histogram::<u64>::new_with_bounds(1, 60_000_000_000, 3).unwrap();
    for at in 0..400_u64 {
        let tail = if at % 100 == 99 { 5 } else { 1 };
        histogram.record((latency + at * 300 + wobble * 1_000) * tail).unwrap();
    }
    let mut bytes = Vec::new();
    V2Serializer::new().serialize(&histogram, &mut bytes).unwrap();
    let v2 = base64::engine::general_purpose::STANDARD.encode(bytes);
    StoredHistogram { series, count: histogram.len(), v2 }
}
