//! What the kernel's log tells of a container.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;

use rustix::fs::OFlags;

/// More than any record has.
const RECORD_BYTES: usize = 16 << 10;

/// Whether the kernel killed a process of this container because it went over its memory limit. False where its log
/// can't be read. The engine's own mark can be missing: it comes with an event that containerd loses when the exit's
/// overtakes it (<https://github.com/containerd/containerd/issues/8893>), while the kernel writes before it kills.
pub(crate) fn tells_out_of_memory(container: &str) -> bool {
    let opened =
        File::options().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open("/dev/kmsg");
    opened.is_ok_and(|mut log| any_record(&mut log, |record| is_out_of_memory(record, container)))
}

/// One reading gives one record, and at the end an error: that it would have to wait.
fn any_record(log: &mut impl Read, told: impl Fn(&str) -> bool) -> bool {
    let mut record = vec![0; RECORD_BYTES];
    loop {
        match log.read(&mut record) {
            Ok(0) => return false,
            Ok(length) if told(&String::from_utf8_lossy(record.get(..length).unwrap_or_default())) => {
                return true;
            }
            // A broken pipe: records were overwritten before they were read.
            Err(error) if ![ErrorKind::BrokenPipe, ErrorKind::Interrupted].contains(&error.kind()) => {
                return false;
            }
            Ok(_) | Err(_) => {}
        }
    }
}

/// `6,903,2305524038,-;oom-kill:constraint=CONSTRAINT_MEMCG,…,oom_memcg=/docker/<container>,…`, the group whose limit
/// it was; systemd's groups have names around the container's.
fn is_out_of_memory(record: &str, container: &str) -> bool {
    let Some((_, message)) = record.split_once(';') else { return false };
    let Some(fields) = message.strip_prefix("oom-kill:constraint=CONSTRAINT_MEMCG,") else { return false };
    let mut groups = fields.split(',').filter_map(|field| field.strip_prefix("oom_memcg="));
    !container.is_empty() && groups.any(|group| group.contains(container))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KILLED: &str = "6,903,2305524038,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=6cd9,\
                          mems_allowed=0,oom_memcg=/docker/6cd9,task_memcg=/docker/6cd9,task=workload,pid=9,uid=0\n";

    #[test]
    fn it_is_the_group_of_the_limit_that_counts() {
        assert!(is_out_of_memory(KILLED, "6cd9"));
        assert!(is_out_of_memory(&KILLED.replace("/docker/6cd9", "/system.slice/docker-6cd9.scope"), "6cd9"));
        assert!(!is_out_of_memory(KILLED, "712f"));
        assert!(!is_out_of_memory(&KILLED.replace("oom_memcg=/docker/6cd9", "oom_memcg=/"), "6cd9"));
        assert!(!is_out_of_memory(&KILLED.replace("CONSTRAINT_MEMCG", "CONSTRAINT_NONE"), "6cd9"));
        assert!(!is_out_of_memory("6,904,2305524039,-;eth0: link becomes ready 6cd9\n", "6cd9"));
        assert!(!is_out_of_memory(KILLED, "") && !is_out_of_memory("", "6cd9"));
    }

    /// Gives what it holds one by one.
    struct Log(Vec<Result<&'static str, ErrorKind>>);

    impl Read for Log {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let record = self.0.pop().unwrap_or(Err(ErrorKind::WouldBlock))?;
            buffer[..record.len()].copy_from_slice(record.as_bytes());
            Ok(record.len())
        }
    }

    #[test]
    fn a_log_is_read_to_its_end_over_what_was_overwritten() {
        let killed = |record: &str| is_out_of_memory(record, "6cd9");
        assert!(any_record(
            &mut Log(vec![Ok(KILLED), Err(ErrorKind::BrokenPipe), Ok("6,1,2,-;hello\n")]),
            killed
        ));
        assert!(!any_record(&mut Log(vec![Ok(KILLED), Err(ErrorKind::PermissionDenied)]), killed));
        assert!(!any_record(&mut Log(vec![Ok("6,1,2,-;hello\n")]), killed));
    }
}
