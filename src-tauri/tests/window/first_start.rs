use std::process::Command;

use crate::stage::{Stage, Start, program};

#[tokio::test]
async fn a_newcomer_sees_what_can_be_run_and_a_button_that_enter_presses() {
    for (theme, name) in [("Adwaita", "light"), ("Adwaita:dark", "dark")] {
        let stage = Stage::new(&[("GTK_THEME", theme)]);
        let page = stage.open(Start::default()).await;
        page.soon("New benchmark").await;
        page.soon("cold starts in").await;
        let focus = "return document.activeElement.innerText.trim()";
        assert_eq!(page.evaluate(focus).await, "Start");
        let text = page.text().await;
        for lane in ["docker", "docker+hostnet", "wasmtime", "wasmtime-process", "native"] {
            assert!(text.contains(lane), "{lane}");
        }
        page.picture(&format!("bench-{name}")).await;
        page.click("History").await;
        page.soon("No run yet").await;
        page.picture(&format!("history-empty-{name}")).await;
        page.click("Doctor").await;
        page.soon("control groups").await;
        page.picture(&format!("doctor-{name}")).await;
        page.close().await;
    }
}

#[test]
fn without_a_display_or_with_one_that_is_gone_it_says_so_kindly() {
    for (display, expected) in [(None, "no display"), (Some(":4711"), "DISPLAY=:4711")] {
        let mut window = Command::new(program("plimsoll-desktop"));
        window.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("GDK_BACKEND");
        let ended = window.envs(display.map(|name| ("DISPLAY", name))).output().unwrap();
        let words = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(3), "{words}");
        assert!(words.contains(expected) && words.contains("way out"), "{words}");
        assert!(!words.contains("panicked"), "{words}");
    }
}
