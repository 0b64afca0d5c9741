//! Tables and exports of a run.
