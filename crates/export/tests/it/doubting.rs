//! What failed, as a page tells it.

use plimsoll_model::Outcome;
use scraper::Html;

use crate::detailed::repeated;
use crate::paging::{failed, found, page, said, words};

#[test]
fn an_endless_list_is_cut_with_a_count() {
    let mut run = repeated(20_000);
    run.trials.iter_mut().enumerate().for_each(|(at, trial)| trial.outcome = failed(at));
    let shown = Html::parse_document(&page(&run));
    // In almost the same words of each: one line.
    let told: Vec<String> = found(&shown, "#doubt tbody td").iter().map(words).collect();
    let lanes = "docker, docker+hostnet, wasmtime, wasmtime-process and 1 more";
    let expected = [
        "hello, json-api",
        lanes,
        "failed in ready: timed out",
        "20,000",
        "0",
        "no answer to trial 0 within 30 s",
    ];
    assert_eq!(told, expected);
    // In other words of each: the first ones.
    let letters = |at: usize| -> String {
        at.to_string().bytes().map(|digit| char::from(digit - b'0' + b'g')).collect()
    };
    for (at, trial) in run.trials.iter_mut().enumerate() {
        let mut outcome = failed(0);
        if let Outcome::Failed { failure } = &mut outcome {
            failure.message = format!("no answer to {}", letters(at));
        }
        trial.outcome = outcome;
    }
    let shown = Html::parse_document(&page(&run));
    assert!(said(&shown, "#doubt .more").contains("and 19,940 more, for 19,940 other reasons"));
}
