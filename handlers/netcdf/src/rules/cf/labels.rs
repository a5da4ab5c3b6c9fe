//! Names of regions and types of areas (CF 1.12, 3.3 and 6.1).

use array_file::Variable;

use super::{Checked, codes, text};
use crate::rules::bytes;

/// CF's standardised region names, version 5 of 2024-11-12, sorted.
const REGIONS: &[&str] = &[
    "africa",
    "antarctica",
    "arabian_sea",
    "aral_sea",
    "arctic_ocean",
    "asia",
    "atlantic_arctic_ocean",
    "atlantic_ocean",
    "australia",
    "baltic_sea",
    "barents_opening",
    "barents_sea",
    "beaufort_sea",
    "bellingshausen_sea",
    "bering_sea",
    "bering_strait",
    "black_sea",
    "canadian_archipelago",
    "caribbean_sea",
    "caspian_sea",
    "central_america",
    "chukchi_sea",
    "contiguous_united_states",
    "davis_strait",
    "denmark_strait",
    "drake_passage",
    "east_china_sea",
    "english_channel",
    "eurasia",
    "europe",
    "faroe_scotland_channel",
    "florida_bahamas_strait",
    "fram_strait",
    "gibraltar_strait",
    "global",
    "global_land",
    "global_ocean",
    "great_lakes",
    "greenland",
    "gulf_of_alaska",
    "gulf_of_mexico",
    "hudson_bay",
    "iceland_faroe_channel",
    "indian_ocean",
    "indian_pacific_ocean",
    "indo_pacific_ocean",
    "indonesian_throughflow",
    "irish_sea",
    "lake_baykal",
    "lake_chad",
    "lake_malawi",
    "lake_tanganyika",
    "lake_victoria",
    "mediterranean_sea",
    "mozambique_channel",
    "north_america",
    "north_sea",
    "northern_hemisphere",
    "norwegian_sea",
    "pacific_equatorial_undercurrent",
    "pacific_ocean",
    "persian_gulf",
    "red_sea",
    "ross_sea",
    "sea_of_japan",
    "sea_of_okhotsk",
    "south_america",
    "south_china_sea",
    "southern_hemisphere",
    "southern_ocean",
    "taiwan_luzon_straits",
    "weddell_sea",
    "windward_passage",
    "yellow_sea",
];
/// CF's area types, version 13 of 2025-03-20, sorted.
const AREA_TYPES: &[&str] = &[
    "air",
    "all_area_types",
    "bare_ground",
    "broadleaf_deciduous_trees",
    "broadleaf_evergreen_trees",
    "burnt_vegetation",
    "c3_plant_functional_types",
    "c4_plant_functional_types",
    "clear_sky",
    "cloud",
    "convective_cloud",
    "crops",
    "crops_of_c3_plant_functional_types",
    "crops_of_c4_plant_functional_types",
    "dust_aerosol",
    "fire",
    "floating_ice",
    "floating_ice_shelf",
    "fresh_free_water",
    "grounded_ice_sheet",
    "herbaceous_vegetation",
    "ice_and_snow_on_land",
    "ice_free_land",
    "ice_free_sea",
    "ice_on_land",
    "ice_sheet",
    "lake_and_inland_sea",
    "lake_ice_or_sea_ice",
    "land",
    "land_ice",
    "melt_pond_free_sea_ice",
    "natural_grasses",
    "natural_grasses_of_c3_plant_functional_types",
    "natural_grasses_of_c4_plant_functional_types",
    "needleleaf_deciduous_trees",
    "needleleaf_evergreen_trees",
    "pastures",
    "pastures_of_c3_plant_functional_types",
    "pastures_of_c4_plant_functional_types",
    "permafrost",
    "primary_and_secondary_land",
    "primary_deciduous_trees",
    "primary_evergreen_trees",
    "rain",
    "river",
    "sea",
    "sea_ice",
    "sea_ice_melt_pond",
    "sea_ice_ridges",
    "secondary_deciduous_trees",
    "secondary_evergreen_trees",
    "shrubs",
    "smoke",
    "snow",
    "snow_free_land",
    "stratiform_cloud",
    "trees",
    "unfrozen_soil",
    "urban",
    "vegetation",
    "volcanic_ash_cloud",
    "wetland",
];
/// Most labels that a finding lists.
const SHOWN: usize = 4;

/// Whether a word is one of CF's area types.
pub(super) fn is_area_type(word: &str) -> bool {
    AREA_TYPES.binary_search(&word).is_ok()
}

impl Checked<'_, '_> {
    /// CF 1.12, 3.3: regions and area types are those of their tables. Tables grow, so that the finding is only notable.
    pub(super) fn labels(&mut self, variable: &Variable) {
        let (code, table, what) = match text(variable, "standard_name") {
            "region" => (&codes::REGION, REGIONS, "region"),
            "area_type" => (&codes::AREA_TYPE, AREA_TYPES, "type of area"),
            _ => return,
        };
        let labels = match variable.of.is_text() {
            true => self.texts(variable),
            // Numbers stand for the words in `flag_meanings`.
            false => text(variable, "flag_meanings")
                .split_whitespace()
                .take(super::MOST_WORDS)
                .map(str::to_owned)
                .collect(),
        };
        let unknown: Vec<&str> = labels
            .iter()
            .map(|label| label.trim())
            .filter(|label| !label.is_empty() && table.binary_search(label).is_err())
            .take(SHOWN)
            .collect();
        if !unknown.is_empty() {
            let what = format!("unknown {what}: {}", unknown.join(", "));
            self.noted(code, variable, "standard_name", what);
        }
    }

    /// The texts of characters along the last dimension. Texts of variable length are not read.
    fn texts(&self, variable: &Variable) -> Vec<String> {
        let length = match (&variable.of, variable.shape.last()) {
            (array_file::Type::Char, Some(length)) => usize::try_from(*length).unwrap_or(0),
            (array_file::Type::Text { length }, _) => *length,
            _ => return Vec::new(),
        };
        let Some(bytes) = bytes(self.file, variable).filter(|_| length > 0) else {
            return Vec::new();
        };
        let text = |bytes: &[u8]| {
            let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
            String::from_utf8_lossy(&bytes[..end]).into_owned()
        };
        bytes.chunks(length).take(super::MOST_WORDS).map(text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(REGIONS.is_sorted() && AREA_TYPES.is_sorted());
        assert!(is_area_type("sea_ice") && !is_area_type("ice"));
    }
}
