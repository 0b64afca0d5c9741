//! Quoted names of built-in lanes in the window's pages.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Place;
use crate::cargo;
use crate::checks::files;

/// The pages' sources.
const PAGES: &str = "ui/src/";
/// A made-up product for tests, and what is made from Rust.
const LEFT_OUT: [&str; 2] = ["ui/src/platform/mock/", "ui/src/generated/"];
const QUOTES: [char; 3] = ['"', '\'', '`'];

pub(super) fn places(slugs: &[String]) -> Result<Vec<Place>> {
    let root = cargo::root()?;
    let mut places = Vec::new();
    for name in files::tracked(&root)? {
        let file = root.join(&name);
        if is_page(&name) && file.exists() {
            let text = fs::read_to_string(&file).with_context(|| format!("could not read `{name}`"))?;
            places.append(&mut places_in(&name, &text, slugs));
        }
    }
    Ok(places)
}

fn is_page(name: &str) -> bool {
    let ending = Path::new(name).extension();
    name.starts_with(PAGES)
        && !LEFT_OUT.iter().any(|folder| name.starts_with(folder))
        && ending.is_some_and(|ending| ending == "ts" || ending == "svelte")
}

fn places_in(name: &str, text: &str, slugs: &[String]) -> Vec<Place> {
    let mut places = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
        for slug in slugs {
            if QUOTES.iter().any(|quote| line.contains(&format!("{quote}{slug}{quote}"))) {
                places.push(Place { file: name.to_owned(), line: at + 1, what: slug.clone() });
            }
        }
    }
    places
}

fn is_comment(line: &str) -> bool {
    ["//", "/*", "*", "<!--"].iter().any(|begin| line.trim_start().starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_quotes_count_and_comments_and_longer_texts_do_not() {
        let text =
            "const a = 'docker';\n// \"native\"\nif (x === \"wasmtime\" || `native`) {}\n\"docker is gone\"";
        let slugs = ["docker", "native", "wasmtime"].map(str::to_owned);
        let found: Vec<_> = places_in("a.ts", text, &slugs).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["a.ts:1: docker", "a.ts:3: native", "a.ts:3: wasmtime"]);
    }

    #[test]
    fn the_made_up_product_and_generated_types_are_no_pages() {
        assert!(is_page("ui/src/screens/Bench.svelte"));
        for name in
            ["ui/src/platform/mock/lanes.ts", "ui/src/generated/types.ts", "ui/tests/a.ts", "ui/src/base.css"]
        {
            assert!(!is_page(name), "{name}");
        }
    }
}
