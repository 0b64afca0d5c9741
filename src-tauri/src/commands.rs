//! The window's one command.

use std::sync::Arc;

use plimsoll_app::desk::{Answer, Ask, Desk};
use plimsoll_app::{Code, Error};
use tauri::ipc::JavaScriptChannelId;
use tauri::{State, Webview};

use crate::window::Window;

/// Answers the window. A channel that comes along takes the pushes from now on.
#[tauri::command]
pub(crate) async fn ask(
    desk: State<'_, Arc<Desk>>,
    window: State<'_, Arc<Window>>,
    request: Ask,
    webview: Webview,
    channel: Option<JavaScriptChannelId>,
) -> Result<Answer, Error> {
    if let Some(channel) = channel {
        window.listen(channel.channel_on(webview));
    }
    let desk = Arc::clone(&desk);
    // Most answers read files: not on the threads that the window's messages pass.
    let answered = tauri::async_runtime::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unable)?;
        runtime.block_on(desk.answer(request))
    });
    answered.await.map_err(unable)?
}

fn unable(error: impl std::fmt::Display) -> Error {
    Error {
        code: Code::Environment,
        message: "could not answer the window".to_owned(),
        causes: vec![error.to_string()],
        hint: Some("start it anew".to_owned()),
    }
}
