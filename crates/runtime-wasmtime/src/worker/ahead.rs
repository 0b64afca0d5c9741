use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use wasmtime_wasi_http::{Error, WasiBody};

/// How many frames are read before they are taken: the last one of a guest that has ended, and the end behind it.
const MOST: usize = 2;

/// The body of an answer, of which a guest's host may ask whether more is to come: where that comes from the host
/// itself, as of a file or of the request that is handed on, the guest may have ended long before.
#[derive(Clone)]
pub(super) struct ReadAhead(Arc<Mutex<State>>);

struct State {
    body: WasiBody,
    frames: VecDeque<Result<Frame<Bytes>, Error>>,
    is_over: bool,
}

impl ReadAhead {
    pub(super) fn of(body: WasiBody) -> Self {
        Self(Arc::new(Mutex::new(State { body, frames: VecDeque::new(), is_over: false })))
    }

    /// Ready when its end was read, though what stands before it may not be taken yet.
    pub(super) fn poll_over(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        while !state.is_over {
            // Whoever takes one polls the guest too, and so comes here again.
            if state.frames.len() == MOST {
                return Poll::Pending;
            }
            if let Some(frame) = std::task::ready!(state.poll(context)) {
                state.frames.push_back(frame);
            }
        }
        Poll::Ready(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(context));
        self.is_over = !matches!(frame, Some(Ok(_)));
        Poll::Ready(frame)
    }
}

impl Body for ReadAhead {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let mut state = self.lock();
        match state.frames.pop_front() {
            Some(frame) => Poll::Ready(Some(frame)),
            None => state.poll(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use http_body_util::{BodyExt as _, Full};

    use super::*;

    /// So many frames of a byte each.
    struct Parts(u8);

    impl Body for Parts {
        type Data = Bytes;
        type Error = Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
            let Some(left) = self.0.checked_sub(1) else { return Poll::Ready(None) };
            self.0 = left;
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"x")))))
        }
    }

    fn is_over(ahead: &ReadAhead) -> bool {
        ahead.poll_over(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[tokio::test]
    async fn the_end_is_read_ahead_of_what_is_taken_and_no_further() {
        let whole: WasiBody = Full::new(Bytes::from_static(b"hello")).map_err(Error::from).boxed_unsync();
        let short = ReadAhead::of(whole);
        assert!(is_over(&short) && is_over(&short));
        assert_eq!(&short.collect().await.unwrap().to_bytes()[..], b"hello");
        let mut long = ReadAhead::of(Parts(4).boxed_unsync());
        for left in (1..=4).rev() {
            assert_eq!(is_over(&long), left == 1, "{left} are left");
            assert!(long.frame().await.is_some());
        }
        assert!(long.frame().await.is_none() && is_over(&long));
    }
}
