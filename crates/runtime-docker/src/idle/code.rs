//! What keeps a container alive while nothing is run in it, in the assembler's words, as the prober is written. It is never
//! run in this process.
//!
//! It sleeps until it is sent SIGTERM. As the first process of a container it would not be told of that without a handler;
//! a signal that is blocked waits until it is asked for.

use std::arch::global_asm;

unsafe extern "C" {
    static plimsoll_idle_begin: u8;
    static plimsoll_idle_end: u8;
}

/// The instructions, which run wherever they are put.
pub(super) fn code() -> &'static [u8] {
    let (begin, end) = (&raw const plimsoll_idle_begin, &raw const plimsoll_idle_end);
    // SAFETY: both stand in one section, the end after the beginning, and nobody writes between them.
    unsafe { std::slice::from_raw_parts(begin, end.offset_from_unsigned(begin)) }
}

#[cfg(target_arch = "x86_64")]
global_asm!(
    ".pushsection .rodata.plimsoll_idle, \"a\"",
    ".globl plimsoll_idle_begin",
    ".globl plimsoll_idle_end",
    "plimsoll_idle_begin:",
    // A set of signals: SIGTERM
    "    push 0x4000",
    // rt_sigprocmask(SIG_BLOCK, set, 0, 8)
    "    mov eax, 14",
    "    xor edi, edi",
    "    mov rsi, rsp",
    "    xor edx, edx",
    "    mov r10d, 8",
    "    syscall",
    // rt_sigtimedwait(set, 0, 0, 8), again where it was broken off
    "2:  mov eax, 128",
    "    mov rdi, rsp",
    "    xor esi, esi",
    "    xor edx, edx",
    "    mov r10d, 8",
    "    syscall",
    "    test eax, eax",
    "    js 2b",
    // exit(0)
    "    mov eax, 60",
    "    xor edi, edi",
    "    syscall",
    "plimsoll_idle_end:",
    ".popsection",
);

#[cfg(target_arch = "aarch64")]
global_asm!(
    ".pushsection .rodata.plimsoll_idle, \"a\"",
    ".balign 4",
    ".globl plimsoll_idle_begin",
    ".globl plimsoll_idle_end",
    "plimsoll_idle_begin:",
    // A set of signals: SIGTERM
    "    mov x0, #0x4000",
    "    stp x0, xzr, [sp, #-16]!",
    // rt_sigprocmask(SIG_BLOCK, set, 0, 8)
    "    mov x0, #0",
    "    mov x1, sp",
    "    mov x2, #0",
    "    mov x3, #8",
    "    mov x8, #135",
    "    svc #0",
    // rt_sigtimedwait(set, 0, 0, 8), again where it was broken off
    "2:  mov x0, sp",
    "    mov x1, #0",
    "    mov x2, #0",
    "    mov x3, #8",
    "    mov x8, #137",
    "    svc #0",
    "    tbnz x0, #63, 2b",
    // exit(0)
    "    mov x0, #0",
    "    mov x8, #93",
    "    svc #0",
    "plimsoll_idle_end:",
    ".popsection",
);
