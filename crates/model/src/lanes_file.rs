//! `lanes.toml`: lanes that a user writes down. The format is described in `docs/lanes.md`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Spanned, Value};

use crate::written::{self, Flaw, Written as Read};
use crate::{Faults, LaneSpec, Parameter, Place, Slug};

/// The version of the format that this build reads.
pub const LANES_VERSION: u32 = 1;

/// Lanes that a user wrote down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanesFile {
    /// The lanes, in the file's order, no two of one name.
    pub lanes: Vec<WrittenLane>,
}

/// One of them. Whether there is such a family, and whether it has such parameters, only the families know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenLane {
    /// Where it stands.
    pub place: Place,
    /// Where its name does.
    pub slug_place: Place,
    /// Where its family does.
    pub family_place: Place,
    /// Where its parameters do.
    pub parameter_places: BTreeMap<Slug, Place>,
    /// What it is.
    pub spec: LaneSpec,
}

/// Why a file of lanes is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lanes are wrong at {0}")]
pub struct LanesError(pub Faults);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    lanes_version: Spanned<u32>,
    #[serde(default, rename = "lane")]
    lanes: Vec<Spanned<Written>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    slug: Spanned<Slug>,
    family: Spanned<Slug>,
    #[serde(default)]
    parameters: BTreeMap<Slug, Spanned<Value>>,
}

/// Every key of the format.
const SAMPLE: &str = "lanes_version = 1\n[[lane]]\nslug = \"sample\"\nfamily = \"sample\"\nparameters = {}\n";

impl LanesFile {
    /// The longest file that is read, in bytes.
    pub const LONGEST: usize = 64 << 10;
    /// The most lanes in a file: with those that there are anyway, no more than a plan may have.
    pub const MOST: usize = 50;
    /// The most parameters of a lane.
    pub const MOST_PARAMETERS: usize = 32;
    /// The longest text of a parameter, in bytes.
    pub const LONGEST_TEXT: usize = 256;

    /// Reads lanes.
    ///
    /// # Errors
    /// With line and column of all that is wrong: it is not TOML, a key is unknown or missing, a value is of another kind,
    /// a name stands twice, or there is more than the bounds above allow.
    pub fn parse(text: &str) -> Result<Self, LanesError> {
        let alone = |offset, problem| LanesError(Faults::one(text, Flaw::new(offset, problem)));
        if text.len() > Self::LONGEST {
            let problem = format!("it has {} bytes, and at most {} are read", text.len(), Self::LONGEST);
            return Err(alone(0, problem));
        }
        let mut written: Read<File> = written::read(text, SAMPLE);
        let mut found = std::mem::take(&mut written.found);
        let mut read = Self::default();
        if let Some(file) = written.read.take() {
            if *file.lanes_version.get_ref() != LANES_VERSION {
                let message =
                    format!("`lanes_version` is not one that this build reads: it reads {LANES_VERSION}");
                return Err(alone(file.lanes_version.span().start, message));
            }
            if let Some(beyond) = file.lanes.get(Self::MOST) {
                let message =
                    format!("there are {} lanes, and at most {} are read", file.lanes.len(), Self::MOST);
                return Err(alone(beyond.span().start, message));
            }
            for lane in file.lanes {
                read.take(lane, text, &mut found);
            }
            found.retain(|found| written.is_written(found.offset));
        }
        Faults::of(text, found).map_or(Ok(read), |faults| Err(LanesError(faults)))
    }

    fn take(&mut self, lane: Spanned<Written>, text: &str, found: &mut Vec<Flaw>) {
        let place = Place::at(text, lane.span().start);
        let lane = lane.into_inner();
        let (slug, slug_at) = (lane.slug.get_ref(), lane.slug.span().start);
        if let Some(before) = self.lanes.iter().find(|lane| lane.spec.slug == *slug) {
            let message = format!("lane `{slug}` stands at {} already: name each once", before.place);
            found.push(Flaw::new(slug_at, message));
        }
        let places = lane.parameters.iter();
        let places = places.map(|(name, value)| (name.clone(), Place::at(text, value.span().start)));
        self.lanes.push(WrittenLane {
            place,
            slug_place: Place::at(text, slug_at),
            family_place: Place::at(text, lane.family.span().start),
            parameter_places: places.collect(),
            spec: lane.check(found),
        });
    }
}

impl Written {
    fn check(self, found: &mut Vec<Flaw>) -> LaneSpec {
        if self.parameters.len() > LanesFile::MOST_PARAMETERS {
            let message = format!(
                "the lane has {} parameters, and at most {} are read",
                self.parameters.len(),
                LanesFile::MOST_PARAMETERS
            );
            found.push(Flaw::new(self.slug.span().start, message));
        }
        let parameter = |(name, value): (Slug, Spanned<Value>)| {
            let start = value.span().start;
            match parameter(value.into_inner()) {
                Ok(value) => Some((name, value)),
                Err(problem) => {
                    found.push(Flaw::new(start, format!("parameter `{name}` {problem}")));
                    None
                }
            }
        };
        LaneSpec {
            slug: self.slug.into_inner(),
            family: self.family.into_inner(),
            parameters: self.parameters.into_iter().filter_map(parameter).collect(),
        }
    }
}

fn parameter(value: Value) -> Result<Parameter, String> {
    let other = |what: &str| {
        Err(format!("is {what}: write `true` or `false`, a whole number that is not below 0, or a text"))
    };
    match value {
        Value::Boolean(flag) => Ok(Parameter::Flag(flag)),
        Value::Integer(number) => u64::try_from(number).map(Parameter::Number).or_else(|_| other("below 0")),
        Value::String(text) if text.len() > LanesFile::LONGEST_TEXT => {
            Err(format!("has {} bytes, and at most {} are read", text.len(), LanesFile::LONGEST_TEXT))
        }
        Value::String(text) => Ok(Parameter::Text(text)),
        Value::Float(_) => other("a number with a fraction"),
        Value::Datetime(_) => other("a date"),
        Value::Array(_) => other("a list"),
        Value::Table(_) => other("a table"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINE: &str = "lanes_version = 1\n\n[[lane]]\nslug = \"mine\"\nfamily = \"made\"\n\
        parameters = { begin = \"exec\", pages = 4, warm = true }\n";

    fn refusal(text: &str) -> String {
        LanesFile::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_lane_is_read_as_it_is_written_with_its_place() {
        let read = LanesFile::parse(MINE).unwrap();
        let [lane] = read.lanes.as_slice() else { panic!("{read:?}") };
        assert_eq!(lane.place, Place { line: 3, column: 1 });
        assert_eq!(lane.slug_place, Place { line: 4, column: 8 });
        assert_eq!(lane.family_place, Place { line: 5, column: 10 });
        assert_eq!(lane.parameter_places[&Slug::known("pages")], Place { line: 6, column: 40 });
        assert_eq!((lane.spec.slug.as_str(), lane.spec.family.as_str()), ("mine", "made"));
        let parameters: Vec<String> =
            lane.spec.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(parameters, ["begin=exec", "pages=4", "warm=true"]);
        assert_eq!(LanesFile::parse("lanes_version = 1\n").unwrap(), LanesFile::default());
    }

    #[test]
    fn a_lane_of_the_same_name_is_refused_where_it_is_named() {
        let twice = format!("{MINE}\n[[lane]]\nslug = \"mine\"\nfamily = \"made\"\n");
        let told = refusal(&twice);
        assert!(told.contains("line 9, column 8"), "{told}");
        assert!(told.contains("`mine` stands at line 3, column 1 already"), "{told}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (from, to, words) in [
            ("lanes_version = 1", "lanes_version = 2", "line 1, column 17: `lanes_version` is not one"),
            ("lanes_version = 1", "", "lanes_version"),
            ("family", "famly", "line 5, column 1: unknown field `famly`"),
            ("\"mine\"", "\"Mine\"", "line 4, column 8: `Mine` is not a name"),
            ("4", "-4", "line 6, column 40: parameter `pages` is below 0"),
            ("4", "4.5", "parameter `pages` is a number with a fraction"),
            ("4", "[4]", "parameter `pages` is a list"),
            ("4", "{}", "parameter `pages` is a table"),
            ("true", "2026-01-01", "parameter `warm` is a date"),
        ] {
            let told = refusal(&MINE.replacen(from, to, 1));
            assert!(told.contains(words), "{told}");
        }
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let lane = |at: usize| format!("[[lane]]\nslug = \"l{at}\"\nfamily = \"made\"\n");
        let many = |count| format!("lanes_version = 1\n{}", (0..count).map(lane).collect::<String>());
        assert_eq!(LanesFile::parse(&many(LanesFile::MOST)).unwrap().lanes.len(), LanesFile::MOST);
        assert!(refusal(&many(LanesFile::MOST + 1)).contains("line 152"), "{}", refusal(&many(51)));
        assert!(refusal(&"#".repeat(LanesFile::LONGEST + 1)).contains("at most 65536"));
        let long = format!("\"{}\"", "x".repeat(LanesFile::LONGEST_TEXT + 1));
        assert!(refusal(&MINE.replace("\"exec\"", &long)).contains("`begin` has 257 bytes"));
        let parameters: Vec<String> =
            (0..=LanesFile::MOST_PARAMETERS).map(|at| format!("p{at} = 1")).collect();
        let full = MINE.replace("begin = \"exec\", pages = 4, warm = true", &parameters.join(", "));
        assert!(refusal(&full).contains("33 parameters"));
    }
}
