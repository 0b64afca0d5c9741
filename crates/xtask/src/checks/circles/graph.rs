//! Which concern of a crate needs which, and where that goes round.

use std::collections::BTreeMap;

use petgraph::algo::tarjan_scc;
use petgraph::prelude::DiGraphMap;

use crate::checks::source::{Found, Modules, Names, paths_of};

/// Concerns that need one another.
pub(super) struct Circle {
    /// By name.
    pub(super) modules: Vec<String>,
    pub(super) arrows: Vec<Arrow>,
}

/// One concern needs another.
#[derive(Clone)]
pub(super) struct Arrow {
    pub(super) from: String,
    pub(super) to: String,
    /// The module in which it is written.
    pub(super) at: Vec<String>,
    pub(super) line: usize,
}

/// Every circle of a crate, by the names of its modules.
pub(super) fn circles(of: &Modules) -> Vec<Circle> {
    let arrows = arrows(of);
    // Concerns of different folders are never joined: an arrow is drawn where the ways of both ends part.
    let graph = DiGraphMap::<&str, ()>::from_edges(
        arrows.iter().map(|arrow| (arrow.from.as_str(), arrow.to.as_str())),
    );
    let mut circles: Vec<Circle> = tarjan_scc(&graph)
        .into_iter()
        .filter(|modules| modules.len() > 1)
        .map(|mut modules| {
            modules.sort_unstable();
            let inside = |name: &String| modules.contains(&name.as_str());
            let arrows = arrows.iter().filter(|arrow| inside(&arrow.from) && inside(&arrow.to)).cloned();
            Circle { arrows: arrows.collect(), modules: modules.into_iter().map(str::to_owned).collect() }
        })
        .collect();
    circles.sort_by(|a, b| a.modules.cmp(&b.modules));
    circles
}

/// One arrow for each pair of concerns, with the first line that needs it.
fn arrows(of: &Modules) -> Vec<Arrow> {
    let names = Names::of(of);
    let mut arrows: BTreeMap<(String, String), Arrow> = BTreeMap::new();
    for (from, module) in &of.modules {
        for used in paths_of(&module.items) {
            let to = match names.find(from, &used.segments) {
                Some(Found::Item(to)) => to,
                // A module's name alone needs nothing of it: what follows it does. All of it is another thing.
                Some(Found::Module(to)) if used.is_glob => to,
                _ => continue,
            };
            let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
            if shared == from.len() || shared == to.len() {
                continue;
            }
            let name = |path: &[String]| path[..=shared].join("::");
            let arrow = Arrow { from: name(from), to: name(&to), at: from.clone(), line: used.line };
            arrows.entry((arrow.from.clone(), arrow.to.clone())).or_insert(arrow);
        }
    }
    arrows.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::made_up::made_up;

    fn drawn(files: &[(&str, &str)]) -> Vec<String> {
        arrows(&made_up(files)).iter().map(|arrow| format!("{} {}", arrow.from, arrow.to)).collect()
    }

    #[test]
    fn an_item_is_needed_where_it_is_defined_and_not_where_it_is_handed_on() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c; pub use b::{B as Renamed, B};"),
            ("a.rs", "use crate::Renamed; use super::c::B;"),
            ("b.rs", "pub struct B;"),
            ("c.rs", "pub(crate) use crate::b::*;"),
        ];
        assert_eq!(drawn(&files), ["a b", "c b"]);
    }

    #[test]
    fn inside_a_folder_each_module_is_a_concern_and_outside_it_all_are_one() {
        let files = [
            ("lib.rs", "mod a; mod b; pub struct Root;"),
            ("a/mod.rs", "mod x; mod y; pub struct A; fn f() { x::f() }"),
            ("a/x.rs", "use super::A; use super::y::Y; pub fn f() { crate::b::g(); crate::Root }"),
            ("a/y.rs", "pub struct Y;"),
            ("b.rs", "use crate::a; pub fn g() { a::A; }"),
        ];
        assert_eq!(drawn(&files), ["a b", "a::x a::y", "b a"]);
    }

    #[test]
    fn macros_count_and_tests_other_crates_and_comments_do_not() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c; mod csv;"),
            (
                "a.rs",
                "fn f() { format!(\"{}\", [crate::b::g()]); } #[cfg(test)] mod tests { use crate::c::C; }",
            ),
            (
                "b.rs",
                "/// See [`crate::c::C`].\npub fn g() { ::csv::read(); std::fs::read(); }\n#[cfg(test)] use crate::c::C;",
            ),
            ("c.rs", "pub struct C;"),
            ("csv.rs", "pub fn read() {}"),
        ];
        assert_eq!(drawn(&files), ["a b"]);
    }
}
