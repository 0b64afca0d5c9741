//! Headers that tell who asks.

use std::collections::BTreeSet;

use plimsoll_model::Workload;

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

/// Takes headers with credentials out of all that a workload asks; gives what is to be told of them, where there were
/// any.
pub(super) fn take_out(workload: &mut Workload) -> Option<String> {
    let mut names = BTreeSet::new();
    for exchange in workload.job.exchanges_mut() {
        exchange.headers.retain(|(name, _)| {
            let stays = !is_secret(name);
            if !stays {
                names.insert(format!("`{}`", name.to_ascii_lowercase()));
            }
            stays
        });
    }
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    (!names.is_empty()).then(|| {
        format!(
            "Headers that are not written into `workload.toml`, which others may read: {names}. Where the service needs them, \
             run `plimsoll bench` with these words and `--header` instead of the folder, or write them as `headers` into a \
             folder that nobody else is given."
        )
    })
}

/// That values of variables stand in the folder, by the variables' names.
pub(super) fn that_stay(workload: &Workload) -> Option<String> {
    let names: Vec<String> = workload.grants.environment.keys().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| {
        format!(
            "Variables that are written into `workload.toml` with their values: {}. Others may read it: take out what is \
             secret, and grant it with `plimsoll bench` and these words instead of the folder.",
            names.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Own;
    use crate::own::Question;

    #[test]
    fn a_workload_is_left_without_credentials_and_they_are_told_once_by_name() {
        let headers = [("Authorization", "Bearer hunter2"), ("accept", "text/plain")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let ask = |path: &str| Question::read("GET", path, None, &headers).unwrap();
        let own =
            Own { images: vec!["cart".to_owned()], questions: vec![ask("/a"), ask("/b")], ..Own::default() };
        let mut workload = own.workloads().unwrap().remove(0);
        let told = take_out(&mut workload).unwrap();
        assert_eq!(told.matches("`authorization`").count(), 1, "{told}");
        assert!(told.contains("`--header`") && !told.contains("hunter2"), "{told}");
        for exchange in workload.job.exchanges() {
            assert_eq!(exchange.headers, [("accept".to_owned(), "text/plain".to_owned())]);
        }
        assert_eq!(take_out(&mut workload), None);
    }

    #[test]
    fn variables_that_stay_with_their_values_are_told_by_their_names() {
        let mut workload =
            Own { images: vec!["cart".to_owned()], ..Own::default() }.workloads().unwrap().remove(0);
        assert_eq!(that_stay(&workload), None);
        workload.grants.environment = [("API_KEY".to_owned(), "hunter2".to_owned())].into();
        let told = that_stay(&workload).unwrap();
        assert!(told.contains("`API_KEY`") && !told.contains("hunter2"), "{told}");
    }

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
