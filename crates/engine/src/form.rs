//! What right answers differ in that is not compared: told beside, never a failure.

use plimsoll_model::{Answer, Compare};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// In what an answer that counts as right is not the expected one, as ends of a sentence that begins with the answer.
pub(crate) fn differences(expected: &Answer, content_type: Option<&str>, body: &[u8]) -> Vec<String> {
    let json = (expected.compare == Compare::Json)
        .then(|| of_json(&expected.left_out, &expected.body, body))
        .flatten()
        .map(|how| format!("is the same JSON as the expected one, {how}"));
    json.into_iter().chain(of_type(expected, content_type)).collect()
}

/// How JSON that says the same is written otherwise; `None` where it is not, or where nothing tells.
pub(crate) fn of_json(left_out: &[String], expected: &[u8], received: &[u8]) -> Option<&'static str> {
    if expected == received {
        return None;
    }
    let [own, other] = [expected, received].map(keys);
    if own != other {
        let sorted = |mut keys: Vec<String>| {
            keys.sort_unstable();
            keys
        };
        // Where keys are left out, one may be there in one of them alone.
        return (sorted(own?) == sorted(other?)).then_some("in another order of keys");
    }
    match (expected.trim_ascii() == received.trim_ascii(), left_out.is_empty()) {
        (true, _) => Some("with other white space at an end"),
        (false, true) => Some("with other white space, or with numbers or signs written otherwise"),
        // The values that are left out make the bytes differ.
        (false, false) => None,
    }
}

fn of_type(expected: &Answer, content_type: Option<&str>) -> Option<String> {
    let lane = expected.recorded.as_ref().filter(|_| expected.content_type.is_none())?;
    let plain = |told: Option<&str>| told.map(|told| told.to_ascii_lowercase().replace(' ', ""));
    // A folder does not keep it: of what is not known nothing is told.
    let recorded = expected.recorded_type.as_deref()?;
    let words =
        |told: Option<&str>| told.map_or("none".to_owned(), |told| format!("`{}`", told.escape_debug()));
    (plain(Some(recorded)) != plain(content_type)).then(|| {
        format!(
            "has the content type {}, recorded from lane `{lane}` as {}, which is not compared",
            words(content_type),
            words(Some(recorded))
        )
    })
}

/// Every key of a text of JSON, in the order in which they stand; `None` where it is none.
fn keys(body: &[u8]) -> Option<Vec<String>> {
    let mut keys = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(body);
    Keys(&mut keys).deserialize(&mut reader).ok()?;
    Some(keys)
}

/// Takes keys down as they come: a map of values would sort them.
struct Keys<'k>(&'k mut Vec<String>);

impl<'de> DeserializeSeed<'de> for Keys<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Keys(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(key) = fields.next_key()? {
            self.0.push(key);
            fields.next_value_seed(Keys(&mut *self.0))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_model::Slug;

    use super::*;

    fn told(expected: &str, received: &str, left_out: &[&str]) -> Option<&'static str> {
        let left_out: Vec<String> = left_out.iter().map(|&place| place.to_owned()).collect();
        of_json(&left_out, expected.as_bytes(), received.as_bytes())
    }

    #[test]
    fn the_same_json_written_otherwise_is_told_by_how() {
        let one = r#"{"a":1,"b":[{"c":true,"d":null}]}"#;
        assert_eq!(told(one, one, &[]), None);
        assert_eq!(told(one, r#"{"b":[{"d":null,"c":true}],"a":1}"#, &[]), Some("in another order of keys"));
        assert_eq!(told(one, &format!("{one}\n"), &[]), Some("with other white space at an end"));
        assert!(
            told(one, r#"{"a": 1, "b": [{"c": true, "d": null}]}"#, &[])
                .is_some_and(|how| how.contains("space"))
        );
        assert_eq!(told(r#"{"a":1,"b":2}"#, r#"{"a":3,"b":2}"#, &["/a"]), None);
        assert_eq!(told(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":3}"#, &["/a"]), Some("in another order of keys"));
        assert_eq!(told(r#"{"a":1}"#, r#"{"a":1,"b":2}"#, &["/b"]), None);
    }

    #[test]
    fn a_content_type_is_told_where_a_lane_s_answer_is_the_measure() {
        let recorded = Answer {
            recorded: Some(Slug::known("docker")),
            recorded_type: Some("text/plain; charset=utf-8".to_owned()),
            ..Answer::exactly(200, b"hello".as_slice().into())
        };
        assert_eq!(differences(&recorded, Some("Text/Plain;charset=UTF-8"), b"hello"), Vec::<String>::new());
        assert_eq!(
            differences(&recorded, Some("text/html"), b"hello"),
            [
                "has the content type `text/html`, recorded from lane `docker` as `text/plain; charset=utf-8`, which is not \
              compared"
            ]
        );
        let kept = Answer { recorded_type: None, ..recorded };
        assert_eq!(differences(&kept, Some("text/html"), b"hello"), Vec::<String>::new());
        let said = Answer::exactly(200, b"hello".as_slice().into());
        assert_eq!(differences(&said, Some("text/html"), b"hello"), Vec::<String>::new());
    }
}
