//! `/api`: tables for spreadsheets, pages of rows, and what the document of the API says.

use crate::client::*;
use crate::data::*;
use jialing::serve::Limits;
use std::io::Read;

/// An article whose title a spreadsheet would run.
fn hostile() -> Client {
    Client::with(snapshot_at("http://localhost:7878", &DATA.replace("柳溪县去年植树成绩", "=1+1")), Limits::default())
}

const OVER_TIME: &str = "/api/indicator-over-time";

fn asked(form: &str) -> String {
    format!("{OVER_TIME}{form}?indicator={}", encode("森林覆盖率"))
}

fn lines(answer: &Answer) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(answer.bytes.as_slice());
    reader.records().map(Result::unwrap).collect()
}

#[tokio::test]
async fn csv_opens_right_in_a_spreadsheet() {
    let client = hostile();

    let plain = client.get(&asked(".csv")).await;
    let marked = client.get(&format!("{}&bom=1&lang=zh", asked(".csv"))).await;

    assert_eq!(plain.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(plain.header("content-disposition"), "attachment; filename=\"indicator-over-time.csv\"");
    assert!(!plain.bytes.starts_with(b"\xEF\xBB\xBF") && marked.bytes.starts_with(b"\xEF\xBB\xBF"));
    let (plain, marked) = (lines(&plain), lines(&marked));
    let at = |name: &str| plain[0].iter().position(|column| column == name).unwrap();
    assert_eq!(&plain[0][0], "aboutLabel");
    assert_eq!(&marked[0][at("indicatorLabel")], "指标");
    assert_eq!(&plain[2][at("title")], "'=1+1", "{plain:?}");
    assert_eq!(&plain[2][at("value")], "53");
    assert_eq!(plain[1..], marked[1..]);
    assert_eq!(&lines(&client.get(&format!("{}&lang=en", asked(".csv"))).await)[0][0], "Subject");
}

/// A part of a workbook, as text.
fn part(book: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
    let at = archive.index_for_name(name).unwrap();
    let mut packed = Vec::new();
    archive.by_index_raw(at).unwrap().read_to_end(&mut packed).unwrap();
    let mut text = String::new();
    flate2::read::DeflateDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn a_workbook_has_numbers_days_and_texts_and_no_formula() {
    let client = hostile();

    let book = client.get(&format!("{}&lang=zh", asked(".xlsx"))).await;
    let again = hostile().get(&format!("{}&lang=zh", asked(".xlsx"))).await;

    assert_eq!(book.status, 200);
    assert_eq!(book.kind(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    assert!(book.bytes == again.bytes, "equal rows give equal bytes");
    let sheet = part(&book.bytes, "xl/worksheets/sheet1.xml");
    let strings = part(&book.bytes, "xl/sharedStrings.xml");
    assert!(!sheet.contains("<f>"), "{sheet}");
    assert!(strings.contains(">=1+1<") && strings.contains("指标"), "{strings}");
    assert!(sheet.contains("<v>53</v>") && sheet.contains("<v>50.5</v>"), "{sheet}");
    // 2024-03-05, as days since 1900.
    assert!(sheet.contains("<v>45356</v>"), "{sheet}");
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter"), "{sheet}");
    assert!(part(&book.bytes, "xl/workbook.xml").contains("指标走势"));
}

#[tokio::test]
async fn a_page_is_linked_with_the_first_and_the_next_and_is_as_long_as_asked() {
    let client = Client::new();
    let link = |answer: &Answer, relation: &str| {
        let links = answer.header("link");
        let found = links.split(", ").find(|link| link.contains(&format!("rel=\"{relation}\"")))?.to_owned();
        Some(found.split(['<', '>']).nth(1).unwrap().to_owned())
    };

    let first = client.get(&format!("{}&size=1", asked(""))).await;
    let next = link(&first, "next").unwrap();
    let second = client.get(&next).await;

    assert_eq!(first.json()["rows"].as_array().unwrap().len(), 1);
    assert_eq!(first.json()["pageSize"], 1);
    assert!(next.contains("size=1"), "{next}");
    assert_eq!((link(&first, "prev"), link(&second, "next"), link(&first, "last")), (None, None, None));
    assert!(link(&second, "first").unwrap().ends_with("page=1") && link(&second, "prev").unwrap().ends_with("page=1"));
    assert_ne!(first.json()["rows"], second.json()["rows"]);
    client.get(&format!("{}&size=1&page=3", asked(""))).await.is_problem(422, "bad-value");
}

#[tokio::test]
async fn what_the_api_itself_is_given_wrong_is_told() {
    let client = Client::new();
    for wrong in ["size=0", "size=1001", "size=many", "lang=fr", "bom=yes", "bom=1"] {
        client.get(&format!("{}&{wrong}", asked(".json"))).await.is_problem(422, "bad-value");
    }
    client.get("/api/projects?investment=-1").await.is_problem(422, "bad-value");
    client.get("/api/projects?investment=1_000").await.is_problem(422, "bad-value");
    client.get("/api/rankings?best=1001").await.is_problem(422, "bad-value");
    client.get("/api/article-facts?article=urn:x").await.is_problem(422, "bad-value");
    client.get(&format!("/api/indicator-graph?indicator={}&page=2", encode("森林"))).await.is_problem(422, "bad-value");
    client
        .get(&format!("/api/indicator-graph.xlsx?indicator={}", encode("森林")))
        .await
        .is_problem(406, "not-acceptable");
}

#[tokio::test]
async fn a_query_that_gives_a_graph_is_served_in_the_forms_of_rdf() {
    let client = Client::new();
    let asked = |form: &str| format!("/api/indicator-graph{form}?indicator={}", encode("森林覆盖率"));

    let turtle = client.get(&asked(".ttl")).await;
    let json = client.get(&asked(".jsonld")).await;
    let page = client.browse(&asked("")).await;

    assert_eq!((turtle.kind().as_str(), json.kind().as_str()), ("text/turtle", "application/ld+json"));
    let triples = triples(&turtle, oxigraph::io::RdfFormat::Turtle);
    assert!(triples.iter().any(|triple| triple.subject.to_string().contains("observation/o1")), "{}", turtle.text());
    assert!(json.text().contains("observation/o1"));
    assert!(page.text().contains(".jsonld?"), "{}", page.text());
}

#[tokio::test]
async fn a_page_draws_what_its_view_says_and_offers_the_names_that_there_are() {
    let client = Client::new();

    let page = client.browse(&asked("")).await.text();

    assert!(page.contains("<polyline"), "two figures of two years are a line");
    assert!(page.contains("<datalist id=\"known-indicator\"><option value=\"森林覆盖率\">"), "{page}");
    assert!(
        page.contains(".xlsx?") && page.contains("lang=zh&#38;bom=1") || page.contains("lang=zh&amp;bom=1"),
        "{page}"
    );
}

#[tokio::test]
async fn a_query_says_how_long_its_answer_may_be_kept_and_how_long_it_may_take() {
    let client = Client::new();

    let kept = client.get("/api/places").await;

    assert!(kept.header("cache-control").contains("max-age=300"), "{}", kept.header("cache-control"));
    let timed = jialing::query::canned().iter().find(|canned| canned.timeout.is_some()).unwrap();
    assert!(timed.timeout.unwrap() < Limits::default().deadline);
}

#[tokio::test]
async fn the_document_of_the_api_types_every_parameter_and_shows_an_answer() {
    let client = Client::new();

    let document = client.get("/openapi.json").await.json();

    let operation = |name: &str| document["paths"][format!("/api/{name}")]["get"].clone();
    let param = |query: &str, name: &str| {
        let operation = operation(query);
        operation["parameters"].as_array().unwrap().iter().find(|param| param["name"] == name).unwrap().clone()
    };
    assert_eq!(param("rankings", "best")["schema"]["maximum"], 1000);
    assert_eq!(param("rankings", "best")["schema"]["default"], 10);
    assert!(param("article-facts", "article")["schema"]["pattern"].as_str().unwrap().starts_with("^(?:https?"));
    assert_eq!(param("events", "from")["schema"]["format"], "date");
    assert_eq!(param("events", "from")["example"], "2024-01-01");
    assert_eq!(param("indicator-over-time", "indicator")["schema"]["examples"][0], "森林覆盖率");
    assert!(param("projects", "status")["schema"]["enum"].as_array().unwrap().contains(&"started".into()));
    for canned in jialing::query::canned() {
        let content = &operation(&canned.name)["responses"]["200"]["content"];
        if canned.gives_graph() {
            assert!(content["text/turtle"]["example"].as_str().unwrap().contains(" .\n"), "{}", canned.name);
            continue;
        }
        let example = &content["application/json"]["example"];
        assert!(!example["rows"].as_array().unwrap().is_empty(), "{}", canned.name);
        assert!(content["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"].is_object());
    }
    // Every reference leads somewhere.
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}
