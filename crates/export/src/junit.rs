//! JUnit's XML: a suite for each lane, a case for each trial.

use std::io::Write;

use plimsoll_analysis::LaneSummary;
use plimsoll_format::plain;
use plimsoll_model::{Failure, Outcome, Purpose, Task, Trial};
use plimsoll_report::Report;

use crate::csv_summary::word;
use crate::exporter::lane_name;
use crate::exporter::{About, ExportError, Exporter, Style};

pub(crate) struct Junit;

impl Exporter for Junit {
    fn about(&self) -> About {
        About {
            slug: "junit",
            title: "JUnit report of trials",
            summary: "trials as JUnit XML: failed ones as failures, those with an invalid load as skipped",
            extension: "xml",
        }
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        let suites = suites(report)?;
        let all = suites.iter().fold(Counts::default(), |all, suite| all.plus(suite.counts));
        writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        writeln!(out, r#"<testsuites name="plimsoll {}" {}>"#, report.run.id, all.attributes())?;
        let began = report.run.started_at.strftime("%Y-%m-%dT%H:%M:%S");
        for Suite { name, cases, counts } in suites {
            let (skipped, attributes) = (counts.skipped, counts.attributes());
            writeln!(
                out,
                r#"  <testsuite name="{name}" {attributes} skipped="{skipped}" timestamp="{began}">"#
            )?;
            for case in cases {
                case.write(out)?;
            }
            writeln!(out, "  </testsuite>")?;
        }
        Ok(writeln!(out, "</testsuites>")?)
    }
}

/// One lane.
struct Suite<'run> {
    name: String,
    cases: Vec<Case<'run>>,
    counts: Counts,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    skipped: usize,
    seconds: f64,
}

/// One trial, or the preparation.
struct Case<'run> {
    suite: String,
    name: String,
    seconds: f64,
    end: End<'run>,
}

enum End<'run> {
    Passed,
    Failed { kind: String, failure: &'run Failure },
    Invalid(&'run str),
    Interrupted,
}

impl Counts {
    fn of(cases: &[Case<'_>]) -> Self {
        let count = |wanted: fn(&End<'_>) -> bool| cases.iter().filter(|case| wanted(&case.end)).count();
        Self {
            tests: cases.len(),
            failures: count(|end| matches!(end, End::Failed { .. })),
            skipped: count(|end| matches!(end, End::Invalid(_) | End::Interrupted)),
            // Not `sum`, which gives −0 for nothing.
            seconds: cases.iter().fold(0.0, |all, case| all + case.seconds),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            tests: self.tests + other.tests,
            failures: self.failures + other.failures,
            skipped: self.skipped + other.skipped,
            seconds: self.seconds + other.seconds,
        }
    }

    fn attributes(self) -> String {
        let Self { tests, failures, seconds, .. } = self;
        format!(r#"tests="{tests}" failures="{failures}" errors="0" time="{seconds:.9}""#)
    }
}

fn suites<'run>(report: &Report<'run>) -> Result<Vec<Suite<'run>>, ExportError> {
    let mut lanes: Vec<Vec<Case<'run>>> = Vec::new();
    lanes.resize_with(report.summaries.len(), Vec::new);
    for (lane, cases) in report.summaries.iter().zip(&mut lanes) {
        let failures = report.run.prepared(&lane.cells).into_iter().filter_map(|made| made.failure.as_ref());
        for failure in failures {
            cases.push(unprepared(lane, failure)?);
        }
    }
    let place_of = report.places();
    for trial in &report.run.trials {
        if let Some(place) = place_of(trial.cell)
            && let (Some(lane), Some(cases)) = (report.summaries.get(place), lanes.get_mut(place))
        {
            cases.push(tried(lane, trial)?);
        }
    }
    let suite = |(lane, cases): (&LaneSummary, Vec<Case<'run>>)| Suite {
        name: lane_name(lane, "/"),
        counts: Counts::of(&cases),
        cases,
    };
    Ok(report.summaries.iter().zip(lanes).map(suite).collect())
}

/// The preparation, only where it failed: that it went well is told by the trials.
fn unprepared<'run>(lane: &LaneSummary, failure: &'run Failure) -> Result<Case<'run>, ExportError> {
    Ok(Case {
        suite: lane_name(lane, "."),
        name: "prepare".to_owned(),
        seconds: 0.0,
        end: End::Failed { kind: word(&failure.kind)?, failure },
    })
}

fn tried<'run>(lane: &LaneSummary, trial: &'run Trial) -> Result<Case<'run>, ExportError> {
    let kind = match (trial.purpose, trial.task) {
        (Purpose::WarmUp, _) => "warm-up",
        (Purpose::Capacity, _) => "capacity",
        (Purpose::Measured, Task::Start) => "cold start",
        (Purpose::Measured, Task::Load) => "cold start and load",
    };
    let end = match &trial.outcome {
        Outcome::Passed => End::Passed,
        Outcome::Failed { failure } => End::Failed { kind: word(&failure.kind)?, failure },
        Outcome::Invalid { reason } => End::Invalid(reason),
        Outcome::Interrupted => End::Interrupted,
    };
    let ns = trial.spans.iter().map(|span| span.end_ns).max().unwrap_or(0);
    Ok(Case {
        suite: lane_name(lane, "."),
        name: format!("trial {}: {kind}", trial.position),
        seconds: ns as f64 / 1e9,
        end,
    })
}

impl Case<'_> {
    fn write(&self, out: &mut dyn Write) -> Result<(), ExportError> {
        let Self { suite, name, seconds, end } = self;
        write!(out, r#"    <testcase classname="{suite}" name="{name}" time="{seconds:.9}""#)?;
        match end {
            End::Passed => return Ok(writeln!(out, "/>")?),
            End::Failed { kind, failure } => {
                let message = escaped(&plain(&failure.message));
                let diff: Vec<String> =
                    failure.diff.iter().flat_map(|diff| diff.lines()).map(plain).collect();
                let about = format!("in phase `{}`", failure.phase);
                let text = escaped(&[&[about], &diff[..]].concat().join("\n"));
                writeln!(out, ">")?;
                writeln!(out, r#"      <failure type="{kind}" message="{message}">{text}</failure>"#)?;
            }
            End::Invalid(reason) => {
                let message = escaped(&plain(reason));
                writeln!(out, ">")?;
                writeln!(out, r#"      <skipped message="its load is invalid: {message}"/>"#)?;
            }
            End::Interrupted => {
                writeln!(out, ">")?;
                writeln!(out, r#"      <skipped message="stopped by the user"/>"#)?;
            }
        }
        Ok(writeln!(out, "    </testcase>")?)
    }
}

/// Text as XML: characters that XML 1.0 can't hold even as references are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}
