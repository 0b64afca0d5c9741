//! The published format of `lanes.toml`: editors check and complete by it.

use plimsoll_engine::Family;
use plimsoll_model::{LANES_VERSION, LanesFile, Slug};
use schemars::schema_for;
use serde_json::{Value, json};

/// The JSON Schema (draft 2020-12) of a file of lanes of these families, of its TOML read as JSON.
pub(super) fn schema(families: &[Box<dyn Family>]) -> Value {
    let slugs: Vec<Slug> = families.iter().map(|family| family.slug()).collect();
    let of_family = |family: &dyn Family| {
        json!({
            "if": { "properties": { "family": { "const": family.slug() } } },
            "then": { "properties": { "parameters": own(family.parameters()) } },
        })
    };
    let lane = json!({
        "type": "object",
        "required": ["slug", "family"],
        "additionalProperties": false,
        "properties": {
            "slug": own(schema_for!(Slug).to_value()),
            "family": { "enum": slugs, "description": "The family of lanes that it is one of." },
            "parameters": { "type": "object", "maxProperties": LanesFile::MOST_PARAMETERS },
        },
        "allOf": families.iter().map(|family| of_family(family.as_ref())).collect::<Vec<_>>(),
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plimsoll lanes",
        "type": "object",
        "required": ["lanes_version"],
        "additionalProperties": false,
        "properties": {
            "lanes_version": { "const": LANES_VERSION, "description": "Version of this format." },
            "lane": {
                "type": "array",
                "description": "The lanes.",
                "maxItems": LanesFile::MOST,
                "items": lane,
            },
        },
    })
}

/// A schema within another one.
fn own(mut schema: Value) -> Value {
    if let Some(object) = schema.as_object_mut() {
        object.remove("$schema");
        object.remove("title");
    }
    schema
}
