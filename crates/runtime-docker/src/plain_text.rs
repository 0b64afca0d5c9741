/// What a program wrote, without what would colour or move a terminal.
pub(crate) fn plain(written: &str) -> String {
    let mut plain = String::with_capacity(written.len());
    let mut signs = written.chars();
    while let Some(sign) = signs.next() {
        match sign {
            // `ESC [ … letter`; of any other sequence the sign alone goes.
            '\u{1b}' if signs.as_str().starts_with('[') => {
                signs.next();
                signs.find(|sign| ('@'..='~').contains(sign));
            }
            '\n' | '\t' => plain.push(sign),
            _ if sign.is_control() => {}
            _ => plain.push(sign),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_moves_go_and_words_stay() {
        assert_eq!(plain("\u{1b}[91mno\tsuch\n\u{1b}[0mmode\r\u{7}\u{1b}"), "no\tsuch\nmode");
        assert_eq!(plain("\u{1b}["), "");
    }
}
