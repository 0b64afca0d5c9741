//! What stops a guest that never ends from within, as hosts of many guests have it: here it only costs what it costs, since
//! the parent ends a worker whose time is over.

use std::thread;
use std::time::Duration;

use wasmtime::{Engine, Store};

use crate::{Interrupt, WasmtimeError};

/// How often the clock moves on that guests look at, as in hosts that tell time in epochs.
const TICK: Duration = Duration::from_millis(10);

/// After how many ticks a guest is stopped: an hour, which no trial lasts.
const DEADLINE: u64 = 360_000;

/// The stack of the thread that moves the clock on, in bytes.
const TICKER_STACK: usize = 64 << 10;

/// Begins to move the clock on, where guests look at one; for as long as the engine lives.
pub(super) fn begin(interrupt: Interrupt, engine: &Engine) -> Result<(), WasmtimeError> {
    if interrupt != Interrupt::Epoch {
        return Ok(());
    }
    let engine = engine.weak();
    let tick = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    };
    thread::Builder::new()
        .name("epochs".to_owned())
        .stack_size(TICKER_STACK)
        .spawn(tick)
        .map(drop)
        .map_err(WasmtimeError::io("start a thread in", "plimsoll-worker"))
}

/// Gives a guest the time or the fuel for a whole request or run: it traps where that is used up.
pub(super) fn allow<T>(interrupt: Interrupt, store: &mut Store<T>) {
    match interrupt {
        Interrupt::None => {}
        Interrupt::Epoch => store.set_epoch_deadline(DEADLINE),
        Interrupt::Fuel => {
            // Refused only by an engine that counts none, and this one was made to.
            let _ = store.set_fuel(u64::MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_model::JobKind;
    use wasmtime::{Instance, Module, Trap};

    use super::*;
    use crate::Tuning;
    use crate::worker::settings::Settings;

    /// An endless guest in an engine of these settings, which has been given what it is given.
    fn endless(interrupt: Interrupt) -> (Engine, Store<()>, Instance) {
        let tuning = Tuning { interrupt, ..Tuning::USUAL };
        let engine = Settings::lane(JobKind::Run, 1 << 24).tuned(tuning).engine().unwrap();
        let text = r#"(module (func (export "run") (loop $again (br $again))))"#;
        let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        let mut store = Store::new(&engine, ());
        allow(interrupt, &mut store);
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        (engine, store, instance)
    }

    fn trap(store: &mut Store<()>, instance: Instance) -> Trap {
        let run = instance.get_typed_func::<(), ()>(&mut *store, "run").unwrap();
        *run.call(store, ()).unwrap_err().downcast_ref::<Trap>().unwrap()
    }

    #[test]
    fn a_guest_ends_when_its_epochs_are_over() {
        let (engine, mut store, instance) = endless(Interrupt::Epoch);
        let clock = thread::spawn(move || (0..DEADLINE).for_each(|_| engine.increment_epoch()));
        assert_eq!(trap(&mut store, instance), Trap::Interrupt);
        clock.join().unwrap();
    }

    #[test]
    fn a_guest_ends_when_its_fuel_is_used_up_and_is_given_as_much_as_there_is() {
        let (_engine, mut store, instance) = endless(Interrupt::Fuel);
        assert_eq!(store.get_fuel().unwrap(), u64::MAX);
        store.set_fuel(10_000).unwrap();
        assert_eq!(trap(&mut store, instance), Trap::OutOfFuel);
    }

    #[test]
    fn most_guests_count_nothing() {
        let (_engine, store, _) = endless(Interrupt::None);
        assert!(store.get_fuel().is_err());
    }

    #[test]
    fn the_clock_moves_on_by_itself_for_as_long_as_its_engine_lives() {
        let (engine, mut store, instance) = endless(Interrupt::Epoch);
        begin(Interrupt::Epoch, &engine).unwrap();
        // Ends by the ticks alone.
        store.set_epoch_deadline(1);
        assert_eq!(trap(&mut store, instance), Trap::Interrupt);
    }
}
