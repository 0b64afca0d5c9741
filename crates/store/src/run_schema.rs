/// The JSON Schema (draft 2020-12) of a run's file, made from the types.
#[must_use]
pub fn run_schema() -> serde_json::Value {
    todo!()
}
