use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Compare, Exchange, Kind, Listen, Slug};

/// What an instance does, with all that only this needs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a workload has one job, and few workloads are held at a time")]
pub enum Job {
    /// Starts, answers requests, is stopped.
    Serve(Service),
    /// Runs and exits.
    Run(Invocation),
}

/// The kind of a job, for records and schedules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobKind {
    /// A service: starts, answers requests, is stopped.
    Serve,
    /// A command: runs and exits.
    Run,
}

/// What a service is asked; at least what makes it ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// How a program that is no component is told where to listen.
    pub listen: Listen,
    /// Its first right answer is readiness.
    pub ready: Exchange,
    /// All others, in the manifest's order.
    pub others: Vec<Exchange>,
}

/// How a command is called, and what must come out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// Arguments after the program's name.
    pub arguments: Vec<String>,
    /// What it is given on standard input; `None`: nothing, and its end at once.
    pub stdin: Option<Arc<[u8]>>,
    /// What must come out.
    pub expect: ExpectedOutput,
}

/// What a command must give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedOutput {
    /// Exit code.
    pub exit_code: i32,
    /// Standard output.
    pub stdout: Arc<[u8]>,
    /// How standard output is compared: byte for byte, as JSON, or, with [`Compare::Status`], not at all.
    pub compare: Compare,
    /// What of it is not compared. For [`Compare::Json`] as JSON Pointers in which `*` stands for any key or index; for
    /// [`Compare::Bytes`] as lines: see [`crate::line_place`].
    pub left_out: Vec<String>,
    /// The lane whose output it is; absent where somebody has said what is right.
    pub recorded: Option<Slug>,
    /// What it must have written into folders that it is granted to write.
    pub files: Vec<ExpectedFile>,
}

/// A file that a command must have written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedFile {
    /// Its absolute path as the command sees it.
    pub path: String,
    /// What it must hold.
    pub body: Arc<[u8]>,
    /// How it is compared: byte for byte, or as JSON.
    pub compare: Compare,
    /// For [`Compare::Json`]: what is not compared, as JSON Pointers in which `*` stands for any key or index.
    pub left_out: Vec<String>,
}

impl Invocation {
    /// A command that is called with these arguments and given nothing.
    #[must_use]
    pub const fn of(arguments: Vec<String>, expect: ExpectedOutput) -> Self {
        Self { arguments, stdin: None, expect }
    }
}

impl ExpectedOutput {
    /// An exit code, and standard output that is compared byte for byte; no files.
    #[must_use]
    pub const fn exactly(exit_code: i32, stdout: Arc<[u8]>) -> Self {
        Self {
            exit_code,
            stdout,
            compare: Compare::Bytes,
            left_out: Vec::new(),
            recorded: None,
            files: Vec::new(),
        }
    }

    /// Leaves more places out of the comparison, each of them once.
    pub fn leave_out(&mut self, places: &[String]) {
        for place in places {
            if !self.left_out.contains(place) {
                self.left_out.push(place.clone());
            }
        }
    }

    /// How it is judged where nobody has said what is right.
    pub(super) fn recorded(&self) -> Option<String> {
        let lane = self.recorded.as_ref()?;
        if self.compare == Compare::Status {
            return Some(format!(
                "only its exit code {} is compared, for what it printed in lane `{lane}` was another one when it was run \
                 again",
                self.exit_code
            ));
        }
        let places: Vec<String> = self.left_out.iter().map(|place| format!("`{place}`")).collect();
        let without = match places.as_slice() {
            [] => String::new(),
            places => format!(", without {}, which changed when it was run again", places.join(", ")),
        };
        Some(format!("what it prints is held against what lane `{lane}` gave{without}"))
    }
}

impl Job {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> JobKind {
        match self {
            Self::Serve(_) => JobKind::Serve,
            Self::Run(_) => JobKind::Run,
        }
    }

    /// What a service is asked; `None` for a command.
    #[must_use]
    pub fn service(&self) -> Option<&Service> {
        match self {
            Self::Serve(service) => Some(service),
            Self::Run(_) => None,
        }
    }

    /// What a service is asked, in the manifest's order; nothing for a command.
    pub fn exchanges(&self) -> impl Iterator<Item = &Exchange> + Clone {
        self.service().into_iter().flat_map(Service::exchanges)
    }

    /// What a command must give; `None` for a service.
    #[must_use]
    pub fn output(&self) -> Option<&ExpectedOutput> {
        self.invocation().map(|invocation| &invocation.expect)
    }

    /// What a command must give, to be changed; `None` for a service.
    pub fn output_mut(&mut self) -> Option<&mut ExpectedOutput> {
        match self {
            Self::Serve(_) => None,
            Self::Run(invocation) => Some(&mut invocation.expect),
        }
    }

    /// What a service is asked, to be changed; nothing for a command.
    pub fn exchanges_mut(&mut self) -> impl Iterator<Item = &mut Exchange> {
        let service = self.service_mut().into_iter();
        service.flat_map(|service| std::iter::once(&mut service.ready).chain(&mut service.others))
    }

    fn service_mut(&mut self) -> Option<&mut Service> {
        match self {
            Self::Serve(service) => Some(service),
            Self::Run(_) => None,
        }
    }

    /// Whatever lane gave it: somebody has said by now that it is right.
    pub fn forget_recorded(&mut self) {
        for exchange in self.exchanges_mut() {
            (exchange.expect.recorded, exchange.expect.recorded_type) = (None, None);
        }
        if let Some(output) = self.output_mut() {
            output.recorded = None;
        }
    }

    /// Leaves out requests of a service. Where none would stay, all do.
    pub fn keep_exchanges(&mut self, stays: impl Fn(&Exchange) -> bool) {
        let Some(service) = self.service_mut() else { return };
        let mut staying = service.exchanges().filter(|exchange| stays(exchange)).cloned();
        if let Some(ready) = staying.next() {
            let others = staying.collect();
            (service.ready, service.others) = (ready, others);
        }
    }

    /// How a command is called; `None` for a service.
    #[must_use]
    pub fn invocation(&self) -> Option<&Invocation> {
        match self {
            Self::Serve(_) => None,
            Self::Run(invocation) => Some(invocation),
        }
    }

    /// What a command is given on standard input; `None` for nothing, and for a service.
    #[must_use]
    pub fn stdin(&self) -> Option<&Arc<[u8]>> {
        self.invocation().and_then(|invocation| invocation.stdin.as_ref())
    }

    /// How a service is told where to listen; `None` for a command.
    #[must_use]
    pub fn listen(&self) -> Option<&Listen> {
        self.service().map(|service| &service.listen)
    }

    /// Arguments after the program's name; a service has only those that tell it where to listen.
    #[must_use]
    pub fn arguments(&self) -> &[String] {
        self.invocation().map_or(&[], |invocation| &invocation.arguments)
    }
}

impl JobKind {
    /// Whether it is loaded, and ends only when it is stopped.
    #[must_use]
    pub const fn serves(self) -> bool {
        matches!(self, Self::Serve)
    }
}

impl From<JobKind> for Kind {
    fn from(kind: JobKind) -> Self {
        if kind.serves() { Self::Http } else { Self::Command }
    }
}

impl Service {
    /// All exchanges in the manifest's order, the one that makes it ready first.
    pub fn exchanges(&self) -> impl Iterator<Item = &Exchange> + Clone {
        std::iter::once(&self.ready).chain(&self.others)
    }
}
