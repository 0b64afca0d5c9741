//! Runs set against a base run.

use std::path::PathBuf;

use plimsoll_analysis::{MayChange, RunComparison, RunNoise, compare_runs, compare_versions};
use plimsoll_export::Matter;
use plimsoll_model::{Run, Variant};
use plimsoll_report::versus::Versus;
use plimsoll_store::Opened;
use serde::{Deserialize, Serialize};

use crate::hand_on::{HandedOn, Made};
use crate::outfile::Existing;
use crate::{Error, Places, Target, noise};

/// Sets runs against a base run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Compare {
    /// The run that the others are set against.
    pub base: PathBuf,
    /// The runs that are set against it. Empty: what the base run itself measured before and after a change.
    pub news: Vec<PathBuf>,
    /// Whether the workloads' files are what was changed, so that they may differ.
    pub changed: bool,
    /// Where runs are kept.
    pub places: Places,
}

/// Runs set against a base run, with what their documents take.
#[derive(Clone, Debug)]
pub struct Compared {
    base: Run,
    /// None: the base run's own versions after a change.
    news: Vec<Run>,
    comparisons: Vec<RunComparison>,
    noise: Option<RunNoise>,
    /// What a reader should know about the reading, each in a sentence.
    pub notes: Vec<String>,
}

impl Compare {
    /// Compares them.
    ///
    /// # Errors
    /// When a run can't be opened, or there is nothing to set against the base.
    pub fn run(&self) -> Result<Compared, Error> {
        let store = self.places.store()?;
        let mut notes = Vec::new();
        let mut told = |opened: Opened| {
            notes.extend(opened.notes.iter().map(|note| format!("{}: {note}", opened.run.id)));
            opened.run
        };
        let base = told(store.open(&self.base)?);
        let mut news: Vec<Run> = store.open_all(&self.news)?.into_iter().map(&mut told).collect();
        if news.is_empty() {
            return Compared::of_versions(&base, notes).ok_or_else(|| {
                Error::usage(format!("run `{}` has no version before a change to compare with", base.id))
                    .with_hint("name the runs to set against it; `plimsoll show` sets the lanes of one run side by side")
            });
        }
        let opened = news.len();
        news.retain(|new| new.id != base.id);
        if news.is_empty() {
            return Err(Error::usage(format!("run `{}` was to be set against itself", base.id)).with_hint(
                "name another run beside it; alone it is told with what it measured before and after a change",
            ));
        }
        if news.len() < opened {
            notes.push(format!("{} is the base: it is not set against itself", base.id));
        }
        Compared::between(base, news, self.changed, &self.places, notes)
    }
}

impl Compared {
    /// Of runs that are open, with what is known here of the noise between them. `changed`: as [`Compare::changed`].
    pub(crate) fn between(
        base: Run,
        news: Vec<Run>,
        changed: bool,
        places: &Places,
        mut notes: Vec<String>,
    ) -> Result<Self, Error> {
        let noise::Known { noise, notes: left_out } = noise::known(places, &base.site.host)?;
        notes.extend(left_out);
        let may = if changed { MayChange::AnyFile } else { MayChange::Nothing };
        let comparisons = compare_runs(&base, &news.iter().collect::<Vec<_>>(), noise.as_ref(), &may);
        Ok(Self { base, news, comparisons, noise, notes })
    }

    /// What a run measured before and after a change; `None` where it measured no such thing.
    #[must_use]
    pub fn of_versions(run: &Run, notes: Vec<String>) -> Option<Self> {
        let comparisons = compare_versions(run);
        let has_versions = run.plan.variants.iter().any(|variant| variant.slug == Variant::BEFORE);
        has_versions.then(|| Self { base: run.clone(), news: Vec::new(), comparisons, noise: None, notes })
    }

    pub(crate) fn of_runs(
        base: Run,
        new: Run,
        comparisons: Vec<RunComparison>,
        noise: Option<RunNoise>,
    ) -> Self {
        Self { base, news: vec![new], comparisons, noise, notes: Vec::new() }
    }

    /// What its tables, charts and forms take.
    #[must_use]
    pub fn versus(&self) -> Versus<'_> {
        let itself = self.news.is_empty().then_some(&self.base);
        let news: Vec<&Run> = self.news.iter().chain(itself).collect();
        Versus::of(&self.base, &news, self.comparisons.clone(), self.noise.as_ref())
    }

    /// Writes it into files, each whole or not at all. In a folder that is there, a file is named like the runs.
    ///
    /// # Errors
    /// When a form is unknown, a file is there already and is to be kept, or a target takes no file.
    pub fn write(&self, targets: &[Target], force: bool) -> Result<HandedOn, Error> {
        self.write_as(targets, Existing::replaced_if(force))
    }

    pub(crate) fn write_as(&self, targets: &[Target], existing: Existing) -> Result<HandedOn, Error> {
        let versus = self.versus();
        let mut made = Made::default();
        let notes = made.add(Matter::Comparison(&versus), targets, existing)?;
        Ok(HandedOn { files: made.write(existing)?, notes })
    }
}
