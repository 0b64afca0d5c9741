//! What format 1 did not tell of its metrics: what they are called in sentences, by what they are compared, and where they
//! are shown.

use serde_json::Value;

/// By slug: short name, comparison, place in the table, chart. It never grows.
const KNOWN: [(&str, [Option<&str>; 4]); 10] = [
    ("cold_start", [None, Some("median"), Some("placed"), Some("distribution")]),
    ("rss", [Some("RSS"), None, None, None]),
    ("pss", [Some("PSS"), Some("median_of_phase"), Some("placed"), None]),
    ("uss", [Some("USS"), Some("median_of_phase"), Some("placed"), None]),
    ("achieved_rate", [None, None, Some("placed"), None]),
    ("latency", [None, Some("percentiles"), Some("placed"), None]),
    ("wire_size", [Some("wire size"), Some("exact"), Some("placed"), Some("size")]),
    ("unpacked_size", [Some("unpacked size"), Some("exact"), Some("placed"), Some("size")]),
    ("compiled_size", [Some("compiled size"), Some("exact"), None, Some("size")]),
    ("host_size", [Some("size on the host already"), None, None, Some("size")]),
];

/// Adds it to the run's metrics; one that is not known here stays in none.
pub(super) fn tell(metrics: &mut [Value]) {
    for metric in metrics.iter_mut().filter_map(Value::as_object_mut) {
        let slug = metric.get("slug").and_then(Value::as_str);
        let Some((_, told)) = KNOWN.iter().find(|(known, _)| Some(*known) == slug) else { continue };
        for (field, value) in ["short", "compared", "table", "chart"].into_iter().zip(told) {
            if let Some(value) = value {
                metric.insert(field.to_owned(), (*value).into());
            }
        }
    }
}
