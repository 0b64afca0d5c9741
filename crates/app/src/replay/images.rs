//! Images of a capsule: what they need, and whether they are the ones that its run measured.

use std::path::Path;

use plimsoll_files::read_file;
use plimsoll_model::{Artifact, Form, Run, Slug, Source, Workload};

/// As a lane of containers calls the digest of what it ran.
const IMAGE: &str = "image";
/// Characters of a digest that are told.
const TOLD: usize = 12;
/// The longest `Dockerfile` that is looked at.
const LONGEST: u64 = 1 << 20;
/// What in a `Dockerfile` neither runs nor fetches anything while an image is built.
const STILL: [&str; 15] = [
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// An image that the run measured, and is known by a name alone.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedImage {
    workload: Slug,
    image: String,
    digest: String,
}

/// Why a workload's image can't be had from the capsule, or is not made of it without a word.
pub(super) fn obstacle(workload: &Workload, image: &Artifact, trusted: bool) -> Option<String> {
    let name = &workload.name;
    match &image.source {
        Source::Dockerfile(folder) if !trusted && !builds_still(folder) => Some(format!(
            "to build the image of `{name}` the engine runs steps of a `Dockerfile`, or begins from what it pulls, outside \
             the limits of the plan and with this machine's network; `--trust-native` lets it"
        )),
        Source::Layout(folder) if !folder.join("blobs").is_dir() => Some(format!(
            "the capsule has the list of the image of `{name}` and not its parts: ask for one that this or a later \
             Plimsoll packed"
        )),
        _ => None,
    }
}

/// What is to be known before a workload's image is run.
pub(super) fn note(workload: &Workload, image: &Artifact) -> Option<String> {
    let name = &workload.name;
    match &image.source {
        Source::Reference(image) => Some(format!(
            "the image `{}` of `{name}` is not in the capsule: this machine's engine takes its own of that name, or pulls it \
             as its user would",
            image.escape_debug()
        )),
        Source::Dockerfile(folder) if !builds_still(folder) => Some(format!(
            "`--trust-native` was given, so the image of `{name}` is built: what its `Dockerfile` runs is outside the limits \
             of the plan and has this machine's network"
        )),
        _ => None,
    }
}

/// Whether a build only puts together what is in its folder. What is not known for certain is not.
fn builds_still(folder: &Path) -> bool {
    let Ok(text) = read_file(&folder.join("Dockerfile"), LONGEST) else { return false };
    let text = String::from_utf8_lossy(&text);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.all(|line| {
        // A line that goes on in the next could be put together to anything.
        if line.ends_with(['\\', '`']) {
            return false;
        }
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default().to_uppercase();
        match first.as_str() {
            _ if line.starts_with('#') => true,
            "FROM" => words.next() == Some("scratch"),
            "COPY" => !words.any(|word| word.starts_with("--from")),
            other => STILL.contains(&other),
        }
    })
}

/// Which images stood behind the names in a run.
pub(super) fn named(run: &Run, workloads: &[Workload]) -> Vec<NamedImage> {
    let named = workloads.iter().filter_map(|workload| {
        let image = workload.artifacts.iter().find(|artifact| artifact.form == Form::Image)?;
        let Source::Reference(image) = &image.source else { return None };
        let mut made = run.preparations.iter().filter(|made| {
            run.rows.get(made.row as usize).is_some_and(|row| row.case.workload == workload.name)
        });
        let digest = made.find_map(|made| made.digests.get(IMAGE))?.clone();
        Some(NamedImage { workload: workload.name.clone(), image: image.clone(), digest })
    });
    named.collect()
}

/// Says of each image that is another one here.
pub(super) fn unlike(there: &[NamedImage], here: &[NamedImage]) -> Vec<String> {
    let pairs =
        there.iter().filter_map(|own| Some((own, here.iter().find(|new| new.workload == own.workload)?)));
    let unlike = pairs.filter(|(own, new)| own.digest != new.digest);
    let told = unlike.map(|(own, new)| {
        format!(
            "`{}` ran `{}` (`{}`), and the capsule's run `{}`: it is another image, or one that this engine stores in \
             another way; what differs may be what they do, and is no noise",
            own.workload,
            own.image.escape_debug(),
            short(&new.digest),
            short(&own.digest)
        )
    });
    told.collect()
}

fn short(digest: &str) -> String {
    let hex = digest.trim_start_matches("sha256:");
    hex.chars().take(TOLD).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builds(text: &str) -> bool {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Dockerfile"), text).unwrap();
        builds_still(folder.path())
    }

    #[test]
    fn a_build_that_may_run_or_fetch_something_is_known() {
        assert!(builds(
            "# a comment\nFROM scratch\n\nCOPY s /s\n env PORT=8080\nEXPOSE 8080\nCMD [\"/s\"]\r\n"
        ));
        assert!(builds("from scratch as one\nCOPY --chmod=755 s /s\nENTRYPOINT [\"/s\"]\n"));
        for text in [
            "FROM scratch\nRUN /s\n",
            "FROM scratch\n\trun /s\n",
            "FROM scratch\nRU\\\nN /s\n",
            "# escape=`\nFROM scratch\nRU`\nN /s\n",
            "FROM scratch\nADD https://host.example/x /x\n",
            "FROM scratch\nCOPY --from=host.example/x /x /x\n",
            "FROM scratch\nONBUILD RUN /s\n",
            "FROM node:22\nCOPY s /s\n",
            "FROM --platform=linux/amd64 node:22\n",
            "ARG base=node\nFROM $base\n",
            "\u{feff}RUN /s\n",
        ] {
            assert!(!builds(text), "{text:?}");
        }
        assert!(!builds_still(Path::new("/nonexistent")));
    }

    #[test]
    fn an_image_that_is_another_one_under_the_same_name_is_told() {
        let one = |digest: &str| {
            [NamedImage {
                workload: Slug::known("cart"),
                image: "shop/cart:1".to_owned(),
                digest: digest.to_owned(),
            }]
        };
        assert!(unlike(&one("sha256:0123456789abcdef"), &one("sha256:0123456789abcdef")).is_empty());
        let told = unlike(&one("sha256:0123456789abcdef"), &one("sha256:fedcba9876543210"));
        assert!(told[0].contains("`shop/cart:1` (`fedcba987654`)"), "{told:?}");
        assert!(told[0].contains("the capsule's run `0123456789ab`"), "{told:?}");
    }
}
