//! A run in, figures out.

#![allow(clippy::unwrap_used, reason = "a test ends where its premises do")]

mod comparing;
mod made_up;
mod summarising;
mod warning;
