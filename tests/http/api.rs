//! `/api`: canned queries.

use crate::client::*;
use std::collections::BTreeMap;

#[tokio::test]
async fn every_canned_query_answers_as_json_csv_page_and_text() {
    let client = Client::new();
    let list = client.get("/api/").await.json();
    let names: Vec<_> = list["queries"].as_array().unwrap().clone();
    assert!(!names.is_empty(), "no canned queries");
    for query in &names {
        let name = query["name"].as_str().unwrap();
        let values: String = query["params"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|param| param["required"] == true)
            .map(|param| format!("{}={}&", param["name"].as_str().unwrap(), encode(param["default"].as_str().unwrap())))
            .collect();

        let json = client.get(&format!("/api/{name}?{values}")).await;
        let csv = client.get_as(&format!("/api/{name}?{values}"), "text/csv").await;
        let page = client.browse(&format!("/api/{name}?{values}")).await;
        let form = client.browse(&format!("/api/{name}")).await;
        let text = client.get(&format!("/api/{name}.rq")).await;

        assert_eq!(json.status, 200, "{name}: {}", json.text());
        if query["graph"] == false {
            assert!(json.json()["rows"].is_array(), "{name}");
            assert_eq!(csv.kind(), "text/csv", "{name}");
        } else {
            assert_eq!((json.kind().as_str(), csv.status.as_u16()), ("text/turtle", 406), "{name}");
        }
        assert_eq!((page.status.as_u16(), page.kind().as_str()), (200, "text/html"), "{name}");
        assert_eq!(form.status, 200, "{name}");
        assert_eq!(text.kind(), "application/sparql-query", "{name}");
        client.get(&format!("/api/{name}?{values}no-such=1")).await.is_problem(400, "unknown-parameter");
        client.get(&format!("/api/{name}?{values}page=0")).await.is_problem(422, "bad-value");
        client.get(&format!("/api/{name}?{values}page=x")).await.is_problem(422, "bad-value");
        client.get(&format!("/api/{name}?{values}page=9999")).await.is_problem(422, "bad-value");
        client.get_as(&format!("/api/{name}?{values}"), "image/png").await.is_problem(406, "not-acceptable");
        client.get(&format!("/api/{name}.exe?{values}")).await.is_problem(406, "not-acceptable");
        if !values.is_empty() {
            client.get(&format!("/api/{name}")).await.is_problem(400, "missing-parameter");
        }
    }
}

#[tokio::test]
async fn no_value_of_a_parameter_is_read_as_sparql_or_markup() {
    let client = Client::new();
    let evil = [
        "'",
        "\"",
        "\\",
        "x' } #",
        "\") } ; DROP ALL #",
        "> <http://x",
        "'''",
        "?s",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "\u{0}",
        "\n} UNION { ?s ?p ?o",
        "${7*7}{{7*7}}",
        "%27%20OR%201=1",
        "🙂\u{202e}",
    ];
    let list = client.get("/api/").await.json();
    for query in list["queries"].as_array().unwrap() {
        let name = query["name"].as_str().unwrap();
        let params = query["params"].as_array().unwrap();
        for param in params {
            for value in evil {
                let mut values: BTreeMap<&str, String> = params
                    .iter()
                    .filter(|other| other["required"] == true)
                    .map(|other| (other["name"].as_str().unwrap(), other["default"].as_str().unwrap().to_owned()))
                    .collect();
                values.insert(param["name"].as_str().unwrap(), value.to_owned());
                let given: String = values.iter().map(|(name, value)| format!("{name}={}&", encode(value))).collect();

                let json = client.get(&format!("/api/{name}?{given}")).await;
                let page = client.browse(&format!("/api/{name}?{given}")).await;

                assert!(matches!(json.status.as_u16(), 200 | 422), "{name} {value:?}: {}", json.text());
                if json.status == 200 && json.kind() == "application/json" {
                    let rows = json.json()["rows"].as_array().unwrap().len();
                    let free =
                        param["type"] != "string" || param["enum"].as_array().is_some_and(|list| !list.is_empty());
                    assert!(
                        rows <= 1
                            || free
                            || query["tags"].as_array().is_some_and(|tags| tags.contains(&"search".into())),
                        "{name} {value:?} gave {rows} rows"
                    );
                }
                assert!(!page.text().contains("<script>alert"), "{name} {value:?}");
                assert!(!page.text().contains("<img src=x"), "{name} {value:?}");
            }
        }
    }
}

#[tokio::test]
async fn openapi_tells_every_canned_query() {
    let client = Client::new();

    let document = client.get("/openapi.json").await.json();
    let list = client.get("/api/").await.json();

    assert_eq!(document["openapi"], "3.1.0");
    for query in list["queries"].as_array().unwrap() {
        let name = query["name"].as_str().unwrap();
        let operation = &document["paths"][format!("/api/{name}")]["get"];
        assert_eq!(operation["operationId"], name);
        let told = operation["parameters"].as_array().unwrap();
        for param in query["params"].as_array().unwrap() {
            assert!(told.iter().any(|told| told["name"] == param["name"]), "{name} {param}");
        }
    }
}
