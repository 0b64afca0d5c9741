//! What the load generator itself costs.

#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use criterion::{Criterion, criterion_group, criterion_main};
use plimsoll_engine::{Clock, Latencies, MonotonicClock};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promises are those of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are those of `System`.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn record(criterion: &mut Criterion) {
    let mut latencies = Latencies::new();
    let mut end_ns = 1_000_000_u64;
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for _ in 0..1_000_000 {
        end_ns = end_ns.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) % 50_000_000_000;
        latencies.record(0, end_ns / 2, end_ns);
    }
    let allocated = ALLOCATIONS.load(Ordering::Relaxed) - before;
    assert_eq!(allocated, 0, "recording must not allocate");
    criterion.bench_function("record one latency, corrected and uncorrected", |bencher| {
        bencher.iter(|| {
            end_ns = end_ns.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) % 50_000_000_000;
            latencies.record(black_box(0), black_box(end_ns / 2), black_box(end_ns));
        });
    });
    criterion.bench_function("read the clock", |bencher| bencher.iter(|| MonotonicClock.now_ns()));
}

criterion_group!(benches, record);
criterion_main!(benches);
