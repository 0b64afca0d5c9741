//! Where the words of charts stand: all in the picture, none on another, whatever the chart and however many lanes.

use plimsoll_chart::spec::{ChartSpec, Mark, Scale};
use plimsoll_chart::{Layer, Layers, MOST_POINTS, PlacedWords, charts_of, overlays, size_of, words_of};
use plimsoll_model::{Run, Side};

use crate::made_up::case;
use crate::widened::widened;

const LANES: [usize; 3] = [1, 5, 25];

/// Every chart that there is, of a run and of a run over another, whole and with few lanes.
fn every_chart(run: &Run) -> Vec<ChartSpec> {
    let json_api = case("json-api");
    let layer = |name| Layer { run, case: &json_api, name };
    let over =
        Layers { base: Some(layer("a base")), new: layer("a run with a name"), lane: None, looks: None };
    let whole = charts_of(run).into_iter().map(|chart| chart.spec(run, &json_api)).collect::<Vec<_>>();
    let laid_over = overlays().map(|chart| chart.of(&over)).collect::<Vec<_>>();
    let all = [whole, laid_over].concat();
    let few: Vec<ChartSpec> = all.iter().filter_map(|spec| spec.brief.as_deref().cloned()).collect();
    [all, few].concat()
}

fn overlap(a: &PlacedWords, b: &PlacedWords) -> bool {
    let ([left, top, right, bottom], [left_b, top_b, right_b, bottom_b]) = (a.edges, b.edges);
    left < right_b && left_b < right && top < bottom_b && top_b < bottom
}

/// What is wrong with where these words stand.
fn faults(words: &[PlacedWords], [left, top, right, bottom]: [f64; 4]) -> Vec<String> {
    let mut faults = Vec::new();
    for (at, one) in words.iter().enumerate() {
        let [from, above, to, below] = one.edges;
        if from < left || to > right || above < top || below > bottom {
            faults.push(format!("{one:?} is cut"));
        }
        let others = words.iter().skip(at + 1).filter(|other| overlap(one, other));
        faults.extend(others.map(|other| format!("{one:?} is on {other:?}")));
    }
    faults
}

#[test]
fn no_words_are_cut_or_on_others() {
    for count in LANES {
        for spec in every_chart(&widened(count)) {
            assert!(spec.empty.is_none(), "{}", spec.slug);
            let (width, height) = size_of(&spec);
            for size in [Some((width, height)), Some((1_200, 700)), Some((900, 600)), None] {
                let words = words_of(&spec, size);
                let frame = match size {
                    Some((width, height)) => [0.0, 0.0, width.into(), height.into()],
                    // What a page shows of a drawing.
                    None => [18.0, 26.0, 886.0, f64::INFINITY],
                };
                let found = faults(&words, frame);
                assert!(found.is_empty(), "{} of {count} lanes, {size:?}: {found:#?}", spec.slug);
            }
        }
    }
}

#[test]
fn where_there_is_room_no_figure_and_no_lane_is_left_out() {
    for count in LANES {
        for spec in every_chart(&widened(count)) {
            for size in [Some(size_of(&spec)), None] {
                let written: Vec<String> = words_of(&spec, size).into_iter().map(|one| one.words).collect();
                let has = |label: &str| {
                    written.iter().any(|words| {
                        words == label
                            || words.strip_suffix('…').is_some_and(|begun| label.starts_with(begun))
                    })
                };
                let figures = spec.series.iter().filter(|series| series.mark == Mark::Labels);
                let figures = figures.flat_map(|series| &series.points).map(|point| &point.label);
                figures.for_each(|label| assert!(written.contains(label), "{}: {label}", spec.slug));
                let rows = spec.y.ticks.iter().filter(|_| spec.y.scale == Scale::Category);
                rows.for_each(|row| assert!(has(&row.label), "{}: {}", spec.slug, row.label));
                spec.legend.iter().for_each(|key| assert!(has(&key.name), "{}: {}", spec.slug, key.name));
            }
        }
    }
}

#[test]
fn a_chart_of_rows_is_as_high_as_they_take() {
    let heights = LANES.map(|count| {
        let run = widened(count);
        let of = |chart: &dyn plimsoll_chart::Chart| size_of(&chart.spec(&run, &case("json-api"))).1;
        charts_of(&run).iter().map(|chart| of(chart.as_ref())).collect::<Vec<_>>()
    });
    let rows = ["waterfall", "distribution", "memory", "size"];
    for (at, chart) in
        charts_of(&widened(1)).iter().enumerate().filter(|(_, chart)| rows.contains(&chart.slug()))
    {
        let of: Vec<u32> = heights.iter().map(|heights| heights[at]).collect();
        assert!(of[0] < of[1] && of[1] < of[2], "{}: {of:?}", chart.slug());
    }
}

/// What each mark costs to draw is about the same, so that their count tells how long a chart takes.
#[test]
fn the_marks_of_a_chart_grow_with_its_lanes_and_no_faster() {
    let marks = |count: usize| -> Vec<usize> {
        let specs = every_chart(&widened(count));
        let whole = specs.iter().filter(|spec| spec.lanes.len() == count);
        whole.map(|spec| spec.series.iter().map(|series| series.points.len()).sum()).collect()
    };
    let ([few, many], most) = ([5, 25].map(marks), MOST_POINTS * 2);
    assert_eq!(few.len(), many.len());
    for (few, many) in few.iter().zip(many) {
        assert!(many <= few * 5 + 25 && many <= 25 * most, "{few} marks of 5 lanes, {many} of 25");
    }
}

#[test]
fn a_picture_of_few_lanes_keeps_those_that_others_are_compared_with() {
    let run = widened(25);
    let json_api = case("json-api");
    let of = |side| run.lane_slugs().find(|lane| run.lane(lane).is_some_and(|record| record.side == side));
    let first: Vec<_> = [Side::Container, Side::Wasm].into_iter().filter_map(of).collect();
    assert_eq!(first.len(), 2);
    for chart in charts_of(&run) {
        let Some(few) = chart.spec(&run, &json_api).brief else { continue };
        for lane in &first {
            assert!(few.lanes.iter().any(|look| look.lane == **lane), "{lane} in {}", few.slug);
        }
        assert!(few.lanes.len() <= 8, "{}", few.slug);
    }
}
