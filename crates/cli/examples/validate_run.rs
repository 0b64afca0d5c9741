//! Checks run files against the published schema: `cargo run -p plimsoll-cli --example validate_run -- FILE…`.

use std::fs;
use std::io::Write;

use anyhow::{Context, Result, bail};

const SCHEMA: &str = include_str!("../../../docs/schema/run-v2.schema.json");

fn main() -> Result<()> {
    let schema = serde_json::from_str(SCHEMA).context("the published schema is not JSON")?;
    let validator = jsonschema::validator_for(&schema).context("the published schema is no schema")?;
    let mut files = std::env::args_os().skip(1).peekable();
    if files.peek().is_none() {
        bail!("name a run's file");
    }
    for file in files {
        let shown = file.display().to_string();
        let text = fs::read(&file).with_context(|| format!("could not read `{shown}`"))?;
        let run = serde_json::from_slice(&text).with_context(|| format!("`{shown}` is not JSON"))?;
        let faults: Vec<String> = validator
            .iter_errors(&run)
            .map(|fault| format!("{} at `{}`", fault, fault.instance_path()))
            .take(20)
            .collect();
        if !faults.is_empty() {
            bail!("`{shown}` breaks the published schema:\n{}", faults.join("\n"));
        }
        writeln!(std::io::stdout(), "{shown}: as the schema says")?;
    }
    Ok(())
}
