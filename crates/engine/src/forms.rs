//! Answers that are not the expected one byte for byte, kept while a load goes on and judged once it is over: to read
//! them takes time that is not the service's.

use std::collections::HashMap;

/// How many different bodies of answers to one request are kept.
const MOST_FORMS: usize = 64;
/// How many bytes of them are kept in one load.
const MOST_BYTES: usize = 64 << 20;

/// Room for bodies in one load.
#[derive(Debug)]
pub(crate) struct Shelf {
    left_bytes: usize,
}

/// The bodies that came in answer to one request, each kept once.
#[derive(Debug, Default)]
pub(crate) struct KeptForms {
    counts: HashMap<Box<[u8]>, KeptForm>,
}

#[derive(Debug)]
struct KeptForm {
    /// Which it is, in the order in which they came.
    at: usize,
    count: u64,
}

impl Shelf {
    pub(crate) fn empty() -> Self {
        Self { left_bytes: MOST_BYTES }
    }
}

impl KeptForms {
    /// Keeps a body, or takes note that it came again. False: there is no room for it.
    pub(crate) fn take(&mut self, body: &[u8], shelf: &mut Shelf) -> bool {
        if let Some(form) = self.counts.get_mut(body) {
            form.count += 1;
            return true;
        }
        let at = self.counts.len();
        if at >= MOST_FORMS || body.len() > shelf.left_bytes {
            return false;
        }
        shelf.left_bytes -= body.len();
        self.counts.insert(body.into(), KeptForm { at, count: 1 });
        true
    }

    /// All that were kept, as they came, with how often each did. Nothing is kept any more.
    pub(crate) fn hand_over(&mut self) -> Vec<(Box<[u8]>, u64)> {
        let mut all: Vec<_> = self.counts.drain().collect();
        all.sort_unstable_by_key(|(_, form)| form.at);
        all.into_iter().map(|(body, form)| (body, form.count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_body_is_kept_once_with_its_count_as_long_as_there_is_room() {
        let (mut forms, mut shelf) = (KeptForms::default(), Shelf::empty());
        for body in ["b", "a", "b"] {
            assert!(forms.take(body.as_bytes(), &mut shelf));
        }
        assert_eq!(forms.hand_over(), [(b"b".as_slice().into(), 2), (b"a".as_slice().into(), 1)]);
        let bodies: Vec<String> = (0..=MOST_FORMS).map(|at| at.to_string()).collect();
        let taken = bodies.iter().filter(|body| forms.take(body.as_bytes(), &mut shelf)).count();
        assert_eq!(taken, MOST_FORMS);
        assert!(forms.take(b"0", &mut shelf), "one that is known needs no room");
        let large = vec![b'x'; MOST_BYTES];
        assert!(
            !KeptForms::default().take(&large, &mut shelf)
                && KeptForms::default().take(&large, &mut Shelf::empty())
        );
    }
}
