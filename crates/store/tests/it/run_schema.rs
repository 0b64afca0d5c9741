use plimsoll_store::{Store, run_schema};
use serde_json::{Value, json};

use crate::fixture::{begun, text};

#[test]
fn a_kept_run_is_valid_by_the_schema() {
    let validator = jsonschema::validator_for(&run_schema()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = begun(&Store::at(folder.path()), 120).finish().unwrap();
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let faults: Vec<String> = validator.iter_errors(&kept).map(|error| error.to_string()).collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn what_is_no_run_is_not_valid_by_the_schema() {
    let validator = jsonschema::validator_for(&run_schema()).unwrap();
    let mut run: Value = serde_json::from_str(&text()).unwrap();
    assert!(validator.is_valid(&run));
    run["trials"][0]["samples"][0] = json!([0, null]);
    assert!(!validator.is_valid(&run));
    assert!(!validator.is_valid(&json!({})));
}

#[test]
fn the_schema_has_an_identity_and_a_title() {
    let schema = run_schema();
    assert!(schema["$id"].as_str().is_some_and(|id| id.ends_with("run-v2.schema.json")));
    assert_eq!(schema["title"], "A run of Plimsoll, format 2");
}
