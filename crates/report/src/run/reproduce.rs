//! How to reproduce a run: the command, the versions.

use super::command::{command, unsaid};
use crate::Report;
use crate::document::{Block, Fact, Section};
use crate::titled::Titled;

/// Most versions that are shown.
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
            "Everything here is made from the run's file `{}.json` (format {}), which holds every value, and the SHA-256 \
             digests of the workloads' files and of what was made from them.",
            run.id, run.schema_version
        )),
        Block::Facts(Titled {
            heading: "Versions".to_owned(),
            of: versions.map(|(name, version)| Fact::new(name, version)).collect(),
        }),
    ];
    Section::new("reproduce", "How to reproduce it", blocks)
}
