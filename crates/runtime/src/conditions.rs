use plimsoll_model::Limits;

use crate::Owner;

/// Under which conditions instances run; the same in every lane.
#[derive(Clone, Debug)]
pub struct Conditions {
    /// Limits on every instance.
    pub limits: Limits,
    /// CPUs that instances may use. Empty: any.
    pub instance_cpus: Vec<u32>,
    /// Who will have to clean up.
    pub owner: Owner,
}
