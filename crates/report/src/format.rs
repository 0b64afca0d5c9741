//! Numbers for people, formatted in one place.
