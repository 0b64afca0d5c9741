//! Percentiles as text, as HdrHistogram's own plotter reads them: a file for each lane.

use std::io::Write;

use hdrhistogram::Histogram;
use plimsoll_report::Report;

use crate::exporter::{About, ExportError, Exporter, Style};
use crate::exporter::{lane_name, several};
use crate::file::{ExportedFile, Gives};
use crate::latencies::{add, served};

pub(crate) struct Hgrm;

const EACH: &str = "lane of each workload that served load";
/// Lines for each halving of what is still above, as HdrHistogram's own tools write it.
const TICKS: u32 = 5;
/// The plotter's usual unit is milliseconds.
const NS: f64 = 1e6;

impl Exporter for Hgrm {
    fn about(&self) -> About {
        About {
            slug: "hgrm",
            title: "HdrHistogram percentiles of each lane",
            summary: "percentiles of latency for HdrHistogram's plotter, in milliseconds, a file for each lane",
            extension: "hgrm",
        }
    }

    fn gives(&self) -> Gives {
        Gives::FileForEach(EACH)
    }

    fn write(&self, _: &Report<'_>, _: Style, _: &mut dyn Write) -> Result<(), ExportError> {
        Err(several(self.slug(), self.gives()))
    }

    fn files(&self, report: &Report<'_>, _: Style) -> Result<Vec<ExportedFile>, ExportError> {
        let mut lanes: Vec<(Option<Histogram<u64>>, Vec<String>)> = Vec::new();
        lanes.resize_with(report.summaries.len(), Default::default);
        let place_of = report.places();
        for found in served(report.run) {
            let lane = place_of(found.trial.cell).and_then(|place| lanes.get_mut(place));
            if let Some((all, unreadable)) = lane {
                found.histogram.iter().for_each(|histogram| add(all, histogram));
                unreadable.extend(found.unreadable);
            }
        }
        let mut files = Vec::new();
        for (lane, (histogram, unreadable)) in report.summaries.iter().zip(&lanes) {
            if let Some(histogram) = histogram {
                let mut bytes = Vec::new();
                text(histogram, unreadable, &mut bytes)?;
                let part = Some(lane_name(lane, "."));
                files.push(ExportedFile { part, extension: self.about().extension, bytes });
            }
        }
        Ok(files)
    }
}

fn text(histogram: &Histogram<u64>, unreadable: &[String], out: &mut dyn Write) -> Result<(), ExportError> {
    let ms = |ns: f64| ns / NS;
    writeln!(out, "{:>12} {:>14} {:>10} {:>14}\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)")?;
    let mut total = 0_u64;
    for step in histogram.iter_quantiles(TICKS) {
        total = total.saturating_add(step.count_since_last_iteration());
        let (value, share) = (ms(step.value_iterated_to() as f64), step.quantile_iterated_to());
        write!(out, "{value:12.6} {share:2.12} {total:10}")?;
        if share < 1.0 {
            write!(out, " {:14.2}", 1.0 / (1.0 - share))?;
        }
        writeln!(out)?;
    }
    let (mean, spread, max) = (histogram.mean(), histogram.stdev(), histogram.max() as f64);
    writeln!(out, "#[Mean    = {:12.6}, StdDeviation   = {:12.6}]", ms(mean), ms(spread))?;
    writeln!(out, "#[Max     = {:12.6}, Total count    = {:12}]", ms(max), histogram.len())?;
    // As many slots as tell apart twice the values of so many digits.
    let slots = 10_u32.saturating_pow(histogram.sigfig().into()).saturating_mul(2).next_power_of_two();
    let buckets = histogram.buckets();
    writeln!(out, "#[Buckets = {buckets:12}, SubBuckets     = {slots:12}]")?;
    for why in unreadable {
        writeln!(out, "# not in it: {why}")?;
    }
    Ok(())
}
