//! The page's style, its script, and the policy that allows these two and nothing else.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use plimsoll_chart::{LaneLook, ground_colours};
use sha2::{Digest, Sha256};

use super::lanes::MOST;

/// Sorts tables, and tells those that fit from those that scroll. The page is whole without it.
pub(super) const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// The style with the colours of these lanes.
pub(super) fn sheet(lanes: &[LaneLook], title: &str) -> String {
    let looks: Vec<&LaneLook> = lanes.iter().take(MOST).collect();
    let mut light = STYLE.to_owned();
    let mut dark = String::new();
    // Charts are drawn for a light ground: on a dark one each of their colours is turned.
    let mut turned: Vec<(String, String)> = ground_colours().into();
    turned.extend(looks.iter().map(|look| (look.light.to_uppercase(), look.dark.clone())));
    turned.sort();
    turned.dedup();
    for (from, to) in &turned {
        put(&mut dark, format_args!(".drawing [fill=\"{from}\"]{{fill:{to}}}"));
        put(&mut dark, format_args!(".drawing [stroke=\"{from}\"]{{stroke:{to}}}"));
    }
    for (at, look) in looks.iter().enumerate() {
        put(&mut light, format_args!(".lane-{at} .mark{{color:{}}}", look.light));
        put(&mut dark, format_args!(".lane-{at} .mark{{color:{}}}", look.dark));
        let mut others: Vec<String> = looks
            .iter()
            .map(|other| other.light.to_uppercase())
            .filter(|other| *other != look.light.to_uppercase())
            .collect();
        others.sort();
        others.dedup();
        let others: Vec<String> =
            others.iter().map(|other| format!("[fill=\"{other}\"],[stroke=\"{other}\"]")).collect();
        if !others.is_empty() {
            let others = others.join(",");
            put(
                &mut light,
                format_args!(".workload:has(.key .lane-{at}:hover) .drawing :is({others}){{opacity:.1}}"),
            );
        }
    }
    put(&mut light, format_args!("@page{{@bottom-left{{content:{}}}}}", quoted(title)));
    format!("{light}@media screen and (prefers-color-scheme:dark){{\n{dark}}}\n")
}

/// Text as a string of CSS: whatever could end it is written by its number.
fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for letter in text.chars() {
        match letter {
            ' ' | '-' | '.' | '+' => quoted.push(letter),
            letter if letter.is_ascii_alphanumeric() => quoted.push(letter),
            other => quoted.push_str(&format!("\\{:x} ", u32::from(other))),
        }
    }
    quoted + "\""
}

/// A rule on a line of its own. Text takes whatever is written.
fn put(style: &mut String, rule: std::fmt::Arguments<'_>) {
    let _ = writeln!(style, "{rule}");
}

/// The policy of a page with this style and this script: nothing else may run, be shown or be fetched.
pub(super) fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    )
}
