//! String literals in production Rust that are the name of a metric. What is done with a metric is said by its definition.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprPath, Lit, LitStr};

use super::Place;
use super::literals::literals;
use crate::checks::source::Modules;

/// What works on metrics without taking any.
const READERS: [&str; 9] =
    ["analysis", "app", "budget", "capsule", "chart", "cli", "desktop", "export", "report"];
/// The names of those that sentences pick out.
const NAMES: &str = "crates/analysis/src/names.rs";

/// The slugs of every metric that is defined: what `Metric::known` is called with first.
pub(super) fn defined(crates: &[Modules]) -> BTreeSet<String> {
    let mut defined = Definitions(BTreeSet::new());
    for module in crates.iter().flat_map(|of| of.modules.values()) {
        module.items.iter().for_each(|item| defined.visit_item(item));
    }
    defined.0
}

/// Every place of a crate that spells one of them; none in a crate that takes metrics itself.
pub(super) fn places(of: &Modules, defined: &BTreeSet<String>) -> Vec<Place> {
    if !READERS.contains(&of.package()) {
        return Vec::new();
    }
    literals(of).into_iter().filter(|place| place.file != NAMES && defined.contains(&place.what)).collect()
}

struct Definitions(BTreeSet<String>);

impl<'ast> Visit<'ast> for Definitions {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if is_definition(&call.func)
            && let Some(slug) = call.args.first().and_then(text)
        {
            self.0.insert(slug.value());
        }
        visit::visit_expr_call(self, call);
    }
}

fn is_definition(called: &Expr) -> bool {
    let Expr::Path(ExprPath { path, .. }) = called else { return false };
    path.segments.iter().rev().map(|segment| segment.ident.to_string()).take(2).eq(["known", "Metric"])
}

fn text(argument: &Expr) -> Option<&LitStr> {
    match argument {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::made_up::made_up;

    #[test]
    fn what_is_defined_anywhere_may_not_be_spelled_by_a_reader() {
        let home =
            made_up(&[("lib.rs", "const A: Metric = Metric::known(\"pss\", \"P\", x).short(\"PSS\");")]);
        let mut reader = made_up(&[("lib.rs", "fn f() { find(\"pss\"); find(\"PSS\"); }")]);
        let defined = defined(&[home]);
        assert_eq!(places(&reader, &defined), []);
        reader.name = "budget".to_owned();
        let found: Vec<String> = places(&reader, &defined).into_iter().map(|place| place.what).collect();
        assert_eq!(found, ["pss"]);
    }
}
