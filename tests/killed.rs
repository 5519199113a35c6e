//! A build that is killed at any instant leaves the store as it was before or as it is after, never between.

#![expect(clippy::disallowed_methods, reason = "tests look at the clock")]

mod common;

use common::Project;
use jialing::store::{Snapshot, Store};
use oxigraph::model::GraphName;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How many builds are killed, at instants spread over the time that a whole one takes.
const KILLS: u32 = 24;

fn write_articles(folder: &Project, edition: u32) {
    for number in 0..40 {
        let figure = 1000 * edition + number;
        folder.write(
            &format!("articles/{number:02}.txt"),
            format!(
                "青川县第{number}批公园建成\n2024年3月5日\n2023年，青川县新增绿地{figure}亩，建成公园{number}个。\n"
            ),
        );
    }
}

fn snapshot(folder: &Project) -> Snapshot {
    Store::open(folder.join("store"), None).expect("the store opens").snapshot().expect("its version opens")
}

/// The default graph, and the merge of all others.
fn merge_and_union(snapshot: &Snapshot) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut merge, mut union) = (BTreeSet::new(), BTreeSet::new());
    for quad in &snapshot.data {
        let quad = quad.expect("the database reads");
        let triple = format!("{} {} {}", quad.subject, quad.predicate, quad.object);
        if quad.graph_name == GraphName::DefaultGraph {
            merge.insert(triple)
        } else {
            union.insert(triple)
        };
    }
    (merge, union)
}

/// Which editions of the articles the figures of 绿地 are from: 3007亩 is from the third.
fn editions(triples: &BTreeSet<String>) -> BTreeSet<String> {
    let values = triples.iter().filter_map(|triple| triple.split_once("ontology#value> \""));
    let digits = values.map(|(_, value)| value.chars().take_while(char::is_ascii_digit).collect::<String>());
    digits.filter(|digits| digits.len() > 3).map(|digits| digits[..digits.len() - 3].to_owned()).collect()
}

#[test]
fn a_build_that_is_killed_at_any_instant_leaves_one_version_whole() {
    let folder = Project::new();
    let args = ["build", "articles", "--store", "store"];
    write_articles(&folder, 1);
    folder.run(&args).done();
    write_articles(&folder, 2);
    let begun = Instant::now();
    let whole = folder.command(&args).output().expect("the program starts");
    let takes = begun.elapsed();
    assert!(whole.status.success());
    let mut before = snapshot(&folder).header;

    let mut outcomes = BTreeSet::new();
    for kill in 0..KILLS {
        write_articles(&folder, 3 + kill);
        let mut build = folder.command(&args).spawn().expect("the program starts");
        std::thread::sleep(takes * kill / KILLS + Duration::from_millis(1));
        build.kill().expect("the build can be killed");
        build.wait().expect("the build ends");

        let left = snapshot(&folder);
        let (merge, union) = merge_and_union(&left);
        assert_eq!(merge, union, "kill {kill}");
        assert_eq!(editions(&union).len(), 1, "kill {kill}: figures of two builds: {:?}", editions(&union));
        if left.header.version == before.version {
            assert_eq!(left.header, before, "kill {kill}");
        } else {
            assert_eq!(left.header.version, before.version + 1, "kill {kill}");
        }
        outcomes.insert(left.header.version > before.version);
        before = left.header;
    }

    write_articles(&folder, 99);
    folder.run(&args).done();
    let after = snapshot(&folder);
    let (merge, union) = merge_and_union(&after);
    assert_eq!(merge, union);
    assert_eq!(editions(&union), BTreeSet::from(["99".to_owned()]));
    assert!(outcomes.contains(&false), "no kill came in time");
}
