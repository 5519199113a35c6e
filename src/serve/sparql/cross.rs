//! Rewrites joins of patterns that share no variable as laterals, which mean the same there. The engine would multiply
//! such patterns in memory, where it never looks at the cancellation token: three of them run for hours. A lateral
//! goes back to the store for each row, so the deadline holds.
//!
//! `{ ?a ?b ?c . ?d ?e ?f }` becomes `{ ?a ?b ?c LATERAL { ?d ?e ?f } }`.

use spargebra::Query;
use spargebra::algebra::GraphPattern;
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};
use std::collections::{BTreeMap, BTreeSet};

/// The query with its cross products spread out.
pub fn spread(query: Query) -> Query {
    match query {
        Query::Select { dataset, pattern, base_iri } => Query::Select { dataset, pattern: walk(pattern), base_iri },
        Query::Ask { dataset, pattern, base_iri } => Query::Ask { dataset, pattern: walk(pattern), base_iri },
        Query::Describe { dataset, pattern, base_iri } => Query::Describe { dataset, pattern: walk(pattern), base_iri },
        Query::Construct { template, dataset, pattern, base_iri } => {
            Query::Construct { template, dataset, pattern: walk(pattern), base_iri }
        }
    }
}

fn walk(pattern: GraphPattern) -> GraphPattern {
    use GraphPattern as P;
    let go = |inner: Box<P>| Box::new(walk(*inner));
    match pattern {
        P::Bgp { patterns } => islands(patterns),
        P::Join { left, right } => {
            let (left, right) = (go(left), go(right));
            let outer = variables(&left);
            if outer.is_disjoint(&variables(&right)) && outer.is_disjoint(&mentioned(&right)) {
                P::Lateral { left, right }
            } else {
                P::Join { left, right }
            }
        }
        P::LeftJoin { left, right, expression } => P::LeftJoin { left: go(left), right: go(right), expression },
        P::Lateral { left, right } => P::Lateral { left: go(left), right: go(right) },
        P::Filter { expr, inner } => P::Filter { expr, inner: go(inner) },
        P::Union { left, right } => P::Union { left: go(left), right: go(right) },
        P::Graph { name, inner } => P::Graph { name, inner: go(inner) },
        P::Extend { inner, variable, expression } => P::Extend { inner: go(inner), variable, expression },
        P::Minus { left, right } => P::Minus { left: go(left), right: go(right) },
        P::OrderBy { inner, expression } => P::OrderBy { inner: go(inner), expression },
        P::Project { inner, variables } => P::Project { inner: go(inner), variables },
        P::Distinct { inner } => P::Distinct { inner: go(inner) },
        P::Reduced { inner } => P::Reduced { inner: go(inner) },
        P::Slice { inner, start, length } => P::Slice { inner: go(inner), start, length },
        P::Group { inner, variables, aggregates } => P::Group { inner: go(inner), variables, aggregates },
        other => other,
    }
}

/// The names that two patterns must not share.
fn variables(pattern: &GraphPattern) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    pattern.on_in_scope_variable(|variable| {
        found.insert(variable.as_str().to_owned());
    });
    found
}

/// Every name that stands anywhere in a pattern: a lateral hands its bindings down even to a FILTER that, in a join, would
/// not see them. A `?` in a literal only keeps the join a join.
fn mentioned(pattern: &GraphPattern) -> BTreeSet<String> {
    let printed = pattern.to_string();
    let names = printed.split(['?', '$']).skip(1);
    names
        .map(|rest| rest.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect())
        .collect()
}

/// A basic graph pattern as laterals of its connected parts, in the order of their first triples.
fn islands(patterns: Vec<TriplePattern>) -> GraphPattern {
    // Each pattern points to an earlier one that it is connected with, or to itself: a forest of disjoint sets.
    let mut towards: Vec<usize> = Vec::with_capacity(patterns.len());
    let mut first_with: BTreeMap<String, usize> = BTreeMap::new();
    for (place, pattern) in patterns.iter().enumerate() {
        towards.push(place);
        let names = names(pattern);
        // A pattern of constants alone is a condition: it goes with the first.
        if names.is_empty() {
            connect(&mut towards, place, 0);
        }
        for name in names {
            let earlier = *first_with.entry(name).or_insert(place);
            connect(&mut towards, place, earlier);
        }
    }
    let mut parts: BTreeMap<usize, Vec<TriplePattern>> = BTreeMap::new();
    for (place, pattern) in patterns.into_iter().enumerate() {
        let root = root(&mut towards, place);
        parts.entry(root).or_default().push(pattern);
    }
    let mut parts = parts.into_values().map(|patterns| GraphPattern::Bgp { patterns });
    let Some(first) = parts.next() else {
        return GraphPattern::Bgp { patterns: Vec::new() };
    };
    parts.fold(first, |left, right| GraphPattern::Lateral { left: Box::new(left), right: Box::new(right) })
}

fn root(towards: &mut [usize], mut place: usize) -> usize {
    while towards[place] != place {
        towards[place] = towards[towards[place]];
        place = towards[place];
    }
    place
}

/// The earlier root stays a root, so that parts stand in the order of their first triples.
fn connect(towards: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(towards, a), root(towards, b));
    towards[a.max(b)] = a.min(b);
}

fn names(pattern: &TriplePattern) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for term in [&pattern.subject, &pattern.object] {
        collect(term, &mut found);
    }
    if let NamedNodePattern::Variable(variable) = &pattern.predicate {
        found.insert(variable.as_str().to_owned());
    }
    found
}

fn collect(term: &TermPattern, found: &mut BTreeSet<String>) {
    match term {
        TermPattern::Variable(variable) => {
            found.insert(variable.as_str().to_owned());
        }
        TermPattern::BlankNode(node) => {
            found.insert(format!("_:{}", node.as_str()));
        }
        TermPattern::NamedNode(_) | TermPattern::Literal(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spargebra::SparqlParser;

    fn spread_text(text: &str) -> String {
        spread(SparqlParser::new().parse_query(text).unwrap()).to_string()
    }

    #[test]
    fn patterns_that_share_nothing_become_laterals() {
        assert_eq!(spread_text("ASK { ?a ?b ?c . ?d ?e ?f }").matches("LATERAL").count(), 1);
        assert_eq!(
            spread_text("ASK { { ?a ?b ?c OPTIONAL { ?a ?x ?y } } { ?d ?e ?f } }").matches("LATERAL").count(),
            1
        );
    }

    #[test]
    fn patterns_that_share_a_variable_or_a_blank_node_stay_together() {
        for text in [
            "ASK { ?a ?b ?c . ?c ?e ?f }",
            "ASK { ?a ?b ?c . ?d ?e ?f . ?c ?g ?d }",
            "ASK { ?a ?b _:x . _:x ?e ?f }",
            "ASK { ?a ?b ?c . <http://x/s> <http://x/p> <http://x/o> }",
            "ASK { { ?a ?b ?c OPTIONAL { ?a ?x ?y } } { ?d ?e ?f FILTER(BOUND(?a)) } }",
        ] {
            assert!(!spread_text(text).contains("LATERAL"), "{text}");
        }
    }
}
