//! Binding: a query with some of its variables replaced by terms.

use super::Page;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, Term, Variable};
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};
use std::collections::BTreeMap;

type Terms = BTreeMap<String, Term>;

/// The query with each variable of `terms` replaced, everywhere.
///
/// Oxigraph's own substitution refuses variables outside the projection, so aggregates and subqueries fail with it;
/// rewriting the algebra reaches them all.
pub(super) fn bind(query: Query, terms: &Terms) -> Query {
    match query {
        Query::Select { dataset, pattern, base_iri } => {
            Query::Select { dataset, pattern: bind_pattern(pattern, terms), base_iri }
        }
        Query::Construct { template, dataset, pattern, base_iri } => {
            let template = template.into_iter().map(|triple| bind_triple(triple, terms)).collect();
            Query::Construct { template, dataset, pattern: bind_pattern(pattern, terms), base_iri }
        }
        Query::Describe { dataset, pattern, base_iri } => {
            Query::Describe { dataset, pattern: bind_pattern(pattern, terms), base_iri }
        }
        Query::Ask { dataset, pattern, base_iri } => {
            Query::Ask { dataset, pattern: bind_pattern(pattern, terms), base_iri }
        }
    }
}

/// The query with only the rows of a page, of whatever it selects; other forms of query have no rows.
pub fn cut(query: Query, page: Page) -> Query {
    match query {
        Query::Select { dataset, pattern, base_iri } if page != Page::default() => {
            let pattern = GraphPattern::Slice { inner: Box::new(pattern), start: page.offset, length: page.limit };
            Query::Select { dataset, pattern, base_iri }
        }
        other => other,
    }
}

fn bind_pattern(pattern: GraphPattern, terms: &Terms) -> GraphPattern {
    use GraphPattern as P;
    let go = |inner: Box<P>| Box::new(bind_pattern(*inner, terms));
    let expr = |expression: Expression| bind_expression(expression, terms);
    match pattern {
        P::Bgp { patterns } => {
            P::Bgp { patterns: patterns.into_iter().map(|triple| bind_triple(triple, terms)).collect() }
        }
        P::Path { subject, path, object } => {
            P::Path { subject: bind_term(subject, terms), path, object: bind_term(object, terms) }
        }
        P::Join { left, right } => P::Join { left: go(left), right: go(right) },
        P::LeftJoin { left, right, expression } => {
            P::LeftJoin { left: go(left), right: go(right), expression: expression.map(expr) }
        }
        P::Lateral { left, right } => P::Lateral { left: go(left), right: go(right) },
        P::Filter { expr: condition, inner } => P::Filter { expr: expr(condition), inner: go(inner) },
        P::Union { left, right } => P::Union { left: go(left), right: go(right) },
        P::Graph { name, inner } => P::Graph { name: bind_name(name, terms), inner: go(inner) },
        P::Extend { inner, variable, expression } => {
            P::Extend { inner: go(inner), variable, expression: expr(expression) }
        }
        P::Minus { left, right } => P::Minus { left: go(left), right: go(right) },
        P::Values { variables, bindings } => P::Values { variables, bindings },
        P::OrderBy { inner, expression } => {
            let bind_order = |order| match order {
                OrderExpression::Asc(by) => OrderExpression::Asc(expr(by)),
                OrderExpression::Desc(by) => OrderExpression::Desc(expr(by)),
            };
            P::OrderBy { inner: go(inner), expression: expression.into_iter().map(bind_order).collect() }
        }
        P::Project { inner, variables } => P::Project {
            inner: go(inner),
            variables: variables.into_iter().filter(|v| !terms.contains_key(v.as_str())).collect(),
        },
        P::Distinct { inner } => P::Distinct { inner: go(inner) },
        P::Reduced { inner } => P::Reduced { inner: go(inner) },
        P::Slice { inner, start, length } => P::Slice { inner: go(inner), start, length },
        P::Group { inner, variables, aggregates } => {
            let bind_aggregate = |(variable, aggregate)| match aggregate {
                AggregateExpression::FunctionCall { name, expr: of, distinct } => {
                    (variable, AggregateExpression::FunctionCall { name, expr: expr(of), distinct })
                }
                count @ AggregateExpression::CountSolutions { .. } => (variable, count),
            };
            P::Group { inner: go(inner), variables, aggregates: aggregates.into_iter().map(bind_aggregate).collect() }
        }
        P::Service { name, inner, silent } => P::Service { name: bind_name(name, terms), inner: go(inner), silent },
    }
}

fn bind_triple(triple: TriplePattern, terms: &Terms) -> TriplePattern {
    TriplePattern {
        subject: bind_term(triple.subject, terms),
        predicate: bind_name(triple.predicate, terms),
        object: bind_term(triple.object, terms),
    }
}

fn bind_term(term: TermPattern, terms: &Terms) -> TermPattern {
    match &term {
        TermPattern::Variable(variable) => match terms.get(variable.as_str()) {
            Some(value) => value.clone().into(),
            None => term,
        },
        _ => term,
    }
}

/// A literal cannot stand where an IRI must: the variable stays, and the pattern matches as if it were free. The
/// parameter's kind in the head says which it is, and a test of each query would meet the mistake.
fn bind_name(name: NamedNodePattern, terms: &Terms) -> NamedNodePattern {
    match &name {
        NamedNodePattern::Variable(variable) => match terms.get(variable.as_str()) {
            Some(Term::NamedNode(value)) => value.clone().into(),
            _ => name,
        },
        NamedNodePattern::NamedNode(_) => name,
    }
}

fn bind_variable(variable: Variable, terms: &Terms) -> Expression {
    match terms.get(variable.as_str()) {
        Some(Term::NamedNode(value)) => value.clone().into(),
        Some(Term::Literal(value)) => value.clone().into(),
        _ => variable.into(),
    }
}

fn bind_expression(expression: Expression, terms: &Terms) -> Expression {
    use Expression as E;
    let go = |inner: Box<E>| Box::new(bind_expression(*inner, terms));
    let all = |list: Vec<E>| list.into_iter().map(|item| bind_expression(item, terms)).collect();
    match expression {
        E::Variable(variable) => bind_variable(variable, terms),
        E::Bound(variable) if terms.contains_key(variable.as_str()) => {
            Literal::new_typed_literal("true", xsd::BOOLEAN).into()
        }
        E::NamedNode(_) | E::Literal(_) | E::Bound(_) => expression,
        E::Or(a, b) => E::Or(go(a), go(b)),
        E::And(a, b) => E::And(go(a), go(b)),
        E::Equal(a, b) => E::Equal(go(a), go(b)),
        E::SameTerm(a, b) => E::SameTerm(go(a), go(b)),
        E::Greater(a, b) => E::Greater(go(a), go(b)),
        E::GreaterOrEqual(a, b) => E::GreaterOrEqual(go(a), go(b)),
        E::Less(a, b) => E::Less(go(a), go(b)),
        E::LessOrEqual(a, b) => E::LessOrEqual(go(a), go(b)),
        E::In(a, list) => E::In(go(a), all(list)),
        E::Add(a, b) => E::Add(go(a), go(b)),
        E::Subtract(a, b) => E::Subtract(go(a), go(b)),
        E::Multiply(a, b) => E::Multiply(go(a), go(b)),
        E::Divide(a, b) => E::Divide(go(a), go(b)),
        E::UnaryPlus(a) => E::UnaryPlus(go(a)),
        E::UnaryMinus(a) => E::UnaryMinus(go(a)),
        E::Not(a) => E::Not(go(a)),
        E::Exists(pattern) => E::Exists(Box::new(bind_pattern(*pattern, terms))),
        E::If(a, b, c) => E::If(go(a), go(b), go(c)),
        E::Coalesce(list) => E::Coalesce(all(list)),
        E::FunctionCall(function, list) => E::FunctionCall(function, all(list)),
    }
}
