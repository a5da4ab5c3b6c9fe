//! Names of columns from the rows of a header.

/// Joins the rows of a header: a name that stands above several columns belongs to all of them up to the next one, and the
/// parts of a name are joined by a blank. Rows that repeat the row above add nothing. The result has as many names as the widest
/// row has cells; a column without any has an empty name.
///
/// ```
/// let rows: Vec<Vec<Vec<u8>>> = ["bottle,,sensor,", "T,S,T,S"]
///     .map(|row| row.split(',').map(|cell| cell.as_bytes().to_vec()).collect())
///     .to_vec();
/// let names = text_table::join_names(&rows);
/// assert_eq!(names, [&b"bottle T"[..], b"bottle S", b"sensor T", b"sensor S"]);
/// ```
pub fn join_names(rows: &[Vec<Vec<u8>>]) -> Vec<Vec<u8>> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut names: Vec<Vec<u8>> = vec![Vec::new(); width];
    for (at, row) in rows.iter().enumerate() {
        if at > 0 && rows[at - 1] == *row {
            continue;
        }
        let is_last = at + 1 == rows.len();
        let mut group: &[u8] = b"";
        for (column, name) in names.iter_mut().enumerate() {
            let cell = row.get(column).map_or(&b""[..], Vec::as_slice).trim_ascii();
            // A name of a group ends where a row below it names nothing.
            let has_below = rows[at + 1..]
                .iter()
                .any(|row| row.get(column).is_some_and(|cell| !cell.trim_ascii().is_empty()));
            if !cell.is_empty() {
                group = cell;
            } else if is_last || !has_below {
                group = b"";
            }
            if !group.is_empty() {
                if !name.is_empty() {
                    name.push(b' ');
                }
                name.extend_from_slice(group);
            }
        }
    }
    names
}
