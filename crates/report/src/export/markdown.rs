//! Tables for a document that fits a comment on a pull request.

use std::io::Write;

use crate::notes::{Block, blocks, of_case, origin};
use crate::sheet::{Column, Entry, Sheet};
use crate::{ExportError, Exporter, Report, Style};

pub(super) struct Markdown;

/// Most characters that GitHub takes as a comment.
const FITS: usize = 65_536;
/// Characters kept for the sentence that says what is left out.
const LAST_WORDS: usize = 800;
/// Names in that sentence.
const NAMED: usize = 10;

impl Exporter for Markdown {
    fn slug(&self) -> &'static str {
        "markdown"
    }

    fn title(&self) -> &'static str {
        "Markdown tables"
    }

    fn summary(&self) -> &'static str {
        "tables as Markdown, for a document or a pull request"
    }

    fn extension(&self) -> &'static str {
        "md"
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        let mut sections = vec![Section::of_origin(report)];
        for sheet in Sheet::all(report) {
            sections.push(Section::of_sheet(report, &sheet)?);
        }
        sections.extend(blocks(report).iter().map(Section::of_block));
        write_fitting(sections, &format!("All of it: `plimsoll show {}`.", report.run.id), out)
    }
}

/// Writes the sections that fit a comment, and names those that are left out.
pub(crate) fn write_fitting(
    mut sections: Vec<Section>,
    elsewhere: &str,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    fit(&mut sections);
    let left_out: Vec<&str> =
        sections.iter().filter(|section| !section.kept).map(|section| section.heading.as_str()).collect();
    for section in sections.iter().filter(|section| section.kept) {
        out.write_all(section.text.as_bytes())?;
    }
    if !left_out.is_empty() {
        let more = left_out.len().saturating_sub(NAMED);
        let names = left_out.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(out, "\nLeft out, so that this fits a comment: {names}{more}. {elsewhere}")?;
    }
    Ok(())
}

/// What stands under one heading.
pub(crate) struct Section {
    heading: String,
    text: String,
    /// The lower, the sooner it is left out.
    weight: u8,
    kept: bool,
}

impl Section {
    /// A section of this weight, from 0 (left out first) to 3. The text begins with its heading.
    pub(crate) fn new(heading: String, text: String, weight: u8) -> Self {
        Self { heading, text, weight, kept: false }
    }

    fn of_origin(report: &Report<'_>) -> Self {
        let heading = format!("Plimsoll run {}", report.run.id);
        Self { text: format!("# {heading}\n\n{}", bullets(&origin(report))), heading, weight: 3, kept: false }
    }

    fn of_sheet(report: &Report<'_>, sheet: &Sheet) -> Result<Self, ExportError> {
        let heading = sheet.case.to_string();
        let (table, lines) = (sheet.markdown()?, bullets(&of_case(report, &sheet.case)));
        Ok(Self { text: format!("\n## {heading}\n\n{table}\n{lines}"), heading, weight: 1, kept: false })
    }

    pub(crate) fn of_block(block: &Block) -> Self {
        let text = format!("\n## {}\n\n{}", block.heading, bullets(&block.lines));
        let weight = if block.standing { 0 } else { 2 };
        Self { heading: block.heading.to_owned(), text, weight, kept: false }
    }
}

/// Keeps the sections that fit, the weightiest first.
fn fit(sections: &mut [Section]) {
    let size = |section: &Section| section.text.chars().count();
    let all: usize = sections.iter().map(size).sum();
    let mut room = if all <= FITS { FITS } else { FITS - LAST_WORDS };
    for weight in (0..=3).rev() {
        for section in sections.iter_mut().filter(|section| section.weight == weight) {
            let size = size(section);
            section.kept = size <= room;
            room -= if section.kept { size } else { 0 };
        }
    }
}

/// So many lines of a list are read; the last one tells how many more there are.
const LINES: usize = 100;

pub(crate) fn bullets(lines: &[String]) -> String {
    let mut text: String = lines.iter().take(LINES).map(|line| format!("- {}\n", sentence(line))).collect();
    if let Some(more @ 1..) = lines.len().checked_sub(LINES) {
        text.push_str(&format!("- and {more} more\n"));
    }
    text
}

impl Sheet {
    /// As a table of Markdown.
    ///
    /// # Errors
    /// When it can't be written, which memory never refuses.
    pub fn markdown(&self) -> Result<String, ExportError> {
        let mut out = Vec::new();
        grid(&mut out, &self.columns, self.rows.iter().map(|row| row.entries.as_slice()))?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }
}

/// A table.
pub(crate) fn grid<'a>(
    out: &mut dyn Write,
    columns: &[Column],
    rows: impl Iterator<Item = &'a [Entry]>,
) -> Result<(), ExportError> {
    row(out, columns.iter().map(|column| joined(&column.main, &column.beside)))?;
    row(out, columns.iter().map(|_| "---".to_owned()))?;
    for entries in rows {
        row(out, entries.iter().map(|Entry { main, beside, .. }| joined(main, beside)))?;
    }
    Ok(())
}

fn row(out: &mut dyn Write, entries: impl Iterator<Item = String>) -> Result<(), ExportError> {
    Ok(writeln!(out, "| {} |", entries.collect::<Vec<_>>().join(" | "))?)
}

fn joined(main: &str, beside: &str) -> String {
    let text =
        if beside.is_empty() { escaped(main) } else { format!("{}<br>{}", escaped(main), escaped(beside)) };
    text.trim().to_owned()
}

/// A sentence in which pairs of backticks make code, as they do in Plimsoll's own sentences; everything else is
/// bare text.
#[must_use]
pub fn sentence(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    let mut sentence = String::with_capacity(text.len());
    for (at, piece) in pieces.iter().enumerate() {
        let last = at + 1 == pieces.len();
        let code = at % 2 == 1 && !last && !piece.trim().is_empty();
        match (at % 2, code) {
            (1, true) => sentence.push_str(&format!("`{}`", piece.replace(['\n', '\r'], " "))),
            (1, false) => {
                sentence.push_str(&format!("\\`{}", escaped(piece)));
                sentence.push_str(if last { "" } else { "\\`" });
            }
            _ => sentence.push_str(&escaped(piece)),
        }
    }
    match sentence.chars().next() {
        Some('-' | '+' | '#' | '>' | '=') => format!("\\{sentence}"),
        Some('0'..='9') => numbered(&sentence),
        _ => sentence,
    }
}

/// A sentence that begins with a number must not begin a list.
fn numbered(sentence: &str) -> String {
    let digits = sentence.chars().take_while(char::is_ascii_digit).count();
    match sentence.split_at_checked(digits) {
        Some((number, rest)) if rest.starts_with(['.', ')']) => format!("{number}\\{rest}"),
        _ => sentence.to_owned(),
    }
}

/// Text of a stranger must not become markup: no tags, links, mentions, emphasis, code or cells of its own.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied().unwrap_or(' ');
        match letter {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '|' | '*' | '\\' | '!' | '[' | ']' | '`' | '~' | '$' => escaped.extend(['\\', letter]),
            // Within a word it is no emphasis.
            '_' if !(before.is_alphanumeric() && after.is_alphanumeric()) => escaped.push_str("\\_"),
            // Nobody is called, whoever's name it is.
            '@' => escaped.push_str("@<!-- -->"),
            // No address becomes a link by itself.
            ':' if after == '/' => escaped.push_str("&#58;"),
            '.' if before.eq_ignore_ascii_case(&'w') => escaped.push_str("&#46;"),
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(letter),
        }
        before = letter;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stays_code_and_a_lone_backtick_a_backtick() {
        assert_eq!(sentence("see `a|b*c` | d"), "see `a|b*c` \\| d");
        assert_eq!(sentence("a ` b | c"), "a \\` b \\| c");
        assert_eq!(sentence("`` x"), "\\`\\` x");
        assert_eq!(sentence("`x` and `"), "`x` and \\`");
    }

    #[test]
    fn a_strangers_words_are_no_markup() {
        let text = sentence("<script> @someone [a](https://b) ![c](d) _e_ f_g ~~h~~ www.i.example &lt;");
        assert_eq!(
            text,
            "&lt;script> @<!-- -->someone \\[a\\](https&#58;//b) \\!\\[c\\](d) \\_e\\_ f_g \\~\\~h\\~\\~ www&#46;i.example &amp;lt;"
        );
        assert_eq!(sentence("# a"), "\\# a");
        assert_eq!(sentence("12. a"), "12\\. a");
        assert_eq!(escaped("a\nb|`c`"), "a b\\|\\`c\\`");
    }
}
