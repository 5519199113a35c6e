//! Things, the graph store, vocabularies, discovery, health, the base IRI and versions.

use crate::client::*;
use crate::data::*;
use axum::body::Body;
use axum::http::Request;
use jialing::error::Result;
use jialing::model::Base;
use jialing::serve::{Limits, Source};
use jialing::store::Snapshot;
use oxigraph::io::RdfFormat;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn a_place_leads_to_the_document_about_it() {
    let client = Client::new();

    let thing = client.get("/id/place/%E6%9F%B3%E6%BA%AA%E5%8E%BF~500000").await;
    let document = client.get_as(&thing.header("location"), "text/turtle").await;

    assert_eq!(thing.status, 303);
    assert_eq!(thing.header("location"), "/doc/place/%E6%9F%B3%E6%BA%AA%E5%8E%BF~500000");
    assert!(thing.header("vary").contains("Accept"));
    assert_eq!(document.status, 200);
    assert_eq!(document.header("content-location"), format!("{}.ttl", thing.header("location")));
    let links = document.header("link");
    for relation in ["canonical", "alternate", "describedby", "license", "collection"] {
        assert!(links.contains(&format!("rel=\"{relation}\"")), "{relation}: {links}");
    }
    let said = document.text();
    assert!(said.contains("柳溪县"));
    assert!(said.contains("observation/o1"), "incoming links: {said}");
    assert!(said.contains("重庆市"), "labels of objects: {said}");
}

#[tokio::test]
async fn an_article_is_a_document_and_its_description_is_its_graph() {
    let client = Client::new();

    let answer = client.get_as("/id/article/a1", "application/n-triples").await;
    let at_doc = client.get("/doc/article/a1").await;
    let graph =
        client.get_as("/store?graph=http%3A%2F%2Flocalhost%3A7878%2Fid%2Farticle%2Fa1", "application/n-triples").await;

    assert_eq!(answer.status, 200);
    assert_eq!((at_doc.status.as_u16(), at_doc.header("location").as_str()), (301, "/id/article/a1"));
    let described: std::collections::BTreeSet<String> = answer.text().lines().map(str::to_owned).collect();
    for line in graph.text().lines() {
        assert!(described.contains(line), "{line}");
    }
}

#[tokio::test]
async fn a_suffix_names_a_form_whatever_is_accepted() {
    let client = Client::new();
    for (suffix, kind) in [
        ("html", "text/html"),
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
        ("nt", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
    ] {
        for path in ["/doc/place/500000", "/id/place/500000", "/id/article/a1", "/vocab/statistic/level", "/ontology"] {
            let answer = client.get_as(&format!("{path}.{suffix}"), "image/png").await;
            assert_eq!((answer.status.as_u16(), answer.kind().as_str()), (200, kind), "{path}.{suffix}");
        }
    }
}

#[tokio::test]
async fn documents_are_negotiated() {
    let client = Client::new();
    let path = "/doc/place/500000";

    assert_eq!(client.browse(path).await.kind(), "text/html");
    assert_eq!(client.get(path).await.kind(), "text/html");
    assert_eq!(client.get_as(path, "application/ld+json, text/turtle;q=0.5").await.kind(), "application/ld+json");
    assert_eq!(
        client.get_as(path, "text/*;q=0.1, text/turtle;q=0, application/rdf+xml;q=0.05").await.kind(),
        "text/html"
    );
    client.get_as(path, "image/png").await.is_problem(406, "not-acceptable");
}

#[tokio::test]
async fn a_slash_in_a_key_stays_encoded() {
    let client = Client::new();

    let answer = client.get("/doc/indicator/%E5%85%83%2F%E5%90%A8.ttl").await;

    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("元/吨"));
}

#[tokio::test]
async fn chinese_in_an_address_may_come_plain() {
    let client = Client::new();
    let request = Request::get("/doc/indicator/森林覆盖率.ttl").body(Body::empty()).unwrap();

    let answer = client.send(request).await;

    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("森林覆盖率"));
}

#[tokio::test]
async fn what_does_not_exist_is_404_as_problem_or_page() {
    let client = Client::new();
    for path in [
        "/id/place/nowhere",
        "/doc/place/nowhere.ttl",
        "/id/nonsense/x",
        "/nothing",
        "/vocab/no/such",
        "/things/person",
        "/api/no-such",
        "/assets/x.css",
        "/id/place/%FF",
        "/id/place/a%00b",
    ] {
        client.get(path).await.is_problem(404, "not-found");
    }

    let page = client.browse("/id/place/nowhere").await;
    assert_eq!((page.status.as_u16(), page.kind().as_str()), (404, "text/html"));
    assert!(page.text().contains("没有找到"));
}

#[tokio::test]
async fn graphs_are_read_by_name_and_the_default_one_holds_what_was_written_to_it() {
    let client = Client::new();

    let named =
        client.get_as("/store?graph=http%3A%2F%2Flocalhost%3A7878%2Fid%2Farticle%2Fa2", "application/n-triples").await;
    let default = client.get_as("/store?default", "application/n-triples").await;

    assert_eq!(named.status, 200);
    assert!(named.text().lines().count() > 10);
    assert_eq!((default.status.as_u16(), default.text().as_str()), (200, ""));
    client.get("/store?graph=http%3A%2F%2Fx%2Fnone").await.is_problem(404, "not-found");
    client.get("/store").await.is_problem(400, "bad-request");
    client.get("/store?default&graph=http%3A%2F%2Fx%2F").await.is_problem(400, "bad-request");
    client.get("/store?graph=no%20iri").await.is_problem(400, "bad-request");
    client.get("/store?default&other=1").await.is_problem(400, "unknown-parameter");
}

#[tokio::test]
async fn the_vocabularies_are_served_by_negotiation() {
    let client = Client::new();

    let ontology = client.get_as("/ontology", "text/turtle").await;
    let concept = client.get_as("/vocab/statistic/level", "text/turtle").await;
    let scheme = client.get_as("/vocab/statistic", "application/n-triples").await;

    assert!(ontology.text().starts_with("# The Jialing ontology"), "as it was written, with its comments");
    assert!(concept.text().contains("\"level\""));
    assert!(!concept.text().contains("\"growth\""));
    assert!(scheme.text().contains("\"growth\""));
    for path in ["/ontology", "/vocab/", "/vocab/statistic", "/vocab/statistic/level"] {
        let page = client.browse(path).await;
        assert_eq!((page.status.as_u16(), page.kind().as_str()), (200, "text/html"), "{path}");
        assert!(page.text().contains("水平") || path == "/ontology", "{path}");
    }
}

#[tokio::test]
async fn the_ontology_and_its_concepts_are_pages_in_two_languages() {
    let client = Client::new();

    let ontology = client.browse("/ontology").await.text();
    for part in [
        "id=\"Observation\"",
        "描述对象",
        "Subject",
        "<svg class=\"diagram\"",
        "jl:normalizedValue",
        "prov:wasDerivedFrom",
    ] {
        assert!(ontology.contains(part), "{part}");
    }
    let scheme = client.browse("/vocab/indicator").await.text();
    assert!(scheme.contains("国民经济核算") && scheme.contains("gross domestic product"));
    let concept = client.browse("/vocab/indicator/gross-domestic-product").await.text();
    for part in ["国内生产总值", "元（人民币）", "href=\"/vocab/theme/accounts\"", "人均地区生产总值"]
    {
        assert!(concept.contains(part) == (part != "人均地区生产总值"), "{part}");
    }
    let head = client.browse("/vocab/indicator/value-added").await.text();
    assert!(head.contains("金融业增加值"), "what is narrower");
}

#[tokio::test]
async fn what_belongs_to_the_ontology_is_served_beside_it() {
    let client = Client::new();

    for (path, kind, part) in [
        ("/ontology/shapes", "text/turtle", "sh:targetClass"),
        ("/ontology/shapes.ttl", "text/turtle", "sh:targetClass"),
        ("/ontology/context.jsonld", "application/ld+json", "\"@context\""),
        ("/ontology/changes", "text/markdown", "## 0.2.0"),
    ] {
        let answer = client.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.kind().as_str()), (200, kind), "{path}");
        assert!(answer.text().contains(part), "{path}");
    }
    client.get("/ontology/nothing").await.is_problem(404, "not-found");
}

#[tokio::test]
async fn the_catalog_and_the_data_sets_description_are_found() {
    let client = Client::new();

    let catalog = client.get("/catalog").await;
    let xml = client.get("/catalog.xml").await;
    let known = client.get("/.well-known/void").await;
    let void = client.get(&known.header("location")).await;

    assert_eq!(catalog.kind(), "text/turtle");
    assert!(catalog.text().contains("Catalog"));
    assert_eq!(xml.kind(), "application/rdf+xml");
    assert_eq!((known.status.as_u16(), known.header("location").as_str()), (302, "/void.ttl"));
    assert!(!triples(&void, RdfFormat::Turtle).is_empty());
    assert_eq!(client.get_as("/.well-known/void", "application/ld+json").await.header("location"), "/void.jsonld");
}

#[tokio::test]
async fn health_readiness_and_counters_answer() {
    let client = Client::new();
    client.query("ASK {}", "").await;
    client.get("/nothing-of-this-name").await;

    assert_eq!(client.get("/healthz").await.text(), "ok\n");
    assert!(client.get("/readyz").await.text().starts_with("version"));
    let metrics = client.get("/metrics").await.text();
    assert!(metrics.contains("jialing_http_requests_total{route=\"/sparql\",status=\"200\"} 1"), "{metrics}");
    assert!(metrics.contains("jialing_http_requests_total{route=\"other\",status=\"404\"} 1"), "{metrics}");
}

#[tokio::test]
async fn robots_and_the_map_of_the_site_name_the_pages() {
    let client = Client::new();

    let robots = client.get("/robots.txt").await;
    let map = client.get("/sitemap.xml").await;

    assert!(robots.text().contains("Sitemap: http://localhost:7878/sitemap.xml"));
    assert!(map.text().contains("<loc>http://localhost:7878/id/article/a1</loc>"));
    assert!(map.text().contains("/doc/indicator/%E6%A3%AE"));
    client.get("/sitemap.xml?page=7").await.is_problem(422, "bad-value");
}

#[tokio::test]
async fn iris_come_from_the_base_and_never_from_the_requests_host() {
    let client = Client::with(snapshot_at("https://data.example.org/news", DATA), Limits::default());
    let asked = |path: &'static str| client.call("GET", path, &[("host", "evil.example"), ("accept", "text/html")], "");

    let thing = asked("/id/place/500000").await;
    let prefixed = asked("/news/id/place/500000").await;
    let page = asked("/news/doc/place/500000").await;

    assert_eq!(thing.header("location"), "/news/doc/place/500000");
    assert_eq!(prefixed.header("location"), "/news/doc/place/500000");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("https://data.example.org/news/id/place/500000"));
    assert!(page.text().contains("href=\"/news/assets/site.css\""));
    assert!(!page.text().contains("evil.example"));
    assert_eq!(asked("/news/assets/site.css").await.status, 200);
    assert_eq!(asked("/news/").await.status, 200);
}

/// A source whose version changes under the server.
#[derive(Clone)]
struct Moving {
    version: Arc<AtomicU64>,
    data: Arc<Mutex<Snapshot>>,
}

impl Source for Moving {
    fn version(&self) -> Result<u64> {
        Ok(self.version.load(Ordering::SeqCst))
    }

    fn open(&self) -> Result<Snapshot> {
        Ok(self.data.lock().unwrap().clone())
    }
}

#[tokio::test]
async fn the_server_moves_to_a_new_version_between_requests() {
    let source = Moving { version: Arc::new(AtomicU64::new(0)), data: Arc::new(Mutex::new(snapshot())) };
    let client = Client::with(source.clone(), Limits::default());
    let before = client.query(COUNT, "text/csv").await;

    *source.data.lock().unwrap() = memory(&Base::default(), &[]);
    source.version.store(1, Ordering::SeqCst);
    assert!(client.state.refresh().unwrap());
    let after = client.query(COUNT, "text/csv").await;

    assert_eq!(before.text(), "n\r\n2\r\n");
    assert_eq!(after.text(), "n\r\n0\r\n");
    assert_ne!(before.header("etag"), after.header("etag"));
    let empty = client.browse("/").await;
    assert_eq!(empty.status, 200);
    assert_eq!(client.browse("/things/place").await.status, 200);
}

#[tokio::test]
async fn a_thing_for_which_another_stands_leads_there_and_all_is_said_of_both() {
    let one = "<http://localhost:7878/id/place/柳溪~500000>";
    let alias = format!(
        "{DATA} GRAPH <article/a9> {{ {one} a jl:Place ; skos:prefLabel \"柳溪\"@zh-Hans .
           <observation/o9> a jl:Observation ; jl:about {one} ; jl:indicator <indicator/森林覆盖率> ; jl:value 51.5 ;
             jl:normalizedValue 51.5 ; prov:wasDerivedFrom <article/a2> . }}
         GRAPH <http://localhost:7878/graph/identity> {{ {one} jl:identifiedAs <place/柳溪县~500000> ;
           <http://www.w3.org/2002/07/owl#sameAs> <place/柳溪县~500000> . }}"
    );
    let client = Client::with(snapshot_at("http://localhost:7878", &alias), Limits::default());
    let county = "%E6%9F%B3%E6%BA%AA%E5%8E%BF~500000";

    for (asked, leads) in [
        ("/id/place/柳溪~500000", format!("/id/place/{county}")),
        ("/doc/place/柳溪~500000", format!("/doc/place/{county}")),
        ("/doc/place/柳溪~500000.ttl", format!("/doc/place/{county}.ttl")),
    ] {
        let asked: String = asked.replace('柳', "%E6%9F%B3").replace('溪', "%E6%BA%AA");
        let answer = client.get(&asked).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (301, leads), "{asked}");
    }
    let said = client.get(&format!("/doc/place/{county}.ttl")).await.text();
    assert!(said.contains("observation/o9") && said.contains("observation/o1"), "{said}");
    assert!(said.contains("identifiedAs"), "{said}");
    let page = client.browse(&format!("/doc/place/{county}")).await.text();
    assert!(page.contains("51.5") && page.contains("50.5"), "{page}");
    let list = client.browse("/things/place").await.text();
    assert!(list.contains("柳溪县") && !list.contains("柳溪~500000"), "{list}");
}

#[tokio::test]
async fn an_article_that_was_withdrawn_is_gone_until_it_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::default();
    let store = jialing::store::Store::create_or_open(dir.path(), &base).unwrap();
    let iri = oxigraph::model::NamedNode::new("http://localhost:7878/id/article/w1").unwrap();
    let title = oxigraph::model::NamedNode::new("http://purl.org/dc/terms/title").unwrap();
    let said = oxigraph::model::Triple::new(iri.clone(), title, oxigraph::model::Literal::from("once"));
    let now = "2026-01-02T03:04:05Z".parse().unwrap();
    let put = |triples: Vec<oxigraph::model::Triple>| {
        let mut writer = store.write().unwrap();
        writer.put_graph(iri.clone(), triples).unwrap();
        writer.commit(now).unwrap().snapshot
    };
    let asked = async |snapshot: Snapshot, path: &str| {
        let client = Client::with(snapshot, Limits::default());
        client.get(path).await
    };

    assert_eq!(asked(put(vec![said.clone()]), "/id/article/w1").await.status, 200);
    asked(put(Vec::new()), "/id/article/w1.ttl").await.is_problem(410, "gone");
    asked(put(Vec::new()), "/doc/article/w1").await.is_problem(410, "gone");
    asked(put(Vec::new()), "/id/article/w2").await.is_problem(404, "not-found");
    assert_eq!(asked(put(vec![said]), "/id/article/w1").await.status, 200);
    assert!(store.snapshot().unwrap().withdrawn().unwrap().is_empty());
}
