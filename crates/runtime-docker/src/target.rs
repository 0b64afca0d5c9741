//! Which engine is asked: found as Docker's own client finds it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use plimsoll_files::sha256;
use plimsoll_registry::settings_file;
use serde::Deserialize;

use crate::DockerError;
use crate::endpoint::{Endpoint, HostProblem};
use crate::keys::ClientKeys;
use crate::named_by::NamedBy;
use crate::podman::PodmanSaid;

/// The context that stands for the usual socket.
const DEFAULT: &str = "default";

/// Where an engine listens when nothing is said.
const USUAL: &str = "unix:///var/run/docker.sock";

/// The engine that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EngineNamed {
    pub(crate) endpoint: Endpoint,
    /// Who names it.
    pub(crate) named: NamedBy,
}

/// What a user has said, and where.
pub(crate) struct UserSaid {
    host: Option<String>,
    context: Option<String>,
    tls: bool,
    /// Where the user's keys are.
    keys: Option<PathBuf>,
    /// The folder of the client's settings; absent where there is no home.
    folder: Option<PathBuf>,
}

/// The settings of Docker's client, as far as they are read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ClientSettings {
    #[serde(rename = "currentContext")]
    current_context: String,
}

/// What stands of a context.
#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "Endpoints", default)]
    endpoints: Endpoints,
}

#[derive(Default, Deserialize)]
struct Endpoints {
    docker: Option<DockerHost>,
}

#[derive(Default, Deserialize)]
struct DockerHost {
    #[serde(rename = "Host", default)]
    host: String,
    #[serde(rename = "SkipTLSVerify", default)]
    skips_verifying: bool,
}

impl EngineNamed {
    /// The engine that the process's environment and its user's settings name.
    pub(crate) fn of_user() -> Result<Self, DockerError> {
        UserSaid::of(|name| std::env::var_os(name), std::env::home_dir()).target()
    }

    /// An engine at an address that was given.
    pub(crate) fn at(host: &str, named: NamedBy) -> Result<Self, DockerError> {
        Self::named(host, named)
    }

    /// Podman's own service.
    pub(crate) fn of_podman(said: &PodmanSaid) -> Result<Self, DockerError> {
        let (host, is_named) = said.address()?;
        Self::named(&host, if is_named { NamedBy::ContainerHost } else { NamedBy::Custom })
    }

    fn named(host: &str, named: NamedBy) -> Result<Self, DockerError> {
        match Endpoint::parse(host) {
            Ok(endpoint) => Ok(Self { endpoint, named }),
            Err(problem) => Err(DockerError::Host { host: host.to_owned(), named, problem }),
        }
    }

    /// A socket of this host needs none.
    fn with_keys(self, folder: &Path) -> Result<Self, DockerError> {
        let (host, named) = (self.endpoint.to_string(), &self.named);
        Ok(match self.endpoint {
            Endpoint::Tcp(address) => {
                let missing = |file| DockerError::NoKey { host, named: named.clone(), file };
                let keys = ClientKeys::in_folder(folder).map_err(missing)?;
                Self { endpoint: Endpoint::Tls(address, keys), named: self.named }
            }
            Endpoint::Tls(..) | Endpoint::Unix(_) | Endpoint::Ssh(_) => self,
        })
    }
}

impl UserSaid {
    fn of(variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Self {
        let text = |name: &str| variable(name).map(|value| value.to_string_lossy().into_owned());
        let said = |name: &str| text(name).filter(|value| !value.is_empty());
        Self {
            host: said("DOCKER_HOST"),
            context: said("DOCKER_CONTEXT"),
            tls: said("DOCKER_TLS_VERIFY").is_some(),
            keys: said("DOCKER_CERT_PATH").map(PathBuf::from),
            folder: settings_file::folder_of(&variable, home),
        }
    }

    fn target(self) -> Result<EngineNamed, DockerError> {
        if let Some(host) = self.host {
            let target = EngineNamed::at(&host, NamedBy::Host)?;
            let keys = self.keys.or(self.folder).filter(|_| self.tls);
            return keys.map_or(Ok(target.clone()), |folder| target.with_keys(&folder));
        }
        let folder = self.folder.as_deref();
        let named = match self.context {
            Some(context) => NamedBy::ContextVariable(context),
            None => NamedBy::CurrentContext(folder.map_or(Ok(String::new()), current_context)?),
        };
        match (named.context(), folder) {
            (None | Some("" | DEFAULT), _) => EngineNamed::named(USUAL, NamedBy::Custom),
            (Some(_), None) => Err(DockerError::NoContext { named, file: None }),
            (Some(name), Some(folder)) => {
                let id = sha256(name);
                let file = folder.join("contexts/meta").join(&id).join("meta.json");
                let Some(meta) = settings_file::read::<Meta>(&file)? else {
                    return Err(DockerError::NoContext { named, file: Some(file) });
                };
                let DockerHost { host, skips_verifying } = meta.endpoints.docker.unwrap_or_default();
                let target = EngineNamed::named(&host, named.clone())?;
                let keys = folder.join("contexts/tls").join(&id).join("docker");
                match keys.exists() {
                    true if skips_verifying => {
                        Err(DockerError::Host { host, named, problem: HostProblem::Unverified })
                    }
                    true => target.with_keys(&keys),
                    false => Ok(target),
                }
            }
        }
    }
}

fn current_context(folder: &Path) -> Result<String, DockerError> {
    let settings = settings_file::read::<ClientSettings>(&folder.join("config.json"))?;
    Ok(settings.unwrap_or_default().current_context)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    /// A home in which the current context is `remote`, and `local` is another one.
    fn home() -> TempDir {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".docker");
        let context = |name: &str, host: &str| {
            let meta = folder.join("contexts/meta").join(sha256(name));
            fs::create_dir_all(&meta).unwrap();
            let text = format!(
                r#"{{"Name":"{name}","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{host}"}}}}}}"#
            );
            fs::write(meta.join("meta.json"), text).unwrap();
        };
        context("local", "unix:///run/local.sock");
        context("remote", "ssh://builder");
        context("secured", "tcp://127.0.0.1:2376");
        fs::create_dir_all(folder.join("contexts/tls").join(sha256("secured")).join("docker")).unwrap();
        fs::write(folder.join("config.json"), r#"{"auths":{},"currentContext":"remote"}"#).unwrap();
        home
    }

    type Target = (Endpoint, Option<String>);

    fn target(home: &TempDir, said: &[(&str, &str)]) -> Result<Target, String> {
        let variable =
            |name: &str| said.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value));
        let said = UserSaid::of(variable, Some(home.path().to_owned()));
        let target = said.target().map_err(|error| error.to_string())?;
        Ok((target.endpoint, target.named.context().map(str::to_owned)))
    }

    fn at(host: &str, context: Option<&str>) -> Result<Target, String> {
        Ok((Endpoint::parse(host).unwrap(), context.map(str::to_owned)))
    }

    #[test]
    fn the_variable_of_the_host_goes_before_that_of_the_context_and_this_before_the_settings() {
        let home = home();
        let host = ("DOCKER_HOST", "unix:///run/given.sock");
        let context = ("DOCKER_CONTEXT", "local");
        assert_eq!(target(&home, &[host, context]), at("unix:///run/given.sock", None));
        assert_eq!(target(&home, &[context]), at("unix:///run/local.sock", Some("local")));
        assert_eq!(target(&home, &[("DOCKER_CONTEXT", "default")]), at(USUAL, None));
        assert_eq!(target(&home, &[]), at("ssh://builder", Some("remote")));
    }

    #[test]
    fn settings_are_where_the_variable_says() {
        let (home, empty) = (home(), tempfile::tempdir().unwrap());
        let elsewhere = home.path().join(".docker");
        let context = ("DOCKER_CONTEXT", "local");
        let folder = ("DOCKER_CONFIG", elsewhere.to_str().unwrap());
        assert_eq!(target(&empty, &[context, folder]), at("unix:///run/local.sock", Some("local")));
        assert_eq!(target(&empty, &[]), at(USUAL, None));
    }

    #[test]
    fn a_context_that_is_not_there_is_refused_by_its_name() {
        let refused = target(&home(), &[("DOCKER_CONTEXT", "../gone")]).unwrap_err();
        assert!(refused.contains("`../gone`") && refused.contains("docker context ls"), "{refused}");
    }

    #[test]
    fn settings_that_do_not_read_are_refused_by_their_name() {
        let home = home();
        let file = home.path().join(".docker/config.json");
        for broken in ["{", r#"{"currentContext":7}"#, "7", &" ".repeat(2 << 20)] {
            fs::write(&file, broken).unwrap();
            let refused = target(&home, &[]).unwrap_err();
            assert!(refused.contains(&file.display().to_string()), "{refused}");
            assert!(target(&home, &[("DOCKER_CONTEXT", "local")]).is_ok(), "they are not asked");
        }
        fs::remove_file(&file).unwrap();
        assert_eq!(target(&home, &[]), at(USUAL, None));
        fs::create_dir(&file).unwrap();
        assert!(target(&home, &[]).unwrap_err().contains("no ordinary file"));
    }

    #[test]
    fn keys_are_where_the_context_or_the_variable_has_them_and_a_missing_one_is_named() {
        let home = home();
        let secured = ("DOCKER_CONTEXT", "secured");
        let refused = target(&home, &[secured]).unwrap_err();
        assert!(refused.contains("ca.pem") && refused.contains("unset DOCKER_CONTEXT"), "{refused}");
        let folder = home.path().join(".docker/contexts/tls").join(sha256("secured")).join("docker");
        let files = ["ca.pem", "cert.pem", "key.pem"].map(|name| folder.join(name));
        files.iter().for_each(|file| fs::write(file, "").unwrap());
        let [authority, certificate, key] = files;
        let endpoint = Endpoint::Tls("127.0.0.1:2376".to_owned(), ClientKeys { authority, certificate, key });
        let expected = |context: Option<&str>| Ok((endpoint.clone(), context.map(str::to_owned)));
        assert_eq!(target(&home, &[secured]), expected(Some("secured")));
        let host = ("DOCKER_HOST", "tcp://127.0.0.1:2376");
        let (verify, keys) = (("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", folder.to_str().unwrap()));
        assert_eq!(target(&home, &[host, verify, keys]), expected(None));
        assert_eq!(target(&home, &[host, keys]), at(host.1, None), "nobody asks for it");
        let socket = ("DOCKER_HOST", "unix:///run/given.sock");
        assert_eq!(
            target(&home, &[socket, verify]),
            at(socket.1, None),
            "keys are for what others could read"
        );
        let refused = target(&home, &[host, verify]).unwrap_err();
        assert!(refused.contains(".docker/ca.pem") && refused.contains("`DOCKER_HOST`"), "{refused}");
    }

    #[test]
    fn an_engine_whose_certificate_is_not_to_be_looked_at_is_refused() {
        let home = home();
        let meta = home.path().join(".docker/contexts/meta").join(sha256("secured")).join("meta.json");
        let text = r#"{"Endpoints":{"docker":{"Host":"tcp://127.0.0.1:2376","SkipTLSVerify":true}}}"#;
        fs::write(meta, text).unwrap();
        let refused = target(&home, &[("DOCKER_CONTEXT", "secured")]).unwrap_err();
        assert!(refused.contains("SkipTLSVerify") && refused.contains("unset DOCKER_CONTEXT"), "{refused}");
    }
}
