//! What is made from the arguments themselves: completions and manual pages.

use std::fs;
use std::io::Write;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use plimsoll_app::{Code, Error};

use crate::arguments::Arguments;
use crate::exit;
use crate::output::{Terminal, unwritable};

pub(super) fn completions(shell: Shell, terminal: &mut Terminal) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "plimsoll", &mut script);
    terminal.write_all(&script).map_err(unwritable)?;
    Ok(exit::DONE)
}

pub(super) fn manual(folder: Option<&Path>, terminal: &mut Terminal) -> Result<u8, Error> {
    let command = Arguments::command();
    match folder {
        None => clap_mangen::Man::new(command).render(terminal).map_err(unwritable)?,
        Some(folder) => fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(command, folder))
            .map_err(|error| Error {
            code: Code::Environment,
            message: format!("could not write the manual pages into `{}`", folder.display()),
            causes: vec![error.to_string()],
            hint: None,
        })?,
    }
    Ok(exit::DONE)
}
