use super::*;
use crate::model::Sketch;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::GraphName;
use std::collections::{BTreeMap, BTreeSet};

/// An article that states one figure: 2023 forest cover of one county.
fn article(number: u32, value: &str, bound: &str) -> String {
    format!(
        r#"@prefix jl: <https://w3id.org/jialing/ontology#> . @prefix v: <https://w3id.org/jialing/vocab/> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcterms: <http://purl.org/dc/terms/> .
        @base <http://localhost:7878/id/> .
        <article/{number}> a jl:Article ; jl:textHash "text-of-{value}" ; dcterms:issued "2024-01-0{number}" .
        <observation/{number}> a jl:Observation ; jl:about <place/青崖县> ; jl:indicator <indicator/森林覆盖率> ;
          jl:statistic <{v}statistic/level> ; jl:outlook <{v}outlook/observed> ; jl:comparison <{v}comparison/none> ;
          jl:unit <http://qudt.org/vocab/unit/PERCENT> ; jl:refPeriod <{v}period/2023> ; jl:bound <{v}bound/{bound}> ;
          jl:normalizedValue {value} ; jl:value {value} ; jl:evidence <article/{number}#char=0,9> .
        <place/青崖县> skos:prefLabel "青崖县"@zh-Hans . <indicator/森林覆盖率> skos:prefLabel "森林覆盖率"@zh-Hans .
        <{v}period/2023> skos:prefLabel "2023年"@zh-Hans . <{v}statistic/level> skos:prefLabel "水平"@zh-Hans ."#,
        v = "https://w3id.org/jialing/vocab/"
    )
}

fn related(articles: &[String]) -> Vec<(NamedNode, BTreeSet<String>)> {
    let store = Store::new().unwrap();
    for article in articles {
        store.load_from_slice(RdfFormat::Turtle, article.as_bytes()).unwrap();
    }
    relate(&store, &Base::default(), &Overrules::default(), None)
        .unwrap()
        .into_iter()
        .map(|(graph, told)| (graph, whole(told).iter().map(ToString::to_string).collect()))
        .collect()
}

fn whole(told: Told) -> Vec<Triple> {
    match told {
        Told::Whole(triples) => triples,
        Told::Part { .. } => panic!("the whole was asked for"),
    }
}

fn conflicts(articles: &[String]) -> BTreeSet<String> {
    let graphs = related(articles);
    assert_eq!(graphs[0].0.as_str(), "http://localhost:7878/graph/conflicts");
    graphs[0].1.clone()
}

#[test]
fn two_articles_that_state_different_figures_are_a_conflict() {
    let triples = conflicts(&[article(1, "53.2", "exact"), article(2, "48.0", "exact")]);

    assert_eq!(triples.len(), 6, "{triples:#?}");
    let label =
        r#"<http://www.w3.org/2004/02/skos/core#prefLabel> "青崖县：森林覆盖率（2023年，水平）各文不一"@zh-hans"#;
    assert!(triples.iter().any(|triple| triple.ends_with(label)), "{triples:#?}");
}

#[test]
fn a_rounded_figure_a_bound_and_an_estimate_agree_with_the_figure() {
    let exact = || article(1, "53.2", "exact");

    assert_eq!(conflicts(&[exact(), article(2, "53", "exact")]), BTreeSet::new());
    assert_eq!(conflicts(&[exact(), article(2, "50", "min")]), BTreeSet::new());
    assert_eq!(conflicts(&[exact(), article(2, "55", "approx")]), BTreeSet::new());
    assert_ne!(conflicts(&[exact(), article(2, "50", "max")]), BTreeSet::new());
    assert_ne!(conflicts(&[exact(), article(2, "54", "min")]), BTreeSet::new());
    assert_ne!(conflicts(&[exact(), article(2, "53.4", "exact")]), BTreeSet::new());
}

#[test]
fn a_later_figure_of_the_same_publisher_is_a_revision() {
    let published = |number, value, publisher: &str| {
        let more = format!(
            "\n<article/{number}> dcterms:publisher <organization/{publisher}> . <observation/{number}> \
             <http://www.w3.org/ns/prov#wasDerivedFrom> <article/{number}> ."
        );
        article(number, value, "exact") + &more
    };
    let revisions = |articles: &[String]| {
        let triples = conflicts(articles).into_iter();
        triples.filter(|triple| triple.contains("wasRevisionOf")).collect::<Vec<_>>()
    };

    let same = revisions(&[published(1, "53.2", "统计局"), published(2, "53.9", "统计局")]);
    let others = revisions(&[published(1, "53.2", "统计局"), published(2, "53.9", "日报")]);
    let one_day = published(2, "53.9", "统计局").replace("2024-01-02", "2024-01-01");

    assert_eq!(same.len(), 1);
    assert!(same[0].starts_with("<http://localhost:7878/id/observation/2>"), "{same:?}");
    assert!(others.is_empty(), "{others:?}");
    assert!(revisions(&[published(1, "53.2", "统计局"), one_day]).is_empty());
}

#[test]
fn many_articles_of_one_figure_are_all_told_without_telling_each_pair() {
    let values = ["48", "53.2", "60.1"];
    let many: Vec<String> = (0..300).map(|at| article(at, values[at as usize % 3], "exact")).collect();

    let triples = conflicts(&many);

    let told = |property: &str| triples.iter().filter(|triple| triple.contains(property)).count();
    assert_eq!(told("#involves>"), 300);
    assert!(told("#conflictsWith>") <= 4 * 300, "{}", told("#conflictsWith>"));
}

#[test]
fn a_conflict_without_a_known_period_is_none() {
    let unknown = |number, value| article(number, value, "exact").replace("period/2023", "period/unknown");

    assert_eq!(conflicts(&[unknown(1, "53"), unknown(2, "48")]), BTreeSet::new());
}

#[test]
fn the_order_of_the_articles_and_an_earlier_run_change_nothing() {
    let articles =
        [article(1, "53.2", "exact"), article(2, "48", "exact"), article(3, "60", "min"), article(4, "48", "exact")];
    let mut backwards = articles.to_vec();
    backwards.reverse();

    let once = related(&articles);
    let mut again = articles.to_vec();
    again.push(once.iter().flat_map(|(_, triples)| triples).map(|triple| format!("{triple} .\n")).collect());

    assert_eq!(once, related(&backwards));
    assert_eq!(once, related(&again));
}

/// An article of that day with that text.
fn printed(number: u32, day: u32, text: &str) -> String {
    let sketch = Sketch::of(text.lines()).unwrap();
    format!(
        r#"@prefix jl: <https://w3id.org/jialing/ontology#> . @prefix dcterms: <http://purl.org/dc/terms/> .
        <http://localhost:7878/id/article/{number}> a jl:Article ; jl:textHash "text-{number}" ; jl:textSketch "{sketch}" ;
          dcterms:issued "2024-01-0{day}" ."#
    )
}

/// The number of each republication with that of the article that stands for its text.
fn republications(articles: &[String]) -> BTreeSet<(char, char)> {
    let number = |iri: &str| iri.trim_end_matches('>').chars().last().unwrap();
    let pairs = |triple: &String| {
        let parts: Vec<&str> = triple.split(' ').collect();
        assert_eq!(parts[1], "<https://w3id.org/jialing/ontology#republicationOf>");
        (number(parts[0]), number(parts[2]))
    };
    related(articles)[2].1.iter().map(pairs).collect()
}

#[test]
fn a_reprint_points_at_the_article_that_came_first() {
    let equal = [article(3, "48", "exact"), article(1, "53", "exact"), article(2, "48", "exact")];

    assert_eq!(republications(&equal), BTreeSet::from([('3', '2')]));
}

#[test]
fn a_report_that_other_portals_print_a_little_otherwise_is_one_text() {
    // 400 different characters stand for sentences of a report.
    let report: String = ('\u{4E00}'..).take(400).collect();
    let cut: String = report.chars().take(350).collect();
    let noted = format!("{report}（本文有删节，以原载为准）");
    let other: String = ('\u{6000}'..).take(400).collect();
    let half: String = report.chars().take(200).chain(other.chars().take(200)).collect();
    let articles = [
        printed(1, 5, &report),
        printed(2, 3, &noted),
        printed(3, 4, &cut),
        printed(4, 1, &other),
        printed(5, 2, &half),
    ];
    let mut backwards = articles.to_vec();
    backwards.reverse();

    assert_eq!(republications(&articles), BTreeSet::from([('1', '2'), ('3', '2')]));
    assert_eq!(republications(&articles), republications(&backwards));
}

/// A store of these articles, each in a graph of its own and in the merge, with what was related before.
fn stored(articles: &BTreeMap<u32, String>, graphs: &[(NamedNode, Vec<Triple>)]) -> Store {
    let store = Store::new().unwrap();
    for (number, article) in articles {
        let graph = NamedNode::new_unchecked(format!("http://localhost:7878/id/article/{number}"));
        store.load_from_slice(RdfFormat::Turtle, article.as_bytes()).unwrap();
        let parser = RdfParser::from_format(RdfFormat::Turtle).without_named_graphs().with_default_graph(graph);
        store.load_from_slice(parser, article.as_bytes()).unwrap();
    }
    for (graph, triples) in graphs {
        for triple in triples {
            store.insert(&triple.clone().in_graph(graph.clone())).unwrap();
            store.insert(&triple.clone().in_graph(GraphName::DefaultGraph)).unwrap();
        }
    }
    store
}

/// Things by which identities are tried: names that are one, that are not, and that may be.
const NAMED: [(&str, &str); 10] = [
    ("organization/青崖科技发展有限公司", "青崖科技发展有限公司"),
    ("organization/青崖科技", "青崖科技"),
    ("organization/青崖科技~500109", "青崖科技"),
    ("organization/青崖科技~500000", "青崖科技"),
    ("organization/青崖科技~330100", "青崖科技"),
    ("organization/云上数据有限公司", "云上数据有限公司"),
    ("organization/云上数据~500109", "云上数据"),
    ("place/蔡家经开区~500109", "蔡家经开区"),
    ("place/北碚蔡家经开区~500109", "北碚蔡家经开区"),
    ("place/蔡家经济技术开发区~500109", "蔡家经济技术开发区"),
];

const FORMS: [&str; 3] = ["青崖科技", "公司", "蔡家经开区"];

/// An article's naming of one of these, in one of the forms, and now and then a code or an area.
fn naming(number: u32, named: usize, form: usize, more: usize) -> String {
    let (iri, label) = NAMED[named];
    let form = FORMS[form];
    let class = if iri.starts_with("place") { "Place" } else { "Organization" };
    let more = match more {
        0 => format!("<{iri}> jl:creditCode \"91999999MA00000X0H\" ."),
        1 => format!("<{iri}> jl:creditCode \"129999990000000055\" ."),
        2 => format!("<{iri}> <http://www.w3.org/2002/07/owl#sameAs> <http://www.wikidata.org/entity/Q1> ."),
        3 => format!("<{iri}> <http://www.w3.org/2002/07/owl#sameAs> <http://www.wikidata.org/entity/Q2> ."),
        4..=7 => format!(
            "<article/{number}> jl:mentions <place/500109> . <place/500109> a jl:Place ; jl:adminCode \"500109\" ; \
             skos:prefLabel \"北碚区\"@zh-Hans ."
        ),
        _ => String::new(),
    };
    format!(
        "\n<{iri}> a jl:{class} ; skos:prefLabel \"{label}\"@zh-Hans ; skos:hiddenLabel \"{form}\"@zh-Hans . \
         <article/{number}> jl:mentions <{iri}> . <article/{number}#char={named},{form}> jl:refersTo <{iri}> ; \
         <http://www.w3.org/ns/oa#exact> \"{form}\" . {more}"
    )
}

#[test]
fn what_has_changed_is_enough_to_know_what_the_whole_would_tell() {
    let base = Base::default();
    let texts = ["53.2", "48", "53", "60.1"];
    let bounds = ["exact", "min", "approx"];
    let periods = ["period/2023", "period/2022", "period/unknown"];
    let mut dice = 5_usize;
    let mut roll = |below: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % below
    };
    let lines = "verdict,one,other,why\nsame,organization/云上数据有限公司,云上数据,\n\
                 apart,青崖科技~500109,organization/青崖科技~500000,\n";
    let overrules = Overrules::parse(lines, std::path::Path::new("identity.csv")).unwrap();
    let mut told = BTreeSet::new();
    let mut articles = BTreeMap::new();
    let mut before = stored(&articles, &[]);
    let all = relate(&before, &base, &overrules, None).unwrap();
    let mut known: BTreeMap<NamedNode, Vec<Triple>> =
        all.into_iter().map(|(graph, told)| (graph, whole(told))).collect();
    let mut parts = 0;
    let mut sizes = BTreeSet::new();
    for _ in 0..300 {
        let mut graphs = BTreeSet::new();
        for _ in 0..=roll(3) {
            let number = u32::try_from(1 + roll(9)).unwrap();
            graphs.insert(NamedNode::new_unchecked(format!("http://localhost:7878/id/article/{number}")));
            if roll(4) == 0 {
                articles.remove(&number);
            } else {
                let mut text = article(number, texts[roll(4)], bounds[roll(3)]).replace(periods[0], periods[roll(3)]);
                for _ in 0..roll(4) {
                    text += &naming(number, roll(NAMED.len()), roll(FORMS.len()), roll(12));
                }
                articles.insert(number, text);
            }
        }
        let earlier: Vec<_> = known.clone().into_iter().collect();
        let data = stored(&articles, &earlier);

        let changed = relate(&data, &base, &overrules, Some(Since { before: &before, graphs: &graphs })).unwrap();
        let all = relate(&data, &base, &overrules, None).unwrap();

        let as_set = |triples: &[Triple]| triples.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        for (graph, told) in changed {
            let triples = known.entry(graph).or_default();
            match told {
                Told::Whole(all) => *triples = all,
                Told::Part { gone, come } => {
                    parts += 1;
                    triples.retain(|triple| !gone.contains(triple));
                    triples.extend(come);
                }
            }
        }
        for (graph, all) in all {
            let triples = whole(all);
            assert_eq!(as_set(&known[&graph]), as_set(&triples), "{graph} of {articles:#?}");
            sizes.insert(triples.len());
            let rules = triples.iter().filter(|triple| triple.predicate.as_str().ends_with("#identityRule"));
            told.extend(rules.map(|triple| triple.object.to_string()));
        }
        before = stored(&articles, &known.clone().into_iter().collect::<Vec<_>>());
    }
    assert_eq!(parts, 2 * 300, "conflicts and identities are told in part");
    assert!(sizes.len() > 5, "hardly anything was told: {sizes:?}");
    assert_eq!(told.len(), 7, "rules of identity that were told: {told:?}");
}
