use super::*;

const SHOP: &str = r##"
openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
servers: [{url: "https://api.shop.example/{stage}/", variables: {stage: {default: v1}}}]
paths:
  /carts:
    post:
      operationId: addCart
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Cart'}
      responses:
        201: {description: made}
    get:
      operationId: list_carts
      parameters:
        - {name: tag, in: query, required: true, example: [a b, c]}
        - {name: page, in: query, example: 3}
      responses:
        200:
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Cart'}}
  /carts/{id}:
    parameters: [{$ref: '#/components/parameters/Id'}]
    get:
      responses:
        default: {$ref: '#/components/responses/Cart'}
    head: {operationId: look, responses: {}}
    options: {responses: {}}
    delete:
      operationId: drop
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {}
  /far:
    get:
      operationId: far
      parameters: [{$ref: 'other.yaml#/Far'}]
      responses: {}
  /round:
    $ref: '#/paths/~1round'
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string, example: a/7 ü}}
  responses:
    Cart: {content: {application/json: {schema: {$ref: '#/components/schemas/Cart'}}}}
  schemas:
    Cart:
      type: object
      required: [id, secret]
      properties:
        id: {type: integer, example: 7, minimum: 0, exclusiveMinimum: true}
        secret: {type: string, writeOnly: true, example: x}
        note: {type: string, nullable: true}
        next: {$ref: '#/components/schemas/Cart'}
"##;

fn told(text: &str) -> String {
    let error = read(text.as_bytes(), "x.yaml").unwrap_err();
    format!("{error}: {}", std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default())
}

#[test]
fn operations_with_enough_examples_become_requests_that_read_first() {
    let read = read(SHOP.as_bytes(), "x.yaml").unwrap();
    let asked: Vec<String> = read.requests.iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    let expected = ["GET /v1/carts?tag=a+b&tag=c", "GET /v1/carts/a%2F7%20%C3%BC", "POST /v1/carts"];
    assert_eq!(asked, expected, "{:#?}", read.remarks);
    let names: Vec<Option<&str>> =
        read.requests.iter().map(|it| it.name.as_ref().map(plimsoll_model::Slug::as_str)).collect();
    assert_eq!(names, [Some("list_carts"), None, Some("addcart")]);
    assert_eq!(read.requests[2].body.as_ref(), br#"{"id":7,"secret":"x"}"#);
    let remarks = read.remarks.join("\n");
    for part in [
        "3 of 7 operations, the answers to 2 of them",
        "`drop` (DELETE /carts/{id}) is left out: its path parameter `id` has no example.",
        "`look` (HEAD /carts/{id}) is left out: only GET, POST, PUT, PATCH, DELETE can be asked with.",
        "`OPTIONS /carts/{id}` is left out",
        "`far` (GET /far) is left out: `other.yaml#/Far` lies elsewhere",
        "`/round` is left out",
    ] {
        assert!(remarks.contains(part), "{part}: {remarks}");
    }
}

#[test]
fn a_schema_of_an_answer_is_whole_in_itself() {
    let read = read(SHOP.as_bytes(), "x.yaml").unwrap();
    let statuses: Vec<_> = read.requests.iter().map(|it| it.answer.status).collect();
    assert_eq!(statuses, [Some(200), None, Some(201)]);
    let schema = read.requests[0].answer.schema.as_ref().unwrap();
    assert_eq!(schema.judge(br#"[{"id": 1, "note": null, "next": {"id": 2}}]"#), Ok(()));
    for wrong in [r#"[{"id": 0}]"#, r#"[{}]"#, r#"[{"id": 1, "note": 5}]"#, r#"[{"id": 1, "next": {}}]"#] {
        assert!(schema.judge(wrong.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn a_schema_that_can_not_be_used_is_told_and_the_request_is_kept() {
    for (schema, why) in [
        (r#"{"$ref": "http://127.0.0.1:1/s.json"}"#, "nothing is fetched"),
        (r##"{"$ref": "#/nowhere"}"##, "is not there"),
        (r#"{"type": "nope"}"#, "it is wrong"),
    ] {
        let text = format!(
            r#"{{"openapi": "3.1.0", "paths": {{"/": {{"get": {{"responses": {{"200": {{"content":
               {{"application/json": {{"schema": {schema}}}}}}}}}}}}}}}}}"#
        );
        let read = read(text.as_bytes(), "x.json").unwrap();
        assert_eq!(read.requests[0].answer.schema, None);
        assert!(read.remarks[1].contains(why), "{:?}", read.remarks);
    }
}

#[test]
fn other_documents_are_told_with_the_way_out() {
    assert!(told("swagger: '2.0'\npaths: {}\n").contains("convert it"));
    assert!(told("{}").contains("no `openapi`") && told("openapi: 4.0.0").contains("4.0.0"));
    assert!(told("a: [1\nb: 2\n").contains("line 2, column 2"));
    assert!(told("{\"openapi\"").contains("no JSON at line 1"));
    assert!(told("openapi: 3.1.0\npaths: {}").contains("It has no operation."));
    assert!(told("openapi: 3.1.0\npaths:\n  /a/{id}: {get: {responses: {}}}").contains("names `id`"));
    let mut bomb = "openapi: 3.1.0\na0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for at in 1..12 {
        let again = vec![format!("*a{}", at - 1); 9].join(",");
        bomb.push_str(&format!("a{at}: &a{at} [{again}]\n"));
    }
    assert!(told(&bomb).contains("anchors"), "{}", told(&bomb));
    assert!(!told(&"[".repeat(100_000)).is_empty() && !told("a: &x\n  b: *x\n").is_empty());
    let many: String = (0..70).map(|at| format!("  /{at}: {{get: {{responses: {{}}}}}}\n")).collect();
    assert!(told(&format!("openapi: 3.1.0\npaths:\n{many}")).contains("70 different"));
}
