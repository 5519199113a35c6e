//! `observations.parquet`: the table of figures in columns with types, for notebooks and databases (DuckDB, pandas, Spark).
//!
//! IRIs, concepts and texts are strings, as in the CSV but without its apostrophes; numbers are DECIMAL(38, 12); days are
//! DATE. What is absent is null. A number of more than twelve decimals is rounded at the twelfth, half to even.

use super::columns::{COLUMNS, Column, Kind};
use super::file::cannot_write_dump;
use super::merge::Subjects;
use super::observations::{each, plain};
use crate::error::Result;
use crate::settings::Catalog;
use crate::store::Snapshot;
use oxigraph::model::Term;
use oxigraph::store::Store;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use rust_decimal::Decimal;
use std::io::Write;
use std::sync::Arc;

/// Rows of a group, which are held in memory until it is full: some 40 MB.
const GROUP: usize = 20_000;
/// Digits of a number, and how many of them are decimals.
const PRECISION: i32 = 38;
const SCALE: u32 = 12;

/// Values of one column that are waiting to be written, and for each row whether it has one.
enum Values {
    Text(Vec<ByteArray>),
    Number(Vec<FixedLenByteArray>),
    Day(Vec<i32>),
}

struct Waiting {
    values: Values,
    present: Vec<i16>,
}

/// Writes the table and gives the number of rows.
pub(super) fn write(
    snapshot: &Snapshot,
    catalog: &Catalog,
    merged: Subjects,
    out: &mut (dyn Write + Send),
) -> Result<u64> {
    let about = [
        ("title", catalog.title.as_str()),
        ("licence", catalog.licence.as_str()),
        ("publisher", catalog.publisher.as_str()),
        ("modified", snapshot.header.newest.as_deref().unwrap_or_default()),
    ];
    table(&snapshot.data, &about, merged, out, GROUP)
}

fn table(
    data: &Store,
    about: &[(&str, &str)],
    merged: Subjects,
    out: &mut (dyn Write + Send),
    group: usize,
) -> Result<u64> {
    let about = about.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), (*value).to_owned())).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("jialing ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(about))
        .build();
    let mut writer = SerializedFileWriter::new(out, schema().map_err(failed)?, Arc::new(properties)).map_err(failed)?;
    let mut waiting: Vec<_> = COLUMNS.iter().map(Waiting::new).collect();
    let mut held = 0;
    let rows = each(data, merged, |cells| {
        for ((column, cell), waiting) in COLUMNS.iter().zip(cells).zip(&mut waiting) {
            waiting.add(column.kind, cell.as_ref());
        }
        held += 1;
        if held == group {
            held = 0;
            flush(&mut writer, &mut waiting).map_err(failed)?;
        }
        Ok(())
    })?;
    if held > 0 {
        flush(&mut writer, &mut waiting).map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    Ok(rows)
}

fn failed(error: ParquetError) -> crate::error::Error {
    cannot_write_dump(std::io::Error::other(error))
}

fn schema() -> Result<Arc<Type>, ParquetError> {
    let fields = COLUMNS.iter().map(|column| field(column).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("observations").with_fields(fields).build()?))
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let builder = |physical| {
        let repetition = if column.is_key() { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        Type::primitive_type_builder(&column.name, physical).with_repetition(repetition)
    };
    match column.kind {
        Kind::Decimal => builder(Physical::FIXED_LEN_BYTE_ARRAY)
            .with_length(16)
            .with_precision(PRECISION)
            .with_scale(SCALE.cast_signed())
            .with_logical_type(Some(LogicalType::decimal(SCALE.cast_signed(), PRECISION)))
            .build(),
        Kind::Date => builder(Physical::INT32).with_logical_type(Some(LogicalType::Date)).build(),
        _ => builder(Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String)).build(),
    }
}

impl Waiting {
    fn new(column: &Column) -> Self {
        let values = match column.kind {
            Kind::Decimal => Values::Number(Vec::new()),
            Kind::Date => Values::Day(Vec::new()),
            _ => Values::Text(Vec::new()),
        };
        Self { values, present: Vec::new() }
    }

    fn add(&mut self, kind: Kind, cell: Option<&Term>) {
        let text = cell.map(|cell| plain(kind, Some(cell)));
        let present = match (&mut self.values, text.as_deref()) {
            (_, None) => false,
            (Values::Text(values), Some(text)) => {
                values.push(ByteArray::from(text.as_bytes().to_vec()));
                true
            }
            (Values::Number(values), Some(text)) => {
                let number = unscaled(text);
                values.extend(number.map(|number| FixedLenByteArray::from(number.to_be_bytes().to_vec())));
                number.is_some()
            }
            (Values::Day(values), Some(text)) => {
                let day = since_1970(text);
                values.extend(day);
                day.is_some()
            }
        };
        self.present.push(i16::from(present));
    }

    fn write<W: Write + Send>(
        &mut self,
        column: &Column,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        let Some(mut writer) = group.next_column()? else { return Ok(()) };
        let levels = (!column.is_key()).then_some(self.present.as_slice());
        match &mut self.values {
            Values::Text(values) => {
                writer.typed::<ByteArrayType>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Number(values) => {
                writer.typed::<FixedLenByteArrayType>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Day(values) => {
                writer.typed::<Int32Type>().write_batch(values, levels, None)?;
                values.clear();
            }
        }
        self.present.clear();
        writer.close()
    }
}

fn flush<W: Write + Send>(writer: &mut SerializedFileWriter<W>, waiting: &mut [Waiting]) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for (column, waiting) in COLUMNS.iter().zip(waiting) {
        waiting.write(column, &mut group)?;
    }
    group.close()?;
    Ok(())
}

/// A decimal as a whole number of the smallest unit that the column knows.
fn unscaled(text: &str) -> Option<i128> {
    let number: Decimal = text.parse().ok()?;
    let number = number.round_dp(SCALE);
    number.mantissa().checked_mul(10_i128.checked_pow(SCALE - number.scale())?)
}

/// A day as its number.
fn since_1970(text: &str) -> Option<i32> {
    let date: jiff::civil::Date = text.parse().ok()?;
    Some(date.since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1))).ok()?.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_days_their_order() {
        assert_eq!(unscaled("50.7"), Some(50_700_000_000_000));
        assert_eq!(unscaled("-0.1234567890125"), Some(-123_456_789_012), "half to even");
        assert_eq!(unscaled("99999999999999999999999999"), Some(99_999_999_999_999_999_999_999_999 * 10_i128.pow(12)));
        assert_eq!(unscaled("much"), None);
        assert_eq!((since_1970("1970-01-02"), since_1970("1969-12-31"), since_1970("May")), (Some(1), Some(-1), None));
    }
}
