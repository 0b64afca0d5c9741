//! A registry that is asked.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use serde::Deserialize;
use tokio::sync::OnceCell;

use crate::authority::{self, Challenge, Token};
use crate::blobs::Blobs;
use crate::bounded::Gathered;
use crate::login::{Credentials, Login};
use crate::problem::OciProblem;
use crate::reference::Reference;
use crate::tls;

/// The longest answer that is not what was asked for, in bytes.
const LONGEST_WORDS: u64 = 64 << 10;
/// How much of its words is told.
const TOLD: usize = 200;
/// All kinds of manifests and indexes.
const LISTS: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
                     application/vnd.docker.distribution.manifest.v2+json, \
                     application/vnd.docker.distribution.manifest.list.v2+json";

/// How long a registry may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeLimits {
    /// Without a word.
    pub(crate) silent: Duration,
    /// In all.
    pub(crate) whole: Duration,
}

/// A repository of a registry, and who asks.
pub(crate) struct Repository {
    client: Client,
    registry: String,
    repository: String,
    /// Its address, without a slash at the end.
    base: String,
    credentials: Option<Credentials>,
    /// What became of the user's login.
    remark: String,
    in_the_clear: bool,
    limits: TimeLimits,
    /// What is shown, once the registry has asked for it; absent where there is nothing to show.
    shown: OnceCell<Option<HeaderValue>>,
}

/// What a registry says of an error.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Errors {
    errors: Vec<Said>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    message: String,
}

impl Repository {
    pub(crate) fn open(
        reference: &Reference<'_>,
        login: Login,
        limits: TimeLimits,
    ) -> Result<Self, OciProblem> {
        tls::choose();
        let registry = reference.registry();
        let in_the_clear = is_here(registry);
        let mut client = Client::builder()
            .user_agent(concat!("plimsoll/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.silent)
            .read_timeout(limits.silent)
            .https_only(!in_the_clear);
        if in_the_clear {
            // What is on this machine is behind no proxy.
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| OciProblem::NoTls { message: words_of(&error) })?;
        let (scheme, repository) = (if in_the_clear { "http" } else { "https" }, reference.repository());
        let base = format!("{scheme}://{}/v2/{repository}", reference.host());
        let Login { credentials, remark } = login;
        let shown = OnceCell::new();
        let registry = registry.to_owned();
        Ok(Self { client, registry, repository, base, credentials, remark, in_the_clear, limits, shown })
    }

    /// The manifest or index of a tag or digest.
    pub(crate) async fn list(&self, name: &str, into: Gathered) -> Result<Vec<u8>, OciProblem> {
        self.read(self.ask(&format!("/manifests/{name}"), LISTS).await?, into).await
    }

    async fn ask(&self, path: &str, accept: &str) -> Result<Response, OciProblem> {
        let request = || self.client.get(format!("{}{path}", self.base)).header(ACCEPT, accept);
        let shown = self.shown.get().cloned().flatten();
        let answer = self.send(with(request(), shown)).await?;
        if answer.status() != StatusCode::UNAUTHORIZED || self.shown.initialized() {
            return self.right(answer).await;
        }
        let asked = Challenge::of(answer.headers());
        let shown = self.shown.get_or_try_init(|| self.authority(asked)).await?.clone();
        if shown.is_none() {
            return Err(self.needs_login());
        }
        self.right(self.send(with(request(), shown)).await?).await
    }

    /// What is shown for what is asked; `None` where there is nothing to show.
    async fn authority(&self, asked: Option<Challenge>) -> Result<Option<HeaderValue>, OciProblem> {
        let credentials = self.credentials.as_ref();
        match asked {
            None => Ok(None),
            Some(Challenge::Password) => Ok(credentials.and_then(authority::basic)),
            Some(Challenge::Token { realm, service }) => {
                let request = authority::request(
                    &self.client,
                    &realm,
                    service.as_deref(),
                    &self.repository,
                    credentials,
                    self.in_the_clear,
                );
                let Some(request) = request else { return Ok(None) };
                let asked = async {
                    let answer = self.right(self.send(request).await?).await?;
                    self.read(answer, Gathered::new("the token", None, LONGEST_WORDS)?).await
                };
                let text = asked.await.map_err(|problem| self.no_token(&realm, problem))?;
                Ok(serde_json::from_slice::<Token>(&text).ok().and_then(Token::header))
            }
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, OciProblem> {
        request.send().await.map_err(|error| self.broken(&error))
    }

    /// An answer that has what was asked for.
    async fn right(&self, answer: Response) -> Result<Response, OciProblem> {
        let registry = || self.registry.clone();
        match answer.status() {
            StatusCode::OK => Ok(answer),
            StatusCode::UNAUTHORIZED => Err(self.needs_login()),
            StatusCode::FORBIDDEN => {
                let words = self.words(answer).await?;
                Err(OciProblem::Forbidden { registry: registry(), words })
            }
            StatusCode::NOT_FOUND => Err(OciProblem::NotFound { registry: registry() }),
            StatusCode::TOO_MANY_REQUESTS => {
                let after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                let after = after.map(|after| match after.bytes().all(|sign| sign.is_ascii_digit()) {
                    true => format!("{} s", plain(after)),
                    false => plain(after),
                });
                Err(OciProblem::TooMany { registry: registry(), after })
            }
            status => {
                let words = self.words(answer).await?;
                Err(OciProblem::Answered { registry: registry(), status: status.as_u16(), words })
            }
        }
    }

    /// The first words of a refusal, in brackets; empty where it says nothing.
    async fn words(&self, answer: Response) -> Result<String, OciProblem> {
        let said = self.read(answer, Gathered::new("the answer", None, LONGEST_WORDS)?).await;
        let said = said.ok().and_then(|text| serde_json::from_slice::<Errors>(&text).ok());
        let first = said.and_then(|said| said.errors.into_iter().next()).unwrap_or_default();
        let words = plain(&first.message);
        Ok(if words.is_empty() { words } else { format!(" ({words})") })
    }

    async fn read(&self, mut answer: Response, mut into: Gathered) -> Result<Vec<u8>, OciProblem> {
        let broken = |error| match self.broken(&error) {
            OciProblem::Unreached { registry, message } => OciProblem::Cut { registry, message },
            problem => problem,
        };
        while let Some(piece) = answer.chunk().await.map_err(broken)? {
            into.add(&piece)?;
        }
        Ok(into.whole())
    }

    fn needs_login(&self) -> OciProblem {
        OciProblem::NeedsLogin { registry: self.registry.clone(), login: self.remark.clone() }
    }

    fn broken(&self, error: &reqwest::Error) -> OciProblem {
        let registry = self.registry.clone();
        if error.is_timeout() {
            return OciProblem::Silent { registry, after_ms: self.limits.silent.as_millis() as u64 };
        }
        match error.is_redirect() {
            true => OciProblem::Circles { registry },
            false => OciProblem::Unreached { registry, message: words_of(error) },
        }
    }

    /// What keeps whoever gives tokens from giving one; a login that is wanted stays what it is.
    fn no_token(&self, realm: &str, problem: OciProblem) -> OciProblem {
        let kind = problem.kind();
        let why = match problem {
            OciProblem::Silent { after_ms, .. } => format!("nothing came from there for {after_ms} ms"),
            OciProblem::Unreached { message, .. } => format!("that is not reached ({message})"),
            OciProblem::Cut { message, .. } => format!("that broke off ({message})"),
            OciProblem::Circles { .. } => "that sends on without an end".to_owned(),
            OciProblem::NotFound { .. } => "there is none there".to_owned(),
            OciProblem::Answered { status, words, .. } => format!("that answered {status}{words}"),
            problem => return problem,
        };
        // Without what stands behind the host: it may hold what nobody should read.
        let issuer = Url::parse(realm).ok().map(|url| url.authority().rsplit('@').next().map(plain));
        let issuer = issuer.flatten().unwrap_or_default();
        OciProblem::NoToken { registry: self.registry.clone(), issuer, why, kind }
    }
}

impl Blobs for Repository {
    async fn manifest(&self, digest: &str, into: Gathered) -> Result<Vec<u8>, OciProblem> {
        self.list(digest, into).await.map_err(|problem| part_missing(problem, digest))
    }

    async fn blob(&self, digest: &str, into: Gathered) -> Result<Vec<u8>, OciProblem> {
        let asked = self.ask(&format!("/blobs/{digest}"), "*/*").await;
        self.read(asked.map_err(|problem| part_missing(problem, digest))?, into).await
    }
}

/// What a manifest names is not there: that is no matter of the artifact's name.
fn part_missing(problem: OciProblem, digest: &str) -> OciProblem {
    match problem {
        OciProblem::NotFound { registry } => OciProblem::PartMissing { registry, digest: digest.to_owned() },
        problem => problem,
    }
}

fn with(request: RequestBuilder, shown: Option<HeaderValue>) -> RequestBuilder {
    match shown {
        Some(shown) => request.header(AUTHORIZATION, shown),
        None => request,
    }
}

/// Whether a registry is on this machine, by its name: such a one is spoken to without TLS, as Docker does.
fn is_here(registry: &str) -> bool {
    let host = registry.rsplit_once(':').map_or(registry, |(host, _)| host);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The last cause, which says most, without the address: it may hold what nobody should read.
fn words_of(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    plain(&cause.to_string())
}

fn plain(text: &str) -> String {
    let shown = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign });
    shown.take(TOLD).collect::<String>().trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_without_tls() {
        for (registry, here) in [
            ("localhost:5000", true),
            ("127.0.0.1:5000", true),
            ("127.9.9.9", true),
            ("localhost.test:5000", false),
            ("10.0.0.1:5000", false),
            ("docker.io", false),
        ] {
            assert_eq!(is_here(registry), here, "{registry}");
        }
    }
}
