//! What the engine's classic builder says while it builds.

use std::collections::VecDeque;

use crate::plain_text::plain;

/// How many lines of a step's output are told, and how much of each.
const LINES: usize = 20;
const LONGEST_LINE: usize = 400;

/// What it says itself between two steps.
const OWN_WORDS: &str = "Removing intermediate container";

/// Said so far.
#[derive(Debug, Default)]
pub(crate) struct BuildLog {
    /// The step that is carried out: `2/3 : RUN make`.
    pub(crate) step: String,
    output: VecDeque<String>,
    /// The images that steps made or stand on, by the beginning of their ids.
    pub(crate) images: Vec<String>,
}

impl BuildLog {
    /// Takes in what the builder said next.
    pub(crate) fn take(&mut self, said: &str) {
        let said = plain(said);
        for line in said.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            if let Some(step) = line.strip_prefix("Step ") {
                step.clone_into(&mut self.step);
                self.output.clear();
            } else if let Some(told) = line.strip_prefix(" ---> ") {
                let is_id = told.len() >= 12 && told.bytes().all(|sign| sign.is_ascii_hexdigit());
                self.images.extend(is_id.then(|| told.to_owned()));
            } else if !line.starts_with(OWN_WORDS) {
                self.output.push_back(line.chars().take(LONGEST_LINE).collect());
                if self.output.len() > LINES {
                    self.output.pop_front();
                }
            }
        }
    }

    /// The last lines that the step wrote.
    pub(crate) fn output(&self) -> String {
        self.output.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_its_output_and_its_images_are_told_apart() {
        let mut log = BuildLog::default();
        for said in
            ["Step 1/2 : FROM a\n", " ---> 0123456789ab\n", "Step 2/2 : RUN make\n", " ---> Running in 0f\n"]
        {
            log.take(said);
        }
        log.take("Removing intermediate container 0f\n");
        (0..30).for_each(|number| log.take(&format!("\u{1b}[91mline {number}\n\u{1b}[0m")));
        assert_eq!(
            (log.step.as_str(), log.images.as_slice()),
            ("2/2 : RUN make", &["0123456789ab".to_owned()][..])
        );
        assert!(log.output().starts_with("line 10\n") && log.output().ends_with("\nline 29"));
    }
}
