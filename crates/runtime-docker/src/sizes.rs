use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use plimsoll_model::{Metric, Phase, Reading, Slug};
use plimsoll_runtime::{Figure, UNPACKED_SIZE, WIRE_SIZE};

use crate::daemon::Daemon;
use crate::layers::{self, Layer, UNPACKED_METHOD, WIRE_METHOD};

/// A larger image is not exported: that would take minutes, and as much of the disk.
const LARGEST: u64 = 2 << 30;
const TOLD_METHOD: &str = "the image's size as the engine tells it";

/// Each layer's sizes, and their sums.
fn of_layers(layers: &[Layer]) -> Vec<Figure> {
    let of = |subject: Option<Slug>, wire: u64, unpacked: u64| {
        [
            figure(WIRE_SIZE, subject.clone(), WIRE_METHOD, Reading::Value(wire)),
            figure(UNPACKED_SIZE, subject, UNPACKED_METHOD, Reading::Value(unpacked)),
        ]
    };
    let wire = layers.iter().map(|layer| layer.wire_bytes).sum();
    let unpacked = layers.iter().map(|layer| layer.unpacked_bytes).sum();
    let mut figures = of(None, wire, unpacked).to_vec();
    for (number, layer) in layers.iter().enumerate() {
        let subject = format!("layer-{number}").parse().ok();
        figures.extend(of(subject, layer.wire_bytes, layer.unpacked_bytes));
    }
    figures
}

/// What was measured in this process, by the image's id, which tells its content: exporting one takes seconds.
#[derive(Default)]
pub(crate) struct KnownSizes(Mutex<BTreeMap<String, Vec<Figure>>>);

impl KnownSizes {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Vec<Figure>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, id: &str) -> Option<Vec<Figure>> {
        self.all().get(id).cloned()
    }
}

/// Of an image of whatever size, which the engine may have told: what can't be measured within bounds is told as the
/// engine has it.
pub(crate) async fn of_image(
    daemon: &Daemon,
    measured: &KnownSizes,
    id: &str,
    told: Option<u64>,
) -> Vec<Figure> {
    if let Some(figures) = measured.of(id) {
        return figures;
    }
    let why = match told {
        Some(bytes) if bytes > LARGEST => {
            format!("the image has {bytes} bytes, and none above {LARGEST} is exported to measure it")
        }
        _ => match layers::measure(daemon, id).await {
            Ok(layers) => {
                let figures = of_layers(&layers);
                measured.all().insert(id.to_owned(), figures.clone());
                return figures;
            }
            Err(error) => format!("the image could not be exported: {error}"),
        },
    };
    unmeasured(told, &why)
}

fn unmeasured(bytes: Option<u64>, why: &str) -> Vec<Figure> {
    let unpacked = bytes.map_or_else(|| Reading::unavailable(why.to_owned()), Reading::Value);
    vec![
        figure(WIRE_SIZE, None, WIRE_METHOD, Reading::unavailable(why.to_owned())),
        figure(UNPACKED_SIZE, None, TOLD_METHOD, unpacked),
    ]
}

fn figure(metric: Metric, subject: Option<Slug>, method: &'static str, reading: Reading) -> Figure {
    Figure { metric, phase: Phase::Prepare, subject, method, reading }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_to_be_exported_is_told_as_the_engine_has_it() {
        let figures = unmeasured(Some(3 << 30), "it is large");
        assert_eq!(figures[0].reading.value(), None);
        assert_eq!((figures[1].reading.value(), figures[1].method), (Some(3 << 30), TOLD_METHOD));
    }
}
