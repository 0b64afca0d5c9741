//! Exports as other programs read them.

use std::collections::BTreeSet;

use plimsoll_export::{
    ExportError, ExportedFile, Gives, Style, exporter, exporter_of_ending, exporters, report_schema,
};
use plimsoll_model::{Direction, Outcome, Run};
use plimsoll_report::Report;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use crate::hostile::{EVIL, evil, hard};
use crate::made_up::{run, slug};

pub(crate) fn files(run: &Run, slug: &str) -> Vec<ExportedFile> {
    exporter(slug).unwrap().files(&Report::of(run), Style::default()).unwrap()
}

pub(crate) fn text(run: &Run, slug: &str) -> String {
    text_of(&Report::of(run), slug)
}

fn text_of(report: &Report<'_>, slug: &str) -> String {
    let files = exporter(slug).unwrap().files(report, Style::default()).unwrap();
    let [file] = <[ExportedFile; 1]>::try_from(files).unwrap();
    String::from_utf8(file.bytes).unwrap()
}

fn json(run: &Run, slug: &str) -> Value {
    serde_json::from_str(&text(run, slug)).unwrap()
}

fn check(schema: &Value, document: &Value, what: &str) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let wrong: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
}

#[test]
fn every_format_is_named_once_and_says_what_it_gives() {
    let slugs: BTreeSet<&str> = exporters().iter().map(|found| found.slug()).collect();
    assert_eq!(slugs.len(), exporters().len());
    for found in exporters() {
        let report_run = run(&["a"]);
        let report = Report::of(&report_run);
        let refusal = found.write(&report, Style::default(), &mut Vec::new()).err();
        match found.gives() {
            Gives::OneFile => assert!(refusal.is_none(), "{}", found.slug()),
            Gives::FileForEach(_) => {
                assert!(matches!(refusal, Some(ExportError::SeveralFiles { .. })), "{}", found.slug());
            }
        }
    }
}

#[test]
fn the_ending_tells_the_format_where_it_is_clear() {
    let format = |ending| exporter_of_ending(ending).map(|found| found.slug());
    let clear = ["html", "md", "csv", "JSON", "svg", "png", "hgrm", "hlog", "xml"].map(format);
    let slugs = ["html", "markdown", "csv", "json", "svg", "png", "hgrm", "hlog", "junit"].map(Some);
    assert_eq!(clear, slugs);
    assert_eq!((format("exe"), format("")), (None, None));
}

#[test]
fn every_format_takes_every_run() {
    for (what, run) in hard() {
        let report = Report::of(&run);
        // Pictures take their time; as `png` they are drawn from what `svg` is drawn from.
        let pictures = ["evil", "huge", "all nothing"].contains(&what);
        let tried = |slug: &str| slug != "png" && (slug != "svg" || pictures);
        for found in exporters().iter().filter(|found| tried(found.slug())) {
            let files = found.files(&report, Style::default()).unwrap();
            let names: BTreeSet<String> = files.iter().map(ExportedFile::name).collect();
            assert_eq!(names.len(), files.len(), "{what}, {}", found.slug());
            for file in &files {
                let text = std::str::from_utf8(&file.bytes).unwrap();
                let steering = text.chars().find(|letter| letter.is_control() && *letter != '\n');
                assert_eq!(steering, None, "{what}, {}", found.slug());
                assert!(!text.is_empty(), "{what}, {}", found.slug());
            }
        }
        read_by_others(what, &report);
    }
    let two_arms = run(&["a", "b"]);
    read_by_others("two arms", &Report::of(&two_arms));
}

/// Every format that has a schema, and CSV, whose rows all have the same columns.
fn read_by_others(what: &str, report: &Report<'_>) {
    let documented = [
        ("hyperfine", include_str!("schemas/hyperfine.json")),
        ("bencher", include_str!("schemas/bencher.json")),
        ("github-action-benchmark", include_str!("schemas/github-action-benchmark.json")),
    ];
    let schemas = documented.map(|(format, schema)| (format, serde_json::from_str(schema).unwrap()));
    for (format, schema) in schemas.into_iter().chain([("report-json", report_schema())]) {
        let document = serde_json::from_str(&text_of(report, format)).unwrap();
        check(&schema, &document, &format!("{what}, {format}"));
    }
    for format in ["csv", "csv-summary"] {
        let text = text_of(report, format);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let columns = reader.headers().unwrap().len();
        for record in reader.records() {
            let record = record.unwrap();
            assert_eq!(record.len(), columns, "{what}, {format}");
            assert!(!record.iter().any(|cell| cell.starts_with(['=', '@'])), "{what}, {format}");
        }
    }
}

#[test]
fn csv_summary_has_a_row_for_each_figure() {
    let run = run(&["a"]);
    let text = text(&run, "csv-summary");
    insta::assert_snapshot!(text.lines().take(40).collect::<Vec<_>>().join("\n"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<std::collections::BTreeMap<String, String>> =
        reader.deserialize().collect::<Result<_, _>>().unwrap();
    let figures: usize = Report::of(&run).summaries.iter().map(|cell| cell.figures.len()).sum();
    assert!(rows.len() > figures);
    let start = |lane: &str| {
        rows.iter()
            .find(|row| row["lane"] == lane && row["metric"] == "cold_start" && row["workload"] == "json-api")
            .unwrap()
    };
    let ratio: f64 = start("wasmtime")["ratio"].parse().unwrap();
    assert!(ratio < 0.01 && start("wasmtime")["baseline"] == "docker" && start("docker")["ratio"].is_empty());
    for row in &rows {
        assert_ne!(row["value"].is_empty(), row["unavailable"].is_empty(), "{row:?}");
        assert_ne!(row["low"].is_empty(), row["interval_unavailable"].is_empty(), "{row:?}");
    }
}

#[test]
fn the_report_is_what_its_schema_says() {
    let schema = report_schema();
    let document = json(&run(&["a", "b"]), "report-json");
    check(&schema, &document, "two arms");
    let starts = |of: &str| {
        let found = document[of].as_array().unwrap();
        let last = found.last().unwrap();
        let start =
            last["figures"].as_array().unwrap().iter().find(|figure| figure["metric"] == "cold_start");
        (found.len(), last["arm"].clone(), start.unwrap()["outcome"]["measured"]["n"].clone())
    };
    assert_eq!(starts("pooled"), (10, Value::Null, 24.into()));
    assert_eq!(starts("cells"), (20, "b".into(), 12.into()));
    assert!(document["comparisons"].as_array().unwrap().len() > 10);
    assert_eq!(document["verdicts"].as_array().unwrap().len(), 8);
    assert!(document["warnings"][0]["text"].as_str().is_some_and(|text| !text.is_empty()));
    let mut broken = document;
    broken["cells"][0]["lane"] = Value::Null;
    assert!(!jsonschema::is_valid(&schema, &broken));
}

#[test]
fn hyperfine_has_the_cold_starts_in_seconds() {
    let document = json(&run(&["a"]), "hyperfine");
    let found = document["results"].as_array().unwrap();
    assert_eq!(found.len(), 10);
    let docker = found.iter().find(|result| result["command"] == "json-api/docker").unwrap();
    assert_eq!(docker["times"].as_array().unwrap().len(), 12);
    let seconds = |field: &str| docker[field].as_f64().unwrap();
    assert!((0.305..0.33).contains(&seconds("median")) && seconds("stddev") > 0.0);
    assert!(seconds("min") <= seconds("mean") && seconds("mean") <= seconds("max"));
}

#[test]
fn bigger_is_better_stays_out_of_smaller_is_better() {
    let mut run = run(&["a"]);
    let better = run.metrics.iter_mut().find(|metric| metric.slug == slug("uss")).unwrap();
    better.direction = Direction::HigherIsBetter;
    let document = json(&run, "github-action-benchmark");
    let names: Vec<&str> =
        document.as_array().unwrap().iter().map(|found| found["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"json-api/wasmtime: pss instance (ready)"), "{names:?}");
    assert!(names.contains(&"json-api/wasmtime: latency p99"), "{names:?}");
    assert!(!names.iter().any(|name| name.contains("uss") || name.contains("rate")), "{names:?}");
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

#[test]
fn bencher_measures_have_their_unit() {
    let document = json(&run(&["a"]), "bencher");
    let start = &document["hello/docker"]["cold-start-ready-ns"];
    let value = |field: &str| start[field].as_f64().unwrap();
    assert!(value("lower_value") <= value("value") && value("value") <= value("upper_value"));
    assert!(document["json-api/wasmtime"]["latency-p99-ns"]["value"].is_number());
    assert!(document["json-api/docker/shim"]["pss-ready-bytes"]["value"].is_number());
}

#[test]
fn junit_tells_failed_trials_and_invalid_loads_apart() {
    for (what, run) in hard() {
        let text = text(&run, "junit");
        let tree =
            roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
        let root = tree.root_element();
        assert_eq!(root.tag_name().name(), "testsuites");
        let count =
            |name: &str| tree.descendants().filter(|node| node.has_tag_name(name)).count().to_string();
        let told = |name: &str| root.attribute(name).unwrap().to_owned();
        assert_eq!((told("tests"), told("failures")), (count("testcase"), count("failure")), "{what}");
        assert_eq!(told("errors"), count("error"), "{what}");
        assert_eq!(count("script"), "0", "{what}");
        for suite in root.children().filter(roxmltree::Node::is_element) {
            let cases = suite.children().filter(|node| node.has_tag_name("testcase")).count();
            assert_eq!(suite.attribute("tests").unwrap(), cases.to_string());
        }
    }
    let mut run = run(&["a"]);
    run.trials[1].outcome = Outcome::Invalid { reason: "the generator was late".to_owned() };
    run.trials[2].outcome = Outcome::Interrupted;
    run.trials.truncate(4);
    insta::assert_snapshot!(text(&run, "junit"));
}

#[test]
fn a_failures_words_reach_the_reader_of_xml() {
    let text = text(&evil(), "junit");
    let tree = roxmltree::Document::parse(&text).unwrap();
    let failure = tree.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    assert!(failure.attribute("message").unwrap().contains("<script>alert(1)</script>]]>"));
    assert!(failure.text().unwrap().contains("\"b\"|'c'`d"));
}

/// What a reader of GitHub's Markdown makes of it: no markup by a stranger, and as many cells in a row as there are
/// headings.
fn only_our_markup(text: &str, what: &str) {
    let (mut columns, mut cells, mut rows, mut strong) = (0, 0, 0, 0);
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        let strange = matches!(
            event,
            Event::Html(_)
                | Event::Start(
                    Tag::Link { .. }
                        | Tag::Image { .. }
                        | Tag::Emphasis
                        | Tag::Strikethrough
                        | Tag::CodeBlock(_)
                        | Tag::BlockQuote(_)
                )
        );
        assert!(!strange, "{what}: {event:?}");
        match event {
            Event::InlineHtml(tag) => assert!(["<br>", "<!-- -->"].contains(&tag.as_ref()), "{what}: {tag}"),
            Event::Start(Tag::Table(alignments)) => columns = alignments.len(),
            Event::Start(Tag::TableCell) => cells += 1,
            Event::Start(Tag::Strong) => strong += 1,
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                assert_eq!(std::mem::take(&mut cells), columns, "{what}");
                rows += 1;
            }
            _ => {}
        }
    }
    let lines = text.lines().filter(|line| line.starts_with('|') && !line.starts_with("| ---")).count();
    assert_eq!(rows, lines, "{what}");
    // The lines that are read aloud, one in each line of the text.
    let aloud = |line: &&str| line.starts_with("**") || (line.starts_with("- ") && line.contains("**"));
    assert_eq!(strong, text.lines().filter(aloud).count(), "{what}");
}

#[test]
fn markdown_fits_a_comment_and_keeps_its_cells() {
    for (what, run) in hard() {
        let text = text(&run, "markdown");
        assert!(text.chars().count() <= 65_536, "{what}");
        only_our_markup(&text, what);
    }
    let mut long = run(&["a"]);
    long.unequal = (0..90)
        .map(|at| plimsoll_model::Unequal { lane: None, what: format!("{at} {}", EVIL.repeat(9)) })
        .collect();
    let text = text(&long, "markdown");
    assert!(
        text.chars().count() <= 65_536
            && text.contains("Left out, so that this fits a comment: What is unequal")
    );
    assert!(text.contains("## json-api") && text.contains("## Warnings"));
}

#[test]
fn every_chart_is_a_file_of_its_own() {
    let run = run(&["a"]);
    let svgs = files(&run, "svg");
    let names: Vec<String> = svgs.iter().map(ExportedFile::name).collect();
    assert!(names.contains(&"hello.waterfall.svg".to_owned()), "{names:?}");
    assert!(names.contains(&"json-api.latency.svg".to_owned()), "{names:?}");
    for file in &svgs {
        let text = std::str::from_utf8(&file.bytes).unwrap();
        let tree = roxmltree::Document::parse(text).unwrap();
        assert_eq!(tree.root_element().attribute("width"), Some("1200"));
    }
}

#[test]
fn every_chart_is_a_png() {
    let mut run = run(&["a"]);
    run.plan.workloads.truncate(1);
    let pngs = files(&run, "png");
    assert!(pngs.len() >= 2);
    for file in pngs {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file.bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(frame.width, 1_200);
        assert!((240..1_000).contains(&frame.height), "{}", frame.height);
        assert!(pixels.chunks(3).any(|pixel| pixel != &pixels[..3]));
    }
}

#[test]
fn hgrm_is_what_the_plotter_reads() {
    let files = files(&run(&["a"]), "hgrm");
    let names: Vec<String> = files.iter().map(ExportedFile::name).collect();
    assert_eq!(names.len(), 5);
    assert!(names.contains(&"json-api.wasmtime-process.hgrm".to_owned()), "{names:?}");
    insta::assert_snapshot!(std::str::from_utf8(&files[0].bytes).unwrap());
}

#[test]
fn hlog_has_a_line_for_each_trial() {
    let text = text(&run(&["a", "b"]), "hlog");
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("Tag=")).collect();
    assert_eq!(lines.len(), 2 * 5 * 3);
    let of_wasmtime = lines.iter().filter(|line| line.starts_with("Tag=json-api/wasmtime,"));
    assert_eq!(of_wasmtime.count(), 2 * 3);
    assert!(lines.iter().all(|line| line.split(',').count() == 5 && line.contains(",HISTFAAA")));
}

#[test]
fn names_by_which_others_keep_a_history_are_the_same_with_one_arm_and_with_two() {
    let [one, two] = [run(&["a"]), run(&["a", "b"])];
    let names = |run: &Run, format: &str| -> BTreeSet<String> {
        match json(run, format) {
            Value::Object(benchmarks) => benchmarks.into_iter().map(|(name, _)| name).collect(),
            Value::Array(all) => all.iter().map(|one| one["name"].to_string()).collect(),
            _ => panic!("{format}"),
        }
    };
    for format in ["bencher", "github-action-benchmark"] {
        let mut of_both = names(&two, format);
        // Only both arms together have requests enough for it.
        of_both.retain(|name| !name.contains("p99_9"));
        assert_eq!(names(&one, format), of_both, "{format}");
    }
    let commands = |run: &Run| -> Vec<(String, usize)> {
        let document = json(run, "hyperfine");
        let told = |found: &Value| (found["command"].to_string(), found["times"].as_array().unwrap().len());
        document["results"].as_array().unwrap().iter().map(told).collect()
    };
    let pooled = commands(&one).into_iter().map(|(name, times)| {
        // One of the trials of `hello/docker` failed.
        let of_both = if times == 11 { 23 } else { 24 };
        (name, of_both)
    });
    assert_eq!(commands(&two), pooled.collect::<Vec<_>>());
    let files = |run: &Run| files(run, "hgrm").iter().map(ExportedFile::name).collect::<Vec<_>>();
    assert_eq!(files(&one), files(&two));
    let suites = |run: &Run| -> Vec<String> {
        let text = text(run, "junit");
        let tree = roxmltree::Document::parse(&text).unwrap();
        let suites = tree.descendants().filter(|node| node.has_tag_name("testsuite"));
        suites.map(|suite| suite.attribute("name").unwrap().to_owned()).collect()
    };
    assert_eq!(suites(&one), suites(&two));
}

#[test]
fn csv_summary_has_the_lanes_first_and_then_their_arms_without_a_ratio() {
    let text = text(&run(&["a", "b"]), "csv-summary");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<std::collections::BTreeMap<String, String>> =
        reader.deserialize().collect::<Result<_, _>>().unwrap();
    let starts: Vec<[&str; 3]> = rows
        .iter()
        .filter(|row| {
            row["workload"] == "json-api" && row["lane"] == "wasmtime" && row["metric"] == "cold_start"
        })
        .map(|row| [&row["arm"], &row["n"], &row["verdict"]].map(String::as_str))
        .collect();
    assert_eq!(starts, [["", "24", "better"], ["a", "12", ""], ["b", "12", ""]]);
    let first_arm = rows.iter().position(|row| !row["arm"].is_empty()).unwrap();
    assert!(rows[first_arm..].iter().all(|row| !row["arm"].is_empty()));
}

#[test]
fn openmetrics_tells_arms_apart_and_what_is_of_all_of_them_once() {
    let text = text(&run(&["a", "b"]), "openmetrics");
    let of = |begin: &str| {
        let of_wasmtime = r#"workload="json-api",lane="wasmtime","#;
        text.lines().filter(|line| line.starts_with(begin) && line.contains(of_wasmtime)).count()
    };
    assert_eq!(of("plimsoll_cold_start_seconds{"), 2);
    assert_eq!(of("plimsoll_cold_start_to_baseline_ratio{"), 1);
}

#[test]
fn openmetrics_looks_as_it_should() {
    let mut run = run(&["a"]);
    run.plan.workloads.truncate(1);
    run.rows.truncate(1);
    run.cells.truncate(1);
    insta::assert_snapshot!(text(&run, "openmetrics"));
}
