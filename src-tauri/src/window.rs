//! The window and its system, as the desk sees them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use plimsoll_app::desk::{Outside, Push};
use plimsoll_app::{Code, Error};
use tauri::image::Image;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager};
use tauri_plugin_clipboard_manager::ClipboardExt;
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;

/// Where pushes go, and the application once it runs.
#[derive(Default)]
pub(crate) struct Window {
    line: Mutex<Line>,
    app: OnceLock<AppHandle>,
}

#[derive(Default)]
struct Line {
    channel: Option<Channel<Push>>,
    /// A file that waits for the page.
    waiting: Option<Push>,
}

impl Line {
    fn send(&self, push: Push) {
        if let Some(channel) = &self.channel {
            // A page that has gone gets nothing.
            let _ = channel.send(push);
        }
    }
}

impl Window {
    pub(crate) fn opened(&self, app: AppHandle) {
        self.app.get_or_init(|| app);
    }

    /// A page that is loaded anew brings a channel of its own.
    pub(crate) fn listen(&self, channel: Channel<Push>) {
        let mut line = self.line();
        line.channel = Some(channel);
        if let Some(push) = line.waiting.take() {
            line.send(push);
        }
    }

    /// Files or folders were dropped on the window, or one was named on a command line.
    pub(crate) fn asked_to_open(&self, paths: &[PathBuf]) {
        let push = Push::Dropped { paths: paths.iter().map(|path| path.display().to_string()).collect() };
        let mut line = self.line();
        if line.channel.is_some() {
            line.send(push);
        } else {
            line.waiting = Some(push);
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn app(&self) -> Result<&AppHandle, Error> {
        self.app.get().ok_or_else(|| refused("the window is not open yet"))
    }
}

impl Outside for Window {
    fn push(&self, push: Push) {
        self.line().send(push);
    }

    fn copy_text(&self, text: String) -> Result<(), Error> {
        self.app()?.clipboard().write_text(text).map_err(refused)
    }

    fn copy_png(&self, png: &[u8]) -> Result<(), Error> {
        let image = Image::from_bytes(png).map_err(refused)?;
        self.app()?.clipboard().write_image(&image).map_err(refused)
    }

    fn reveal(&self, path: &Path) -> Result<(), Error> {
        self.app()?.opener().reveal_item_in_dir(path).map_err(refused)
    }

    fn choose(&self, title: &str, folder: bool) -> Result<Option<PathBuf>, Error> {
        let app = self.app()?;
        let mut dialog = app.dialog().file().set_title(title);
        if let Some(window) = app.get_webview_window("main") {
            dialog = dialog.set_parent(&window);
        }
        let chosen = if folder { dialog.blocking_pick_folder() } else { dialog.blocking_pick_file() };
        chosen.map(|path| path.into_path().map_err(refused)).transpose()
    }

    fn downloads(&self) -> Option<PathBuf> {
        let folder = self.app.get()?.path().download_dir().ok()?;
        fs::create_dir_all(&folder).ok()?;
        Some(folder)
    }
}

fn refused(error: impl std::fmt::Display) -> Error {
    Error {
        code: Code::Environment,
        message: "the system refused".to_owned(),
        causes: vec![error.to_string()],
        hint: None,
    }
}
