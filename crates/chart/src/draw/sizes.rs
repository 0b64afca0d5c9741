//! How large things are in every picture, in pixels.

/// An em of text, and of text beside marks.
pub(super) const BODY: f64 = 13.0;
pub(super) const SMALL: f64 = 12.5;
/// Free space around everything.
pub(super) const MARGIN: f64 = 22.0;
/// Widths of a line and of a faint one, and how much of its colour that has.
pub(super) const WIDE: f64 = 2.2;
pub(super) const THIN: f64 = 1.0;
pub(super) const FAINT: f64 = 0.7;
/// Between a mark and the words behind it.
pub(super) const BEFORE_LABEL: f64 = 8.0;
/// Words that would have to be smaller than this are left out.
const LEAST_EM: f64 = 6.5;

/// The size of an em of words in a line of this height: the usual one or a smaller one; `None` where it could not be
/// read.
pub(super) fn em_in(line: f64, usual: f64) -> Option<f64> {
    let em = usual.min(line);
    (em >= LEAST_EM).then_some(em)
}
