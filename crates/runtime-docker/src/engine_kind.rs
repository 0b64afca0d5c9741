use bollard::models::{SystemVersion, SystemVersionComponents};

/// Which engine it is that answers, in its own words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EngineKind {
    #[default]
    Docker,
    Podman,
}

/// What Podman calls itself among the parts of which it tells versions.
const PODMAN: &str = "Podman Engine";

impl EngineKind {
    pub(crate) fn of(version: &SystemVersion) -> Self {
        let mut parts = version.components.iter().flatten();
        if parts.any(|part| part.name == PODMAN) { Self::Podman } else { Self::Docker }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Docker => "Docker",
            Self::Podman => "Podman",
        }
    }

    /// The same as one part of a name.
    pub(crate) const fn part(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
        }
    }

    /// Which version of a part takes part in what containers cost, by that part's name.
    pub(crate) fn version_of(self, part: &SystemVersionComponents) -> Option<(String, String)> {
        let (name, version) = (part.name.as_str(), part.version.as_str());
        match self {
            Self::Docker if matches!(name, "containerd" | "runc") => {
                Some((name.to_owned(), version.to_owned()))
            }
            Self::Docker => None,
            Self::Podman => {
                let runtime = name.strip_prefix("OCI Runtime (").and_then(|name| name.strip_suffix(')'));
                let part = if name == "Conmon" { Some("conmon") } else { runtime };
                // `conmon version 2.1.6, commit: unknown`, and as many lines as there are
                let number = version.split_whitespace().nth(2).unwrap_or(version).trim_end_matches(',');
                part.map(|part| (format!("podman-{part}"), number.to_owned()))
            }
        }
    }

    /// The program that answers at its socket.
    pub(crate) const fn program(self) -> &'static str {
        match self {
            Self::Docker => "dockerd",
            Self::Podman => "podman",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_tells_itself_which_it_is() {
        let of = |name: &str| {
            let component = SystemVersionComponents { name: name.to_owned(), ..Default::default() };
            EngineKind::of(&SystemVersion { components: Some(vec![component]), ..Default::default() })
        };
        assert_eq!([of("Engine"), of("Podman Engine")], [EngineKind::Docker, EngineKind::Podman]);
        assert_eq!(EngineKind::of(&SystemVersion::default()), EngineKind::Docker);
    }

    #[test]
    fn only_parts_that_take_part_are_told_by_their_numbers() {
        let told = |kind: EngineKind, name: &str, version: &str| {
            let (name, version) = (name.to_owned(), version.to_owned());
            kind.version_of(&SystemVersionComponents { name, version, ..Default::default() })
        };
        let pair = |name: &str, version: &str| Some((name.to_owned(), version.to_owned()));
        assert_eq!(told(EngineKind::Docker, "runc", "1.1.5"), pair("runc", "1.1.5"));
        let conmon = told(EngineKind::Podman, "Conmon", "conmon version 2.1.6, commit: unknown");
        assert_eq!(conmon, pair("podman-conmon", "2.1.6"));
        let runc = told(EngineKind::Podman, "OCI Runtime (runc)", "runc version 1.1.5\ncommit: 1");
        assert_eq!(runc, pair("podman-runc", "1.1.5"));
        assert_eq!(told(EngineKind::Podman, "Podman Engine", "4.3.1"), None);
    }
}
