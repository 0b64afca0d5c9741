use plimsoll_runtime::FirstNames;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};
use wasmparser::types::Types;
use wasmparser::{Parser, Payload, Validator};

use crate::Wasi;
use crate::worker::{elsewhere, offer};

/// The smallest page of a memory, where none is told, as a power of two of bytes.
const PAGE: u32 = 16;

/// What an artifact asks of its host, read before anything is compiled. Takes no more memory than its words,
/// however much it asks for.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// What it imports that this host lacks.
    pub(super) missing: FirstNames,
    /// What it exports.
    pub(super) exports: FirstNames,
    /// Whether it exports what it has to.
    pub(super) has_entry: bool,
    /// The versions of WASI that are among what it imports and exports, each once, as they are met.
    pub(super) speaks: Vec<Wasi>,
    /// The largest memory that a part of it begins with, in bytes.
    pub(super) memory_bytes: u64,
}

impl Needs {
    /// Of a component, which has to export an interface. Ends at what is wrong: Wasmtime has the words for that.
    pub(super) fn of_component(bytes: &[u8], is_entry: impl FnMut(&str) -> bool) -> Self {
        let mut types = None;
        Self::read(bytes, is_entry, |name| {
            offer::to_component(name) || is_of_types_alone(bytes, name, &mut types)
        })
    }

    /// Of a module, which has to export a function.
    pub(super) fn of_module(bytes: &[u8], entry: &str) -> Self {
        Self::read(bytes, |name| name == entry, offer::to_module)
    }

    fn read(
        bytes: &[u8],
        mut is_entry: impl FnMut(&str) -> bool,
        mut is_provided: impl FnMut(&str) -> bool,
    ) -> Self {
        let mut needs = Self::default();
        let mut within = 0_usize;
        let mut import = |needs: &mut Self, name: &str| {
            needs.speak(name);
            if !is_provided(name) {
                needs.missing.add(name, elsewhere::elsewhere(name));
            }
        };
        let mut export = |needs: &mut Self, name: &str| {
            needs.has_entry |= is_entry(name);
            needs.speak(name);
            needs.exports.add(name, None);
        };
        for payload in Parser::new(0).parse_all(bytes) {
            match payload {
                Ok(Payload::ModuleSection { .. } | Payload::ComponentSection { .. }) => within += 1,
                Ok(Payload::End(_)) => within = within.saturating_sub(1),
                Ok(Payload::MemorySection(memories)) => {
                    for memory in memories.into_iter().map_while(Result::ok) {
                        let page = memory.page_size_log2.unwrap_or(PAGE);
                        let begins = memory.initial.saturating_mul(1 << page.min(PAGE));
                        needs.memory_bytes = needs.memory_bytes.max(begins);
                    }
                }
                // What a part imports, another part or the whole gives it.
                Ok(_) if within > 0 => {}
                Ok(Payload::ImportSection(imports)) => {
                    for found in imports.into_imports().map_while(Result::ok) {
                        import(&mut needs, &format!("{}.{}", found.module, found.name));
                    }
                }
                Ok(Payload::ComponentImportSection(imports)) => {
                    for found in imports.into_iter().map_while(Result::ok) {
                        import(&mut needs, found.name.name);
                    }
                }
                Ok(Payload::ExportSection(exports)) => {
                    for found in exports.into_iter().map_while(Result::ok) {
                        export(&mut needs, found.name);
                    }
                }
                Ok(Payload::ComponentExportSection(exports)) => {
                    for found in exports.into_iter().map_while(Result::ok) {
                        export(&mut needs, found.name.name);
                    }
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        needs
    }

    fn speak(&mut self, name: &str) {
        let wasi = Wasi::of_interface(name).or_else(|| offer::to_module(name).then_some(Wasi::Preview1));
        self.speaks.extend(wasi.filter(|wasi| !self.speaks.contains(wasi)));
    }
}

/// Whether an imported instance holds nothing but types that need no host, as those do that an interface borrows from.
/// The component is looked through once, when the first such import is met.
fn is_of_types_alone(bytes: &[u8], import: &str, types: &mut Option<Option<Types>>) -> bool {
    let types = types.get_or_insert_with(|| Validator::new().validate_all(bytes).ok());
    let Some(types) = types.as_ref().map(|types| types.as_ref()) else { return false };
    let Some(ComponentEntityType::Instance(instance)) =
        types.component_item_for_import(import).map(|item| item.ty)
    else {
        return false;
    };
    types[instance].exports.values().all(|item| {
        matches!(item.ty, ComponentEntityType::Type { created, .. }
            if !matches!(created, ComponentAnyTypeId::Resource(_)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(text: &str) -> Needs {
        Needs::of_module(&wat::parse_str(text).unwrap(), "_start")
    }

    #[test]
    fn a_module_tells_its_imports_its_entry_and_its_memory() {
        let needs = module(
            r#"(module (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
                 (import "env" "abort" (func)) (memory 3) (func (export "_start")))"#,
        );
        assert!(needs.has_entry);
        assert!(needs.missing.to_string().starts_with("`env.abort` (JavaScript"), "{}", needs.missing);
        assert_eq!(needs.memory_bytes, 3 << 16);
        assert_eq!(module("(module)").exports.to_string(), "nothing");
    }

    #[test]
    fn ten_thousand_imports_are_told_by_ten() {
        let imports: String =
            (0..10_000).map(|n| format!("(import \"{}\" \"{n}\" (func))", "x".repeat(1_000))).collect();
        let told = module(&format!("(module {imports})")).missing.to_string();
        assert!(told.ends_with(" and 9990 more") && told.len() < 2_000, "{told}");
    }

    #[test]
    fn a_component_s_parts_may_import_what_it_gives_them_and_types_alone_need_no_host() {
        let text = r#"(component
            (import "acme:shapes/types@1.0.0" (instance (type $p (record (field "x" u32))) (export "point" (type (eq $p)))))
            (import "acme:shapes/draw@1.0.0" (instance (export "draw" (func))))
            (import "acme:shapes/pens@1.0.0" (instance (export "pen" (type (sub resource)))))
            (core module (import "env" "abort" (func)) (memory 2)))"#;
        let needs = Needs::of_component(&wat::parse_str(text).unwrap(), |_| false);
        assert_eq!(needs.missing.to_string(), "`acme:shapes/draw@1.0.0`, `acme:shapes/pens@1.0.0`");
        assert_eq!((needs.has_entry, needs.memory_bytes), (false, 2 << 16));
    }
}
