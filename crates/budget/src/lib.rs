//! What a run may cost: `plimsoll.toml` read with line and column, and held against figures and comparisons.
//!
//! A budget is broken only where the whole interval lies beyond it and beyond the noise floor. Whatever leaves
//! that open, too few trials or an unknown noise, is told and breaks nothing.

mod amount;
mod bounded;
mod decision;
mod file;
mod judge;
mod planned;
mod schema;

pub use amount::{Amount, AmountError};
pub use decision::{Decision, Ruling};
pub use file::{BUDGET_VERSION, Budget, BudgetError, Budgets, Named, Part, Than};
pub use judge::judge;
pub use planned::ToMeasure;
pub use schema::budget_schema;
