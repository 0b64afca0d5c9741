//! What a `.dockerignore` leaves out of a build.

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};

/// Its lines, in their order.
#[derive(Debug, Default)]
pub(crate) struct Ignored {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    pattern: GlobMatcher,
    /// A line that begins with `!` takes back what an earlier one left out.
    keeps: bool,
}

impl Ignored {
    /// Reads one.
    pub(crate) fn of(text: &str) -> Result<Self, globset::Error> {
        let lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.starts_with('#'));
        let rules = lines.map(str::trim).filter(|line| !line.is_empty()).map(|line| {
            let (keeps, pattern) = match line.strip_prefix('!') {
                Some(rest) => (true, rest.trim_start()),
                None => (false, line),
            };
            let parts: Vec<&str> = pattern.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
            let glob =
                GlobBuilder::new(&parts.join("/")).literal_separator(true).backslash_escape(true).build()?;
            Ok(Rule { pattern: glob.compile_matcher(), keeps })
        });
        Ok(Self { rules: rules.collect::<Result<_, _>>()? })
    }

    /// Whether a path, seen from the folder, is left out: by itself or with a folder above it.
    pub(crate) fn leaves_out(&self, path: &Path) -> bool {
        let mut out = false;
        for Rule { pattern, keeps } in &self.rules {
            let met = path.ancestors().any(|above| above != Path::new("") && pattern.is_match(above));
            if met {
                out = !keeps;
            }
        }
        out
    }

    /// Whether something may be kept within a folder that is left out.
    pub(crate) fn takes_back(&self) -> bool {
        self.rules.iter().any(|rule| rule.keeps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_docker_s_client_reads_them() {
        let text = "# a comment\n*.log\n/target\n**/tmp?\ndocs\n!docs/README.md\n\n./a/../b\n";
        let ignored = Ignored::of(text).unwrap();
        for (path, out) in [
            ("x.log", true),
            ("a/x.log", false),
            ("target/debug/x", true),
            ("a/target", false),
            ("tmp1", true),
            ("a/b/tmp2/x", true),
            ("docs/a", true),
            ("docs/README.md", false),
            ("main.rs", false),
        ] {
            assert_eq!(ignored.leaves_out(Path::new(path)), out, "{path}");
        }
        assert!(ignored.takes_back());
        assert!(Ignored::of("a[").is_err());
        assert!(!Ignored::of("").unwrap().leaves_out(Path::new("a")));
    }
}
