//! The parts of the flow that a journey may cover, and what each asks for.

use std::convert::Infallible;
use std::ops::ControlFlow;

use super::conclusion::AttemptFacts;
use super::environment::{Environment, HashObject, IdentifyObject, Interruption, ProbedObject, ReviewObject};
use super::journey::{Examined, Journey};
use super::{Reason, ReviewedObject};
use crate::{Failure, Identification, Identified, Outcome};

/// Which part of the flow a journey covers.
pub trait FlowScope: Sized {
    /// How a journey ends without an outcome if another journey continues.
    type Handoff;

    /// Whether an object whose stamp did not change is hashed.
    fn verifies_content(&self) -> bool {
        false
    }

    /// Stamp of the only version that this journey may look at; `None` if it may look at any.
    fn required_stamp(&self) -> Option<&str> {
        None
    }

    /// The end of a journey whose object is another version by now; `None` if the journey looks at that version
    /// instead.
    fn superseded(&self) -> Option<Self::Handoff> {
        None
    }

    /// Whether an object that stays unreadable is recorded as failed. Otherwise the journey gives up: its message is
    /// delivered again, and ends in a dead-letter queue.
    fn records_unavailable(&self) -> bool {
        false
    }
}

/// Bound of [`Journey::drive`](super::Journey::drive): a scope whose actions the environment `E` can perform. It is implemented
/// for [`Whole`], [`Routing`] and [`Reviewing`], and for nothing outside this crate.
pub trait Examine<E: Environment>: FlowScope {
    /// Looks at the object of a journey whose row was read.
    #[doc(hidden)]
    fn examine(
        journey: &mut Journey<'_, Self>,
        environment: &mut E,
    ) -> impl Future<Output = Result<Examined<Self::Handoff>, Interruption<E::Halt>>>;
}

/// The whole flow, from the listed file to its outcome: the scope of the command line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Whole {
    /// Whether the content of an object is compared although its stamp did not change.
    pub verify: bool,
}

impl FlowScope for Whole {
    type Handoff = Infallible;

    fn verifies_content(&self) -> bool {
        self.verify
    }

    /// On one machine there is no later delivery.
    fn records_unavailable(&self) -> bool {
        true
    }
}

impl<E: HashObject + IdentifyObject + ReviewObject> Examine<E> for Whole {
    async fn examine(
        journey: &mut Journey<'_, Self>,
        environment: &mut E,
    ) -> Result<Examined<Infallible>, Interruption<E::Halt>> {
        if *journey.reason() == Reason::Unchanged {
            let sha256 = environment.hash().await?;
            if journey.row_sha256() == Some(&sha256) {
                return Ok(Examined::Unchanged);
            }
            journey.content_changed();
        }
        let probed = environment.identify().await?;
        let identified = match identified(journey, probed) {
            ControlFlow::Continue((_, identified)) => identified,
            ControlFlow::Break(examined) => return Ok(examined),
        };
        let reviewed = environment.review(&identified).await?;
        Ok(Examined::reviewed(identified, reviewed))
    }
}

/// The scope of the orchestrator: identifies an object and hands it off as a [`Dispatch`], without a review. An object that no
/// handler recognises, or several equally well, gets its outcome here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Routing;

/// A version of an object that a handler is to review.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispatch {
    /// The handler of the object, with its runners-up.
    pub identified: Identified,
    /// The stamp of the version that was identified.
    pub stamp: String,
}

impl FlowScope for Routing {
    type Handoff = Dispatch;
}

impl<E: IdentifyObject> Examine<E> for Routing {
    async fn examine(
        journey: &mut Journey<'_, Self>,
        environment: &mut E,
    ) -> Result<Examined<Dispatch>, Interruption<E::Halt>> {
        let probed = environment.identify().await?;
        Ok(match identified(journey, probed) {
            ControlFlow::Continue((stamp, identified)) => Examined::HandedOff(Dispatch { identified, stamp }),
            ControlFlow::Break(examined) => examined,
        })
    }
}

/// From the handler's message to the outcome: the scope of a handler's Lambda, which never identifies again.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewing {
    /// The identification that the message carries.
    pub identified: Identified,
    /// The stamp of the version that was identified.
    pub stamp: String,
}

/// The end of a journey whose object has a newer version. The event of that version has a journey of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Superseded;

impl FlowScope for Reviewing {
    type Handoff = Superseded;

    fn required_stamp(&self) -> Option<&str> {
        Some(&self.stamp)
    }

    fn superseded(&self) -> Option<Superseded> {
        Some(Superseded)
    }
}

impl<E: ReviewObject> Examine<E> for Reviewing {
    async fn examine(
        journey: &mut Journey<'_, Self>,
        environment: &mut E,
    ) -> Result<Examined<Superseded>, Interruption<E::Halt>> {
        let identified = journey.scope().identified.clone();
        let reviewed = environment.review(&identified).await?;
        Ok(Examined::reviewed(identified, reviewed))
    }
}

/// The stamp and the handler of a probed object, or the outcome of one that has no handler.
fn identified<S: FlowScope>(
    journey: &mut Journey<'_, S>,
    probed: ProbedObject,
) -> ControlFlow<Examined<S::Handoff>, (String, Identified)> {
    journey.saw_version(&probed.stamp);
    let outcome = match probed.identification {
        Identification::Identified(identified) => {
            return ControlFlow::Continue((probed.stamp, identified));
        }
        Identification::Ambiguous { .. } => Outcome::Failed,
        Identification::Unknown { .. } => Outcome::Unidentified,
    };
    ControlFlow::Break(Examined::Outcome {
        outcome,
        failure: probed.identification.failure(),
        facts: AttemptFacts {
            size: Some(probed.size),
            sha256: probed.sha256,
            compression: probed.compression,
            identification: Some(probed.identification),
            review: None,
        },
    })
}

impl<H> Examined<H> {
    fn reviewed(identified: Identified, reviewed: ReviewedObject) -> Self {
        let ReviewedObject {
            size,
            sha256,
            compression,
            card,
            review,
            failure,
        } = reviewed;
        let facts = AttemptFacts {
            size: Some(size),
            sha256,
            compression,
            identification: Some(Identification::Identified(identified)),
            review: Some((card, review)),
        };
        match failure {
            Some(failure) if failure.class.is_transient() => Examined::Unavailable { failure, facts },
            failure => Examined::Outcome {
                outcome: outcome_of(failure.as_ref()),
                failure,
                facts,
            },
        }
    }
}

fn outcome_of(failure: Option<&Failure>) -> Outcome {
    match failure {
        None => Outcome::Reviewed,
        Some(_) => Outcome::Failed,
    }
}
