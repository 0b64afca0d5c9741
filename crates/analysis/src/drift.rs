//! Whether a figure rises or falls with something that should not matter.

use crate::chance::two_sided;

/// Values that a test for drift needs.
const NEEDS: usize = 10;

/// Spearman's rank correlation of pairs, and the two-sided probability of one as strong without any drift;
/// `None` with fewer than 10 pairs or where a side does not vary.
pub(crate) fn rank_correlation(pairs: &[(f64, f64)]) -> Option<(f64, f64)> {
    if pairs.len() < NEEDS {
        return None;
    }
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let rho = correlation(&ranks(&x), &ranks(&y))?;
    // Fisher's transformation; for ranks its variance is 1.06 ÷ (n − 3) (Fieller, Hartley and Pearson 1957).
    let z = rho.clamp(-0.999_999, 0.999_999).atanh() * ((pairs.len() as f64 - 3.0) / 1.06).sqrt();
    Some((rho, two_sided(z)))
}

/// Ranks from 1, equal values sharing the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = |value: &f64| {
        let below = sorted.partition_point(|other| other < value);
        let up_to = sorted.partition_point(|other| other <= value);
        (below + up_to + 1) as f64 / 2.0
    };
    values.iter().map(rank).collect()
}

fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = x.len() as f64;
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        let (x, y) = (x - mean_x, y - mean_y);
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::Simulation;

    #[test]
    fn a_steady_rise_is_found_and_ties_are_no_trouble() {
        let rising: Vec<_> = (0..15).map(|at| (f64::from(at), f64::from(at / 2))).collect();
        let (rho, chance) = rank_correlation(&rising).unwrap();
        assert!(rho > 0.98 && chance < 1e-6, "{rho} {chance}");
        assert_eq!(rank_correlation(&vec![(1.0, 2.0); 20]), None);
        assert_eq!(rank_correlation(rising.get(..9).unwrap()), None);
    }

    #[test]
    fn noise_alone_is_called_drift_no_more_often_than_the_level_says() {
        let mut simulation = Simulation::seeded(2);
        let mut found = 0;
        for _ in 0..4_000 {
            let pairs: Vec<_> = (0..15).map(|at| (f64::from(at), simulation.normal())).collect();
            found += usize::from(rank_correlation(&pairs).unwrap().1 < 0.01);
        }
        // 1 % of 4,000 is 40 with a standard deviation of 6.3.
        assert!(found <= 60, "{found} of 4,000");
    }
}
