//! Boxes of a coverage as geometries: points, lines or polygons, in two parts where a box crosses the antimeridian.

/// A box in degrees with west ≤ east: the whole of a box, or its part on one side of the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rectangle {
    pub(super) west: f64,
    pub(super) south: f64,
    pub(super) east: f64,
    pub(super) north: f64,
}

/// The shape of a [`Rectangle`]: one without a width or a height is a line, one without both is a point.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Point([f64; 2]),
    Line([[f64; 2]; 2]),
    /// The ring of a polygon, counterclockwise and closed (RFC 7946 §3.1.6).
    Ring([[f64; 2]; 5]),
}

/// Splits a box `[west, south, east, north]` at the antimeridian (RFC 7946 §3.1.9): two rectangles if west is greater than east,
/// else one. None if it is not a box on the globe.
pub(super) fn rectangles([west, south, east, north]: [f64; 4]) -> Vec<Rectangle> {
    let is_on_globe = |edge: f64, limit: f64| edge.abs() <= limit;
    if ![west, east].iter().all(|edge| is_on_globe(*edge, 180.0))
        || ![south, north].iter().all(|edge| is_on_globe(*edge, 90.0))
        || south > north
    {
        return Vec::new();
    }
    let rectangle = |west, east| Rectangle {
        west,
        south,
        east,
        north,
    };
    match west <= east {
        true => vec![rectangle(west, east)],
        // A part that is the antimeridian itself adds nothing to the other.
        false if west == 180.0 => vec![rectangle(-180.0, east)],
        false if east == -180.0 => vec![rectangle(west, 180.0)],
        false => vec![rectangle(west, 180.0), rectangle(-180.0, east)],
    }
}

/// The rectangle around all of them in the plane: −180 to 180 if they are two sides of the antimeridian.
pub(super) fn envelope(rectangles: &[Rectangle]) -> Option<Rectangle> {
    rectangles.iter().copied().reduce(|a, b| Rectangle {
        west: a.west.min(b.west),
        south: a.south.min(b.south),
        east: a.east.max(b.east),
        north: a.north.max(b.north),
    })
}

impl Rectangle {
    /// Its shape.
    pub(super) fn shape(&self) -> Shape {
        let Rectangle {
            west,
            south,
            east,
            north,
        } = *self;
        match (west == east, south == north) {
            (true, true) => Shape::Point([west, south]),
            (false, false) => Shape::Ring([
                [west, south],
                [east, south],
                [east, north],
                [west, north],
                [west, south],
            ]),
            _ => Shape::Line([[west, south], [east, north]]),
        }
    }
}

impl Shape {
    /// The name of the geometry of `parts` shapes of this kind, as GeoJSON and GeoParquet write it.
    pub(super) fn type_name(&self, parts: usize) -> &'static str {
        match (self, parts) {
            (Shape::Point(_), 1) => "Point",
            (Shape::Line(_), 1) => "LineString",
            (Shape::Ring(_), 1) => "Polygon",
            (Shape::Point(_), _) => "MultiPoint",
            (Shape::Line(_), _) => "MultiLineString",
            (Shape::Ring(_), _) => "MultiPolygon",
        }
    }

    fn points(&self) -> &[[f64; 2]] {
        match self {
            Shape::Point(point) => std::slice::from_ref(point),
            Shape::Line(points) => points,
            Shape::Ring(points) => points,
        }
    }
}

/// Well-known binary (OGC 06-103r4 §8.2), little-endian; `None` without a rectangle. Both parts of a box have the same kind of
/// shape: each has a width, and they have the same height.
pub(super) fn wkb(rectangles: &[Rectangle]) -> Option<Vec<u8>> {
    let shapes: Vec<Shape> = rectangles.iter().map(Rectangle::shape).collect();
    let mut out = Vec::new();
    if shapes.len() > 1 {
        head(&mut out, code(shapes.first()?) + 3);
        count(&mut out, shapes.len());
    }
    for shape in &shapes {
        head(&mut out, code(shape));
        match shape {
            Shape::Point(_) => {}
            Shape::Line(points) => count(&mut out, points.len()),
            Shape::Ring(points) => {
                count(&mut out, 1);
                count(&mut out, points.len());
            }
        }
        let numbers = shape.points().iter().flatten();
        numbers.for_each(|number| out.extend(number.to_le_bytes()));
    }
    (!out.is_empty()).then_some(out)
}

/// The code of a single shape; that of several is greater by 3.
fn code(shape: &Shape) -> u32 {
    match shape {
        Shape::Point(_) => 1,
        Shape::Line(_) => 2,
        Shape::Ring(_) => 3,
    }
}

fn head(out: &mut Vec<u8>, code: u32) {
    out.push(1);
    out.extend(code.to_le_bytes());
}

fn count(out: &mut Vec<u8>, number: usize) {
    out.extend((number as u32).to_le_bytes());
}

/// A GeoJSON geometry (RFC 7946); `None` without a rectangle.
pub(super) fn geojson(rectangles: &[Rectangle]) -> Option<serde_json::Value> {
    let shapes: Vec<Shape> = rectangles.iter().map(Rectangle::shape).collect();
    let name = shapes.first()?.type_name(shapes.len());
    let one = |shape: &Shape| match shape {
        Shape::Point(point) => serde_json::json!(point),
        Shape::Line(points) => serde_json::json!(points),
        Shape::Ring(points) => serde_json::json!([points]),
    };
    let coordinates = match &shapes[..] {
        [shape] => one(shape),
        several => several.iter().map(one).collect(),
    };
    Some(serde_json::json!({ "type": name, "coordinates": coordinates }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_one_shape_or_two_across_the_antimeridian() {
        for (edges, name, parts) in [
            ([1.0, 2.0, 1.0, 2.0], "Point", 1),
            ([1.0, 2.0, 3.0, 2.0], "LineString", 1),
            ([1.0, 2.0, 3.0, 4.0], "Polygon", 1),
            ([-180.0, -90.0, 180.0, 90.0], "Polygon", 1),
            ([170.0, 2.0, -170.0, 4.0], "MultiPolygon", 2),
            ([170.0, 2.0, -170.0, 2.0], "MultiLineString", 2),
            ([180.0, 2.0, -170.0, 4.0], "Polygon", 1),
            ([170.0, 2.0, -180.0, 4.0], "Polygon", 1),
            ([180.0, 2.0, -180.0, 4.0], "LineString", 1),
        ] {
            let parts_of = rectangles(edges);
            assert_eq!(parts_of.len(), parts, "{edges:?}");
            assert_eq!(geojson(&parts_of).unwrap()["type"], name, "{edges:?}");
            let bytes = wkb(&parts_of).unwrap();
            let points = match name {
                "Point" => 1,
                "LineString" | "MultiLineString" => 2,
                _ => 5,
            };
            let counts = if points == 5 {
                8
            } else {
                4 * usize::from(points == 2)
            };
            let one = 5 + counts + 16 * points;
            let expected = if parts == 1 { one } else { 9 + 2 * one };
            assert_eq!(bytes.len(), expected, "{edges:?}");
        }
    }

    #[test]
    fn what_is_not_on_the_globe_has_no_geometry() {
        for edges in [
            [f64::NAN, 0.0, 1.0, 1.0],
            [0.0, -91.0, 1.0, 1.0],
            [0.0, 2.0, 1.0, 1.0],
            [0.0, 0.0, 181.0, 1.0],
        ] {
            assert!(wkb(&rectangles(edges)).is_none() && geojson(&rectangles(edges)).is_none());
        }
    }

    #[test]
    fn the_envelope_holds_both_parts() {
        let around = envelope(&rectangles([170.0, 2.0, -170.0, 4.0])).unwrap();
        assert_eq!((around.west, around.east), (-180.0, 180.0));
        assert_eq!(envelope(&[]), None);
    }
}
