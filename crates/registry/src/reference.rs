//! Names of images and artifacts, as far as a pull has to take them apart.

/// The registry that a name without one means.
pub const USUAL_REGISTRY: &str = "docker.io";

/// Where that one answers.
const USUAL_HOST: &str = "registry-1.docker.io";

/// A name of an image, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// All before the tag.
    pub name: &'a str,
    /// The tag, or a digest with its algorithm. Challenge without one, the engine would pull every tag there is.
    pub tag: &'a str,
}

impl<'a> Reference<'a> {
    /// Takes a name apart. Whether it is one says the engine; `None` where it could not even be asked, for the name
    /// stands in an address.
    #[must_use]
    pub fn of(text: &'a str) -> Option<Self> {
        let plain = |sign: char| sign.is_ascii_alphanumeric() || "._-/:@".contains(sign);
        let parted = || text.split('/').all(|part| !matches!(part, "" | "." | ".."));
        (text.chars().all(plain) && parted()).then(|| Self::parted(text))
    }

    fn parted(text: &'a str) -> Self {
        if let Some((name, digest)) = text.split_once('@') {
            // A tag beside a digest says nothing more.
            return Self { name: Self::parted(name).name, tag: digest };
        }
        let last = text.rfind('/').map_or(0, |slash| slash + 1);
        match text[last..].split_once(':') {
            Some((repository, tag)) => Self { name: &text[..last + repository.len()], tag },
            None => Self { name: text, tag: "latest" },
        }
    }

    /// The registry it is kept in: the first part, where that can only be a host.
    #[must_use]
    pub fn registry(&self) -> &'a str {
        match self.name.split_once('/') {
            Some((host, _)) if host == "localhost" || host.contains(['.', ':']) => host,
            _ => USUAL_REGISTRY,
        }
    }

    /// Whether it names its registry.
    #[must_use]
    pub fn names_registry(&self) -> bool {
        self.name.strip_prefix(self.registry()).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Where its registry answers: the usual one has another address than name.
    pub(crate) fn host(&self) -> &'a str {
        match self.registry() {
            USUAL_REGISTRY => USUAL_HOST,
            registry => registry,
        }
    }

    /// What it is called there: the usual registry's own images have an owner that nobody writes.
    pub(crate) fn repository(&self) -> String {
        let inside = match self.names_registry() {
            true => self.name[self.registry().len()..].trim_start_matches('/'),
            false => self.name,
        };
        match self.registry() == USUAL_REGISTRY && !inside.contains('/') {
            true => format!("library/{inside}"),
            false => inside.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag_and_an_owner_is_no_registry() {
        for (text, registry, name, tag) in [
            ("nginx", USUAL_REGISTRY, "nginx", "latest"),
            ("me/web:1", USUAL_REGISTRY, "me/web", "1"),
            ("localhost/a", "localhost", "localhost/a", "latest"),
            ("127.0.0.1:5000/a:2", "127.0.0.1:5000", "127.0.0.1:5000/a", "2"),
            ("host.test:1/a/b", "host.test:1", "host.test:1/a/b", "latest"),
            ("a.test/b:1@sha256:00", "a.test", "a.test/b", "sha256:00"),
        ] {
            let found = Reference::of(text).unwrap();
            assert_eq!((found.registry(), found), (registry, Reference { name, tag }), "{text}");
        }
        for (text, told, repository) in [
            ("nginx", false, "library/nginx"),
            ("docker.io/nginx:1", true, "library/nginx"),
            ("me/web", false, "me/web"),
            ("a.test:5000/b/c:1", true, "b/c"),
        ] {
            let found = Reference::of(text).unwrap();
            assert_eq!((found.names_registry(), found.repository().as_str()), (told, repository), "{text}");
        }
        for text in ["", "a b", "../containers/x", "a?b", "/a", "a//b", "a%2f", "ä"] {
            assert_eq!(Reference::of(text), None, "{text}");
        }
    }
}
