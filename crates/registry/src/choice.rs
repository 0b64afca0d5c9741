//! Which of an index's manifests is meant.

use oci_spec::image::{Arch, Descriptor, ImageIndex, Os, Platform};

use crate::problem::OciProblem;

/// The most entries of an index.
const MOST_ENTRIES: usize = 1000;
/// How a builder marks what only tells of an image.
const TELLS_OF_ANOTHER: &str = "vnd.docker.reference.type";

/// What this machine's images are made for, in a registry's words.
pub(crate) fn needed() -> (Os, Arch) {
    let machine = match std::env::consts::ARCH {
        "x86_64" => Arch::Amd64,
        "aarch64" => Arch::ARM64,
        other => Arch::from(other),
    };
    (Os::Linux, machine)
}

/// The manifest of an image that this machine runs. One that says nothing of machines may be it.
pub(crate) fn image(index: &ImageIndex) -> Result<&Descriptor, OciProblem> {
    let (system, machine) = needed();
    let all = candidates(index)?;
    let is_ours = |platform: &Platform| *platform.os() == system && *platform.architecture() == machine;
    let told: Vec<&Descriptor> =
        all.iter().copied().filter(|one| one.platform().as_ref().is_some_and(is_ours)).collect();
    if !told.is_empty() {
        return only(&told);
    }
    let untold: Vec<&Descriptor> = all.iter().copied().filter(|one| one.platform().is_none()).collect();
    if untold.is_empty() && !all.is_empty() {
        let is_wasm = |platform: &Platform| is_wasm(platform.os(), platform.architecture());
        if all.iter().all(|one| one.platform().as_ref().is_some_and(is_wasm)) {
            return Err(OciProblem::Wasm);
        }
        let has: Vec<String> = all.iter().filter_map(|one| one.platform().as_ref()).map(words).collect();
        return Err(OciProblem::OtherMachine { has: has.join(", "), needs: format!("{system}/{machine}") });
    }
    only(&untold)
}

/// The manifest of an artifact of WebAssembly: one that says so, else the only one.
pub(crate) fn wasm(index: &ImageIndex) -> Result<&Descriptor, OciProblem> {
    let all = candidates(index)?;
    let is_wasm = |platform: &Platform| is_wasm(platform.os(), platform.architecture());
    let told: Vec<&Descriptor> =
        all.iter().copied().filter(|one| one.platform().as_ref().is_some_and(is_wasm)).collect();
    if !told.is_empty() {
        return only(&told);
    }
    // An image for several machines is an ordinary one.
    if all.len() > 1 && all.iter().all(|one| one.platform().is_some()) {
        return Err(OciProblem::Ordinary);
    }
    only(&all)
}

/// Whether something says of itself that it is WebAssembly.
pub(crate) fn is_wasm(system: &Os, machine: &Arch) -> bool {
    *machine == Arch::Wasm || system.to_string().starts_with("wasi")
}

/// What a platform is called.
pub(crate) fn words(platform: &Platform) -> String {
    format!("{}/{}", platform.os(), platform.architecture())
}

fn candidates(index: &ImageIndex) -> Result<Vec<&Descriptor>, OciProblem> {
    if index.manifests().len() > MOST_ENTRIES {
        return Err(OciProblem::TooManyParts { what: "its index", limit: MOST_ENTRIES });
    }
    let is_unknown = |platform: &Platform| words(platform) == "unknown/unknown";
    let mut found: Vec<&Descriptor> = Vec::new();
    for one in index.manifests() {
        let tells_of_another =
            one.annotations().as_ref().is_some_and(|all| all.contains_key(TELLS_OF_ANOTHER));
        let is_known = found.iter().any(|known| known.digest() == one.digest());
        if !tells_of_another && !is_known && !one.platform().as_ref().is_some_and(is_unknown) {
            found.push(one);
        }
    }
    Ok(found)
}

fn only<'a>(found: &[&'a Descriptor]) -> Result<&'a Descriptor, OciProblem> {
    match *found {
        [one] => Ok(one),
        _ => Err(OciProblem::NotOne { count: found.len() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(entries: &[(&str, &str)]) -> ImageIndex {
        let entry = |(digit, platform): &(&str, &str)| {
            let digest = format!("sha256:{}", digit.repeat(64));
            let platform = platform.split_once('/').map(|(system, machine)| {
                format!(r#","platform":{{"os":"{system}","architecture":"{machine}"}}"#)
            });
            format!(
                r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":1,"digest":"{digest}"{}}}"#,
                platform.unwrap_or_default()
            )
        };
        let entries: Vec<String> = entries.iter().map(entry).collect();
        let text = format!(r#"{{"schemaVersion":2,"manifests":[{}]}}"#, entries.join(","));
        serde_json::from_str(&text).unwrap()
    }

    fn digit(found: Result<&Descriptor, OciProblem>) -> Result<String, String> {
        found.map(|one| one.digest().digest()[..1].to_owned()).map_err(|problem| problem.to_string())
    }

    #[test]
    fn this_machine_s_image_is_taken_and_others_alone_are_refused_by_name() {
        let (system, machine) = needed();
        let ours = format!("{system}/{machine}");
        let several = [("1", "linux/s390x"), ("2", ours.as_str()), ("3", "unknown/unknown")];
        assert_eq!(digit(image(&index(&several))), Ok("2".to_owned()));
        assert_eq!(digit(image(&index(&[("4", "")]))), Ok("4".to_owned()));
        let told = digit(image(&index(&[("1", "linux/s390x"), ("2", "linux/ppc64le")]))).unwrap_err();
        assert!(told.contains("linux/s390x, linux/ppc64le") && told.contains(&ours), "{told}");
        assert!(digit(image(&index(&[("1", "wasi/wasm")]))).unwrap_err().contains("`--wasm`"));
        for none in [&[][..], &[("1", ""), ("2", "")], &[("1", &ours), ("2", &ours)]] {
            assert!(digit(image(&index(none))).unwrap_err().contains("that could be meant"));
        }
        assert_eq!(
            digit(image(&index(&[("1", &ours), ("1", &ours)]))),
            Ok("1".to_owned()),
            "it has two tags"
        );
    }

    #[test]
    fn webassembly_is_taken_beside_images_and_images_alone_are_ordinary() {
        let both = [("1", "linux/amd64"), ("2", "wasi/wasm")];
        assert_eq!(digit(wasm(&index(&both))), Ok("2".to_owned()));
        assert_eq!(digit(wasm(&index(&[("3", "linux/amd64")]))), Ok("3".to_owned()), "it may hold a tar");
        let told = digit(wasm(&index(&[("1", "linux/amd64"), ("2", "linux/arm64")]))).unwrap_err();
        assert!(told.contains("`--image`"), "{told}");
    }
}
