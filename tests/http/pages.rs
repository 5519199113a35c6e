//! The site's pages.

use crate::client::*;

#[tokio::test]
async fn every_page_is_html_of_its_own_site_with_a_policy() {
    let client = Client::new();
    for path in [
        "/",
        "/things/article",
        "/things/place",
        "/search?q=%E6%9F%B3",
        "/api/",
        "/sparql",
        "/problem",
        "/ontology",
        "/id/article/a1",
        "/doc/place/500000",
        "/doc/observation/o1",
        "/doc/event/e1",
        "/nothing",
    ] {
        let page = client.browse(path).await;
        let text = page.text();

        assert_eq!(page.kind(), "text/html", "{path}");
        assert!(text.starts_with("<!doctype html>\n<html lang=\"zh-Hans\">"), "{path}");
        assert!(text.contains("<title>") && text.contains("name=\"viewport\""), "{path}");
        assert!(page.header("content-security-policy").contains("default-src 'none'"), "{path}");
        for outside in ["src=\"http", "href=\"//", "@import", " style=", " onclick="] {
            assert!(!text.contains(outside), "{path} has {outside}");
        }
    }
}

#[tokio::test]
async fn home_tells_what_is_here_with_a_figure_and_its_sentence() {
    let client = Client::new();

    let text = client.browse("/").await.text();

    assert!(text.contains("柳溪县去年植树成绩"));
    assert!(text.contains("<mark>53%</mark>"), "{text}");
    assert!(text.contains("2023"));
}

#[tokio::test]
async fn a_places_page_has_its_figures_with_sentence_source_and_chart() {
    let client = Client::new();

    let text = client.browse("/doc/place/%E6%9F%B3%E6%BA%AA%E5%8E%BF~500000").await.text();

    for expected in [
        "森林覆盖率",
        "<mark>53%</mark>以上",
        "<mark>50.5%</mark>",
        "柳溪县去年植树成绩",
        "柳溪日报",
        "2024-03-05",
        "<polyline",
        "Liuxi County",
        "柳溪步道",
        "柳溪县植树",
        "全县",
        "/doc/observation/o1",
        "/id/article/a1#char=0,20",
    ] {
        assert!(text.contains(expected), "{expected} is missing");
    }
}

#[tokio::test]
async fn an_articles_page_has_its_statements_in_the_order_of_the_text() {
    let client = Client::new();

    let text = client.browse("/id/article/a1").await.text();

    let figure = text.find("id=\"char=0,20\"").unwrap();
    let project = text.find("id=\"char=21,30\"").unwrap();
    assert!(figure < project);
    assert!(text.contains("林小溪"));
}

#[tokio::test]
async fn an_indicators_page_shows_it_over_time() {
    let client = Client::new();

    let text = client.browse("/doc/indicator/%E6%A3%AE%E6%9E%97%E8%A6%86%E7%9B%96%E7%8E%87").await.text();

    assert!(text.contains("<polyline"));
    assert!(text.find("53").unwrap() < text.rfind("50.5").unwrap());
    assert!(text.contains("柳溪县"));
}

#[tokio::test]
async fn search_finds_by_any_name_the_name_itself_first() {
    let client = Client::new();

    let page = client.browse("/search?q=%E6%9F%B3%E6%BA%AA").await.text();
    let english = client.get_as("/search?q=liuxi", "application/json").await.json();
    let first = client.get_as("/search?q=%E6%9F%B3%E6%BA%AA", "application/json").await.json();
    let none = client.browse("/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;

    assert!(page.contains("柳溪日报") && page.contains("两年前的柳溪"));
    assert_eq!(english["results"][0]["label"], "柳溪县");
    assert_eq!(first["results"][0]["label"], "柳溪县", "its other name is the very word");
    assert_eq!(none.status, 200);
    assert!(!none.text().contains("<script>alert"));
    client.get("/search?q=a&q=b").await.is_problem(400, "bad-request");
    client.get(&format!("/search?q={}", "x".repeat(300))).await.is_problem(422, "bad-value");
}

#[tokio::test]
async fn hostile_words_in_the_data_stay_words() {
    let client = Client::new();
    for path in [
        "/",
        "/things/article",
        "/things/organization",
        "/id/article/a3",
        "/doc/organization/%E5%9D%8F%E4%BA%BA",
        "/search?q=script",
    ] {
        let text = client.browse(path).await.text();
        assert!(!text.contains("<script>alert"), "{path}");
        assert!(!text.contains("<img src=x"), "{path}");
        assert!(!text.contains("href=\"javascript:"), "{path}");
    }
    let script = client.browse("/id/article/a3").await.text();
    let embedded = script.split("application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    assert!(embedded.contains("\\u003cscript"), "{embedded}");
}

#[tokio::test]
async fn lists_have_pages_and_a_page_that_does_not_exist_is_told() {
    let client = Client::new();

    assert_eq!(client.get("/things/place?page=1").await.status, 200);
    client.get("/things/place?page=2").await.is_problem(404, "not-found");
    client.get("/things/place?page=-1").await.is_problem(422, "bad-value");
    client.get("/things/place?pge=1").await.is_problem(400, "unknown-parameter");
}
