//! What a registry is shown for what it asks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_auth::ChallengeParser;
use reqwest::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;

use crate::login::{Credentials, Proof};

/// Who asks, for those who give tokens.
const CLIENT: &str = "plimsoll";

/// What a registry asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// A name and a password.
    Password,
    /// A token that somebody else gives.
    Token {
        /// Who gives it.
        realm: String,
        /// For whom; absent where the registry does not say it.
        service: Option<String>,
    },
}

/// What somebody who gives tokens answers.
#[derive(Deserialize)]
pub(crate) struct Token {
    #[serde(default)]
    token: String,
    #[serde(default)]
    access_token: String,
}

impl Challenge {
    /// Of an answer's headers; `None` where they ask for nothing that is known here.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let told = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        let mut asked = told.flat_map(ChallengeParser::new).map_while(Result::ok);
        asked.find_map(|challenge| {
            let named = |wanted: &str| {
                let found = challenge.params.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
                found.map(|(_, value)| value.to_unescaped())
            };
            match challenge.scheme.to_ascii_lowercase().as_str() {
                "basic" => Some(Self::Password),
                "bearer" => Some(Self::Token { realm: named("realm")?, service: named("service") }),
                _ => None,
            }
        })
    }
}

/// The request for a token that lets somebody pull from a repository; `None` where its address is none that a login may be
/// sent to.
pub(crate) fn request(
    client: &Client,
    realm: &str,
    service: Option<&str>,
    repository: &str,
    credentials: Option<&Credentials>,
    in_the_clear: bool,
) -> Option<RequestBuilder> {
    let realm = Url::parse(realm).ok()?;
    if realm.scheme() != "https" && !in_the_clear {
        return None;
    }
    let scope = format!("repository:{repository}:pull");
    let mut words = vec![("scope", scope.as_str())];
    words.extend(service.map(|service| ("service", service)));
    Some(match credentials.map(|credentials| &credentials.shown) {
        Some(Proof::IdentityToken(token)) => {
            words.extend([
                ("grant_type", "refresh_token"),
                ("client_id", CLIENT),
                ("refresh_token", token.as_str()),
            ]);
            client.post(realm).form(&words)
        }
        Some(Proof::Password { user, password }) => {
            client.get(realm).query(&words).basic_auth(user, Some(password))
        }
        None => client.get(realm).query(&words),
    })
}

impl Token {
    /// As a header.
    pub(crate) fn header(self) -> Option<HeaderValue> {
        let token = if self.token.is_empty() { self.access_token } else { self.token };
        if token.is_empty() { None } else { secret(&format!("Bearer {token}")) }
    }
}

/// A name and a password as a header; `None` where there are none.
pub(crate) fn basic(credentials: &Credentials) -> Option<HeaderValue> {
    match &credentials.shown {
        Proof::Password { user, password } => {
            secret(&format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
        }
        Proof::IdentityToken(_) => None,
    }
}

fn secret(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(told: &[&'static str]) -> Option<Challenge> {
        let mut headers = HeaderMap::new();
        for value in told {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(value));
        }
        Challenge::of(&headers)
    }

    #[test]
    fn what_is_asked_for_is_understood_or_nothing_is_shown() {
        let bearer = r#"Bearer realm="https://auth.test/token",service="a.test",scope="x""#;
        let token = Challenge::Token {
            realm: "https://auth.test/token".to_owned(),
            service: Some("a.test".to_owned()),
        };
        assert_eq!(asked(&[bearer]), Some(token));
        assert_eq!(asked(&["Negotiate", "basic realm=x"]), Some(Challenge::Password));
        for nothing in [&["Bearer service=x"][..], &["Digest realm=x"], &["\"\""], &[]] {
            assert_eq!(asked(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_login_is_sent_in_the_clear_on_this_machine_alone() {
        crate::tls::choose();
        let client = Client::new();
        for (realm, in_the_clear, sent) in [
            ("http://auth.test/token", false, false),
            ("http://127.0.0.1/token", true, true),
            ("https://auth.test/token", false, true),
            ("nonsense", true, false),
        ] {
            let found = request(&client, realm, None, "a", None, in_the_clear);
            assert_eq!(found.is_some(), sent, "{realm}");
        }
    }
}
