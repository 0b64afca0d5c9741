//! The smallest command there is: one line on standard output. What it costs is what its runtime costs.

use std::io::{self, Write};

plimsoll_sides::command_component!(crate::run);

/// Prints the line; arguments are ignored.
pub fn run(_args: &[String], stdout: &mut dyn Write) -> io::Result<()> {
    stdout.write_all(b"Hello from above the Plimsoll line\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_core_prints_what_the_manifest_expects() {
        plimsoll_sides::check::command(env!("CARGO_MANIFEST_DIR"), super::run);
    }
}
