//! The README says what is there: its table of canned queries is made from `queries/`.
//!
//! `JIALING_REFRESH=1 cargo test --release --test readme` writes the table anew.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use common::repository;
use jialing::query::canned;
use std::fmt::Write;

const OPEN: &str = "<!-- queries: made by tests/readme.rs -->\n";
const CLOSE: &str = "<!-- /queries -->";

fn table() -> String {
    let mut table = String::from("| query | | parameters |\n|---|---|---|\n");
    for query in canned() {
        let params: Vec<String> = query
            .params
            .iter()
            .map(|param| if param.required { format!("**{}**", param.name) } else { param.name.clone() })
            .collect();
        let name = &query.name;
        writeln!(table, "| [{name}](queries/{name}.rq) | {} {} | {} |", query.title, query.title_en, params.join(", "))
            .expect("a string takes any text");
    }
    table
}

#[test]
fn the_table_of_queries_is_what_the_folder_has() {
    let path = repository().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("there is a README");
    let start = readme.find(OPEN).expect("the table's mark") + OPEN.len();
    let end = readme.find(CLOSE).expect("the table's end mark");

    if std::env::var_os("JIALING_REFRESH").is_some() {
        let fresh = format!("{}{}{}", &readme[..start], table(), &readme[end..]);
        std::fs::write(&path, fresh).expect("the README is writable");
        return;
    }
    assert_eq!(&readme[start..end], table(), "write it anew with JIALING_REFRESH=1");
}
