//! Writing over HTTP: by the token's bearer alone, whole or not at all.

use crate::client::*;
use crate::stored::*;
use axum::http::Request;
use jialing::serve::Limits;
use std::time::Duration;

const UPDATE: (&str, &str) = ("content-type", "application/sparql-update");
const TURTLE: (&str, &str) = ("content-type", "text/turtle");
const INSERT: &str = "INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }";

async fn holds(client: &Client, pattern: &str) -> bool {
    client.query(&format!("ASK {{ {pattern} }}"), "").await.json()["boolean"] == true
}

#[tokio::test]
async fn without_the_token_nobody_writes() {
    let closed = Stored::new();
    let open = Stored::writable(Limits::default());
    let wrong = ("authorization", "Bearer 0123456789abcdef-tesT");

    closed.client.call("POST", "/sparql", &[UPDATE, BEARER], INSERT).await.is_problem(403, "read-only");
    closed.client.call("PUT", "/store?graph=http://e/g", &[TURTLE, BEARER], "").await.is_problem(403, "read-only");
    for headers in [vec![UPDATE], vec![UPDATE, wrong]] {
        let answer = open.client.call("POST", "/sparql", &headers, INSERT).await;
        answer.is_problem(401, "unauthorized");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    for method in ["PUT", "POST", "DELETE"] {
        open.client.call(method, "/store?graph=http://e/g", &[TURTLE], "").await.is_problem(401, "unauthorized");
    }
    for stored in [closed, open] {
        assert_eq!(stored.store.current_version().unwrap(), 1);
    }
}

#[tokio::test]
async fn an_update_is_read_by_the_next_request() {
    let stored = Stored::writable(Limits::default());
    let client = &stored.client;

    let direct = client.call("POST", "/sparql", &[UPDATE, BEARER], INSERT).await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let second = format!("update={}", encode(&INSERT.replace('1', "2")));
    let by_form = client.call("POST", "/sparql", &[form, BEARER], &second).await;

    assert_eq!((direct.status.as_u16(), by_form.status.as_u16()), (204, 204), "{} {}", direct.text(), by_form.text());
    assert!(holds(client, "<http://e/s> <http://e/p> 1, 2").await);
    assert!(holds(client, "GRAPH <http://e/g> { <http://e/s> <http://e/p> 1, 2 }").await);
    let service = client.get("/sparql").await.text();
    assert!(service.contains("SPARQL11Update"), "{service}");
}

#[tokio::test]
async fn the_protocols_dataset_is_that_of_the_patterns() {
    let stored = Stored::writable(Limits::default());
    let client = &stored.client;
    let two = "INSERT DATA { GRAPH <http://e/1> { <http://e/a> a <http://e/C> } GRAPH <http://e/2> { <http://e/b> a <http://e/C> } }";
    let copy = "INSERT { GRAPH <http://e/to> { ?s a <http://e/D> } } WHERE { ?s a <http://e/C> }";
    client.call("POST", "/sparql", &[UPDATE, BEARER], two).await;

    let one = client.call("POST", "/sparql?using-graph-uri=http://e/1", &[UPDATE, BEARER], copy).await;
    let both = copy.replace("WHERE", "USING <http://e/2> WHERE");
    let conflict = client.call("POST", "/sparql?using-graph-uri=http://e/1", &[UPDATE, BEARER], &both).await;

    assert_eq!(one.status, 204);
    conflict.is_problem(400, "query-syntax");
    assert!(holds(client, "<http://e/a> a <http://e/D>").await);
    assert!(!holds(client, "<http://e/b> a <http://e/D>").await);
}

#[tokio::test]
async fn a_graph_is_put_added_to_read_and_dropped_by_either_name() {
    let stored = Stored::writable(Limits::default());
    let client = &stored.client;
    for path in ["/store?graph=http://e/g", "/store/person/1"] {
        let put = client.call("PUT", path, &[TURTLE, BEARER], "<> <http://e/p> [ <http://e/q> 1 ] .").await;
        let again = client.call("PUT", path, &[TURTLE, BEARER], "<> <http://e/p> [ <http://e/q> 2 ] .").await;
        let added = client.call("POST", path, &[TURTLE, BEARER], "<> <http://e/p> [ <http://e/q> 3 ] .").await;
        let text = client.get_as(path, "application/n-triples").await.text();
        let gone = client.call("DELETE", path, &[BEARER], "").await;

        assert_eq!((put.status, again.status, added.status, gone.status).0, 201, "{}", put.text());
        assert_eq!((again.status.as_u16(), added.status.as_u16(), gone.status.as_u16()), (204, 204, 204));
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.contains("\"2\"") && text.contains("\"3\"") && !text.contains("\"1\""), "{text}");
        client.get(path).await.is_problem(404, "not-found");
        client.call("DELETE", path, &[BEARER], "").await.is_problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_post_to_the_store_makes_a_graph_and_tells_its_name() {
    let stored = Stored::writable(Limits::default());

    let made = stored.client.call("POST", "/store", &[TURTLE, BEARER], "<http://e/s> <http://e/p> 1 .").await;

    assert_eq!(made.status, 201, "{}", made.text());
    let name = made.header("location");
    let path = name.strip_prefix("http://localhost:7878").unwrap();
    assert!(stored.client.get(path).await.text().contains("<http://e/s>"));
}

#[tokio::test]
async fn a_form_with_two_files_is_their_union() {
    let stored = Stored::writable(Limits::default());
    let body = "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a.ttl\"\r\nContent-Type: text/turtle\r\n\r\n\
        <http://e/s> <http://e/p> [] .\r\n--x\r\nContent-Disposition: form-data; name=\"b\"; filename=\"b.nt\"\r\n\r\n\
        <http://e/s> <http://e/q> _:b0 .\r\n--x--\r\n";
    let form = ("content-type", "multipart/form-data; boundary=x");

    let put = stored.client.call("POST", "/store?graph=http://e/g", &[form, BEARER], body).await;
    let broken = stored.client.call("POST", "/store?graph=http://e/g", &[form, BEARER], &body[..60]).await;

    assert_eq!(put.status, 201, "{}", put.text());
    broken.is_problem(400, "bad-body");
    let text = stored.client.get_as("/store?graph=http://e/g", "application/n-triples").await.text();
    assert_eq!(text.lines().count(), 2, "{text}");
}

#[tokio::test]
async fn what_cannot_be_read_changes_nothing_and_is_told_with_its_place() {
    let stored = Stored::writable(Limits { upload: 10_000, ..Limits::default() });
    let client = &stored.client;
    let put = async |kind: &str, body: &str| {
        client.call("PUT", "/store?graph=http://e/g", &[("content-type", kind), BEARER], body).await
    };

    let half = put("text/turtle", "<http://e/s> <http://e/p> 1 .\n<http://e/s> <http://e/p .").await;
    half.is_problem(400, "bad-body");
    assert!(half.json()["detail"].as_str().unwrap().contains("line 2"), "{}", half.text());
    put("application/rdf+xml", "<http://e/s> <http://e/p> 1 .").await.is_problem(400, "bad-body");
    put("application/n-quads", "<http://e/s> <http://e/p> <http://e/o> <http://e/other> .")
        .await
        .is_problem(400, "bad-body");
    put("image/png", "").await.is_problem(415, "media-type");
    put("", "").await.is_problem(415, "media-type");
    put("text/turtle", &"#".repeat(20_000)).await.is_problem(413, "body-too-large");
    client.call("PUT", "/store", &[TURTLE, BEARER], "").await.is_problem(400, "bad-request");
    client.call("PUT", "/store?default&graph=http://e/g", &[TURTLE, BEARER], "").await.is_problem(400, "bad-request");
    client.call("PUT", "/store?graph=no%20iri", &[TURTLE, BEARER], "").await.is_problem(400, "bad-request");
    for update in ["INSERT DATA { <a> <b> }", "LOAD <http://e/x>", "INSERT DATA { <http://e/s> <http://e/p> 1 } ; DROP"]
    {
        client.call("POST", "/sparql", &[UPDATE, BEARER], update).await.is_problem(400, "query-syntax");
    }
    let bytes = Request::post("/sparql").header(UPDATE.0, UPDATE.1).header(BEARER.0, BEARER.1);
    client.send(bytes.body(vec![0xFF, 0xFE].into()).unwrap()).await.is_problem(400, "bad-request");
    let both = client.call("POST", "/sparql?query=ASK%7B%7D", &[UPDATE, BEARER], INSERT).await;
    both.is_problem(400, "query-repeated");
    client.get(&format!("/sparql?update={}", encode(INSERT))).await.is_problem(405, "method");

    assert_eq!(stored.store.current_version().unwrap(), 1);
}

#[tokio::test]
async fn a_change_that_takes_too_long_is_undone_and_one_beside_a_build_waits() {
    let stored = Stored::writable(Limits { change: Duration::from_secs(2), ..Limits::default() });
    let endless =
        "INSERT { <http://e/s> <http://e/p> ?n } WHERE { SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }";

    stored.client.call("POST", "/sparql", &[UPDATE, BEARER], endless).await.is_problem(504, "deadline");
    let build = stored.store.write().unwrap();
    let beside = stored.client.call("POST", "/sparql", &[UPDATE, BEARER], INSERT).await;
    drop(build);
    let after = stored.client.call("POST", "/sparql", &[UPDATE, BEARER], INSERT).await;

    beside.is_problem(503, "overloaded");
    assert_eq!(beside.header("retry-after"), "30");
    assert_eq!(after.status, 204, "{}", after.text());
    assert!(!holds(&stored.client, "<http://e/s> <http://e/p> ?n FILTER(?n > 1)").await);
}

#[tokio::test]
async fn data_in_memory_cannot_be_written() {
    use jialing::serve::access::Token;
    let client = Client::new();
    let client = Client { state: client.state.writable(Token::new(TOKEN).unwrap()) };

    client.call("POST", "/sparql", &[UPDATE, BEARER], INSERT).await.is_problem(403, "read-only");
}
