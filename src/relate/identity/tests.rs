use super::*;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedNode, Triple};
use std::path::Path;

const HEAD: &str =
    "@prefix jl: <https://w3id.org/jialing/ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix oa: <http://www.w3.org/ns/oa#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix schema: <https://schema.org/> . @base <http://localhost:7878/id/> .\n";

/// An article that names things, each `(IRI below /id/, label, forms in which it is named)`.
fn article(number: usize, things: &[(&str, &str, &[&str])], more: &str) -> String {
    let mut text = HEAD.to_owned();
    for (at, (iri, label, forms)) in things.iter().enumerate() {
        let class = match iri.split('/').next().unwrap() {
            "organization" => "Organization",
            "place" => "Place",
            _ => "Project",
        };
        text += &format!(
            "<{iri}> a jl:{class} ; skos:prefLabel \"{label}\"@zh-Hans . <article/{number}> jl:mentions <{iri}> .\n"
        );
        for (nth, form) in forms.iter().enumerate() {
            let evidence = format!("article/{number}#char={},{}", 100 * at + 10 * nth, 100 * at + 10 * nth + 9);
            text += &format!("<{evidence}> jl:refersTo <{iri}> ; oa:exact \"{form}\" .\n");
            if form != label {
                text += &format!("<{iri}> skos:hiddenLabel \"{form}\"@zh-Hans .\n");
            }
        }
    }
    text + more
}

fn stored(articles: &[String]) -> Store {
    let store = Store::new().unwrap();
    for (number, article) in articles.iter().enumerate() {
        let graph = NamedNode::new_unchecked(format!("http://localhost:7878/id/article/{number}"));
        let parser = RdfParser::from_format(RdfFormat::Turtle).without_named_graphs().with_default_graph(graph);
        store.load_from_slice(parser, article.as_bytes()).unwrap();
        store.load_from_slice(RdfFormat::Turtle, article.as_bytes()).unwrap();
    }
    store
}

fn whole(told: Told) -> Vec<Triple> {
    match told {
        Told::Whole(triples) => triples,
        Told::Part { .. } => panic!("the whole was asked for"),
    }
}

fn overrules(lines: &str) -> Overrules {
    Overrules::parse(&format!("verdict,one,other,why\n{lines}"), Path::new("identity.csv")).unwrap()
}

/// What is what by which rules, as `alias = canonical: rules`.
fn found_with(articles: &[String], lines: &str) -> Vec<String> {
    let triples = whole(identities(&stored(articles), &Base::default(), &overrules(lines), None).unwrap());
    let local = |term: String| {
        let term = term.trim_matches(['<', '>', '"']).to_owned();
        term.strip_prefix("http://localhost:7878/id/").map(str::to_owned).unwrap_or(term)
    };
    let of = |subject: &str, property: &str| {
        let said = triples.iter().filter(|triple| {
            local(triple.subject.to_string()) == subject && triple.predicate.as_str().ends_with(property)
        });
        said.map(|triple| local(triple.object.to_string())).collect::<Vec<_>>()
    };
    let aliases = triples.iter().filter(|triple| triple.predicate.as_str().ends_with("#alias"));
    let mut found: Vec<String> = aliases
        .map(|triple| {
            let (node, alias) = (local(triple.subject.to_string()), local(triple.object.to_string()));
            assert_eq!(of(&alias, "#identifiedAs"), of(&node, "#canonical"));
            assert_eq!(of(&alias, "#sameAs"), of(&node, "#canonical"));
            let rules = of(&node, "#identityRule").join(" ").replace("identity/", "");
            format!("{alias} = {}: {rules}", of(&node, "#canonical")[0])
        })
        .collect();
    found.sort();
    found
}

fn found(articles: &[String]) -> Vec<String> {
    found_with(articles, "")
}

const LIFAN: (&str, &str, &[&str]) =
    ("organization/力帆科技(集团)股份有限公司", "力帆科技(集团)股份有限公司", &["力帆科技", "公司"]);
const SHORT: (&str, &str, &[&str]) = ("organization/力帆科技~500109", "力帆科技", &["力帆科技"]);

#[test]
fn a_short_form_that_an_article_explains_is_the_full_name() {
    let told = found(&[article(0, &[LIFAN], ""), article(1, &[SHORT], "")]);

    assert_eq!(told, ["organization/力帆科技~500109 = organization/力帆科技(集团)股份有限公司: short-form"]);
}

#[test]
fn a_short_form_of_two_things_is_neither() {
    let rival = ("organization/力帆科技发展有限公司", "力帆科技发展有限公司", &["力帆科技"][..]);

    assert!(found(&[article(0, &[LIFAN], ""), article(1, &[SHORT], ""), article(2, &[rival], "")]).is_empty());
    // In a city far away it may be another firm's.
    let elsewhere = ("organization/力帆科技~330100", "力帆科技", &["力帆科技"][..]);
    assert!(found(&[article(0, &[LIFAN], ""), article(1, &[SHORT], ""), article(2, &[elsewhere], "")]).is_empty());
}

#[test]
fn what_an_article_takes_for_two_stays_two() {
    assert!(found(&[article(0, &[LIFAN], ""), article(1, &[SHORT, LIFAN], "")]).is_empty());
}

#[test]
fn names_that_every_area_has_stay_apart() {
    let hospital = ("organization/北碚区人民医院", "北碚区人民医院", &["人民医院"][..]);
    let short = ("organization/人民医院~500109", "人民医院", &["人民医院"][..]);
    let city = ("organization/重庆市教育局", "重庆市教育局", &["教育局"][..]);
    let office = ("organization/教育局~500109", "教育局", &["教育局"][..]);
    let zone = ("place/高新区~500109", "高新区", &["高新区"][..]);
    let other = ("place/北碚高新区~500109", "北碚高新区", &["高新区"][..]);

    let told = found(&[article(0, &[hospital, city, other], ""), article(1, &[short, office, zone], "")]);

    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn a_zone_is_one_with_and_without_its_district_and_abbreviated() {
    let plain = ("place/蔡家经开区~500109", "蔡家经开区", &["蔡家经开区"][..]);
    let named = ("place/北碚区蔡家经开区~500109", "北碚区蔡家经开区", &["北碚区蔡家经开区"][..]);
    let long = ("place/蔡家经济技术开发区~500109", "蔡家经济技术开发区", &["蔡家经济技术开发区"][..]);
    let far = ("place/蔡家经开区~500106", "蔡家经开区", &["蔡家经开区"][..]);

    let told = found(&[article(0, &[plain], ""), article(1, &[named, far], ""), article(2, &[long], "")]);

    assert_eq!(
        told,
        [
            "place/北碚区蔡家经开区~500109 = place/蔡家经济技术开发区~500109: abbreviation",
            "place/蔡家经开区~500109 = place/蔡家经济技术开发区~500109: area-in-name abbreviation",
        ]
    );
}

#[test]
fn a_project_is_one_with_and_without_its_class_word() {
    let plain = ("project/南京路风貌改造~500109", "南京路风貌改造", &["南京路风貌改造"][..]);
    let named = ("project/南京路风貌改造项目~500109", "南京路风貌改造项目", &["南京路风貌改造项目"][..]);

    let told = found(&[article(0, &[plain], ""), article(1, &[named], "")]);

    assert_eq!(told, ["project/南京路风貌改造~500109 = project/南京路风貌改造项目~500109: class-word"]);
}

#[test]
fn a_name_whose_article_knows_the_area_is_the_one_of_that_area() {
    let known = ("organization/“西小兰”照相馆~500109", "“西小兰”照相馆", &["“西小兰”照相馆"][..]);
    let bare = ("organization/“西小兰”照相馆", "“西小兰”照相馆", &["“西小兰”照相馆"][..]);
    let beibei = ("place/500109", "北碚区", &["北碚"][..]);
    let yubei = ("place/500112", "渝北区", &["渝北"][..]);

    let told = found(&[article(0, &[known], ""), article(1, &[bare, beibei], "")]);

    assert_eq!(told, ["organization/“西小兰”照相馆 = organization/“西小兰”照相馆~500109: same-name"]);
    assert!(found(&[article(0, &[known], ""), article(1, &[bare, yubei], "")]).is_empty());
    let other = ("organization/“西小兰”照相馆~500112", "“西小兰”照相馆", &["“西小兰”照相馆"][..]);
    let two = [article(0, &[known], ""), article(1, &[bare, beibei], ""), article(2, &[other], "")];
    assert!(found(&two).is_empty(), "{:?}", found(&two));
}

#[test]
fn codes_make_one_of_two_names_and_two_of_one() {
    let code = |iri: &str, code: &str| format!("<{iri}> jl:creditCode \"{code}\" .");
    let (a, b) = ("organization/甲公司~500109", "organization/乙集团有限公司");
    let things = [(a, "甲公司", &["甲公司"][..]), (b, "乙集团有限公司", &["乙集团有限公司"][..])];
    let one =
        |more: &str| found(&[article(0, &things[..1], &code(a, "91999999MA00000X0H")), article(1, &things[1..], more)]);

    assert_eq!(one(&code(b, "91999999MA00000X0H")), [format!("{a} = {b}: credit-code")]);
    assert!(one(&code(b, "129999990000000055")).is_empty());
    let two = code(b, "91999999MA00000X0H") + &code(b, "129999990000000055");
    assert!(one(&two).is_empty(), "one of the codes is another's");

    let same = |iri: &str| format!("<{iri}> owl:sameAs <http://www.wikidata.org/entity/Q1> .");
    let told = found(&[article(0, &things[..1], &same(a)), article(1, &things[1..], &same(b))]);
    assert_eq!(told, [format!("{a} = {b}: same-as")]);

    let apart = [
        article(0, &[LIFAN], &code(LIFAN.0, "91999999MA00000X0H")),
        article(1, &[SHORT], &code(SHORT.0, "129999990000000055")),
    ];
    assert!(found(&apart).is_empty());
}

#[test]
fn a_part_is_not_the_whole() {
    let park = ("place/西部科学城~500109", "西部科学城", &["西部科学城"][..]);
    let part = ("place/北碚西部科学城~500109", "北碚西部科学城", &["西部科学城"][..]);
    let within = "<place/北碚西部科学城~500109> schema:containedInPlace <place/西部科学城~500109> .";

    assert_eq!(found(&[article(0, &[park], ""), article(1, &[part], "")]).len(), 1);
    assert!(found(&[article(0, &[park], ""), article(1, &[part], within)]).is_empty());
}

#[test]
fn the_user_has_the_last_word() {
    let articles = [article(0, &[LIFAN], ""), article(1, &[SHORT], "")];
    let hospital = ("organization/人民医院~500109", "人民医院", &["人民医院"][..]);
    let full = ("organization/北碚区人民医院", "北碚区人民医院", &["北碚区人民医院"][..]);
    let hospitals = [article(0, &[hospital], ""), article(1, &[full], "")];

    assert!(found_with(&articles, "apart,力帆科技~500109,力帆科技(集团)股份有限公司,other people\n").is_empty());
    assert_eq!(
        found_with(&articles, "same,力帆科技,力帆科技(集团)股份有限公司,we prefer it\n"),
        ["organization/力帆科技(集团)股份有限公司 = organization/力帆科技~500109: user"]
    );
    assert_eq!(
        found_with(
            &hospitals,
            "same,organization/北碚区人民医院,http://localhost:7878/id/organization/人民医院~500109,\n"
        ),
        ["organization/人民医院~500109 = organization/北碚区人民医院: user"]
    );
}

#[test]
fn a_line_that_names_nothing_or_several_things_is_told() {
    let store =
        stored(&[article(0, &[SHORT, ("organization/力帆科技~500112", "力帆科技", &["力帆科技"][..]), LIFAN], "")]);
    let lines = overrules("same,力帆科技,力帆科技(集团)股份有限公司,\napart,甲,力帆科技,\n");

    let told = idle(&store, &Base::default(), &lines).unwrap();

    assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
    assert!(told[0].1.contains("IRIs") && told[1].1.contains("`甲`"), "{told:?}");
}

#[test]
fn what_joins_must_not_join_what_stays_apart() {
    let middle = ("organization/力帆科技~500000", "力帆科技", &["力帆科技"][..]);
    let articles = [article(0, &[LIFAN], ""), article(1, &[SHORT], ""), article(2, &[middle], "")];

    let told = found_with(&articles, "apart,力帆科技~500109,力帆科技~500000,\n");

    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn why_tells_the_rule_the_articles_and_what_keeps_apart() {
    let store = stored(&[article(0, &[LIFAN], ""), article(1, &[SHORT], "")]);
    let base = Base::default();
    for triple in whole(identities(&store, &base, &Overrules::default(), None).unwrap()) {
        store.insert(&triple.in_graph(GraphName::DefaultGraph)).unwrap();
    }
    let told = |a, b| why(&store, &base, &Overrules::default(), a, b).unwrap();

    let one = told("力帆科技~500109", "力帆科技(集团)股份有限公司");
    assert!(one.pairs[0].same && one.pairs[0].reasons.contains(&"identity/short-form".to_owned()), "{one:?}");
    assert_eq!(one.pairs[0].articles, ["http://localhost:7878/id/article/0", "http://localhost:7878/id/article/1"]);

    let both = stored(&[article(0, &[LIFAN], ""), article(1, &[SHORT, LIFAN], "")]);
    let apart = why(&both, &base, &Overrules::default(), "力帆科技~500109", "力帆科技(集团)股份有限公司").unwrap();
    assert!(!apart.pairs[0].same && apart.pairs[0].reasons[0].contains("article/1 names both"), "{apart:?}");
    assert!(told("甲", "乙").pairs.is_empty());
}
