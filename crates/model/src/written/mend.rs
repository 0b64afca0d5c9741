//! What stands in for what is wrong, so that the rest can be read.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue, Error};

/// The span of what is not of the text.
const NOT_WRITTEN: Range<usize> = usize::MAX..usize::MAX;

/// A text as a tree, and one of the same format in which every key stands.
pub(super) struct Nested<'text> {
    pub(super) root: Spanned<DeTable<'text>>,
    sample: DeTable<'text>,
}

/// What an error asks for.
enum Mend {
    /// A key that is unknown goes.
    Remove,
    /// A key that is missing comes.
    Insert(String),
    /// Another value comes.
    Replace,
}

impl<'text> Nested<'text> {
    pub(super) fn new(root: Spanned<DeTable<'text>>, sample: &'static str) -> Self {
        Self { root, sample: DeTable::parse(sample).map(Spanned::into_inner).unwrap_or_default() }
    }

    /// Mends what an error is about and gives its key; `None` where that is not found.
    pub(super) fn mend(&mut self, error: &Error) -> Option<String> {
        let (span, mend) = (error.span()?, Mend::of(error.message()));
        let found = Sought { span: &span, mend: &mend };
        if let Mend::Insert(key) = &mend
            && self.root.span() == span
        {
            return found.insert(self.root.get_mut(), &self.sample, key);
        }
        found.within_table(self.root.get_mut(), Some(&self.sample))
    }
}

impl Mend {
    /// By the words that serde's derived readers have for it.
    fn of(message: &str) -> Self {
        let quoted = |rest: &str| rest.split('`').next().map(str::to_owned);
        if message.starts_with("unknown field `") {
            return Self::Remove;
        }
        let missing = message.strip_prefix("missing field `").and_then(quoted);
        missing.map_or(Self::Replace, Self::Insert)
    }
}

/// What is looked for, and what is done with it.
struct Sought<'a> {
    span: &'a Range<usize>,
    mend: &'a Mend,
}

impl Sought<'_> {
    fn within_table<'text>(
        &self,
        table: &mut DeTable<'text>,
        sample: Option<&DeTable<'text>>,
    ) -> Option<String> {
        if matches!(self.mend, Mend::Remove) {
            let unknown = table.keys().find(|key| key.span() == *self.span).cloned();
            if let Some(key) = unknown {
                table.remove(key.get_ref().as_ref());
                return Some(key.into_inner().into_owned());
            }
        }
        let mut mended = None;
        for (key, value) in table.iter_mut() {
            let of_sample =
                sample.and_then(|sample| sample.get(key.get_ref().as_ref())).map(Spanned::get_ref);
            let Some(part) = self.at(value, of_sample) else { continue };
            let whole = part.is_none();
            mended = Some((key.clone(), part, whole && of_sample.is_none()));
            break;
        }
        let (key, part, is_in_no_sample) = mended?;
        if is_in_no_sample {
            table.remove(key.get_ref().as_ref());
        }
        let key = key.into_inner();
        Some(part.map_or_else(|| key.to_string(), |part| format!("{key}.{part}")))
    }

    /// Mends a value or what is in it, and gives the key of it from here on; that of the value itself is `None`.
    fn at<'text>(
        &self,
        value: &mut Spanned<DeValue<'text>>,
        sample: Option<&DeValue<'text>>,
    ) -> Option<Option<String>> {
        if value.span() == NOT_WRITTEN {
            return None;
        }
        let is_it = value.span() == *self.span;
        match (self.mend, value.get_mut()) {
            (Mend::Insert(key), DeValue::Table(table)) if is_it => {
                let sample = sample.and_then(DeValue::as_table)?;
                return self.insert(table, sample, key).map(Some);
            }
            (Mend::Replace, _) if is_it => {
                if let Some(sample) = sample {
                    *value = Spanned::new(NOT_WRITTEN, sample.clone());
                }
                return Some(None);
            }
            _ => {}
        }
        match value.get_mut() {
            DeValue::Table(table) => self.within_table(table, sample.and_then(DeValue::as_table)).map(Some),
            DeValue::Array(array) => self.within_array(array, sample.and_then(DeValue::as_array)).map(Some),
            _ => None,
        }
    }

    /// Every table of an array is like the first one of the sample.
    fn within_array<'text>(
        &self,
        array: &mut DeArray<'text>,
        sample: Option<&DeArray<'text>>,
    ) -> Option<String> {
        let sample = sample.and_then(|sample| sample.first()).map(Spanned::get_ref);
        array.iter_mut().enumerate().find_map(|(at, value)| {
            let part = self.at(value, sample)?;
            Some(part.map_or_else(|| at.to_string(), |part| format!("{at}.{part}")))
        })
    }

    fn insert<'text>(
        &self,
        table: &mut DeTable<'text>,
        sample: &DeTable<'text>,
        key: &str,
    ) -> Option<String> {
        let value = Spanned::new(NOT_WRITTEN, sample.get(key)?.get_ref().clone());
        table.insert(Spanned::new(NOT_WRITTEN, DeString::Owned(key.to_owned())), value);
        Some(key.to_owned())
    }
}
