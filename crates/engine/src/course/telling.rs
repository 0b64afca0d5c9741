use plimsoll_model::{Event, Phase, Record, Unequal};

use super::{Course, Stop};

impl Course<'_> {
    /// Tells what a reader should know of a trial beside its outcome: of each row once.
    pub(super) fn tell(
        &mut self,
        cell: u32,
        notice: Option<String>,
        remarks: Vec<String>,
    ) -> Result<(), Stop> {
        let at = self.cells[cell as usize].row;
        let lane = self.lanes[self.rows[at].lane].record.slug().clone();
        let Some(case) = self.ledger.run().rows.get(at).map(|row| row.case.clone()) else { return Ok(()) };
        if let Some(notice) = notice.filter(|notice| !self.rows[at].told.contains(notice)) {
            let message = format!("{case} in {lane}: {notice}; any more such trials of it are not told here");
            self.events.send(Event::Notice { phase: Phase::Stop, message });
            self.rows[at].told.push(notice);
        }
        for remark in remarks {
            let unequal = Unequal { lane: Some(lane.clone()), what: format!("`{case}`: {remark}") };
            if !self.ledger.run().unequal.contains(&unequal) {
                self.ledger.add(Record::Unequal(unequal))?;
            }
        }
        Ok(())
    }
}
