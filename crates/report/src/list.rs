//! Lists that are read by people: each thing once, and not endless.

use plimsoll_format::grouped;

/// Each key once, in the order in which it first occurs, with everything that it occurs with, each once.
pub(crate) fn each_once<K: PartialEq, T: PartialEq>(
    pairs: impl IntoIterator<Item = (K, Option<T>)>,
) -> Vec<(K, Vec<T>)> {
    let mut found: Vec<(K, Vec<T>)> = Vec::new();
    for (key, of) in pairs {
        let at = found.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            found.push((key, Vec::new()));
            found.len() - 1
        });
        if let (Some(of), Some((_, all))) = (of, found.get_mut(at))
            && !all.contains(&of)
        {
            all.push(of);
        }
    }
    found
}

/// Each of them once, in the order in which it first occurs.
pub(crate) fn distinct<T: PartialEq>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    each_once(all.into_iter().map(|one| (one, None::<()>))).into_iter().map(|(one, _)| one).collect()
}

/// The first lines, and how many more there are.
pub(crate) fn at_most(mut lines: Vec<String>, most: usize, what: &str) -> Vec<String> {
    let left = lines.len().saturating_sub(most);
    lines.truncate(most);
    lines.extend((left > 0).then(|| format!("{}{what}", more(left))));
    lines
}

/// What stands for the rest of a list.
#[must_use]
pub fn more(rest: usize) -> String {
    format!("and {} more", counted(rest))
}

/// A count with its thousands apart, e.g. `999,800`.
#[must_use]
pub fn counted(count: usize) -> String {
    grouped(&count.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            [0, 999, 1_000, 999_800, 1_234_567].map(counted),
            ["0", "999", "1,000", "999,800", "1,234,567"]
        );
    }

    #[test]
    fn what_is_said_twice_stands_once_with_all_it_is_said_of() {
        let said = [("a", Some(1)), ("b", None), ("a", Some(2)), ("a", Some(1))];
        assert_eq!(each_once(said), [("a", vec![1, 2]), ("b", vec![])]);
    }

    #[test]
    fn an_endless_list_ends_with_how_much_is_left() {
        let lines = || (0..1_003).map(|at| at.to_string()).collect();
        assert_eq!(at_most(lines(), 2, " runs"), ["0", "1", "and 1,001 more runs"]);
        assert_eq!(at_most(lines(), 1_003, "").len(), 1_003);
    }
}
