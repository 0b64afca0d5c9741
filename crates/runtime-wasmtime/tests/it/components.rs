//! Small components, written as text: right ones and each kind of wrong one.

/// A command whose `run` has this body; 0 is success.
pub(crate) fn command(body: &str) -> Vec<u8> {
    asking("", "", "", body)
}

/// A service whose `handle` has this body, in which `$asked` is kept from call to call. It never answers.
pub(crate) fn service(body: &str) -> Vec<u8> {
    binary(&format!(
        r#"(component
          (import "wasi:http/types@0.2.0" (instance $types
            (export "incoming-request" (type (sub resource)))
            (export "response-outparam" (type (sub resource)))))
          (alias export $types "incoming-request" (type $request))
          (alias export $types "response-outparam" (type $out))
          (core module $m
            (global $asked (mut i32) (i32.const 0))
            (func (export "handle") (param i32 i32) {body}))
          (core instance $i (instantiate $m))
          (func $handle (param "request" (own $request)) (param "response-out" (own $out))
            (canon lift (core func $i "handle")))
          (instance $handler (export "handle" (func $handle)))
          (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))"#
    ))
}

/// A command that succeeds only where it gets no environment variable.
pub(crate) fn wants_environment() -> Vec<u8> {
    asking(
        r#"(import "wasi:cli/environment@0.2.0" (instance $environment
             (export "get-environment" (func (result (list (tuple string string)))))))
           (core func $get (canon lower (func $environment "get-environment")
             (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))"#,
        r#"(with "host" (instance (export "get" (func $get))))"#,
        r#"(import "host" "get" (func $get (param i32)))"#,
        "(call $get (i32.const 16)) (i32.ne (i32.load (i32.const 20)) (i32.const 0))",
    )
}

/// A command that prints the value of the first environment variable it gets.
pub(crate) fn prints_first_variable() -> Vec<u8> {
    printing(
        r#"(import "wasi:cli/environment@0.2.0" (instance $environment
             (export "get-environment" (func (result (list (tuple string string)))))))
           (core func $get (canon lower (func $environment "get-environment")
             (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))"#,
        r#"(export "get" (func $get))"#,
        r#"(import "host" "get" (func $get (param i32)))"#,
        // The list's address stands at 64, its length at 68; a value's address and length at 8 and 12 of an entry.
        "(local $first i32)
         (call $get (i32.const 64))
         (if (i32.eqz (i32.load (i32.const 68))) (then (return (i32.const 1))))
         (local.set $first (i32.load (i32.const 64)))
         (call $print (i32.load offset=8 (local.get $first)) (i32.load offset=12 (local.get $first)))
         (i32.const 0)",
    )
}

/// A command that succeeds only where it gets no folder.
pub(crate) fn wants_folders() -> Vec<u8> {
    asking(
        r#"(import "wasi:filesystem/types@0.2.0" (instance $types (export "descriptor" (type (sub resource)))))
           (alias export $types "descriptor" (type $descriptor))
           (import "wasi:filesystem/preopens@0.2.0" (instance $preopens
             (alias outer 1 $descriptor (type $outer))
             (export "descriptor" (type $d (eq $outer)))
             (export "get-directories" (func (result (list (tuple (own $d) string)))))))
           (core func $get (canon lower (func $preopens "get-directories")
             (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))"#,
        r#"(with "host" (instance (export "get" (func $get))))"#,
        r#"(import "host" "get" (func $get (param i32)))"#,
        "(call $get (i32.const 16)) (i32.ne (i32.load (i32.const 20)) (i32.const 0))",
    )
}

/// A command that succeeds only where the wall clock stands at its beginning.
pub(crate) fn wants_clock() -> Vec<u8> {
    asking(
        r#"(import "wasi:clocks/wall-clock@0.2.0" (instance $clock
             (type $record (record (field "seconds" u64) (field "nanoseconds" u32)))
             (export "datetime" (type $datetime (eq $record)))
             (export "now" (func (result $datetime)))))
           (core func $now (canon lower (func $clock "now") (memory (core memory $libc "memory"))))"#,
        r#"(with "host" (instance (export "now" (func $now))))"#,
        r#"(import "host" "now" (func $now (param i32)))"#,
        "(call $now (i32.const 16)) (i64.ne (i64.load (i32.const 16)) (i64.const 0))",
    )
}

/// A command that may not create a TCP socket; succeeds where it is refused.
pub(crate) fn wants_socket() -> Vec<u8> {
    asking(
        r#"(import "wasi:sockets/network@0.2.0" (instance $network
             (type $codes (enum "unknown" "access-denied" "not-supported" "invalid-argument" "out-of-memory"
               "timeout" "concurrency-conflict" "not-in-progress" "would-block" "invalid-state"
               "new-socket-limit" "address-not-bindable" "address-in-use" "remote-unreachable"
               "connection-refused" "connection-reset" "connection-aborted" "datagram-too-large"
               "name-unresolvable" "temporary-resolver-failure" "permanent-resolver-failure"))
             (export "error-code" (type (eq $codes)))
             (type $families (enum "ipv4" "ipv6"))
             (export "ip-address-family" (type (eq $families)))))
           (alias export $network "error-code" (type $code))
           (alias export $network "ip-address-family" (type $family))
           (import "wasi:sockets/tcp@0.2.0" (instance $tcp (export "tcp-socket" (type (sub resource)))))
           (alias export $tcp "tcp-socket" (type $socket))
           (import "wasi:sockets/tcp-create-socket@0.2.0" (instance $create
             (alias outer 1 $code (type $outer-code))
             (export "error-code" (type $c (eq $outer-code)))
             (alias outer 1 $family (type $outer-family))
             (export "ip-address-family" (type $f (eq $outer-family)))
             (alias outer 1 $socket (type $outer-socket))
             (export "tcp-socket" (type $s (eq $outer-socket)))
             (export "create-tcp-socket"
               (func (param "address-family" $f) (result (result (own $s) (error $c)))))))
           (core func $create (canon lower (func $create "create-tcp-socket") (memory (core memory $libc "memory"))))"#,
        r#"(with "host" (instance (export "create" (func $create))))"#,
        r#"(import "host" "create" (func $create (param i32 i32)))"#,
        "(call $create (i32.const 0) (i32.const 16)) (i32.eqz (i32.load8_u (i32.const 16)))",
    )
}

/// A command that prints eight random bytes.
pub(crate) fn prints_random_bytes() -> Vec<u8> {
    printing(
        r#"(import "wasi:random/random@0.2.0" (instance $random (export "get-random-u64" (func (result u64)))))
           (core func $draw (canon lower (func $random "get-random-u64")))"#,
        r#"(export "draw" (func $draw))"#,
        r#"(import "host" "draw" (func $draw (result i64)))"#,
        "(i64.store (i32.const 64) (call $draw)) (call $print (i32.const 64) (i32.const 8)) (i32.const 0)",
    )
}

/// A command that prints this many pages of 4096 zero bytes.
pub(crate) fn prints_pages(pages: u32) -> Vec<u8> {
    printing(
        "",
        "",
        "",
        &format!(
            "(local $left i32) (local.set $left (i32.const {pages}))
             (loop $again
               (call $print (i32.const 8192) (i32.const 4096))
               (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
             (i32.const 0)"
        ),
    )
}

/// A command that imports what no host has.
pub(crate) fn wants_a_ledger() -> Vec<u8> {
    asking(
        r#"(import "acme:billing/ledger@1.2.3" (instance $ledger (export "charge" (func))))
           (import "wasi:keyvalue/store@0.2.0-draft" (instance $store (export "open" (func))))"#,
        "",
        "",
        "(i32.const 0)",
    )
}

/// A component that exports nothing.
pub(crate) fn exports_nothing() -> Vec<u8> {
    binary("(component)")
}

/// A command whose table has so many elements.
pub(crate) fn with_table(elements: u32) -> Vec<u8> {
    with_parts(&format!("(table {elements} funcref)"), "(i32.const 0)")
}

/// A command whose memory begins with so many pages of 64 KiB.
pub(crate) fn with_pages(pages: u32) -> Vec<u8> {
    with_parts(&format!("(memory {pages})"), "(i32.const 0)")
}

/// A command that begins two memories of so many pages each.
pub(crate) fn with_pages_twice(pages: u32) -> Vec<u8> {
    with_parts(&format!("(memory {pages}) (memory {pages})"), "(i32.const 0)")
}

/// A command that loops for ever while it is instantiated.
pub(crate) fn never_begins() -> Vec<u8> {
    with_parts("(func $begin (loop $again (br $again))) (start $begin)", "(i32.const 0)")
}

fn with_parts(parts: &str, body: &str) -> Vec<u8> {
    binary(&format!(
        r#"(component
          (core module $m {parts} (func (export "run") (result i32) {body}))
          (core instance $i (instantiate $m))
          (func $run (result (result)) (canon lift (core func $i "run")))
          (instance $entry (export "run" (func $run)))
          (export "wasi:cli/run@0.2.0" (instance $entry)))"#
    ))
}

fn printing(imports: &str, exports: &str, core_imports: &str, body: &str) -> Vec<u8> {
    asking(
        &format!(
            r#"(import "wasi:io/error@0.2.0" (instance $errors (export "error" (type (sub resource)))))
               (alias export $errors "error" (type $error))
               (import "wasi:io/streams@0.2.0" (instance $streams
                 (export "output-stream" (type $stream (sub resource)))
                 (alias outer 1 $error (type $outer))
                 (export "error" (type $e (eq $outer)))
                 (type $failures (variant (case "last-operation-failed" (own $e)) (case "closed")))
                 (export "stream-error" (type $failure (eq $failures)))
                 (export "[method]output-stream.blocking-write-and-flush"
                   (func (param "self" (borrow $stream)) (param "contents" (list u8))
                     (result (result (error $failure)))))))
               (alias export $streams "output-stream" (type $stream))
               (import "wasi:cli/stdout@0.2.0" (instance $stdout
                 (alias outer 1 $stream (type $outer))
                 (export "output-stream" (type $s (eq $outer)))
                 (export "get-stdout" (func (result (own $s))))))
               (core func $open (canon lower (func $stdout "get-stdout")))
               (core func $write (canon lower
                 (func $streams "[method]output-stream.blocking-write-and-flush") (memory (core memory $libc "memory"))))
               {imports}"#
        ),
        &format!(
            r#"(with "host" (instance (export "open" (func $open)) (export "write" (func $write)) {exports}))"#
        ),
        &format!(
            r#"(import "host" "open" (func $open (result i32)))
               (import "host" "write" (func $write (param i32 i32 i32 i32)))
               {core_imports}
               (global $stream (mut i32) (i32.const -1))
               (func $print (param $at i32) (param $length i32)
                 (if (i32.eq (global.get $stream) (i32.const -1)) (then (global.set $stream (call $open))))
                 (call $write (global.get $stream) (local.get $at) (local.get $length) (i32.const 16))
                 (if (i32.load8_u (i32.const 16)) (then unreachable)))"#
        ),
        body,
    )
}

fn asking(imports: &str, with: &str, core_imports: &str, body: &str) -> Vec<u8> {
    binary(&format!(
        r#"(component
          (core module $memory
            (memory (export "memory") 1)
            (global $next (mut i32) (i32.const 16384))
            (func (export "realloc") (param i32 i32 i32 i32) (result i32)
              (local $at i32)
              (local.set $at (i32.and (i32.add (global.get $next) (i32.const 15)) (i32.const -16)))
              (global.set $next (i32.add (local.get $at) (local.get 3)))
              (local.get $at)))
          (core instance $libc (instantiate $memory))
          {imports}
          (core module $m
            (import "libc" "memory" (memory 1))
            {core_imports}
            (func $run (export "run") (result i32) {body}))
          (core instance $i (instantiate $m (with "libc" (instance $libc)) {with}))
          (func $run (result (result)) (canon lift (core func $i "run")))
          (instance $entry (export "run" (func $run)))
          (export "wasi:cli/run@0.2.0" (instance $entry)))"#
    ))
}

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's component is well written")
}
