//! What must hold of a canned query's algebra: its parameters can be bound, and its pages are well defined.

use super::head::{Param, ParamKind};
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern, Variable};
use std::collections::BTreeSet;

/// The variables of a query, by how they stand in it.
#[derive(Default)]
pub(super) struct Uses {
    /// Every variable that is read.
    pub read: BTreeSet<String>,
    /// Those that the query itself gives a value by BIND, VALUES, AS or GROUP BY.
    set: BTreeSet<String>,
    /// Those that stand where only an IRI may.
    name: BTreeSet<String>,
}

impl Uses {
    /// Reads a query.
    pub(super) fn of(query: &Query) -> Self {
        let mut uses = Self::default();
        match query {
            Query::Select { pattern, .. } | Query::Describe { pattern, .. } | Query::Ask { pattern, .. } => {
                uses.pattern(pattern);
            }
            Query::Construct { template, pattern, .. } => {
                template.iter().for_each(|triple| uses.triple(triple));
                uses.pattern(pattern);
            }
        }
        uses
    }

    fn pattern(&mut self, pattern: &GraphPattern) {
        use GraphPattern as P;
        match pattern {
            P::Bgp { patterns } => patterns.iter().for_each(|triple| self.triple(triple)),
            P::Path { subject, object, .. } => {
                self.term(subject);
                self.term(object);
            }
            P::Join { left, right }
            | P::Lateral { left, right }
            | P::Union { left, right }
            | P::Minus { left, right } => {
                self.pattern(left);
                self.pattern(right);
            }
            P::LeftJoin { left, right, expression } => {
                self.pattern(left);
                self.pattern(right);
                expression.iter().for_each(|expression| self.expression(expression));
            }
            P::Filter { expr, inner } => {
                self.expression(expr);
                self.pattern(inner);
            }
            P::Graph { name, inner } | P::Service { name, inner, .. } => {
                self.name(name);
                self.pattern(inner);
            }
            P::Extend { inner, variable, expression } => {
                self.set(variable);
                self.expression(expression);
                self.pattern(inner);
            }
            P::Values { variables, .. } => variables.iter().for_each(|variable| self.set(variable)),
            P::OrderBy { inner, expression } => {
                for order in expression {
                    let (OrderExpression::Asc(by) | OrderExpression::Desc(by)) = order;
                    self.expression(by);
                }
                self.pattern(inner);
            }
            P::Project { inner, .. } | P::Distinct { inner } | P::Reduced { inner } | P::Slice { inner, .. } => {
                self.pattern(inner);
            }
            P::Group { inner, variables, aggregates } => {
                variables.iter().for_each(|variable| self.set(variable));
                for (variable, aggregate) in aggregates {
                    self.set(variable);
                    if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                        self.expression(expr);
                    }
                }
                self.pattern(inner);
            }
        }
    }

    fn set(&mut self, variable: &Variable) {
        self.set.insert(variable.as_str().to_owned());
    }

    fn read(&mut self, variable: &Variable) {
        self.read.insert(variable.as_str().to_owned());
    }

    fn triple(&mut self, triple: &TriplePattern) {
        self.term(&triple.subject);
        self.name(&triple.predicate);
        self.term(&triple.object);
    }

    fn term(&mut self, term: &TermPattern) {
        if let TermPattern::Variable(variable) = term {
            self.read(variable);
        }
    }

    fn name(&mut self, name: &NamedNodePattern) {
        if let NamedNodePattern::Variable(variable) = name {
            self.read(variable);
            self.name.insert(variable.as_str().to_owned());
        }
    }

    fn expression(&mut self, expression: &Expression) {
        use Expression as E;
        match expression {
            E::NamedNode(_) | E::Literal(_) => {}
            E::Variable(variable) | E::Bound(variable) => self.read(variable),
            E::Or(a, b)
            | E::And(a, b)
            | E::Equal(a, b)
            | E::SameTerm(a, b)
            | E::Greater(a, b)
            | E::GreaterOrEqual(a, b)
            | E::Less(a, b)
            | E::LessOrEqual(a, b)
            | E::Add(a, b)
            | E::Subtract(a, b)
            | E::Multiply(a, b)
            | E::Divide(a, b) => {
                self.expression(a);
                self.expression(b);
            }
            E::UnaryPlus(a) | E::UnaryMinus(a) | E::Not(a) => self.expression(a),
            E::In(a, list) => {
                self.expression(a);
                list.iter().for_each(|item| self.expression(item));
            }
            E::Exists(pattern) => self.pattern(pattern),
            E::If(a, b, c) => [a, b, c].into_iter().for_each(|part| self.expression(part)),
            E::Coalesce(list) | E::FunctionCall(_, list) => list.iter().for_each(|item| self.expression(item)),
        }
    }

    /// What keeps a parameter from being bound, as a sentence.
    pub(super) fn fault(&self, param: &Param) -> Option<String> {
        let (name, variable) = (&param.name, &param.variable);
        if !self.read.contains(variable) {
            return Some(format!("the parameter `{name}` stands nowhere in the query"));
        }
        if self.set.contains(variable) {
            return Some(format!("the query itself gives `?{variable}` a value: a parameter is only read"));
        }
        if self.name.contains(variable) && param.kind != ParamKind::Iri {
            return Some(format!("`?{variable}` stands where only an IRI may: its type must be `iri`"));
        }
        None
    }
}

/// Whether the rows come in an order: pages of rows in no order would have some twice and lack others.
pub(super) fn is_ordered(query: &Query) -> bool {
    let Query::Select { pattern, .. } = query else { return false };
    let mut inner = pattern;
    loop {
        inner = match inner {
            GraphPattern::Project { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. } => inner,
            GraphPattern::OrderBy { expression, .. } => return !expression.is_empty(),
            _ => return false,
        };
    }
}

/// The query with its order made total: rows that its own ORDER BY leaves equal are sorted by all that is selected.
pub(super) fn settle(query: Query) -> Query {
    match query {
        Query::Select { dataset, pattern, base_iri } => {
            Query::Select { dataset, pattern: settle_pattern(pattern, &[]), base_iri }
        }
        other => other,
    }
}

fn settle_pattern(pattern: GraphPattern, selected: &[Variable]) -> GraphPattern {
    use GraphPattern as P;
    match pattern {
        P::Project { inner, variables } => {
            P::Project { inner: Box::new(settle_pattern(*inner, &variables)), variables }
        }
        P::Distinct { inner } => P::Distinct { inner: Box::new(settle_pattern(*inner, selected)) },
        P::Reduced { inner } => P::Reduced { inner: Box::new(settle_pattern(*inner, selected)) },
        P::Slice { inner, start, length } => {
            P::Slice { inner: Box::new(settle_pattern(*inner, selected)), start, length }
        }
        P::OrderBy { inner, mut expression } => {
            let ties = selected.iter().map(|variable| OrderExpression::Asc(variable.clone().into()));
            let new: Vec<_> = ties.filter(|tie| !expression.contains(tie)).collect();
            expression.extend(new);
            P::OrderBy { inner, expression }
        }
        other => other,
    }
}
