//! How far a pull has come.

use std::collections::BTreeMap;

use bollard::models::CreateImageInfo;

/// Of how many layers' downloads the sizes are added up.
const MOST_LAYERS: usize = 1000;

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
}
