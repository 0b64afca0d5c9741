//! The forms in which runs and comparisons can be saved, and what saving them comes to.

use plimsoll_capsule::is_capsule;
use plimsoll_export::{About, exporters};
use serde::Serialize;

use crate::Shown;
use crate::pack::ENDING;

/// A form in which something can be saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Form {
    /// Stable name.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// Ending of its files, without the dot.
    pub ending: String,
}

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Saved {
    /// The file, or how many and their folder, in a sentence.
    pub text: String,
    /// What was left out and why.
    pub left_out: Option<String>,
    /// What to ask for its folder by.
    pub saved: u32,
}

/// A way to pack a run with its reports into one file.
pub(super) struct CapsuleForm {
    pub(super) slug: &'static str,
    pub(super) title: &'static str,
    pub(super) without_workloads: bool,
}

pub(super) static CAPSULES: [CapsuleForm; 2] = [
    CapsuleForm { slug: "capsule", title: "Capsule with workloads and reports", without_workloads: false },
    CapsuleForm { slug: "capsule-alone", title: "Capsule without workloads", without_workloads: true },
];

/// The forms that a run can be saved in, in the order of the menu.
pub(super) fn forms_of_run(shown: &Shown) -> Vec<Form> {
    let is_packed = is_capsule(&shown.path);
    let packed = CAPSULES.iter().filter(|_| !is_packed);
    of_exporters().chain(packed.map(|capsule| form(capsule.slug, capsule.title, ENDING))).collect()
}

/// Likewise of a comparison.
pub(super) fn forms_of_comparison() -> Vec<Form> {
    of_exporters().collect()
}

fn of_exporters() -> impl Iterator<Item = Form> {
    exporters().iter().map(|found| {
        let About { slug, title, extension, .. } = found.about();
        form(slug, title, extension)
    })
}

fn form(slug: &str, title: &str, ending: &str) -> Form {
    Form { slug: slug.to_owned(), title: title.to_owned(), ending: ending.to_owned() }
}
