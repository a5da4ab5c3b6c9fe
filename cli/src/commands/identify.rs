//! `data-review identify`

use std::io::{self, Write};
use std::process::ExitCode;

use data_review_core::{
    Candidate, Confidence, Evidence, Failure, Finding, Identification, Registry, percent_encode_controls,
};
use data_review_engine::{ListOptions, list};
use serde::Serialize;

use crate::args::Identify;
use crate::exit::{End, PROBLEMS};
use crate::output::{self, BAD, HEADING, styled};
use crate::remote::remote;

/// The answer about one file, as JSON.
#[derive(Serialize)]
struct Answer {
    key: String,
    /// `identified`, `ambiguous`, `unidentified` or `unreadable`.
    answer: &'static str,
    /// The handler that reviews it.
    handler: Option<Candidate>,
    /// The other handlers that may recognise it, the surest first; if the file is ambiguous, all of them.
    runners_up: Vec<Candidate>,
    /// A finding if the name of the file contradicts its content.
    contradiction: Option<Finding>,
    /// Why it is not identified.
    message: Option<String>,
    /// The kind of content, if no handler recognises it.
    evidence: Option<Evidence>,
    /// What to do next.
    next_step: Option<&'static str>,
}

impl Answer {
    fn of(key: &str, identification: Identification) -> Self {
        let failure = identification.failure();
        let nothing = Answer {
            next_step: failure.as_ref().map(Failure::next_step),
            message: failure.map(|failure| failure.message),
            ..Answer::nothing(key, "identified")
        };
        match identification {
            Identification::Identified(identified) => Answer {
                handler: Some(identified.winner),
                runners_up: identified.runners_up,
                contradiction: identified.contradiction,
                ..nothing
            },
            Identification::Ambiguous { candidates, .. } => Answer {
                answer: "ambiguous",
                runners_up: candidates,
                ..nothing
            },
            Identification::Unknown { evidence } => Answer {
                answer: "unidentified",
                evidence: Some(evidence),
                ..nothing
            },
        }
    }

    fn nothing(key: &str, answer: &'static str) -> Self {
        Answer {
            key: key.to_owned(),
            answer,
            handler: None,
            runners_up: Vec::new(),
            contradiction: None,
            message: None,
            evidence: None,
            next_step: None,
        }
    }

    fn unreadable(key: &str, message: String) -> Self {
        Answer {
            message: Some(message),
            ..Answer::nothing(key, "unreadable")
        }
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let safe = percent_encode_controls;
        writeln!(out, "{}", styled(HEADING, &safe(&self.key)))?;
        if let Some(message) = &self.message {
            writeln!(out, "  {}: {}", styled(BAD, self.answer), safe(message))?;
        }
        if let Some(step) = self.next_step {
            writeln!(out, "  next step: {step}")?;
        }
        if let Some(winner) = &self.handler {
            writeln!(out, "  {}", candidate(winner))?;
        }
        for runner_up in &self.runners_up {
            let then = if self.handler.is_some() { "then " } else { "" };
            writeln!(out, "  {then}{}", candidate(runner_up))?;
        }
        if let Some(finding) = &self.contradiction {
            writeln!(out, "  {}: {}", finding.severity.as_str(), safe(&finding.message))?;
        }
        Ok(())
    }
}

fn candidate(candidate: &Candidate) -> String {
    let sure = match candidate.verdict {
        Confidence::No => "no",
        Confidence::Maybe => "maybe",
        Confidence::Likely => "likely",
        Confidence::Certain => "certain",
    };
    percent_encode_controls(&format!("{}, {sure}: {}", candidate.id, candidate.because))
}

pub(super) fn run(args: &Identify) -> End {
    let registry = Registry::linked()?;
    let remote = remote();
    let options = ListOptions {
        remote: Some(remote.clone()),
        ..ListOptions::default()
    };
    let listing = list(&args.paths, &options)?;
    let mut answers: Vec<Answer> = listing
        .troubles
        .iter()
        .map(|trouble| Answer::unreadable(&trouble.key, trouble.failure.message.clone()))
        .collect();
    for object in &listing.objects {
        answers.push(
            match data_review_engine::identify(&registry, object, Some(&*remote)) {
                Ok((identification, _)) => Answer::of(&object.key, identification),
                Err(error) => Answer::unreadable(&object.key, error.to_string()),
            },
        );
    }
    answers.sort_by(|a, b| a.key.cmp(&b.key));
    write(&answers, args.json)?;
    let all = answers.iter().all(|answer| answer.handler.is_some());
    Ok(if all {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(PROBLEMS)
    })
}

fn write(answers: &[Answer], json: bool) -> io::Result<()> {
    if json {
        let mut out = output::data();
        for answer in answers {
            output::json_line(&mut out, answer)?;
        }
        return out.flush();
    }
    let mut out = output::text();
    for answer in answers {
        answer.write(&mut out)?;
    }
    out.flush()
}
