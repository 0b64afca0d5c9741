//! Fewer points where there are too many to see, without losing the ones that matter.

/// The most points of one series. More can't be told apart, and a page of a million samples stays below 1 MB.
pub const MOST_POINTS: usize = 300;

/// Which of so many points are kept, in order: all if they are few, else those that matter and an even choice of
/// the others. Where even those that matter are too many, an even choice of them.
pub(super) fn keep(count: usize, matters: impl Fn(usize) -> bool) -> Vec<usize> {
    if count <= MOST_POINTS {
        return (0..count).collect();
    }
    let (vital, rest): (Vec<usize>, Vec<usize>) = (0..count).partition(|at| matters(*at));
    let vital = evenly(&vital, MOST_POINTS / 2);
    let mut kept = evenly(&rest, MOST_POINTS - vital.len());
    kept.extend(vital);
    kept.sort_unstable();
    kept
}

/// An even choice, the first and the last among it.
pub(super) fn evenly(from: &[usize], most: usize) -> Vec<usize> {
    if from.len() <= most {
        return from.to_vec();
    }
    let last = most.saturating_sub(1).max(1);
    (0..most).filter_map(|at| from.get(at * (from.len() - 1) / last).copied()).collect()
}

/// The sentence that says so.
pub(super) fn note(name: &str, shown: usize, of: usize) -> Option<String> {
    (shown < of).then(|| {
        format!("{name}: {shown} of {of} points are drawn, outliers and both ends among them; figures are from all.")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn never_too_many_and_both_ends_stay(count in 0_usize..200_000, every in 1_usize..5_000) {
            let kept = keep(count, |at| at == 0 || at + 1 == count || at % every == 0);
            prop_assert!(kept.len() <= MOST_POINTS && kept.len() <= count);
            prop_assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!(kept.first().copied(), (count > 0).then_some(0));
            prop_assert_eq!(kept.last().copied(), count.checked_sub(1));
        }
    }
}
