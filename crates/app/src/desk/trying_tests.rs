//! Workloads of the user's own, asked of a desk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, thread};

use plimsoll_engine::{Family, MonotonicClock};
use plimsoll_model::Slug;
use plimsoll_runtime::fake::{Behaviour, FakeFamily};

use super::answering::Desk;
use super::ask::{Answer, Ask, Push};
use super::outside::Outside;
use super::own_form::OwnForm;
use super::own_request::OwnRequest;
use super::tried::TriedOut;
use super::words::Tone;
use crate::{Code, Error, Places, Registry};

/// A window that nobody looks at.
struct Unseen;

impl Outside for Unseen {
    fn push(&self, _: Push) {}

    fn copy_text(&self, _: String) -> Result<(), Error> {
        Ok(())
    }

    fn copy_png(&self, _: &[u8]) -> Result<(), Error> {
        Ok(())
    }

    fn reveal(&self, _: &Path) -> Result<(), Error> {
        Ok(())
    }

    fn choose(&self, _: &str, _: bool) -> Result<Option<PathBuf>, Error> {
        Ok(None)
    }

    fn downloads(&self) -> Option<PathBuf> {
        None
    }
}

pub(super) struct Ground {
    desk: Desk,
    folder: tempfile::TempDir,
}

impl Ground {
    /// With a lane for each behaviour.
    pub(super) fn new(behaviours: &[Behaviour]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("data/workloads");
        fs::create_dir_all(&own).unwrap();
        let data_folder = Some(folder.path().join("data"));
        let places = Places { data_folder, workload_folders: vec![own], ..Places::default() };
        let family = |(name, behaviour): (&'static str, &Behaviour)| {
            let slug = Slug::known(name);
            let family = FakeFamily::new(
                slug.clone(),
                Arc::new(MonotonicClock),
                behaviour.clone(),
                std::slice::from_ref(&slug),
            );
            Box::new(family) as Box<dyn Family>
        };
        let registry = Registry::with(["one", "two"].into_iter().zip(behaviours).map(family).collect());
        let desk = Desk::with(registry, places, PathBuf::from("plimsoll"), Arc::new(Unseen)).unwrap();
        Self { desk, folder }
    }

    pub(super) fn ask(&self, ask: Ask) -> Result<Answer, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.desk.answer(ask))
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where the user's own are kept.
    pub(super) fn own(&self) -> PathBuf {
        self.path().join("data/workloads")
    }

    /// A service in a file of its own.
    pub(super) fn service(&self, content: &[u8]) -> OwnForm {
        let wasm = self.folder.path().join("cart.wasm");
        fs::write(&wasm, [b"\0asm\x0d\0\x01\0", content].concat()).unwrap();
        let requests = vec![OwnRequest { path: "/".to_owned(), ..OwnRequest::default() }];
        OwnForm { wasm: wasm.display().to_string(), requests, ..OwnForm::default() }
    }

    pub(super) fn tried(&self, form: &OwnForm) -> Result<TriedOut, Error> {
        match self.ask(Ask::Try { form: form.clone() })? {
            Answer::Tried(tried) => Ok(tried),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn yours(&self) -> Vec<String> {
        match self.ask(Ask::Offer).unwrap() {
            Answer::Offer(offer) => offer.yours,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_tried_is_added_forgotten_and_brought_back() {
    let ground = Ground::new(&[Behaviour::RIGHT, Behaviour::RIGHT]);
    let form = ground.service(b"");
    let refused = ground.ask(Ask::Add { form: form.clone() }).unwrap_err();
    assert!(refused.message.contains("not tried"), "{refused}");
    let tried = ground.tried(&form).unwrap();
    assert!(tried.can_be_added && tried.verdict.tone == Tone::Good, "{tried:?}");
    let said: Vec<_> = tried.lanes.iter().map(|lane| (&*lane.lane.slug, &*lane.remark.text)).collect();
    assert_eq!(said, [("one", "answered: the others are compared with this"), ("two", "answered the same")]);
    let answer = &tried.lanes[1].answers[0];
    // A made-up lane answers what is expected, and that is nothing yet.
    assert_eq!((&*answer.status, &*answer.body), ("status 200", ""));
    let named = OwnForm { name: "mine".to_owned(), ..form };
    let Answer::Added { workload, .. } = ground.ask(Ask::Add { form: named.clone() }).unwrap() else {
        panic!()
    };
    assert_eq!(ground.yours(), ["mine"]);
    assert_eq!(ground.ask(Ask::Add { form: named }).unwrap_err().code, Code::Usage);
    let Answer::Forgotten { kept } = ground.ask(Ask::Forget { workload }).unwrap() else { panic!() };
    assert!(ground.yours().is_empty());
    ground.ask(Ask::Restore { kept, over: false }).unwrap();
    assert_eq!(ground.yours(), ["mine"]);
}

#[test]
fn what_changed_since_it_was_tried_is_tried_again() {
    let ground = Ground::new(&[Behaviour::RIGHT]);
    let form = ground.service(b"");
    ground.tried(&form).unwrap();
    ground.service(b"\0\x01\0");
    let refused = ground.ask(Ask::Add { form }).unwrap_err();
    assert!(refused.message.contains("another one"), "{refused}");
}

#[test]
fn an_answer_that_differs_is_marked_and_one_that_fails_says_why() {
    let ground = Ground::new(&[Behaviour::RIGHT, Behaviour::WrongAfter { answers: 0 }]);
    let tried = ground.tried(&ground.service(b"")).unwrap();
    assert!(tried.can_be_added && tried.verdict.tone == Tone::Warning, "{tried:?}");
    let differs = |lane: usize| tried.lanes[lane].answers[0].difference.is_some();
    assert_eq!([differs(0), differs(1)], [false, true]);

    let ground = Ground::new(&[Behaviour::Exits { code: 3 }]);
    let form = ground.service(b"");
    let tried = ground.tried(&form).unwrap();
    assert!(!tried.can_be_added && tried.verdict.tone == Tone::Problem, "{tried:?}");
    assert_eq!(tried.lanes[0].remark.tone, Tone::Problem);
    assert!(ground.ask(Ask::Add { form }).is_err());
}

#[test]
fn trying_is_stopped_and_leaves_room_for_the_next() {
    let ground = Ground::new(&[Behaviour::NeverReady]);
    let form = ground.service(b"");
    for _ in 0..2 {
        thread::scope(|scope| {
            let trying = scope.spawn(|| ground.tried(&form));
            while !trying.is_finished() {
                ground.ask(Ask::StopTrying).unwrap();
                thread::yield_now();
            }
            assert_eq!(trying.join().unwrap().unwrap_err().code, Code::Interrupted);
        });
    }
}

#[test]
fn what_was_never_added_is_not_forgotten() {
    let refused = Ground::new(&[]).ask(Ask::Forget { workload: Slug::known("hello") }).unwrap_err();
    assert!(refused.message.contains("no workload that you added"));
}
