//! Knowledge that one place should have: which lanes there are, what kinds of job, and what is done with a metric.
//! Wherever else it is spelled, a new lane, kind or metric has to be added too.

mod allowed;
mod jobs;
mod lanes;
mod literals;
mod metrics;
mod pages;
mod twins;

use anyhow::{Result, bail};

use self::allowed::{ALLOWED, Allowed, METRICS_ALLOWED};
use super::source::{self, Modules};

/// How many places may ask for the kind of a job.
const JOB_PLACES: usize = 10;
/// Crates that are not part of the product: they may name what they build and measure.
const TOOLS: [&str; 2] = ["xtask", "benches"];

/// A place in the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    /// Relative to the repository.
    file: String,
    line: usize,
    /// What stands there.
    what: String,
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// Fails where a lane's name is spelled outside its family's crate, too many places ask for the kind of a job, or a metric
/// is known by name outside its definition.
pub(crate) fn check() -> Result<()> {
    let crates = product()?;
    let slugs = lanes::slugs(&crates);
    if slugs.is_empty() {
        bail!("no family lists its lanes in a constant `LANE` or `LANES`: nothing would be looked for");
    }
    let mut spelled = crates.iter().flat_map(|of| lanes::places(of, &slugs)).collect::<Vec<_>>();
    spelled.append(&mut pages::places(&slugs)?);
    let mut faults = faults_of_slugs(&spelled, ALLOWED);
    let jobs: Vec<Place> = crates.iter().flat_map(jobs::places).collect();
    println!("{} places spell a lane's name; these files may:", spelled.len());
    ALLOWED.iter().for_each(|known| println!("    {}: {}", known.file, known.reason));
    println!("{} places ask for the kind of a job, {JOB_PLACES} may:", jobs.len());
    jobs.iter().for_each(|place| println!("    {place}"));
    if jobs.len() > JOB_PLACES {
        faults.push(format!(
            "{} places ask for the kind of a job, more than {JOB_PLACES}: put what differs into the job itself",
            jobs.len()
        ));
    }
    faults.append(&mut faults_of_metrics(&crates));
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// Names of metrics outside their definitions. Those of `report` are counted: its charts still draw some by name.
fn faults_of_metrics(crates: &[Modules]) -> Vec<String> {
    let defined = metrics::defined(crates);
    let places: Vec<Place> = crates.iter().flat_map(|of| metrics::places(of, &defined)).collect();
    let (counted, faults): (Vec<_>, Vec<_>) =
        places.into_iter().partition(|place| place.file.starts_with("crates/report/"));
    println!("{} metrics are defined; {} places in `report` spell one's name", defined.len(), counted.len());
    faults
        .into_iter()
        .filter(|place| !METRICS_ALLOWED.iter().any(|known| known.is(place)))
        .map(|place| format!("{place}: what is done with a metric is said by its definition"))
        .collect()
}

/// Lists the types that share their name with one of another module. No fault: some words mean two things.
pub(crate) fn list_twins() -> Result<()> {
    let twins = twins::twins(&product()?);
    for (name, places) in &twins {
        println!("{name}: {}", places.join(", "));
    }
    println!("{} names stand for several types", twins.len());
    Ok(())
}

fn product() -> Result<Vec<Modules>> {
    let mut crates = source::crates()?;
    crates.retain(|of| !TOOLS.contains(&of.package()));
    Ok(crates)
}

fn faults_of_slugs(places: &[Place], list: &[Allowed]) -> Vec<String> {
    let unlisted = places.iter().filter(|place| !list.iter().any(|known| known.is(place)));
    let mut faults: Vec<String> =
        unlisted.map(|place| format!("{place}: the name of a lane is known to its family alone")).collect();
    for known in list {
        for slug in known.slugs {
            if !places.iter().any(|place| place.file == known.file && place.what == *slug) {
                faults.push(format!(
                    "`{}` does not spell `{slug}` any more: take it off crates/xtask/src/checks/spread/allowed.rs",
                    known.file
                ));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(file: &str, what: &str) -> Place {
        Place { file: file.to_owned(), line: 3, what: what.to_owned() }
    }

    #[test]
    fn a_spelled_lane_is_a_fault_unless_it_is_listed_and_so_is_a_line_of_the_list_without_it() {
        let list = [Allowed { file: "a.rs", slugs: &["docker", "native"], reason: "" }];
        let places = [place("a.rs", "docker"), place("b.rs", "docker")];
        let faults = faults_of_slugs(&places, &list);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].starts_with("b.rs:3: docker: "));
        assert!(faults[1].starts_with("`a.rs` does not spell `native` any more"));
    }
}
