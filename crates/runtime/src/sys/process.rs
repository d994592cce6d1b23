//! What concerns the process as a whole: barriers.
//!
//! Owns: the expedited barriers of `membarrier`. Called by the code space and
//! by whoever reads another thread's plain stores.

use std::sync::OnceLock;

use rustix::thread::{MembarrierCommand, membarrier};

fn registered(register: MembarrierCommand, once: &'static OnceLock<bool>) -> bool {
    *once.get_or_init(|| membarrier(register).is_ok())
}

/// Makes every thread of the process execute an instruction that discards
/// what its processor has fetched ahead. False if the system cannot.
pub fn sync_core_barrier() -> bool {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    registered(MembarrierCommand::RegisterPrivateExpeditedSyncCore, &REGISTERED)
        && membarrier(MembarrierCommand::PrivateExpeditedSyncCore).is_ok()
}

/// Makes every thread of the process execute a full memory barrier. False if
/// the system cannot.
pub fn process_barrier() -> bool {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    registered(MembarrierCommand::RegisterPrivateExpedited, &REGISTERED)
        && membarrier(MembarrierCommand::PrivateExpedited).is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn barriers_work_here() {
        assert!(super::sync_core_barrier());
        assert!(super::process_barrier());
    }
}
