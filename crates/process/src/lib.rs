//! A child process under limits: cgroups, affinity and clock marks.
