//! What a chart reads out of a run: a row for each lane of a workload, with the trials of all its arms.

use plimsoll_format::plain;
use plimsoll_model::{Aim, Case, Entry, Outcome, Phase, Reading, Run, Side, Slug, Trial};

use super::spec::{Fill, Key, LaneLook, Mark, Point, Series, Swatch};

/// Letters of a stranger's message that are shown.
const MOST_LETTERS: usize = 160;

/// One lane of a workload in one run.
pub(super) struct Row<'run> {
    pub(super) run: &'run Run,
    /// Whether it is of the base, over which another run is laid.
    pub(super) lies_below: bool,
    /// Its cells, one for each arm.
    pub(super) cells: Vec<u32>,
    pub(super) lane: &'run Slug,
    pub(super) look: LaneLook,
    /// Where its middle stands on an axis of rows.
    pub(super) middle: f64,
    /// What it is called: the lane, and of which run it is where there are two.
    pub(super) label: String,
    /// The trials that count, in the order in which they ran.
    pub(super) trials: Vec<&'run Trial>,
}

impl<'run> Row<'run> {
    /// The lanes of a case, in the run's order, each with its look among these.
    pub(super) fn all(run: &'run Run, case: &Case, looks: &[LaneLook]) -> Vec<Self> {
        let mut place = vec![None; run.cells.len()];
        let mut rows: Vec<Self> = Vec::new();
        for cells in run.cells_by_row() {
            let row = cells.first().and_then(|first| run.row_of(*first));
            let Some(row) = row.filter(|row| row.case == *case) else { continue };
            for cell in &cells {
                if let Some(place) = place.get_mut(*cell as usize) {
                    *place = Some(rows.len());
                }
            }
            let (lane, label) = (&row.lane, row.lane.to_string());
            let Some(look) = looks.iter().find(|look| look.lane == *lane).cloned() else { continue };
            rows.push(Self {
                run,
                lies_below: false,
                cells,
                lane,
                look,
                middle: 0.0,
                label,
                trials: Vec::new(),
            });
        }
        for trial in run.trials.iter().filter(|trial| trial.aim().counts()) {
            let place = place.get(trial.cell as usize).copied().flatten();
            if let Some(row) = place.and_then(|place| rows.get_mut(place)) {
                row.trials.push(trial);
            }
        }
        rows
    }

    /// On which side its lane stands; one of which the run tells nothing on neither.
    pub(super) fn side(&self) -> Side {
        self.run.lane(self.lane).map_or(Side::Control, |record| record.side)
    }

    /// Where its lane stands in the order of the run.
    pub(super) fn place(&self) -> Option<usize> {
        self.run.lane_slugs().position(|lane| lane == self.lane)
    }

    /// Whether its instances are processes of their own.
    pub(super) fn has_process(&self) -> bool {
        self.run.lane(self.lane).is_some_and(|record| record.own_process)
    }

    /// The trials whose figures of a phase can be trusted.
    pub(super) fn telling_of(&self, phase: Phase) -> impl Iterator<Item = &'run Trial> {
        self.trials.iter().copied().filter(move |trial| trial.tells_of(phase))
    }

    /// Words in the place of what a row does not have.
    pub(super) fn absent(&self, words: &str, x: f64, y: f64) -> Series {
        self.single("absent", Mark::Captions, Point::at(x, y, words))
    }

    /// A series of this row with one point.
    pub(super) fn single(&self, name: &str, mark: Mark, point: Point) -> Series {
        Series { points: vec![point], ..self.series(name, mark) }
    }

    /// A series of this row, empty yet.
    pub(super) fn series(&self, name: &str, mark: Mark) -> Series {
        Series {
            name: format!("{} {name}", self.label).trim_end().to_owned(),
            lane: Some(self.lane.clone()),
            mark,
            stroke: self.look.stroke,
            fill: if self.lies_below { Fill::Open } else { Fill::Solid },
            points: Vec::new(),
        }
    }
}

/// The readings of one kind in a trial or a preparation.
pub(super) struct Wanted {
    /// Indices into the run's table of series.
    series: Vec<u32>,
}

impl Wanted {
    /// A metric of one phase and one subject; of requests and other subjects nothing. `None` stands for the whole.
    pub(super) fn of(run: &Run, metric: &str, phase: Phase, subject: Option<&str>) -> Self {
        let found = (0_u32..).zip(&run.series).filter(|(_, series)| {
            series.metric.as_str() == metric
                && series.phase == phase
                && series.request.is_none()
                && series.subject.as_ref().map(Slug::as_str) == subject
        });
        Self { series: found.map(|(at, _)| at).collect() }
    }

    /// The first reading among these entries.
    pub(super) fn reading<'run>(&self, entries: &'run [Entry]) -> Option<&'run Reading> {
        entries.iter().find(|entry| self.series.contains(&entry.0)).map(|entry| &entry.1)
    }

    /// The first value among these entries.
    pub(super) fn value(&self, entries: &[Entry]) -> Option<f64> {
        self.reading(entries)?.value().map(|value| value as f64)
    }

    /// How it was taken, each way once.
    pub(super) fn methods<'run>(&self, run: &'run Run) -> Vec<&'run str> {
        let series = self.series.iter().filter_map(|at| run.series.get(*at as usize));
        series.map(|series| series.method.as_ref()).filter(|method| *method != "none").collect()
    }
}

/// Readings of several kinds, looked up in one pass over a trial's entries.
pub(super) struct Several {
    each: Vec<Wanted>,
    /// By series of the run, which kind it is of.
    kind: Vec<Option<usize>>,
}

impl Several {
    /// No series may be of two kinds: it would count for the later one alone.
    pub(super) fn of(each: impl Iterator<Item = Wanted>) -> Self {
        let each: Vec<Wanted> = each.collect();
        let mut kind = Vec::new();
        for (at, wanted) in each.iter().enumerate() {
            for series in wanted.series.iter().map(|series| *series as usize) {
                kind.resize(kind.len().max(series + 1), None);
                kind[series] = Some(at);
            }
        }
        Self { each, kind }
    }

    /// The first value of each kind among these entries.
    pub(super) fn values<const KINDS: usize>(&self, entries: &[Entry]) -> [Option<f64>; KINDS] {
        let mut readings = [None; KINDS];
        for Entry(series, reading) in entries {
            let kind = self.kind.get(*series as usize).copied().flatten();
            if let Some(found) = kind.and_then(|kind| readings.get_mut(kind)) {
                found.get_or_insert(reading);
            }
        }
        readings.map(|reading| reading.and_then(Reading::value).map(|value| value as f64))
    }

    /// Its kinds, as they were given.
    pub(super) fn each(&self) -> &[Wanted] {
        &self.each
    }
}

/// Entries of the legend for lanes: the symbol of each.
pub(super) fn lane_keys(rows: &[Row<'_>]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for row in rows {
        let key = Key { name: row.lane.to_string(), lane: Some(row.lane.clone()), swatch: Swatch::Symbol };
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Lanes that could not be prepared.
pub(super) fn unprepared(rows: &[Row<'_>]) -> Vec<String> {
    let of = |row: &Row<'_>| {
        let failure = row.run.prepared(&row.cells).into_iter().find_map(|made| made.failure.as_ref())?;
        Some(format!("{} could not be prepared: {}", row.label, short(&failure.message)))
    };
    rows.iter().filter_map(of).collect()
}

/// How many trials failed, and why the first one did.
pub(super) fn failures(rows: &[Row<'_>]) -> Vec<String> {
    let of = |row: &Row<'_>| {
        let why = row.trials.iter().filter_map(|trial| match &trial.outcome {
            Outcome::Failed { failure } => Some(failure.message.as_str()),
            Outcome::Invalid { .. } | Outcome::Passed | Outcome::Interrupted => None,
        });
        let failed: Vec<&str> = why.collect();
        let first = short(failed.first()?);
        Some(format!("{}: {} of {} trials failed: {first}", row.label, failed.len(), row.trials.len()))
    };
    rows.iter().filter_map(of).collect()
}

/// How many loads are in no figure of load, of all rows in one sentence: their reasons are alike but for the numbers.
pub(super) fn invalid_loads(rows: &[Row<'_>]) -> Option<String> {
    let of = |row: &Row<'_>| {
        let all = row.trials.iter().filter(|trial| trial.aim() == Aim::LOAD).count();
        let invalid = row.trials.iter().filter(|trial| matches!(trial.outcome, Outcome::Invalid { .. }));
        let invalid = invalid.count();
        (invalid > 0).then(|| format!("{} {invalid} of {all}", row.label))
    };
    let told: Vec<String> = rows.iter().filter_map(of).collect();
    (!told.is_empty()).then(|| format!("Invalid loads, in no figure: {}.", told.join(", ")))
}

/// A stranger's sentence, harmless and not too long.
pub(super) fn short(text: &str) -> String {
    let text = plain(text);
    if text.chars().count() <= MOST_LETTERS {
        return text;
    }
    let kept: String = text.chars().take(MOST_LETTERS).collect();
    let words = kept.rsplit_once(' ').map_or(kept.as_str(), |(words, _)| words);
    format!("{words} …")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_kinds_the_first_value_counts_and_what_was_not_asked_for_does_not() {
        let entry = |series, bytes| Entry(series, Reading::Value(bytes));
        let several = Several::of([vec![4, 1], vec![2], vec![]].into_iter().map(|series| Wanted { series }));
        let unavailable = Entry(2, Reading::Unavailable { reason: "not here".into() });
        let entries = [entry(9, 1), entry(1, 2), unavailable, entry(4, 3), entry(2, 4)];
        assert_eq!(several.values(&entries), [Some(2.0), None, None]);
        let each: Vec<_> = several.each().iter().map(|wanted| wanted.value(&entries)).collect();
        assert_eq!(each, several.values::<3>(&entries));
    }
}
