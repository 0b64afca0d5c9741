//! String literals in production Rust that are the name of a built-in lane.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use syn::Item;

use super::Place;
use super::literals::{literals, slugs_in};
use crate::checks::source::Modules;

/// The crate of a family is called so. It alone spells its lanes, in constants of these names.
const FAMILY: &str = "runtime-";
const LISTS: [&str; 2] = ["LANE", "LANES"];

/// The names of the lanes that each family offers, by its package.
pub(super) fn slugs(crates: &[Modules]) -> Result<BTreeMap<String, Vec<String>>> {
    let mut families = BTreeMap::<String, Vec<String>>::new();
    for of in crates.iter().filter(|of| is_family(of)) {
        families.entry(of.package().to_owned()).or_default().append(&mut listed(of));
    }
    match families.iter().find(|(_, slugs)| slugs.is_empty()) {
        Some((package, _)) => bail!("`{package}` lists its lanes in no constant `LANE` or `LANES`"),
        None if families.is_empty() => bail!("there is no family: nothing would be looked for"),
        None => Ok(families),
    }
}

fn listed(of: &Modules) -> Vec<String> {
    let mut slugs = Vec::new();
    for module in of.modules.values() {
        for item in &module.items {
            if let Item::Const(list) = item
                && LISTS.iter().any(|name| list.ident == name)
            {
                slugs.extend(slugs_in(&list.expr));
            }
        }
    }
    slugs
}

fn is_family(of: &Modules) -> bool {
    of.package().starts_with(FAMILY)
}

/// Every place of a crate that spells a lane of another crate's family.
pub(super) fn places(of: &Modules, families: &BTreeMap<String, Vec<String>>) -> Vec<Place> {
    let others = families.iter().filter(|(package, _)| *package != of.package());
    let slugs: Vec<&String> = others.flat_map(|(_, slugs)| slugs).collect();
    literals(of).into_iter().filter(|place| slugs.contains(&&place.what)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::made_up::made_up;

    fn families() -> BTreeMap<String, Vec<String>> {
        let of = |package: &str, slugs: &[&str]| {
            (format!("runtime-{package}"), slugs.iter().map(|slug| (*slug).to_owned()).collect())
        };
        [
            of("docker", &["docker"]),
            of("native", &["native"]),
            of("wasmtime", &["wasmtime", "wasmtime-process"]),
        ]
        .into()
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
        let found = slugs(&crates).unwrap();
        assert_eq!(found.values().flatten().collect::<Vec<_>>(), ["a", "b", "c"]);
        let silent = slugs(&[named("runtime-one", one), named("runtime-two", "")]).unwrap_err();
        assert!(silent.to_string().starts_with("`runtime-two` lists"), "{silent}");
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
        let found: Vec<_> =
            places(&of, &families()).into_iter().map(|place| (place.line, place.what)).collect();
        let wanted = [(3, "docker"), (4, "native"), (5, "wasmtime-process")];
        assert_eq!(found, wanted.map(|(line, what)| (line, what.to_owned())));
    }

    #[test]
    fn the_crate_of_a_family_may_spell_its_own_lanes_alone() {
        let mut of = made_up(&[("lib.rs", "const A: [&str; 2] = [\"docker\", \"wasmtime\"];")]);
        of.name = "runtime-wasmtime/plimsoll-worker".to_owned();
        let found: Vec<String> = places(&of, &families()).into_iter().map(|place| place.what).collect();
        assert_eq!(found, ["docker"]);
    }
}
