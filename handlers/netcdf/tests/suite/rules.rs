//! Reviews the two examples of every rule. They are written in CDL with the values beside the declaration, and become
//! classic netCDF files.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "an example that cannot be written fails the test; a page is compared, and time is limited"
)]

use data_review_core::{CheckState, CodeInfo, Examples, Review};
use data_review_netcdf::CARD;

fn review(example: &str, code: &str) -> Review {
    match code.starts_with("argo-") {
        true => review_file(&argo(example)),
        false => review_file(example),
    }
}

fn review_file(file: &str) -> Review {
    let mut lines = file.lines().map(str::trim);
    let name = lines
        .find_map(|line| line.strip_prefix("// "))
        .unwrap_or("file.nc");
    crate::review(name, crate::cdl::file(file), false)
}

/// An example of Argo with the variables that every Argo file has.
fn argo(example: &str) -> String {
    let (kind, length) = match () {
        () if example.contains("N_PROF") => ("Argo profile", 16),
        () if example.contains("N_TECH_MEASUREMENT") => ("Argo technical data", 32),
        () => ("Argo meta-data", 16),
    };
    format!(
        "{example}
        :Conventions = \"Argo-3.1 CF-1.6\" ;
        char DATA_TYPE(STRING{length}={length}) = \"{kind}\" ;
        char FORMAT_VERSION(STRING4=4) = \"3.1\" ;
        char PLATFORM_NUMBER(STRING8=8) = \"1234567\" ;"
    )
}

fn rules() -> impl Iterator<Item = (&'static CodeInfo, Examples)> {
    CARD.all_codes().filter_map(|code| Some((code, code.examples?)))
}

#[test]
fn every_rule_accepts_one_example_and_rejects_the_other() {
    assert!(rules().count() > 15);
    let mut wrong = Vec::new();
    for (code, examples) in rules() {
        let codes = |review: &Review| -> Vec<String> {
            let codes = review.findings.iter().map(|finding| finding.code.clone());
            codes.filter(|code| code != "argo-required").collect()
        };
        let (passed, failed) = (
            review(examples.passes, code.code),
            review(examples.fails, code.code),
        );
        if passed.checks[code.code] != CheckState::Passed {
            wrong.push(format!("{} does not pass: {:?}", code.code, codes(&passed)));
        }
        if failed.checks[code.code] != CheckState::Failed {
            wrong.push(format!("{} does not fail: {:?}", code.code, codes(&failed)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_have_a_clause_and_a_peer() {
    for (code, examples) in rules() {
        assert!(
            !code.clause.is_empty() && !examples.peer.is_empty(),
            "{}",
            code.code
        );
        assert!(code.remedy.ends_with('.'), "{}", code.code);
    }
}

/// `docs/rules/` is generated: clause, code, and the peer's check of the same thing.
#[test]
fn the_pages_of_rules_are_current() {
    let mut page = String::from(
        "# Rules of netCDF files\n\nWritten by `DATA_REVIEW_WRITE=1 cargo test -p data-review-netcdf --test suite rules`. \
         A rule is a finding code with a clause;\n`data-review explain CODE` shows what it means and its two examples, \
         which are its tests.\n\n| code | severity | clause | peer's check of the same thing |\n|---|---|---|---|\n",
    );
    for (code, examples) in rules() {
        let cells = [code.code, code.severity.as_str(), code.clause, examples.peer];
        page.push_str(&format!(
            "| {} |\n",
            cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
        ));
    }
    compare_page("netcdf.md", &page);
}

/// Compares a page of `docs/rules/` with what it should be, or writes it.
fn compare_page(name: &str, page: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules");
    let path = folder.join(name);
    if std::env::var_os("DATA_REVIEW_WRITE").is_some() {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(&path, page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(written, page, "write it again with DATA_REVIEW_WRITE=1");
}

/// The requirements of the CF conformance document, with the codes that cover each.
#[test]
fn most_requirements_of_cf_are_covered() {
    let mut page = String::from(
        "# CF conformance requirements and recommendations\n\n\
         Written by `DATA_REVIEW_WRITE=1 cargo test -p data-review-netcdf --test suite rules`. The numbers follow the sections of the\n\
         CF conformance document: R is a requirement, r a recommendation. What each asks for is said in our words.\n\n",
    );
    let rows = include_str!("../conformance.tsv").lines();
    let rows: Vec<Vec<&str>> = rows
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    let count = |state: &str| rows.iter().filter(|row| row[3] == state).count();
    let (covered, open) = (count("covered"), count("open"));
    page.push_str(&format!(
        "Of {} rows, {} do not apply to the content of files; of the others, {covered} are covered and {open} are open\n\
         ({} %).\n\n| section | what is asked | state | codes, or reason |\n|---|---|---|---|\n",
        rows.len(),
        count("n/a"),
        100 * covered / (covered + open)
    ));
    for row in &rows {
        let [section, number, asked, state, text] = row[..] else {
            panic!("{row:?}");
        };
        let is_known = |code: &str| CARD.all_codes().any(|known| known.code == code);
        assert_eq!(state == "covered", text.split(", ").all(is_known), "{row:?}");
        page.push_str(&format!("| {section} {number} | {asked} | {state} | {text} |\n"));
    }
    assert!(100 * covered >= 85 * (covered + open));
    compare_page("cf-conformance.md", &page);
}

#[test]
fn a_marine_mammal_file_in_the_layout_of_argo_has_no_rules_of_argo() {
    let file = "char SENSOR(N_SENSOR=2, STRING32=32) = \"CTD_TEMP\", \"CTD_TEMP\" ;
        :Conventions = \"CF-1.6 MEOP\" ;
        char DATA_TYPE(STRING32=32) = \"Argo meta-data\" ;
        char FORMAT_VERSION(STRING4=4) = \"3.1\" ;
        char PLATFORM_NUMBER(STRING8=8) = \"9900001\" ;";
    let review = review(file, "other");
    for (code, _) in rules().filter(|(code, _)| code.code.starts_with("argo-")) {
        assert_eq!(
            review.checks[code.code],
            CheckState::NotApplicable,
            "{}",
            code.code
        );
    }
}

/// A file of Argo of some kind and version.
fn of_version(data_type: &str, version: &str, body: &str) -> Review {
    review_file(&format!(
        "{body}
        char DATA_TYPE(STRING32=32) = \"{data_type}\" ;
        char FORMAT_VERSION(STRING4=4) = \"{version}\" ;
        char HANDBOOK_VERSION(STRING4=4) = \"1.2\" ;
        char PLATFORM_NUMBER(STRING8=8) = \"1234567\" ;"
    ))
}

/// Severity and message of the findings with a code.
fn found<'r>(review: &'r Review, code: &str) -> Vec<(&'r str, &'r str)> {
    let findings = review.findings.iter().filter(|finding| finding.code == code);
    findings
        .map(|finding| (finding.severity.as_str(), finding.message.as_str()))
        .collect()
}

const METADATA: &str = "char PTT(STRING256=256) = \"1\" ;
    char LAUNCH_DATE(DATE_TIME=14) = \"20050101000000\" ;
    double LAUNCH_LATITUDE = 1 ;
    double LAUNCH_LONGITUDE = 1 ;
    char SENSOR(N_PARAM=1, STRING16=16) = \"CTD_PRES\" ;
    char PARAMETER(N_PARAM=1, STRING16=16) = \"PRES\" ;";

#[test]
fn each_version_of_argo_requires_its_own_variables() {
    let old = of_version("Argo meta-data", "2.2", METADATA);
    let [(severity, message)] = found(&old, "argo-required")[..] else {
        panic!("{:?}", found(&old, "argo-required"));
    };
    assert_eq!(severity, "info");
    assert!(
        message.contains("PLATFORM_MODEL") && !message.contains("PLATFORM_TYPE"),
        "{message}"
    );
    let new = of_version("Argo meta-data", "3.1", METADATA);
    let errors = |review: &Review| -> Vec<String> {
        let all = found(review, "argo-required").into_iter();
        all.filter(|(severity, _)| *severity == "error")
            .map(|(_, message)| message.to_owned())
            .collect()
    };
    let named = found(&new, "argo-required");
    let times = named
        .iter()
        .filter(|(_, message)| message.contains("PLATFORM_TYPE"))
        .count();
    assert_eq!(times, 1, "a variable is named once: {named:?}");
    assert!(errors(&new).contains(&"there is no variable PLATFORM_TYPE".to_owned()));
    assert!(errors(&new).contains(&"there is no global attribute title".to_owned()));
    // No version before 2.3 has the cycle of a technical value, and none before 3.1 has global attributes.
    let technical = "char TECHNICAL_PARAMETER_NAME(N_TECH_PARAM=1, STRING128=128) = \"CLOCK_Drift_COUNT\" ;
        char TECHNICAL_PARAMETER_VALUE(N_TECH_PARAM=1, STRING128=128) = \"1\" ;";
    let missing = ["there is no variable CYCLE_NUMBER"];
    assert_eq!(
        errors(&of_version("Argo technical data", "2.2", technical)),
        [""; 0]
    );
    assert_eq!(
        errors(&of_version("Argo technical data", "2.3", technical)),
        missing
    );
    assert_eq!(
        errors(&of_version("Argo technical data", "3.0", technical)),
        missing
    );
}

#[test]
fn each_version_of_argo_has_its_own_attributes() {
    let file = |version, more: &str| {
        let body = format!(
            "double JULD(N_PROF=1) = 1 ; JULD:_FillValue = 999999 ;
            JULD:units = \"days since 1950-01-01 00:00:00 UTC\" ;
            double LATITUDE(N_PROF=1) = 1 ; LATITUDE:units = \"degree_north\" ;
            LATITUDE:valid_min = -90 ; LATITUDE:valid_max = 90 ;
            char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = \"DOXY2\" ;
            float DOXY(N_PROF=1, N_LEVELS=1) = 1 ; DOXY:units = \"micromole/kg\" ;
            DOXY:valid_max = 650 ;
            {more}"
        );
        of_version("Argo profile", version, &body)
    };
    let old = file("2.2", "");
    assert_eq!(found(&old, "argo-attribute"), []);
    assert_eq!(found(&old, "argo-parameter"), []);
    let new = file("3.1", "");
    assert_eq!(found(&new, "argo-attribute")[0].0, "warning");
    assert_eq!(found(&new, "argo-parameter").len(), 1);
    for (version, more, severity) in [
        (
            "2.3",
            "JULD:units = \"days since 1900-01-01 00:00:00 UTC\" ;",
            "warning",
        ),
        ("2.3", "LATITUDE:units = \"degrees_north\" ;", "info"),
        ("3.0", "LATITUDE:_FillValue = -999 ;", "warning"),
        ("3.0", "LATITUDE:valid_max = 900 ;", "warning"),
        ("2.2", "DOXY:_FillValue = -999 ;", "warning"),
        ("2.2", "DOXY:units = \"ml/l\" ;", "warning"),
        ("2.2", "int CYCLE_NUMBER(N_PROF=1) = 1 ;", "info"),
    ] {
        let review = file(version, more);
        let findings = found(&review, "argo-attribute");
        assert_eq!(findings.len(), 1, "{more}: {findings:?}");
        assert_eq!(findings[0].0, severity, "{more}");
    }
    let turned = file("2.2", "char DOXY_QC(N_LEVELS=1, N_PROF=1) = \"1\" ;");
    let of_flags = |finding: &&(&str, &str)| finding.1.starts_with("DOXY_QC:");
    assert_eq!(
        found(&turned, "argo-structure").iter().filter(of_flags).count(),
        1
    );
}

#[test]
fn unknown_versions_of_argo_are_reported() {
    for (version, severity) in [("x.y", "warning"), ("3.9", "info")] {
        let review = of_version("Argo meta-data", version, METADATA);
        let findings = found(&review, "argo-reference");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].0, severity);
    }
}

/// The format limits neither the number of attributes nor references that lead back to their variable.
#[test]
fn many_attributes_and_cycles_end_in_bounded_time() {
    let start = std::time::Instant::now();
    let mut file = String::from(":Conventions = \"CF-1.11\" ;\n");
    for at in 0..20_000 {
        file.push_str(&format!(":a{at} = 1 ;\n"));
    }
    let count = 300;
    for at in 0..count {
        let next = (at + 1) % count;
        file.push_str(&format!(
            "double v{at}(x=1) = 1 ; v{at}:bounds = \"v{next}\" ; v{at}:coordinates = \"v{next} v{at}\" ;
            v{at}:ancillary_variables = \"v{next}\" ; v{at}:formula_terms = \"a: v{next} b: v{at}\" ;
            v{at}:standard_name = \"ocean_sigma_coordinate\" ;\n"
        ));
    }
    let review = review_file(&file);
    assert_eq!(review.checks["cf-bounds"], CheckState::Failed);
    assert!(start.elapsed().as_secs() < 60);
}

#[test]
fn hostile_names_end_in_bounded_time() {
    let start = std::time::Instant::now();
    let names: Vec<String> = (0..4_000)
        .map(|at| format!("\"CONFIG_Ctd{at}{}_x\"", "APhase".repeat(15)))
        .collect();
    let file = format!(
        "char LAUNCH_CONFIG_PARAMETER_NAME(N={}, STRING128=128) = {} ;",
        names.len(),
        names.join(", ")
    );
    let found = review(&file, "argo-name");
    assert!(found.findings.iter().any(|finding| finding.code == "argo-name"));
    assert!(start.elapsed().as_secs() < 60);
}

#[test]
fn hostile_references_end_in_bounded_time() {
    let start = std::time::Instant::now();
    let terms: String = (0..1_000).map(|at| format!("t{at}: x{at} ")).collect();
    // Just below the most bytes of an attribute that are read.
    let names: String = (0..1_000_000).map(|at| format!("n{} ", at % 100)).collect();
    let file = format!(
        ":Conventions = \"CF-1.11\" ;
        double a(x=1) = 1 ; a:bounds = \"b\" ; a:coordinates = \"b a\" ; a:ancillary_variables = \"b\" ;
        double b(x=1) = 1 ; b:bounds = \"a\" ; b:coordinates = \"a b\" ; b:ancillary_variables = \"a\" ;
        double s(x=1) = 1 ; s:standard_name = \"ocean_sigma_coordinate\" ; s:formula_terms = \"{terms}\" ;
        double t(x=1) = 1 ; t:coordinates = \"{names}\" ; t:cell_methods = \"{names}\" ;
        t:grid_mapping = \"{names}\" ; t:cell_measures = \"{names}\" ;"
    );
    let found = review(&file, "cf-formula-terms");
    for code in [
        "cf-bounds",
        "cf-formula-terms",
        "cf-cell-methods",
        "cf-reference",
        "cf-coordinates",
    ] {
        assert_eq!(found.checks[code], CheckState::Failed, "{code}");
    }
    assert!(
        found
            .findings
            .iter()
            .all(|finding| finding.message.len() < 100_000)
    );
    assert!(start.elapsed().as_secs() < 60);
}
