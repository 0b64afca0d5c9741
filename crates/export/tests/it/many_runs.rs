//! Many runs set against one.

use plimsoll_model::Run;

use crate::made_up::slug;
use crate::versus::{base, noise, page, said, scaled, versus, written};

/// So many runs, of which the last is slower.
fn many(count: usize) -> Vec<Run> {
    let mut small = base();
    let docker: Vec<bool> = (0..small.cells.len())
        .map(|cell| small.row_of(cell as u32).unwrap().lane.as_str() == "docker")
        .collect();
    small.trials.retain(|trial| docker[trial.cell as usize]);
    let one = |at: usize| {
        let mut run = small.clone();
        run.id = slug(&format!("r{at}"));
        for trial in &mut run.trials {
            trial.histograms.clear();
            trial.samples.truncate(1);
        }
        if at + 1 == count {
            return scaled(run, &format!("r{at}"), "docker", "cold_start", 150);
        }
        run
    };
    (0..count).map(one).collect()
}

#[test]
fn two_hundred_runs_are_a_row_each_and_the_one_that_differs_is_among_them() {
    let base = base();
    let runs = many(200);
    let news: Vec<&Run> = runs.iter().collect();
    let noise = noise(&base);
    let versus = versus(&base, &news, Some(&noise));
    assert_eq!(versus.file_stem(), "200-runs-against-r20261121-013200-7f3a");
    for form in ["table", "markdown"] {
        let text = written(&versus, form);
        assert!(text.lines().count() < 400 && text.len() < 65_536, "{form}: {}", text.len());
        assert!(text.contains("Left out: 160 more runs") && text.contains("r199"), "{form}: {text}");
    }
    let page = page(&versus);
    assert_eq!(said(&page, "#runs table").len(), 2);
    assert_eq!(said(&page, "#runs tbody tr").len(), 400);
    assert!(said(&page, "main p.more").iter().any(|more| more.contains("360 more tables")));
    let text = written(&versus, "html");
    assert!(text.len() < 4_000_000, "{}", text.len());
    assert_eq!(versus.overviews()[0].at_most(3).0.last().unwrap().run, Some(slug("r199")));
}
