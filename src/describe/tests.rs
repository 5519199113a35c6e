use super::*;
use crate::model::{
    Annotated, Article, Bound, Comparison, Event, EventType, Facts, Found, Identity, Measure, Observation,
    OrganizationKind, OrganizationMention, Outlook, PartialDate, Period, Piece, PlaceKind, PlaceMention, Project,
    ProjectIdentity, Quantity, Ref, RuleId, Sentence, SourceMap, Span, Statistic, Status, Unit,
};
use oxigraph::model::Term;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

const TEXT: &str = "青崖县森林覆盖率超五成\n3月4日，青崖县召开新闻发布会，县林业局介绍，2023年全县森林覆盖率达53%以上，流转土地1亩，青崖山生态步道项目已经开工。";

/// The stretch of the text's first (or `nth`) such words.
fn at(words: &str, nth: usize) -> Span {
    let (start, _) = TEXT.match_indices(words).nth(nth).unwrap();
    Span::new(start, start + words.len())
}

fn found<T>(span: Span, value: T) -> Found<T> {
    Found { span, value, rule: RuleId::new("test/rule") }
}

fn identity<K>(key: &str, name: &str, kind: K, mentions: Vec<Span>) -> Identity<K> {
    Identity {
        key: key.into(),
        name: name.into(),
        aliases: vec![],
        kind,
        code: None,
        within: None,
        same_as: vec![],
        mentions,
    }
}

fn figure(value: &str, number: Span, unit: (&str, &str, (i128, i128)), bound: Bound) -> Quantity {
    Quantity {
        value: value.parse().unwrap(),
        max: None,
        unit: Some(Unit { text: unit.0.into(), key: unit.1.into(), factor: unit.2 }),
        bound,
        measure: Measure::Amount,
        number,
    }
}

fn observation(indicator: &str, about: Option<Ref>, quantity: Quantity, period: Option<Period>) -> Found<Observation> {
    let evidence = at("3月4日", 0).cover(at("开工。", 0));
    found(
        quantity.number,
        Observation {
            indicator: indicator.into(),
            aliases: vec![],
            about,
            quantity,
            statistic: Statistic::Level,
            outlook: Outlook::Observed,
            comparison: Comparison::None,
            period,
            evidence,
            confidence: Decimal::new(95, 2),
        },
    )
}

/// An article with one of everything.
fn linked() -> Linked {
    let sentence = at("3月4日", 0).cover(at("开工。", 0));
    let article = Article {
        key: "k1".into(),
        path: "dir/a.txt".into(),
        name: "a.txt".into(),
        number: 1,
        url: Some("https://news.example/1".into()),
        source: Some("青崖年鉴".into()),
        title: Some("青崖县森林覆盖率超五成".into()),
        publisher: Some("青崖日报".into()),
        published: PartialDate::day(2024, 3, 5),
        authors: vec!["林小溪".into()],
        editor: Some("石远".into()),
        text: TEXT.into(),
        title_len: at("\n", 0).start,
        printed: TEXT.replace("全县", "全縣").into(),
        map: SourceMap {
            pieces: vec![
                Piece {
                    clean: Span::new(0, at("全县", 0).start),
                    printed: Span::new(0, at("全县", 0).start),
                    verbatim: true,
                },
                Piece { clean: at("全县", 0), printed: at("全县", 0), verbatim: false },
                Piece {
                    clean: Span::new(at("全县", 0).end, TEXT.len()),
                    printed: Span::new(at("全县", 0).end, TEXT.len()),
                    verbatim: true,
                },
            ],
        },
        repairs: vec![],
        damaged: vec![],
        cuts: Vec::new(),
        masthead: Vec::new(),
        dated_by: None,
        content_hash: "abc".into(),
    };
    let place = |name: &str, kind| PlaceMention { name: name.into(), kind, code: None };
    let annotated = Annotated {
        article,
        sentences: vec![Sentence { span: sentence, clauses: vec![sentence], paragraph: 1 }],
        tokens: vec![],
        numbers: vec![],
        quantities: vec![],
        periods: vec![],
        places: vec![
            found(at("青崖县", 0), place("青崖县", PlaceKind::District)),
            found(at("青崖山", 0), place("青崖山", PlaceKind::Nature)),
        ],
        credit_codes: Vec::new(),
        organizations: vec![found(
            at("县林业局", 0),
            OrganizationMention { name: "青崖县林业局".into(), kind: OrganizationKind::Government },
        )],
        home: None,
    };
    let mut county =
        identity("青崖县~500000", "青崖县", PlaceKind::District, vec![at("青崖县", 0), at("青崖县", 1), at("全县", 0)]);
    county.within = Some(("500000".into(), "重庆市".into()));
    let mut hill = identity("青崖山~500000", "青崖山", PlaceKind::Nature, vec![at("青崖山", 0)]);
    hill.within = Some((county.key.clone(), county.name.clone()));
    let project = Project {
        name: "青崖山生态步道项目".into(),
        mentions: vec![at("青崖山生态步道项目", 0)],
        status: Some(Status::Started),
        places: vec![Ref::Place(1)],
        participants: vec![],
        evidence: sentence,
        confidence: Decimal::ONE,
    };
    let event = Event {
        kind: EventType::PressConference,
        label: "青崖县召开新闻发布会".into(),
        date: PartialDate::day(2024, 3, 4),
        places: vec![Ref::Home],
        participants: vec![Ref::Organization(0)],
        projects: vec![0],
        evidence: sentence,
        confidence: Decimal::ONE,
    };
    let year = Some(Period::At(PartialDate::Year(2023)));
    let cover = figure("53", at("53", 0), ("%", "PERCENT", (1, 1)), Bound::Min);
    let land = figure("1", at("1亩", 0), ("亩", "M2", (2000, 3)), Bound::Exact);
    Linked {
        facts: Facts {
            annotated,
            observations: vec![
                observation("森林覆盖率", Some(Ref::Place(0)), cover, year),
                observation("流转土地面积", None, land, None),
            ],
            projects: vec![found(at("青崖山生态步道项目", 0), project)],
            events: vec![found(at("新闻发布会", 0), event)],
        },
        places: vec![hill, county],
        organizations: vec![
            identity("青崖县林业局", "青崖县林业局", OrganizationKind::Government, vec![at("县林业局", 0)]),
            identity("青崖日报", "青崖日报", OrganizationKind::Media, vec![]),
        ],
        projects: vec![ProjectIdentity {
            key: "青崖山生态步道项目~500000".into(), name: "青崖山生态步道项目".into()
        }],
        place_of: vec![1, 0],
        organization_of: vec![0],
        home: Some(1),
        publisher: Some(1),
    }
}

fn described(linked: &Linked) -> ArticleGraph {
    describe(linked, &Base::default())
}

/// The objects of a property, as a reader would write them, for all subjects whose IRI holds `subject`.
fn objects(graph: &ArticleGraph, subject: &str, property: &str) -> Vec<String> {
    graph
        .triples
        .iter()
        .filter(|triple| triple.subject.to_string().contains(subject))
        .filter(|triple| triple.predicate.as_str().rsplit(['#', '/']).next() == Some(property))
        .map(|triple| match &triple.object {
            Term::Literal(literal) => literal.value().to_owned(),
            Term::NamedNode(node) => node.as_str().replace("http://localhost:7878/id/", ""),
            other => other.to_string(),
        })
        .collect()
}

/// The observation of that indicator.
fn about(graph: &ArticleGraph, indicator: &str) -> String {
    let of = format!("indicator/{indicator}");
    let found = graph.triples.iter().find(|triple| triple.object.to_string().ends_with(&format!("{of}>")));
    found.unwrap().subject.to_string()
}

/// What each Evidence quotes, with where it says that this stands.
fn quotes(graph: &ArticleGraph) -> Vec<(String, usize, usize, String)> {
    let subjects: BTreeSet<String> = graph
        .triples
        .iter()
        .map(|triple| triple.subject.to_string())
        .filter(|subject| subject.contains("#char="))
        .collect();
    subjects
        .into_iter()
        .map(|subject| {
            let one = |property: &str| objects(graph, &subject, property).remove(0);
            let (start, end, exact) = (one("start").parse().unwrap(), one("end").parse().unwrap(), one("exact"));
            (subject, start, end, exact)
        })
        .collect()
}

#[test]
fn evidence_equals_the_text_at_its_offsets() {
    let graph = described(&linked());
    let letters: Vec<char> = TEXT.chars().collect();

    let quotes = quotes(&graph);

    assert!(quotes.len() >= 5, "{quotes:?}");
    for (subject, start, end, exact) in quotes {
        assert_eq!(letters[start..end].iter().collect::<String>(), exact);
        assert!(subject.ends_with(&format!("#char={start},{end}>")), "{subject}");
    }
}

#[test]
fn a_graph_is_sorted_without_repetition_and_without_blank_nodes() {
    let graph = described(&linked());

    let lines: Vec<String> = graph.triples.iter().map(ToString::to_string).collect();
    let sorted: BTreeSet<&String> = lines.iter().collect();
    assert!(lines.iter().eq(sorted));
    assert!(lines.iter().all(|line| !line.contains("_:")));
}

#[test]
fn a_figure_has_its_value_as_written_and_in_its_unit() {
    let graph = described(&linked());

    let cover = about(&graph, "森林覆盖率");
    assert_eq!(objects(&graph, &cover, "value"), ["53"]);
    assert_eq!(objects(&graph, &cover, "unitText"), ["%"]);
    assert_eq!(objects(&graph, &cover, "unit"), ["http://qudt.org/vocab/unit/PERCENT"]);
    assert_eq!(objects(&graph, &cover, "periodEnd"), ["2023-12-31"]);
    assert_eq!(objects(&graph, &cover, "refPeriod"), ["https://w3id.org/jialing/vocab/period/2023"]);
    assert_eq!(objects(&graph, &cover, "about"), ["place/青崖县~500000"]);
    assert_eq!(objects(&graph, &cover, "confidence"), ["0.95"]);
    let land = about(&graph, "流转土地面积");
    assert_eq!(objects(&graph, &land, "normalizedValue"), ["666.666667"]);
    assert_eq!(objects(&graph, &land, "about"), ["place/青崖县~500000"], "a figure about nothing is about home");
    assert_eq!(objects(&graph, &land, "refPeriod"), ["https://w3id.org/jialing/vocab/period/unknown"]);
    assert!(objects(&graph, &land, "period").is_empty());
}

#[test]
fn each_form_of_a_name_is_a_mention_once() {
    let graph = described(&linked());
    let mut forms: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (subject, _, _, exact) in quotes(&graph) {
        for thing in objects(&graph, &subject, "refersTo") {
            forms.entry(thing).or_default().push(exact.clone());
        }
    }

    assert_eq!(forms["place/青崖县~500000"].len(), 2, "{forms:?}");
    assert_eq!(forms["organization/青崖县林业局"], ["县林业局"]);
    let mut mentioned = objects(&graph, "article/k1>", "mentions");
    mentioned.sort();
    assert_eq!(
        mentioned,
        [
            "organization/青崖县林业局",
            "place/青崖县~500000",
            "place/青崖山~500000",
            "project/青崖山生态步道项目~500000"
        ]
    );
}

#[test]
fn a_quote_that_the_page_printed_otherwise_says_so() {
    let graph = described(&linked());

    let printed = objects(&graph, "#char=", "sourceQuote");

    assert_eq!(printed.len(), 2, "the sentence and the mention: {printed:?}");
    assert!(printed.contains(&"全縣".to_owned()));
}

#[test]
fn a_container_is_described_from_its_code() {
    let graph = described(&linked());

    assert_eq!(objects(&graph, "place/500000", "prefLabel"), ["重庆市"]);
    assert_eq!(objects(&graph, "place/500000", "kind"), ["https://w3id.org/jialing/vocab/place-kind/city"]);
    assert_eq!(objects(&graph, "place/青崖山~500000", "containedInPlace"), ["place/青崖县~500000"]);
}

#[test]
fn a_division_that_is_none_any_more_says_until_when_it_was() {
    let mut linked = linked();
    linked.places[1].code = Some("110103".into());
    let former = described(&linked);
    linked.places[1].code = Some("500109".into());
    let present = described(&linked);

    assert_eq!(objects(&former, "青崖县~500000", "validUntil"), ["2010"]);
    assert!(objects(&present, "青崖县~500000", "validUntil").is_empty());
    let hidden = objects(&former, "青崖县~500000", "hiddenLabel");
    assert_eq!(hidden, ["全县"], "a form that is no name is a hidden label");
}

#[test]
fn what_the_state_and_others_call_a_thing_is_said_of_it() {
    let mut linked = linked();
    linked.organizations[0].code = Some("91999999MA00000X0H".into());
    linked.places[0].same_as = vec!["https://sws.geonames.org/1/".into()];
    let (organization, place) = (linked.organizations[0].key.clone(), linked.places[0].key.clone());

    let graph = described(&linked);

    assert_eq!(objects(&graph, &format!("organization/{organization}"), "creditCode"), ["91999999MA00000X0H"]);
    assert_eq!(objects(&graph, &format!("place/{place}"), "sameAs"), ["https://sws.geonames.org/1/"]);
}

#[test]
fn an_event_of_a_known_day_is_the_same_in_another_article() {
    let mut other = linked();
    other.facts.annotated.article.key = "k2".into();
    other.facts.events[0].value.label = "发布会在青崖县举行".into();

    let (one, two) = (described(&linked()), described(&other));

    let keys = |graph: &ArticleGraph| objects(graph, "/id/event/", "prefLabel");
    assert_eq!(keys(&one), keys(&two));
    assert_eq!(keys(&one), ["2024年3月4日 青崖县 青崖县林业局 新闻发布会"]);
    assert_eq!(objects(&two, "/id/event/", "altLabel"), ["发布会在青崖县举行"]);
    let iri = |graph: &ArticleGraph| {
        let event = graph.triples.iter().find(|triple| triple.subject.to_string().contains("/id/event/"));
        event.unwrap().subject.to_string()
    };
    assert_eq!(iri(&one), iri(&two));
}

#[test]
fn an_event_without_a_day_belongs_to_its_article() {
    let undated = |key: &str| {
        let mut linked = linked();
        linked.facts.annotated.article.key = key.into();
        linked.facts.events[0].value.date = None;
        described(&linked)
    };

    let events = |graph: &ArticleGraph| {
        let subjects = graph.triples.iter().map(|triple| triple.subject.to_string());
        subjects.filter(|subject| subject.contains("/id/event/")).collect::<BTreeSet<_>>()
    };
    assert!(events(&undated("k1")).is_disjoint(&events(&undated("k2"))));
    assert_eq!(objects(&undated("k1"), "/id/event/", "prefLabel"), ["青崖县召开新闻发布会"]);
}

#[test]
fn a_project_and_a_place_of_one_name_point_at_each_other() {
    let mut linked = linked();
    linked.projects[0].name = "青崖山".into();

    let graph = described(&linked);

    assert_eq!(objects(&graph, "/id/place/青崖山", "counterpart"), ["project/青崖山生态步道项目~500000"]);
    assert_eq!(objects(&graph, "/id/project/", "counterpart"), ["place/青崖山~500000"]);
}

#[test]
fn what_cannot_be_said_is_left_out() {
    let mut linked = linked();
    linked.home = None;
    linked.facts.observations[0].value.quantity.unit.as_mut().unwrap().factor = (i128::MAX, 1);
    linked.facts.events[0].value.places = vec![];

    let graph = described(&linked);

    assert!(objects(&graph, "/id/observation/", "value").is_empty());
}

#[test]
fn one_number_states_one_value_of_one_indicator() {
    let mut linked = linked();
    let mut again = linked.facts.observations[0].clone();
    again.value.about = Some(Ref::Place(1));
    linked.facts.observations.push(again);

    let graph = described(&linked);

    assert_eq!(objects(&graph, &about(&graph, "森林覆盖率"), "about").len(), 1);
}

#[test]
fn a_long_sentence_is_cut_at_clauses_around_the_figure() {
    let clause = |n: usize| format!("第{n}项工作有序推进并取得了新的成效和经验");
    let text = (0..20).map(clause).collect::<Vec<_>>().join("，") + "。";
    let mut linked = linked();
    linked.facts.events.clear();
    linked.facts.projects.clear();
    linked.projects.clear();
    linked.organizations.clear();
    linked.publisher = None;
    linked.facts.observations.truncate(1);
    for place in &mut linked.places {
        place.mentions.clear();
    }
    let mut clauses = Vec::new();
    let mut from = 0;
    for part in text.split(['，', '。']).filter(|part| !part.is_empty()) {
        clauses.push(Span::new(from, from + part.len()));
        from += part.len() + "，".len();
    }
    let number = Span::new(clauses[10].start + "第".len(), clauses[10].start + "第10".len());
    let whole = Span::new(0, text.len());
    let annotated = &mut linked.facts.annotated;
    annotated.sentences = vec![Sentence { span: whole, clauses, paragraph: 0 }];
    annotated.article.map = SourceMap::default();
    annotated.article.text = text;
    let observation = &mut linked.facts.observations[0].value;
    observation.quantity.number = number;
    observation.evidence = whole;

    let graph = described(&linked);

    let exact = objects(&graph, "#char=", "exact");
    assert_eq!(exact.len(), 1);
    let length = exact[0].chars().count();
    assert!((100..=150).contains(&length), "{length}");
    assert!(exact[0].contains("第10项") && exact[0].starts_with("第") && exact[0].ends_with("经验"), "{exact:?}");
}

#[test]
fn a_title_is_never_missing() {
    let mut linked = linked();
    linked.facts.annotated.article.title = None;

    assert_eq!(objects(&described(&linked), "article/k1>", "title"), ["青崖县森林覆盖率超五成"]);
}
