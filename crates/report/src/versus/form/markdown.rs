//! Tables for a document that fits a comment on a pull request.

use std::io::Write;

use super::{MOST_WHOLE, VersusForm, left_out};
use crate::export::markdown::{Section, bullets, grid, sentence, write_fitting};
use crate::versus::{Overview, Versus, VersusSheet};
use crate::{ExportError, Style};

pub(super) struct Markdown;

/// Rows of an overview that are read in a comment.
const MOST_ROWS: usize = 40;

impl VersusForm for Markdown {
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

    fn write(&self, versus: &Versus<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        let title = versus.title();
        let headline = sentence(&versus.headline().text);
        let mut sections = vec![Section::new(title.clone(), format!("# {title}\n\n{headline}\n"), 3)];
        if versus.news.len() > MOST_WHOLE {
            for overview in versus.overviews() {
                sections.push(rows(&overview)?);
            }
        } else {
            for sheet in versus.sheets() {
                sections.push(whole(&sheet)?);
            }
        }
        sections.extend(versus.notes().iter().map(Section::of_block));
        write_fitting(sections, "All of it is in the HTML and the JSON form.", out)
    }
}

fn whole(sheet: &VersusSheet) -> Result<Section, ExportError> {
    let rows = sheet.table.rows.iter().map(|row| row.entries.as_slice());
    let mut table = Vec::new();
    grid(&mut table, &sheet.table.columns, rows)?;
    let headline = bullets(std::slice::from_ref(&sheet.headline.text));
    let text = format!("\n## {}\n\n{}\n{headline}", sheet.title, String::from_utf8_lossy(&table));
    Ok(Section::new(sheet.title.clone(), text, 1))
}

fn rows(overview: &Overview) -> Result<Section, ExportError> {
    let (shown, left) = overview.at_most(MOST_ROWS);
    let mut table = Vec::new();
    grid(&mut table, &shown.columns, shown.rows.iter().map(|row| row.entries.as_slice()))?;
    let heading = shown.case.to_string();
    let mut text = format!("\n## {heading}\n\n{}", String::from_utf8_lossy(&table));
    if left > 0 {
        text.push_str(&format!("\n{}", bullets(&[left_out(left)])));
    }
    Ok(Section::new(heading, text, 1))
}
