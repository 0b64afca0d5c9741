use plimsoll_analysis::{
    FigureNoise, MayChange, NoiseError, Obstacle, RunComparison, RunNoise, RunSide, Verdict, compare_runs,
    compare_versions, names, unlike_software,
};
use plimsoll_model::{
    Case, Cell, Entry, Failure, FailureKind, JobKind, LoadRecord, Outcome, PageCache, Phase, Preparation,
    Reading, Run, Series, Variant, WorkloadRecord,
};

use crate::made_up::{Times, add_loaded, add_trial, empty_run, slug};
use crate::noisy::{Noise, noisy_run};

fn run(seed: u64, cold_start: f64) -> Run {
    noisy_run(seed, &["docker"], &["a"], 15, Noise::Quiet(0.01), |_| cold_start)
}

fn with_digest(mut run: Run, file: &str, digest: &str) -> Run {
    let digests = [(file.to_owned(), digest.to_owned())].into();
    run.workloads = vec![WorkloadRecord {
        name: slug("json-api"),
        variant: Variant::NEW,
        job: JobKind::Serve,
        summary: String::new(),
        artifacts: Vec::new(),
        digests,
    }];
    run
}

fn with_size(mut run: Run, bytes: u64) -> Run {
    let metric = names::WIRE_SIZE;
    let series =
        Series { metric, phase: Phase::Prepare, subject: None, request: None, method: "made up".into() };
    let (series, _) = run.intern(&series);
    let samples = vec![Entry(series, Reading::Value(bytes))];
    run.preparations = vec![Preparation { row: 0, failure: None, digests: [].into(), samples }];
    run
}

fn noise() -> RunNoise {
    let runs: Vec<Run> = (50..56).map(|seed| run(seed, 1e8)).collect();
    RunNoise::of(&runs.iter().collect::<Vec<_>>()).unwrap()
}

fn one(base: &Run, new: &Run) -> RunComparison {
    compare_runs(base, &[new], Some(&noise()), &MayChange::Nothing).into_iter().next().unwrap()
}

#[test]
fn without_repeated_runs_nothing_is_called_however_large_it_is() {
    let found = compare_runs(&run(1, 1e8), &[&run(2, 9e8)], None, &MayChange::Nothing);
    let found = found.first().unwrap();
    assert_eq!((found.verdict, found.floor), (Verdict::RunNoiseUnknown, None));
    assert!(found.interval.unwrap().contains(9.0) && found.obstacles.is_empty(), "{found:?}");
}

#[test]
fn with_them_a_slower_run_is_worse_and_a_faster_one_better() {
    assert_eq!(one(&run(1, 1e8), &run(2, 1.5e8)).verdict, Verdict::Worse);
    assert_eq!(one(&run(1, 1e8), &run(2, 0.5e8)).verdict, Verdict::Better);
    let same = one(&run(1, 1e8), &run(1, 1e8));
    assert_eq!((same.verdict, same.ratio), (Verdict::Equal, Some(1.0)));
}

#[test]
fn what_is_known_of_another_host_says_nothing_here() {
    let (mut base, mut new) = (run(1, 1e8), run(2, 1.5e8));
    (base.site.host.cpus, new.site.host.cpus) = (64, 64);
    assert_eq!(one(&base, &new).verdict, Verdict::RunNoiseUnknown);
}

#[test]
fn a_machine_is_known_by_its_identity_where_both_tell_it_and_how_it_is_set_up_is_only_told() {
    let (base, mut new) = (run(1, 1e8), run(2, 1.5e8));
    new.site.host.machine = Some("a".repeat(32));
    new.site.host.governor = Some("powersave".to_owned());
    new.site.host.cgroup = Some("v2".to_owned());
    assert_eq!(one(&base, &new).obstacles, []);
    let told = unlike_software(&base, &new);
    assert_eq!(told.iter().map(|unlike| unlike.what.as_str()).collect::<Vec<_>>(), ["governor", "cgroup"]);
    let mut other = base;
    other.site.host.machine = Some("b".repeat(32));
    let found = one(&other, &new).obstacles;
    let [Obstacle::OtherHost { unlike }] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(unlike.iter().map(|unlike| unlike.what.as_str()).collect::<Vec<_>>(), ["machine"]);
}

#[test]
fn a_machine_that_reports_a_little_less_memory_is_the_same_one() {
    let told = |bytes: u64| {
        let (mut base, mut new) = (run(1, 1e8), run(2, 1.5e8));
        (base.site.host.memory_bytes, new.site.host.memory_bytes) = (24 << 30, bytes);
        one(&base, &new).verdict
    };
    assert_ne!(told((24 << 30) - 4_096), Verdict::NotComparable);
    assert_eq!(told(16 << 30), Verdict::NotComparable);
}

type Change = fn(&mut Run);

#[test]
fn whatever_else_differs_is_the_reason_why_they_are_not_comparable() {
    let changes: [(Change, &str); 5] = [
        (
            |run| run.site.host.cpu_model = Some("Other".to_owned()),
            "other host (cpu_model: not known and Other)",
        ),
        (|run| run.plan.settings.limits.cpu_milli = 2_000, "other limits (cpu_milli: 1000 and 2000)"),
        (
            |run| run.plan.settings.page_cache = PageCache::ColdDisk,
            "other page-cache state (warm-disk and cold-disk)",
        ),
        (|run| run.site.host.emulated = Some(true), "the new run was emulated"),
        (|run| *run = with_digest(run.clone(), "app.wasm", "ff"), "other workload digest (`app.wasm`)"),
    ];
    let base = with_digest(run(1, 1e8), "app.wasm", "00");
    for (change, expected) in changes {
        let mut new = with_digest(run(2, 3e8), "app.wasm", "00");
        change(&mut new);
        let found = one(&base, &new);
        assert_eq!(found.verdict, Verdict::NotComparable);
        let told: Vec<String> = found.obstacles.iter().map(ToString::to_string).collect();
        assert_eq!(told, [expected]);
    }
}

#[test]
fn a_workload_whose_artifact_is_what_is_compared_may_have_another_one() {
    let (base, new) =
        (with_digest(run(1, 1e8), "app.wasm", "00"), with_digest(run(2, 1.5e8), "app.wasm", "ff"));
    let said = |may| compare_runs(&base, &[&new], Some(&noise()), &may).first().unwrap().verdict;
    assert_eq!(said(MayChange::Files(["app.wasm".to_owned()].into())), Verdict::Worse);
    assert_eq!(said(MayChange::AnyFile), Verdict::Worse);
    assert_eq!(said(MayChange::Files(["other".to_owned()].into())), Verdict::NotComparable);
}

#[test]
fn another_load_keeps_latencies_apart_and_not_cold_starts() {
    let loaded = |seed: u64| {
        let mut run = run(seed, 1e8);
        (0..12).for_each(|_| add_loaded(&mut run, 0, None, &[1_000; 400]));
        run
    };
    let (base, mut new) = (loaded(1), loaded(2));
    new.plan.settings.load.connections += 1;
    for found in compare_runs(&base, &[&new], None, &MayChange::Nothing) {
        let latency = found.figure.metric == names::LATENCY;
        assert_eq!(found.verdict == Verdict::NotComparable, latency, "{found:?}");
    }
    let loaded_at = |rate_milli| {
        let (workload, chosen) = (slug("json-api"), "as the plan asks".to_owned());
        let mut run = loaded(3);
        run.loads = vec![LoadRecord { workload, point: 0, rate_milli, chosen, capacities: Vec::new() }];
        run
    };
    let found = compare_runs(&loaded_at(1_000_000), &[&loaded_at(2_500)], None, &MayChange::Nothing);
    let told = found.iter().flat_map(|found| &found.obstacles).next().unwrap();
    assert_eq!(told.to_string(), "other load (rate: 1000/s and 2.5/s)");
}

#[test]
fn a_size_is_exact_and_its_smallest_growth_is_one() {
    let (base, new) = (with_size(run(1, 1e8), 1_000), with_size(run(2, 1e8), 1_001));
    let size = |base, new| {
        let found = compare_runs(base, &[new], None, &MayChange::Nothing);
        found.into_iter().find(|found| found.figure.is_exact()).unwrap()
    };
    let found = size(&base, &new);
    assert_eq!(
        (found.verdict, found.floor, found.chance, found.n),
        (Verdict::Worse, Some(1.0), None, [1, 1])
    );
    assert_eq!(size(&base, &base).verdict, Verdict::Equal);
}

#[test]
fn sizes_are_compared_between_architectures_and_times_are_not() {
    let built = |arch: &str, seed, bytes| {
        let binary = format!("native/{arch}/app");
        let mut run = with_size(with_digest(run(seed, 1e8), &binary, "00"), bytes);
        run.site.host.arch = arch.to_owned();
        run
    };
    let (base, new) = (built("x86_64", 1, 1_000), built("aarch64", 2, 1_200));
    let found = compare_runs(&base, &[&new], Some(&noise()), &MayChange::Nothing);
    let said = |exact| found.iter().find(|found| found.figure.is_exact() == exact).unwrap();
    assert_eq!((said(true).verdict, said(true).obstacles.as_slice()), (Verdict::Worse, [].as_slice()));
    assert_eq!(said(false).verdict, Verdict::NotComparable);
    assert!(matches!(said(false).obstacles[0], Obstacle::OtherHost { .. }));
    // Another source is another thing, whatever it is built for.
    let other = with_digest(built("aarch64", 2, 1_200), "workload.toml", "ff");
    let found = compare_runs(&base, &[&other], Some(&noise()), &MayChange::Nothing);
    assert_eq!(found.iter().find(|found| found.figure.is_exact()).unwrap().verdict, Verdict::NotComparable);
}

#[test]
fn a_figure_that_only_one_run_has_names_the_side_and_the_reason() {
    let mut new = run(2, 1e8);
    let failure = Failure {
        phase: Phase::Ready,
        kind: FailureKind::WrongOutput,
        message: "answered 500".to_owned(),
        diff: None,
    };
    for trial in &mut new.trials {
        trial.outcome = Outcome::Failed { failure: failure.clone() };
    }
    let found = one(&run(1, 1e8), &new);
    let [Obstacle::Missing { side: RunSide::New, reason }] = found.obstacles.as_slice() else {
        panic!("{found:?}")
    };
    assert!(reason.contains("answered 500"), "{reason}");
    assert_eq!((found.verdict, found.ratio), (Verdict::NotComparable, None));
}

#[test]
fn runs_without_trials_with_one_with_equal_values_and_with_zeros_are_no_trouble() {
    let empty = empty_run(&["docker"], &["a"]);
    assert_eq!(compare_runs(&empty, &[&empty], None, &MayChange::Nothing), []);
    let constant = |value: u64, n: usize| {
        let mut run = empty_run(&["docker"], &["a"]);
        for _ in 0..n {
            add_trial(&mut run, 0, value);
        }
        run
    };
    assert_eq!(one(&constant(5, 1), &constant(6, 1)).verdict, Verdict::TooFew);
    for value in [0, 7, u64::MAX] {
        let found = one(&constant(value, 15), &constant(value, 15));
        assert_eq!((found.verdict, found.ratio), (Verdict::Equal, Some(1.0)));
    }
    let zero = one(&constant(0, 15), &constant(7, 15));
    assert_eq!(
        (zero.verdict, zero.obstacles.as_slice()),
        (Verdict::NotComparable, &[Obstacle::BaseIsZero][..])
    );
    assert_eq!(one(&run(1, 1e8), &empty).verdict, Verdict::NotComparable);
}

#[test]
fn four_runs_or_unlike_ones_say_nothing_about_noise() {
    let runs: Vec<Run> = (0..5).map(|seed| run(seed, 1e8)).collect();
    let all: Vec<&Run> = runs.iter().collect();
    assert_eq!(RunNoise::of(&all[..4]), Err(NoiseError::TooFewRuns { have: 4 }));
    assert_eq!(RunNoise::of(&[]), Err(NoiseError::TooFewRuns { have: 0 }));
    let mut odd = runs[4].clone();
    odd.plan.settings.limits.memory_bytes *= 2;
    let refusal = RunNoise::of(&[all[0], all[1], all[2], all[3], &odd]).unwrap_err().to_string();
    assert!(refusal.starts_with("run `r4` can't be set beside `r0`, other limits"), "{refusal}");
}

#[test]
fn the_floor_between_runs_is_never_below_what_two_of_them_differed_by() {
    let figure = |medians: [u64; 5]| -> FigureNoise {
        let runs = medians.map(|median| {
            let mut run = empty_run(&["docker"], &["a"]);
            for _ in 0..3 {
                add_trial(&mut run, 0, median);
            }
            run
        });
        RunNoise::of(&runs.iter().collect::<Vec<_>>()).unwrap().figures.remove(0)
    };
    let same = figure([100; 5]);
    assert!((same.floor - 1.0).abs() < f64::EPSILON && same.spread.abs() < f64::EPSILON);
    let spread = figure([1_000, 1_010, 1_020, 1_030, 1_040]);
    // Student's 4.604 × √2 × the deviation of the logarithms, 0.0155.
    assert!((spread.floor - 1.106).abs() < 0.002 && spread.runs == 5, "{spread:?}");
}

/// A run during whose trials so much of the cores' time was stolen, in thousandths.
fn with_stolen(mut run: Run, milli: u64) -> Run {
    let cores = u64::from(run.site.host.cpus.max(1));
    let mut series = |metric| {
        let method = "made up".into();
        run.intern(&Series { metric, phase: Phase::Stop, subject: None, request: None, method }).0
    };
    let (time, stolen) = (series(names::TRIAL_TIME), series(names::MACHINE_STOLEN));
    for trial in &mut run.trials {
        trial.samples.push(Entry(time, Reading::Value(1_000_000)));
        trial.samples.push(Entry(stolen, Reading::Value(1_000 * milli * cores)));
    }
    run
}

#[test]
fn times_of_a_run_in_a_worse_hour_than_the_noise_was_measured_in_are_not_comparable() {
    let noise = |milli| {
        let runs: Vec<Run> = (50..56).map(|seed| with_stolen(run(seed, 1e8), milli)).collect();
        RunNoise::of(&runs.iter().collect::<Vec<_>>()).unwrap()
    };
    let said = |known, base, new| {
        let (base, new) = (with_stolen(run(1, 1e8), base), with_stolen(run(2, 1.5e8), new));
        compare_runs(&base, &[&new], Some(&noise(known)), &MayChange::Nothing).remove(0)
    };
    assert_eq!(said(0, 0, 10).verdict, Verdict::Worse);
    assert_eq!(said(300, 300, 300).verdict, Verdict::Worse);
    let told = said(0, 0, 304);
    assert_eq!(told.verdict, Verdict::NotComparable);
    let reasons: Vec<String> = told.obstacles.iter().map(ToString::to_string).collect();
    assert!(
        reasons[0].starts_with("during the new run the host of this virtual machine gave 30.4 %"),
        "{reasons:?}"
    );
    assert!(reasons[0].contains("known up to 1.0 %") && reasons.len() == 1, "{reasons:?}");
    let [Obstacle::Disturbed { side: RunSide::Base, stolen_milli: 40, known_milli: 20 }] =
        said(20, 40, 0).obstacles[..]
    else {
        panic!()
    };
}

#[test]
fn sizes_and_memory_of_a_disturbed_run_are_as_comparable_as_ever() {
    let [base, new] = [(1, 1_000), (2, 1_001)].map(|(seed, bytes)| with_size(run(seed, 1e8), bytes));
    let found = compare_runs(&base, &[&with_stolen(new, 300)], Some(&noise()), &MayChange::Nothing);
    let size = found.iter().find(|found| found.figure.is_exact()).unwrap();
    assert_eq!((size.verdict, size.obstacles.as_slice()), (Verdict::Worse, [].as_slice()));
}

#[test]
fn a_forged_certificate_calls_nothing() {
    for forged in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
        let mut noise = noise();
        noise.figures[0].floor = forged;
        let found = compare_runs(&run(1, 1e8), &[&run(2, 9e8)], Some(&noise), &MayChange::Nothing);
        assert_eq!(found[0].verdict, Verdict::RunNoiseUnknown);
    }
}

#[test]
fn two_hundred_runs_are_corrected_for_together() {
    let loaded = |seed: u64| {
        let lanes = ["docker", "native", "wasmtime"];
        let mut run = noisy_run(seed, &lanes, &["a"], 20, Noise::Quiet(0.01), |_| 1e8);
        for at in 0..30 {
            let latencies: Vec<u64> =
                (0..400).map(|request| 100_000 + (request * request + at) % 5_000).collect();
            add_loaded(&mut run, (at % 3) as u32, None, &latencies);
        }
        run
    };
    let runs: Vec<Run> = (0..201).map(loaded).collect();
    let all: Vec<&Run> = runs.iter().collect();
    let found = compare_runs(all[0], &all[1..], None, &MayChange::Nothing);
    // Cold start and two percentiles of three lanes, each.
    assert_eq!(found.len(), 200 * 9);
    assert!(found.iter().all(|found| found.chance.is_some() && found.verdict == Verdict::RunNoiseUnknown));
}

/// A workload beside its version before a change, in one shuffled run, whose cold starts stand in this ratio.
fn with_its_base(seed: u64, arms: &[&str], slower: f64) -> Run {
    let mut run = empty_run(&["wasmtime"], arms);
    let mut simulation = Times::seeded(seed);
    run.plan.variants.push(Variant { slug: Variant::BEFORE, of: None });
    run.rows = run.plan.rows();
    run.cells = Cell::all(run.rows.len() as u32, arms.len() as u32);
    for _ in 0..15 {
        for cell in 0..run.cells.len() as u32 {
            let changed = run.row_of(cell).unwrap().case.is_new();
            let cold_start = simulation.around(if changed { 5e6 * slower } else { 5e6 });
            add_trial(&mut run, cell, cold_start);
        }
    }
    run
}

#[test]
fn a_version_before_a_change_is_compared_within_its_run_and_above_its_own_floor() {
    let verdict = |arms: &[&str], slower| {
        let found = compare_versions(&with_its_base(3, arms, slower));
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((&one.case, &one.base), (&Case::of(slug("json-api")), &one.new));
        (one.verdict, one.obstacles.clone())
    };
    assert_eq!(verdict(&["a", "b"], 2.0), (Verdict::Worse, Vec::new()));
    assert_eq!(verdict(&["a", "b"], 0.5), (Verdict::Better, Vec::new()));
    assert_eq!(verdict(&["a"], 2.0), (Verdict::NoiseFloorNotMeasured, Vec::new()));
    let called = (0..200).filter(|seed| {
        let found = compare_versions(&with_its_base(*seed, &["a", "b"], 1.0));
        matches!(found[0].verdict, Verdict::Worse | Verdict::Better)
    });
    assert!(called.count() <= 4);
}
