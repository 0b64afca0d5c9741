//! Pure statistics: a run in, summaries and comparisons out.
