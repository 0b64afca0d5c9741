//! What is wrong with an image that somebody else made. The engine tells it only in words: they are matched here and
//! nowhere else.

use plimsoll_model::FailureKind;

/// Why an image can't be had, or no container of it can run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageProblem {
    /// The registry, or the engine, does not have it.
    #[error("was not found: {message}. Check its name and its tag, or build or load it first")]
    NotFound {
        /// In the engine's words.
        message: String,
    },
    /// The registry wants to know who asks.
    #[error(
        "needs a login at its registry: {message}.{} Run `docker login {registry}`, or `docker pull` it yourself",
        told(login)
    )]
    NeedsLogin {
        /// The registry.
        registry: String,
        /// What became of the user's own login.
        login: String,
        /// In the engine's words.
        message: String,
    },
    /// The registry gives no more for now.
    #[error(
        "can't be pulled now, for its registry gives no more for a while: {message}. Wait, run `docker login {registry}`, or `docker pull` it from a mirror"
    )]
    TooMany {
        /// The registry.
        registry: String,
        /// In the engine's words.
        message: String,
    },
    /// The registry is not reached.
    #[error(
        "can't be pulled, for its registry `{registry}` is not reached: {message}. Is the name right, and the network up? An image that `docker images` lists needs no registry"
    )]
    Unreached {
        /// The registry.
        registry: String,
        /// In the engine's words.
        message: String,
    },
    /// The registry forbids it to whoever asks.
    #[error(
        "is forbidden by its registry: {message}. Run `docker login {registry}` as somebody who may pull it, or `docker pull` it yourself"
    )]
    Forbidden {
        /// The registry.
        registry: String,
        /// In the engine's words.
        message: String,
    },
    /// The registry fails.
    #[error(
        "can't be pulled, for its registry `{registry}` fails: {message}. See its log, or try again later"
    )]
    RegistryFails {
        /// The registry.
        registry: String,
        /// In the engine's words.
        message: String,
    },
    /// It is no image but WebAssembly.
    #[error("is WebAssembly: name it with `--wasm oci://{name}`, or with `component` under `[artifacts]`")]
    Wasm {
        /// Its name.
        name: String,
    },
    /// Nothing is heard of a pull.
    #[error(
        "can't be pulled, for nothing came from its registry `{registry}` for {after_s} s. Try `docker pull`, and run it again when that works"
    )]
    Silent {
        /// The registry.
        registry: String,
        /// The limit in seconds.
        after_s: u64,
    },
    /// A pull goes on for too long.
    #[error(
        "was not pulled from `{registry}` within {after_s} s. Run `docker pull` first: what is here is not pulled again"
    )]
    TooSlow {
        /// The registry.
        registry: String,
        /// The limit in seconds.
        after_s: u64,
    },
    /// It is made for another machine.
    #[error(
        "is made for {has}, and this machine runs {needs}: choose one for {needs}. An emulator's figures are those of no machine"
    )]
    OtherMachine {
        /// What it is made for.
        has: String,
        /// What it should be made for.
        needs: String,
    },
    /// That is no name of an image.
    #[error("can't be asked for by that name: {message}. Name it as `docker pull` does, e.g. `nginx:1.29`")]
    NoName {
        /// In the engine's words.
        message: String,
    },
    /// There is nothing to execute.
    #[error(
        "names no program to run: say which after `--` (`-- PROGRAM`), or with `entrypoint` under `[container]`"
    )]
    NoCommand,
    /// The program to execute is not there, or can't be executed.
    #[error(
        "has no such program to run: {message}. Check what stands after `--`, or `entrypoint` and `command` under `[container]`"
    )]
    NoProgram {
        /// In the engine's words.
        message: String,
    },
    /// The user is not known in it.
    #[error("does not know the user: {message}. Check `user` under `[container]`; a number always works")]
    NoUser {
        /// In the engine's words.
        message: String,
    },
    /// The engine's disk is full.
    #[error("does not fit on the engine's disk: {message}. See `docker system df`")]
    DiskFull {
        /// In the engine's words.
        message: String,
    },
    /// A container of it ended before it listened anywhere.
    #[error(
        "was started to find the port that it listens on, and ended with exit code {code}{}. If it needs arguments or variables, say them after `--` (`-- ARG`) and with `--env`, or in `workload.toml`",
        after(words)
    )]
    Ended {
        /// The exit code as the engine tells it.
        code: i64,
        /// The end of its log.
        words: String,
    },
    /// It listens where nothing but itself reaches it.
    #[error(
        "listens on 127.0.0.1 alone within its container (port {ports}), where nothing reaches it from outside: have it \
         listen on 0.0.0.0{}{}",
        expected.map_or_else(String::new, |port| format!(
            ", and on {port}, which it is expected on, or say its own with `port` under `[container]`, or `--port N`"
        )),
        after(words)
    )]
    Inside {
        /// Its ports there.
        ports: String,
        /// The port that it is expected on, where that is another one.
        expected: Option<u16>,
        /// The end of its log.
        words: String,
    },
    /// It listens nowhere, or on too many ports.
    #[error(
        "listens on {found}: say which port is meant with `port` under `[container]`, or `--port N`{}",
        after(words)
    )]
    Port {
        /// What was found.
        found: String,
        /// The end of its log.
        words: String,
    },
    /// Anything else, in the engine's words.
    #[error(
        "can't be used: {message}. See whether `docker pull` and `docker run` can use it, and the engine's log"
    )]
    Other {
        /// In the engine's words.
        message: String,
    },
}

impl ImageProblem {
    /// What the engine's words on a pull mean.
    pub(crate) fn of_pull(message: &str, name: &str, registry: &str, login: &str) -> Self {
        // A name may have words and numbers in it that mean something else.
        let read = message.replace(name, "").replace(registry, "");
        let says = |words: &[&str]| words.iter().any(|word| read.contains(word));
        let (registry, message) = (registry.to_owned(), sentence(message));
        if says(&["toomanyrequests", "Too Many Requests", "status: 429", "status code 429", "HTTP 429"]) {
            Self::TooMany { registry, message }
        } else if let Some(problem) = Self::of_any(&message) {
            problem
        } else if says(&["application/vnd.wasm.", "application/wasm"]) {
            Self::Wasm { name: name.to_owned() }
        } else if says(&["403 Forbidden"]) {
            Self::Forbidden { registry, message }
        } else if says(&["unexpected HTTP status: 5", "unexpected status code 5", "Internal Server Error"]) {
            Self::RegistryFails { registry, message }
        } else if says(&[
            "pull access denied",
            "no basic auth",
            "unauthorized",
            "denied",
            "incorrect username",
        ]) || says(&["authentication required", "401 Unauthorized"])
        {
            Self::NeedsLogin { registry, login: login.to_owned(), message }
        } else if says(&["manifest unknown", "not found", "does not exist", "name unknown", "No such image"])
        {
            Self::NotFound { message }
        } else if says(&["dial tcp", "no such host", "connection refused", "Client.Timeout", "i/o timeout"])
            || says(&[
                "TLS handshake",
                "HTTPS client",
                "x509",
                "EOF",
                "connection reset",
                "deadline exceeded",
            ])
        {
            Self::Unreached { registry, message }
        } else {
            Self::Other { message }
        }
    }

    /// What its words on creating or starting a container mean; `None` where it is not the image's fault.
    pub(crate) fn of_start(message: &str) -> Option<Self> {
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        let message = sentence(message);
        if says(&["unable to find user", "no matching entries in passwd", "unable to find group"]) {
            Some(Self::NoUser { message })
        } else if says(&["o command specified"]) {
            Some(Self::NoCommand)
        } else if says(&["executable file not found", "no such file or directory", "permission denied"])
            || says(&["exec format error", "is a directory"])
        {
            Some(Self::NoProgram { message })
        } else {
            Self::of_any(&message)
        }
    }

    fn of_any(message: &str) -> Option<Self> {
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        let message = message.to_owned();
        if says(&["no matching manifest for"]) {
            Some(Self::OtherMachine { has: "other machines".to_owned(), needs: needed() })
        } else if says(&["no space left on device"]) {
            Some(Self::DiskFull { message })
        } else if says(&["invalid reference format", "must be lowercase", "invalid tag format"]) {
            Some(Self::NoName { message })
        } else {
            None
        }
    }

    /// What it means for a trial.
    pub(crate) fn kind(&self) -> FailureKind {
        match self {
            Self::Silent { .. } | Self::TooSlow { .. } => FailureKind::TimedOut,
            Self::TooMany { .. }
            | Self::Unreached { .. }
            | Self::RegistryFails { .. }
            | Self::DiskFull { .. }
            | Self::Other { .. } => FailureKind::Other,
            Self::Ended { .. } => FailureKind::Exited,
            Self::NotFound { .. }
            | Self::NeedsLogin { .. }
            | Self::Forbidden { .. }
            | Self::Wasm { .. }
            | Self::OtherMachine { .. }
            | Self::NoName { .. }
            | Self::NoCommand
            | Self::NoProgram { .. }
            | Self::NoUser { .. }
            | Self::Inside { .. }
            | Self::Port { .. } => FailureKind::BadArtifact,
        }
    }
}

/// What an image must be made for, in the engine's words.
pub(crate) fn needed() -> String {
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("linux/{machine}")
}

/// The engine's words without what would end our own sentence twice.
fn sentence(message: &str) -> String {
    message.trim().trim_end_matches(['.', ':']).to_owned()
}

fn told(remark: &str) -> String {
    if remark.is_empty() { String::new() } else { format!(" {remark}.") }
}

fn after(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("; its log ends with: {words}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_s_words_on_a_pull_are_told_apart() {
        let of = |message: &str| {
            ImageProblem::of_pull(message, "registry.test/a:1", "registry.test", "").to_string()
        };
        for (message, told) in [
            ("manifest for a:b not found: manifest unknown: manifest unknown", "was not found"),
            ("toomanyrequests: You have reached your pull rate limit", "gives no more"),
            (
                "pull access denied for a, repository does not exist or may require 'docker login'",
                "docker login registry.test",
            ),
            ("Head \"https://a/v2/\": no basic auth credentials", "needs a login"),
            (
                "no matching manifest for linux/amd64 in the manifest list entries",
                "is made for other machines",
            ),
            ("invalid reference format: repository name must be lowercase", "by that name"),
            ("Get \"https://a/v2/\": dial tcp: lookup a: no such host", "is not reached"),
            ("write /var/lib/x: no space left on device", "docker system df"),
            (
                "unsupported media type application/vnd.wasm.config.v0+json",
                "`--wasm oci://registry.test/a:1`",
            ),
            ("received unexpected HTTP status: 500 Internal Server Error", "try again later"),
            ("error parsing HTTP 403 response body: 403 Forbidden", "as somebody who may pull it"),
            ("something else", "can't be used: something else. See whether"),
        ] {
            assert!(of(message).contains(told), "{message}: {}", of(message));
        }
    }

    #[test]
    fn an_image_s_name_says_nothing_of_what_is_wrong() {
        let (registry, name) = ("127.0.0.1:42983", "127.0.0.1:42983/denied:429");
        let told = |message: &str| ImageProblem::of_pull(message, name, registry, "").to_string();
        assert!(
            told("manifest for 127.0.0.1:42983/denied:429 not found: manifest unknown")
                .contains("was not found")
        );
        let down =
            "Get \"http://127.0.0.1:42983/v2/\": dial tcp 127.0.0.1:42983: connect: connection refused";
        assert!(told(down).contains("is not reached"));
        assert!(told("manifest unknown: blob sha256:0429 unknown").contains("was not found"));
        assert!(told("received unexpected HTTP status: 429").contains("gives no more"));
    }

    #[test]
    fn the_engine_s_words_on_a_start_are_told_apart_from_faults_that_are_not_the_image_s() {
        let of = |message: &str| ImageProblem::of_start(message).map(|problem| problem.to_string());
        for (message, told) in [
            ("No command specified", "`entrypoint` under `[container]`"),
            ("unable to find user nobody2: no matching entries in passwd file", "`user` under `[container]`"),
            ("exec: \"x\": executable file not found in $PATH: unknown", "no such program"),
        ] {
            assert!(of(message).unwrap().contains(told), "{message}");
        }
        assert_eq!(of("driver failed programming external connectivity"), None);
    }

    #[test]
    fn words_are_told_as_they_are_and_a_login_that_was_not_used_is_told() {
        let login = "The helper `docker-credential-x` did not answer";
        let problem =
            ImageProblem::of_pull("unauthorized: authentication required", "a.test/b", "a.test", login);
        assert_eq!(
            problem.to_string(),
            "needs a login at its registry: unauthorized: authentication required. The helper `docker-credential-x` \
             did not answer. Run `docker login a.test`, or `docker pull` it yourself"
        );
    }
}
