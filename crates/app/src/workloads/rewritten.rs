//! A manifest that a user may have written, with other values where a form tells them. All else is as it was, comments
//! and keys that the form does not know included.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TomlError};

/// The keys of artifacts that the form tells.
const ARTIFACTS: [&str; 7] =
    ["image", "dockerfile", "archive", "oci_layout", "component", "module", "native"];
/// The keys of a request that are absent where the form tells nothing.
const OF_REQUEST: [&str; 2] = ["body", "content_type"];
const OF_EXPECT: [&str; 5] = ["content_type", "body", "schema", "left_out", "recorded"];

/// The old text with the values of the new one. `pairs` tells of each new request which of the old ones it stands for.
///
/// # Errors
/// When either is no TOML.
pub(super) fn rewritten(old: &str, new: &str, pairs: &[Option<usize>]) -> Result<String, TomlError> {
    let (mut old, mut new): (DocumentMut, DocumentMut) = (old.parse()?, new.parse()?);
    let same_kind = text(old.get("kind")) == text(new.get("kind"));
    for key in ["manifest_version", "name", "kind", "summary"] {
        set(old.as_table_mut(), new.as_table_mut(), key);
    }
    // Of a component and a module beside it the form tells the component.
    let both = ["component", "module"]
        .iter()
        .all(|key| table(&old, "artifacts").is_some_and(|it| it.contains_key(key)));
    for key in ARTIFACTS {
        let told = table(&new, "artifacts").and_then(|it| it.get(key)).cloned();
        let artifacts = old.entry("artifacts").or_insert(Item::Table(Table::new()));
        let Some(artifacts) = artifacts.as_table_like_mut() else { continue };
        match told {
            Some(value) => put(artifacts, key, value),
            None if key == "module" && both => {}
            None => drop(artifacts.remove(key)),
        }
    }
    container(&mut old, &new);
    if !same_kind {
        ["listen", "command", "request"].iter().for_each(|key| drop(old.remove(key)));
    }
    if let Some(Item::ArrayOfTables(told)) = new.remove("request") {
        let before = old.remove("request");
        let before = before.as_ref().and_then(Item::as_array_of_tables);
        old.insert("request", Item::ArrayOfTables(requests(told, before, pairs)));
    }
    if let Some(Item::Table(told)) = new.remove("command") {
        match old.get_mut("command").and_then(Item::as_table_mut) {
            Some(command) => over(command, told, &[]),
            None => drop(old.insert("command", Item::Table(told))),
        }
    }
    Ok(old.to_string())
}

fn text(item: Option<&Item>) -> Option<&str> {
    item.and_then(Item::as_str)
}

fn table<'d>(document: &'d DocumentMut, key: &str) -> Option<&'d dyn toml_edit::TableLike> {
    document.get(key).and_then(Item::as_table_like)
}

fn container(old: &mut DocumentMut, new: &DocumentMut) {
    let has_image = ["image", "dockerfile", "archive"]
        .iter()
        .any(|key| table(new, "artifacts").is_some_and(|it| it.contains_key(key)));
    if !has_image {
        old.remove("container");
        return;
    }
    let told = table(new, "container").and_then(|it| it.get("port")).cloned();
    match (told, old.get_mut("container").and_then(Item::as_table_like_mut)) {
        (Some(port), Some(container)) => put(container, "port", port),
        (Some(port), None) => {
            let mut container = Table::new();
            container.insert("port", port);
            old.insert("container", Item::Table(container));
        }
        (None, Some(container)) => drop(container.remove("port")),
        (None, None) => {}
    }
}

fn requests(told: ArrayOfTables, before: Option<&ArrayOfTables>, pairs: &[Option<usize>]) -> ArrayOfTables {
    let mut requests = ArrayOfTables::new();
    let mut pairs = pairs.iter().copied().chain(std::iter::repeat(None));
    for mut request in told {
        let found = pairs.next().flatten().and_then(|found| before?.get(found)).cloned();
        // Tables are written in the order of their places: those of the old text would mix with the new ones.
        request.set_position(None);
        let Some(mut kept) = found else {
            requests.push(placeless(request));
            continue;
        };
        let expect = request.remove("expect");
        over(&mut kept, request, &OF_REQUEST);
        if let Some(Item::Table(expect)) = expect {
            match kept.get_mut("expect").and_then(Item::as_table_mut) {
                Some(before) => over(before, expect, &OF_EXPECT),
                None => drop(kept.insert("expect", Item::Table(expect))),
            }
        }
        requests.push(placeless(kept));
    }
    requests
}

fn placeless(mut table: Table) -> Table {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        if let Item::Table(inner) = item {
            *inner = placeless(std::mem::take(inner));
        }
    }
    table
}

/// Writes the new values over the old ones; of these keys those that are told no more go.
fn over(old: &mut Table, new: Table, gone: &[&str]) {
    gone.iter().filter(|key| !new.contains_key(key)).for_each(|key| drop(old.remove(key)));
    for (key, item) in new {
        match (item, old.get_mut(&key).and_then(Item::as_table_mut)) {
            (Item::Table(inner), Some(before)) => over(before, inner, &[]),
            (item, _) => put(old, &key, item),
        }
    }
}

fn set(old: &mut Table, new: &mut Table, key: &str) {
    if let Some(value) = new.remove(key) {
        put(old, key, value);
    }
}

/// Another value where there is one, with the comment behind it; an equal one is left as it is written.
fn put(table: &mut dyn toml_edit::TableLike, key: &str, item: Item) {
    if let (Some(Item::Value(before)), Item::Value(value)) = (table.get_mut(key), &item) {
        let plain = |value: &toml_edit::Value| {
            let mut value = value.clone();
            value.decor_mut().clear();
            value.to_string()
        };
        if plain(before) != plain(value) {
            let decor = before.decor().clone();
            *before = value.clone();
            *before.decor_mut() = decor;
        }
        return;
    }
    table.insert(key, item);
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = r#"# My cart.
manifest_version = 2
name = "cart" # its name
kind = "http"
summary = "Carts."

[artifacts]
image = "cart:1.4"

[container]
port = 80
user = "nobody" # never root

[later]
key = 1

[[request]]
name = "first"
path = "/a" # readiness
headers = { accept = "a/b" }
[request.expect]
status = 200
compare = "pixels"
body = "expected/first"
tolerance = 3

[[request]]
name = "second"
path = "/b"
body = "requests/second"
[request.expect]
status = 200
"#;

    const NEW: &str = r#"manifest_version = 2
name = "cart"
kind = "http"
summary = "Carts."
[artifacts]
image = "cart:1.5"
component = "cart.wasm"
[grants]
clock = true
[[request]]
name = "other"
path = "/c"
weight = 1
[request.expect]
status = 200
[[request]]
name = "first"
method = "GET"
path = "/a"
weight = 3
[request.expect]
status = 201
compare = "pixels"
body = "expected/first"
"#;

    #[test]
    fn what_the_form_does_not_tell_stays_with_its_comments() {
        let text = rewritten(OLD, NEW, &[None, Some(0)]).unwrap();
        let read: toml::Table = text.parse().unwrap();
        let at = |path: &str| {
            let mut keys = path.split('.');
            let first = read.get(keys.next().unwrap()).cloned();
            keys.fold(first, |found, key| match found? {
                toml::Value::Array(list) => list.get(key.parse::<usize>().ok()?).cloned(),
                other => other.get(key).cloned(),
            })
        };
        let told = |path: &str| at(path).map(|value| value.to_string()).unwrap_or_default();
        assert_eq!(told("artifacts.image"), "\"cart:1.5\"");
        assert_eq!(told("artifacts.component"), "\"cart.wasm\"");
        assert_eq!(
            (told("container.port"), told("container.user")),
            (String::new(), "\"nobody\"".to_owned())
        );
        assert_eq!((at("grants"), told("later.key")), (None, "1".to_owned()));
        assert_eq!(
            (told("request.0.path"), told("request.1.path")),
            ("\"/c\"".to_owned(), "\"/a\"".to_owned())
        );
        assert_eq!(
            (told("request.1.weight"), told("request.1.expect.status")),
            ("3".to_owned(), "201".to_owned())
        );
        assert_eq!((told("request.1.expect.tolerance"), at("request.2")), ("3".to_owned(), None));
        assert_eq!(told("request.1.headers.accept"), "\"a/b\"");
        for comment in ["# My cart.", "# its name", "# never root", "# readiness"] {
            assert!(text.contains(comment), "{comment} is gone:\n{text}");
        }
        assert_eq!(at("request.0.expect.tolerance"), None);
    }

    #[test]
    fn another_kind_takes_the_requests_along() {
        let command = "kind = \"command\"\n[artifacts]\nmodule = \"a.wasm\"\n[command]\nargs = []\n[command.expect]\nexit_code = 0\n";
        let text = rewritten(OLD, command, &[]).unwrap();
        let read: toml::Table = text.parse().unwrap();
        assert!(!read.contains_key("request") && !read.contains_key("container"), "{text}");
        assert_eq!(read["command"]["expect"]["exit_code"].as_integer(), Some(0));
    }
}
