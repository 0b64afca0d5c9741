/// A fixed order of requests in which each comes as often as its weight says, spread as evenly as can be
/// (smooth weighted round-robin). The same in every lane and every trial.
#[derive(Clone, Debug)]
pub(crate) struct Mix {
    weights: Vec<i64>,
    credits: Vec<i64>,
    total: i64,
}

impl Mix {
    /// A mix of requests by their weights. With no weight at all every request comes in turn.
    pub(crate) fn new(weights: impl Iterator<Item = u32>) -> Self {
        let mut weights: Vec<i64> = weights.map(i64::from).collect();
        if weights.iter().all(|weight| *weight == 0) {
            weights.fill(1);
        }
        let total = weights.iter().sum();
        Self { credits: vec![0; weights.len()], weights, total }
    }

    /// Index of the next request.
    pub(crate) fn next(&mut self) -> usize {
        let mut best = 0;
        for at in 0..self.weights.len() {
            self.credits[at] += self.weights[at];
            if self.credits[at] > self.credits[best] {
                best = at;
            }
        }
        if let Some(credit) = self.credits.get_mut(best) {
            *credit -= self.total;
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_keeps_its_weights_and_spreads_them() {
        let mut mix = Mix::new([5, 1, 0, 1].into_iter());
        let order: Vec<usize> = (0..14).map(|_| mix.next()).collect();
        assert_eq!(order, [0, 0, 1, 0, 3, 0, 0, 0, 0, 1, 0, 3, 0, 0]);
    }
}
