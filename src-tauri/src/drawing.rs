//! How the page is drawn.

use tauri::WebviewWindow;

/// Where the machine has no GPU, WebKit would have the CPU play one, which costs several CPU-seconds for a page that
/// stands still, taken from what is measured beside it. There it is told to draw without.
#[cfg(target_os = "linux")]
pub(crate) fn spare_the_cpu(window: &WebviewWindow) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

    if has_gpu() {
        return;
    }
    // A window that is gone by then needs no setting.
    let _ = window.with_webview(|view| {
        if let Some(settings) = WebViewExt::settings(&view.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn spare_the_cpu(_: &WebviewWindow) {}

/// Whether the kernel offers a device that renders.
#[cfg(target_os = "linux")]
fn has_gpu() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else { return false };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}
