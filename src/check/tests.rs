use super::*;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{Literal, NamedNode, Term, Triple};
use oxigraph::store::Store;

const EXAMPLE: &str = include_str!("../../ontology/example.ttl");

fn example() -> ArticleGraph {
    graph(EXAMPLE)
}

fn graph(turtle: &str) -> ArticleGraph {
    ArticleGraph {
        iri: NamedNode::new_unchecked("http://localhost:7878/id/article/5f2c9a71d03e4b86"),
        triples: RdfParser::from_format(RdfFormat::Turtle)
            .for_slice(turtle.as_bytes())
            .map(|quad| Triple::from(quad.unwrap()))
            .collect(),
    }
}

/// The example without the triples of one property.
fn without(property: &str) -> ArticleGraph {
    let mut graph = example();
    let before = graph.triples.len();
    graph.triples.retain(|triple| triple.predicate.as_str().rsplit(['#', '/']).next() != Some(property));
    assert!(graph.triples.len() < before, "the example has no {property}");
    graph
}

fn with(mut graph: ArticleGraph, subject: &str, property: &str, object: impl Into<Term>) -> ArticleGraph {
    graph.triples.push(Triple::new(
        NamedNode::new_unchecked(format!("http://localhost:7878/id/{subject}")),
        NamedNode::new_unchecked(format!("https://w3id.org/jialing/ontology#{property}")),
        object,
    ));
    graph
}

#[test]
fn the_example_of_the_ontology_conforms() {
    assert_eq!(check(&example()), []);
}

#[test]
fn each_thing_that_the_shapes_ask_for_is_missed() {
    for property in [
        "exact",
        "start",
        "end",
        "evidence",
        "wasDerivedFrom",
        "indicator",
        "about",
        "normalizedValue",
        "statistic",
        "outlook",
        "comparison",
        "refPeriod",
        "unit",
        "bound",
        "position",
        "rule",
        "confidence",
        "kind",
        "prefLabel",
        "textHash",
        "contentHash",
        "title",
        "dataSet",
        "eventType",
        "inScheme",
        "period",
    ] {
        let faults = check(&without(property));

        assert!(!faults.is_empty(), "nobody missed {property}");
    }
}

#[test]
fn what_may_not_stand_there_is_found() {
    let observation = "observation/2b7e151628aed2a6";
    let evidence = "article/5f2c9a71d03e4b86#char=0,56";
    let place = "place/500000";
    let decimal = |text: &str| {
        Literal::new_typed_literal(text, NamedNode::new_unchecked("http://www.w3.org/2001/XMLSchema#decimal"))
    };
    let wrong = [
        ("a second value", with(example(), observation, "normalizedValue", decimal("54"))),
        ("an unknown property", with(example(), observation, "mood", Literal::from("good"))),
        ("a remark on evidence", with(example(), evidence, "note", Literal::from("sic"))),
        ("a year that is none", with(example(), place, "validUntil", Literal::from("2006"))),
        ("a code of five digits", with(without("adminCode"), place, "adminCode", Literal::from("50000"))),
        (
            "a share of more than the whole",
            graph(
                &EXAMPLE
                    .replace("jl:normalizedValue 53.0", "jl:normalizedValue 153.0")
                    .replace("statistic/level>", "statistic/share>"),
            ),
        ),
        (
            "a credit code with a wrong check digit",
            with(example(), "organization/青崖县林业局", "creditCode", Literal::from("91350100M000100Y44")),
        ),
        (
            "a credit code of seventeen digits",
            with(example(), "organization/青崖县林业局", "creditCode", Literal::from("91350100M000100Y4")),
        ),
        (
            "an industry that is none",
            with(example(), "organization/青崖县林业局", "industryCode", Literal::from("林业")),
        ),
        (
            "a figure that was observed after its article",
            graph(&EXAMPLE.replace("dcterms:issued \"2024-03-05\"", "dcterms:issued \"2022-03-05\"")),
        ),
        ("a data set without a structure", without("structure")),
        ("confidence above one", with(without("confidence"), observation, "confidence", decimal("1.5"))),
        ("a period that is no time", with(without("period"), observation, "period", Literal::from("last year"))),
        (
            "a status that is none",
            with(
                example(),
                "project/青崖山生态步道项目~500000",
                "status",
                NamedNode::new_unchecked("https://w3id.org/jialing/vocab/status/abandoned"),
            ),
        ),
        (
            "a place that is not described",
            with(
                example(),
                "event/0d4c2f8b6a91e735",
                "locatedIn",
                NamedNode::new_unchecked("http://localhost:7878/id/place/999999"),
            ),
        ),
        ("an end before the start", graph(&EXAMPLE.replace("oa:start 28 ; oa:end 30", "oa:start 28 ; oa:end 27"))),
        ("a quote of 151 characters", graph(&EXAMPLE.replace("\"全县\"", &format!("\"{}\"", "县".repeat(151))))),
        (
            "two names in Chinese",
            graph(&EXAMPLE.replace("\"重庆市\"@zh-Hans ,", "\"重庆市\"@zh-Hans , \"渝\"@zh-Hans ,")),
        ),
        ("evidence of nothing", graph(&EXAMPLE.replace("jl:refersTo <place/青崖山~500000> .", "oa:suffix \"生\" ."))),
        ("a day that is none", graph(&EXAMPLE.replace("\"2024-03-04\"^^xsd:date", "\"2024-02-30\"^^xsd:date"))),
        (
            "a period that ends first",
            graph(&EXAMPLE.replace("jl:periodEnd \"2023-12-31\"", "jl:periodEnd \"2022-12-31\"")),
        ),
    ];
    let missed: Vec<&str> = wrong.iter().filter(|(_, graph)| check(graph).is_empty()).map(|(what, _)| *what).collect();

    assert_eq!(missed, Vec::<&str>::new());
}

#[test]
fn a_quote_of_150_characters_is_one_whatever_its_bytes() {
    let quote = "县".repeat(150);
    let graph = graph(&EXAMPLE.replace("\"全县\"", &format!("\"{quote}\"")));

    assert_eq!(check(&graph), []);
}

#[test]
fn a_fault_names_the_node_and_says_what_the_shape_says() {
    let faults = check(&without("confidence"));

    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].focus, "http://localhost:7878/id/observation/2b7e151628aed2a6");
    assert_eq!(faults[0].path.as_deref(), Some("https://w3id.org/jialing/ontology#confidence"));
    assert_eq!(faults[0].message, "jl:confidence is one xsd:decimal from 0 to 1");
}

fn store(turtles: &[&str]) -> Store {
    let store = Store::new().unwrap();
    for turtle in turtles {
        store.load_from_slice(RdfFormat::Turtle, turtle.as_bytes()).unwrap();
    }
    store
}

const ONTOLOGY: &str = include_str!("../../ontology/jialing.ttl");
const VOCAB: &str = include_str!("../../ontology/vocab.ttl");

#[test]
fn the_example_is_a_data_cube() {
    assert_eq!(cube(&store(&[ONTOLOGY, VOCAB, EXAMPLE])).unwrap(), []);
}

#[test]
fn each_constraint_of_the_cube_can_be_broken() {
    let twice = EXAMPLE.replace("observation/2b7e151628aed2a6", "observation/ffff");
    let broken = [
        ("IC-1", EXAMPLE.replace("qb:dataSet <dataset/observations> ;", "")),
        (
            "IC-2",
            EXAMPLE.replace("qb:structure jl:ObservationStructure", "qb:structure jl:ObservationStructure , jl:Other"),
        ),
        ("IC-3", format!("{EXAMPLE} jl:Other a qb:DataStructureDefinition .")),
        ("IC-4", format!("{EXAMPLE} jl:odd a qb:DimensionProperty .")),
        (
            "IC-5",
            format!(
                "{EXAMPLE} jl:odd a qb:DimensionProperty ; <http://www.w3.org/2000/01/rdf-schema#range> skos:Concept ."
            ),
        ),
        ("IC-6", format!("{EXAMPLE} jl:component-about qb:componentRequired false .")),
        ("IC-11", EXAMPLE.replace("jl:position 36 ;", "")),
        ("IC-13", EXAMPLE.replace("jl:rule \"name-reaches-number\" ;", "")),
        ("IC-14", EXAMPLE.replace("jl:normalizedValue 53.0 ;", "")),
        (
            "IC-19",
            EXAMPLE.replace(
                "jl:outlook <https://w3id.org/jialing/vocab/outlook/observed>",
                "jl:outlook <https://w3id.org/jialing/vocab/bound/min>",
            ),
        ),
    ];
    for (name, example) in broken {
        let faults = cube(&store(&[ONTOLOGY, VOCAB, &example])).unwrap();
        assert!(faults.iter().any(|fault| fault.message.starts_with(&format!("{name}:"))), "{name} holds: {faults:?}");
    }
    let faults = cube(&store(&[ONTOLOGY, VOCAB, EXAMPLE, &twice])).unwrap();
    assert!(faults[0].message.starts_with("IC-12:"), "{faults:?}");
}

/// The triples of the example without which pySHACL 0.40 says that it does not conform.
const BREAKING: &str = include_str!("breaking.nt");

#[test]
fn another_validator_gives_the_same_verdicts() {
    // Dropping each line of the example in turn breaks about half of the shapes, one at a time.
    let example = example();
    for dropped in 0..example.triples.len() {
        let mut graph = example.clone();
        let triple = graph.triples.remove(dropped);
        let breaks = BREAKING.lines().any(|line| line.strip_suffix(" .") == Some(&triple.to_string()));

        assert_eq!(check(&graph).is_empty(), !breaks, "without {triple}");
    }
}

#[test]
fn a_code_and_a_share_that_are_right_conform() {
    let coded = with(example(), "organization/青崖县林业局", "creditCode", Literal::from("91350100M000100Y43"));
    let coded = with(coded, "organization/青崖县林业局", "industryCode", Literal::from("A02"));
    let share = graph(&EXAMPLE.replace("statistic/level>", "statistic/share>"));

    assert_eq!(check(&coded), []);
    assert_eq!(check(&share), []);
}
