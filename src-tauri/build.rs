//! Grants the window its one command and nothing else.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["ask"]);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
