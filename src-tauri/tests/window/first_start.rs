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
fn without_a_display_it_says_so_kindly() {
    let mut window = Command::new(program("plimsoll-desktop"));
    let ended = window.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().unwrap();
    assert_eq!(ended.status.code(), Some(3));
    let words = String::from_utf8(ended.stderr).unwrap();
    assert!(words.contains("no display") && words.contains("way out"), "{words}");
}
