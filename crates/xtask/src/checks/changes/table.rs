//! The table of `ARCHITECTURE.md`: how many files a change of each kind touches.

use anyhow::{Context, Result, bail};

const HEADING: &str = "## Where a change goes";
const KIND: &str = "add";
const FILES: &str = "files";

/// One row.
pub(super) struct Row {
    /// What is added, e.g. `a metric`.
    pub(super) kind: String,
    pub(super) most: Most,
}

/// The most that a change may touch.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Most {
    /// One new folder, with any number of files in it.
    pub(super) folder: bool,
    /// Files, new ones included; those in the new folder are not counted.
    pub(super) files: usize,
}

/// The rows of the page's table.
pub(super) fn rows(page: &str) -> Result<Vec<Row>> {
    let (_, after) = page.split_once(HEADING).with_context(|| format!("there is no heading `{HEADING}`"))?;
    let mut lines =
        after.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let head = cells(lines.next().unwrap_or_default());
    let column = |name: &str| {
        let at = head.iter().position(|cell| *cell == name);
        at.with_context(|| format!("the table below `{HEADING}` has no column `{name}`"))
    };
    let (kind, files) = (column(KIND)?, column(FILES)?);
    lines.skip(1).map(|line| row(&cells(line), kind, files)).collect()
}

fn row(cells: &[&str], kind: usize, files: usize) -> Result<Row> {
    let (Some(kind), Some(files)) = (cells.get(kind), cells.get(files)) else {
        bail!("a row below `{HEADING}` lacks a cell: `{}`", cells.join(" | "));
    };
    let most = Most::parse(files).with_context(|| {
        format!("`{files}` in row `{kind}` is no number of files: `2`, `0–1`, `a folder`, `a folder and 1`")
    })?;
    Ok(Row { kind: (*kind).to_owned(), most })
}

fn cells(line: &str) -> Vec<&str> {
    line.trim().trim_matches('|').split('|').map(str::trim).collect()
}

impl Most {
    /// `2`, `0–1`, `a folder`, `a folder and 1`.
    fn parse(cell: &str) -> Option<Self> {
        let (folder, number) = match cell.strip_prefix("a folder") {
            Some("") => return Some(Self { folder: true, files: 0 }),
            Some(rest) => (true, rest.strip_prefix(" and ")?),
            None => (false, cell),
        };
        let most = number.rsplit('–').next()?;
        Some(Self { folder, files: most.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_tells_the_most() {
        let most = |folder, files| Some(Most { folder, files });
        let cells = ["2", "0–1", "a folder", "a folder and 1"];
        assert_eq!(cells.map(Most::parse), [most(false, 2), most(false, 1), most(true, 0), most(true, 1)]);
        assert_eq!(["", "few", "a folder, 2"].map(Most::parse), [None, None, None]);
    }

    #[test]
    fn only_the_table_below_the_heading_is_read() {
        let page = "| add | files |\n|---|---|\n| no | 9 |\n\n## Where a change goes\n\nWords.\n\n\
            | add | place | files |\n|---|---|---|\n| a metric | one `file` | 2 |\n\nMore.\n| a | b | 3 |\n";
        let rows = rows(page).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].kind.as_str(), rows[0].most.files), ("a metric", 2));
    }

    #[test]
    fn what_is_no_number_names_its_row() {
        let error =
            rows("## Where a change goes\n| add | files |\n|---|---|\n| a metric | few |").err().unwrap();
        assert!(error.to_string().starts_with("`few` in row `a metric`"), "{error}");
        assert!(
            rows("## Where a change goes\n| add |\n|---|\n")
                .err()
                .unwrap()
                .to_string()
                .contains("no column `files`")
        );
    }
}
