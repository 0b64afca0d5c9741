//! `POST /quote`: a cart in, totals out. All money is in whole cents; halves are rounded up.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::catalog;
use crate::error::Failure;

const MAX_ITEMS: usize = 100;
const MAX_QUANTITY: u32 = 10_000;

/// From this many of one product on, that line is cheaper: quantity and discount in per cent.
const VOLUME_DISCOUNTS: [(u32, u64); 3] = [(100, 15), (50, 10), (10, 5)];

/// Value added tax in tenths of a per cent, by country.
const TAXES: [(&str, u64); 6] = [("AT", 200), ("CH", 81), ("DE", 190), ("FR", 200), ("GB", 200), ("NL", 210)];

const FREE_SHIPPING_CENTS: u64 = 10_000;
const SHIPPING_CENTS: u64 = 495;
const SHIPPING_PER_KILO_CENTS: u64 = 60;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cart<'a> {
    #[serde(borrow)]
    country: Cow<'a, str>,
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    product_id: u32,
    quantity: u32,
}

#[derive(Serialize)]
pub(crate) struct Quote {
    country: String,
    lines: Vec<Line>,
    subtotal_cents: u64,
    discount_cents: u64,
    shipping_cents: u64,
    tax_cents: u64,
    total_cents: u64,
}

#[derive(Serialize)]
struct Line {
    product_id: u32,
    quantity: u32,
    unit_price_cents: u32,
    discount_percent: u64,
    /// What the line costs after its discount.
    line_cents: u64,
}

pub(crate) fn quote(body: &[u8]) -> Result<Quote, Failure> {
    let cart: Cart<'_> = serde_json::from_slice(body)
        .map_err(|error| Failure::bad_request(format!("the cart can't be read: {error}")))?;
    let tax_tenths = tax_of(&cart.country)?;
    if cart.items.is_empty() || cart.items.len() > MAX_ITEMS {
        return Err(Failure::bad_request(format!(
            "the cart has {} items: it must have 1 to {MAX_ITEMS}",
            cart.items.len()
        )));
    }
    let (mut subtotal_cents, mut discount_cents, mut weight_grams) = (0, 0, 0);
    let mut lines = Vec::with_capacity(cart.items.len());
    // No sum can overflow: 100 items of 10,000 pieces at under 1,000,000 cents are 10^12.
    for item in &cart.items {
        let (line, full_cents, grams) = price(item)?;
        subtotal_cents += full_cents;
        discount_cents += full_cents - line.line_cents;
        weight_grams += grams;
        lines.push(line);
    }
    let goods_cents = subtotal_cents - discount_cents;
    let shipping_cents = shipping(goods_cents, weight_grams);
    let tax_cents = rounded_share(goods_cents + shipping_cents, tax_tenths, 1_000);
    Ok(Quote {
        country: cart.country.into_owned(),
        lines,
        subtotal_cents,
        discount_cents,
        shipping_cents,
        tax_cents,
        total_cents: goods_cents + shipping_cents + tax_cents,
    })
}

/// The line of one item, its price before the discount, and its weight in grams.
fn price(item: &Item) -> Result<(Line, u64, u64), Failure> {
    let &Item { product_id, quantity } = item;
    let product = catalog::product(product_id).ok_or_else(|| {
        Failure::bad_request(format!(
            "there is no product {product_id}: ids go from 1 to {}",
            catalog::PRODUCTS
        ))
    })?;
    if !(1..=MAX_QUANTITY).contains(&quantity) {
        return Err(Failure::bad_request(format!(
            "the quantity of product {product_id} is {quantity}: it must be 1 to {MAX_QUANTITY}"
        )));
    }
    let discount_percent =
        VOLUME_DISCOUNTS.iter().find(|(from, _)| quantity >= *from).map_or(0, |&(_, percent)| percent);
    let full_cents = u64::from(product.price_cents) * u64::from(quantity);
    let line_cents = full_cents - rounded_share(full_cents, discount_percent, 100);
    let line =
        Line { product_id, quantity, unit_price_cents: product.price_cents, discount_percent, line_cents };
    Ok((line, full_cents, u64::from(product.weight_grams) * u64::from(quantity)))
}

fn tax_of(country: &str) -> Result<u64, Failure> {
    TAXES.iter().find(|(code, _)| *code == country).map(|&(_, tenths)| tenths).ok_or_else(|| {
        let served: Vec<&str> = TAXES.iter().map(|(code, _)| *code).collect();
        Failure::bad_request(format!("`{country}` is not a country we ship to: {}", served.join(", ")))
    })
}

fn shipping(goods_cents: u64, weight_grams: u64) -> u64 {
    if goods_cents >= FREE_SHIPPING_CENTS {
        return 0;
    }
    SHIPPING_CENTS + weight_grams.div_ceil(1_000) * SHIPPING_PER_KILO_CENTS
}

fn rounded_share(cents: u64, share: u64, of: u64) -> u64 {
    (cents * share + of / 2) / of
}
