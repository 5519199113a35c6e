//! SPARQL Update, through the same one function as every other change.
//!
//! Patterns are matched against the data as readers see it: the default graph is the merge of all. What a template
//! states in the default graph goes to `{base}/graph/default`, and `CLEAR DEFAULT` clears that graph.
//!
//! Why not Oxigraph's own update? It writes to the default graph directly, and does not tell which graphs it changed.

use super::{Writer, builtin};
use crate::error::{Error, Result};
use oxigraph::model::{BlankNode, GraphName, NamedNode, NamedOrBlankNode, Quad, Term, Triple};
use oxigraph::sparql::{QueryResults, QuerySolution, SparqlEvaluator};
use spargebra::algebra::{GraphPattern, GraphTarget, QueryDataset};
use spargebra::term::{
    GraphNamePattern, GroundQuadPattern, GroundTerm, GroundTermPattern, NamedNodePattern, QuadPattern, TermPattern,
};
use spargebra::{GraphUpdateOperation, Query, SparqlParser};
use std::collections::{BTreeMap, HashSet};

impl Writer {
    /// Applies a SPARQL 1.1 update, all of its operations or none that is committed. Relative IRIs are read against the
    /// store's base.
    ///
    /// # Errors
    /// [`Error::Query`] for what is not SPARQL, and for `LOAD`, which a store without a network of its own does not do.
    /// After an error the writer must be dropped.
    pub fn update(&mut self, update: &str) -> Result<()> {
        self.update_using(update, &[], &[])
    }

    /// The same, where the protocol names the dataset of its patterns, in the place of USING; empty where it does not.
    ///
    /// # Errors
    /// As [`Writer::update`]; and if the update names a dataset too.
    pub fn update_using(&mut self, update: &str, default: &[NamedNode], named: &[NamedNode]) -> Result<()> {
        let wrong = |message: String| Error::Query { message };
        let base = format!("{}/", self.base());
        let parser = SparqlParser::new().with_base_iri(base).map_err(|error| wrong(error.to_string()))?;
        let parsed = parser.parse_update(update).map_err(|error| wrong(error.to_string()))?;
        let given = (!default.is_empty() || !named.is_empty())
            .then(|| QueryDataset { default: default.to_vec(), named: Some(named.to_vec()) });
        for operation in parsed.operations {
            match operation {
                GraphUpdateOperation::InsertData { data } => {
                    let mut names = BTreeMap::new();
                    let insert = data.into_iter().map(|quad| fresh(quad, &mut names)).collect();
                    self.change(Vec::new(), insert)?;
                }
                GraphUpdateOperation::DeleteData { data } => {
                    let delete = data.into_iter().map(|quad| {
                        let object = match quad.object {
                            GroundTerm::NamedNode(node) => Term::from(node),
                            GroundTerm::Literal(literal) => Term::from(literal),
                        };
                        Quad::new(quad.subject, quad.predicate, object, graph_name(quad.graph_name))
                    });
                    self.change(delete.collect(), Vec::new())?;
                }
                GraphUpdateOperation::DeleteInsert { delete, insert, using, pattern } => {
                    if using.is_some() && given.is_some() {
                        return Err(wrong("a request that names a dataset cannot have USING or WITH".into()));
                    }
                    self.delete_insert(&delete, &insert, using.or_else(|| given.clone()), *pattern)?
                }
                GraphUpdateOperation::Clear { graph, .. } | GraphUpdateOperation::Drop { graph, .. } => {
                    for graph in self.targets(graph) {
                        self.drop_graph(&graph)?;
                    }
                }
                // An empty graph is not kept.
                GraphUpdateOperation::Create { .. } => {}
                GraphUpdateOperation::Load { source, .. } => {
                    return Err(wrong(format!("`LOAD {source}` is not done here; PUT the data to `/store`")));
                }
            }
        }
        Ok(())
    }

    /// Deletes, then inserts. Quads of the default graph are those of `{base}/graph/default`.
    ///
    /// # Errors
    /// If the database fails.
    pub fn change(&mut self, delete: Vec<Quad>, insert: Vec<Quad>) -> Result<()> {
        let unnamed = builtin::graph(self.base(), "default");
        let mut changes: BTreeMap<NamedNode, (Vec<Triple>, Vec<Triple>)> = BTreeMap::new();
        let place = |quad: &Quad| match &quad.graph_name {
            GraphName::NamedNode(name) => name.clone(),
            GraphName::BlankNode(_) | GraphName::DefaultGraph => unnamed.clone(),
        };
        for quad in delete {
            changes.entry(place(&quad)).or_default().0.push(quad.into());
        }
        for quad in insert {
            changes.entry(place(&quad)).or_default().1.push(quad.into());
        }
        for (graph, (delete, insert)) in changes {
            let delete: HashSet<Triple> = delete.into_iter().collect();
            let mut triples = self.graph(&graph)?;
            triples.retain(|triple| !delete.contains(triple));
            triples.extend(insert);
            self.put_graph(graph, triples)?;
        }
        Ok(())
    }

    fn delete_insert(
        &mut self,
        delete: &[GroundQuadPattern],
        insert: &[QuadPattern],
        using: Option<QueryDataset>,
        pattern: GraphPattern,
    ) -> Result<()> {
        let query = Query::Select { dataset: using, pattern, base_iri: None };
        let results =
            SparqlEvaluator::new().for_query(query).on_store(self.data()?).execute().map_err(Error::database)?;
        let mut gone = Vec::new();
        let mut come = Vec::new();
        if let QueryResults::Solutions(solutions) = results {
            for solution in solutions {
                let solution = solution.map_err(Error::database)?;
                gone.extend(delete.iter().filter_map(|quad| deleted(quad, &solution)));
                // A blank node in a template is a new one for each solution.
                let mut names = BTreeMap::new();
                come.extend(insert.iter().filter_map(|quad| inserted(quad, &solution, &mut names)));
            }
        }
        self.change(gone, come)
    }

    fn targets(&self, target: GraphTarget) -> Vec<NamedNode> {
        let unnamed = builtin::graph(self.base(), "default");
        let all = || self.graph_names().map(NamedNode::new_unchecked);
        match target {
            GraphTarget::NamedNode(graph) => vec![graph],
            GraphTarget::DefaultGraph => vec![unnamed],
            GraphTarget::NamedGraphs => all().filter(|graph| *graph != unnamed).collect(),
            GraphTarget::AllGraphs => all().collect(),
        }
    }
}

type Names = BTreeMap<String, BlankNode>;

fn renamed(node: &BlankNode, names: &mut Names) -> BlankNode {
    names.entry(node.as_str().to_owned()).or_default().clone()
}

fn fresh(quad: spargebra::term::Quad, names: &mut Names) -> Quad {
    let subject = match quad.subject {
        NamedOrBlankNode::BlankNode(node) => renamed(&node, names).into(),
        named @ NamedOrBlankNode::NamedNode(_) => named,
    };
    let object = match quad.object {
        Term::BlankNode(node) => renamed(&node, names).into(),
        other => other,
    };
    Quad::new(subject, quad.predicate, object, graph_name(quad.graph_name))
}

fn graph_name(name: spargebra::term::GraphName) -> GraphName {
    match name {
        spargebra::term::GraphName::NamedNode(node) => node.into(),
        spargebra::term::GraphName::DefaultGraph => GraphName::DefaultGraph,
    }
}

fn named(pattern: &NamedNodePattern, solution: &QuerySolution) -> Option<NamedNode> {
    match pattern {
        NamedNodePattern::NamedNode(node) => Some(node.clone()),
        NamedNodePattern::Variable(variable) => match solution.get(variable)? {
            Term::NamedNode(node) => Some(node.clone()),
            _ => None,
        },
    }
}

fn graph(pattern: &GraphNamePattern, solution: &QuerySolution) -> Option<GraphName> {
    match pattern {
        GraphNamePattern::NamedNode(node) => Some(node.clone().into()),
        GraphNamePattern::DefaultGraph => Some(GraphName::DefaultGraph),
        GraphNamePattern::Variable(variable) => match solution.get(variable)? {
            Term::NamedNode(node) => Some(node.clone().into()),
            _ => None,
        },
    }
}

/// A template with a variable that has no value, or one that cannot stand there, gives nothing.
fn deleted(pattern: &GroundQuadPattern, solution: &QuerySolution) -> Option<Quad> {
    let term = |pattern: &GroundTermPattern| -> Option<Term> {
        match pattern {
            GroundTermPattern::NamedNode(node) => Some(node.clone().into()),
            GroundTermPattern::Literal(literal) => Some(literal.clone().into()),
            GroundTermPattern::Variable(variable) => solution.get(variable).cloned(),
        }
    };
    Some(Quad::new(
        subject(term(&pattern.subject)?)?,
        named(&pattern.predicate, solution)?,
        term(&pattern.object)?,
        graph(&pattern.graph_name, solution)?,
    ))
}

fn inserted(pattern: &QuadPattern, solution: &QuerySolution, names: &mut Names) -> Option<Quad> {
    let mut term = |pattern: &TermPattern| -> Option<Term> {
        match pattern {
            TermPattern::NamedNode(node) => Some(node.clone().into()),
            TermPattern::BlankNode(node) => Some(renamed(node, names).into()),
            TermPattern::Literal(literal) => Some(literal.clone().into()),
            TermPattern::Variable(variable) => solution.get(variable).cloned(),
        }
    };
    Some(Quad::new(
        subject(term(&pattern.subject)?)?,
        named(&pattern.predicate, solution)?,
        term(&pattern.object)?,
        graph(&pattern.graph_name, solution)?,
    ))
}

fn subject(term: Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.into()),
        Term::BlankNode(node) => Some(node.into()),
        _ => None,
    }
}
