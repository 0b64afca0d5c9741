//! Slugs of the metrics that sentences and tables pick out by name. What else is done with a metric is said by its
//! definition.

use plimsoll_model::Slug;

/// From the stop signal to the exit; unavailable where it had to be killed.
pub const STOP_TIME: Slug = Slug::known("stop_time");
/// From the call that makes an instance exist to the last byte of the first expected response, or to the exit
/// of a command.
pub const COLD_START: Slug = Slug::known("cold_start");
/// Latency from the time a request was due.
pub const LATENCY: Slug = Slug::known("latency");
/// Latency from the time a request was really sent.
pub const LATENCY_UNCORRECTED: Slug = Slug::known("latency_uncorrected");
/// Answers per second under load.
pub const ACHIEVED_RATE: Slug = Slug::known("achieved_rate");
/// Proportional set size.
pub const PSS: Slug = Slug::known("pss");
/// Unique set size.
pub const USS: Slug = Slug::known("uss");
/// The most memory that a control group held.
pub const GROUP_PEAK: Slug = Slug::known("group_peak");
/// What the parts of a start took, by subject.
pub const START_PARTS: Slug = Slug::known("start_parts");
/// Bytes that travel.
pub const WIRE_SIZE: Slug = Slug::known("wire_size");
/// Bytes on the host's disk.
pub const UNPACKED_SIZE: Slug = Slug::known("unpacked_size");
/// Bytes of what must be on the host already.
pub const HOST_SIZE: Slug = Slug::known("host_size");
/// A whole trial, from before it was staged until its instance was gone.
pub const TRIAL_TIME: Slug = Slug::known("trial_time");
/// Time that a virtual machine's cores were given to others during a trial.
pub const MACHINE_STOLEN: Slug = Slug::known("machine_stolen");
/// Cycles per second of the fastest core.
pub const CORE_FREQUENCY: Slug = Slug::known("core_frequency");
/// Page faults of the measuring process during a trial, by subject `major` and `minor`.
pub const HARNESS_FAULTS: Slug = Slug::known("harness_faults");
/// Time on a CPU in user mode.
pub const CPU_USER: Slug = Slug::known("cpu_user");
/// Time on a CPU in the kernel.
pub const CPU_SYSTEM: Slug = Slug::known("cpu_system");
/// Subject of what belongs to the instance itself.
pub const INSTANCE: Slug = Slug::known("instance");
