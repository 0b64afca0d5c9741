use plimsoll_sides::{Request, Response};
use serde_json::Value;

use super::handle;

fn get(target: &str) -> Response {
    handle(Request::new("GET", target, b""))
}

fn quote(cart: &str) -> Response {
    handle(Request::new("POST", "/quote", cart.as_bytes()))
}

fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body).expect("every answer is JSON")
}

#[test]
fn the_core_answers_what_the_manifest_expects() {
    plimsoll_sides::check::http(env!("CARGO_MANIFEST_DIR"), handle);
}

#[test]
fn every_product_has_its_own_page_and_no_other_id_has_one() {
    for id in 1..=1_000 {
        let response = get(&format!("/products/{id}"));
        assert_eq!(response.status, 200);
        assert_eq!(json(&response)["id"], id);
    }
    for id in ["0", "1001", "4294967295"] {
        assert_eq!(get(&format!("/products/{id}")).status, 404, "{id}");
    }
    for id in ["", "x", "-1", "1.0", "4294967296", "99999999999999999999", "%31", "17/"] {
        assert_eq!(get(&format!("/products/{id}")).status, 400, "{id}");
    }
}

#[test]
fn a_search_finds_exactly_the_products_whose_text_holds_every_word() {
    let holds = |product: &Value, word: &str| {
        format!("{} {}", product["name"], product["category"]).to_lowercase().contains(word)
    };
    let all: Vec<Value> = (1..=1_000).map(|id| json(&get(&format!("/products/{id}")))).collect();
    for (target, words) in
        [("oak", vec!["oak"]), ("OAK%20lam", vec!["oak", "lam"]), ("kitchen", vec!["kitchen"])]
    {
        let expected = all.iter().filter(|product| words.iter().all(|word| holds(product, word)));
        let found = json(&get(&format!("/products?q={target}&limit=100")));
        assert_eq!(found["total"], expected.clone().count());
        let shown: Vec<&Value> = expected.take(100).collect();
        assert_eq!(found["products"].as_array().map(|list| list.iter().collect()), Some(shown));
    }
}

#[test]
fn a_search_that_finds_nothing_or_lists_everything_is_an_answer() {
    assert_eq!(json(&get("/products?q=zeppelin"))["total"], 0);
    let all = json(&get("/products?q="));
    assert_eq!((all["total"].as_u64(), all["products"].as_array().map(Vec::len)), (Some(1_000), Some(20)));
}

#[test]
fn a_search_that_can_t_be_read_is_400() {
    for target in
        ["", "q=%", "q=%f", "q=%zz", "q=%ff", "q=a&limit=0", "q=a&limit=101", "q=a&limit=-1", "Q=oak"]
    {
        assert_eq!(get(&format!("/products?{target}")).status, 400, "{target}");
    }
    let words = "a+".repeat(9);
    assert_eq!(get(&format!("/products?q={words}")).status, 400);
}

#[test]
fn a_quote_adds_up() {
    let quote = json(&quote(r#"{"country":"DE","items":[{"product_id":1,"quantity":100}]}"#));
    let cents = |name: &str| quote[name].as_u64().expect("cents are whole");
    let unit = quote["lines"][0]["unit_price_cents"].as_u64().expect("cents are whole");
    assert_eq!(cents("subtotal_cents"), unit * 100);
    assert_eq!(cents("discount_cents"), unit * 15);
    assert_eq!(cents("shipping_cents"), 0);
    assert_eq!(cents("tax_cents"), (unit * 85 * 19 + 50) / 100);
    assert_eq!(cents("total_cents"), unit * 85 + cents("tax_cents"));
}

#[test]
fn the_largest_cart_does_not_overflow() {
    let items = vec![r#"{"product_id":1000,"quantity":10000}"#; 100].join(",");
    let largest = quote(&format!(r#"{{"country":"NL","items":[{items}]}}"#));
    assert_eq!(largest.status, 200);
    let cents = json(&largest);
    let price = cents["lines"][0]["unit_price_cents"].as_u64().expect("cents are whole");
    assert_eq!(cents["subtotal_cents"], price * 1_000_000);
}

#[test]
fn a_cart_that_can_t_be_priced_is_400_and_says_why() {
    let deep = "[".repeat(100_000);
    let many = vec![r#"{"product_id":1,"quantity":1}"#; 101].join(",");
    for (cart, told) in [
        ("", "EOF"),
        ("{", "EOF"),
        ("[]", "invalid"),
        ("\u{0}", "expected value"),
        (&*deep, "invalid type"),
        (r#"{"country":"DE","items":[]}"#, "0 items"),
        (r#"{"items":[{"product_id":1,"quantity":1}]}"#, "`country`"),
        (r#"{"country":"DE","items":[{"product_id":1,"quantity":0}]}"#, "quantity"),
        (r#"{"country":"DE","items":[{"product_id":1,"quantity":10001}]}"#, "quantity"),
        (r#"{"country":"DE","items":[{"product_id":1,"quantity":1e400}]}"#, "out of range"),
        (r#"{"country":"DE","items":[{"product_id":1,"quantity":99999999999999999999}]}"#, "invalid"),
        (r#"{"country":"DE","items":[{"product_id":1,"quantity":1.5}]}"#, "invalid type"),
        (r#"{"country":"DE","items":[{"product_id":1001,"quantity":1}]}"#, "no product 1001"),
        (r#"{"country":"XX","items":[{"product_id":1,"quantity":1}]}"#, "`XX`"),
        (r#"{"country":"DE","items":[{"product_id":1,"quantity":1}],"x":1}"#, "unknown field `x`"),
        (&*format!(r#"{{"country":"DE","items":[{many}]}}"#), "101 items"),
    ] {
        let response = quote(cart);
        let message = json(&response)["error"]["message"].to_string();
        assert_eq!(response.status, 400, "{cart:.80}");
        assert!(message.contains(told), "{message} should contain {told}");
    }
}

#[test]
fn a_wrong_method_is_405_with_the_right_one_and_a_wrong_path_404() {
    for (method, target, allow) in
        [("POST", "/products/1", "GET"), ("DELETE", "/products?q=oak", "GET"), ("GET", "/quote", "POST")]
    {
        let response = handle(Request::new(method, target, b""));
        assert_eq!((response.status, response.allow), (405, Some(allow)));
        assert_eq!(json(&response)["error"]["status"], 405);
    }
    for target in ["/", "", "/product/1", "/quote/", "//products/1"] {
        assert_eq!(get(target).status, 404, "{target}");
    }
}
