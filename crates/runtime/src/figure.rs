use plimsoll_model::{Charted, ComparedBy, Direction, Metric, Phase, Reading, Slug, Tabled, Unit};

/// A value that only a backend knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What is measured.
    pub metric: Metric,
    /// The phase in which, or after which, it was taken.
    pub phase: Phase,
    /// Whose value it is, where there are several parts.
    pub subject: Option<Slug>,
    /// How it was taken.
    pub method: &'static str,
    /// The value, or why there is none.
    pub reading: Reading,
}

/// What every family measures while it prepares a workload, in the order in which it is listed.
pub const PREPARED: [Metric; 6] =
    [PREPARE_TIME, WIRE_SIZE, UNPACKED_SIZE, COMPILED_SIZE, BINARY_SIZE, HOST_SIZE];

/// Time to prepare one part, by the subject's name: `build`, `compile`.
pub const PREPARE_TIME: Metric = Metric::known(
    "prepare_time",
    "Prepare",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "Building, pulling, unpacking or compiling, once per run: the sum of its parts. What a part took (subject) is told in \
     every lane that has it, whichever it was done for first; where nothing had to be made, there is none. Never part of a cold \
     start.",
)
.table(Tabled::Column);

/// What one part of a start took, by the subject's name, where what makes an instance tells its own moments.
pub const START_PARTS: Metric = Metric::known(
    "start_parts",
    "Start, in parts",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "Parts of the phase `start` of containers, one after the other, by the engine's own moments: `connected`, until it told that \
     the container is on its network; `running`, from then until it noted that the container's process runs (containerd, shim \
     and runtime, and the hook by which an engine moves its end of a bridge into the container); `returned`, from then until \
     the call had returned. An engine that connects a container only when the runtime has made its surroundings has that \
     part of the runtime's work in `connected`.",
);

/// What has to travel to a host that has nothing of this workload yet.
pub const WIRE_SIZE: Metric = Metric::known(
    "wire_size",
    "Size on the wire",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "Compressed bytes that travel: an image's layers as they would be pushed (gzip level 6), or the gzip \
     (level 6) of the `.wasm` or binary. Subject `layer-N` is one layer.",
)
.short("wire size")
.compared(ComparedBy::Exact)
.table(Tabled::Placed)
.chart(Charted::Size);

/// What it takes on the host's disk.
pub const UNPACKED_SIZE: Metric = Metric::known(
    "unpacked_size",
    "Size unpacked",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "Bytes of the unpacked layers, the `.wasm` or the binary. Subject `layer-N` is one layer.",
)
.short("unpacked size")
.compared(ComparedBy::Exact)
.table(Tabled::Placed)
.chart(Charted::Size);

/// Size of the precompiled component.
pub const COMPILED_SIZE: Metric = Metric::known(
    "compiled_size",
    "Size compiled",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "Bytes of the `.cwasm` that Wasmtime maps: made on the host, never shipped.",
)
.short("compiled size")
.compared(ComparedBy::Exact)
.chart(Charted::Size);

/// What standing under its limits took a process, before any of its code ran.
pub const GROUP_TIME: Metric = Metric::known(
    "group_time",
    "Entering its control group",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "Making its control group, making a child in it and waiting until the kernel has made the child a member, before the \
     clock starts. In no cold start: it is the price of the limits that every lane has, not of the lane.",
);

/// Size of the workload's own native binary inside an image.
pub const BINARY_SIZE: Metric = Metric::known(
    "binary_size",
    "Size of the binary",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "Bytes of the static native binary.",
);

/// What must already be on the host; a row of its own, in no sum.
pub const HOST_SIZE: Metric = Metric::known(
    "host_size",
    "Size of the host's part",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "Bytes of the programs that must be on the host before the first workload: our worker, or the container \
     engine's binaries. Shared by all workloads, so it is never added to one.",
)
.short("size on the host already")
.chart(Charted::Size);

/// [`GROUP_TIME`] of one instance, in nanoseconds.
#[must_use]
pub const fn group_time(ns: u64) -> Figure {
    Figure {
        metric: GROUP_TIME,
        phase: Phase::Create,
        subject: None,
        method: "from before the group is made until the child tells that it stands in it",
        reading: Reading::Value(ns),
    }
}
