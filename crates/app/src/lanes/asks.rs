//! What a file of WebAssembly asks of its host, in words.

use plimsoll_engine::Asks;
use plimsoll_model::{Form, JobKind, Kind};

use crate::format;

/// What it is, in a sentence.
pub(crate) fn sentence(asks: &Asks) -> String {
    let form = if asks.form == Form::Module { "module" } else { "component" };
    let speaks = match asks.speaks.as_slice() {
        [] => "no WASI".to_owned(),
        versions => format!("WASI {}", versions.join(" and ")),
    };
    let memory = match asks.memory_bytes {
        0 => String::new(),
        bytes => format!("; it begins with {} of memory", format::bytes(bytes as f64)),
    };
    format!("The {form} speaks {speaks} and exports {}{memory}.", asks.exports)
}

/// What stands in the way of a job of this kind, each without the name of the file, which comes before.
pub(crate) fn obstacles(asks: &Asks, kind: JobKind) -> Vec<String> {
    let lack = asks.lack();
    let word = |kind: JobKind| Kind::from(kind).as_str();
    let entry = (!asks.begins.contains(&kind)).then(|| {
        let instead = asks.begins.first().map(|other| format!(": it is of kind `{}`", word(*other)));
        format!(
            "exports nothing that a workload of kind `{}` begins with{}; what it exports is {}",
            word(kind),
            instead.unwrap_or_default(),
            asks.exports
        )
    });
    lack.into_iter().chain(entry).collect()
}

#[cfg(test)]
mod tests {
    use plimsoll_engine::FirstNames;

    use super::*;

    fn asks() -> Asks {
        let mut exports = FirstNames::default();
        exports.add("wasi:cli/run@0.2.0", None);
        Asks {
            form: Form::Component,
            speaks: vec!["0.2", "0.3"],
            begins: vec![JobKind::Run],
            exports,
            missing: FirstNames::default(),
            provided: "WASI 0.2 and 0.3.0 are",
            memory_bytes: 2 << 20,
        }
    }

    #[test]
    fn what_it_is_stands_in_a_sentence() {
        assert_eq!(
            sentence(&asks()),
            "The component speaks WASI 0.2 and 0.3 and exports `wasi:cli/run@0.2.0`; it begins with 2.00 MiB of memory."
        );
        let bare = Asks {
            form: Form::Module,
            speaks: Vec::new(),
            exports: FirstNames::default(),
            memory_bytes: 0,
            ..asks()
        };
        assert_eq!(sentence(&bare), "The module speaks no WASI and exports nothing.");
    }

    #[test]
    fn what_stands_in_the_way_is_told_for_the_kind_that_is_asked_for() {
        let mut asks = asks();
        assert_eq!(obstacles(&asks, JobKind::Run), Vec::<String>::new());
        asks.missing.add("acme:bus/draw", None);
        let [lack, entry] = &obstacles(&asks, JobKind::Serve)[..] else { panic!("{asks:?}") };
        assert!(lack.starts_with("imports what this host lacks: `acme:bus/draw`; only WASI"), "{lack}");
        let told = "exports nothing that a workload of kind `http` begins with: it is of kind `command`; what it exports is \
                    `wasi:cli/run@0.2.0`";
        assert_eq!(entry, told);
    }
}
