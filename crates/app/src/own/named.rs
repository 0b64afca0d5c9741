//! Workloads from what is told of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use plimsoll_model::{
    Answer, Artifact, BodySchema, Compare, Container, ExpectedOutput, Form, Grants, Invocation, Job, Listen,
    Origin, Service, Slug, Source, Workload, in_registry,
};
use plimsoll_store::{Single, archive_at, binary_at, wasm_at};

use super::name::{slug, unique};
use super::question::read_body;
use super::{Own, Right, asked, granted};
use crate::{Error, format};

/// The registry of a name that tells a login before it, as addresses can.
fn host_after_login(name: &str) -> Option<&str> {
    let place = name.split_once("://").map_or(name, |(_, place)| place);
    let authority = place.split('/').next()?;
    let (login, host) = authority.rsplit_once('@')?;
    // A digest follows the name as well.
    (!host.starts_with("sha256:") && !login.is_empty() && place.contains('/')).then_some(host)
}

impl Own {
    /// The workloads, in order. What is right is not known yet where it is not said.
    ///
    /// # Errors
    /// When a file can't be read, or what is told contradicts itself.
    pub(crate) fn workloads(&self) -> Result<Vec<Workload>, Error> {
        self.check()?;
        let (job, remarks) = self.job()?;
        let count = self.images.len().max(self.wasm.len()).max(1);
        let mut workloads: Vec<Workload> = Vec::new();
        for at in 0..count {
            let mut workload = self.workload(at, job.clone())?;
            workload.name = unique(workload.name, &workloads)?;
            workload.remarks.clone_from(&remarks);
            workload.remarks.extend(self.remarks());
            workloads.push(workload);
        }
        if let [first, others @ ..] = workloads.as_mut_slice()
            && !others.is_empty()
        {
            let names: Vec<String> = others.iter().map(|other| format!("`{}`", other.name)).collect();
            first.remarks.push(format!(
                "`{}` and {} are workloads of their own: each is held against its own first answer and loaded at its own \
                 rate, so that latencies of two can be compared only with one `--rate`.",
                first.name,
                names.join(", ")
            ));
        }
        Ok(workloads)
    }

    /// What may not be meant as it is told.
    fn remarks(&self) -> Vec<String> {
        let takes_port = self.asks() && self.environment.contains_key("PORT");
        let port = takes_port.then(|| {
            "`PORT` is as `--env` says, in every lane: the program is told where to listen in `PLIMSOLL_LISTEN` and in \
             `{port}` among its arguments alone."
                .to_owned()
        });
        let unknown = |argument: &&String| {
            let word = argument.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
            self.asks()
                && word.is_some_and(|(word, _)| {
                    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
                    is_word && !["host", "port"].contains(&word)
                })
        };
        let passed = self.arguments.iter().filter(unknown).map(|argument| {
            format!("The argument `{argument}` is passed on as it is: `{{host}}` and `{{port}}` alone stand for something.")
        });
        port.into_iter().chain(passed).collect()
    }

    fn check(&self) -> Result<(), Error> {
        let images = [!self.images.is_empty(), self.dockerfile.is_some(), self.archive.is_some()];
        let kinds = images.into_iter().filter(|is_there| *is_there).count();
        if kinds > 1 {
            return Err(Error::usage("`--image`, `--dockerfile` and `--archive` exclude each other")
                .with_hint("name the image one way"));
        }
        if kinds == 0 && self.wasm.is_empty() && self.native.is_none() {
            return Err(Error::usage("nothing is named that could be run").with_hint(
                "name an image (`--image nginx:alpine`), a `--dockerfile` or `--archive`, a component \
                 (`--wasm cart.wasm`) or a `--native` binary",
            ));
        }
        let (images, wasm) = (self.images.len().max(kinds), self.wasm.len());
        if images > 1 && wasm > 0 && images != wasm || wasm > 1 && images == 1 {
            return Err(Error::usage(format!(
                "{images} images and {wasm} files of WebAssembly: which belong together is not told"
            ))
            .with_hint(
                "name as many of one as of the other, in the same order, or measure them one by one",
            ));
        }
        if self.native.is_some() && images.max(wasm) > 1 {
            return Err(Error::usage(
                "one native binary belongs to one image or component, and several are named",
            )
            .with_hint("measure them one by one"));
        }
        if self.stdin.is_some() && !self.questions.is_empty() {
            return Err(Error::usage("a service is given nothing on standard input")
                .with_hint("leave out `--stdin`, or tell with `--run` that it is a command"));
        }
        if self.right.exit_code.is_some() && self.asks() {
            return Err(Error::usage("`--expect-exit` is of a command that ends, and a service is told")
                .with_hint("leave it out, or tell with `--run` that it is a command"));
        }
        let names = self.images.iter().map(String::as_str);
        let in_registries = self.wasm.iter().filter_map(|path| in_registry(path.to_str()?));
        if let Some(host) = names.chain(in_registries).find_map(host_after_login) {
            return Err(Error::usage(format!(
                "a name in the registry `{}` holds a login, which would be kept in the run",
                format::plain(host)
            ))
            .with_hint(format!("leave it out, and run `docker login {}`", format::plain(host))));
        }
        if self.images.iter().any(String::is_empty)
            || self.wasm.iter().any(|path| path.as_os_str().is_empty())
        {
            return Err(Error::usage("an image or a file of WebAssembly is named by nothing")
                .with_hint("name it: a variable of the shell may be empty"));
        }
        if let Some(name) = self.images.iter().find(|name| name.contains("://")) {
            return Err(Error::usage(format!("`{name}` is no name of an image")).with_hint(
                "name an image as `docker pull` does, without `oci://` or `https://`; WebAssembly in a registry is named with \
                 `--wasm oci://…`",
            ));
        }
        if self.right.status_only && (self.right.body.is_some() || !self.right.left_out.is_empty()) {
            return Err(Error::usage("with `--expect-status-only` no body is compared")
                .with_hint("leave out the one or the other"));
        }
        let bodies = [self.right.status_only, self.right.body.is_some(), self.right.schema.is_some()];
        let bodies = bodies.into_iter().filter(|is_told| *is_told).count();
        if bodies > 1 || self.right.schema.is_some() && !self.right.left_out.is_empty() {
            return Err(Error::usage(
                "`--expect-schema` says alone what is right: a body is not held against anything beside it",
            )
            .with_hint("leave out `--expect`, `--expect-status-only` and `--leave-out`"));
        }
        if self.right.schema.is_some() && !self.asks() {
            return Err(Error::usage("`--expect-schema` is of a service's answers, and a command is told")
                .with_hint("say what a command prints with `--expect FILE`"));
        }
        Ok(())
    }

    fn workload(&self, at: usize, job: Job) -> Result<Workload, Error> {
        let mut artifacts = Vec::new();
        let mut digests = std::collections::BTreeMap::new();
        let mut take = |(artifact, of_files): Single| {
            digests.extend(of_files);
            artifacts.push(artifact);
        };
        if let Some(path) = self.wasm.get(at) {
            take(wasm_at(path)?);
        }
        if let Some(path) = &self.native {
            take(binary_at(path)?);
        }
        if let Some(path) = &self.archive {
            take(archive_at(path)?);
        }
        let image = |name: String, source| Artifact { form: Form::Image, name, source, arch: None };
        if let Some(name) = self.images.get(at) {
            artifacts.push(image(name.clone(), Source::Reference(name.clone())));
        }
        if let Some(folder) = &self.dockerfile {
            artifacts.push(image("Dockerfile".to_owned(), Source::Dockerfile(context(folder)?)));
        }
        let name = self.name(at);
        let summary = format!("{}, told on the command line.", self.words_of(at));
        // What a container is never denied is granted to a component too: the two are to be alike.
        let (folders, held) = granted::folders(&self.folders)?;
        digests.extend(held);
        let grants = Grants {
            clock: true,
            random: true,
            stdout: true,
            environment: self.environment.clone(),
            hosts: granted::hosts(&self.hosts)?,
            folders,
        };
        let container = match artifacts.iter().any(|artifact| artifact.form == Form::Image) {
            true => Container { port: self.port, ..Container::default() },
            false => Container::default(),
        };
        Ok(Workload {
            name,
            summary,
            job,
            artifacts,
            container,
            grants,
            origin: Origin::Line,
            digests,
            remarks: Vec::new(),
        })
    }

    /// What is measured, for a summary.
    pub(crate) fn words_of(&self, at: usize) -> String {
        let image = self.images.get(at).map(|image| format!("Image `{image}`"));
        let image = image.or_else(|| self.dockerfile.as_ref().map(|_| "A built image".to_owned()));
        let image = image.or_else(|| self.archive.as_ref().map(|_| "A saved image".to_owned()));
        let file = |path: &PathBuf| format!("`{}`", path.file_name().unwrap_or_default().to_string_lossy());
        let wasm = self.wasm.get(at).map(file);
        let native = self.native.as_ref().map(file);
        image.into_iter().chain(wasm).chain(native).collect::<Vec<_>>().join(" and ")
    }

    /// What it is called, after what is run.
    pub(crate) fn name(&self, at: usize) -> Slug {
        let of_image = self.images.get(at).map(|image| last_part(image).to_owned());
        let stem = |path: &Path| match path.to_str().and_then(in_registry) {
            Some(name) => Some(last_part(name).to_owned()),
            None => path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
        };
        let folder = |path: &Path| path.canonicalize().ok().as_deref().and_then(stem);
        let told = of_image
            .or_else(|| self.wasm.get(at).and_then(|path| stem(path)))
            .or_else(|| self.native.as_deref().and_then(stem))
            .or_else(|| self.dockerfile.as_deref().and_then(folder))
            .or_else(|| self.archive.as_deref().and_then(stem));
        slug(&told.unwrap_or_default())
    }

    fn job(&self) -> Result<(Job, Vec<String>), Error> {
        if !self.asks() {
            let stdout = self.right.body.as_deref().map(read_body).transpose()?.unwrap_or_default();
            let mut expect = ExpectedOutput::exactly(self.right.exit_code.unwrap_or(0).into(), stdout);
            if !self.right.left_out.is_empty() {
                (expect.compare, expect.left_out) = (Compare::Json, self.right.left_out.clone());
            }
            let stdin = self.stdin.as_deref().map(read_body).transpose()?;
            let arguments = self.arguments.clone();
            return Ok((Job::Run(Invocation { arguments, stdin, expect }), Vec::new()));
        }
        let (exchanges, remarks) = asked::exchanges(self)?;
        let mut exchanges = exchanges.into_iter();
        let listen = Listen { arguments: self.arguments.clone(), ..Listen::default() };
        match exchanges.next() {
            Some(ready) => Ok((Job::Serve(Service { listen, ready, others: exchanges.collect() }), remarks)),
            None => Err(Error::usage("nothing is asked").with_hint("ask for a path: `--get /`")),
        }
    }
}

impl Right {
    /// What is said; where that is only the status, nothing of the body counts yet.
    pub(super) fn expected(&self) -> Result<Answer, Error> {
        let status = self.status.unwrap_or(200);
        if !(100..=599).contains(&status) {
            return Err(
                Error::usage(format!("{status} is no status of HTTP")).with_hint("it is from 100 to 599")
            );
        }
        if let Some(place) = self.left_out.iter().find(|place| !place.starts_with('/')) {
            return Err(Error::usage(format!("`{place}` is no JSON Pointer"))
                .with_hint("it begins with `/`, e.g. `/items/*/id`"));
        }
        if let Some(file) = &self.schema {
            let read = BodySchema::read(read_body(file)?).map_err(|why| Error {
                causes: vec![why.to_string()],
                ..Error::usage(format!("`{}` is no JSON Schema that can be used", file.display()))
            })?;
            return Ok(Answer::fitting(status, read));
        }
        let Some(file) = &self.body else {
            return Ok(Answer { compare: Compare::Status, ..Answer::exactly(status, Arc::default()) });
        };
        let answer = Answer::exactly(status, read_body(file)?);
        let is_json = serde_json::from_slice::<serde_json::Value>(&answer.body)
            .is_ok_and(|it| it.is_object() || it.is_array());
        if !is_json && !self.left_out.is_empty() {
            return Err(Error::usage(format!(
                "`{}` is no JSON, of which a place could be left out",
                file.display()
            ))
            .with_hint("name a file with a JSON object or array"));
        }
        let compare = if is_json { Compare::Json } else { Compare::Bytes };
        Ok(Answer { compare, left_out: self.left_out.clone(), ..answer })
    }
}

/// The folder an image is built from.
pub(crate) fn context(folder: &Path) -> Result<PathBuf, Error> {
    // Named by its file as well as by its folder.
    let folder = if folder.file_name().is_some_and(|name| name == "Dockerfile") && folder.is_file() {
        folder.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."))
    } else {
        folder
    };
    let found = fs::metadata(folder.join("Dockerfile")).and_then(|_| folder.canonicalize());
    found.map_err(|error| Error {
        causes: vec![error.to_string()],
        ..Error::usage(format!("`{}` holds no `Dockerfile`", folder.display()))
            .with_hint("name the folder that an image is built from")
    })
}

/// What an image is called, without where it is and which one it is.
fn last_part(image: &str) -> &str {
    let named = image.split('@').next().unwrap_or(image);
    let last = named.rsplit('/').next().unwrap_or(named);
    last.split(':').next().unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own::Question;
    use crate::own::name::{LONGEST_NAME, NAMELESS};

    fn own(images: &[&str], wasm: &[PathBuf]) -> Own {
        let question = Question {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            body: None,
            headers: Default::default(),
        };
        let images = images.iter().map(|&image| image.to_owned()).collect();
        Own { images, wasm: wasm.to_vec(), questions: vec![question], ..Own::default() }
    }

    fn names(own: &Own) -> Vec<String> {
        own.workloads().unwrap().iter().map(|workload| workload.name.to_string()).collect()
    }

    #[test]
    fn names_are_those_of_images_and_files_each_once() {
        assert_eq!(names(&own(&["ghcr.io/acme/Cart:1.4"], &[])), ["cart"]);
        assert_eq!(names(&own(&["a/web:1", "b/web@sha256:00"], &[])), ["web", "web-2"]);
        let pulled = own(&[], &["oci://127.0.0.1:5000/acme/json-api:1.2".into()]);
        assert_eq!(names(&pulled), ["json-api"]);
        assert_eq!(slug("9_Über--Mäß.").as_str(), "ber-m");
        assert_eq!(slug("---").as_str(), NAMELESS);
        assert_eq!(slug(&"x".repeat(100)).as_str().len(), LONGEST_NAME);
    }

    #[test]
    fn images_and_components_are_paired_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let wasm: Vec<PathBuf> = ["a.wasm", "b.wasm"].map(|name| folder.path().join(name)).to_vec();
        for file in &wasm {
            fs::write(file, b"\0asm\x0d\0\x01\0").unwrap();
        }
        let pair = own(&["one", "two"], &wasm).workloads().unwrap();
        let artifacts: Vec<usize> = pair.iter().map(|workload| workload.artifacts.len()).collect();
        assert_eq!(artifacts, [2, 2]);
        assert_eq!(names(&own(&[], &wasm)), ["a", "b"]);
        for wrong in [own(&["one"], &wasm), own(&["one", "two"], &wasm[..1]), own(&[], &[])] {
            assert!(wrong.workloads().is_err_and(|error| error.hint.is_some()), "{wrong:?}");
        }
    }

    #[test]
    fn a_login_in_a_name_and_an_empty_name_are_refused_before_anything_is_kept() {
        for (images, wasm) in [
            (vec!["user:s3cret@a.test:5000/web:1"], vec![]),
            (vec!["https://user:s3cret@a.test:5000/web:1"], vec![]),
            (vec![], vec![PathBuf::from("oci://user:s3cret@a.test:5000/web:1")]),
        ] {
            let error = own(&images, &wasm).workloads().unwrap_err();
            assert!(!error.to_string().contains("s3cret"), "{error}");
            assert_eq!(error.hint.as_deref(), Some("leave it out, and run `docker login a.test:5000`"));
        }
        assert_eq!(host_after_login("a.test/b@sha256:00"), None);
        assert_eq!(host_after_login("web@sha256:00"), None);
        for empty in [own(&[""], &[]), own(&[], &[PathBuf::new()])] {
            assert!(empty.workloads().unwrap_err().hint.is_some());
        }
    }

    #[test]
    fn a_body_is_text_or_a_file_and_tells_its_type() {
        let mut own = own(&["one"], &[]);
        own.questions[0] = Question {
            method: "POST".to_owned(),
            path: "/quote".to_owned(),
            body: Some("{\"a\":1}".to_owned()),
            headers: [("X-Key".to_owned(), "1".to_owned())].into(),
        };
        let workloads = own.workloads().unwrap();
        let asked = &workloads[0].job.service().unwrap().ready;
        assert_eq!(asked.content_type.as_deref(), Some("application/json"));
        assert_eq!(asked.headers, [("X-Key".to_owned(), "1".to_owned())]);
        own.questions[0].body = Some("@/nowhere".to_owned());
        assert!(own.workloads().unwrap_err().message.contains("`/nowhere`"));
        for path in ["carts", "/a b", "/\n"] {
            own.questions[0] = Question { path: path.to_owned(), body: None, ..own.questions[0].clone() };
            assert!(own.workloads().is_err(), "{path:?}");
        }
    }
}
