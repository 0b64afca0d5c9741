use std::time::Duration;

use crate::drag::{drop_file, drop_files};
use crate::keyboard::{Dialog, ESCAPE};
use crate::own::{component, group, other_program, program, try_it};
use crate::page::Page;
use crate::stage::{Stage, Start};

/// For what does not wait for a start.
const SOON: Duration = Duration::from_secs(20);

/// Where it stands what a file asks of its host, before it is tried.
const ASKED: &str = "ul[aria-label='What the WebAssembly file asks of its host']";

/// The window as it begins, and as it may be made.
const SIZES: [(&str, u32, u32); 2] = [("usual", 1280, 800), ("middle", 1000, 700)];

/// Pictures of a state in each size.
async fn pictures(page: &Page, name: &str) {
    for (size, width, height) in SIZES.into_iter().rev() {
        page.resize(width, height).await;
        page.picture(&format!("{name}-{size}")).await;
    }
}

#[tokio::test]
async fn a_dropped_component_is_tried_beside_a_program_in_every_lane_and_kept() {
    let stage = Stage::new(&[]);
    let page = stage.open(Start::default()).await;
    page.soon("cold starts in").await;
    page.click("Add a workload").await;
    pictures(&page, "add-empty").await;
    drop_file(stage.display(), &component());
    page.soon("A component, 164 KiB").await;
    page.tells(ASKED, "The component speaks WASI 0.2 and exports wasi:http/incoming-handler@0.2").await;
    pictures(&page, "add-dropped").await;
    drop_file(stage.display(), &program());
    page.soon("A native binary, 1.66 MiB").await;
    assert_eq!(page.written("input[id$='-wasm']").await, component().display().to_string());
    page.write("input.path", "/products/17").await;
    page.soon("A service that is asked GET /products/17.").await;
    try_it(&page, "All 5 lanes answer the same").await;
    let script = "return [...document.querySelectorAll('article')].filter((one) => \
                  one.innerText.includes('Rustic Walnut Mug') && one.innerText.includes('status 200')).length";
    assert_eq!(page.evaluate(script).await, 5);
    pictures(&page, "add-alike").await;

    // A built-in one has the name already.
    page.click("This is right").await;
    page.tells("form [role=alert]", "there is a workload").await;
    pictures(&page, "add-refused").await;
    page.write("input[id$='-name']", "shop").await;
    page.click("This is right").await;
    page.soon("shop is added, and chosen").await;
    page.wait(".cards.yours .chosen", SOON).await;
    assert_eq!(group(&page, "Yours").await, ["shop"]);
    page.scroll_to("h1").await;
    pictures(&page, "bench-yours").await;
    page.close().await;
}

#[tokio::test]
async fn what_was_added_is_edited_copied_and_removed() {
    // What is tried here is the form: a container in it would show nothing more, and takes longer.
    let stage = Stage::new(&[("DOCKER_HOST", "unix:///nowhere/docker.sock")]);
    let page = stage.open(Start::default()).await;
    page.soon("cold starts in").await;
    drop_files(stage.display(), &[&component(), &program()]);
    page.soon("A native binary, 1.66 MiB").await;
    page.write("input.path", "/products/17").await;
    page.write("input[id$='-name']", "shop").await;
    try_it(&page, "All 3 lanes answer the same").await;
    page.click("This is right").await;
    page.wait("button[aria-label='Edit shop']", SOON).await;

    page.click("Edit shop").await;
    page.tells("form h2", "Edit shop").await;
    // What is found comes a moment later, and moves what stands below it.
    page.tells(ASKED, "The component speaks").await;
    page.click("Add a request").await;
    page.write("input[aria-label='Path of request 2']", "/products?q=oak+kitchen").await;
    page.write("input[aria-label='Weight of request 2']", "3").await;
    page.soon("A service that is asked 2 requests").await;
    pictures(&page, "add-edit").await;
    try_it(&page, "All 3 lanes answer the same").await;
    page.wait("section[aria-label='Answers to request 2']", SOON).await;
    pictures(&page, "add-several").await;
    page.click("This is right: save").await;
    page.tells(".cards.yours", "a service, 2 requests").await;
    page.click("Undo").await;
    page.tells(".cards.yours", "a service, 1 request").await;

    page.click("Duplicate shop").await;
    page.tells("form h2", "A copy of shop").await;
    page.tells(ASKED, "The component speaks").await;
    assert_eq!(page.written("input[id$='-name']").await, "shop-2");
    try_it(&page, "All 3 lanes answer the same").await;
    page.click("This is right").await;
    page.soon("shop-2 is added, and chosen").await;
    page.wait("button[aria-label='Remove shop-2']", SOON).await;
    assert_eq!(group(&page, "Yours").await, ["shop", "shop-2"]);
    pictures(&page, "bench-yours-two").await;
    page.click("Remove shop-2").await;
    page.gone("button[aria-label='Remove shop-2']").await;
    page.click("Undo").await;
    page.wait("button[aria-label='Remove shop-2']", SOON).await;
    assert_eq!(group(&page, "Yours").await, ["shop", "shop-2"]);
    page.close().await;
}

#[tokio::test]
async fn what_differs_is_marked_and_what_a_host_lacks_is_told() {
    let stage = Stage::new(&[("DOCKER_HOST", "unix:///nowhere/docker.sock")]);
    let page = stage.open(Start::default()).await;
    page.soon("cold starts in").await;
    let other = other_program(stage.data());
    drop_files(stage.display(), &[&component(), &other]);
    page.soon("A native binary").await;
    page.write("input.path", "/products/17").await;
    try_it(&page, "The answers differ: 1 of 3").await;
    let marked =
        |kind: &str| format!("return document.querySelector('article.warning .{kind}')?.innerText ?? ''");
    for (kind, word) in [("gone", "Walnut"), ("came", "Pewter")] {
        let line = page.evaluate(&marked(kind)).await;
        assert!(line.as_str().unwrap().contains(word), "{kind}: {line}");
    }
    pictures(&page, "add-different").await;

    page.click("Close").await;
    page.gone("form.panel").await;
    let wanting = stage.data().join("drawing.wasm");
    // A module with one import, `acme.draw`, and one export, `_start`.
    let types = b"\x01\x04\x01\x60\0\0";
    let imports = b"\x02\x0d\x01\x04acme\x04draw\0\0";
    let exports = b"\x07\x0a\x01\x06_start\0\0";
    std::fs::write(&wanting, [&b"\0asm\x01\0\0\0"[..], types, imports, exports].concat()).unwrap();
    drop_file(stage.display(), &wanting);
    page.soon("A module, 41.0 B").await;
    page.write("input.path", "").await;
    page.soon("A command that runs and exits.").await;
    page.tells(ASKED, "It imports what this host lacks: acme.draw; only WASI 0.1 is provided.").await;
    pictures(&page, "add-lacking-told").await;
    try_it(&page, "It gave nothing right in any lane").await;
    page.tells("article.problem", "imports what this host lacks: acme.draw").await;
    pictures(&page, "add-lacking").await;
    page.close().await;
}

#[tokio::test]
async fn the_system_s_own_dialog_opens_and_leaves_all_as_it_was_when_it_is_closed() {
    let stage = Stage::new(&[("DOCKER_HOST", "unix:///nowhere/docker.sock")]);
    let page = stage.open(Start::default()).await;
    page.soon("cold starts in").await;
    page.click("Add a workload").await;
    let title = "Choose the component or module";
    page.click(title).await;
    let dialog = Dialog::titled(stage.display(), title);
    dialog.press(ESCAPE);
    dialog.gone();
    assert_eq!(page.written("input[id$='-wasm']").await, "");
    page.close().await;
}
