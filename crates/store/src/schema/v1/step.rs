//! From format 1 to format 2.
//!
//! A lane was a slug, a cell named workload, lane and arm, the version before a change was a workload of another name,
//! a trial had one word for what it is for and what is done in it, and a metric did not say where it belongs.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{form, metrics};

/// The lanes that format 1 could name, with what it did not tell of them: family, parameter, side, shade, own process,
/// words and reach. It never grows.
const LANES: [(&str, Lane); 5] = [
    (
        "docker",
        Lane {
            family: "docker",
            parameter: Some(("network", "bridge")),
            side: "container",
            shade: 0,
            own_process: true,
            words: ["a new container", "the container"],
            reach: None,
        },
    ),
    (
        "docker+hostnet",
        Lane {
            family: "docker",
            parameter: Some(("network", "host")),
            side: "container",
            shade: 1,
            own_process: true,
            words: ["a new container on the host's network", "the container on the host's network"],
            reach: Some("its container is in this machine's network"),
        },
    ),
    (
        "wasmtime",
        Lane {
            family: "wasmtime",
            parameter: Some(("begin", "instance")),
            side: "wasm",
            shade: 0,
            own_process: false,
            words: ["a new Wasm instance", "Wasm"],
            reach: None,
        },
    ),
    (
        "wasmtime-process",
        Lane {
            family: "wasmtime",
            parameter: Some(("begin", "process")),
            side: "wasm",
            shade: 1,
            own_process: true,
            words: ["a new Wasm process", "the Wasm process"],
            reach: None,
        },
    ),
    (
        "native",
        Lane {
            family: "native",
            parameter: None,
            side: "control",
            shade: 0,
            own_process: true,
            words: ["a new native process", "the native process"],
            reach: Some("it is a process of this machine, outside any sandbox"),
        },
    ),
];

struct Lane {
    family: &'static str,
    parameter: Option<(&'static str, &'static str)>,
    side: &'static str,
    shade: u8,
    own_process: bool,
    words: [&'static str; 2],
    reach: Option<&'static str>,
}

/// A run's JSON, brought from format 1 to format 2.
///
/// # Errors
/// Names what is missing of all that format 2 calls otherwise. What else is missing or of another kind than it should
/// be stays so, and is refused by the types.
pub(in crate::schema) fn step(run: &mut Value) -> Result<(), serde_json::Error> {
    form::check(run)?;
    let Some(run) = run.as_object_mut() else { return Ok(()) };
    let bases = bases(run);
    move_site(run);
    plan(run, &bases);
    lanes(run);
    left_out(run);
    let arms = arms(run);
    let rows_of = cells(run, &bases, &arms);
    preparations(run, &rows_of);
    workloads(run, &bases);
    loads(run, &bases);
    trials(run);
    metrics::tell(list(run, "metrics"));
    run.insert("points".to_owned(), json!([{}]));
    Ok(())
}

fn list<'a>(run: &'a mut Map<String, Value>, name: &str) -> &'a mut [Value] {
    run.get_mut(name).and_then(Value::as_array_mut).map(Vec::as_mut_slice).unwrap_or_default()
}

fn text<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    of.get(name).and_then(Value::as_str)
}

/// The workload that each version before a change was made of, by that version's name.
fn bases(run: &Map<String, Value>) -> BTreeMap<String, String> {
    let named = run.get("plan").and_then(|plan| plan.get("bases")).and_then(Value::as_object);
    let named = named.into_iter().flatten();
    named.filter_map(|(workload, base)| Some((base.as_str()?.to_owned(), workload.clone()))).collect()
}

fn move_site(run: &mut Map<String, Value>) {
    let mut site = taken(run, ["host", "pinning"]);
    site.insert("reached".to_owned(), "here".into());
    run.insert("site".to_owned(), site.into());
}

/// Fields taken out of an object, as far as they are there.
fn taken<const N: usize>(from: &mut Map<String, Value>, names: [&str; N]) -> Map<String, Value> {
    names.into_iter().filter_map(|name| Some((name.to_owned(), from.remove(name)?))).collect()
}

fn plan(run: &mut Map<String, Value>, bases: &BTreeMap<String, String>) {
    let Some(plan) = run.get_mut("plan").and_then(Value::as_object_mut) else { return };
    plan.remove("bases");
    if let Some(workloads) = plan.get_mut("workloads").and_then(Value::as_array_mut) {
        workloads.retain(|name| name.as_str().is_none_or(|name| !bases.contains_key(name)));
    }
    let mut variants = vec![json!({ "slug": "new" })];
    if !bases.is_empty() {
        variants.push(json!({ "slug": "before", "of": bases.values().collect::<Vec<_>>() }));
    }
    plan.insert("variants".to_owned(), variants.into());
    for lane in list(plan, "lanes") {
        if let Some(slug) = lane.as_str() {
            *lane = spec(slug);
        }
    }
    let mut settings = taken(plan, ["load", "limits", "page_cache"]);
    let rates = plan.remove("rates");
    if let (Some(load), Some(rates)) = (settings.get_mut("load").and_then(Value::as_object_mut), rates) {
        load.insert("rates".to_owned(), rates);
    }
    settings.extend(["alive", "at_once"].map(|name| (name.to_owned(), 1.into())));
    plan.insert("settings".to_owned(), settings.into());
}

fn known(slug: &str) -> Option<&'static Lane> {
    LANES.iter().find(|(known, _)| *known == slug).map(|(_, lane)| lane)
}

fn spec(slug: &str) -> Value {
    let Some(Lane { family, parameter, .. }) = known(slug) else {
        return json!({ "slug": slug, "family": "unknown" });
    };
    match parameter {
        Some((name, value)) => json!({ "slug": slug, "family": family, "parameters": { *name: value } }),
        None => json!({ "slug": slug, "family": family }),
    }
}

fn lanes(run: &mut Map<String, Value>) {
    for record in list(run, "lanes") {
        let Some(fields) = record.as_object_mut() else { continue };
        let Some(Value::String(slug)) = fields.remove("slug") else { continue };
        fields.insert("spec".to_owned(), spec(&slug));
        let Some(Lane { side, shade, own_process, words: [starts, is], reach, .. }) = known(&slug) else {
            fields.insert("side".to_owned(), "control".into());
            let words = json!({
                "starts": format!("a new instance in lane `{slug}`"),
                "is": format!("lane `{slug}`"),
            });
            fields.insert("words".to_owned(), words);
            continue;
        };
        fields.insert("side".to_owned(), (*side).into());
        fields.insert("shade".to_owned(), (*shade).into());
        fields.insert("own_process".to_owned(), (*own_process).into());
        fields.insert("words".to_owned(), json!({ "starts": starts, "is": is }));
        if let Some(reach) = reach {
            fields.insert("reach".to_owned(), (*reach).into());
        }
    }
}

/// Lanes that were left out stood among what is unequal, in a sentence that begins with their name.
fn left_out(run: &mut Map<String, Value>) {
    let Some(unequal) = run.get_mut("unequal").and_then(Value::as_array_mut) else { return };
    let mut found = Vec::new();
    unequal.retain(|one| {
        let (Some(lane), Some(what)) = (text(one, "lane"), text(one, "what")) else { return true };
        let Some(why) = what.strip_prefix(&format!("lane `{lane}` was left out: ")) else { return true };
        found.push(json!({ "lane": lane, "why": why }));
        false
    });
    if !found.is_empty() {
        run.insert("left_out".to_owned(), found.into());
    }
}

/// The arms' names, in order.
fn arms(run: &Map<String, Value>) -> Vec<String> {
    let arms = run.get("plan").and_then(|plan| plan.get("arms")).and_then(Value::as_array);
    arms.into_iter().flatten().filter_map(|arm| Some(text(arm, "slug")?.to_owned())).collect()
}

/// What a name stood for: a workload, and whether it is the version before a change.
fn case<'a>(name: &'a str, bases: &'a BTreeMap<String, String>) -> (&'a str, bool) {
    bases.get(name).map_or((name, false), |workload| (workload, true))
}

/// Cells keep their places. Gives the row of each.
fn cells(run: &mut Map<String, Value>, bases: &BTreeMap<String, String>, arms: &[String]) -> Vec<usize> {
    let mut rows: Vec<Value> = Vec::new();
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut rows_of = Vec::new();
    for cell in list(run, "cells") {
        let (Some(workload), Some(lane), Some(arm)) =
            (text(cell, "workload"), text(cell, "lane"), text(cell, "arm"))
        else {
            rows_of.push(usize::MAX);
            continue;
        };
        let place = *places.entry((workload.to_owned(), lane.to_owned())).or_insert_with(|| {
            let (workload, is_before) = case(workload, bases);
            rows.push(match is_before {
                true => json!({ "workload": workload, "variant": "before", "lane": lane }),
                false => json!({ "workload": workload, "lane": lane }),
            });
            rows.len() - 1
        });
        let arm = arms.iter().position(|known| known == arm);
        // Without a place among the arms it points outside of them, which is refused.
        *cell = json!({ "row": place, "arm": arm.unwrap_or(arms.len()) });
        rows_of.push(place);
    }
    run.insert("rows".to_owned(), rows.into());
    rows_of
}

/// Arms of a lane were prepared together, and each kept the same of it: the first one's stays.
fn preparations(run: &mut Map<String, Value>, rows_of: &[usize]) {
    let Some(made) = run.get_mut("preparations").and_then(Value::as_array_mut) else { return };
    let mut last: BTreeMap<u64, Value> = BTreeMap::new();
    made.retain_mut(|made| {
        let Some(fields) = made.as_object_mut() else { return true };
        let Some(cell) = fields.remove("cell") else { return true };
        let row = cell.as_u64().and_then(|cell| rows_of.get(usize::try_from(cell).ok()?).copied());
        // A cell outside the table has no row: what points outside of them is refused.
        let row = row.map_or(u32::MAX.into(), |row| row as u64);
        fields.insert("row".to_owned(), row.into());
        last.insert(row, made.clone()).as_ref() != Some(made)
    });
}

fn workloads(run: &mut Map<String, Value>, bases: &BTreeMap<String, String>) {
    for record in list(run, "workloads") {
        let Some(fields) = record.as_object_mut() else { continue };
        if let Some((workload, true)) =
            fields.get("name").and_then(Value::as_str).map(|name| case(name, bases))
        {
            let workload = workload.to_owned();
            fields.insert("name".to_owned(), workload.into());
            fields.insert("variant".to_owned(), "before".into());
        }
        let job = match fields.remove("kind").as_ref().and_then(Value::as_str) {
            Some("http") => json!("serve"),
            Some("command") => json!("run"),
            _ => Value::Null,
        };
        fields.insert("job".to_owned(), job);
        let files = fields.get("digests").and_then(Value::as_object).into_iter().flatten();
        let artifacts: Vec<Value> = files
            .filter_map(|(name, _)| {
                let form = match name {
                    name if name.ends_with(".wasm") => "component",
                    name if name.starts_with("native/") => "binary",
                    _ => return None,
                };
                Some(json!({ "form": form, "name": name }))
            })
            .collect();
        fields.insert("artifacts".to_owned(), artifacts.into());
    }
}

/// A workload and its version before a change were loaded at one rate and kept a record each.
fn loads(run: &mut Map<String, Value>, bases: &BTreeMap<String, String>) {
    let Some(loads) = run.get_mut("loads").and_then(Value::as_array_mut) else { return };
    let mut kept: Vec<Value> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for mut load in std::mem::take(loads) {
        let Some(workload) = text(&load, "workload").map(|name| case(name, bases).0.to_owned()) else {
            kept.push(load);
            continue;
        };
        load["workload"] = workload.clone().into();
        let own = places.get(&workload).and_then(|place| kept.get_mut(*place));
        let own = own.and_then(|own| own.get_mut("capacities")).and_then(Value::as_array_mut);
        match (own, load.get_mut("capacities").and_then(Value::as_array_mut)) {
            (Some(own), Some(more)) => own.append(more),
            _ => {
                places.insert(workload, kept.len());
                kept.push(load);
            }
        }
    }
    *loads = kept;
}

fn trials(run: &mut Map<String, Value>) {
    for trial in list(run, "trials") {
        let Some(fields) = trial.as_object_mut() else { continue };
        let [purpose, task] = match fields.remove("kind").as_ref().and_then(Value::as_str) {
            Some("warm_up") => ["warm_up", "start"],
            Some("capacity") => ["capacity", "load"],
            Some("cold_start") => ["measured", "start"],
            Some("loaded") => ["measured", "load"],
            _ => continue,
        };
        fields.insert("purpose".to_owned(), purpose.into());
        fields.insert("task".to_owned(), task.into());
    }
}
