//! Exports as the readers that others wrote in Python read them: `hdrhistogram` and `prometheus_client`.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::handing_on::{files, text};
use crate::hostile::hard;
use crate::made_up::run;

/// Runs a script with the files of a folder. Where Python or a package is missing, the test fails if `PLIMSOLL_CI` is
/// set, and else says on standard error what was not checked.
fn check(script: &str, package: &str, folder: &Path) {
    let python = std::env::var("PLIMSOLL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", &format!("import {package}")]).output();
    if !has.is_ok_and(|found| found.status.success()) {
        let way_out = "`cargo xtask test` fetches it; or set `PLIMSOLL_PYTHON` to a Python that has `readers/requirements.txt`";
        let words = format!("not checked by `{package}`, which `{python}` does not have: {way_out}");
        assert!(std::env::var_os("PLIMSOLL_CI").is_none(), "{words}");
        // Past the test harness, which hides what a test that passes prints.
        std::io::stderr().write_all(format!("{words}\n").as_bytes()).unwrap();
        return;
    }
    let done = Command::new(&python).args(["-c", script]).arg(folder).output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&said));
}

#[test]
fn hdrhistogram_reads_the_log_and_finds_the_percentiles_of_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let run = run(&["a"]);
    std::fs::write(folder.path().join("report.hlog"), text(&run, "hlog")).unwrap();
    for file in files(&run, "hgrm") {
        std::fs::write(folder.path().join(file.name()), file.bytes).unwrap();
    }
    check(include_str!("readers/hdrhistogram.py"), "hdrh.log", folder.path());
}

#[test]
fn prometheus_reads_every_run_as_openmetrics() {
    let folder = tempfile::tempdir().unwrap();
    for (at, (_, run)) in hard().into_iter().enumerate() {
        std::fs::write(folder.path().join(format!("{at}.om")), text(&run, "openmetrics")).unwrap();
    }
    std::fs::write(folder.path().join("good.om"), text(&run(&["a", "b"]), "openmetrics")).unwrap();
    check(include_str!("readers/openmetrics.py"), "prometheus_client.openmetrics.parser", folder.path());
}
