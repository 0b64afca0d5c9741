//! Workloads of the user's own that are dropped, edited and copied, asked of a desk.

use std::fs;
use std::path::Path;

use plimsoll_runtime::fake::Behaviour;

use super::ask::{Answer, Ask};
use super::dropped::Dropped;
use super::filled::FilledForm;
use super::own_form::OwnForm;
use super::own_request::OwnRequest;
use super::trying_tests::Ground;

impl Ground {
    fn dropped(&self, paths: &[&Path], form: OwnForm) -> Dropped {
        let paths = paths.iter().map(|path| path.display().to_string()).collect();
        match self.ask(Ask::Drop { paths, form }).unwrap() {
            Answer::Dropped(dropped) => dropped,
            other => panic!("{other:?}"),
        }
    }

    fn filled(&self, name: &str, over: bool) -> FilledForm {
        match self.ask(Ask::Edit { workload: name.parse().unwrap(), over }).unwrap() {
            Answer::Filled(filled) => filled,
            other => panic!("{other:?}"),
        }
    }

    /// Tries it, and keeps it; gives what brings back the one it was saved over.
    fn kept(&self, form: &OwnForm) -> Option<String> {
        assert!(self.tried(form).unwrap().can_be_added);
        match self.ask(Ask::Add { form: form.clone() }).unwrap() {
            Answer::Added { kept, .. } => kept,
            other => panic!("{other:?}"),
        }
    }

    fn manifest(&self, name: &str) -> String {
        fs::read_to_string(self.own().join(name).join("workload.toml")).unwrap()
    }
}

fn request(path: &str) -> OwnRequest {
    OwnRequest { path: path.to_owned(), ..OwnRequest::default() }
}

#[test]
fn what_is_dropped_together_fills_the_form_and_what_can_not_be_used_is_named() {
    let ground = Ground::new(&[Behaviour::RIGHT]);
    let form = ground.service(b"");
    let wasm = form.wasm;
    let at = |name: &str| ground.path().join(name);
    fs::write(at("notes.txt"), "To do").unwrap();
    fs::write(at("cart"), b"\x7fELF\x02").unwrap();
    fs::create_dir(at("svc")).unwrap();
    fs::write(at("svc/Dockerfile"), "FROM scratch").unwrap();
    fs::write(at("run"), "{}").unwrap();
    fs::write(at("shop.har"), "{\"log\": {\"entries\": []}}").unwrap();
    let told = OwnForm { image: "cart:1".to_owned(), ..OwnForm::default() };
    let paths = [Path::new(&wasm), &at("notes.txt"), &at("cart"), &at("svc"), &at("run")];
    let dropped = ground.dropped(&paths, told);
    let filled = dropped.form.unwrap();
    assert_eq!((filled.wasm, filled.native), (wasm, at("cart").display().to_string()));
    assert_eq!((filled.image.as_str(), filled.dockerfile), ("", at("svc").display().to_string()));
    assert_eq!(dropped.run, Some(at("run").display().to_string()));
    let refused: Vec<_> = dropped.refused.iter().map(|remark| remark.text.as_str()).collect();
    assert!(
        matches!(refused[..], [one] if one.starts_with("`notes.txt`: ") && one.contains("docker save")),
        "{refused:?}"
    );
    let twice = ground.dropped(&[&at("cart"), &at("cart")], OwnForm::default());
    assert_eq!(twice.refused.len(), 1);
    let empty = OwnForm { requests: vec![OwnRequest::usual()], ..OwnForm::default() };
    let asked = ground.dropped(&[&at("shop.har")], empty).form.unwrap();
    assert_eq!((asked.har, asked.requests[0].path.as_str()), (at("shop.har").display().to_string(), ""));
    assert_eq!(ground.dropped(&[&at("notes.txt")], OwnForm::default()).form, None);
}

#[test]
fn a_folder_of_a_workload_is_added_as_it_is_or_told_what_is_wrong_with_it() {
    let ground = Ground::new(&[Behaviour::RIGHT]);
    ground.kept(&OwnForm { name: "cart".to_owned(), ..ground.service(b"") });
    let elsewhere = ground.path().join("cart");
    fs::rename(ground.own().join("cart"), &elsewhere).unwrap();
    assert!(ground.yours().is_empty());
    let dropped = ground.dropped(&[&elsewhere], OwnForm::default());
    assert_eq!((dropped.refused, dropped.added.len(), dropped.form), (Vec::new(), 1, None));
    assert_eq!(ground.yours(), ["cart"]);
    let again = ground.dropped(&[&elsewhere], OwnForm::default());
    assert!(again.refused[0].text.contains("already"), "{again:?}");
    let broken = ground.path().join("broken");
    fs::rename(&elsewhere, &broken).unwrap();
    let wrong = ground.dropped(&[&broken], OwnForm::default());
    assert!(wrong.added.is_empty() && wrong.refused[0].text.starts_with("`broken`: "), "{wrong:?}");
    let inside = fs::read_dir(ground.own()).unwrap().count();
    assert_eq!(inside, 1, "something is left");
}

#[test]
fn a_saved_over_workload_keeps_what_the_form_does_not_tell_and_comes_back() {
    let ground = Ground::new(&[Behaviour::RIGHT]);
    let mut form = OwnForm { name: "cart".to_owned(), ..ground.service(b"") };
    form.requests.push(OwnRequest { weight: "3".to_owned(), ..request("/heavy") });
    assert_eq!(ground.kept(&form), None);
    let file = ground.own().join("cart/workload.toml");
    let before = ground.manifest("cart").replace("clock = true", "clock = false # still") + "# The end.\n";
    fs::write(&file, &before).unwrap();

    let filled = ground.filled("cart", true);
    let told = filled.elsewhere.unwrap().text;
    assert!(told.contains("`grants.clock`") && told.contains(&file.display().to_string()), "{told}");
    let mut form = filled.form;
    assert_eq!((form.name.as_str(), form.requests.len(), form.requests[1].weight.as_str()), ("cart", 2, "3"));
    form.requests[1] = request("/light");
    let kept = ground.kept(&form).unwrap();
    assert_eq!(ground.yours(), ["cart"]);
    let after = ground.manifest("cart");
    assert!(after.contains("clock = false # still") && after.contains("# The end."), "{after}");
    assert!(after.contains("/light") && !after.contains("/heavy"), "{after}");
    ground.ask(Ask::Restore { kept, over: true }).unwrap();
    assert_eq!(ground.manifest("cart"), before);
    assert_eq!(ground.yours(), ["cart"]);
}

#[test]
fn a_copy_takes_a_free_name_and_what_changed_meanwhile_is_tried_again() {
    let ground = Ground::new(&[Behaviour::RIGHT]);
    ground.kept(&OwnForm { name: "cart".to_owned(), ..ground.service(b"") });
    for expected in ["cart-2", "cart-3"] {
        let copy = ground.filled("cart", false).form;
        assert_eq!(copy.name, expected);
        assert_eq!(ground.kept(&copy), None);
    }
    assert_eq!(ground.yours(), ["cart", "cart-2", "cart-3"]);
    let edited = ground.filled("cart", true).form;
    ground.tried(&edited).unwrap();
    let file = ground.own().join("cart/workload.toml");
    fs::write(&file, ground.manifest("cart").replace("clock = true", "clock = false")).unwrap();
    let refused = ground.ask(Ask::Add { form: edited }).unwrap_err();
    assert!(refused.message.contains("another one"), "{refused}");
}
