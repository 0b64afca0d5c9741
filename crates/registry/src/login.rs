//! The user's own login at a registry, as Docker's client keeps it.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::helper::{self, Secret};
use crate::reference::USUAL_REGISTRY;
use crate::settings_file;

/// Under what Docker's client keeps the login at the usual registry.
const USUAL_KEY: &str = "https://index.docker.io/v1/";
/// What a helper calls the user whose secret is a token.
const TOKEN_USER: &str = "<token>";

/// What a pull is authorised with.
#[derive(Default)]
pub struct Login {
    /// Absent where nobody is logged in.
    pub credentials: Option<Credentials>,
    /// What became of it, as a sentence without its full stop.
    pub remark: String,
}

/// What somebody is known by at a registry. Never told: it has no words of its own.
pub struct Credentials {
    /// Under what Docker's client keeps them.
    pub server: String,
    /// What is shown there.
    pub shown: Proof,
}

/// What is shown at a registry by whoever asks.
pub enum Proof {
    /// A name and a password.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// A token that other tokens are given for.
    IdentityToken(String),
}

/// The settings of Docker's client, as far as they hold logins.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Kept {
    auths: BTreeMap<String, Auth>,
    #[serde(rename = "credsStore")]
    store: String,
    #[serde(rename = "credHelpers")]
    helpers: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Auth {
    /// User and password in base64.
    auth: String,
    username: String,
    password: String,
    identitytoken: String,
}

impl Login {
    /// That of a registry, by the settings in a folder of Docker's client. Whatever is wrong with it is no error: what is
    /// asked for may be there for everybody.
    pub async fn at(registry: &str, folder: Option<&Path>) -> Self {
        let Some(file) = folder.map(|folder| folder.join("config.json")) else {
            return Self::without("Nobody is logged in, for there is no home".to_owned());
        };
        let kept = match settings_file::read::<Kept>(&file) {
            Ok(kept) => kept.unwrap_or_default(),
            Err(error) => return Self::without(format!("Nobody is logged in, for {error}")),
        };
        let key = if registry == USUAL_REGISTRY { USUAL_KEY } else { registry };
        let is_it = |name: &str| host(name) == host(key);
        let helper = kept.helpers.iter().find(|(name, _)| is_it(name)).map(|(_, helper)| helper);
        let helper = helper.or(Some(&kept.store)).filter(|helper| !helper.is_empty());
        if let Some(helper) = helper {
            match helper::ask(helper, key).await {
                Ok(Some(secret)) => return Self::of_secret(secret, key),
                Ok(None) => {}
                Err(fault) => return Self::without(capital(&fault.to_string())),
            }
        }
        let auth = kept.auths.into_iter().find(|(name, _)| is_it(name)).map(|(_, auth)| auth);
        match auth.and_then(Auth::told) {
            Some(secret) => Self::of_secret(secret, key),
            None => Self::without(format!("Nobody is logged in there, by `{}`", file.display())),
        }
    }

    fn without(remark: String) -> Self {
        Self { credentials: None, remark }
    }

    fn of_secret(Secret { user, secret }: Secret, key: &str) -> Self {
        let remark = format!("The login of `{user}` was refused, or is not enough");
        let shown = match user == TOKEN_USER {
            true => Proof::IdentityToken(secret),
            false => Proof::Password { user, password: secret },
        };
        let credentials = Credentials { server: key.to_owned(), shown };
        Self { credentials: Some(credentials), remark }
    }
}

impl Auth {
    fn told(self) -> Option<Secret> {
        if !self.identitytoken.is_empty() {
            return Some(Secret { user: TOKEN_USER.to_owned(), secret: self.identitytoken });
        }
        if !self.username.is_empty() {
            return Some(Secret { user: self.username, secret: self.password });
        }
        let both = String::from_utf8(STANDARD.decode(self.auth.trim()).ok()?).ok()?;
        let (user, secret) = both.split_once(':')?;
        let (user, secret) = (user.to_owned(), secret.trim_end_matches('\0').to_owned());
        (!user.is_empty()).then_some(Secret { user, secret })
    }
}

/// The host in what logins are kept under: some clients write the whole address, and the usual registry has many names.
fn host(name: &str) -> &str {
    let name = name.split_once("://").map_or(name, |(_, rest)| rest);
    match name.split('/').next().unwrap_or(name) {
        "index.docker.io" | "registry-1.docker.io" => USUAL_REGISTRY,
        host => host,
    }
}

fn capital(sentence: &str) -> String {
    let mut signs = sentence.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn of(settings: &str, registry: &str) -> Login {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), settings).unwrap();
        Login::at(registry, Some(folder.path())).await
    }

    fn both(login: Login) -> Option<(String, String)> {
        match login.credentials?.shown {
            Proof::Password { user, password } => Some((user, password)),
            Proof::IdentityToken(_) => None,
        }
    }

    #[tokio::test]
    async fn a_login_is_found_under_each_name_of_its_registry() {
        let auth = STANDARD.encode("me:pass:word");
        let me = Some(("me".to_owned(), "pass:word".to_owned()));
        for (key, registry) in [
            ("https://index.docker.io/v1/", "docker.io"),
            ("docker.io", "docker.io"),
            ("https://a.test:5000/v2/", "a.test:5000"),
            ("a.test:5000", "a.test:5000"),
        ] {
            let settings = format!(r#"{{"auths":{{"b.test":{{}},"{key}":{{"auth":"{auth}"}}}}}}"#);
            assert_eq!(both(of(&settings, registry).await), me, "{key}");
            assert_eq!(both(of(&settings, "b.test").await), None);
        }
    }

    #[tokio::test]
    async fn a_token_is_no_password() {
        let settings = r#"{"auths":{"a.test":{"auth":"","identitytoken":"t"}}}"#;
        let credentials = of(settings, "a.test").await.credentials.unwrap();
        assert!(matches!(credentials.shown, Proof::IdentityToken(token) if token == "t"));
    }

    #[tokio::test]
    async fn without_a_login_it_is_told_why() {
        assert!(of("{", "a.test").await.remark.contains("does not read"));
        assert!(of("{}", "a.test").await.remark.contains("Nobody is logged in"));
        let settings = r#"{"credHelpers":{"a.test":"none-of-this-name"}}"#;
        let login = of(settings, "a.test").await;
        assert!(
            login.remark.contains("`docker-credential-none-of-this-name` can't be run"),
            "{}",
            login.remark
        );
    }
}
