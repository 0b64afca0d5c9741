//! How to reproduce a run: the command, the versions, the digests.

use plimsoll_model::Case;

use super::command::{command, unsaid};
use crate::Report;
use crate::document::{Block, Fact, Section, Titled, WordCell, WordTable};
use crate::list::more;

/// Most digests and versions that are shown.
const MOST: usize = 200;

/// The command, and what it has to meet to give the same.
pub(super) fn reproduce(report: &Report<'_>) -> Section {
    let run = report.run;
    let versions = run.site.host.versions.iter().take(MOST);
    let blocks = vec![
        Block::Lead("The same plan, in the same order of trials:".to_owned()),
        Block::Command(command(&run.plan)),
        Block::Lines(unsaid(&run.plan)),
        Block::Lead(format!(
            "Everything here is made from the run's file `{}.json` (format {}), which holds every value.",
            run.id, run.schema_version
        )),
        Block::Facts(Titled {
            heading: "Versions".to_owned(),
            of: versions.map(|(name, version)| Fact::new(name, version)).collect(),
        }),
        Block::Listing(listing(report)),
    ];
    Section::new("reproduce", "How to reproduce it", blocks)
}

fn listing(report: &Report<'_>) -> WordTable {
    let digests = digests(report);
    let left = digests.len().saturating_sub(MOST);
    WordTable {
        heading: "Digests".to_owned(),
        lead: "SHA-256 of the files of each workload, and of what was made from them for each lane."
            .to_owned(),
        columns: ["of", "what", "digest"].map(str::to_owned).to_vec(),
        rows: digests.into_iter().take(MOST).map(Vec::from).collect(),
        more: (left > 0).then(|| format!("{} digests", more(left))),
    }
}

/// Files first, then artifacts; arms of a lane share theirs.
fn digests(report: &Report<'_>) -> Vec<[WordCell; 3]> {
    let run = report.run;
    let files = run.workloads.iter().flat_map(|record| {
        let of = Case { variant: record.variant.clone(), ..Case::of(record.name.clone()) }.to_string();
        record.digests.iter().map(move |(what, told)| digest(&of, what, told))
    });
    let mut found: Vec<[WordCell; 3]> = files.collect();
    for made in &run.preparations {
        let Some(row) = run.rows.get(made.row as usize) else { continue };
        let of = format!("{} in {}", row.case, row.lane);
        found.extend(made.digests.iter().map(|(what, told)| digest(&of, what, told)));
    }
    found
}

fn digest(of: &str, what: &str, told: &str) -> [WordCell; 3] {
    [WordCell::new(of), WordCell::new(what), WordCell::exact(told)]
}
