//! A run in, figures out.

#![allow(clippy::unwrap_used, reason = "a test ends where its premises do")]

mod alarms;
mod between;
mod comparing;
mod made_up;
mod noisy;
mod summarising;
mod warning;
