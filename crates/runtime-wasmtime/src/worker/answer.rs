use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use wasmtime_wasi_http::{Error as HttpError, WasiBody};

use crate::WasmtimeError;

/// A guest at work; ends with its trap or without a word.
pub(super) type Work = Pin<Box<dyn Future<Output = Result<(), WasmtimeError>> + Send>>;

/// The body of an answer. Drives the guest for as long as it still writes.
pub struct Answer(State);

enum State {
    /// All of it is here; `None` once it was taken.
    Whole(Option<Bytes>),
    /// More is to come, or more than bytes.
    Streamed(Box<Stream>),
}

struct Stream {
    /// What was read before it was known that there is more.
    ahead: VecDeque<Result<Frame<Bytes>, HttpError>>,
    body: WasiBody,
    work: Option<Work>,
}

impl Answer {
    /// Of a guest that has ended: all it wrote is there to be taken, so that its length is known and it can be
    /// sent together with the head.
    pub(super) fn finished(mut body: WasiBody) -> Self {
        let mut context = Context::from_waker(Waker::noop());
        let mut ahead = VecDeque::new();
        while let Poll::Ready(Some(frame)) = Pin::new(&mut body).poll_frame(&mut context) {
            let over = frame.is_err();
            ahead.push_back(frame);
            if over {
                break;
            }
        }
        if !ahead.iter().all(|frame| matches!(frame, Ok(frame) if frame.is_data())) {
            return Self(State::Streamed(Box::new(Stream { ahead, body, work: None })));
        }
        let mut data = ahead.into_iter().filter_map(|frame| frame.ok()?.into_data().ok());
        let first = data.next().unwrap_or_default();
        let Some(second) = data.next() else { return Self(State::Whole(Some(first))) };
        let mut whole = BytesMut::from(first);
        whole.extend_from_slice(&second);
        data.for_each(|more| whole.extend_from_slice(&more));
        Self(State::Whole(Some(whole.freeze())))
    }

    /// Of a guest that is still at work.
    pub(super) fn streamed(body: WasiBody, work: Work) -> Self {
        Self(State::Streamed(Box::new(Stream { ahead: VecDeque::new(), body, work: Some(work) })))
    }

    /// What a client gets where the component gave nothing that could be sent.
    pub(super) fn failure(text: &str) -> Response<Self> {
        let mut response = Response::new(Self(State::Whole(Some(Bytes::from(format!("{text}\n"))))));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        response
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        match &mut self.0 {
            State::Whole(bytes) => {
                let left = bytes.take().filter(|bytes| !bytes.is_empty());
                Poll::Ready(left.map(|bytes| Ok(Frame::data(bytes))))
            }
            State::Streamed(stream) => stream.poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.0, State::Whole(bytes) if bytes.as_ref().is_none_or(Bytes::is_empty))
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            State::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            State::Streamed(_) => SizeHint::default(),
        }
    }
}

impl Stream {
    fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        if let Some(frame) = self.ahead.pop_front() {
            return Poll::Ready(Some(frame));
        }
        if let Some(work) = &mut self.work
            && let Poll::Ready(ended) = work.as_mut().poll(context)
        {
            self.work = None;
            if let Err(trap) = ended {
                return Poll::Ready(Some(Err(HttpError::InternalError(Some(trap.to_string())))));
            }
        }
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if matches!(frame, Poll::Ready(None))
            && let Some(work) = self.work.take()
        {
            // The answer is out: the client need not wait for what the guest still does.
            drop(tokio::spawn(work));
        }
        frame
    }
}
