use serde::{Deserialize, Serialize};

/// Which WASI is spoken with its host by what was compiled: it is loaded into an engine that is made for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wasi {
    /// 0.1, by a module.
    #[serde(rename = "0.1")]
    Preview1,
    /// 0.2 alone, by a component.
    #[serde(rename = "0.2")]
    Preview2,
    /// 0.3, by a component: its functions may wait side by side. It may speak 0.2 as well.
    #[serde(rename = "0.3")]
    Preview3,
}

impl Wasi {
    /// Its version, as people write it.
    pub(crate) const fn version(self) -> &'static str {
        match self {
            Self::Preview1 => "0.1",
            Self::Preview2 => "0.2",
            Self::Preview3 => "0.3",
        }
    }

    /// Of the interface of a component, with its version; `None` where it is of no WASI for components that is known
    /// here. What came before a version was settled has the interfaces of none.
    #[must_use]
    pub(crate) fn of_interface(name: &str) -> Option<Self> {
        let (_, version) = name.strip_prefix("wasi:")?.split_once('@')?;
        let is_of = |known| {
            let rest = version.strip_prefix(known);
            rest.is_some_and(|rest| rest.is_empty() || (rest.starts_with('.') && !rest.contains('-')))
        };
        if is_of("0.2") {
            return Some(Self::Preview2);
        }
        is_of("0.3").then_some(Self::Preview3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_is_of_the_wasi_that_its_version_says() {
        for (name, wasi) in [
            ("wasi:cli/run@0.2.0", Some(Wasi::Preview2)),
            ("wasi:cli/run@0.2", Some(Wasi::Preview2)),
            ("wasi:cli/run@0.3.2", Some(Wasi::Preview3)),
            ("wasi:cli/run@0.3.0-rc-2025-09-16", None),
            ("wasi:cli/run@0.2.0-rc-2023-11-10", None),
            ("wasi:cli/run@0.20.0", None),
            ("wasi:cli/run@0.4.0", None),
            ("wasi:cli/run@1.0.0", None),
            ("wasi:cli/run", None),
            ("acme:billing/ledger@0.3.0", None),
        ] {
            assert_eq!(Wasi::of_interface(name), wasi, "{name}");
        }
    }
}
