use std::fs;

use plimsoll_capsule::{Capsule, CapsuleError, EntryName, Packer, is_capsule};
use plimsoll_files::sha256;
use plimsoll_model::{Run, Slug};

use crate::ground::{FILES, Ground, head, pack};

#[test]
fn what_was_packed_comes_out_as_it_was() {
    let ground = Ground::new();
    let packed = pack(&ground.file(), false).unwrap();
    let mut capsule = Capsule::open(&ground.file()).unwrap();
    assert_eq!(capsule.contents(), &packed.contents);
    assert_eq!(capsule.contents().head, head());
    assert!(capsule.contents().has_workloads());
    for (name, bytes) in FILES {
        assert_eq!(capsule.read(name).unwrap(), bytes, "{name}");
    }
    let bytes = fs::read(ground.file()).unwrap();
    assert_eq!((packed.bytes, packed.sha256), (bytes.len() as u64, sha256(&bytes)));
    assert_eq!((capsule.bytes(), capsule.sha256()), (bytes.len() as u64, sha256(&bytes).as_str()));
    assert_eq!(ground.names(), ["x.plimsoll"], "nothing is left beside it");
}

#[test]
fn the_same_run_packed_at_the_same_time_gives_the_same_bytes() {
    assert_eq!(crate::ground::packed(), crate::ground::packed());
}

#[test]
fn a_workload_is_written_into_a_folder_of_its_name() {
    let ground = Ground::new();
    pack(&ground.file(), false).unwrap();
    let mut capsule = Capsule::open(&ground.file()).unwrap();
    let hello = capsule.unpack_workload(&Slug::known("hello"), ground.folder()).unwrap();
    assert_eq!(hello, ground.folder().join("hello"));
    assert_eq!(fs::read(hello.join("expected/stdout.txt")).unwrap(), b"Hello.\n");
    assert_eq!(fs::read(hello.join("workload.toml")).unwrap(), b"name = \"hello\"");
    let again = capsule.unpack_workload(&Slug::known("hello"), ground.folder());
    assert!(matches!(again, Err(CapsuleError::Write { .. })), "nothing is written over: {again:?}");
}

#[test]
#[cfg(unix)]
fn what_an_image_is_built_of_is_a_program_where_it_was_one() {
    use std::os::unix::fs::PermissionsExt;
    let ground = Ground::new();
    let mut packer = Packer::begin(&ground.file(), false).unwrap();
    for (name, executable) in [("program", true), ("data", false)] {
        let name = EntryName::new(format!("workloads/cart/image/{name}")).unwrap();
        packer.add_as(name, b"#!", executable).unwrap();
    }
    packer.finish(head()).unwrap();
    let mut capsule = Capsule::open(&ground.file()).unwrap();
    let cart = capsule.unpack_workload(&Slug::known("cart"), ground.folder()).unwrap();
    let mode = |name: &str| fs::metadata(cart.join("image").join(name)).unwrap().permissions().mode() & 0o111;
    assert_eq!((mode("program"), mode("data")), (0o111, 0));
}

#[test]
fn a_capsule_is_known_by_its_ending_or_by_how_it_begins() {
    let ground = Ground::new();
    pack(&ground.file(), false).unwrap();
    let renamed = ground.folder().join("renamed.bin");
    fs::copy(ground.file(), &renamed).unwrap();
    let empty = ground.folder().join("empty.PLIMSOLL");
    fs::write(&empty, "").unwrap();
    let run = ground.folder().join("run.json");
    fs::write(&run, "{}").unwrap();
    assert!(is_capsule(&ground.file()) && is_capsule(&renamed) && is_capsule(&empty));
    assert!(
        !is_capsule(&run)
            && !is_capsule(ground.folder())
            && !is_capsule(&ground.folder().join("none.plimsoll"))
    );
}

#[test]
fn what_is_there_is_replaced_only_where_that_is_wished() {
    let ground = Ground::new();
    fs::write(ground.file(), "mine").unwrap();
    assert!(matches!(pack(&ground.file(), false), Err(CapsuleError::Exists { .. })));
    assert_eq!(fs::read(ground.file()).unwrap(), b"mine");
    pack(&ground.file(), true).unwrap();
    assert!(Capsule::open(&ground.file()).is_ok());
    assert_eq!(ground.names(), ["x.plimsoll"]);
}

#[test]
fn what_came_into_being_meanwhile_is_not_replaced() {
    let ground = Ground::new();
    let packer = Packer::begin(&ground.file(), false).unwrap();
    fs::write(ground.file(), "mine").unwrap();
    assert!(matches!(packer.finish(head()), Err(CapsuleError::Exists { .. })));
    assert_eq!(fs::read(ground.file()).unwrap(), b"mine");
    assert_eq!(ground.names(), ["x.plimsoll"]);
}

#[test]
fn a_folder_that_is_missing_or_a_target_that_is_no_file_is_named() {
    let ground = Ground::new();
    let missing = pack(&ground.folder().join("no/x.plimsoll"), false).unwrap_err();
    assert!(matches!(&missing, CapsuleError::NoFolder { folder } if folder.ends_with("no")), "{missing}");
    for target in [ground.folder(), std::path::Path::new("/dev/null")] {
        let refused = pack(target, true).unwrap_err();
        assert!(matches!(refused, CapsuleError::NotAFile { .. }), "{refused}");
    }
}

#[test]
fn what_is_given_up_leaves_nothing() {
    let ground = Ground::new();
    let mut packer = Packer::begin(&ground.file(), false).unwrap();
    packer.add(EntryName::new("run.json").unwrap(), b"{}").unwrap();
    let twice = packer.add(EntryName::new("RUN.json").unwrap(), b"{}").unwrap_err();
    assert!(matches!(twice, CapsuleError::Twice { .. }), "{twice}");
    drop(packer);
    assert_eq!(ground.names(), [""; 0]);
}

#[test]
fn more_entries_than_a_capsule_takes_are_refused_while_packing() {
    let ground = Ground::new();
    let mut packer = Packer::begin(&ground.file(), false).unwrap();
    let refused = (0..5_000).find_map(|at| packer.add(EntryName::new(format!("{at}")).unwrap(), b"").err());
    assert!(refused.unwrap().to_string().contains("a capsule at most 4096"));
}

/// A run that measured `hello`, as it lies in the small capsule.
fn run() -> Run {
    let text = include_str!("../../../store/tests/fixtures/run-v2.json");
    let mut run: Run = serde_json::from_str(text).unwrap();
    run.plan.workloads = vec![Slug::known("hello")];
    run.workloads.retain(|workload| workload.name.as_str() == "hello");
    let digests = [("workload.toml", FILES[1].1), ("expected/stdout.txt", FILES[2].1)];
    run.workloads[0].digests = digests.map(|(file, bytes)| (file.to_owned(), sha256(bytes))).into();
    run
}

#[test]
fn a_run_is_held_against_what_lies_beside_it() {
    let ground = Ground::new();
    pack(&ground.file(), false).unwrap();
    let capsule = Capsule::open(&ground.file()).unwrap();
    capsule.check(&run()).unwrap();
    let refusal = |change: fn(&mut Run)| {
        let mut run = run();
        change(&mut run);
        capsule.check(&run).unwrap_err().to_string()
    };
    let other = refusal(|run| run.id = Slug::known("r20991121-013200-7f3a"));
    assert!(other.contains("its list says run `r20261121-013200-7f3a`"), "{other}");
    let changed = refusal(|run| {
        run.workloads[0].digests.insert("workload.toml".to_owned(), "00".to_owned());
    });
    assert!(
        changed.contains("its run measured `workloads/hello/workload.toml` with SHA-256 00,"),
        "{changed}"
    );
    let more = refusal(|run| {
        run.workloads[0].digests.insert("hello.wasm".to_owned(), "00".to_owned());
    });
    assert!(more.contains("has no entry `workloads/hello/hello.wasm`"), "{more}");
    let climbs = refusal(|run| {
        run.workloads[0].digests.insert("../../x".to_owned(), "00".to_owned());
    });
    assert!(climbs.contains("its run names a file"), "{climbs}");
    let planned = refusal(|run| run.plan.workloads.push(Slug::known("json-api")));
    assert!(planned.contains("has no entry `workloads/json-api/workload.toml`"), "{planned}");
}
