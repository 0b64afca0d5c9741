//! The user's own login, as the engine is handed it.

use bollard::auth::DockerCredentials;
use plimsoll_registry::{Credentials, Proof};

/// In the words of the engine's API.
pub(crate) fn to_engine(credentials: Credentials) -> DockerCredentials {
    let Credentials { server, shown } = credentials;
    let at = DockerCredentials { serveraddress: Some(server), ..Default::default() };
    match shown {
        Proof::Password { user, password } => {
            DockerCredentials { username: Some(user), password: Some(password), ..at }
        }
        Proof::IdentityToken(token) => DockerCredentials { identitytoken: Some(token), ..at },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_handed_over_as_no_password() {
        let server = "a.test".to_owned();
        let token = to_engine(Credentials { server, shown: Proof::IdentityToken("t".to_owned()) });
        assert_eq!((token.identitytoken.as_deref(), token.username, token.password), (Some("t"), None, None));
        assert_eq!(token.serveraddress.as_deref(), Some("a.test"));
    }
}
