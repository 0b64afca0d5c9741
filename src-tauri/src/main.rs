//! Plimsoll's window: hands what it asks to the desk, and what the desk pushes to it. Nothing is worked out here.
#![allow(clippy::exit, reason = "Tauri's macro for the application's files ends the process itself")]

mod commands;
mod display;
mod drawing;
mod window;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use plimsoll_app::Places;
use plimsoll_app::desk::{Desk, step_back};
use tauri::{Manager, WindowEvent};

use self::window::Window;

/// Watch the same workload race as a container and as WebAssembly.
#[derive(Parser)]
#[command(name = "plimsoll-desktop", version)]
struct Arguments {
    /// A run's file, or a capsule, to open.
    file: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            // Nobody is left to tell when this fails.
            let _ = writeln!(std::io::stderr(), "error: {words}");
            ExitCode::from(3)
        }
    }
}

fn run(arguments: Arguments) -> Result<(), String> {
    display::is_named()?;
    let program = std::env::current_exe()
        .map_err(|error| format!("could not tell where this program lies: {error}"))?
        .with_file_name("plimsoll");
    let window = Arc::new(Window::default());
    let desk = Desk::new(Places::default(), program, window.clone())
        .map_err(|error| format!("could not start a thread: {error}"))?;
    if let Some(file) = arguments.file {
        window.asked_to_open(&[std::path::absolute(&file).unwrap_or(file)]);
    }
    // After the desk has its own thread, and before anything of the window has one.
    step_back();
    display::connect()?;

    let (seen, second) = (window.clone(), window.clone());
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(move |app, words, folder| {
            if let Ok(Arguments { file: Some(file) }) = Arguments::try_parse_from(words) {
                second.asked_to_open(&[Path::new(&folder).join(file)]);
            }
            if let Some(window) = app.get_webview_window("main") {
                // The window manager may refuse; then the user sees the running window where it is.
                let _ = window.unminimize();
                let _ = window.set_focus();
            }
        }))
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .manage(Arc::new(desk))
        .manage(window.clone())
        .invoke_handler(tauri::generate_handler![commands::ask])
        .setup(move |app| {
            if let Some(webview) = app.get_webview_window("main") {
                drawing::spare_the_cpu(&webview);
            }
            window.opened(app.handle().clone());
            Ok(())
        })
        .on_window_event(move |at, event| match event {
            WindowEvent::DragDrop(tauri::DragDropEvent::Drop { paths, .. }) if !paths.is_empty() => {
                seen.asked_to_open(paths);
            }
            // What was measured is kept; a bench that nobody watches would only disturb.
            WindowEvent::CloseRequested { .. } => at.state::<Arc<Desk>>().stop(),
            _ => {}
        })
        .run(tauri::generate_context!())
        .map_err(|error| format!("the window could not be opened: {error}"))
}
