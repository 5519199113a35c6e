//! The page's lines: one for each paragraph, heading, entry of a list, and row of a table of data.
//!
//! `<p>全区新建公园<b>10</b>座。</p>` is a line; a row of figures is a line with a tab between its cells (see `table`).

use super::super::marks::{ends_sentence, has_mark, is_han};
use super::elements::{is_inline, is_silent};
use super::table;
use super::tree::Tree;
use super::words;

/// A line of a page, and what tells text from links.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: String,
    /// The innermost block around it.
    pub(super) holder: usize,
    /// Its Chinese characters, and those in links to pages.
    pub(super) han: usize,
    pub(super) linked: usize,
    /// Whether it ends or divides sentences.
    pub(super) marked: bool,
    /// Whether its elements are called furniture: navigation, comments, a list of other pages.
    pub(super) aside: bool,
    /// Whether it is a heading, and whether a row of data.
    pub(super) heading: bool,
    pub(super) row: bool,
}

/// The lines of a page, and for each node the first line at or behind it.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    pub(super) first: Vec<usize>,
}

/// What is known of the place where the walk is; it holds up to `end`.
#[derive(Clone, Copy)]
struct Around {
    end: usize,
    holder: usize,
    linked: bool,
    aside: bool,
    heading: bool,
    is_block: bool,
}

/// Reads the lines. `with_hidden` also reads what the page does not show.
pub(super) fn lines(tree: &Tree, with_hidden: bool) -> Lines {
    let mut out = Walk { lines: Vec::new(), text: String::new(), linked: 0 };
    let mut first = vec![0; tree.nodes.len() + 1];
    let base = Around { end: usize::MAX, holder: 0, linked: false, aside: false, heading: false, is_block: true };
    let mut around = vec![base];
    let mut at = 0;
    while at < tree.nodes.len() {
        while let Some(left) = around.pop_if(|here| here.end <= at) {
            if left.is_block {
                out.end_line(&left);
            }
        }
        let here = *around.last().unwrap_or(&base);
        first[at] = out.lines.len();
        let node = &tree.nodes[at];
        let Some(name) = &node.name else {
            out.say(tree.words(node), here.linked);
            at += 1;
            continue;
        };
        let skipped = is_silent(name) || node.hidden && !with_hidden;
        if skipped {
            first[at..node.end].fill(out.lines.len());
            at = node.end;
            continue;
        }
        if matches!(&**name, "br" | "hr") {
            out.end_line(&here);
        } else if is_inline(name) {
            if &**name == "a" && !node.marked {
                around.push(Around { end: node.end, linked: true, is_block: false, ..here });
            }
        } else {
            out.end_line(&here);
            first[at] = out.lines.len();
            let heading = matches!(name.as_bytes(), [b'h', b'1'..=b'6']);
            let aside = here.aside || words::is_aside(name, tree.words(node));
            let part_of = &**name == "p" || heading;
            let holder = if part_of { here.holder } else { at };
            let inner = Around { end: node.end, holder, aside, heading, is_block: true, ..here };
            let is_table = &**name == "table" && !node.marked;
            if let Some(rows) = is_table.then(|| table::rows(tree, at)).flatten() {
                first[at..node.end].fill(out.lines.len());
                for row in rows {
                    out.text = row;
                    out.end_row(&inner);
                }
                at = node.end;
                continue;
            }
            around.push(inner);
        }
        at += 1;
    }
    while let Some(left) = around.pop() {
        out.end_line(&left);
    }
    first[tree.nodes.len()] = out.lines.len();
    Lines { lines: out.lines, first }
}

struct Walk {
    lines: Vec<Line>,
    text: String,
    linked: usize,
}

impl Walk {
    fn say(&mut self, text: &str, linked: bool) {
        if linked {
            self.linked += text.chars().filter(|c| is_han(*c)).count();
        }
        self.text.push_str(text);
    }

    fn end_line(&mut self, around: &Around) {
        let said = one_line(&self.text);
        self.text.clear();
        self.add(said, around, false);
    }

    fn end_row(&mut self, around: &Around) {
        let said = std::mem::take(&mut self.text);
        self.add(said, around, true);
    }

    fn add(&mut self, text: String, around: &Around, row: bool) {
        let linked = std::mem::take(&mut self.linked);
        if text.trim().is_empty() {
            return;
        }
        let han = text.chars().filter(|c| is_han(*c)).count();
        let marked = has_mark(&text) || text.chars().any(ends_sentence);
        let Around { holder, aside, heading, .. } = *around;
        self.lines.push(Line { text, holder, han, linked: linked.min(han), marked, aside, heading, row });
    }
}

/// White space of the source is a space, or nothing between Chinese characters, where only the source had a line end.
pub(super) fn one_line(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut gap: Option<bool> = None;
    for c in text.chars() {
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
    said
}
