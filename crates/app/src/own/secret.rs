//! Headers that tell who asks.

/// Words in the names of headers that carry what only their owner may know.
const WORDS: [&str; 19] = [
    "apikey",
    "assertion",
    "auth",
    "authentication",
    "authorization",
    "authtoken",
    "bearer",
    "cookie",
    "credential",
    "credentials",
    "jwt",
    "key",
    "password",
    "passwd",
    "secret",
    "session",
    "sid",
    "signature",
    "token",
];
/// What stands for a value that nobody is told.
const HIDDEN: &str = "…";

/// Whether a header of this name carries credentials.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(['-', '_']).any(|word| WORDS.contains(&word))
}

/// A header's value, where anybody may be told it.
pub(super) fn told<'a>(name: &str, value: &'a str) -> &'a str {
    if is_secret(name) { HIDDEN } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_with_credentials_are_known_by_their_names() {
        for name in
            ["Authorization", "Cookie", "proxy-authorization", "X-API-Key", "x-auth-token", "Set-Cookie"]
        {
            assert!(is_secret(name), "{name}");
            assert_eq!(told(name, "hunter2"), HIDDEN);
        }
        for name in ["accept", "X-Author", "content-type", "x-request-id", "accept-language"] {
            assert_eq!(told(name, "a"), "a");
        }
    }
}
