//! What the columns of the table of figures are, for portals that ask for each field's name, type, length and meaning
//! (the table of 信息项 of Chinese ones): in the catalog as CSVW, and as rows for a page.

use super::columns::{COLUMNS, Kind};
use super::observations::Extent;
use super::sheet::Sheet;
use oxigraph::model::NamedNode;
use oxigraph::model::vocab::xsd;

/// A field of a data set.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Field {
    /// Its name in the files.
    pub name: &'static str,
    /// What people call it, in Chinese.
    pub zh: &'static str,
    /// What people call it, in English.
    pub en: &'static str,
    /// Its type: `xsd:decimal`.
    pub datatype: &'static str,
    /// The longest value, in characters.
    pub length: usize,
    /// What its values mean, in Chinese.
    pub means_zh: &'static str,
    /// What its values mean, in English.
    pub means_en: &'static str,
    /// Whether each row has one.
    pub required: bool,
}

/// The fields of the table of figures, with the lengths that their values have in the dump.
pub fn fields(extent: &Extent) -> Vec<Field> {
    let field = |(column, length): (&'static super::columns::Column, &usize)| Field {
        name: &column.name,
        zh: &column.zh,
        en: &column.en,
        datatype: match column.kind {
            Kind::Iri => "xsd:anyURI",
            Kind::Concept | Kind::Label | Kind::Text => "xsd:string",
            Kind::Decimal => "xsd:decimal",
            Kind::Date => "xsd:date",
        },
        length: *length,
        means_zh: &column.means_zh,
        means_en: &column.means_en,
        required: column.is_key(),
    };
    COLUMNS.iter().zip(&extent.longest).map(field).collect()
}

/// The node of the schema.
pub(super) fn node(catalog: &NamedNode) -> NamedNode {
    super::sheet::node(format!("{}#schema", catalog.as_str()))
}

/// Says of each column what it is.
pub(super) fn columns(sheet: &mut Sheet, catalog: &NamedNode, extent: &Extent) {
    let schema = node(catalog);
    sheet.is(&schema, "csvw:Schema");
    for field in fields(extent) {
        let column = super::sheet::node(format!("{}#column-{}", catalog.as_str(), field.name));
        sheet.point(&schema, "csvw:column", column.clone(), "csvw:Column");
        sheet.say(&column, "csvw:name", oxigraph::model::Literal::from(field.name));
        sheet.texts(&column, "csvw:title", field.zh, field.en);
        sheet.texts(&column, "dcterms:description", field.means_zh, field.means_en);
        sheet.say(&column, "csvw:required", oxigraph::model::Literal::from(field.required));
        let datatype = super::sheet::node(format!("{}#datatype-{}", catalog.as_str(), field.name));
        sheet.point(&column, "csvw:datatype", datatype.clone(), "csvw:Datatype");
        let base = match field.datatype {
            "xsd:anyURI" => xsd::ANY_URI,
            "xsd:decimal" => xsd::DECIMAL,
            "xsd:date" => xsd::DATE,
            _ => xsd::STRING,
        };
        sheet.say(&datatype, "csvw:base", base.into_owned());
        sheet.count(&datatype, "csvw:maxLength", field.length as u64);
    }
}
