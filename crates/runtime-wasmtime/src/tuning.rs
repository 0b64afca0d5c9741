use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most requests that one instance may be told to answer.
pub(crate) const MOST_REUSE: u32 = 100_000;

/// What one lane's engine and instances have otherwise than another's: told to a worker in one piece, when it compiles and
/// when it loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tuning {
    /// What the code is made by.
    pub compiler: Compiler,
    /// Where an instance's memory comes from.
    pub memory: MemoryFrom,
    /// How a guest that never ends could be stopped from within.
    pub interrupt: Interrupt,
    /// How many requests one instance answers.
    pub reuse: Reuse,
    /// Whether the kernel is asked which pages of a pooled slot were touched, where it can tell.
    pub page_scan: bool,
}

/// What the code is made by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Compiler {
    /// Cranelift, which optimises: machine code.
    #[default]
    Cranelift,
    /// Winch, the baseline compiler: machine code that is made in one pass and optimised nowhere.
    Winch,
    /// Cranelift for Pulley: bytecode of a machine that Wasmtime interprets.
    Pulley,
}

/// Where an instance's memory comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MemoryFrom {
    /// A pool that is reserved before the first instance, and of which each takes its part.
    #[default]
    Pooling,
    /// The kernel, which is asked for each instance.
    OnDemand,
}

/// How a guest that never ends could be stopped from within.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Interrupt {
    /// Not at all: it is ended with its worker.
    #[default]
    None,
    /// Its code looks in every loop and at every call at a clock that a thread moves on each 10 ms.
    Epoch,
    /// Its code counts its instructions, in every loop and at every call.
    Fuel,
}

/// How many requests one instance answers before a new one is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32")]
pub struct Reuse(u32);

impl Tuning {
    /// That of most lanes.
    pub const USUAL: Self = Self {
        compiler: Compiler::Cranelift,
        memory: MemoryFrom::Pooling,
        interrupt: Interrupt::None,
        reuse: Reuse::ONCE,
        page_scan: true,
    };

    /// As far as code differs by it: what is compiled for one memory or use of instances is loaded for another.
    #[must_use]
    pub(crate) const fn of_code(self) -> Self {
        Self { compiler: self.compiler, interrupt: self.interrupt, ..Self::USUAL }
    }
}

impl Compiler {
    /// Its name in a sentence.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cranelift => "Cranelift",
            Self::Winch => "Winch",
            Self::Pulley => "Cranelift for Pulley",
        }
    }

    /// The architectures that it makes code for, by the names that they have in `std`; `None` where it is any on which there
    /// is a worker.
    pub(crate) const fn only_for(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Cranelift | Self::Pulley => None,
            Self::Winch => Some(&["aarch64", "x86_64"]),
        }
    }
}

impl Reuse {
    /// A new instance for each request.
    pub const ONCE: Self = Self(1);

    /// As often as `wasmtime serve` uses an instance of WASI 0.3 where it is told nothing.
    pub const AS_SERVED: Self = Self(128);

    /// So many.
    #[must_use]
    pub const fn times(self) -> u32 {
        self.0
    }

    /// Whether an instance is kept after it has answered.
    #[must_use]
    pub const fn is_kept(self) -> bool {
        self.0 > 1
    }
}

impl Default for Reuse {
    fn default() -> Self {
        Self::ONCE
    }
}

impl TryFrom<u32> for Reuse {
    type Error = String;

    fn try_from(times: u32) -> Result<Self, Self::Error> {
        if (1..=MOST_REUSE).contains(&times) {
            Ok(Self(times))
        } else {
            Err(format!("there is 1 to {MOST_REUSE}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_answers_once_or_more_and_not_without_end() {
        assert_eq!(Reuse::try_from(1), Ok(Reuse::ONCE));
        assert!(Reuse::try_from(MOST_REUSE).is_ok_and(Reuse::is_kept) && !Reuse::ONCE.is_kept());
        for times in [0, MOST_REUSE + 1] {
            assert_eq!(Reuse::try_from(times).unwrap_err(), "there is 1 to 100000");
        }
    }

    #[test]
    fn the_usual_is_the_default_and_its_code_is_shared_by_what_does_not_change_it() {
        let of_defaults = Tuning {
            compiler: Compiler::default(),
            memory: MemoryFrom::default(),
            interrupt: Interrupt::default(),
            reuse: Reuse::default(),
            page_scan: true,
        };
        assert_eq!(of_defaults, Tuning::USUAL);
        let memory = Tuning { memory: MemoryFrom::OnDemand, ..Tuning::USUAL };
        let reuse = Tuning { reuse: Reuse(2), ..Tuning::USUAL };
        let swapping = Tuning { page_scan: false, ..Tuning::USUAL };
        assert_eq!([memory, reuse, swapping].map(Tuning::of_code), [Tuning::USUAL; 3]);
        for other in [
            Tuning { compiler: Compiler::Winch, ..Tuning::USUAL },
            Tuning { compiler: Compiler::Pulley, ..Tuning::USUAL },
            Tuning { interrupt: Interrupt::Epoch, ..Tuning::USUAL },
            Tuning { interrupt: Interrupt::Fuel, ..Tuning::USUAL },
        ] {
            assert_eq!(other.of_code(), other);
        }
    }
}
