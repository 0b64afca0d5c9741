//! What was found out of an engine beyond that it answers.

use bollard::models::SystemInfo;

use crate::engine_kind::EngineKind;
use crate::hindrance::Hindrance;
use crate::limits::Gap;
use crate::network::Network;

/// What one try of an engine told.
pub(crate) struct Findings {
    pub(crate) traits: Traits,
    /// What containers told, and what kept every one from being tried. `None` where there is nothing to try on this
    /// machine.
    pub(crate) tried: Result<Option<Tried>, Hindrance>,
}

/// What a container on each network told.
pub(crate) struct Tried {
    pub(crate) bridge: Result<Sight, Hindrance>,
    pub(crate) host: Result<Sight, Hindrance>,
}

/// What was seen of one container that ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    /// Whether a `docker-proxy` carries its port; absent where that can't be seen.
    pub(crate) proxied: Option<bool>,
    /// Which program was seen to stand beside it, as it is shown.
    pub(crate) shim: Option<&'static str>,
    /// Whether the engine puts an init process before what is to run unless it is told not to.
    pub(crate) init: bool,
    /// The limits that it is not held to.
    pub(crate) gaps: Vec<Gap>,
    /// Where its output is written, in the engine's word.
    pub(crate) log: Option<String>,
    /// Whether what is written there is bounded, as it was asked.
    pub(crate) log_bounded: bool,
    /// Where in a root that it can't write the engine has put file systems that it can.
    pub(crate) writable: Vec<String>,
}

/// What the engine says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traits {
    /// Which engine it is.
    pub(crate) kind: EngineKind,
    /// What mounts a container's file system, e.g. `overlay2`.
    pub(crate) storage: Option<String>,
    /// What starts a container, e.g. `runc`.
    pub(crate) runtime: Option<String>,
    /// Where output is written by default.
    pub(crate) log: Option<String>,
    pub(crate) seccomp: Option<Seccomp>,
    /// Whether users of a container are others outside.
    pub(crate) remapped: bool,
    /// Whether it is called over TLS.
    pub(crate) tls: bool,
    /// Whether it is at the other end of `ssh`.
    pub(crate) ssh: bool,
    /// Whether it runs without root.
    pub(crate) rootless: bool,
}

/// Which filter is on a container's system calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seccomp {
    /// The one that comes with the engine.
    Default,
    /// One of the engine's own.
    Other,
    None,
}

impl Traits {
    pub(crate) fn of(kind: EngineKind, system: SystemInfo) -> Self {
        let options = system.security_options.unwrap_or_default();
        let has = |name: &str| options.iter().any(|option| option.split(',').any(|part| part == name));
        let seccomp = options.iter().find(|option| option.split(',').any(|part| part == "name=seccomp"));
        let seccomp = seccomp.map(|option| {
            let profile = option.split(',').find_map(|part| part.strip_prefix("profile="));
            match profile {
                Some("default" | "builtin") => Seccomp::Default,
                Some("unconfined") => Seccomp::None,
                _ => Seccomp::Other,
            }
        });
        Self {
            kind,
            storage: system.driver.filter(|name| !name.is_empty()),
            runtime: system.default_runtime.filter(|name| !name.is_empty()),
            log: system.logging_driver.filter(|name| !name.is_empty()),
            // An engine that names its options and no filter has none.
            seccomp: Some(seccomp.unwrap_or(Seccomp::None)),
            tls: false,
            ssh: false,
            remapped: has("name=userns"),
            rootless: has("name=rootless"),
        }
    }
}

impl Findings {
    /// What a container on this network told; `None` where there was nothing to try.
    pub(crate) fn on(&self, network: Network) -> Result<Option<&Sight>, &Hindrance> {
        let Some(Tried { bridge, host }) = self.tried.as_ref()? else { return Ok(None) };
        match network {
            Network::Bridge => bridge.as_ref().map(Some),
            Network::Host => host.as_ref().map(Some),
        }
    }

    /// What is told of an engine beside its version.
    pub(crate) fn remarks(&self, network: Network) -> Vec<&'static str> {
        let sight = self.on(network).ok().flatten();
        let mut remarks = Vec::new();
        if self.traits.rootless {
            remarks.push("it runs without root (`rootless`)");
        }
        if self.traits.remapped {
            remarks.push("it maps users (`userns-remap`)");
        }
        if sight.is_some_and(|sight| sight.init) {
            remarks.push("`init` is its default and is switched off here");
        }
        if network == Network::Bridge && sight.is_some_and(|sight| sight.proxied == Some(false)) {
            remarks.push("no `docker-proxy` carries its ports");
        }
        if sight.is_none() {
            remarks.push("no container was tried");
        }
        remarks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_s_security_options_tell_filter_users_and_root() {
        let of = |options: &[&str]| {
            let options = options.iter().map(|&option| option.to_owned()).collect();
            let system = SystemInfo { security_options: Some(options), ..SystemInfo::default() };
            Traits::of(EngineKind::Docker, system)
        };
        let plain = of(&["name=apparmor", "name=seccomp,profile=builtin"]);
        assert_eq!((plain.seccomp, plain.remapped, plain.rootless), (Some(Seccomp::Default), false, false));
        let mapped = of(&["name=seccomp,profile=/etc/own.json", "name=userns", "name=rootless"]);
        assert_eq!((mapped.seccomp, mapped.remapped, mapped.rootless), (Some(Seccomp::Other), true, true));
        assert_eq!(of(&["name=seccomp,profile=unconfined"]).seccomp, Some(Seccomp::None));
        assert_eq!(of(&[]).seccomp, Some(Seccomp::None));
    }
}
