use serde::Serialize;

/// Something under a heading of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Titled<T> {
    /// The heading.
    pub heading: String,
    /// What stands under it.
    pub of: T,
}
