use std::path::{Path, PathBuf};

use plimsoll_model::{Phase, Reading, Slug};
use plimsoll_runtime::{Figure, HOST_SIZE, proc};

use crate::attendants::Attendants;
use crate::daemon::{Call, Daemon};
use crate::engine_kind::EngineKind;

/// The engine's programs. Without the last one no container of ours misses anything.
const PROGRAMS: [&str; 6] =
    ["dockerd", "containerd", "containerd-shim-runc-v2", "runc", "docker-proxy", "docker-init"];
const OPTIONAL: &str = "docker-init";

/// The same of Podman, beside what runs its containers. What makes its networks is not told by it.
const OF_PODMAN: [&str; 2] = ["podman", "conmon"];

/// Where packages put them besides the folder of `dockerd`.
const FOLDERS: [&str; 6] =
    ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/libexec/docker", "/usr/lib/docker", "/usr/libexec"];

const METHOD: &str = "length of the engine's binaries, found beside `dockerd` and on PATH";
const METHOD_OF_PODMAN: &str =
    "length of the programs of Podman, without what makes its networks, found beside it and on PATH";
const UNSEEN: &str = "the engine's processes can't be seen from here, so its programs can't be found";

/// Sizes of the programs that must be on the host, each and together.
pub(crate) async fn figures(daemon: &Daemon) -> Vec<Figure> {
    let attendants = Attendants::find(daemon).await;
    let Some(engine) = attendants.engine.and_then(proc::executable) else {
        return vec![figure(None, Reading::unavailable(UNSEEN), METHOD)];
    };
    let containerd = attendants.containerd.and_then(proc::executable);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = [Some(&engine), containerd.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|file| file.parent().map(Path::to_path_buf))
        .collect();
    folders.extend(std::env::split_paths(&path));
    folders.extend(FOLDERS.map(PathBuf::from));
    match daemon.kind() {
        EngineKind::Docker => measure(&folders, &PROGRAMS.map(str::to_owned), METHOD),
        EngineKind::Podman => {
            let info = daemon.call(Call::INFO, daemon.client.info()).await;
            let runtime = info.ok().and_then(|info| info.default_runtime);
            let mut programs = OF_PODMAN.map(str::to_owned).to_vec();
            programs.extend(runtime.filter(|name| !name.is_empty()));
            measure(&folders, &programs, METHOD_OF_PODMAN)
        }
    }
}

fn measure(folders: &[PathBuf], programs: &[String], method: &'static str) -> Vec<Figure> {
    let figure = |subject, reading| figure(subject, reading, method);
    let length = |program: &str| {
        let files = folders.iter().filter_map(|folder| std::fs::metadata(folder.join(program)).ok());
        files.filter(std::fs::Metadata::is_file).map(|file| file.len()).next()
    };
    let mut sum = Some(0);
    let mut missing = Vec::new();
    let mut figures = Vec::new();
    for program in programs.iter().map(String::as_str) {
        match length(program) {
            Some(bytes) => {
                sum = sum.map(|sum| sum + bytes);
                figures.push(figure(program.parse().ok(), Reading::Value(bytes)));
            }
            None if program == OPTIONAL => {}
            None => {
                sum = None;
                missing.push(format!("`{program}`"));
            }
        }
    }
    let total = match sum {
        Some(sum) => Reading::Value(sum),
        None => {
            Reading::unavailable(format!("not found beside the engine or on PATH: {}", missing.join(", ")))
        }
    };
    figures.insert(0, figure(None, total));
    figures
}

fn figure(subject: Option<Slug>, reading: Reading, method: &'static str) -> Figure {
    Figure { metric: HOST_SIZE, phase: Phase::Prepare, subject, method, reading }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_makes_the_sum_unavailable_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for program in ["dockerd", "containerd", "containerd-shim-runc-v2", "docker-proxy"] {
            std::fs::write(folder.path().join(program), program).unwrap();
        }
        let folders = [folder.path().to_path_buf()];
        let figures = measure(&folders, &PROGRAMS.map(str::to_owned), METHOD);
        assert!(matches!(&figures[0].reading, Reading::Unavailable { reason } if reason.ends_with("`runc`")));
        std::fs::write(folder.path().join("runc"), "runc").unwrap();
        let figures = measure(&folders, &PROGRAMS.map(str::to_owned), METHOD);
        let parts: u64 = figures[1..].iter().filter_map(|figure| figure.reading.value()).sum();
        assert_eq!((figures.len(), figures[0].reading.value()), (6, Some(parts)));
    }
}
