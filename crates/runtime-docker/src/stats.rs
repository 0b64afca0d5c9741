use bollard::models::ContainerStatsResponse;
use bollard::query_parameters::StatsOptionsBuilder;
use futures_util::StreamExt;
use plimsoll_model::{Direction, Metric, Phase, Reading, Slug, Unit};
use plimsoll_runtime::Figure;
use tokio::time::timeout;

use crate::daemon::{Call, Daemon};

const METHOD: &str = "Docker stats API, once";

/// Memory as the engine tells it, where the container's processes can't be seen.
const STATS_MEMORY: Metric = Metric::known(
    "stats_memory",
    "Memory (Docker stats)",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "The container's memory as the engine tells it: its control group's usage, page cache included. Taken only \
     where the container's processes can't be seen; not to be set against RSS, PSS or USS.",
);

/// CPU time as the engine tells it, where the container's processes can't be seen.
const STATS_CPU: Metric = Metric::known(
    "stats_cpu",
    "CPU time (Docker stats)",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "CPU time of the container since it began, as the engine tells it. Taken only where the container's \
     processes can't be seen.",
);

/// One reading of the engine's statistics.
pub(crate) async fn figures(daemon: &Daemon, container: &str, phase: Phase) -> Vec<Figure> {
    let options = StatsOptionsBuilder::new().stream(false).one_shot(true).build();
    let mut stream = Box::pin(daemon.client.stats(container, Some(options)));
    match timeout(Call::STATS.limit, stream.next()).await {
        Ok(Some(Ok(stats))) => read(&stats, phase),
        Ok(Some(Err(error))) => nothing(phase, &daemon.error(Call::STATS, error).to_string()),
        Ok(None) | Err(_) => nothing(phase, "the engine gave no statistics"),
    }
}

fn read(stats: &ContainerStatsResponse, phase: Phase) -> Vec<Figure> {
    let memory = stats.memory_stats.as_ref().and_then(|memory| memory.usage);
    let usage = stats.cpu_stats.as_ref().and_then(|cpu| cpu.cpu_usage.as_ref());
    let of = |value: Option<u64>| match value {
        Some(value) => Reading::Value(value),
        None => Reading::unavailable("the engine's statistics do not tell it"),
    };
    vec![
        figure(STATS_MEMORY, phase, of(memory)),
        figure(STATS_CPU, phase, of(usage.and_then(|usage| usage.total_usage))),
    ]
}

fn nothing(phase: Phase, reason: &str) -> Vec<Figure> {
    [STATS_MEMORY, STATS_CPU]
        .map(|metric| figure(metric, phase, Reading::unavailable(reason.to_owned())))
        .into()
}

fn figure(metric: Metric, phase: Phase, reading: Reading) -> Figure {
    Figure { metric, phase, subject: Some(Slug::known("instance")), method: METHOD, reading }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_engine_leaves_out_is_unavailable_and_not_zero() {
        let stats: ContainerStatsResponse =
            serde_json::from_str(r#"{"memory_stats":{"usage":4096},"cpu_stats":{}}"#).unwrap();
        let figures = read(&stats, Phase::Ready);
        assert_eq!(figures[0].reading, Reading::Value(4096));
        assert_eq!(figures[1].reading.value(), None);
    }
}
