//! `clean` takes a document and gives its articles as they should read: one body, simplified, no page furniture, with
//! title, publisher, date, authors and editor found. The map of each article leads back to what the page printed.
//!
//! 當(dāng)前位置:首頁(yè) > 新聞 … → 当前位置:首页 > 新闻 → (furniture: gone)
//!
//! Each step is one file and edits a `MappedText`; the order matters and is told in [`clean()`]. What a sentence
//! means is left to `annotate`.

mod address;
mod dated;
mod furniture;
mod html;
mod issue;
mod lines;
mod mapped;
mod markdown;
mod marks;
mod masthead;
mod mirror;
mod repeat;
mod script;
mod space;
mod words;

#[cfg(test)]
mod tests;

use crate::error::{Outcome, Problem};
use crate::model::{Article, Document, Media, PartialDate, Piece, SourceMap, Span};
use dated::Told;
use furniture::Credit;
use mapped::{Edit, MappedText};
use masthead::Masthead;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

/// Less than this is no article: a page that did not load, a caption.
const FEWEST_CHARACTERS: usize = 20;

/// The articles of a document.
///
/// An article's key is a hash of the page's address, with the title within an issue; without an address of the title,
/// publisher, date and clean text. So a corrected page keeps its key.
pub fn clean(document: Document) -> Outcome<Vec<Article>> {
    let mut document = document;
    let (printed, mut hints) = match document.media {
        Media::Html => {
            let page = html::read(&document.text, document.declared.url.as_deref());
            (page.text, page.hints)
        }
        Media::Text | Media::Markdown => (std::mem::take(&mut document.text), html::Hints::default()),
    };
    let printed: Arc<str> = printed.into();
    let mut text = MappedText::new(&printed);
    if document.media == Media::Markdown {
        let front = markdown::take_out(&mut text);
        hints = html::Hints { url: front.url, title: front.title, masthead: front.masthead, ..html::Hints::default() };
    }
    // Damage first: its bytes are those of the printed script.
    mirror::undo(&mut text);
    script::simplify(&mut text);
    space::tidy(&mut text);
    repeat::take_out(&mut text);
    let whole = masthead::read(text.text());
    furniture::take_out(&mut text, masthead::credit);
    let parts = issue::split(text.text(), document.media);
    let month = (parts.len() > 1).then(|| masthead::month_of_issue(text.text())).flatten();
    // What stands above the first headline of an issue is said of all its articles; what stands in one, of that one.
    let whole = match parts.first() {
        Some(first) if parts.len() > 1 => masthead::read(&text.text()[..first.span.start]),
        _ => whole,
    };
    let page =
        Page { document: &document, hints: &hints, printed: &printed, whole: &whole, month, is_issue: parts.len() > 1 };
    let mut outcome = Outcome::clean(Vec::new());
    for part in &parts {
        let headlines =
            part.headlines.iter().map(|line| Span::new(line.start - part.span.start, line.end - part.span.start));
        let number = outcome.value.len() + 1;
        if let Some(article) = page.article(text.slice(part.span), headlines.collect(), number, &mut outcome.problems) {
            outcome.value.push(article);
        }
    }
    if outcome.value.is_empty() {
        let message = format!("expected an article, found fewer than {FEWEST_CHARACTERS} Chinese characters of text");
        outcome.problems.push(Problem::fatal(&document.path, "clean.no-text", message));
    }
    outcome
}

/// What the articles of a document have in common.
struct Page<'d> {
    document: &'d Document,
    hints: &'d html::Hints,
    printed: &'d Arc<str>,
    whole: &'d Masthead,
    month: Option<PartialDate>,
    is_issue: bool,
}

impl Page<'_> {
    fn article(
        &self,
        mut text: MappedText,
        headlines: Vec<Span>,
        number: usize,
        problems: &mut Vec<Problem>,
    ) -> Option<Article> {
        let own = if self.is_issue { masthead::read(text.text()) } else { self.whole.clone() };
        let found_title = one_headline(&mut text, &headlines);
        let declared = &self.document.declared;
        let byline = name_under_headline(&text, found_title.is_some() && self.is_issue);
        take_out_masthead(&mut text, found_title.is_some());
        let stands_alone = |line: &str| issue::heading_text(line).is_some() || masthead::is_metadata(line);
        lines::mend(&mut text, found_title.is_some(), stands_alone);
        close_up(&mut text);
        // What was declared of an issue is the issue's title, not that of one of its articles.
        let titles = [&declared.title, &self.hints.title];
        let titles = if declared.secondhand { [titles[1], titles[0]] } else { titles };
        let known = titles.into_iter().flatten().next().cloned().filter(|_| !self.is_issue);
        let (title, body) = with_title(text, found_title, known.map(|title| tidy_title(&title)));
        if marks::han(&body.text) < FEWEST_CHARACTERS {
            return None;
        }
        let hints = &self.hints.masthead;
        let first = if declared.secondhand { &hints.authors } else { &declared.authors };
        let mut authors = first_full([first, &hints.authors, &own.authors]);
        if authors.is_empty() {
            authors.extend(byline.iter().map(|line| line.replace(' ', "")));
        }
        if authors.is_empty() {
            authors.clone_from(&declared.authors);
        }
        let publisher = declared.publisher.clone().or_else(|| hints.publisher.clone()).or(own.publisher);
        let publisher = publisher.or_else(|| self.whole.publisher.clone());
        let url = declared.url.clone().or_else(|| self.hints.url.clone());
        let told = Told {
            document: self.document,
            hints: self.hints,
            masthead: own.published.or(self.whole.published),
            month: self.month,
            url: url.as_deref(),
        };
        let (published, dated_by) = told.date().unzip();
        let path = &self.document.path;
        for (missing, code, what) in [
            (title.is_none(), "clean.no-title", "title"),
            (published.is_none(), "clean.no-date", "date of publication"),
        ] {
            if missing {
                let message = format!("article {number} has no {what}: declare it in NDJSON if it is known");
                problems.push(Problem::note(path, code, message));
            }
        }
        let key = self.key(url.as_deref(), title.as_deref(), publisher.as_deref(), published, &body.text);
        Some(Article {
            key,
            path: path.clone(),
            name: self.document.name.clone(),
            number,
            url,
            source: declared.source.clone(),
            publisher,
            published,
            dated_by,
            authors,
            editor: declared
                .editor
                .clone()
                .or_else(|| hints.editor.clone())
                .or(own.editor)
                .or_else(|| self.whole.editor.clone()),
            title_len: title.as_ref().map_or(0, String::len),
            masthead: masthead_lines(&body.text, title.as_ref().map_or(0, String::len), byline.as_deref()),
            title,
            damaged: mirror::damage(&body.text),
            cuts: lines::cuts(&body.text, stands_alone),
            text: body.text,
            printed: Arc::clone(self.printed),
            map: body.map,
            repairs: body.repairs,
            content_hash: self.document.content_hash.clone(),
        })
    }

    fn key(
        &self,
        url: Option<&str>,
        title: Option<&str>,
        publisher: Option<&str>,
        published: Option<PartialDate>,
        text: &str,
    ) -> String {
        let title = title.unwrap_or_default();
        match url {
            Some(url) if self.is_issue => short_hash(&[url, title]),
            Some(url) => short_hash(&[url]),
            None => {
                let published = published.map(|date| date.to_string()).unwrap_or_default();
                short_hash(&[title, publisher.unwrap_or_default(), &published, text])
            }
        }
    }
}

/// A finished text.
struct Body {
    text: String,
    map: SourceMap,
    repairs: Vec<crate::model::Repair>,
}

/// Makes the lines of a headline one line without marks of Markdown, and gives it.
fn one_headline(text: &mut MappedText, headlines: &[Span]) -> Option<String> {
    let mut edits = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut end = None;
    for line in headlines {
        let shown = line.of(text.text());
        let heading = issue::heading_text(shown).unwrap_or(shown);
        let start = line.start + shown.rfind(heading).unwrap_or(0);
        // A headline of two lines has a space between them, as newspapers set it in one line.
        edits.push(match end {
            Some(end) => Edit::new(Span::new(end, start), " ", "line-break"),
            None => Edit::delete(Span::new(0, start), "markup"),
        });
        words.push(heading.to_owned());
        end = Some(line.end);
    }
    text.edit(edits);
    (!words.is_empty()).then(|| words.join(" "))
}

/// The line right under a headline, if it is its author's name alone.
fn name_under_headline(text: &MappedText, has_headline: bool) -> Option<String> {
    let line = text.text().lines().filter(|line| !line.trim().is_empty()).nth(1).filter(|_| has_headline)?;
    masthead::is_name_alone(line).then(|| line.to_owned())
}

/// Takes out what stands around an article and says nothing of it (counts of readers, names of pictures, a second print of
/// the same source line). What says who published it, when and by whom stays: a reader looks for it.
fn take_out_masthead(text: &mut MappedText, has_title: bool) {
    let shown = text.text();
    let mut edits = Vec::new();
    let mut said: BTreeSet<String> = BTreeSet::new();
    for line in marks::lines(shown).into_iter().skip(usize::from(has_title)) {
        let words = line.of(shown);
        let mut again = || !said.insert(words.split_whitespace().collect());
        if masthead::credit(words).is_some_and(|credit| credit == Credit::Other || again()) {
            edits.push(Edit::delete(marks::whole_line(shown, line), "boilerplate"));
        }
    }
    text.edit(edits);
}

/// The lines of a clean text that say who published it, when and by whom.
fn masthead_lines(text: &str, title_len: usize, byline: Option<&str>) -> Vec<Span> {
    let lines = marks::lines(text).into_iter().filter(|line| line.end > title_len);
    lines.filter(|line| byline == Some(line.of(text)) || masthead::is_metadata(line.of(text))).collect()
}

/// One line for each paragraph: no empty lines, no white space around, no marks of Markdown.
fn close_up(text: &mut MappedText) {
    let shown = text.text();
    let lines = marks::lines(shown);
    let mut edits = Vec::new();
    let mut end: Option<usize> = None;
    for line in lines {
        let words = line.of(shown);
        let heading = issue::heading_text(words).unwrap_or(words);
        let start = line.start + words.len() - heading.len();
        let (gap, with) = end.map_or((Span::new(0, start), ""), |end| (Span::new(end, start), "\n"));
        let kind = if heading.len() < words.len() { "markup" } else { "line-break" };
        edits.push(Edit::new(gap, with, kind));
        end = Some(line.end);
    }
    edits.push(Edit::delete(Span::new(end.unwrap_or(0), shown.len()), "line-break"));
    text.edit(edits);
}

/// The text with its title's line first. A title that was declared, or that the page says elsewhere, has no piece of
/// the map unless it is the text's first line.
fn with_title(text: MappedText, found: Option<String>, known: Option<String>) -> (Option<String>, Body) {
    let first_line = text.text().lines().next().unwrap_or_default().to_owned();
    let same = |title: &str| bare(title) == bare(&first_line);
    let found_first = found.is_some_and(|title| title == first_line);
    let is_first = known.as_deref().map_or(found_first, same);
    let (text, map, repairs) = text.finish();
    match known {
        Some(title) if !is_first && !title.is_empty() => {
            let shift = title.len() + 1;
            let moved = map.pieces.into_iter().map(|piece| Piece { clean: piece.clean.shift(shift), ..piece });
            let map = SourceMap { pieces: moved.collect() };
            let text = format!("{title}\n{text}");
            (Some(title), Body { text, map, repairs })
        }
        _ => (is_first.then_some(first_line).filter(|line| !line.is_empty()), Body { text, map, repairs }),
    }
}

/// What is left of a title without white space and marks.
fn bare(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A title in one line, simplified.
fn tidy_title(title: &str) -> String {
    let mut text = MappedText::new(&title.split_whitespace().collect::<Vec<_>>().join(" "));
    mirror::undo(&mut text);
    script::simplify(&mut text);
    space::tidy(&mut text);
    text.text().to_owned()
}

fn first_full<const N: usize>(lists: [&Vec<String>; N]) -> Vec<String> {
    lists.into_iter().find(|list| !list.is_empty()).cloned().unwrap_or_default()
}

/// The first 16 hexadecimal digits of SHA-256: 64 bits, so that two of a million articles are equal with the
/// probability of one in forty million.
fn short_hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
