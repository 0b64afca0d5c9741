//! One trial: stage, start, ready, serve, stop.

mod hear;
mod judge;
mod serve;
mod take_down;
mod under_load;

pub(crate) use self::hear::BETWEEN;

use std::time::{Duration, Instant};

use plimsoll_model::{
    Compare, Exchange, ExpectedOutput, Failure, FailureKind, Job, Limits, Outcome, PageCache, Phase,
    Settings, Span, Workload,
};
use plimsoll_runtime::{Bed, Clock, Exit, Instance, Mark, Prepared, Process};

use crate::Cancel;
use crate::form;
use crate::halt::{Halt, RuntimeStep, ended_early, limited};
use crate::heard::{Heard, Missed};
use crate::load::{Pace, Waiting};
use crate::output;
use crate::page_cache::drop_page_cache;
use crate::probe::{self, Found, Moment, Probe};
use crate::ready::{Bounds, first_answer};
use crate::shot::Shot;

/// A lane that runs something of the workload before the start ends that itself when the limit to be ready is over, and
/// says what it waited for: so much later staging is ended without such words.
const STAGE_GRACE: Duration = Duration::from_secs(5);
const STAGE_LIMIT: Duration = Duration::from_secs(30);
const TELL_LIMIT: Duration = Duration::from_secs(5);

const STAGE: RuntimeStep = RuntimeStep {
    phase: Phase::Create,
    name: "what has to stand before the start",
    hint: "see whether the host is overloaded",
};
const START: RuntimeStep = RuntimeStep {
    phase: Phase::Start,
    name: "the start",
    hint: "see whether the runtime answers with `plimsoll doctor`",
};
const EXIT: RuntimeStep = RuntimeStep {
    phase: Phase::Ready,
    name: "the exit of the command",
    hint: "does it wait for input or loop for ever?",
};
const MARKS: RuntimeStep = RuntimeStep {
    phase: Phase::Ready,
    name: "the times of the phases",
    hint: "the runtime may have gone away",
};

/// What every trial of a run has in common.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) clock: &'a dyn Clock,
    pub(crate) cancel: &'a Cancel,
    pub(crate) limits: Limits,
    pub(crate) page_cache: PageCache,
    pub(crate) connections: u32,
    pub(crate) waiting: Waiting,
}

impl Setting<'_> {
    /// The same under a point's settings.
    pub(crate) fn under(self, settings: &Settings) -> Self {
        Self {
            limits: settings.limits,
            page_cache: settings.page_cache,
            connections: settings.load.connections,
            ..self
        }
    }
}

/// What is done with a service that is ready.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Serving {
    /// Nothing but the requests that are no part of a load.
    Unloaded,
    /// Every request, once.
    CheckAll,
    /// As many requests as it answers.
    Burst(Pace),
    /// Requests at a fixed rate, measured.
    Load(Pace),
    /// Every request: what it answers is kept and not judged.
    Heard {
        /// Whether each is asked twice: what a second instance answers is one asking of its own.
        twice: bool,
        /// How many of them, from the first one, have to be answered. What is not of the others is left out.
        must: usize,
    },
}

/// One trial to be made.
pub(crate) struct Attempt<'a> {
    setting: Setting<'a>,
    workload: &'a Workload,
    prepared: &'a dyn Prepared,
    serving: Serving,
    probes: Vec<Box<dyn Probe>>,
    gained: Gained,
}

/// What a trial gave, as far as it came.
pub(crate) struct Gained {
    pub(crate) outcome: Outcome,
    pub(crate) spans: Vec<Span>,
    pub(crate) found: Found,
    /// From zero to readiness, when it became ready.
    pub(crate) ready_ns: Option<u64>,
    /// Right answers per second in a burst, in thousandths.
    pub(crate) capacity_milli: Option<u64>,
    /// What a reader should know beside the outcome.
    pub(crate) notice: Option<String>,
    /// In what right answers and output are not as expected where that is not compared, each in a sentence.
    pub(crate) remarks: Vec<String>,
    /// What it answered or gave, where that is kept.
    pub(crate) heard: Kept,
    /// Whether it failed because no connection to it was ever accepted.
    pub(crate) unreached: bool,
}

/// What is heard of a workload whose right answers nobody has said.
#[derive(Default)]
pub(crate) struct Kept {
    /// Each request's answers.
    pub(crate) answers: Vec<Heard>,
    /// Requests that were left out.
    pub(crate) missed: Vec<Missed>,
    /// When each was answered for the first time.
    pub(crate) asked: Option<Instant>,
    /// What a command gave.
    pub(crate) output: Option<ExpectedOutput>,
}

impl<'a> Attempt<'a> {
    pub(crate) fn new(
        setting: Setting<'a>,
        workload: &'a Workload,
        prepared: &'a dyn Prepared,
        serving: Serving,
    ) -> Self {
        let gained = Gained {
            outcome: Outcome::Passed,
            spans: Vec::new(),
            found: Found::default(),
            ready_ns: None,
            capacity_milli: None,
            notice: None,
            remarks: Vec::new(),
            heard: Kept::default(),
            unreached: false,
        };
        Self { setting, workload, prepared, serving, probes: probe::all(), gained }
    }

    /// Makes the trial. Every wait in it has a limit; nothing of it is left behind.
    pub(crate) async fn make(mut self) -> Gained {
        match self.live().await {
            Ok(()) => {}
            Err(Halt::Cancelled) => self.gained.outcome = Outcome::Interrupted,
            Err(Halt::Failed(failure)) => self.gained.outcome = Outcome::Failed { failure },
            Err(Halt::Unreached(failure)) => {
                self.gained.outcome = Outcome::Failed { failure };
                self.gained.unreached = true;
            }
        }
        self.gained
    }

    async fn live(&mut self) -> Result<(), Halt> {
        let own = Duration::from_millis(self.setting.limits.ready_timeout_ms) + STAGE_GRACE;
        let limit = STAGE_LIMIT.max(own);
        let mut bed = limited(self.prepared.stage(), limit, self.setting.cancel, STAGE).await?;
        let lived = self.live_once(bed.as_mut()).await;
        self.end(bed, lived).await
    }

    async fn live_once(&mut self, bed: &mut dyn Bed) -> Result<(), Halt> {
        let setting = self.setting;
        if setting.page_cache == PageCache::ColdDisk
            && let Err(error) = drop_page_cache()
        {
            let failure = Failure {
                phase: Phase::Create,
                kind: FailureKind::Other,
                message: error.to_string(),
                diff: None,
            };
            return Err(Halt::Failed(failure));
        }
        let attendants = bed.attendants();
        self.look(&Moment::Staged { attendants: &attendants });
        let zero_ns = setting.clock.now_ns();
        let mut instance = self.start(bed).await?;
        let used = self.use_up(instance.as_mut(), zero_ns, &attendants).await;
        self.take_down(instance, zero_ns, used).await
    }

    async fn start(&self, bed: &mut dyn Bed) -> Result<Box<dyn Instance>, Halt> {
        let limit = Duration::from_millis(self.setting.limits.ready_timeout_ms);
        let mut starting = bed.start();
        tokio::select! {
            biased;
            started = tokio::time::timeout(limit, &mut starting) => match started {
                Ok(started) => started.map_err(|error| Halt::Failed(error.into_failure(Phase::Start))),
                Err(_) => Err(Halt::Failed(START.timed_out(limit))),
            },
            () = self.setting.cancel.cancelled() => {
                // What the backend is just making can be taken down only once it is there.
                let cancel = self.setting.cancel;
                let left = cancel.left_of(take_down::LAST_WORD);
                if let Ok(Ok(instance)) = tokio::time::timeout(left, starting).await {
                    take_down::stop_quickly(instance, cancel).await;
                }
                Err(Halt::Cancelled)
            }
        }
    }

    async fn use_up(
        &mut self,
        instance: &mut dyn Instance,
        zero_ns: u64,
        attendants: &[Process],
    ) -> Result<(), Halt> {
        let job = &self.workload.job;
        let end_ns = match job {
            Job::Serve(service) if self.hears() => self.hear(service, instance, zero_ns).await?,
            Job::Serve(service) => self.ask(instance, &service.ready, zero_ns, zero_ns, Phase::Ready).await?,
            Job::Run(invocation) => self.until_exit(instance, &invocation.expect, zero_ns).await?,
        };
        let ready_ns = end_ns.saturating_sub(zero_ns);
        let marks = limited(instance.marks(), TELL_LIMIT, self.setting.cancel, MARKS).await?;
        // After the marks: to tell them, a container engine has to be asked about the container's processes.
        let footprint = instance.footprint();
        self.gained.spans = spans(&marks, zero_ns, ready_ns);
        self.gained.ready_ns = Some(ready_ns);
        let spans = self.gained.spans.clone();
        self.look(&Moment::Ready { spans: &spans, ready_ns, attendants, footprint: &footprint });
        self.ask_figures(instance, Phase::Ready).await;
        match job.service() {
            Some(service) => self.serve(service, instance, zero_ns, attendants).await,
            None => Ok(()),
        }
    }

    /// Asks until a complete answer comes, and judges it.
    async fn ask(
        &mut self,
        instance: &mut dyn Instance,
        request: &Exchange,
        zero_ns: u64,
        from_ns: u64,
        phase: Phase,
    ) -> Result<u64, Halt> {
        let Some(address) = instance.address() else { return Err(no_address(self.workload)) };
        let Setting { clock, cancel, limits, .. } = self.setting;
        let deadline_ns = from_ns + limits.ready_timeout_ms * 1_000_000;
        let bounds = Bounds { clock, cancel, zero_ns, deadline_ns, phase };
        if !matches!(self.serving, Serving::CheckAll) {
            return first_answer(instance, address, &mut Shot::new(request, address), &bounds).await;
        }
        let mut shot = Shot::noting(request, address);
        let end_ns = first_answer(instance, address, &mut shot, &bounds).await?;
        self.gained.remarks.extend(shot.noted());
        Ok(end_ns)
    }

    async fn until_exit(
        &mut self,
        instance: &mut dyn Instance,
        expected: &ExpectedOutput,
        zero_ns: u64,
    ) -> Result<u64, Halt> {
        let Setting { clock, cancel, limits, .. } = self.setting;
        let passed_ns = clock.now_ns().saturating_sub(zero_ns);
        let left_ns = (limits.ready_timeout_ms * 1_000_000).saturating_sub(passed_ns);
        let ended = limited(instance.wait(), Duration::from_nanos(left_ns), cancel, EXIT).await;
        let exit = ended.map_err(|halt| match halt {
            Halt::Failed(mut failure)
                if failure.kind == FailureKind::TimedOut && !self.workload.grants.clock =>
            {
                failure.message.push_str(NO_CLOCK);
                Halt::Failed(failure)
            }
            other => other,
        })?;
        let end_ns = clock.now_ns();
        if self.hears() {
            self.judge_end(&exit, expected.exit_code)?;
            judge::files(&instance.copies(), &expected.files)?;
            self.judge_length(&exit)?;
            let output = ExpectedOutput { stdout: exit.stdout.into(), ..expected.clone() };
            self.gained.heard.output = Some(output);
            return Ok(end_ns);
        }
        self.judge_exit(&exit, expected)?;
        if expected.compare == Compare::Json && matches!(self.serving, Serving::CheckAll) {
            let how = form::of_json(&expected.left_out, &expected.stdout, &exit.stdout);
            self.gained
                .remarks
                .extend(how.map(|how| format!("{STDOUT} is the same JSON as the expected one, {how}")));
        }
        judge::files(&instance.copies(), &expected.files)?;
        Ok(end_ns)
    }

    fn hears(&self) -> bool {
        matches!(self.serving, Serving::Heard { .. })
    }

    fn judge_end(&self, exit: &Exit, code: i32) -> Result<(), Halt> {
        if exit.code != Some(code) || exit.out_of_memory || exit.trap.is_some() {
            let when = format!("where code {code} is expected");
            return Err(Halt::Failed(ended_early(exit, Phase::Ready, &when)));
        }
        Ok(())
    }

    fn judge_exit(&self, exit: &Exit, expected: &ExpectedOutput) -> Result<(), Halt> {
        self.judge_end(exit, expected.exit_code)?;
        self.judge_length(exit)?;
        let how = (expected.compare, expected.left_out.as_slice());
        output::judge(STDOUT, how, &expected.stdout, &exit.stdout).map_err(|different| {
            let dropped = exit.stdout.is_empty() && !self.workload.grants.stdout;
            let grant = if dropped { NO_STDOUT } else { "" };
            wrong_output(format!("{}{grant}", different.message), different.diff)
        })
    }

    fn judge_length(&self, exit: &Exit) -> Result<(), Halt> {
        if exit.truncated {
            let bytes = self.setting.limits.output_bytes;
            let message = format!("the command wrote more than the {bytes} bytes that are read");
            return Err(wrong_output(message, None));
        }
        Ok(())
    }

    async fn ask_figures(&mut self, instance: &mut dyn Instance, phase: Phase) {
        match tokio::time::timeout(TELL_LIMIT, instance.figures(phase)).await {
            Ok(figures) => self.gained.found.figures.extend(figures),
            Err(_) => {
                let after_s = TELL_LIMIT.as_secs();
                self.gained.notice =
                    Some(format!("the runtime told no figures of phase `{phase}` within {after_s} s"));
            }
        }
    }

    fn look(&mut self, moment: &Moment<'_>) {
        for probe in &mut self.probes {
            probe.look(moment, &mut self.gained.found);
        }
    }
}

/// Beside a command that did not end.
const NO_CLOCK: &str = "; its manifest grants a component no clock, so that one that waits for a time waits for ever: \
                        `clock = true` under `[grants]` gives it the real one";
/// What a command printed.
const STDOUT: &str = "the command's standard output";
/// Beside a command that printed nothing.
const NO_STDOUT: &str =
    "; its manifest drops what a component prints: `stdout = true` under `[grants]` keeps it";

fn wrong_output(message: String, diff: Option<String>) -> Halt {
    Halt::Failed(Failure { phase: Phase::Ready, kind: FailureKind::WrongOutput, message, diff })
}

fn no_address(workload: &Workload) -> Halt {
    let message = format!(
        "workload `{}` and this lane do not agree on what is run: a service needs an address",
        workload.name()
    );
    Halt::Failed(Failure { phase: Phase::Ready, kind: FailureKind::Other, message, diff: None })
}

/// The phases of a cold start from the marks that were told. Marks from another process are held within the
/// observer's own interval; what comes after the last one is `ready`.
fn spans(marks: &[Mark], zero_ns: u64, ready_ns: u64) -> Vec<Span> {
    let mut spans = Vec::with_capacity(Phase::COLD_START.len());
    let mut begin_ns = 0;
    for phase in [Phase::Create, Phase::Start] {
        if let Some(mark) = marks.iter().find(|mark| mark.phase == phase) {
            let end_ns = mark.end_ns.saturating_sub(zero_ns).clamp(begin_ns, ready_ns);
            spans.push(Span { phase, begin_ns, end_ns });
            begin_ns = end_ns;
        }
    }
    spans.push(Span { phase: Phase::Ready, begin_ns, end_ns: ready_ns });
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_fill_the_cold_start_without_a_gap() {
        let mark = |phase, end_ns| Mark { phase, end_ns };
        let told = spans(&[mark(Phase::Create, 130), mark(Phase::Start, 150)], 100, 90);
        let ends: Vec<_> = told.iter().map(|span| (span.phase, span.begin_ns, span.end_ns)).collect();
        assert_eq!(ends, [(Phase::Create, 0, 30), (Phase::Start, 30, 50), (Phase::Ready, 50, 90)]);
        let untold = spans(&[mark(Phase::Create, 130)], 100, 90);
        assert_eq!(untold[1], Span { phase: Phase::Ready, begin_ns: 30, end_ns: 90 });
        let outside = spans(&[mark(Phase::Create, 50), mark(Phase::Start, 1_000)], 100, 90);
        assert_eq!(outside[2], Span { phase: Phase::Ready, begin_ns: 90, end_ns: 90 });
    }
}
