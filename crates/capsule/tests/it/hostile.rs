use std::io::Cursor;

use insta::assert_snapshot;
use plimsoll_capsule::CapsuleError;
use plimsoll_files::sha256;
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::forged::{Forged, replaced};
use crate::ground::{FILES, Ground, packed};

#[test]
fn a_forged_capsule_that_keeps_every_rule_opens() {
    assert!(Ground::new().open(&Forged::small().finish()).is_ok());
}

#[test]
fn each_byte_that_is_flipped_is_noticed_or_changes_nothing() {
    let (ground, whole) = (Ground::new(), packed());
    let mut harmless = 0;
    for at in 0..whole.len() {
        for mask in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= mask;
            let Ok(mut capsule) = ground.open(&bytes) else { continue };
            harmless += 1;
            for (name, bytes) in FILES {
                assert_eq!(capsule.read(name).unwrap(), bytes, "{name} with byte {at} flipped by {mask:#x}");
            }
        }
    }
    // Dates, versions, the archive's own checksums, and what it says of each entry twice: what nobody needs.
    assert!(harmless < whole.len() * 3 / 2, "{harmless} flips of {} bytes went unnoticed", whole.len());
}

#[test]
fn a_capsule_that_was_cut_short_anywhere_is_refused() {
    let (ground, whole) = (Ground::new(), packed());
    for length in 0..whole.len() {
        let error = ground.open(&whole[..length]).expect_err("it must be refused");
        let known = match length {
            0 => matches!(error, CapsuleError::Empty { .. }),
            1..=3 => matches!(error, CapsuleError::NotACapsule { .. }),
            _ => matches!(error, CapsuleError::CutShort { .. }),
        };
        assert!(known, "{length}: {error}");
    }
}

#[test]
fn what_is_no_capsule_says_so() {
    let ground = Ground::new();
    assert_snapshot!("empty", ground.refusal(b""));
    assert_snapshot!("not_an_archive", ground.refusal(b"{\"schema_version\":1}"));
    assert_snapshot!("cut_short", ground.refusal(&packed()[..300]));
    let mut longer = packed();
    longer.extend_from_slice(b"more");
    assert_snapshot!("too_long", ground.refusal(&longer));
    let other = Forged::new().adding("readme.txt", b"Hello.").bytes();
    assert_snapshot!("another_archive", ground.refusal(&other));
}

#[test]
fn a_later_format_says_that_a_newer_plimsoll_is_needed() {
    let ground = Ground::new();
    let newer = Forged::small().finish_with(|list| {
        list["capsule_version"] = json!(9);
        list["what_this_build_knows_nothing_of"] = json!([1, 2, 3]);
    });
    assert_snapshot!("newer", ground.refusal(&newer));
    assert_snapshot!(
        "format_zero",
        ground.refusal(&Forged::small().finish_with(|list| list["capsule_version"] = json!(0)))
    );
    let odd = Forged::small().finish_with(|list| list["capsule_version"] = json!("one"));
    assert!(ground.refusal(&odd).contains("line 1"));
}

#[test]
fn an_entry_that_was_exchanged_is_named_with_what_was_expected_and_found() {
    let ground = Ground::new();
    let list = Forged::small().list();
    let sum = format!("{}  capsule.json\n", sha256(&list));
    let with = |name: &str, other: &[u8]| {
        let all = FILES.iter().copied().chain([("capsule.json", &*list), ("capsule.sha256", sum.as_bytes())]);
        let exchanged = |forged: Forged, (at, bytes): (&str, &[u8])| {
            forged.adding(at, if at == name { other } else { bytes })
        };
        all.fold(Forged::new(), exchanged).bytes()
    };
    assert_snapshot!("exchanged", ground.refusal(&with("workloads/hello/expected/stdout.txt", b"Howdy.\n")));
    assert_snapshot!("shorter", ground.refusal(&with("workloads/hello/expected/stdout.txt", b"Hello")));
    assert_snapshot!(
        "longer",
        ground.refusal(&with("workloads/hello/expected/stdout.txt", b"Hello. And more.\n"))
    );
    assert_snapshot!("list_changed", ground.refusal(&with("capsule.json", &[&*list, b"\n"].concat())));
    assert_snapshot!("sum_changed", ground.refusal(&with("capsule.sha256", b"<script>\x1b[2J")));
}

#[test]
fn an_entry_too_many_or_too_few_is_named() {
    let ground = Ground::new();
    assert_snapshot!("unlisted", ground.refusal(&Forged::small().adding("more.sh", b"rm").finish()));
    assert_snapshot!("missing", ground.refusal(&Forged::small().listing("gone.wasm", 1, "00").finish()));
    let twice = Forged::small().listing("run.json", 1, "00").finish();
    assert_snapshot!("listed_twice", ground.refusal(&twice));
}

#[test]
fn names_that_lead_elsewhere_are_refused_and_nothing_is_written() {
    let ground = Ground::new();
    let long = "a".repeat(1_000);
    let deep = "a/".repeat(100) + "a";
    let bad = [
        "../evil",
        "workloads/hello/../../../evil",
        "/etc/evil",
        "..\\evil",
        "C:\\evil",
        "\\\\host\\evil",
        "a//evil",
        "./evil",
        "evil\nline",
        "\u{202e}live",
        "evil\u{1b}[31m",
        &long,
        &deep,
    ];
    for name in bad {
        let error = ground.open(&Forged::small().with(name, b"evil").finish()).unwrap_err();
        assert!(matches!(error, CapsuleError::BadName { .. }), "{name:?}: {error}");
        assert!(!error.to_string().contains(char::is_control), "{name:?}: {error}");
        assert!(!error.to_string().contains('\u{202e}'), "{name:?}: {error}");
    }
    assert_eq!(ground.names(), ["x.plimsoll"]);
    let script = Forged::small().with("<script>alert(1)</script>", b"odd, but harmless").finish();
    assert!(ground.refusal(&script.clone()[..script.len() - 1]).contains("cut short"));
    assert!(ground.open(&script).is_ok());
}

#[test]
fn links_folders_and_names_that_are_there_twice_are_refused() {
    let ground = Ground::new();
    assert_snapshot!(
        "link",
        ground.refusal(&Forged::small().linking("workloads/hello/x", "/etc/passwd").finish())
    );
    let mut folder = ZipWriter::new(Cursor::new(Vec::new()));
    folder.start_file("a", SimpleFileOptions::default()).unwrap();
    folder.add_directory("workloads", SimpleFileOptions::default()).unwrap();
    assert!(ground.refusal(&folder.finish().unwrap().into_inner()).contains("`workloads/`"));
    let twice = replaced(Forged::small().with("run.jsoX", b"{}").finish(), b"run.jsoX", b"run.json");
    assert_snapshot!("twice", ground.refusal(&twice));
    let by_case = Forged::small().with("RUN.json", b"{}").finish();
    assert_snapshot!("twice_by_case", ground.refusal(&by_case));
}

#[test]
fn a_million_entries_are_refused_before_anything_is_made_of_them() {
    let ground = Ground::new();
    assert_snapshot!("a_million_entries", ground.refusal(&a_million()));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..5_000 {
        zip.start_file(format!("{at}"), SimpleFileOptions::default()).unwrap();
    }
    assert_snapshot!("five_thousand_entries", ground.refusal(&zip.finish().unwrap().into_inner()));
}

#[test]
fn an_end_that_promises_few_of_many_entries_is_refused() {
    let ground = Ground::new();
    let mut bytes = packed();
    let end = bytes.len() - 22;
    for at in [end + 8, end + 10] {
        bytes[at] -= 1;
    }
    assert_snapshot!("fewer_entries_promised", ground.refusal(&bytes));
}

#[test]
fn a_bomb_is_given_up_at_its_first_byte_too_many() {
    let ground = Ground::new();
    let (zeros, listed) = (64_u32 << 20, 1_000_u32);
    let bomb = Forged::small().listing("bomb", listed.into(), "00").zeros("bomb", zeros.into()).finish();
    assert!(bomb.len() < 100_000);
    assert_snapshot!("bomb_larger_than_listed", ground.refusal(&bomb));
    // As its own headers and the list have it, it is small; as its headers have it, it is too large.
    let says = |length: u32| replaced(bomb.clone(), &zeros.to_le_bytes(), &length.to_le_bytes());
    assert_snapshot!("bomb_larger_than_its_headers", ground.refusal(&says(listed)));
    assert_snapshot!("bomb_too_large", ground.refusal(&says(600 << 20)));
    let listed = Forged::small().listing("bomb", 10 << 30, "00").adding("bomb", b"four").finish();
    assert_snapshot!("bomb_too_large_in_the_list", ground.refusal(&listed));
}

#[test]
fn many_entries_that_are_each_large_are_refused_together() {
    let ground = Ground::new();
    let listed = |forged: Forged, at: u32| {
        forged.listing(&format!("{at}"), 512 << 20, "00").adding(&format!("{at}"), b"small")
    };
    let refusal = ground.refusal(&(0..5).fold(Forged::small(), listed).finish());
    assert_snapshot!("large_together", refusal);
}

#[test]
fn a_pipe_or_a_folder_is_no_capsule_and_is_not_waited_for() {
    let ground = Ground::new();
    assert!(matches!(plimsoll_capsule::Capsule::open(ground.folder()), Err(CapsuleError::NotAFile { .. })));
    let refused = plimsoll_capsule::Capsule::open(std::path::Path::new("/dev/zero"));
    assert!(matches!(refused, Err(CapsuleError::NotAFile { .. })));
}

/// An archive with a million entries in its directory, as ZIP64 has it.
fn a_million() -> Vec<u8> {
    const COUNT: u64 = 1_000_000;
    let mut bytes = b"PK\x03\x04".to_vec();
    let starts = bytes.len() as u64;
    for at in 0..COUNT {
        let mut header = [0; 46];
        header[..4].copy_from_slice(b"PK\x01\x02");
        header[28] = 7;
        bytes.extend_from_slice(&header);
        bytes.extend_from_slice(format!("{at:07}").as_bytes());
    }
    let end = bytes.len() as u64;
    let words = [COUNT, COUNT, end - starts, starts].map(u64::to_le_bytes).concat();
    bytes
        .extend([b"PK\x06\x06".as_slice(), &44_u64.to_le_bytes(), &[45, 0, 45, 0], &[0; 8], &words].concat());
    bytes.extend([b"PK\x06\x07".as_slice(), &[0; 4], &end.to_le_bytes(), &[1, 0, 0, 0]].concat());
    bytes.extend([b"PK\x05\x06".as_slice(), &[0; 4], &[0xff; 12], &[0; 2]].concat());
    bytes
}
