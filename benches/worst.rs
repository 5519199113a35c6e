//! The worst that an article can be, in two sizes a shape: where the time is linear in the length, both have one rate. Compare
//! figures of one run only.

#![expect(clippy::non_ascii_literal, reason = "the benches speak the language of the texts")]

use divan::Bencher;
use divan::counter::BytesCount;
use jialing::model::{Base, Document, Media};

fn main() {
    divan::main();
}

/// A size and one four times as large, in bytes.
const SIZES: [usize; 2] = [250_000, 1_000_000];

/// What every text begins with, so that it passes for an article.
const HEAD: &str = "云溪区经济运行\n2024年3月5日 来源：云溪日报\n";

/// A name of three letters, another for each number.
fn name(number: usize) -> String {
    let letters: Vec<char> =
        "鑫磊淼焱垚犇骉羴鑨翀翊昱晟昊璟璨珺瑄琮琪玥瑾瑜瑞琛祺禧禄祯祥嵘峥嵩岚峻峦巍渝涵沁泽澜淳润".chars().collect();
    let count = letters.len();
    [number, number / count, number / count / count + number % 5].iter().map(|at| letters[at % count]).collect()
}

/// Reads a text of `size` bytes, made of what `part` gives for one number after another, the whole way to a checked graph.
fn read(bencher: Bencher<'_, '_>, size: usize, part: impl Fn(usize) -> String) {
    let mut text = String::from(HEAD);
    for number in 0.. {
        if text.len() >= size {
            break;
        }
        text.push_str(&part(number));
    }
    let base = Base::default();
    bencher
        .counter(BytesCount::new(text.len()))
        .with_inputs(|| Document::of_text(text.as_str(), Media::Text))
        .bench_values(|document| jialing::read(document, &base));
}

macro_rules! shapes {
    ($($shape:ident: $part:expr;)*) => {$(
        #[divan::bench(args = SIZES, sample_count = 1, sample_size = 1)]
        fn $shape(bencher: Bencher<'_, '_>, size: usize) {
            read(bencher, size, $part);
        }
    )*};
}

shapes! {
    organizations: |at| format!("{}科技有限公司与{}集团签约，总投资{}亿元。\n", name(2 * at), name(2 * at + 1), at % 97 + 2);
    places: |at| format!("{}高新区新增企业{}家，{}工业园区产值{}亿元。\n", name(2 * at), at % 90 + 3, name(2 * at + 1), at % 97 + 2);
    projects: |at| format!("{}新材料产业园项目开工建设，总投资{}亿元，占地{}亩。\n", name(at), at % 97 + 2, at % 300 + 20);
    events: |at| format!("3月{}日，{}大会在北碚区举行，{}公司与北碚区政府签署协议。\n", at % 28 + 1, name(2 * at), name(2 * at + 1));
    figures_in_a_line: |at| format!("{}产量{}万吨，增长{}%，", name(at), at % 900 + 1, at % 30);
    endless_list: |at| format!("{}公园、", name(at));
    endless_sentence: name;
    nested: |_| "（增长5%".to_owned();
    quoted: |_| "“大桥项目5个".to_owned();
    same_name: |_| "鑫磊科技有限公司签约。".to_owned();
    dates: |at| format!("{}年{}月{}日", 1990 + at % 40, at % 12 + 1, at % 28 + 1);
    rows: |at| format!("{}产量\t万吨\t{}\t{}%\n", name(at), at % 900, at % 30);
    sections: |at| format!("一、{}工作\n北碚区完成投资{}亿元。\n", name(at), at % 900 + 1);
    damaged: |at| format!("{}科技有限公司与\u{FFFD}{}集团签约，粮食产量{}万吨。\n", name(2 * at), name(2 * at + 1), at % 900);
    digits: |at| format!("{at}个");
}
