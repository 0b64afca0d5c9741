use plimsoll_model::{LaneSpec, Parameter, Slug};

use super::ConformanceError;
use crate::{Family, LaneError};

/// A family offers lanes of its own, each written down whole, and says which parameters there are; a lane of another name
/// is opened by its parameters alone, and one with a parameter that there is not is refused.
///
/// # Errors
/// Names what it broke.
pub fn opens_by_parameters_alone(family: &dyn Family) -> Result<(), ConformanceError> {
    let offers = family.offers();
    if offers.is_empty() {
        return Err(ConformanceError::NoOffer);
    }
    for offered in offers.into_iter().map(|offer| offer.spec) {
        opens_as_it_is(family, &offered)?;
        opens_as_it_is(family, &LaneSpec { slug: Slug::known("another"), ..offered })?;
    }
    let unknown = (Slug::known("no-such-parameter"), Parameter::Flag(true));
    let lane = LaneSpec::plain(Slug::known("another"), family.slug());
    match family.open(&LaneSpec { parameters: [unknown].into(), ..lane }) {
        Err(LaneError::Unknown { .. }) => Ok(()),
        _ => Err(ConformanceError::UnknownTaken),
    }
}

fn opens_as_it_is(family: &dyn Family, lane: &LaneSpec) -> Result<(), ConformanceError> {
    let opened = family.open(lane).map_err(|source| ConformanceError::Refused { source })?;
    let (spec, record) = (opened.spec(), opened.record());
    if spec != *lane || record.spec != *lane || lane.family != family.slug() {
        let [wanted, got] = [lane.clone(), spec].map(Box::new);
        return Err(ConformanceError::AnotherLane { wanted, got });
    }
    let known = family.parameters();
    match lane.parameters.keys().find(|name| known["properties"].get(name.as_str()).is_none()) {
        Some(parameter) => Err(ConformanceError::Undescribed { parameter: parameter.clone() }),
        None => Ok(()),
    }
}
