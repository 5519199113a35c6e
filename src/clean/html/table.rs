//! Tables of data become a line for each row, with a tab between cells: a figure stays beside what it counts and below the
//! head of its column. Tables that only lay the page out stay paragraphs.
//!
//! ```text
//! 指标 ⇥ 绝对数（亿元） ⇥ 比上年增长（%）
//! 工业投资 ⇥ 35.2 ⇥ 8.1
//! ```
//!
//! A cell over several rows or columns is said in each of them. Rows of heads become one head: `2020年` over `绝对数` is
//! `2020年绝对数`. An empty cell is a dash, as statistical tables print one, so that the columns stay in step.

use super::super::marks::{ends_sentence, han, is_han};
use super::elements::{is_inline, is_silent};
use super::text::one_line;
use super::tree::Tree;

/// A cell of data is not longer; the cells of layout hold articles.
const CELL: usize = 120;

/// More sentences than this make a cell a text.
const SENTENCES: usize = 2;

/// Rows of heads above a table's data.
const HEADS: usize = 3;

/// A page may say of each of its cells that it covers a thousand rows: a table has no more cells than this for each it has.
const COPIES: usize = 32;

/// What stands for an empty cell.
const EMPTY: &str = "\u{2014}";

#[derive(Debug, Clone)]
struct Cell {
    text: String,
    is_head: bool,
}

/// The rows of a table of data as lines; `None` of a table that lays out the page. It holds no other table.
pub(super) fn rows(tree: &Tree, at: usize) -> Option<Vec<String>> {
    let (grid, own) = grid(tree, at)?;
    if is_of_links(tree, at) {
        return None;
    }
    let full = grid.iter().filter(|row| row.iter().filter(|cell| !cell.text.is_empty()).count() > 1).count();
    if grid.len() < 2 || full < 2 || full * 2 < own {
        return None;
    }
    let heads = heads(&grid);
    let mut lines = Vec::with_capacity(grid.len());
    if heads > 1 {
        let columns = grid[..heads].iter().map(Vec::len).max().unwrap_or(0);
        lines.push(joined((0..columns).map(|column| head(&grid[..heads], column))));
    }
    for row in &grid[if heads > 1 { heads } else { 0 }..] {
        // A title over all columns is said once.
        let same = row.iter().all(|cell| cell.text == row[0].text);
        if same {
            lines.extend(row.first().map(|cell| cell.text.clone()).filter(|text| !text.is_empty()));
        } else {
            lines.push(joined(row.iter().map(|cell| cell.text.clone())));
        }
    }
    Some(lines)
}

fn joined(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| if cell.is_empty() { EMPTY.to_owned() } else { cell }).collect();
    cells.join("\t")
}

/// The head of a column out of the rows of heads, each part once.
fn head(rows: &[Vec<Cell>], column: usize) -> String {
    let mut parts: Vec<&str> = rows.iter().filter_map(|row| Some(row.get(column)?.text.as_str())).collect();
    parts.dedup();
    parts.concat()
}

/// How many rows of heads stand on each other: one that spans columns, and those below it up to the first figures.
fn heads(grid: &[Vec<Cell>]) -> usize {
    let is_head = |row: &Vec<Cell>| row.iter().all(|cell| cell.is_head || !is_figure(&cell.text)) && row.len() > 1;
    let count = grid.iter().take(HEADS + 1).take_while(|row| is_head(row)).count();
    let spans = |row: &Vec<Cell>| {
        let some = row.windows(2).any(|pair| !pair[0].text.is_empty() && pair[0].text == pair[1].text);
        some && row.iter().any(|cell| cell.text != row[0].text)
    };
    let stacked = grid.first().is_some_and(spans) && count < grid.len();
    if stacked && (2..=HEADS).contains(&count) { count } else { usize::from(count > 0) }
}

/// `1,234.5`, `-0.6`, `8.1%`.
fn is_figure(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | '%' | ' ' | '\u{FF05}' | '\u{2212}'))
}

/// The cells of a table, those that span repeated, and how many rows it has itself.
fn grid(tree: &Tree, at: usize) -> Option<(Vec<Vec<Cell>>, usize)> {
    let mut grid: Vec<Vec<Cell>> = Vec::new();
    // For each column: how many more rows its last cell spans, and that cell.
    let mut held: Vec<(u16, Cell)> = Vec::new();
    let (mut own, mut cells, mut copies) = (0, 0_usize, 0_usize);
    let mut node = at + 1;
    while node < tree.nodes[at].end {
        let here = &tree.nodes[node];
        match here.name.as_deref() {
            Some("tr") if here.hidden => {
                node = here.end;
                continue;
            }
            Some("tr") => {
                if let Some(row) = grid.last_mut() {
                    hold_over(row, &mut held);
                }
                own += usize::from(here.end > node + 1);
                grid.push(Vec::new());
            }
            Some("td" | "th") => {
                let text = cell_text(tree, node)?;
                cells += 1;
                if grid.is_empty() {
                    grid.push(Vec::new());
                }
                let row = grid.last_mut()?;
                hold_over(row, &mut held);
                let cell = Cell { text, is_head: here.name.as_deref() == Some("th") };
                let (columns, rows) = here.spans;
                copies += usize::from(columns) * usize::from(rows);
                let (columns, rows) = if copies > COPIES * (cells + COPIES) { (1, 1) } else { (columns, rows) };
                for _ in 0..columns {
                    let column = row.len();
                    if held.len() <= column {
                        held.resize(column + 1, (0, cell.clone()));
                    }
                    held[column] = (rows - 1, cell.clone());
                    row.push(cell.clone());
                }
                node = here.end;
                continue;
            }
            Some("caption") => {
                let text = cell_text(tree, node)?;
                grid.push(vec![Cell { text, is_head: false }]);
                node = here.end;
                continue;
            }
            _ => {}
        }
        node += 1;
    }
    if let Some(row) = grid.last_mut() {
        hold_over(row, &mut held);
    }
    grid.retain(|row| row.iter().any(|cell| !cell.text.is_empty()));
    Some((grid, own))
}

/// Puts the cells of rows above that reach down to a row's next columns into it.
fn hold_over(row: &mut Vec<Cell>, held: &mut [(u16, Cell)]) {
    let mut column = row.len();
    while let Some((left, cell)) = held.get_mut(column).filter(|(left, _)| *left > 0) {
        *left -= 1;
        row.push(cell.clone());
        column += 1;
    }
}

/// Whether a table is a list of other pages.
fn is_of_links(tree: &Tree, at: usize) -> bool {
    let (mut all, mut linked, mut link_end) = (0, 0, 0);
    for (index, node) in tree.nodes.iter().enumerate().take(tree.nodes[at].end).skip(at) {
        match node.name.as_deref() {
            None => {
                let han = han(tree.words(node));
                all += han;
                linked += if index < link_end { han } else { 0 };
            }
            Some("a") if !node.marked => link_end = node.end,
            Some(_) => {}
        }
    }
    linked * 2 > all
}

/// The text of a cell in one line; `None` if it is no cell of data.
fn cell_text(tree: &Tree, at: usize) -> Option<String> {
    let mut text = String::new();
    let mut node = at + 1;
    while node < tree.nodes[at].end {
        let here = &tree.nodes[node];
        match &here.name {
            None => text.push_str(tree.words(here)),
            Some(name) if is_silent(name) || here.hidden => {
                node = here.end;
                continue;
            }
            Some(name) if !is_inline(name) => text.push('\n'),
            Some(_) => {}
        }
        node += 1;
    }
    let said = one_line(&text);
    let said = said.trim();
    let sentences = said.chars().filter(|c| ends_sentence(*c)).count();
    if said.chars().count() > CELL || sentences > SENTENCES {
        return None;
    }
    Some(spread_out(said))
}

/// A heading spread over its cell, `\u{6307}    \u{6807}`, is one word.
fn spread_out(text: &str) -> String {
    let mut words = text.split_whitespace();
    let single = |word: &str| word.chars().count() == 1 && word.chars().all(is_han);
    if words.clone().count() <= 4 && words.all(single) { text.split_whitespace().collect() } else { text.to_owned() }
}
