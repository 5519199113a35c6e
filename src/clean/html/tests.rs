//! Pages as portals write them, in our own wording.

use super::*;

fn read_page(html: &str) -> Page {
    read(html, None)
}

const A: &str = "云溪区今年新建公园十座，新增绿地三十公顷，居民出门五分钟就能见到绿色，生活环境不断改善。";
const B: &str = "工程由区城管局组织实施，年底前全部完工，明年春天全部向市民开放，欢迎大家前来游玩。";

fn page(head: &str, body: &str) -> String {
    format!(
        "<html><head><title>新建公园十座开放_云溪网</title>{head}</head><body><div class=nav><a href=/>首页</a> <a href=/n>新闻</a></div>{body}<div class=foot>主办：云溪区人民政府</div></body></html>"
    )
}

#[test]
fn paragraphs_of_every_kind_of_page_become_lines() {
    let bodies = [
        format!("<div class=TRS_Editor><p>　　{A}</p><p>{B}</p><p>{A}{B}</p></div>"),
        format!("<table><tr><td>{A}<br>{B}<br>{A}{B}</td></tr></table>"),
        format!("<div id=content><div>{A}</div><div><span>{B}</span></div><div>{A}{B}</div></div>"),
    ];
    for body in bodies {
        let page = read_page(&page("", &body));

        let lines: Vec<&str> = page.text.lines().map(str::trim).collect();
        for line in [A, B] {
            assert!(lines.contains(&line), "{body}\n{lines:?}");
        }
        assert!(!page.text.contains("首页"), "{lines:?}");
    }
}

#[test]
fn markup_tells_title_date_publisher_and_author() {
    let head = r#"<meta name="ArticleTitle" content="新建公园十座 全部开放"><meta name="PubDate" content="2020-05-14 09:57">
        <meta name="ContentSource" content="云溪日报"><meta name="author" content="张三"><link rel="canonical" href="https://example.org/1.html">"#;

    let hints = read_page(&page(head, &format!("<div><p>{A}</p><p>{B}</p></div>"))).hints;

    assert_eq!(hints.title.as_deref(), Some("新建公园十座 全部开放"));
    assert_eq!(hints.url.as_deref(), Some("https://example.org/1.html"));
    assert_eq!(hints.masthead.published.unwrap().to_string(), "2020-05-14");
    assert_eq!(hints.masthead.publisher.as_deref(), Some("云溪日报"));
    assert_eq!(hints.masthead.authors, ["张三"]);
}

#[test]
fn what_stands_around_the_content_tells_where_markup_is_silent() {
    let body = format!(
        "<h1>新建公园十座开放</h1><div class=info>2020-05-14 09:57 来源：云溪日报</div><div class=text><p>{A}</p><p>{B}</p><p>{A}{B}</p></div><div>责任编辑：李四</div>"
    );

    let hints = read_page(&page("", &body)).hints;

    assert_eq!(hints.title.as_deref(), Some("新建公园十座开放"));
    assert_eq!(hints.masthead.published.unwrap().to_string(), "2020-05-14");
    assert_eq!(hints.masthead.publisher.as_deref(), Some("云溪日报"));
    assert_eq!(hints.masthead.editor.as_deref(), Some("李四"));
}

fn lines_of(html: &str) -> Vec<String> {
    read_page(html).text.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn a_row_of_data_is_a_line_below_the_heads_of_its_columns() {
    let table = "<table><tr><th rowspan=2>指&nbsp;&nbsp;标</th><th colspan=2>2020年</th></tr><tr><th>绝对数</th><th>增长（%）</th></tr>
        <tr><td>工业<b>投资</b></td><td>35.2</td><td>8.1</td></tr><tr><td>民间投资</td><td><p>20.0</p></td><td></td></tr></table>";

    let lines = lines_of(&page("", &format!("<div><p>{A}</p>{table}<p>{B}</p></div>")));

    let rows = ["指标\t2020年绝对数\t2020年增长（%）", "工业投资\t35.2\t8.1", "民间投资\t20.0\t—"];
    assert_eq!(lines, [A, rows[0], rows[1], rows[2], B]);
}

#[test]
fn a_cell_that_spans_is_said_in_each_row() {
    let table = "<table><tr><td>街道</td><td>社区</td></tr><tr><td rowspan=2>云溪街道</td><td>北桥</td></tr><tr><td>南桥</td></tr></table>";

    let lines = lines_of(&page("", &format!("<div><p>{A}</p>{table}</div>")));

    assert_eq!(lines[1..], ["街道\t社区", "云溪街道\t北桥", "云溪街道\t南桥"]);
}

#[test]
fn a_table_that_lays_out_the_page_stays_paragraphs() {
    let nested = format!(
        "<table><tr><td>导读</td><td>要闻</td></tr><tr><td></td><td><table><tr><td><p>{A}</p><p>{B}</p></td></tr></table></td></tr></table>"
    );
    let beside =
        format!("<table><tr><td>左</td><td>右</td></tr><tr><td>图</td><td>{A}<br>{B}<br>{A}{B}</td></tr></table>");

    for layout in [nested, beside] {
        let lines = lines_of(&page("", &layout));

        assert!(lines.contains(&A.to_owned()) && lines.contains(&B.to_owned()), "{lines:?}");
        assert!(lines.iter().all(|line| !line.contains('\t')), "{lines:?}");
    }
}

#[test]
fn data_for_machines_tells_what_the_page_does_not() {
    let script = r#"<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"云溪网"},{"@type":"NewsArticle",
        "headline":"新建公园十座开放","datePublished":"2020-05-14T09:57:02+08:00","author":[{"name":"张三"}],"publisher":{"name":"云溪日报"}}]}</script>"#;

    let hints = read_page(&page(script, &format!("<div><p>{A}</p><p>{B}</p></div>"))).hints;

    assert_eq!(hints.dated_by, Some(DateSource::JsonLd));
    assert_eq!(hints.masthead.published.unwrap().to_string(), "2020-05-14");
    assert_eq!(
        (hints.masthead.publisher.as_deref(), hints.masthead.authors),
        (Some("云溪日报"), vec!["张三".to_owned()])
    );
}

#[test]
fn the_source_of_a_date_is_told() {
    let body = format!("<div><p>{A}</p><p>{B}</p></div>");
    let cases = [
        ("<meta name=PubDate content=2020-05-14>", "", DateSource::Meta),
        ("", "<time datetime=2020-05-14T09:57>昨天</time>", DateSource::TimeElement),
        ("", "<p>发布时间：2020-05-14</p>", DateSource::Text),
        ("<link rel=canonical href=http://example.org/202005/t20200514_1.html>", "", DateSource::Address),
        ("<script>var ct = \"1589421422\";</script>", "", DateSource::TimeElement),
        ("<!--enpproperty <date>2020-05-14 00:00:00.0</date><title></title>-->", "", DateSource::Meta),
    ];

    for (head, above, source) in cases {
        let hints = read_page(&page(head, &format!("<h1>新建公园十座开放</h1>{above}{body}"))).hints;

        assert_eq!(hints.masthead.published.map(|date| date.to_string()).as_deref(), Some("2020-05-14"), "{source:?}");
        assert_eq!(hints.dated_by, Some(source));
    }
}

#[test]
fn a_label_and_its_field_may_be_elements_of_their_own() {
    let above =
        "<h1>新建公园十座开放</h1><div><span>2020-05-14</span><span>来源：云溪日报</span><span>作者：张三</span></div>";
    let below = "<div><div>责任编辑：</div><div>李四</div></div>";

    let hints = read_page(&page("", &format!("{above}<div><p>{A}</p><p>{B}</p></div>{below}"))).hints;

    assert_eq!(hints.masthead.publisher.as_deref(), Some("云溪日报"));
    assert_eq!((hints.masthead.authors, hints.masthead.editor.as_deref()), (vec!["张三".to_owned()], Some("李四")));
}

#[test]
fn an_element_may_be_named_for_what_it_holds() {
    let above = "<h1>新建公园十座开放</h1><div class=info><span class=pubtime>2020-05-14</span> <a class='news-source'>云溪观察</a></div>";

    let hints = read_page(&page("", &format!("{above}<div><p>{A}</p><p>{B}</p></div>"))).hints;

    assert_eq!(hints.masthead.publisher.as_deref(), Some("云溪观察"));
}

#[test]
fn what_is_hidden_beside_or_linked_is_no_text() {
    let body = format!(
        "<div id=zoom><p>{A}</p><div class=bdsharebuttonbox>分享到微信，一起看</div><p>{B}</p><p>图为新建的公园。</p></div>
        <div style='display: none'><p>{A}</p><p>{B}</p></div><noscript>{A}</noscript>
        <ul class=related><li><a href=1>云溪区召开会议，部署明年工作安排</a><li><a href=2>云溪区召开会议，部署今年工作安排</a></ul>
        <div class=comments><p>公园真好，希望多建几座，大家都能去玩，孩子们也高兴。</p></div>"
    );

    assert_eq!(lines_of(&page("", &body)), [A, B, "图为新建的公园。"]);
}

#[test]
fn a_page_that_hides_all_until_a_script_shows_it_is_read() {
    let body = format!("<div id=js_content style='display:none'><p>{A}</p><p>{B}</p></div>");

    assert_eq!(lines_of(&page("", &body)), [A, B]);
}

#[test]
fn readings_entities_and_invisible_characters_are_no_damage() {
    let body = format!(
        "<div><p>&nbsp;&nbsp;<ruby>云<rp>(</rp><rt>yún</rt><rp>)</rp></ruby>溪区&ldquo;{A}&rdquo;</p><p>{B}<math><mi>x</mi></math></p></div>"
    );

    assert_eq!(lines_of(&page("", &body)), [format!("云溪区“{A}”"), format!("{B}x")]);
}

#[test]
fn tags_left_open_close_where_the_next_begins() {
    let body =
        format!("<div><p>{A}<p>{B}<ul><li>一、{A}<li>二、{B}</ul><table><tr><td>甲<td>1<tr><td>乙<td>2</table></div>");

    let lines = lines_of(&page("", &body));

    assert_eq!(
        lines,
        [A.to_owned(), B.to_owned(), format!("一、{A}"), format!("二、{B}"), "甲\t1".into(), "乙\t2".into()]
    );
}

#[test]
fn scripts_and_deep_nesting_do_no_harm() {
    let deep = format!("{}<p>{A}</p>{}", "<div>".repeat(100_000), "</div>".repeat(100_000));

    assert!(read_page(&page("<script>var a = '新闻';</script>", &deep)).text.contains(A));
    assert_eq!(read_page("").text, "");
    assert_eq!(read_page("<p").text, "");
    assert_eq!(read_page("<script>window.__INITIAL_STATE__={\"text\":\"云溪\"}</script><div id=app></div>").text, "");
    assert_eq!(read_page("<frameset><frame src=a.html></frameset>").text, "");
}

#[test]
fn twice_the_page_takes_twice_the_steps() {
    let pages =
        ["<div><p>x", "<table><tr><td>x", "<ul><li>x", "<b></i>", "</div>", "<font color=1><p>x", "<a href=1>x"];
    let steps = |unit: &str, times: usize| Tree::read(&unit.repeat(times)).steps;

    for unit in pages {
        let (once, twice) = (steps(unit, 5_000), steps(unit, 10_000));

        assert!(twice <= once * 2 + once / 10 + 10, "{unit}: {once} steps, then {twice}");
    }
}
