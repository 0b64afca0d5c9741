//! What the engine does for us that takes long, for those who wait.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bollard::models::CreateImageInfo;
use plimsoll_model::Doing;

/// Of how many layers' downloads the sizes are added up.
const MOST_LAYERS: usize = 1000;
/// How much of a phrase is told.
const LONGEST: usize = 100;

/// What goes on now.
#[derive(Default)]
pub(crate) struct Ongoing(Mutex<Option<Doing>>);

impl Ongoing {
    fn now(&self) -> MutexGuard<'_, Option<Doing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn told(&self) -> Option<Doing> {
        self.now().clone()
    }

    /// Tells this until what is given is dropped.
    pub(crate) fn begin(&self, what: String) -> Step<'_> {
        let step = Step(self);
        step.say(what);
        step
    }
}

/// Something that goes on.
pub(crate) struct Step<'a>(&'a Ongoing);

impl Step<'_> {
    /// Tells this from now on.
    pub(crate) fn say(&self, what: String) {
        let what = if what.chars().count() > LONGEST {
            what.chars().take(LONGEST - 1).chain(['…']).collect()
        } else {
            what
        };
        *self.0.now() = Some(Doing { what, ..Doing::default() });
    }

    /// Tells so much of it as done.
    pub(crate) fn come(&self, done_bytes: u64, whole_bytes: u64) {
        if let Some(doing) = self.0.now().as_mut() {
            doing.done_bytes = Some(done_bytes);
            doing.whole_bytes = Some(whole_bytes);
        }
    }
}

impl Drop for Step<'_> {
    fn drop(&mut self) {
        *self.0.now() = None;
    }
}

/// The downloads of an image's layers, as far as the engine has told of them.
#[derive(Default)]
pub(crate) struct Downloads(BTreeMap<String, (u64, u64)>);

impl Downloads {
    /// Takes in a line, and gives how many bytes of how many are here.
    pub(crate) fn take(&mut self, line: &CreateImageInfo) -> Option<(u64, u64)> {
        let layer = line.id.as_ref().filter(|_| line.status.as_deref() == Some("Downloading"))?;
        let detail = line.progress_detail.as_ref()?;
        let size = |size: Option<i64>| size.and_then(|size| u64::try_from(size).ok());
        let (done, whole) = (size(detail.current)?, size(detail.total)?);
        if self.0.len() < MOST_LAYERS || self.0.contains_key(layer) {
            self.0.insert(layer.clone(), (done.min(whole), whole));
        }
        let sum = |(done, whole): (u64, u64), (more, bytes): &(u64, u64)| {
            (done.saturating_add(*more), whole.saturating_add(*bytes))
        };
        Some(self.0.values().fold((0, 0), sum))
    }

    /// The layer is here.
    pub(crate) fn here(&mut self, layer: Option<&String>) {
        if let Some((done, whole)) = layer.and_then(|layer| self.0.get_mut(layer)) {
            *done = *whole;
        }
    }
}

#[cfg(test)]
mod tests {
    use bollard::models::ProgressDetail;

    use super::*;

    fn line(layer: &str, current: i64, total: i64) -> CreateImageInfo {
        CreateImageInfo {
            id: Some(layer.to_owned()),
            status: Some("Downloading".to_owned()),
            progress_detail: Some(ProgressDetail { current: Some(current), total: Some(total) }),
            ..Default::default()
        }
    }

    #[test]
    fn the_downloads_of_all_layers_are_added_up() {
        let mut downloads = Downloads::default();
        assert_eq!(downloads.take(&line("a", 10, 100)), Some((10, 100)));
        assert_eq!(downloads.take(&line("b", 5, 50)), Some((15, 150)));
        downloads.here(Some(&"a".to_owned()));
        assert_eq!(downloads.take(&line("b", 50, 50)), Some((150, 150)));
        assert_eq!(downloads.take(&line("c", -1, 50)), None);
        assert_eq!(
            downloads.take(&line("d", i64::MAX, i64::MAX)).map(|(done, _)| done > 1 << 62),
            Some(true)
        );
    }

    #[test]
    fn what_goes_on_is_told_until_it_ends() {
        let ongoing = Ongoing::default();
        let step = ongoing.begin("pulling `a`".to_owned());
        step.come(1, 2);
        assert_eq!(ongoing.told().and_then(|doing| doing.done_bytes), Some(1));
        step.say("x".repeat(1_000));
        assert!(
            ongoing
                .told()
                .is_some_and(|doing| doing.what.chars().count() == LONGEST && doing.done_bytes.is_none())
        );
        drop(step);
        assert_eq!(ongoing.told(), None);
    }
}
