//! What a probe's container runs, in the assembler's words, so that it needs neither a library nor a file of somebody
//! else's and is there for whatever machine this is built for. It is never run in this process.
//!
//! `<program> PORT` listens on all addresses, `<program> PORT loopback` on 127.0.0.1. To each of at most 64 connections
//! it answers [`GREETING`](super::GREETING) and its process id, 8 bytes each, and closes it. It ends when nobody comes
//! for 20 s, for the first process of a container can't be sent a signal that it does not handle.

use std::arch::global_asm;

unsafe extern "C" {
    static plimsoll_prober_begin: u8;
    static plimsoll_prober_end: u8;
}

/// The instructions, which run wherever they are put.
pub(super) fn code() -> &'static [u8] {
    let (begin, end) = (&raw const plimsoll_prober_begin, &raw const plimsoll_prober_end);
    // SAFETY: both stand in one section, the end after the beginning, and nobody writes between them.
    unsafe { std::slice::from_raw_parts(begin, end.offset_from_unsigned(begin)) }
}

#[cfg(target_arch = "x86_64")]
global_asm!(
    ".pushsection .rodata.plimsoll_prober, \"a\"",
    ".globl plimsoll_prober_begin",
    ".globl plimsoll_prober_end",
    "plimsoll_prober_begin:",
    // eax = PORT: the stack begins with the count of arguments and their addresses.
    "    mov rsi, [rsp + 16]",
    "    xor eax, eax",
    "2:  movzx ecx, byte ptr [rsi]",
    "    sub ecx, 48",
    "    jb 3f",
    "    imul eax, eax, 10",
    "    add eax, ecx",
    "    inc rsi",
    "    jmp 2b",
    // sockaddr_in: AF_INET, the port and the address in the network's order, 8 bytes of nothing.
    "3:  xchg al, ah",
    "    shl rax, 16",
    "    or rax, 2",
    "    cmp qword ptr [rsp], 3",
    "    jne 4f",
    "    mov ecx, 0x0100007f",
    "    shl rcx, 32",
    "    or rax, rcx",
    "4:  push 0",
    "    push rax",
    "    mov r13, rsp",
    // socket(AF_INET, SOCK_STREAM, 0)
    "    mov eax, 41",
    "    mov edi, 2",
    "    mov esi, 1",
    "    xor edx, edx",
    "    syscall",
    "    mov ebx, eax",
    // setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, { 20 s, 0 µs }, 16)
    "    push 0",
    "    push 20",
    "    mov eax, 54",
    "    mov edi, ebx",
    "    mov esi, 1",
    "    mov edx, 20",
    "    mov r10, rsp",
    "    mov r8d, 16",
    "    syscall",
    // bind(socket, address, 16)
    "    mov eax, 49",
    "    mov edi, ebx",
    "    mov rsi, r13",
    "    mov edx, 16",
    "    syscall",
    "    test eax, eax",
    "    jnz 6f",
    // listen(socket, 16)
    "    mov eax, 50",
    "    mov edi, ebx",
    "    mov esi, 16",
    "    syscall",
    // The answer: "plimsoll", getpid()
    "    mov eax, 39",
    "    syscall",
    "    push rax",
    "    movabs rax, 0x6c6c6f736d696c70",
    "    push rax",
    "    mov r13, rsp",
    "    mov r12d, 64",
    // accept(socket, 0, 0)
    "5:  mov eax, 43",
    "    mov edi, ebx",
    "    xor esi, esi",
    "    xor edx, edx",
    "    syscall",
    "    test eax, eax",
    "    js 6f",
    "    mov ebp, eax",
    // sendto(connection, answer, 16, MSG_NOSIGNAL, 0, 0)
    "    mov eax, 44",
    "    mov edi, ebp",
    "    mov rsi, r13",
    "    mov edx, 16",
    "    mov r10d, 0x4000",
    "    xor r8d, r8d",
    "    xor r9d, r9d",
    "    syscall",
    // close(connection)
    "    mov eax, 3",
    "    mov edi, ebp",
    "    syscall",
    "    dec r12d",
    "    jnz 5b",
    "    xor eax, eax",
    // exit(the error's number, or 0)
    "6:  neg eax",
    "    mov edi, eax",
    "    mov eax, 60",
    "    syscall",
    "plimsoll_prober_end:",
    ".popsection",
);

#[cfg(target_arch = "aarch64")]
global_asm!(
    ".pushsection .rodata.plimsoll_prober, \"a\"",
    ".balign 4",
    ".globl plimsoll_prober_begin",
    ".globl plimsoll_prober_end",
    "plimsoll_prober_begin:",
    // w2 = PORT: the stack begins with the count of arguments and their addresses.
    "    ldr x1, [sp, #16]",
    "    mov w2, #0",
    "    mov w4, #10",
    "2:  ldrb w3, [x1], #1",
    "    subs w3, w3, #48",
    "    b.lo 3f",
    "    madd w2, w2, w4, w3",
    "    b 2b",
    // sockaddr_in: AF_INET, the port and the address in the network's order, 8 bytes of nothing.
    "3:  rev16 w2, w2",
    "    lsl x2, x2, #16",
    "    orr x2, x2, #2",
    "    ldr x3, [sp]",
    "    cmp x3, #3",
    "    b.ne 4f",
    "    movz x3, #0x007f, lsl #32",
    "    movk x3, #0x0100, lsl #48",
    "    orr x2, x2, x3",
    "4:  stp x2, xzr, [sp, #-16]!",
    "    mov x20, sp",
    // socket(AF_INET, SOCK_STREAM, 0)
    "    mov x0, #2",
    "    mov x1, #1",
    "    mov x2, #0",
    "    mov x8, #198",
    "    svc #0",
    "    mov x19, x0",
    // setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, { 20 s, 0 µs }, 16)
    "    mov x3, #20",
    "    stp x3, xzr, [sp, #-16]!",
    "    mov x0, x19",
    "    mov x1, #1",
    "    mov x2, #20",
    "    mov x3, sp",
    "    mov x4, #16",
    "    mov x8, #208",
    "    svc #0",
    // bind(socket, address, 16)
    "    mov x0, x19",
    "    mov x1, x20",
    "    mov x2, #16",
    "    mov x8, #200",
    "    svc #0",
    "    cbnz x0, 6f",
    // listen(socket, 16)
    "    mov x0, x19",
    "    mov x1, #16",
    "    mov x8, #201",
    "    svc #0",
    // The answer: "plimsoll", getpid()
    "    mov x8, #172",
    "    svc #0",
    "    movz x1, #0x6c70",
    "    movk x1, #0x6d69, lsl #16",
    "    movk x1, #0x6f73, lsl #32",
    "    movk x1, #0x6c6c, lsl #48",
    "    stp x1, x0, [sp, #-16]!",
    "    mov x20, sp",
    "    mov w21, #64",
    // accept(socket, 0, 0)
    "5:  mov x0, x19",
    "    mov x1, #0",
    "    mov x2, #0",
    "    mov x8, #202",
    "    svc #0",
    "    tbnz x0, #63, 6f",
    "    mov x22, x0",
    // sendto(connection, answer, 16, MSG_NOSIGNAL, 0, 0)
    "    mov x1, x20",
    "    mov x2, #16",
    "    mov x3, #0x4000",
    "    mov x4, #0",
    "    mov x5, #0",
    "    mov x8, #206",
    "    svc #0",
    // close(connection)
    "    mov x0, x22",
    "    mov x8, #57",
    "    svc #0",
    "    subs w21, w21, #1",
    "    b.ne 5b",
    "    mov x0, #0",
    // exit(the error's number, or 0)
    "6:  neg x0, x0",
    "    mov x8, #93",
    "    svc #0",
    "plimsoll_prober_end:",
    ".popsection",
);
