//! Small modules of WASI 0.1, written as text: right ones and wrong ones.

/// A command whose entry has this body.
pub(crate) fn command(body: &str) -> Vec<u8> {
    asking("", "", body)
}

/// A command that ends with this code.
pub(crate) fn exits(code: i32) -> Vec<u8> {
    command(&format!("(call $exit (i32.const {code}))"))
}

/// A command that prints the value of the first environment variable it gets.
pub(crate) fn prints_first_variable() -> Vec<u8> {
    asking(
        r#"(import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
           (import "wasi_snapshot_preview1" "environ_get" (func $get (param i32 i32) (result i32)))"#,
        "",
        // Names and values stand from 1024 on, each as `name=value` and a zero.
        "(local $at i32) (local $length i32)
         (drop (call $sizes (i32.const 64) (i32.const 68)))
         (if (i32.eqz (i32.load (i32.const 64))) (then (call $exit (i32.const 1))))
         (drop (call $get (i32.const 128) (i32.const 1024)))
         (local.set $at (i32.load (i32.const 128)))
         (loop $name
           (local.set $at (i32.add (local.get $at) (i32.const 1)))
           (br_if $name (i32.ne (i32.load8_u (i32.sub (local.get $at) (i32.const 1))) (i32.const 61))))
         (loop $value
           (if (i32.load8_u (i32.add (local.get $at) (local.get $length))) (then
             (local.set $length (i32.add (local.get $length) (i32.const 1)))
             (br $value))))
         (call $print (local.get $at) (local.get $length))",
    )
}

/// A command that prints its name and arguments, each with a zero behind it.
pub(crate) fn prints_arguments() -> Vec<u8> {
    asking(
        r#"(import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
           (import "wasi_snapshot_preview1" "args_get" (func $get (param i32 i32) (result i32)))"#,
        "",
        "(drop (call $sizes (i32.const 64) (i32.const 68)))
         (drop (call $get (i32.const 128) (i32.const 1024)))
         (call $print (i32.const 1024) (i32.load (i32.const 68)))",
    )
}

/// A command that prints eight random bytes.
pub(crate) fn prints_random_bytes() -> Vec<u8> {
    asking(
        r#"(import "wasi_snapshot_preview1" "random_get" (func $draw (param i32 i32) (result i32)))"#,
        "",
        "(drop (call $draw (i32.const 64) (i32.const 8))) (call $print (i32.const 64) (i32.const 8))",
    )
}

/// A command that exits with 1 where the wall clock stands elsewhere than at its beginning.
pub(crate) fn wants_clock() -> Vec<u8> {
    asking(
        r#"(import "wasi_snapshot_preview1" "clock_time_get" (func $now (param i32 i64 i32) (result i32)))"#,
        "",
        "(drop (call $now (i32.const 0) (i64.const 1) (i32.const 64)))
         (call $exit (i64.ne (i64.load (i32.const 64)) (i64.const 0)))",
    )
}

/// A command that exits with 1 where the monotonic clock is at zero.
pub(crate) fn tells_whether_its_clock_is_zero() -> Vec<u8> {
    asking(
        r#"(import "wasi_snapshot_preview1" "clock_time_get" (func $now (param i32 i64 i32) (result i32)))"#,
        "",
        "(drop (call $now (i32.const 1) (i64.const 1) (i32.const 64)))
         (call $exit (i64.eqz (i64.load (i32.const 64))))",
    )
}

/// A command that exits with 1 where it gets a folder.
pub(crate) fn wants_folders() -> Vec<u8> {
    asking(
        r#"(import "wasi_snapshot_preview1" "fd_prestat_get" (func $folder (param i32 i32) (result i32)))"#,
        "",
        "(call $exit (i32.eqz (call $folder (i32.const 3) (i32.const 64))))",
    )
}

/// A command that writes this to standard error and traps.
pub(crate) fn complains(text: &str) -> Vec<u8> {
    asking(
        "",
        &format!("(data (i32.const 1024) \"{text}\")"),
        &format!("(call $write (i32.const 2) (i32.const 1024) (i32.const {})) unreachable", text.len()),
    )
}

/// A command with so many imports that no host has.
pub(crate) fn wants_much(imports: u32) -> Vec<u8> {
    let wanted: String = (0..imports).map(|n| format!("(import \"acme\" \"{n}\" (func))")).collect();
    asking(&wanted, "", "")
}

/// A command that imports what other hosts have.
pub(crate) fn wants_sockets() -> Vec<u8> {
    asking(
        r#"(import "wasi_snapshot_preview1" "sock_open" (func (param i32 i32 i32) (result i32)))
           (import "env" "emscripten_resize_heap" (func (param i32) (result i32)))"#,
        "",
        "",
    )
}

/// A command that imports a function of the host with another type.
pub(crate) fn misshapen() -> Vec<u8> {
    binary(r#"(module (import "wasi_snapshot_preview1" "fd_write" (func)) (func (export "_start")))"#)
}

/// A module without an entry.
pub(crate) fn library() -> Vec<u8> {
    binary("(module (func (export \"run\")))")
}

/// A command whose memory begins with so many pages of 64 KiB.
pub(crate) fn with_pages(pages: u32) -> Vec<u8> {
    binary(&format!("(module (memory (export \"memory\") {pages}) (func (export \"_start\")))"))
}

/// A command that loops for ever while it is instantiated.
pub(crate) fn never_begins() -> Vec<u8> {
    binary("(module (func $begin (loop $again (br $again))) (start $begin) (func (export \"_start\")))")
}

/// A command with so many bytes of data, none of which is zero.
pub(crate) fn with_data(bytes: usize) -> Vec<u8> {
    let pages = bytes.div_ceil(1 << 16);
    binary(&format!(
        "(module (memory (export \"memory\") {pages}) (data (i32.const 0) \"{}\") (func (export \"_start\")))",
        "x".repeat(bytes)
    ))
}

/// A command that prints what it reads from standard input.
pub(crate) fn echoes() -> Vec<u8> {
    asking(
        READ,
        READS,
        "(loop $more
           (if (call $read (i32.const 0)) (then
             (call $print (i32.const 2048) (i32.load (i32.const 40)))
             (br $more))))",
    )
}

/// A command that prints `/in/a`, and fails where it can make `/in/b`, or finds `/out/made`, which it makes.
pub(crate) fn uses_folders() -> Vec<u8> {
    // Folders are opened in order: 3 is `/in`, 4 is `/out`. 5 asks for a file that is not there yet; the rights to read
    // and to write are 2 and 64.
    asking(
        &format!(
            r#"{READ}
            (import "wasi_snapshot_preview1" "path_open"
              (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))"#
        ),
        &format!(r#"{READS} (data (i32.const 1024) "a") (data (i32.const 1032) "b") (data (i32.const 1040) "made")
           (func $in (param $folder i32) (param $name i32) (param $length i32) (param $how i32) (param $rights i64) (result i32)
             (call $open (local.get $folder) (i32.const 0) (local.get $name) (local.get $length) (local.get $how)
               (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 48)))"#),
        "(if (call $in (i32.const 3) (i32.const 1024) (i32.const 1) (i32.const 0) (i64.const 2)) (then (call $exit (i32.const 2))))
         (drop (call $read (i32.load (i32.const 48))))
         (call $print (i32.const 2048) (i32.load (i32.const 40)))
         (if (i32.eqz (call $in (i32.const 3) (i32.const 1032) (i32.const 1) (i32.const 1) (i64.const 64)))
           (then (call $exit (i32.const 3))))
         (if (call $in (i32.const 4) (i32.const 1040) (i32.const 4) (i32.const 5) (i64.const 64))
           (then (call $exit (i32.const 4))))
         (call $write (i32.load (i32.const 48)) (i32.const 1040) (i32.const 4))",
    )
}

/// Reads up to 4 KiB to 2048; how many there are stands at 40.
const READS: &str = "(func $read (param $from i32) (result i32)
    (i32.store (i32.const 32) (i32.const 2048))
    (i32.store (i32.const 36) (i32.const 4096))
    (if (call $fd_read (local.get $from) (i32.const 32) (i32.const 1) (i32.const 40)) (then unreachable))
    (i32.load (i32.const 40)))";
const READ: &str =
    r#"(import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))"#;

fn asking(imports: &str, parts: &str, body: &str) -> Vec<u8> {
    binary(&format!(
        r#"(module
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
          {imports}
          (memory (export "memory") 1)
          {parts}
          (func $write (param $to i32) (param $at i32) (param $length i32)
            (i32.store (i32.const 16) (local.get $at))
            (i32.store (i32.const 20) (local.get $length))
            (if (call $fd_write (local.get $to) (i32.const 16) (i32.const 1) (i32.const 24)) (then unreachable)))
          (func $print (param $at i32) (param $length i32)
            (call $write (i32.const 1) (local.get $at) (local.get $length)))
          (func $run (export "_start") {body}))"#
    ))
}

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's module is well written")
}
