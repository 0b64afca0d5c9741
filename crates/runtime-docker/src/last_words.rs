use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::StreamExt;
use tokio::time::timeout;

use crate::daemon::{Call, Daemon};
use crate::plain_text::plain;

/// Lines of a container's log that are read for a message.
const LINES: &str = "50";
/// How much of their end is read.
const MOST_BYTES: usize = 4096;
/// How many lines of it are told, and how much of each.
const TOLD: usize = 10;
const LONGEST_LINE: usize = 200;

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
        Ok(Some(())) => shortened(&plain(&String::from_utf8_lossy(&end))),
        Ok(None) | Err(_) => "its log could not be read".to_owned(),
    }
}

/// The last lines, none of them long.
fn shortened(words: &str) -> String {
    let cut = |line: &str| match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    };
    let lines: Vec<String> = words.trim().lines().map(|line| cut(line.trim_end())).collect();
    lines[lines.len().saturating_sub(TOLD)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_told_and_long_ones_are_cut() {
        assert_eq!(shortened("  one\ntwo \n"), "one\ntwo");
        assert_eq!(shortened(""), "");
        let long = shortened(&format!("{}\nend", "é".repeat(900)));
        assert_eq!(long, format!("{}…\nend", "é".repeat(LONGEST_LINE)));
        let many: String = (0..50).map(|number| format!("{number}\n")).collect();
        assert!(shortened(&many).starts_with("40\n"));
    }
}
