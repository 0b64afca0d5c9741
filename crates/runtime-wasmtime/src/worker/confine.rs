use wasmtime::ResourceLimiter;

use crate::worker::memory;

/// Core instances, tables and memories of one component instance.
const PARTS: usize = 256;

/// Holds all linear memories of an instance together to the limit; more is denied, which the guest sees as a
/// `memory.grow` that fails.
pub(super) struct MemoryLimit {
    limit: usize,
    used: usize,
    /// How much it would have had, had the last request been granted that was not.
    denied: Option<usize>,
}

impl MemoryLimit {
    pub(super) fn new(limit_bytes: u64) -> Self {
        Self { limit: usize::try_from(limit_bytes).unwrap_or(usize::MAX), used: 0, denied: None }
    }

    /// That it was denied memory, in words; `None` where it was not.
    pub(super) fn denied(&self) -> Option<String> {
        let (wanted, limit) = (self.denied? as u64, self.limit as u64);
        Some(format!(
            "it had asked for {}, more memory than its limit of {}: raise it with {}",
            memory::told(wanted),
            memory::told(limit),
            memory::flag(wanted)
        ))
    }
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.used.saturating_add(desired.saturating_sub(current));
        if wanted > self.limit {
            self.denied = Some(wanted);
            return Ok(false);
        }
        self.used = wanted;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(maximum.is_none_or(|maximum| desired <= maximum))
    }

    fn instances(&self) -> usize {
        PARTS
    }

    fn tables(&self) -> usize {
        PARTS
    }

    fn memories(&self) -> usize {
        PARTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memories_share_one_limit() {
        let mut limit = MemoryLimit::new(300);
        assert!(limit.memory_growing(0, 200, None).unwrap());
        assert_eq!(limit.denied(), None);
        assert!(!limit.memory_growing(0, 200, None).unwrap());
        assert!(limit.denied().is_some_and(|text| text.contains("`--memory 1MiB`")));
        assert!(limit.memory_growing(0, 100, None).unwrap());
    }
}
