use plimsoll_model::{LaneRecord, LaneSpec, Slug};
use plimsoll_runtime::{LaneError, LaneOffer, Standing, by_its_name};

use crate::parent::compilation::Compilation;
use crate::parent::describe::{OfHost, record};
use crate::parent::start::Start;
use crate::{Compiler, Interrupt, MemoryFrom, Reuse};

pub(super) use crate::parent::parameters::Parameters;

/// Lanes of components that an embedded Wasmtime runs.
pub(super) const FAMILY: Slug = Slug::known("wasmtime");

/// What all lanes have but for what one has otherwise.
const USUAL: Parameters = Parameters {
    begin: Start::Instance,
    compile: Compilation::Ahead,
    compiler: Compiler::Cranelift,
    memory: MemoryFrom::Pooling,
    interrupt: Interrupt::None,
    reuse: Reuse::ONCE,
};

/// The lanes that there are without being written down, in the order in which they are shown, and whom each is measured for.
const LANES: [(Slug, Parameters, Standing); 10] = [
    (Slug::known("wasmtime"), USUAL, Standing::Fair),
    (Slug::known("wasmtime-process"), Parameters { begin: Start::Process, ..USUAL }, Standing::Fair),
    (
        Slug::known("wasmtime+jit"),
        Parameters { begin: Start::Process, compile: Compilation::Start, ..USUAL },
        Standing::Rung,
    ),
    (
        Slug::known("wasmtime+cache"),
        Parameters { begin: Start::Process, compile: Compilation::Cache, ..USUAL },
        Standing::Rung,
    ),
    (Slug::known("wasmtime+winch"), Parameters { compiler: Compiler::Winch, ..USUAL }, Standing::Aside),
    (Slug::known("wasmtime+pulley"), Parameters { compiler: Compiler::Pulley, ..USUAL }, Standing::Aside),
    (Slug::known("wasmtime+ondemand"), Parameters { memory: MemoryFrom::OnDemand, ..USUAL }, Standing::Aside),
    (Slug::known("wasmtime+epoch"), Parameters { interrupt: Interrupt::Epoch, ..USUAL }, Standing::Aside),
    (Slug::known("wasmtime+fuel"), Parameters { interrupt: Interrupt::Fuel, ..USUAL }, Standing::Aside),
    (Slug::known("wasmtime+reuse"), Parameters { reuse: Reuse::AS_SERVED, ..USUAL }, Standing::Aside),
];

/// One lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) slug: Slug,
    pub(super) parameters: Parameters,
}

impl Lane {
    /// Every one that there is without being written down.
    pub(super) fn offered() -> Vec<Self> {
        LANES.into_iter().map(|(slug, parameters, _)| Self { slug, parameters }).collect()
    }

    /// Those, each with whom it is measured for.
    pub(super) fn offers() -> Vec<LaneOffer> {
        let standings = LANES.into_iter().map(|(_, _, standing)| standing);
        Self::offered()
            .iter()
            .zip(standings)
            .map(|(lane, standing)| LaneOffer::new(lane.spec(), standing))
            .collect()
    }

    pub(super) fn of(spec: &LaneSpec) -> Result<Self, LaneError> {
        Ok(Self { slug: spec.slug.clone(), parameters: Parameters::of(spec)? })
    }

    /// With all its parameters.
    pub(super) fn spec(&self) -> LaneSpec {
        let told = serde_json::to_value(self.parameters).and_then(serde_json::from_value);
        // Each of them is a word or a number, as a lane's parameters are.
        LaneSpec { parameters: told.unwrap_or_default(), ..LaneSpec::plain(self.slug.clone(), FAMILY) }
    }

    pub(super) fn record(&self, here: OfHost) -> LaneRecord {
        let record = record(self.spec(), self.parameters, here);
        match Self::offered().iter().position(|offered| offered == self) {
            Some(place) => LaneRecord { shade: u8::try_from(place).ok(), ..record },
            None => by_its_name(record),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use plimsoll_model::Parameter;

    use super::*;

    fn written(parameters: &[(&'static str, Parameter)]) -> LaneSpec {
        let own = parameters.iter().map(|(name, value)| (Slug::known(name), value.clone()));
        LaneSpec { parameters: own.collect(), ..LaneSpec::plain(Slug::known("mine"), FAMILY) }
    }

    fn text(word: &str) -> Parameter {
        Parameter::Text(word.to_owned())
    }

    #[test]
    fn a_lane_tells_all_its_parameters_and_is_opened_by_them() {
        for lane in Lane::offered() {
            let spec = lane.spec();
            assert_eq!(spec.parameters.len(), 6, "{spec:?}");
            assert_eq!(Lane::of(&spec), Ok(lane));
        }
        assert_eq!(Lane::of(&written(&[])).unwrap().parameters, Parameters::default());
        assert_eq!(Parameters::default(), USUAL);
    }

    #[test]
    fn no_two_lanes_are_called_or_look_the_same() {
        let records: Vec<_> = Lane::offered().iter().map(|lane| lane.record(OfHost::default())).collect();
        let distinct = |of: fn(&LaneRecord) -> String| {
            records.iter().map(of).collect::<BTreeSet<_>>().len() == records.len()
        };
        assert!(distinct(|record| record.words.starts.clone()) && distinct(|record| record.words.is.clone()));
        assert!(
            distinct(|record| record.summary.clone()) && distinct(|record| format!("{:?}", record.shade))
        );
        let shades: Vec<_> = records.iter().map(|record| record.shade).collect();
        assert_eq!(shades, (0..10).map(Some).collect::<Vec<_>>());
        assert!(records.iter().all(|record| record.own_process == record.words.is.contains("process")));
    }

    #[test]
    fn what_a_live_engine_has_already_can_t_be_had_within_a_start() {
        for compile in ["start", "cache"] {
            let refused = Lane::of(&written(&[("compile", text(compile))])).unwrap_err();
            assert!(matches!(refused, LaneError::Together { .. }), "{refused}");
            let told = refused.to_string();
            assert!(told.contains(compile) && told.contains("add `begin = \"process\"`"), "{told}");
            assert!(Lane::of(&written(&[("compile", text(compile)), ("begin", text("process"))])).is_ok());
        }
    }

    #[test]
    fn an_instance_is_used_again_as_often_as_may_be_told() {
        assert!(Lane::of(&written(&[("reuse", Parameter::Number(100_000))])).is_ok());
        for wrong in [0, 100_001] {
            let refused = Lane::of(&written(&[("reuse", Parameter::Number(wrong))])).unwrap_err().to_string();
            assert!(
                refused.contains("parameter `reuse` can't be") && refused.ends_with("there is 1 to 100000"),
                "{refused}"
            );
        }
        assert!(Lane::of(&written(&[("reuse", text("always"))])).is_err());
    }
}
