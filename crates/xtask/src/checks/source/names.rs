//! Where a name of a crate is really defined: through `use`, `pub use` and modules.

use std::collections::{BTreeMap, HashMap};

use syn::Item;

use super::paths::imports;
use super::tree::{ModulePath, Modules};

/// How many `use` a name may go through: a name that is imported from itself ends here.
const HOPS: usize = 32;

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// An item of this module.
    Item(ModulePath),
    /// This module.
    Module(ModulePath),
}

/// The names of a crate, module by module.
pub(crate) struct Names(BTreeMap<ModulePath, Scope>);

#[derive(Default)]
struct Scope {
    names: HashMap<String, Vec<Target>>,
    globs: Vec<Vec<String>>,
}

enum Target {
    Here,
    Module,
    Import(Vec<String>),
}

impl Names {
    pub(crate) fn of(modules: &Modules) -> Self {
        Self(modules.modules.iter().map(|(path, module)| (path.clone(), Scope::of(&module.items))).collect())
    }

    /// What `segments`, written in module `from`, names; `None` where it is not of this crate.
    pub(crate) fn find(&self, from: &[String], segments: &[String]) -> Option<Found> {
        self.hop(from, segments, HOPS)
    }

    fn hop(&self, from: &[String], segments: &[String], hops: usize) -> Option<Found> {
        let hops = hops.checked_sub(1)?;
        match segments.split_first()? {
            (first, rest) if first == "crate" => self.walk(&[], rest, hops),
            _ => self.walk(from, segments, hops),
        }
    }

    fn walk(&self, module: &[String], segments: &[String], hops: usize) -> Option<Found> {
        let Some((first, rest)) = segments.split_first() else {
            return Some(Found::Module(module.to_vec()));
        };
        match first.as_str() {
            "self" => return self.walk(module, rest, hops),
            "super" => return self.walk(module.split_last()?.1, rest, hops),
            _ => {}
        }
        let scope = self.0.get(module)?;
        let mut targets: Vec<&Target> = scope.names.get(first).into_iter().flatten().collect();
        // A module and a function may have one name: only the module has something inside.
        targets.sort_by_key(|target| matches!(target, Target::Module) == rest.is_empty());
        let through_names = targets.into_iter().find_map(|target| match target {
            Target::Here => Some(Found::Item(module.to_vec())),
            Target::Module => self.walk(&join(module, std::slice::from_ref(first)), rest, hops),
            Target::Import(path) => self.hop(module, &join(path, rest), hops),
        });
        through_names.or_else(|| {
            scope.globs.iter().find_map(|glob| match self.hop(module, glob, hops)? {
                Found::Module(inner) if inner != module => self.walk(&inner, segments, hops.checked_sub(1)?),
                _ => None,
            })
        })
    }
}

impl Scope {
    fn of(items: &[Item]) -> Self {
        let mut scope = Self::default();
        for item in items {
            match item {
                Item::Mod(module) => scope.add(module.ident.to_string(), Target::Module),
                Item::Use(item) if item.leading_colon.is_none() => {
                    for import in imports(&item.tree) {
                        match import.path.is_glob {
                            true => scope.globs.push(import.path.segments),
                            false => scope.add(import.name, Target::Import(import.path.segments)),
                        }
                    }
                }
                other => {
                    if let Some(name) = name_of(other) {
                        scope.add(name, Target::Here);
                    }
                }
            }
        }
        scope
    }

    fn add(&mut self, name: String, target: Target) {
        self.names.entry(name).or_default().push(target);
    }
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn join(before: &[String], after: &[String]) -> Vec<String> {
    before.iter().chain(after).cloned().collect()
}
