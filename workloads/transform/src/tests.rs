use plimsoll_sides::{Request, Response};
use serde_json::Value;

use super::handle;

fn transform(events: &[u8]) -> Response {
    handle(Request::new("POST", "/transform", events))
}

fn text(response: &Response) -> &str {
    std::str::from_utf8(&response.body).expect("every answer is UTF-8")
}

/// The answer to one event, which must be accepted.
fn one(event: &str) -> String {
    let response = transform(event.as_bytes());
    assert_eq!(response.status, 200, "{event}: {}", text(&response));
    text(&response).trim_end_matches('\n').to_owned()
}

#[test]
fn the_core_answers_what_the_manifest_expects() {
    plimsoll_sides::check::http(env!("CARGO_MANIFEST_DIR"), handle);
}

#[test]
fn an_event_keeps_its_fields_as_they_stand_and_gains_two() {
    assert_eq!(
        one(r#" { "b" : "\u00e9\"\n" , "session_start":0,"a":[1, {"x":1.50}],"session_end":5400 }"#),
        concat!(
            r#"{"b" : "\u00e9\"\n" , "session_start":0,"a":[1, {"x":1.50}],"session_end":5400"#,
            r#","session_duration_minutes":90,"engagement_tier":"high"}"#
        )
    );
}

#[test]
fn every_answer_agrees_with_a_general_json_library() {
    let input = include_str!("../inputs/events-10000.ndjson");
    let response = transform(input.as_bytes());
    let mut count = 0;
    for (before, after) in input.lines().zip(text(&response).lines()) {
        let mut expected: Value = serde_json::from_str(before).expect("the input is JSON");
        let after: Value = serde_json::from_str(after).expect("the output is JSON");
        let seconds = expected["session_end"].as_f64().zip(expected["session_start"].as_f64());
        let minutes = seconds.map(|(end, start)| (end - start) / 60.0).expect("both are numbers");
        let derived = &after["session_duration_minutes"];
        assert_eq!(derived.as_f64().map(f64::to_bits), Some(minutes.to_bits()), "{before}");
        expected["session_duration_minutes"] = derived.clone();
        expected["engagement_tier"] = if minutes > 30.0 { "high" } else { "standard" }.into();
        assert_eq!(after, expected);
        count += 1;
    }
    assert_eq!(count, 10_000);
}

#[test]
fn a_duration_is_exact_whole_or_the_nearest_double() {
    for (start, end, derived) in [
        ("0", "1800", r#"30,"engagement_tier":"standard""#),
        ("0", "1801", r#"30.016666666666666,"engagement_tier":"high""#),
        ("0", "1", r#"0.016666666666666666,"engagement_tier":"standard""#),
        ("1800", "0", r#"-30,"engagement_tier":"standard""#),
        ("0.0", "1800.0", r#"30.0,"engagement_tier":"standard""#),
        ("0.5", "1801", r#"30.008333333333333,"engagement_tier":"high""#),
        ("-9223372036854775808", "9223372036854775807", r#"3.0744573456182586e+17,"engagement_tier":"high""#),
        ("1e300", "-1e300", r#"-3.3333333333333335e+298,"engagement_tier":"standard""#),
        ("18446744073709551616", "18446744073709551616", r#"0.0,"engagement_tier":"standard""#),
    ] {
        let event = one(&format!(r#"{{"session_start":{start},"session_end":{end}}}"#));
        assert!(event.ends_with(&format!(r#""session_duration_minutes":{derived}}}"#)), "{event}");
    }
}

#[test]
fn a_derived_field_that_is_there_already_is_replaced_at_the_end() {
    for (event, rest) in [
        (
            r#"{"engagement_tier":"x","session_start":0,"session_end":60}"#,
            r#""session_start":0,"session_end":60"#,
        ),
        (
            r#"{"session_start":0, "engagement_tier":1, "session_end":60}"#,
            r#""session_start":0,"session_end":60"#,
        ),
        (
            r#"{"session_start":0,"session_end":60,"session_duration\u005fminutes":[9]}"#,
            r#""session_start":0,"session_end":60"#,
        ),
    ] {
        let expected = format!(r#"{{{rest},"session_duration_minutes":1,"engagement_tier":"standard"}}"#);
        assert_eq!(one(event), expected);
    }
}

#[test]
fn the_last_of_two_fields_of_one_name_counts_and_an_escaped_name_is_a_name() {
    assert!(
        one(r#"{"session_start":0,"session_start":60,"session_\u0065nd":120}"#).contains(r#"minutes":1,"#)
    );
}

#[test]
fn blank_lines_and_carriage_returns_are_no_events() {
    let event = "{\"session_start\":0,\"session_end\":60}";
    let response = transform(format!("\n{event}\r\n\n \t{event}").as_bytes());
    assert_eq!((response.status, text(&response).lines().count()), (200, 2));
    assert_eq!(transform(b""), Response::new(200, super::NDJSON, Vec::new()));
}

#[test]
fn a_malformed_line_is_400_with_its_number_and_reason() {
    let good = "{\"session_start\":0,\"session_end\":60}\n";
    for (bad, reason) in [
        ("{", "column 2: expected a field's name"),
        ("[]", "must be a JSON object"),
        ("null", "must be a JSON object"),
        ("{}", "`session_start` is missing"),
        (r#"{"session_start":1}"#, "`session_end` is missing"),
        (r#"{"session_start":"1","session_end":2}"#, "`session_start` is not a number"),
        (r#"{"session_start":1,"session_end":null}"#, "`session_end` is not a number"),
        (r#"{"session_start":1,"session_end":1e999}"#, "`session_end` is out of range"),
        (r#"{"session_start":-1e308,"session_end":1.7e308}"#, "duration is out of range"),
        (r#"{"session_start":1,"session_end":2} x"#, "the end of the line"),
        (r#"{"session_start":1,"session_end":2,}"#, "a field's name"),
        (r#"{"session_start":1 "session_end":2}"#, "`,` or `}`"),
        ("{\"a\u{1}\":1}", "control character"),
    ] {
        let response = transform(format!("{good}{good}{bad}\n{good}").as_bytes());
        assert_eq!(response.status, 400, "{bad}");
        assert!(text(&response).starts_with("line 3: "), "{}", text(&response));
        assert!(text(&response).contains(reason), "{} should contain {reason}", text(&response));
    }
    let response = transform(b"{\"session_start\":0,\"session_end\":60}\n\xff\n");
    assert_eq!(text(&response), "line 2: not UTF-8\n");
}

#[test]
fn json_is_accepted_exactly_where_a_general_json_library_accepts_it() {
    let values = [
        "0",
        "-0",
        "01",
        "-",
        "1.",
        ".1",
        "1.5",
        "1e5",
        "1E+5",
        "1e",
        "1e-",
        "+1",
        "true",
        "tru",
        "nul",
        "null",
        "[]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[[[]]]",
        "{}",
        "{\"a\":{}}",
        "{\"a\"}",
        "{a:1}",
        "\"\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u123g\"",
        "\"\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ud83dx\"",
        "\"\\",
        "\"tab\t\"",
        "\"é\"",
        "\"\u{7f}\"",
        "{\"a\":1,}",
        "[\"\\/\\b\\f\\n\\r\\t\\\"\\\\\"]",
        "",
        "]",
        "1 ",
        "NaN",
        "\"\\u",
        "\"\\ud83d\\",
        "\"\\ud83d\\u",
        "[1}",
        "{\"a\":1]",
    ];
    for value in values {
        let event = format!(r#"{{"session_start":0,"v":{value},"session_end":60}}"#);
        let is_json = serde_json::from_str::<Value>(&event).is_ok();
        assert_eq!(transform(event.as_bytes()).status == 200, is_json, "{event}");
    }
}

#[test]
fn an_event_cut_short_or_damaged_is_accepted_exactly_where_json_is() {
    let event = include_str!("../inputs/events-1.ndjson").trim_end();
    let accepts = |bytes: &[u8]| {
        let parsed = serde_json::from_slice::<Value>(bytes);
        parsed.is_ok_and(|value| {
            ["session_start", "session_end"]
                .iter()
                .all(|name| value[name].as_f64().is_some_and(f64::is_finite))
        })
    };
    for length in 1..event.len() {
        assert_eq!(transform(&event.as_bytes()[..length]).status, 400, "cut to {length}");
    }
    for at in 0..event.len() {
        for byte in [b'"', b'\\', b'{', b'}', b'[', b',', b':', b'0', b' ', 0, 0x80, b'u'] {
            let mut damaged = event.as_bytes().to_vec();
            damaged[at] = byte;
            let status = transform(&damaged).status;
            assert_eq!(status == 200, accepts(&damaged), "{}", String::from_utf8_lossy(&damaged));
        }
    }
}

#[test]
fn nesting_is_limited_instead_of_overflowing_the_stack() {
    for (depth, status) in [(127, 200), (128, 400), (1_000_000, 400)] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let event = format!(r#"{{"v":{open}{close},"session_start":0,"session_end":1}}"#);
        assert_eq!(transform(event.as_bytes()).status, status, "{depth}");
    }
}

#[test]
fn a_wrong_method_is_405_and_a_wrong_path_404() {
    let response = handle(Request::new("GET", "/transform", b""));
    assert_eq!((response.status, response.allow), (405, Some("POST")));
    assert_eq!(handle(Request::new("POST", "/", b"")).status, 404);
}
