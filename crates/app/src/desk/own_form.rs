//! A workload of the user's own as a form tells it: free text, read here. Nothing is started.

use std::fs;
use std::path::Path;

use plimsoll_files::open_file;
use plimsoll_model::{JobKind, Slug, Workload};
use plimsoll_store::wasm_at;
use serde::{Deserialize, Serialize};

use super::form_text::{fault, path, said, told};
use super::order::Fault;
use super::own_har;
use super::own_request::{OwnRequest, field_of};
use super::own_wasm;
use super::words::Remark;
use crate::own::{MOST_REQUESTS, context};
use crate::recognise::{Recognised, recognise};
use crate::{Own, Question, Registry, format};

/// How the summary of a workload ends that a form tells.
pub(super) const ADDED: &str = ", added in the window.";
/// The ways to name an image, of which one is enough.
const IMAGES: [&str; 3] = ["image", "dockerfile", "archive"];

/// What a form tells of a workload; empty text: not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct OwnForm {
    /// An image, as the engine that has or pulls it knows it.
    pub image: String,
    /// The path of a folder with a `Dockerfile`, or of that file.
    pub dockerfile: String,
    /// The path of an image in a file.
    pub archive: String,
    /// The path of a component or a module.
    pub wasm: String,
    /// The path of a native binary.
    pub native: String,
    /// The path of a HAR whose requests are asked too, after the others.
    pub har: String,
    /// What is asked, in order: the first one decides readiness. None, or one that is blank: a command that runs and
    /// exits.
    pub requests: Vec<OwnRequest>,
    /// The port that the image listens on.
    pub port: String,
    /// What it is to be called; empty: after what is run.
    pub name: String,
    /// The one of the user's own that it begins from: what no field tells is as it is there.
    pub base: String,
    /// Whether it is saved over that one.
    pub over: bool,
}

/// What a form tells, as far as it can be told without starting anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LookedAt {
    /// What it would be called; absent when it can't be read.
    pub name: Option<String>,
    /// What it would be, in a sentence; absent when it can't be read.
    pub kind: Option<String>,
    /// What was found of a field.
    pub found: Vec<Finding>,
    /// What a file of WebAssembly asks of its host, each in a sentence.
    pub asks: Vec<Remark>,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// What was found of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Finding {
    /// The field.
    pub field: String,
    /// What is there.
    pub text: String,
}

impl OwnForm {
    /// What is found of it, what is wrong, and what a file of WebAssembly asks of these lanes.
    pub(super) fn look_for(&self, registry: &Registry) -> LookedAt {
        let kind = if self.asks() { JobKind::Serve } else { JobKind::Run };
        let at = path(&self.wasm).ok().flatten();
        let asks = at.map(|at| own_wasm::asks(&at, kind, registry)).unwrap_or_default();
        LookedAt { asks, ..self.look() }
    }

    /// What is found of it, and what is wrong, without a look into what is run.
    fn look(&self) -> LookedAt {
        let asks = Vec::new();
        let found = self.found();
        match self.own() {
            Ok(own) => {
                let name = told(&self.name).map_or_else(|| own.name(0).to_string(), str::to_owned);
                LookedAt { name: Some(name), kind: Some(self.kind()), found, asks, faults: Vec::new() }
            }
            Err(faults) => LookedAt { name: None, kind: None, found, asks, faults },
        }
    }

    /// The workload; what it answers is not known yet.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub(super) fn workload(&self) -> Result<Workload, Vec<Fault>> {
        let own = self.own()?;
        let mut workloads = own.workloads().map_err(|error| vec![fault(None, &error)])?;
        let mut workload = workloads.pop().ok_or_else(|| vec![nothing()])?;
        workload.summary = format!("{}{ADDED}", own.words_of(0));
        if let Some(name) = told(&self.name) {
            workload.name = name.parse::<Slug>().map_err(|error| vec![said("name", error.to_string())])?;
        }
        for (exchange, request) in workload.job.exchanges_mut().zip(self.asked()) {
            exchange.weight = request.weight();
        }
        Ok(workload)
    }

    /// The same by another name, or by none.
    pub(super) fn nameless(&self) -> Self {
        Self { name: String::new(), ..self.clone() }
    }

    /// The one that it begins from.
    pub(super) fn base(&self) -> Option<&str> {
        told(&self.base)
    }

    /// Where what is run lies, by field, told or not.
    fn paths(&self) -> [(&'static str, &str); 4] {
        [
            ("dockerfile", &self.dockerfile),
            ("archive", &self.archive),
            ("wasm", &self.wasm),
            ("native", &self.native),
        ]
    }

    /// The requests that it makes.
    fn asked(&self) -> &[OwnRequest] {
        match self.requests.as_slice() {
            [only] if only.is_blank() => &[],
            requests => requests,
        }
    }

    /// Whether anything is asked: else it is a command.
    fn asks(&self) -> bool {
        !self.asked().is_empty() || told(&self.har).is_some()
    }

    fn kind(&self) -> String {
        if told(&self.har).is_some() {
            return match self.asked().first() {
                None => "A service that is asked the requests of a HAR: the first one decides readiness."
                    .to_owned(),
                Some(first) => {
                    format!(
                        "A service that is asked the requests of a HAR too: it is ready once it answers `{}`.",
                        first.title()
                    )
                }
            };
        }
        match self.asked() {
            [] => "A command that runs and exits.".to_owned(),
            [only] => format!("A service that is asked `{}`.", only.title()),
            [first, others @ ..] => format!(
                "A service that is asked {} requests: it is ready once it answers `{}`.",
                others.len() + 1,
                first.title()
            ),
        }
    }

    fn found(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for (field, text) in self.paths() {
            let Ok(Some(at)) = path(text) else { continue };
            let what = match (field, recognise(&at)) {
                ("wasm", Recognised::Component) => "A component",
                ("wasm", Recognised::Module) => "A module",
                ("native", Recognised::Binary) => "A native binary",
                ("archive", Recognised::Archive) => "An image in a file",
                ("dockerfile", Recognised::Context(_)) => {
                    let text = "An image is built from this folder.".to_owned();
                    found.push(Finding { field: field.to_owned(), text });
                    continue;
                }
                _ => continue,
            };
            let text = format!("{what}, {}", format::bytes(size(&at) as f64));
            found.push(Finding { field: field.to_owned(), text });
        }
        if let Ok(Some(at)) = path(&self.har)
            && let Ok(text) = own_har::found(&at)
        {
            found.push(Finding { field: "har".to_owned(), text });
        }
        found
    }

    fn own(&self) -> Result<Own, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut own = Own::default();
        own.images.extend(told(&self.image).map(str::to_owned));
        if let Some(image) = own.images.iter().find(|image| image.contains(char::is_whitespace)) {
            faults.push(said("image", format!("`{image}` is no name of an image: write it as `cart:1.4`")));
        }
        for (field, text) in self.paths() {
            match path(text) {
                Ok(None) => {}
                Ok(Some(at)) => {
                    faults.extend(unfit(field, &at));
                    match field {
                        "dockerfile" => own.dockerfile = Some(at),
                        "archive" => own.archive = Some(at),
                        "wasm" => own.wasm.push(at),
                        _ => own.native = Some(at),
                    }
                }
                Err(message) => faults.push(said(field, message)),
            }
        }
        let images = [&self.image, &self.dockerfile, &self.archive];
        let images: Vec<&str> =
            IMAGES.into_iter().zip(images).filter_map(|(field, text)| told(text).map(|_| field)).collect();
        if let [_, second, ..] = images.as_slice() {
            let message = "the image is told twice: by its name, a `Dockerfile` or a file, and one is enough";
            faults.push(said(second, message.to_owned()));
        }
        if images.is_empty() && own.wasm.is_empty() && own.native.is_none() {
            faults.push(nothing());
        }
        if let Some(port) = told(&self.port) {
            match port.parse() {
                Ok(port) => own.port = Some(port),
                Err(_) => {
                    faults.push(said("port", format!("`{port}` is no port: write e.g. `8080`, or nothing")));
                }
            }
        }
        if let Some(name) = told(&self.name)
            && let Err(error) = name.parse::<Slug>()
        {
            faults.push(said("name", error.to_string()));
        }
        match path(&self.har) {
            Ok(at) => {
                faults.extend(at.as_deref().and_then(|at| own_har::found(at).err()));
                own.har = at;
            }
            Err(message) => faults.push(said("har", message)),
        }
        own.questions = self.questions(&mut faults);
        if faults.is_empty() { Ok(own) } else { Err(faults) }
    }

    fn questions(&self, faults: &mut Vec<Fault>) -> Vec<Question> {
        let asked = self.asked();
        if let [only] = asked
            && told(&only.path).is_none()
        {
            let message = "a command is sent nothing: name a path, or leave it empty".to_owned();
            faults.push(said(&field_of(0, "body"), message));
            return Vec::new();
        }
        if asked.len() > MOST_REQUESTS {
            let message = format!("a workload has at most {MOST_REQUESTS} requests: remove some");
            faults.push(said(&field_of(MOST_REQUESTS, "path"), message));
            return Vec::new();
        }
        let read = |(row, request): (usize, &OwnRequest)| request.question(row, faults);
        let questions: Vec<Question> = asked.iter().enumerate().filter_map(read).collect();
        if !asked.is_empty() && told(&self.har).is_none() && asked.iter().all(|request| request.weight() == 0)
        {
            let message = "it is 0 everywhere: nothing would be loaded".to_owned();
            faults.push(said(&field_of(0, "weight"), message));
        }
        questions
    }
}

/// What is wrong with the file or folder that a field names.
fn unfit(field: &str, at: &Path) -> Option<Fault> {
    let error = match field {
        "dockerfile" => context(at).err()?,
        "archive" => match recognise(at) {
            Recognised::Archive => return None,
            Recognised::Other(why) => return Some(said(field, format!("`{}`: {why}", at.display()))),
            _ => {
                let told = format!("`{}` is no image in a file: make one with `docker save`", at.display());
                return Some(said(field, told));
            }
        },
        "wasm" => match recognise(at) {
            Recognised::Component | Recognised::Module => return None,
            _ => wasm_at(at).err()?.into(),
        },
        _ => {
            let why = open_file(at).err()?;
            return Some(said(field, format!("could not read `{}`: {why}", at.display())));
        }
    };
    Some(fault(Some(field), &error))
}

fn nothing() -> Fault {
    let message = "Name what is run: an image, a file of WebAssembly, a native binary, or several of them.";
    Fault { field: None, message: message.to_owned() }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str) -> OwnRequest {
        OwnRequest { path: path.to_owned(), ..OwnRequest::default() }
    }

    fn asking(path: &str) -> OwnForm {
        OwnForm { requests: vec![request(path)], ..OwnForm::default() }
    }

    fn fields(form: &OwnForm) -> Vec<String> {
        let mut fields: Vec<_> = form.look().faults.into_iter().filter_map(|fault| fault.field).collect();
        fields.sort_unstable();
        fields
    }

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        let form = OwnForm {
            wasm: "cart.wasm".to_owned(),
            native: "/nonexistent".to_owned(),
            dockerfile: "/nonexistent".to_owned(),
            archive: "/nonexistent".to_owned(),
            port: "http".to_owned(),
            ..asking("carts")
        };
        let expected = ["archive", "archive", "dockerfile", "native", "port", "requests.0.path", "wasm"];
        assert_eq!(fields(&form), expected);
        assert_eq!(asking("/").look().faults, [nothing()]);
    }

    #[test]
    fn a_file_is_told_by_its_form_and_size() {
        let ground = tempfile::tempdir().unwrap();
        let wasm = ground.path().join("cart.wasm");
        fs::write(&wasm, b"\0asm\x0d\0\x01\0").unwrap();
        let form = OwnForm {
            image: "acme/cart:1.4".to_owned(),
            wasm: wasm.display().to_string(),
            ..asking("/carts/17")
        };
        let looked = form.look();
        assert_eq!(looked.faults, []);
        assert_eq!(looked.name.as_deref(), Some("cart"));
        assert_eq!(looked.kind.as_deref(), Some("A service that is asked `GET /carts/17`."));
        assert_eq!(looked.found[0].text, "A component, 8.00 B");
        let command =
            OwnForm { requests: vec![request(" ")], name: "mine".to_owned(), ..form.clone() }.look();
        assert_eq!(command.kind.as_deref(), Some("A command that runs and exits."));
        assert_eq!(command.name.as_deref(), Some("mine"));
        fs::write(&wasm, b"no").unwrap();
        assert_eq!(form.look().faults[0].field.as_deref(), Some("wasm"));
    }

    #[test]
    fn every_request_has_its_share_and_the_first_decides_readiness() {
        let heavy = OwnRequest { weight: "60".to_owned(), ..request("/heavy") };
        let mut form = OwnForm { image: "cart".to_owned(), ..asking("/") };
        form.requests.push(heavy.clone());
        let kind = form.look().kind.unwrap();
        assert_eq!(kind, "A service that is asked 2 requests: it is ready once it answers `GET /`.");
        let workload = form.workload().unwrap();
        let asked: Vec<_> =
            workload.job.service().unwrap().exchanges().map(|it| (it.path.clone(), it.weight)).collect();
        assert_eq!(asked, [("/".to_owned(), 1), ("/heavy".to_owned(), 60)]);
        form.requests = vec![request(""), heavy];
        assert_eq!(fields(&form), ["requests.0.path"]);
        form.requests = vec![OwnRequest { weight: "0".to_owned(), ..request("/") }];
        assert_eq!(fields(&form), ["requests.0.weight"]);
        form.requests = vec![request("/"); MOST_REQUESTS + 1];
        assert_eq!(fields(&form), ["requests.64.path"]);
        form.requests = vec![OwnRequest { body: "x".to_owned(), ..request("") }];
        assert_eq!(fields(&form), ["requests.0.body"]);
    }

    #[test]
    fn the_requests_of_a_har_are_asked_and_what_is_none_is_told_at_its_field() {
        let ground = tempfile::tempdir().unwrap();
        let har = ground.path().join("shop.har");
        let entry =
            |path: &str| format!(r#"{{"request": {{"method": "GET", "url": "http://shop.example{path}"}}}}"#);
        let entries = [entry("/a"), entry("/b"), entry("/a")].join(", ");
        fs::write(&har, format!(r#"{{"log": {{"entries": [{entries}]}}}}"#)).unwrap();
        let form = OwnForm { image: "cart".to_owned(), har: har.display().to_string(), ..asking("") };
        let looked = form.look();
        assert_eq!(looked.faults, []);
        assert!(looked.found[0].text.contains("2 different of 3"), "{looked:?}");
        assert!(looked.kind.unwrap().contains("HAR"));
        let workload = form.workload().unwrap();
        let asked: Vec<_> =
            workload.job.service().unwrap().exchanges().map(|it| (it.path.clone(), it.weight)).collect();
        assert_eq!(asked, [("/a".to_owned(), 2), ("/b".to_owned(), 1)]);
        for (content, why) in
            [("{}", "is no HAR"), ("", "empty"), (r#"{"log": {"entries": []}}"#, "no entry")]
        {
            fs::write(&har, content).unwrap();
            let [fault] = &form.look().faults[..] else { panic!("{content}") };
            assert_eq!(fault.field.as_deref(), Some("har"));
            assert!(fault.message.contains(why), "{}", fault.message);
        }
    }

    #[test]
    fn a_name_that_can_not_be_is_told_at_its_field() {
        let form = OwnForm { image: "cart".to_owned(), name: "My Cart".to_owned(), ..asking("/") };
        assert_eq!(form.look().faults[0].field.as_deref(), Some("name"));
    }

    #[test]
    fn an_image_is_told_one_way() {
        let ground = tempfile::tempdir().unwrap();
        fs::write(ground.path().join("Dockerfile"), "FROM scratch").unwrap();
        let dockerfile = ground.path().display().to_string();
        let form = OwnForm { dockerfile, ..asking("/") };
        assert_eq!((form.look().faults, form.look().found.len()), (Vec::new(), 1));
        let twice = OwnForm { image: "cart".to_owned(), ..form };
        assert_eq!(fields(&twice), ["dockerfile"]);
    }
}
