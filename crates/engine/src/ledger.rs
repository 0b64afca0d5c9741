//! The run while it grows: every line goes to the recorder before it becomes part of the run.

use plimsoll_model::{Entry, Metric, Record, Run, Series, StoredHistogram};
use plimsoll_runtime::Figure;

use crate::load::encode;
use crate::probe::{Distribution, Found};
use crate::{RecordError, Recorder};

pub(crate) struct Ledger<'a> {
    run: Run,
    recorder: &'a mut dyn Recorder,
}

impl<'a> Ledger<'a> {
    /// Opens with the run's head.
    pub(crate) fn open(head: Run, recorder: &'a mut dyn Recorder) -> Result<Self, RecordError> {
        recorder.record(&Record::Head(Box::new(head.clone())))?;
        Ok(Self { run: head, recorder })
    }

    pub(crate) fn run(&self) -> &Run {
        &self.run
    }

    pub(crate) fn into_run(self) -> Run {
        self.run
    }

    pub(crate) fn add(&mut self, record: Record) -> Result<(), RecordError> {
        self.recorder.record(&record)?;
        self.run.apply(record);
        Ok(())
    }

    /// Values by the index of their series; series and metrics not met before become lines of their own first.
    pub(crate) fn entries(&mut self, figures: Vec<Figure>) -> Result<Vec<Entry>, RecordError> {
        let mut entries = Vec::with_capacity(figures.len());
        for Figure { metric, phase, subject, method, reading } in figures {
            let series =
                Series { metric: metric.slug.clone(), phase, subject, request: None, method: method.into() };
            entries.push(Entry(self.index_of(&metric, series)?, reading));
        }
        Ok(entries)
    }

    /// Values and distributions of a trial.
    pub(crate) fn findings(
        &mut self,
        found: Found,
    ) -> Result<(Vec<Entry>, Vec<StoredHistogram>), RecordError> {
        let entries = self.entries(found.figures)?;
        let mut histograms = Vec::with_capacity(found.histograms.len());
        for Distribution { metric, series, histogram } in found.histograms {
            let series = self.index_of(&metric, series)?;
            histograms.push(StoredHistogram { series, count: histogram.len(), v2: encode(&histogram) });
        }
        Ok((entries, histograms))
    }

    fn index_of(&mut self, metric: &Metric, series: Series) -> Result<u32, RecordError> {
        if let Some(at) = self.run.series.iter().position(|known| *known == series) {
            return Ok(at as u32);
        }
        if !self.run.metrics.iter().any(|known| known.slug == metric.slug) {
            self.add(Record::Metric(metric.clone()))?;
        }
        self.add(Record::Series(series))?;
        Ok(self.run.series.len() as u32 - 1)
    }
}
