//! What a page says of itself to machines: `<meta>`, JSON-LD, microdata, `<time datetime>`, the fields of an e-paper, and
//! elements whose names tell what they hold (`<span class="source">`).

use super::super::marks::han;
use super::super::masthead;
use super::text::Lines;
use super::tree::{Field, Tree};
use super::words;
use crate::model::PartialDate;
use serde_json::Value;
use std::ops::Range;

/// Names under which pages give each field: the portals' own standard first, then Open Graph and schema.org.
pub(super) const TITLE: [&str; 1] = ["articletitle"];
pub(super) const SHOWN_TITLE: [&str; 2] = ["og:title", "twitter:title"];
pub(super) const PUBLISHED: [&str; 14] = [
    "pubdate",
    "publishdate",
    "article:published_time",
    "og:release_date",
    "weibo:article:create_at",
    "apub:time",
    "datepublished",
    "dc.date",
    "dc.date.issued",
    "publish_date",
    "publish-date",
    "firstpublishedtime",
    "firstcreationtime",
    "bytedance:published_time",
];
pub(super) const PUBLISHER: [&str; 5] = ["contentsource", "source", "article:source", "mediaid", "og:article:source"];
pub(super) const SITE: [&str; 3] = ["og:site_name", "sitename", "application-name"];
pub(super) const AUTHOR: [&str; 4] = ["author", "article:author", "og:article:author", "dc.creator"];
pub(super) const EDITOR: [&str; 4] = ["editor", "contenteditor", "article:editor", "responsibleeditor"];
pub(super) const ADDRESS: [&str; 1] = ["og:url"];

/// An element that gives one field has no more characters.
const VALUE: usize = 60;

/// JSON-LD of one page seen has up to 20 things; more are read no further.
const THINGS: usize = 200;

/// What JSON-LD, an e-paper's comment, or named elements say.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) title: Option<String>,
    pub(super) published: Option<PartialDate>,
    pub(super) publisher: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) editor: Option<String>,
}

/// The first full value among `<meta>` elements of these names, in the order of the names.
pub(super) fn meta<'t>(tree: &'t Tree, names: &[&str]) -> Option<&'t str> {
    names.iter().find_map(|wanted| {
        tree.fields.iter().find_map(|field| match field {
            Field::Meta(name, content) if name == wanted => Some(content.as_str()),
            _ => None,
        })
    })
}

/// `2020-05-14T09:57:02+08:00`, `2020-05-14 09:57`, `2020/05/14`, `20200514`.
pub(super) fn date(given: &str) -> Option<PartialDate> {
    let mut numbers = given.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let year = numbers.next()?;
    let (year, month, day) = match year.len() {
        4 => (year, numbers.next()?, numbers.next()?),
        8 | 14 => (&year[..4], &year[4..6], &year[6..8]),
        _ => return None,
    };
    let year = year.parse().ok().filter(|year| (1900..2100).contains(year))?;
    PartialDate::day(year, month.parse().ok()?, day.parse().ok()?)
}

/// The address that the page says is its own.
pub(super) fn address(tree: &Tree) -> Option<String> {
    let canonical = tree.fields.iter().find_map(|field| match field {
        Field::Canonical(address) => Some(address.as_str()),
        _ => None,
    });
    let is_whole = |address: &&str| address.starts_with("http");
    canonical.filter(is_whole).or_else(|| meta(tree, &ADDRESS).filter(is_whole)).map(str::to_owned)
}

/// The article among the things of a page's JSON-LD.
pub(super) fn json_ld(tree: &Tree) -> Said {
    let scripts = tree.fields.iter().filter_map(|field| match field {
        Field::JsonLd(script) => serde_json::from_str::<Value>(script.trim()).ok(),
        _ => None,
    });
    let mut said = Said::default();
    for script in scripts {
        let mut things = vec![&script];
        let mut seen = 0;
        while let Some(thing) = things.pop().filter(|_| seen < THINGS) {
            seen += 1;
            match thing {
                Value::Array(list) => things.extend(list.iter().take(THINGS)),
                Value::Object(object) => {
                    things.extend(object.get("@graph"));
                    let text = |key: &str| object.get(key).and_then(Value::as_str);
                    let published = text("datePublished").or_else(|| text("pubDate")).and_then(date);
                    if published.is_none() && text("headline").is_none() {
                        continue;
                    }
                    said.published = said.published.or(published);
                    said.title = said.title.or_else(|| text("headline").map(str::to_owned));
                    if said.authors.is_empty() {
                        said.authors = masthead::persons(&names(object.get("author")).join(" "));
                    }
                    let publisher = names(object.get("publisher")).into_iter().next();
                    said.publisher = said.publisher.or_else(|| publisher.and_then(|name| masthead::publisher(&name)));
                    let editor = masthead::editor(&names(object.get("editor")).join(" "));
                    said.editor = said.editor.or(editor);
                }
                _ => {}
            }
        }
    }
    said
}

/// `"张三"`, `{"name": "张三"}`, or a list of such.
fn names(value: Option<&Value>) -> Vec<String> {
    let one = |value: &Value| value.as_str().or_else(|| value.get("name")?.as_str()).map(str::to_owned);
    match value {
        Some(Value::Array(list)) => list.iter().take(THINGS).filter_map(one).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The fields that an e-paper writes into a comment: `enpproperty <date>2014-05-28</date><author>…</author>…`.
pub(super) fn paper(tree: &Tree) -> Said {
    let Some(comment) = tree.fields.iter().find_map(|field| match field {
        Field::Comment(comment) => Some(comment.as_str()),
        _ => None,
    }) else {
        return Said::default();
    };
    let value = |name: &str| {
        let (_, rest) = comment.split_once(&format!("<{name}>"))?;
        Some(rest.split('<').next()?.trim()).filter(|value| !value.is_empty())
    };
    Said {
        title: value("title").map(str::to_owned),
        published: value("date").and_then(date),
        publisher: value("sourcename").and_then(masthead::publisher),
        authors: value("author").map(masthead::persons).unwrap_or_default(),
        editor: value("editor").and_then(masthead::editor),
    }
}

/// The day of the first `<time datetime>` and of the first microdata near the article.
pub(super) fn time(tree: &Tree, page: &Lines, near: &[Range<usize>]) -> Option<PartialDate> {
    tree.fields.iter().find_map(|field| match field {
        Field::Value(at, value) if is_near(page, *at, near) => date(value),
        _ => None,
    })
}

/// What elements near the article hold whose names tell what it is.
pub(super) fn named(tree: &Tree, page: &Lines, near: &[Range<usize>]) -> Said {
    let mut said = Said::default();
    for (at, node) in tree.nodes.iter().enumerate() {
        let names = tree.words(node);
        if node.name.is_none() || names.is_empty() || !is_near(page, at, near) {
            continue;
        }
        let is = |class: &str| words::has(class, names);
        if !["source", "author", "editor", "published"].iter().any(|class| is(class)) {
            continue;
        }
        let text = tree.text_inside(at);
        if text.chars().count() > VALUE {
            continue;
        }
        let told = masthead::read(&masthead::apart(&text));
        if is("published") {
            said.published = said.published.or(told.published).or_else(|| date(&text));
        }
        let unlabelled = !text.contains([':', '\u{FF1A}']);
        if is("source") {
            let alone = || masthead::publisher(&text).filter(|_| unlabelled);
            said.publisher = said.publisher.or(told.publisher).or_else(alone);
        }
        if is("author") && said.authors.is_empty() {
            said.authors = if told.authors.is_empty() && unlabelled { masthead::persons(&text) } else { told.authors };
        }
        if is("editor") && said.editor.is_none() {
            said.editor = told.editor;
        }
    }
    said
}

fn is_near(page: &Lines, at: usize, near: &[Range<usize>]) -> bool {
    near.iter().any(|lines| lines.contains(&page.first[at]))
}

/// The headline: what the markup calls so, else the heading or line above the text that `<title>` repeats, else the main
/// heading, else `<title>` without the site's name. `above` are the lines where a headline may stand; none if the text is
/// yet to be found.
pub(super) fn title(tree: &Tree, page: &Lines, above: Option<Range<usize>>) -> Option<String> {
    let whole = one_line(&tree.title);
    let meta = |names: &[&str]| meta(tree, names).map(one_line).filter(|title| han(title) >= 2);
    let repeated = || {
        let everywhere = 0..page.lines.len();
        let above = above.clone().and_then(|above| repeated(page, above, &whole, true));
        above.or_else(|| repeated(page, everywhere, &whole, false))
    };
    let named = || {
        let above = above.clone()?;
        let mut nodes = tree.nodes.iter().enumerate().filter(|(at, node)| {
            node.name.is_some() && above.contains(&page.first[*at]) && words::has("title", tree.words(node))
        });
        nodes.find_map(|(at, _)| {
            let text = tree.text_inside(at);
            let told = han(&text) >= SHORTEST_TITLE && masthead::is_title(&text) && !whole.contains(&text);
            (told && !masthead::is_site(&text)).then_some(text)
        })
    };
    let main = || main_heading(tree).filter(|heading| han(heading) >= SHORTEST_TITLE && !masthead::is_site(heading));
    // The site's name follows the headline: 新桥通车_云溪网.
    let first = || {
        let mut parts = whole.split(['_', '|', '\u{2014}', '\u{2013}', '-']).map(str::trim);
        parts.find(|part| han(part) >= SHORTEST_TITLE).map(str::to_owned)
    };
    let title = meta(&TITLE)
        .or_else(|| paper(tree).title)
        .or_else(repeated)
        .or_else(|| meta(&SHOWN_TITLE))
        .or_else(|| json_ld(tree).title)
        .or_else(named)
        .or_else(main)
        .or_else(first);
    title.filter(|title| han(title) >= 2)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The line, heading before others, that the page's title holds; with the lines below it that go on in the title.
fn repeated(page: &Lines, range: Range<usize>, whole: &str, any_line: bool) -> Option<String> {
    let bare_whole = bare(whole);
    let is_part = |text: &str| {
        let bare = bare(text);
        !bare.is_empty() && bare_whole.contains(&bare)
    };
    let candidates = |headings: bool| {
        let lines = range.clone().map(|at| (at, &page.lines[at]));
        lines.filter(move |(_, line)| {
            line.heading == headings && (line.linked == 0 || headings) && line.text.len() <= 600
        })
    };
    let fits = |(_, line): &(usize, &super::text::Line)| {
        line.han >= SHORTEST_TITLE && !masthead::is_site(line.text.trim()) && is_part(&line.text)
    };
    let heading = candidates(true).filter(fits).max_by_key(|(at, line)| (line.han, std::cmp::Reverse(*at)));
    let other = || {
        // A line of the text that the title happens to hold has marks; the site's name stands above.
        let told = candidates(false).filter(|found| any_line && fits(found) && masthead::is_title(found.1.text.trim()));
        told.max_by_key(|(at, line)| (line.han, std::cmp::Reverse(*at)))
    };
    let (at, line) = heading.or_else(other)?;
    let mut title = one_line(&line.text);
    for before in page.lines[..at].iter().rev().take(TITLE_LINES) {
        let longer = format!("{}{title}", one_line(&before.text));
        if before.text.len() > 600 || before.han < 2 || !is_part(&longer) {
            break;
        }
        title = longer;
    }
    for next in page.lines[at + 1..].iter().take(TITLE_LINES) {
        let longer = format!("{title}{}", one_line(&next.text));
        if next.text.len() > 600 || next.han < 2 || !is_part(&longer) {
            break;
        }
        title = longer;
    }
    Some(title)
}

/// A headline of more lines is none.
const TITLE_LINES: usize = 4;

/// A headline inside `<title>` is not shorter.
const SHORTEST_TITLE: usize = 5;

/// A text without white space and marks.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The longest `<h1>`.
fn main_heading(tree: &Tree) -> Option<String> {
    let headings = tree.nodes.iter().enumerate().filter(|(_, node)| node.name.as_deref() == Some("h1"));
    headings.take(20).map(|(at, _)| tree.text_inside(at)).max_by_key(|text| han(text).min(40))
}
