//! An image in a file as `docker save` writes it, or an OCI layout in a tar. What it says its name is, is taken out on the
//! way to the engine: loading it must not move a name that the user has given to another image.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};

use serde_json::Value;
use tar::{Entry, EntryType, Header};

use crate::archive_problem::ArchiveProblem;
use crate::growth::Growth;

/// The largest that is loaded.
pub(crate) const LARGEST: u64 = 8 << 30;
/// The longest list of its parts.
const LONGEST_LIST: u64 = 1 << 20;
const MOST_LAYERS: usize = 1000;
/// A layer has three entries at most, in the oldest form.
const MOST_ENTRIES: usize = 10_000;

/// How packed files begin: gzip, Zstandard, xz, bzip2.
const PACKED: [&[u8]; 4] = [&[0x1f, 0x8b], &[0x28, 0xb5, 0x2f, 0xfd], &[0xfd, b'7', b'z'], b"BZh"];

/// What names an image in an OCI layout's `index.json`.
const NAMES: [&str; 2] = ["org.opencontainers.image.ref.name", "io.containerd.image.name"];

/// A file that is no packed one.
fn unpacked<R: Read>(from: R) -> Result<BufReader<R>, ArchiveProblem> {
    let mut from = BufReader::with_capacity(64 << 10, from);
    let beginning = from.fill_buf()?;
    if PACKED.iter().any(|sign| beginning.starts_with(sign)) {
        return Err(ArchiveProblem::Packed);
    }
    Ok(from)
}

/// Refuses an archive whose parts unpack to more than is loaded.
pub(crate) fn must_be_bounded(from: impl Read) -> Result<(), ArchiveProblem> {
    let mut archive = tar::Archive::new(unpacked(from)?);
    let mut growth = Growth::default();
    for (number, entry) in archive.entries()?.enumerate() {
        let entry = entry?;
        if number >= MOST_ENTRIES {
            return Err(ArchiveProblem::TooMany { what: "entries", limit: MOST_ENTRIES });
        }
        let (name, bytes) = (entry.path()?.display().to_string(), entry.size());
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => growth.add(&name, bytes, entry)?,
            // Its holes are filled on the way to the engine.
            EntryType::GNUSparse => growth.add(&name, entry.header().entry_size()?, entry)?,
            _ => {}
        }
    }
    Ok(())
}

/// Copies an archive without the names that it gives.
pub(crate) fn without_names(from: impl Read, to: impl Write) -> Result<(), ArchiveProblem> {
    let mut archive = tar::Archive::new(unpacked(from)?);
    let mut copy = tar::Builder::new(to);
    let mut left = LARGEST;
    let mut is_image = false;
    for (number, entry) in archive.entries()?.enumerate() {
        let mut entry = entry?;
        if number >= MOST_ENTRIES {
            return Err(ArchiveProblem::TooMany { what: "entries", limit: MOST_ENTRIES });
        }
        left = left.checked_sub(entry.size()).ok_or(ArchiveProblem::TooLarge { limit: LARGEST })?;
        let path = entry.path()?.into_owned();
        let climbs = || ArchiveProblem::Climbs { entry: path.display().to_string() };
        let inside = within(&path).ok_or_else(climbs)?;
        match inside.to_str() {
            Some("") => {}
            // It moves names, and nothing else.
            Some("repositories") => {}
            Some("manifest.json") => {
                let list = nameless_manifest(&read_list("manifest.json", &mut entry)?)?;
                append_list(&mut copy, &inside, &list)?;
                is_image = true;
            }
            Some("index.json") => {
                let list = nameless_index(&read_list("index.json", &mut entry)?)?;
                append_list(&mut copy, &inside, &list)?;
                is_image = true;
            }
            _ => copy_entry(&mut copy, &inside, &mut entry)?,
        }
    }
    copy.into_inner()?.flush()?;
    if is_image { Ok(()) } else { Err(ArchiveProblem::NoImage) }
}

/// A path without `.`; `None` where it is absolute or leads out at any point.
fn within(path: &Path) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => inside.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(inside)
}

/// Whether a link's target stays inside, seen from the folder it stands in.
fn stays(folder: &Path, target: &Path) -> bool {
    let mut depth = folder.components().count();
    target.components().all(|part| match part {
        Component::Normal(_) => {
            depth += 1;
            true
        }
        Component::CurDir => true,
        Component::ParentDir => depth.checked_sub(1).map(|above| depth = above).is_some(),
        Component::RootDir | Component::Prefix(_) => false,
    })
}

fn copy_entry(
    copy: &mut tar::Builder<impl Write>,
    inside: &Path,
    entry: &mut Entry<'_, impl Read>,
) -> Result<(), ArchiveProblem> {
    let named = || inside.display().to_string();
    let mut header = Header::new_gnu();
    header.set_mode(entry.header().mode().unwrap_or(0o644));
    header.set_mtime(entry.header().mtime().unwrap_or(0));
    let kind = entry.header().entry_type();
    match kind {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
            header.set_size(entry.size());
            copy.append_data(&mut header, inside, entry)?;
        }
        EntryType::Directory => {
            header.set_entry_type(EntryType::Directory);
            header.set_size(0);
            copy.append_data(&mut header, inside, io::empty())?;
        }
        EntryType::Symlink | EntryType::Link => {
            let target = entry.link_name()?.unwrap_or_default().into_owned();
            let folder = if kind == EntryType::Link { None } else { inside.parent() };
            if !stays(folder.unwrap_or(Path::new("")), &target) {
                return Err(ArchiveProblem::Climbs { entry: named() });
            }
            header.set_entry_type(kind);
            header.set_size(0);
            copy.append_link(&mut header, inside, &target)?;
        }
        EntryType::XGlobalHeader => {}
        _ => return Err(ArchiveProblem::Odd { entry: named() }),
    }
    Ok(())
}

/// Appends a list of an image's parts.
pub(crate) fn append_list(copy: &mut tar::Builder<impl Write>, name: &Path, list: &[u8]) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_mode(0o644);
    header.set_size(list.len() as u64);
    copy.append_data(&mut header, name, list)
}

fn read_list(list: &'static str, entry: &mut Entry<'_, impl Read>) -> Result<Value, ArchiveProblem> {
    let wrong = |problem: String| ArchiveProblem::List { list, problem };
    if !matches!(entry.header().entry_type(), EntryType::Regular | EntryType::Continuous) {
        return Err(wrong("it is no file".to_owned()));
    }
    let mut text = Vec::new();
    entry.take(LONGEST_LIST + 1).read_to_end(&mut text)?;
    if text.len() as u64 > LONGEST_LIST {
        return Err(wrong(format!("it has more than {LONGEST_LIST} bytes")));
    }
    serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))
}

fn nameless_manifest(list: &Value) -> Result<Vec<u8>, ArchiveProblem> {
    let mut list = list.clone();
    let images = list.as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
    let [image] = images else { return Err(ArchiveProblem::NotOne { count: images.len() }) };
    if image["Layers"].as_array().is_some_and(|layers| layers.len() > MOST_LAYERS) {
        return Err(ArchiveProblem::TooMany { what: "layers", limit: MOST_LAYERS });
    }
    if let Some(image) = image.as_object_mut() {
        image.insert("RepoTags".to_owned(), Value::Null);
    }
    Ok(list.to_string().into_bytes())
}

fn nameless_index(list: &Value) -> Result<Vec<u8>, ArchiveProblem> {
    let mut list = list.clone();
    for image in list["manifests"].as_array_mut().into_iter().flatten() {
        if let Some(annotations) = image.get_mut("annotations").and_then(Value::as_object_mut) {
            NAMES.iter().for_each(|name| drop(annotations.remove(*name)));
        }
    }
    Ok(list.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"[{"Config":"c.json","RepoTags":["nginx:1"],"Layers":["l/layer.tar"]}]"#;

    fn tar_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, content) in entries {
            let mut header = Header::new_gnu();
            header.set_size(content.len() as u64);
            // As it stands: the library itself would refuse a bad one.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            tar.append(&header, *content).unwrap();
        }
        tar.into_inner().unwrap()
    }

    fn copied(archive: &[u8]) -> Result<Vec<(String, String)>, ArchiveProblem> {
        let mut copy = Vec::new();
        without_names(archive, &mut copy)?;
        let mut archive = tar::Archive::new(&copy[..]);
        let mut found = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let name = entry.path().unwrap().display().to_string();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            found.push((name, text));
        }
        Ok(found)
    }

    #[test]
    fn all_names_are_taken_out_and_all_else_is_kept() {
        let index = r#"{"manifests":[{"digest":"d","annotations":{"io.containerd.image.name":"docker.io/library/nginx:1",
            "org.opencontainers.image.ref.name":"1","other":"kept"}}]}"#;
        let archive = tar_of(&[
            ("./", b""),
            ("l/layer.tar", b"layer"),
            ("repositories", b"{\"nginx\":{\"1\":\"l\"}}"),
            ("./manifest.json", MANIFEST.as_bytes()),
            ("index.json", index.as_bytes()),
        ]);
        let found = copied(&archive).unwrap();
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["l/layer.tar", "manifest.json", "index.json"]);
        assert_eq!(found[0].1, "layer");
        assert!(!found.iter().any(|(_, text)| text.contains("nginx")), "{found:?}");
        assert!(found[1].1.contains("\"RepoTags\":null") && found[2].1.contains("kept"));
    }

    #[test]
    fn what_leads_out_is_refused_whatever_it_is() {
        for name in ["../x", "/etc/passwd", "a/../../x", "l/.."] {
            let refused = copied(&tar_of(&[(name, b"x"), ("manifest.json", MANIFEST.as_bytes())]));
            assert!(matches!(refused, Err(ArchiveProblem::Climbs { .. })), "{name}: {refused:?}");
        }
        for (target, stays) in [("../l/layer.tar", true), ("../../x", false), ("/etc/passwd", false)] {
            let mut tar = tar::Builder::new(Vec::new());
            let mut header = Header::new_gnu();
            header.set_entry_type(EntryType::Symlink);
            header.set_size(0);
            tar.append_link(&mut header, "m/layer.tar", target).unwrap();
            let link = tar.into_inner().unwrap();
            let list = tar_of(&[("manifest.json", MANIFEST.as_bytes())]);
            let archive = [&link[..link.len() - 1024], &list].concat();
            assert_eq!(copied(&archive).is_ok(), stays, "{target}");
        }
    }

    #[test]
    fn what_is_no_image_says_so() {
        let mut device = Header::new_gnu();
        device.set_path("dev").unwrap();
        device.set_entry_type(EntryType::Char);
        device.set_size(0);
        device.set_cksum();
        let device = [&device.as_bytes()[..], &[0; 1024]].concat();
        let several = MANIFEST.replace("}]", "},{}]");
        let layers = format!(r#"[{{"Layers":[{}"l"]}}]"#, r#""l","#.repeat(MOST_LAYERS));
        let long = " ".repeat(1 << 21);
        for (archive, told) in [
            (vec![0x1f, 0x8b, 8, 0], "gunzip"),
            (tar_of(&[("etc/passwd", b"x")]), "docker export"),
            (tar_of(&[("manifest.json", several.as_bytes())]), "holds 2 images"),
            (tar_of(&[("manifest.json", b"{")]), "does not read"),
            (tar_of(&[("manifest.json", long.as_bytes())]), "more than 1048576 bytes"),
            (tar_of(&[("manifest.json", layers.as_bytes())]), "more than 1000 layers"),
            (device, "no file, folder or link"),
            (b"no tar at all".to_vec(), "no tar"),
        ] {
            let refused = copied(&archive).unwrap_err().to_string();
            assert!(refused.contains(told), "{told}: {refused}");
        }
    }

    #[test]
    fn an_entry_that_states_more_than_may_be_loaded_is_refused_unread() {
        let mut header = Header::new_gnu();
        header.set_path("l").unwrap();
        header.set_size(LARGEST + 1);
        header.set_cksum();
        let refused = copied(&[&header.as_bytes()[..], &[0; 1024]].concat());
        assert!(matches!(refused, Err(ArchiveProblem::TooLarge { .. })));
    }
}
