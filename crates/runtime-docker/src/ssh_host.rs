use std::fmt;

/// A machine that is reached over ssh, as `[user@]host[:port][/socket]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SshHost {
    user: Option<String>,
    host: String,
    port: Option<u16>,
    /// The engine's socket there, where it is not the usual one.
    socket: Option<String>,
}

impl SshHost {
    /// What stands behind `ssh://`; `None` where it names no host.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (place, socket) = match text.find('/') {
            Some(at) => (&text[..at], Some(text[at..].to_owned()).filter(|path| path != "/")),
            None => (text, None),
        };
        let (user, place) = match place.rsplit_once('@') {
            Some((user, place)) => (Some(user.to_owned()), place),
            None => (None, place),
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (place, None),
        };
        // No word of it may be taken for one of ssh's own options, nor hold a password.
        let is_plain = |word: &str| !word.is_empty() && !word.starts_with('-') && !word.contains([' ', ':']);
        let is_sound = is_plain(host) && user.as_deref().is_none_or(is_plain);
        let quotable =
            |path: &String| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
        (is_sound && socket.as_ref().is_none_or(quotable)).then(|| Self {
            user,
            host: host.to_owned(),
            port,
            socket,
        })
    }

    /// The words behind `ssh` that join two streams with the engine there, as Docker's client does it.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-T"].map(str::to_owned).to_vec();
        words.extend(self.docker());
        words.extend(["system", "dial-stdio"].map(str::to_owned));
        words
    }

    /// A command that shows whether `ssh` leads to the engine there without being asked anything.
    pub(crate) fn tried_by(&self) -> String {
        format!("ssh -o BatchMode=yes {} version", self.docker().join(" "))
    }

    /// The words that call Docker's client there.
    fn docker(&self) -> Vec<String> {
        let mut words = Vec::new();
        words.extend(self.user.iter().flat_map(|user| ["-l".to_owned(), user.clone()]));
        words.extend(self.port.iter().flat_map(|port| ["-p".to_owned(), port.to_string()]));
        words.extend(["--", &self.host, "docker"].map(str::to_owned));
        words.extend(self.socket.iter().flat_map(|path| ["--host".to_owned(), format!("unix://{path}")]));
        words
    }
}

impl fmt::Display for SshHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ssh://")?;
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        f.write_str(&self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(self.socket.as_deref().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_told_alike_and_none_of_it_becomes_an_option() {
        for text in ["builder", "me@builder", "me@builder:2222/run/other.sock", "builder:22"] {
            assert_eq!(SshHost::parse(text).unwrap().to_string(), format!("ssh://{text}"));
        }
        for text in
            ["", "@builder", "-oProxyCommand=x", "me:secret@builder", "a b", "builder:x", "b/a;b", "-l@b"]
        {
            assert_eq!(SshHost::parse(text), None, "{text}");
        }
        let words = SshHost::parse("me@builder:2222/run/other.sock").unwrap().words().join(" ");
        assert!(
            words
                .ends_with("-l me -p 2222 -- builder docker --host unix:///run/other.sock system dial-stdio"),
            "{words}"
        );
    }
}
