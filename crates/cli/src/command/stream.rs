use std::io::{self, BufRead, Read as _, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use plimsoll_app::stream::{Line, PATIENCE};
use plimsoll_app::{Bench, Cancel, Code, Error, EventSink, Registry};
use plimsoll_model::Event;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::output::Terminal;
use crate::{exit, interrupt};

/// The longest order that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// Measures what standard input orders, and tells it line by line.
pub(super) async fn run(terminal: &mut Terminal) -> Result<u8, Error> {
    let bench = order()?;
    let cancel = Cancel::new();
    interrupt::listen(cancel.clone()).map_err(|error| unreadable("signals", &error))?;
    let registry = Registry::on_this_machine(&bench.places).await;
    let (line, code) = match bench.run(&registry, &Front, &cancel).await {
        Ok(finished) => {
            let code = exit::code_of_finished(&finished, 0);
            (Line::Kept(finished.path), code)
        }
        Err(error) => {
            let code = exit::code_of(error.code);
            (Line::Refused(error), code)
        }
    };
    terminal.line(text(&line))?;
    Ok(code)
}

fn order() -> Result<Bench, Error> {
    let mut line = String::new();
    let input = io::stdin().lock();
    input.take(LONGEST).read_line(&mut line).map_err(|error| unreadable("standard input", &error))?;
    serde_json::from_str(&line).map_err(|error| Error {
        code: Code::Usage,
        message: "standard input holds no order".to_owned(),
        causes: vec![error.to_string()],
        hint: Some("use `plimsoll bench`: this command is for windows".to_owned()),
    })
}

/// The front end at the other end of both pipes. One that has gone is no reason to stop: the run is kept all the same.
struct Front;

impl EventSink for Front {
    fn send(&self, event: Event) {
        let line = Line::Event(event);
        let mut out = io::stdout().lock();
        let written = writeln!(out, "{}", text(&line)).and_then(|()| out.flush());
        if written.is_ok() && line.waits() {
            wait();
        }
    }
}

/// Until a byte comes, standard input ends, or the patience is over.
fn wait() {
    let begin = Instant::now();
    let input = io::stdin();
    loop {
        let left = PATIENCE.saturating_sub(begin.elapsed());
        if left.is_zero() || !is_readable(&input, left) {
            return;
        }
        let mut bytes = [0; 64];
        match rustix::io::read(&input, &mut bytes) {
            Ok(read) if read > 0 && !bytes[..read].contains(&b'\n') => {}
            _ => return,
        }
    }
}

fn is_readable(input: &impl AsFd, within: Duration) -> bool {
    let limit = Timespec { tv_sec: 0, tv_nsec: within.subsec_nanos().into() };
    matches!(poll(&mut [PollFd::new(input, PollFlags::IN)], Some(&limit)), Ok(ready) if ready > 0)
}

fn text(line: &Line) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

fn unreadable(what: &str, error: &io::Error) -> Error {
    Error {
        code: Code::Environment,
        message: format!("could not read {what}"),
        causes: vec![error.to_string()],
        hint: None,
    }
}
