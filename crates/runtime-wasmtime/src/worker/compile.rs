use std::path::Path;

use plimsoll_model::Kind;
use wasmtime::component::Component;

use crate::WasmtimeError;
use crate::worker::guest;
use crate::worker::inspect;
use crate::worker::settings::Settings;

/// Checks a component and compiles it into a file that [`crate::Responder::load`] maps.
///
/// # Errors
/// Tells apart what is empty, cut short, not WebAssembly, a core module, invalid, in want of imports or without
/// the export its kind needs.
pub fn compile(
    component: &Path,
    compiled: &Path,
    kind: Kind,
    settings: Settings,
) -> Result<(), WasmtimeError> {
    let bytes = std::fs::read(component).map_err(WasmtimeError::io("read", component))?;
    inspect::check_bytes(component, &bytes)?;
    let invalid = |error: wasmtime::Error| WasmtimeError::Invalid {
        path: component.to_owned(),
        reason: format!("{error:#}"),
    };
    let engine = settings.engine()?;
    let made = Component::from_binary(&engine, &bytes).map_err(invalid)?;
    inspect::check_world(component, &engine, &made, kind)?;
    // Types are checked now, so that an import or export of the wrong shape fails here and not in a trial.
    guest::check_link(&engine, &made, kind).map_err(invalid)?;
    let image = made.serialize().map_err(invalid)?;
    std::fs::write(compiled, image).map_err(WasmtimeError::io("write", compiled))
}
