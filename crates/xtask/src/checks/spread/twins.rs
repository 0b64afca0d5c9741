//! Types of one name in several modules.

use std::collections::BTreeMap;

use syn::{Ident, Item, Visibility};

use crate::checks::source::Modules;

/// The modules of each name that several types share. Only types that other modules can see.
pub(super) fn twins(crates: &[Modules]) -> BTreeMap<String, Vec<String>> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for of in crates {
        for (path, module) in &of.modules {
            for name in module.items.iter().filter_map(seen_type) {
                let place = std::iter::once(&of.name).chain(path).cloned().collect::<Vec<_>>().join("::");
                places.entry(name.to_string()).or_default().push(place);
            }
        }
    }
    places.retain(|_, places| places.len() > 1);
    places
}

fn seen_type(item: &Item) -> Option<&Ident> {
    let (visibility, name) = match item {
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        Item::Union(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    (!matches!(visibility, Visibility::Inherited)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::made_up::made_up;

    #[test]
    fn only_types_that_others_see_are_twins() {
        let of = made_up(&[
            ("lib.rs", "mod a; mod b; pub struct Outcome; pub struct Alone; struct Tone;"),
            ("a.rs", "pub(crate) enum Outcome {} pub struct Tone;"),
            ("b.rs", "fn outcome() {}"),
        ]);
        let places = vec!["made-up".to_owned(), "made-up::a".to_owned()];
        assert_eq!(twins(&[of]), BTreeMap::from([("Outcome".to_owned(), places)]));
    }
}
