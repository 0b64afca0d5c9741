//! String literals in production Rust that are the name of a built-in lane.

use super::Place;
use super::literals::literals;
use crate::checks::source::Modules;

pub(super) const SLUGS: [&str; 5] = ["docker", "docker+hostnet", "wasmtime", "wasmtime-process", "native"];
/// A family's own crate names its lanes.
const FAMILIES: [&str; 3] = ["runtime-docker", "runtime-native", "runtime-wasmtime"];

/// Every place of a crate that spells one; none in the crate of a family.
pub(super) fn places(of: &Modules) -> Vec<Place> {
    if FAMILIES.contains(&of.package()) {
        return Vec::new();
    }
    literals(of).into_iter().filter(|place| SLUGS.contains(&place.what.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::made_up::made_up;

    #[test]
    fn literals_count_also_in_macros_and_attributes_but_not_in_comments_tests_and_longer_texts() {
        let of = made_up(&[(
            "lib.rs",
            "//! native\n/// docker\nconst A: &str = \"docker\";\n\
             fn f() { vec![\"native\"]; \"docker: gone\"; } // \"wasmtime\"\n\
             #[serde(rename = \"wasmtime-process\")] struct B;\n\
             #[cfg(test)] mod tests { const C: &str = \"wasmtime\"; }",
        )]);
        let found: Vec<_> = places(&of).into_iter().map(|place| (place.line, place.what)).collect();
        let wanted = [(3, "docker"), (4, "native"), (5, "wasmtime-process")];
        assert_eq!(found, wanted.map(|(line, what)| (line, what.to_owned())));
    }

    #[test]
    fn the_crate_of_a_family_may_spell_its_lanes() {
        let mut of = made_up(&[("lib.rs", "const A: &str = \"docker\";")]);
        of.name = "runtime-wasmtime/plimsoll-worker".to_owned();
        assert_eq!(places(&of), []);
    }
}
