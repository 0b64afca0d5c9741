//! What has to be on the disk, and the disk.

use std::env::consts::ARCH;
use std::path::Path;

use plimsoll_model::{Form, Workload};
use rustix::fs::{Access, access, statvfs};

use super::Check;
use crate::{Error, Places, workloads};

/// Below this a long run may not fit any more: 100 MB.
const LEAST_FREE_BYTES: u64 = 100_000_000;

pub(super) fn check(places: &Places) -> Vec<Check> {
    let mut checks = workload_checks(places);
    checks.push(data_folder_check(places));
    checks
}

fn workload_checks(places: &Places) -> Vec<Check> {
    let found = match workloads::find(places) {
        Ok(found) => found,
        Err(error) => return vec![problem("workloads", &error)],
    };
    if found.is_empty() {
        let remedy = "name their folder with `--workloads DIR`";
        return vec![Check::problem("workloads", "no folder holds a `workload.toml`", remedy)];
    }
    found
        .into_iter()
        .map(|found| match found.workload {
            Ok(workload) => workload_check(&workload),
            Err(error) => problem(&format!("workload in `{}`", found.folder.display()), &error.into()),
        })
        .collect()
}

fn workload_check(workload: &Workload) -> Check {
    let what = format!("workload `{}`", workload.name());
    let finding = match workloads::file_of(workload, Form::Binary) {
        Some(native) if native.is_file() => {
            return Check::good(what, "component and native binary are there");
        }
        Some(native) => format!("its native binary `{}` is not built", native.display()),
        None if workload.artifacts.iter().all(|artifact| artifact.form != Form::Binary) => {
            return Check::good(what, "all that it names is there");
        }
        None => format!("it has no native binary for {ARCH}"),
    };
    Check::problem(what, finding, "cargo xtask workloads native")
}

fn data_folder_check(places: &Places) -> Check {
    let what = "data folder";
    let store = match places.store() {
        Ok(store) => store,
        Err(error) => return problem(what, &error),
    };
    let folder = store.folder();
    let shown = folder.display();
    // It is made with the first run; until then what stands above it counts.
    let standing = folder.ancestors().find(|above| above.exists()).unwrap_or(Path::new("/"));
    if let Err(error) = access(standing, Access::WRITE_OK) {
        let finding = format!("`{shown}` can't be written to: {error}");
        return Check::problem(what, finding, "name another with `--data-dir DIR`");
    }
    match statvfs(standing).map(|disk| disk.f_bavail * disk.f_frsize) {
        Ok(free) if free < LEAST_FREE_BYTES => Check::warning(
            what,
            format!("`{shown}` has {} MB left", free / 1_000_000),
            "free some space, or name another with `--data-dir DIR`",
        ),
        _ => Check::good(what, format!("`{shown}`")),
    }
}

pub(super) fn problem(what: &str, error: &Error) -> Check {
    let mut finding = error.message.clone();
    for cause in &error.causes {
        finding.push_str(": ");
        finding.push_str(cause);
    }
    let remedy = error.hint.clone();
    Check { remedy, ..Check::problem(what, finding, String::new()) }
}
