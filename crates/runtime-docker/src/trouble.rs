//! What is wrong with an engine that can't be used, in words.

use std::path::Path;

use plimsoll_registry::settings_file::SettingsFault;

use crate::endpoint::HostProblem;
use crate::named_by::NamedBy;

pub(crate) fn host(host: &str, named: &NamedBy, problem: HostProblem) -> String {
    format!("the Docker engine `{host}`, named {named}, can't be used: {problem}")
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

pub(crate) fn absent(host: &str) -> String {
    format!("could not reach Docker at `{host}`: there is no such socket")
}

pub(crate) fn denied(host: &str) -> String {
    format!("may not use Docker at `{host}`")
}

pub(crate) fn refused(host: &str) -> String {
    format!("could not reach Docker at `{host}`: nobody listens there")
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
    let other = format!("use an engine of this host: `{}`", named.undone());
    match problem {
        HostProblem::Elsewhere => {
            format!("Run `plimsoll` on the engine's own host, or {other}")
        }
        _ => format!("Mend its address, or {other}"),
    }
}
