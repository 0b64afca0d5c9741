//! An order as a form gives it: free text, read here.

use std::collections::BTreeMap;

use plimsoll_model::{Preset, Slug};
use serde::{Deserialize, Serialize};

use crate::quantity::{bytes, cpu_milli, duration_ms, percent_milli, rate_milli};
use crate::{Bench, LaneWish, Overrides, Own, Places};

/// What a user wants benched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Workloads by name.
    pub workloads: Vec<Slug>,
    /// Lanes by slug.
    pub lanes: Vec<Slug>,
    /// Where the plan begins from.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub preset: Preset,
    /// What differs from it, by the field's slug; empty text: nothing.
    pub fields: BTreeMap<String, String>,
}

/// An order, weighed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Weighed {
    /// How long it would take, and how much it is; absent when it can't be done.
    pub estimate: Option<String>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// One thing that is wrong with an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fault {
    /// The field; absent: the whole.
    pub field: Option<String>,
    /// What is wrong, and how to write it.
    pub message: String,
}

/// A field of the plan that can be filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Field {
    /// Stable name: the command line's flag.
    pub slug: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it does.
    pub help: &'static str,
}

/// How a field's text is read into the plan.
type Read = fn(&mut Overrides, &str) -> Result<(), String>;

struct Known {
    slug: &'static str,
    title: &'static str,
    help: &'static str,
    usual: fn(Preset) -> String,
    read: Read,
}

fn whole<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.trim().parse().map_err(|_| format!("`{text}` is no whole number: write e.g. `15`"))
}

/// One line for each field, in the order in which they are shown.
static FIELDS: &[Known] = &[
    Known {
        slug: "trials",
        title: "Cold starts",
        help: "Cold starts of each workload in each arm of each lane: two arms have twice as many.",
        usual: |preset| preset.trials().cold_starts.to_string(),
        read: |plan, text| whole(text).map(|count| plan.trials = Some(count)),
    },
    Known {
        slug: "loaded",
        title: "Loaded trials",
        help: "How many of them also serve load, in each arm too.",
        usual: |preset| preset.trials().loaded.to_string(),
        read: |plan, text| whole(text).map(|count| plan.loaded = Some(count)),
    },
    Known {
        slug: "precision",
        title: "Precision",
        help: "Repeat until the interval of each arm's cold-start median is this narrow: half its width over the \
               median.",
        usual: |_| "not asked for".to_owned(),
        read: |plan, text| percent_milli(text).map(|milli| plan.precision_milli = Some(milli)),
    },
    Known {
        slug: "arms",
        title: "Arms",
        help: "Independent measurements of each lane in the same schedule, shown as one. How far two differ is the \
               noise floor; 1 measures none.",
        usual: |preset| preset.arms().to_string(),
        read: |plan, text| whole(text).map(|count| plan.arms = Some(count)),
    },
    Known {
        slug: "rate",
        title: "Requests per second",
        help: "The same in every lane.",
        usual: |_| "half of what the slowest lane can serve".to_owned(),
        read: |plan, text| rate_milli(text).map(|milli| plan.rate_milli = Some(milli)),
    },
    Known {
        slug: "duration",
        title: "Load lasts",
        help: "How long each loaded trial is loaded.",
        usual: |preset| {
            format!("{} s", f64::from(u32::try_from(preset.load().duration_ms).unwrap_or(0)) / 1e3)
        },
        read: |plan, text| duration_ms(text).map(|ms| plan.duration_ms = Some(ms)),
    },
    Known {
        slug: "connections",
        title: "Connections",
        help: "Keep-alive connections of the load.",
        usual: |preset| preset.load().connections.to_string(),
        read: |plan, text| whole(text).map(|count| plan.connections = Some(count)),
    },
    Known {
        slug: "cpus",
        title: "CPUs",
        help: "CPUs of an instance.",
        usual: |_| "1".to_owned(),
        read: |plan, text| cpu_milli(text).map(|milli| plan.cpu_milli = Some(milli)),
    },
    Known {
        slug: "memory",
        title: "Memory",
        help: "Memory of an instance.",
        usual: |_| "256 MiB".to_owned(),
        read: |plan, text| bytes(text).map(|bytes| plan.memory_bytes = Some(bytes)),
    },
    Known {
        slug: "seed",
        title: "Seed",
        help: "Seed of the order of trials: the same seed gives the same order.",
        usual: |_| "drawn at random, and kept in the run".to_owned(),
        read: |plan, text| whole(text).map(|seed| plan.seed = Some(seed)),
    },
];

/// Every field.
pub(super) fn fields() -> Vec<Field> {
    let field = |known: &Known| Field { slug: known.slug, title: known.title, help: known.help };
    FIELDS.iter().map(field).collect()
}

/// What stands in each field that is empty, by its slug.
pub(super) fn usual(preset: Preset) -> BTreeMap<&'static str, String> {
    FIELDS.iter().map(|known| (known.slug, (known.usual)(preset))).collect()
}

impl Order {
    /// As the use case takes it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn bench(&self, places: &Places) -> Result<Bench, Vec<Fault>> {
        let mut faults = Vec::new();
        let fault = |field: Option<&str>, message: String| Fault { field: field.map(str::to_owned), message };
        if self.workloads.is_empty() {
            faults.push(fault(None, "Choose a workload.".to_owned()));
        }
        if self.lanes.is_empty() {
            faults.push(fault(None, "Choose a lane.".to_owned()));
        }
        let mut overrides = Overrides::default();
        for (slug, text) in self.fields.iter().filter(|(_, text)| !text.trim().is_empty()) {
            let Some(known) = FIELDS.iter().find(|known| known.slug == slug) else {
                faults.push(fault(Some(slug), format!("there is no field `{slug}`")));
                continue;
            };
            if let Err(message) = (known.read)(&mut overrides, text) {
                faults.push(fault(Some(slug), message));
            }
        }
        if faults.is_empty()
            && let Err(error) = overrides.check(self.preset, &self.workloads, &self.lanes)
        {
            // A plan's error names the field it is about.
            let about = FIELDS.iter().find(|known| error.message.contains(&format!("`{}`", known.slug)));
            faults.push(fault(about.map(|known| known.slug), error.message));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Bench {
            own: Own::default(),
            workloads: self.workloads.clone(),
            lanes: self.lanes.iter().cloned().map(LaneWish::from).collect(),
            preset: self.preset,
            overrides,
            against: None,
            places: places.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(fields: &[(&str, &str)]) -> Order {
        let owned = |(slug, text): &(&str, &str)| ((*slug).to_owned(), (*text).to_owned());
        Order {
            workloads: vec![Slug::known("hello")],
            lanes: vec![Slug::known("native")],
            preset: Preset::Quick,
            fields: fields.iter().map(owned).collect(),
        }
    }

    #[test]
    fn a_form_gives_the_plan_that_the_command_line_gives() {
        let bench = order(&[("memory", "512 MiB"), ("duration", "2s"), ("precision", "5%"), ("seed", " ")])
            .bench(&Places::default())
            .unwrap();
        let overrides = Overrides {
            memory_bytes: Some(512 << 20),
            duration_ms: Some(2_000),
            precision_milli: Some(50),
            ..Overrides::default()
        };
        assert_eq!(bench.overrides, overrides);
    }

    #[test]
    fn every_wrong_field_is_told_at_its_place() {
        let faults = order(&[("memory", "much"), ("trials", "-1"), ("colour", "red")])
            .bench(&Places::default())
            .unwrap_err();
        let mut fields: Vec<_> = faults.iter().filter_map(|fault| fault.field.as_deref()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["colour", "memory", "trials"]);
    }

    #[test]
    fn an_empty_field_shows_what_its_preset_takes() {
        let of = |preset| ["trials", "loaded", "arms"].map(|field| usual(preset)[field].clone());
        assert_eq!(
            Preset::ALL.map(of),
            [["10", "10", "1"], ["12", "12", "2"], ["15", "12", "2"], ["50", "15", "2"]]
        );
        assert!(fields().iter().all(|field| usual(Preset::Quick).contains_key(field.slug)));
    }

    #[test]
    fn nothing_chosen_is_told() {
        assert_eq!(Order::default().bench(&Places::default()).unwrap_err().len(), 2);
    }
}
