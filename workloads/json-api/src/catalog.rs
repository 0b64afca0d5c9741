//! The 1,000 products. Each is computed from its id, so that a new instance has no table to build first.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// How many products there are; their ids go from 1 to this.
pub(crate) const PRODUCTS: u32 = 1_000;

pub(crate) const STYLES: [&str; 16] = [
    "Compact", "Folding", "Classic", "Nordic", "Modern", "Rustic", "Slim", "Sturdy", "Quiet", "Bright",
    "Round", "Tall", "Light", "Deep", "Curved", "Simple",
];

pub(crate) const MATERIALS: [&str; 16] = [
    "Oak", "Steel", "Linen", "Bamboo", "Glass", "Walnut", "Copper", "Cork", "Wool", "Ceramic", "Leather",
    "Marble", "Cotton", "Brass", "Rattan", "Slate",
];

/// What is sold, and the index of its category.
pub(crate) const NOUNS: [(&str, u8); 24] = [
    ("Lamp", 0),
    ("Lantern", 0),
    ("Candle Holder", 0),
    ("Chair", 1),
    ("Stool", 1),
    ("Desk", 1),
    ("Bookshelf", 1),
    ("Bench", 1),
    ("Kettle", 2),
    ("Bowl", 2),
    ("Mug", 2),
    ("Cutting Board", 2),
    ("Teapot", 2),
    ("Blanket", 3),
    ("Cushion", 3),
    ("Rug", 3),
    ("Curtain", 3),
    ("Planter", 4),
    ("Watering Can", 4),
    ("Bird Feeder", 4),
    ("Notebook", 5),
    ("Pen Tray", 5),
    ("Clock", 5),
    ("Mirror", 5),
];

pub(crate) const CATEGORIES: [&str; 6] = ["lighting", "furniture", "kitchen", "textiles", "garden", "office"];

/// One product. The names are indices into the tables above until it is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Product {
    pub(crate) id: u32,
    pub(crate) style: usize,
    pub(crate) material: usize,
    pub(crate) noun: usize,
    /// In cents, without tax.
    pub(crate) price_cents: u32,
    pub(crate) weight_grams: u32,
    pub(crate) stock: u32,
    /// Out of 50, so that no float is needed.
    pub(crate) rating_tenths: u32,
}

/// The product with this id, or `None` outside 1 to [`PRODUCTS`].
pub(crate) fn product(id: u32) -> Option<Product> {
    (1..=PRODUCTS).contains(&id).then(|| generate(id))
}

/// All products by ascending id.
pub(crate) fn all() -> impl Iterator<Item = Product> {
    (1..=PRODUCTS).map(generate)
}

fn generate(id: u32) -> Product {
    let bits = mix(u64::from(id));
    let take = |shift: u32, below: u32| ((bits >> shift) & 0xffff) as u32 % below;
    Product {
        id,
        style: take(0, STYLES.len() as u32) as usize,
        material: take(4, MATERIALS.len() as u32) as usize,
        noun: take(8, NOUNS.len() as u32) as usize,
        price_cents: 450 + take(20, 400) * 50 + 49,
        weight_grams: 80 + take(28, 900) * 10,
        stock: take(36, 240),
        rating_tenths: 25 + take(44, 26),
    }
}

/// SplitMix64's finaliser (Steele, Lea, Flood 2014): neighbouring ids give unrelated products.
fn mix(id: u64) -> u64 {
    let mut bits = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Product {
    pub(crate) fn category(&self) -> usize {
        usize::from(NOUNS[self.noun].1)
    }
}

impl Serialize for Product {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (style, material, noun) = (STYLES[self.style], MATERIALS[self.material], NOUNS[self.noun].0);
        let mut fields = serializer.serialize_struct("Product", 9)?;
        fields.serialize_field("id", &self.id)?;
        fields.serialize_field("sku", &format_args!("PL-{:05}", self.id * 7))?;
        fields.serialize_field("name", &format_args!("{style} {material} {noun}"))?;
        fields.serialize_field("category", CATEGORIES[self.category()])?;
        fields.serialize_field("price_cents", &self.price_cents)?;
        fields.serialize_field("weight_grams", &self.weight_grams)?;
        fields.serialize_field("stock", &self.stock)?;
        fields.serialize_field("rating_tenths", &self.rating_tenths)?;
        fields.serialize_field("tags", &[style, material])?;
        fields.end()
    }
}
