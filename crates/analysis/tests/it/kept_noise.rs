use plimsoll_analysis::{NoiseFileError, RunNoise};
use serde_json::{Value, json};

/// As it was written before files had a format.
const UNVERSIONED: &str = include_str!("../fixtures/noise-v1.json");

fn changed(change: impl FnOnce(&mut Value)) -> Result<RunNoise, NoiseFileError> {
    let mut file: Value = serde_json::from_str(UNVERSIONED).unwrap();
    change(&mut file);
    RunNoise::from_file(file.to_string().as_bytes())
}

#[test]
fn noise_kept_before_files_had_a_format_still_opens() {
    let noise = RunNoise::from_file(UNVERSIONED.as_bytes()).unwrap();
    assert_eq!((noise.runs.len(), noise.host.cpus), (5, 2));
    let figures: Vec<_> = noise
        .figures
        .iter()
        .map(|figure| (figure.lane.as_str(), figure.floor, figure.stolen_milli))
        .collect();
    assert_eq!(figures, [("docker", 1.0625, 3), ("wasmtime", 1.25, 0)]);
}

#[test]
fn what_is_written_says_its_format_and_reads_back_the_same() {
    let noise = RunNoise::from_file(UNVERSIONED.as_bytes()).unwrap();
    let file = noise.to_file().unwrap();
    assert!(file.starts_with(b"{\n  \"noise_version\": 2,\n"));
    assert_eq!(RunNoise::from_file(&file).unwrap(), noise);
}

#[test]
fn a_later_format_is_told_with_the_way_out() {
    let error = changed(|file| file["noise_version"] = json!(3)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "it is in format 3 and this Plimsoll reads up to 2: use a newer one, or measure the noise again with \
         `plimsoll noise`"
    );
    for never in [json!(0), json!(-1), json!("2"), json!(null)] {
        let error = changed(|file| file["noise_version"] = never).unwrap_err();
        assert!(matches!(error, NoiseFileError::UnknownFormat), "{error}");
    }
}

#[test]
fn a_figure_that_can_not_be_one_is_named() {
    for (field, value) in [("floor", json!(0.5)), ("floor", json!(-1)), ("spread", json!(-0.1))] {
        let error = changed(|file| file["figures"][1][field] = value).unwrap_err();
        assert!(matches!(error, NoiseFileError::Senseless(1)), "{error}");
    }
    let error = changed(|file| file["figures"][0]["floor"] = json!(null)).unwrap_err();
    assert!(matches!(error, NoiseFileError::Damaged(_)), "{error}");
}
