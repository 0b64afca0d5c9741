//! What a window asks and gets, with the real command as the process that measures.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use plimsoll_app::desk::{Answer, Ask, Desk, How, Live, Order, Outside, Picture, Push, RowState, Theme};
use plimsoll_app::{Error, Places};
use plimsoll_model::{Preset, Slug};

use crate::capsule::recorded;
use crate::ground::{Ground, machine};

/// A window that draws at once and has a clipboard.
struct Window {
    pushes: Mutex<mpsc::Sender<Push>>,
    clipboard: Mutex<Vec<u8>>,
}

impl Outside for Window {
    fn push(&self, push: Push) {
        let _ = self.pushes.lock().unwrap().send(push);
    }

    fn copy_text(&self, text: String) -> Result<(), Error> {
        *self.clipboard.lock().unwrap() = text.into_bytes();
        Ok(())
    }

    fn copy_png(&self, png: &[u8]) -> Result<(), Error> {
        *self.clipboard.lock().unwrap() = png.to_vec();
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

struct Bench {
    desk: Desk,
    window: Arc<Window>,
    pushes: mpsc::Receiver<Push>,
    runtime: tokio::runtime::Runtime,
}

impl Bench {
    fn on(ground: &Ground) -> Self {
        Self::with(ground, Path::new(env!("CARGO_BIN_EXE_plimsoll")))
    }

    fn with(ground: &Ground, program: &Path) -> Self {
        let (sender, pushes) = mpsc::channel();
        let window = Arc::new(Window { pushes: Mutex::new(sender), clipboard: Mutex::default() });
        let places = Places {
            data_folder: Some(ground.data_folder().join("plimsoll")),
            workload_folders: vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workloads")],
            ..Places::default()
        };
        let desk = Desk::new(places, program.to_owned(), window.clone()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { desk, window, pushes, runtime }
    }

    fn ask(&self, ask: Ask) -> Result<Answer, Error> {
        self.runtime.block_on(self.desk.answer(ask))
    }

    /// Draws every push until the bench has ended.
    fn watch(&self, mut each: impl FnMut(&Live)) -> (Option<String>, How, Option<Error>) {
        loop {
            match self.pushes.recv_timeout(Duration::from_secs(120)).expect("the bench ends") {
                Push::Live { live, .. } => {
                    each(&live);
                    self.ask(Ask::Drawn).unwrap();
                }
                Push::Ended { run, how, fault, .. } => return (run, how, fault),
                Push::Dropped { .. } => {}
            }
        }
    }
}

fn order(trials: &str) -> Order {
    Order {
        workloads: vec![Slug::known("hello")],
        lanes: vec![Slug::known("native"), Slug::known("wasmtime")],
        preset: Preset::Quick,
        fields: [("trials".to_owned(), trials.to_owned()), ("seed".to_owned(), "7".to_owned())].into(),
    }
}

#[test]
fn a_bench_that_does_not_hear_is_ended() {
    let ground = Ground::new();
    let deaf = ground.data_folder().join("deaf");
    std::fs::create_dir_all(ground.data_folder()).unwrap();
    std::fs::write(&deaf, "#!/bin/sh\ntrap '' INT\nexec sleep 1000\n").unwrap();
    std::fs::set_permissions(&deaf, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let bench = Bench::with(&ground, &deaf);
    bench.ask(Ask::Start { order: order("6") }).unwrap();
    bench.ask(Ask::Cancel).unwrap();
    let (run, how, fault) = bench.watch(|_| {});
    assert_eq!((run, how), (None, How::Failed));
    assert!(fault.unwrap().message.contains("without a word"));
}

#[test]
fn a_bench_is_watched_from_its_start_to_its_verdict() {
    let _machine = machine();
    let ground = Ground::new();
    let bench = Bench::on(&ground);
    let Answer::Weighed(weighed) = bench.ask(Ask::Weigh { order: order("6") }).unwrap() else { panic!() };
    assert!(weighed.faults.is_empty() && weighed.estimate.unwrap().contains("24 cold starts"));
    bench.ask(Ask::Start { order: order("6") }).unwrap();
    let refused = bench.ask(Ask::Start { order: order("6") }).unwrap_err();
    assert!(refused.message.contains("goes on already"), "{refused}");
    let (mut laps, mut charts) = (0, 0);
    let (run, how, fault) = bench.watch(|live| {
        laps += live.laps.len();
        charts += live.charts.len();
        assert!(live.fraction <= 1.0);
        assert_eq!(live.cells.len(), 2, "one racer for each lane, however many arms");
    });
    assert_eq!((how, fault), (How::Done, None));
    assert!(laps > 0 && charts > 0, "{laps} laps, {charts} charts");
    let id = run.unwrap();
    let Answer::Run(view) = bench.ask(Ask::Open { run: id.clone(), baseline: None }).unwrap() else {
        panic!()
    };
    let verdicts: Vec<_> = view.document.verdicts().collect();
    assert!(matches!(verdicts.as_slice(), [only] if only.case.to_string() == "hello"), "{verdicts:?}");
    let mut tables = view.document.tables();
    assert!(tables.any(|table| table.rows.iter().filter(|row| row.lane.is_some()).count() == 2));
    assert!(view.document.charts().any(|chart| chart.spec.empty.is_none()));
    assert!(matches!(bench.ask(Ask::Live).unwrap(), Answer::Live(None)));

    // The same order from the command line gives the same schedule.
    let same = [
        "bench", "hello", "--lane", "native", "--lane", "wasmtime", "--trials", "6", "--seed", "7", "--json",
    ];
    let by_hand = ground.run(&same).json();
    let by_desk = ground.run(&["show", &id, "--json"]).json();
    let order = |run: &serde_json::Value| {
        run["trials"].as_array().unwrap().iter().map(|trial| trial["cell"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(order(&by_desk), order(&by_hand));
    assert_eq!(by_desk["plan"], by_hand["plan"]);
}

#[test]
fn a_cancelled_bench_keeps_what_was_measured_and_another_can_begin() {
    let _machine = machine();
    let ground = Ground::new();
    let bench = Bench::on(&ground);
    bench.ask(Ask::Start { order: order("500") }).unwrap();
    let mut cancelled = false;
    let (run, how, _) = bench.watch(|live| {
        if !live.laps.is_empty() && !cancelled {
            cancelled = true;
            let Answer::Live(Some(back)) = bench.ask(Ask::Live).unwrap() else { panic!("it goes on") };
            assert!(!back.laps.is_empty() && !back.charts.is_empty());
            bench.ask(Ask::Cancel).unwrap();
        }
    });
    assert_eq!(how, How::Interrupted);
    let Answer::Run(view) = bench.ask(Ask::Open { run: run.unwrap(), baseline: None }).unwrap() else {
        panic!()
    };
    assert_eq!(view.state, RowState::Finished);
    bench.ask(Ask::Start { order: order("1") }).unwrap();
    assert_eq!(bench.watch(|_| ()).1, How::Done);
}

#[test]
fn runs_are_named_tagged_deleted_and_brought_back() {
    let ground = Ground::new();
    let bench = Bench::on(&ground);
    let id =
        ground.run(&["bench", "hello", "--lane", "native", "--trials", "1", "--json"]).json()["id"].clone();
    let id = id.as_str().unwrap().to_owned();
    bench.ask(Ask::Rename { run: id.clone(), name: " <b>mine</b> ".to_owned() }).unwrap();
    bench
        .ask(Ask::Tag { run: id.clone(), tags: vec!["b".to_owned(), "a".to_owned(), "b".to_owned()] })
        .unwrap();
    let history = || match bench.ask(Ask::History).unwrap() {
        Answer::History(history) => history.runs,
        other => panic!("{other:?}"),
    };
    assert_eq!(history()[0].name.as_deref(), Some("<b>mine</b>"));
    assert_eq!(history()[0].tags, ["a", "b"]);
    bench.ask(Ask::Delete { run: id.clone() }).unwrap();
    assert!(history().is_empty());
    bench.ask(Ask::UndoDelete { run: id.clone() }).unwrap();
    assert_eq!(history()[0].tags, ["a", "b"]);

    let workload = Slug::known("hello");
    let table = |baseline: Option<Slug>| {
        bench.ask(Ask::CopyTable { run: id.clone(), workload: workload.clone(), baseline })
    };
    table(None).unwrap();
    assert!(bench.window.clipboard.lock().unwrap().starts_with(b"| lane |"));
    assert!(table(Some(Slug::known("docker"))).unwrap_err().message.contains("no lane `docker`"));
    let (chart, theme) = ("waterfall".to_owned(), Theme::Dark);
    bench.ask(Ask::CopyChart { run: id, workload, chart, format: Picture::Svg, theme }).unwrap();
    assert!(bench.window.clipboard.lock().unwrap().starts_with(b"<svg"));
}

#[test]
fn a_broken_file_that_is_dropped_gets_a_clear_message() {
    let ground = Ground::new();
    let bench = Bench::on(&ground);
    let file = ground.data_folder().join("broken.json");
    std::fs::create_dir_all(ground.data_folder()).unwrap();
    std::fs::write(&file, "{\"schema_version\": 1").unwrap();
    let run = file.display().to_string();
    let refused = bench.ask(Ask::Open { run, baseline: None }).unwrap_err();
    assert!(refused.message.contains("broken.json"), "{refused}");
}

#[test]
fn a_run_that_can_not_be_read_is_found_and_deleted_like_any_other() {
    let ground = Ground::new();
    let bench = Bench::on(&ground);
    let runs = ground.data_folder().join("plimsoll/runs");
    std::fs::create_dir_all(&runs).unwrap();
    std::fs::write(runs.join("r1.json"), "{").unwrap();
    let history = || match bench.ask(Ask::History).unwrap() {
        Answer::History(history) => history.runs,
        other => panic!("{other:?}"),
    };
    let [row] = history().try_into().unwrap();
    assert_eq!((row.id.as_str(), row.state), ("r1", RowState::Broken));
    bench.ask(Ask::Reveal { run: row.id.clone() }).unwrap();
    bench.ask(Ask::Delete { run: row.id.clone() }).unwrap();
    assert!(history().is_empty());
    bench.ask(Ask::UndoDelete { run: row.id }).unwrap();
    assert_eq!(history().len(), 1);
}

#[test]
fn a_file_from_elsewhere_is_not_the_users_own_run() {
    let ground = Ground::new();
    let bench = Bench::on(&ground);
    let id =
        ground.run(&["bench", "hello", "--lane", "native", "--trials", "1", "--json"]).json()["id"].clone();
    let id = id.as_str().unwrap().to_owned();
    let copy = ground.data_folder().join("copy.json");
    std::fs::copy(ground.data_folder().join("plimsoll/runs").join(format!("{id}.json")), &copy).unwrap();
    let own = |run: String| match bench.ask(Ask::Open { run, baseline: None }).unwrap() {
        Answer::Run(view) => view.own,
        other => panic!("{other:?}"),
    };
    assert!(own(id));
    assert!(!own(copy.display().to_string()));
}

#[test]
fn a_capsule_that_is_dropped_is_opened_and_one_that_was_changed_is_refused() {
    let ground = Ground::new();
    let bench = Bench::on(&ground);
    let run = ground.packed(&recorded());
    let Answer::Run(view) = bench.ask(Ask::Open { run: run.clone(), baseline: None }).unwrap() else {
        panic!()
    };
    assert_eq!(
        (view.id.as_str(), view.path.as_str(), view.own),
        ("r20261121-013200-7f3a", run.as_str(), false)
    );
    assert!(view.notes.iter().any(|note| note.contains("came from elsewhere")), "{:?}", view.notes);
    let (workload, chart) = (Slug::known("hello"), view.document.charts().next().unwrap().spec.slug.clone());
    let copy =
        Ask::CopyChart { run: run.clone(), workload, chart, format: Picture::Svg, theme: Theme::Light };
    bench.ask(copy).unwrap();
    assert!(bench.window.clipboard.lock().unwrap().starts_with(b"<svg"));

    let mut bytes = std::fs::read(&run).unwrap();
    bytes[200] ^= 0x10;
    std::fs::write(&run, bytes).unwrap();
    let refused = bench.ask(Ask::Open { run, baseline: None }).unwrap_err();
    assert!(refused.message.contains("entry `run.json`"), "{refused}");
}
