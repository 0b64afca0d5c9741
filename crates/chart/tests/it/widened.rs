//! The made-up run in as many lanes as are asked for.

use plimsoll_model::{Charted, LaneRecord, LaneSpec, Reading, Run, Slug, Trial};

use crate::detailed::detailed;
use crate::made_up::slug;

/// A lane with the longest name that there is.
fn long(of: &Slug, at: usize) -> Slug {
    let name = format!("{of}-{at}-with-a-long-name-of-forty-characters");
    slug(name[..40].trim_end_matches('-'))
}

/// A run of so many lanes, each like one of the five that are made up but a little slower than the one before; also
/// with a metric that asks for a chart of its own.
pub(crate) fn widened(count: usize) -> Run {
    let source = detailed(&["a"]);
    let from = |at: usize| &source.lanes[at % source.lanes.len()];
    let name = |at: usize| if at < 5 { from(at).slug().clone() } else { long(from(at).slug(), at) };
    let lanes: Vec<LaneRecord> = (0..count)
        .map(|at| {
            let spec = LaneSpec { slug: name(at), ..from(at).spec.clone() };
            LaneRecord { spec, shade: from(at).shade.filter(|_| at < 5), ..from(at).clone() }
        })
        .collect();
    let mut plan = source.plan.clone();
    plan.lanes = lanes.iter().map(|lane| lane.spec.clone()).collect();
    let planned = Run::planned(source.id.clone(), source.started_at, plan, source.site.clone());
    let (rows, cells) = (planned.rows, planned.cells);
    let lane_at = |row: u32| lanes.iter().position(|lane| *lane.slug() == rows[row as usize].lane).unwrap();
    let of_source = |row: u32| {
        let lane = from(lane_at(row)).slug();
        let wanted =
            |known: &plimsoll_model::Row| known.lane == *lane && known.case == rows[row as usize].case;
        source.rows.iter().position(wanted).unwrap() as u32
    };
    let mut run = Run { lanes: lanes.clone(), rows: rows.clone(), cells: cells.clone(), ..source.clone() };
    run.plan = planned.plan;
    run.preparations.clear();
    for row in 0..rows.len() as u32 {
        let made = source.preparations.iter().find(|made| made.row == of_source(row)).unwrap();
        run.preparations.push(plimsoll_model::Preparation { row, ..made.clone() });
    }
    run.trials.clear();
    for (at, cell) in (0_u32..).zip(&cells) {
        let scale = 1.0 + (lane_at(cell.row) / 5) as f64 / 3.0;
        let same = |trial: &&Trial| source.cells[trial.cell as usize].row == of_source(cell.row);
        for trial in source.trials.iter().filter(same) {
            let mut trial = Trial { cell: at, position: run.trials.len() as u32, ..trial.clone() };
            let larger = |value: u64| (value as f64 * scale) as u64;
            for entry in &mut trial.samples {
                if let Reading::Value(value) = entry.1 {
                    entry.1 = Reading::Value(larger(value));
                }
            }
            for span in &mut trial.spans {
                (span.begin_ns, span.end_ns) = (larger(span.begin_ns), larger(span.end_ns));
            }
            run.trials.push(trial);
        }
    }
    let pss = run.metrics.iter_mut().find(|metric| metric.slug.as_str() == "pss").unwrap();
    pss.chart = Some(Charted::Distribution);
    run
}
