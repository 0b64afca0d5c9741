//! Writes the inputs of `transform`, the same on every machine: `cargo run --example transform-inputs -- FOLDER`.

use std::fmt::Write;
use std::path::PathBuf;

const PAGES: [&str; 8] =
    ["/", "/pricing", "/docs", "/blog/wasm", "/cart", "/checkout", "/über-uns", "/a\\\"b"];
const DEVICES: [&str; 3] = ["desktop", "phone", "tablet"];
const COUNTRIES: [&str; 6] = ["AT", "DE", "FR", "GB", "JP", "US"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("the folder to write to is missing")?);
    std::fs::create_dir_all(&folder)?;
    for count in [1, 100, 10_000] {
        std::fs::write(folder.join(format!("events-{count}.ndjson")), events(count)?)?;
    }
    Ok(())
}

fn events(count: u64) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for index in 0..count {
        event(index, &mut text)?;
    }
    Ok(text)
}

fn event(index: u64, text: &mut String) -> std::fmt::Result {
    let mut bits = index.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5dee_ce66_d1ce_4e5b;
    let mut below = |limit: u64| {
        // Xorshift64 (Marsaglia 2003).
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        (bits >> 11) % limit
    };
    let start = 1_790_000_000 + below(2_000_000);
    let end = start + 5 + below(4_500);
    let user = below(50_000);
    let page = PAGES[below(8) as usize];
    let device = DEVICES[below(3) as usize];
    let country = COUNTRIES[below(6) as usize];
    let (views, cents, is_returning) = (1 + below(40), below(30_000), below(2) == 0);
    write!(text, r#"{{"event_id":"evt-{index:06}","user_id":{user},"session_start":{start},"#)?;
    write!(text, r#""session_end":{end},"page":"{page}","views":{views},"#)?;
    write!(text, r#""client":{{"device":"{device}","country":"{country}"}},"#)?;
    writeln!(
        text,
        r#""revenue":{}.{:02},"is_returning":{is_returning},"coupon":null}}"#,
        cents / 100,
        cents % 100
    )
}
