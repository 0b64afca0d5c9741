//! String literals in production Rust, those in macros and attributes too.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprCall, ExprPath, LitStr, Macro, Meta};

use super::Place;
use crate::checks::source::Modules;

/// Every one of a crate.
pub(super) fn literals(of: &Modules) -> Vec<Place> {
    let mut places = Vec::new();
    for module in of.modules.values() {
        let mut seen = Seen(Vec::new());
        module.items.iter().for_each(|item| seen.visit_item(item));
        let file = module.file.display().to_string();
        places.extend(seen.0.into_iter().map(|(line, what)| Place { file: file.clone(), line, what }));
    }
    places
}

/// Every one of an expression, in their order.
pub(super) fn in_expression(expression: &Expr) -> Vec<String> {
    let mut seen = Seen(Vec::new());
    seen.visit_expr(expression);
    seen.0.into_iter().map(|(_, what)| what).collect()
}

/// The names that an expression makes, each by `Slug::known`.
pub(super) fn slugs_in(expression: &Expr) -> Vec<String> {
    let mut known = Names(Vec::new());
    known.visit_expr(expression);
    known.0
}

struct Names(Vec<String>);

impl Visit<'_> for Names {
    fn visit_expr_call(&mut self, call: &ExprCall) {
        let is_known = |path: &ExprPath| {
            let names: Vec<String> = path.path.segments.iter().map(|part| part.ident.to_string()).collect();
            names.ends_with(&["Slug".to_owned(), "known".to_owned()])
        };
        match &*call.func {
            Expr::Path(path) if is_known(path) => {
                self.0.extend(call.args.iter().flat_map(in_expression));
            }
            _ => visit::visit_expr_call(self, call),
        }
    }
}

struct Seen(Vec<(usize, String)>);

impl Seen {
    fn literal(&mut self, literal: &LitStr) {
        self.0.push((literal.span().start().line, literal.value()));
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                        self.literal(&text);
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Seen {
    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.literal(literal);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.tokens(called.tokens.clone());
    }

    /// A doc comment is an attribute `doc = "…"`.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }
}
