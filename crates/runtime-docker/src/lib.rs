//! Workloads as Docker containers.
