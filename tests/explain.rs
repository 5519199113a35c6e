//! `jialing explain` and the annotation format, as an editor meets them.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]
#![expect(clippy::non_ascii_literal, reason = "tests speak the language of the texts")]

mod common;

use common::{ARTICLE, Project, repository};
use serde_json::Value;

/// Made up: a short form and its full one, a place in a firm's name, a body that is only a general word, broken characters.
const SIGNING: &str = "青川县与远岫新材料有限公司签约\n\
    来源：青川日报  2024-05-20\n\n\
    本报讯（记者 周渡）5月18日，青川县人民政府与远岫新材料有限公司在青川县签约，建设远岫新材料产业园项目，总投资12亿元。\
    县政府有关负责人介绍，双方谈了8次，《青川县招商办公室工作办法》也适用。\n\
    远岫新材料产业园项目由青川县青禾建设有限公司承建，计划2026年6月建成。\n";

/// Made up: in traditional characters, with a stretch that nobody can read any more.
const MIRRORED: &str = "青川縣建成十二座口袋公園\n\
    來源：青川日報  2024-03-05\n\n\
    本報訊（記者 林渡）3月4日，青川縣召開城市更新推進會。2023年，全縣森林覆蓋率達到45.6%，建成口袋公園12座。\
    青川縣\u{FFFD}\u{FFFD}\u{FFFD}園裏\u{FFFD}園成立12.5%。\n";

fn explained(text: &str) -> Value {
    let project = Project::new();
    project.write("a.txt", text);
    let ran = project.run(&["explain", "a.txt", "--json"]).done();
    serde_json::from_str(ran.out().trim()).expect("a line of JSON")
}

fn all<'v>(account: &'v Value, list: &str) -> Vec<&'v Value> {
    let blocks = account["blocks"].as_array().expect("blocks");
    blocks.iter().flat_map(|block| block[list].as_array().expect("a list")).collect()
}

#[test]
fn each_fact_is_told_with_rule_confidence_attributes_and_the_iri_that_extract_publishes() {
    let account = explained(ARTICLE);
    let project = Project::new();
    project.write("a.txt", ARTICLE);
    let triples = project.run(&["extract", "a.txt"]).done().out();

    let figure = all(&account, "finds").into_iter().find(|find| find["attributes"]["indicator"] == "森林覆盖率");

    let figure = figure.expect("the figure is found");
    assert_eq!(figure["kind"], "figure");
    for (name, value) in [
        ("about", "青川县"),
        ("value", "45.6"),
        ("unit", "%"),
        ("statistic", "level"),
        ("outlook", "observed"),
        ("period", "2023"),
        ("bound", "exact"),
    ] {
        assert_eq!(figure["attributes"][name], value, "{name}");
    }
    assert!(figure["rule"].as_str().is_some_and(|rule| rule.starts_with("observation/")), "{figure}");
    assert!(figure["confidence"].as_str().is_some_and(|sure| sure.starts_with("0.")), "{figure}");
    let published: Vec<&Value> =
        all(&account, "finds").into_iter().filter(|find| find["iri"].is_string() && find["kind"] != "time").collect();
    assert!(published.len() > 5, "{published:?}");
    for find in published {
        assert!(triples.contains(&format!("<{}>", find["iri"].as_str().unwrap_or_default())), "{find}");
    }
}

#[test]
fn the_characters_of_a_find_are_those_of_its_words() {
    let account = explained(SIGNING);
    let text: String =
        account["blocks"].as_array().expect("blocks").iter().filter_map(|b| b["text"].as_str()).collect();
    assert!(text.contains("来源：青川日报"), "the masthead is shown: {text}");

    for find in all(&account, "finds") {
        let block = account["blocks"].as_array().expect("blocks").iter().find(|block| {
            block["stretch"]["start"].as_u64() <= find["stretch"]["start"].as_u64()
                && find["stretch"]["end"].as_u64() <= block["stretch"]["end"].as_u64()
        });
        let block = block.expect("a find lies in a block");
        let at = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("it is small");
        let from = at(&find["stretch"]["start"]) - at(&block["stretch"]["start"]);
        let to = at(&find["stretch"]["end"]) - at(&block["stretch"]["start"]);
        let words: String = block["text"].as_str().expect("text").chars().take(to).skip(from).collect();
        assert_eq!(find["text"], words.as_str());
    }
}

#[test]
fn what_lost_is_told_with_the_reason_and_the_winner() {
    let account = explained(SIGNING);

    let rivals = all(&account, "rivals");

    let lost = rivals.iter().find(|rival| rival["text"] == "青川县" && rival["reason"] == "in-organization");
    assert!(lost.is_some(), "the county in the firm's name: {rivals:#?}");
    let named = all(&account, "finds").into_iter().find(|find| find["text"] == "远岫新材料有限公司");
    let named = named.expect("the firm is found");
    assert_eq!(named["attributes"]["kind"], "enterprise");
    assert!(named["attributes"]["content"].is_string() && named["attributes"]["needs"].is_string(), "{named}");
    for rival in rivals {
        assert!(rival["reason"].is_string() && rival["rule"].is_string(), "{rival}");
    }

    let account = explained(ARTICLE);
    let rivals = all(&account, "rivals");
    let unread = rivals.iter().find(|rival| rival["kind"] == "figure").expect("the title's figure states nothing");
    assert_eq!((&unread["text"], &unread["reason"]), (&Value::from("十二座"), &Value::from("no-indicator")));
    let light = rivals.iter().find(|rival| rival["text"] == "口袋公园").expect("a park without a name");
    assert_eq!(light["reason"], "generic");
}

#[test]
fn asking_why_changes_nothing_of_what_is_found() {
    let documents = || {
        let sources = [repository().join("seeds").to_string_lossy().into_owned()];
        jialing::ingest::ingest(&sources, &Default::default()).expect("the seeds are there").flatten()
    };
    let mut judgements = 0;

    for article in documents().flat_map(|document| jialing::clean::clean(document).value) {
        let (annotated, judged) = jialing::annotate::judged(article.clone());
        judgements += judged.len();
        assert_eq!(annotated, jialing::annotate::annotate(article));
    }

    assert!(judgements > 100, "{judgements}");
}

#[test]
fn the_terminals_text_numbers_the_marks_and_has_no_colour_in_a_pipe() {
    let project = Project::new();
    project.write("a.txt", SIGNING);

    let out = project.run(&["explain", "a.txt"]).done().out();

    assert!(!out.contains('\u{1b}'), "{out}");
    assert!(out.contains("(masthead, no fact is read from it)") && out.contains("[远岫新材料有限公司]#"), "{out}");
    assert!(out.contains("-- rules") && out.contains("a part of an organization's name"), "{out}");
}

#[test]
fn an_article_cannot_steer_the_terminal_or_the_page() {
    let project = Project::new();
    project.write("a.txt", format!("{SIGNING}另有\u{1b}[2J\u{7}一处<script>alert(1)</script>“&”。\n"));

    let out = project.run(&["explain", "a.txt"]).done().out();
    let page = project.run(&["explain", "a.txt", "--html", "-"]).done().out();

    assert!(!out.contains('\u{1b}') && !out.contains('\u{7}'), "{out}");
    assert!(!page.contains("<script") && !page.contains("http-equiv"), "{page}");
}

#[test]
fn the_page_stands_alone_and_each_fact_and_its_stretch_link_to_each_other() {
    let project = Project::new();
    project.write("in/a.txt", SIGNING).write("in/b.txt", ARTICLE);

    project.run(&["explain", "in", "--html", "page.html"]).done();

    let page = std::fs::read_to_string(project.join("page.html")).expect("the page was written");
    assert!(
        page.starts_with("<!doctype html>") && page.contains("lang=\"zh-Hans\"") && page.trim().ends_with("</html>")
    );
    assert!(!page.contains(" src=") && !page.contains("<link") && !page.contains("url("), "it fetches nothing");
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "an id stands twice");
    let targets: Vec<&str> = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(targets.iter().filter(|target| target.contains('m')).count() > 10, "{targets:?}");
    for target in targets {
        assert!(unique.contains(target), "`#{target}` leads nowhere");
    }
    for ours in ["远岫新材料产业园项目", "青川县科技创新中心项目", "报头", "置信度", "未取的读法"]
    {
        assert!(page.contains(ours), "{ours}");
    }
}

#[test]
fn damage_and_repairs_are_shown() {
    let account = explained(MIRRORED);

    let repairs = account["repairs"].as_array().expect("repairs");

    let damaged = account["blocks"].as_array().expect("blocks").iter().find(|block| block["damaged"][0].is_object());
    assert!(damaged.is_some_and(|block| block["text"].as_str().is_some_and(|text| text.contains("12.5"))), "{account}");
    let script = repairs.iter().find(|repair| repair["kind"] == "script").expect("縣 is simplified");
    assert!(script["printed"].as_str().is_some_and(|text| text.contains('縣')), "{script}");
    assert!(script["clean"].as_str().is_some_and(|text| text.contains('县')), "{script}");
}

#[test]
fn two_names_are_told_for_machines_too() {
    let project = Project::new();
    project.write("a.txt", SIGNING);

    let same = project.run(&["explain", "a.txt", "--json", "--why", "青川县人民政府", "县政府"]).done();
    let other = project.run(&["explain", "a.txt", "--why", "青川县", "远岫新材料有限公司"]).done();

    let told: Value = serde_json::from_str(same.out().trim()).expect("a line of JSON");
    assert_eq!(told["forms"][1]["form"], "县政府");
    assert_eq!(told["one"], true);
    assert!(other.out().contains("two things"), "{}", other.out());
}

#[test]
fn bad_input_is_told() {
    let project = Project::new();
    project.write("a.txt", ARTICLE).write("empty.txt", "").write("folder/keep.txt", ARTICLE);

    let nowhere = project.run(&["explain", "nowhere.txt"]);
    let strangers = project.run(&["explain", "a.txt", "--why", "旺苍县", "剑阁县"]);
    let one_known = project.run(&["explain", "a.txt", "--why", "青川县", "剑阁县"]);
    let one_name = project.run(&["explain", "a.txt", "--why", "青川县"]);
    let empty = project.run(&["explain", "empty.txt"]);
    let unwritable = project.run(&["explain", "a.txt", "--html", "folder"]);
    let both = project.run(&["explain", "a.txt", "--html", "-", "--why", "a", "b"]);

    assert_eq!((nowhere.status(), strangers.status(), one_known.status(), one_name.status()), (2, 2, 2, 2));
    assert!(nowhere.err().contains("`nowhere.txt`"), "{}", nowhere.err());
    assert!(strangers.err().contains("`旺苍县`") && strangers.err().contains("hint:"), "{}", strangers.err());
    assert_eq!(empty.status(), 1);
    assert!(empty.err().contains("empty.txt"), "{}", empty.err());
    assert_eq!(unwritable.status(), 1);
    assert!(unwritable.err().contains("`folder`"), "{}", unwritable.err());
    assert_eq!(both.status(), 2);
}

#[test]
fn a_thousand_figures_in_a_line_are_explained() {
    let figures: String = (1..=1000).map(|n| format!("河湾村{n}组种植柑橘{n}亩，")).collect();

    let account = explained(&format!("青川县柑橘普查\n2024-03-05\n\n{figures}合计不少。\n"));

    assert!(all(&account, "finds").len() + all(&account, "rivals").len() >= 1000);
}

#[test]
fn the_example_of_the_annotation_page_is_an_annotation_and_is_found() {
    let page = std::fs::read_to_string(repository().join("docs/annotating.md")).expect("the page is there");
    let fenced = |language: &str| {
        let (_, rest) = page.split_once(&format!("```{language}\n")).expect("a fence");
        rest.split_once("```").expect("the fence's end").0
    };
    let project = Project::new();
    project.write("articles/park.txt", fenced("text")).write("gold/park.json", fenced("json"));
    project.run(&["build", "articles"]).done();

    let scored = project.run(&["score", "gold/park.json", "--json"]).done();

    let scores: Value = serde_json::from_str(&scored.out()).expect("JSON");
    for kind in ["organizations", "places", "observations", "projects", "events"] {
        assert_eq!(scores["kinds"][kind]["missed"], 0, "{kind}: {scores}");
    }
}

#[test]
fn errors_are_sorted_by_class_and_quote_nothing() {
    let project = Project::new();
    project.write("articles/a.txt", SIGNING).write(
        "gold.json",
        r#"{"document": "a.txt", "organizations": [], "places": [{"name": "青川县城区", "kind": "town"}], "projects": [],
            "events": [], "observations": [{"indicator": "投资回报率", "value": 12, "unit": "亿元"}]}"#,
    );
    project.run(&["build", "articles"]).done();

    let scored = project.run(&["score", "gold.json", "--json"]).done();

    let scores: Value = serde_json::from_str(&scored.out()).expect("JSON");
    let errors = &scores["errors"];
    assert_eq!(errors["places"]["town, other bounds"]["missed"], 1, "{errors}");
    assert_eq!(errors["places"]["district, other bounds"]["spurious"], 1, "{errors}");
    assert_eq!(errors["observations"]["元, other indicator"]["missed"], 1, "{errors}");
    assert_eq!(errors["organizations"]["enterprise, nothing there"]["spurious"], 2, "{errors}");
    assert!(!errors.to_string().contains("青川"), "{errors}");
}
