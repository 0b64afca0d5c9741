use std::sync::Arc;

use crate::{Compare, Slug};

/// A request ready to be sent, and the answer it must get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Its name, unique in the workload.
    pub name: Slug,
    /// HTTP method.
    pub method: String,
    /// Path with query.
    pub path: String,
    /// Content type of the body.
    pub content_type: Option<String>,
    /// The body; empty for none.
    pub body: Arc<[u8]>,
    /// Share in the load; 0: checked once per trial, but no part of the load.
    pub weight: u32,
    /// The answer that counts as right.
    pub expect: Answer,
}

/// An answer, as it is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Content type; any when absent.
    pub content_type: Option<String>,
    /// The body.
    pub body: Arc<[u8]>,
    /// How the body is compared.
    pub compare: Compare,
    /// For [`Compare::Pixels`]: the largest difference allowed in any channel.
    pub tolerance: u8,
}
