//! What is wrong with an engine that can't be used, in words.

use std::path::Path;

use plimsoll_registry::settings_file::SettingsFault;

use crate::endpoint::HostProblem;
use crate::named_by::NamedBy;

pub(crate) fn host(host: &str, named: &NamedBy, problem: HostProblem) -> String {
    let engine = if *named == NamedBy::ContainerHost { "engine" } else { "Docker engine" };
    format!("the {engine} `{host}`, named {named}, can't be used: {problem}")
}

pub(crate) fn no_key(host: &str, named: &NamedBy, file: &Path) -> String {
    format!("the Docker engine `{host}`, named {named}, wants TLS, and there is no `{}`", file.display())
}

pub(crate) fn ssh(host: &str, message: &str) -> String {
    format!("no engine answers at `{host}`: {message}")
}

pub(crate) fn context(named: &NamedBy, file: Option<&Path>) -> String {
    let file = file.map_or_else(String::new, |file| format!(" (no `{}`)", file.display()));
    format!("there is no Docker engine named {named}{file}")
}

pub(crate) fn settings(file: &Path, problem: &SettingsFault) -> String {
    format!(
        "could not find out which Docker engine is meant, for `{}` does not read: {problem}",
        file.display()
    )
}

pub(crate) fn absent(host: &str, named: &NamedBy) -> String {
    format!("could not reach Docker at `{host}`{}: there is no such socket", by(named))
}

/// Who names an engine that is not the usual one.
fn by(named: &NamedBy) -> String {
    if *named == NamedBy::Custom { String::new() } else { format!(", named {named}") }
}

pub(crate) fn denied(host: &str) -> String {
    format!("may not use Docker at `{host}`")
}

pub(crate) fn refused(host: &str, named: &NamedBy) -> String {
    format!("could not reach Docker at `{host}`{}: nobody listens there", by(named))
}

pub(crate) fn silent(host: &str, named: &NamedBy, after_ms: u64) -> String {
    format!("the engine at `{host}`{} did not answer `version` within {after_ms} ms", by(named))
}

/// What has to be so that an engine answers. `usual`: where nobody names it.
pub(crate) fn to_be_there(host: &str, named: &NamedBy, usual: &str) -> String {
    match named {
        NamedBy::Custom => usual.to_owned(),
        _ => format!("See that an engine answers at `{host}`, or {}", named.told_undone()),
    }
}

pub(crate) fn no_base(base: &str) -> String {
    format!("no image `{base}` is here to build on")
}

/// The command that gets an image.
pub(crate) fn pulling(client: &str, image: &str) -> String {
    format!("{client} pull {image}")
}

/// What can be done about an engine that can't be used.
pub(crate) fn way_out(named: &NamedBy, problem: HostProblem) -> String {
    let other = format!("use an engine of this host: {}", named.told_undone());
    match problem {
        HostProblem::Elsewhere => {
            format!("Run `plimsoll` on the engine's own host, or {other}")
        }
        _ => format!("Mend its address, or {other}"),
    }
}
