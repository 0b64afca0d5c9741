//! What this host gives to guests, by name: known before anything is compiled.

use crate::Wasi;

/// What components are given, in words that a verb follows.
pub(super) const TO_COMPONENTS: &str = "WASI 0.2 and 0.3.0 are";

/// What modules are given, likewise.
pub(super) const TO_MODULES: &str = "WASI 0.1 is";

/// The interfaces of WASI 0.2 that a component may import.
const OF_0_2: [&str; 29] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:http/outgoing-handler",
    "wasi:http/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

/// The interfaces of WASI 0.3 that a component may import.
const OF_0_3: [&str; 22] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/system-clock",
    "wasi:clocks/types",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:http/client",
    "wasi:http/types",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/types",
];

/// What all imports of a module of WASI 0.1 begin with.
const PREVIEW1: &str = "wasi_snapshot_preview1.";

/// The functions that such a module may import.
const FUNCTIONS: [&str; 46] = [
    "args_get",
    "args_sizes_get",
    "clock_res_get",
    "clock_time_get",
    "environ_get",
    "environ_sizes_get",
    "fd_advise",
    "fd_allocate",
    "fd_close",
    "fd_datasync",
    "fd_fdstat_get",
    "fd_fdstat_set_flags",
    "fd_fdstat_set_rights",
    "fd_filestat_get",
    "fd_filestat_set_size",
    "fd_filestat_set_times",
    "fd_pread",
    "fd_prestat_dir_name",
    "fd_prestat_get",
    "fd_pwrite",
    "fd_read",
    "fd_readdir",
    "fd_renumber",
    "fd_seek",
    "fd_sync",
    "fd_tell",
    "fd_write",
    "path_create_directory",
    "path_filestat_get",
    "path_filestat_set_times",
    "path_link",
    "path_open",
    "path_readlink",
    "path_remove_directory",
    "path_rename",
    "path_symlink",
    "path_unlink_file",
    "poll_oneoff",
    "proc_exit",
    "proc_raise",
    "random_get",
    "sched_yield",
    "sock_accept",
    "sock_recv",
    "sock_send",
    "sock_shutdown",
];

/// Whether a component may import this.
pub(super) fn to_component(import: &str) -> bool {
    let (interface, _) = import.split_once('@').unwrap_or((import, ""));
    match Wasi::of_interface(import) {
        Some(Wasi::Preview2) => OF_0_2.binary_search(&interface).is_ok(),
        Some(Wasi::Preview3) => OF_0_3.binary_search(&interface).is_ok(),
        Some(Wasi::Preview1) | None => false,
    }
}

/// Whether a module may import this, by module and field.
pub(super) fn to_module(import: &str) -> bool {
    import.strip_prefix(PREVIEW1).is_some_and(|function| FUNCTIONS.binary_search(&function).is_ok())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use plimsoll_model::Grants;
    use wasmtime::Engine;

    use super::*;
    use crate::Interrupt;
    use crate::protocol::Rights;
    use crate::worker::module::{self, ModuleGuest};
    use crate::worker::output::{Capture, Keep};

    #[test]
    fn wasi_0_2_and_0_3_are_given_to_components_and_no_other() {
        assert!(to_component("wasi:io/streams@0.2.6"));
        assert!(to_component("wasi:http/types@0.2.0"));
        assert!(!to_component("wasi:http/incoming-handler@0.2.0"));
        assert!(!to_component("wasi:io/streams@0.3.0"));
        assert!(to_component("wasi:http/client@0.3.0"));
        assert!(to_component("wasi:clocks/system-clock@0.3.2"));
        assert!(!to_component("wasi:http/handler@0.3.0"));
        assert!(!to_component("wasi:http/client@0.3.0-rc-2025-09-16"));
        assert!(!to_component("wasi:http/client@0.4.0"));
        assert!(!to_component("wasi:io/streams@0.20.0"));
        assert!(!to_component("acme:billing/ledger"));
        assert!(!to_component("wasi:keyvalue/store@0.2.0-draft"));
    }

    #[test]
    fn interfaces_can_be_searched() {
        assert!(OF_0_2.is_sorted() && OF_0_3.is_sorted() && FUNCTIONS.is_sorted());
    }

    #[test]
    fn the_functions_for_modules_are_those_that_are_linked() {
        let engine = Engine::default();
        let linker = module::linker(&engine).unwrap();
        let rights = Rights {
            grants: Grants::default(),
            arguments: Vec::new(),
            stdin: None,
            folders: Vec::new(),
            hosts: Vec::new(),
            memory_bytes: 0,
            output_bytes: 0,
        };
        let guest = ModuleGuest::with_output(Arc::new(rights), Capture::new(Keep::First(0)));
        let mut linked: Vec<String> = linker
            .iter(guest.into_store(&engine, Interrupt::None))
            .map(|(module, name, _)| format!("{module}.{name}"))
            .collect();
        linked.sort();
        assert_eq!(linked, FUNCTIONS.map(|function| format!("{PREVIEW1}{function}")));
        assert!(linked.iter().all(|name| to_module(name)) && !to_module("wasi_snapshot_preview1.sock_open"));
    }
}
