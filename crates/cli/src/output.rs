//! Writing to the terminal, or to what stands in its place.

use std::io::{self, ErrorKind, IsTerminal, StdoutLock, Write};

use anstream::AutoStream;
use clap::ValueEnum;
use plimsoll_app::{Code, Error, Style, format};
use serde::Serialize;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set or the terminal is dumb.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where text goes without a terminal to tell its width.
const USUAL_WIDTH: u16 = 120;

/// Standard output, with what is known of it. A reader that goes away (`plimsoll list | head`) is no error: the
/// rest is dropped in silence.
pub(crate) struct Terminal {
    out: StdoutLock<'static>,
    reader_left: bool,
    wish: Colour,
}

impl Terminal {
    pub(crate) fn new(wish: Colour) -> Self {
        Self { out: io::stdout().lock(), reader_left: false, wish }
    }

    /// How a text export is drawn here.
    pub(crate) fn style(&self) -> Style {
        let width = if self.out.is_terminal() { width_of(&self.out) } else { None };
        let colour = coloured(self.wish, || AutoStream::choice(&io::stdout()));
        Style { width: width.unwrap_or(USUAL_WIDTH), colour, brief: false }
    }

    /// Whether progress and errors may be coloured.
    pub(crate) fn colours_progress(&self) -> bool {
        coloured(self.wish, || AutoStream::choice(&io::stderr()))
    }

    /// Writes a line, or several, without what could move the cursor: names and messages may be a stranger's.
    pub(crate) fn line(&mut self, text: impl std::fmt::Display) -> Result<(), Error> {
        text.to_string()
            .split('\n')
            .try_for_each(|line| writeln!(self, "{}", format::plain(line)))
            .map_err(unwritable)
    }

    /// Writes a value for machines.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(value).map_err(|error| unwritable(error.into()))?;
        writeln!(self, "{}", format::escaped_json(&text)).map_err(unwritable)
    }
}

impl Terminal {
    fn unless_reader_left<T>(&mut self, outcome: io::Result<T>, dropped: T) -> io::Result<T> {
        match outcome {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.reader_left = true;
                Ok(dropped)
            }
            other => other,
        }
    }
}

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.reader_left {
            return Ok(bytes.len());
        }
        let outcome = self.out.write(bytes);
        self.unless_reader_left(outcome, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.reader_left {
            return Ok(());
        }
        let outcome = self.out.flush();
        self.unless_reader_left(outcome, ())
    }
}

/// Standard output does not take what is written.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
pub(crate) fn unwritable(error: io::Error) -> Error {
    Error {
        code: Code::Environment,
        message: "could not write to standard output".to_owned(),
        causes: vec![error.to_string()],
        hint: Some("check that its target takes data: a full disk?".to_owned()),
    }
}

/// Tells an error on standard error: for people, or as `{"error": …}` for machines.
pub(crate) fn report_error(error: &Error, json: bool, terminal: &mut Terminal) {
    #[derive(Serialize)]
    struct Told<'a> {
        error: &'a Error,
    }
    // What came before the error is to stand before it.
    let _ = terminal.flush();
    let mut err = io::stderr().lock();
    let text = match serde_json::to_string(&Told { error }) {
        Ok(text) if json => format::escaped_json(&text),
        _ => for_people(error, terminal.colours_progress()),
    };
    // Nobody is left to tell when this fails.
    let _ = writeln!(err, "{text}");
}

fn for_people(error: &Error, colour: bool) -> String {
    let word = if colour { "\u{1b}[1;31merror:\u{1b}[0m" } else { "error:" };
    let mut text = format!("{word} {}", format::plain(&error.message));
    for cause in &error.causes {
        text.push_str("\n  because: ");
        text.push_str(&format::plain(cause));
    }
    if let Some(hint) = &error.hint {
        text.push_str("\n  way out: ");
        text.push_str(&format::plain(hint));
    }
    text
}

fn coloured(wish: Colour, choice: impl FnOnce() -> anstream::ColorChoice) -> bool {
    match wish {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => choice() != anstream::ColorChoice::Never,
    }
}

#[cfg(unix)]
fn width_of(stream: &impl std::os::fd::AsFd) -> Option<u16> {
    rustix::termios::tcgetwinsize(stream).ok().map(|size| size.ws_col).filter(|columns| *columns > 0)
}

#[cfg(not(unix))]
fn width_of<T>(_: &T) -> Option<u16> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_causes_and_the_way_out() {
        let error = Error {
            code: Code::Usage,
            message: "there is no lane `podman`".to_owned(),
            causes: vec!["it was never built".to_owned()],
            hint: Some("there is `docker`".to_owned()),
        };
        let text = for_people(&error, false);
        assert_eq!(
            text,
            "error: there is no lane `podman`\n  because: it was never built\n  way out: there is `docker`"
        );
    }
}
