//! A run in, figures out.

#![allow(clippy::unwrap_used, reason = "a test ends where its premises do")]

mod alarms;
mod between;
mod comparing;
mod kept_noise;
mod made_up;
#[path = "../../../../fuzz/mutate.rs"]
mod mutate;
mod mutated;
mod noisy;
mod summarising;
mod warning;
