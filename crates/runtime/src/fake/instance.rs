use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use plimsoll_model::{ExpectedOutput, FailureKind, Job, Phase, Workload};

use super::Behaviour;
use super::server::Server;
use super::tally::{Tally, Told};
use crate::{BoxFuture, Clock, Exit, Figure, Footprint, Instance, Killed, Mark, RuntimeError, Stopped};

/// How long the fake call that makes an instance exist takes, in nanoseconds.
const CREATE_NS: u64 = 1_000_000;
/// How long one that has to be killed is said to have been waited for.
const STOP_LIMIT: Duration = Duration::from_secs(10);

pub(super) struct FakeInstance {
    clock: Arc<dyn Clock>,
    behaviour: Behaviour,
    footprint: Footprint,
    tally: Arc<Tally>,
    created_ns: u64,
    ready_ns: u64,
    server: Option<Server>,
    output: Option<ExpectedOutput>,
    exit: Option<Exit>,
}

impl FakeInstance {
    pub(super) fn start(
        workload: &Workload,
        clock: Arc<dyn Clock>,
        behaviour: Behaviour,
        footprint: Footprint,
        tally: Arc<Tally>,
    ) -> io::Result<Self> {
        clock.pause(CREATE_NS);
        let created_ns = clock.now_ns();
        let ready_ns = match behaviour {
            Behaviour::Right { ready_after_ns } => created_ns + ready_after_ns,
            Behaviour::NeverReady | Behaviour::Exits { .. } | Behaviour::OutOfMemory => u64::MAX,
            _ => created_ns,
        };
        let (server, output) = match &workload.job {
            Job::Serve(service) => {
                let exchanges = service.exchanges().cloned().collect();
                (Some(Server::start(exchanges, Arc::clone(&clock), behaviour.clone(), ready_ns)?), None)
            }
            Job::Run(invocation) => (None, Some(invocation.expect.clone())),
        };
        let exit = match behaviour {
            Behaviour::Exits { code } => {
                Some(Exit { code: Some(code), stderr_tail: "told to exit".to_owned(), ..Exit::default() })
            }
            Behaviour::OutOfMemory => Some(Exit { signal: Some(9), out_of_memory: true, ..Exit::default() }),
            _ => None,
        };
        tally.instances.fetch_add(1, Ordering::Relaxed);
        Ok(Self { clock, behaviour, footprint, tally, created_ns, ready_ns, server, output, exit })
    }

    fn command_exit(&self, output: &ExpectedOutput) -> Exit {
        let mut stdout = output.stdout.to_vec();
        if matches!(self.behaviour, Behaviour::WrongAfter { answers: 0 }) {
            stdout.extend_from_slice(b"and more\n");
        }
        Exit { code: Some(output.exit_code), stdout, ..Exit::default() }
    }
}

impl Instance for FakeInstance {
    fn address(&self) -> Option<SocketAddr> {
        self.server.as_ref().map(Server::address)
    }

    fn footprint(&self) -> Footprint {
        self.footprint.clone()
    }

    fn ended(&mut self) -> BoxFuture<'_, Option<Exit>> {
        Box::pin(async {
            let broke = self.server.as_ref().is_some_and(Server::broke);
            match self.behaviour {
                Behaviour::ExitsAfter { code, .. } if broke => {
                    Some(Exit { code: Some(code), ..Exit::default() })
                }
                _ => self.exit.clone(),
            }
        })
    }

    fn wait(&mut self) -> BoxFuture<'_, Result<Exit, RuntimeError>> {
        Box::pin(async {
            if let Some(exit) = &self.exit {
                return Ok(exit.clone());
            }
            match &self.output {
                Some(output) if self.ready_ns != u64::MAX => {
                    self.clock.pause(self.ready_ns.saturating_sub(self.clock.now_ns()));
                    let exit = self.command_exit(output);
                    self.exit = Some(exit.clone());
                    Ok(exit)
                }
                _ => std::future::pending().await,
            }
        })
    }

    fn marks(&mut self) -> BoxFuture<'_, Result<Vec<Mark>, RuntimeError>> {
        Box::pin(async { Ok(vec![Mark { phase: Phase::Create, end_ns: self.created_ns }]) })
    }

    fn figures(&mut self, _: Phase) -> BoxFuture<'_, Vec<Figure>> {
        Box::pin(async { Vec::new() })
    }

    fn stop(mut self: Box<Self>) -> BoxFuture<'static, Result<Stopped, RuntimeError>> {
        Box::pin(async move {
            self.server.take();
            if self.behaviour == Behaviour::FailsToStop {
                return Err(RuntimeError::backend(FailureKind::RuntimeLost, Told { step: "stop" }));
            }
            self.clock.pause(CREATE_NS);
            let exited_ns = self.clock.now_ns();
            self.clock.pause(CREATE_NS);
            Ok(Stopped {
                exited_ns,
                gone_ns: self.clock.now_ns(),
                killed: (self.behaviour == Behaviour::HasToBeKilled).then(|| Killed::after(STOP_LIMIT, None)),
                exit: self.exit.clone().unwrap_or(Exit { code: Some(0), ..Exit::default() }),
                peak: None,
            })
        })
    }
}

impl Drop for FakeInstance {
    fn drop(&mut self) {
        self.tally.instances.fetch_sub(1, Ordering::Relaxed);
    }
}
