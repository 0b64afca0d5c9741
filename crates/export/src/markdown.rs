//! A document as Markdown that fits a comment on a pull request.

use std::io::Write;

use plimsoll_report::document::{Block, Fact, Opening, Remarks, Titled};
use plimsoll_report::versus::Versus;
use plimsoll_report::{Document, Headline, Illustrated, Report, Table};

use crate::exporter::{About, ExportError, Exporter, Style};
use crate::file::Gives;

pub(crate) struct Markdown;

/// Most characters that GitHub takes as a comment.
const FITS: usize = 65_536;
/// Characters kept for the sentence that says what is left out.
const LAST_WORDS: usize = 800;
/// Names in that sentence.
const NAMED: usize = 10;

impl Exporter for Markdown {
    fn about(&self) -> About {
        About {
            slug: "markdown",
            title: "Markdown tables",
            summary: "tables as Markdown, for a document or a pull request",
            extension: "md",
        }
    }

    fn gives_of_comparison(&self) -> Gives {
        Gives::OneFile
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        text(&report.document(Illustrated::Left), out)
    }

    fn write_comparison(
        &self,
        versus: &Versus<'_>,
        _: Style,
        out: &mut dyn Write,
    ) -> Result<(), ExportError> {
        text(&versus.document(Illustrated::Left), out)
    }
}

/// Writes what fits a comment, and names what is left out.
fn text(document: &Document, out: &mut dyn Write) -> Result<(), ExportError> {
    let mut parts = parts(document);
    fit(&mut parts);
    let left_out: Vec<&str> =
        parts.iter().filter(|part| !part.kept).map(|part| part.heading.as_str()).collect();
    for part in parts.iter().filter(|part| part.kept) {
        out.write_all(part.text.as_bytes())?;
    }
    if !left_out.is_empty() {
        let more = left_out.len().saturating_sub(NAMED);
        let names = left_out.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(
            out,
            "\nLeft out, so that this fits a comment: {names}{more}. All of it: {}.",
            document.whole
        )?;
    }
    Ok(())
}

/// What stands under one heading of a text.
struct Part {
    heading: String,
    text: String,
    /// The lower, the sooner it is left out.
    weight: u8,
    kept: bool,
}

impl Part {
    fn new(heading: &str, weight: u8, text: &str) -> Self {
        Self { heading: heading.to_owned(), text: format!("\n## {heading}\n\n{text}"), weight, kept: false }
    }
}

fn parts(document: &Document) -> Vec<Part> {
    let title = &document.title;
    let (mut top, facts) = match &document.opening {
        Opening::Facts(facts) => {
            (String::new(), bullets(&facts.iter().map(|Fact { text, .. }| text.clone()).collect::<Vec<_>>()))
        }
        Opening::Headline(headline) => (line(headline), String::new()),
    };
    let outcome = document.outcome();
    for block in document.came_out() {
        if let Block::Headline(Titled { heading, of }) = block {
            let about = if heading.is_empty() { String::new() } else { format!("{}: ", sentence(heading)) };
            top.push_str(&format!("- {about}{}", line(of)));
        }
    }
    let mut parts =
        vec![Part { heading: title.clone(), text: format!("# {title}\n\n{top}"), weight: 3, kept: false }];
    if !facts.is_empty() {
        continue_last(&mut parts, &facts);
    }
    let verdicts: String = document.came_out().filter_map(verdict).collect();
    if let (false, Some(section)) = (verdicts.is_empty(), outcome) {
        parts.push(Part::new(&section.heading, 2, &verdicts));
    }
    let rest = document.sections.iter().filter(|section| !section.aside && Some(*section) != outcome);
    for block in rest.flat_map(|section| &section.blocks) {
        let part = match block {
            Block::Banner(said) => Part::new(&said.heading, 3, &bullets(&said.of)),
            Block::Headline(said) => Part::new(&said.heading, 1, &line(&said.of)),
            Block::Table(shown) if !shown.heading.is_empty() => Part::new(&shown.heading, 1, &table(shown)),
            Block::Remarks(Remarks { heading, lines, standing }) => {
                Part::new(heading, if *standing { 0 } else { 2 }, &bullets(lines))
            }
            Block::Table(shown) => {
                continue_last(&mut parts, &table(shown));
                continue;
            }
            Block::Lines(lines) => {
                continue_last(&mut parts, &bullets(lines));
                continue;
            }
            Block::More(more) => {
                continue_last(&mut parts, &bullets(std::slice::from_ref(more)));
                continue;
            }
            Block::Verdict(_)
            | Block::Lead(_)
            | Block::Charts(_)
            | Block::Facts(_)
            | Block::Lanes(_)
            | Block::Listing(_)
            | Block::Command(_) => continue,
        };
        parts.push(part);
    }
    parts
}

/// A line that is read aloud, with what it rests on and how sure it is.
fn line(said: &Headline) -> String {
    format!("**{}**{}\n", sentence(&said.big), sentence(&format!(" {}", said.below())))
}

/// A verdict on one workload; nothing of other blocks.
fn verdict(block: &Block) -> Option<String> {
    match block {
        Block::Verdict(said) => {
            let lines: String =
                said.clauses.iter().map(|clause| format!("- {}", line(&clause.said))).collect();
            Some(format!("{}\n\n{lines}\n", sentence(&said.title)))
        }
        Block::More(more) => Some(bullets(std::slice::from_ref(more))),
        _ => None,
    }
}

/// Adds what stands under the heading that came last.
fn continue_last(parts: &mut [Part], text: &str) {
    if let Some(last) = parts.last_mut() {
        last.text.push_str(&format!("\n{text}"));
    }
}

/// Keeps the parts that fit, the weightiest first.
fn fit(parts: &mut [Part]) {
    let size = |part: &Part| part.text.chars().count();
    let all: usize = parts.iter().map(size).sum();
    let mut room = if all <= FITS { FITS } else { FITS - LAST_WORDS };
    for weight in (0..=3).rev() {
        for part in parts.iter_mut().filter(|part| part.weight == weight) {
            let size = size(part);
            part.kept = size <= room;
            room -= if part.kept { size } else { 0 };
        }
    }
}

/// So many lines of a list are read; the last one tells how many more there are.
const LINES: usize = 100;

fn bullets(lines: &[String]) -> String {
    let mut text: String = lines.iter().take(LINES).map(|line| format!("- {}\n", sentence(line))).collect();
    if let Some(more @ 1..) = lines.len().checked_sub(LINES) {
        text.push_str(&format!("- and {more} more\n"));
    }
    text
}

/// A table with the rows that a text shows, and what stands for the others.
#[must_use]
pub fn table(table: &Table) -> String {
    let (rows, left) = table.in_text();
    let mut text = row(table.columns.iter().map(|column| joined(&column.main, &column.beside)));
    text.push_str(&row(table.columns.iter().map(|_| "---".to_owned())));
    for shown in rows {
        text.push_str(&row(shown.entries.iter().map(|entry| joined(&entry.main, &entry.beside))));
    }
    if let Some(left) = left {
        text.push_str(&format!("\n{}", bullets(&[left])));
    }
    text
}

fn row(entries: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", entries.collect::<Vec<_>>().join(" | "))
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
