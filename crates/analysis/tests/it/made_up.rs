//! Runs made by hand, with a known truth.

use base64::Engine;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer, V2Serializer};
use jiff::Timestamp;
use plimsoll_model::{
    Arm, ComparedBy, Direction, End, EndReason, Entry, Held, Host, LaneSpec, Metric, Outcome, Phase, Plan,
    Preset, Purpose, Reading, Run, Series, Site, Slug, Span, StoredHistogram, Task, Trial, Unit,
};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

pub(crate) fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

/// A run of workload `json-api` in these lanes and arms, without trials yet.
pub(crate) fn empty_run(lanes: &[&str], arms: &[&str]) -> Run {
    let spec = |lane: &&str| LaneSpec::plain(slug(lane), slug("made-up"));
    let lanes = lanes.iter().map(spec).collect();
    let mut plan = Plan::from_preset(Preset::Quick, vec![slug("json-api")], lanes, 42);
    plan.arms = arms.iter().map(|arm| Arm { slug: slug(arm) }).collect();
    let metric = |name: &'static str, unit, by| {
        Metric::known(name, name, unit, Direction::LowerIsBetter, "").compared(by)
    };
    let site = Site { host: Host { cpus: 2, ..Host::default() }, ..Site::default() };
    Run {
        metrics: vec![
            metric("cold_start", Unit::Nanoseconds, ComparedBy::Median),
            metric("latency", Unit::Nanoseconds, ComparedBy::Percentiles),
            metric("pss", Unit::Bytes, ComparedBy::MedianOfPhase),
            metric("wire_size", Unit::Bytes, ComparedBy::Exact),
        ],
        end: Some(End { at: Timestamp::UNIX_EPOCH, reason: EndReason::Completed }),
        ..Run::planned(slug("run"), Timestamp::UNIX_EPOCH, plan, site)
    }
}

fn series(metric: &'static str, phase: Phase, request: Option<&str>) -> Series {
    Series {
        metric: Slug::known(metric),
        phase,
        subject: None,
        request: request.map(slug),
        method: "made up".into(),
    }
}

/// Adds a passed trial of a cell.
pub(crate) fn add_trial(run: &mut Run, cell: u32, cold_start_ns: u64) -> &mut Trial {
    let (cold_start, _) = run.intern(&series("cold_start", Phase::Ready, None));
    let position = run.trials.len() as u32;
    run.trials.push(Trial {
        position,
        round: position,
        cell,
        purpose: Purpose::Measured,
        task: Task::Start,
        predecessor: None,
        began_ns: u64::from(position) * 1_000_000_000,
        held: Some(Held { containers: 1, images: 2 }),
        outcome: Outcome::Passed,
        spans: vec![Span { phase: Phase::Ready, begin_ns: 0, end_ns: cold_start_ns }],
        samples: vec![Entry(cold_start, Reading::Value(cold_start_ns))],
        histograms: Vec::new(),
    });
    run.trials.last_mut().unwrap()
}

/// Adds a passed trial that was loaded, with these latencies of one request.
pub(crate) fn add_loaded(run: &mut Run, cell: u32, request: Option<&str>, latencies: &[u64]) {
    let (series, _) = run.intern(&series("latency", Phase::Serve, request));
    let mut histogram = Histogram::<u64>::new_with_bounds(1, 60_000_000_000, 3).unwrap();
    for latency in latencies {
        histogram.record(*latency).unwrap();
    }
    let mut bytes = Vec::new();
    V2Serializer::new().serialize(&histogram, &mut bytes).unwrap();
    let v2 = base64::engine::general_purpose::STANDARD.encode(bytes);
    let trial = add_trial(run, cell, 1_000_000);
    trial.task = Task::Load;
    trial.histograms.push(StoredHistogram { series, count: latencies.len() as u64, v2 });
}

/// A source of skewed times, as real ones are.
pub(crate) struct Times(ChaCha8Rng);

impl Times {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Around this many nanoseconds, with a tail to the right.
    pub(crate) fn around(&mut self, ns: f64) -> u64 {
        let unit: f64 = self.0.random_range(1e-12..1.0);
        (ns * (0.9 - 0.15 * unit.ln())) as u64
    }
}
