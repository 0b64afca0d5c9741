//! How to reproduce a run: the command, the versions, the digests.

use maud::{Markup, html};
use plimsoll_model::Case;

use super::command::{command, unsaid};
use super::words::{list, more, text};
use crate::Report;

/// Most digests that are shown.
const MOST_DIGESTS: usize = 200;

/// The command, and what it has to meet to give the same.
pub(super) fn reproduce(report: &Report<'_>) -> Markup {
    let run = report.run;
    let digests = digests(report);
    html! {
        section #reproduce {
            h2 { "How to reproduce it" }
            p { "The same plan, in the same order of trials:" }
            pre.command { code { (command(&run.plan)) } }
            (list(&unsaid(&run.plan)))
            p {
                "Everything this page is made from, every value among it, is in the run's file "
                code { (run.id.as_str()) ".json" } " (format " (run.schema_version) ")."
            }
            h3 { "Versions" }
            dl.facts.versions {
                @for (name, version) in run.site.host.versions.iter().take(MOST_DIGESTS) {
                    div { dt { (text(name)) } dd { (text(version)) } }
                }
            }
            h3 { "Digests" }
            p { "SHA-256 of the files of each workload, and of what was made from them for each lane." }
            div.scroll {
                table.plain.digests {
                    thead { tr { th scope="col" { "of" } th scope="col" { "what" } th scope="col" { "digest" } } }
                    tbody {
                        @for Digest { of, what, digest } in digests.iter().take(MOST_DIGESTS) {
                            tr { td { (of) } td { (text(what)) } td { code { (text(digest)) } } }
                        }
                    }
                }
            }
            @if digests.len() > MOST_DIGESTS { p.more { (more(digests.len() - MOST_DIGESTS)) " digests" } }
        }
    }
}

struct Digest<'run> {
    of: String,
    what: &'run str,
    digest: &'run str,
}

/// Files first, then artifacts; arms of a lane share theirs.
fn digests<'run>(report: &Report<'run>) -> Vec<Digest<'run>> {
    let run = report.run;
    let files = run.workloads.iter().flat_map(|record| {
        let of = Case { variant: record.variant.clone(), ..Case::of(record.name.clone()) }.to_string();
        record.digests.iter().map(move |(what, digest)| Digest { of: of.clone(), what, digest })
    });
    let mut found: Vec<Digest<'run>> = files.collect();
    for made in &run.preparations {
        let Some(row) = run.rows.get(made.row as usize) else { continue };
        let of = format!("{} in {}", row.case, row.lane);
        found.extend(made.digests.iter().map(|(what, digest)| Digest { of: of.clone(), what, digest }));
    }
    found
}
