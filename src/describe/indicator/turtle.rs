//! From the table to `ontology/indicators.ttl`.

#![expect(clippy::disallowed_methods, reason = "the test writes the file anew where that is asked for")]

use super::{Indicator, TABLE, read};
use crate::describe::terms::VOCAB;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Term;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const HEAD: &str = "# Made from indicators.csv: change that, then run JIALING_REFRESH=1 cargo test --release --lib indicator.
#
# The indicators of Chinese public statistics. An article's indicator, {base}/id/indicator/{name}, is tied to them by skos:exactMatch
# where its name is one of theirs, and by skos:broader where it ends in one.

@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix indicator: <https://w3id.org/jialing/vocab/indicator/> .
@prefix jl: <https://w3id.org/jialing/ontology#> .
@prefix quantitykind: <http://qudt.org/vocab/quantitykind/> .
@prefix qudt: <http://qudt.org/schema/qudt/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix theme: <https://w3id.org/jialing/vocab/theme/> .
@prefix vocab: <https://w3id.org/jialing/vocab/> .

vocab:theme a skos:ConceptScheme ;
    skos:prefLabel \"Theme\"@en , \"\u{4E3B}\u{9898}\"@zh-Hans ;
    skos:definition
        \"What part of public life an indicator is about.\"@en ,
        \"\u{6307}\u{6807}\u{6240}\u{5C5E}\u{7684}\u{7EDF}\u{8BA1}\u{9886}\u{57DF}\u{3002}\"@zh-Hans ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
";

const SCHEME: &str = "
vocab:indicator a skos:ConceptScheme ;
    skos:prefLabel \"Indicator\"@en , \"\u{6307}\u{6807}\"@zh-Hans ;
    skos:definition
        \"Common indicators of Chinese public statistics, with their wordings.\"@en ,
        \"\u{4E2D}\u{56FD}\u{516C}\u{5171}\u{7EDF}\u{8BA1}\u{5E38}\u{7528}\u{6307}\u{6807}\u{53CA}\u{5176}\u{5404}\u{79CD}\u{5199}\u{6CD5}\u{3002}\"@zh-Hans ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
";

/// For each unit's notation its IRI and quantity kind, as `vocab.ttl` has them.
fn units() -> BTreeMap<String, (String, Option<String>)> {
    let mut subjects: BTreeMap<String, BTreeMap<String, Term>> = BTreeMap::new();
    let file = include_str!("../../../ontology/vocab.ttl");
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(file.as_bytes()) {
        let quad = quad.unwrap();
        let subject = quad.subject.to_string().trim_matches(['<', '>']).to_owned();
        subjects.entry(subject).or_default().insert(quad.predicate.as_str().to_owned(), quad.object);
    }
    let unit = |(iri, said): (String, BTreeMap<String, Term>)| {
        let scheme = said.get("http://www.w3.org/2004/02/skos/core#inScheme")?;
        let Term::Literal(notation) = said.get("http://www.w3.org/2004/02/skos/core#notation")? else { return None };
        let kind = match said.get("http://qudt.org/schema/qudt/hasQuantityKind") {
            Some(Term::NamedNode(kind)) => Some(kind.as_str().to_owned()),
            _ => None,
        };
        (scheme.to_string() == format!("<{VOCAB}unit>")).then(|| (notation.value().to_owned(), (iri, kind)))
    };
    subjects.into_iter().filter_map(unit).collect()
}

/// A link of the table: `wd=P2131@nom_gdp.py:13`.
fn link(link: &str) -> String {
    let (kind, rest) = link.split_once('=').unwrap();
    let (code, line) = rest.split_once('@').unwrap();
    assert!(line.chars().any(|c| c.is_ascii_digit()), "{link}: where does it stand?");
    match kind {
        "nbs" => format!("jl:nbsCode \"{code}\""),
        "wd" => format!("skos:closeMatch <http://www.wikidata.org/entity/{code}>"),
        "dc" => format!("skos:closeMatch <https://datacommons.org/browser/{code}>"),
        other => panic!("{link}: {other} is no source"),
    }
}

fn concept(row: &Indicator, scheme: &str, facts: Vec<String>) -> String {
    let mut text = format!(
        "\n{scheme}:{} a skos:Concept ;\n    skos:inScheme vocab:{scheme} ; skos:notation \"{}\" ;\n    skos:prefLabel \"{}\"@en , \"{}\"@zh-Hans",
        row.id, row.id, row.en, row.zh
    );
    for fact in facts {
        write!(text, " ;\n    {fact}").unwrap();
    }
    text + " .\n"
}

fn turtle() -> String {
    let units = units();
    let all = read();
    let mut text = HEAD.to_owned();
    let list = |rows: &mut dyn Iterator<Item = &Indicator>, scheme: &str| {
        let names: Vec<String> = rows.map(|row| format!("{scheme}:{}", row.id)).collect();
        let lines: Vec<String> = names.chunks(6).map(|chunk| chunk.join(" , ")).collect();
        format!("    skos:hasTopConcept\n        {} .\n", lines.join(" ,\n        "))
    };
    let themes: Vec<&Indicator> = all.iter().filter(|row| row.theme == "theme").collect();
    text += &list(&mut themes.iter().copied(), "theme");
    for theme in &themes {
        text += &concept(theme, "theme", vec!["skos:topConceptOf vocab:theme".into()]);
    }
    text += SCHEME;
    let is_top = |row: &&Indicator| TABLE.broader(&row.zh).is_none();
    text += &list(&mut TABLE.rows.iter().filter(is_top), "indicator");
    for row in &TABLE.rows {
        assert!(themes.iter().any(|theme| theme.id == row.theme), "{}: no such theme", row.id);
        let mut facts = Vec::new();
        if !row.wordings.is_empty() {
            let wordings: Vec<String> = row.wordings.iter().map(|word| format!("\"{word}\"@zh-Hans")).collect();
            facts.push(format!("skos:altLabel {}", wordings.join(" , ")));
        }
        facts.push(match TABLE.broader(&row.zh) {
            Some(broader) => format!("skos:broader indicator:{}", broader.id),
            None => "skos:topConceptOf vocab:indicator".into(),
        });
        facts.push(format!("dcterms:subject theme:{}", row.theme));
        if !row.unit.is_empty() {
            let (unit, kind) = units.get(&row.unit).unwrap_or_else(|| panic!("{}: no unit {}", row.id, row.unit));
            facts.push(format!("qudt:hasUnit <{unit}>"));
            if let Some(kind) = kind {
                facts.push(format!("qudt:hasQuantityKind <{kind}>"));
            }
        }
        facts.extend(row.links.iter().map(|one| link(one)));
        text += &concept(row, "indicator", facts);
    }
    text
}

#[test]
fn the_turtle_is_made_from_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ontology/indicators.ttl");
    let fresh = turtle();
    if std::env::var_os("JIALING_REFRESH").is_some() {
        std::fs::write(path, &fresh).unwrap();
    }

    let written = std::fs::read_to_string(path).unwrap();

    assert!(written == fresh, "indicators.ttl lags behind: JIALING_REFRESH=1 cargo test --release --lib indicator");
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(written.as_bytes()) {
        quad.unwrap();
    }
}

#[test]
fn going_broader_ends() {
    for row in &TABLE.rows {
        let mut steps = 0;
        let mut at = row;
        while let Some(broader) = TABLE.broader(&at.zh) {
            at = broader;
            steps += 1;
            assert!(steps < 6, "{} goes round", row.id);
        }
    }
}
