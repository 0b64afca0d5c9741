use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::StreamExt;
use tokio::time::timeout;

use crate::daemon::{Call, Daemon};
use crate::plain_text::plain;

/// Lines of a container's log that are read for a message.
const LINES: &str = "50";
/// How much of their end is told.
const MOST_BYTES: usize = 4096;

/// The end of what a container has written, as far as the engine kept it.
pub(crate) async fn last_words(daemon: &Daemon, container: &str) -> String {
    let options = LogsOptionsBuilder::new().stdout(true).stderr(true).tail(LINES).build();
    let mut log = Box::pin(daemon.client.logs(container, Some(options)));
    let mut end = Vec::new();
    let reading = async {
        while let Some(written) = log.next().await {
            end.extend_from_slice(&written.ok()?.into_bytes());
            let surplus = end.len().saturating_sub(MOST_BYTES);
            end.drain(..surplus);
        }
        Some(())
    };
    match timeout(Call::LOGS.limit, reading).await {
        Ok(Some(())) => plain(&String::from_utf8_lossy(&end)).trim().to_owned(),
        Ok(None) | Err(_) => "its log could not be read".to_owned(),
    }
}
