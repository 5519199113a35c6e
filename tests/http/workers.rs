//! Queries in worker processes: the same answers, and a certain bound on time and memory.

use crate::client::*;
use crate::stored::*;
use jialing::serve::{AppState, Limits, Settings, app, federation};
use std::sync::atomic::Ordering;
use std::time::Duration;

#[tokio::test]
async fn workers_answer_as_the_server_itself_does() {
    let (stored, memory) = (Stored::new(), Client::new());
    let construct = "CONSTRUCT WHERE { ?s a <https://w3id.org/jialing/ontology#Place> ; ?p ?o }";
    let graph = format!("/store?graph={}", encode("http://localhost:7878/id/article/a1"));
    let place = encode("http://localhost:7878/id/place/柳溪县~500000");
    for (path, accept) in [
        (format!("/sparql?query={}", encode(COUNT)), "application/sparql-results+json"),
        (format!("/sparql?query={}", encode(COUNT)), "text/html"),
        (format!("/sparql?query={}", encode(construct)), "application/n-triples"),
        (format!("/sparql?query={}", encode("SELECT ?s {")), "text/csv"),
        (graph, "application/n-triples"),
        ("/store?graph=http://localhost:7878/none".into(), "text/turtle"),
        (format!("/api/place-figures?place={place}"), "text/csv"),
        (format!("/api/place-figures?place={place}"), "application/json"),
        (format!("/api/place-figures?place={place}"), "text/html"),
        (format!("/api/place-figures?place={place}&page=9"), "application/json"),
        ("/api/articles.csv".into(), ""),
    ] {
        let (one, other) = (stored.client.get_as(&path, accept).await, memory.get_as(&path, accept).await);
        let lines = |answer: &Answer| {
            let text = answer.text();
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(one.status, other.status, "{path}: {}", one.text());
        assert_eq!(one.kind(), other.kind(), "{path}");
        assert_eq!(one.header("etag"), other.header("etag"), "{path}");
        // A page tells the version at its foot, and a problem the request's own id.
        match one.kind().as_str() {
            "text/html" => {}
            "application/problem+json" => assert_eq!(one.json()["detail"], other.json()["detail"], "{path}"),
            _ => assert_eq!(lines(&one), lines(&other), "{path}"),
        }
    }
}

/// The queries that brought other endpoints to wrong answers, or to none: streams without end in several forms, counts,
/// sorts and groups over joins of millions of rows, a path over all pairs, a question that is never true.
const HEAVY: [(&str, &str); 10] = [
    ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "application/sparql-results+json"),
    ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "text/csv"),
    ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }", "text/csv"),
    ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?b ?f . ?g ?b ?i }", "text/csv"),
    ("SELECT * { ?a ?b ?c . ?d ?b ?f } ORDER BY ?f ?a", "text/csv"),
    ("SELECT ?b (COUNT(DISTINCT CONCAT(?a, ?d)) AS ?n) { ?a ?b ?c . ?d ?b ?f } GROUP BY ?b", "text/csv"),
    ("SELECT (COUNT(*) AS ?n) { ?a (!<x:y>|^!<x:y>)+ ?c }", "text/csv"),
    (
        "ASK { ?a ?b ?c . ?d ?b ?f . ?g ?b ?i FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = 'never') }",
        "application/sparql-results+json",
    ),
    ("CONSTRUCT { ?a ?e ?f } { ?a ?b ?c . ?d ?e ?f }", "text/turtle"),
    ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "text/csv"),
];

#[tokio::test]
async fn ten_heavy_queries_at_once_are_refused_and_a_light_one_beside_them_is_answered() {
    let limits = Limits { deadline: Duration::from_secs(2), ..Limits::default() };
    let stored = Stored::with(limits, &[crowd(4000)]);
    let client = &stored.client;
    assert_eq!(client.query("ASK {}", "").await.status, 200);

    let heavy = async {
        let asked = HEAVY.map(|(query, accept)| client.query(query, accept));
        futures_util::future::join_all(asked).await
    };
    let mut light = Vec::new();
    let beside = async {
        for offset in 0..40 {
            let query = format!("SELECT * {{ ?s a ?t }} ORDER BY ?s OFFSET {offset} LIMIT 1");
            light.push(client.query(&query, "text/csv").await);
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    };
    let (heavy, ()) = tokio::join!(heavy, beside);

    for (answer, (query, _)) in heavy.iter().zip(HEAVY) {
        assert!(matches!(answer.status.as_u16(), 422 | 503 | 504), "{query}: {} {}", answer.status, answer.text());
        assert_eq!(answer.kind(), "application/problem+json", "{query}");
    }
    assert!(
        light.iter().all(|answer| answer.status == 200),
        "{:?}",
        light.iter().map(|a| a.status).collect::<Vec<_>>()
    );
    assert_eq!(client.state.metrics().running.load(Ordering::Relaxed), 0);
    assert_eq!(client.query(COUNT, "text/csv").await.text(), "n\r\n2\r\n");
}

#[tokio::test]
async fn a_query_that_takes_too_much_memory_is_refused_and_the_next_is_answered() {
    let limits = Limits { memory: 32 << 20, ..Limits::default() };
    let stored = Stored::with(limits, &[crowd(2000)]);
    let sort = "SELECT * { ?a ?b ?c . ?d ?b ?f } ORDER BY ?f ?a";

    stored.client.query(sort, "text/csv").await.is_problem(422, "query-memory");

    assert_eq!(stored.client.query(COUNT, "text/csv").await.text(), "n\r\n2\r\n");
    assert!(stored.client.state.metrics().workers_killed.load(Ordering::Relaxed) > 0);
}

#[tokio::test]
async fn a_long_result_is_whole_or_refused() {
    let stored = Stored::with(Limits::default(), &[crowd(4000)]);
    let query = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000";

    let whole = stored.client.query(query, "application/sparql-results+json").await;

    assert_eq!(whole.status, 200, "{}", whole.text().chars().take(200).collect::<String>());
    assert!(whole.bytes.len() > 16 << 20, "it must not fit into memory, or the test tells nothing");
    assert_eq!(whole.header("content-length"), whole.bytes.len().to_string());
    assert_eq!(whole.json()["results"]["bindings"].as_array().unwrap().len(), 100_000);

    let limits = Limits { result: 10 << 20, ..Limits::default() };
    let short = Stored::with(limits, &[crowd(4000)]);
    short.client.query(query, "application/sparql-results+json").await.is_problem(422, "result-too-large");
}

#[tokio::test]
async fn a_caller_who_goes_away_stops_the_work() {
    let stored = Stored::with(Limits::default(), &[crowd(4000)]);
    let endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }";

    let gone = tokio::time::timeout(Duration::from_millis(300), stored.client.query(endless, "")).await;

    assert!(gone.is_err());
    let metrics = stored.client.state.metrics();
    assert_eq!(metrics.running.load(Ordering::Relaxed), 0);
    assert_eq!(metrics.workers_killed.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_result_that_is_asked_for_again_is_not_worked_out_again() {
    let stored = Stored::new();
    let metrics = stored.client.state.metrics();
    let hits = || metrics.cache_hits.load(Ordering::Relaxed);

    let first = stored.client.query(COUNT, "text/csv").await;
    assert_eq!(hits(), 0);
    let second = stored.client.query(COUNT, "text/csv").await;
    assert_eq!(hits(), 1);
    assert_eq!((first.kind(), first.header("etag")), (second.kind(), second.header("etag")));
    assert_eq!(first.bytes, second.bytes);
    let tag = second.header("etag");
    let again = stored
        .client
        .call(
            "GET",
            &format!("/sparql?query={}", encode(COUNT)),
            &[("accept", "text/csv"), ("if-none-match", &tag)],
            "",
        )
        .await;
    assert_eq!(again.status, 304);

    let clock = "SELECT (STRUUID() AS ?x) {}";
    let (one, other) = (stored.client.query(clock, "text/csv").await, stored.client.query(clock, "text/csv").await);
    assert_ne!(one.text(), other.text());
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_told() {
    let limits = Limits { worker: Some("/bin/false".into()), ..Limits::default() };
    let stored = Stored::with(Limits::default(), &[]);
    let state = AppState::new(stored.store.clone(), Default::default(), limits).unwrap();

    let answer = Client { state }.query("ASK {}", "").await;

    answer.is_problem(503, "overloaded");
    assert!(answer.json()["detail"].as_str().unwrap().contains("/bin/false"), "{}", answer.text());
}

#[tokio::test]
async fn a_worker_calls_the_endpoint_on_the_list_and_no_other() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listed = format!("http://{}/sparql", listener.local_addr().unwrap());
    let other = app(Client::new().state);
    tokio::spawn(async move { axum::serve(listener, other).await });
    let stored = Stored::new();
    let limits = Limits { worker: Some(env!("CARGO_BIN_EXE_jialing").into()), ..Limits::default() };
    let federation = federation::Settings { allow: vec![listed.clone()], ..Default::default() };
    let settings = Settings { federation, ..Settings::default() };
    let client = Client { state: AppState::with(stored.store.clone(), Default::default(), limits, settings).unwrap() };
    let ask = |address: &str| format!("SELECT ?n {{ SERVICE <{address}> {{ {{ {COUNT_BODY} }} }} }}");

    let called = client.query(&ask(&listed), "text/csv").await;
    let refused = client.query(&ask("http://127.0.0.1:9/sparql"), "text/csv").await;

    assert_eq!(called.text(), "n\r\n2\r\n", "{}", called.text());
    assert_eq!(called.header("etag"), "", "what another endpoint says may change");
    refused.is_problem(403, "service-not-allowed");
    assert!(client.get("/sparql").await.text().contains("SERVICE by a list"));
}

const COUNT_BODY: &str = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/jialing/ontology#Observation> }";
