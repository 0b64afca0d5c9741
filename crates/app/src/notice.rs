use plimsoll_engine::EventSink;
use plimsoll_model::{Event, Phase};

/// Tells the user something before anything is measured.
pub(crate) fn notice(events: &dyn EventSink, message: String) {
    events.send(Event::Notice { phase: Phase::Prepare, message });
}
