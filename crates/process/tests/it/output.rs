use std::io::{BufRead as _, BufReader, Write as _};

use plimsoll_model::Limits;
use plimsoll_process::{Launch, Stream};

use crate::{block_until_end, run, script};

const FLOOD: u64 = 30_000_000;

fn flood() -> Launch {
    script("yes | head -c 30000000; echo done >&2").stdout(Stream::Capture { bytes: 1000 })
}

#[tokio::test]
async fn a_process_that_floods_stdout_runs_to_its_end_while_it_is_waited_for() {
    let mut child = flood().ready().unwrap().spawn(None).unwrap();
    assert_eq!(child.wait().await.unwrap().code, Some(0));
    let output = child.output();
    assert_eq!(output.stdout, b"y\n".repeat(500));
    assert_eq!((output.truncated, output.dropped), (true, FLOOD - 1000));
    assert_eq!(output.stderr, b"done\n");
}

#[test]
fn a_process_that_floods_stdout_runs_to_its_end_though_nobody_waits() {
    let mut child = flood().drain_in_background().ready().unwrap().spawn(None).unwrap();
    // Nothing but a blocking wait of ours: only the thread reads.
    block_until_end(child.pid());
    assert_eq!(child.try_wait().unwrap().unwrap().code, Some(0));
    let output = child.output();
    assert_eq!((output.stdout.len(), output.dropped), (1000, FLOOD - 1000));
    assert_eq!(output.stderr, b"done\n");
}

#[tokio::test]
async fn a_grandchild_that_holds_the_pipe_does_not_hold_up_the_output() {
    for background in [false, true] {
        let launch = script("sleep 1000 & echo hi");
        let launch = if background { launch.drain_in_background() } else { launch };
        let (mut child, group) = run(launch, "grandchild", &Limits::default(), &[]);
        child.wait().await.unwrap();
        assert_eq!(child.output().stdout, b"hi\n");
        group.remove().unwrap();
    }
}

#[tokio::test]
async fn the_environment_is_what_is_given_and_nothing_else() {
    let launch = Launch::new("/usr/bin/env").env("ONLY", "this").stdout(Stream::Capture { bytes: 4096 });
    let mut child = launch.ready().unwrap().spawn(None).unwrap();
    child.wait().await.unwrap();
    assert_eq!(child.output().stdout, b"ONLY=this\n");
}

#[tokio::test]
async fn standard_input_is_at_its_end_and_the_session_is_its_own() {
    let mut child = script("cat; cat /proc/$$/stat").ready().unwrap().spawn(None).unwrap();
    child.wait().await.unwrap();
    let stat = String::from_utf8(child.output().stdout).unwrap();
    let session = stat.rsplit_once(')').unwrap().1.split_whitespace().nth(3).unwrap();
    assert_eq!(session, child.pid().to_string());
}

#[tokio::test]
async fn a_protocol_can_be_spoken_over_pipes_that_the_caller_holds() {
    let launch = Launch::new("/bin/cat").stdin(Stream::Pipe).stdout(Stream::Pipe);
    let mut child = launch.ready().unwrap().spawn(None).unwrap();
    let mut asked = child.take_stdin().unwrap();
    let mut told = BufReader::new(child.take_stdout().unwrap());
    for question in ["{\"a\":1}\n", "{\"b\":2}\n"] {
        asked.write_all(question.as_bytes()).unwrap();
        let mut answer = String::new();
        told.read_line(&mut answer).unwrap();
        assert_eq!(answer, question);
    }
    drop(asked);
    assert_eq!(child.wait().await.unwrap().code, Some(0));
}
