//! What a file or folder is, told by what it holds and never by what it is called.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use plimsoll_capsule::is_capsule;
use plimsoll_files::open_file;
use plimsoll_model::Form;
use plimsoll_store::{is_pointer, wasm_form};

/// The most entries of a tar that are looked at: an image has far fewer.
const MOST_ENTRIES: usize = 10_000;
/// How much of a text is read to tell what it is, in bytes.
const BEGIN: u64 = 4096;
/// How a text may begin that nobody sees.
const BYTE_ORDER: &[u8] = b"\xef\xbb\xbf";
/// The only key of a HAR.
const HAR_KEY: &[u8] = b"\"log\"";
/// The instructions of which one stands first in every `Dockerfile`.
const FIRST: [&str; 2] = ["FROM", "ARG"];

const ELF: &[u8] = b"\x7fELF";
const PACKED: [&[u8]; 4] = [&[0x1f, 0x8b], &[0x28, 0xb5, 0x2f, 0xfd], &[0xfd, b'7', b'z'], b"BZh"];

/// What a file or folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recognised {
    /// A component of WebAssembly.
    Component,
    /// A module of WebAssembly.
    Module,
    /// A native program.
    Binary,
    /// An image in a file: what `docker save` writes, or an OCI layout, in a tar or as a folder.
    Archive,
    /// The folder that an image is built from.
    Context(PathBuf),
    /// The folder of a workload.
    Workload,
    /// What may be a run: a capsule or JSON.
    Run,
    /// Requests that a browser, or a proxy, has recorded: a HAR.
    Har,
    /// Nothing that can be used; why, and the way out.
    Other(String),
}

/// Looks at what is there.
pub(crate) fn recognise(path: &Path) -> Recognised {
    if path.is_dir() {
        return folder(path);
    }
    match file(path) {
        Ok(found) => found,
        Err(error) => Recognised::Other(format!("it can't be read: {error}")),
    }
}

fn folder(path: &Path) -> Recognised {
    if path.join("workload.toml").is_file() {
        Recognised::Workload
    } else if path.join("Dockerfile").is_file() {
        Recognised::Context(path.to_owned())
    } else if path.join("oci-layout").is_file() {
        Recognised::Archive
    } else {
        Recognised::Other("the folder holds neither a `workload.toml` nor a `Dockerfile`".to_owned())
    }
}

fn file(path: &Path) -> io::Result<Recognised> {
    let mut opened = open_file(path)?;
    let mut begin = Vec::new();
    (&mut opened).take(BEGIN).read_to_end(&mut begin)?;
    let begins = |with: &[u8]| begin.starts_with(with);
    if let Ok(form) = wasm_form(path) {
        return Ok(if form == Form::Module { Recognised::Module } else { Recognised::Component });
    }
    Ok(if begins(ELF) {
        Recognised::Binary
    } else if begin.is_empty() {
        Recognised::Other(
            "the file is empty: see whether what made it, or copied it, came to its end".to_owned(),
        )
    } else if is_pointer(&begin) {
        Recognised::Other(
            "only git's pointer to it was fetched: fetch the file itself with `git lfs pull`".to_owned(),
        )
    } else if is_capsule(path) {
        Recognised::Run
    } else if let Some(inside) = object(&begin) {
        if inside.starts_with(HAR_KEY) { Recognised::Har } else { Recognised::Run }
    } else if PACKED.into_iter().any(begins) {
        Recognised::Other("it is packed: unpack it with `gunzip`, or whatever packed it".to_owned())
    } else if let Some(found) = tar(opened)? {
        found
    } else if is_dockerfile(&begin) {
        dockerfile(path)
    } else {
        Recognised::Other(usable())
    })
}

/// What stands first in an object of JSON.
fn object(begin: &[u8]) -> Option<&[u8]> {
    let text = begin.strip_prefix(BYTE_ORDER).unwrap_or(begin).trim_ascii_start();
    text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start)
}

/// What can be used at all.
fn usable() -> String {
    "it is none of what can be used: a component or module of WebAssembly, a `Dockerfile` or a folder with one, an image \
     from `docker save`, a native program, a HAR, a folder with a `workload.toml`, or a run"
        .to_owned()
}

fn tar(mut opened: File) -> io::Result<Option<Recognised>> {
    opened.seek(SeekFrom::Start(0))?;
    let mut archive = tar::Archive::new(opened);
    let Ok(entries) = archive.entries_with_seek() else { return Ok(None) };
    for (at, entry) in entries.take(MOST_ENTRIES).enumerate() {
        // One whose first header is none is no tar at all.
        let Ok(entry) = entry else {
            return Ok((at > 0).then(|| Recognised::Other("it is a tar that is cut off".to_owned())));
        };
        let name = entry.path_bytes();
        let name = name.strip_prefix(b"./".as_slice()).unwrap_or(&name);
        if name == b"manifest.json" || name == b"index.json" {
            return Ok(Some(Recognised::Archive));
        }
    }
    let other = "it is a tar without an image in it: make one with `docker save` (not `docker export`)";
    Ok(Some(Recognised::Other(other.to_owned())))
}

/// Whether a text's first instruction is one that begins a `Dockerfile`.
fn is_dockerfile(begin: &[u8]) -> bool {
    let text = String::from_utf8_lossy(begin);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let Some((word, rest)) = lines.next().and_then(|line| line.split_once(char::is_whitespace)) else {
        return false;
    };
    FIRST.iter().any(|first| word.eq_ignore_ascii_case(first)) && !rest.trim().is_empty()
}

fn dockerfile(path: &Path) -> Recognised {
    match path.parent() {
        Some(folder) if path.file_name().is_some_and(|name| name == "Dockerfile") => {
            Recognised::Context(folder.to_owned())
        }
        _ => Recognised::Other(
            "it reads as a `Dockerfile` by another name: call it `Dockerfile`, in the folder that its image is built from"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
    const MODULE: &[u8] = b"\0asm\x01\0\0\0";

    fn packed(names: &[&str]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for name in names {
            let mut header = tar::Header::new_gnu();
            header.set_size(2);
            header.set_cksum();
            tar.append_data(&mut header, name, b"{}".as_slice()).unwrap();
        }
        tar.into_inner().unwrap()
    }

    #[test]
    fn a_file_is_what_it_holds_whatever_it_is_called() {
        let ground = tempfile::tempdir().unwrap();
        let of = |name: &str, content: &[u8]| {
            let path = ground.path().join(name);
            fs::write(&path, content).unwrap();
            recognise(&path)
        };
        assert_eq!(of("a.txt", COMPONENT), Recognised::Component);
        assert_eq!(of("b", MODULE), Recognised::Module);
        assert_eq!(of("c.wasm", b"\x7fELF\x02\x01"), Recognised::Binary);
        assert_eq!(of("d", &packed(&["layer", "manifest.json"])), Recognised::Archive);
        assert_eq!(of("e", &packed(&["./oci-layout", "./index.json"])), Recognised::Archive);
        assert_eq!(of("f.tar", b"  {\"run\": 1}"), Recognised::Run);
        assert_eq!(of("g", b"\xef\xbb\xbf{\n  \"log\": {\"entries\": []}}"), Recognised::Har);
        let context = Recognised::Context(ground.path().to_owned());
        assert_eq!(of("Dockerfile", b"# syntax=1\nfrom scratch\n"), context);
    }

    #[test]
    fn what_can_not_be_used_says_why_and_what_could() {
        let ground = tempfile::tempdir().unwrap();
        let why = |name: &str, content: &[u8]| {
            let path = ground.path().join(name);
            fs::write(&path, content).unwrap();
            match recognise(&path) {
                Recognised::Other(why) => why,
                other => panic!("{name}: {other:?}"),
            }
        };
        assert!(why("web.Dockerfile", b"FROM scratch").contains("call it `Dockerfile`"));
        assert!(why("a.tar.gz", &[0x1f, 0x8b, 0]).contains("gunzip"));
        assert!(why("rootfs.tar", &packed(&["etc/passwd"])).contains("docker save"));
        assert!(why("notes.md", b"# From here").contains("docker save"));
        assert!(why("empty", b"").contains("empty"));
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
        assert!(why("cart.wasm", pointer).contains("`git lfs pull`"));
        assert!(matches!(recognise(ground.path()), Recognised::Other(why) if why.contains("workload.toml")));
        assert!(matches!(recognise(&ground.path().join("gone")), Recognised::Other(_)));
    }

    #[test]
    fn a_folder_is_a_workload_before_it_is_what_an_image_is_built_from() {
        let ground = tempfile::tempdir().unwrap();
        fs::write(ground.path().join("Dockerfile"), "FROM scratch").unwrap();
        assert_eq!(recognise(ground.path()), Recognised::Context(ground.path().to_owned()));
        fs::write(ground.path().join("workload.toml"), "").unwrap();
        assert_eq!(recognise(ground.path()), Recognised::Workload);
    }
}
