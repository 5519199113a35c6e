//! The article out of a page: its text with markup off, and what the markup says of it.
//!
//! Readability finds the main content; where it finds less than half of what the densest element holds (tables as
//! layout, e-papers), that element is taken. Furniture inside the content is left to `furniture`.

use super::marks::{han, is_han};
use super::masthead::{self, Masthead};
use crate::model::PartialDate;
use dom_query::{Document, NodeRef};
use dom_smoothie::Readability;

/// What the markup says, to be believed after what was declared and before what the text says.
#[derive(Debug, Default)]
pub(super) struct Hints {
    pub(super) url: Option<String>,
    pub(super) title: Option<String>,
    pub(super) masthead: Masthead,
}

/// A page's article.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// A line for each paragraph, heading or cell.
    pub(super) text: String,
    pub(super) hints: Hints,
}

/// Names under which pages give each field: the portals' own standard first, then Open Graph and schema.org.
const TITLE: [&str; 3] = ["articletitle", "og:title", "twitter:title"];
const PUBLISHED: [&str; 10] = [
    "pubdate",
    "publishdate",
    "article:published_time",
    "og:release_date",
    "weibo:article:create_at",
    "apub:time",
    "datepublished",
    "dc.date",
    "publish_date",
    "firstcreationtime",
];
const PUBLISHER: [&str; 3] = ["contentsource", "source", "article:source"];
const SITE: [&str; 3] = ["og:site_name", "sitename", "application-name"];
const AUTHOR: [&str; 3] = ["author", "article:author", "og:article:author"];
const EDITOR: [&str; 3] = ["editor", "contenteditor", "article:editor"];
const ADDRESS: [&str; 1] = ["og:url"];

/// Elements that hold no text of the page.
const SILENT: [&str; 13] = [
    "script", "style", "noscript", "template", "iframe", "head", "select", "option", "button", "svg", "textarea",
    "object", "input",
];

/// Elements that stand in a line.
const INLINE: [&str; 24] = [
    "a", "abbr", "b", "bdi", "big", "cite", "code", "em", "font", "i", "ins", "label", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "time", "tt", "u", "wbr",
];

/// How many lines around the content may be its masthead.
const AROUND: usize = 14;

/// A line of so many Chinese characters is known again in the page.
const KNOWN: usize = 12;

/// A headline inside `<title>` is not shorter.
const SHORTEST_TITLE: usize = 5;

/// Reads a page.
pub(super) fn read(html: &str) -> Page {
    let document = Document::from(html);
    let body = document.body().map(|body| text_of(&body)).unwrap_or_default();
    let dense = densest(&document).map(|node| text_of(&node)).unwrap_or_default();
    let article = Readability::with_document(Document::from(html), None, None);
    let article = article.ok().and_then(|mut readability| readability.parse().ok());
    let readable = article.as_ref().map(|article| text_of(&Document::fragment(article.content.clone()).root()));
    let readable = readable.unwrap_or_default();
    let mut text = if han(&readable) * 2 >= han(&dense) { readable } else { dense };
    if han(&text) < KNOWN {
        text.clone_from(&body);
    }
    let around = masthead::read(&lines_around(&body, &text));
    let meta = |names: &[&str]| meta(&document, names);
    let dated = meta(&PUBLISHED).or_else(|| article.as_ref()?.published_time.clone());
    let authors = meta(&AUTHOR).or_else(|| article.as_ref()?.byline.clone());
    let site = meta(&SITE).or_else(|| article.as_ref()?.site_name.clone());
    let named = |name: String| Some(name.trim().to_owned()).filter(|name| han(name) >= 2);
    let named_authors = masthead::persons(&authors.unwrap_or_default());
    let hints = Hints {
        url: address(&document).or_else(|| meta(&ADDRESS)).filter(|url| url.starts_with("http")),
        title: title(&document, &text),
        masthead: Masthead {
            publisher: meta(&PUBLISHER).and_then(named).or(around.publisher).or_else(|| site.and_then(named)),
            published: dated.as_deref().and_then(date).or(around.published),
            authors: if named_authors.is_empty() { around.authors } else { named_authors },
            editor: meta(&EDITOR).and_then(named).or(around.editor),
        },
    };
    Page { text, hints }
}

/// The headline: what the markup calls so, else the main heading, else `<title>` without the site's name.
fn title(document: &Document, text: &str) -> Option<String> {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = one_line(&document.select_single("title").text());
    let headings = document.select("h1");
    let headings = headings.nodes().iter().map(|node| one_line(&node.text()));
    let heading = headings
        .filter(|heading| han(heading) >= SHORTEST_TITLE)
        .max_by_key(|heading| usize::from(whole.contains(heading.as_str())));
    // The site's name follows the headline: 新桥通车_云溪网.
    let first =
        whole.split(['_', '|', '\u{2014}', '\u{2013}', '-']).map(str::trim).find(|part| han(part) >= SHORTEST_TITLE);
    // E-papers give the paper's name as title: the headline is then the text's own first line.
    let own = text.lines().next().filter(|line| masthead::is_title(line) && whole.contains(*line)).map(str::to_owned);
    let in_meta = meta(document, &TITLE[..1]);
    in_meta
        .or(own)
        .or(heading)
        .or_else(|| meta(document, &TITLE[1..]))
        .or_else(|| first.map(str::to_owned))
        .filter(|title| han(title) >= 2)
}

fn address(document: &Document) -> Option<String> {
    let canonical = document.select_single("link[rel=canonical]").attr("href")?;
    Some(canonical.to_string())
}

/// The first full value among `<meta>` elements of these names, in the order of the names.
fn meta(document: &Document, names: &[&str]) -> Option<String> {
    let elements = document.select("meta");
    let named = |node: &NodeRef<'_>, name: &str| {
        ["name", "property", "itemprop"]
            .iter()
            .any(|key| node.attr(key).is_some_and(|value| value.eq_ignore_ascii_case(name)))
    };
    let value = |name: &&str| {
        let mut nodes = elements.nodes().iter().filter(|node| named(node, name));
        nodes.find_map(|node| Some(node.attr("content")?.trim().to_owned()).filter(|value| !value.is_empty()))
    };
    names.iter().find_map(value)
}

/// `2020-05-14T09:57:02+08:00`, `2020-05-14 09:57`, `2020/05/14`.
fn date(given: &str) -> Option<PartialDate> {
    let mut numbers = given.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let year = numbers.next().filter(|year| year.len() == 4)?.parse().ok()?;
    PartialDate::day(year, numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?)
}

/// The element right around most of the text that stands in no link.
fn densest<'d>(document: &'d Document) -> Option<NodeRef<'d>> {
    let mut weights: Vec<(dom_query::NodeId, usize, NodeRef<'d>)> = Vec::new();
    for node in document.body()?.descendants_it().filter(NodeRef::is_text) {
        let weight = han(&node.text());
        if weight < KNOWN {
            continue;
        }
        let mut around = node.ancestors_it(None).filter(NodeRef::is_element);
        let is_part = |node: &NodeRef<'d>| {
            let name = node.node_name().unwrap_or_default();
            INLINE.contains(&name.as_ref()) || name.as_ref() == "p"
        };
        let Some(container) = around.find(|node| !is_part(node)) else {
            continue;
        };
        let unseen = node.ancestors_it(None).any(|node| {
            let name = node.node_name().unwrap_or_default();
            SILENT.contains(&name.as_ref()) || matches!(name.as_ref(), "a" | "footer" | "nav")
        });
        if unseen {
            continue;
        }
        match weights.iter_mut().find(|(id, _, _)| *id == container.id) {
            Some((_, sum, _)) => *sum += weight,
            None => weights.push((container.id, weight, container)),
        }
    }
    let mut best: Option<(usize, NodeRef<'d>)> = None;
    for (_, weight, node) in weights {
        if best.as_ref().is_none_or(|(most, _)| weight > *most) {
            best = Some((weight, node));
        }
    }
    best.map(|(_, node)| node)
}

/// The lines of the page before and after those of the text, where its masthead stands.
fn lines_around(page: &str, text: &str) -> String {
    let page: Vec<&str> = page.lines().collect();
    let mut known = text.lines().filter(|line| han(line) >= KNOWN);
    let (first, last) = (known.next(), known.next_back());
    let Some(start) = first.and_then(|first| page.iter().position(|line| *line == first)) else {
        return String::new();
    };
    let end = last.and_then(|last| page.iter().rposition(|line| *line == last)).unwrap_or(start).max(start);
    let before = &page[start.saturating_sub(AROUND)..start];
    let after = &page[end + 1..page.len().min(end + 1 + AROUND)];
    before.iter().chain(after).flat_map(|line| [*line, "\n"]).collect()
}

/// The text of an element, a line for each block. It walks with a stack of its own: pages nest deeper than the machine's.
fn text_of(root: &NodeRef<'_>) -> String {
    enum Step<'n> {
        Enter(NodeRef<'n>),
        Break,
    }
    let mut out = String::new();
    let mut line = String::new();
    let mut steps = vec![Step::Enter(*root)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Break => end_line(&mut out, &mut line),
            Step::Enter(node) if node.is_text() => line.push_str(&node.text()),
            Step::Enter(node) => {
                let name = node.node_name().unwrap_or_default();
                if SILENT.contains(&name.as_ref()) || node.is_comment() {
                    continue;
                }
                if name.as_ref() == "br" {
                    end_line(&mut out, &mut line);
                    continue;
                }
                if !INLINE.contains(&name.as_ref()) {
                    end_line(&mut out, &mut line);
                    steps.push(Step::Break);
                }
                steps.extend(node.children_it(true).map(Step::Enter));
            }
        }
    }
    end_line(&mut out, &mut line);
    out
}

/// White space of the source is a space, or nothing between Chinese characters, where only the source had a line end.
fn end_line(out: &mut String, line: &mut String) {
    let mut said = String::new();
    let mut gap: Option<bool> = None;
    for c in line.chars() {
        if c.is_whitespace() && c != '\u{3000}' {
            gap = Some(gap.unwrap_or(false) || c == '\n');
            continue;
        }
        if let Some(broken) = gap.take() {
            let between = said.chars().next_back().is_some_and(is_han) && is_han(c);
            let of_source = broken && between;
            if !said.is_empty() && !of_source {
                said.push(' ');
            }
        }
        said.push(c);
    }
    line.clear();
    if !said.trim().is_empty() {
        out.push_str(&said);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let page = read(&page("", &body));

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

        let hints = read(&page(head, &format!("<div><p>{A}</p><p>{B}</p></div>"))).hints;

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

        let hints = read(&page("", &body)).hints;

        assert_eq!(hints.title.as_deref(), Some("新建公园十座开放"));
        assert_eq!(hints.masthead.published.unwrap().to_string(), "2020-05-14");
        assert_eq!(hints.masthead.publisher.as_deref(), Some("云溪日报"));
        assert_eq!(hints.masthead.editor.as_deref(), Some("李四"));
    }

    #[test]
    fn scripts_and_deep_nesting_do_no_harm() {
        let deep = format!("{}<p>{A}</p>{}", "<div>".repeat(2_000), "</div>".repeat(2_000));

        assert!(read(&page("<script>var a = '新闻';</script>", &deep)).text.contains(A));
        assert_eq!(read("").text, "");
        assert_eq!(read("<p").text, "");
    }
}
