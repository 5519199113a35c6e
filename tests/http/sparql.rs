//! `/sparql`: the protocol, its forms, its limits.

use crate::client::*;
use crate::data::*;
use axum::body::Body;
use axum::http::Request;
use jialing::serve::Limits;
use oxigraph::io::RdfFormat;
use std::time::Duration;

#[tokio::test]
async fn a_query_by_get_and_by_both_posts_gives_the_same_result() {
    let client = Client::new();
    let form = format!("query={}", encode(COUNT));

    let by_get = client.get(&format!("/sparql?query={}", encode(COUNT))).await;
    let by_form = client
        .call("POST", "/sparql", &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")], &form)
        .await;
    let by_body = client.call("POST", "/sparql", &[("content-type", "application/sparql-query")], COUNT).await;
    let by_query = client.call("QUERY", "/sparql", &[("content-type", "application/sparql-query")], COUNT).await;

    assert_eq!(by_get.status, 200, "{}", by_get.text());
    assert_eq!(by_get.kind(), "application/sparql-results+json");
    assert_eq!(by_get.json()["results"]["bindings"][0]["n"]["value"], "2");
    for other in [&by_form, &by_body, &by_query] {
        assert_eq!(other.status, 200);
        assert_eq!(other.bytes, by_get.bytes);
    }
    assert_eq!(by_form.header("cache-control"), "no-store");
    assert!(by_get.header("cache-control").contains("max-age"));
    assert_eq!(by_get.header("vary"), "Accept, Accept-Encoding");
}

#[tokio::test]
async fn tables_come_in_four_forms_and_booleans_in_two() {
    let client = Client::new();
    for accept in
        ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"]
    {
        let answer = client.query(COUNT, accept).await;
        assert_eq!((answer.status.as_u16(), answer.kind().as_str()), (200, accept));
        assert!(answer.text().contains('2'));
    }
    for accept in ["application/sparql-results+json", "application/sparql-results+xml"] {
        let answer = client.query("ASK { ?s ?p ?o }", accept).await;
        assert_eq!((answer.status.as_u16(), answer.kind().as_str()), (200, accept));
        assert!(answer.text().contains("true"));
    }

    client.query("ASK {}", "text/csv").await.is_problem(406, "not-acceptable");
    client.query(COUNT, "image/png").await.is_problem(406, "not-acceptable");
    assert_eq!(client.query(COUNT, "application/json").await.kind(), "application/sparql-results+json");
}

#[tokio::test]
async fn graphs_come_in_four_forms() {
    let client = Client::new();
    let construct = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <https://w3id.org/jialing/ontology#Place> ; ?p ?o }";
    let mut counts = Vec::new();
    for (accept, format) in [
        ("text/turtle", RdfFormat::Turtle),
        ("application/n-triples", RdfFormat::NTriples),
        ("application/rdf+xml", RdfFormat::RdfXml),
        ("application/ld+json", RdfFormat::JsonLd { profile: Default::default() }),
    ] {
        let answer = client.query(construct, accept).await;
        assert_eq!((answer.status.as_u16(), answer.kind().as_str()), (200, accept));
        counts.push(triples(&answer, format).len());
    }

    assert!(counts[0] > 4);
    assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
    assert_eq!(client.query(construct, "").await.kind(), "text/turtle");
}

#[tokio::test]
async fn a_format_by_name_overrides_accept() {
    let client = Client::new();
    let path = format!("/sparql?query={}&format=csv", encode(COUNT));

    let answer = client.get_as(&path, "application/sparql-results+xml").await;
    let unknown = client.get(&path.replace("csv", "exe")).await;

    assert_eq!(answer.kind(), "text/csv");
    assert_eq!(answer.text(), "n\r\n2\r\n");
    unknown.is_problem(406, "not-acceptable");
}

#[tokio::test]
async fn what_is_not_one_good_query_is_refused_with_its_reason() {
    let client = Client::new();
    client.get("/sparql?format=ttl").await.is_problem(400, "query-missing");
    client.get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D").await.is_problem(400, "query-repeated");
    client.get("/sparql?query=%FF").await.is_problem(400, "bad-request");

    let wrong = client.query("SELECT WHERE {", "").await;
    wrong.is_problem(400, "query-syntax");
    assert!(wrong.json()["detail"].as_str().unwrap().contains("expected"), "{}", wrong.text());

    let both =
        client.call("POST", "/sparql?query=ASK%7B%7D", &[("content-type", "application/sparql-query")], "ASK {}").await;
    both.is_problem(400, "query-repeated");
    let untyped = client.call("POST", "/sparql", &[], COUNT).await;
    untyped.is_problem(415, "media-type");
    let json = client.call("POST", "/sparql", &[("content-type", "application/json")], "{}").await;
    json.is_problem(415, "media-type");
    let bytes = client
        .send(
            Request::post("/sparql")
                .header("content-type", "application/sparql-query")
                .body(Body::from(vec![0xFF, 0xFE]))
                .unwrap(),
        )
        .await;
    bytes.is_problem(400, "bad-request");
}

#[tokio::test]
async fn updates_are_refused_and_change_nothing() {
    let client = Client::new();
    let update = "DELETE WHERE { ?s ?p ?o }";

    let by_type = client.call("POST", "/sparql", &[("content-type", "application/sparql-update")], update).await;
    let by_form = client
        .call(
            "POST",
            "/sparql",
            &[("content-type", "application/x-www-form-urlencoded")],
            &format!("update={}", encode(update)),
        )
        .await;
    let as_query = client.query(update, "").await;

    by_type.is_problem(403, "read-only");
    by_form.is_problem(403, "read-only");
    as_query.is_problem(400, "query-syntax");
    assert_eq!(client.query(COUNT, "").await.json()["results"]["bindings"][0]["n"]["value"], "2");
}

#[tokio::test]
async fn other_methods_are_told_what_is_allowed() {
    let client = Client::new();
    for (method, path) in [("DELETE", "/sparql"), ("PUT", "/store?default"), ("POST", "/things/place"), ("DELETE", "/")]
    {
        let answer = client.call(method, path, &[], "").await;
        answer.is_problem(405, "method");
        assert!(answer.header("allow").contains("GET"), "{path}: {}", answer.header("allow"));
    }
}

#[tokio::test]
async fn options_answers_with_what_is_allowed_and_open_to_every_origin() {
    let client = Client::new();
    for path in ["/sparql", "/store", "/", "/id/place/x", "/api/", "/catalog"] {
        let answer = client
            .call("OPTIONS", path, &[("origin", "https://example.org"), ("access-control-request-method", "POST")], "")
            .await;
        assert_eq!(answer.status, 204, "{path}");
        assert!(answer.header("allow").contains("GET"), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(answer.header("access-control-allow-methods").contains("QUERY"));
        assert!(answer.header("access-control-expose-headers").contains("Retry-After"));
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let client = Client::new();
    for path in
        [format!("/sparql?query={}", encode(COUNT)), "/".into(), "/id/article/a1".into(), "/store?default".into()]
    {
        let get = client.get(&path).await;
        let head = client.call("HEAD", &path, &[], "").await;

        assert_eq!(head.status, 200, "{path}");
        assert!(head.bytes.is_empty(), "{path}");
        assert_eq!(head.header("etag"), get.header("etag"), "{path}");
        assert_eq!(head.kind(), get.kind(), "{path}");
    }
}

#[tokio::test]
async fn without_a_query_string_the_service_describes_itself() {
    let client = Client::new();

    let answer = client.get("/sparql").await;
    let said = triples(&answer, RdfFormat::Turtle);
    let has = |predicate: &str, object: &str| {
        said.iter()
            .any(|triple| triple.predicate.as_str().ends_with(predicate) && triple.object.to_string().contains(object))
    };

    assert_eq!(answer.kind(), "text/turtle");
    assert!(has("#endpoint", "http://localhost:7878/sparql"));
    assert!(has("#supportedLanguage", "SPARQL11Query"));
    for format in [
        "SPARQL_Results_JSON",
        "SPARQL_Results_XML",
        "SPARQL_Results_CSV",
        "SPARQL_Results_TSV",
        "Turtle",
        "N-Triples",
        "RDF_XML",
        "JSON-LD",
    ] {
        assert!(has("#resultFormat", format), "{format}");
    }
    assert!(has("#namedGraph", "#graph-1"));
    assert!(!answer.text().contains("_:"));
}

#[tokio::test]
async fn a_browser_gets_the_editor_and_the_result_below_it() {
    let client = Client::new();

    let editor = client.browse("/sparql").await;
    let result = client
        .browse(&format!(
            "/sparql?query={}",
            encode("SELECT ?s WHERE { ?s a <https://w3id.org/jialing/ontology#Place> }")
        ))
        .await;
    let wrong = client.browse("/sparql?query=SELEKT").await;

    assert_eq!((editor.status.as_u16(), editor.kind().as_str()), (200, "text/html"));
    assert!(editor.text().contains("<textarea"));
    assert!(result.text().contains("/doc/place/500000"), "{}", result.text());
    assert!(result.text().contains("format=csv"));
    assert_eq!(wrong.status, 400);
    assert_eq!(wrong.kind(), "text/html");
    assert!(wrong.text().contains("SELEKT"), "the query must not be lost");
}

#[tokio::test]
async fn the_protocols_dataset_wins_over_the_querys() {
    let client = Client::new();
    let query = "SELECT (COUNT(*) AS ?n) FROM <http://localhost:7878/id/article/a2> WHERE { ?s a <https://w3id.org/jialing/ontology#Event> }";
    let path = format!("/sparql?query={}", encode(query));
    let count = |answer: &Answer| answer.json()["results"]["bindings"][0]["n"]["value"].as_str().unwrap().to_owned();

    let own = client.get(&path).await;
    let other =
        client.get(&format!("{path}&default-graph-uri={}", encode("http://localhost:7878/id/article/a1"))).await;
    let both = client
        .get(&format!(
            "{path}&default-graph-uri={}&default-graph-uri={}",
            encode("http://localhost:7878/id/article/a1"),
            encode("http://localhost:7878/id/article/a2")
        ))
        .await;
    let named = "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }";
    let one = client
        .get(&format!(
            "/sparql?query={}&named-graph-uri={}",
            encode(named),
            encode("http://localhost:7878/id/article/a1")
        ))
        .await;

    assert_eq!(count(&own), "1");
    assert_eq!(count(&other), "0");
    assert_eq!(count(&both), "1");
    assert_eq!(count(&one), "1");
    client.get(&format!("{path}&default-graph-uri=not%20an%20iri")).await.is_problem(400, "bad-request");
}

#[tokio::test]
async fn sums_count_each_statement_once_though_articles_share_it() {
    let client = Client::new();
    let query = "SELECT (COUNT(?l) AS ?n) WHERE { <http://localhost:7878/id/indicator/森林覆盖率> <http://www.w3.org/2004/02/skos/core#prefLabel> ?l }";

    let answer = client.query(query, "text/csv").await;

    assert_eq!(answer.text(), "n\r\n1\r\n");
}

#[tokio::test]
async fn service_is_off() {
    let client = Client::new();

    let answer = client.query("SELECT * { SERVICE <http://169.254.169.254/> { ?s ?p ?o } }", "").await;

    answer.is_problem(403, "service-not-allowed");
}

#[tokio::test]
async fn deep_nesting_is_refused_and_long_chains_do_not_end_the_process() {
    let limits = Limits { deadline: Duration::from_secs(3), ..Limits::default() };
    let client = Client::with(snapshot(), limits);
    let post = async |query: String| {
        client.call("POST", "/sparql", &[("content-type", "application/sparql-query")], &query).await
    };

    post(format!("ASK {}", "{".repeat(30_000))).await.is_problem(400, "query-nesting");
    let chain = |part: &str, times: usize| part.repeat(times);
    for query in [
        format!("ASK {{ FILTER(1{}) }}", chain("||1", 15_000)),
        format!("ASK {{ FILTER(1{}) }}", chain("+1", 20_000)),
        format!("ASK {{ {{}}{} }}", chain(" UNION{}", 6_000)),
        format!("ASK {{ {} }}", chain("OPTIONAL{} ", 5_000)),
        format!("ASK {{ ?s <x:p>{} ?o }}", chain("/<x:p>", 8_000)),
        format!("ASK {{ ?s <x:p>{} ?o }}", chain("|<x:p>", 8_000)),
        format!("ASK {{ ?s <x:p> {} }}", chain("1,", 20_000) + "1"),
        format!("SELECT * {{ {} }}", chain("MINUS{} ", 7_000)),
        format!("SELECT * {{ {} }}", chain("BIND(1 AS ?x)", 2)),
    ] {
        let answer = post(query).await;
        assert!(matches!(answer.status.as_u16(), 200 | 400 | 504), "{}", answer.status);
    }
    assert_eq!(client.query("ASK {}", "").await.status, 200, "the server still answers");
}

#[tokio::test]
async fn the_limits_hold() {
    let limits =
        Limits { deadline: Duration::from_millis(300), result: 2_000, body: 5_000, query: 1_000, ..Limits::default() };
    let client = Client::with(snapshot(), limits);
    let long = format!("ASK {{ ?s ?p '{}' }}", "x".repeat(2_000));
    let typed = [("content-type", "application/sparql-query")];

    client.call("POST", "/sparql", &typed, &long).await.is_problem(413, "body-too-large");
    client.call("POST", "/sparql", &typed, &"x".repeat(10_000)).await.is_problem(413, "body-too-large");
    client.get(&format!("/sparql?query={}", "x".repeat(5_000))).await.is_problem(414, "uri-too-long");
    client.query("SELECT * { ?s ?p ?o }", "").await.is_problem(422, "result-too-large");
    client.get("/store?graph=http://localhost:7878/graph/ontology").await.is_problem(422, "result-too-large");

    let endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";
    for accept in ["application/sparql-results+json", "text/csv"] {
        client.query(endless, accept).await.is_problem(504, "deadline");
    }
}

#[tokio::test]
async fn when_every_turn_is_taken_callers_are_told_to_come_back() {
    let limits = Limits {
        deadline: Duration::from_millis(1500),
        patience: Duration::from_millis(10),
        evaluations: 1,
        ..Limits::default()
    };
    let client = Client::with(snapshot(), limits);
    let endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";

    let (slow, quick) = tokio::join!(client.query(endless, ""), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        client.query("ASK {}", "").await
    });

    slow.is_problem(504, "deadline");
    quick.is_problem(503, "overloaded");
    assert_eq!(quick.header("retry-after"), "5");
    assert_eq!(client.query("ASK {}", "").await.status, 200);
}
