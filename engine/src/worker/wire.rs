//! The protocol of the socket: frames with a length (four bytes, little-endian), a kind (one byte) and that many bytes. Headers are
//! MessagePack, with the names of fields: unlike formats without names, it knows members that are left out and untagged enums.
//! Variables, which are most of an answer and leave no member out, are sent without names.

use std::borrow::Cow;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use data_review_core::{Failure, Limits, PartState, Review, Variable};
use rustix::buffer::spare_capacity;
use rustix::net::{RecvFlags, SendFlags};
use serde::{Deserialize, Serialize};

use super::Job;

/// The version of the protocol: a parent refuses a worker with another one.
pub(super) const PROTOCOL: u32 = 4;
/// The most bytes of a frame, so that a broken worker cannot use up the memory of its parent.
const MAX_FRAME: usize = 256 << 20;
const HEADER: usize = 5;
/// Bytes that are received at once.
const READ: usize = 64 << 10;
/// Bytes of buffer that are kept for the next frame.
const MOST_SPARE: usize = 1 << 20;

/// A worker is ready; payload: [`PROTOCOL`].
pub(super) const READY: u8 = b'R';
/// A job for the worker; payload: [`JobHeader`], with a descriptor.
pub(super) const JOB: u8 = b'J';
/// The review makes progress; no payload.
pub(super) const PROGRESS: u8 = b'P';
/// The review ended; payload: length of the header (four bytes), [`DoneHeader`], variables, states.
pub(super) const DONE: u8 = b'D';

/// The payload of a job.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JobHeader<'a> {
    /// Repeated in the answer, so that a second answer to an old job is recognised.
    pub(super) number: u64,
    pub(super) handler: Cow<'a, str>,
    pub(super) version: u32,
    pub(super) name: Cow<'a, str>,
    pub(super) len: u64,
    pub(super) limits: Limits,
    pub(super) preview: bool,
}

impl<'a> JobHeader<'a> {
    pub(super) fn new(number: u64, job: &Job<'a>) -> Self {
        JobHeader {
            number,
            handler: job.handler.into(),
            version: job.version,
            name: job.name.into(),
            len: job.len,
            limits: job.limits,
            preview: job.preview,
        }
    }

    /// The frame.
    pub(super) fn to_frame(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; HEADER];
        put(&mut bytes, self)?;
        Ok(headed(JOB, bytes))
    }
}

impl JobHeader<'static> {
    /// Reads a [`JOB`] frame.
    ///
    /// # Errors
    /// If it is invalid.
    pub(super) fn of_payload(payload: &[u8]) -> Result<Self, rmp_serde::decode::Error> {
        rmp_serde::from_slice(payload)
    }
}

/// The end of a job.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// The number of the job.
    pub(super) number: u64,
    pub(super) review: Review,
    pub(super) failure: Option<Failure>,
    pub(super) bytes_read: u64,
    pub(super) peak_bytes: u64,
    /// The worker must not be used for another job.
    pub(super) retire: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct DoneHeader<'a> {
    number: u64,
    /// Without its variables and states.
    review: Cow<'a, Review>,
    failure: Option<Failure>,
    bytes_read: u64,
    peak_bytes: u64,
    retire: bool,
    /// Length of the variables in bytes.
    variables: usize,
    states: Vec<StateHeader<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StateHeader<'a> {
    variable: Cow<'a, str>,
    unit: Option<Cow<'a, str>>,
    bytes: usize,
}

impl Done {
    /// The frame.
    pub(super) fn into_frame(mut self) -> io::Result<Vec<u8>> {
        /// The length of the header precedes it.
        const START: usize = HEADER + 4;
        let mut variables = Vec::with_capacity(8 << 10);
        let mut without_names = rmp_serde::Serializer::new(&mut variables);
        let sent = std::mem::take(&mut self.review.variables);
        sent.serialize(&mut without_names).map_err(io::Error::other)?;
        let states = &self.review.states;
        let mut bytes = Vec::with_capacity(16 << 10);
        bytes.resize(START, 0);
        put(
            &mut bytes,
            &DoneHeader {
                number: self.number,
                review: Cow::Borrowed(&self.review),
                failure: self.failure,
                bytes_read: self.bytes_read,
                peak_bytes: self.peak_bytes,
                retire: self.retire,
                variables: variables.len(),
                states: states
                    .iter()
                    .map(|part| StateHeader {
                        variable: part.variable.as_str().into(),
                        unit: part.unit.as_deref().map(Cow::from),
                        bytes: part.state.len(),
                    })
                    .collect(),
            },
        )?;
        let length = u32::try_from(bytes.len() - START).unwrap_or(u32::MAX);
        bytes[HEADER..START].copy_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&variables);
        for part in states {
            bytes.extend_from_slice(&part.state);
        }
        Ok(headed(DONE, bytes))
    }

    /// Reads a [`DONE`] frame.
    ///
    /// # Errors
    /// If it is invalid; in words.
    pub(super) fn of_payload(payload: &[u8]) -> Result<Self, String> {
        let (length, rest) = payload.split_first_chunk::<4>().ok_or("it is too short")?;
        let (header, rest) = rest
            .split_at_checked(u32::from_le_bytes(*length) as usize)
            .ok_or("it is cut")?;
        let header: DoneHeader<'_> = rmp_serde::from_slice(header).map_err(|error| error.to_string())?;
        let (variables, mut blobs) = rest
            .split_at_checked(header.variables)
            .ok_or("its variables are cut")?;
        let variables: Vec<Variable> = rmp_serde::from_slice(variables).map_err(|error| error.to_string())?;
        let mut review = Review {
            variables,
            ..header.review.into_owned()
        };
        for state in header.states {
            let (state_bytes, rest) = blobs.split_at_checked(state.bytes).ok_or("its states are cut")?;
            blobs = rest;
            review.states.push(PartState {
                variable: state.variable.into_owned(),
                unit: state.unit.map(Cow::into_owned),
                state: state_bytes.to_vec(),
            });
        }
        Ok(Done {
            number: header.number,
            review,
            failure: header.failure,
            bytes_read: header.bytes_read,
            peak_bytes: header.peak_bytes,
            retire: header.retire,
        })
    }
}

/// A frame with this kind and payload.
pub(super) fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bytes.extend_from_slice(payload);
    headed(kind, bytes)
}

/// The frame of a payload that has space for the header before it.
fn headed(kind: u8, mut bytes: Vec<u8>) -> Vec<u8> {
    let length = u32::try_from(bytes.len() - HEADER).unwrap_or(u32::MAX);
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    bytes[4] = kind;
    bytes
}

/// Appends a value as MessagePack.
fn put<T: Serialize>(bytes: &mut Vec<u8>, value: &T) -> io::Result<()> {
    let mut serializer = rmp_serde::Serializer::new(bytes).with_struct_map();
    value.serialize(&mut serializer).map_err(io::Error::other)
}

/// Sends all bytes. If the peer ended, that is an error and not a signal.
pub(super) fn send_all(socket: impl AsFd, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::net::send(&socket, bytes, SEND_FLAGS) {
            Ok(n) => bytes = &bytes[n..],
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(not(target_vendor = "apple"))]
pub(super) const SEND_FLAGS: SendFlags = SendFlags::NOSIGNAL;
/// On this system it is an option of the socket.
#[cfg(target_vendor = "apple")]
pub(super) const SEND_FLAGS: SendFlags = SendFlags::empty();

/// Assembles frames from received bytes. It allocates for bytes that were received, never for a length that was announced.
#[derive(Debug, Default)]
pub(super) struct Frames {
    held: Vec<u8>,
    taken: usize,
}

impl Frames {
    /// Receives available bytes without waiting; 0 if the peer closed the socket.
    pub(super) fn receive(&mut self, socket: &OwnedFd) -> io::Result<Option<usize>> {
        self.let_go();
        self.held.reserve(READ);
        match rustix::net::recv(socket, spare_capacity(&mut self.held), RecvFlags::DONTWAIT) {
            Ok((n, _)) => Ok(Some(n)),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => Ok(None),
            Err(rustix::io::Errno::CONNRESET) => Ok(Some(0)),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether no received bytes are left.
    pub(super) fn is_empty(&self) -> bool {
        self.held.len() == self.taken
    }

    /// Adds received bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.let_go();
        self.held.extend_from_slice(bytes);
    }

    /// Discards bytes of frames that were taken, and the memory of an unusually large frame.
    fn let_go(&mut self) {
        self.held.drain(..std::mem::take(&mut self.taken));
        if self.held.is_empty() && self.held.capacity() > MOST_SPARE {
            self.held = Vec::new();
        }
    }

    /// The kind and the payload of the next frame, once it is complete.
    pub(super) fn next(&mut self) -> Result<Option<(u8, &[u8])>, String> {
        let Some((header, rest)) = self.held[self.taken..].split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let [a, b, c, d, kind] = *header;
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        if !matches!(kind, READY | JOB | PROGRESS | DONE) || length > MAX_FRAME {
            return Err(format!("a frame of kind {kind} and {length} bytes"));
        }
        if rest.len() < length {
            return Ok(None);
        }
        let start = self.taken + HEADER;
        self.taken = start + length;
        Ok(Some((kind, &self.held[start..self.taken])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_survives_the_wire_with_its_variables_and_states() {
        let variable = serde_json::json!({
            "name": "TEMP", "unit": "degC", "dtype": "f32", "shape": [3], "total": 3, "count": 3, "missing": {"NaN": 1},
            "invalid": 0, "non_finite": 0, "min": 1.5, "max": "9007199254740993", "quantiles": {"0.5": 2.0}, "distinct": 2,
            "frequent": [{"value": "A", "count": 2}], "flags": {"1": {"class": "good", "total": 3, "count": 3}},
            "good": {"flags": ["1"], "count": 3},
        });
        let mut review = Review {
            kind: Some("x".into()),
            observations: Some(7),
            variables: vec![serde_json::from_value(variable).unwrap()],
            ..Review::default()
        };
        for n in 0..3u8 {
            review.states.push(PartState {
                variable: format!("v{n}"),
                unit: None,
                state: vec![n; usize::from(n) * 100],
            });
        }
        let done = Done {
            review,
            bytes_read: 5,
            retire: true,
            ..Done::default()
        };
        let sent = done.review.clone();
        let mut frames = Frames::default();
        for byte in done.into_frame().unwrap() {
            assert!(frames.next().unwrap().is_none());
            frames.push(&[byte]);
        }
        let (kind, payload) = frames.next().unwrap().unwrap();
        assert_eq!(kind, DONE);
        let back = Done::of_payload(payload).unwrap();
        assert_eq!((back.review, back.bytes_read, back.retire), (sent, 5, true));
        assert!(frames.next().unwrap().is_none());
    }

    #[test]
    fn garbage_is_refused_and_a_large_claim_holds_nothing() {
        let mut frames = Frames::default();
        frames.push(b"garbage on the socket");
        assert!(frames.next().is_err());
        let mut frames = Frames::default();
        frames.push(&[255, 255, 255, 15, DONE]);
        assert!(frames.next().unwrap().is_none(), "268,435,455 bytes may come");
        assert!(frames.held.capacity() < 1 << 10);
        let mut frames = Frames::default();
        frames.push(&[1, 0, 0, 16, DONE]);
        assert!(frames.next().is_err(), "one more than may come");
    }

    #[test]
    fn a_cut_answer_is_refused() {
        let done = Done {
            review: Review::default(),
            ..Done::default()
        };
        let whole = done.into_frame().unwrap();
        // The last byte is that of the variables, of which there are none.
        for cut in [HEADER, HEADER + 3, HEADER + 10, whole.len() - 1] {
            assert!(Done::of_payload(&whole[HEADER..cut]).is_err());
        }
    }
}
