//! A runtime with scripted behaviour, for tests of the engine and of the command line.
//!
//! Time passes only through the clock that is handed in: with a [`ManualClock`] a trial that "takes" half a
//! minute is over at once. Services are real ones on loopback, so that everything above the trait is tested as
//! it is.

mod behaviour;
mod clock;
mod family;
mod instance;
mod runtime;
mod server;
mod tally;

pub use behaviour::Behaviour;
pub use clock::ManualClock;
pub use family::FakeFamily;
pub use runtime::FakeRuntime;
pub use tally::Tally;
