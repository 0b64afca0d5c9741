//! Workloads as plain processes: the control lane.
