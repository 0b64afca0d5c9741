use plimsoll_budget::{Budgets, Than, ToMeasure};
use plimsoll_model::Slug;

use crate::known::{metrics, parse};

fn refusal(budget: &str) -> String {
    let text = format!("budget_version = 1\n\n[[budget]]\n{budget}\n");
    parse(&text).unwrap_err().to_string()
}

#[test]
fn what_is_too_much_is_refused() {
    let budget = "[[budget]]\nmetric = \"wire_size\"\nat_most = \"1 B\"\n";
    let many = |count: usize| parse(&format!("budget_version = 1\n{}", budget.repeat(count)));
    assert_eq!(many(Budgets::MOST).unwrap().budgets.len(), Budgets::MOST);
    let told = many(Budgets::MOST + 1).unwrap_err().to_string();
    assert!(
        told.contains("line 3002, column 1: there are 1001 budgets, and at most 1000 are read"),
        "{told}"
    );
    let told = parse(&"#".repeat(Budgets::LONGEST + 1)).unwrap_err().to_string();
    assert!(told.contains("it has 262145 bytes"), "{told}");
}

#[test]
fn the_three_kinds_of_budgets_are_read() {
    let text = r#"
        budget_version = 1

        [[budget]]
        metric = "wire_size"
        lane = "docker"
        at_most = "20 MB"

        [[budget]]
        workload = "json-api"
        metric = "latency"
        percentile = "p99"
        at_most_over_baseline = "+10 %"

        [[budget]]
        lane = "wasmtime"
        metric = "cold_start"
        percentile = "p50"
        smaller_than = { lane = "docker", times = 20 }
    "#;
    let [size, latency, lanes] = parse(text).unwrap().budgets.try_into().unwrap();
    assert!(matches!(size.than, Than::Amount(most) if most.to_string() == "20 MB"));
    assert!(matches!(latency.than, Than::Baseline(most) if (most - 1.1).abs() < 1e-12));
    assert_eq!((latency.percentile_milli, latency.place.line), (Some(990), 9));
    assert!(matches!(lanes.than, Than::Lane { times, .. } if (times - 20.0).abs() < 1e-12));
}

#[test]
fn what_is_wrong_is_named_with_line_and_column() {
    let cases = [
        ("metric = \"cold_start\"\nat_most = \"5\"", "line 5, column 11: `at_most` is `5`: write a number"),
        (
            "metric = \"cold_start\"\nat_most = \"5 MB\"",
            "line 5, column 11: `at_most` is `5 MB`, but `cold_start` is a time",
        ),
        (
            "metric = \"speed\"\nat_most = \"5 ms\"",
            "line 4, column 10: `metric` is `speed`: use `cold_start`, `pss`, `threads`, `wire_size` or `latency`",
        ),
        ("metric = \"stop_time\"\nat_most = \"5 ms\"", "line 4, column 10: `metric` is `stop_time`: use"),
        (
            "metric = \"threads\"\nat_most = \"5 ms\"",
            "line 5, column 11: `at_most` is `5 ms`: write a number above 0",
        ),
        ("metric = \"latency\"\nat_most = \"5 ms\"", "line 4, column 10: `latency` needs a `percentile`"),
        (
            "metric = \"latency\"\npercentile = \"p98\"\nat_most = \"5 ms\"",
            "line 5, column 14: `percentile` must be",
        ),
        (
            "metric = \"pss\"\npercentile = \"p99\"\nat_most = \"5 MB\"",
            "line 5, column 14: `percentile` of `pss`",
        ),
        (
            "metric = \"pss\"\nat_most_over_baseline = \"-10 %\"",
            "line 5, column 25: `at_most_over_baseline` is `-10 %`",
        ),
        (
            "metric = \"pss\"\nsmaller_than = { lane = \"docker\", times = 0 }",
            "line 5, column 16: `times` is 0",
        ),
        (
            "metric = \"pss\"\nsmaller_than = { lane = \"docker\", times = nan }",
            "line 5, column 16: `times` is NaN",
        ),
        (
            "metric = \"cold_start\"\nphase = \"serve\"\nat_most = \"5 ms\"",
            "line 5, column 9: `cold_start` is not taken in the phase `serve`",
        ),
        (
            "metric = \"pss\"\nlane = \"docker\"\nsmaller_than = { lane = \"docker\", times = 2 }",
            "line 6, column 25: `docker` is the budget's own lane",
        ),
        ("metric = \"pss\"", "line 3, column 1: a budget has exactly one of"),
        ("metric = \"pss\"\nat_least = \"5 MB\"", "line 5, column 1: unknown field `at_least`"),
        ("metric = 5\nat_most = \"5 MB\"", "line 4, column 10"),
    ];
    for (budget, expected) in cases {
        let refusal = refusal(budget);
        assert!(refusal.contains(expected), "{budget}\n{refusal}");
    }
    assert!(parse("budget_version = 2").unwrap_err().to_string().contains("line 1, column 18"));
    assert!(parse("budget_version").is_err() && parse("").is_err());
    assert_eq!(parse("budget_version = 1").unwrap().budgets, []);
}

#[test]
fn the_published_schema_takes_what_is_read_and_refuses_what_is_refused() {
    let schema = jsonschema::validator_for(&plimsoll_budget::budget_schema(&metrics())).unwrap();
    let fits = |budget: &str| {
        let text = format!("budget_version = 1\n[[budget]]\n{budget}\n");
        let value: serde_json::Value =
            serde_json::to_value(toml::from_str::<toml::Table>(&text).unwrap()).unwrap();
        assert_eq!(schema.is_valid(&value), parse(&text).is_ok(), "{budget}");
        schema.is_valid(&value)
    };
    for right in [
        "metric = \"wire_size\"\nlane = \"docker\"\nat_most = \"20 MB\"",
        "metric = \"latency\"\npercentile = \"p99\"\nat_most_over_baseline = \"+10 %\"",
        "metric = \"threads\"\nphase = \"ready\"\nat_most = \"12\"",
        "metric = \"cold_start\"\nlane = \"wasmtime\"\nsmaller_than = { lane = \"docker\", times = 20 }",
    ] {
        assert!(fits(right), "{right}");
    }
    for wrong in [
        "metric = \"speed\"\nat_most = \"5 ms\"",
        "metric = \"cold_start\"",
        "metric = \"cold_start\"\nat_most = \"5 ms\"\nat_most_over_baseline = \"+10 %\"",
        "metric = \"cold_start\"\nsmaller_than = { lane = \"docker\", times = 0 }",
        "metric = \"cold_start\"\nmost = \"5 ms\"",
    ] {
        assert!(!fits(wrong), "{wrong}");
    }
}

#[test]
fn a_name_of_nothing_that_is_measured_is_refused_with_its_place() {
    let text = "budget_version = 1\n[[budget]]\nworkload = \"hello\"\nlane = \"wasmtime-proces\"\n\
        metric = \"cold_start\"\nsmaller_than = { lane = \"dokcer\", times = 2 }\n";
    let budgets = parse(text).unwrap();
    let names = |names: &[&'static str]| names.iter().map(|name| Slug::known(name)).collect::<Vec<_>>();
    let run = |workloads: &[&'static str], lanes: &[&'static str]| ToMeasure {
        workloads: names(workloads),
        lanes: names(lanes),
        ..ToMeasure::default()
    };
    let refusal = |workloads: &[&'static str], lanes: &[&'static str]| {
        budgets.check(&run(workloads, lanes)).unwrap_err().to_string()
    };
    let lane = refusal(&["hello"], &["docker", "wasmtime-process"]);
    assert!(
        lane.contains("line 4, column 8") && lane.contains("there are `docker`, `wasmtime-process`"),
        "{lane}"
    );
    let other = refusal(&["hello"], &["docker", "wasmtime-proces"]);
    assert!(other.contains("line 6") && other.contains("no lane `dokcer`"), "{other}");
    assert!(refusal(&["json-api"], &["docker"]).contains("line 3, column 12: no workload `hello`"));
    budgets.check(&run(&["hello"], &["dokcer", "wasmtime-proces"])).unwrap();
}

#[test]
fn what_a_run_can_not_answer_is_refused_before_it() {
    let names = |names: &[&'static str]| names.iter().map(|name| Slug::known(name)).collect::<Vec<_>>();
    let one_lane = ToMeasure {
        workloads: names(&["hello", "json-api"]),
        loaded: names(&["json-api"]),
        lanes: names(&["native"]),
        against: false,
    };
    let against = ToMeasure { against: true, lanes: names(&["native", "docker"]), ..one_lane.clone() };
    let unloaded = ToMeasure { loaded: Vec::new(), ..against.clone() };
    for (budget, told, refusing, answering) in [
        (
            "workload = \"hello\"\nmetric = \"latency\"\npercentile = \"p99\"\nat_most = \"5 ms\"",
            "`latency` is taken under load, and `hello` is not loaded in this run",
            &against,
            None,
        ),
        (
            "metric = \"pss\"\nphase = \"serve\"\nat_most = \"5 MB\"",
            "`pss` is taken under load, and nothing is loaded in this run",
            &unloaded,
            Some(&against),
        ),
        (
            "metric = \"pss\"\nat_most_over_baseline = \"+5 %\"",
            "`at_most_over_baseline` has nothing to be set against: give `--baseline` or `--against`",
            &one_lane,
            Some(&against),
        ),
        (
            "metric = \"pss\"\nsmaller_than = { lane = \"native\", times = 2 }",
            "no lane but `native` is measured, and it is not set against itself",
            &one_lane,
            Some(&against),
        ),
    ] {
        let budgets = parse(&format!("budget_version = 1\n[[budget]]\n{budget}\n")).unwrap();
        let refusal = budgets.check(refusing).unwrap_err();
        let [fault] = refusal.0.told.as_slice() else { panic!("{refusal}") };
        assert_eq!((fault.place.line, fault.problem.as_str()), (2, told));
        if let Some(run) = answering {
            budgets.check(run).unwrap();
        }
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let text = r#"budget_version = 1
[[budget]]
metric = "cold_strat"
at_most = 5
[[budget]]
metirc = "wire_size"
at_most = "5"
[[budget]]
metric = "cold_start"
percentile = "p99"
phase = "serve"
at_most = "5 parsecs"
[[budget]]
metric = "latency"
at_most = "5 ms"
at_most_over_baseline = "10"
"#;
    let told = parse(text).unwrap_err().0;
    let lines: Vec<usize> = told.told.iter().map(|fault| fault.place.line).collect();
    assert_eq!(lines, [3, 4, 5, 6, 10, 11, 12, 13, 14], "{told}");
}
