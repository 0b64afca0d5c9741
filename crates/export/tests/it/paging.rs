//! A run as one HTML page, read by a parser that is not ours and by a browser.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use plimsoll_export::{Style, exporter};
use plimsoll_model::{Failure, FailureKind, Outcome, Phase, Reading, Row, Run, Slug, Task, Trial};
use plimsoll_report::Report;
use scraper::{ElementRef, Html, Selector};
use sha2::{Digest, Sha256};

use crate::detailed::{detailed, repeated};
use crate::hostile::hard;
use crate::made_up::{case, describe, run, slug};

pub(crate) fn page(run: &Run) -> String {
    written(&Report::of(run))
}

fn written(report: &Report<'_>) -> String {
    let mut out = Vec::new();
    exporter("html").unwrap().write(report, Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub(crate) fn found<'page>(page: &'page Html, selector: &str) -> Vec<ElementRef<'page>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

/// The sections that every page has.
const LASTING: &str = "main > section:not(#caution, #overview)";

/// What is in the table of all lanes of a workload.
fn first_table<'page>(page: &'page Html, workload: &str, selector: &str) -> Vec<ElementRef<'page>> {
    let inside = Selector::parse(selector).unwrap();
    found(page, &format!("#w-{workload} table.sheet"))[0].select(&inside).collect()
}

pub(crate) fn words(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn said(page: &Html, selector: &str) -> String {
    found(page, selector).iter().map(words).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_page_tells_the_verdict_first_and_then_what_it_rests_on() {
    let text = page(&detailed(&["a"]));
    let page = Html::parse_document(&text);
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    let sections: Vec<&str> =
        found(&page, "main > section").iter().map(|section| section.value().id().unwrap()).collect();
    assert_eq!(
        sections,
        ["verdict", "overview", "w-hello", "w-json-api", "doubt", "conditions", "includes", "reproduce"]
    );
    let verdicts = said(&page, "p.verdict");
    assert!(verdicts.starts_with("Wasm processes look faster to start in 2 of 2 workloads."), "{verdicts}");
    let charts: Vec<String> = found(&page, "#w-json-api figure h3").iter().map(words).collect();
    assert_eq!(charts.len(), 7);
    assert_eq!((charts[0].as_str(), charts[6].as_str()), ("Who spends the time", "Size"));
    assert_eq!(found(&page, "#w-json-api table.sheet tbody tr").len(), 2 * 5);
    let captions = said(&page, "#w-json-api caption");
    assert_eq!(captions, "Every lane of json-api\nLatency of json-api by kind of request");
    let command = said(&page, "pre.command");
    assert!(command.starts_with("plimsoll bench hello json-api --lane docker "), "{command}");
    assert!(command.ends_with("--preset quick --loaded 3 --arms 1 --seed 42"), "{command}");
    // For whoever checks them they are in the run's file, and not on paper.
    assert!(!text.contains(&"00".repeat(32)));
    assert!(said(&page, "#doubt").contains("differs from expected/product.json"));
    assert!(said(&page, "#conditions").contains("Example CPU 3.0 GHz"));
    assert!(said(&page, "#includes").contains("Cold start: from the call that makes an instance exist"));
}

#[test]
fn every_link_leads_to_a_place_on_the_page_and_every_name_is_there_once() {
    let text = page(&detailed(&["a", "b"]));
    let page = Html::parse_document(&text);
    let mut ids: Vec<&str> =
        found(&page, "[id]").iter().map(|element| element.value().id().unwrap()).collect();
    for link in found(&page, "[href]") {
        let target = link.value().attr("href").unwrap();
        assert!(ids.contains(&target.strip_prefix('#').unwrap()), "{target}");
    }
    for drawing in found(&page, "svg[role=img]") {
        assert!(ids.contains(&drawing.value().attr("aria-labelledby").unwrap()));
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn two_arms_of_a_lane_are_one_row_and_what_failed_in_both_is_told_once() {
    let mut run = detailed(&["a", "b"]);
    // The first trial failed: so does the one of the other arm, and neither is prepared.
    let outcome = run.trials[0].outcome.clone();
    let Outcome::Failed { failure } = outcome.clone() else { panic!("it failed") };
    run.trials[1].outcome = outcome;
    run.preparations.iter_mut().take(1).for_each(|made| made.failure = Some(failure.clone()));
    let text = page(&run);
    let page = Html::parse_document(&text);
    for workload in ["hello", "json-api"] {
        assert_eq!(first_table(&page, workload, "tbody tr").len(), 5);
    }
    let told: Vec<String> = found(&page, "#doubt tbody td:not(.why)").iter().map(words).collect();
    let docker =
        |workload: &'static str, how: &'static str, trials, first| [workload, "docker", how, trials, first];
    let expected = [
        docker("hello", "not prepared: wrong output", "—", "—"),
        docker("hello", "failed in ready: wrong output", "2", "0"),
        docker("json-api", "invalid load", "1", "31"),
        ["json-api", "docker+hostnet", "failed in serve: wrong output", "1", "32"],
    ];
    assert_eq!(told, expected.concat());
    assert!(said(&page, "#conditions").contains("12 cold starts in each of the 2 arms of a lane, 3 of them"));
    assert!(!said(&page, "pre.command").contains("--arms"));
}

#[test]
fn each_line_of_a_verdict_has_a_chip_that_says_how_sure_it_is() {
    let page = page(&detailed(&["a", "b"]));
    let page = Html::parse_document(&page);
    let articles = found(&page, "#verdict article, section.workload article");
    let of = |title: &str| {
        let article = articles.iter().find(|article| words(article).starts_with(title)).unwrap();
        let badge = Selector::parse(".badge").unwrap();
        article.select(&badge).map(|badge| words(&badge)).collect::<Vec<_>>()
    };
    assert_eq!(of("hello: wasmtime against docker"), ["beyond noise, 24 and 23 starts"]);
    assert_eq!(of("json-api: wasmtime against docker"), ["beyond noise, 24 starts each", "too few trials"]);
    let first = words(&articles[0]);
    assert!(first.starts_with("wasmtime-process against docker, like for like"), "{first}");
    assert!(first.contains("Wasm processes start faster in 2 of 2 workloads."), "{first}");
}

#[test]
fn columns_say_what_they_include_on_hover_and_in_print() {
    let text = page(&detailed(&["a"]));
    let page = Html::parse_document(&text);
    let tips = said(&page, "#w-json-api thead .tip");
    assert_eq!(first_table(&page, "json-api", "thead .tip").len(), 9);
    for column in found(&page, "#w-json-api dl.columns dd") {
        assert!(tips.contains(&words(&column)), "{}", words(&column));
    }
    assert!(said(&page, "#w-json-api dl.columns").contains("P50, P99, P99.9latency from the time"));
}

#[test]
fn the_policy_allows_the_pages_own_style_and_script_and_nothing_else() {
    for run in [detailed(&["a"]), run(&["a", "b"])] {
        let text = page(&run);
        let page = Html::parse_document(&text);
        let policy = found(&page, "meta[http-equiv=Content-Security-Policy]");
        let [policy] = policy.as_slice() else { panic!("one policy") };
        let hash = |name: &str| {
            let elements = found(&page, name);
            let [element] = elements.as_slice() else { panic!("one {name}") };
            let digest = Sha256::digest(element.text().collect::<String>());
            base64::engine::general_purpose::STANDARD.encode(digest)
        };
        let expected = format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            hash("style"),
            hash("script")
        );
        assert_eq!(policy.value().attr("content"), Some(expected.as_str()));
        let head: Vec<&str> = found(&page, "head > *").iter().map(|element| element.value().name()).collect();
        assert_eq!(
            head,
            ["meta", "meta", "meta", "meta", "title", "style"],
            "the policy is before the style"
        );
    }
}

/// What could run, fetch, or leave the page.
pub(crate) fn assert_harmless(text: &str) {
    let page = Html::parse_document(text);
    for element in found(&page, "*") {
        let name = element.value().name();
        let harmful =
            ["iframe", "object", "embed", "img", "image", "link", "form", "base", "foreignObject", "use"];
        assert!(!harmful.contains(&name), "{name}");
        for (attribute, value) in element.value().attrs() {
            let (attribute, value) = (attribute.to_ascii_lowercase(), value.to_ascii_lowercase());
            assert!(
                !attribute.starts_with("on") && attribute != "style" && attribute != "src",
                "{attribute}"
            );
            assert!(!value.contains("javascript:") && !value.contains("url("), "{attribute}=\"{value}\"");
        }
    }
    let counts = ["script", "style", "title"].map(|name| found(&page, name).len());
    assert_eq!(counts, [1, 1, 1]);
    for leaving in ["://", "@import", "url(", "=\"//"] {
        assert!(!text.contains(leaving), "{leaving}");
    }
}

#[test]
fn a_page_asks_nobody_for_anything() {
    assert_harmless(&page(&detailed(&["a"])));
}

/// Puts a text everywhere where a run file can have a free one.
fn spread(run: &mut Run, evil: &str) {
    let text = || evil.to_owned();
    let host = &mut run.site.host;
    host.arch = text();
    for field in [&mut host.cpu_model, &mut host.os, &mut host.kernel, &mut host.governor, &mut host.cgroup] {
        *field = Some(text());
    }
    host.virtualised = Some(text());
    host.versions.insert(text(), text());
    run.site.pinning.shared = Some(text());
    for lane in &mut run.lanes {
        (lane.summary, lane.unlimited) = (text(), Some(text()));
        (lane.unequal, lane.outside_limits) = (vec![text()], vec![text()]);
    }
    for record in &mut run.workloads {
        record.summary = text();
        record.digests.insert(text(), text());
    }
    run.unequal.iter_mut().for_each(|unequal| unequal.what = text());
    run.loads.iter_mut().for_each(|load| load.chosen = text());
    run.series.iter_mut().for_each(|series| series.method = text().into());
    run.preparations.iter_mut().for_each(|made| {
        made.digests.insert(text(), text());
    });
    let last = run.preparations.len() - 1;
    let failure =
        || Failure { phase: Phase::Ready, kind: FailureKind::Other, message: text(), diff: Some(text()) };
    run.preparations[last].failure = Some(failure());
    run.trials[0].outcome = Outcome::Failed { failure: failure() };
    run.trials[1].outcome = Outcome::Invalid { reason: text() };
}

#[test]
fn nothing_in_a_run_is_executed_or_leaves_its_place() {
    for evil in [
        "</script><script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)\" x='",
        "<!--",
        "]]><svg onload=alert(1)>",
        "&lt;b&gt; a,b|c\n\"d\"",
        "`<b>` and ` and `</bdi></code>`",
    ] {
        let mut run = detailed(&["a"]);
        spread(&mut run, evil);
        let text = page(&run);
        assert_harmless(&text);
        let page = Html::parse_document(&text);
        let told: String = said(&page, "#conditions .facts").replace('`', "");
        let plain: String = evil.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "");
        assert!(told.contains(&plain), "{plain}");
        assert_eq!(found(&page, LASTING).len(), 7);
    }
}

#[test]
fn words_that_run_from_right_to_left_turn_nothing_around_them() {
    let mut run = detailed(&["a"]);
    spread(&mut run, "שלום \u{202e}12 עולם");
    let text = page(&run);
    assert!(!text.contains('\u{202e}'));
    let page = Html::parse_document(&text);
    let inside = |element: &ElementRef<'_>| {
        let mut own = element.children().filter_map(|child| child.value().as_text());
        own.any(|text| text.contains('ש'))
    };
    for element in found(&page, "body *").into_iter().filter(inside) {
        let name = element.value().name();
        // Text in a drawing is placed by itself.
        assert!(name == "bdi" || name == "text", "{name}: {}", words(&element));
    }
}

#[test]
fn absurdly_long_words_are_cut_and_say_so() {
    let mut run = detailed(&["a"]);
    spread(&mut run, &"x".repeat(1_000_000));
    let text = page(&run);
    assert!(text.len() < 1_000_000, "{}", text.len());
    assert!(text.contains("letters more)"));
}

pub(crate) fn failed(at: usize) -> Outcome {
    let message = format!("no answer to trial {at} within 30 s");
    Outcome::Failed {
        failure: Failure { phase: Phase::Ready, kind: FailureKind::TimedOut, message, diff: None },
    }
}

#[test]
fn a_run_without_trials_with_one_and_with_failures_only_each_have_a_page() {
    let mut nothing = detailed(&["a"]);
    nothing.trials.clear();
    nothing.preparations.clear();
    nothing.loads.clear();
    nothing.end = None;
    let mut one = detailed(&["a"]);
    one.trials.retain(|trial: &Trial| trial.position == 1);
    let mut failures = detailed(&["a"]);
    failures.trials.iter_mut().enumerate().for_each(|(at, trial)| trial.outcome = failed(at));
    for (run, expected) in [
        (&nothing, "No result: the Wasm process was never tried."),
        (&one, "No result: the Wasm process was never tried."),
        (&failures, "No result: the Wasm process never answered."),
    ] {
        let text = page(run);
        let page = Html::parse_document(&text);
        let verdict = said(&page, "p.verdict");
        assert!(verdict.contains(expected), "{verdict}");
        assert_eq!(found(&page, LASTING).len(), 7);
        assert!(!text.contains("NaN") && !text.contains("inf"), "{expected}");
    }
    let charts = Html::parse_document(&page(&nothing));
    assert!(found(&charts, ".drawing, figure, p.nothing").is_empty());
}

#[test]
fn a_hard_run_has_a_whole_page_that_does_nothing() {
    for (what, run) in hard() {
        let text = page(&run);
        assert_harmless(&text);
        let page = Html::parse_document(&text);
        assert!(page.errors.is_empty(), "{what}: {:?}", page.errors);
        assert_eq!(found(&page, LASTING).len(), 5 + run.plan.workloads.len(), "{what}");
        let told = said(&page, "main");
        for broken in ["NaN", "inf ", "-0 ", "undefined", "null"] {
            assert!(!told.contains(broken), "{what}: {broken}");
        }
        assert!(text.len() < 1_000_000, "{what}: {}", text.len());
    }
}

#[test]
fn a_plan_without_workloads_or_with_one_lane_says_that_there_is_nothing_to_compare() {
    let mut bare = detailed(&["a"]);
    bare.plan.workloads.clear();
    bare.rows.clear();
    assert!(page(&bare).contains("The plan names no workload"));
    bare.plan.lanes.clear();
    assert!(page(&bare).contains("The plan names no workload"));
    let mut single = detailed(&["a"]);
    single.plan.lanes = vec![describe("native").spec];
    let text = page(&single);
    assert!(text.contains("alone: there is nothing to compare it with"));
    single.trials.clear();
    let text = page(&single);
    assert!(said(&Html::parse_document(&text), "p.verdict").contains("Only lane native was measured"));
}

#[test]
fn a_figure_that_one_side_lacks_is_absent_with_its_reason() {
    let mut run = detailed(&["a"]);
    let pss: Vec<bool> = run.series.iter().map(|series| series.metric.as_str() == "pss").collect();
    let lanes: Vec<Slug> =
        (0..run.cells.len()).map(|cell| run.row_of(cell as u32).unwrap().lane.clone()).collect();
    for trial in &mut run.trials {
        if lanes[trial.cell as usize].as_str() == "docker" {
            let own = trial.samples.iter_mut().filter(|entry| pss[entry.0 as usize]);
            own.for_each(|entry| entry.1 = Reading::unavailable("Docker Desktop hides its processes"));
        }
    }
    let text = page(&run);
    assert!(said(&Html::parse_document(&text), "#w-json-api").contains("Docker Desktop hides its processes"));
}

#[test]
fn many_workloads_and_lanes_stay_one_page_that_opens() {
    let mut run = repeated(2_000);
    let row = |at| Row { case: case(&format!("w{at}")), lane: slug("docker") };
    run.rows.extend((0..200).map(row));
    run.plan.lanes.extend((0..120).map(|at| describe(&format!("lane-{at}")).spec));
    let text = page(&run);
    assert!(text.len() < 4_000_000, "{}", text.len());
    assert!(text.contains("and 162 more workloads"));
}

#[test]
fn a_million_values_give_a_page_with_a_part_of_the_points_and_all_of_the_figures() {
    let mut run = repeated(25_000);
    run.trials.iter_mut().for_each(|trial| trial.samples = vec![trial.samples.clone(); 10].concat());
    let values: usize = run.trials.iter().map(|trial| trial.samples.len()).sum();
    assert!(values >= 1_000_000, "{values}");
    run.trials.iter_mut().for_each(|trial| trial.task = Task::Start);
    // The ratios of so many trials take their time, and are no part of a page's work.
    let (summaries, baseline) = (plimsoll_analysis::summarise(&run), Some(slug("docker")));
    let (comparisons, warnings, chosen) = (Vec::new(), Vec::new(), Vec::new());
    let report = Report { run: &run, summaries, baseline, comparisons, warnings, chosen };
    let text = written(&report);
    assert!(text.len() < 1_500_000, "{}", text.len());
    assert!(said(&Html::parse_document(&text), "#w-json-api figure").contains("points are drawn"));
}

/// Chromium; `None` where there is none, which is told loudly, and is a failure where everything must be there.
fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut places = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    let found = match std::env::var_os("CHROMIUM") {
        Some(named) => Some(PathBuf::from(named)).filter(|place| place.is_file()),
        None => places.find(|place| place.is_file()),
    };
    if found.is_none() {
        assert!(
            std::env::var_os("PLIMSOLL_CI").is_none(),
            "there is no Chromium: install `chromium`, or name one in `CHROMIUM`"
        );
        // Past the harness, which keeps what a test that passes prints to itself.
        let told = "THERE IS NO CHROMIUM: THE PAGE WAS NOT LOOKED AT. Install `chromium`.";
        std::io::stderr().write_all(format!("{told}\n").as_bytes()).unwrap();
    }
    found
}

fn browse(browser: &Path, folder: &Path, file: &Path, arguments: &[&str]) -> (String, String) {
    let told = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(arguments)
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(told.status.success(), "{}", text(&told.stderr));
    (text(&told.stdout), text(&told.stderr))
}

/// The colour of the upper left corner.
fn corner(file: &Path) -> [u8; 3] {
    let mut reader =
        png::Decoder::new(std::io::BufReader::new(std::fs::File::open(file).unwrap())).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    [pixels[0], pixels[1], pixels[2]]
}

#[test]
fn a_browser_runs_only_our_script_and_shows_both_themes_and_prints() {
    let Some(browser) = chromium() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    let mut run = detailed(&["a"]);
    spread(
        &mut run,
        "</script><script>document.title = 'broken'</script><img src=x onerror=\"document.title='broken'\">",
    );
    std::fs::write(&file, page(&run)).unwrap();
    let (dom, log) = browse(&browser, folder.path(), &file, &["--dump-dom"]);
    assert!(dom.contains("<button type=\"button\">"), "the page's own script ran");
    assert!(!dom.contains("<title>broken"), "a stranger's script ran");
    assert!(!log.contains("Content Security Policy") && !log.contains("Uncaught"), "{log}");
    let ground = |theme: &str| {
        let picture = folder.path().join("page.png");
        let target = format!("--screenshot={}", picture.display());
        browse(&browser, folder.path(), &file, &[theme, "--window-size=900,700", &target]);
        corner(&picture)
    };
    assert_eq!(ground("--blink-settings=preferredColorScheme=1"), [0xf3, 0xf5, 0xf7]);
    assert_eq!(ground("--blink-settings=preferredColorScheme=0"), [0x0c, 0x0f, 0x13]);
    let print = folder.path().join("page.pdf");
    let target = format!("--print-to-pdf={}", print.display());
    browse(
        &browser,
        folder.path(),
        &file,
        &["--blink-settings=preferredColorScheme=0", "--no-pdf-header-footer", &target],
    );
    assert!(std::fs::read(&print).unwrap().starts_with(b"%PDF"));
}
