//! The document of one run.

mod by_request;
mod caution;
mod command;
mod conditions;
mod doubt;
mod illustrated;
mod judged;
mod overview;
mod reproduce;

use plimsoll_chart::LaneLook;
use plimsoll_model::Case;

use self::by_request::by_request;
use self::caution::caution;
use self::conditions::conditions;
use self::doubt::doubt;
use self::illustrated::of_case;
use self::judged::verdict;
use self::overview::overview;
use self::reproduce::reproduce;
use crate::document::{Block, Document, Illustrated, Opening, Section};
use crate::list::more;
use crate::{Report, notes, sheet};

/// Most workloads with charts, and most that the subject names.
const MOST_ILLUSTRATED: usize = 40;
const MOST_NAMED: usize = 4;

impl Report<'_> {
    /// What a reader of the run meets.
    #[must_use]
    pub fn document(&self, charts: Illustrated) -> Document {
        let run = self.run;
        let mut sections: Vec<Section> =
            caution(self).into_iter().chain([verdict(self)]).chain(overview(self)).collect();
        for (at, case) in run.cases().into_iter().enumerate() {
            let charts = if at < MOST_ILLUSTRATED { charts } else { Illustrated::Left };
            sections.push(of_workload(self, case, charts));
        }
        sections.extend([
            doubt(self),
            conditions(self),
            Section::new(
                "includes",
                "What each number includes",
                notes::standing(self).into_iter().map(Block::Remarks).collect(),
            ),
            reproduce(self),
        ]);
        let host = &run.site.host;
        Document {
            title: format!("Plimsoll run {}", run.id),
            subject: named(&run.cases()),
            origin: vec![
                run.started_at.strftime("%-d %B %Y, %H:%M UTC").to_string(),
                format!("run {}", run.id),
                host.cpu_model.clone().unwrap_or_else(|| "unknown CPU".to_owned()),
                host.arch.clone(),
                format!("{} lanes", run.plan.lanes.len()),
            ],
            opening: Opening::Facts(notes::origin(self)),
            lanes: LaneLook::all(&[run]),
            sections,
            whole: format!("`plimsoll show {}`", run.id),
        }
    }
}

/// Charts and table of a workload, and what belongs to them.
fn of_workload(report: &Report<'_>, case: &Case, charts: Illustrated) -> Section {
    let mut blocks = Vec::new();
    blocks.extend(report.run.workload(case).map(|record| Block::Lead(record.summary.clone())));
    if report.run.cases().len() > 1 {
        blocks.extend(judged::of_workload(report, case));
    }
    if charts != Illustrated::Left {
        let drawn = of_case(report, case);
        blocks.extend((!drawn.is_empty()).then_some(Block::Charts(drawn)));
    }
    blocks.push(Block::Table(sheet::of_case(report, case)));
    blocks.push(Block::Lines(notes::of_case(report, case)));
    blocks.extend(by_request(report, case).map(Block::Table));
    Section::of_case(&case.to_string(), blocks)
}

/// The first workloads by name.
fn named(cases: &[&Case]) -> String {
    let names: Vec<String> = cases.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    match (names.as_slice(), cases.len().saturating_sub(MOST_NAMED)) {
        ([], _) => "no workload".to_owned(),
        (names, 0) => names.join(", "),
        (names, rest) => format!("{} {}", names.join(", "), more(rest)),
    }
}
