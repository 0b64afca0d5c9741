//! How probable a difference as large is where there is none, and how that is corrected for many tests.

/// Products of the numbers of values up to which the rank test is exact.
const EXACT: usize = 225;

/// Probability that a standard normal value is at least this far from 0: Abramowitz and Stegun 26.2.17, wrong
/// by at most 1.5 × 10⁻⁷.
pub(crate) fn two_sided(z: f64) -> f64 {
    let z = z.abs();
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let series = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let sum = series.iter().rev().fold(0.0, |sum, factor| (sum + factor) * t);
    2.0 * sum * (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt()
}

/// Probability that a standard normal value is below this.
pub(crate) fn normal_below(z: f64) -> f64 {
    let tail = two_sided(z) / 2.0;
    if z < 0.0 { tail } else { 1.0 - tail }
}

/// Probability that a value of Student's distribution is at least this far from 0 (Abramowitz and Stegun
/// 26.7.3 and 26.7.4); 1 without a degree of freedom.
pub(crate) fn student_two_sided(t: f64, freedom: usize) -> f64 {
    if freedom == 0 || t.is_nan() {
        return 1.0;
    }
    let angle = (t.abs() / (freedom as f64).sqrt()).atan();
    let (sine, cosine) = angle.sin_cos();
    let odd = freedom % 2 == 1;
    let (mut term, mut sum) = if odd { (cosine, cosine) } else { (1.0, 1.0) };
    let first = if odd { 3 } else { 2 };
    for even in (first..freedom).step_by(2) {
        term *= cosine * cosine * (even as f64 - 1.0) / even as f64;
        sum += term;
    }
    let within = match (odd, freedom) {
        (true, 1) => 2.0 * angle / std::f64::consts::PI,
        (true, _) => 2.0 * (angle + sine * sum) / std::f64::consts::PI,
        (false, _) => sine * sum,
    };
    (1.0 - within).clamp(0.0, 1.0)
}

/// The distance from 0 that a value of Student's distribution exceeds with this probability.
pub(crate) fn student_quantile(chance: f64, freedom: usize) -> f64 {
    let (mut low, mut high) = (0.0, 1e9);
    for _ in 0..100 {
        let half = f64::midpoint(low, high);
        if student_two_sided(half, freedom) > chance {
            low = half;
        } else {
            high = half;
        }
    }
    high
}

/// How much more often a value of `a` is above one of `b` than below, from −1 to 1 (Cliff 1993).
pub(crate) fn cliffs_delta(a: &[f64], b: &[f64]) -> f64 {
    let mut b = b.to_vec();
    b.sort_unstable_by(f64::total_cmp);
    let balance: f64 = a
        .iter()
        .map(|value| {
            let below = b.partition_point(|other| other < value);
            let above = b.len() - b.partition_point(|other| other <= value);
            below as f64 - above as f64
        })
        .sum();
    balance / (a.len() * b.len()).max(1) as f64
}

/// The two-sided probability of ranks as far apart where both sides come from one distribution (Mann and
/// Whitney 1947): exact for few values without ties, else normal with ties corrected for.
pub(crate) fn rank_sum(a: &[f64], b: &[f64]) -> f64 {
    let (n, m) = (a.len(), b.len());
    if n == 0 || m == 0 {
        return 1.0;
    }
    let pairs = (n * m) as f64;
    let wins = (cliffs_delta(a, b) + 1.0) / 2.0 * pairs;
    let mut all: Vec<f64> = a.iter().chain(b).copied().collect();
    all.sort_unstable_by(f64::total_cmp);
    let ties: f64 = all
        .chunk_by(|a, b| a.total_cmp(b).is_eq())
        .map(|tied| (tied.len() as f64).powi(3) - tied.len() as f64)
        .sum();
    if ties == 0.0 && n * m <= EXACT {
        return exact(n, m, wins.min(pairs - wins).round() as usize);
    }
    let total = (n + m) as f64;
    let variance = pairs / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    if variance <= 0.0 {
        return 1.0;
    }
    two_sided(((wins - pairs / 2.0).abs() - 0.5).max(0.0) / variance.sqrt()).min(1.0)
}

/// Twice the share of all orders of `n` and `m` values in which one side wins at most so many pairs.
fn exact(n: usize, m: usize, wins: usize) -> f64 {
    // Orders that end in a value of the first side add `m` wins to those of one value fewer:
    // multiplied out, the Gaussian binomial's coefficients.
    let mut orders = vec![0.0; wins + 1];
    if let Some(none) = orders.first_mut() {
        *none = 1.0;
    }
    for part in 1..=n {
        for at in (m + part..=wins).rev() {
            let fewer = orders.get(at - m - part).copied().unwrap_or(0.0);
            orders.get_mut(at).into_iter().for_each(|count| *count -= fewer);
        }
        for at in part..=wins {
            let fewer = orders.get(at - part).copied().unwrap_or(0.0);
            orders.get_mut(at).into_iter().for_each(|count| *count += fewer);
        }
    }
    let all = (1..=n).fold(1.0, |all, at| all * (m + at) as f64 / at as f64);
    (2.0 * orders.iter().sum::<f64>() / all).min(1.0)
}

/// Holm's correction (1979), in the order given: no chance below a level is wrong more often than that level
/// says, over all of them together, however they depend on each other.
pub(crate) fn holm(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    let chance = |at: &usize| chances.get(*at).copied().unwrap_or(1.0);
    order.sort_by(|a, b| chance(a).total_cmp(&chance(b)));
    let mut corrected = vec![1.0; chances.len()];
    let mut least = 0.0_f64;
    for (passed, at) in order.iter().enumerate() {
        least = least.max(chance(at) * (chances.len() - passed) as f64).min(1.0);
        if let Some(place) = corrected.get_mut(*at) {
            *place = least;
        }
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::Simulation;

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() <= 1e-4 * expected.max(1e-3)
    }

    #[test]
    fn the_normal_tail_is_the_known_one() {
        assert!((two_sided(1.959_964) - 0.05).abs() < 1e-6);
        assert!((two_sided(-3.290_527) - 0.001).abs() < 1e-6);
        assert!((normal_below(-1.644_854) - 0.05).abs() < 1e-6 && (normal_below(0.0) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn students_quantiles_are_those_of_the_published_table() {
        for (freedom, at_99) in [(1, 63.656_74), (2, 9.924_84), (4, 4.604_09), (9, 3.249_84), (29, 2.756_39)]
        {
            assert!(near(student_quantile(0.01, freedom), at_99), "{freedom}");
        }
        assert!((student_two_sided(1e12, 0) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn the_rank_test_has_the_published_critical_values() {
        // Mann and Whitney's table for n = m = 10: at most 23 wins at 0.05, two-sided.
        assert!(exact(10, 10, 23) <= 0.05 && exact(10, 10, 24) > 0.05);
        assert!(near(exact(5, 5, 0), 2.0 / 252.0) && near(exact(3, 4, 1), 4.0 / 35.0));
        assert!((exact(15, 15, 112) - 1.0).abs() < 0.02);
    }

    #[test]
    fn equal_values_are_no_evidence() {
        assert!((rank_sum(&[3.0; 20], &[3.0; 20]) - 1.0).abs() < f64::EPSILON);
        assert!((rank_sum(&[], &[1.0]) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn the_rank_test_is_wrong_as_often_as_its_level_says() {
        let mut simulation = Simulation::seeded(17);
        for n in [10, 30] {
            let wrong = (0..4_000)
                .filter(|_| {
                    rank_sum(&simulation.exponential(n, 1.0), &simulation.exponential(n, 1.0)) <= 0.05
                })
                .count();
            // 5 % of 4,000 is 200 with a standard deviation of 14.
            assert!((140..=245).contains(&wrong), "{n}: {wrong}");
        }
    }

    #[test]
    fn holm_multiplies_the_smallest_by_all_and_keeps_the_order() {
        let corrected = holm(&[0.01, 0.04, 0.03, 0.9]);
        for (found, expected) in corrected.iter().zip([0.04, 0.09, 0.09, 0.9]) {
            assert!((found - expected).abs() < 1e-12, "{corrected:?}");
        }
        assert!(holm(&[]).is_empty());
    }
}
