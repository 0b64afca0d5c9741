//! What is told of many trials in almost the same words.

/// A message without what differs from trial to trial: its numbers, and names that are made of digits and letters a to f.
pub(crate) fn alike(message: &str) -> String {
    let mut alike = String::with_capacity(message.len());
    let mut word = String::new();
    for letter in message.chars() {
        if letter.is_ascii_alphanumeric() {
            word.push(letter);
        } else {
            alike.push_str(&without_number(&word));
            word.clear();
            // The parts of a number belong to it.
            if !(matches!(letter, '.' | ',' | ':') && alike.ends_with('#')) {
                alike.push(letter);
            }
        }
    }
    alike.push_str(&without_number(&word));
    while alike.contains("##") {
        alike = alike.replace("##", "#");
    }
    alike
}

/// `#` for a number or an id; of a number with its unit, the unit stays.
fn without_number(word: &str) -> String {
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit && word.len() >= 6 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return "#".to_owned();
    }
    let rest = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if rest.len() < word.len() { format!("#{rest}") } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_that_differ_in_numbers_and_ids_are_alike() {
        for (one, other) in [
            ("P99 of its lag is 812 µs, above 100 µs", "P99 of its lag is 1,203 µs, above 100 µs"),
            ("nothing answered at 127.0.0.1:40112", "nothing answered at 127.0.0.1:9"),
            ("container 4f2a9c01bb is gone", "container 00ffeedd11 is gone"),
            ("took 1.5s", "took 20s"),
        ] {
            assert_eq!(alike(one), alike(other));
        }
    }

    #[test]
    fn messages_in_other_words_are_not() {
        assert_ne!(alike("exit code 3"), alike("signal 3"));
        assert_eq!(alike("the facade is a decade old"), "the facade is a decade old");
    }
}
