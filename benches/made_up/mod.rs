//! A run as `plimsoll bench` gives it, of any length: two services in five lanes, each in two arms with ten
//! loaded trials.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer as _, V2Serializer};
use jiff::Timestamp;
use plimsoll_model::{
    ComparedBy, Direction, End, EndReason, Entry, LaneSpec, Metric, Outcome, Phase, Plan, Preparation,
    Preset, Purpose, Reading, Run, RunId, Series, Site, Slug, Span, StoredHistogram, Task, Trial, Unit,
};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Slug, cold start in nanoseconds, memory in bytes, latency in nanoseconds.
const LANES: [(&str, u64, u64, u64); 5] = [
    ("docker", 305_000_000, 2_400_000, 410_000),
    ("docker+hostnet", 221_000_000, 2_390_000, 230_000),
    ("wasmtime", 480_000, 14_900_000, 260_000),
    ("wasmtime-process", 9_200_000, 15_100_000, 262_000),
    ("native", 2_100_000, 2_380_000, 190_000),
];
const WORKLOADS: [&str; 2] = ["json-api", "transform"];
const REQUESTS: [&str; 5] = ["product", "missing-product", "search", "quote", "bad-quote"];
/// What each trial reads beside its cold start, once it is ready; where it was loaded, once more after that.
const READ: [&str; 20] = [
    "pss",
    "uss",
    "rss",
    "rss_peak",
    "cgroup_anon",
    "cgroup_file",
    "cgroup_kernel",
    "cgroup_peak",
    "cpu_time",
    "minor_faults",
    "major_faults",
    "switches",
    "threads",
    "throttled",
    "steal",
    "read_bytes",
    "written_bytes",
    "client_faults",
    "client_cpu",
    "clock_step",
];
const SIZES: [&str; 3] = ["wire_size", "unpacked_size", "compiled_size"];
const DISTRIBUTIONS: [&str; 2] = ["latency", "latency_uncorrected"];
const REQUESTS_A_HISTOGRAM: u64 = 2_000;

/// The name of the run with this number.
pub(crate) fn id(number: u32) -> RunId {
    format!("run-{number}").parse().expect("it is a slug")
}

/// A run with so many cold starts in each arm of a lane.
pub(crate) fn run(number: u32, cold_starts: u32) -> Run {
    let spec = |(lane, ..): (&'static str, u64, u64, u64)| {
        LaneSpec::plain(Slug::known(lane), Slug::known("made-up"))
    };
    let lanes = LANES.map(spec).to_vec();
    let mut plan = Plan::from_preset(Preset::Quick, WORKLOADS.map(Slug::known).to_vec(), lanes, 42);
    plan.trials.cold_starts = cold_starts;
    let mut random = ChaCha8Rng::seed_from_u64(u64::from(number));
    let mut run = Run {
        metrics: metrics(),
        series: series(),
        end: Some(End { at: Timestamp::UNIX_EPOCH, reason: EndReason::Completed }),
        ..Run::planned(id(number), Timestamp::UNIX_EPOCH, plan, Site::default())
    };
    run.preparations = (0..run.rows.len() as u32).map(prepared).collect();
    let (arms, loaded) = (run.plan.arms.len(), run.plan.trials.loaded);
    for round in 0..cold_starts {
        for cell in 0..run.cells.len() as u32 {
            let lane = LANES[cell as usize / arms % LANES.len()];
            let position = run.trials.len() as u32;
            let trial = trial([position, round, cell], lane, round < loaded, &mut random);
            run.trials.push(trial);
        }
    }
    run
}

/// Cold start, two sizes, what is read when ready and after the load, then the distributions.
fn series() -> Vec<Series> {
    let one = |metric: &'static str, phase, subject, request| Series {
        metric: Slug::known(metric),
        phase,
        subject,
        request,
        method: "made up".into(),
    };
    let of_instance = |metric, phase| one(metric, phase, Some(Slug::known("instance")), None);
    let mut all = vec![one("cold_start", Phase::Ready, None, None)];
    all.extend(SIZES.map(|metric| one(metric, Phase::Prepare, None, None)));
    for phase in [Phase::Ready, Phase::Serve] {
        all.extend(READ.map(|metric| of_instance(metric, phase)));
    }
    for metric in DISTRIBUTIONS {
        all.extend(REQUESTS.map(|request| one(metric, Phase::Serve, None, Some(Slug::known(request)))));
    }
    all
}

fn metrics() -> Vec<Metric> {
    let bytes =
        ["pss", "uss", "rss", "rss_peak", "cgroup_anon", "cgroup_file", "cgroup_kernel", "cgroup_peak"];
    let times = ["cold_start", "latency", "latency_uncorrected"];
    let metric = |name, unit| {
        let plain = Metric::known(name, name, unit, Direction::LowerIsBetter, "Made up.");
        match name {
            "cold_start" => plain.compared(ComparedBy::Median),
            "latency" => plain.compared(ComparedBy::Percentiles),
            "pss" | "uss" => plain.compared(ComparedBy::MedianOfPhase),
            name if SIZES.contains(&name) => plain.compared(ComparedBy::Exact),
            _ => plain,
        }
    };
    let mut all: Vec<Metric> = times.map(|name| metric(name, Unit::Nanoseconds)).to_vec();
    all.extend(bytes.into_iter().chain(SIZES).map(|name| metric(name, Unit::Bytes)));
    all
}

fn prepared(row: u32) -> Preparation {
    let sizes = (1..).zip(SIZES).map(|(at, _)| Entry(at, Reading::Value(700_000 * u64::from(at))));
    Preparation { row, failure: None, digests: BTreeMap::new(), samples: sizes.collect() }
}

fn trial(
    [position, round, cell]: [u32; 3],
    (_, cold_start, memory, latency): (&str, u64, u64, u64),
    loaded: bool,
    random: &mut ChaCha8Rng,
) -> Trial {
    let cold_start = cold_start + random.random_range(0..cold_start / 8);
    let phases = if loaded { 2 } else { 1 };
    let mut samples = vec![Entry(0, Reading::Value(cold_start))];
    let first = 1 + SIZES.len() as u32;
    samples.extend(
        (first..)
            .take(READ.len() * phases)
            .map(|series| Entry(series, Reading::Value(memory + random.random_range(0..memory / 20)))),
    );
    let first = first + 2 * READ.len() as u32;
    let series = (first..).take(if loaded { DISTRIBUTIONS.len() * REQUESTS.len() } else { 0 });
    let histograms = series.map(|series| histogram(series, latency, random)).collect();
    let span =
        |phase, begin, end| Span { phase, begin_ns: cold_start * begin / 4, end_ns: cold_start * end / 4 };
    Trial {
        position,
        round,
        cell,
        purpose: Purpose::Measured,
        task: if loaded { Task::Load } else { Task::Start },
        predecessor: cell.checked_sub(1),
        began_ns: u64::from(position) * 1_000_000_000,
        held: None,
        outcome: Outcome::Passed,
        spans: vec![span(Phase::Create, 0, 1), span(Phase::Start, 1, 3), span(Phase::Ready, 3, 4)],
        samples,
        histograms,
    }
}

fn histogram(series: u32, latency: u64, random: &mut ChaCha8Rng) -> StoredHistogram {
    let (lowest, highest) = (StoredHistogram::LOWEST_NS, StoredHistogram::HIGHEST_NS);
    let mut histogram = Histogram::<u64>::new_with_bounds(lowest, highest, StoredHistogram::DIGITS)
        .expect("the bounds are those of every stored histogram");
    for _ in 0..REQUESTS_A_HISTOGRAM {
        let tail = if random.random_range(0..100) == 0 { 12 } else { 1 };
        histogram.saturating_record(latency * tail * random.random_range(80..300) / 100);
    }
    let mut bytes = Vec::new();
    V2Serializer::new().serialize(&histogram, &mut bytes).expect("counts are small");
    StoredHistogram { series, count: histogram.len(), v2: STANDARD.encode(bytes) }
}
