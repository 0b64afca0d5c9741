//! Services and commands of the user's own, told in flags.

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::ValueHint;
use plimsoll_app::{Error, Own, Question, QuestionFault, Right};

use super::asked::{HEADING, LineRequests};

/// What is told of workloads that lie in no folder.
#[derive(clap::Args)]
pub(crate) struct OwnServices {
    /// An image, as the engine that has or pulls it knows it; may be given more than once.
    #[arg(long = "image", value_name = "IMAGE", help_heading = HEADING)]
    images: Vec<String>,

    /// A folder with a `Dockerfile`, from which the image is built.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::AnyPath, help_heading = HEADING)]
    dockerfile: Option<PathBuf>,

    /// An image in a file, as `docker save` writes it, or a folder that is an OCI layout.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath, help_heading = HEADING)]
    archive: Option<PathBuf>,

    /// A component of WASI 0.2 or 0.3, or a command module of WASI 0.1: a file, `oci://host/name:tag`, or a folder that is
    /// an OCI layout; may be given more than once.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath, help_heading = HEADING)]
    wasm: Vec<PathBuf>,

    /// A static native binary: for lane `native`, and for the containers where no image is named.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = HEADING)]
    native: Option<PathBuf>,

    #[command(flatten)]
    asked: LineRequests,

    /// Ask for what a browser saved of its network tab as HAR; equal requests become one as often as it stands there.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = HEADING)]
    har: Option<PathBuf>,

    /// Ask for the examples of an OpenAPI 3 document, in JSON or YAML; answers are held against their schemas.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = HEADING)]
    openapi: Option<PathBuf>,

    /// Send this header with every request, e.g. `Accept: text/plain`.
    #[arg(long = "header", value_name = "NAME: VALUE", help_heading = HEADING)]
    headers: Vec<String>,

    /// It is no service: it runs with the arguments after `--`, prints and exits.
    #[arg(id = "exits", long = "run", conflicts_with_all = ["gets", "posts", "puts", "har", "openapi"], help_heading = HEADING)]
    runs: bool,

    /// The port that the image listens on [default: the one that it exposes, else the one that it is found listening on].
    #[arg(long, value_name = "N", help_heading = HEADING)]
    port: Option<NonZeroU16>,

    /// An environment variable in every lane; without a value the one that it has here.
    #[arg(long = "env", value_name = "NAME[=VALUE]", help_heading = HEADING)]
    environment: Vec<String>,

    /// Give the command this file on standard input.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "exits", help_heading = HEADING)]
    stdin: Option<PathBuf>,

    /// A folder that the program sees as `/PATH`, read-only; with `:write` each instance has a copy that it may write into.
    /// May be given more than once.
    #[arg(id = "granted", long = "folder", value_name = "DIR:/PATH[:write]", help_heading = HEADING)]
    folders: Vec<String>,

    /// Let a component connect to this host; may be given more than once. A container reaches what its network does.
    #[arg(long = "allow", value_name = "HOST:PORT", help_heading = HEADING)]
    hosts: Vec<String>,

    /// The right answer's body is in this file [default: what the first lane answers, without what changes].
    #[arg(long = "expect", value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = HEADING)]
    expect: Option<PathBuf>,

    /// Right answers are JSON that fits the JSON Schema in this file.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "expect", help_heading = HEADING)]
    expect_schema: Option<PathBuf>,

    /// The right answer's status [default: the first lane's, from 200 to 299].
    #[arg(long, value_name = "STATUS", conflicts_with = "exits", help_heading = HEADING)]
    expect_status: Option<u16>,

    /// The code that a command exits with [default: 0].
    #[arg(long, value_name = "CODE", requires = "exits", help_heading = HEADING)]
    expect_exit: Option<u8>,

    /// Only the status of answers counts.
    #[arg(long, conflicts_with_all = ["expect", "expect_schema", "exits"], help_heading = HEADING)]
    expect_status_only: bool,

    /// Leave this place of the answer's JSON out of the comparison: a JSON Pointer in which `*` stands for any key or
    /// index, e.g. `/items/*/id`; may be given more than once.
    #[arg(long = "leave-out", value_name = "POINTER", help_heading = HEADING)]
    left_out: Vec<String>,

    /// Arguments of the program; a service's may hold `{host}` and `{port}`, which it is told in `PLIMSOLL_LISTEN` and
    /// `PORT` too.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

impl OwnServices {
    /// What is told; nothing at all is no fault.
    pub(crate) fn read(self) -> Result<Own, Error> {
        let headers: BTreeMap<String, String> =
            self.headers.iter().map(|header| named(header)).collect::<Result<_, _>>()?;
        let questions: Vec<Question> = self
            .asked
            .in_order()
            .map(|(method, path, body)| {
                Question::read(method, path, body, &headers).map_err(|all| wrong(&all))
            })
            .collect::<Result<_, _>>()?;
        let of_files = self.har.is_some() || self.openapi.is_some();
        let right = Right {
            status: self.expect_status,
            exit_code: self.expect_exit,
            body: self.expect,
            schema: self.expect_schema,
            left_out: self.left_out,
            status_only: self.expect_status_only,
        };
        let own = Own {
            images: self.images,
            dockerfile: self.dockerfile,
            archive: self.archive,
            wasm: self.wasm,
            native: self.native,
            arguments: self.arguments,
            port: self.port,
            environment: variables(&self.environment)?,
            stdin: self.stdin,
            folders: self.folders,
            hosts: self.hosts,
            questions,
            har: self.har,
            openapi: self.openapi,
            headers: if of_files { headers } else { BTreeMap::new() },
            right,
        };
        if own.is_told() && !own.asks() && !self.runs {
            return Err(usage(
                "nothing is asked of the service",
                "ask for a path with `--get /`; a command that runs and exits is told by `--run`",
            ));
        }
        Ok(own)
    }
}

fn wrong(faults: &[QuestionFault]) -> Error {
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    usage(&told.join("; "), "ask as in `--get /carts/17`")
}

fn named(header: &str) -> Result<(String, String), Error> {
    match header.split_once(':') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
        None => {
            Err(usage(&format!("`{header}` is no header"), "write it as `--header 'Accept: text/plain'`"))
        }
    }
}

fn variables(told: &[String]) -> Result<BTreeMap<String, String>, Error> {
    let mut variables = BTreeMap::new();
    for told in told {
        let (name, value) = variable(told)?;
        if variables.insert(name.clone(), value).is_some() {
            return Err(usage(&format!("the variable `{name}` is given twice"), "give it one value"));
        }
    }
    Ok(variables)
}

fn variable(told: &str) -> Result<(String, String), Error> {
    let (name, value) = match told.split_once('=') {
        Some((name, value)) => (name, value.to_owned()),
        None => match std::env::var(told) {
            Ok(value) => (told, value),
            Err(_) => {
                let what = format!("the variable `{told}` has no value here that is text");
                return Err(usage(&what, "give it one: `--env NAME=VALUE`"));
            }
        },
    };
    if name.is_empty() || name.starts_with("PLIMSOLL_") {
        let what = format!("`{name}` can't be set: it is no name, or one that Plimsoll sets itself");
        return Err(usage(&what, "call the variable otherwise"));
    }
    Ok((name.to_owned(), value))
}

fn usage(message: &str, hint: &str) -> Error {
    Error {
        code: plimsoll_app::Code::Usage,
        message: message.to_owned(),
        causes: Vec::new(),
        hint: Some(hint.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        own: OwnServices,
    }

    fn told(words: &[&str]) -> Result<Own, Error> {
        Line::try_parse_from(std::iter::once(&"plimsoll").chain(words)).unwrap().own.read()
    }

    #[test]
    fn questions_are_asked_in_order_with_their_bodies_and_headers() {
        let own = told(&[
            "--wasm",
            "a.wasm",
            "--post",
            "/quote",
            "@cart.json",
            "--get",
            "/",
            "--put",
            "/a",
            "b",
            "--get=/last",
            "--header",
            "Accept: a:b",
            "--",
            "--port",
            "{port}",
        ])
        .unwrap();
        let asked: Vec<String> = own
            .questions
            .iter()
            .map(|it| format!("{} {} {}", it.method, it.path, it.body.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(asked, ["POST /quote @cart.json", "GET / -", "PUT /a b", "GET /last -"]);
        assert_eq!(own.questions[0].headers["Accept"], "a:b");
        assert_eq!(own.arguments, ["--port", "{port}"]);
    }

    #[test]
    fn nothing_told_is_nothing_and_something_asks_or_runs() {
        assert!(!told(&[]).unwrap().is_told());
        assert!(told(&["--image", "nginx"]).unwrap_err().hint.unwrap().contains("--get"));
        assert!(told(&["--image", "nginx", "--run"]).unwrap().questions.is_empty());
    }

    #[test]
    fn variables_have_names_and_values() {
        assert_eq!(told(&["--image", "a", "--run", "--env", "A=b=c"]).unwrap().environment["A"], "b=c");
        for wrong in ["PLIMSOLL_LISTEN=x", "=x", "NO_SUCH_VARIABLE_HERE"] {
            assert!(told(&["--image", "a", "--run", "--env", wrong]).is_err(), "{wrong}");
        }
        assert!(told(&["--image", "a", "--get", "/", "--header", "x"]).is_err());
    }
}
