//! What a file's name says of its cruise.

/// The EXPOCODE that a file name holds: country (2), ship (2), date (8), between the name's start or `_` and its end, `_` or `.`.
///
/// ```
/// assert_eq!(whp_exchange::expocode_in_name("a05_74EQ20151206_ct1.zip"), Some("74EQ20151206"));
/// assert_eq!(whp_exchange::expocode_in_name("notes_2015.txt"), None);
/// ```
pub fn expocode_in_name(name: &str) -> Option<&str> {
    name.split(['_', '.']).find(|part| {
        let bytes = part.as_bytes();
        bytes.len() == 12
            && bytes[..4]
                .iter()
                .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
            && crate::time::date(&bytes[4..]).is_some()
    })
}
