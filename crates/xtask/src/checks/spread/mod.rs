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

use self::allowed::{ALLOWED, Allowed, METRICS_ALLOWED, TWINS};
use self::jobs::Asked;
use super::source::{self, Modules};

/// How many places may ask for the kind of a job.
const JOB_PLACES: usize = 16;
/// How many may ask a job whether it serves, for what it is asked or how it is called. Fewer are better: whoever takes one
/// away lowers it.
const ANSWER_PLACES: usize = 40;
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
    let families = lanes::slugs(&crates)?;
    let mut spelled = crates.iter().flat_map(|of| lanes::places(of, &families)).collect::<Vec<_>>();
    spelled.append(&mut pages::places(&families.into_values().flatten().collect::<Vec<_>>())?);
    let mut faults = unlisted(&spelled, ALLOWED, "the name of a lane is known to its family alone");
    let asked: Vec<Asked> = crates.iter().map(jobs::asked).collect();
    let jobs: Vec<&Place> = asked.iter().flat_map(|asked| &asked.kinds).collect();
    let answers = asked.iter().map(|asked| asked.answers.len()).sum::<usize>();
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
    println!("{answers} places ask a job whether it serves or is called, {ANSWER_PLACES} may");
    if answers != ANSWER_PLACES {
        faults.push(format!(
            "{answers} places ask a job whether it serves or is called: more than {ANSWER_PLACES} are too many, and \
             with fewer lower the number in crates/xtask/src/checks/spread/mod.rs"
        ));
    }
    faults.append(&mut faults_of_metrics(&crates)?);
    faults.append(&mut faults_of_twins(&crates));
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// Names of metrics outside their definitions.
fn faults_of_metrics(crates: &[Modules]) -> Result<Vec<String>> {
    let defined = metrics::defined(crates);
    if defined.is_empty() {
        bail!("no metric is defined by `Metric::known`: nothing would be looked for");
    }
    let places: Vec<Place> = crates.iter().flat_map(|of| metrics::places(of, &defined)).collect();
    println!("{} metrics are defined; these files may spell some of their names:", defined.len());
    METRICS_ALLOWED.iter().for_each(|known| println!("    {}: {}", known.file, known.reason));
    Ok(unlisted(&places, METRICS_ALLOWED, "what is done with a metric is said by its definition"))
}

/// Types that took a name that another module's has, and names of the list that only one type has any more.
fn faults_of_twins(crates: &[Modules]) -> Vec<String> {
    let twins = twins::twins(crates);
    let new = twins.iter().filter(|(name, _)| !TWINS.contains(&name.as_str()));
    let mut faults: Vec<String> = new
        .map(|(name, places)| {
            format!("`{name}` is a type of {}: give each its own word", places.join(" and of "))
        })
        .collect();
    let gone = TWINS.iter().filter(|name| !twins.contains_key(**name));
    faults.extend(gone.map(|name| {
        format!("`{name}` means one thing: take it off crates/xtask/src/checks/spread/allowed.rs")
    }));
    faults
}

/// Lists the types that share their name with one of another module.
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

/// Places that a list does not name, and lines of the list without a place.
fn unlisted(places: &[Place], list: &[Allowed], why: &str) -> Vec<String> {
    let unlisted = places.iter().filter(|place| !list.iter().any(|known| known.is(place)));
    let mut faults: Vec<String> = unlisted.map(|place| format!("{place}: {why}")).collect();
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
        let faults = unlisted(&places, &list, "known elsewhere");
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].starts_with("b.rs:3: docker: "));
        assert!(faults[1].starts_with("`a.rs` does not spell `native` any more"));
    }
}
