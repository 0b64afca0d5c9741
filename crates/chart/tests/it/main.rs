//! Every chart of one run made by hand.

#![allow(clippy::unwrap_used, reason = "a test ends where its premises do")]

mod charting;
mod detailed;
mod drawing;
mod laid_out;
mod made_up;
mod widened;
