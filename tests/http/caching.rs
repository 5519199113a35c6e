//! Validators and compression.

use crate::client::*;
use crate::data::*;
use jialing::serve::Limits;

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let client = Client::new();
    for path in [
        "/",
        "/id/article/a1",
        "/doc/place/500000",
        "/store?default",
        "/catalog",
        "/things/place",
        "/api/",
        "/ontology",
        "/sparql",
    ] {
        let first = client.get(path).await;
        let tag = first.header("etag");
        assert!(tag.starts_with('"'), "{path}: {tag}");

        let again = client.call("GET", path, &[("if-none-match", &format!("\"other\", W/{tag}"))], "").await;
        let changed = client.call("GET", path, &[("if-none-match", "\"other\"")], "").await;

        assert_eq!(again.status, 304, "{path}");
        assert!(again.bytes.is_empty());
        assert_eq!(changed.status, 200, "{path}");
    }
}

#[tokio::test]
async fn tags_differ_by_form_query_and_data() {
    let client = Client::new();
    let other = Client::with(snapshot_at("http://localhost:7878", &DATA.replace("53", "54")), Limits::default());
    let tag = async |client: &Client, query: &str, accept: &str| client.query(query, accept).await.header("etag");

    let tags = [
        tag(&client, COUNT, "text/csv").await,
        tag(&client, COUNT, "text/tab-separated-values").await,
        tag(&client, "ASK {}", "").await,
        tag(&other, COUNT, "text/csv").await,
    ];

    let different: std::collections::BTreeSet<_> = tags.iter().collect();
    assert_eq!(different.len(), 4, "{tags:?}");
    assert_eq!(tags[0], tag(&client, COUNT, "text/csv").await);
}

#[tokio::test]
async fn a_query_that_differs_each_time_has_no_tag() {
    let client = Client::new();
    for query in [
        "SELECT (now ( ) AS ?x) {}",
        "SELECT (RAND() AS ?x) {}",
        "SELECT (STRUUID() AS ?x) {}",
        "CONSTRUCT { _:b a ?t } WHERE { ?s a ?t }",
    ] {
        let answer = client.query(query, "").await;
        assert_eq!(answer.status, 200, "{query}");
        assert_eq!(answer.header("etag"), "", "{query}");
    }
}

#[tokio::test]
async fn answers_are_compressed_as_asked_with_tags_of_their_own() {
    let client = Client::new();
    let plain = client.get("/").await;
    for coding in ["gzip", "br", "zstd"] {
        let packed = client.call("GET", "/", &[("accept-encoding", coding)], "").await;

        assert_eq!(packed.header("content-encoding"), coding);
        assert!(packed.bytes.len() < plain.bytes.len() / 2);
        assert_eq!(packed.header("etag"), format!("{}-{coding}\"", plain.header("etag").trim_end_matches('"')));
        let again = client
            .call("GET", "/", &[("accept-encoding", coding), ("if-none-match", &packed.header("etag"))], "")
            .await;
        assert_eq!(again.status, 304);
        assert_eq!(again.header("etag"), packed.header("etag"));
    }
    assert_eq!(client.call("GET", "/healthz", &[("accept-encoding", "gzip")], "").await.header("content-encoding"), "");
}
