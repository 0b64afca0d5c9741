use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::sync::Arc;

use plimsoll_model::{
    Artifact, Availability, Doing, Form, Held, LaneRecord, LaneSpec, Limits, Origin, Workload,
};
use plimsoll_runtime::{BoxFuture, Conditions, Prepared, Runtime, RuntimeError, Unfit, artifact_file};

use crate::code_at::CodeIn;
use crate::parent::by_hand;
use crate::parent::choice;
use crate::parent::compile::compile;
use crate::parent::compiled::Compiled;
use crate::parent::describe::OfHost;
use crate::parent::figures;
use crate::parent::ground::Ground;
use crate::parent::hosts;
use crate::parent::kept_code::{CodeFacts, CodeOf};
use crate::parent::lane::Lane;
use crate::parent::link::Greeting;
use crate::parent::making;
use crate::parent::pulled::Arrived;
use crate::parent::recipe::Recipe;
use crate::parent::scratch::{self, Scratch};
use crate::{Compiler, Wasi, WasmtimeError};

/// One lane on the ground that it shares with its family.
#[derive(Debug)]
pub(super) struct WasmtimeRuntime {
    lane: Lane,
    ground: Arc<Ground>,
}

impl WasmtimeRuntime {
    pub(super) fn new(lane: Lane, ground: Arc<Ground>) -> Self {
        Self { lane, ground }
    }

    async fn compiled(&self, workload: &Workload, conditions: &Conditions) -> Result<Compiled, RuntimeError> {
        let parameters = self.lane.parameters;
        let artifact = self.accepts(workload)?;
        let pulled = self.ground.pulled().of(artifact, &conditions.owner.run).await?;
        let form = match &pulled {
            Some(pulled) => form_of(pulled, artifact, workload)?,
            None => artifact.form,
        };
        let worker = self.ground.worker()?;
        let hosts = hosts::resolve(&workload.grants.hosts).await?;
        let scratch = Scratch::create(&std::env::temp_dir(), &conditions.owner)?;
        let wasm = match &pulled {
            Some(pulled) => scratch.keep(&format!("{form}.wasm"), &pulled.wasm.bytes)?,
            None => making::wasm(artifact_file(workload, form)?, form, parameters.compile, &scratch)?,
        };
        let code = making::code_at(wasm, form, parameters.compile, &scratch);
        let tuning = parameters.tuning(!self.ground.swaps());
        let digest = figures::digest_of(&code.wasm)?;
        let CodeFacts { wasi, took_ns } = {
            let _telling = self.ground.ongoing.begin(format!("compiling `{}`", artifact.name));
            let of = CodeOf {
                digest: digest.clone(),
                kind: workload.kind(),
                memory_bytes: conditions.limits.memory_bytes,
                tuning: tuning.of_code(),
            };
            let make = |code| compile(&worker, code, tuning, workload, conditions, self.ground.cgroups());
            making::make(&code, of, &scratch, self.ground.code(), make).await?
        };
        let mapped = match &code.kept {
            CodeIn::File { compiled } => Some(compiled.as_path()),
            CodeIn::Cache { .. } | CodeIn::Nowhere => None,
        };
        let (mut figures, mut digests) = figures::of_files(form, &code.wasm, mapped, &worker)?;
        if digests.get(&form.to_string()) != Some(&digest) {
            return Err(WasmtimeError::Changed { path: code.wasm }.into());
        }
        figures.extend(figures::of_compiling(&code.kept, took_ns));
        if let Some(pulled) = pulled {
            figures.push(figures::of_pulling(pulled.took_ns));
            digests.insert("pulled".to_owned(), pulled.pinned(&artifact.source));
        }
        let spoken = how_it_runs(wasi, &artifact.name);
        let warnings = spoken.into_iter().chain(hosts::remark(form, &workload.grants.hosts)).collect();
        let stdin = workload.job.stdin().map(|bytes| scratch.keep("stdin", bytes)).transpose()?;
        let recipe = Recipe {
            worker,
            code,
            wasi,
            tuning,
            stdin,
            hosts,
            workload: workload.clone(),
            conditions: conditions.clone(),
            cgroups: self.ground.cgroups().clone(),
        };
        Ok(Compiled {
            start: parameters.begin,
            recipe: Arc::new(recipe),
            scratch,
            digests,
            figures,
            warnings,
        })
    }
}

impl Runtime for WasmtimeRuntime {
    fn spec(&self) -> LaneSpec {
        self.lane.spec()
    }

    fn record(&self) -> LaneRecord {
        let gaps: Vec<String> = self.ground.cgroups().unlimited().iter().map(ToString::to_string).collect();
        let unlimited = (!gaps.is_empty()).then(|| gaps.join("; "));
        self.lane.record(OfHost { unlimited, swaps: self.ground.swaps() })
    }

    fn availability(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async {
            if let Some(unavailable) = no_code_for(self.lane.parameters.compiler, ARCH) {
                return unavailable;
            }
            let temporary = std::env::temp_dir();
            if let Some(problem) = scratch::problem(&temporary) {
                let remedy = "name a folder on another disk in `TMPDIR`".to_owned();
                return Availability::Unavailable { problem, remedy };
            }
            match self.ground.greeting().await {
                Ok(Greeting { wasmtime, worker }) => {
                    Availability::Available { detail: format!("Wasmtime {wasmtime}, worker {worker}") }
                }
                Err(error) => Availability::Unavailable {
                    problem: error.to_string(),
                    remedy: "cargo build --release --package plimsoll-runtime-wasmtime".to_owned(),
                },
            }
        })
    }

    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>> {
        Box::pin(async {
            match self.ground.greeting().await {
                Ok(Greeting { wasmtime, worker }) => BTreeMap::from([
                    ("wasmtime".to_owned(), wasmtime.clone()),
                    ("plimsoll-worker".to_owned(), worker.clone()),
                ]),
                Err(_) => BTreeMap::new(),
            }
        })
    }

    fn held(&self) -> BoxFuture<'_, Option<Held>> {
        Box::pin(async { None })
    }

    fn accepts<'w>(&self, workload: &'w Workload) -> Result<&'w Artifact, Unfit> {
        let artifact = choice::artifact(workload)?;
        if self.lane.parameters.reuse.is_kept() && !workload.kind().serves() {
            let why = "it is a command, which is run once, and an instance of the lane answers one request after another";
            let (workload, lane) = (workload.name.clone(), self.lane.slug.clone());
            return Err(Unfit::OtherKind { workload, lane, why });
        }
        Ok(artifact)
    }

    fn prepare<'a>(
        &'a self,
        workload: &'a Workload,
        conditions: &'a Conditions,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, RuntimeError>> {
        Box::pin(async { Ok(Box::new(self.compiled(workload, conditions).await?) as Box<dyn Prepared>) })
    }

    fn by_hand(&self, limits: &Limits) -> Vec<String> {
        by_hand::lines(self.lane.parameters, limits)
    }

    fn doing(&self) -> Option<Doing> {
        self.ground.ongoing.told()
    }
}

/// That a compiler makes no code for an architecture; `None` where it does.
fn no_code_for(compiler: Compiler, arch: &str) -> Option<Availability> {
    let only = compiler.only_for().filter(|only| !only.contains(&arch))?;
    Some(Availability::Unavailable {
        problem: format!(
            "{} makes code for {}, and this machine is `{arch}`",
            compiler.name(),
            only.join(" and ")
        ),
        remedy: "measure in a lane whose parameter `compiler` is `cranelift` or `pulley`".to_owned(),
    })
}

/// What is run: on a command line nobody tells the kind of what is pulled, in a manifest its key does.
fn form_of(pulled: &Arrived, artifact: &Artifact, workload: &Workload) -> Result<Form, RuntimeError> {
    let (found, named) = (pulled.form, artifact.form);
    match workload.origin {
        Origin::Folder(_) if found != named => {
            Err(WasmtimeError::OtherForm { from: artifact.name.clone(), found, named }.into())
        }
        _ if found == Form::Module && workload.kind().serves() => Err(Unfit::module_serves(workload).into()),
        _ => Ok(found),
    }
}

/// What a reader of the run should know of what is spoken, where it is not the WASI of most components.
fn how_it_runs(wasi: Wasi, name: &str) -> Option<String> {
    match wasi {
        Wasi::Preview1 => Some(format!(
            "`{name}` is a module of WASI 0.1: it runs through Wasmtime's own preview 1, as with `wasmtime run`, and \
             through no adapter inside a component"
        )),
        Wasi::Preview2 => None,
        Wasi::Preview3 => Some(format!(
            "`{name}` is a component of WASI 0.3: its engine lets tasks wait side by side, which one for WASI 0.2 alone does \
             not, so part of what sets it apart from such a component is the engine's"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_that_makes_no_code_for_this_machine_is_told_with_others() {
        for compiler in [Compiler::Cranelift, Compiler::Winch, Compiler::Pulley] {
            assert_eq!(no_code_for(compiler, "x86_64"), None);
        }
        let Some(Availability::Unavailable { problem, remedy }) = no_code_for(Compiler::Winch, "riscv64")
        else {
            panic!("it makes none")
        };
        assert!(problem.contains("Winch") && problem.contains("`riscv64`"), "{problem}");
        assert!(remedy.contains("`cranelift`"), "{remedy}");
        assert_eq!(no_code_for(Compiler::Pulley, "riscv64"), None);
    }
}
