use std::path::Path;

use plimsoll_engine::{Asks, Family, LaneOffer, RuntimeError, Swept};
use plimsoll_model::{LaneRecord, LanesFile, Place, Side, Slug, WrittenLane};
use plimsoll_runtime_docker::DockerFamily;
use plimsoll_runtime_native::{NativeFamily, ProgramFamily};
use plimsoll_runtime_oci::OciFamily;
use plimsoll_runtime_wasmtime::WasmtimeFamily;

use super::{Lane, own};
use crate::error::listed;
use crate::{Code, Error, Places};

/// The lanes that there are, each opened once: made once in a process's life and handed to every use case, so that what
/// is found out of this host is found out once.
pub struct Registry {
    families: Vec<Box<dyn Family>>,
    /// In the order in which they are shown: families by families, then a user's own.
    lanes: Vec<Lane>,
    /// What is wrong with the user's own.
    faults: Vec<Error>,
}

/// One line for each family, in the order in which their lanes are shown.
fn built_in() -> Vec<Box<dyn Family>> {
    vec![
        Box::new(DockerFamily::new()),
        Box::new(OciFamily::new()),
        Box::new(WasmtimeFamily::new()),
        Box::new(NativeFamily::new()),
        Box::new(ProgramFamily::new()),
    ]
}

fn opened(family: &dyn Family, offer: &LaneOffer) -> Result<Lane, Error> {
    let runtime = family.open(&offer.spec).map_err(|error| Error::of(Code::Environment, &error))?;
    Ok(Lane::opened(runtime, Some(offer.standing)))
}

impl Registry {
    /// The families of this build, and the lanes that the user wrote down. What is wrong with these is kept until a use
    /// case needs them: a window opens and a doctor examines all the same.
    #[must_use]
    pub fn of(places: &Places) -> Self {
        let mut registry = Self::with(built_in());
        registry.take_own(places);
        registry
    }

    fn take_own(&mut self, places: &Places) {
        match own::read(places) {
            Ok(None) => {}
            Ok(Some((file, read))) => self.take(&read, &file.display().to_string()),
            Err(error) => self.faults.push(error),
        }
    }

    /// The lanes of this build alone.
    #[must_use]
    pub fn built_in() -> Self {
        Self::with(built_in())
    }

    /// The lanes that these families offer, e.g. made-up ones.
    #[must_use]
    pub fn with(families: Vec<Box<dyn Family>>) -> Self {
        let mut registry = Self { families, lanes: Vec::new(), faults: Vec::new() };
        for family in &registry.families {
            for offer in family.offers() {
                match opened(family.as_ref(), &offer) {
                    Ok(lane) => registry.lanes.push(lane),
                    Err(error) => registry.faults.push(error),
                }
            }
        }
        registry
    }

    /// The families of this build, the lanes that the user wrote down, and what else this machine has: each family is
    /// asked.
    pub async fn on_this_machine(places: &Places) -> Self {
        let mut registry = Self::with(built_in());
        // First: what is found here takes no name that a user has given.
        registry.take_own(places);
        registry.find().await;
        registry
    }

    /// Adds what is found on this machine, behind the lanes that its family offers everywhere.
    pub(super) async fn find(&mut self) {
        for family in &self.families {
            for offer in family.found().await {
                if self.lanes.iter().any(|lane| *lane.slug() == offer.spec.slug) {
                    continue;
                }
                match opened(family.as_ref(), &offer) {
                    Ok(lane) => {
                        let last = self
                            .lanes
                            .iter()
                            .rposition(|lane| lane.spec.family == offer.spec.family && !lane.is_own());
                        self.lanes.insert(last.map_or(self.lanes.len(), |last| last + 1), lane);
                    }
                    Err(error) => self.faults.push(error),
                }
            }
        }
    }

    /// Adds lanes that a user wrote down in a file of this name; those that can't be opened become faults.
    pub(super) fn take(&mut self, read: &LanesFile, file: &str) {
        for written in &read.lanes {
            match self.open(written) {
                Ok(lane) => self.lanes.push(lane),
                Err((place, problem)) => {
                    let mut error = Error::usage(format!("`{file}` is wrong at {place}"));
                    error.causes.push(problem);
                    self.faults.push(error);
                }
            }
        }
    }

    fn open(&self, written: &WrittenLane) -> Result<Lane, (Place, String)> {
        let spec = &written.spec;
        if self.lane(&spec.slug).is_some() {
            let problem = format!("lane `{}` is there already: name yours otherwise", spec.slug);
            return Err((written.slug_place, problem));
        }
        let Some(family) = self.families.iter().find(|family| family.slug() == spec.family) else {
            let families: Vec<Slug> = self.families.iter().map(|family| family.slug()).collect();
            let known = listed(&families);
            let problem =
                format!("lane `{}`: there is no family `{}`: there are {known}", spec.slug, spec.family);
            return Err((written.family_place, problem));
        };
        let runtime = family.open(spec).map_err(|error| {
            let place = error.parameter().and_then(|name| written.parameter_places.get(name));
            (*place.unwrap_or(&written.place), error.to_string())
        })?;
        Ok(Lane::opened(runtime, None))
    }

    pub(crate) fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    pub(crate) fn lane(&self, slug: &Slug) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.slug() == slug)
    }

    /// The lanes' names, in the order in which they are shown.
    #[must_use]
    pub fn slugs(&self) -> Vec<Slug> {
        self.lanes.iter().map(|lane| lane.slug().clone()).collect()
    }

    /// What each lane is, for a reader.
    #[must_use]
    pub fn records(&self) -> Vec<LaneRecord> {
        self.lanes.iter().map(Lane::record).collect()
    }

    /// The lane that others are set against where none is named: the first one of containers.
    #[must_use]
    pub fn baseline(&self) -> Option<Slug> {
        self.slugs_on(Side::Container).into_iter().next()
    }

    pub(crate) fn slugs_on(&self, side: Side) -> Vec<Slug> {
        let on = |record: &LaneRecord| record.side == side;
        self.records().into_iter().filter(on).map(|record| record.spec.slug).collect()
    }

    /// What a file of lanes may hold.
    pub(crate) fn schema(&self) -> serde_json::Value {
        super::schema::schema(&self.families)
    }

    /// What is wrong with the lanes that the user wrote down.
    pub(crate) fn faults(&self) -> &[Error] {
        &self.faults
    }

    /// Refuses to go on with lanes of which some could not be read.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.faults.first().cloned().map_or(Ok(()), Err)
    }

    /// Asks once more, next time, of the lanes that could not be used: somebody may have mended them meanwhile.
    pub(crate) fn doubt(&self) {
        self.lanes.iter().for_each(Lane::doubt);
    }

    /// Sweeps each family of these lanes once; each with the first of its lanes.
    pub(crate) async fn sweep<'s>(
        &self,
        lanes: impl IntoIterator<Item = &'s Lane>,
    ) -> Vec<(&'s Slug, Result<Swept, RuntimeError>)> {
        let mut swept: Vec<(&Slug, Result<Swept, RuntimeError>)> = Vec::new();
        let mut done: Vec<&Slug> = Vec::new();
        for lane in lanes {
            let family = &lane.spec.family;
            if done.contains(&family) {
                continue;
            }
            done.push(family);
            if let Some(family) = self.families.iter().find(|known| known.slug() == *family) {
                swept.push((lane.slug(), family.sweep().await));
            }
        }
        swept
    }

    /// The images that each family could run, by name.
    pub(crate) async fn images(&self) -> Vec<Result<Vec<String>, RuntimeError>> {
        let mut found = Vec::new();
        for family in &self.families {
            found.push(family.images().await);
        }
        found
    }

    /// What a component or a module asks of the lanes of the first family that can tell; `None` where none can.
    pub(crate) fn asks(&self, file: &Path) -> Option<Result<Asks, RuntimeError>> {
        self.families.iter().find_map(|family| family.asks(file).transpose())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    use plimsoll_model::Availability;
    use plimsoll_runtime::fake::{Behaviour, FakeFamily, ManualClock, Tally};

    use super::*;

    fn family(slug: &'static str, offers: &[&'static str]) -> (Box<dyn Family>, Arc<Tally>) {
        let offers: Vec<Slug> = offers.iter().map(|lane| Slug::known(lane)).collect();
        let clock = Arc::new(ManualClock::new(0, 1));
        let family = FakeFamily::new(Slug::known(slug), clock, Behaviour::RIGHT, &offers);
        let tally = family.tally();
        (Box::new(family), tally)
    }

    fn registry(own: &str) -> (Registry, [Arc<Tally>; 2]) {
        let ((one, of_one), (two, of_two)) = (family("one", &["a", "b"]), family("two", &["c"]));
        let mut registry = Registry::with(vec![one, two]);
        let own = format!("lanes_version = 1\n{own}");
        registry.take(&LanesFile::parse(&own).unwrap(), "lanes.toml");
        (registry, [of_one, of_two])
    }

    /// The place of what is wrong, and what is.
    fn fault(own: &str) -> (String, String) {
        let (registry, _) = registry(own);
        assert_eq!(registry.slugs(), ["a", "b", "c"].map(Slug::known));
        let [fault] = registry.faults() else { panic!("{:?}", registry.faults()) };
        let place = fault.message.strip_prefix("`lanes.toml` is wrong at ").unwrap().to_owned();
        (place, fault.causes.join(": "))
    }

    /// How many lanes something answers behind.
    async fn answering(registry: &Registry) -> usize {
        let mut here = 0;
        for lane in registry.lanes() {
            here += usize::from(matches!(lane.answers().await, Availability::Available { .. }));
        }
        here
    }

    #[tokio::test]
    async fn what_only_this_machine_has_stands_behind_what_its_family_offers_everywhere() {
        let clock = Arc::new(ManualClock::new(0, 1));
        let offers = [Slug::known("a")];
        let family = FakeFamily::new(Slug::known("one"), clock, Behaviour::RIGHT, &offers);
        let (two, _) = self::family("two", &["c"]);
        let found = ["b", "a", "c"].map(Slug::known);
        let mut registry = Registry::with(vec![Box::new(family.finding(&found)), two]);
        registry.find().await;
        assert_eq!(registry.slugs(), ["a", "b", "c"].map(Slug::known));
        assert!(registry.faults().is_empty());
    }

    #[tokio::test]
    async fn every_lane_is_opened_once_and_asked_once() {
        let (registry, [one, two]) = registry("[[lane]]\nslug = \"d\"\nfamily = \"one\"\n");
        for _ in 0..3 {
            assert_eq!(answering(&registry).await, 4);
            registry.doubt();
        }
        let counted =
            |tally: &Tally| [&tally.opened, &tally.asked].map(|count| count.load(Ordering::Relaxed));
        assert_eq!((counted(&one), counted(&two)), ([3, 3], [1, 1]));
    }

    #[tokio::test]
    async fn what_could_not_be_used_is_asked_again_when_it_is_doubted() {
        let missing = "[[lane]]\nslug = \"d\"\nfamily = \"two\"\nparameters = { here = false }\n";
        let (registry, [_, two]) = registry(missing);
        for asked in [2, 2] {
            assert_eq!(answering(&registry).await, 3);
            assert_eq!(two.asked.load(Ordering::Relaxed), asked);
        }
        registry.doubt();
        answering(&registry).await;
        assert_eq!(two.asked.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn every_family_is_swept_once() {
        let (registry, tallies) = registry("[[lane]]\nslug = \"d\"\nfamily = \"two\"\n");
        let swept = registry.sweep(registry.lanes()).await;
        let lanes: Vec<&str> = swept.iter().map(|(lane, _)| lane.as_str()).collect();
        assert_eq!(lanes, ["a", "c"]);
        assert_eq!(tallies.map(|tally| tally.sweeps.load(Ordering::Relaxed)), [1, 1]);
    }

    #[test]
    fn a_lane_that_a_user_wrote_down_comes_after_those_that_there_are() {
        let (registry, _) = registry("[[lane]]\nslug = \"a0\"\nfamily = \"two\"\n");
        assert_eq!(registry.slugs(), ["a", "b", "c", "a0"].map(Slug::known));
        assert!(registry.lane(&Slug::known("a0")).unwrap().is_own());
        registry.check().unwrap();
    }

    #[test]
    fn a_lane_that_can_not_be_opened_is_a_fault_that_says_why() {
        let (place, taken) = fault("[[lane]]\nslug = \"b\"\nfamily = \"two\"\n");
        assert_eq!(taken, "lane `b` is there already: name yours otherwise");
        assert_eq!(place, "line 3, column 8");
        let (place, unknown) = fault("[[lane]]\nslug = \"d\"\nfamily = \"three\"\n");
        assert_eq!(unknown, "lane `d`: there is no family `three`: there are `one`, `two`");
        assert_eq!(place, "line 4, column 10");
        let with = |parameters: &str| {
            fault(&format!("[[lane]]\nslug = \"d\"\nfamily = \"two\"\n[lane.parameters]\n{parameters}\n"))
        };
        let (place, parameter) = with("here = true\nthere = true");
        assert_eq!(parameter, "lane `d`: family `two` has no parameter `there`: there is `here`");
        assert_eq!(place, "line 7, column 9");
        let (place, value) = with("here = 1");
        assert!(value.starts_with("lane `d`: parameter `here` can't be `1`: "), "{value}");
        assert_eq!(place, "line 6, column 8");
    }

    #[test]
    fn the_lanes_of_this_build_open() {
        let registry = Registry::built_in();
        assert!(registry.faults().is_empty(), "{:?}", registry.faults());
        assert_eq!(registry.baseline(), registry.slugs().into_iter().next());
    }
}
