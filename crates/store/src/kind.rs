//! What a file is that stands where something else should.

use std::io::{self, Read};
use std::path::Path;

use plimsoll_files::open_file;
use plimsoll_model::Form;

use crate::error::StoreError;

/// How a file of git's large file storage begins where only its name was fetched.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";
/// How a core module of WebAssembly begins: its sign, and version 1 where a component has 13 and layer 1.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// Whether what a file begins with is git's pointer to what is kept elsewhere.
#[must_use]
pub fn is_pointer(begin: &[u8]) -> bool {
    begin.starts_with(POINTER)
}

/// Refuses a file of which only git's pointer was fetched.
pub(crate) fn check_fetched(path: &Path) -> Result<(), StoreError> {
    match begins(path, POINTER)? {
        true => Err(StoreError::Pointer { path: path.to_owned() }),
        false => Ok(()),
    }
}

/// Refuses a module where a component is asked for.
pub(crate) fn check_component(path: &Path) -> Result<(), StoreError> {
    match begins(path, MODULE)? {
        true => Err(StoreError::Module { path: path.to_owned() }),
        false => Ok(()),
    }
}

/// Refuses a component where a module is asked for.
pub(crate) fn check_module(path: &Path) -> Result<(), StoreError> {
    match begins(path, MODULE)? {
        true => Ok(()),
        false => Err(StoreError::NoModule { path: path.to_owned() }),
    }
}

/// Whether a file is a component or a module, told by how it begins.
///
/// # Errors
/// When it can't be read, or is neither.
pub fn wasm_form(path: &Path) -> Result<Form, StoreError> {
    for (begin, form) in [(COMPONENT, Form::Component), (MODULE, Form::Module)] {
        if begins(path, begin)? {
            return Ok(form);
        }
    }
    Err(StoreError::NoWasm { path: path.to_owned() })
}

fn begins(path: &Path, with: &[u8]) -> Result<bool, StoreError> {
    let read = || -> io::Result<bool> {
        let mut first = Vec::new();
        open_file(path)?.take(with.len() as u64).read_to_end(&mut first)?;
        Ok(first == with)
    };
    read().map_err(|source| StoreError::Read { path: path.to_owned(), source })
}
