//! `GET /products?q=`: every word of the query must occur in the product's name or category.

use serde::Serialize;

use crate::catalog::{self, CATEGORIES, MATERIALS, NOUNS, Product, STYLES};
use crate::error::Failure;
use crate::query;

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;
const MAX_WORDS: usize = 8;

#[derive(Serialize)]
pub(crate) struct Found {
    query: String,
    /// How many products match, of which `products` holds the first.
    total: usize,
    products: Vec<Product>,
}

pub(crate) fn search(query: &str) -> Result<Found, Failure> {
    let mut text = None;
    let mut limit = DEFAULT_LIMIT;
    for pair in query::pairs(query) {
        let (name, value) = pair?;
        match &*name {
            "q" => text = Some(value.into_owned()),
            "limit" => limit = parse_limit(&value)?,
            _ => {}
        }
    }
    let query =
        text.ok_or_else(|| Failure::bad_request("the query lacks `q`, the words to search for".to_owned()))?;
    let words: Vec<Word> = query.split_whitespace().map(Word::new).collect();
    if words.len() > MAX_WORDS {
        return Err(Failure::bad_request(format!("`q` has {} words: at most {MAX_WORDS}", words.len())));
    }
    let mut total = 0;
    let mut products = Vec::new();
    for product in catalog::all().filter(|product| words.iter().all(|word| word.occurs_in(product))) {
        total += 1;
        if products.len() < limit {
            products.push(product);
        }
    }
    Ok(Found { query, total, products })
}

fn parse_limit(value: &str) -> Result<usize, Failure> {
    value.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)).ok_or_else(|| {
        Failure::bad_request(format!("`limit` is `{value}`: it must be a number from 1 to {MAX_LIMIT}"))
    })
}

/// A search word, looked up once in the tables the names are made of: bit n is set where entry n contains it.
struct Word {
    styles: u32,
    materials: u32,
    nouns: u32,
    categories: u32,
}

impl Word {
    fn new(word: &str) -> Self {
        let word = word.to_ascii_lowercase();
        Self {
            styles: matches(STYLES.into_iter(), &word),
            materials: matches(MATERIALS.into_iter(), &word),
            nouns: matches(NOUNS.into_iter().map(|(name, _)| name), &word),
            categories: matches(CATEGORIES.into_iter(), &word),
        }
    }

    fn occurs_in(&self, product: &Product) -> bool {
        let bit = |set: u32, index: usize| set >> index & 1 == 1;
        bit(self.styles, product.style)
            || bit(self.materials, product.material)
            || bit(self.nouns, product.noun)
            || bit(self.categories, product.category())
    }
}

fn matches(names: impl Iterator<Item = &'static str>, word: &str) -> u32 {
    names.enumerate().filter(|(_, name)| contains(name, word)).fold(0, |set, (index, _)| set | 1 << index)
}

/// Whether `name` contains `word`, which is in lower case, in any case.
fn contains(name: &str, word: &str) -> bool {
    let (name, word) = (name.as_bytes(), word.as_bytes());
    !word.is_empty() && name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}
