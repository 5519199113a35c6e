//! A page as a flat list of its elements and texts, in the order of the page: what is inside of an element follows it,
//! up to its `end`.
//!
//! html5ever reads the tags. Its tree builder does more than text needs, and its time grows with the square of the depth
//! and of the formatting left open; here each tag costs at most [`DEPTH`] steps, and a page's time grows with its length.

use super::elements::{attribute, hides, is_border, is_file, is_inline, is_row_part, is_silent, is_void};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::{LocalName, local_name};
use std::cell::RefCell;

/// Elements nest no deeper than this; deeper ones count as part of the one around them. Browsers stop at 512; the
/// deepest page seen has 60.
const DEPTH: usize = 256;

/// The head of a page has a few dozen elements for machines; pages made by machines may repeat them without end.
const FIELDS: usize = 1_000;

/// So much of a script is searched for what it says of the page.
const SCRIPT: usize = 1 << 20;

/// An element, or a text.
#[derive(Debug)]
pub(super) struct Node {
    /// Its name; `None` of a text.
    pub(super) name: Option<LocalName>,
    /// The element around it; the first node, the document, is its own.
    pub(super) parent: usize,
    /// The first node behind what is inside.
    pub(super) end: usize,
    /// Of an element `class`, `id` and `itemprop`, of a text the text: a range of [`Tree::buffer`].
    range: (usize, usize),
    /// Whether the page shows it not, by `hidden` or `display: none`.
    pub(super) hidden: bool,
    /// How many columns and rows a cell spans.
    pub(super) spans: (u16, u16),
    /// Whether a link leads to a file, or an element holds a table.
    pub(super) marked: bool,
}

/// What a page says to machines.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// `<meta>`: its name and content.
    Meta(String, String),
    /// An element with `datetime`, or with `itemprop` and `content`: the node, and the value.
    Value(usize, String),
    /// `<link rel="canonical">`.
    Canonical(String),
    /// A script that holds data.
    JsonLd(String),
    /// A comment with the fields of an e-paper's article.
    Comment(String),
}

/// A page.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    buffer: String,
    pub(super) title: String,
    pub(super) fields: Vec<Field>,
    /// The seconds since 1970 that the script of a messenger's page gives as the day of its article.
    pub(super) clock: Option<i64>,
    /// How many steps were made: what the tests of time count.
    pub(super) steps: usize,
}

impl Tree {
    /// Reads a page.
    pub(super) fn read(html: &str) -> Self {
        let mut open = Open::default();
        open.push(&Tag {
            kind: TagKind::StartTag,
            name: LocalName::from("document"),
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        });
        let builder = Builder { inner: RefCell::new(open) };
        let tokenizer = Tokenizer::new(builder, TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(html));
        // The builder never asks it to stop for a script.
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        let mut open = tokenizer.sink.inner.into_inner();
        open.close_down_to(0);
        open.tree
    }

    /// What stands in an element's `class`, `id` and `itemprop`, or a text's text.
    pub(super) fn words(&self, node: &Node) -> &str {
        &self.buffer[node.range.0..node.range.1]
    }

    /// The text inside of a node, in one line.
    pub(super) fn text_inside(&self, at: usize) -> String {
        let mut text = String::new();
        let mut node = at;
        while node < self.nodes[at].end {
            let here = &self.nodes[node];
            if here.name.is_none() {
                text.push_str(self.words(here));
            } else if here.name.as_ref().is_some_and(is_silent) {
                node = here.end;
                continue;
            }
            node += 1;
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

struct Builder {
    inner: RefCell<Open>,
}

/// A page while it is read.
#[derive(Default)]
struct Open {
    tree: Tree,
    /// The open elements, the outermost first.
    stack: Vec<usize>,
    /// How many elements too deep for the stack are open.
    too_deep: usize,
    /// What the text of the open script, style or title is for.
    raw: Option<LocalName>,
    script: String,
    is_data: bool,
}

impl TokenSink for Builder {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut open = self.inner.borrow_mut();
        match token {
            Token::CharacterTokens(text) => open.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                if let Some(kind) = open.start(&tag) {
                    return TokenSinkResult::RawData(kind);
                }
            }
            Token::TagToken(tag) => open.end(&tag.name),
            Token::CommentToken(text) if text.trim_start().starts_with("enpproperty") => {
                open.field(Field::Comment(text.to_string()));
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Open {
    fn field(&mut self, field: Field) {
        if self.tree.fields.len() < FIELDS {
            self.tree.fields.push(field);
        }
    }

    fn name(&self, depth: usize) -> Option<&LocalName> {
        self.tree.nodes[*self.stack.get(depth)?].name.as_ref()
    }

    fn text(&mut self, text: &str) {
        match self.raw.as_deref() {
            Some("title") => self.tree.title.push_str(text),
            Some("script") if self.script.len() < SCRIPT => self.script.push_str(text),
            Some("script" | "style" | "iframe" | "noframes" | "noembed" | "xmp") => {}
            _ => {
                let buffer = &mut self.tree.buffer;
                let start = buffer.len();
                buffer.push_str(text);
                let end = buffer.len();
                let parent = self.stack.last().copied().unwrap_or(0);
                match self.tree.nodes.last_mut() {
                    Some(last) if last.name.is_none() && last.parent == parent && last.range.1 == start => {
                        last.range.1 = end;
                    }
                    _ => {
                        let at = self.tree.nodes.len();
                        self.tree.nodes.push(Node {
                            name: None,
                            parent,
                            end: at + 1,
                            range: (start, end),
                            hidden: false,
                            spans: (1, 1),
                            marked: false,
                        });
                    }
                }
            }
        }
    }

    fn start(&mut self, tag: &Tag) -> Option<RawKind> {
        let name = &tag.name;
        match &**name {
            "meta" => self.meta(tag),
            "link" if attribute(tag, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                self.field(Field::Canonical(attribute(tag, "href").unwrap_or_default().to_owned()));
            }
            _ => {}
        }
        self.close_before(name);
        let at = self.push(tag);
        if let Some(value) = attribute(tag, "datetime").or_else(|| {
            let said = attribute(tag, "itemprop").is_some() && &**name != "meta";
            attribute(tag, "content").filter(|_| said)
        }) {
            self.field(Field::Value(at, value.to_owned()));
        }
        let raw = match &**name {
            "script" => {
                self.script.clear();
                self.is_data = attribute(tag, "type").is_some_and(|kind| kind.contains("ld+json"));
                ScriptData
            }
            "style" | "iframe" | "noembed" | "noframes" | "xmp" => Rawtext,
            // A drawing has titles of its own.
            "title" if self.tree.title.is_empty() => Rcdata,
            "textarea" => Rcdata,
            _ => return None,
        };
        self.raw = Some(name.clone());
        Some(raw)
    }

    /// Adds the element, and opens it unless it can hold nothing.
    fn push(&mut self, tag: &Tag) -> usize {
        let at = self.tree.nodes.len();
        let start = self.tree.buffer.len();
        for key in ["class", "id", "itemprop"] {
            if let Some(value) = attribute(tag, key) {
                self.tree.buffer.push(' ');
                self.tree.buffer.push_str(value);
            }
        }
        let span = |key: &str, most: u16| {
            let given = attribute(tag, key).and_then(|value| value.trim().parse::<u16>().ok());
            given.unwrap_or(1).clamp(1, most)
        };
        let is_cell = matches!(&*tag.name, "td" | "th");
        let hidden = tag.attrs.iter().any(|a| match &*a.name.local {
            "hidden" => true,
            "style" => hides(&a.value),
            _ => false,
        });
        let leads_to_file = &*tag.name == "a" && attribute(tag, "href").is_some_and(is_file);
        self.tree.nodes.push(Node {
            name: Some(tag.name.clone()),
            parent: self.stack.last().copied().unwrap_or(0),
            end: at + 1,
            range: (start, self.tree.buffer.len()),
            hidden,
            spans: if is_cell { (span("colspan", 64), span("rowspan", 1_000)) } else { (1, 1) },
            marked: leads_to_file,
        });
        self.tree.steps += 1;
        if is_void(&tag.name) {
            return at;
        }
        if self.stack.len() >= DEPTH {
            self.too_deep += 1;
        } else {
            if tag.name == local_name!("table") {
                let outer = (0..self.stack.len()).rev().find(|depth| self.name(*depth) == Some(&local_name!("table")));
                if let Some(outer) = outer {
                    let outer = self.stack[outer];
                    self.tree.nodes[outer].marked = true;
                }
            }
            self.stack.push(at);
        }
        at
    }

    /// Closes what the start of an element ends without a tag of its own.
    fn close_before(&mut self, name: &LocalName) {
        if self.too_deep > 0 {
            return;
        }
        match &**name {
            "a" => self.close(|open| &**open == "a", is_border),
            "li" => {
                self.close(|open| &**open == "li", |open| is_border(open) || matches!(&**open, "ul" | "ol" | "menu"))
            }
            "dt" | "dd" => {
                self.close(|open| matches!(&**open, "dt" | "dd"), |open| is_border(open) || &**open == "dl");
            }
            "td" | "th" => {
                self.close(|open| matches!(&**open, "td" | "th"), |open| matches!(&**open, "table" | "tr"));
            }
            "tr" => self.close(|open| &**open == "tr", |open| &**open == "table"),
            "tbody" | "thead" | "tfoot" => {
                self.close(|open| matches!(&**open, "tbody" | "thead" | "tfoot"), |open| &**open == "table")
            }
            _ => {}
        }
        if !is_inline(name) && !is_void(name) && !is_row_part(name) && !is_silent(name) {
            self.close(|open| &**open == "p", is_border);
        }
    }

    /// Closes the nearest open element of a kind, if no border lies between.
    fn close(&mut self, is_it: impl Fn(&LocalName) -> bool, is_border: impl Fn(&LocalName) -> bool) {
        for depth in (0..self.stack.len()).rev() {
            self.tree.steps += 1;
            let Some(open) = self.name(depth) else { continue };
            if is_it(open) {
                self.close_down_to(depth);
                return;
            }
            if is_border(open) {
                return;
            }
        }
    }

    fn close_down_to(&mut self, depth: usize) {
        let end = self.tree.nodes.len();
        for at in self.stack.drain(depth.min(self.stack.len())..) {
            self.tree.nodes[at].end = end;
        }
    }

    fn end(&mut self, name: &LocalName) {
        if self.raw.as_ref() == Some(name) {
            self.raw = None;
            if &**name == "script" {
                self.end_script();
            }
        }
        if is_void(name) {
            return;
        }
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let inline = is_inline(name);
        let is_link = &**name == "a";
        let of_table = is_row_part(name) || &**name == "table";
        self.close(
            |open| open == name,
            // The end of formatting closes no block; that of a part of a table closes all in it.
            |open| {
                if of_table {
                    &**open == "table" && &**name != "table"
                } else {
                    is_border(open) || inline && !is_link && !is_inline(open)
                }
            },
        );
    }

    fn end_script(&mut self) {
        let script = std::mem::take(&mut self.script);
        if self.is_data {
            self.field(Field::JsonLd(script));
        } else if self.tree.clock.is_none() {
            // The page of an article in a messenger: var ct = "1580000000".
            self.tree.clock = script.match_indices("var ct").take(4).find_map(|(at, found)| {
                let digits = script[at + found.len()..].trim_start_matches([' ', '=', '"', '\'']);
                let digits = &digits[..digits.bytes().take_while(u8::is_ascii_digit).count()];
                digits.parse().ok().filter(|_| digits.len() == 10)
            });
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let Some(content) = attribute(tag, "content").map(str::trim).filter(|content| !content.is_empty()) else {
            return;
        };
        for key in ["name", "property", "itemprop"] {
            if let Some(name) = attribute(tag, key) {
                self.field(Field::Meta(name.trim().to_ascii_lowercase(), content.to_owned()));
            }
        }
    }
}
