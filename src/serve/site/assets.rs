//! The style sheet, the script and the icon, built into the program.

use crate::serve::answer::{self, Tag};
use crate::serve::error::Fault;
use crate::serve::request::Ask;
use crate::serve::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Request, Response, header};

const FILES: [(&str, &str, &str); 3] = [
    ("/assets/site.css", "text/css", include_str!("assets/site.css")),
    ("/assets/site.js", "text/javascript", include_str!("assets/site.js")),
    ("/favicon.svg", "image/svg+xml", include_str!("assets/favicon.svg")),
];

/// One of the files.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let (_, kind, text) =
        FILES.iter().find(|(path, ..)| ask.path.ends_with(path)).ok_or_else(|| Fault::nothing_at(&ask.path))?;
    let tag = Tag::new(&view, &[text]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let mut response = answer::ok(&ask, &view, kind, Some(&tag), *text);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    Ok(response)
}
