//! The data: three invented articles.

use jialing::model::{ArticleGraph, Base};
use jialing::store::Snapshot;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedNode, Quad, Triple};
use std::collections::BTreeMap;

pub(crate) const DATA: &str = r#"
@prefix jl: <https://w3id.org/jialing/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@base <http://localhost:7878/id/> .

GRAPH <article/a1> {
  <article/a1> a jl:Article ; dcterms:title "柳溪县去年植树成绩"@zh-Hans ; dcterms:issued "2024-03-05"^^xsd:date ;
    dcterms:publisher <organization/柳溪日报> ; dc:creator "林小溪" ; jl:sourceFile "liuxi.txt" ;
    jl:mentions <place/柳溪县~500000> , <project/柳溪步道~500000> .
  <organization/柳溪日报> a jl:Organization ; skos:prefLabel "柳溪日报"@zh-Hans .
  <place/柳溪县~500000> a jl:Place ; skos:prefLabel "柳溪县"@zh-Hans , "Liuxi County"@en ; skos:altLabel "柳溪"@zh-Hans ;
    skos:hiddenLabel "全县"@zh-Hans ; schema:containedInPlace <place/500000> .
  <place/500000> a jl:Place ; skos:prefLabel "重庆市"@zh-Hans , "Chongqing"@en ; jl:adminCode "500000" .
  <indicator/森林覆盖率> a jl:Indicator ; skos:prefLabel "森林覆盖率"@zh-Hans .
  <indicator/元%2F吨> a jl:Indicator ; skos:prefLabel "元/吨"@zh-Hans .
  <observation/o1> a jl:Observation ; prov:wasDerivedFrom <article/a1> ; jl:about <place/柳溪县~500000> ;
    jl:indicator <indicator/森林覆盖率> ; jl:statistic <https://w3id.org/jialing/vocab/statistic/level> ;
    jl:outlook <https://w3id.org/jialing/vocab/outlook/observed> ; jl:comparison <https://w3id.org/jialing/vocab/comparison/none> ;
    jl:bound <https://w3id.org/jialing/vocab/bound/min> ; jl:unit unit:PERCENT ; jl:position 14 ;
    jl:value 53.0 ; jl:normalizedValue 53.0 ; jl:unitText "%" ; jl:period "2023"^^xsd:gYear ;
    jl:periodStart "2023-01-01"^^xsd:date ; jl:periodEnd "2023-12-31"^^xsd:date ; jl:evidence <article/a1#char=0,20> .
  <article/a1#char=0,20> a jl:Evidence ; oa:start 0 ; oa:end 20 ; oa:exact "2023年全县森林覆盖率达到53%以上。" .
  <article/a1#char=5,7> a jl:Evidence ; oa:start 5 ; oa:end 7 ; oa:exact "全县" ; jl:refersTo <place/柳溪县~500000> .
  <project/柳溪步道~500000> a jl:Project ; skos:prefLabel "柳溪步道"@zh-Hans ; jl:locatedIn <place/柳溪县~500000> ;
    jl:status <https://w3id.org/jialing/vocab/status/started> ; prov:wasDerivedFrom <article/a1> ; jl:evidence <article/a1#char=21,30> .
  <article/a1#char=21,30> a jl:Evidence ; oa:start 21 ; oa:end 30 ; oa:exact "柳溪步道已经开工。" .
}
GRAPH <article/a2> {
  <article/a2> a jl:Article ; dcterms:title "两年前的柳溪"@zh-Hans ; dcterms:issued "2022-02-01"^^xsd:date ;
    dcterms:publisher <organization/柳溪日报> .
  <organization/柳溪日报> a jl:Organization ; skos:prefLabel "柳溪日报"@zh-Hans .
  <place/柳溪县~500000> a jl:Place ; skos:prefLabel "柳溪县"@zh-Hans .
  <indicator/森林覆盖率> a jl:Indicator ; skos:prefLabel "森林覆盖率"@zh-Hans .
  <observation/o2> a jl:Observation ; prov:wasDerivedFrom <article/a2> ; jl:about <place/柳溪县~500000> ;
    jl:indicator <indicator/森林覆盖率> ; jl:statistic <https://w3id.org/jialing/vocab/statistic/level> ;
    jl:outlook <https://w3id.org/jialing/vocab/outlook/observed> ; jl:bound <https://w3id.org/jialing/vocab/bound/exact> ;
    jl:unit unit:PERCENT ; jl:position 11 ; jl:value 50.5 ; jl:normalizedValue 50.5 ; jl:unitText "%" ;
    jl:period "2021"^^xsd:gYear ; jl:periodEnd "2021-12-31"^^xsd:date ; jl:evidence <article/a2#char=0,16> .
  <article/a2#char=0,16> a jl:Evidence ; oa:start 0 ; oa:end 16 ; oa:exact "2021年森林覆盖率为50.5%。" .
  <event/e1> a jl:Event ; skos:prefLabel "柳溪县植树"@zh-Hans ; jl:date "2022-03"^^xsd:gYearMonth ;
    jl:eventType <https://w3id.org/jialing/vocab/event-type/campaign> ; jl:locatedIn <place/柳溪县~500000> ;
    prov:wasDerivedFrom <article/a2> ; jl:evidence <article/a2#char=17,22> .
  <article/a2#char=17,22> a jl:Evidence ; oa:start 17 ; oa:end 22 ; oa:exact "三月植树。" .
}
GRAPH <article/a3> {
  <article/a3> a jl:Article ; dcterms:title "<script>alert('标题')</script>"@zh-Hans ; dcterms:source <javascript:alert%281%29> .
  <organization/坏人> a jl:Organization ; skos:prefLabel "\"><img src=x onerror=alert(1)>"@zh-Hans ;
    <http://www.w3.org/2002/07/owl#sameAs> <javascript:alert%282%29> .
}
"#;

pub(crate) fn snapshot_at(base: &str, data: &str) -> Snapshot {
    memory(&Base::new(base).unwrap(), &articles_at(base, data))
}

pub(crate) fn articles_at(base: &str, data: &str) -> Vec<ArticleGraph> {
    let data = data.replace("http://localhost:7878/", &format!("{base}/"));
    let mut graphs: BTreeMap<NamedNode, Vec<Triple>> = BTreeMap::new();
    for quad in RdfParser::from_format(RdfFormat::TriG).for_slice(data.as_bytes()) {
        let quad: Quad = quad.unwrap();
        if let GraphName::NamedNode(name) = quad.graph_name.clone() {
            graphs.entry(name).or_default().push(quad.into());
        }
    }
    graphs.into_iter().map(|(iri, triples)| ArticleGraph { iri, triples }).collect()
}

pub(crate) fn memory(base: &Base, articles: &[ArticleGraph]) -> Snapshot {
    Snapshot::in_memory(base, articles).unwrap()
}

pub(crate) fn snapshot() -> Snapshot {
    snapshot_at("http://localhost:7878", DATA)
}
