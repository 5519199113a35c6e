//! The catalog, its data sets, their files, and what leads to them.

use crate::client::*;
use crate::data::*;
use jialing::serve::Limits;
use oxigraph::io::RdfFormat;
use oxigraph::model::{Term, Triple};
use sha2::{Digest, Sha256};

const BASE: &str = "http://localhost:7878";

fn objects(triples: &[Triple], subject: &str, property: &str) -> Vec<String> {
    let said = triples.iter().filter(|triple| {
        triple.subject.to_string() == format!("<{subject}>") && triple.predicate.as_str().ends_with(property)
    });
    said.map(|triple| match &triple.object {
        Term::Literal(literal) => literal.value().to_owned(),
        Term::NamedNode(node) => node.as_str().to_owned(),
        other => other.to_string(),
    })
    .collect()
}

async fn catalog(client: &Client, query: &str) -> Vec<Triple> {
    let answer = client.get(&format!("/catalog.ttl{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    triples(&answer, RdfFormat::Turtle)
}

#[tokio::test]
async fn the_catalog_scores_itself_by_what_the_server_really_answers() {
    let client = Client::new();

    let described = catalog(&client, "").await;
    let page = client.browse("/catalog").await;

    for set in ["dataset", "observations"] {
        let measured = objects(&described, &format!("{BASE}/catalog#{set}"), "hasQualityMeasurement");
        let points: u32 = objects(&described, &measured[0], "dqv#value")[0].parse().unwrap();
        assert!((351..=405).contains(&points), "{set}: {points}");
        assert!(page.text().contains(&format!("{points} / 405，Excellent")), "{set}: {points}");
    }
    // A file that is not served costs its points.
    let mut broken = described.clone();
    let unknown = Term::from(oxigraph::model::NamedNode::new(format!("{BASE}/dumps/nothing.ttl")).unwrap());
    for triple in &mut broken {
        if triple.predicate.as_str() == "http://www.w3.org/ns/dcat#downloadURL" {
            triple.object = unknown.clone();
        }
    }
    assert!(jialing::export::quality::addresses(&broken).contains(&format!("{BASE}/dumps/nothing.ttl")));
    assert_eq!(client.get("/dumps/nothing.ttl").await.status, 404);
}

#[tokio::test]
async fn every_address_that_the_catalog_gives_answers() {
    let client = Client::new();
    let described = catalog(&client, "").await;
    let ends = ["downloadURL", "accessURL", "endpointURL", "endpointDescription", "landingPage", "#isDefinedBy"];
    let mut asked = 0;
    for triple in &described {
        let Term::NamedNode(target) = &triple.object else { continue };
        let Some(path) = target.as_str().strip_prefix(BASE) else { continue };
        if ends.iter().any(|end| triple.predicate.as_str().ends_with(end)) {
            let answer = client.get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            asked += 1;
        }
    }
    assert!(asked > 20, "{asked}");
}

#[tokio::test]
async fn the_head_of_a_download_tells_its_length_and_the_body_has_its_sum() {
    let client = Client::new();
    let list = client.get("/dumps/").await.json();
    let version = list["version"].as_u64().unwrap();
    for file in list["files"].as_array().unwrap() {
        let name = file["name"].as_str().unwrap();
        for place in [format!("/dumps/{name}"), format!("/dumps/latest/{name}"), format!("/dumps/{version}/{name}")] {
            let head = client.call("HEAD", &place, &[], "").await;

            assert_eq!(head.status, 200, "{place}");
            assert_eq!(head.header("content-length"), file["bytes"].to_string(), "{place}");
            assert!(head.bytes.is_empty());
        }
        let body = client.get(&format!("/dumps/latest/{name}")).await;
        assert_eq!(format!("{:x}", Sha256::digest(&body.bytes)), file["sha256"].as_str().unwrap(), "{name}");
        assert_eq!(body.header("content-location"), format!("/dumps/{version}/{name}"));
    }
    let quads = list["files"].as_array().unwrap().iter().find(|file| file["name"] == "data.nq").unwrap();
    assert_eq!(list["rdfc10"], quads["sha256"]);
    client.get("/dumps/999/data.nq").await.is_problem(404, "not-found");
    client.get("/dumps/x/data.nq").await.is_problem(404, "not-found");
    client.get("/dumps/latest/..%2Fdata.nq").await.is_problem(404, "not-found");
}

#[tokio::test]
async fn a_large_file_goes_out_as_it_lies_compressed() {
    use std::io::Read;
    let client = Client::new();

    let plain = client.get("/dumps/data.nq").await;
    let packed = client.call("GET", "/dumps/data.nq", &[("accept-encoding", "gzip")], "").await;
    let lying = client.get("/dumps/data.nq.gz").await;

    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(packed.kind(), "application/n-quads");
    assert!(packed.bytes == lying.bytes, "it is not compressed anew");
    assert_eq!((lying.kind().as_str(), lying.header("content-encoding").as_str()), ("application/gzip", ""));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.bytes.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == plain.bytes);
    assert_ne!(plain.header("etag"), packed.header("etag"));
    let part = client.call("GET", "/dumps/data.nq", &[("range", "bytes=0-9")], "").await;
    assert_eq!((part.status.as_u16(), part.bytes.as_slice()), (206, &plain.bytes[..10]));
}

#[tokio::test]
async fn a_harvester_pages_and_asks_for_what_has_changed() {
    let client = Client::new();

    let all = catalog(&client, "").await;
    let changed = catalog(&client, "?modified_since=2024-03-05&page=1").await;
    let none = catalog(&client, "?modified_since=2024-03-06T00:00:00Z").await;

    let here = format!("{BASE}/catalog");
    let view = format!("{here}?page=1");
    assert_eq!(objects(&all, &here, "dcat#dataset").len(), 2);
    assert_eq!(objects(&all, &view, "totalItems"), ["2"]);
    assert!(objects(&all, &view, "hydra/core#next").is_empty() && objects(&all, &view, "nextPage").is_empty());
    assert_eq!(objects(&changed, &here, "dcat#dataset").len(), 2);
    assert!(objects(&none, &here, "dcat#dataset").is_empty() && objects(&none, &here, "dcat#record").is_empty());
    assert_eq!(objects(&none, &view, "totalItems"), ["0"]);
    assert!(none.iter().all(|triple| !triple.to_string().contains("dcat#downloadURL")));
    assert_eq!(objects(&none, &here, "terms/title").len(), 2, "the catalog itself is there");
    client.get("/catalog?page=2").await.is_problem(422, "bad-value");
    client.get("/catalog?page=0").await.is_problem(422, "bad-value");
    client.get("/catalog?modified_since=lately").await.is_problem(422, "bad-value");
    client.get("/catalog?modified_since=2024-03-05x").await.is_problem(422, "bad-value");
    client.get("/catalog?since=2024").await.is_problem(400, "unknown-parameter");
}

#[tokio::test]
async fn a_data_set_has_a_page_with_what_a_portal_lists() {
    let client = Client::new();

    let page = client.browse("/dataset/observations").await;
    let croissant = client.get("/dataset/observations/croissant.jsonld").await;
    let turtle = client.get_as("/dataset/observations", "text/turtle").await;

    let text = page.text();
    for words in ["更新频率", "不定期", "开放类型", "无条件开放", "信息项名称", "xsd:decimal", "原文写出的数值"]
    {
        assert!(text.contains(words), "{words}");
    }
    let (_, script) = text.split_once("<script type=\"application/ld+json\">").unwrap();
    let described: serde_json::Value = serde_json::from_str(script.split_once("</script>").unwrap().0).unwrap();
    assert_eq!(described[0]["@type"], "Dataset");
    assert!(described[0]["distribution"][0]["contentUrl"].as_str().unwrap().starts_with(&format!("{BASE}/dumps/")));
    assert_eq!(croissant.kind(), "application/ld+json");
    assert_eq!(croissant.json()["recordSet"][0]["@id"], "observations");
    assert_eq!((turtle.status.as_u16(), turtle.header("location").as_str()), (303, "/catalog.ttl"));
    client.get("/dataset/nothing").await.is_problem(404, "not-found");
    client.get("/dataset/nothing/croissant.jsonld").await.is_problem(404, "not-found");
}

#[tokio::test]
async fn a_title_cannot_end_the_script_that_describes_the_data() {
    let settings = jialing::settings::Catalog { title: "</script><script>alert(1)".into(), ..Default::default() };
    let state = jialing::serve::AppState::new(snapshot(), settings, Limits::default()).unwrap();
    let client = Client { state };

    assert!(!client.browse("/catalog").await.text().contains("<script>alert"));
}

#[tokio::test]
async fn the_canned_queries_are_examples_that_the_endpoint_answers() {
    let client = Client::new();

    let answer = client.get("/.well-known/sparql-examples").await;

    let described = triples(&answer, RdfFormat::Turtle);
    let mut asked = 0;
    for triple in &described {
        let Term::Literal(text) = &triple.object else { continue };
        if triple.predicate.as_str().ends_with("shacl#select") {
            let answer = client.query(text.value(), "text/csv").await;
            assert_eq!(answer.status, 200, "{}: {}", text.value(), answer.text());
            asked += 1;
        }
    }
    assert_eq!(asked, jialing::query::canned().iter().filter(|canned| !canned.gives_graph()).count());
    let example = format!("{BASE}/api/places");
    assert_eq!(objects(&described, &example, "schema.org/target"), [format!("{BASE}/sparql")]);
    let class = "http://www.w3.org/ns/shacl#SPARQLExecutable".to_owned();
    assert!(objects(&catalog(&client, "").await, &example, "#type").contains(&class));
    assert_eq!(client.get_as("/.well-known/sparql-examples", "image/png").await.status, 406);
}

#[tokio::test]
async fn the_map_of_the_site_tells_when_each_page_changed() {
    let client = Client::new();

    let map = client.get("/sitemap.xml").await.text();

    let line = |path: &str| map.lines().find(|line| line.contains(&format!("<loc>{BASE}{path}</loc>"))).unwrap();
    assert!(line("/id/article/a2").contains("<lastmod>2022-02-01</lastmod>"), "{}", line("/id/article/a2"));
    assert!(line("/dataset/observations").contains("<lastmod>2024-03-05</lastmod>"));
    assert!(!line("/id/article/a3").contains("<lastmod></lastmod>"));
}
