//! `/openapi.json`: the API in OpenAPI 3.1, generated from the canned queries and the table of problems.

use super::gives_graph;
use crate::query::{self, Canned, ParamKind};
use crate::serve::answer::{self, Tag};
use crate::serve::error::{Fault, Kind};
use crate::serve::request::Ask;
use crate::serve::state::AppState;
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
    let body = document(&state, view.base()).to_string();
    Ok(answer::ok(&ask, &view, "application/json", Some(&tag), body))
}

fn document(state: &AppState, base: &str) -> Value {
    let catalog = state.catalog();
    let mut paths = Map::new();
    for canned in query::canned() {
        paths.insert(format!("/api/{}", canned.name), path(canned));
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
                        "more": { "type": "boolean" },
                        "columns": { "type": "array", "items": { "type": "string" } },
                        "rows": { "type": "array", "items": { "type": "object" } },
                    },
                },
            },
        },
    })
}

fn path(canned: &Canned) -> Value {
    let mut parameters: Vec<Value> = canned
        .params
        .iter()
        .map(|param| {
            let mut schema = kind(param.kind);
            if !param.allowed.is_empty() {
                schema["enum"] = param.allowed.iter().map(|allowed| allowed.0.clone()).collect();
            }
            let mut parameter = json!({
                "name": param.name,
                "in": "query",
                "required": param.required,
                "description": format!("{} ({})", param.label, param.label_en),
            });
            if let Some(default) = &param.default {
                if param.required {
                    parameter["example"] = default.0.clone().into();
                } else {
                    schema["default"] = default.0.clone().into();
                }
            }
            parameter["schema"] = schema;
            parameter
        })
        .collect();
    if canned.page_size.is_some() {
        let schema = json!({ "type": "integer", "minimum": 1, "default": 1 });
        parameters.push(json!({ "name": "page", "in": "query", "schema": schema }));
    }
    let content = if gives_graph(canned) {
        json!({ "text/turtle": {}, "application/ld+json": {}, "application/n-triples": {}, "application/rdf+xml": {} })
    } else {
        json!({
            "application/json": { "schema": { "$ref": "#/components/schemas/Rows" } },
            "text/csv": { "schema": { "type": "string" } },
            "application/sparql-results+json": {},
        })
    };
    let mut responses =
        problems(&[Kind::UnknownParameter, Kind::NotAcceptable, Kind::BadValue, Kind::Overloaded, Kind::Deadline]);
    responses.insert(
        "200".into(),
        json!({
            "description": canned.summary_en,
            "headers": { "Link": { "description": "rel=prev and rel=next", "schema": { "type": "string" } } },
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

fn kind(kind: ParamKind) -> Value {
    match kind {
        ParamKind::String => json!({ "type": "string" }),
        ParamKind::Iri => json!({ "type": "string", "format": "iri" }),
        ParamKind::Date => json!({ "type": "string", "format": "date" }),
        ParamKind::Integer => json!({ "type": "integer" }),
        ParamKind::Decimal => json!({ "type": "number" }),
        ParamKind::Year => json!({ "type": "integer", "minimum": 0, "maximum": 9999 }),
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
