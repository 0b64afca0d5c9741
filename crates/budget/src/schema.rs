//! The published format of `plimsoll.toml`: editors check and complete by it.

use plimsoll_model::Metric;
use serde_json::{Value, json};

use crate::BUDGET_VERSION;
use crate::bounded::Bounded;

/// The JSON Schema (draft 2020-12) of a file of budgets of these metrics, of its TOML read as JSON.
#[must_use]
pub fn budget_schema(metrics: &[Metric]) -> Value {
    let name = json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9._+-]*$", "maxLength": 64 });
    let only = |field: &str| {
        let others =
            ["at_most", "at_most_over_baseline", "smaller_than"].into_iter().filter(|own| *own != field);
        let absent: Vec<Value> = others.map(|other| json!({ "required": [other] })).collect();
        json!({ "required": [field], "not": { "anyOf": absent } })
    };
    let metrics = Bounded::among(metrics).slugs();
    let about = |mut schema: Value, words: &str| {
        if let Some(object) = schema.as_object_mut() {
            object.insert("description".to_owned(), json!(words));
        }
        schema
    };
    let budget = json!({
        "type": "object",
        "required": ["metric"],
        "additionalProperties": false,
        "oneOf": [only("at_most"), only("at_most_over_baseline"), only("smaller_than")],
        "properties": {
            "workload": about(name.clone(), "Workload; absent: each."),
            "lane": about(name.clone(), "Lane; absent: each."),
            "metric": { "enum": metrics, "description": "What is bounded." },
            "phase": {
                "type": "string",
                "description": "Phase in which the metric was taken, for memory: `ready`, `serve` …; absent: each.",
            },
            "percentile": { "enum": ["p50", "p99"], "description": "Of a latency; `p50` of everything else." },
            "at_most": {
                "type": "string",
                "description": "An amount with a unit: `5 ms`, `20 MB`. Broken where the whole interval lies above it.",
                "examples": ["5 ms", "20 MB"],
            },
            "at_most_over_baseline": {
                "type": "string",
                "description": "Growth over the baseline, e.g. `+10 %`.",
                "examples": ["+10 %"],
            },
            "smaller_than": {
                "type": "object",
                "description": "At least so many times smaller than the same figure of another lane.",
                "required": ["lane", "times"],
                "additionalProperties": false,
                "properties": { "lane": name, "times": { "type": "number", "exclusiveMinimum": 0 } },
            },
        },
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plimsoll budgets",
        "type": "object",
        "required": ["budget_version"],
        "additionalProperties": false,
        "properties": {
            "budget_version": { "const": BUDGET_VERSION, "description": "Version of this format." },
            "budget": { "type": "array", "description": "The budgets.", "items": budget },
        },
    })
}
