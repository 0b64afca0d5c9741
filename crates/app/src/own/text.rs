//! A manifest with a comment for whoever reads it first.

use plimsoll_model::{
    Answer, Artifact, Compare, Exchange, FolderGrant, Form, Invocation, Job, MANIFEST_VERSION, Service,
    Source, Workload,
};
use toml::Value;

/// The expected standard output of a command.
pub(super) const STDOUT: &str = "expected/stdout";
/// What a command is given on standard input.
pub(super) const STDIN: &str = "inputs/stdin";

/// The names of a workload's files in its folder.
pub(super) struct Files {
    artifacts: Vec<(Form, String)>,
    /// Of each request.
    pub(super) exchanges: Vec<OfExchange>,
}

/// The files of one request; absent where there is nothing to keep.
pub(super) struct OfExchange {
    pub(super) body: Option<String>,
    pub(super) expected: Option<String>,
    pub(super) schema: Option<String>,
}

impl Files {
    pub(super) fn of(workload: &Workload) -> Self {
        let artifacts = workload.artifacts.iter().map(|artifact| (artifact.form, name_of(artifact)));
        let exchanges = workload.job.exchanges().map(|exchange| OfExchange {
            body: (!exchange.body.is_empty()).then(|| format!("requests/{}", exchange.name)),
            expected: (!matches!(exchange.expect.compare, Compare::Status | Compare::Schema))
                .then(|| format!("expected/{}", exchange.name)),
            schema: exchange
                .expect
                .schema
                .as_ref()
                .map(|_| format!("expected/{}.schema.json", exchange.name)),
        });
        Self { artifacts: artifacts.collect(), exchanges: exchanges.collect() }
    }

    pub(super) fn artifact(&self, form: Form) -> Option<&str> {
        self.artifacts.iter().find(|(known, _)| *known == form).map(|(_, name)| name.as_str())
    }
}

/// Where a folder that is granted lies in the workload's own.
pub(super) fn place_of(at: usize, granted: &FolderGrant) -> String {
    let last = granted.to.rsplit('/').next().unwrap_or_default();
    format!("folders/{}-{last}", at + 1)
}

fn name_of(artifact: &Artifact) -> String {
    let name = artifact.name.clone();
    match (&artifact.source, artifact.form) {
        (Source::Dockerfile(_), _) => "image".to_owned(),
        (Source::File(_), Form::Binary) => format!("native/{{arch}}/{name}"),
        _ => name,
    }
}

/// The whole text.
pub(super) fn manifest(workload: &Workload, files: &Files) -> String {
    let kind = if workload.job.kind().serves() { "http" } else { "command" };
    let mut text = format!(
        "# What is measured, and what it must answer. `docs/manifest.md` of Plimsoll describes every key;\n\
         # `plimsoll workloads check DIR --run` checks it.\n\
         manifest_version = {MANIFEST_VERSION}\n"
    );
    line(&mut text, "name", workload.name.as_str());
    line(&mut text, "kind", kind);
    line(&mut text, "summary", workload.summary.as_str());
    text.push_str("\n[artifacts]\n");
    for artifact in &workload.artifacts {
        line(&mut text, key_of(artifact), files.artifact(artifact.form).unwrap_or_default());
    }
    if let Some(port) = workload.container.port {
        text.push_str("\n# What is absent here is as the image has it.\n[container]\n");
        line(&mut text, "port", i64::from(port.get()));
    }
    let grants = &workload.grants;
    text.push_str("\n# What an instance may reach. A container is never denied the first three.\n[grants]\n");
    for (key, granted) in [("clock", grants.clock), ("random", grants.random), ("stdout", grants.stdout)] {
        line(&mut text, key, granted);
    }
    if !grants.environment.is_empty() {
        line(&mut text, "environment", table(&grants.environment));
    }
    if !grants.hosts.is_empty() {
        line(&mut text, "hosts", grants.hosts.clone());
    }
    for (at, granted) in grants.folders.iter().enumerate() {
        text.push_str("[[grants.folder]]\n");
        line(&mut text, "from", place_of(at, granted));
        line(&mut text, "to", granted.to.as_str());
        line(&mut text, "write", granted.write);
    }
    match &workload.job {
        Job::Serve(service) => of_service(&mut text, service, files),
        Job::Run(invocation) => of_command(&mut text, invocation),
    }
    text
}

fn key_of(artifact: &Artifact) -> &'static str {
    match (&artifact.source, artifact.form) {
        (Source::Reference(_), _) => "image",
        (Source::Dockerfile(_), _) => "dockerfile",
        (Source::Archive(_), _) => "archive",
        (Source::Layout(_), Form::Image) => "oci_layout",
        (_, Form::Component) => "component",
        (_, Form::Module) => "module",
        (_, Form::Binary | Form::Image) => "native",
    }
}

fn of_service(text: &mut String, service: &Service, files: &Files) {
    if !service.listen.is_usual() {
        text.push_str(
            "\n# How the program is told where to listen, beside `PLIMSOLL_LISTEN` and `PORT`.\n[listen]\n",
        );
        if !service.listen.arguments.is_empty() {
            line(text, "arguments", service.listen.arguments.clone());
        }
        if !service.listen.environment.is_empty() {
            line(text, "environment", table(&service.listen.environment));
        }
    }
    for (at, (exchange, files)) in service.exchanges().zip(&files.exchanges).enumerate() {
        let ready = if at == 0 { "# Its first right answer is readiness.\n" } else { "" };
        text.push_str(&format!("\n{ready}[[request]]\n"));
        request(text, exchange, files);
    }
}

fn request(text: &mut String, exchange: &Exchange, files: &OfExchange) {
    line(text, "name", exchange.name.as_str());
    line(text, "method", exchange.method.as_str());
    line(text, "path", exchange.path.as_str());
    if !exchange.headers.is_empty() {
        line(text, "headers", table(&exchange.headers.iter().cloned().collect()));
    }
    files.body.iter().for_each(|body| line(text, "body", body.as_str()));
    exchange.content_type.iter().for_each(|told| line(text, "content_type", told.as_str()));
    line(text, "weight", i64::from(exchange.weight));
    let Answer { status, content_type, compare, left_out, recorded, .. } = &exchange.expect;
    text.push_str("[request.expect]\n");
    line(text, "status", i64::from(*status));
    content_type.iter().for_each(|told| line(text, "content_type", told.as_str()));
    files.expected.iter().for_each(|body| line(text, "body", body.as_str()));
    let compare = match compare {
        Compare::Bytes => "bytes",
        Compare::Pixels => "pixels",
        Compare::Json => "json",
        Compare::Schema => "schema",
        Compare::Status => "status",
    };
    line(text, "compare", compare);
    files.schema.iter().for_each(|schema| line(text, "schema", schema.as_str()));
    if !left_out.is_empty() {
        text.push_str("# These changed from one answer to the next.\n");
        line(text, "left_out", left_out.clone());
    }
    if let Some(lane) = recorded {
        text.push_str("# Nobody said what is right: this is what that lane answered. Remove the line once you have looked at it.\n");
        line(text, "recorded", lane.as_str());
    }
}

fn of_command(text: &mut String, invocation: &Invocation) {
    text.push_str("\n[command]\n");
    line(text, "args", invocation.arguments.clone());
    if invocation.stdin.is_some() {
        line(text, "stdin", STDIN);
    }
    text.push_str("[command.expect]\n");
    line(text, "exit_code", i64::from(invocation.expect.exit_code));
    line(text, "stdout", STDOUT);
    match invocation.expect.compare {
        Compare::Json => line(text, "compare", "json"),
        Compare::Status => {
            text.push_str("# What it prints changed when it was run again: its exit code alone counts.\n");
            line(text, "compare", "status");
        }
        Compare::Bytes | Compare::Pixels | Compare::Schema => {}
    }
    if !invocation.expect.left_out.is_empty() {
        text.push_str("# These are not compared.\n");
        line(text, "left_out", invocation.expect.left_out.clone());
    }
    if let Some(lane) = &invocation.expect.recorded {
        text.push_str("# Nobody said what is right: this is what that lane gave. Remove the line once you have looked at it.\n");
        line(text, "recorded", lane.as_str());
    }
}

fn table(entries: &std::collections::BTreeMap<String, String>) -> Value {
    Value::Table(entries.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect())
}

/// A value in its TOML form: an inline one for a table.
fn line(text: &mut String, key: &str, value: impl Into<Value>) {
    text.push_str(&format!("{key} = {}\n", value.into()));
}
