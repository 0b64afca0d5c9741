//! Finding out when a service is ready: the first complete expected answer over a new TCP connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use plimsoll_model::{Failure, FailureKind, Phase};
use plimsoll_runtime::{Clock, Exit, Instance};

use crate::Cancel;
use crate::exchange::{Broken, Conversation, Step};
use crate::halt::{Halt, ended_early};
use crate::http::{Bodies, Malformed};
use crate::shot::Shot;

/// How often an instance is asked whether it has ended, and the user's wish is looked at.
const LOOK_NS: u64 = 10_000_000;
/// A service's own word for "not yet".
const UNAVAILABLE: u16 = 503;
/// The longest that a connection may take to be accepted before a new one is tried.
const CONNECT_LIMIT: Duration = Duration::from_millis(100);
/// Bounds of the pause between attempts, in nanoseconds.
const PAUSE_NS: std::ops::RangeInclusive<u64> = 50_000..=900_000;
/// The pause is this part of the time passed: the error stays under 2 %, and a slow start is not disturbed by
/// thousands of attempts.
const PAUSE_PART: u64 = 50;

/// What ends a wait before its answer.
pub(crate) struct Bounds<'a> {
    pub(crate) clock: &'a dyn Clock,
    pub(crate) cancel: &'a Cancel,
    /// Zero of the trial, on the clock.
    pub(crate) zero_ns: u64,
    /// When it is too late, on the clock.
    pub(crate) deadline_ns: u64,
    /// The phase in which a failure falls.
    pub(crate) phase: Phase,
}

/// Why there is no answer yet.
enum Unready {
    /// A connection stands, and so many bytes of an answer have come over it.
    Accepted(usize),
    /// No connection stands.
    Unopened(io::Error),
    /// It broke.
    Failed(io::Error),
    /// The service ended it after so many bytes of an answer.
    Ended(usize),
    WarmingUp,
}

/// When the last byte of the first complete answer was here, if that answer is the expected one. Answers that
/// are refused, reset, empty or cut are tried again, and so is a service that says that it is not available before it
/// has first answered.
pub(crate) async fn first_answer(
    instance: &mut dyn Instance,
    address: SocketAddr,
    shot: &mut Shot,
    bounds: &Bounds<'_>,
) -> Result<u64, Halt> {
    let mut exchange = Conversation::closed(Bodies::of([&shot.request]));
    let mut looked_ns = bounds.clock.now_ns();
    let mut warms_up = false;
    loop {
        let unready = loop {
            match proceed(&mut exchange, address, shot, bounds.clock) {
                Ok(Step::Answered(end_ns)) => match shot.judge(&mut exchange.answer) {
                    Ok(()) => return Ok(end_ns),
                    Err(_) if bounds.waits_through(exchange.answer.status(), shot) => {
                        warms_up = true;
                        break Unready::WarmingUp;
                    }
                    Err(mismatch) => return Err(mismatch.into_halt(bounds.phase)),
                },
                Ok(_) => {
                    // What it last said tells more than that it is being asked once more.
                    let unready = match exchange.come_bytes() {
                        0 if warms_up => Unready::WarmingUp,
                        bytes => Unready::Accepted(bytes),
                    };
                    looked_ns = look(instance, bounds, looked_ns, &unready).await?;
                }
                Err(broken) => break bounds.judge(broken, exchange.come_bytes())?,
            }
        };
        exchange.close();
        looked_ns = look(instance, bounds, looked_ns, &unready).await?;
        let passed_ns = bounds.clock.now_ns().saturating_sub(bounds.zero_ns);
        bounds.clock.pause((passed_ns / PAUSE_PART).clamp(*PAUSE_NS.start(), *PAUSE_NS.end()));
    }
}

/// Goes on for at most as long as the instance may be left unwatched.
fn proceed(
    exchange: &mut Conversation,
    address: SocketAddr,
    shot: &Shot,
    clock: &dyn Clock,
) -> Result<Step, Broken> {
    if !exchange.is_open() {
        exchange.open(address).map_err(Broken::Unopened)?;
        exchange.ask(&shot.request.method);
        exchange.write(&shot.bytes)?;
    }
    let limit = if exchange.stands() { Duration::from_nanos(LOOK_NS) } else { CONNECT_LIMIT };
    exchange.wait(&shot.bytes, limit)?;
    exchange.proceed(&shot.bytes, &shot.request.expect.body, clock)
}

impl Bounds<'_> {
    /// Whether a wrong answer is only a service that is not ready yet: later it is a wrong answer like any other.
    fn waits_through(&self, status: u16, shot: &Shot) -> bool {
        status == UNAVAILABLE && shot.request.expect.status != UNAVAILABLE && self.phase == Phase::Ready
    }

    fn judge(&self, broken: Broken, come_bytes: usize) -> Result<Unready, Halt> {
        match broken {
            Broken::Unopened(error) => Ok(Unready::Unopened(error)),
            Broken::Io(error) => Ok(Unready::Failed(error)),
            Broken::Closed | Broken::Malformed(Malformed::Cut) => Ok(Unready::Ended(come_bytes)),
            Broken::Unasked | Broken::Malformed(_) => {
                let (phase, kind, message) = (self.phase, FailureKind::WrongOutput, broken.to_string());
                Err(Halt::Failed(Failure { phase, kind, message, diff: None }))
            }
        }
    }
}

async fn look(
    instance: &mut dyn Instance,
    bounds: &Bounds<'_>,
    looked_ns: u64,
    unready: &Unready,
) -> Result<u64, Halt> {
    let now_ns = bounds.clock.now_ns();
    if bounds.cancel.is_cancelled() {
        return Err(Halt::Cancelled);
    }
    let is_late = now_ns >= bounds.deadline_ns;
    if now_ns - looked_ns < LOOK_NS && !is_late {
        return Ok(looked_ns);
    }
    // A turn for the runtime's own tasks, which learn of an end over their connection.
    tokio::task::yield_now().await;
    if let Some(exit) = instance.ended().await {
        return Err(Halt::Failed(exited(&exit, bounds.phase)));
    }
    if is_late {
        let after_ms = (now_ns - bounds.zero_ns) / 1_000_000;
        let message = unready.told_after(after_ms);
        let kind = match unready {
            Unready::WarmingUp => FailureKind::WrongOutput,
            _ => FailureKind::TimedOut,
        };
        let failure = Failure { phase: bounds.phase, kind, message, diff: None };
        return Err(match unready {
            Unready::Unopened(_) => Halt::Unreached(failure),
            _ => Halt::Failed(failure),
        });
    }
    Ok(now_ns)
}

fn exited(exit: &Exit, phase: Phase) -> Failure {
    ended_early(exit, phase, "before it answered")
}

impl Unready {
    fn told_after(&self, after_ms: u64) -> String {
        let last = match self {
            Self::Accepted(0) => "it took the request and sent nothing".to_owned(),
            Self::Accepted(bytes) => {
                return format!(
                    "no complete answer came within {after_ms} ms, at last {bytes} bytes of one: does it end, or does the \
                     service need longer for it?"
                );
            }
            Self::Ended(0) => "it closed the connection without a word".to_owned(),
            Self::Ended(bytes) => {
                return format!(
                    "no complete answer came within {after_ms} ms: at last the connection ended after {bytes} bytes of one, \
                     before all that its head promised"
                );
            }
            Self::Unopened(error) | Self::Failed(error) => error.to_string(),
            Self::WarmingUp => {
                return format!(
                    "no expected answer came within {after_ms} ms, at last one with status {UNAVAILABLE}: does the \
                     service wait for something that is not there?"
                );
            }
        };
        format!(
            "no complete answer came within {after_ms} ms (at last {last}): does the service listen on the port it \
             is given, on all addresses?"
        )
    }
}
