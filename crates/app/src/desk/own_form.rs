//! A workload of the user's own as a form tells it: free text, read here. Nothing is started.

use std::path::PathBuf;

use etcetera::BaseStrategy;
use plimsoll_model::{Form, Slug, Workload, in_registry};
use plimsoll_store::{binary_at, wasm_at};
use serde::{Deserialize, Serialize};

use super::order::Fault;
use crate::format;
use crate::{Error, Own, Question};

/// The methods that can be asked with.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// What a form tells of a workload; empty text: not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct OwnForm {
    /// An image, as the engine that has or pulls it knows it.
    pub image: String,
    /// The path of a component or a module.
    pub wasm: String,
    /// The path of a native binary.
    pub native: String,
    /// The HTTP method.
    pub method: String,
    /// The path that is asked for; empty: a command that runs and exits.
    pub path: String,
    /// What is sent, or `@` and the path of a file that holds it.
    pub body: String,
    /// The port that the image listens on.
    pub port: String,
    /// What it is to be called; empty: after what is run.
    pub name: String,
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
    /// What is found of it, and what is wrong.
    pub(super) fn look(&self) -> LookedAt {
        let mut found = Vec::new();
        let mut note = |field: &str, what: &str, bytes: u64| {
            let text = format!("{what}, {}", format::bytes(bytes as f64));
            found.push(Finding { field: field.to_owned(), text });
        };
        if let Ok(Some(path)) = file(&self.wasm)
            && let Ok((artifact, _)) = wasm_at(&path)
        {
            match (artifact.file(), artifact.form) {
                (Some(_), Form::Module) => note("wasm", "A module", size(&path)),
                (Some(_), _) => note("wasm", "A component", size(&path)),
                // Its kind and size are found out in preparing.
                (None, _) => {}
            }
        }
        if let Ok(Some(path)) = file(&self.native)
            && binary_at(&path).is_ok()
        {
            note("native", "A native binary", size(&path));
        }
        match self.workload() {
            Ok(workload) => {
                let kind = match workload.job.kind().serves() {
                    true => format!("A service that is asked `{} {}`.", self.method(), self.path.trim()),
                    false => "A command that runs and exits.".to_owned(),
                };
                let name = Some(workload.name.to_string());
                LookedAt { name, kind: Some(kind), found, faults: Vec::new() }
            }
            Err(faults) => LookedAt { name: None, kind: None, found, faults },
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
        workload.summary = format!("{}, added in the window.", own.words_of(0));
        if let Some(name) = told(&self.name) {
            workload.name = name.parse::<Slug>().map_err(|error| vec![said("name", error.to_string())])?;
        }
        Ok(workload)
    }

    /// The same by another name, or by none.
    pub(super) fn nameless(&self) -> Self {
        Self { name: String::new(), ..self.clone() }
    }

    fn method(&self) -> String {
        told(&self.method).unwrap_or("GET").to_ascii_uppercase()
    }

    fn own(&self) -> Result<Own, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut own = Own::default();
        own.images.extend(told(&self.image).map(str::to_owned));
        if let Some(image) = own.images.iter().find(|image| image.contains(char::is_whitespace)) {
            faults.push(said("image", format!("`{image}` is no name of an image: write it as `cart:1.4`")));
        }
        match file(&self.wasm) {
            Ok(path) => own.wasm.extend(path),
            Err(message) => faults.push(said("wasm", message)),
        }
        for path in &own.wasm {
            faults.extend(wasm_at(path).err().map(|error| fault(Some("wasm"), &error.into())));
        }
        match file(&self.native) {
            Ok(path) => own.native = path,
            Err(message) => faults.push(said("native", message)),
        }
        if let Some(path) = &own.native {
            faults.extend(binary_at(path).err().map(|error| fault(Some("native"), &error.into())));
        }
        if [&self.image, &self.wasm, &self.native].into_iter().all(|text| told(text).is_none()) {
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
        own.questions.extend(self.question(&mut faults));
        if faults.is_empty() { Ok(own) } else { Err(faults) }
    }

    fn question(&self, faults: &mut Vec<Fault>) -> Option<Question> {
        let method = self.method();
        if !METHODS.contains(&method.as_str()) {
            faults.push(said("method", format!("`{method}` is none of {}", METHODS.join(", "))));
        }
        let body = told(&self.body).map(str::to_owned);
        let Some(path) = told(&self.path) else {
            if body.is_some() {
                faults.push(said(
                    "body",
                    "a command is sent nothing: name a path, or leave it empty".to_owned(),
                ));
            }
            return None;
        };
        if !path.starts_with('/') || !path.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message =
                format!("`{path}` is no path: it begins with `/` and has no blanks, e.g. `/carts/17`");
            faults.push(said("path", message));
            return None;
        }
        Some(Question { method, path: path.to_owned(), body, headers: [].into() })
    }
}

fn told(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn nothing() -> Fault {
    let message = "Name what is run: an image, a file of WebAssembly, a native binary, or several of them.";
    Fault { field: None, message: message.to_owned() }
}

fn said(field: &str, message: String) -> Fault {
    Fault { field: Some(field.to_owned()), message }
}

fn fault(field: Option<&str>, error: &Error) -> Fault {
    let causes = error.causes.iter().map(String::as_str);
    let mut message = std::iter::once(error.message.as_str()).chain(causes).collect::<Vec<_>>().join(": ");
    if let Some(hint) = &error.hint {
        message = format!("{message}; {hint}");
    }
    Fault { field: field.map(str::to_owned), message }
}

/// The file that is named. A window has no current folder that its user knows.
fn file(text: &str) -> Result<Option<PathBuf>, String> {
    let Some(text) = told(text) else { return Ok(None) };
    if in_registry(text).is_some() {
        return Ok(Some(PathBuf::from(text)));
    }
    if let Some(rest) = text.strip_prefix("~/") {
        let home = etcetera::choose_base_strategy().map_err(|error| error.to_string())?;
        return Ok(Some(home.home_dir().join(rest)));
    }
    let path = PathBuf::from(text);
    if path.is_absolute() {
        return Ok(Some(path));
    }
    Err(format!("`{text}` is no whole path: begin it with `/` or with `~/`"))
}

fn size(path: &std::path::Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(path: &str) -> OwnForm {
        OwnForm { path: path.to_owned(), ..OwnForm::default() }
    }

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        let form = OwnForm {
            wasm: "cart.wasm".to_owned(),
            native: "/nonexistent".to_owned(),
            port: "http".to_owned(),
            method: "LOOK".to_owned(),
            ..asking("carts")
        };
        let faults = form.look().faults;
        let mut fields: Vec<_> = faults.iter().filter_map(|fault| fault.field.as_deref()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["method", "native", "path", "port", "wasm"]);
        assert_eq!(asking("/").look().faults, [nothing()]);
    }

    #[test]
    fn a_file_is_told_by_its_form_and_size() {
        let ground = tempfile::tempdir().unwrap();
        let wasm = ground.path().join("cart.wasm");
        std::fs::write(&wasm, b"\0asm\x0d\0\x01\0").unwrap();
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
        let command = OwnForm { path: " ".to_owned(), name: "mine".to_owned(), ..form.clone() }.look();
        assert_eq!(command.kind.as_deref(), Some("A command that runs and exits."));
        assert_eq!(command.name.as_deref(), Some("mine"));
        std::fs::write(&wasm, b"no").unwrap();
        assert_eq!(form.look().faults[0].field.as_deref(), Some("wasm"));
    }

    #[test]
    fn a_name_that_can_not_be_is_told_at_its_field() {
        let form = OwnForm { image: "cart".to_owned(), name: "My Cart".to_owned(), ..asking("/") };
        assert_eq!(form.look().faults[0].field.as_deref(), Some("name"));
    }
}
