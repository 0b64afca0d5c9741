//! Places that ask for the kind of a job: a `match`, an `if let` or `let … else`, a `matches!`, a comparison; a name of a
//! kind that is imported, behind which those could hide. And those that ask a job what it can answer by itself.

use syn::visit::{self, Visit};
use syn::{
    BinOp, Expr, ExprBinary, ExprLet, ExprMatch, ExprMethodCall, ImplItemFn, ItemFn, ItemImpl, ItemUse,
    Local, Macro, Pat, Type, UseTree,
};

use super::Place;
use crate::checks::source::{Found, Modules, Names, words_of};

/// Types of `model` that tell kinds of jobs apart.
const KINDS: [&str; 3] = ["Kind", "Job", "JobKind"];
/// Where they are defined: another crate's type of such a name is another thing.
const HOME: &str = "model";

/// What a job and its kind are asked instead.
const ANSWERS: [&str; 3] = ["serves", "service", "invocation"];

/// The places of a crate.
#[derive(Default)]
pub(super) struct Asked {
    /// Those that know the kinds.
    pub(super) kinds: Vec<Place>,
    /// Those that know only that a job serves or is called.
    pub(super) answers: Vec<Place>,
}

/// Every such place of a crate.
pub(super) fn asked(of: &Modules) -> Asked {
    let names = Names::of(of);
    let mut asked = Asked::default();
    for (path, module) in &of.modules {
        let is_job = |segments: &[String]| {
            let Some((_, of_type)) = segments.split_last() else { return false };
            let is_named = of_type.last().is_some_and(|name| KINDS.contains(&name.as_str()));
            is_named && (of.package() == HOME || !matches!(names.find(path, of_type), Some(Found::Item(_))))
        };
        let mut seen = Seen {
            is_job: &is_job,
            function: String::new(),
            of_impl: String::new(),
            found: Vec::new(),
            answers: Vec::new(),
        };
        module.items.iter().for_each(|item| seen.visit_item(item));
        let file = module.file.display().to_string();
        let place = |(line, what)| Place { file: file.clone(), line, what };
        asked.kinds.extend(seen.found.into_iter().map(place));
        asked.answers.extend(seen.answers.into_iter().map(place));
    }
    asked
}

struct Seen<'a> {
    /// Whether a path names one kind of job.
    is_job: &'a dyn Fn(&[String]) -> bool,
    /// The function that is read.
    function: String,
    /// The type whose `impl` is read: what `Self` is.
    of_impl: String,
    /// Line and function.
    found: Vec<(usize, String)>,
    /// Likewise.
    answers: Vec<(usize, String)>,
}

impl Seen<'_> {
    fn names_job(&self, mut segments: Vec<String>) -> bool {
        if let Some(first) = segments.first_mut().filter(|first| *first == "Self") {
            first.clone_from(&self.of_impl);
        }
        (self.is_job)(&segments)
    }

    fn path(&self, path: &syn::Path) -> bool {
        self.names_job(path.segments.iter().map(|segment| segment.ident.to_string()).collect())
    }

    fn pattern(&self, pattern: &Pat) -> bool {
        struct Paths<'a>(&'a dyn Fn(&syn::Path) -> bool, bool);
        impl<'ast> Visit<'ast> for Paths<'_> {
            fn visit_path(&mut self, path: &'ast syn::Path) {
                self.1 |= (self.0)(path);
            }
        }
        let is_job = |path: &syn::Path| self.path(path);
        let mut paths = Paths(&is_job, false);
        paths.visit_pat(pattern);
        paths.1
    }

    fn side(&self, side: &Expr) -> bool {
        match side {
            Expr::Path(path) => self.path(&path.path),
            Expr::Reference(inner) => self.side(&inner.expr),
            Expr::Paren(inner) => self.side(&inner.expr),
            _ => false,
        }
    }

    fn push(&mut self, line: usize) {
        self.found.push((line, format!("`{}`", self.function)));
    }

    fn function(&mut self, name: &syn::Ident, inside: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.function, name.to_string());
        inside(self);
        self.function = outer;
    }
}

impl<'ast> Visit<'ast> for Seen<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.function(&item.sig.ident, |seen| visit::visit_item_fn(seen, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.function(&item.sig.ident, |seen| visit::visit_impl_item_fn(seen, item));
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        self.of_impl = match &*item.self_ty {
            Type::Path(path) => {
                path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
            }
            _ => String::new(),
        };
        visit::visit_item_impl(self, item);
    }

    fn visit_expr_match(&mut self, item: &'ast ExprMatch) {
        if item.arms.iter().any(|arm| self.pattern(&arm.pat)) {
            self.push(item.match_token.span.start().line);
        }
        self.visit_expr(&item.expr);
        for arm in &item.arms {
            self.visit_pat(&arm.pat);
            self.visit_expr(&arm.body);
        }
    }

    fn visit_expr_let(&mut self, item: &'ast ExprLet) {
        if self.pattern(&item.pat) {
            self.push(item.let_token.span.start().line);
        }
        self.visit_expr(&item.expr);
    }

    fn visit_local(&mut self, item: &'ast Local) {
        if self.pattern(&item.pat) {
            self.push(item.let_token.span.start().line);
        }
        visit::visit_local(self, item);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if call.args.is_empty() && ANSWERS.iter().any(|name| call.method == name) {
            self.answers.push((call.method.span().start().line, format!("`{}`", self.function)));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut paths = Vec::new();
        imported(&item.tree, &mut Vec::new(), &mut paths);
        if paths.into_iter().any(|path| self.names_job(path)) {
            self.push(item.use_token.span.start().line);
        }
    }

    fn visit_expr_binary(&mut self, item: &'ast ExprBinary) {
        if let BinOp::Eq(_) | BinOp::Ne(_) = item.op
            && (self.side(&item.left) || self.side(&item.right))
        {
            self.push(syn::spanned::Spanned::span(&item.op).start().line);
        }
        visit::visit_expr_binary(self, item);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        if called.path.is_ident("matches") {
            let words = words_of(called.tokens.clone());
            if let Some((_, line)) = words.into_iter().find(|(word, _)| self.names_job(word.clone())) {
                self.push(line);
            }
        }
    }
}

/// The paths that a `use` names; of `*` the path before it and the star.
fn imported(tree: &UseTree, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    let mut named = |last: String| paths.push(before.iter().cloned().chain([last]).collect());
    match tree {
        UseTree::Name(name) => named(name.ident.to_string()),
        UseTree::Rename(name) => named(name.ident.to_string()),
        UseTree::Glob(_) => named("*".to_owned()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imported(tree, before, paths)),
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            imported(&path.tree, before, paths);
            before.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::made_up::made_up;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let kinds = asked(&made_up(files)).kinds;
        kinds.into_iter().map(|place| format!("{} {}", place.line, place.what)).collect()
    }

    #[test]
    fn each_question_is_a_place_whatever_its_form() {
        let text = "use plimsoll_model::{Job, Kind, TrialKind};\n\
            fn a(kind: Kind) -> u8 { match kind { Kind::Http => 1, Kind::Command => 2 } }\n\
            impl X { fn b(&self) { if self.kind == Kind::Http || !matches!(self.kind, Kind::Command) {} } }\n\
            fn c(job: &Job) { let Job::Serve(service) = job else { return }; if let Some(Job::Run { .. }) = x {} }\n\
            fn none() { make(Kind::Http); match at { TrialKind::Loaded => Kind::Http } }";
        assert_eq!(found(&[("lib.rs", text)]), ["2 `a`", "3 `b`", "3 `b`", "4 `c`", "4 `c`"]);
    }

    #[test]
    fn guards_count_and_imports_of_a_kind_behind_which_a_question_could_hide() {
        let text = "use plimsoll_model::Job::{self, Serve}; use plimsoll_model::{Kind as K, JobKind};\n\
            fn a() { match x { 1 if matches!(kind, JobKind::Serve) => 1, _ => 2 } }";
        assert_eq!(found(&[("lib.rs", text)]), ["1 ``", "2 `a`"]);
    }

    #[test]
    fn what_a_job_answers_by_itself_is_told_apart() {
        let of = made_up(&[("lib.rs", "fn a(job: &Job) { if job.kind().serves() { job.service() } }")]);
        let asked = asked(&of);
        assert_eq!((asked.kinds.len(), asked.answers.len()), (0, 2));
    }

    #[test]
    fn another_type_of_that_name_is_another_thing() {
        let text = "enum Kind { Info } fn a(kind: Kind) -> bool { kind == Kind::Info }";
        assert_eq!(found(&[("lib.rs", text)]), Vec::<String>::new());
        let mut home = made_up(&[(
            "lib.rs",
            "pub enum Kind { A } impl Kind { fn a(self) { match self { Self::A => {} } } }",
        )]);
        home.name = "model".to_owned();
        assert_eq!(asked(&home).kinds.len(), 1);
    }
}
