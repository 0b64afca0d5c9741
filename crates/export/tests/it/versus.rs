//! Runs set against a base run, in every form.

use plimsoll_analysis::{FigureNoise, MayChange, RunNoise, compare_runs, compare_versions};
use plimsoll_chart::spec::{Fill, Stroke};
use plimsoll_chart::{ChartSpec, Theme, draw_png, draw_svg, overlay, overlays};
use plimsoll_export::{Gives, Style, exporter, exporters, versus_schema};
use plimsoll_model::{Entry, PageCache, Reading, Run, Trial, Variant};
use plimsoll_report::versus::Versus;
use plimsoll_report::{Headline, Sure};
use pulldown_cmark::{Event, Options, Parser, Tag};
use scraper::{Html, Selector};

use crate::detailed::{detailed, told};
use crate::hostile::{EVIL, hard};
use crate::made_up::{case, run, slug};
use crate::paging::assert_harmless;

/// The base: two arms of each lane.
pub(crate) fn base() -> Run {
    run(&["a", "b"])
}

/// The same with every value of a metric in a lane so many hundredths of what it was.
pub(crate) fn scaled(mut run: Run, id: &str, lane: &str, metric: &str, hundredths: u64) -> Run {
    run.id = slug(id);
    let wanted: Vec<bool> = run.series.iter().map(|series| series.metric.as_str() == metric).collect();
    let of_lane: Vec<bool> = run.rows.iter().map(|row| row.lane.as_str() == lane).collect();
    let cells = run.cells.clone();
    let change = |row: u32, Entry(at, reading): &mut Entry| {
        if let (true, true, Reading::Value(value)) = (of_lane[row as usize], wanted[*at as usize], reading) {
            *value = *value * hundredths / 100;
        }
    };
    run.trials.iter_mut().for_each(|trial| {
        trial.samples.iter_mut().for_each(|entry| change(cells[trial.cell as usize].row, entry));
    });
    run.preparations
        .iter_mut()
        .for_each(|made| made.samples.iter_mut().for_each(|entry| change(made.row, entry)));
    run
}

/// Docker starts half again as slowly, native sooner, and the component of `wasmtime` is smaller.
fn changed() -> Run {
    let run = scaled(base(), "r20261122-013200-0001", "docker", "cold_start", 150);
    let run = scaled(run, "r20261122-013200-0001", "native", "cold_start", 80);
    let mut run = scaled(run, "r20261122-013200-0001", "wasmtime", "wire_size", 90);
    run.started_at = "2026-11-22T01:32:00Z".parse().unwrap();
    run.site.host.versions.insert("docker".to_owned(), "27.0.1".to_owned());
    run
}

/// Runs of this host differ by a few hundredths.
pub(crate) fn noise(run: &Run) -> RunNoise {
    let found = compare_runs(run, &[run], None, &MayChange::Nothing);
    let noisy = found.into_iter().filter(|found| !found.figure.is_exact());
    let figures = noisy.map(|found| FigureNoise {
        workload: found.case.workload,
        lane: found.lane,
        figure: found.figure,
        runs: 10,
        spread: 0.01,
        floor: 1.05,
        stolen_milli: 0,
    });
    let runs = (0..10).map(|at| slug(&format!("n{at}"))).collect();
    RunNoise { host: run.site.host.clone(), runs, figures: figures.collect() }
}

pub(crate) fn versus<'run>(base: &'run Run, news: &[&'run Run], noise: Option<&RunNoise>) -> Versus<'run> {
    Versus::of(base, news, compare_runs(base, news, noise, &MayChange::Nothing), noise)
}

pub(crate) fn written(versus: &Versus<'_>, form: &str) -> String {
    let mut out = Vec::new();
    exporter(form).unwrap().write_comparison(versus, Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn in_full(said: &Headline) -> String {
    format!("{} {}", said.big, said.below())
}

fn sentences(versus: &Versus<'_>) -> Vec<String> {
    versus.sheets().into_iter().map(|sheet| in_full(&sheet.headline)).collect()
}

#[test]
fn a_change_is_told_on_a_terminal() {
    let (base, new) = (base(), changed());
    insta::assert_snapshot!(written(&versus(&base, &[&new], Some(&noise(&base))), "table"));
}

#[test]
fn a_change_is_told_in_a_comment() {
    let (base, new) = (base(), changed());
    insta::assert_snapshot!(written(&versus(&base, &[&new], Some(&noise(&base))), "markdown"));
}

#[test]
fn a_sheet_is_plain_data() {
    let (base, new) = (base(), changed());
    let versus = versus(&base, &[&new], Some(&noise(&base)));
    let mut sheet = versus.sheets_of(&new.id).remove(0);
    sheet.table.rows.truncate(2);
    insta::assert_json_snapshot!(sheet);
}

#[test]
fn the_json_has_numbers_in_base_units_and_a_reason_for_each_that_is_absent() {
    let (base, mut new) = (base(), changed());
    let of_native = |cell| new.row_of(cell).unwrap().lane.as_str() == "native";
    let kept: Vec<Trial> = new.trials.iter().filter(|trial| !of_native(trial.cell)).cloned().collect();
    new.trials = kept;
    let text = written(&versus(&base, &[&new], None), "json");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let schema = jsonschema::validator_for(&versus_schema()).unwrap();
    assert_eq!(schema.iter_errors(&value).map(|error| error.to_string()).collect::<Vec<_>>(), [""; 0]);
    let figures = value["pairs"][0]["figures"].as_array().unwrap();
    let of = |lane: &str, metric: &str| {
        let mut found = figures.iter().filter(|found| found["lane"] == lane && found["metric"] == metric);
        found.next().unwrap().clone()
    };
    insta::assert_json_snapshot!([
        of("docker", "cold_start"),
        of("native", "cold_start"),
        of("wasmtime", "wire_size")
    ]);
}

#[test]
fn each_answer_is_said_in_a_sentence() {
    let base = base();
    let told = |new: &Run, noise: Option<&RunNoise>| {
        let versus = versus(&base, &[new], noise);
        let sure = versus.headline().sure;
        (sure, format!("{}\n  {}", in_full(&versus.headline()), sentences(&versus).join("\n  ")))
    };
    let noise = noise(&base);
    let mut same = base.clone();
    same.id = slug("same");
    let mut elsewhere = changed();
    elsewhere.site.host.cpu_model = Some("Other CPU".to_owned());
    let mut short = changed();
    short.trials.truncate(40);
    let found = [
        ("changed", told(&changed(), Some(&noise))),
        ("noise unknown", told(&changed(), None)),
        ("same", told(&same, Some(&noise))),
        ("other host", told(&elsewhere, Some(&noise))),
        ("few trials", told(&short, Some(&noise))),
    ];
    let sure = found.iter().map(|(_, (sure, _))| *sure).collect::<Vec<_>>();
    assert_eq!(sure, [Sure::Difference, Sure::Exact, Sure::Equal, Sure::Exact, Sure::Exact]);
    let lines: Vec<String> =
        found.iter().map(|(name, (sure, text))| format!("{name} ({sure:?}): {text}")).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// The same run as a machine of another architecture would have made it, with what is shipped there.
fn on_arm(mut run: Run, bytes_hundredths: u64) -> Run {
    run = scaled(run, "arm", "docker", "wire_size", bytes_hundredths);
    run.site.host.arch = "aarch64".to_owned();
    run
}

#[test]
fn between_architectures_sizes_are_compared_and_the_rest_is_not_comparable() {
    let base = base();
    let said = |new: &Run| versus(&base, &[new], None).headline();
    let same = said(&on_arm(base.clone(), 100));
    assert_eq!(same.sure, Sure::NotComparable);
    assert!(same.big.ends_with("figures, 20 can be compared."), "{same:?}");
    assert!(same.second.contains("wire size, unpacked size: all equal; not judged: "), "{same:?}");
    assert!(same.chip.ends_with(" not comparable"), "{same:?}");
    let larger = said(&on_arm(base.clone(), 110));
    assert_eq!(larger.sure, Sure::Exact);
    assert!(larger.big.ends_with("figures, 2 are worse, 18 equal, 40 not judged."), "{larger:?}");
    assert!(larger.second.contains("wire size in `docker` is larger"), "{larger:?}");
    assert!(larger.chip.starts_with("exact, ") && larger.chip.ends_with(" not comparable"), "{larger:?}");
    let mut elsewhere = on_arm(base.clone(), 100);
    elsewhere.workloads.iter_mut().for_each(|record| {
        record.digests.insert("workload.toml".to_owned(), "ff".repeat(32));
    });
    let none = said(&elsewhere);
    assert!(none.big.ends_with("figures none can be compared."), "{none:?}");
    assert_eq!((none.sure, none.chip.as_str()), (Sure::NotComparable, "not comparable"));
}

#[test]
fn every_verdict_of_the_tables_is_one_of_the_words() {
    let base = base();
    let mut elsewhere = changed();
    elsewhere.plan.settings.page_cache = PageCache::ColdDisk;
    let mut few = changed();
    few.trials.truncate(60);
    let noise = noise(&base);
    let words = [
        "faster",
        "slower",
        "smaller",
        "larger",
        "equal",
        "too few samples",
        "not comparable",
        "run-to-run noise unknown",
    ];
    let mut met: Vec<String> = Vec::new();
    for (new, noise) in
        [(&changed(), Some(&noise)), (&changed(), None), (&elsewhere, Some(&noise)), (&few, Some(&noise))]
    {
        for sheet in versus(&base, &[new], noise).sheets() {
            for row in &sheet.table.rows {
                assert_eq!(row.entries.len(), sheet.table.columns.len());
                let word = &row.entries.last().unwrap().main;
                assert!(words.contains(&word.as_str()), "{word}");
                met.push(word.clone());
            }
        }
    }
    assert!(
        words.iter().filter(|word| **word != "larger").all(|word| met.iter().any(|met| met == word)),
        "{met:?}"
    );
}

#[test]
fn two_versions_in_one_run_are_before_and_after_the_change() {
    let mut whole = base();
    // In this run `hello` is the version of `json-api` before a change.
    let before = case("json-api").in_variant(Variant::BEFORE);
    whole.plan.variants.push(Variant { slug: Variant::BEFORE, of: None });
    for row in whole.rows.iter_mut().filter(|row| row.case == case("hello")) {
        row.case = before.clone();
    }
    let record = &mut whole.workloads[0];
    (record.name, record.variant) = (before.workload, before.variant);
    let versus = Versus::of(&whole, &[&whole], compare_versions(&whole), None);
    assert!(versus.within_one_run());
    assert_eq!(versus.file_stem(), "r20261121-013200-7f3a-after-against-before");
    assert_eq!(versus.cases(), [&case("json-api")]);
    let text = written(&versus, "markdown");
    assert!(text.starts_with("# Run r20261121-013200-7f3a: after the change against before it\n"), "{text}");
    assert!(text.contains("## json-api: after the change against before the change"), "{text}");
    assert!(text.contains("| before<br>trials | after<br>trials |"), "{text}");
    assert!(text.contains("from the two arms of each lane on either side (A/A), the larger: "), "{text}");
    assert!(!text.contains("the new run") && !text.contains("run-to-run"), "{text}");
    let overlaid =
        |chart| versus.overlay(overlay(chart).unwrap(), &case("json-api"), &whole.id, None).unwrap();
    let spec = overlaid("overlay-ecdf");
    let legend: Vec<&str> = spec.legend.iter().rev().take(2).map(|key| key.name.as_str()).collect();
    assert_eq!(legend, ["new: after the change", "base: before the change"]);
    assert!(spec.series.iter().any(|series| series.name.contains(", base")));
    let latency = overlaid("overlay-latency");
    assert!(latency.series.iter().all(|series| series.name.contains(", new")), "a command has no latency");
    let mut whole = whole.clone();
    whole.plan.arms.truncate(1);
    whole.cells.truncate(10);
    whole.trials.retain(|trial| trial.cell < 10);
    let text = written(&Versus::of(&whole, &[&whole], compare_versions(&whole), None), "table");
    assert!(text.contains("it was not measured: two arms"), "{text}");
}

#[test]
fn a_run_that_is_named_twice_counts_once() {
    let (base, new) = (base(), changed());
    let once = versus(&base, &[&new], None);
    let twice = versus(&base, &[&new, &new], None);
    assert_eq!(twice.file_stem(), "r20261122-013200-0001-against-r20261121-013200-7f3a");
    assert_eq!((twice.news.len(), twice.comparisons.len()), (1, once.comparisons.len()));
}

#[test]
fn charts_lay_both_runs_over_each_other_and_lanes_keep_their_colours() {
    let (base, mut new) = (detailed(&["a"]), detailed(&["a"]));
    new.id = slug("new");
    let versus = versus(&base, &[&new], None);
    for chart in overlays() {
        let all = versus.overlay(chart, &case("json-api"), &new.id, None).unwrap();
        assert_eq!(all.lanes.len(), 5);
        for series in &all.series {
            let of_base = series.name.contains(", base");
            let fill = if of_base { Fill::Open } else { Fill::Solid };
            assert_eq!((series.stroke, series.fill), (Stroke::Solid, fill), "{}", series.name);
        }
        let one = versus.overlay(chart, &case("json-api"), &new.id, Some(&slug("docker"))).unwrap();
        assert_eq!((one.lanes.len(), one.series.len()), (1, 4));
        assert!(one.title.ends_with("· json-api in docker"), "{}", one.title);
        for theme in [Theme::Light, Theme::Dark] {
            assert!(draw_svg(&all, theme, 900, 600).unwrap().contains("opacity=\"0.7\""));
            assert!(draw_png(&one, theme, 900, 600).is_ok());
        }
        assert!(versus.overlay(chart, &case("json-api"), &slug("unknown"), None).is_none());
    }
}

#[test]
fn the_charts_say_what_they_show() {
    let (base, new) = (base(), changed());
    let versus = versus(&base, &[&new], None);
    let docker = slug("docker");
    let of = |chart: &str| {
        versus.overlay(overlay(chart).unwrap(), &case("json-api"), &new.id, Some(&docker)).unwrap()
    };
    insta::assert_snapshot!(format!("{}\n{}", told(&of("overlay-ecdf")), told(&of("overlay-latency"))));
}

#[test]
fn a_chart_without_values_says_why() {
    let (mut base, mut new) = (base(), changed());
    let latency = |base: &Run, new: &Run, workload: &str| -> ChartSpec {
        versus(base, &[new], None)
            .overlay(overlay("overlay-latency").unwrap(), &case(workload), &new.id, None)
            .unwrap()
    };
    assert!(latency(&base, &new, "hello").empty.unwrap().contains("`hello` is a command"));
    base.trials.clear();
    assert!(latency(&base, &new, "json-api").empty.is_none());
    new.trials.clear();
    assert!(latency(&base, &new, "json-api").empty.is_some());
}

#[test]
fn a_comparison_has_every_form_that_a_run_has() {
    let (base, new) = (base(), changed());
    let versus = versus(&base, &[&new], None);
    for form in exporters() {
        let files = form.files_of_comparison(&versus, Style::default()).unwrap();
        assert!(files.iter().all(|file| !file.bytes.is_empty()), "{}", form.slug());
        let parts: std::collections::BTreeSet<_> = files.iter().map(|file| file.part.clone()).collect();
        assert_eq!(parts.len(), files.len(), "{}: {parts:?}", form.slug());
        match form.gives_of_comparison() {
            Gives::OneFile => assert_eq!(files.len(), 1, "{}", form.slug()),
            Gives::FileForEach(each) => {
                assert!(files.len() >= 2, "{}: a file for each {each}", form.slug());
                let refused = form.write_comparison(&versus, Style::default(), &mut Vec::new()).unwrap_err();
                assert!(refused.to_string().contains(each), "{refused}");
            }
        }
    }
}

#[test]
fn figures_as_rows_say_what_each_new_figure_is_of_the_bases() {
    let (base, new) = (base(), changed());
    let text = written(&versus(&base, &[&new], Some(&noise(&base))), "csv-summary");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let head = rows.headers().unwrap().clone();
    let at = |name: &str| head.iter().position(|found| found == name).unwrap();
    let mut judged = 0;
    for row in rows.records() {
        let row = row.unwrap();
        let number = |name: &str| row[at(name)].parse::<f64>();
        match number("ratio") {
            Ok(ratio) => {
                let quotient = number("new_value").unwrap() / number("base_value").unwrap();
                assert!((ratio / quotient - 1.0).abs() < 1e-9, "{row:?}");
                judged += 1;
            }
            Err(_) => assert!(!row[at("unavailable")].is_empty(), "{row:?}"),
        }
    }
    assert!(judged > 20, "{judged}");
}

pub(crate) fn page(versus: &Versus<'_>) -> Html {
    Html::parse_document(&written(versus, "html"))
}

pub(crate) fn said(page: &Html, selector: &str) -> Vec<String> {
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    page.select(&Selector::parse(selector).unwrap()).map(|element| words(element.text().collect())).collect()
}

#[test]
fn a_page_tells_the_verdict_first_and_shows_both_runs() {
    let (base, new) = (base(), changed());
    let versus = versus(&base, &[&new], Some(&noise(&base)));
    let text = written(&versus, "html");
    assert_harmless(&text);
    let page = Html::parse_document(&text);
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    assert_eq!(
        said(&page, "title"),
        ["Run r20261122-013200-0001 against run r20261121-013200-7f3a · Plimsoll"]
    );
    let sections = said(&page, "main > section > h2");
    assert_eq!(
        sections,
        ["Verdict", "hello", "json-api", "Conditions and noise", "What each number includes"]
    );
    assert!(
        said(&page, "#verdict p.verdict").join("").contains("2 are worse, 4 better"),
        "{:?}",
        said(&page, "#verdict")
    );
    assert!(said(&page, "#w-json-api .drawing svg").len() >= 4);
    assert_eq!(said(&page, "#w-json-api td.bad").len() % 2, 0);
    assert!(said(&page, "#includes").join("").contains("Holm's method"));
    assert!(text.len() < 1_000_000, "{}", text.len());
    let ids: Vec<_> =
        page.select(&Selector::parse("[id]").unwrap()).map(|one| one.value().id().unwrap()).collect();
    assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), ids.len());
    for link in page.select(&Selector::parse("[href]").unwrap()) {
        assert!(ids.contains(&link.value().attr("href").unwrap().trim_start_matches('#')));
    }
}

/// The cells of each row of each table.
fn widths(markdown: &str) -> Vec<usize> {
    let mut widths = Vec::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableRow | Tag::TableHead) => widths.push(0),
            Event::Start(Tag::TableCell) => *widths.last_mut().unwrap() += 1,
            _ => {}
        }
    }
    widths
}

/// Markup that is not ours.
fn markup(markdown: &str) -> Vec<String> {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    let html = events.filter_map(|event| match event {
        Event::Html(found) | Event::InlineHtml(found) => Some(found.into_string()),
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            Some(dest_url.into_string())
        }
        _ => None,
    });
    html.filter(|found| found != "<br>" && found != "<!-- -->").collect()
}

#[test]
fn hard_runs_on_either_side_give_every_form_and_nothing_in_them_is_executed() {
    let base = base();
    let hard: Vec<(&str, Run)> = hard()
        .into_iter()
        .map(|(name, mut run)| {
            run.id = slug("hard");
            (name, run)
        })
        .collect();
    let noise = noise(&base);
    for (name, run) in &hard {
        for versus in [
            versus(&base, &[run], Some(&noise)),
            versus(run, &[&base], Some(&noise)),
            versus(run, &[run, &base], None),
        ] {
            let text = written(&versus, "table");
            let steering = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
            assert!(!text.contains(steering), "{name}");
            assert!(!text.contains("NaN") && !text.contains("inf×"), "{name}: {text}");
            let markdown = written(&versus, "markdown");
            assert!(widths(&markdown).iter().all(|width| [7, 8].contains(width)), "{name}: {markdown}");
            assert_eq!(markup(&markdown), [""; 0], "{name}");
            let html = written(&versus, "html");
            assert_harmless(&html);
            assert!(!html.contains('\u{202e}'), "{name}");
            let json = written(&versus, "json");
            let value: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert!(jsonschema::is_valid(&versus_schema(), &value), "{name}");
        }
    }
}

#[test]
fn a_strangers_reason_stands_in_the_notes_and_not_in_the_table() {
    let (base, mut new) = (base(), changed());
    for trial in &mut new.trials {
        trial.samples.iter_mut().for_each(|entry| entry.1 = Reading::unavailable(EVIL));
    }
    let sheets = versus(&base, &[&new], None).sheets();
    assert!(sheets.iter().flat_map(|sheet| &sheet.reasons).any(|reason| reason.contains("<script>")));
    let entries = sheets.iter().flat_map(|sheet| &sheet.table.rows).flat_map(|row| &row.entries);
    assert!(entries.into_iter().all(|entry| !entry.beside.contains('<') && !entry.main.contains('<')));
}

#[test]
fn a_metric_that_the_base_does_not_declare_is_neither_better_nor_worse() {
    let (mut base, new) = (base(), changed());
    base.metrics.clear();
    let noise = noise(&base);
    let sheets = versus(&base, &[&new], Some(&noise)).sheets();
    assert!(sheets.iter().any(|sheet| sheet.headline.big.contains("different")), "{sheets:?}");
}

#[test]
fn nothing_against_a_run_and_a_run_of_nothing_are_no_trouble() {
    let base = base();
    for form in exporters().iter().filter(|form| form.gives_of_comparison() == Gives::OneFile) {
        assert!(!written(&versus(&base, &[], None), form.slug()).is_empty());
    }
    assert_eq!(versus(&base, &[], None).headline().sure, Sure::NotMeasured);
}
