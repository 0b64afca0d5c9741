//! Runs that are nearly empty, strange or meant to do harm.

use plimsoll_model::{Entry, Failure, FailureKind, Outcome, Phase, Reading, Run};

use crate::made_up::run;

/// What a stranger could write into a run wherever it takes any text.
pub(crate) const EVIL: &str = "a,\"b\"|'c'`d\r\n<script>alert(1)</script>]]>--> \\ # EOF & {x=\"y\"} =1+1 @someone \
     \u{1b}]0;title\u{7}\u{1b}[2J\u{9b}31m\u{202e}\u{fffe}\u{0} \u{5e9}\u{5dc}\u{5d5}\u{5dd}";

/// Every text of the run that is not a name is hostile.
pub(crate) fn evil() -> Run {
    let mut run = run(&["a", "b"]);
    run.site.host.arch = EVIL.to_owned();
    run.site.host.cpu_model = Some(EVIL.to_owned());
    run.site.host.os = Some(EVIL.to_owned());
    run.site.host.versions.insert(EVIL.to_owned(), EVIL.to_owned());
    run.site.host.virtualised = Some(EVIL.to_owned());
    run.unequal.iter_mut().for_each(|unequal| unequal.what = EVIL.to_owned());
    run.loads.iter_mut().for_each(|load| load.chosen = EVIL.to_owned());
    run.series.iter_mut().for_each(|series| series.method = EVIL.into());
    run.series.iter_mut().step_by(2).for_each(|series| series.method = format!("=cmd() {EVIL}").into());
    for lane in &mut run.lanes {
        lane.summary = EVIL.to_owned();
        lane.outside_limits = vec![EVIL.to_owned()];
        lane.unlimited = Some(EVIL.to_owned());
    }
    for metric in &mut run.metrics {
        metric.name = EVIL.into();
        metric.short = Some(EVIL.into());
        metric.help = EVIL.into();
    }
    for (at, trial) in run.trials.iter_mut().enumerate() {
        match at % 9 {
            0 => trial.outcome = failed(),
            1 => trial.outcome = Outcome::Invalid { reason: EVIL.to_owned() },
            2 => trial.samples.iter_mut().for_each(|entry| entry.1 = Reading::unavailable(EVIL)),
            3 => trial.histograms.iter_mut().for_each(|stored| stored.v2 = EVIL.to_owned()),
            _ => {}
        }
    }
    run.preparations.iter_mut().take(1).for_each(|made| made.failure = Some(failure()));
    run
}

fn failure() -> Failure {
    let (message, diff) = (EVIL.to_owned(), Some(format!("-{EVIL}\n+{EVIL}")));
    Failure { phase: Phase::Ready, kind: FailureKind::WrongOutput, message, diff }
}

fn failed() -> Outcome {
    Outcome::Failed { failure: failure() }
}

/// Runs that are hard to report on, each with a name.
pub(crate) fn hard() -> Vec<(&'static str, Run)> {
    let changed = |change: &dyn Fn(&mut Run)| {
        let mut run = run(&["a"]);
        change(&mut run);
        run
    };
    vec![
        ("evil", evil()),
        ("no trials", changed(&|run| run.trials.clear())),
        ("one trial", changed(&|run| run.trials.drain(..).take(3).for_each(drop))),
        ("the second trial alone", changed(&|run| run.trials.retain(|trial| trial.position == 1))),
        ("only failures", changed(&|run| run.trials.iter_mut().for_each(|trial| trial.outcome = failed()))),
        ("all alike", changed(&|run| set(run, |_| Some(7)))),
        ("all nothing", changed(&|run| set(run, |_| Some(0)))),
        ("huge", changed(&|run| set(run, |_| Some(u64::MAX)))),
        (
            "nothing against something",
            changed(&|run| set(run, |cell| (cell % 5 > 0).then_some(u64::from(cell)))),
        ),
        (
            "a zero among huge ones",
            changed(&|run| set(run, |cell| Some(if cell == 0 { 0 } else { u64::MAX }))),
        ),
        ("nothing at all", changed(&empty)),
        ("outside its tables", changed(&|run| run.trials.iter_mut().for_each(|trial| trial.cell += 7))),
        ("clocks that jump", changed(&jumping)),
    ]
}

fn set(run: &mut Run, value: impl Fn(u32) -> Option<u64>) {
    for trial in &mut run.trials {
        for Entry(_, reading) in &mut trial.samples {
            *reading = value(trial.cell).map_or(Reading::unavailable("not here"), Reading::Value);
        }
    }
}

fn empty(run: &mut Run) {
    run.plan.workloads.clear();
    run.plan.lanes.clear();
    run.plan.arms.clear();
    run.rows.clear();
    run.cells.clear();
    run.lanes.clear();
    run.workloads.clear();
    run.metrics.clear();
    run.series.clear();
    run.preparations.clear();
    run.loads.clear();
    run.trials.clear();
    run.end = None;
}

fn jumping(run: &mut Run) {
    run.started_at = "-002000-01-01T00:00:00Z".parse().unwrap();
    for trial in &mut run.trials {
        trial.began_ns = u64::MAX - u64::from(trial.position);
        for span in &mut trial.spans {
            (span.phase, span.begin_ns, span.end_ns) = (Phase::Serve, u64::MAX, 3);
        }
    }
}
