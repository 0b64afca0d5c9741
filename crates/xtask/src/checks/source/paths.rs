//! What the code of a module names: paths in `use`, in types, patterns and expressions, and in what is handed to macros.

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, Macro, UseTree, VisRestricted};

/// One path as it is written.
#[derive(Debug)]
pub(crate) struct Uses {
    pub(crate) segments: Vec<String>,
    /// `use path::*`.
    pub(crate) is_glob: bool,
    pub(crate) line: usize,
}

/// Every path of several segments that these items name. Those that begin with `::` name another crate and are left out.
pub(crate) fn paths_of(items: &[Item]) -> Vec<Uses> {
    let mut seen = Seen(Vec::new());
    for item in items {
        seen.visit_item(item);
    }
    seen.0
}

struct Seen(Vec<Uses>);

impl<'ast> Visit<'ast> for Seen {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            for import in imports(&item.tree) {
                self.0.push(import.path);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.0.push(Uses { segments, is_glob: false, line: path.span().start().line });
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.visit_path(&called.path);
        in_tokens(called.tokens.clone(), &mut self.0);
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}

/// What a `use` makes known, and under which name.
pub(super) struct Import {
    pub(super) name: String,
    pub(super) path: Uses,
}

pub(super) fn imports(tree: &UseTree) -> Vec<Import> {
    let mut found = Vec::new();
    unfold(tree, &mut Vec::new(), &mut found);
    found
}

fn unfold(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Import>) {
    let mut push = |before: &[String], last: Option<String>, name: String, line| {
        let segments: Vec<String> = before.iter().cloned().chain(last).collect();
        let path = Uses { is_glob: name == "*", segments, line };
        found.push(Import { name, path });
    };
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            unfold(&path.tree, before, found);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|inner| unfold(inner, before, found)),
        UseTree::Glob(glob) => push(before, None, "*".to_owned(), glob.star_token.span().start().line),
        UseTree::Rename(rename) => {
            let last = Some(rename.ident.to_string()).filter(|last| last != "self");
            push(before, last, rename.rename.to_string(), rename.ident.span().start().line);
        }
        UseTree::Name(name) => {
            let last = Some(name.ident.to_string()).filter(|last| last != "self");
            let known = last.clone().or_else(|| before.last().cloned()).unwrap_or_default();
            push(before, last, known, name.ident.span().start().line);
        }
    }
}

/// What a macro is handed is no syntax tree: a run of names between `::` is taken for a path.
fn in_tokens(tokens: TokenStream, found: &mut Vec<Uses>) {
    for (segments, line) in words_of(tokens) {
        if segments.len() > 1 && !segments[0].is_empty() {
            found.push(Uses { segments, is_glob: false, line });
        }
    }
}

/// Every name or path among these tokens and inside their groups, with its line. One that begins with `::` begins with
/// an empty name.
pub(crate) fn words_of(tokens: TokenStream) -> Vec<(Vec<String>, usize)> {
    let mut words: Vec<(Vec<String>, usize)> = Vec::new();
    // How many colons stand directly before, and whether a path stands before these.
    let (mut colons, mut goes_on) = (0, false);
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                let (text, line) = (name.to_string(), name.span().start().line);
                match words.last_mut() {
                    Some((segments, _)) if colons == 2 && goes_on => segments.push(text),
                    _ if colons == 2 => words.push((vec![String::new(), text], line)),
                    _ => words.push((vec![text], line)),
                }
                (colons, goes_on) = (0, true);
            }
            TokenTree::Punct(point) if point.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => {
                words.append(&mut words_of(group.stream()));
                (colons, goes_on) = (0, false);
            }
            _ => (colons, goes_on) = (0, false),
        }
    }
    words
}
