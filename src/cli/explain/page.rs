//! The account as one page that needs no script and nothing from elsewhere.

use super::account::Account;
use super::words::Term;
use askama::Template;

#[derive(Template)]
#[template(path = "explain.html")]
struct Page<'a> {
    source: &'a str,
    accounts: &'a [Account],
    kinds: Vec<Term>,
}

/// The page of these articles.
pub(super) fn page(source: &str, accounts: &[Account]) -> String {
    let kinds = ["figure", "organization", "place", "project", "event", "time", "damaged"];
    let kinds = kinds.map(|kind| Term::of("kind", kind)).to_vec();
    Page { source, accounts, kinds }.render().expect("the template asks for nothing that can fail")
}
