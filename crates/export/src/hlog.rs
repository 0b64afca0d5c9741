//! An HdrHistogram log: a line for each trial, with the lane as its tag.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::serialization::{Serializer, V2DeflateSerializer};
use plimsoll_model::{Phase, Trial};
use plimsoll_report::Report;

use crate::exporter::lane_name;
use crate::exporter::{About, ExportError, Exporter, Style};
use crate::latencies::served;

pub(crate) struct Hlog;

/// Values in a log are nanoseconds, the largest is told in milliseconds.
const NS_IN_MS: f64 = 1e6;
const NS_IN_S: f64 = 1e9;

impl Exporter for Hlog {
    fn about(&self) -> About {
        About {
            slug: "hlog",
            title: "HdrHistogram log",
            summary: "latencies as an HdrHistogram log, a line for each trial, tagged with workload and lane",
            extension: "hlog",
        }
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        let run = report.run;
        // Readers know no times before 1970.
        let began_s = (run.started_at.as_millisecond().max(0) as f64) / 1e3;
        writeln!(out, "#[Plimsoll run {}: latency in nanoseconds, from the time a request was due]", run.id)?;
        writeln!(out, "#[Histogram log format version 1.3]")?;
        writeln!(out, "#[StartTime: {began_s:.3} (seconds since epoch), {}]", run.started_at)?;
        writeln!(out, "#[BaseTime: {began_s:.3} (seconds since epoch)]")?;
        writeln!(
            out,
            r#""StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram""#
        )?;
        let mut serializer = V2DeflateSerializer::new();
        let place_of = report.places();
        for found in served(run) {
            let lane = place_of(found.trial.cell).and_then(|place| report.summaries.get(place));
            let Some(lane) = lane else { continue };
            let name = lane_name(lane, "/");
            for why in &found.unreadable {
                writeln!(out, "#[not in it: trial {} of {name}: {why}]", found.trial.position)?;
            }
            let Some(histogram) = found.histogram else { continue };
            let mut bytes = Vec::new();
            serializer
                .serialize(&histogram, &mut bytes)
                .map_err(|source| ExportError::Histogram { lane: name.clone(), source })?;
            let (begin, length) = interval_s(found.trial);
            let max = histogram.max() as f64 / NS_IN_MS;
            writeln!(out, "Tag={name},{begin:.3},{length:.3},{max:.3},{}", STANDARD.encode(bytes))?;
        }
        Ok(())
    }
}

/// When a trial served, in seconds after the run began, and for how long.
fn interval_s(trial: &Trial) -> (f64, f64) {
    let served = trial.spans.iter().find(|span| span.phase == Phase::Serve);
    let (begin_ns, end_ns) = served.map_or((0, 0), |span| (span.begin_ns, span.end_ns));
    let begin_s = trial.began_ns.saturating_add(begin_ns) as f64 / NS_IN_S;
    (begin_s, end_ns.saturating_sub(begin_ns) as f64 / NS_IN_S)
}
