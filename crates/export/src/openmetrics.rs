//! OpenMetrics text, version 1.0, in its base units: seconds, bytes, events per second.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use plimsoll_analysis::LaneSummary;
use plimsoll_format::plain;
use plimsoll_model::{Slug, Unit};
use plimsoll_report::Report;

use crate::exporter::{About, ExportError, Exporter, Style};
use crate::figures::{Figure, figures};

pub(crate) struct OpenMetrics;

impl Exporter for OpenMetrics {
    fn about(&self) -> About {
        About {
            slug: "openmetrics",
            title: "OpenMetrics text",
            summary: "every figure as OpenMetrics text, in seconds and bytes",
            extension: "om",
        }
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        let mut families = Families::default();
        let run = report.run;
        let info = families.named("plimsoll_run", "", Kind::Info);
        let host = &run.site.host;
        info.help = "The run that the figures are from.".to_owned();
        let model = host.cpu_model.as_deref().unwrap_or_default();
        let about = [("run", run.id.as_str()), ("arch", &host.arch), ("cpu_model", model)];
        info.add("_info", &about.map(|(name, value)| (name, value.to_owned())), 1.0);
        let arms = report.arms();
        for arm in arms.iter() {
            let trials = families.named("plimsoll_trials", "", Kind::Gauge);
            trials.help = "Trials that count, by how they ended.".to_owned();
            let counts = arm.trials;
            for (outcome, count) in [
                ("passed", counts.passed),
                ("failed", counts.failed),
                ("invalid", counts.invalid),
                ("interrupted", counts.interrupted),
            ] {
                let mut labels = of_arm(arm);
                labels.push(("outcome", outcome.to_owned()));
                trials.add("", &labels, f64::from(count));
            }
        }
        for figure in figures(report, &arms) {
            families.figure(report, &figure);
        }
        for family in families.list {
            family.write(out)?;
        }
        Ok(writeln!(out, "# EOF")?)
    }
}

type Labels = Vec<(&'static str, String)>;

/// The label of what is told of each arm by itself.
const ARM: &str = "arm";

fn of_arm(arm: &LaneSummary) -> Labels {
    let names = [("workload", arm.case.to_string()), ("lane", arm.lane.to_string())];
    names.into_iter().chain(arm.arm.as_ref().map(|arm| (ARM, arm.to_string()))).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gauge,
    Info,
}

/// What shares a name, a unit and a help text.
struct Family {
    name: String,
    unit: &'static str,
    kind: Kind,
    help: String,
    /// Labels of samples that stand: no two samples may have the same.
    seen: BTreeSet<String>,
    samples: String,
}

/// Every family, in the order in which they came up.
#[derive(Default)]
struct Families {
    list: Vec<Family>,
    /// Where a family stands, by what it is of.
    places: BTreeMap<String, usize>,
    taken: BTreeSet<String>,
}

/// What is told of a figure, each in a family of its own: the end of the family's name.
const TOLD: [&str; 3] = ["", "_interval_low", "_interval_high"];

impl Families {
    /// The family of this key, made on first sight. Its name is the key in the letters that OpenMetrics allows, and
    /// differs from every other family's.
    fn named(&mut self, key: &str, unit: &'static str, kind: Kind) -> &mut Family {
        let place = match self.places.get(key) {
            Some(place) => *place,
            None => {
                let mut base: String = key
                    .chars()
                    .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
                    .collect();
                let ended =
                    |base: &str| if unit.is_empty() { base.to_owned() } else { format!("{base}_{unit}") };
                while !self.taken.insert(ended(&base)) {
                    base.push('_');
                }
                let name = ended(&base);
                // A reader takes the name with this ending for a part of the information.
                if kind == Kind::Info {
                    self.taken.insert(format!("{name}_info"));
                }
                let (help, seen, samples) = Default::default();
                self.list.push(Family { name, unit, kind, help, seen, samples });
                self.places.insert(key.to_owned(), self.list.len() - 1);
                self.list.len() - 1
            }
        };
        &mut self.list[place]
    }

    fn figure(&mut self, report: &Report<'_>, figure: &Figure<'_>) {
        let Ok(value) = figure.value else { return };
        let (unit, size) = match figure.unit {
            Unit::Nanoseconds => ("seconds", 1e9),
            Unit::Bytes => ("bytes", 1.0),
            Unit::Count => ("", 1.0),
            Unit::MilliPerSecond => ("per_second", 1e3),
        };
        let mut labels = of_arm(figure.of);
        labels.push(("phase", figure.phase.to_string()));
        let known = |name: &'static str, value: Option<&Slug>| value.map(|value| (name, value.to_string()));
        labels.extend(known("subject", figure.subject));
        labels.extend(known("request", figure.request));
        if !figure.method.is_empty() {
            labels.push(("method", figure.method.clone()));
        }
        if let Some(milli) = figure.percentile_milli {
            labels.push(("quantile", (f64::from(milli) / 1e3).to_string()));
        }
        let what = if figure.percentile_milli.is_some() { "Quantile" } else { "Median over trials" };
        let about = report.run.metrics.iter().find(|declared| declared.slug == *figure.metric);
        let about = about.map(|declared| format!(" {}", plain(&declared.help))).unwrap_or_default();
        let ends = figure.ends();
        let told = [Some(value), ends.map(|ends| ends.low), ends.map(|ends| ends.high)];
        for (end, value) in TOLD.into_iter().zip(told) {
            let Some(value) = value else { continue };
            let family = self.named(&format!("plimsoll_{}{end}", figure.metric), unit, Kind::Gauge);
            if family.help.is_empty() {
                family.help = match end {
                    "" => format!("{what}.{about}"),
                    "_interval_low" => "Lower end of the 95 % interval.".to_owned(),
                    _ => "Upper end of the 95 % interval.".to_owned(),
                };
            }
            family.add("", &labels, value / size);
        }
        let counted = self.named(&format!("plimsoll_{}_values", figure.metric), "", Kind::Gauge);
        counted.help = "How many values the figure comes from.".to_owned();
        counted.add("", &labels, figure.n as f64);
        if let Some(found) = figure.against {
            labels.retain(|(name, _)| *name != ARM);
            labels.push(("baseline", found.baseline.to_string()));
            let told = [
                (Some(found.ratio), "to_baseline", "Ratio to the baseline lane, all arms together."),
                (
                    found.interval.ok().map(|ends| ends.low),
                    "to_baseline_interval_low",
                    "Lower end of its 95 % interval.",
                ),
                (
                    found.interval.ok().map(|ends| ends.high),
                    "to_baseline_interval_high",
                    "Upper end of its 95 % interval.",
                ),
            ];
            for (value, end, help) in told {
                let Some(value) = value.filter(|value| value.is_finite()) else { continue };
                let family = self.named(&format!("plimsoll_{}_{end}", figure.metric), "ratio", Kind::Gauge);
                family.help = help.to_owned();
                family.add("", &labels, value);
            }
        }
    }
}

impl Family {
    /// Adds a sample, unless one with the same labels stands.
    fn add(&mut self, ending: &str, labels: &[(&'static str, String)], value: f64) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(&plain(value)))).collect();
        let labels = labels.join(",");
        if self.seen.insert(labels.clone()) {
            self.samples.push_str(&format!("{}{ending}{{{labels}}} {value}\n", self.name));
        }
    }

    fn write(&self, out: &mut dyn Write) -> Result<(), ExportError> {
        let Self { name, unit, kind, help, samples, .. } = self;
        writeln!(out, "# TYPE {name} {}", if *kind == Kind::Info { "info" } else { "gauge" })?;
        if !unit.is_empty() {
            writeln!(out, "# UNIT {name} {unit}")?;
        }
        writeln!(out, "# HELP {name} {}", escaped(help))?;
        Ok(out.write_all(samples.as_bytes())?)
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n")
}
