//! Lines of a text as places that are not compared.

/// The place of a line, from 1, among those that are not compared.
#[must_use]
pub fn line_place(number: usize) -> String {
    format!("line {number}")
}

/// The number, from 1, of the line that a place names; `None` where it names none.
#[must_use]
pub fn line_at(place: &str) -> Option<usize> {
    place.strip_prefix("line ").and_then(|number| number.parse().ok()).filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_the_line_that_it_was_made_of() {
        assert_eq!(line_at(&line_place(7)), Some(7));
        assert_eq!(["line 0", "line x", "/a", "line -1"].map(line_at), [None; 4]);
    }
}
