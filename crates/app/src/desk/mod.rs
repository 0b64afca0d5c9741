//! The use cases as a window's screens ask for them: one request type, one answer type, one stream of pushes.
//!
//! A [`Desk`] answers every [`Ask`] with text that can be shown as it is. Benches run in the command `plimsoll`, a
//! process of its own; what they tell comes as [`Push`]es, between timed phases only.

mod answering;
mod ask;
mod compare;
mod dropped;
mod estimate;
mod filled;
mod form;
mod form_text;
mod history;
mod last_choice;
mod live;
mod offer;
mod order;
mod outside;
mod own_form;
mod own_har;
mod own_request;
#[cfg(test)]
mod own_tests;
mod own_wasm;
mod priority;
mod race;
mod run_view;
mod save;
#[cfg(test)]
mod save_tests;
mod shelf;
mod sidecar;
mod tried;
mod trying;
#[cfg(test)]
mod trying_tests;
mod words;

pub use plimsoll_chart::Theme;

pub use self::answering::Desk;
pub use self::ask::{Answer, Ask, DoctorView, Examined, How, Picture, Push};
pub use self::compare::{ComparedRun, ComparedView, Comparing};
pub use self::dropped::Dropped;
pub use self::filled::FilledForm;
pub use self::form::{Form, Saved};
pub use self::history::{History, HistoryRow, RowState};
pub(crate) use self::live::shown_after;
pub use self::live::{CellState, Live, LiveCell};
pub use self::offer::{Card, Colours, Obstacle, Offer, PresetCard};
pub use self::order::{Fault, Field, Order, Weighed};
pub use self::outside::Outside;
pub use self::own_form::{Finding, LookedAt, OwnForm};
pub use self::own_request::OwnRequest;
pub use self::priority::step_back;
pub use self::race::{Edge, Lap, LapOutcome, LapSpan, Track};
pub use self::run_view::RunView;
pub use self::shelf::LaneShelf;
pub use self::tried::{TriedAnswer, TriedLane, TriedOut};
pub use self::words::{Charts, Remark, Tone};
