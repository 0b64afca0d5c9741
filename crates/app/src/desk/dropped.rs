//! What was dropped on the window, told by what it holds: it fills the form, is added, or is opened.

use std::path::Path;

use plimsoll_model::Slug;
use serde::Serialize;

use super::own_form::OwnForm;
use super::own_request::OwnRequest;
use super::words::{Remark, Tone};
use crate::recognise::{Recognised, recognise};
use crate::workloads::Yours;
use crate::{Error, Places};

/// The most that is looked at, and the most that is told to be wrong of one folder.
const MOST: usize = 20;
const MOST_FAULTS: usize = 3;

/// What became of what was dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Dropped {
    /// The form with what fills it; absent where nothing does.
    pub form: Option<OwnForm>,
    /// Workloads that were added as they are.
    #[cfg_attr(feature = "typescript", ts(type = "string[]"))]
    pub added: Vec<Slug>,
    /// What may be a run, by its path: to be opened.
    pub run: Option<String>,
    /// What could not be used, and why.
    pub refused: Vec<Remark>,
}

impl Dropped {
    /// Looks at each, fills the form, and adds workloads.
    pub(super) fn of(paths: &[String], form: OwnForm, places: &Places) -> Self {
        let mut dropped = Self::default();
        let mut filled = Filling { form, fields: Vec::new() };
        for path in paths.iter().take(MOST) {
            let at = Path::new(path);
            let refusal = match recognise(at) {
                Recognised::Component | Recognised::Module => filled.fill("wasm", path),
                Recognised::Binary => filled.fill("native", path),
                Recognised::Archive => filled.fill("archive", path),
                Recognised::Context(folder) => filled.fill("dockerfile", &folder.display().to_string()),
                Recognised::Har => filled.fill("har", path),
                Recognised::Workload => match taken(at, places) {
                    Ok(name) => {
                        dropped.added.push(name);
                        None
                    }
                    Err(why) => Some(why),
                },
                Recognised::Run if dropped.run.is_none() => {
                    dropped.run = Some(path.clone());
                    None
                }
                Recognised::Run => Some("one run is opened at a time".to_owned()),
                Recognised::Other(why) => Some(why),
            };
            dropped.refused.extend(refusal.map(|why| problem(at, &why)));
        }
        if let Some(next) = paths.get(MOST) {
            dropped.refused.push(problem(Path::new(next), &format!("at most {MOST} are looked at at once")));
        }
        dropped.form = (!filled.fields.is_empty()).then_some(filled.form);
        dropped
    }
}

/// A form while it is filled.
struct Filling {
    form: OwnForm,
    /// What was filled.
    fields: Vec<&'static str>,
}

impl Filling {
    /// Fills a field; why not, where it was filled just now.
    fn fill(&mut self, field: &'static str, path: &str) -> Option<String> {
        let is_image = |field: &str| matches!(field, "archive" | "dockerfile");
        if self.fields.iter().any(|&filled| filled == field || is_image(filled) && is_image(field)) {
            return Some("a workload has one of its kind, and another one was dropped with it".to_owned());
        }
        self.fields.push(field);
        let form = &mut self.form;
        if is_image(field) {
            [&mut form.image, &mut form.archive, &mut form.dockerfile].into_iter().for_each(String::clear);
        }
        let text = match field {
            "wasm" => &mut form.wasm,
            "native" => &mut form.native,
            "archive" => &mut form.archive,
            "har" => &mut form.har,
            _ => &mut form.dockerfile,
        };
        path.clone_into(text);
        // Nobody has asked for what an empty form begins with.
        if field == "har" && form.requests == [OwnRequest::usual()] {
            form.requests = vec![OwnRequest { path: String::new(), ..OwnRequest::usual() }];
        }
        None
    }
}

fn taken(folder: &Path, places: &Places) -> Result<Slug, String> {
    let told = |errors: Vec<Error>| {
        let first = errors.iter().take(MOST_FAULTS).map(|error| {
            let causes = error.causes.iter().map(String::as_str);
            let words: Vec<&str> = std::iter::once(error.message.as_str()).chain(causes).collect();
            let hint = error.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            format!("{}{hint}", words.join(": "))
        });
        first.collect::<Vec<_>>().join(". ")
    };
    Yours::of(places).map_err(|error| vec![error]).and_then(|yours| yours.take(folder)).map_err(told)
}

fn problem(path: &Path, why: &str) -> Remark {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Remark { tone: Tone::Problem, text: format!("`{}`: {why}", crate::format::plain(&name)), remedy: None }
}
