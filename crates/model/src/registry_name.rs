//! Names of what lies in registries, as far as they are told from files.

/// How the name of an artifact in a registry begins, wherever a file could stand as well.
pub const REGISTRY_SCHEME: &str = "oci://";

/// What a registry knows the artifact by that a word names; `None` where the word names a file or a folder.
#[must_use]
pub fn in_registry(word: &str) -> Option<&str> {
    word.strip_prefix(REGISTRY_SCHEME)
}

/// Whether a name tells a registry's host, and an artifact in it; the registry itself tells more.
#[must_use]
pub fn is_in_registry(name: &str) -> bool {
    let is_host = |host: &str| host == "localhost" || host.contains(['.', ':']);
    let parted = name.split_once('/').filter(|(host, rest)| is_host(host) && !rest.is_empty());
    parted.is_some() && is_reference(name)
}

/// Whether an engine could know an image by this name; the engine itself tells more.
pub(crate) fn is_reference(image: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:@".contains(&byte);
    // A digest stands in the last part. What stands before another `@` is a login, which no name holds.
    let has_login = image.rsplit_once('/').is_some_and(|(place, _)| place.contains('@'));
    (1..=512).contains(&image.len())
        && !has_login
        && image.bytes().all(known)
        && image.as_bytes()[0].is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webassembly_in_a_registry_is_named_with_its_host() {
        for right in ["oci://127.0.0.1:5000/a/b:1", "oci://ghcr.io/a", "oci://localhost/a@sha256:00"] {
            assert!(in_registry(right).is_some_and(is_in_registry), "{right}");
        }
        for wrong in [
            "oci://",
            "oci://a",
            "oci://a/b:1",
            "oci:///a",
            "oci://a.test/",
            "oci://a.test/b c",
            "oci://user:word@a.test/b:1",
        ] {
            assert!(!in_registry(wrong).is_some_and(is_in_registry), "{wrong}");
        }
        assert_eq!(in_registry("a.wasm"), None);
    }
}
