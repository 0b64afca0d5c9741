//! What the harness adds to a container's start.
//!
//! Three comparisons, each side measured in turn: our lane against a bare bollard loop on a stand-in engine that
//! answers at once (so that every microsecond is ours), the same on the real engine, and our cold start against
//! `docker run --rm`, which also pays for the removal and for its client.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod stand_in;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use bollard::Docker as Client;
use bollard::models::{ContainerCreateBody, HostConfig};
use bollard::query_parameters::{RemoveContainerOptionsBuilder, StartContainerOptions, WaitContainerOptions};
use futures_util::TryStreamExt as _;
use plimsoll_benches::Sides;
use plimsoll_model::{Job, Limits, RunId, Workload};
use plimsoll_runtime::{
    Clock as _, Conditions, Family as _, MonotonicClock, Owner, Prepared, Runtime as LaneRuntime,
};
use plimsoll_runtime_docker::DockerFamily;
use tokio::runtime::Runtime;

const PAIRS: usize = 60;

fn main() -> Result<()> {
    let observer = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let hello =
        plimsoll_store::load_workload(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../workloads/hello")))
            .context("build the workloads first: `cargo xtask workloads native`")?;
    let stand_in = stand_in::StandIn::start(expected_of(&hello)?)?;

    let lane = Lane::prepare(&observer, bridge(&DockerFamily::at(stand_in.endpoint()))?.as_ref(), &hello)?;
    let client = Client::connect_with_unix(stand_in.socket()?, 60, bollard::API_DEFAULT_VERSION)?;
    let sides = lane.beside_bare(&observer, &client)?;
    println!("stand-in engine: {}", sides.line("lane `docker`", "bare bollard", "ms"));

    let lane = Lane::prepare(&observer, bridge(&DockerFamily::new())?.as_ref(), &hello)?;
    let client = observer.block_on(Client::connect_with_local_defaults()?.negotiate_version())?;
    let sides = lane.beside_bare(&observer, &client)?;
    println!("real engine: {}", sides.line("lane `docker`", "bare bollard", "ms"));
    let image = lane.image()?;
    let sides = Sides::measure(PAIRS, || lane.cold_start_ms(&observer), || docker_run_ms(&image))?;
    let line = sides.line("lane `docker`", "`docker run --rm`", "ms");
    println!("real engine: {line} (`docker run --rm` also removes the container and starts a client)");
    lane.discard(&observer)
}

/// The family's first lane.
fn bridge(family: &DockerFamily) -> Result<Arc<dyn LaneRuntime>> {
    let lane = family.offers().into_iter().next().context("the family offers no lane")?;
    Ok(family.open(&lane.spec)?)
}

fn expected_of(hello: &Workload) -> Result<Arc<[u8]>> {
    let Job::Run(invocation) = &hello.job else { bail!("`hello` is no command") };
    Ok(Arc::clone(&invocation.expect.stdout))
}

struct Lane {
    prepared: Box<dyn Prepared>,
    expected: Arc<[u8]>,
}

impl Lane {
    fn prepare(observer: &Runtime, docker: &dyn LaneRuntime, hello: &Workload) -> Result<Self> {
        let conditions = Conditions {
            limits: Limits::default(),
            instance_cpus: Vec::new(),
            owner: Owner::current(RunId::known("bench")),
        };
        let prepared = observer.block_on(docker.prepare(hello, &conditions))?;
        Ok(Self { prepared, expected: expected_of(hello)? })
    }

    fn image(&self) -> Result<String> {
        self.prepared.digests().remove("image").context("the lane made no image")
    }

    /// From before the create to the exit with the expected output; stopping and removing are not timed.
    fn cold_start_ms(&self, observer: &Runtime) -> Result<f64> {
        observer.block_on(async {
            let mut bed = self.prepared.stage().await?;
            let began_ns = MonotonicClock.now_ns();
            let mut instance = bed.start().await?;
            let exit = instance.wait().await?;
            let took_ns = MonotonicClock.now_ns() - began_ns;
            ensure!(exit.stdout[..] == self.expected[..], "the output differs");
            instance.stop().await?;
            bed.end().await?;
            Ok(took_ns as f64 / 1e6)
        })
    }

    fn beside_bare(&self, observer: &Runtime, client: &Client) -> Result<Sides> {
        let image = self.image()?;
        Sides::measure(PAIRS, || self.cold_start_ms(observer), || observer.block_on(bare_ms(client, &image)))
    }

    fn discard(self, observer: &Runtime) -> Result<()> {
        Ok(observer.block_on(self.prepared.discard())?)
    }
}

/// Create, start, wait, with the same limits; the removal is not timed.
async fn bare_ms(client: &Client, image: &str) -> Result<f64> {
    let limits = Limits::default();
    let body = ContainerCreateBody {
        image: Some(image.to_owned()),
        host_config: Some(HostConfig {
            nano_cpus: Some(i64::from(limits.cpu_milli) * 1_000_000),
            memory: Some(limits.memory_bytes.cast_signed()),
            memory_swap: Some(limits.memory_bytes.cast_signed()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let began_ns = MonotonicClock.now_ns();
    let id = client.create_container(None, body).await?.id;
    client.start_container(&id, None::<StartContainerOptions>).await?;
    let _exits: Vec<_> = client.wait_container(&id, None::<WaitContainerOptions>).try_collect().await?;
    let took_ns = MonotonicClock.now_ns() - began_ns;
    client.remove_container(&id, Some(RemoveContainerOptionsBuilder::new().force(true).build())).await?;
    Ok(took_ns as f64 / 1e6)
}

fn docker_run_ms(image: &str) -> Result<f64> {
    let began_ns = MonotonicClock.now_ns();
    let status = Command::new("docker")
        .args(["run", "--rm", "--cpus", "1", "--memory", "256m", image])
        .stdout(Stdio::null())
        .status()
        .context("could not run `docker`: its client is in the Debian package docker.io")?;
    let took_ns = MonotonicClock.now_ns() - began_ns;
    ensure!(status.success(), "`docker run` failed with {status}");
    Ok(took_ns as f64 / 1e6)
}
