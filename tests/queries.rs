//! The canned queries, each asked of four small articles about one county.

#![expect(
    clippy::non_ascii_literal,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests speak the language of the texts, panic to fail, and refresh what is golden"
)]

mod common;

use jialing::error::Error;
use jialing::model::{ArticleGraph, Base};
use jialing::query::{self, Answer, Canned, Page, ParamKind, Table, canned};
use jialing::store::Snapshot;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedNode, Term};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const EXAMPLE: &str = include_str!("../ontology/example.ttl");

fn graph(iri: &str, turtle: &str) -> ArticleGraph {
    let parser = RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle.as_bytes());
    ArticleGraph {
        iri: NamedNode::new(format!("http://localhost:7878/{iri}")).unwrap(),
        triples: parser.map(|quad| quad.unwrap().into()).collect(),
    }
}

/// The example with keys of its own and some of its words changed.
fn article(letter: &str, changes: &[(&str, &str)]) -> ArticleGraph {
    let key = letter.repeat(16);
    let mut turtle =
        EXAMPLE.replace("article/5f2c9a71d03e4b86", &format!("article/{key}")).replace("2b7e151628aed2a6", &key);
    for (from, to) in changes {
        assert!(turtle.contains(from), "{from}");
        turtle = turtle.replace(from, to);
    }
    graph(&format!("id/article/{key}"), &turtle)
}

/// `a`: the example, with a second participant. `b`: says the same, a month later. `c`: the year after, another figure. `d`: a target, and a rank.
fn articles() -> Vec<ArticleGraph> {
    let conflict =
        "@prefix jl: <https://w3id.org/jialing/ontology#> . @prefix o: <http://localhost:7878/id/observation/> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <http://localhost:7878/id/conflict/1> a jl:Conflict ; skos:prefLabel \"青崖县森林覆盖率\"@zh-Hans ;
            jl:involves o:aaaaaaaaaaaaaaaa , o:cccccccccccccccc .";
    vec![
        article(
            "a",
            &[(
                "jl:participant <organization/青崖县林业局> ;",
                "jl:participant <organization/青崖县林业局> , <organization/青崖日报> ;",
            )],
        ),
        article(
            "b",
            &[("青崖县森林覆盖率超五成", "青崖县答卷"), ("\"2024-03-05\"", "\"2024-04-05\""), ("青崖日报", "远山时报")],
        ),
        article(
            "c",
            &[
                ("青崖县森林覆盖率超五成", "新年再进一步"),
                ("\"2024-03-05\"", "\"2025-03-05\""),
                ("2023", "2024"),
                ("jl:normalizedValue 53.0", "jl:normalizedValue 55.5"),
                ("jl:value 53.0", "jl:value 55.5"),
            ],
        ),
        article(
            "d",
            &[
                ("青崖县森林覆盖率超五成", "争创第一"),
                ("\"2024-03-05\"", "\"2025-04-05\""),
                ("2023", "2030"),
                // Within the observation; the concepts' labels come with the vocabularies.
                (
                    "jl:statistic <https://w3id.org/jialing/vocab/statistic/level>",
                    "jl:statistic vocab:statistic\\/rank",
                ),
                ("jl:outlook <https://w3id.org/jialing/vocab/outlook/observed>", "jl:outlook vocab:outlook\\/target"),
                ("@prefix jl:", "@prefix vocab: <https://w3id.org/jialing/vocab/> . @prefix jl:"),
                ("jl:normalizedValue 53.0", "jl:normalizedValue 1"),
                ("jl:value 53.0", "jl:value 1"),
            ],
        ),
        graph("graph/conflicts", conflict),
    ]
}

static DATA: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::in_memory(&Base::default(), &articles()).unwrap());

/// The queries that give rows.
fn tables() -> impl Iterator<Item = &'static Canned> {
    canned().iter().filter(|canned| !canned.gives_graph())
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

fn run(data: &Snapshot, name: &str, values: &BTreeMap<String, String>, page: Page) -> Result<Table, Error> {
    let bound = query::find(name)?.bind(values, page)?;
    match query::table(&data.data, bound)? {
        Answer::Table(table) => Ok(table),
        other => panic!("{name} gives no table: {other:?}"),
    }
}

/// The rows of an answer, a column by its name. An unbound cell is absent.
fn ask(name: &str, pairs: &[(&str, &str)]) -> Vec<BTreeMap<String, String>> {
    let table = run(&DATA, name, &values(pairs), Page::default()).unwrap();
    let text = |term: &Term| match term {
        Term::Literal(literal) => literal.value().to_owned(),
        Term::NamedNode(node) => node.as_str().to_owned(),
        other => other.to_string(),
    };
    let row = |row: &Vec<Option<Term>>| {
        let cells = table.columns.iter().zip(row);
        cells.filter_map(|(column, cell)| Some((column.clone(), text(cell.as_ref()?)))).collect()
    };
    table.rows.iter().map(row).collect()
}

/// One column of an answer.
fn column(name: &str, pairs: &[(&str, &str)], column: &str) -> Vec<String> {
    ask(name, pairs).iter().map(|row| row.get(column).cloned().unwrap_or_default()).collect()
}

#[test]
fn figures_are_compared_in_one_unit_whatever_they_are_written_in() {
    let money = |letter: &str, county: &str, value: &str, unit: &str, normalized: &str| {
        let changes = [
            ("青崖县", county),
            ("jl:unit unit:PERCENT", "jl:unit unit:CCY_CNY"),
            ("jl:value 53.0 ; jl:unitText \"%\"", &format!("jl:value {value} ; jl:unitText \"{unit}\"")),
            ("jl:normalizedValue 53.0", &format!("jl:normalizedValue {normalized}")),
        ];
        article(letter, &changes)
    };
    let graphs =
        [money("e", "远山县", "125000", "万元", "1250000000"), money("f", "青川县", "13", "亿元", "1300000000")];
    let data = Snapshot::in_memory(&Base::default(), &graphs).unwrap();

    let table = run(&data, "latest-by-subject", &values(&[("indicator", "森林覆盖率")]), Page::default()).unwrap();

    let at = |name: &str| table.columns.iter().position(|column| column == name).unwrap();
    let cell = |row: &Vec<Option<Term>>, name: &str| match &row[at(name)] {
        Some(Term::Literal(literal)) => literal.value().to_owned(),
        other => panic!("{name} is {other:?}"),
    };
    let rows: Vec<_> =
        table.rows.iter().map(|row| ["aboutLabel", "value", "unitText"].map(|name| cell(row, name))).collect();
    assert_eq!(rows, [["青川县", "13", "亿元"], ["远山县", "125000", "万元"]]);
}

/// The parameters that a query needs, as its head gives them for examples.
fn needed(name: &str) -> BTreeMap<String, String> {
    let params = query::find(name).unwrap().params.iter();
    let required = params.filter(|param| param.required);
    required.map(|param| (param.name.clone(), param.default.clone().unwrap().0)).collect()
}

#[test]
fn the_order_of_articles_does_not_change_an_answer() {
    let mut articles = articles();
    articles.reverse();
    let other = Snapshot::in_memory(&Base::default(), &articles).unwrap();

    for canned in tables() {
        let values = needed(&canned.name);
        let here = run(&DATA, &canned.name, &values, Page::default()).unwrap();
        let there = run(&other, &canned.name, &values, Page::default()).unwrap();
        assert_eq!(here, there, "{}", canned.name);
    }
}

#[test]
fn pages_put_together_are_the_whole() {
    for canned in tables() {
        let values = needed(&canned.name);
        let whole = run(&DATA, &canned.name, &values, Page::default()).unwrap();
        let page = |offset| {
            let page = Page { offset, limit: Some(2) };
            run(&DATA, &canned.name, &values, page).unwrap().rows
        };
        let parts: Vec<_> = (0..=whole.rows.len()).step_by(2).flat_map(page).collect();
        assert_eq!(parts, whole.rows, "{}", canned.name);
    }
}

#[test]
fn every_query_finds_something_and_no_row_twice() {
    for canned in tables() {
        let mut values = needed(&canned.name);
        if canned.name == "place-figures" {
            values.insert("place".into(), "青崖县".into());
        }
        if canned.name == "search" {
            values.insert("text".into(), "青崖".into());
        }
        let table = run(&DATA, &canned.name, &values, Page::default()).unwrap();
        assert!(!table.rows.is_empty(), "{} finds nothing", canned.name);
        let mut rows: Vec<_> = table.rows.iter().map(|row| format!("{row:?}")).collect();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), table.rows.len(), "{} has rows twice", canned.name);
    }
}

/// What a hostile client would send.
const EVIL: [&str; 8] = [
    "\" } DROP ALL ; #",
    "') || true || ('",
    "x\")) . ?s ?p ?o } #",
    "\\u0022 }",
    "> ?p ?o . <http://x",
    "?_indicator",
    "\0",
    "{{7*7}}",
];

#[test]
fn no_value_of_any_parameter_changes_what_is_asked() {
    let before = DATA.data.len().unwrap();

    for canned in tables() {
        for param in &canned.params {
            for evil in EVIL {
                let mut values = needed(&canned.name);
                values.insert(param.name.clone(), evil.into());
                let answer = run(&DATA, &canned.name, &values, Page::default());
                let free = param.kind == ParamKind::String && param.allowed.is_empty();
                if free {
                    let rows = answer.unwrap().rows;
                    assert!(rows.is_empty(), "{} ?{}={evil}: {rows:?}", canned.name, param.name);
                } else {
                    let refused = matches!(answer, Err(Error::Parameter { .. }));
                    assert!(refused, "{} ?{}={evil}", canned.name, param.name);
                }
            }
        }
    }
    assert_eq!(DATA.data.len().unwrap(), before);
}

/// What a client that is no friend sends where a graph is asked for.
#[test]
fn no_value_changes_what_graph_is_asked_for() {
    for canned in canned().iter().filter(|canned| canned.gives_graph()) {
        for param in &canned.params {
            for evil in EVIL {
                let mut values = needed(&canned.name);
                values.insert(param.name.clone(), evil.into());
                let bound = canned.bind(&values, Page::default()).unwrap();

                assert_eq!(query::table(&DATA.data, bound).unwrap(), Answer::Graph(Vec::new()), "{}", canned.name);
            }
        }
    }
}

/// Each query's own test: the values in its head give the answer that lies beside it.
#[test]
fn every_query_gives_its_golden_answer() {
    let mut faults = Vec::new();
    for canned in canned() {
        let test = canned.test.as_ref().unwrap_or_else(|| panic!("{} has no `test` in its head", canned.name));
        assert_eq!(test.golden, format!("golden/{}.json", canned.name), "the answer is embedded by the query's name");
        let values = test.params.iter().map(|(name, value)| (name.clone(), value.0.clone())).collect();
        let bound = canned.bind(&values, Page::default()).unwrap();
        let answer = match query::table(&DATA.data, bound).unwrap() {
            Answer::Table(Table { columns, rows }) => {
                assert!(!rows.is_empty(), "{} has a test that finds nothing", canned.name);
                let object = |row: &Vec<Option<Term>>| -> serde_json::Value {
                    let cell = |cell: &Option<Term>| cell.as_ref().map_or(serde_json::Value::Null, query::value);
                    columns.iter().cloned().zip(row.iter().map(cell)).collect()
                };
                serde_json::json!({ "columns": columns, "rows": rows.iter().map(object).collect::<Vec<_>>() })
            }
            Answer::Graph(triples) => {
                assert!(!triples.is_empty(), "{} has a test that finds nothing", canned.name);
                // A line a triple: Turtle that no new prefix changes.
                let lines: String = triples.iter().map(|triple| format!("{triple} .\n")).collect();
                serde_json::json!({ "turtle": lines })
            }
            Answer::Boolean(value) => serde_json::json!({ "boolean": value }),
        };
        let path = common::repository().join("queries").join(&test.golden);
        let text = format!("{answer:#}\n");
        if std::env::var_os("JIALING_REFRESH").is_some() {
            std::fs::write(&path, &text).unwrap();
        } else if canned.golden != text {
            faults.push(format!("{}: expected {}, found {text}", canned.name, canned.golden));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn an_allowed_value_is_accepted_wherever_a_list_is_given() {
    for canned in tables() {
        for param in &canned.params {
            for allowed in &param.allowed {
                let mut values = needed(&canned.name);
                values.insert(param.name.clone(), allowed.0.clone());
                assert!(run(&DATA, &canned.name, &values, Page::default()).is_ok(), "{}", canned.name);
            }
        }
    }
}

#[test]
fn an_unknown_query_is_told_with_those_that_exist() {
    let fault = query::find("no-such").unwrap_err();

    assert!(matches!(&fault, Error::NoQuery { known, .. } if known.len() == query::canned().len()));
}

#[test]
fn an_indicator_over_time_has_each_source_in_the_order_of_time() {
    let rows = ask("indicator-over-time", &[("indicator", "森林覆盖率"), ("statistic", "level")]);

    let got: Vec<_> = rows.iter().map(|row| (row["period"].as_str(), row["publisher"].as_str())).collect();
    assert_eq!(got, [("2023", "青崖日报"), ("2023", "远山时报"), ("2024", "青崖日报")]);
    assert!(rows[0]["sentence"].contains("森林覆盖率达53%以上"));
    assert_eq!(rows[0]["boundLabel"], "下限");
}

#[test]
fn days_narrow_an_indicator_to_the_periods_that_they_touch() {
    let ask = |from, to| column("indicator-over-time", &[("indicator", "森林"), ("from", from), ("to", to)], "period");

    assert_eq!(ask("2024-06-01", "2024-06-02"), ["2024"]);
    assert_eq!(ask("2025-01-01", "2029-12-31"), Vec::<String>::new());
    assert_eq!(ask("2023-12-31", "2024-01-01").len(), 3);
}

#[test]
fn a_place_is_found_by_its_name_its_short_form_and_the_words_of_an_article() {
    for place in ["青崖县", "青崖", "全县"] {
        let figures = column("place-figures", &[("place", place)], "value");
        assert_eq!(figures.len(), 4, "{place}");
    }
    assert!(ask("place-figures", &[("place", "重庆市")]).is_empty());
    assert_eq!(ask("place-figures", &[("place", "重庆"), ("scope", "within")]).len(), 4);
}

#[test]
fn the_latest_figure_of_a_subject_is_the_last_observed_one() {
    assert_eq!(column("latest-by-subject", &[("indicator", "森林覆盖率")], "period"), ["2024"]);
}

#[test]
fn a_figure_of_two_articles_is_corroborated() {
    let rows = ask("corroborated-figures", &[]);

    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["articles"], "2");
    assert_eq!((rows[0]["firstIssued"].as_str(), rows[0]["lastIssued"].as_str()), ("2024-03-05", "2024-04-05"));
    assert!(ask("corroborated-figures", &[("least", "3")]).is_empty());
}

#[test]
fn a_conflict_lists_both_figures() {
    assert_eq!(column("conflicts", &[], "value"), ["53", "55.5"]);
    assert!(ask("conflicts", &[("indicator", "人口")]).is_empty());
}

#[test]
fn targets_and_ranks_are_told_from_what_was_observed() {
    assert_eq!(column("targets", &[], "title"), ["争创第一"]);
    assert!(ask("targets", &[("outlook", "forecast")]).is_empty());
    assert_eq!(column("rankings", &[], "title"), ["争创第一"]);
    assert!(ask("rankings", &[("best", "0")]).is_empty());
}

#[test]
fn a_figure_leads_to_its_sentence_and_rule() {
    let rows = ask("figure-source", &[("indicator", "森林覆盖率"), ("value", "55.5")]);

    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["rule"], "name-reaches-number");
    assert!(rows[0]["evidence"].ends_with("#char=0,56"));
    assert_eq!(rows[0]["title"], "新年再进一步");
}

#[test]
fn the_facts_of_an_article_stand_in_the_order_of_its_text() {
    let kinds = column("article-facts", &[("title", "再进一步")], "factKind");

    assert_eq!(kinds, ["事件", "项目", "数值"]);
}

#[test]
fn articles_are_counted_with_their_facts() {
    let rows = ask("articles", &[("publisher", "远山")]);

    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0]["title"].as_str(), rows[0]["figures"].as_str()), ("青崖县答卷", "1"));
    assert_eq!(column("articles", &[("from", "2025-01-01")], "issued"), ["2025-04-05", "2025-03-05"]);
}

#[test]
fn a_thing_is_found_by_what_articles_call_it() {
    let labels = column("search", &[("text", "县林业局"), ("class", "Organization")], "label");

    assert_eq!(labels, ["青崖县林业局"]);
    assert!(ask("search", &[("text", "县林业局"), ("class", "Place")]).is_empty());
}

#[test]
fn a_pair_that_acts_together_is_listed_once_and_from_either_side() {
    let pairs = |values: &[(&str, &str)]| {
        let mut rows = ask("who-acts-with-whom", values);
        rows.retain(|row| row["article"].ends_with("aaaa"));
        let pair = |row: &BTreeMap<_, String>| (row["organizationLabel"].clone(), row["withLabel"].clone());
        rows.iter().map(pair).collect::<Vec<_>>()
    };
    let (bureau, paper) = ("青崖县林业局".to_owned(), "青崖日报".to_owned());

    assert_eq!(pairs(&[]).len(), 1);
    assert_eq!(pairs(&[("organization", "县林业局")]), [(bureau.clone(), paper.clone())]);
    assert_eq!(pairs(&[("organization", "青崖日报")]), [(paper, bureau)]);
}

#[test]
fn organizations_places_projects_and_events_are_listed_once() {
    assert_eq!(column("organizations", &[("kind", "government")], "organizationLabel"), ["青崖县林业局"]);
    assert_eq!(column("places", &[("kind", "nature")], "placeLabel"), ["青崖山"]);
    assert_eq!(column("places", &[("within", "重庆")], "placeLabel").len(), 2);
    assert_eq!(column("indicators", &[("text", "森林")], "figures"), ["4"]);
    let events =
        column("events", &[("type", "press-conference"), ("from", "2024-03-01"), ("to", "2024-03-31")], "date");
    assert!(events.iter().all(|date| date == "2024-03-04") && !events.is_empty(), "{events:?}");
    assert!(ask("events", &[("from", "2025-01-01")]).is_empty());
    assert!(!ask("projects", &[("status", "started"), ("place", "青崖山")]).is_empty());
    assert!(ask("projects", &[("status", "completed")]).is_empty());
}

#[test]
fn every_query_finds_something_in_the_seeds() {
    let project = common::Project::new();
    project.run(&["build", &common::repository().join("seeds").to_string_lossy()]).done();
    let store = jialing::store::Store::open(project.join("store"), None).unwrap();
    let snapshot = store.snapshot().unwrap();

    let empty: Vec<&str> = tables()
        .filter(|query| {
            let needed = needed(&query.name);
            run(&snapshot, &query.name, &needed, Page::default()).unwrap().rows.is_empty()
        })
        .map(|query| query.name.as_str())
        .collect();

    assert!(empty.is_empty(), "no rows: {empty:?}");
}
