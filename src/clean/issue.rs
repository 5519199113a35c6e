//! A newspaper's issue or page is several articles: `## ` headings in its transcript, or reports that each begin with
//! 本报讯 under lines of headline.

use super::marks::{ends_sentence, has_mark, lines};
use super::masthead;
use crate::model::{Media, Span};

/// A headline and its shoulder are at most so many lines.
const HEADLINES: usize = 3;

/// Where one article of an issue stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// All of it.
    pub(super) span: Span,
    /// Its lines of headline, in order; none if the text has none.
    pub(super) headlines: Vec<Span>,
}

/// The articles of a text. A text that is one article is one part.
pub(super) fn split(text: &str, media: Media) -> Vec<Part> {
    let lines = lines(text);
    let marked = |line: &Span| heading_text(line.of(text)).is_some();
    let reports = lines.iter().filter(|line| masthead::begins_report(line.of(text))).count();
    let has_headings = lines.iter().any(marked);
    if reports >= 2 {
        // Headings of a transcript, else the lines of headline right above each report.
        let starts = if has_headings { by_headings(text, &lines) } else { by_reports(text, &lines) };
        if starts.len() >= 2 {
            return parts(text, &lines, &starts);
        }
    }
    let whole = Span::new(0, text.len());
    let headlines = match lines.first() {
        Some(first) if has_headings && marked(first) => {
            let level = |line: &Span| line.of(text).chars().take_while(|c| *c == '#').count();
            let mut run: Vec<Span> = lines.iter().take_while(|line| marked(line)).take(HEADLINES).copied().collect();
            // `# 标题` and `## 第一节`: the second heads a section. A shoulder stands in smaller letters above the headline.
            if run.len() > 1 && level(&run[0]) < level(&run[1]) {
                run.truncate(1);
            }
            run
        }
        // Above the headline may stand the site's name.
        Some(first) if masthead::is_site(first.of(text)) && lines.len() > 2 && is_headline(lines[1].of(text)) => {
            vec![lines[1]]
        }
        Some(first) if masthead::is_title(first.of(text)) && (lines.len() > 1 || media != Media::Text) => vec![*first],
        _ => Vec::new(),
    };
    vec![Part { span: whole, headlines }]
}

/// Whether a line below the site's name is the headline, and the site's name none.
fn is_headline(line: &str) -> bool {
    masthead::is_title(line) && !masthead::is_site(line) && !has_mark(line)
}

/// The text of a heading of Markdown.
pub(super) fn heading_text(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    ((1..=6).contains(&level) && rest.starts_with(' ')).then(|| rest.trim())
}

/// Runs of headings: `## 肩题` and `# 主题` are one headline.
fn by_headings(text: &str, lines: &[Span]) -> Vec<(usize, usize)> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut index = 0;
    while index < lines.len() {
        // `# 云溪日报 2024年3月5日` heads the issue, not an article.
        let heads = |line: &&Span| heading_text(line.of(text)).is_some_and(|words| !masthead::is_metadata(words));
        let run = lines[index..].iter().take_while(heads).count();
        if run > 0 {
            starts.push((index, run));
        }
        index += run.max(1);
    }
    starts
}

fn by_reports(text: &str, lines: &[Span]) -> Vec<(usize, usize)> {
    let mut starts = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if !masthead::begins_report(line.of(text)) {
            continue;
        }
        let above = lines[..index].iter().rev().take(HEADLINES);
        let is_headline = |line: &str| masthead::is_title(line) && !has_mark(line) && !line.chars().any(ends_sentence);
        let run = above.take_while(|line| is_headline(line.of(text))).count();
        if run == 0 {
            // A report without a headline of its own belongs to the article before it.
            continue;
        }
        starts.push((index - run, run));
    }
    starts
}

fn parts(text: &str, lines: &[Span], starts: &[(usize, usize)]) -> Vec<Part> {
    let mut parts = Vec::new();
    let (first, _) = starts[0];
    if first > 0 && lines[..first].iter().any(|line| has_mark(line.of(text))) {
        parts.push(Part { span: Span::new(0, lines[first].start), headlines: Vec::new() });
    }
    for (index, (start, run)) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(text.len(), |(next, _)| lines[*next].start);
        parts.push(Part {
            span: Span::new(lines[*start].start, end),
            headlines: lines[*start..*start + (*run).min(HEADLINES)].to_vec(),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(text: &str) -> Vec<String> {
        let parts = split(text, Media::Text);
        parts.iter().map(|part| part.headlines.iter().map(|line| line.of(text)).collect::<Vec<_>>().join("+")).collect()
    }

    const REPORT: &str = "本报讯（记者 张三）昨日，新桥通车，市民前来参观。";

    #[test]
    fn an_issue_is_split_at_its_headings() {
        let text =
            format!("## 新桥通车\n\n{REPORT}\n\n## 区长强调\n\n# 公园要建好\n\n{REPORT}\n## 评论\n彭国川\n文章。\n");

        assert_eq!(titles(&text), ["## 新桥通车", "## 区长强调+# 公园要建好", "## 评论"]);
    }

    #[test]
    fn an_issue_without_headings_is_split_above_its_reports() {
        let text = format!("新桥昨日通车\n{REPORT}\n文章到此结束，再会。\n新公园昨日开放\n{REPORT}\n");

        assert_eq!(titles(&text), ["新桥昨日通车", "新公园昨日开放"]);
    }

    #[test]
    fn sections_of_one_article_are_one_article() {
        let text = "# 政府工作报告\n\n过去一年，成绩很大。\n\n## 一、回顾\n\n经济增长。\n\n## 二、展望\n\n继续努力。\n";

        assert_eq!(titles(text), ["# 政府工作报告"]);
        assert_eq!(split(text, Media::Markdown)[0].span, Span::new(0, text.len()));
    }

    #[test]
    fn the_sites_name_above_a_headline_is_none() {
        assert_eq!(titles("云溪区人民政府网\n新桥昨日通车\n昨日，新桥通车。\n"), ["新桥昨日通车"]);
        assert_eq!(titles("云溪区成立城市管理局\n昨日，新局成立。\n今日挂牌。\n"), ["云溪区成立城市管理局"]);
    }

    #[test]
    fn a_text_that_begins_in_the_middle_has_no_headline() {
        assert_eq!(titles("区等重点园区，近年来建设提速。\n第二段。\n"), [""]);
    }

    #[test]
    fn the_head_of_an_issue_is_no_article() {
        let report = "本报讯（记者 张三）3月4日，新桥通车，全长三公里，双向四车道。";
        let issue = format!("# 云溪日报 2024年3月5日 星期二\n\n## 新桥通车\n\n{report}\n\n## 新学校开学\n\n{report}\n");

        assert_eq!(titles(&issue), ["## 新桥通车", "## 新学校开学"]);
    }
}
