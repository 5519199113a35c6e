//! The article out of a page: its text with markup off, and what the markup says of it.
//!
//! `tree` reads the tags, `text` and `table` make lines, `content` finds those of the article, `fields` what is said of it
//! to machines. All pass over the page once: time and memory grow with its length, however it nests. Furniture inside
//! the article is left to `furniture`.

mod bounds;
mod content;
mod elements;
mod fields;
mod table;
mod text;
mod tree;
mod words;

use super::address::date_in_address;
use super::masthead::{self, Masthead};
use crate::model::{DateSource, PartialDate};
use content::Content;
use std::ops::Range;
use text::Lines;
use tree::Tree;

/// What the markup says, to be believed after what was declared and before what the text says.
#[derive(Debug, Default)]
pub(super) struct Hints {
    pub(super) url: Option<String>,
    pub(super) title: Option<String>,
    pub(super) masthead: Masthead,
    /// Where the date of `masthead` comes from.
    pub(super) dated_by: Option<DateSource>,
}

/// A page's article.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// A line for each paragraph, heading, or row of a table.
    pub(super) text: String,
    pub(super) hints: Hints,
}

/// How many lines around the content may be its masthead.
const AROUND: usize = 24;

/// A line of so many Chinese characters after the article is another text: its masthead ends there.
const OTHER_TEXT: usize = 60;

/// So few Chinese characters are no article: what the page hides, or all of it, may be.
const FEWEST: usize = 20;

/// Reads a page. `address` is where it came from, if that is known.
pub(super) fn read(html: &str, address: Option<&str>) -> Page {
    let tree = Tree::read(&bounds::bounded(html));
    let mut page = text::lines(&tree, false);
    let mut found = find(&tree, &page);
    if characters(&page, &found) < FEWEST {
        page = text::lines(&tree, true);
        found = find(&tree, &page);
    }
    if characters(&page, &found) < FEWEST {
        let range = 0..page.lines.len();
        found = Content { lines: range.clone().collect(), range, headline: None };
    }
    let own = found.lines.iter().map(|at| page.lines[*at].text.as_str());
    let own = own.map(|line| if masthead::begins_with_label(line) { masthead::apart(line) } else { line.to_owned() });
    let text = joined(&own.collect::<Vec<_>>());
    // The headline stands above the text, or is its first line.
    let start = found.lines.iter().find(|at| page.lines[**at].marked && page.lines[**at].han >= FEWEST);
    let start = start.copied().unwrap_or(found.range.start);
    let above = found.headline.unwrap_or_else(|| start.saturating_sub(AROUND)).min(start)..start;
    let title = fields::title(&tree, &page, Some(above));
    Page { hints: hints(&tree, &page, &found, title, address), text }
}

fn characters(page: &Lines, found: &Content) -> usize {
    found.lines.iter().map(|at| page.lines[*at].han).sum()
}

fn find(tree: &Tree, page: &Lines) -> Content {
    let bare = fields::bare;
    let title = fields::title(tree, page, None).map(|title| bare(&title)).filter(|title| !title.is_empty());
    content::find(tree, page, |line| line.len() <= 600 && title.as_ref().is_some_and(|title| bare(line) == *title))
}

fn hints(tree: &Tree, page: &Lines, found: &Content, title: Option<String>, declared: Option<&str>) -> Hints {
    let near = near(page, found);
    let around = masthead::read(&masthead_lines(page, &near));
    let (data, paper, named) = (fields::json_ld(tree), fields::paper(tree), fields::named(tree, page, &near));
    let meta = |names: &[&str]| fields::meta(tree, names);
    let url = fields::address(tree);
    let clock = || Some(PartialDate::in_china(jiff::Timestamp::from_second(tree.clock?).ok()?));
    let dates = [
        (meta(&fields::PUBLISHED).and_then(fields::date).or(paper.published), DateSource::Meta),
        (data.published, DateSource::JsonLd),
        (fields::time(tree, page, &near).or_else(clock), DateSource::TimeElement),
        (around.published.or(named.published), DateSource::Text),
        (url.as_deref().or(declared).and_then(date_in_address), DateSource::Address),
    ];
    let dated = dates.into_iter().find_map(|(date, source)| Some((date?, source)));
    let in_meta = meta(&fields::AUTHOR).map(masthead::persons).unwrap_or_default();
    // Some portals give the editor as the author.
    let is_editor = in_meta.len() == 1 && around.editor.as_ref() == in_meta.first();
    let in_meta = if is_editor { Vec::new() } else { in_meta };
    let authors = [in_meta, paper.authors, around.authors, named.authors, data.authors];
    let masthead = Masthead {
        publisher: meta(&fields::PUBLISHER)
            .and_then(masthead::publisher)
            .or(paper.publisher)
            .or(around.publisher)
            .or(named.publisher)
            .or_else(|| beside_the_day(page, &near))
            .or(data.publisher)
            .or_else(|| meta(&fields::SITE).and_then(masthead::publisher)),
        published: dated.map(|(date, _)| date),
        authors: authors.into_iter().find(|list| !list.is_empty()).unwrap_or_default(),
        editor: meta(&fields::EDITOR)
            .and_then(masthead::editor)
            .or(paper.editor)
            .or(around.editor)
            .or(named.editor)
            .or(data.editor),
    };
    Hints { url, title, masthead, dated_by: dated.map(|(_, source)| source) }
}

/// The lines before and after the article's text, where its masthead stands.
fn near(page: &Lines, found: &Content) -> Vec<Range<usize>> {
    let is_text = |at: &&usize| page.lines[**at].marked && page.lines[**at].han >= FEWEST;
    let Some(first) = found.lines.iter().find(is_text).or(found.lines.first()) else {
        return Vec::new();
    };
    let last = found.lines.iter().rfind(is_text).unwrap_or(first);
    let above = first.saturating_sub(AROUND);
    let above = found.headline.filter(|at| at < first && first - at <= 2 * AROUND).unwrap_or(above);
    let after = page.lines[last + 1..].iter().take(AROUND).take_while(|line| !line.marked || line.han < OTHER_TEXT);
    vec![above..*first, last + 1..last + 1 + after.count()]
}

/// The medium whose name stands alone on the line before or after the one with the day.
fn beside_the_day(page: &Lines, near: &[Range<usize>]) -> Option<String> {
    let lines = &page.lines[near.first()?.clone()];
    let is_day = |line: &text::Line| line.han <= 6 && masthead::read(&line.text).published.is_some();
    let pairs = lines.windows(2).filter_map(|pair| match (is_day(&pair[0]), is_day(&pair[1])) {
        (true, false) => Some(&pair[1].text),
        (false, true) => Some(&pair[0].text),
        _ => None,
    });
    let mut names = pairs.filter(|name| masthead::is_outlet(name));
    names.next().map(|name| name.trim().to_owned())
}

/// The text of lines near the article, their fields apart.
fn masthead_lines(page: &Lines, near: &[Range<usize>]) -> String {
    let lines = near.iter().cloned().flatten().map(|at| masthead::apart(&page.lines[at].text));
    joined(&lines.collect::<Vec<_>>())
}

/// The lines as one text. What a label stands before may be an element, and so a line, of its own.
fn joined(lines: &[String]) -> String {
    let mut text = String::new();
    let mut open = false;
    for line in lines {
        if !text.is_empty() && !open {
            text.push('\n');
        }
        open = masthead::is_open_label(line);
        text.push_str(if open { line.trim_end() } else { line });
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests;
