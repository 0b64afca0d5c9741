//! Any bytes in any pieces: what is told of an answer depends on its bytes alone.

use proptest::collection::vec;
use proptest::prelude::*;

use super::Malformed;
use crate::exchange::Broken;
use crate::fuzz::{Heard, Sent, Told};

/// What is told of bytes in pieces of these lengths.
pub(crate) fn hear(method: &str, bytes: &[u8], reads: &[usize]) -> Result<Told, Malformed> {
    sent(method, bytes, reads).told.map_err(|none| match none.0 {
        Broken::Malformed(malformed) => malformed,
        // Before the first byte.
        Broken::Closed => Malformed::Cut,
        broken => panic!("{broken}"),
    })
}

fn sent(method: &str, bytes: &[u8], reads: &[usize]) -> Heard {
    Sent { method, reads: reads.to_vec(), bytes }.hear()
}

/// Pieces that answers are made of, right and wrong ones, in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&[u8]> = vec![
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 200 OK\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n",
        b"HTTP/1.1 204 \r\n",
        b"content-length: 5\r\n",
        b"content-length: 5, 6\r\n",
        b"content-length: 99999999999999999999999\r\n",
        b"transfer-encoding: chunked\r\n",
        b"transfer-encoding: identity\r\n",
        b"connection: foo, close\r\n",
        b"content-type: text/plain\r\n",
        b"\r\n",
        b"\n",
        b"hello",
        b"5\r\nhello\r\n",
        b"5;a=b\r\nhello\r\n",
        b"ffffffffffffffff\r\n",
        b"0\r\n\r\n",
        b"0\r\nx-sum: 1\r\n\r\n",
    ];
    let piece = prop_oneof![
        8 => proptest::sample::select(known).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..8),
        1 => (1_usize..6).prop_map(|thousands| vec![b'a'; thousands << 14]),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// An answer that is right, or would be but for one byte.
fn nearly_right() -> impl Strategy<Value = Vec<u8>> {
    let interim = prop_oneof![Just(""), Just("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")];
    let rest = prop_oneof![
        Just("content-length: 5\r\n\r\nhello"),
        Just("connection: close\r\n\r\nhello"),
        Just("transfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2;x\r\nlo\r\n0\r\n\r\n"),
        Just("transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 1\r\nx: 2\r\n\r\n"),
    ];
    (interim, rest, proptest::option::of((any::<usize>(), any::<u8>()))).prop_map(|(interim, rest, slip)| {
        let mut bytes = format!("{interim}HTTP/1.1 200 OK\r\n{rest}").into_bytes();
        if let Some((at, byte)) = slip {
            let length = bytes.len();
            bytes[at % length] = byte;
        }
        bytes
    })
}

proptest! {
    #[test]
    fn how_an_answer_is_cut_does_not_matter(
        bytes in prop_oneof![pieces(), nearly_right()],
        reads in vec(0..40_usize, 0..8),
        head in any::<bool>(),
    ) {
        let method = if head { "HEAD" } else { "GET" };
        prop_assert_eq!(hear(method, &bytes, &reads), hear(method, &bytes, &[]));
    }

    #[test]
    fn nor_does_it_when_it_comes_byte_by_byte(bytes in nearly_right()) {
        prop_assert_eq!(hear("GET", &bytes, &vec![1; bytes.len()]), hear("GET", &bytes, &[]));
    }

    #[test]
    fn no_bytes_take_more_memory_than_a_few_times_what_came(bytes in pieces()) {
        prop_assert!(sent("GET", &bytes, &[]).memory_bytes <= 4 * bytes.len() + (128 << 10));
    }
}
