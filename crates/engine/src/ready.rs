//! Finding out when a service is ready: the first complete expected answer over a new TCP connection.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use plimsoll_model::{Failure, FailureKind, Phase};
use plimsoll_runtime::{Clock, Exit, Instance};

use crate::Cancel;
use crate::halt::{Halt, ended_early};
use crate::http::Answer;
use crate::shot::Shot;

/// How often an instance is asked whether it has ended, and the user's wish is looked at.
const LOOK_NS: u64 = 10_000_000;
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

/// When the last byte of the first complete answer was here, if that answer is the expected one. Answers that
/// are refused, reset, empty or cut are tried again.
pub(crate) async fn first_answer(
    instance: &mut dyn Instance,
    address: SocketAddr,
    shot: &mut Shot,
    bounds: &Bounds<'_>,
) -> Result<u64, Halt> {
    let mut answer = Answer::expecting(shot.request.expect.body.len());
    let mut looked_ns = bounds.clock.now_ns();
    loop {
        answer.begin(&shot.request.method);
        let mut attempt = Attempt { address, sent: 0, stream: None };
        let unready = loop {
            match attempt.proceed(&shot.bytes, &mut answer, bounds.clock) {
                Step::Complete { end_ns } => {
                    shot.judge(&mut answer).map_err(|mismatch| mismatch.into_halt(bounds.phase))?;
                    return Ok(end_ns);
                }
                Step::Unready(why) => break why,
                Step::Malformed(message) => {
                    let failure =
                        Failure { phase: bounds.phase, kind: FailureKind::WrongOutput, message, diff: None };
                    return Err(Halt::Failed(failure));
                }
                Step::Waiting => looked_ns = look(instance, bounds, looked_ns, &"it accepted").await?,
            }
        };
        looked_ns = look(instance, bounds, looked_ns, &unready).await?;
        let passed_ns = bounds.clock.now_ns().saturating_sub(bounds.zero_ns);
        bounds.clock.pause((passed_ns / PAUSE_PART).clamp(*PAUSE_NS.start(), *PAUSE_NS.end()));
    }
}

async fn look(
    instance: &mut dyn Instance,
    bounds: &Bounds<'_>,
    looked_ns: u64,
    last: &(dyn std::fmt::Display + Send + Sync),
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
        let message = format!(
            "no complete answer came within {after_ms} ms (at last {last}): does the service listen on the port it \
             is given, on all addresses?"
        );
        return Err(Halt::Failed(Failure {
            phase: bounds.phase,
            kind: FailureKind::TimedOut,
            message,
            diff: None,
        }));
    }
    Ok(now_ns)
}

fn exited(exit: &Exit, phase: Phase) -> Failure {
    ended_early(exit, phase, "before it answered")
}

struct Attempt {
    address: SocketAddr,
    sent: usize,
    stream: Option<TcpStream>,
}

enum Step {
    Complete { end_ns: u64 },
    Unready(io::Error),
    Malformed(String),
    Waiting,
}

impl Attempt {
    /// Goes on for at most as long as the instance may be left unwatched.
    fn proceed(&mut self, bytes: &[u8], answer: &mut Answer, clock: &dyn Clock) -> Step {
        match self.exchange(bytes, answer, clock) {
            Ok(step) => step,
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                // A connect that timed out begins anew.
                if self.stream.is_some() { Step::Waiting } else { Step::Unready(error) }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Step::Waiting,
            Err(error) => Step::Unready(error),
        }
    }

    fn exchange(&mut self, bytes: &[u8], answer: &mut Answer, clock: &dyn Clock) -> io::Result<Step> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address)?,
        };
        let step = loop {
            if self.sent < bytes.len() {
                match stream.write(&bytes[self.sent..]) {
                    Ok(sent) => self.sent += sent,
                    Err(error) => break Err(error),
                }
                continue;
            }
            let received = match stream.read(answer.space()) {
                Ok(received) => received,
                Err(error) => break Err(error),
            };
            let end_ns = clock.now_ns();
            let complete = match received {
                0 if answer.is_empty() => break Err(io::ErrorKind::UnexpectedEof.into()),
                0 => match answer.closed() {
                    Ok(()) => true,
                    Err(_) => break Err(io::ErrorKind::UnexpectedEof.into()),
                },
                _ => match answer.received(received) {
                    Ok(complete) => complete,
                    Err(malformed) => break Ok(Step::Malformed(malformed.to_string())),
                },
            };
            if complete {
                break Ok(Step::Complete { end_ns });
            }
        };
        self.stream = Some(stream);
        step
    }
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, CONNECT_LIMIT)?;
    stream.set_nodelay(true)?;
    let look = Duration::from_nanos(LOOK_NS);
    stream.set_read_timeout(Some(look))?;
    stream.set_write_timeout(Some(look))?;
    Ok(stream)
}
