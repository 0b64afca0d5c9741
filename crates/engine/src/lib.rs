//! Schedules trials, drives load, probes instances and reports events.
