/// What is to be said of a command's own name: lanes do not agree on it.
pub(crate) fn told(called: &str) -> String {
    format!(
        "A command is called `{called}` (its `argv[0]`), and WebAssembly is called by the workload's name."
    )
}
