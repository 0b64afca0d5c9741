use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fantoccini::Client;
use fantoccini::elements::Element;
use serde_json::{Value, json};

use crate::display;

/// What the window's page shows, and a hand on it.
pub(crate) struct Page {
    client: Client,
    display: String,
}

/// How long a page may take to show what does not wait for a measurement.
const SOON: Duration = Duration::from_secs(20);

/// Between two looks at the page.
const PAUSE: Duration = Duration::from_millis(50);

/// How long the driver may take for one command.
const COMMAND: Duration = Duration::from_secs(30);

/// Remembers what the console is told from now on.
const WATCH: &str = "window.told = []; for (const level of ['error', 'warn']) { const tell = console[level]; \
                     console[level] = (...what) => { window.told.push(what.map(String).join(' ')); tell(...what); }; }";

impl Page {
    pub(crate) async fn new(client: Client, display: String) -> Self {
        let page = Self { client, display };
        page.wait("main", SOON).await;
        page.client.execute(WATCH, vec![]).await.unwrap();
        page
    }

    /// Waits until there is an element for a CSS selector.
    pub(crate) async fn wait(&self, css: &str, patience: Duration) {
        let there = "return document.querySelector(arguments[0]) !== null";
        let until = Instant::now() + patience;
        // Asked by script: a page that is drawn anew makes a driver's own handles stale.
        while self.evaluate_with(there, json!(css)).await != true {
            assert!(Instant::now() < until, "`{css}` did not come:\n{}", self.text().await);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until the page's text holds this.
    pub(crate) async fn wait_for_text(&self, text: &str, patience: Duration) {
        let until = Instant::now() + patience;
        loop {
            let shown = self.text().await;
            if shown.contains(text) {
                return;
            }
            assert!(Instant::now() < until, "`{text}` did not come:\n{shown}");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until so many trials have ended.
    pub(crate) async fn trials(&self, least: u64, patience: Duration) {
        let script = "return parseInt(document.querySelector('.figures b')?.innerText ?? '0')";
        let until = Instant::now() + patience;
        while self.evaluate(script).await.as_u64().unwrap_or(0) < least {
            assert!(Instant::now() < until, "{least} trials did not come:\n{}", self.text().await);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Likewise, without measuring in between.
    pub(crate) async fn soon(&self, text: &str) {
        self.wait_for_text(text, SOON).await;
    }

    /// All that can be read.
    pub(crate) async fn text(&self) -> String {
        let text =
            limited("text", self.client.execute("return document.body.innerText", vec![])).await.unwrap();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the button, tab, link, choice or entry of a menu with this name, once it is there.
    pub(crate) async fn click(&self, name: &str) {
        let script = "const [name] = arguments; \
                      const all = [...document.querySelectorAll('button, a, [role=tab], [role=option], [role=menuitem], label')]; \
                      const named = (one) => (one.getAttribute('aria-label') ?? one.innerText).trim(); \
                      const shown = all.filter((one) => one.getClientRects().length > 0); \
                      const one = shown.find((one) => named(one) === name) ?? shown.find((one) => named(one).startsWith(name)); \
                      const { x, y, width, height } = one?.getBoundingClientRect() ?? {}; \
                      const covered = one && !one.contains(document.elementFromPoint(x + width / 2, y + height / 2)); \
                      if (covered) one.scrollIntoView({ block: 'center' }); \
                      return one;";
        let until = Instant::now() + SOON;
        loop {
            let found = self.client.execute(script, vec![json!(name)]).await.unwrap();
            if let Ok(Reference { id }) = serde_json::from_value(found) {
                let element = Element::from_element_id(self.client.clone(), id.into());
                // A page that is drawn anew in between has another one of this name.
                match limited(name, element.click()).await {
                    Ok(()) => return,
                    Err(error) if !is_stale(&error) => panic!("`{name}` can't be clicked: {error}"),
                    Err(_) => {}
                }
            }
            assert!(Instant::now() < until, "there is no `{name}` to click:\n{}", self.text().await);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Leaves only these workloads and lanes chosen.
    pub(crate) async fn choose(&self, wanted: &[&str]) {
        self.soon("cold starts in").await;
        let script = "const [wanted] = arguments; for (const choice of document.querySelectorAll('.choice')) { \
                      const input = choice.querySelector('input'); \
                      const name = choice.querySelector('.name').innerText.trim(); \
                      if (!input.disabled && input.checked !== wanted.includes(name)) input.click(); }";
        self.evaluate_with(script, json!(wanted)).await;
    }

    /// Fills a field of the advanced plan.
    pub(crate) async fn fill(&self, field: &str, value: &str) {
        self.wait(&format!("input[id$='-{field}']"), SOON).await;
        let script = "const [[field, value]] = arguments; const input = document.querySelector(`input[id$='-${field}']`); \
                      input.value = value; input.dispatchEvent(new Event('input', { bubbles: true }));";
        self.evaluate_with(script, json!([field, value])).await;
    }

    /// Writes into the field for a CSS selector.
    pub(crate) async fn write(&self, css: &str, value: &str) {
        self.wait(css, SOON).await;
        let script = "const [[css, value]] = arguments; const field = document.querySelector(css); \
                      field.value = value; field.dispatchEvent(new Event('input', { bubbles: true }));";
        self.evaluate_with(script, json!([css, value])).await;
    }

    /// What stands in the field for a CSS selector.
    pub(crate) async fn written(&self, css: &str) -> String {
        self.wait(css, SOON).await;
        let value = self.evaluate_with("return document.querySelector(arguments[0]).value", json!(css)).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until no element of a CSS selector is left.
    pub(crate) async fn gone(&self, css: &str) {
        let there = "return document.querySelector(arguments[0]) !== null";
        let until = Instant::now() + SOON;
        while self.evaluate_with(there, json!(css)).await == true {
            assert!(Instant::now() < until, "`{css}` stays:\n{}", self.text().await);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until the element for a CSS selector is there and holds this text.
    pub(crate) async fn tells(&self, css: &str, text: &str) {
        let inside = "return document.querySelector(arguments[0])?.innerText ?? ''";
        let until = Instant::now() + SOON;
        loop {
            let told = self.evaluate_with(inside, json!(css)).await;
            if told.as_str().is_some_and(|told| told.contains(text)) {
                return;
            }
            assert!(Instant::now() < until, "`{css}` does not tell `{text}` but {told}");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Makes the window as large, in pixels.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        limited("a size", self.client.set_window_size(width, height)).await.unwrap();
        let until = Instant::now() + SOON;
        while self.evaluate("return [innerWidth, innerHeight]").await != json!([width, height]) {
            assert!(Instant::now() < until, "the page is not as large as its window");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Scrolls an element to the top of the window.
    pub(crate) async fn scroll_to(&self, css: &str) {
        self.wait(css, SOON).await;
        let script = "document.querySelector(arguments[0]).scrollIntoView()";
        self.evaluate_with(script, json!(css)).await;
    }

    /// Goes to the screen of a run's file.
    pub(crate) async fn go_to_run(&self, file: &Path) {
        let script = "location.hash = `/run/${encodeURIComponent(arguments[0])}`";
        self.evaluate_with(script, json!(file)).await;
    }

    /// What a script gives.
    pub(crate) async fn evaluate(&self, script: &str) -> Value {
        limited(script, self.client.execute(script, vec![])).await.unwrap()
    }

    /// What a script makes of an argument.
    pub(crate) async fn evaluate_with(&self, script: &str, argument: Value) -> Value {
        limited(script, self.client.execute(script, vec![argument])).await.unwrap()
    }

    /// Keeps a picture of the window among the build's files.
    ///
    /// From the display: the driver's own pictures never come where a page is much longer than the window.
    pub(crate) async fn picture(&self, name: &str) {
        let frames =
            "const [done] = arguments; requestAnimationFrame(() => requestAnimationFrame(() => done(null)))";
        limited(name, self.client.execute_async(frames, vec![])).await.unwrap();
        // An example has no folder of its own.
        let folder =
            option_env!("CARGO_TARGET_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from).join("window");
        fs::create_dir_all(&folder).unwrap();
        display::picture(&self.display, &folder.join(name).with_extension("png"));
    }

    /// Closes the window, after checking that nothing in it went wrong unseen.
    pub(crate) async fn close(self) {
        let told = self.client.execute("return window.told", vec![]).await.unwrap();
        assert_eq!(told, json!([]), "the console was told something");
        let script = "return document.documentElement.dataset.faults ?? ''";
        let faults = self.client.execute(script, vec![]).await.unwrap();
        assert_eq!(faults, json!(""), "the page met faults");
        self.client.close().await.unwrap();
    }
}

/// What the driver gives, which may be nothing for ever.
async fn limited<T>(command: &str, driven: impl Future<Output = T>) -> T {
    tokio::time::timeout(COMMAND, driven).await.unwrap_or_else(|_| panic!("the driver is silent: {command}"))
}

fn is_stale(error: &fantoccini::error::CmdError) -> bool {
    let told = error.to_string();
    ["stale element", "not interactable", "intercepted"].iter().any(|kind| told.contains(kind))
}

#[derive(serde::Deserialize)]
struct Reference {
    #[serde(rename = "element-6066-11e4-a52e-4f735466cecf")]
    id: String,
}
