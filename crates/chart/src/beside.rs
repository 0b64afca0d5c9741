//! Two scales beside each other on one axis.

use super::spec::{Axis, AxisPart, Scale, Tick};

/// How long the left scale, the space between and the right scale are.
const LEFT: f64 = 1.0;
const BETWEEN: f64 = 0.1;
const RIGHT: f64 = 0.9;

/// Two axes of the same rows.
pub(super) struct Beside {
    pub(super) left: Axis,
    pub(super) right: Axis,
}

impl Beside {
    /// The position of a value of the left scale.
    pub(super) fn left(&self, value: f64) -> f64 {
        rounded(share(&self.left, self.left.place(value)) * LEFT)
    }

    /// The position of a value of the right scale.
    pub(super) fn right(&self, value: f64) -> f64 {
        rounded(LEFT + BETWEEN + share(&self.right, self.right.place(value)) * RIGHT)
    }

    /// The axis that both stand on.
    pub(super) fn axis(self) -> Axis {
        let Self { left, right } = self;
        let begin = LEFT + BETWEEN;
        let part =
            |axis: &Axis, from: f64, long: f64| AxisPart { title: axis.title.clone(), from, to: from + long };
        let parts = vec![part(&left, 0.0, LEFT), part(&right, begin, RIGHT)];
        let moved = |axis: Axis, from: f64, long: f64| {
            let at = |tick: &Tick| rounded(from + share(&axis, tick.at) * long);
            axis.ticks.iter().map(|tick| Tick { at: at(tick), ..tick.clone() }).collect::<Vec<_>>()
        };
        let ticks = [moved(left, 0.0, LEFT), moved(right, begin, RIGHT)].concat();
        Axis { parts, ..Axis::over(String::new(), Scale::Linear, [0.0, begin + RIGHT], ticks) }
    }
}

/// To a millionth, which no eye tells from it, and which stays what it is in JSON.
fn rounded(at: f64) -> f64 {
    (at * 1e6).round() / 1e6
}

/// Where a position lies between the ends of an axis, 0 to 1.
fn share(axis: &Axis, at: f64) -> f64 {
    ((at - axis.min) / (axis.max - axis.min)).clamp(0.0, 1.0)
}
