//! White space and full-width letters and digits: `２０２３年` is read as `2023年`. Brackets and commas stay as printed,
//! since names and evidence are quoted with them.

use super::mapped::{Edit, MappedText};
use super::marks::is_han;
use crate::model::Span;

/// Puts white space and letters in one form.
pub(super) fn tidy(text: &mut MappedText) {
    let mut edits = Vec::new();
    let mut at = 0;
    for line in text.text().split('\n') {
        // A tab between two cells stays; one at a line's end is white space.
        let cells = line.trim();
        let (before, inside) = (line.len() - line.trim_start().len(), cells.len());
        if cells.contains('\t') {
            line_edits(&line[..before], at, &mut edits);
            let mut start = before;
            for cell in cells.split('\t') {
                line_edits(cell, at + start, &mut edits);
                start += cell.len() + 1;
            }
            line_edits(&line[before + inside..], at + before + inside, &mut edits);
        } else {
            line_edits(line, at, &mut edits);
        }
        at += line.len() + 1;
    }
    text.edit(edits);
}

fn line_edits(line: &str, at: usize, edits: &mut Vec<Edit>) {
    let spread = is_spread(line);
    let mut chars = line.char_indices().peekable();
    let mut ends_here = line.trim_end().len();
    if line.trim().is_empty() {
        ends_here = 0;
    }
    while let Some((offset, c)) = chars.next() {
        // Most of a text; the rest of the questions are for what is not.
        if is_han(c) {
            continue;
        }
        if is_white(c) {
            let mut end = offset + c.len_utf8();
            while let Some((next, c)) = chars.next_if(|(_, c)| is_white(*c)) {
                end = next + c.len_utf8();
            }
            let within = offset > 0 && offset < ends_here && !line[offset..end].chars().all(is_invisible);
            let with = if within && !spread { " " } else { "" };
            edits.push(Edit::new(Span::new(at + offset, at + end), with, "space"));
        } else if c == '\u{FF0E}' && is_decimal(line, offset) {
            edits.push(Edit::new(Span::new(at + offset, at + offset + c.len_utf8()), ".", "width"));
        } else if let Some(end) = drawn_dash(line, offset) {
            while chars.next_if(|(next, _)| *next < end).is_some() {}
            edits.push(Edit::new(Span::new(at + offset, at + end), "\u{2014}\u{2014}", "width"));
        } else if let Some(narrow) = narrow(c) {
            edits.push(Edit::new(Span::new(at + offset, at + offset + c.len_utf8()), narrow, "width"));
        }
    }
}

/// A heading of a table spread over its cell: `指        标`, `粮  食`. Single characters, each apart from the next.
fn is_spread(line: &str) -> bool {
    let words: Vec<&str> = line.split(is_white).filter(|word| !word.is_empty()).collect();
    let single = |word: &&str| word.chars().count() == 1 && word.chars().all(is_han);
    (2..=4).contains(&words.len()) && words.iter().all(single)
}

fn is_white(c: char) -> bool {
    c != '\n' && (c.is_whitespace() || is_invisible(c))
}

/// Zero-width characters and soft hyphens.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{AD}' | '\u{2060}')
}

/// The end of a dash that OCR or a typist drew with other strokes: `更高质──累计`, `新城--洼地` for `——`. Hyphens count only
/// between Chinese characters, and a longer row of either is a rule across the page.
fn drawn_dash(line: &str, offset: usize) -> Option<usize> {
    let rest = &line[offset..];
    let first = rest.chars().next().filter(|c| matches!(c, '\u{2500}' | '\u{2501}' | '-' | '\u{FF0D}'))?;
    let row = rest.len() - rest.trim_start_matches(first).len();
    let beside = |c: Option<char>| {
        c.is_some_and(|c| is_han(c) || matches!(c, '\u{201C}' | '\u{201D}' | '\u{300A}' | '\u{300B}'))
    };
    let between = beside(line[..offset].chars().next_back()) && beside(rest[row..].chars().next());
    (row == 2 * first.len_utf8() && between).then_some(offset + row)
}

/// Whether the full-width point at `offset` stands between digits: `１２６．５`.
fn is_decimal(line: &str, offset: usize) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || ('\u{FF10}'..='\u{FF19}').contains(&c));
    digit(line[..offset].chars().next_back()) && digit(line[offset..].chars().nth(1))
}

/// The ASCII form of full-width letters, digits and the percent sign.
fn narrow(c: char) -> Option<char> {
    match c {
        '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' | '\u{FF05}' => {
            char::from_u32(u32::from(c) - 0xFEE0)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(text: &str) -> String {
        let mut text = MappedText::new(text);
        tidy(&mut text);
        text.text().to_owned()
    }

    #[test]
    fn a_tab_between_cells_stays() {
        let mut text = MappedText::new("\t指  标 \t２０２３年\t增长 (%)\t\n　　正文　一\t");

        tidy(&mut text);

        assert_eq!(text.text(), "指标\t2023年\t增长 (%)\n正文 一");
    }

    #[test]
    fn white_space_has_one_form() {
        assert_eq!(tidied("\u{3000}\u{3000}北碚\u{a0}\u{a0}区委 \n \n（ 甲\u{200B}乙 ）"), "北碚 区委\n\n（ 甲乙 ）");
    }

    #[test]
    fn letters_and_digits_are_narrow_and_brackets_stay() {
        assert_eq!(tidied("２０２３年ＧＤＰ增长５．２％，西部（重庆）科学城"), "2023年GDP增长5.2%，西部（重庆）科学城");
    }

    #[test]
    fn a_dash_drawn_with_other_strokes_is_a_dash() {
        assert_eq!(tidied("更高质──累计，新城--洼地"), "更高质——累计，新城——洼地");
        for same in ["----", "A--B", "──────", "2020-2021", "甲-乙"] {
            assert_eq!(tidied(same), same);
        }
    }

    #[test]
    fn a_spread_cell_is_one_word_and_a_title_of_two_parts_is_not() {
        assert_eq!(tidied("指         标\n粮  食\n做优做强 做好服务"), "指标\n粮食\n做优做强 做好服务");
    }
}
