use std::path::Path;

use plimsoll_files::{LARGEST_ARTIFACT, read_file};
use plimsoll_model::JobKind;
use wasmtime::component::Component;

use crate::WasmtimeError;
use crate::worker::guest;
use crate::worker::inspect;
use crate::worker::settings::Settings;
use crate::worker::world::World;

/// Checks a component and compiles it into a file that [`crate::Responder::load`] maps.
///
/// # Errors
/// Tells apart what is empty, cut short, not WebAssembly, a core module, invalid, in want of imports or without
/// the export its kind needs.
pub fn compile(
    component: &Path,
    compiled: &Path,
    kind: JobKind,
    settings: Settings,
) -> Result<(), WasmtimeError> {
    let bytes = read_file(component, LARGEST_ARTIFACT)
        .map_err(|why| WasmtimeError::io("read", component)(why.into()))?;
    inspect::check_bytes(component, &bytes)?;
    let invalid = |error: wasmtime::Error| WasmtimeError::Invalid {
        path: component.to_owned(),
        reason: format!("{error:#}"),
    };
    let engine = settings.engine()?;
    let made = Component::from_binary(&engine, &bytes).map_err(invalid)?;
    let world = World::of(kind);
    inspect::check_world(component, &engine, &made, &world)?;
    // Types are checked now, so that an import or export of the wrong shape fails here and not in a trial.
    guest::bind(&engine, &made).and_then(world.check).map_err(invalid)?;
    let image = made.serialize().map_err(invalid)?;
    std::fs::write(compiled, image).map_err(WasmtimeError::io("write", compiled))
}
