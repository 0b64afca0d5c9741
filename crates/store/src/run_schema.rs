use plimsoll_model::{Run, SCHEMA_VERSION};
use serde_json::Value;

/// The JSON Schema (draft 2020-12) of a run's file, made from the types.
#[must_use]
pub fn run_schema() -> Value {
    let mut schema = schemars::schema_for!(Run);
    let id = format!(
        "https://github.com/plimsoll-bench/plimsoll/blob/main/docs/schema/run-v{SCHEMA_VERSION}.schema.json"
    );
    schema.insert("$id".to_owned(), Value::String(id));
    schema.insert("title".to_owned(), Value::String(format!("A run of Plimsoll, format {SCHEMA_VERSION}")));
    schema.to_value()
}
