//! Where the service of an image that somebody else made listens: a container of it is started once and looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::DockerError;
use crate::cgroup;
use crate::container::Recipe;
use crate::creation;
use crate::daemon::{Call, Daemon};
use crate::image_problem::ImageProblem;
use crate::last_words::last_words;
use crate::listening::Listening;

/// Between two looks.
const STEP: Duration = Duration::from_millis(5);
/// How long nothing may change before what is there is all.
const SETTLED: Duration = Duration::from_millis(200);
/// The same where several are there and none is known to be meant: one may still be closed.
const UNDECIDED: Duration = Duration::from_secs(3);
/// How long the engine may take to hear that a container has ended.
const HEARD: Duration = Duration::from_secs(10);

/// What is seen of a container.
enum Seen {
    /// It listens there.
    Port(u16),
    /// Its first process is gone.
    Ended,
    /// Nothing that decides came in time.
    Undecided(Listening),
    /// Its processes can't be seen from here.
    Nothing,
}

/// Where containers were found to listen in this process, by what they were created with: looking takes a start.
#[derive(Default)]
pub(crate) struct KnownPorts(Mutex<BTreeMap<String, Option<u16>>>);

impl KnownPorts {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Option<u16>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds the port, or sees whether it is the one that is `expected`. Gives `None` where nothing can be seen from here and
/// one is expected.
pub(crate) async fn find(
    daemon: &Daemon,
    known: &KnownPorts,
    recipe: &Recipe,
    image: u32,
    expected: Option<u16>,
    exposed: &BTreeSet<u16>,
) -> Result<Option<u16>, DockerError> {
    let name = format!("{}-looked", recipe.name(image));
    let body = recipe.unpublished(expected);
    let alike = serde_json::to_string(&body).ok();
    if let Some(found) = alike.as_ref().and_then(|alike| known.all().get(alike).copied()) {
        return Ok(found);
    }
    let mut created = Box::pin(creation::create(daemon, recipe, name, body)).await?;
    let looked = look(daemon, recipe, &created.container, expected, exposed).await;
    // A removal that fails here is tried once more when the guard is dropped.
    let removed = created.leftover.remove().await;
    let found = looked?;
    removed?;
    known.all().extend(alike.map(|alike| (alike, found)));
    Ok(found)
}

async fn look(
    daemon: &Daemon,
    recipe: &Recipe,
    container: &str,
    expected: Option<u16>,
    exposed: &BTreeSet<u16>,
) -> Result<Option<u16>, DockerError> {
    let started = daemon.call(Call::START, daemon.client.start_container(container, None)).await;
    started.map_err(|error| recipe.explain_start(error, None))?;
    let state = || async {
        let inspected = daemon.call(Call::INSPECT, daemon.client.inspect_container(container, None)).await?;
        Ok::<_, DockerError>(inspected.state.unwrap_or_default())
    };
    let pid = state().await?.pid.and_then(|pid| u32::try_from(pid).ok()).filter(|&pid| pid > 0);
    let limit = Duration::from_millis(recipe.conditions.limits.ready_timeout_ms);
    let seen = match pid {
        Some(pid) => watch(pid, container, expected, exposed, limit).await,
        None => Seen::Ended,
    };
    let problem = match seen {
        Seen::Port(port) => return Ok(Some(port)),
        Seen::Nothing if expected.is_some() => return Ok(expected),
        Seen::Nothing => ImageProblem::Port {
            found: "a port that can't be seen from here, for the engine's processes are not on this host"
                .to_owned(),
            words: String::new(),
        },
        Seen::Undecided(listening) => {
            undecided(&listening, expected, limit, last_words(daemon, container).await)
        }
        Seen::Ended => {
            // The engine hears of an end later than it is seen here, and has no code before.
            let (seen, mut ended) = (Instant::now(), state().await?);
            while ended.running == Some(true) && seen.elapsed() < HEARD {
                sleep(STEP).await;
                ended = state().await?;
            }
            let code = ended.exit_code.unwrap_or_default();
            ImageProblem::Ended { code, words: last_words(daemon, container).await }
        }
    };
    Err(DockerError::Image { image: recipe.image.tag.clone(), problem })
}

async fn watch(
    pid: u32,
    container: &str,
    expected: Option<u16>,
    exposed: &BTreeSet<u16>,
    limit: Duration,
) -> Seen {
    if !cgroup::belongs_to(pid, container) {
        // It may have ended meanwhile, and then it is nowhere.
        return if Listening::around(pid).is_ok() { Seen::Nothing } else { Seen::Ended };
    }
    let began = Instant::now();
    let (mut last, mut since) = (Listening::default(), began);
    loop {
        let Ok(now) = Listening::around(pid) else { return Seen::Ended };
        if now != last {
            (last, since) = (now, Instant::now());
        }
        if let Some(port) = expected.filter(|port| last.open.contains(port)) {
            return Seen::Port(port);
        }
        let quiet = since.elapsed();
        if expected.is_none() && quiet >= SETTLED {
            let meant = last.open.intersection(exposed).next().or(match last.open.len() {
                1 => last.open.first(),
                _ => None,
            });
            match meant {
                Some(&port) => return Seen::Port(port),
                None if !last.open.is_empty() && quiet >= UNDECIDED => return Seen::Undecided(last),
                None => {}
            }
        }
        if began.elapsed() >= limit {
            return Seen::Undecided(last);
        }
        sleep(STEP).await;
    }
}

/// What is wrong with where it listens.
fn undecided(
    Listening { open, loopback }: &Listening,
    expected: Option<u16>,
    limit: Duration,
    words: String,
) -> ImageProblem {
    let list = |ports: &BTreeSet<u16>| ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    if let Some(port) = expected.filter(|port| loopback.contains(port)) {
        return ImageProblem::Inside { ports: port.to_string(), expected: None, words };
    }
    let mut found = match (open.len(), loopback.len()) {
        (0, 0) => format!("no port within {} s", limit.as_secs_f32()),
        (0, _) => return ImageProblem::Inside { ports: list(loopback), expected, words },
        (1, _) => format!("port {}", list(open)),
        _ => format!("several ports, {}", list(open)),
    };
    if let Some(expected) = expected {
        found.push_str(&format!(", and not on {expected}, which it is expected on"));
    }
    ImageProblem::Port { found, words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_instead_of_one_port_is_named() {
        let limit = Duration::from_secs(30);
        let of = |open: &[u16], loopback: &[u16], expected| {
            let (open, loopback) = (open.iter().copied().collect(), loopback.iter().copied().collect());
            undecided(&Listening { open, loopback }, expected, limit, String::new()).to_string()
        };
        assert!(of(&[], &[], None).starts_with("listens on no port within 30 s: say which"));
        assert!(of(&[80, 443], &[], None).starts_with("listens on several ports, 80, 443: say which"));
        assert!(
            of(&[81], &[], Some(80)).contains("port 81, and not on 80, which it is expected on: say which")
        );
    }

    #[test]
    fn one_that_is_reached_from_inside_alone_is_told_what_it_must_do_and_nothing_else() {
        let of = |open: &[u16], loopback: &[u16], expected| {
            let (open, loopback) = (open.iter().copied().collect(), loopback.iter().copied().collect());
            undecided(&Listening { open, loopback }, expected, Duration::from_secs(30), String::new())
                .to_string()
        };
        let inside = |port| {
            format!(
                "listens on 127.0.0.1 alone within its container (port {port}), where nothing reaches it from outside: have \
                 it listen on 0.0.0.0"
            )
        };
        assert_eq!(of(&[], &[8080], Some(8080)), inside(8080));
        assert_eq!(of(&[9000], &[8080], Some(8080)), inside(8080));
        assert_eq!(of(&[], &[9000], None), inside(9000));
        let other = of(&[], &[9000], Some(8080));
        assert!(
            other.starts_with(&inside(9000)) && other.contains("and on 8080") && other.contains("--port N")
        );
    }
}
