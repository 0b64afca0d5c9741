//! The document of runs set against a base run.

use plimsoll_chart::{LaneLook, overlays};
use plimsoll_model::{RunId, Slug};

use super::{Versus, VersusSheet};
use crate::document::{Block, Document, Illustrated, Illustration, Opening, Section};
use crate::list::{distinct, more};
use crate::titled::Titled;
use crate::verdict::Headline;

/// Most new runs of which a text shows every figure: of more, a row each.
const MOST_WHOLE: usize = 3;
/// Most tables, most of them whose charts are drawn, and most lanes of one with charts of their own.
const MOST_TABLES: usize = 40;
const MOST_ILLUSTRATED: usize = 24;
const MOST_LANES: usize = 12;

impl Versus<'_> {
    /// What a reader of the comparison meets.
    #[must_use]
    pub fn document(&self, charts: Illustrated) -> Document {
        self.document_of(self.sheets(), charts)
    }

    /// Likewise, with the figures of one of the new runs.
    #[must_use]
    pub fn document_for(&self, new: &RunId, charts: Illustrated) -> Document {
        self.document_of(self.sheets_of(new), charts)
    }

    fn document_of(&self, sheets: Vec<VersusSheet>, charts: Illustrated) -> Document {
        let headline = self.headline();
        let mut sections = vec![verdict(self, &headline, &sheets)];
        if self.news.len() > 1 {
            let tables = self.overviews().into_iter().take(MOST_TABLES).map(Block::Table).collect();
            let aside = self.news.len() <= MOST_WHOLE;
            sections.push(Section { aside, ..Section::new("runs", "Every run", tables) });
        }
        sections.extend(of_workloads(self, sheets, charts));
        let (standing, own) = self.notes().into_iter().partition(|remarks| remarks.standing);
        let remarks =
            |id, heading, of: Vec<_>| Section::new(id, heading, of.into_iter().map(Block::Remarks).collect());
        sections.push(remarks("conditions", "Conditions and noise", own));
        sections.push(remarks("includes", "What each number includes", standing));
        let host = &self.base.site.host;
        Document {
            title: self.title(),
            subject: self.title(),
            origin: vec![
                format!("base of {}", self.base.started_at.strftime("%-d %B %Y, %H:%M UTC")),
                host.cpu_model.clone().unwrap_or_else(|| "unknown CPU".to_owned()),
                host.arch.clone(),
            ],
            opening: Opening::Headline(headline),
            lanes: LaneLook::all(&self.runs()),
            sections,
            whole: "the HTML and the JSON form".to_owned(),
        }
    }
}

/// What came out over all; where there are few tables, of each.
fn verdict(versus: &Versus<'_>, headline: &Headline, sheets: &[VersusSheet]) -> Section {
    let mut blocks = vec![said("", headline)];
    if versus.news.len() == 1 && sheets.len() > 1 {
        blocks.extend(sheets.iter().take(MOST_TABLES).map(|sheet| said("", &sheet.headline)));
    }
    Section { aside: true, ..Section::new("verdict", "Verdict", blocks) }
}

fn said(heading: &str, headline: &Headline) -> Block {
    Block::Headline(Titled { heading: heading.to_owned(), of: headline.clone() })
}

/// Of many tables, those in which a difference is called come first.
fn of_workloads(versus: &Versus<'_>, sheets: Vec<VersusSheet>, charts: Illustrated) -> Vec<Section> {
    let (all, several) = (sheets.len(), sheets.len() > 1);
    let kept = chosen(sheets);
    let aside = versus.news.len() > MOST_WHOLE;
    let mut illustrated = 0;
    let mut sections: Vec<Section> = Vec::new();
    for of_case in kept.chunk_by(|a, b| a.case == b.case) {
        let Some(first) = of_case.first() else { continue };
        let mut blocks = Vec::new();
        for sheet in of_case {
            let mut table = sheet.table.clone();
            if several {
                table.heading.clear();
                blocks.push(said(&sheet.title, &sheet.headline));
            }
            illustrated += 1;
            if charts != Illustrated::Left && illustrated <= MOST_ILLUSTRATED {
                let drawn = drawn(versus, sheet, charts);
                blocks.extend((!drawn.is_empty()).then_some(Block::Charts(drawn)));
            }
            blocks.push(Block::Table(table));
        }
        sections.push(Section { aside, ..Section::of_case(&first.case.to_string(), blocks) });
    }
    if let (left @ 1.., Some(last)) = (all - kept.len(), sections.last_mut()) {
        last.blocks.push(Block::More(format!("{} tables: they are in the JSON form", more(left))));
    }
    sections
}

fn chosen(sheets: Vec<VersusSheet>) -> Vec<VersusSheet> {
    let is_called = |sheet: &VersusSheet| sheet.table.rows.iter().any(|row| row.called);
    let called = sheets.iter().filter(|sheet| is_called(sheet)).count();
    let (mut for_called, mut for_others) = (MOST_TABLES, MOST_TABLES.saturating_sub(called));
    let kept = |sheet: &VersusSheet| {
        let room = if is_called(sheet) { &mut for_called } else { &mut for_others };
        let kept = *room > 0;
        *room = room.saturating_sub(1);
        kept
    };
    sheets.into_iter().filter(kept).collect()
}

/// Charts of all lanes together, then of single ones.
fn drawn(versus: &Versus<'_>, sheet: &VersusSheet, charts: Illustrated) -> Vec<Illustration> {
    let VersusSheet { case, new, .. } = sheet;
    let lanes: Vec<&Slug> = match charts {
        Illustrated::Window => versus.lanes(),
        Illustrated::Page | Illustrated::Left => {
            let called = sheet.table.rows.iter().filter(|row| row.called);
            distinct(called.filter_map(|row| row.lane.as_ref()))
        }
    };
    let of = |lane: Option<&Slug>| {
        let drawn = overlays().filter_map(|chart| {
            let spec = versus.overlay(chart, case, new, lane)?;
            let title = lane.map_or(chart.title().to_owned(), |lane| format!("{} in {lane}", chart.title()));
            let part = lane.map_or(String::new(), |lane| format!("--{lane}"));
            let id = format!("{case}--{new}--{}{part}", spec.slug);
            Some(Illustration { id, title, lane: lane.cloned(), spec })
        });
        drawn.collect::<Vec<_>>()
    };
    let mut drawn = of(None);
    let each = lanes.into_iter().take(MOST_LANES).flat_map(|lane| of(Some(lane)));
    drawn.extend(each);
    drawn.retain(|chart| chart.spec.empty.is_none());
    drawn
}
