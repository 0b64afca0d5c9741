//! The command line that carries out a plan again.

use plimsoll_model::{Arm, Limits, PageCache, Plan, Rate};

/// The command. Names are slugs, which a shell takes as they are.
pub(super) fn command(plan: &Plan) -> String {
    let mut words = vec!["plimsoll bench".to_owned()];
    if plan.told.is_empty() {
        words.extend(plan.workloads.iter().map(ToString::to_string));
    }
    words.extend(plan.lane_slugs().map(|lane| format!("--lane {lane}")));
    words.push(format!("--preset {}", plan.preset.as_str()));
    let (usual, usual_load, usual_limits) = (plan.preset.trials(), plan.preset.load(), Limits::default());
    let mut option = |differs: bool, option: String| words.extend(differs.then_some(option));
    let trials = plan.trials;
    option(trials.cold_starts != usual.cold_starts, format!("--trials {}", trials.cold_starts));
    option(trials.loaded != usual.loaded.min(trials.cold_starts), format!("--loaded {}", trials.loaded));
    if let Some(until) = trials.precision {
        option(true, format!("--precision {}%", f64::from(until.half_width_milli) / 10.0));
        option(true, format!("--max-trials {}", until.cap));
    }
    option(plan.arms.len() != plan.preset.arms() as usize, format!("--arms {}", plan.arms.len()));
    if let Rate::FixedMilliPerSecond(milli) = plan.settings.load.rate {
        option(true, format!("--rate {}", milli as f64 / 1e3));
    }
    let load = &plan.settings.load;
    option(load.duration_ms != usual_load.duration_ms, format!("--duration {}ms", load.duration_ms));
    option(load.connections != usual_load.connections, format!("--connections {}", load.connections));
    let limits = plan.settings.limits;
    option(
        limits.cpu_milli != usual_limits.cpu_milli,
        format!("--cpus {}", f64::from(limits.cpu_milli) / 1e3),
    );
    option(
        limits.memory_bytes != usual_limits.memory_bytes,
        format!("--memory {}", size(limits.memory_bytes)),
    );
    option(plan.settings.page_cache == PageCache::ColdDisk, "--cold-disk".to_owned());
    option(true, format!("--seed {}", plan.seed));
    // Last: arguments of a program of the user's own follow them.
    words.extend(plan.told.iter().map(|word| quoted(word)));
    words.join(" ")
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@=+,%".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// What the plan has and the command can't say.
pub(super) fn unsaid(plan: &Plan) -> Vec<String> {
    let usual = Limits::default();
    let limits = plan.settings.limits;
    let mut unsaid = Vec::new();
    let mut add = |differs: bool, what: String| {
        unsaid.extend(differs.then(|| format!("No option sets this, which is not the default: {what}.")));
    };
    add(limits.pids != usual.pids, format!("at most {} processes", limits.pids));
    add(
        limits.ready_timeout_ms != usual.ready_timeout_ms,
        format!("{} ms to be ready", limits.ready_timeout_ms),
    );
    add(limits.stop_timeout_ms != usual.stop_timeout_ms, format!("{} ms to stop", limits.stop_timeout_ms));
    add(
        limits.output_bytes != usual.output_bytes,
        format!("at most {} bytes of output", limits.output_bytes),
    );
    let lettered = u32::try_from(plan.arms.len()).ok().and_then(|count| Arm::lettered(count).ok());
    add(lettered.as_ref() != Some(&plan.arms), "the names of the arms".to_owned());
    unsaid
}

/// A size without loss, in the largest unit that fits.
fn size(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let whole = units.into_iter().find(|(_, bits)| bytes > 0 && bytes.trailing_zeros() >= *bits);
    whole.map_or(format!("{bytes}B"), |(unit, bits)| format!("{}{unit}", bytes >> bits))
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{LaneSpec, Precision, Preset, Slug};

    use super::*;

    fn plan() -> Plan {
        let lane = |name| LaneSpec::plain(Slug::known(name), Slug::known("made-up"));
        let lanes = ["docker+hostnet", "native"].map(lane).to_vec();
        Plan::from_preset(Preset::Quick, vec![Slug::known("hello")], lanes, 42)
    }

    #[test]
    fn a_preset_as_it_is_needs_no_further_option() {
        let expected = "plimsoll bench hello --lane docker+hostnet --lane native --preset quick --seed 42";
        assert_eq!(command(&plan()), expected);
        assert!(unsaid(&plan()).is_empty());
    }

    #[test]
    fn every_difference_from_the_preset_is_an_option() {
        let mut plan = plan();
        plan.trials.cold_starts = 2;
        plan.trials.loaded = 1;
        plan.trials.precision = Some(Precision { half_width_milli: 25, cap: 40 });
        plan.arms.truncate(1);
        plan.settings.load.rate = Rate::FixedMilliPerSecond(500);
        plan.settings.load.duration_ms = 2_500;
        plan.settings.load.connections = 8;
        plan.settings.limits.cpu_milli = 500;
        plan.settings.limits.memory_bytes = 512 << 20;
        plan.settings.page_cache = PageCache::ColdDisk;
        let options = "--trials 2 --loaded 1 --precision 2.5% --max-trials 40 --arms 1 --rate 0.5 --duration 2500ms \
                       --connections 8 --cpus 0.5 --memory 512MiB --cold-disk --seed 42";
        assert!(command(&plan).ends_with(options), "{}", command(&plan));
    }

    #[test]
    fn fewer_trials_than_the_preset_loads_are_all_loaded_without_an_option() {
        let mut plan = plan();
        (plan.trials.cold_starts, plan.trials.loaded) = (2, 2);
        assert!(command(&plan).ends_with("--preset quick --trials 2 --seed 42"), "{}", command(&plan));
    }

    #[test]
    fn what_no_option_sets_is_said() {
        let mut plan = plan();
        plan.settings.limits.pids = 7;
        plan.arms = vec![Arm { slug: Slug::known("base") }];
        let unsaid = unsaid(&plan).join(" ");
        assert!(unsaid.contains("at most 7 processes") && unsaid.contains("names of the arms"), "{unsaid}");
    }

    #[test]
    fn a_size_is_told_without_loss() {
        assert_eq!(
            [256 << 20, 1 << 40, 1_536, 1_000, 0].map(size),
            ["256MiB", "1024GiB", "1536B", "1000B", "0B"]
        );
    }
}
