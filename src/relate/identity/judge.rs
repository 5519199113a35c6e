//! By which rule two things are one, and what keeps them apart.

use super::known::{Known, Thing};
use super::name::{Class, core};
use crate::error::Result;
use crate::gazetteer::tables;
use oxigraph::model::NamedNode;
use std::collections::BTreeSet;
use std::fmt;

/// Why two things are one, the most certain first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    /// The user says so.
    User,
    /// Both have one unified social credit code.
    CreditCode,
    /// Both are one thing of another data set.
    SameAs,
    /// 北碚蔡家智慧新城 is 蔡家智慧新城 of the same area.
    AreaInName,
    /// 蔡家经开区 is 蔡家经济技术开发区 of the same area.
    Abbreviation,
    /// 南京路风貌改造 is the project 南京路风貌改造项目 of the same area.
    ClassWord,
    /// An article calls the one by the other's name, and nothing else is called by it.
    ShortForm,
    /// One name, whose article knows the area that the other's tells.
    SameName,
}

impl Rule {
    /// The rule's published name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::User => "identity/user",
            Self::CreditCode => "identity/credit-code",
            Self::SameAs => "identity/same-as",
            Self::AreaInName => "identity/area-in-name",
            Self::Abbreviation => "identity/abbreviation",
            Self::ClassWord => "identity/class-word",
            Self::ShortForm => "identity/short-form",
            Self::SameName => "identity/same-name",
        }
    }
}

/// What keeps two things apart that a rule would make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bar {
    /// The user says so.
    User,
    /// They have codes of the kind named, and none is both's.
    Codes(&'static str),
    /// One lies in the other.
    Contained,
    /// An article names both, and takes them for two.
    Article(NamedNode),
    /// The name is said of other things, too.
    Ambiguous(BTreeSet<String>),
    /// Their areas are other ones, or nothing says that they are the same.
    Areas,
    /// The name says only of what sort the things are.
    Common,
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User => write!(f, "the user's file keeps them apart"),
            Self::Codes(which) => write!(f, "their {which} differ"),
            Self::Contained => write!(f, "one lies in the other"),
            Self::Article(article) => write!(f, "{} names both, and takes them for two", article.as_str()),
            Self::Ambiguous(others) => {
                let others: Vec<&str> = others.iter().take(5).map(String::as_str).collect();
                write!(f, "the name is said of other things, too: {}", others.join(", "))
            }
            Self::Areas => write!(f, "nothing says that they belong to one area"),
            Self::Common => {
                write!(f, "the name says only of what sort they are, so that every area may have its own")
            }
        }
    }
}

/// What keeps the things apart by all that is known of them, whatever their names; names and the user's file are not asked.
pub(super) fn bar(one: &Thing, other: &Thing) -> Option<Bar> {
    let differ = |a: &BTreeSet<String>, b: &BTreeSet<String>| !a.is_empty() && !b.is_empty() && a.is_disjoint(b);
    if one.class != other.class {
        return Some(Bar::Codes("classes"));
    }
    if differ(&one.credit, &other.credit) {
        return Some(Bar::Codes("credit codes"));
    }
    if differ(&one.admin, &other.admin) {
        return Some(Bar::Codes("administrative codes"));
    }
    // Two entities of one data set are two things; what one data set knows another may not.
    let hosts = |thing: &Thing| thing.elsewhere.iter().map(|iri| host(iri).to_owned()).collect::<BTreeSet<_>>();
    for host in hosts(one).intersection(&hosts(other)) {
        let of = |thing: &Thing| thing.elsewhere.iter().filter(|iri| self::host(iri) == host).cloned().collect();
        if differ(&of(one), &of(other)) {
            return Some(Bar::Codes("entities of another data set"));
        }
    }
    let lies_in = one.within.contains(other.iri.as_str()) || other.within.contains(one.iri.as_str());
    lies_in.then_some(Bar::Contained)
}

fn host(iri: &str) -> &str {
    let rest = iri.split_once("://").map_or(iri, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// The rule by which two things are one, or the nearest one and what stands in its way; nothing where no rule speaks of them.
pub(super) fn judge(known: &Known<'_>, one: &Thing, other: &Thing, told: bool) -> Result<Option<Result<Rule, Bar>>> {
    if one.class != other.class {
        return Ok(None);
    }
    let barred = bar(one, other);
    let unless_barred = |rule| Ok(Some(barred.clone().map_or(Ok(rule), Err)));
    // Two codes of one body: one of them is another's, and nobody can say which.
    if one.credit.len() == 1 && one.credit == other.credit {
        return unless_barred(Rule::CreditCode);
    }
    if !one.elsewhere.is_disjoint(&other.elsewhere) {
        return unless_barred(Rule::SameAs);
    }
    if one.name.is_written_as(&other.name, one.class) && one.label != other.label {
        return unless_barred(written(one, other));
    }
    let by_name = match (other.forms.contains(&one.label), one.forms.contains(&other.label)) {
        _ if one.label == other.label => Some(same_name(known, one, other)?),
        (true, _) => Some(short_form(known, one, other)?),
        (false, true) => Some(short_form(known, other, one)?),
        (false, false) => None,
    };
    let Some(by_name) = by_name else { return Ok(None) };
    let rule = match (by_name, barred) {
        (Err(bar), _) | (Ok(_), Some(bar)) => return Ok(Some(Err(bar))),
        (Ok(rule), None) => rule,
    };
    Ok(Some(match known.article_of_both(one, other, told)? {
        Some(article) => Err(Bar::Article(article)),
        None => Ok(rule),
    }))
}

/// By what the names differ.
fn written(one: &Thing, other: &Thing) -> Rule {
    let (a, b) = (&one.name, &other.name);
    if a.rest == b.rest {
        return Rule::AreaInName;
    }
    // A place has no class word, so what is left of the difference is an abbreviation.
    let is_short = |class| core(class, &a.rest) == core(class, &b.rest);
    if is_short(Class::Place) { Rule::Abbreviation } else { Rule::ClassWord }
}

/// 力帆科技 in one article, 力帆科技(集团)股份有限公司 in another that calls it 力帆科技, too.
fn short_form(known: &Known<'_>, short: &Thing, full: &Thing) -> Result<Result<Rule, Bar>> {
    if !short.name.distinct {
        return Ok(Err(Bar::Common));
    }
    if !short.name.may_lie_with(&full.name) {
        return Ok(Err(Bar::Areas));
    }
    let mut others = BTreeSet::new();
    for iri in known.called(&short.label)? {
        let Some(thing) = known.thing(&iri)?.filter(|thing| thing.class == short.class) else { continue };
        if thing.label == short.label && !thing.name.distinct {
            continue;
        }
        // Those that bear the name may be it in other articles: they are, if their areas are not foreign to each other.
        let is_namesake = thing.label == short.label && thing.name.may_lie_with(&short.name);
        if thing.iri != full.iri && !is_namesake {
            others.insert(iri);
        }
    }
    Ok(if others.is_empty() { Ok(Rule::ShortForm) } else { Err(Bar::Ambiguous(others)) })
}

/// One name, the one with the code of an area, the other with that of a larger one or none. They are one if the name is not
/// heard of elsewhere, and an article that knows less names the smaller area as well.
fn same_name(known: &Known<'_>, one: &Thing, other: &Thing) -> Result<Result<Rule, Bar>> {
    if !one.name.distinct || !other.name.distinct {
        return Ok(Err(Bar::Common));
    }
    let mut others = BTreeSet::new();
    for iri in known.labelled(&one.label)? {
        let Some(thing) = known.thing(&iri)?.filter(|thing| thing.class == one.class) else { continue };
        if !thing.name.distinct {
            continue;
        }
        if !thing.name.may_lie_with(&one.name) || !thing.name.may_lie_with(&other.name) {
            others.insert(iri);
        }
    }
    others.remove(one.iri.as_str());
    others.remove(other.iri.as_str());
    if !one.name.may_lie_with(&other.name) {
        return Ok(Err(Bar::Areas));
    }
    if !others.is_empty() {
        return Ok(Err(Bar::Ambiguous(others)));
    }
    let (less, more) = match (one.name.area, other.name.area) {
        (None, Some(area)) => (one, area),
        (Some(area), None) => (other, area),
        (Some(a), Some(b)) if a != b => {
            if tables().lies_in(a, b) {
                (other, a)
            } else {
                (one, b)
            }
        }
        _ => return Ok(Err(Bar::Areas)),
    };
    let is_near = known.is_named_with(less, &tables().division(more).code)?;
    Ok(if is_near { Ok(Rule::SameName) } else { Err(Bar::Areas) })
}
