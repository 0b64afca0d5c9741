//! One start of a workload outside of any run: to hear what it answers, or whether that is right.

use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll_model::{Answer, Compare, ExpectedOutput, Failure, Outcome, PageCache, Slug, Workload};
use plimsoll_runtime::{Clock, Conditions, Prepared, Runtime};

use crate::heard::{Heard, Missed};
use crate::load::Waiting;
use crate::output;
use crate::preparing::{Unprepared, figures, prepare};
use crate::trial::{Attempt, BETWEEN, Gained, Kept, Serving, Setting};
use crate::{Cancel, EventSink};

const DISCARD_LIMIT: Duration = Duration::from_secs(60);
/// After the user's wish to stop.
const QUICK_DISCARD_LIMIT: Duration = Duration::from_millis(900);

/// A workload in a lane, to be started once.
pub struct Rehearsal<'a> {
    /// The lane.
    pub runtime: &'a dyn Runtime,
    /// The workload.
    pub workload: &'a Workload,
    /// Limits and who cleans up.
    pub conditions: &'a Conditions,
    /// The clock of time limits.
    pub clock: &'a dyn Clock,
    /// Who is told what takes long.
    pub events: &'a dyn EventSink,
    /// The user's wish to stop.
    pub cancel: &'a Cancel,
    /// Whether a run follows: what is to be measured of what was prepared is measured meanwhile, where it is kept.
    pub for_run: bool,
}

/// Why a rehearsal gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RehearsalError {
    /// The user's wish.
    #[error("it was stopped")]
    Cancelled,
    /// It went wrong.
    #[error("{}", _0.message)]
    Failed(Failure),
}

/// What a rehearsal gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsed {
    /// From the start to readiness.
    pub ready: Duration,
    /// What the lane's backend says of the workload in it, and in what its answers are not as expected where that is not
    /// compared.
    pub warnings: Vec<String>,
    /// What a reader should know beside.
    pub notice: Option<String>,
}

/// What one start of a workload gave whose right answers nobody has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hearing {
    /// From the start to readiness.
    pub ready: Duration,
    /// Of a service, the answer to each request that was not left out.
    pub answers: Vec<Heard>,
    /// Requests that were left out, since they could be.
    pub missed: Vec<Missed>,
    /// Of a command, what it gave first, and how others can be compared with it.
    pub output: Option<ExpectedOutput>,
    /// What the lane's backend says of the workload in it.
    pub warnings: Vec<String>,
}

impl Hearing {
    /// The workload that was heard in this lane, with what it gave as what is expected.
    #[must_use]
    pub fn recorded(&self, workload: &Workload, lane: &Slug) -> Workload {
        let mut workload = self.without_missed(workload);
        for (exchange, heard) in workload.job.exchanges_mut().zip(&self.answers) {
            // What is right is said; of the status only that it is one of 200.
            if exchange.expect.compare == Compare::Schema {
                exchange.expect.status = heard.status;
                continue;
            }
            let content_type = exchange.expect.content_type.take();
            exchange.expect = Answer { content_type, ..heard.clone().expected(lane.clone()) };
        }
        if let (Some(expected), Some(output)) = (workload.job.output_mut(), &self.output) {
            *expected = ExpectedOutput { recorded: Some(lane.clone()), ..output.clone() };
        }
        workload
    }

    /// The workload without the requests that were left out.
    #[must_use]
    pub fn without_missed(&self, workload: &Workload) -> Workload {
        without(workload, &self.missed)
    }

    /// How it differs from what is expected, where it does.
    #[must_use]
    pub fn differs_from(&self, expected: &Workload) -> Option<String> {
        self.differences(expected).into_iter().flatten().next()
    }

    /// How each answer differs from what is expected, in the order of the requests; of a command, how its output does.
    #[must_use]
    pub fn differences(&self, expected: &Workload) -> Vec<Option<String>> {
        let answers = expected.job.exchanges().zip(&self.answers);
        let answers = answers.map(|(exchange, heard)| heard.differs_from(&exchange.expect));
        let printed = expected.job.output().zip(self.output.as_ref()).map(|(expected, output)| {
            let how = (expected.compare, expected.left_out.as_slice());
            let judged = output::judge("its standard output", how, &expected.stdout, &output.stdout);
            judged.err().map(|different| different.diff.unwrap_or(different.message))
        });
        answers.chain(printed).collect()
    }
}

fn without(workload: &Workload, missed: &[Missed]) -> Workload {
    let mut workload = workload.clone();
    workload.job.keep_exchanges(|it| !missed.iter().any(|missed| missed.request == it.name));
    workload
}

/// What a service gave in its first instance, without what was another in the second. `workload`: what both were asked.
fn with_second(workload: &Workload, mut first: Gained, second: Gained) -> Gained {
    match second.outcome {
        Outcome::Passed => {}
        Outcome::Failed { mut failure } => {
            failure.message = format!("started a second time, {}", failure.message);
            return Gained { outcome: Outcome::Failed { failure }, ..first };
        }
        other => return Gained { outcome: other, ..first },
    }
    let Kept { answers, missed, .. } = second.heard;
    let is_kept = |name: &Slug| !missed.iter().any(|missed| missed.request == *name);
    let asked = workload.job.exchanges().zip(std::mem::take(&mut first.heard.answers));
    let kept = asked.filter(|(request, _)| is_kept(&request.name));
    first.heard.answers = kept.zip(&answers).map(|((_, one), other)| one.and(other)).collect();
    first.heard.missed.extend(missed);
    first
}

impl Rehearsal<'_> {
    /// Starts it once and asks every request once.
    ///
    /// # Errors
    /// When it can't be prepared or started, or does not answer as expected. Nothing is left behind.
    pub async fn check(&self) -> Result<Rehearsed, RehearsalError> {
        let (gained, mut warnings) = self.attempt(Serving::CheckAll).await?;
        warnings.extend(gained.remarks);
        let ready = Duration::from_nanos(gained.ready_ns.unwrap_or_default());
        Ok(Rehearsed { ready, warnings, notice: gained.notice })
    }

    /// Starts it twice, asks every request, and gives the workload with what was answered as what is expected.
    ///
    /// # Errors
    /// When it can't be prepared or started, or gives no answer that looks right. Nothing is left behind.
    pub async fn record(&self, lane: &Slug) -> Result<Workload, RehearsalError> {
        Ok(self.hear().await?.recorded(self.workload, lane))
    }

    /// Starts it twice, asks every request twice in the first instance and once in the second, and gives what was answered.
    ///
    /// # Errors
    /// When it can't be prepared or started, or gives no answer that looks right. Nothing is left behind.
    pub async fn hear(&self) -> Result<Hearing, RehearsalError> {
        self.hear_first(usize::MAX).await
    }

    /// The same, where only so many of the requests have to be answered, from the first one: what is not answered of the
    /// others, or is with another status or against its schema, is left out.
    ///
    /// # Errors
    /// As [`Rehearsal::hear`]; and when no request is left.
    pub async fn hear_first(&self, must: usize) -> Result<Hearing, RehearsalError> {
        let (gained, warnings) = self.attempt(Serving::Heard { must, twice: true }).await?;
        let ready = Duration::from_nanos(gained.ready_ns.unwrap_or_default());
        let Kept { answers, missed, output, .. } = gained.heard;
        Ok(Hearing { ready, answers, missed, output, warnings })
    }

    /// Prepares it and starts nothing: the SHA-256 (hex) of what is run, by what it is.
    ///
    /// # Errors
    /// When it can't be prepared. Nothing is left behind.
    pub async fn digests(&self) -> Result<BTreeMap<String, String>, RehearsalError> {
        let prepared = self.prepared().await?;
        let digests = prepared.digests();
        let _ = tokio::time::timeout(DISCARD_LIMIT, prepared.discard()).await;
        Ok(digests)
    }

    async fn prepared(&self) -> Result<Box<dyn Prepared>, RehearsalError> {
        match prepare(self.runtime, self.workload, self.conditions, self.events, self.cancel).await {
            Ok(prepared) => Ok(prepared),
            Err(Unprepared::Failed(failure)) => Err(RehearsalError::Failed(failure)),
            Err(Unprepared::Cancelled(made)) => {
                if let Some(made) = made {
                    let _ =
                        tokio::time::timeout(self.cancel.left_of(QUICK_DISCARD_LIMIT), made.discard()).await;
                }
                Err(RehearsalError::Cancelled)
            }
        }
    }

    /// An attempt that follows is interrupted at once where the user stops it.
    async fn wait(&self, longest: Duration) {
        tokio::select! {
            () = tokio::time::sleep(longest) => {}
            () = self.cancel.cancelled() => {}
        }
    }

    /// What a command gives another time, with what of it was the same as before.
    async fn run_again(&self, first: ExpectedOutput, again: Attempt<'_>) -> Gained {
        self.wait(BETWEEN).await;
        let mut gained = again.make().await;
        gained.heard.output = gained.heard.output.take().map(|second| {
            let (compare, changed) = output::comparison(&first.stdout, &second.stdout);
            let mut output = ExpectedOutput { compare, ..first };
            output.leave_out(&changed);
            output
        });
        gained
    }

    async fn attempt(&self, serving: Serving) -> Result<(Gained, Vec<String>), RehearsalError> {
        let prepared = self.prepared().await?;
        let trying = Box::pin(self.try_out(prepared.as_ref(), serving));
        let gained = self.meanwhile(trying, prepared.as_ref()).await;
        let warnings = prepared.warnings();
        let limit = if self.cancel.is_cancelled() { QUICK_DISCARD_LIMIT } else { DISCARD_LIMIT };
        // What is left is found by the next sweep; what was heard is worth more.
        let _ = tokio::time::timeout(limit, prepared.discard()).await;
        match &gained.outcome {
            Outcome::Passed | Outcome::Invalid { .. } => Ok((gained, warnings)),
            Outcome::Failed { failure } => Err(RehearsalError::Failed(failure.clone())),
            Outcome::Interrupted => Err(RehearsalError::Cancelled),
        }
    }

    /// What was tried out, and beside it, where a run follows, the figures of what was prepared. Nothing is timed yet
    /// that this could disturb, and what gives nothing right needs no figures.
    async fn meanwhile(
        &self,
        mut trying: impl Future<Output = Gained> + Unpin,
        prepared: &dyn Prepared,
    ) -> Gained {
        let mut measuring = Box::pin(figures(self.runtime, prepared, self.events, self.cancel));
        let mut to_measure = self.for_run;
        let gained = loop {
            tokio::select! {
                biased;
                gained = &mut trying => break gained,
                _ = &mut measuring, if to_measure => to_measure = false,
            }
        };
        if to_measure && gained.outcome == Outcome::Passed {
            measuring.await;
        }
        gained
    }

    async fn try_out(&self, prepared: &dyn Prepared, serving: Serving) -> Gained {
        let setting = Setting {
            clock: self.clock,
            cancel: self.cancel,
            limits: self.conditions.limits,
            page_cache: PageCache::WarmDisk,
            connections: 1,
            waiting: Waiting::Yielding,
        };
        let mut gained = Attempt::new(setting, self.workload, prepared, serving).make().await;
        if let Some(first) = gained.heard.output.take() {
            gained = self.run_again(first, Attempt::new(setting, self.workload, prepared, serving)).await;
        } else if let (Serving::Heard { must, .. }, Outcome::Passed) = (serving, &gained.outcome) {
            let workload = without(self.workload, &gained.heard.missed);
            let passed = gained.heard.asked.map(|asked| asked.elapsed()).unwrap_or_default();
            self.wait(BETWEEN.saturating_sub(passed)).await;
            let serving = Serving::Heard { must, twice: false };
            let again = Attempt::new(setting, &workload, prepared, serving).make().await;
            gained = with_second(&workload, gained, again);
        }
        gained
    }
}
