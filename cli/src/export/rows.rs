//! Documents and failures as rows. The cells are in the order of [`super::columns`].

use std::collections::BTreeMap;

use data_review_core::quantity::{self, Quantity};
use data_review_core::store::{FailureRecord, ObjectId};
use data_review_core::{
    Cast, CoverageKind, Document, Failure, Finding, FlagClass, GroupKind, Place, Severity, Variable,
};

use super::cell::Cell;
use super::columns::Column;

/// The row of a file.
pub(super) fn file<'a>(root: &'a str, document: &'a Document) -> Vec<Cell<'a>> {
    let handler = document.handler.as_ref();
    let coverage = &document.coverage;
    let time = coverage.time.as_ref();
    // A document has one box.
    let edges = coverage.boxes.as_ref().and_then(|boxes| boxes.first());
    let depth = coverage.depth.as_ref();
    let left_out = coverage.left_out.unwrap_or_default();
    let failure = document.failure.as_ref();
    let made = &document.provenance;
    let findings = |severity| Cell::Count(document.findings_of(severity) as u64);
    vec![
        root.into(),
        (&document.file.key).into(),
        document.outcome.as_str().into(),
        document.kind.as_ref().into(),
        handler.map(|handler| &handler.id).into(),
        handler.map(|handler| u64::from(handler.version)).into(),
        handler.map(|handler| handler.verdict.as_str()).into(),
        handler.map(|handler| &handler.because).into(),
        document.file.size.into(),
        document.file.sha256.as_ref().into(),
        document.observations.into(),
        document.profiles.into(),
        document.profiles.map(|_| document.casts_left_out).into(),
        coverage.kind.map(CoverageKind::as_str).into(),
        time.map(|span| span.first).into(),
        time.map(|span| span.last).into(),
        edges.map(|edges| edges[0]).into(),
        edges.map(|edges| edges[1]).into(),
        edges.map(|edges| edges[2]).into(),
        edges.map(|edges| edges[3]).into(),
        depth.map(|depth| depth.min).into(),
        depth.map(|depth| depth.max).into(),
        depth.and_then(|depth| depth.unit.as_ref()).into(),
        left_out.times.into(),
        left_out.positions.into(),
        left_out.depths.into(),
        (document.variables.len() as u64).into(),
        findings(Severity::Error),
        findings(Severity::Warning),
        findings(Severity::Info),
        Cell::nested(&document.attributes),
        Cell::nested(&GroupKind::Cruise.names(&document.attributes)),
        Cell::nested(&GroupKind::Platform.names(&document.attributes)),
        Cell::nested(&document.checks),
        failure.map(|failure| failure.stage.as_str()).into(),
        failure.map(|failure| failure.class.as_str()).into(),
        failure.map(|failure| &failure.message).into(),
        place(failure.and_then(|failure| failure.place.as_ref())),
        failure.map(Failure::next_step).into(),
        (&made.tool).into(),
        made.reader.as_ref().into(),
        made.vocabulary.as_ref().into(),
        made.recipe.as_ref().into(),
        u64::from(document.schema).into(),
    ]
}

/// The row of a cast.
pub(super) fn cast<'a>(object: ObjectId<'a>, position: u64, cast: &'a Cast) -> Vec<Cell<'a>> {
    vec![
        object.root.into(),
        object.key.into(),
        position.into(),
        cast.station.as_ref().into(),
        cast.number.as_ref().into(),
        cast.time.into(),
        cast.longitude.into(),
        cast.latitude.into(),
        cast.levels.into(),
    ]
}

/// The quantity of a variable, and the factor and the offset that convert its values to the unit of the quantity.
fn measured(variable: &Variable) -> (Option<&'static Quantity>, Option<(f64, f64)>) {
    let quantity = variable.quantity.as_deref().and_then(quantity::named);
    let unit = variable.unit.as_deref();
    (quantity, quantity.and_then(|quantity| quantity.conversion(unit?)))
}

/// The row of a variable.
pub(super) fn variable<'a>(object: ObjectId<'a>, position: u64, variable: &'a Variable) -> Vec<Cell<'a>> {
    let (quantity, conversion) = measured(variable);
    let of_class = |class| Cell::from(variable.cells_of_class(class));
    let quantile = |name: &str| {
        let quantiles = variable.quantiles.as_ref();
        Cell::from(quantiles.and_then(|quantiles| quantiles.get(name)).copied())
    };
    let good = variable.good.as_ref();
    vec![
        object.root.into(),
        object.key.into(),
        position.into(),
        (&variable.name).into(),
        variable.unit.as_ref().into(),
        variable.canonical.as_ref().into(),
        variable.standard_name.as_ref().into(),
        variable.quantity.as_ref().into(),
        quantity.map(|quantity| quantity.unit).into(),
        conversion.map(|(scale, _)| scale).into(),
        conversion.map(|(_, offset)| offset).into(),
        quantity.map(|quantity| quantity.range.0).into(),
        quantity.map(|quantity| quantity.range.1).into(),
        variable.column.into(),
        (&variable.dtype).into(),
        Cell::nested(&variable.shape),
        variable.dimensions.as_ref().map_or(Cell::Empty, Cell::nested),
        variable.total.into(),
        variable.count.into(),
        variable.missing.values().sum::<u64>().into(),
        map(&variable.missing),
        variable.invalid.into(),
        variable.non_finite.into(),
        variable.padding.into(),
        good.map_or(Cell::Empty, |good| Cell::nested(&good.flags)),
        good.map(|good| good.count).into(),
        good.and_then(|good| good.min).into(),
        good.and_then(|good| good.max).into(),
        good.and_then(|good| good.mean).into(),
        good.and_then(|good| good.std).into(),
        good.and_then(|good| good.quantiles.as_ref()?.get("0.5").copied())
            .into(),
        variable.min.into(),
        variable.max.into(),
        variable.mean.into(),
        variable.std.into(),
        quantile("0.05"),
        quantile("0.25"),
        quantile("0.5"),
        quantile("0.75"),
        quantile("0.95"),
        variable.distinct.into(),
        Cell::nested(&variable.distinct_exact),
        variable.first.as_ref().into(),
        variable.last.as_ref().into(),
        Cell::nested(&variable.flags.is_some()),
        variable.flags.as_ref().map_or(Cell::Empty, map),
        variable.flag_scheme.as_ref().into(),
        of_class(FlagClass::Good),
        of_class(FlagClass::NotAssessed),
        of_class(FlagClass::Questionable),
        of_class(FlagClass::Bad),
        of_class(FlagClass::Missing),
    ]
}

/// The rows of the flags of a variable; none if it has no flags.
pub(super) fn flags<'a>(
    object: ObjectId<'a>,
    position: u64,
    variable: &'a Variable,
) -> impl Iterator<Item = Vec<Cell<'a>>> {
    let (quantity, conversion) = measured(variable);
    variable.flags.iter().flatten().map(move |(flag, figures)| {
        vec![
            object.root.into(),
            object.key.into(),
            position.into(),
            (&variable.name).into(),
            variable.unit.as_ref().into(),
            variable.quantity.as_ref().into(),
            quantity.map(|quantity| quantity.unit).into(),
            conversion.map(|(scale, _)| scale).into(),
            conversion.map(|(_, offset)| offset).into(),
            variable.flag_scheme.as_ref().into(),
            flag.into(),
            figures.class.map(FlagClass::as_str).into(),
            figures.total.into(),
            figures.count.into(),
            figures.min.into(),
            figures.max.into(),
            figures.mean.into(),
        ]
    })
}

/// The row of a finding.
pub(super) fn finding<'a>(object: ObjectId<'a>, finding: &'a Finding) -> Vec<Cell<'a>> {
    let (member, line, column, field) = match finding.places.first() {
        Some(Place::Text {
            member,
            line,
            column,
            field,
        }) => (member.as_ref(), *line, *column, field.as_ref()),
        _ => (None, None, None, None),
    };
    let (variable, index) = match finding.places.first() {
        Some(Place::Array { variable, index }) => (variable.into(), Cell::nested(index)),
        Some(Place::Attribute { attribute }) => (attribute.into(), Cell::Empty),
        Some(Place::Byte { byte }) => (Cell::Empty, (*byte).into()),
        Some(Place::Text { .. }) | None => (Cell::Empty, Cell::Empty),
    };
    vec![
        object.root.into(),
        object.key.into(),
        finding.severity.as_str().into(),
        (&finding.code).into(),
        finding.subject.as_ref().into(),
        (&finding.message).into(),
        finding.count.into(),
        member.into(),
        line.into(),
        column.into(),
        field.into(),
        variable,
        index,
        Cell::nested(&finding.places),
        map(&finding.suppressed),
    ]
}

/// The row of a line of the failure log.
pub(super) fn failure(record: &FailureRecord) -> Vec<Cell<'_>> {
    let failure = &record.failure;
    vec![
        (&record.root).into(),
        (&record.key).into(),
        (&record.at).into(),
        u64::from(record.attempt).into(),
        failure.stage.as_str().into(),
        failure.class.as_str().into(),
        (&failure.message).into(),
        place(failure.place.as_ref()),
        record.handler.as_ref().into(),
        record.recipe.as_ref().into(),
        record.log.as_ref().into(),
        failure.next_step().into(),
    ]
}

/// The row that explains a column.
pub(super) fn column<'a>(table: &'a str, column: &'a Column) -> Vec<Cell<'a>> {
    vec![table.into(), column.name.into(), column.meaning.into()]
}

fn place(place: Option<&Place>) -> Cell<'_> {
    place.map_or(Cell::Empty, Cell::nested)
}

/// A map; nothing where it is empty.
fn map<T: serde::Serialize>(map: &BTreeMap<String, T>) -> Cell<'_> {
    if map.is_empty() {
        Cell::Empty
    } else {
        Cell::nested(map)
    }
}

#[cfg(test)]
mod tests {
    use data_review_core::{Class, CodeInfo, FileFacts, Outcome, Stage};

    use super::super::columns::{COLUMNS, FAILURES, FILES, FINDINGS, FLAGS, VARIABLES};
    use super::*;

    const ID: ObjectId<'_> = ObjectId {
        root: "/data",
        key: "k",
    };

    fn failed() -> Failure {
        Failure::new(Stage::Review, Class::Corrupt, "no row").at(Place::Byte { byte: 7 })
    }

    #[test]
    fn a_row_has_a_cell_per_column() {
        let facts = FileFacts {
            key: "k".to_owned(),
            size: None,
            sha256: None,
            compression: None,
        };
        let document = Document::without_handler(facts, Outcome::Failed, Some(failed()));
        assert_eq!(file("/data", &document).len(), FILES.len());
        let record = FailureRecord {
            root: "/data".to_owned(),
            key: "k".to_owned(),
            failure: failed(),
            handler: None,
            recipe: None,
            attempt: 1,
            at: "2026-01-01T00:00:00Z".to_owned(),
            log: None,
        };
        assert_eq!(failure(&record).len(), FAILURES.len());
        let code = CodeInfo::new("c", Severity::Error, "");
        let flat = Finding::new(&code, None, "m").at([Place::text(3, 4, Some("X"))]);
        let row = finding(ID, &flat);
        assert_eq!(row.len(), FINDINGS.len());
        let at = |name| FINDINGS.iter().position(|column| column.name == name).unwrap();
        assert_eq!(
            (&row[at("line")], &row[at("field")]),
            (&Cell::Count(3), &Cell::Text("X"))
        );
        let deep = Finding::new(&code, None, "m").at([Place::array("TEMP", vec![0, 3])]);
        let row = finding(ID, &deep);
        assert_eq!(
            (&row[at("variable")], row[at("index")].to_csv(false).as_ref()),
            (&Cell::Text("TEMP"), "[0,3]")
        );
        assert_eq!(column("files", &FILES[0]).len(), COLUMNS.len());
    }

    #[test]
    fn the_first_box_and_the_quantiles_have_columns_of_their_own() {
        let json = r#"{"canonical":null,"column":1,"count":2,"dimensions":null,"distinct":2,"dtype":"decimal","first":null,
            "flags":null,"invalid":0,"last":null,"max":2,"mean":1.5,"min":1,"missing":{"-999":3},"name":"T","non_finite":0,
            "quantiles":{"0.05":1.05,"0.25":1.25,"0.5":1.5,"0.75":1.75,"0.95":1.95},"shape":[5],"standard_name":null,
            "std":0.5,"total":5,"unit":null}"#;
        let variable: Variable = serde_json::from_str(json).unwrap();
        let row = super::variable(ID, 1, &variable);
        assert_eq!(row.len(), VARIABLES.len());
        let at = |name| VARIABLES.iter().position(|column| column.name == name).unwrap();
        assert_eq!(row[at("q50")], Cell::Number(1.5));
        assert_eq!(row[at("missing")], Cell::Count(3));
        assert_eq!(row[at("missing_as")].to_csv(false), r#"{"-999":3}"#);
        assert_eq!(row[at("flags")], Cell::Empty);
        assert_eq!(flags(ID, 1, &variable).count(), 0);
    }

    #[test]
    fn each_flag_has_a_row() {
        let json = r#"{"canonical":null,"column":1,"count":2,"dimensions":null,"distinct":2,"dtype":"decimal","first":null,
            "flags":{"1":{"class":"good","total":1,"count":1,"min":28.5,"max":28.5,"mean":28.5},
            "4":{"class":"bad","total":1,"count":1,"min":99,"max":99,"mean":99}},
            "invalid":0,"last":null,"max":99,"mean":63.75,"min":28.5,"missing":{},"name":"TEMP","non_finite":0,
            "quantiles":null,"shape":[2],"standard_name":null,"std":1,"total":2,"unit":"degree_Celsius"}"#;
        let variable: Variable = serde_json::from_str(json).unwrap();
        let rows: Vec<Vec<Cell<'_>>> = flags(ID, 3, &variable).collect();
        assert!(rows.len() == 2 && rows.iter().all(|row| row.len() == FLAGS.len()));
        let at = |name| FLAGS.iter().position(|column| column.name == name).unwrap();
        assert_eq!(
            (
                &rows[1][at("flag")],
                &rows[1][at("class")],
                &rows[0][at("position")]
            ),
            (&Cell::Text("4"), &Cell::Text("bad"), &Cell::Count(3))
        );
        assert_eq!(rows[0][at("max")].to_csv(false), "28.5");
    }
}
