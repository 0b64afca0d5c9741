//! Services of the user's own: told in one line, kept as a folder, checked.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::docker::Image;
use crate::ground::{Ground, machine, repository};

fn component() -> String {
    repository().join("workloads/json-api/json-api.wasm").display().to_string()
}

fn binary() -> PathBuf {
    repository().join("workloads/json-api/native").join(std::env::consts::ARCH).join("json-api")
}

/// An image that says its own name of a service, its entry point and its port.
fn image(name: &str) -> Image {
    Image::of(name, &binary(), &["ENTRYPOINT [\"/srv/program\"]", "EXPOSE 8080", "USER 1000"])
}

fn texts<'a>(of: &'a Value, key: &str) -> Vec<&'a str> {
    of.as_array().unwrap().iter().map(|one| one[key].as_str().unwrap_or_default()).collect()
}

#[test]
fn an_image_and_a_component_are_measured_side_by_side_in_one_line() {
    let _machine = machine();
    let (ground, image) = (Ground::new(), image("plimsoll-test-side-by-side"));
    let ended = ground.run(&[
        "bench",
        "--image",
        &image.name,
        "--wasm",
        &component(),
        "--get",
        "/products/17",
        "--trials",
        "2",
        "--loaded",
        "1",
        "--duration",
        "100ms",
        "--rate",
        "50",
        "--tolerate-invalid",
        "100%",
    ]);
    ended.assert_code(0);
    let run = ground.only_run();
    assert_eq!(run["plan"]["preset"], "glance");
    let lanes: Vec<&str> =
        run["rows"].as_array().unwrap().iter().map(|row| row["lane"].as_str().unwrap()).collect();
    assert_eq!(lanes, ["docker", "wasmtime", "wasmtime-process"]);
    // Lanes that find nothing to run say what is missing and how it is told.
    assert_eq!(texts(&run["left_out"], "lane"), ["docker+hostnet", "native"]);
    let why = texts(&run["left_out"], "why");
    assert!(why[0].contains("{port}") && why[1].contains("`--native`"), "{why:?}");
    let unequal = texts(&run["unequal"], "what");
    let recorded = unequal.iter().find(|what| what.contains("Nobody said what"));
    assert!(recorded.is_some_and(|what| what.contains("lane `docker` gave")), "{unequal:?}");
    // It can be made again, and names the image's digest.
    let again = format!("<span class=\"word\">--image</span> <span class=\"word\">{}</span>", image.name);
    assert!(ground.run(&["show", run["id"].as_str().unwrap(), "--html"]).stdout.contains(&again));
    let digests = &run["preparations"][0]["digests"]["image"];
    assert!(digests.as_str().is_some_and(|id| id.starts_with("sha256:")), "{digests}");
    assert!(image.is_there(), "somebody's image was removed");
}

#[test]
fn one_side_alone_is_measured_and_what_is_wrong_is_told_before() {
    let _machine = machine();
    let ground = Ground::new();
    let bench = |more: &[&str]| {
        let component = component();
        let words = ["bench", "--wasm", &component, "--trials", "1", "--loaded", "0"];
        ground.run(&words.iter().chain(more).copied().collect::<Vec<_>>())
    };
    bench(&["--get", "/products/17", "--lane", "wasmtime"]).assert_code(0);
    assert_eq!(ground.only_run()["plan"]["lanes"].as_array().unwrap().len(), 1);

    let wrong_path = bench(&["--get", "/nowhere", "--lane", "wasmtime"]);
    wrong_path.assert_code(3);
    assert!(wrong_path.stderr.contains("has status 404, expected 200"), "{wrong_path}");
    let unfit = bench(&["--get", "/", "--lane", "native"]);
    unfit.assert_code(2);
    assert!(unfit.stderr.contains("`--native`"), "{unfit}");
    let unasked = bench(&[]);
    unasked.assert_code(2);
    assert!(unasked.stderr.contains("--get /"), "{unasked}");
    assert_eq!(ground.runs().len(), 1);
}

#[test]
fn what_a_lane_answers_otherwise_is_a_failure_with_a_diff() {
    let _machine = machine();
    let ground = Ground::new();
    let expected = ground.data_folder().join("expected.json");
    fs::write(&expected, "{\"id\":18}").unwrap();
    let component = component();
    let expected = expected.display().to_string();
    let ended = ground.run(&[
        "bench",
        "--wasm",
        &component,
        "--get",
        "/products/17",
        "--lane",
        "wasmtime",
        "--trials",
        "1",
        "--loaded",
        "0",
        "--expect",
        &expected,
    ]);
    ended.assert_code(1);
    assert!(ended.stderr.contains("is not the expected one") && ended.stderr.contains("18"), "{ended}");
}

#[test]
fn a_folder_is_made_checked_and_measured() {
    let _machine = machine();
    let (ground, image) = (Ground::new(), image("plimsoll-test-kept"));
    let folder = ground.data_folder().join("cart");
    let name = folder.display().to_string();
    let component = component();
    let init = ["init", &name, "--image", &image.name, "--wasm", &component, "--get", "/products/17"];
    ground.run(&init).assert_code(0);
    assert!(folder.join("expected/first").is_file() && folder.join("json-api.wasm").is_file());
    let refused = ground.run(&init);
    refused.assert_code(2);
    assert!(refused.stderr.contains("not empty"), "{refused}");

    let checked = ground.run(&["workloads", "check", &name, "--run", "--json"]);
    checked.assert_code(0);
    let starts = &checked.json()["starts"];
    let ended = starts
        .as_array()
        .unwrap()
        .iter()
        .map(|start| (start["lane"].as_str().unwrap(), start["ended"].as_str().unwrap()));
    let expected = [
        ("docker", "right"),
        ("docker+hostnet", "left"),
        ("wasmtime", "right"),
        ("wasmtime-process", "right"),
        ("native", "left"),
    ];
    assert_eq!(ended.collect::<Vec<_>>(), expected, "{starts}");

    fs::write(folder.join("expected/first"), "{}").unwrap();
    let wrong = ground.run(&["workloads", "check", &name, "--run", "--lane", "wasmtime"]);
    wrong.assert_code(1);
    assert!(wrong.stdout.contains("wrong: phase ready: the answer to `GET /products/17`"), "{wrong}");

    fs::remove_file(folder.join("expected/first")).unwrap();
    fs::remove_file(folder.join("json-api.wasm")).unwrap();
    let both = ground.run(&["workloads", "check", &name]);
    both.assert_code(1);
    assert!(both.stdout.matches("is not in the folder").count() == 2, "{both}");
}

const API: &str = r#"
openapi: 3.1.0
servers: [{url: /}]
paths:
  /products/{id}:
    get:
      operationId: product
      parameters: [{name: id, in: path, required: true, example: 17}]
      responses:
        200: {content: {application/json: {schema: {type: object, required: [id], properties: {id: {const: 17}}}}}}
  /products/{id}/reviews:
    get:
      operationId: reviews
      parameters: [{name: id, in: path, required: true}]
      responses: {}
"#;

#[test]
fn requests_of_a_har_and_of_an_openapi_document_are_measured() {
    let _machine = machine();
    let ground = Ground::new();
    let (har, api) = (ground.data_folder().join("x.har"), ground.data_folder().join("y.yaml"));
    fs::create_dir_all(ground.data_folder()).unwrap();
    let entry = |path: &str| {
        serde_json::json!({"request": {"method": "GET", "url": format!("https://shop.example{path}"),
            "headers": [{"name": "Cookie", "value": "secret"}]}, "response": {"status": 200}})
    };
    let entries =
        [entry("/products/17"), entry("/products?q=oak kitchen"), entry("/products/17"), entry("/nowhere")];
    fs::write(&har, serde_json::json!({"log": {"entries": entries}}).to_string()).unwrap();
    fs::write(&api, API).unwrap();
    let (har, api) = (har.display().to_string(), api.display().to_string());
    let component = component();
    let bench = |more: &[&str]| {
        let words = ["bench", "--wasm", &component, "--lane", "wasmtime", "--trials", "1", "--loaded", "1"];
        let load = ["--duration", "100ms", "--rate", "50", "--tolerate-invalid", "100%"];
        ground.run(&words.iter().chain(&load).chain(more).copied().collect::<Vec<_>>())
    };
    let measured = bench(&["--har", &har, "--openapi", &api, "--header", "Authorization: Bearer hunter2"]);
    measured.assert_code(0);
    let left_out = "is not asked `GET /nowhere`: in lane `wasmtime` its answer has status 404, expected 200";
    assert_eq!(measured.stderr.matches(left_out).count(), 1, "{measured}");
    let unequal = ground.only_run();
    let told = texts(&unequal["unequal"], "what").join("\n");
    for part in [
        left_out,
        "3 different of 4",
        "`cookie`",
        "1 of 2 operations",
        "`reviews` (GET /products/{id}/reviews) is left out",
    ] {
        assert!(told.contains(part) && measured.stderr.contains(part), "{part}: {told} {measured}");
    }
    assert!(!told.contains("secret"));
    // A credential is sent, and written nowhere.
    let id = unequal["id"].as_str().unwrap();
    let exported = ground.data_folder().join("exported");
    let target = format!("html={}", exported.display());
    ground.run(&["report", id, "--export", &target]).assert_code(0);
    let page = fs::read_to_string(&exported).unwrap();
    for text in
        [&unequal.to_string(), &ground.run(&["show", id]).stdout, &page, &measured.stderr, &measured.stdout]
    {
        assert!(!text.contains("hunter2"), "{text}");
    }
    assert!(
        unequal["plan"]["told"].as_array().unwrap().contains(&"Authorization: …".into()),
        "{}",
        unequal["plan"]
    );

    fs::write(&api, API.replace("const: 17", "type: string")).unwrap();
    let wrong = bench(&["--openapi", &api]);
    wrong.assert_code(3);
    assert!(wrong.stderr.contains("does not fit its schema at `/id`"), "{wrong}");
    assert!(
        wrong.stderr.contains("`--expect-schema`") && !wrong.stderr.contains("`--expect-status`"),
        "{wrong}"
    );
    fs::write(&api, API).unwrap();
    let folder = ground.data_folder().join("shop");
    let name = folder.display().to_string();
    ground.run(&["init", &name, "--wasm", &component, "--openapi", &api]).assert_code(0);
    assert!(folder.join("expected/product.schema.json").is_file());
    ground.run(&["workloads", "check", &name, "--run", "--lane", "wasmtime"]).assert_code(0);
    fs::write(folder.join("expected/product.schema.json"), r#"{"type": "nope"}"#).unwrap();
    let refused = ground.run(&["workloads", "check", &name]);
    refused.assert_code(1);
    assert!(refused.stdout.contains("wrong at `/type`"), "{refused}");
}

#[test]
fn a_manifest_of_version_1_is_migrated_and_says_the_same() {
    let ground = Ground::new();
    let folder = ground.data_folder().join("hello");
    fs::create_dir_all(folder.join("expected")).unwrap();
    let old = repository().join("workloads/hello");
    let manifest = fs::read_to_string(old.join("workload.toml")).unwrap();
    let manifest = manifest.replace("manifest_version = 2", "manifest_version = 1");
    fs::write(folder.join("workload.toml"), &manifest).unwrap();
    let name = folder.display().to_string();
    let migrated = ground.run(&["workloads", "migrate", &name]);
    migrated.assert_code(0);
    assert!(migrated.stdout.contains("of version 1 and is of version 2 now"), "{migrated}");
    let now = fs::read_to_string(folder.join("workload.toml")).unwrap();
    assert_eq!(now, manifest.replace("manifest_version = 1", "manifest_version = 2"));
}
