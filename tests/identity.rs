//! One thing under several IRIs, from articles on the disk to the queries, and the user's file that overrules it.

#![expect(clippy::non_ascii_literal, reason = "tests speak the language of the texts")]

mod common;

use common::Project;

const FULL: &str = "远岫新材料产业园开工\n来源：青川日报  2024-05-20\n\n\
    本报讯（记者 周渡）5月18日，远岫新材料科技有限公司（以下简称“远岫新材料”）在青川县开工建设产业园。\
    远岫新材料今年计划投资3.2亿元。\n";

const SHORT: &str = "青川县走访企业\n来源：青川日报  2024-06-02\n\n\
    本报讯（记者 林渡）6月1日，青川县有关负责人走访企业。走访组来到远岫新材料公司，了解生产情况。\n";

/// RDF of two articles, as `extract` would give it, in which one firm has two IRIs.
const LOADED: &str = r#"
@prefix jl: <https://w3id.org/jialing/ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix oa: <http://www.w3.org/ns/oa#> . @prefix prov: <http://www.w3.org/ns/prov#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@base <http://localhost:7878/id/> .
GRAPH <article/1> {
  <article/1> a jl:Article ; dcterms:title "一"@zh-Hans ; jl:mentions <organization/远岫新材料科技有限公司> .
  <organization/远岫新材料科技有限公司> a jl:Organization ; skos:prefLabel "远岫新材料科技有限公司"@zh-Hans ;
    skos:hiddenLabel "远岫新材料"@zh-Hans ; jl:kind <https://w3id.org/jialing/vocab/organization-kind/enterprise> .
  <https://w3id.org/jialing/vocab/organization-kind/enterprise> skos:prefLabel "企业"@zh-Hans .
  <article/1#char=3,8> a jl:Evidence ; oa:prefix "以下简称" ; oa:exact "远岫新材料" ; jl:refersTo <organization/远岫新材料科技有限公司> .
}
GRAPH <article/2> {
  <article/2> a jl:Article ; dcterms:title "二"@zh-Hans ; jl:mentions <organization/远岫新材料~510822> .
  <organization/远岫新材料~510822> a jl:Organization ; skos:prefLabel "远岫新材料"@zh-Hans ;
    jl:kind <https://w3id.org/jialing/vocab/organization-kind/enterprise> .
  <https://w3id.org/jialing/vocab/organization-kind/enterprise> skos:prefLabel "企业"@zh-Hans .
  <article/2#char=0,5> a jl:Evidence ; oa:exact "远岫新材料" ; jl:refersTo <organization/远岫新材料~510822> .
}"#;

fn loaded() -> Project {
    let project = Project::new();
    project.write("a.trig", LOADED);
    project.run(&["load", "a.trig"]).done();
    project
}

const NAMES: [&str; 2] = ["远岫新材料~510822", "远岫新材料科技有限公司"];

#[test]
fn a_firm_under_two_iris_is_listed_once_with_both_articles() {
    let project = loaded();

    let listed = project.run(&["query", "organizations", "--format", "csv"]).done().out();
    let found = project.run(&["query", "search", "--param", "text=远岫", "--format", "csv"]).done().out();

    let rows: Vec<&str> = listed.lines().skip(1).collect();
    assert_eq!(rows.len(), 1, "{listed}");
    assert!(rows[0].starts_with("远岫新材料科技有限公司,企业,2,"), "{listed}");
    assert_eq!(found.lines().count(), 2, "{found}");
}

#[test]
fn why_tells_the_rule_with_its_articles_and_sentences() {
    let project = loaded();

    let told = project.run(&["explain", "--why", NAMES[0], NAMES[1]]).done().out();
    let json = project.run(&["explain", "--json", "--why", "远岫新材料", NAMES[1]]).done().out();

    assert!(told.contains("one thing:") && told.contains("by identity/short-form"), "{told}");
    assert!(told.contains("in http://localhost:7878/id/article/1"), "{told}");
    assert!(told.contains("以下简称[远岫新材料]"), "{told}");
    let account: serde_json::Value = serde_json::from_str(&json).expect("a line of JSON");
    assert_eq!(account["pairs"][0]["same"], true);
    assert_eq!(account["first"][0]["identified_as"], "http://localhost:7878/id/organization/远岫新材料科技有限公司");
    let unknown = project.run(&["explain", "--why", NAMES[0], "无此公司"]);
    assert_eq!(unknown.status(), 2);
    assert!(unknown.err().contains("`无此公司`"), "{}", unknown.err());
}

#[test]
fn the_users_file_keeps_apart_what_a_rule_would_join_and_the_store_remembers() {
    let project = loaded();
    let lines = format!("verdict,one,other,why\napart,{},{},two firms\n", NAMES[0], NAMES[1]);
    project.write("identity.csv", &lines).write("news/a.txt", SHORT);

    project.run(&["build", "news", "--identity", "identity.csv"]).done();
    let told = project.run(&["explain", "--why", NAMES[0], NAMES[1]]).done().out();
    assert!(told.contains("two things") && told.contains("the user's file keeps them apart"), "{told}");

    // A build that names no file keeps what the store has, and an empty file takes it away.
    project.write("news/b.txt", FULL).run(&["build", "news"]).done();
    assert!(project.run(&["explain", "--why", NAMES[0], NAMES[1]]).done().out().contains("two things"));
    project.write("empty.csv", "").write("jialing.toml", "identity = \"empty.csv\"\n");
    project.run(&["build", "news"]).done();
    assert!(project.run(&["explain", "--why", NAMES[0], NAMES[1]]).done().out().contains("one thing"));
}

#[test]
fn a_file_that_is_not_one_is_told_with_its_line_and_nothing_is_built() {
    let project = Project::new();
    project.write("news/a.txt", SHORT).write("identity.csv", "verdict,one,other,why\n\nequal,甲,乙,\n");

    let ran = project.run(&["build", "news", "--identity", "identity.csv"]);
    let absent = project.run(&["build", "news", "--identity", "nowhere.csv"]);

    assert_eq!(ran.status(), 2);
    assert!(ran.err().contains("`identity.csv`, line 3: expected `same` or `apart`, found `equal`"), "{}", ran.err());
    assert_eq!(absent.status(), 1);
    assert!(absent.err().contains("nowhere.csv"), "{}", absent.err());
    assert!(!project.join("store").exists());
}

#[test]
fn a_line_that_names_nothing_is_told_and_the_build_goes_on() {
    let project = Project::new();
    project.write("news/a.txt", SHORT).write("identity.csv", "verdict,one,other,why\nsame,甲公司,乙公司,\n");

    let ran = project.run(&["build", "news", "--identity", "identity.csv"]).done();

    let told = ran.out() + &ran.err();
    assert!(told.contains("line 2: no organization, place or project is called `甲公司`"), "{told}");
}
