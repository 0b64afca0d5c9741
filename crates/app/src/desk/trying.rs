//! Trying a workload of the user's own, and keeping it once its answers are called right.

use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use plimsoll_chart::LaneLook;
use plimsoll_engine::{Cancel, EventSink};
use plimsoll_model::{Event, Slug, Workload};

use super::ask::Answer;
use super::order::Fault;
use super::own_form::{ADDED, OwnForm};
use super::tried::TriedOut;
use crate::own::{Ended, Heard, hear};
use crate::workloads::{Yours, based, compared_as};
use crate::{Error, Places, Registry};

/// The longest that all starts together may take: an image may have to be pulled first.
const LONGEST: Duration = Duration::from_mins(15);

/// The one workload that is being tried, and the one that was tried last.
#[derive(Default)]
pub(super) struct Trying {
    going: Mutex<Option<Cancel>>,
    last: Mutex<Option<LastTry>>,
}

/// What was tried, with what the first lane answered.
struct LastTry {
    form: OwnForm,
    recorded: Workload,
    /// The one it begins from, as it was then.
    base: Option<Workload>,
}

/// One trying; over when it is dropped.
struct Turn<'t> {
    trying: &'t Trying,
    cancel: Cancel,
    /// Ends the watch over the time when it is dropped.
    _watch: mpsc::Sender<()>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *held(&self.trying.going) = None;
    }
}

/// What lanes tell beside: their answers tell enough.
struct Unheard;

impl EventSink for Unheard {
    fn send(&self, _: Event) {}
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Trying {
    /// Whether one goes on.
    pub(super) fn goes_on(&self) -> bool {
        held(&self.going).is_some()
    }

    /// Asks the one that goes on to stop.
    pub(super) fn stop(&self) {
        if let Some(cancel) = &*held(&self.going) {
            cancel.cancel();
        }
    }

    /// Starts the workload once in each lane that runs it.
    ///
    /// # Errors
    /// When the form is wrong, the one it begins from is gone, another one is tried, no lane is available, or the user
    /// stops it.
    pub(super) async fn run(
        &self,
        form: &OwnForm,
        registry: &Registry,
        places: &Places,
    ) -> Result<TriedOut, Error> {
        let (workload, base) = told(form, places)?;
        let turn = self.begin()?;
        *held(&self.last) = None;
        let heard = hear(&workload, registry, &Unheard, &turn.cancel)
            .await
            .map_err(|error| if error.code == crate::Code::Interrupted { stopped() } else { error })?;
        let heard = match &base {
            Some(base) => as_before(heard, base),
            None => heard,
        };
        if let Some(recorded) = &heard.recorded {
            let (form, recorded) = (form.nameless(), recorded.clone());
            *held(&self.last) = Some(LastTry { form, recorded, base });
        }
        Ok(TriedOut::of(&heard, LaneLook::of(&registry.records())))
    }

    /// Keeps what was tried last, whose answers are called right.
    ///
    /// # Errors
    /// When it was not tried as it is told now, its name is taken, or it can't be written.
    pub(super) fn add(&self, form: &OwnForm, places: &Places) -> Result<Answer, Error> {
        let (now, base) = told(form, places)?;
        let again = |why: &str| Error::usage(why).with_hint("press `Try it`, and look at the answers");
        let last = held(&self.last);
        let tried = last.as_ref().filter(|tried| tried.form == form.nameless());
        let tried = tried.ok_or_else(|| again("it was not tried as the form tells it now"))?;
        if tried.recorded.digests != now.digests || tried.base != base {
            return Err(again("a file is another one than when it was tried"));
        }
        let workload = Workload { name: now.name, ..tried.recorded.clone() };
        let yours = Yours::of(places)?;
        let (workload, kept) = match base {
            None => (yours.add(workload)?, None),
            Some(base) if form.over => {
                let kept = yours.replace(workload, &base)?;
                (base.name, Some(kept))
            }
            Some(base) => (yours.add_based(workload, &base)?, None),
        };
        Ok(Answer::Added { workload, kept })
    }

    fn begin(&self) -> Result<Turn<'_>, Error> {
        let mut going = held(&self.going);
        if going.is_some() {
            return Err(
                Error::usage("a workload is being tried already").with_hint("wait for it, or stop it")
            );
        }
        let cancel = Cancel::new();
        let (watch, over) = mpsc::channel::<()>();
        let late = cancel.clone();
        // A lane may hang without a word.
        thread::Builder::new()
            .name("trying".to_owned())
            .spawn(move || {
                if over.recv_timeout(LONGEST) == Err(mpsc::RecvTimeoutError::Timeout) {
                    late.cancel();
                }
            })
            .map_err(|error| {
                let told = Error::environment("the system has no thread left");
                Error { causes: vec![error.to_string()], ..told }.with_hint("close other programs")
            })?;
        *going = Some(cancel.clone());
        Ok(Turn { trying: self, cancel, _watch: watch })
    }
}

/// The workload that a form tells, and the one it begins from.
fn told(form: &OwnForm, places: &Places) -> Result<(Workload, Option<Workload>), Error> {
    let mut workload = form.workload().map_err(refused)?;
    let Some(name) = form.base() else { return Ok((workload, None)) };
    let name: Slug = name.parse().map_err(|error| Error::of(crate::Code::Usage, &error))?;
    let base = Yours::of(places)?.load(&name)?;
    // What somebody wrote of it himself says more.
    if !base.summary.ends_with(ADDED) {
        workload.summary.clone_from(&base.summary);
    }
    Ok((based(workload, &base), Some(base)))
}

/// What was heard, compared as the user had it compared before.
fn as_before(heard: Heard, base: &Workload) -> Heard {
    let recorded = heard.recorded.map(|recorded| compared_as(recorded, base));
    let lanes = heard.lanes.into_iter().map(|(lane, ended)| match ended {
        Ended::Answered { hearing, .. } => {
            let difference = recorded.as_ref().and_then(|recorded| hearing.differs_from(recorded));
            (lane, Ended::Answered { hearing, difference })
        }
        failed => (lane, failed),
    });
    let lanes = lanes.collect();
    Heard { lanes, recorded, left_out: heard.left_out }
}

fn stopped() -> Error {
    Error { message: "stopped before every lane was tried".to_owned(), ..Error::interrupted() }
}

fn refused(faults: Vec<Fault>) -> Error {
    let messages: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
    Error::usage(messages.join("; "))
}
