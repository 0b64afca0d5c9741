//! Packing a run into a capsule.

mod gather;
mod images;
mod inside;

use std::path::{Path, PathBuf};

use jiff::{Timestamp, Unit};
use plimsoll_capsule::{EntryName, Head, Image, Packer, RUN, is_capsule, limits};
use plimsoll_export::{Style, exporter};
use plimsoll_files::read_file;
use plimsoll_model::{Run, Slug};
use plimsoll_report::Report;
use plimsoll_store::State;
use serde::{Deserialize, Serialize};

use crate::{Error, Places, Show, Shown, outfile};

/// Usual ending of a capsule's file, without the dot.
pub(crate) const ENDING: &str = "plimsoll";
/// The exports that a capsule holds, where this build has them.
const REPORTS: [&str; 3] = ["html", "markdown", "csv"];
/// The largest export that is packed, in bytes. A larger one can be made of the run where the capsule is opened.
const LARGEST_REPORT: usize = 64 << 20;

/// Packs a run with its workloads and reports.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Pack {
    /// The run's identity, a beginning of it that only one run has, or a path.
    pub run: PathBuf,
    /// The capsule's file; `<run>.plimsoll` in the current folder when absent.
    pub target: Option<PathBuf>,
    /// Whether a file that is there is replaced.
    pub replace: bool,
    /// Whether the run and its reports are packed alone.
    pub without_workloads: bool,
    /// Where runs are kept and workloads are found.
    #[serde(default)]
    pub places: Places,
}

/// A capsule that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackedCapsule {
    /// Its file.
    #[serde(serialize_with = "plimsoll_files::portable::serialize")]
    pub path: PathBuf,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 (hex) of the file, for whoever gets it to compare.
    pub sha256: String,
    /// The run.
    pub run: Slug,
    /// The workloads in it.
    pub workloads: Vec<Slug>,
    /// Names of its entries.
    pub entries: Vec<String>,
    /// What was left out and why, and what else is to be known of what was packed, each in a sentence.
    pub notes: Vec<String>,
}

impl Pack {
    /// Packs it. Until all is on the disk there is nothing of the capsule's name.
    ///
    /// # Errors
    /// When there is no such run or it still goes on; when a workload is gone or not what the run measured, with what
    /// differs; when the target is there already or can't be written.
    pub fn run(&self) -> Result<PackedCapsule, Error> {
        self.pack(|named| Ok(self.target.clone().unwrap_or(named)))
    }

    /// Likewise into a folder that is there, whatever `target` says: named like the run, with a number where that name
    /// is taken.
    pub(crate) fn run_in(&self, folder: &Path) -> Result<PackedCapsule, Error> {
        self.pack(|named| outfile::free(&folder.join(named)))
    }

    /// `place` gives the capsule's file from the name that it has by itself.
    fn pack(&self, place: impl FnOnce(PathBuf) -> Result<PathBuf, Error>) -> Result<PackedCapsule, Error> {
        let shown = Show { run: self.run.clone(), places: self.places.clone() }.run()?;
        let bytes = file_of(&shown)?;
        let run = &shown.run;
        let path = place(format!("{}.{ENDING}", run.id).into())?;
        let mut packer = Packer::begin(&path, self.replace)?;
        packer.add(named(RUN)?, &bytes)?;
        drop(bytes);
        let mut notes = match self.without_workloads {
            true => Vec::new(),
            false => {
                gather::workloads(run, &self.places, &mut packer).map_err(|error| of_a_line(run, error))?
            }
        };
        notes.extend(add_reports(run, &mut packer)?);
        let packed = packer.finish(Head {
            packed_by: format!("plimsoll {}", env!("CARGO_PKG_VERSION")),
            packed_at: now(),
            run: run.id.clone(),
            images: ran(run),
        })?;
        let workloads = run.workloads.iter().filter(|_| !self.without_workloads);
        Ok(PackedCapsule {
            path,
            bytes: packed.bytes,
            sha256: packed.sha256,
            run: run.id.clone(),
            workloads: workloads.map(|workload| workload.name.clone()).collect(),
            entries: packed.contents.entries.iter().map(|entry| entry.name.to_string()).collect(),
            notes,
        })
    }
}

/// The way out where what was measured stood in no folder.
fn of_a_line(run: &Run, error: Error) -> Error {
    match run.plan.told.is_empty() {
        true => error,
        false => error.with_hint(
            "what is told in one line has no folder: keep it with `plimsoll init DIR` and the same words, measure that and \
             pack its run, or pack this one with `--without-workloads`",
        ),
    }
}

/// To the second.
fn now() -> Timestamp {
    let now = Timestamp::now();
    now.round(Unit::Second).unwrap_or(now)
}

/// The bytes of a run's file: as it is where there is one.
fn file_of(shown: &Shown) -> Result<Vec<u8>, Error> {
    let id = &shown.run.id;
    if is_capsule(&shown.path) {
        let message = format!("`{}` is a capsule already", shown.path.display());
        return Err(Error::usage(message).with_hint("copy it, or `plimsoll open` it and pack its run"));
    }
    let unreadable = |cause: String| {
        let mut error = Error::environment(format!("could not read the file of run `{id}`"));
        error.causes = vec![cause];
        error
    };
    match shown.state {
        State::Finished => read_file(&shown.path, limits::ENTRY).map_err(|why| unreadable(why.to_string())),
        State::Unfinished => serde_json::to_vec(&shown.run).map_err(|error| unreadable(error.to_string())),
        State::Running => Err(Error::usage(format!("run `{id}` still goes on"))
            .with_hint("wait for its end, or stop it with Ctrl-C where it runs")),
    }
}

/// Adds the exports, and says which were left out.
fn add_reports(run: &Run, packer: &mut Packer) -> Result<Vec<String>, Error> {
    let report = Report::of(run);
    let mut notes = Vec::new();
    for exporter in REPORTS.into_iter().filter_map(exporter) {
        let mut bytes = Limited(Vec::new());
        match exporter.write(&report, Style::default(), &mut bytes) {
            Ok(()) => {
                let name = named(&format!("reports/{}.{}", run.id, exporter.about().extension))?;
                packer.add(name, &bytes.0)?;
            }
            Err(_) if bytes.0.len() >= LARGEST_REPORT => notes.push(format!(
                "the export `{}` would be larger than 64 MiB and was left out: it can be made of the run where the \
                 capsule is opened",
                exporter.slug()
            )),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(notes)
}

/// Bytes up to a limit; what goes beyond it fills it and fails.
struct Limited(Vec<u8>);

impl std::io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let free = LARGEST_REPORT - self.0.len();
        if free == 0 && !bytes.is_empty() {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        let taken = bytes.get(..free).unwrap_or(bytes);
        self.0.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The images that the run's container lanes ran.
fn ran(run: &Run) -> Vec<Image> {
    let mut images = Vec::new();
    for made in &run.preparations {
        let (Some(row), Some(digest)) = (run.rows.get(made.row as usize), made.digests.get("image")) else {
            continue;
        };
        let arms = run.cells.iter().filter(|cell| cell.row == made.row);
        images.extend(arms.filter_map(|cell| {
            Some(Image {
                workload: row.case.to_string().parse().ok()?,
                lane: row.lane.clone(),
                arm: run.plan.arms.get(cell.arm as usize)?.slug.clone(),
                digest: digest.clone(),
            })
        }));
    }
    images
}

fn named(name: &str) -> Result<EntryName, Error> {
    EntryName::new(name).map_err(|source| gather::unpackable(name, source))
}
