use std::collections::BTreeMap;

use plimsoll_model::{Aim, Event, Failure, Phase, Preparation, Reading, Record, Unequal};
use plimsoll_runtime::{Conditions, Figure, PREPARE_TIME, Prepared};

use super::{Course, RowState, Stop};
use crate::preparing::{self, Unprepared};
use crate::schedule::Slot;
use crate::trial::Serving;

impl Course<'_> {
    /// Prepares each row, once for all arms.
    pub(super) async fn prepare_all(&mut self) -> Result<(), Stop> {
        for at in 0..self.rows.len() {
            let row = at as u32;
            if self.setting.cancel.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            self.events.send(Event::PrepareStarted { row });
            let begin_ns = self.since_origin();
            let prepared = self.prepare(at).await?;
            let took_ns = self.since_origin().saturating_sub(begin_ns);
            let (made, failure) = match prepared {
                Ok(made) => (Some(made), None),
                Err(failure) => (None, Some(failure)),
            };
            // Kept at once: a journal that fails below must not leave it undiscarded.
            self.rows[at].prepared = made;
            let figures = self.figures(at).await?;
            self.keep_preparation(row, failure.clone(), figures)?;
            self.keep_warnings(at)?;
            let failure = failure.map(|failure| failure.message);
            self.events.send(Event::PrepareEnded { row, took_ns, failure });
        }
        Ok(())
    }

    async fn prepare(&mut self, at: usize) -> Result<Result<Box<dyn Prepared>, Failure>, Stop> {
        let row = &self.rows[at];
        let conditions = Conditions { limits: row.settings.limits, ..self.conditions.clone() };
        let runtime = self.lanes[row.lane].runtime;
        match preparing::prepare(runtime, row.workload, &conditions, self.events, self.setting.cancel).await {
            Ok(made) => Ok(Ok(made)),
            Err(Unprepared::Failed(failure)) => Ok(Err(failure)),
            Err(Unprepared::Cancelled(made)) => {
                self.rows[at].prepared = made;
                Err(Stop::Cancelled)
            }
        }
    }

    /// What was measured of what a row has; nothing where it could not be prepared.
    async fn figures(&self, at: usize) -> Result<Vec<Figure>, Stop> {
        let row = &self.rows[at];
        let Some(made) = &row.prepared else { return Ok(Vec::new()) };
        let runtime = self.lanes[row.lane].runtime;
        let measured = preparing::figures(runtime, made.as_ref(), self.events, self.setting.cancel).await;
        measured.ok_or(Stop::Cancelled)
    }

    fn keep_preparation(
        &mut self,
        row: u32,
        failure: Option<Failure>,
        measured: Vec<Figure>,
    ) -> Result<(), Stop> {
        let mut figures = vec![Figure {
            metric: PREPARE_TIME,
            phase: Phase::Prepare,
            subject: None,
            method: "sum of its parts",
            reading: match &failure {
                None => whole(&measured),
                Some(_) => Reading::unavailable("preparing failed"),
            },
        }];
        let mut digests = BTreeMap::new();
        if let Some(made) = &self.rows[row as usize].prepared {
            digests = made.digests();
        }
        figures.extend(measured);
        let samples = self.ledger.entries(figures)?;
        let record = Record::Preparation(Preparation { row, failure, digests, samples });
        Ok(self.ledger.add(record)?)
    }

    /// What a lane's backend warns of, once for each text.
    fn keep_warnings(&mut self, at: usize) -> Result<(), Stop> {
        let RowState { lane, prepared, workload, .. } = &self.rows[at];
        // What a lane can't give alike is told before anything is measured.
        let is_granted = !workload.grants.hosts.is_empty() || !workload.grants.folders.is_empty();
        let lane = self.lanes[*lane].record.slug().clone();
        for warning in prepared.as_ref().map(|made| made.warnings()).unwrap_or_default() {
            let unequal = Unequal { lane: Some(lane.clone()), what: warning };
            if !self.ledger.run().unequal.contains(&unequal) {
                if is_granted {
                    let message = format!("lane `{lane}`: {}", unequal.what);
                    self.events.send(Event::Notice { phase: Phase::Prepare, message });
                }
                self.ledger.add(Record::Unequal(unequal))?;
            }
        }
        Ok(())
    }

    /// Throws one start of each cell away: whatever only the first start after preparing pays for. A cell that
    /// could not be prepared gets its failure as its only trial.
    pub(super) async fn warm_up(&mut self) -> Result<(), Stop> {
        for cell in self.cell_numbers() {
            let row = self.cells[cell as usize].row as u32;
            let prepared = self.ledger.run().preparations.iter().find(|made| made.row == row);
            if let Some(failure) = prepared.and_then(|made| made.failure.clone()) {
                self.keep_unmade(cell, failure)?;
                continue;
            }
            let slot = Slot { cell, aim: Aim::WARM_UP };
            self.make_trial(slot, 0, Serving::CheckAll).await?;
        }
        Ok(())
    }
}

/// What making an artifact took in all. The parts alone are asked: what else a lane does while it prepares (trying an image
/// out, finding its port) may have been done before, or for another lane, and makes nothing.
fn whole(measured: &[Figure]) -> Reading {
    let parts = measured.iter().filter(|figure| figure.metric == PREPARE_TIME);
    let mut took_ns = parts.filter_map(|figure| match figure.reading {
        Reading::Value(took_ns) => Some(took_ns),
        Reading::Unavailable { .. } => None,
    });
    match took_ns.next() {
        Some(first) => Reading::Value(took_ns.fold(first, u64::saturating_add)),
        None => Reading::unavailable("nothing had to be built, pulled, unpacked or compiled"),
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_model::Slug;

    use super::*;

    fn part(name: &'static str, reading: Reading) -> Figure {
        let subject = Some(Slug::known(name));
        Figure { metric: PREPARE_TIME, phase: Phase::Prepare, subject, method: "a test's", reading }
    }

    #[test]
    fn the_whole_is_what_its_parts_took_and_nothing_else() {
        let parts = [part("pull", Reading::Value(700)), part("compile", Reading::Value(30))];
        assert_eq!(whole(&parts), Reading::Value(730));
        assert!(matches!(whole(&[]), Reading::Unavailable { .. }));
    }
}
