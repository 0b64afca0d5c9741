//! Who provides what this host does not: the one place that knows.

use crate::Wasi;

/// How an import begins, and where it is had.
const KNOWN: [(&str, &str); 25] = [
    ("wasi:keyvalue/", "wasmCloud and Spin provide it"),
    ("wasi:config/", "wasmCloud and Spin provide it"),
    ("wasi:blobstore/", "wasmCloud provides it"),
    ("wasi:messaging/", "wasmCloud provides it"),
    ("wasi:logging/", "wasmCloud provides it"),
    ("wasi:sql/", "a proposal, which Spin once provided"),
    ("wasi:nn/", "the command `wasmtime` provides it with `-S nn`"),
    ("wasi:tls/", "the command `wasmtime` provides it with `-S tls`"),
    ("wasi:webgpu/", "a proposal, which hosts with a graphics card provide"),
    (
        "wasi:http/incoming-handler",
        "a component in front of a service imports it: compose the two with `wac plug`",
    ),
    ("wasi:http/handler", "a component in front of a service imports it: compose the two with `wac plug`"),
    ("fermyon:spin/", "Spin provides it"),
    ("spin:", "Spin provides it"),
    ("fastly:", "Fastly Compute provides it"),
    ("wasmcloud:", "wasmCloud provides it"),
    ("wasi_unstable.", "preview 0 of WASI, from before 2020: build it again with a compiler of today"),
    ("wasi_snapshot_preview1.sock_", "WasmEdge provides it"),
    ("wasi_ephemeral_nn.", "the command `wasmtime` and WasmEdge provide it"),
    ("wasi.thread-spawn", "threads: build it for `wasm32-wasip1`, without them"),
    ("env.memory", "a memory from outside, as for threads or a web page: build it for `wasm32-wasip1`"),
    ("env.", "JavaScript around it provides it, as Emscripten writes it: build it for `wasm32-wasip1`"),
    ("__wbindgen", "JavaScript of wasm-bindgen provides it: build it for `wasm32-wasip1`"),
    ("wbg.", "JavaScript of wasm-bindgen provides it: build it for `wasm32-wasip1`"),
    ("gojs.", "JavaScript provides it: build it with `GOOS=wasip1`"),
    ("go.", "JavaScript provides it: build it with `GOOS=wasip1`"),
];

/// Of a package of WASI in a version that this host does not have.
const ANOTHER_WASI: &str = "of another WASI than the 0.2 and the 0.3.0 of this Plimsoll: build it for `wasm32-wasip2`, or with bindings of 0.3.0";

/// Where an import is had; `None` where that is not known.
pub(super) fn elsewhere(import: &str) -> Option<&'static str> {
    let known = KNOWN.iter().find(|(begins, _)| import.starts_with(begins)).map(|(_, place)| *place);
    known.or_else(|| is_another_wasi(import).then_some(ANOTHER_WASI))
}

fn is_another_wasi(import: &str) -> bool {
    import.starts_with("wasi:") && import.contains('@') && Wasi::of_interface(import).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_hosts_provide_is_known_by_how_it_begins() {
        for (import, place) in [
            ("wasi:keyvalue/store@0.2.0-draft", "wasmCloud and Spin"),
            ("wasi:nn/tensor@0.2.0-rc-2024-10-28", "`-S nn`"),
            ("spin:postgres/postgres@4.0.0", "Spin provides it"),
            ("fermyon:spin/key-value@2.0.0", "Spin provides it"),
            ("wasmcloud:bus/lattice@1.0.0", "wasmCloud provides it"),
            ("wasi:io/streams@0.4.0", "another WASI than the 0.2"),
            ("wasi:http/client@0.3.0-rc-2025-09-16", "the 0.3.0 of this Plimsoll"),
            ("wasi:http/handler@0.3.0", "`wac plug`"),
            ("wasi:clocks/system-clock@0.3.0", ""),
            ("wasi:clocks/wall-clock@0.2.1", ""),
            ("wasi_unstable.fd_write", "preview 0"),
            ("wasi_snapshot_preview1.sock_open", "WasmEdge"),
            ("env.emscripten_resize_heap", "Emscripten"),
            ("acme:billing/ledger@1.2.3", ""),
        ] {
            let told = elsewhere(import).unwrap_or_default();
            assert!(told.contains(place) && told.is_empty() == place.is_empty(), "{import}: {told}");
        }
    }

    #[test]
    fn no_beginning_hides_behind_a_shorter_one() {
        for (at, (begins, _)) in KNOWN.iter().enumerate() {
            assert!(KNOWN[..at].iter().all(|(before, _)| !begins.starts_with(before)), "{begins}");
        }
    }
}
