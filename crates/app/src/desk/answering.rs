//! Each question and its answer.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use plimsoll_chart::{ChartSpec, Theme, chart, draw_png, draw_svg, size_of};
use plimsoll_engine::pinning;
use plimsoll_export::markdown_table;
use plimsoll_model::{Limits, Pinning, Slug};
use plimsoll_report::Illustrated;
use plimsoll_store::Label;

use super::ask::{Answer, Ask, Picture};
use super::dropped::Dropped;
use super::filled::filled;
use super::last_choice::LastChoice;
use super::order::{Order, Weighed};
use super::outside::Outside;
use super::own_form::OwnForm;
use super::save::Saving;
use super::sidecar::{self, Going, Wish};
use super::trying::Trying;
use super::{compare, estimate, history, offer, priority, run_view};
use crate::workloads::Yours;
use crate::{Doctor, Error, Images, Opposing, Places, Registry, Show};

/// Tags of a run at most, and signs of a name or a tag.
const MOST_TAGS: usize = 20;
const LONGEST_NAME: usize = 120;

/// Answers what a window asks.
pub struct Desk {
    places: Places,
    registry: Registry,
    /// As it is for benches: the window's own threads may have fewer CPUs by now.
    pinning: Pinning,
    outside: Arc<dyn Outside>,
    going: Arc<Going>,
    wishes: Mutex<mpsc::Sender<Wish>>,
    /// What was saved in this session: of each wish its first file.
    saved: Mutex<Vec<PathBuf>>,
    trying: Trying,
}

/// The lanes of this machine, asked for on a thread of its own: the caller may be within an executor.
fn found(places: &Places) -> std::io::Result<Registry> {
    let asking = || {
        let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(executor.block_on(Registry::on_this_machine(places)))
    };
    thread::scope(|scope| match scope.spawn(asking).join() {
        Ok(found) => found,
        Err(broken) => std::panic::resume_unwind(broken),
    })
}

impl Desk {
    /// A desk for the window outside. Benches are begun by `program`, the command `plimsoll`, from a thread that is made
    /// here: it keeps the priority and the CPUs that the caller has now, whatever the window's threads get later.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn new(places: Places, program: PathBuf, outside: Arc<dyn Outside>) -> std::io::Result<Self> {
        let registry = found(&places)?;
        Self::with(registry, places, program, outside)
    }

    /// One with these lanes.
    pub(super) fn with(
        registry: Registry,
        places: Places,
        program: PathBuf,
        outside: Arc<dyn Outside>,
    ) -> std::io::Result<Self> {
        let (wishes, wished) = mpsc::channel();
        let going = Arc::new(Going::default());
        let (attending, window) = (Arc::clone(&going), Arc::clone(&outside));
        thread::Builder::new()
            .name("benches".to_owned())
            .spawn(move || sidecar::attend(&wished, &attending, &program, &window))?;
        if let Ok(store) = places.store() {
            // What was deleted in an earlier session can't be brought back any more. A full disk is told elsewhere.
            let _ = store.empty_trash();
        }
        let (pinning, wishes) = (pinning(&Limits::default()), Mutex::new(wishes));
        Ok(Self {
            places,
            registry,
            pinning,
            outside,
            going,
            wishes,
            saved: Mutex::default(),
            trying: Trying::default(),
        })
    }

    /// Answers.
    ///
    /// # Errors
    /// What went wrong, with its way out.
    pub async fn answer(&self, ask: Ask) -> Result<Answer, Error> {
        // A long run is opened by all cores, unless they are being measured on.
        priority::make_room(&self.pinning, !sidecar::is_free(&self.going));
        match ask {
            Ask::Offer => {
                self.registry.doubt();
                let offer = offer::offer(&self.places, &self.registry, &self.doctor()).await?;
                Ok(Answer::Offer(offer))
            }
            Ask::Weigh { order } => Ok(Answer::Weighed(self.weigh(&order))),
            Ask::Look { form } => Ok(Answer::Looked(form.look_for(&self.registry))),
            Ask::Try { form } => self.try_it(&form).await,
            Ask::StopTrying => {
                self.trying.stop();
                Ok(Answer::Done)
            }
            Ask::Add { form } => self.trying.add(&form, &self.places),
            Ask::Drop { paths, form } => Ok(Answer::Dropped(Dropped::of(&paths, form, &self.places))),
            Ask::Choose { title, folder } => {
                let path = self.outside.choose(&title, folder)?;
                Ok(Answer::Chosen { path: path.map(|path| path.display().to_string()) })
            }
            Ask::Images => Ok(Answer::Images(self.images().await)),
            Ask::Edit { workload, over } => filled(&workload, over, &self.places).map(Answer::Filled),
            Ask::RevealWorkload { workload } => {
                let folder = Yours::of(&self.places)?.folder_of(&workload)?;
                self.outside.reveal(&folder.join("workload.toml")).map(|()| Answer::Done)
            }
            Ask::Forget { workload } => {
                Yours::of(&self.places)?.forget(&workload).map(|kept| Answer::Forgotten { kept })
            }
            Ask::Restore { kept, over } => {
                let yours = Yours::of(&self.places)?;
                let workload = if over { yours.put_back(&kept)? } else { yours.restore(&kept)? };
                Ok(Answer::Added { workload, kept: None })
            }
            Ask::Start { order } => self.start(&order),
            Ask::Live => Ok(Answer::Live(self.going.live())),
            Ask::Drawn => {
                self.going.drawn();
                Ok(Answer::Done)
            }
            Ask::Cancel => {
                self.going.cancel();
                Ok(Answer::Done)
            }
            Ask::History => Ok(Answer::History(history::history(&self.places)?)),
            Ask::Open { run, baseline } => {
                let view = run_view::open(&run, baseline.as_ref(), &self.places)?;
                Ok(Answer::Run(Box::new(view)))
            }
            Ask::Compare { what, shown } => {
                let view = compare::compare(&what, shown.as_deref(), &self.places)?;
                Ok(Answer::Compared(Box::new(view)))
            }
            Ask::CopyCompared { what } => {
                let text = compare::markdown(&what, &self.places)?;
                self.outside.copy_text(text).map(|()| Answer::Done)
            }
            Ask::Rename { run, name } => self.relabel(&run, |label| {
                label.name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
            }),
            Ask::Tag { run, tags } => self.relabel(&run, |label| {
                let tags = tags.iter().map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty());
                label.tags = tags.collect();
                label.tags.sort();
                label.tags.dedup();
            }),
            Ask::Delete { run } => {
                self.places.store()?.discard(&run)?;
                Ok(Answer::Done)
            }
            Ask::UndoDelete { run } => {
                self.places.store()?.restore(&run)?;
                Ok(Answer::Done)
            }
            Ask::Doctor => {
                self.registry.doubt();
                Ok(Answer::Doctor(self.doctor().run(&self.registry).await.into()))
            }
            Ask::Reveal { run } => {
                self.outside.reveal(&self.places.store()?.locate(&run)?).map(|()| Answer::Done)
            }
            Ask::CopyChart { run, workload, chart, format, theme } => {
                self.copy_chart(&run, &workload, &chart, format, theme)
            }
            Ask::CopyComparedChart { what, shown, workload, lane, chart, format, theme } => {
                let (shown, lane) = (shown.as_deref(), lane.as_ref());
                let spec = compare::chart(&what, shown, &workload, lane, &chart, &self.places)?;
                self.copy_picture(&spec, format, theme)
            }
            Ask::Export { run, form, baseline } => {
                self.saving().export(&run, &form, baseline.as_ref()).map(Answer::Saved)
            }
            Ask::ExportCompared { what, form } => {
                self.saving().export_compared(&what, &form).map(Answer::Saved)
            }
            Ask::RevealSaved { saved } => self.saving().reveal(saved).map(|()| Answer::Done),
            Ask::CopyTable { run, workload, baseline } => self.copy_table(&run, &workload, baseline.as_ref()),
            Ask::CopyText { text } => self.outside.copy_text(text).map(|()| Answer::Done),
        }
    }

    /// Asks what goes on to stop, e.g. because the window closes.
    pub fn stop(&self) {
        self.trying.stop();
        self.going.cancel();
    }

    fn saving(&self) -> Saving<'_> {
        Saving { places: &self.places, outside: self.outside.as_ref(), saved: &self.saved }
    }

    fn doctor(&self) -> Doctor {
        Doctor { places: self.places.clone(), pinning: Some(self.pinning.clone()) }
    }

    fn weigh(&self, order: &Order) -> Weighed {
        match order.bench(&self.places) {
            Ok(bench) => {
                Weighed { estimate: Some(estimate::estimate(&bench, &self.registry)), faults: Vec::new() }
            }
            Err(faults) => Weighed { estimate: None, faults },
        }
    }

    async fn images(&self) -> Images {
        if sidecar::is_free(&self.going) {
            return Images::of(&self.registry).await;
        }
        let note = "A bench goes on, in which the engine is not asked for its images.".to_owned();
        Images { names: Vec::new(), note: Some(note) }
    }

    async fn try_it(&self, form: &OwnForm) -> Result<Answer, Error> {
        if !sidecar::is_free(&self.going) {
            return Err(Error::usage("a bench goes on, and starts beside it would disturb it")
                .with_hint("wait for its end, or cancel it"));
        }
        self.trying.run(form, &self.registry, &self.places).await.map(Answer::Tried)
    }

    fn start(&self, order: &Order) -> Result<Answer, Error> {
        let bench = order.bench(&self.places).map_err(|faults| {
            let messages: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
            Error::usage(messages.join("; "))
        })?;
        let wishes = self.wishes.lock().unwrap_or_else(PoisonError::into_inner);
        if !sidecar::is_free(&self.going) {
            return Err(Error::usage("a bench goes on already").with_hint("wait for its end, or cancel it"));
        }
        if self.trying.goes_on() {
            return Err(Error::usage("a workload is being tried").with_hint("wait for it, or stop it"));
        }
        let (answer, answered) = mpsc::channel();
        let gone = || {
            Error::environment("the thread that begins benches has ended").with_hint("start the window anew")
        };
        wishes.send(Wish { bench, answer }).map_err(|_| gone())?;
        let epoch = answered.recv().map_err(|_| gone())??;
        // One that can't be kept is chosen anew the next time, and that is all.
        let _ = LastChoice::keep(order, &self.places);
        Ok(Answer::Started { epoch })
    }

    fn relabel(&self, run: &str, change: impl FnOnce(&mut Label)) -> Result<Answer, Error> {
        let store = self.places.store()?;
        // One that can't be read is written anew.
        let mut label = store.label(run).unwrap_or_default();
        change(&mut label);
        let longest = label.tags.iter().chain(&label.name).map(|word| word.chars().count()).max();
        if longest.unwrap_or(0) > LONGEST_NAME || label.tags.len() > MOST_TAGS {
            let message = format!(
                "a name and a tag have at most {LONGEST_NAME} signs, and a run at most {MOST_TAGS} tags"
            );
            return Err(Error::usage(message));
        }
        store.set_label(run, &label)?;
        Ok(Answer::Done)
    }

    fn shown(&self, run: &str) -> Result<crate::Shown, Error> {
        Show { run: run.into(), places: self.places.clone() }.run()
    }

    fn copy_chart(
        &self,
        run: &str,
        workload: &Slug,
        slug: &str,
        format: Picture,
        theme: Theme,
    ) -> Result<Answer, Error> {
        let shown = self.shown(run)?;
        let chart =
            chart(&shown.run, slug).ok_or_else(|| Error::usage(format!("there is no chart `{slug}`")))?;
        let case = shown.run.case_titled(workload.as_str()).ok_or_else(|| no_workload(workload))?;
        self.copy_picture(&chart.spec(&shown.run, case), format, theme)
    }

    fn copy_picture(&self, spec: &ChartSpec, format: Picture, theme: Theme) -> Result<Answer, Error> {
        let (width, height) = size_of(spec);
        match format {
            Picture::Svg => self.outside.copy_text(draw_svg(spec, theme, width, height)?)?,
            Picture::Png => self.outside.copy_png(&draw_png(spec, theme, width, height)?)?,
        }
        Ok(Answer::Done)
    }

    fn copy_table(&self, run: &str, workload: &Slug, baseline: Option<&Slug>) -> Result<Answer, Error> {
        let shown = self.shown(run)?;
        let report = shown.report(&Opposing::lane(baseline.cloned()))?;
        let document = report.document(Illustrated::Left);
        let mut tables = document.tables();
        let table =
            tables.find(|table| table.heading == workload.as_str()).ok_or_else(|| no_workload(workload))?;
        self.outside.copy_text(markdown_table(table)).map(|()| Answer::Done)
    }
}

fn no_workload(named: &Slug) -> Error {
    Error::usage(format!("the run has no workload `{named}`"))
}
