//! `observations.csv`: a row for each figure, with the labels of what it points to and the sentence that states it.
//!
//! A spreadsheet would run a text that begins like a formula (`=HYPERLINK(…)`, `@SUM`): an apostrophe is put before it.

use super::columns::{COLUMNS, Column, Kind};
use super::context::expand;
use super::file::cannot_write_dump;
use super::merge::Subjects;
use crate::error::{Error, Result};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphNameRef, NamedNode, NamedOrBlankNode, Term};
use oxigraph::store::Store;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;

/// Titles and labels that are kept for the rows to come: thousands of rows share them. Emptied when full, so that memory
/// does not grow with the data.
const KEPT: usize = 50_000;

/// A table that was written.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Extent {
    /// How many rows it has.
    pub rows: u64,
    /// The longest value of each column, in characters.
    pub longest: Vec<usize>,
}

/// Writes the table, in the order of the observations' IRIs, and tells how long and wide it is.
pub(super) fn write(data: &Store, merged: Subjects, out: &mut dyn Write) -> Result<Extent> {
    let mut longest = vec![0; COLUMNS.len()];
    // RFC 4180 ends a row with both characters; so does the dialect that CSVW takes for granted.
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let failed = |fault: csv::Error| cannot_write_dump(fault.into());
    table.write_record(COLUMNS.iter().map(|column| &column.name)).map_err(failed)?;
    let rows = each(data, merged, |cells| {
        for ((column, cell), longest) in COLUMNS.iter().zip(cells).zip(&mut longest) {
            *longest = (*longest).max(plain(column.kind, cell.as_ref()).chars().count());
            table.write_field(text(column.kind, cell.as_ref()).as_bytes()).map_err(failed)?;
        }
        table.write_record(None::<&[u8]>).map_err(failed)
    })?;
    table.flush().map_err(cannot_write_dump)?;
    Ok(Extent { rows, longest })
}

/// Hands out the rows, one at a time, and gives their number. The observations are read from the merge, which is sorted on
/// disk, so memory does not grow with their number.
pub(super) fn each(data: &Store, merged: Subjects, mut row: impl FnMut(&[Option<Term>]) -> Result<()>) -> Result<u64> {
    let class = Term::from(NamedNode::new_unchecked(expand("jl:Observation")));
    let paths: Vec<_> = COLUMNS.iter().map(Column::path).collect();
    let mut reader = Reader { data, kept: BTreeMap::new() };
    let mut count = 0;
    for group in merged {
        let group = group?;
        if !group.iter().any(|triple| triple.predicate == rdf::TYPE && triple.object == class) {
            continue;
        }
        let NamedOrBlankNode::NamedNode(thing) = group[0].subject.clone() else { continue };
        let properties: Vec<_> = group.into_iter().map(|triple| (triple.predicate, triple.object)).collect();
        let cells = paths.iter().map(|path| reader.follow(&thing, &properties, path)).collect::<Result<Vec<_>>>()?;
        row(&cells)?;
        count += 1;
    }
    Ok(count)
}

struct Reader<'a> {
    data: &'a Store,
    kept: BTreeMap<(NamedNode, NamedNode), Option<Term>>,
}

impl Reader<'_> {
    /// The value at the end of a path from a thing whose own properties are known.
    fn follow(
        &mut self,
        thing: &NamedNode,
        properties: &[(NamedNode, Term)],
        path: &[NamedNode],
    ) -> Result<Option<Term>> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(Some(thing.clone().into()));
        };
        let values = properties.iter().filter(|(property, _)| property == first);
        let mut value = choose(values.map(|(_, value)| value.clone()));
        for property in rest {
            value = match value {
                Some(Term::NamedNode(node)) => self.value(node, property)?,
                _ => None,
            };
        }
        Ok(value)
    }

    fn value(&mut self, thing: NamedNode, property: &NamedNode) -> Result<Option<Term>> {
        let key = (thing, property.clone());
        if let Some(known) = self.kept.get(&key) {
            return Ok(known.clone());
        }
        let quads = self.data.quads_for_pattern(
            Some(key.0.as_ref().into()),
            Some(property.as_ref()),
            None,
            Some(GraphNameRef::DefaultGraph),
        );
        let values = quads.map(|quad| Ok(quad.map_err(Error::database)?.object));
        let value = choose(values.collect::<Result<Vec<_>>>()?.into_iter());
        if self.kept.len() == KEPT {
            self.kept.clear();
        }
        self.kept.insert(key, value.clone());
        Ok(value)
    }
}

/// A Chinese value before any other, then the first in order.
fn choose(values: impl Iterator<Item = Term>) -> Option<Term> {
    let is_chinese = |value: &Term| matches!(value, Term::Literal(literal) if literal.language().is_some_and(|tag| tag.starts_with("zh")));
    let keyed = values.map(|value| (!is_chinese(&value), value.to_string(), value));
    let first = keyed.min_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    first.map(|(.., value)| value)
}

/// A value as CSV has it.
fn text(kind: Kind, cell: Option<&Term>) -> Cow<'_, str> {
    let plain = plain(kind, cell);
    match (kind, cell) {
        (Kind::Decimal | Kind::Date, _) | (_, None | Some(Term::NamedNode(_))) => plain,
        _ => harmless(plain),
    }
}

/// A value as text: of a concept the last segment of its IRI.
pub(super) fn plain(kind: Kind, cell: Option<&Term>) -> Cow<'_, str> {
    match (kind, cell) {
        (_, None) => Cow::Borrowed(""),
        (Kind::Concept, Some(Term::NamedNode(node))) => {
            let segment = node.as_str().rsplit(['/', '#']).next();
            Cow::Borrowed(segment.unwrap_or_default())
        }
        (_, Some(Term::NamedNode(node))) => Cow::Borrowed(node.as_str()),
        (_, Some(Term::Literal(literal))) => Cow::Borrowed(literal.value()),
        (_, Some(other)) => Cow::Owned(other.to_string()),
    }
}

/// The text, with an apostrophe before what a spreadsheet would take for a formula.
fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        return Cow::Owned(format!("'{text}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::Literal;

    #[test]
    fn a_text_that_begins_like_a_formula_is_made_harmless_and_a_number_is_not() {
        let formula: Term = Literal::new_simple_literal("=HYPERLINK(\"http://x\")").into();
        let negative: Term = Literal::new_simple_literal("-5.3").into();

        assert_eq!(text(Kind::Text, Some(&formula)), "'=HYPERLINK(\"http://x\")");
        assert_eq!(text(Kind::Label, Some(&negative)), "'-5.3");
        assert_eq!(text(Kind::Decimal, Some(&negative)), "-5.3");
        assert_eq!(text(Kind::Text, Some(&Literal::new_simple_literal("±5").into())), "±5");
    }

    #[test]
    fn a_chinese_label_comes_before_others() {
        let labels = ["forest", "森林"].into_iter().zip(["en", "zh-Hans"]);
        let terms = labels.map(|(label, tag)| Literal::new_language_tagged_literal(label, tag).unwrap().into());

        assert_eq!(text(Kind::Label, choose(terms).as_ref()), "森林");
        assert_eq!(choose(std::iter::empty()), None);
    }
}
