//! The use cases: the one door for every front end.
