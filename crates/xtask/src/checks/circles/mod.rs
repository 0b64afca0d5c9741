//! Circles between the concerns of one crate: a change in one of them can't be read without all others.
//!
//! A concern is a module at the first level of its crate, with all that is inside it; and, inside a folder, each of the
//! folder's modules. What a module needs is counted where the item is really defined, through every `pub use`. A
//! module and what lies inside it are one concern.

mod allowed;
mod graph;

use std::fs;

use anyhow::{Result, bail};

use self::allowed::{ALLOWED, Allowed};
use self::graph::{Circle, circles};
use super::source::{self, Modules};
use crate::cargo;

/// Fails where a crate has a circle that is not on the list, and where the list names one that is gone.
pub(crate) fn check() -> Result<()> {
    let crates = source::crates()?;
    let (faults, known) = faults(&crates, ALLOWED);
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    println!("{} crates and programs, {known} known circles among their modules", crates.len());
    for circle in ALLOWED {
        println!("    {}: {}: {}", circle.of, circle.modules.join(" ↔ "), circle.reason);
    }
    Ok(())
}

/// What is wrong, and how many circles are known.
fn faults(crates: &[Modules], list: &[Allowed]) -> (Vec<String>, usize) {
    let mut faults = Vec::new();
    let mut met = Vec::new();
    for of in crates {
        for circle in circles(of) {
            match list.iter().position(|known| known.is(&of.name, &circle)) {
                Some(at) => met.push(at),
                None => faults.push(told(of, &circle)),
            }
        }
    }
    for (at, known) in list.iter().enumerate() {
        if !met.contains(&at) {
            faults.push(format!(
                "`{}` has no circle {} any more: take it off crates/xtask/src/checks/circles/allowed.rs",
                known.of,
                known.modules.join(" ↔ ")
            ));
        }
    }
    (faults, met.len())
}

fn told(of: &Modules, circle: &Circle) -> String {
    let mut told = format!("`{}` has a circle: {}", of.name, circle.modules.join(" ↔ "));
    for arrow in &circle.arrows {
        let file = &of.modules[&arrow.at].file;
        told.push_str(&format!(
            "\n    {} needs {}: {}:{}: {}",
            arrow.from,
            arrow.to,
            file.display(),
            arrow.line,
            text(file, arrow.line)
        ));
    }
    told
}

/// The line of a file, for people.
fn text(file: &std::path::Path, line: usize) -> String {
    let text = cargo::root().and_then(|root| Ok(fs::read_to_string(root.join(file))?)).unwrap_or_default();
    text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::made_up::made_up;

    #[test]
    fn a_circle_names_its_modules_and_a_line_for_each_arrow() {
        let of = made_up(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::B; pub struct A(B); pub fn g() {}"),
            ("b.rs", "\npub struct B; fn f() { super::a::g() }"),
            ("c.rs", "use crate::a::A;"),
        ]);
        let (faults, known) = faults(&[of], &[]);
        assert_eq!(known, 0);
        assert_eq!(faults.len(), 1, "{faults:?}");
        let lines: Vec<_> = faults[0].lines().collect();
        assert_eq!(lines[0], "`made-up` has a circle: a ↔ b");
        assert!(lines[1].starts_with("    a needs b: a.rs:1:"), "{lines:?}");
        assert!(lines[2].starts_with("    b needs a: b.rs:2:"), "{lines:?}");
    }

    #[test]
    fn a_known_circle_is_no_fault_and_one_that_is_gone_is() {
        let of = || {
            made_up(&[
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "use crate::b::B;"),
                ("b.rs", "use crate::a::A; pub struct B;"),
            ])
        };
        let closed = || {
            made_up(&[
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "use crate::b::B; pub struct A;"),
                ("b.rs", "use crate::a::A; pub struct B;"),
            ])
        };
        let list = [Allowed { of: "made-up", modules: &["a", "b"], reason: "" }];
        assert_eq!(faults(&[closed()], &list), (Vec::new(), 1));
        let (faults, _) = faults(&[of()], &list);
        assert!(faults[0].contains("no circle a ↔ b any more"), "{faults:?}");
    }
}
