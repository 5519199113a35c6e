//! The SPARQL 1.1 Protocol and the Graph Store Protocol, requirement by requirement, with requests of our own. Each case
//! bears the name of the W3C test that looks at the same requirement; the suites themselves are run from outside.

use crate::client::*;
use crate::stored::*;
use jialing::serve::Limits;

const DATA: &str = "INSERT DATA {
    GRAPH <http://e/1> { <http://e/a> a <http://e/Doc> } GRAPH <http://e/2> { <http://e/b> a <http://e/Doc> }
    GRAPH <http://e/3> { <http://e/c> a <http://e/Doc> } }";
const BOTH: &str = "ASK { <http://e/a> a ?t . <http://e/b> a ?u }";
const NAMED: &str = "ASK { GRAPH ?g { <http://e/a> a ?t } GRAPH ?h { <http://e/b> a ?u } }";
const FORM: &str = "application/x-www-form-urlencoded";
const QUERY: &str = "application/sparql-query";
const UPDATE: &str = "application/sparql-update";

/// What is expected of an answer.
#[derive(Debug, Clone, Copy)]
enum Expected {
    /// It is true, or false.
    Boolean(bool),
    /// It is done.
    Done,
    /// Its media type is one of these.
    Kinds(&'static [&'static str]),
    /// It is refused, as the caller's mistake.
    Refused,
}
use Expected::{Boolean, Done, Kinds, Refused};

const TABLES: &[&str] =
    &["application/sparql-results+xml", "application/sparql-results+json", "text/csv", "text/tab-separated-values"];
const GRAPHS: &[&str] = &["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"];

async fn holds(client: &Client, name: &str, answer: &Answer, expected: Expected) {
    let told = || format!("{name}: {} {}", answer.status, answer.text());
    match expected {
        Boolean(value) => assert_eq!(answer.json()["boolean"], value, "{}", told()),
        Done => assert!(answer.status.is_success(), "{}", told()),
        Kinds(kinds) => assert!(answer.status == 200 && kinds.contains(&answer.kind().as_str()), "{}", told()),
        Refused => {
            assert!(answer.status.is_client_error(), "{}", told());
            assert_eq!(answer.kind(), "application/problem+json", "{name}");
        }
    }
    assert_eq!(client.query("ASK {}", "").await.status, 200, "after {name} the server still answers");
}

#[tokio::test]
async fn queries_are_taken_and_refused_as_the_protocol_says() {
    let stored = Stored::writable(Limits::default());
    let client = &stored.client;
    client.call("POST", "/sparql", &[("content-type", UPDATE), BEARER], DATA).await;
    let (one, two, three) = (encode("http://e/1"), encode("http://e/2"), encode("http://e/3"));
    let default = format!("default-graph-uri={one}&default-graph-uri={two}");
    let named = format!("named-graph-uri={one}&named-graph-uri={two}");
    let full = "ASK { <http://e/c> a ?s GRAPH ?g { <http://e/a> a ?t } GRAPH ?h { <http://e/b> a ?u } }";
    let from = NAMED.replace("ASK", "ASK FROM <http://e/3>");
    let get = |query: &str, more: &str| ("GET", format!("/sparql?query={}&{more}", encode(query)), "", String::new());
    let post = |query: &str, more: &str| ("POST", format!("/sparql?{more}"), QUERY, query.to_owned());
    let form = |body: String| ("POST", "/sparql".to_owned(), FORM, body);

    for (name, (method, path, kind, body), expected) in [
        ("query_get", get("ASK {}", ""), Boolean(true)),
        ("query_post_form", form(format!("query={}", encode("ASK {}"))), Boolean(true)),
        ("query_post_direct", post("ASK {}", ""), Boolean(true)),
        ("query_dataset_default_graphs_get", get(BOTH, &default), Boolean(true)),
        ("query_dataset_default_graphs_get", get(BOTH, &format!("default-graph-uri={one}")), Boolean(false)),
        ("query_dataset_default_graphs_post", post(BOTH, &default), Boolean(true)),
        ("query_dataset_named_graphs_get", get(NAMED, &named), Boolean(true)),
        ("query_dataset_named_graphs_get", get(NAMED, &format!("named-graph-uri={one}")), Boolean(false)),
        ("query_dataset_named_graphs_post", post(NAMED, &named), Boolean(true)),
        ("query_dataset_full", post(full, &format!("{named}&default-graph-uri={three}")), Boolean(true)),
        ("query_multiple_dataset", post(&from, &named), Boolean(true)),
        ("query_content_type_select", post("SELECT (1 AS ?n) {}", ""), Kinds(TABLES)),
        ("query_content_type_ask", post("ASK {}", ""), Kinds(&TABLES[..2])),
        ("query_content_type_describe", post("DESCRIBE <http://e/a>", ""), Kinds(GRAPHS)),
        ("query_content_type_construct", post("CONSTRUCT { <http://e/s> <http://e/p> 1 } {}", ""), Kinds(GRAPHS)),
        ("bad_query_method", ("PUT", get("ASK {}", "").1, FORM, String::new()), Refused),
        ("bad_multiple_queries", get("ASK {}", "query=ASK%7B%7D"), Refused),
        ("bad_query_wrong_media_type", ("POST", "/sparql".into(), "text/plain", "ASK {}".into()), Refused),
        ("bad_query_missing_form_type", ("POST", "/sparql".into(), "", "query=ASK%7B%7D".into()), Refused),
        ("bad_query_missing_direct_type", ("POST", "/sparql".into(), "", "ASK {}".into()), Refused),
        ("bad_query_syntax", get("ASK {", ""), Refused),
    ] {
        let kind = [("content-type", kind)];
        let answer = client.call(method, &path, if kind[0].1.is_empty() { &[] } else { &kind }, &body).await;
        holds(client, name, &answer, expected).await;
    }
}

#[tokio::test]
async fn updates_are_taken_and_refused_as_the_protocol_says() {
    let stored = Stored::writable(Limits::default());
    let client = &stored.client;
    let copy = |to: &str| format!("INSERT {{ GRAPH <{to}> {{ ?s a <http://e/X> }} }} WHERE {{ ?s a <http://e/Doc> }}");
    let by_name = copy("http://e/named").replace("?s a <http://e/Doc>", "GRAPH ?g { ?s a <http://e/Doc> }");
    let full = "INSERT { GRAPH <http://e/full> { ?s <http://e/in> ?in } } WHERE {
        { GRAPH ?in { ?s a <http://e/Doc> } } UNION { ?s a <http://e/Doc> BIND('default' AS ?in) } }";
    let (one, two) = (encode("http://e/1"), encode("http://e/2"));
    let direct = |more: &str, update: &str| (format!("/sparql?{more}"), UPDATE, update.to_owned());
    let form = |body: &str| ("/sparql".to_owned(), FORM, body.to_owned());
    let clear = encode("CLEAR GRAPH <http://e/none>");

    for (name, (path, kind, body), expected, then) in [
        ("update_post_direct", direct("", DATA), Done, "GRAPH <http://e/1> { <http://e/a> a <http://e/Doc> }"),
        ("update_post_form", form(&format!("update={}", encode(DATA))), Done, "<http://e/c> a <http://e/Doc>"),
        (
            "update_dataset_default_graph",
            direct(&format!("using-graph-uri={one}"), &copy("http://e/one")),
            Done,
            "GRAPH <http://e/one> { <http://e/a> a ?x FILTER NOT EXISTS { <http://e/b> a ?y } }",
        ),
        (
            "update_dataset_default_graphs",
            direct(&format!("using-graph-uri={one}&using-graph-uri={two}"), &copy("http://e/both")),
            Done,
            "GRAPH <http://e/both> { <http://e/a> a ?x . <http://e/b> a ?y FILTER NOT EXISTS { <http://e/c> a ?z } }",
        ),
        (
            "update_dataset_named_graphs",
            direct(&format!("using-named-graph-uri={one}&using-named-graph-uri={two}"), &by_name),
            Done,
            "GRAPH <http://e/named> { <http://e/a> a ?x . <http://e/b> a ?y FILTER NOT EXISTS { <http://e/c> a ?z } }",
        ),
        (
            "update_dataset_full",
            direct(&format!("using-graph-uri={one}&using-named-graph-uri={two}"), full),
            Done,
            "GRAPH <http://e/full> { <http://e/a> <http://e/in> 'default' . <http://e/b> <http://e/in> <http://e/2> }",
        ),
        (
            "update_base_uri",
            direct("", "INSERT DATA { GRAPH <http://e/base> { <http://e/s> <http://e/p> <test> } }"),
            Done,
            "GRAPH <http://e/base> { ?s ?p ?o FILTER(isIRI(?o) && STR(?o) != 'test') }",
        ),
        ("bad_multiple_updates", form(&format!("update={clear}&update={clear}")), Refused, ""),
        ("bad_update_wrong_media_type", ("/sparql".into(), "text/plain", "CLEAR NAMED".into()), Refused, ""),
        ("bad_update_missing_form_type", ("/sparql".into(), "", format!("update={clear}")), Refused, ""),
        ("bad_update_syntax", form("update=CLEAR+NOTHING"), Refused, ""),
        (
            "bad_update_dataset_conflict",
            direct(
                &format!("using-named-graph-uri={one}"),
                &copy("http://e/x").replace("WHERE", "USING <http://e/1> WHERE"),
            ),
            Refused,
            "",
        ),
    ] {
        let headers = [BEARER, ("content-type", kind)];
        let headers = if kind.is_empty() { &headers[..1] } else { &headers };
        let answer = client.call("POST", &path, headers, &body).await;
        holds(client, name, &answer, expected).await;
        if !then.is_empty() {
            let asked = client.query(&format!("ASK {{ {then} }}"), "").await;
            assert_eq!(asked.json()["boolean"], true, "{name}: {then}");
        }
    }
    let by_get = client.call("GET", &format!("/sparql?update={clear}"), &[BEARER], "").await;
    holds(client, "bad_update_get", &by_get, Refused).await;
}

#[tokio::test]
async fn text_in_another_encoding_is_refused() {
    let stored = Stored::writable(Limits::default());
    let client = &stored.client;
    for (name, kind, text) in [
        ("bad_query_non_utf8", "application/sparql-query; charset=UTF-16", "ASK {}"),
        ("bad_update_non_utf8", "application/sparql-update; charset=UTF-16", "CLEAR NAMED"),
    ] {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).chain([0xFF, 0xFE]).collect();
        let request = axum::http::Request::post("/sparql").header("content-type", kind).header(BEARER.0, BEARER.1);
        let answer = client.send(request.body(bytes.into()).unwrap()).await;
        holds(client, name, &answer, Refused).await;
    }
}

#[tokio::test]
async fn a_percent_in_a_graphs_name_is_decoded_once() {
    let stored = Stored::writable(Limits::default());
    let client = &stored.client;
    let put = async |name: &str, value: u8| {
        let body = format!("<http://e/s> <http://e/p> {value} .");
        let headers = [("content-type", "text/turtle"), BEARER];
        client.call("PUT", &format!("/store?graph={name}"), &headers, &body).await.status.as_u16()
    };

    assert_eq!(put("http://e/g1", 1).await, 201);
    assert_eq!(put("http%3A%2F%2Fe%2Fg%31", 2).await, 204, "the same graph");
    assert_eq!(put("http://e/g%2531", 3).await, 201, "another: `%31` belongs to its name");
    assert!(client.get_as("/store?graph=http://e/g1", "text/turtle").await.text().contains('2'));
}
