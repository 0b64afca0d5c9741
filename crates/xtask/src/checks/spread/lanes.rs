//! String literals in production Rust that are the name of a built-in lane.

use syn::Item;

use super::Place;
use super::literals::{in_expression, literals};
use crate::checks::source::Modules;

/// The crate of a family is called so. It alone spells its lanes, in constants of these names.
const FAMILY: &str = "runtime-";
const LISTS: [&str; 2] = ["LANE", "LANES"];

/// The names of the lanes that the families offer.
pub(super) fn slugs(crates: &[Modules]) -> Vec<String> {
    let mut slugs = Vec::new();
    for module in crates.iter().filter(|of| is_family(of)).flat_map(|of| of.modules.values()) {
        for item in &module.items {
            if let Item::Const(list) = item
                && LISTS.iter().any(|name| list.ident == name)
            {
                slugs.extend(in_expression(&list.expr));
            }
        }
    }
    slugs
}

fn is_family(of: &Modules) -> bool {
    of.package().starts_with(FAMILY)
}

/// Every place of a crate that spells one of these; none in the crate of a family.
pub(super) fn places(of: &Modules, slugs: &[String]) -> Vec<Place> {
    if is_family(of) {
        return Vec::new();
    }
    literals(of).into_iter().filter(|place| slugs.contains(&place.what)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::made_up::made_up;

    fn slugs() -> Vec<String> {
        ["docker", "native", "wasmtime", "wasmtime-process"].map(str::to_owned).to_vec()
    }

    #[test]
    fn the_lanes_are_those_that_the_families_list() {
        let named = |name: &str, text: &str| {
            let mut of = made_up(&[("lib.rs", text)]);
            of.name = name.to_owned();
            of
        };
        let one = "const LANES: [(Slug, u8); 2] = [(Slug::known(\"a\"), 1), (Slug::known(\"b\"), 2)];";
        let crates = [
            named("runtime-one", one),
            named("runtime-two", "const LANE: Slug = Slug::known(\"c\"); const OTHER: &str = \"d\";"),
            named("report", "const LANES: [&str; 1] = [\"e\"];"),
        ];
        assert_eq!(super::slugs(&crates), ["a", "b", "c"]);
    }

    #[test]
    fn literals_count_also_in_macros_and_attributes_but_not_in_comments_tests_and_longer_texts() {
        let of = made_up(&[(
            "lib.rs",
            "//! native\n/// docker\nconst A: &str = \"docker\";\n\
             fn f() { vec![\"native\"]; \"docker: gone\"; } // \"wasmtime\"\n\
             #[serde(rename = \"wasmtime-process\")] struct B;\n\
             #[cfg(test)] mod tests { const C: &str = \"wasmtime\"; }",
        )]);
        let found: Vec<_> = places(&of, &slugs()).into_iter().map(|place| (place.line, place.what)).collect();
        let wanted = [(3, "docker"), (4, "native"), (5, "wasmtime-process")];
        assert_eq!(found, wanted.map(|(line, what)| (line, what.to_owned())));
    }

    #[test]
    fn the_crate_of_a_family_may_spell_its_lanes() {
        let mut of = made_up(&[("lib.rs", "const A: &str = \"docker\";")]);
        of.name = "runtime-wasmtime/plimsoll-worker".to_owned();
        assert_eq!(places(&of, &slugs()), []);
    }
}
