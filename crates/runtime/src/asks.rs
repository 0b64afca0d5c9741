use std::fmt;

use plimsoll_model::{Form, JobKind};

/// How many names of a kind are told.
const TOLD: usize = 10;

/// How much of a name is told, in characters.
const NAME: usize = 100;

/// What a file of WebAssembly asks of its host, read before anything of it is compiled or run. As long as its words are,
/// however much it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asks {
    /// A component or a module.
    pub form: Form,
    /// The versions of WASI that it speaks with its host, e.g. `0.2`; none: it speaks no WASI.
    pub speaks: Vec<&'static str>,
    /// The kinds of job that can begin with what it exports.
    pub begins: Vec<JobKind>,
    /// What it exports.
    pub exports: FirstNames,
    /// What it imports that the host lacks, each with who provides it elsewhere, where that is known.
    pub missing: FirstNames,
    /// What the host provides, in words that a verb follows, e.g. `WASI 0.1 is`.
    pub provided: &'static str,
    /// The largest memory that a part of it begins with, in bytes; 0: it has none of its own.
    pub memory_bytes: u64,
}

/// The first names of a kind, and how many more there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstNames {
    first: Vec<(String, Option<String>)>,
    more: usize,
}

impl Asks {
    /// What the host lacks, and what it has instead; `None` where it lacks nothing.
    #[must_use]
    pub fn lack(&self) -> Option<String> {
        let Self { missing, provided, .. } = self;
        (!missing.is_empty())
            .then(|| format!("imports what this host lacks: {missing}; only {provided} provided"))
    }
}

impl FirstNames {
    /// Adds a stranger's name, shortened, with what is to be known of it. Of those after the tenth only their number is
    /// kept.
    pub fn add(&mut self, name: &str, remark: Option<&str>) {
        if self.first.len() == TOLD {
            self.more += 1;
            return;
        }
        self.first.push((format!("`{}`", shortened(name)), remark.map(str::to_owned)));
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }
}

impl fmt::Display for FirstNames {
    /// Names of which the same is to be known stand together, those without a word last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first.is_empty() {
            return f.write_str("nothing");
        }
        let mut groups: Vec<(Option<&str>, Vec<&str>)> = Vec::new();
        for (name, remark) in &self.first {
            let remark = remark.as_deref();
            match groups.iter_mut().find(|(known, _)| *known == remark) {
                Some((_, names)) => names.push(name),
                None => groups.push((remark, vec![name])),
            }
        }
        groups.sort_by_key(|(remark, _)| remark.is_none());
        let told = groups.into_iter().map(|(remark, names)| {
            let each = if names.len() > 1 { "each: " } else { "" };
            let remark = remark.map(|remark| format!(" ({each}{remark})")).unwrap_or_default();
            format!("{}{remark}", names.join(", "))
        });
        f.write_str(&told.collect::<Vec<_>>().join(", "))?;
        match self.more {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// A stranger's words, without what would move a terminal's cursor, and no longer than a line or two.
fn shortened(name: &str) -> String {
    let harmless = |sign: char| if sign.is_control() { '\u{fffd}' } else { sign };
    let mut shown: String = name.chars().take(NAME).map(harmless).collect();
    if name.chars().nth(NAME).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_by_the_first_ten_and_no_longer_than_they_are_read() {
        let mut names = FirstNames::default();
        assert_eq!(names.to_string(), "nothing");
        (0..12).for_each(|_| names.add(&format!("\u{1b}{}", "x".repeat(1_000)), Some("a host provides it")));
        let told = names.to_string();
        assert!(told.ends_with(" (each: a host provides it) and 2 more") && told.len() < 2_000, "{told}");
        assert!(!told.contains('\u{1b}'));
    }

    #[test]
    fn what_is_known_of_several_names_is_told_once() {
        let mut names = FirstNames::default();
        let host = Some("a host provides it");
        for (name, remark) in [("a", None), ("b", host), ("c", Some("a cloud provides it")), ("d", host)] {
            names.add(name, remark);
        }
        assert_eq!(names.to_string(), "`b`, `d` (each: a host provides it), `c` (a cloud provides it), `a`");
    }

    #[test]
    fn what_is_lacked_is_told_with_what_there_is() {
        let mut asks = Asks {
            form: Form::Module,
            speaks: Vec::new(),
            begins: vec![JobKind::Run],
            exports: FirstNames::default(),
            missing: FirstNames::default(),
            provided: "WASI 0.1 is",
            memory_bytes: 0,
        };
        assert_eq!(asks.lack(), None);
        asks.missing.add("acme.draw", None);
        assert_eq!(
            asks.lack().unwrap(),
            "imports what this host lacks: `acme.draw`; only WASI 0.1 is provided"
        );
    }
}
