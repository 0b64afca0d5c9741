//! Programs that run an artifact, as lanes of their own.

use plimsoll_model::{Availability, LaneSpec, Parameter, Slug};
use plimsoll_runtime::{Family, Unfit, conformance};
use plimsoll_runtime_native::ProgramFamily;

use crate::conditions;
use crate::workload::{Compiled, built};

/// A lane that a user could have written down.
fn lane(parameters: &[(&'static str, &str)]) -> LaneSpec {
    let text = |(name, text): &(&'static str, &str)| (Slug::known(name), Parameter::Text((*text).to_owned()));
    let parameters = parameters.iter().map(text).collect();
    LaneSpec { parameters, ..LaneSpec::plain(Slug::known("mine"), Slug::known("program")) }
}

async fn conforms(lane: &LaneSpec) {
    let (http, command, granted) = (built("json-api"), built("hello"), Compiled::granted());
    let family = ProgramFamily::new();
    conformance::check(&family, lane, &http, &command, &granted.workload, &conditions()).await.unwrap();
}

#[tokio::test]
async fn a_lane_of_words_keeps_the_contract() {
    let words = "--ignore-environment {variables} {artifact}";
    conforms(&lane(&[
        ("program", "env"),
        ("runs", "binary"),
        ("command", words),
        ("serve", words),
        ("compile", "cp --preserve=mode {artifact} {compiled}"),
        ("variable", "{name}={value}"),
    ]))
    .await;
}

#[tokio::test]
async fn a_binary_in_namespaces_keeps_the_contract() {
    let family = ProgramFamily::new();
    let sandbox =
        family.offers().into_iter().find(|offer| offer.spec.slug.as_str() == "native+sandbox").unwrap();
    let here = family.open(&sandbox.spec).unwrap().tried().await;
    assert!(matches!(here, Availability::Available { .. }), "{here:?}");
    conforms(&sandbox.spec).await;
}

#[tokio::test]
async fn a_lane_says_beforehand_what_it_does_not_run() {
    let family = ProgramFamily::new();
    let only =
        family.open(&lane(&[("program", "env"), ("runs", "binary"), ("command", "{artifact}")])).unwrap();
    assert!(only.accepts(&built("hello")).is_ok());
    let refusal = only.accepts(&built("json-api")).unwrap_err();
    assert!(matches!(refusal, Unfit::OtherKind { why: "its program runs commands alone", .. }), "{refusal}");
}
