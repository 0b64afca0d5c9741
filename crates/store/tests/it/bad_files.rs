use std::fs;
use std::process::Command;

use plimsoll_store::{Store, StoreError};
use serde_json::{Value, json};

use crate::fixture::{shown, text};

/// Opens a file of these bytes and returns the refusal.
fn refusal(bytes: impl AsRef<[u8]>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    fs::write(&path, bytes).unwrap();
    let store = Store::at(folder.path());
    assert!(store.list().unwrap().len() == 1);
    shown(&store.open("run").expect_err("must be refused"), folder.path())
}

fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut run: Value = serde_json::from_str(&text()).unwrap();
    change(&mut run);
    run.to_string()
}

#[test]
fn every_kind_of_bad_file_is_named_with_place_and_way_out() {
    let cut = text();
    let texts = [
        ("cut short", refusal(cut.get(..5_000).unwrap())),
        ("empty", refusal("")),
        ("no JSON", refusal("PNG\r\n")),
        ("another JSON", refusal("{\"name\": 1}")),
        ("newer", refusal(changed(|run| run["schema_version"] = json!(99)))),
        ("never was", refusal(changed(|run| run["schema_version"] = json!(0)))),
        (
            "forged series",
            refusal(changed(|run| run["trials"][4]["samples"][0][0] = json!(4_000_000_000_u32))),
        ),
        ("forged cell", refusal(changed(|run| run["trials"][4]["cell"] = json!(77)))),
        ("forged capacity", refusal(changed(|run| run["loads"][0]["capacities"][0]["cell"] = json!(77)))),
        ("negative", refusal(changed(|run| run["trials"][4]["began_ns"] = json!(-1)))),
        ("nested", refusal("[".repeat(1_000_000))),
        ("nested in a run", refusal(format!("{{\"schema_version\":1,\"x\":{}", "[".repeat(1_000_000)))),
    ];
    insta::assert_snapshot!(texts.map(|(what, text)| format!("{what}: {text}")).join("\n"));
}

#[test]
fn what_a_run_of_format_1_lacks_is_named_as_that_format_names_it() {
    let kept: Value = serde_json::from_str(include_str!("../fixtures/run-v1.json")).unwrap();
    let cases = [
        ("", "host", "missing field `host`"),
        ("/plan", "limits", "missing field `limits`"),
        ("/lanes/1", "slug", "`lanes[1]`: missing field `slug`"),
        ("/cells/1", "workload", "`cells[1]`: missing field `workload`"),
        ("/cells/0", "arm", "`cells[0]`: missing field `arm`"),
        ("/preparations/1", "cell", "`preparations[1]`: missing field `cell`"),
        ("/workloads/0", "kind", "`workloads[0]`: missing field `kind`"),
        ("/trials/2", "kind", "`trials[2]`: missing field `kind`"),
        ("/trials/2", "cell", "missing field `cell`"),
    ];
    for (place, field, told) in cases {
        let mut run = kept.clone();
        run.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(field).unwrap();
        let refusal = refusal(run.to_string());
        let whole =
            format!("is no run of format 1, or a damaged one: use another copy of it\n  because: {told}");
        assert!(refusal.ends_with(&whole), "{place}/{field}: {refusal}");
    }
    let mut run = kept;
    run["trials"][2]["kind"] = json!("endurance");
    assert!(refusal(run.to_string()).contains("`trials[2]`: unknown variant `endurance`"));
}

#[test]
fn a_run_cut_at_any_byte_is_refused_and_never_a_panic() {
    let text = text();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let path = folder.path().join("run.json");
    for cut in (0..text.trim_end().len()).step_by(4_099) {
        fs::write(&path, text.get(..cut).unwrap()).unwrap();
        assert!(matches!(store.open("run"), Err(StoreError::CutShort { .. })), "{cut}");
    }
}

#[test]
fn a_file_larger_than_the_limit_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::File::create(folder.path().join("run.json")).unwrap();
    // A hole: it takes no room on the disk.
    file.set_len(1 << 40).unwrap();
    let error = Store::at(folder.path()).open("run").unwrap_err();
    insta::assert_snapshot!(shown(&error, folder.path()));
}

#[test]
fn a_folder_or_a_pipe_is_no_run() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("folder.json")).unwrap();
    let pipe = folder.path().join("pipe.json");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let store = Store::at(folder.path().join("empty"));
    for name in ["folder.json", "pipe.json"] {
        let path = folder.path().join(name).display().to_string();
        assert!(matches!(store.open(&path), Err(StoreError::NotAFile { .. })), "{name}");
    }
}

#[test]
fn a_journal_with_a_wrong_line_in_the_middle_names_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let journal = crate::fixture::begun(&store, 2).path().to_owned();
    let text = fs::read_to_string(&journal).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(2, "{\"trial\": 7}");
    fs::write(&journal, lines.join("\n") + "\n").unwrap();
    insta::assert_snapshot!(shown(&store.open("r2026").unwrap_err(), folder.path()));
}

#[test]
fn a_journal_that_ends_twice_is_refused_and_listed_as_such_in_either_format() {
    for format in ["small", "today"] {
        let kept = format!("{}/../../fuzz/corpus/journal/{format}.journal", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(kept).unwrap();
        let end = text.lines().last().unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("r2026.journal"), format!("{text}{end}\n")).unwrap();
        let store = Store::at(folder.path());
        let refusals =
            [store.open("r2026").unwrap_err(), store.list().unwrap().remove(0).content.unwrap_err()];
        for refusal in refusals {
            assert!(refusal.to_string().contains("ends the run again"), "{format}: {refusal}");
        }
    }
}

/// The same again at the end of a list, at this place of the run.
fn again(list: &str) -> String {
    changed(|run| {
        let list = run.pointer_mut(list).unwrap().as_array_mut().unwrap();
        list.push(list[0].clone());
    })
}

/// With another value among the plan's settings.
fn settings(place: &str, value: Value) -> String {
    refusal(changed(|run| *run.pointer_mut(&format!("/plan/settings{place}")).unwrap() = value))
}

#[test]
fn what_stands_there_twice_or_can_not_be_measured_is_refused_with_its_place() {
    let huge = u64::MAX;
    let texts = [
        ("cells", refusal(again("/cells"))),
        ("workloads", refusal(again("/workloads"))),
        ("lanes", refusal(again("/lanes"))),
        ("metrics", refusal(again("/metrics"))),
        ("series", refusal(again("/series"))),
        ("loads", refusal(again("/loads"))),
        ("trials", refusal(again("/trials"))),
        ("a trial's samples", refusal(again("/trials/4/samples"))),
        ("planned workloads", refusal(again("/plan/workloads"))),
        ("planned lanes", refusal(again("/plan/lanes"))),
        ("planned arms", refusal(again("/plan/arms"))),
        ("rows", refusal(again("/rows"))),
        ("an unplanned row", refusal(changed(|run| run["rows"][3]["lane"] = json!("podman")))),
        ("a row outside", refusal(changed(|run| run["cells"][3]["row"] = json!(10)))),
        ("an arm outside", refusal(changed(|run| run["cells"][3]["arm"] = json!(1)))),
        ("a point outside", refusal(changed(|run| run["rows"][3]["point"] = json!(1)))),
        ("planned variants", refusal(again("/plan/variants"))),
        (
            "lanes without end",
            refusal(changed(|run| {
                run["plan"]["lanes"] =
                    (0..101).map(|at| json!({ "slug": format!("lane-{at}"), "family": "made-up" })).collect();
            })),
        ),
        ("a value", refusal(changed(|run| run["trials"][4]["samples"][0][1] = json!(huge)))),
        ("a time", refusal(changed(|run| run["trials"][4]["began_ns"] = json!(huge)))),
        ("a span", refusal(changed(|run| run["trials"][4]["spans"][0]["end_ns"] = json!(huge)))),
        ("a size", refusal(changed(|run| run["preparations"][2]["samples"][0][1] = json!(huge)))),
        ("a rate", refusal(changed(|run| run["loads"][0]["rate_milli"] = json!(huge)))),
        ("a planned duration", settings("/load/duration_ms", json!(1_u64 << 63))),
        ("a planned rate", settings("/load/rate", json!({ "fixed_milli_per_second": 0 }))),
        ("planned connections", settings("/load/connections", json!(0))),
        ("a planned limit", settings("/limits/memory_bytes", json!(huge))),
        ("planned trials", refusal(changed(|run| run["plan"]["trials"]["cold_starts"] = json!(u32::MAX)))),
        ("a point without a setting", refusal(changed(|run| run["points"][0] = json!({ "colour": 1 })))),
        ("a point beyond sense", refusal(changed(|run| run["points"][0] = json!({ "connections": 0 })))),
        ("preparations", refusal(again("/preparations"))),
        (
            "the end before the begin",
            refusal(changed(|run| run["trials"][4]["spans"][1]["end_ns"] = json!(0))),
        ),
        ("a host's memory", refusal(changed(|run| run["site"]["host"]["memory_bytes"] = json!(huge)))),
        (
            "cells without end",
            refusal(changed(|run| run["cells"] = vec![json!({ "row": 0, "arm": 0 }); 4_001].into())),
        ),
        ("a predecessor", refusal(changed(|run| run["trials"][4]["predecessor"] = json!(10)))),
    ];
    insta::assert_snapshot!(texts.map(|(what, text)| format!("{what}: {text}")).join("\n"));
}

#[test]
fn twenty_thousand_times_the_same_cell_is_refused_at_once() {
    let file = changed(|run| {
        let cells = run["cells"].as_array_mut().unwrap();
        let first = cells[0].clone();
        cells.extend(std::iter::repeat_n(first, 20_000));
    });
    assert!(refusal(file).contains("`cells` holds 20010, and a plan has at most 4000"));
}
