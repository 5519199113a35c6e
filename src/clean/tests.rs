//! Whole documents through `clean`, and what must hold of any text.

use super::*;
use crate::model::Declared;

const A: &str = "云溪区今年新建公园十座，新增绿地三十公顷，居民出门五分钟就能见到绿色。";
const B: &str = "工程由区城管局组织实施，年底前全部完工，明年春天全部向市民开放。";

fn document(text: &str, media: Media) -> Document {
    Document { path: "a.txt".into(), name: "a.txt".into(), ..Document::of_text(text, media) }
}

fn read(text: &str) -> Vec<Article> {
    clean(document(text, Media::Text)).value
}

fn samples() -> Vec<String> {
    vec![
        format!(
            "當(dāng)前位置:首頁(yè) > 新聞\n新建公園十座開放\n2020-05-14 09:57 来源:云溪日报 責任編輯:李四\n{A}\n{B}\n分享\n【版权声明】本网所载，版权所有，未经授权不得转载。"
        ),
        format!(
            "## 新桥昨日通车\n## 公园\n本报讯（记者 张三）3月4日，{A}\n\n# 区长强调 抓好项目\n本报讯（记者 李四）3月1日，{B}2024年3月5日开放。\n"
        ),
        format!("新建公园十座\n{A}\n正文\n{A}\n{B}\n前1?。隽?、?；罨谩凹瘟杲龒{{鄉"),
    ]
}

/// What every article owes: a map that covers its text but for a title from elsewhere, exact where it says so.
fn check(article: &Article) {
    let mut at = article.map.pieces.first().map_or(article.text.len(), |piece| piece.clean.start);
    assert!(at == 0 || at == article.title_len + 1, "a hole before {at}");
    for piece in &article.map.pieces {
        assert_eq!(piece.clean.start, at);
        if piece.verbatim {
            assert_eq!(piece.clean.of(&article.text), piece.printed.of(&article.printed));
        }
        at = piece.clean.end;
    }
    assert_eq!(at, article.text.len());
    assert_eq!(article.title.as_deref().unwrap_or_default(), &article.text[..article.title_len]);
    for repair in &article.repairs {
        let _ = repair.printed.of(&article.printed);
    }
    for span in &article.damaged {
        let _ = span.of(&article.text);
    }
    assert!(article.text.lines().all(|line| !line.is_empty() && line.trim() == line), "{:?}", article.text);
}

#[test]
fn a_page_is_read_as_its_article() {
    let articles = read(&samples()[0]);

    let [article] = &articles[..] else { panic!("{articles:?}") };
    let credits = "2020-05-14 09:57 来源:云溪日报 责任编辑:李四";
    assert_eq!(article.text, format!("新建公园十座开放\n{credits}\n{A}\n{B}"));
    assert_eq!(article.masthead.iter().map(|line| line.of(&article.text)).collect::<Vec<_>>(), [credits]);
    assert_eq!(article.title.as_deref(), Some("新建公园十座开放"));
    assert_eq!(article.publisher.as_deref(), Some("云溪日报"));
    assert_eq!(article.published.unwrap().to_string(), "2020-05-14");
    assert_eq!(article.editor.as_deref(), Some("李四"));
    let title = article.map.printed(Span::new(0, article.title_len)).unwrap();
    assert_eq!(title.of(&article.printed), "新建公園十座開放");
}

#[test]
fn a_row_of_a_table_is_a_line_of_the_article() {
    let table = "<table><tr><td>指　标</td><td>绝对数</td></tr><tr><td>工业投资（亿元）</td><td>３５.２</td></tr><tr><td>民间投资，上年</td><td></td></tr></table>";
    let page =
        format!("<title>新建公园十座开放</title><h1>新建公园十座开放</h1><div><p>{A}</p>{table}<p>{B}</p></div>");

    let article = clean(document(&page, Media::Html)).value.remove(0);

    check(&article);
    let rows = "指标\t绝对数\n工业投资（亿元）\t35.2\n民间投资，上年\t—";
    assert_eq!(article.text, format!("新建公园十座开放\n{A}\n{rows}\n{B}"));
}

#[test]
fn a_page_that_is_only_a_script_is_a_problem() {
    let page =
        format!("<div id=app></div><script id=__NEXT_DATA__ type=application/json>{{\"text\":\"{A}\"}}</script>");

    let problems = clean(document(&page, Media::Html)).problems;

    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["clean.no-text"]);
}

#[test]
fn an_issue_is_read_as_its_articles() {
    let articles = read(&samples()[1]);

    let read: Vec<_> = articles
        .iter()
        .map(|a| (a.number, a.title.as_deref().unwrap(), a.authors.join(" "), a.published.unwrap().to_string()))
        .collect();
    assert_eq!(
        read,
        [
            (1, "新桥昨日通车 公园", "张三".to_owned(), "2024-03".to_owned()),
            (2, "区长强调 抓好项目", "李四".to_owned(), "2024-03".to_owned()),
        ]
    );
}

#[test]
fn what_one_article_of_an_issue_says_is_not_said_of_another() {
    let dated = format!("云溪日报 2024年3月5日 星期二 第2版\n{}", samples()[1]);
    let one = samples()[1].replace("# 区长", "来源：云溪网 2023-01-02 08:00\n# 区长");

    let all: Vec<_> = read(&dated)
        .into_iter()
        .map(|article| (article.publisher.unwrap(), article.published.unwrap().to_string()))
        .collect();
    let own: Vec<_> =
        read(&one).into_iter().map(|article| (article.publisher, article.published.unwrap().to_string())).collect();

    assert_eq!(all, vec![("云溪日报".to_owned(), "2024-03-05".to_owned()); 2]);
    assert_eq!(own, [(Some("云溪网".to_owned()), "2023-01-02".to_owned()), (None, "2024-03".to_owned())]);
}

#[test]
fn a_clean_text_stays_as_it_is() {
    for sample in samples() {
        for article in read(&sample) {
            let again = read(&article.text);

            assert_eq!(again.iter().map(|article| article.text.as_str()).collect::<Vec<_>>(), [article.text.as_str()]);
        }
    }
}

#[test]
fn every_map_is_exact_for_every_beginning_of_every_sample() {
    for sample in samples() {
        for (end, _) in sample.char_indices() {
            for media in [Media::Text, Media::Markdown, Media::Html] {
                clean(document(&sample[..end], media)).value.iter().for_each(check);
            }
            clean(document(&sample[end..], Media::Text)).value.iter().for_each(check);
        }
    }
}

#[test]
fn any_characters_are_read_without_a_panic() {
    let alphabet: Vec<char> = "北碚区?；{N(á)# \n\t。，“”<>/p|0123年月日：:讯记者\u{FFFD}\u{3000}𠮷é".chars().collect();
    let mut state = 11_u64;
    for length in 0..200 {
        let text: String = (0..length)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                alphabet[usize::try_from(state >> 33).unwrap() % alphabet.len()]
            })
            .collect();
        for media in [Media::Text, Media::Html] {
            clean(document(&text, media)).value.iter().for_each(check);
        }
    }
}

#[test]
fn a_page_without_text_is_a_problem_and_one_without_a_date_a_note() {
    let empty = clean(document("网站地图\n联系我们\n", Media::Text));
    let undated = clean(document(&format!("新建公园十座开放\n{A}\n{B}"), Media::Text));
    let untitled = clean(document(&format!("{A}\n{B}"), Media::Text));

    let codes =
        |outcome: &Outcome<Vec<Article>>| outcome.problems.iter().map(|p| (p.code, p.fatal)).collect::<Vec<_>>();
    assert!(empty.value.is_empty());
    assert_eq!(codes(&empty), [("clean.no-text", true)]);
    assert_eq!(codes(&undated), [("clean.no-date", false)]);
    assert_eq!(codes(&untitled), [("clean.no-title", false), ("clean.no-date", false)]);
}

#[test]
fn what_was_declared_counts_before_what_the_text_says() {
    let mut page = document(&samples()[0], Media::Text);
    page.declared = Declared {
        url: Some("https://example.org/1".into()),
        title: Some("云溪新建公园".into()),
        publisher: Some("云溪网".into()),
        published: PartialDate::parse("2020-05-13"),
        authors: vec!["王五".into()],
        editor: Some("赵六".into()),
        source: Some("云溪统计".into()),
        secondhand: false,
    };
    let article = clean(page).value.remove(0);

    check(&article);
    assert!(article.text.starts_with("云溪新建公园\n"));
    assert_eq!(article.map.printed(Span::new(0, article.title_len)), None);
    assert_eq!(article.publisher.as_deref(), Some("云溪网"));
    assert_eq!(
        (article.published.unwrap().to_string(), article.authors[0].as_str()),
        ("2020-05-13".to_owned(), "王五")
    );
    assert_eq!((article.editor.as_deref(), article.source.as_deref()), (Some("赵六"), Some("云溪统计")));
}

#[test]
fn a_key_is_that_of_the_address_or_of_the_content() {
    let keyed = |url: Option<&str>, text: &str| {
        let mut page = document(text, Media::Text);
        page.declared.url = url.map(str::to_owned);
        clean(page).value.remove(0).key
    };
    let (one, other) = (format!("新建公园十座开放\n{A}"), format!("新建公园十座开放\n{B}"));

    assert_eq!(keyed(Some("https://example.org/1"), &one), keyed(Some("https://example.org/1"), &other));
    assert_ne!(keyed(Some("https://example.org/1"), &one), keyed(Some("https://example.org/2"), &one));
    assert_eq!(keyed(None, &one), keyed(None, &one));
    assert_ne!(keyed(None, &one), keyed(None, &other));
    assert_eq!(keyed(None, &one).len(), 16);
}

#[test]
fn what_a_feed_says_counts_where_the_page_says_nothing() {
    let head = "<meta name=\"ArticleTitle\" content=\"新建公园十座\"><meta name=\"PubDate\" content=\"2020-05-14\"><meta name=\"author\" content=\"张三\">";
    let page = |head: &str| format!("<html><head>{head}</head><body><p>{A}</p><p>{B}</p></body></html>");
    let said = Declared {
        title: Some("十座公园开放".into()),
        published: PartialDate::day(2020, 5, 15),
        authors: vec!["李四".into()],
        secondhand: true,
        ..Declared::default()
    };
    let read = |head: &str| {
        let document = Document { declared: said.clone(), ..document(&page(head), Media::Html) };
        let article = clean(document).value.remove(0);
        (article.title.unwrap(), article.published.unwrap().to_string(), article.authors)
    };

    let (own, fed) = (read(head), read(""));

    assert_eq!((own.0.as_str(), own.1.as_str()), ("新建公园十座", "2020-05-14"));
    assert_eq!((fed.0.as_str(), fed.1.as_str(), fed.2), ("十座公园开放", "2020-05-15", vec!["李四".to_owned()]));
}
