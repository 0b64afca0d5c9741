//! Holding a run against budgets and a baseline.

mod baseline;

use std::path::{Path, PathBuf};

use plimsoll_analysis::{MayChange, RunComparison, compare_runs, compare_versions};
use plimsoll_budget::{BudgetError, Budgets, Decision, Ruling, judge};
use plimsoll_export::markdown_sentence;
use plimsoll_files::read_file;
use plimsoll_model::Run;
use serde::{Deserialize, Serialize};

use self::baseline::{Baseline, Looked};
use crate::{Bench, Compared, Error, Places, Registry, noise};

/// Decisions of one kind that a summary tells.
const MOST_TOLD: usize = 100;

/// What runs are held against.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gate {
    /// A run's file, its identity, or a folder of runs, of which the newest made on this host is taken; where it has
    /// none yet, or is not there, nothing is set against a baseline.
    pub baseline: Option<PathBuf>,
    /// A file of budgets.
    pub budget: Option<PathBuf>,
    /// Where runs are kept.
    pub places: Places,
}

/// Budgets and baseline, read and found right: before anything is measured.
#[derive(Clone, Debug, Default)]
pub struct Criteria {
    budgets: Option<(PathBuf, Budgets)>,
    baseline: Option<Baseline>,
    /// Whether one was asked for: it need not be there yet.
    against: bool,
    /// What is known before anything is measured and a reader should know, each in a sentence.
    notes: Vec<String>,
    places: Places,
}

/// What became of a run that was held against them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Judged {
    /// The run against its baseline, and against its version before a change.
    pub comparisons: Vec<RunComparison>,
    /// What became of each budget; empty where there is none.
    pub decisions: Vec<Decision>,
    /// What a reader should know besides, each in a sentence.
    pub notes: Vec<String>,
    /// The same as documents: against the baseline, and against the version before a change.
    #[serde(skip)]
    pub compared: Vec<Compared>,
}

impl Gate {
    /// Reads what a run will be held against.
    ///
    /// # Errors
    /// When a file is not there or not right; with line and column where the budgets are wrong.
    pub fn read(&self) -> Result<Criteria, Error> {
        let budgets = self.budget.as_deref().map(|path| Ok::<_, Error>((path.to_owned(), budgets(path)?)));
        let looked = self.baseline.as_deref().map(|named| Looked::at(named, &self.places));
        let Looked { baseline, notes } = looked.transpose()?.unwrap_or_default();
        let (against, places) = (self.baseline.is_some(), self.places.clone());
        Ok(Criteria { budgets: budgets.transpose()?, baseline, against, notes, places })
    }
}

fn budgets(path: &Path) -> Result<Budgets, Error> {
    let unreadable = |cause: &dyn std::error::Error| {
        let mut told = Error::usage(format!("could not read the budgets in `{}`", path.display()));
        told.causes = vec![cause.to_string()];
        told.with_hint("name a file of budgets, which `docs/ci.md` describes")
    };
    let bytes = read_file(path, Budgets::LONGEST as u64).map_err(|why| unreadable(&why))?;
    let text = String::from_utf8(bytes).map_err(|why| unreadable(&why.utf8_error()))?;
    Budgets::parse(&text, &plimsoll_engine::metrics()).map_err(|error| misplaced(path, &error))
}

fn misplaced(path: &Path, error: &BudgetError) -> Error {
    Error::usage(format!("`{}` is wrong at {}", path.display(), error.0))
}

impl Criteria {
    /// Whether a bench measures what the budgets are about.
    ///
    /// # Errors
    /// With the file, line and column where it does not; when a workload or a lane is not there.
    pub fn check(&self, bench: &Bench, registry: &Registry) -> Result<(), Error> {
        let Some((path, budgets)) = &self.budgets else { return Ok(()) };
        let mut run = bench.to_measure(registry)?;
        run.against |= self.against;
        budgets.check(&run).map_err(|error| misplaced(path, &error))
    }

    /// The bench with the baseline's plan wherever none is asked for.
    #[must_use]
    pub fn plan(&self, bench: Bench) -> Bench {
        match &self.baseline {
            Some(baseline) => baseline.plan(bench),
            None => bench,
        }
    }

    /// What is known before anything is measured and a reader should know.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The run that others are set against.
    #[must_use]
    pub fn baseline(&self) -> Option<&Run> {
        self.baseline.as_ref().map(|baseline| &baseline.run)
    }

    /// Holds a run against them.
    ///
    /// # Errors
    /// When what is known of this host's noise can't be looked for.
    pub fn judge(&self, run: &Run) -> Result<Judged, Error> {
        let mut notes = self.notes.clone();
        let mut comparisons = compare_versions(run);
        let mut compared: Vec<Compared> = Compared::of_versions(run, Vec::new()).into_iter().collect();
        if let Some(baseline) = &self.baseline {
            let known = match &baseline.noise {
                Some(noise) => Some(noise.clone()),
                None => {
                    let found = noise::known(&self.places, &run.site.host)?;
                    notes.extend(found.notes);
                    found.noise
                }
            };
            // Whoever names a baseline for a workload that was changed has changed its files.
            judged_files(&baseline.run, run, &mut notes);
            let against = compare_runs(&baseline.run, &[run], known.as_ref(), &MayChange::AnyFile);
            let own = |found: &RunComparison| found.case.is_new();
            let against: Vec<RunComparison> = against.into_iter().filter(own).collect();
            compared.push(Compared::of_runs(baseline.run.clone(), run.clone(), against.clone(), known));
            comparisons.extend(against);
        }
        let decisions = self.budgets.as_ref().map(|(_, budgets)| judge(budgets, run, &comparisons));
        if self.budgets.is_none() {
            notes.push("no budgets were given: nothing can be broken".to_owned());
        }
        Ok(Judged { comparisons, decisions: decisions.unwrap_or_default(), notes, compared })
    }
}

/// Tells which files of a workload are others than in the baseline.
fn judged_files(baseline: &Run, run: &Run, notes: &mut Vec<String>) {
    for workload in &run.workloads {
        let Some(before) = baseline
            .workloads
            .iter()
            .find(|before| (&before.name, &before.variant) == (&workload.name, &workload.variant))
        else {
            continue;
        };
        let names = before.digests.keys().chain(workload.digests.keys());
        let mut other: Vec<String> = names
            .filter(|name| before.digests.get(*name) != workload.digests.get(*name))
            .map(|name| format!("`{name}`"))
            .collect();
        other.sort_unstable();
        other.dedup();
        if !other.is_empty() {
            notes.push(format!("`{}` differs from the baseline in {}", workload.name, other.join(", ")));
        }
    }
}

impl Judged {
    /// Whether a budget is broken: a real regression.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.decisions.iter().any(|decision| decision.outcome == Ruling::Broken)
    }

    /// Whether nothing of the run is what a budget is about: a mistake in the file, or a lane that could not be measured.
    #[must_use]
    pub fn is_mistaken(&self) -> bool {
        self.decisions.iter().any(|decision| decision.outcome == Ruling::Unanswered)
    }

    /// What became of the budgets, for a summary: the broken ones first.
    #[must_use]
    pub fn markdown(&self) -> String {
        let heading = match (self.is_broken(), self.is_mistaken()) {
            (true, _) => "## Regression",
            (false, true) => "## Mistaken budgets",
            (false, false) => "## No regression",
        };
        let mut text = format!("{heading}\n\n");
        for (outcome, told) in [
            (Ruling::Broken, "Broken, beyond the budget and beyond noise"),
            (Ruling::Unanswered, "Mistaken: nothing that was measured is what they are about"),
            (Ruling::Undecided, "Undecided; nothing fails for it"),
            (Ruling::Kept, "Kept"),
        ] {
            let decisions: Vec<&Decision> =
                self.decisions.iter().filter(|it| it.outcome == outcome).collect();
            if decisions.is_empty() {
                continue;
            }
            text.push_str(&format!("{told}:\n\n"));
            for decision in decisions.iter().take(MOST_TOLD) {
                text.push_str(&format!("- {}\n", markdown_sentence(&decision.to_string())));
            }
            if decisions.len() > MOST_TOLD {
                text.push_str(&format!("- and {} more\n", decisions.len() - MOST_TOLD));
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_no_file_of_budgets_and_nothing_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("plimsoll.toml");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let refusal = budgets(&pipe).unwrap_err();
        assert_eq!(
            (refusal.code, refusal.causes),
            (crate::Code::Usage, vec!["it is no ordinary file".to_owned()])
        );
    }
}
