//! Folders and hosts that are granted, and what must lie in the folders afterwards.

use super::Objection;
use crate::manifest::{Command, CommandExpect, Compare, Grants, Manifest};
use crate::{HostAndPort, line_at};

pub(super) fn of_grants(manifest: &Manifest, faults: &mut Vec<Objection>) {
    let Grants { hosts, folders, .. } = &manifest.grants;
    for (at, host) in hosts.iter().enumerate() {
        if let Err(problem) = host.parse::<HostAndPort>() {
            faults.push(Objection::new(
                format!("grants.hosts.{at}"),
                format!("holds what can't be: {problem}"),
            ));
        }
    }
    for (at, folder) in folders.iter().enumerate() {
        let to = &folder.to;
        let mut object = |problem: String| {
            faults.push(Objection::new(format!("grants.folder.{at}.to"), problem));
        };
        if let Some(problem) = folder.misplaced() {
            object(format!("`{}` {problem}", to.escape_debug()));
            continue;
        }
        if manifest.container.tmpfs.contains(to) {
            object(format!("`{to}` stands in `container.tmpfs` too: keep one of them"));
        }
        if let Some(other) = folders[..at].iter().find(|other| other.to == *to) {
            object(format!("`{}` stands twice: each folder needs a place of its own", other.to));
        } else if let Some(other) = folders.iter().find(|other| other.holds(to)) {
            object(format!("`{to}` lies in `{}`, another folder: choose a place beside it", other.to));
        }
    }
}

/// Of a command: what its output and its files are held against.
pub(super) fn of_expected(command: &Command, grants: &Grants, faults: &mut Vec<Objection>) {
    let expect = &command.expect;
    of_printed(expect, faults);
    for (at, file) in expect.files.iter().enumerate() {
        let key = format!("command.expect.file.{at}");
        of_comparison(&key, file.compare, &file.left_out, faults);
        let path = &file.path;
        let mut object = |problem: String| {
            faults
                .push(Objection::new(format!("{key}.path"), format!("`{}` {problem}", path.escape_debug())));
        };
        let strange =
            path.contains('\0') || path.split('/').skip(1).any(|part| ["", ".", ".."].contains(&part));
        match grants.folders.iter().find(|folder| folder.holds(path)) {
            _ if strange => object("is no plain absolute path, such as `/out/result.txt`".to_owned()),
            None => object(
                "lies in no folder that is granted: grant one with `[[grants.folder]]` and `write = true`"
                    .to_owned(),
            ),
            Some(folder) if !folder.write => {
                object(format!(
                    "lies in `{}`, which can't be written: grant it with `write = true`",
                    folder.to
                ));
            }
            Some(_) => {}
        }
        if expect.files[..at].iter().any(|other| other.path == *path) {
            object("stands twice: name each file once".to_owned());
        }
    }
}

/// Of standard output, which has lines, and need not be compared.
fn of_printed(expect: &CommandExpect, faults: &mut Vec<Objection>) {
    match expect.compare {
        Compare::Status if !expect.left_out.is_empty() => {
            faults
                .push(Objection::new("command.expect.left_out", "needs `compare = \"json\"` or `\"bytes\"`"));
        }
        Compare::Status => {}
        Compare::Bytes if expect.left_out.iter().any(|place| line_at(place).is_none()) => {
            let problem = "must hold lines, e.g. `line 3`; a JSON Pointer needs `compare = \"json\"`";
            faults.push(Objection::new("command.expect.left_out", problem));
        }
        Compare::Bytes => {}
        compare => of_comparison("command.expect", compare, &expect.left_out, faults),
    }
}

fn of_comparison(key: &str, compare: Compare, left_out: &[String], faults: &mut Vec<Objection>) {
    if !matches!(compare, Compare::Bytes | Compare::Json) {
        let problem = "must be `bytes` or `json`: what a command gives has no status and is no image";
        faults.push(Objection::new(format!("{key}.compare"), problem));
    }
    if compare != Compare::Json && !left_out.is_empty() {
        faults.push(Objection::new(format!("{key}.left_out"), "needs `compare = \"json\"`"));
    }
    if !left_out.iter().all(|pointer| pointer.starts_with('/')) {
        let problem = "must hold JSON Pointers, which begin with `/`, e.g. `/items/*/id`";
        faults.push(Objection::new(format!("{key}.left_out"), problem));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"manifest_version = 2
name = "hello"
kind = "command"
summary = "Reads and writes."
[artifacts]
component = "hello.wasm"
[command]
stdin = "in.txt"
[command.expect]
stdout = "out.txt"
"#;

    /// Each fault with its line and column.
    fn told(rest: &str) -> String {
        let text = format!("{HEAD}{rest}");
        Manifest::parse(&text).map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn folders_hosts_and_files_that_agree_are_read() {
        let text = format!(
            "{HEAD}compare = \"json\"\nleft_out = [\"/at\"]\n[[command.expect.file]]\npath = \"/out/a\"\nbody = \"a\"\n\
             [grants]\nhosts = [\"127.0.0.1:5432\"]\n[[grants.folder]]\nfrom = \"data\"\nto = \"/data\"\n\
             [[grants.folder]]\nfrom = \"work\"\nto = \"/out\"\nwrite = true\n"
        );
        let manifest = Manifest::parse(&text).unwrap();
        assert!(manifest.grants.folders[1].write && !manifest.grants.folders[0].write);
        assert_eq!(manifest.command.unwrap().stdin.as_deref(), Some("in.txt"));
    }

    #[test]
    fn what_contradicts_itself_is_told_where_it_stands() {
        let folder = |to: &str| format!("[[grants.folder]]\nfrom = \"data\"\nto = \"{to}\"\n");
        for (rest, line, words) in [
            (format!("{}{}", folder("/a"), folder("/a")), "line 16, column 6", "stands twice"),
            (format!("{}{}", folder("/a"), folder("/a/b")), "line 16, column 6", "lies in `/a`"),
            (format!("{}{}", folder("/a/b"), folder("/a")), "line 13, column 6", "lies in `/a`"),
            (folder("data"), "line 13, column 6", "no plain absolute path"),
            (folder("/proc/x"), "line 13, column 6", "belongs to the system"),
            (folder("/a").replace("data", "../data"), "line 12, column 8", "leaves the workload's folder"),
            (
                "[grants]\nhosts = [\"a:1\", \"db.example\"]\n".to_owned(),
                "line 12, column 17",
                "names no port",
            ),
            (
                format!("[[command.expect.file]]\npath = \"/a/x\"\nbody = \"b\"\n{}", folder("/a")),
                "line 12, column 8",
                "can't be written",
            ),
            (
                "[[command.expect.file]]\npath = \"/a/x\"\nbody = \"b\"\n".to_owned(),
                "line 12, column 8",
                "no folder that is granted",
            ),
            (
                "compare = \"status\"\nleft_out = [\"/a\"]\n".to_owned(),
                "line 12, column 12",
                "needs `compare",
            ),
            ("left_out = [\"line 0\"]\n".to_owned(), "line 11, column 12", "must hold lines"),
            ("compare = \"pixels\"\n".to_owned(), "line 11, column 11", "must be `bytes` or `json`"),
            ("left_out = [\"/a\"]\n".to_owned(), "line 11, column 12", "needs `compare"),
            ("[grants.environment]\nPLIMSOLL_X = \"a\"\n".to_owned(), "line 11", "sets itself"),
        ] {
            let told = told(&rest);
            assert!(told.contains(line) && told.contains(words), "{rest}: {told}");
        }
    }

    #[test]
    fn what_is_ours_to_set_is_not_told_otherwise_where_a_service_listens() {
        let head = HEAD.replace("\"command\"", "\"http\"");
        let of = |variable: &str| {
            let text =
                format!("{head}[listen.environment]\n{variable} = \"{{port}}\"\n[container]\nuser = \"\"\n");
            Manifest::parse(&text).unwrap_err().to_string()
        };
        assert!(
            of("PLIMSOLL_X").contains("`listen.environment` `PLIMSOLL_X` is one that Plimsoll sets itself")
        );
        assert!(!of("PLIMSOLL_LISTEN").contains("sets itself"));
        assert!(of("X").contains("must name a user"));
    }

    #[test]
    fn standard_input_of_a_service_and_grants_in_version_1_are_refused() {
        let service = HEAD.replace("\"command\"", "\"http\"");
        let told = Manifest::parse(&service).unwrap_err().to_string();
        assert!(told.contains("`command` belongs to kind `command`"), "{told}");
        let old = HEAD.replace("manifest_version = 2", "manifest_version = 1");
        let told = Manifest::parse(&old).unwrap_err().to_string();
        assert!(told.contains("`command.stdin` needs"), "{told}");
    }
}
