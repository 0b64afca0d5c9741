//! Which images of somebody else's were run: a name alone does not tell.

use plimsoll_model::{Case, Form, Run};

use super::Versus;
use super::figure::short;
use crate::list::{at_most, distinct};

/// Workloads that are listed.
const MOST: usize = 40;
/// Characters of a digest that are told.
const TOLD: usize = 12;
/// As a lane of containers calls the digest of what it ran.
const IMAGE: &str = "image";

/// Of each workload whose image is not the same in both runs, which ones they were.
pub(super) fn of(versus: &Versus<'_>) -> Vec<String> {
    let cases = versus.cases();
    let unlike = cases.iter().flat_map(|case| {
        let own = called(versus.base, case);
        versus.news.iter().filter_map(move |new| {
            let (own, other) = (own.as_deref()?, called(new, case)?);
            let told = || {
                format!(
                    "`{}`: {own} in the base, {other} in the new run: what differs may be what they do, and is no noise",
                    case.workload
                )
            };
            (own != other).then(told)
        })
    });
    at_most(distinct(unlike), MOST, "")
}

/// The image of a case by its name and the beginning of its digest.
fn called(run: &Run, case: &Case) -> Option<String> {
    let name = &run.workload(case)?.artifacts.iter().find(|artifact| artifact.form == Form::Image)?.name;
    let of_case = run.preparations.iter().filter(|made| {
        run.rows
            .get(made.row as usize)
            .is_some_and(|row| (&row.case.workload, &row.case.variant) == (&case.workload, &case.variant))
    });
    let digest = of_case.filter_map(|made| made.digests.get(IMAGE)).next()?;
    let hex: String = digest.trim_start_matches("sha256:").chars().take(TOLD).collect();
    Some(format!("`{}` (`{}`)", short(name), short(&hex)))
}
