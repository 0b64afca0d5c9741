//! The display that the window is to open on.

const WAY_OUT: &str = "start it in a graphical session, or use the command `plimsoll`, which needs none";

/// Whether there is any, by what the session says.
///
/// # Errors
/// In words, when there is none.
pub(crate) fn is_named() -> Result<(), String> {
    let named = |variable: &str| std::env::var_os(variable).is_some_and(|name| !name.is_empty());
    if cfg!(target_os = "linux") && !named("DISPLAY") && !named("WAYLAND_DISPLAY") {
        return Err(format!("there is no display to open a window on\n  way out: {WAY_OUT}"));
    }
    Ok(())
}

/// Connects to it. What builds the window takes that for granted: it would end the process with a trace of its calls.
///
/// # Errors
/// In words, when the display does not answer: its session may have ended.
#[cfg(target_os = "linux")]
pub(crate) fn connect() -> Result<(), String> {
    gtk::init().map_err(|_| {
        let shown = ["WAYLAND_DISPLAY", "DISPLAY"].map(|variable| {
            let value = std::env::var_os(variable)?;
            Some(format!("{variable}={}", value.display().to_string().escape_debug()))
        });
        let shown = shown.into_iter().flatten().collect::<Vec<_>>().join(", ");
        format!("the display does not answer ({shown})\n  way out: {WAY_OUT}")
    })
}

/// Elsewhere there is nothing to connect to.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub(crate) fn connect() -> Result<(), String> {
    Ok(())
}
