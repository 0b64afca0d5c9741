//! A child process under limits: control groups, affinity, captured output, an end that is waited for.
//!
//! ```no_run
//! # async fn example() -> Result<(), plimsoll_process::ProcessError> {
//! use std::time::Duration;
//! use plimsoll_process::{Cgroups, Launch, Stream};
//!
//! let limits = plimsoll_model::Limits::default();
//! // Once: finds where groups may be made, and what can't be limited there.
//! let cgroups = Cgroups::open();
//! for gap in cgroups.unlimited() {
//!     eprintln!("{gap}");
//! }
//! // Before the clock starts: pipes are opened, and the thread that drains them is running.
//! let ready = Launch::new("/srv/api")
//!     .env("PORT", "8080")
//!     .cpus(&[1])
//!     .stdout(Stream::Capture { bytes: limits.output_bytes })
//!     .stderr(Stream::Tail { bytes: 4096 })
//!     .drain_in_background()
//!     .ready()?;
//! // The group `plimsoll/<label>.<n>`, the child, and the kernel's time for making the child a member of the group.
//! let group = cgroups.create("run-1.4242.99", &limits, &[1])?;
//! let held = ready.hold(Some(&group))?;
//! // Timed: exec alone.
//! let mut child = held.go()?;
//! // SIGTERM, SIGKILL when the time is over; returns when the process has exited.
//! let stopped = child.terminate(Duration::from_secs(10)).await?;
//! let killed_for_memory = group.oom_kills().is_some_and(|kills| kills > 0);
//! let output = child.output();
//! group.remove()?;
//! # Ok(()) }
//! ```
//!
//! - [`Cgroups`] finds the layout (v1, v2, hybrid) and the places where groups may be made; [`Cgroups::create`]
//!   makes a [`Cgroup`] with its limits written; [`Cgroups::sweep`] removes what dead owners left.
//! - [`GroupsAbove`] makes a [`GroupAbove`], in which somebody else, a container engine, makes the groups of its own; what
//!   those held together is known when they are gone.
//! - [`Launch`] says what to run; [`Launch::ready`] opens the pipes; [`Ready::spawn`] gives a [`Child`], and
//!   [`Ready::hold`] one that stands ready until [`Held::go`]. The child enters its group, gets its affinity and a
//!   session of its own before any of its code runs. It is made as `posix_spawn` makes one, sharing our memory until it
//!   executes: executing takes what it takes a small parent, however much we hold.
//! - [`Stream::Pipe`] leaves a pipe with the caller: [`Child::take_stdin`], [`Child::take_stdout`].
//! - [`Child::try_wait`] never blocks; [`Child::wait`] and [`Child::terminate`] need a tokio runtime with I/O and
//!   time; both can be dropped half-way and called again. A child that is dropped while it lives is killed.
//!
//! Linux only: control groups and process descriptors exist nowhere else.

mod above;
mod capture;
mod child;
mod clone;
mod confinement;
mod drain;
mod error;
mod feed;
mod group;
mod held;
mod hierarchy;
mod image;
mod inherit;
mod launch;
mod mounts;
mod occupants;
mod setting;
mod slice;
mod sweep;

pub use above::{GroupAbove, GroupMaker, GroupsAbove};
pub use capture::Output;
pub use child::{Child, Ending, Termination};
pub use error::{ProcessError, Step};
pub use group::Cgroup;
pub use held::Held;
pub use hierarchy::{Cgroups, Layout, Unlimited};
pub use launch::{Launch, Ready, Stream};
pub use setting::Controller;
