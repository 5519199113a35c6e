//! `/openapi.json`: the API in OpenAPI 3.1, generated from the canned queries and the table of problems.

use super::page::known;
use super::{LARGEST_PAGE, XLSX};
use crate::query::{self, Canned, Param, ParamKind};
use crate::serve::answer::{self, Tag};
use crate::serve::error::{Fault, Kind};
use crate::serve::request::Ask;
use crate::serve::state::{AppState, View};
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The document.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let tag = Tag::new(&view, &["/openapi.json"]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let body = document(&state, &view).to_string();
    Ok(answer::ok(&ask, &view, "application/json", Some(&tag), body))
}

fn document(state: &AppState, view: &View) -> Value {
    let base = view.base();
    let catalog = state.catalog();
    let mut paths = Map::new();
    for canned in query::canned() {
        paths.insert(format!("/api/{}", canned.name), path(view, canned));
    }
    paths.insert("/sparql".into(), sparql());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": catalog.title_en,
            "description": format!("{}\n\n{}", catalog.description, catalog.description_en),
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "licence of the data", "url": catalog.licence },
        },
        "servers": [{ "url": base }],
        "externalDocs": { "url": format!("{base}/") },
        "paths": paths,
        "components": {
            "parameters": {
                "page": {
                    "name": "page", "in": "query", "description": "the page of rows, from 1",
                    "schema": { "type": "integer", "minimum": 1, "default": 1 },
                },
                "lang": {
                    "name": "lang", "in": "query", "description": "the language of a table's headings; without it, variables",
                    "schema": { "type": "string", "enum": ["zh", "en"] },
                },
                "bom": {
                    "name": "bom", "in": "query", "description": "1: CSV begins with a byte order mark, for Excel",
                    "schema": { "type": "string", "enum": ["0", "1"], "default": "0" },
                },
            },
            "schemas": {
                "Problem": {
                    "type": "object",
                    "description": "RFC 9457",
                    "required": ["type", "title", "status"],
                    "properties": {
                        "type": { "type": "string", "format": "uri" },
                        "title": { "type": "string" },
                        "status": { "type": "integer" },
                        "detail": { "type": "string" },
                    },
                },
                "Rows": {
                    "type": "object",
                    "required": ["query", "parameters", "page", "more", "columns", "rows"],
                    "properties": {
                        "query": { "type": "string" },
                        "parameters": { "type": "object", "additionalProperties": { "type": "string" } },
                        "page": { "type": "integer", "minimum": 1 },
                        "pageSize": { "type": ["integer", "null"] },
                        "more": { "type": "boolean" },
                        "columns": { "type": "array", "items": { "type": "string" } },
                        "rows": { "type": "array", "items": { "type": "object" } },
                    },
                },
            },
        },
    })
}

/// As many names as the document lists for a parameter that takes one.
const NAMES: usize = 20;

fn path(view: &View, canned: &Canned) -> Value {
    let mut parameters: Vec<Value> = canned
        .params
        .iter()
        .map(|param| {
            let mut schema = schema(param);
            if let Some(default) = param.default.as_ref().filter(|_| !param.required) {
                schema["default"] = typed(param.kind, &default.0);
            }
            let known = known(view, canned, &param.name, NAMES);
            if !known.is_empty() {
                // Names that the data holds now; others are no error.
                schema["examples"] = known.into();
            }
            let mut parameter = json!({
                "name": param.name,
                "in": "query",
                "required": param.required,
                "description": format!("{} ({})", param.label, param.label_en),
            });
            if let Some(shown) = param.shown() {
                parameter["example"] = typed(param.kind, shown);
            }
            parameter["schema"] = schema;
            parameter
        })
        .collect();
    if let Some(size) = canned.page_size {
        parameters.push(reference("page"));
        let schema = json!({ "type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": size });
        parameters.push(json!({ "name": "size", "in": "query", "description": "rows of a page", "schema": schema }));
    }
    let mut forms = vec!["ttl", "jsonld", "nt", "rdf", "html", "rq"];
    if !canned.gives_graph() {
        forms = vec!["json", "csv", "xlsx", "tsv", "srj", "html", "rq"];
        parameters.extend([reference("lang"), reference("bom")]);
    }
    let schema = json!({ "type": "string", "enum": forms });
    let text = "overrides Accept; the same as the suffix of the path";
    parameters.push(json!({ "name": "format", "in": "query", "description": text, "schema": schema }));
    let content = content(canned);
    let mut responses =
        problems(&[Kind::UnknownParameter, Kind::NotAcceptable, Kind::BadValue, Kind::Overloaded, Kind::Deadline]);
    responses.insert(
        "200".into(),
        json!({
            "description": canned.summary_en,
            "headers": {
                "Link": { "description": "rel=first, prev and next", "schema": { "type": "string" } },
                "ETag": { "schema": { "type": "string" } },
            },
            "content": content,
        }),
    );
    json!({ "get": {
        "operationId": canned.name,
        "summary": format!("{} / {}", canned.title, canned.title_en),
        "description": format!("{}\n\n{}", canned.summary, canned.summary_en),
        "tags": canned.tags,
        "parameters": parameters,
        "responses": responses,
    }})
}

fn reference(parameter: &str) -> Value {
    json!({ "$ref": format!("#/components/parameters/{parameter}") })
}

/// The forms of an answer, with an example: the first rows that the query's test expects.
fn content(canned: &Canned) -> Value {
    let golden: Value = serde_json::from_str(canned.golden).unwrap_or_default();
    if canned.gives_graph() {
        let example = golden["turtle"].as_str().unwrap_or_default();
        return json!({
            "text/turtle": { "schema": { "type": "string" }, "example": example },
            "application/ld+json": {}, "application/n-triples": {}, "application/rdf+xml": {},
        });
    }
    let rows: Vec<Value> = golden["rows"].as_array().into_iter().flatten().take(2).cloned().collect();
    let columns = canned.columns();
    let example = json!({
        "query": canned.name,
        "parameters": canned.example(),
        "page": 1,
        "pageSize": canned.page_size,
        "more": false,
        "columns": columns,
        "rows": rows,
    });
    json!({
        "application/json": { "schema": { "$ref": "#/components/schemas/Rows" }, "example": example },
        "text/csv": { "schema": { "type": "string" }, "example": format!("{}\r\n", columns.join(",")) },
        XLSX: { "schema": { "type": "string", "contentMediaType": XLSX, "contentEncoding": "base64" } },
        "text/tab-separated-values": { "schema": { "type": "string" } },
        "application/sparql-results+json": { "schema": { "type": "object" } },
    })
}

/// What a value of the parameter must be, as JSON Schema.
fn schema(param: &Param) -> Value {
    let mut schema = match param.kind {
        ParamKind::String | ParamKind::English => json!({ "type": "string" }),
        ParamKind::Iri => json!({ "type": "string", "format": "iri" }),
        ParamKind::Date => json!({ "type": "string", "format": "date" }),
        ParamKind::Integer => json!({ "type": "integer" }),
        ParamKind::Decimal => json!({ "type": "number" }),
        ParamKind::Year => json!({ "type": "integer", "minimum": 0, "maximum": 9999 }),
    };
    if !param.allowed.is_empty() {
        schema["enum"] = param.allowed.iter().map(|allowed| typed(param.kind, &allowed.0)).collect();
    }
    if let Some(pattern) = &param.pattern {
        schema["pattern"] = format!("^(?:{pattern})$").into();
    }
    if param.kind != ParamKind::Date {
        for (key, bound) in [("minimum", &param.min), ("maximum", &param.max)] {
            if let Some(bound) = bound {
                schema[key] = typed(param.kind, &bound.0);
            }
        }
    }
    schema
}

/// A value in the type that its schema has.
fn typed(kind: ParamKind, text: &str) -> Value {
    match kind {
        ParamKind::Integer | ParamKind::Decimal | ParamKind::Year => {
            serde_json::from_str(text).ok().filter(Value::is_number).unwrap_or_else(|| text.into())
        }
        _ => text.into(),
    }
}

fn sparql() -> Value {
    let mut responses =
        problems(&[Kind::Syntax, Kind::NotAcceptable, Kind::ResultTooLarge, Kind::Overloaded, Kind::Deadline]);
    responses.insert(
        "200".into(),
        json!({ "description": "The result", "content": { "application/sparql-results+json": {}, "text/turtle": {} } }),
    );
    json!({ "get": {
        "operationId": "sparql",
        "summary": "SPARQL 1.1 Query",
        "parameters": [
            { "name": "query", "in": "query", "required": true, "schema": { "type": "string" } },
            { "name": "format", "in": "query", "schema": { "type": "string" } },
        ],
        "responses": responses,
    }})
}

fn problems(kinds: &[Kind]) -> Map<String, Value> {
    let statuses: BTreeSet<u16> = kinds.iter().map(|kind| kind.number()).collect();
    statuses
        .into_iter()
        .map(|status| {
            let title = kinds.iter().find(|kind| kind.number() == status).map_or("", |kind| kind.title());
            let schema = json!({ "$ref": "#/components/schemas/Problem" });
            let content = json!({ "application/problem+json": { "schema": schema } });
            (status.to_string(), json!({ "description": title, "content": content }))
        })
        .collect()
}
