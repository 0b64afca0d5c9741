//! The modules of a crate, from its root file on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{MetadataCommand, TargetKind};
use syn::{Attribute, ImplItem, Item, ItemMod, Meta};

use crate::cargo;

/// The place of a module in its crate: empty for the root.
pub(crate) type ModulePath = Vec<String>;

/// One module of a crate.
pub(crate) struct Module {
    /// Relative to the repository.
    pub(crate) file: PathBuf,
    /// Without tests and without the content of modules inside.
    pub(crate) items: Vec<Item>,
}

/// The modules of one library or program.
pub(crate) struct Modules {
    /// The crate's name without ours before it, e.g. `store`; a program's own name after it, where it has one.
    pub(crate) name: String,
    pub(crate) modules: BTreeMap<ModulePath, Module>,
}

/// Every library and program of the workspace, as the files stand.
pub(crate) fn crates() -> Result<Vec<Modules>> {
    let root = cargo::root()?;
    let metadata = MetadataCommand::new().current_dir(&root).no_deps().exec()?;
    let mut crates = Vec::new();
    for package in metadata.packages {
        let name = package.name.strip_prefix("plimsoll-").unwrap_or(&package.name).to_owned();
        for target in package.targets {
            let is_library = target.kind.contains(&TargetKind::Lib);
            if !is_library && !target.kind.contains(&TargetKind::Bin) {
                continue;
            }
            let name = if is_library { name.clone() } else { format!("{name}/{}", target.name) };
            crates.push(Modules::read(name, &root, target.src_path.as_std_path())?);
        }
    }
    Ok(crates)
}

impl Modules {
    /// Reads a crate from its root file.
    pub(crate) fn read(name: String, repository: &Path, file: &Path) -> Result<Self> {
        let mut reader = Reader { repository, modules: BTreeMap::new() };
        let folder = file.parent().context("a crate's root lies in a folder")?;
        reader.file(Vec::new(), file, folder)?;
        Ok(Self { name, modules: reader.modules })
    }

    /// The name of the package.
    pub(crate) fn package(&self) -> &str {
        self.name.split_once('/').map_or(&self.name, |(package, _)| package)
    }
}

struct Reader<'a> {
    repository: &'a Path,
    modules: BTreeMap<ModulePath, Module>,
}

impl Reader<'_> {
    /// Reads a file as a module whose own modules' files lie in `inner`.
    fn file(&mut self, path: ModulePath, file: &Path, inner: &Path) -> Result<()> {
        let text =
            fs::read_to_string(file).with_context(|| format!("could not read `{}`", file.display()))?;
        let parsed = syn::parse_file(&text).with_context(|| format!("`{}` is no Rust", file.display()))?;
        self.module(path, file, inner, parsed.items)
    }

    fn module(&mut self, path: ModulePath, file: &Path, inner: &Path, items: Vec<Item>) -> Result<()> {
        let mut items = without_tests(items);
        for item in &mut items {
            if let Item::Mod(declared) = item {
                let name = declared.ident.to_string();
                let child: ModulePath = path.iter().cloned().chain([name.clone()]).collect();
                match declared.content.take() {
                    Some((_, items)) => self.module(child, file, &inner.join(name), items)?,
                    None => {
                        let (file, folder) = place(declared, file, inner);
                        self.file(child, &file, &folder)?;
                    }
                }
            }
        }
        let file = file.strip_prefix(self.repository).unwrap_or(file).to_owned();
        self.modules.insert(path, Module { file, items });
        Ok(())
    }
}

/// The file of a module that is only declared here, and the folder of its own modules' files.
fn place(declared: &ItemMod, file: &Path, inner: &Path) -> (PathBuf, PathBuf) {
    let name = declared.ident.to_string();
    if let Some(told) = declared.attrs.iter().find_map(told_path) {
        let file = file.with_file_name(told);
        let folder = file.parent().unwrap_or(inner).to_owned();
        return (file, folder);
    }
    let beside = inner.join(&name).with_extension("rs");
    let folder = inner.join(&name);
    if beside.is_file() { (beside, folder) } else { (folder.join("mod.rs"), folder) }
}

/// `#[path = "…"]`.
fn told_path(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(told), .. }) = &pair.value else { return None };
    pair.path.is_ident("path").then(|| told.value())
}

fn without_tests(items: Vec<Item>) -> Vec<Item> {
    let mut items: Vec<Item> =
        items.into_iter().filter(|item| !attributes(item).iter().any(is_test)).collect();
    for item in &mut items {
        if let Item::Impl(block) = item {
            block.items.retain(|item| match item {
                ImplItem::Fn(function) => !function.attrs.iter().any(is_test),
                ImplItem::Const(constant) => !constant.attrs.iter().any(is_test),
                _ => true,
            });
        }
    }
    items
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// `#[test]` and `#[cfg(test)]`, also as one condition among several that all must hold.
fn is_test(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            condition == "test"
                || condition.starts_with("all")
                    && condition.split(|at: char| !at.is_alphanumeric()).any(|word| word == "test")
        }
        _ => false,
    }
}
