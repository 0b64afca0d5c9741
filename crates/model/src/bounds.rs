//! What a plan may hold.

/// Why a plan can't be carried out.
#[derive(Debug, thiserror::Error)]
#[error("`{field}` {problem}")]
pub struct PlanError {
    /// The plan's field.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub problem: String,
}

pub(crate) fn within(field: &'static str, value: u64, least: u64, most: u64) -> Result<(), PlanError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(PlanError { field, problem: format!("is {value}: use {least} to {most}") })
}
