//! The made-up run with more in it, and a chart in words.

use std::fmt::Write;

use plimsoll_chart::spec::{ChartSpec, Point};
use plimsoll_model::{
    Aim, Charted, Direction, Entry, Failure, FailureKind, Metric, Outcome, Phase, Reading, Row, Run, Series,
    Slug, StoredHistogram, Trial, Unit,
};

use crate::made_up::{run, slug};

fn series(metric: &str, phase: Phase, subject: Option<&str>) -> Series {
    Series {
        metric: slug(metric),
        phase,
        subject: subject.map(slug),
        request: None,
        method: "made up".into(),
    }
}

/// The made-up run with a control group, uncorrected latencies, layers and a `.cwasm`, an outlier, and a trial that
/// is invalid.
pub(crate) fn detailed(arms: &[&str]) -> Run {
    let mut run = run(arms);
    let cgroup = [Phase::Ready, Phase::Serve].map(|phase| {
        ["cgroup_anon", "cgroup_file", "cgroup_kernel"]
            .map(|metric| run.intern(&series(metric, phase, Some("instance"))).0)
    });
    let around = ["shim", "proxy"].map(|part| run.intern(&series("pss", Phase::Serve, Some(part))).0);
    let layers =
        ["layer-0", "layer-1"].map(|layer| run.intern(&series("wire_size", Phase::Prepare, Some(layer))).0);
    run.metrics.push(
        Metric::known("compiled_size", "compiled_size", Unit::Bytes, Direction::LowerIsBetter, "Made up.")
            .short("compiled size")
            .chart(Charted::Size),
    );
    let compiled = run.intern(&series("compiled_size", Phase::Prepare, None)).0;
    let uncorrected: Vec<(u32, u32)> = ["product", "quote"]
        .map(|request| {
            let at = run.series.iter().position(|known| known.request == Some(slug(request))).unwrap();
            let latency = run.series[at].clone();
            let sent = Series { metric: slug("latency_uncorrected"), ..latency };
            (at as u32, run.intern(&sent).0)
        })
        .to_vec();
    let row_of: Vec<Row> =
        (0..run.cells.len()).map(|cell| run.row_of(cell as u32).unwrap().clone()).collect();
    for trial in &mut run.trials {
        let bytes = [900_000, 120_000, 330_000].map(|bytes| bytes + u64::from(trial.cell) * 50_000);
        let phases = if trial.aim() == Aim::LOAD { 2 } else { 1 };
        for cgroup in &cgroup[..phases] {
            let values = cgroup.iter().zip(bytes);
            trial.samples.extend(values.map(|(at, bytes)| Entry(*at, Reading::Value(bytes))));
        }
        if phases == 2 && row_of[trial.cell as usize].lane.as_str() == "docker" {
            let values = around.iter().zip([12_400_000, 2_600_000]);
            trial.samples.extend(values.map(|(at, bytes)| Entry(*at, Reading::Value(bytes))));
        }
        let sent: Vec<StoredHistogram> = trial
            .histograms
            .iter()
            .map(|stored| {
                let (_, series) = uncorrected.iter().find(|(from, _)| *from == stored.series).unwrap();
                StoredHistogram { series: *series, ..stored.clone() }
            })
            .collect();
        trial.histograms.extend(sent);
    }
    for made in &mut run.preparations {
        if run.rows[made.row as usize].lane.as_str().starts_with("docker") {
            made.samples.extend(
                [800_000, 440_000].iter().zip(layers).map(|(size, at)| Entry(at, Reading::Value(*size))),
            );
        } else if run.rows[made.row as usize].lane.as_str().starts_with("wasmtime") {
            made.samples.push(Entry(compiled, Reading::Value(980_000)));
        }
    }
    let of_json: Vec<usize> =
        (0..run.trials.len()).filter(|at| workload(&run, &run.trials[*at]).as_str() == "json-api").collect();
    set_cold_start(&mut run, of_json[10], 1_900_000_000);
    run.trials[of_json[11]].outcome =
        Outcome::Invalid { reason: "the load generator was late: P99 of its lag 900 µs".to_owned() };
    let failure = Failure {
        phase: Phase::Serve,
        kind: FailureKind::WrongOutput,
        message: "answered 500".to_owned(),
        diff: None,
    };
    run.trials[of_json[12]].outcome = Outcome::Failed { failure };
    run
}

/// The made-up run with its trials repeated until there are so many, without histograms.
pub(crate) fn repeated(count: usize) -> Run {
    let mut run = detailed(&["a"]);
    let few = run.trials.clone();
    run.trials = few.iter().cycle().take(count).cloned().collect();
    for (at, trial) in run.trials.iter_mut().enumerate() {
        trial.position = at as u32;
        trial.histograms.clear();
    }
    run
}

fn workload<'run>(run: &'run Run, trial: &Trial) -> &'run Slug {
    &run.row_of(trial.cell).unwrap().case.workload
}

fn set_cold_start(run: &mut Run, trial: usize, ns: u64) {
    let at = run.series.iter().position(|series| series.metric.as_str() == "cold_start").unwrap();
    let trial = &mut run.trials[trial];
    let entry = trial.samples.iter_mut().find(|entry| entry.0 as usize == at).unwrap();
    entry.1 = Reading::Value(ns);
}

/// A chart in lines that a person can check.
pub(crate) fn told(spec: &ChartSpec) -> String {
    let mut text = format!("{} | {}\n{}\n", spec.slug, spec.title, spec.includes);
    for (name, axis) in [("x", &spec.x), ("y", &spec.y)] {
        let ticks = axis.ticks.iter().filter(|tick| !tick.label.is_empty());
        let ticks: Vec<String> = ticks.map(|tick| format!("{} at {:.3}", tick.label, tick.at)).collect();
        let (title, scale, min, max) = (&axis.title, axis.scale, axis.min, axis.max);
        writeln!(text, "{name}: {title} {scale:?} {min:.3} to {max:.3}: {}", ticks.join(", ")).unwrap();
    }
    for key in &spec.legend {
        writeln!(text, "key: {} {:?}", key.name, key.swatch).unwrap();
    }
    for series in &spec.series {
        let (mark, stroke, fill) = (series.mark, series.stroke, series.fill);
        writeln!(text, "{}: {mark:?} {stroke:?} {fill:?}", series.name).unwrap();
        let count = series.points.len();
        for (at, point) in series.points.iter().enumerate() {
            if (4..count.saturating_sub(2)).contains(&at) && point.flag.is_none() && count > 14 {
                continue;
            }
            writeln!(text, "  {}", point_told(point)).unwrap();
        }
    }
    spec.notes.iter().chain(&spec.empty).for_each(|note| writeln!(text, "note: {note}").unwrap());
    text
}

fn point_told(point: &Point) -> String {
    let optional =
        |name: &str, value: Option<f64>| value.map_or(String::new(), |v| format!(" {name} {v:.3}"));
    let parts = [
        optional("to x", point.x2),
        optional("to y", point.y2),
        optional("low", point.low),
        optional("median", point.median),
        optional("high", point.high),
    ];
    let flag = point.flag.map_or(String::new(), |flag| format!(" {flag:?}"));
    format!("{:.3}, {:.3}{}{flag} | {}", point.x, point.y, parts.concat(), point.label)
}
