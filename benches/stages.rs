//! How fast each stage is, in bytes of text a second on one core, on some two megabytes of articles no two lines of which are
//! equal. Compare figures of one run only.

#![expect(clippy::disallowed_methods, reason = "the benches read files")]
#![expect(clippy::non_ascii_literal, reason = "the benches speak the language of the texts")]
#![expect(clippy::unwrap_used, reason = "a bench that panics has failed")]

#[path = "../tests/common/mangle.rs"]
mod mangle;

use divan::Bencher;
use divan::counter::BytesCount;
use jialing::model::{Article, Base, Document, Media};
use std::path::PathBuf;
use std::sync::LazyLock;

fn main() {
    divan::main();
}

/// A small linear congruential generator: the same texts in each run.
struct Dice(usize);

impl Dice {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// The seeds' articles, as they should read.
static ARTICLES: LazyLock<Vec<Article>> = LazyLock::new(|| {
    let seeds = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seeds").to_string_lossy().into_owned();
    let documents = jialing::ingest::ingest(&[seeds], &jialing::ingest::Options::default()).unwrap();
    documents.flat_map(|document| jialing::clean::clean(document.unwrap()).value).collect()
});

/// Articles with other figures, and another character at the head of each paragraph: what is remembered of one line helps
/// with no other.
static PLAIN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let (mut texts, mut bytes, mut dice) = (Vec::new(), 0, Dice(7));
    let heads: Vec<char> = "江河湖海山川林田湾桥港城东南西北".chars().collect();
    while bytes < 2_000_000 {
        for article in ARTICLES.iter() {
            let mut text = String::new();
            for line in article.text.lines() {
                if line.chars().count() > 30 {
                    text.push(heads[dice.below(heads.len())]);
                }
                text.extend(line.chars().map(|c| match c {
                    '1'..='9' => char::from_digit(1 + dice.below(9) as u32, 10).unwrap(),
                    c => c,
                }));
                text.push('\n');
            }
            bytes += text.len();
            texts.push(text);
        }
    }
    texts
});

/// The same as pages of a portal: navigation, a body in paragraphs, related links, a foot.
static HTML: LazyLock<Vec<String>> = LazyLock::new(|| {
    let links: String = (0..40)
        .map(|at| format!("<li class=\"nav-item\"><a href=\"/c/{at}.html\" target=_blank>频道{at}</a></li>"))
        .collect();
    let page = |text: &String| {
        let title = text.lines().next().unwrap_or_default();
        let body: String =
            text.lines().skip(1).map(|line| format!("<p style=\"text-indent:2em\">　　{line}</p>\n")).collect();
        format!(
            "<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}_云溪网</title><script>var a = 1;</script></head><body><div \
             class=nav><ul>{links}</ul></div><h1>{title}</h1><div class=info>2024-03-05 09:00 来源：云溪日报</div><div \
             class=TRS_Editor>{body}</div><div class=related><ul>{links}</ul></div><div class=foot>主办：云溪网 \
             版权所有</div></body></html>"
        )
    };
    PLAIN.iter().map(page).collect()
});

/// The same as a mirror prints them.
static MANGLED: LazyLock<Vec<String>> = LazyLock::new(|| PLAIN.iter().map(|text| mangle::mangle(text)).collect());

/// Runs `stage` over all of `inputs`, made anew by `fresh` for each round.
fn over<I: Send, O>(
    bencher: Bencher<'_, '_>,
    bytes: usize,
    fresh: impl Fn() -> Vec<I> + Sync,
    stage: impl Fn(I) -> O + Sync,
) {
    bencher.counter(BytesCount::new(bytes)).with_inputs(fresh).bench_values(|inputs| {
        inputs.into_iter().for_each(|input| drop(divan::black_box(stage(input))));
    });
}

fn bytes(texts: &[String]) -> usize {
    texts.iter().map(String::len).sum()
}

/// From the decoded text to clean articles.
mod reading {
    use super::*;

    #[divan::bench(sample_count = 10)]
    fn plain(bencher: Bencher<'_, '_>) {
        read(bencher, &PLAIN, Media::Text);
    }

    #[divan::bench(sample_count = 10)]
    fn html(bencher: Bencher<'_, '_>) {
        read(bencher, &HTML, Media::Html);
    }

    #[divan::bench(sample_count = 10)]
    fn mangled(bencher: Bencher<'_, '_>) {
        read(bencher, &MANGLED, Media::Text);
    }

    /// From files on the disk to decoded text.
    #[divan::bench(sample_count = 10)]
    fn files(bencher: Bencher<'_, '_>) {
        let folder = tempfile::tempdir().unwrap();
        for (at, text) in PLAIN.iter().enumerate() {
            std::fs::write(folder.path().join(format!("{at:05}.txt")), text).unwrap();
        }
        let source = || vec![folder.path().to_string_lossy().into_owned()];
        let read = |source| {
            jialing::ingest::ingest(&[source], &jialing::ingest::Options::default())
                .unwrap()
                .filter(Result::is_ok)
                .count()
        };
        over(bencher, bytes(&PLAIN), source, read);
    }

    fn read(bencher: Bencher<'_, '_>, texts: &'static [String], media: Media) {
        let fresh = || texts.iter().map(|text| Document::of_text(text, media)).collect();
        over(bencher, bytes(texts), fresh, jialing::clean::clean);
    }
}

/// From clean articles to checked graphs: each stage's share, and the whole.
mod facts {
    use super::*;
    use jialing::{annotate, check, describe, extract, link};

    fn articles() -> Vec<Article> {
        PLAIN.iter().flat_map(|text| jialing::clean::clean(Document::of_text(text, Media::Text)).value).collect()
    }

    #[divan::bench(sample_count = 2)]
    fn a_annotate(bencher: Bencher<'_, '_>) {
        over(bencher, bytes(&PLAIN), articles, annotate::annotate);
    }

    #[divan::bench(sample_count = 2)]
    fn b_extract(bencher: Bencher<'_, '_>) {
        let annotated = || articles().into_iter().map(annotate::annotate).collect();
        over(bencher, bytes(&PLAIN), annotated, extract::extract);
    }

    #[divan::bench(sample_count = 2)]
    fn c_link(bencher: Bencher<'_, '_>) {
        let facts = || articles().into_iter().map(annotate::annotate).map(extract::extract).collect();
        over(bencher, bytes(&PLAIN), facts, link::link);
    }

    #[divan::bench(sample_count = 2)]
    fn d_describe_and_check(bencher: Bencher<'_, '_>) {
        let linked = || {
            articles().into_iter().map(|article| link::link(extract::extract(annotate::annotate(article)))).collect()
        };
        let base = Base::default();
        over(bencher, bytes(&PLAIN), linked, |linked| check::check(&describe::describe(&linked, &base)));
    }

    #[divan::bench(sample_count = 2)]
    fn whole(bencher: Bencher<'_, '_>) {
        let base = Base::default();
        let fresh = || PLAIN.iter().map(|text| Document::of_text(text, Media::Text)).collect();
        over(bencher, bytes(&PLAIN), fresh, |document| jialing::read(document, &base));
    }
}
