//! A child that shares our memory until it executes its program, as `posix_spawn` makes one: what executing takes does not
//! grow with what we hold, as it does for a copy of us that has to be torn down first.

use std::ffi::{c_int, c_void};
use std::io;
use std::mem::MaybeUninit;

/// How many signals the kernel knows: a bit of a set for each.
const SIGNALS: usize = 64;
/// Enough for a function that makes system calls.
const STACK_BYTES: usize = 64 << 10;

/// Calls `act` in a child; returns its process id when it has executed a program or ended. The calling thread sleeps until
/// then. What `act` returns is the child's exit code.
///
/// # Errors
/// When no child can be made.
///
/// # Safety
/// `act` runs beside our other threads, in the memory that they share: it may make system calls on what was made before,
/// and may allocate, lock, free and panic nowhere.
pub(crate) unsafe fn in_child<F: Fn() -> c_int>(act: &F) -> io::Result<u32> {
    extern "C" fn enter<F: Fn() -> c_int>(act: *mut c_void) -> c_int {
        default_handlers();
        // SAFETY: it is the reference below, whose thread sleeps while we run.
        let act = unsafe { &*act.cast::<F>() };
        act()
    }
    let mut stack = vec![MaybeUninit::<u8>::uninit(); STACK_BYTES];
    let top = stack.as_mut_ptr_range().end;
    let act = std::ptr::from_ref(act).cast_mut().cast::<c_void>();
    let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
    let blocked = Blocked::all();
    // SAFETY: the stack is the child's alone, grows down from its end on every machine that we run on, and lives until the
    // child has left it; the rest is the caller's promise.
    let pid = unsafe { libc::clone(enter::<F>, top.map_addr(|at| at & !15).cast(), flags, act) };
    let made = u32::try_from(pid).map_err(|_| io::Error::last_os_error());
    drop(blocked);
    made
}

/// No signal reaches the calling thread while this lives, nor a child that it makes: a handler of ours would run there, in
/// our memory.
struct Blocked(libc::sigset_t);

impl Blocked {
    fn all() -> Self {
        let mut before = MaybeUninit::uninit();
        // SAFETY: both sets are filled by the calls before they are read; on what is passed here neither can fail.
        unsafe {
            let mut all = MaybeUninit::uninit();
            libc::sigfillset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
            Self(before.assume_init())
        }
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        // SAFETY: the set is what the system gave.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.0, std::ptr::null_mut()) };
    }
}

/// The child's own table: every signal does what it does by default, as in a container. What we or who started us ignore
/// is no matter of the program's: one that never hears SIGTERM would have to be killed at each stop.
fn default_handlers() {
    // The kernel's own form of an action, all zero: the default, no flags, no mask. The C library refuses the two signals
    // that it keeps for itself, and these may be ignored too.
    let default = [0_u64; 8];
    for signal in 1..=SIGNALS {
        // SAFETY: only the table of the child is written, from more bytes than an action has; what can't be set is refused.
        unsafe {
            let none = std::ptr::null_mut::<c_void>();
            libc::syscall(libc::SYS_rt_sigaction, signal, default.as_ptr(), none, SIGNALS / 8)
        };
    }
}

/// Lets every signal through: for a child right before it executes its program.
pub(crate) fn let_signals_through() {
    // SAFETY: the set is filled before it is read.
    unsafe {
        let mut none = MaybeUninit::uninit();
        libc::sigemptyset(none.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, none.as_ptr(), std::ptr::null_mut());
    }
}
