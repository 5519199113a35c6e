//! Rows as tables that a spreadsheet opens right: CSV, and XLSX with numbers as numbers and days as days.
//!
//! A spreadsheet runs a text that begins like a formula. In CSV, which has no types, an apostrophe is put before it; a
//! number stays as it is. In XLSX a text is a text.

use super::Call;
use crate::query::heading;
use crate::serve::error::{Fault, Kind};
use crate::serve::evaluate::Budget;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, Term};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde::Deserialize;
use std::borrow::Cow;
use std::sync::LazyLock;

/// What a workbook says of itself, as `words.toml` has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    sheet: String,
    /// The query's title.
    pub query: String,
    /// What it answers.
    pub summary: String,
    /// The values given.
    pub parameters: String,
    /// Where the rows are from.
    pub address: String,
    /// The version of the data.
    pub version: String,
    /// The newest article's date.
    pub newest: String,
    /// Who publishes the data.
    pub publisher: String,
    /// Under which licence.
    pub licence: String,
}

/// The file's content.
pub static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).expect("a test of the workbook reads the file"));

/// In which language the headings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Headings {
    /// The query's variables, for programs.
    #[default]
    Variables,
    /// Chinese.
    Chinese,
    /// English.
    English,
}

impl Headings {
    /// As `?lang=` names it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "" => Some(Self::Variables),
            "zh" | "zh-Hans" | "zh-CN" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// What to call a column.
    pub fn of(self, column: &str) -> &str {
        match (self, heading(column)) {
            (Self::Chinese, Some(heading)) => &heading.zh,
            (Self::English, Some(heading)) => &heading.en,
            _ => column,
        }
    }
}

/// Rows in the order of their columns; `None` where a variable is unbound.
pub struct Rows {
    /// The columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Option<Term>>>,
}

/// Writes CSV (RFC 4180), with a byte order mark before it where the caller wants one: Excel takes UTF-8 for the local
/// encoding without it.
pub fn csv(table: &Rows, call: &Call, budget: &Budget) -> Result<Vec<u8>, Fault> {
    let mut buffer = Vec::new();
    if call.mark {
        buffer.extend_from_slice("\u{FEFF}".as_bytes());
    }
    let failed = |error: csv::Error| Fault::new(Kind::Internal, error.to_string());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut buffer);
    writer.write_record(table.columns.iter().map(|column| call.headings.of(column))).map_err(failed)?;
    for row in &table.rows {
        budget.check()?;
        writer.write_record(row.iter().map(|term| cell(term.as_ref()).into_owned())).map_err(failed)?;
    }
    writer.flush().map_err(|error| failed(error.into()))?;
    drop(writer);
    budget.within(buffer)
}

/// A term as CSV has it.
fn cell(term: Option<&Term>) -> Cow<'_, str> {
    match term {
        None => Cow::Borrowed(""),
        Some(Term::NamedNode(node)) => harmless(node.as_str()),
        Some(Term::Literal(literal)) if is_number(literal) => Cow::Borrowed(literal.value()),
        Some(Term::Literal(literal)) => harmless(literal.value()),
        Some(other) => Cow::Owned(other.to_string()),
    }
}

/// The text, with an apostrophe before what a spreadsheet would take for a formula. A plain number is none.
fn harmless(text: &str) -> Cow<'_, str> {
    let begins =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}']);
    if begins && text.parse::<rust_decimal::Decimal>().is_err() {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

fn is_number(literal: &Literal) -> bool {
    let types = [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT];
    types.contains(&literal.datatype()) && literal.value().parse::<f64>().is_ok_and(f64::is_finite)
}

/// The widest column, in characters: a sentence is cut off on the screen, and whole in its cell.
const WIDEST: usize = 60;
/// The longest text of a cell, by the format.
const LONGEST: usize = 32_767;

/// Writes an XLSX file: a sheet of rows under a frozen, bold head, with filters; and a sheet that says what it is.
pub fn xlsx(table: &Rows, call: &Call, about: &[(&str, String)], budget: &Budget) -> Result<Vec<u8>, Fault> {
    let failed = |error: XlsxError| Fault::new(Kind::Internal, format!("the workbook: {error}"));
    let mut book = Workbook::new();
    // Without it the moment of writing stands in the file, and equal rows give other bytes.
    let created = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
    let properties = DocProperties::new().set_title(&call.canned.title).set_subject(&call.canned.title_en);
    book.set_properties(&properties.set_creation_datetime(&created));
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(&call.canned.title)).map_err(failed)?;
    rows(sheet, table, call, budget)?;
    let notes = book.add_worksheet();
    notes.set_name(&WORDS.sheet).map_err(failed)?;
    for (place, (name, text)) in (0..).zip(about) {
        notes.write_string(place, 0, *name).map_err(failed)?;
        notes.write_string(place, 1, clipped(text)).map_err(failed)?;
    }
    notes.set_column_width(0, 24).map_err(failed)?;
    notes.set_column_width(1, 80).map_err(failed)?;
    budget.within(book.save_to_buffer().map_err(failed)?)
}

fn rows(sheet: &mut Worksheet, table: &Rows, call: &Call, budget: &Budget) -> Result<(), Fault> {
    let failed = |error: XlsxError| Fault::new(Kind::Internal, format!("the workbook: {error}"));
    let (bold, day) = (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
    let mut widths: Vec<usize> = Vec::new();
    for (at, column) in (0..).zip(&table.columns) {
        let text = call.headings.of(column);
        sheet.write_string_with_format(0, at, text, &bold).map_err(failed)?;
        // The arrow of the filter stands beside the heading.
        widths.push(width(text) + 3);
    }
    for (line, row) in (1..).zip(&table.rows) {
        budget.check()?;
        for ((at, term), widest) in (0..).zip(row).zip(&mut widths) {
            let Some(term) = term else { continue };
            match typed(term) {
                Typed::Number(number) => sheet.write_number(line, at, number),
                Typed::Day(date) => sheet.write_datetime_with_format(line, at, &date, &day),
                Typed::Text(text) => sheet.write_string(line, at, clipped(&text)),
            }
            .map_err(failed)?;
            *widest = (*widest).max(width(&cell(Some(term))));
        }
    }
    for (at, width) in (0..).zip(widths) {
        let width = u32::try_from(width.min(WIDEST)).unwrap_or(0);
        sheet.set_column_width(at, width + 2).map_err(failed)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    if let (Ok(last), Ok(right)) = (u32::try_from(table.rows.len()), u16::try_from(table.columns.len())) {
        if right > 0 {
            sheet.autofilter(0, 0, last, right - 1).map_err(failed)?;
        }
    }
    Ok(())
}

enum Typed {
    Number(f64),
    Day(ExcelDateTime),
    Text(String),
}

/// A term as a spreadsheet knows it. A number of more digits than a spreadsheet keeps stays text, and so does a day
/// before 1900, where its calendar begins.
fn typed(term: &Term) -> Typed {
    let Term::Literal(literal) = term else {
        return Typed::Text(match term {
            Term::NamedNode(node) => node.as_str().to_owned(),
            other => other.to_string(),
        });
    };
    let text = literal.value();
    if is_number(literal) && text.bytes().filter(u8::is_ascii_digit).count() <= 15 {
        if let Ok(number) = text.parse() {
            return Typed::Number(number);
        }
    }
    if literal.datatype() == xsd::DATE {
        let day = text.parse::<jiff::civil::Date>().ok().filter(|day| day.year() >= 1900);
        let read = day.and_then(|day| {
            let (year, month, day) = (u16::try_from(day.year()), u8::try_from(day.month()), u8::try_from(day.day()));
            ExcelDateTime::from_ymd(year.ok()?, month.ok()?, day.ok()?).ok()
        });
        if let Some(day) = read {
            return Typed::Day(day);
        }
    }
    Typed::Text(text.to_owned())
}

/// How wide a text is, in Latin letters: one of Chinese takes two places.
fn width(text: &str) -> usize {
    text.lines().next().unwrap_or_default().chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

fn clipped(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The name of a sheet: at most 31 characters, and none that the format forbids.
fn sheet_name(title: &str) -> String {
    let name: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    if name.is_empty() { "rows".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> Term {
        Literal::new_simple_literal(text).into()
    }

    #[test]
    fn what_begins_like_a_formula_is_text_and_a_number_is_a_number() {
        for evil in
            ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")", "＝1+1"]
        {
            assert_eq!(cell(Some(&literal(evil))), format!("'{evil}"));
        }
        for plain in ["-5.3", "+7", "53", "", "a=b", "北碚", "-"] {
            let expected = if plain == "-" { "'-" } else { plain };
            assert_eq!(cell(Some(&literal(plain))), expected);
        }
        let number = |text: &str| Term::from(Literal::new_typed_literal(text, xsd::DECIMAL));
        assert_eq!(cell(Some(&number("-5.3"))), "-5.3");
        assert_eq!(cell(Some(&number("=1+1"))), "'=1+1", "a datatype is no proof");
    }

    #[test]
    fn a_term_has_the_type_that_a_spreadsheet_keeps_whole() {
        let of = |text: &str, datatype| match typed(&Literal::new_typed_literal(text, datatype).into()) {
            Typed::Number(number) => format!("number {number}"),
            Typed::Day(_) => "day".to_owned(),
            Typed::Text(text) => format!("text {text}"),
        };

        assert_eq!(of("53.50", xsd::DECIMAL), "number 53.5");
        assert_eq!(of("12345678901234567890", xsd::INTEGER), "text 12345678901234567890");
        assert_eq!(of("2024-03-05", xsd::DATE), "day");
        assert_eq!(of("1893-03-05", xsd::DATE), "text 1893-03-05");
        assert_eq!(of("2023", xsd::G_YEAR), "text 2023");
        assert_eq!(of("NaN", xsd::DOUBLE), "text NaN");
    }

    #[test]
    fn a_sheet_has_a_name_that_the_format_takes() {
        assert_eq!(sheet_name("一/二:[三]"), "一二三");
        assert_eq!(sheet_name("'?'"), "rows");
        assert_eq!(sheet_name(&"长".repeat(40)).chars().count(), 31);
    }
}
